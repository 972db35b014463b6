"""Networks of works, or of people, that are tied by what they share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from itertools import combinations
from typing import TYPE_CHECKING, Final

from evigraph.citations.network import CitationArrays
from evigraph.errors import LimitError, UnknownNameError

if TYPE_CHECKING:
    import networkx as nx

#: More pairs than these are not counted without sparse matrices: memory would not be bounded.
PAIR_LIMIT: Final = 20_000_000


def pair_counts(groups: Iterable[Collection[int]]) -> Counter[tuple[int, int]]:
    """How many groups each pair of members shares; the lesser member comes first.

    Raises:
        LimitError: There are more than :data:`PAIR_LIMIT` pairs.
    """
    found = list(groups)
    pairs = sum(len(group) * (len(group) - 1) // 2 for group in found)
    if pairs > PAIR_LIMIT:
        raise LimitError(
            f"{pairs:,} pairs share something, more than {PAIR_LIMIT:,}; ask for the greatest alone"
        )
    return Counter(pair for group in found for pair in combinations(sorted(group), 2))


def _by_author(arrays: CitationArrays) -> Iterable[Collection[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for place, work in enumerate(arrays.works):
        for author in work.authors:
            found[author].add(place)
    return found.values()


def _by_journal(arrays: CitationArrays) -> Iterable[Collection[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for place, work in enumerate(arrays.works):
        if work.journal:
            found[work.journal].add(place)
    return found.values()


#: What ties two works: for each kind the groups of works that share a thing.
KINDS: Final[dict[str, Callable[[CitationArrays], Iterable[Collection[int]]]]] = {
    "authors": _by_author,
    "journals": _by_journal,
    "bibliographic": lambda arrays: arrays.citations.values(),
    "co-citation": lambda arrays: arrays.references.values(),
}


def works_by(arrays: CitationArrays, kind: str) -> nx.Graph:
    """The works, tied by what they share.

    Args:
        arrays: The network.
        kind: A key of :data:`KINDS`: shared authors, the same journal, shared references
            (bibliographic coupling, Kessler 1963), or being cited together (co-citation, Small 1973).

    Returns:
        A new graph; nodes are the IRIs of all works with their ``key``, and the ``weight`` of an edge
        counts what is shared.

    Raises:
        UnknownNameError: There is no such kind.
        LimitError: Too many pairs share something.
    """
    import networkx as nx

    if kind not in KINDS:
        raise UnknownNameError("kind of coupling", kind, KINDS)
    counts = pair_counts(KINDS[kind](arrays))
    graph = nx.Graph()
    graph.add_nodes_from((work.iri, {"key": work.key}) for work in arrays.works)
    for (one, other), weight in sorted(counts.items()):
        graph.add_edge(arrays.works[one].iri, arrays.works[other].iri, weight=weight)
    return graph


def authors_of(arrays: CitationArrays) -> nx.Graph:
    """The authors, tied by works that they wrote together.

    Returns:
        A new graph; nodes are the IRIs of persons with ``name`` and ``works``, a count, and the
        ``weight`` of an edge is the number of joint works.

    Raises:
        LimitError: Too many pairs wrote something together.
    """
    import networkx as nx

    people = sorted({author for work in arrays.works for author in work.authors})
    place = {person: number for number, person in enumerate(people)}
    teams = [{place[author] for author in work.authors} for work in arrays.works]
    wrote = Counter(member for team in teams for member in team)
    graph = nx.Graph()
    for number, person in enumerate(people):
        graph.add_node(person, name=(arrays.people or {}).get(person, person), works=wrote[number])
    for (one, other), weight in sorted(pair_counts(teams).items()):
        graph.add_edge(people[one], people[other], weight=weight)
    return graph
