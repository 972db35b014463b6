"""The measures of a citation network, each with the condition under which it means nothing.

From one reference list a network is a star: whatever ranks works by their place in it then ranks
noise, and the measure says so in place of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from evigraph.citations import parts, ranking, ties
from evigraph.citations.network import CitationArrays
from evigraph.citations.results import Cell, Result, Row, Structure, ranked, structure_of
from evigraph.errors import EnvironmentFaultError, LimitError, UnknownNameError

Found = tuple[list[Row], dict[str, Cell]]


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes:
        name: What it is called on the command line.
        title: What it is called in print.
        method: How it is computed, and after whom.
        columns: The names of the columns of its rows.
        star: What it would show of a star.
        needs: Why it means nothing in a network that is no star; empty when it means something.
        compute: Rows and facts.
    """

    name: str
    title: str
    method: str
    columns: tuple[str, ...]
    star: str
    needs: Callable[[Structure, CitationArrays], str]
    compute: Callable[[CitationArrays, int], Found]

    def reason(self, structure: Structure, arrays: CitationArrays) -> str:
        """Why it means nothing here; empty when it means something."""
        if not structure.citations:
            return "there is no citation"
        if self.star and len(structure.lists) == 1:
            (work,) = structure.lists
            return f"one reference list, that of {work.key}, is a star: {self.star}"
        return self.needs(structure, arrays)

    def of(self, arrays: CitationArrays, structure: Structure, top: int) -> Result:
        """Its result, or the reason why there is none."""
        reason = self.reason(structure, arrays)
        rows: list[Row] = []
        facts: dict[str, Cell] = {}
        failed = False
        if not reason:
            try:
                rows, facts = self.compute(arrays, top)
            except (LimitError, EnvironmentFaultError) as error:
                reason, failed = str(error), True
        return Result(self.name, self.title, self.method, self.columns, tuple(rows), facts, reason, failed)


def _shared(what: str) -> Callable[[Structure, CitationArrays], str]:
    return lambda structure, _: (
        "" if structure.most_cited > 1 else f"no work is in two reference lists: {what}"
    )


def _no_chain(structure: Structure, _: CitationArrays) -> str:
    return "" if structure.between else "no work both cites and is cited: no path has two citations"


def _none_between(structure: Structure, arrays: CitationArrays) -> str:
    references = {place: frozenset(listed) for place, listed in arrays.references.items()}
    for work in references.keys() & arrays.citations.keys():
        for citing in arrays.citations[work]:
            if references[work] - references[citing] - {citing}:
                return ""
    return _no_chain(structure, arrays) or "whoever cites a work also cites what it cites: none lies between"


def _spread(structure: Structure, _: CitationArrays) -> str:
    tied = structure.most_cited > 1 or structure.between
    return (
        ""
        if tied
        else "no work is in two reference lists and none both cites and is cited: the lists are apart"
    )


def _no_cycles(structure: Structure, _: CitationArrays) -> str:
    return (
        "" if structure.cycles else "works are tied in one way at most: any cut would do as well as another"
    )


def _pairs_shared(structure: Structure, arrays: CitationArrays) -> str:
    if structure.most_cited < 2:
        return "no work is in two reference lists: every pair is cited together once at most"
    best = ranking.top_pairs(arrays, 1, "co-citation")
    return "" if best and best[0][2] > 1 else "no two works are cited together by two reference lists"


def _told(_: Structure, arrays: CitationArrays) -> str:
    return "" if ties.told(arrays) else "of no citation are authors or journals known on both sides"


def _dated(_: Structure, arrays: CitationArrays) -> str:
    return "" if ties.ages_by_list(arrays) else "of no citation are both years known"


def _pagerank(arrays: CitationArrays, top: int) -> Found:
    return [*ranked(arrays, ranking.pagerank(arrays), top)], {}


def _betweenness(arrays: CitationArrays, top: int) -> Found:
    return [*ranked(arrays, ranking.betweenness(arrays), top)], {}


def _pairs(kind: str) -> Callable[[CitationArrays, int], Found]:
    def compute(arrays: CitationArrays, top: int) -> Found:
        found = ranking.top_pairs(arrays, top, kind)
        return [(arrays.works[one], arrays.works[other], count) for one, other, count in found], {}

    return compute


def _communities(arrays: CitationArrays, top: int) -> Found:
    found = parts.communities(arrays)
    cited = {place: len(some) for place, some in arrays.citations.items()}
    rows: list[Row] = []
    for number, part in enumerate(found.parts[:top], 1):
        best = sorted(part, key=lambda place: (-cited.get(place, 0), place))[:3]
        rows.append((number, len(part), ", ".join(arrays.works[place].key for place in best)))
    return rows, {"communities": len(found.parts), "modularity": round(found.modularity, 9), "by": found.by}


def _main_path(arrays: CitationArrays, top: int) -> Found:
    found = parts.main_path(arrays)
    counts = (None, *found.counts)
    rows: list[Row] = [
        (number, arrays.works[place], arrays.works[place].year, None if n is None else n / found.paths)
        for number, (place, n) in enumerate(zip(found.steps, counts, strict=False), 1)
    ]
    digits = found.paths.bit_length() * 30103 // 100000
    paths = found.paths if digits < 16 else f"about 10^{digits}"
    return rows[:top], {"works on it": len(rows), "paths": paths, "citations in circles": found.left_out}


_WORK_SCORE = ("work", "score")
_PAIR_COUNT = ("work", "and", "shared")
MEASURES: Final = {
    measure.name: measure
    for measure in (
        Measure(
            "degree",
            "Citations",
            "how many works of the network cite a work, and how many it cites",
            ("work", "cited by", "cites"),
            "each work in it is cited once",
            _shared("each is cited once"),
            lambda arrays, top: (ranking.degree(arrays, top), {}),
        ),
        Measure(
            "pagerank",
            "PageRank",
            f"Brin and Page 1998, damping {ranking.DAMPING}",
            _WORK_SCORE,
            "every work in it has the same rank",
            _spread,
            _pagerank,
        ),
        Measure(
            "betweenness",
            "Betweenness",
            "Freeman 1977: the share of shortest paths between two others that lead through a work",
            _WORK_SCORE,
            "no work lies between two others",
            _none_between,
            _betweenness,
        ),
        Measure(
            "co-citation",
            "Co-citation",
            "Small 1973: how many works cite both",
            _PAIR_COUNT,
            "every pair in it is cited together once",
            _pairs_shared,
            _pairs("co-citation"),
        ),
        Measure(
            "coupling",
            "Bibliographic coupling",
            "Kessler 1963: how many works both cite",
            _PAIR_COUNT,
            "there is no second list to share works with",
            _shared("no two lists share any"),
            _pairs("bibliographic"),
        ),
        Measure(
            "communities",
            "Communities",
            "parts that cite each other more than by chance (modularity), directions left out",
            ("community", "works", "most cited"),
            "a star has no parts",
            _no_cycles,
            _communities,
        ),
        Measure(
            "main-path",
            "Main path",
            "search path count, Hummon and Doreian 1989, Batagelj 2003; oldest first",
            ("step", "work", "year", "share of paths"),
            "no path is longer than one citation",
            _no_chain,
            _main_path,
        ),
        Measure(
            "self-citation",
            "Self-citation",
            "citations between works that share an author, by printed name, or a journal",
            ("citing", "cited", "class"),
            "",
            _told,
            ties.self_citations,
        ),
        Measure(
            "age",
            "Citation age",
            f"year of citing less year of cited; Price's index (1970): the share up to {ties.RECENT} years",
            ("list of", "citations", "median age", "Price's index"),
            "",
            _dated,
            ties.ages,
        ),
    )
}


def measure(arrays: CitationArrays, names: Iterable[str] = (), *, top: int = 10) -> list[Result]:
    """Measure a network.

    Args:
        arrays: The network.
        names: Keys of :data:`MEASURES`; all when none is named.
        top: How many rows at most.

    Returns:
        One result a measure, in the order given.

    Raises:
        UnknownNameError: There is no such measure.
    """
    structure = structure_of(arrays)
    found = []
    for name in dict.fromkeys(names) or MEASURES:
        if name not in MEASURES:
            raise UnknownNameError("measure", name, MEASURES)
        found.append(MEASURES[name].of(arrays, structure, top))
    return found
