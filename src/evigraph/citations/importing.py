"""Adds citations from files to a review: all of them or none, and the numbers add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.changing import write_files, writing_alone
from evigraph.citations.catalogue import (
    Catalogue,
    ConflictError,
    Publication,
    citation_pairs,
    publications,
)
from evigraph.citations.entries import Cites, Entry, Refusal
from evigraph.citations.readers import Reading, read_citations
from evigraph.citations.statements import Writer
from evigraph.described import Described
from evigraph.errors import InputError
from evigraph.minting import Minter

if TYPE_CHECKING:
    from evigraph.review import Review

#: Where imports stand in a review, and the one file there that is no import.
CITATIONS = Path("graph") / "citations"
CANDIDATES = "candidates"


@dataclass(frozen=True)
class Import:
    """What came of an import; ``read == kept + merged + refused``, counted in citations.

    Attributes:
        read: How many citations the files hold.
        kept: How many are new to the review.
        merged: How many it had already, or the files held twice.
        refused: Those that could not be taken, where and why.
        formats: Name and format of each file.
        works: How many publications are new.
        matched: How many publications of the review were found by which key.
        path: The file that was written; none when there was nothing to write.
    """

    read: int
    kept: int
    merged: int
    refused: tuple[Refusal, ...]
    formats: tuple[tuple[str, str], ...]
    works: int
    matched: dict[str, int]
    path: Path | None

    def __str__(self) -> str:
        return f"read {self.read}, kept {self.kept}, merged {self.merged}, refused {len(self.refused)}"


def add_citations(
    review: Review,
    paths: Sequence[str | Path],
    *,
    skip_bad: bool = False,
    date: str | None = None,
    dry_run: bool = False,
) -> Import:
    """Add the citations of files to a review, whole or not at all.

    Args:
        review: The review; its folder is written to.
        paths: OpenCitations CSV, or JSON of OpenAlex, Crossref, Semantic Scholar or CSL.
        skip_bad: Refuse a citation of a work by itself, and works of one DOI and two titles, one by
            one, where otherwise the whole import is refused.
        date: When the files were got, such as ``2008-09-01``; kept with each file.
        dry_run: Count, and write nothing.

    Raises:
        InputError: A file is broken or holds what cannot be; nothing was written.
        EnvironmentFaultError: The file cannot be written; nothing was.
    """
    from evigraph.review import Review

    readings = [read_citations(path) for path in paths]
    folder = review.folder.path
    with writing_alone(folder / "graph"):
        fresh = Review(folder)
        writer = Writer(Minter(fresh.iri.value, fresh.folder.graph), fresh.folder.graph, date)
        plan = Plan(fresh.folder.graph, readings, skip_bad)
        path = None
        if news := plan.write(writer):
            path = folder / CITATIONS / f"{writer.file_name(readings[0].name, _stems(folder))}.ttl"
            if not dry_run:
                write_files({path: serialize(news, "turtle", fresh.folder.prefixes)})
    return Import(
        read=sum(len(reading.cites) + len(reading.refused) for reading in readings),
        kept=len(plan.kept),
        merged=plan.merged,
        refused=tuple(plan.refused),
        formats=tuple((reading.name, reading.format) for reading in readings),
        works=len(plan.new),
        matched=dict(sorted(plan.matched.items())),
        path=path,
    )


class Plan:
    """Which publications the entries of files are, and what becomes of each citation."""

    def __init__(self, graph: Iterable[ox.Quad], readings: Sequence[Reading], skip_bad: bool) -> None:
        said = Described(graph)
        self.readings = readings
        self.catalogue = Catalogue(publications(said))
        self.pairs = citation_pairs(said)
        self.refused: list[Refusal] = [one for reading in readings for one in reading.refused]
        self.merged = 0
        #: Citing and cited publication, with the reading and the citation that say so first.
        self.kept: dict[tuple[int, int], tuple[Publication, Publication, int, Cites]] = {}
        #: Each reading's citations that the review had, as pairs of publications.
        self.again: dict[tuple[int, int, int], tuple[Publication, Publication, int]] = {}
        #: The keys by which each reading's entries were found to be a publication, and where first.
        self.found: dict[tuple[int, int], tuple[Publication, dict[str, None], str]] = {}
        self.skip_bad = skip_bad
        self.bad = self._take()
        if self.bad and not skip_bad:
            self._refuse(next(iter(self.bad.values())))
        for number, reading in enumerate(readings):
            for cites in reading.cites:
                self._judge(number, cites)
        used = {id(p): p for p, _, _ in self.found.values()}
        self.new = [p for p in used.values() if not p.iri]
        kinds = {id(p): next(iter(keys)) for p, keys, _ in self.found.values() if p.iri}
        self.matched = Counter(kinds.values())

    def _take(self) -> dict[int, Refusal]:
        """Put all entries into the catalogue; the bad ones with the reason, in the order of the files.

        Those with a DOI come first, for what they say lets those without one be matched by title; then
        those with most identifiers.
        """
        entries = {
            id(entry): entry
            for reading in self.readings
            for entry in (*reading.entries, *(e for c in reading.cites for e in (c.citing, c.cited)))
        }
        bad: dict[int, Refusal] = {}
        for entry in sorted(entries.values(), key=_rank):
            try:
                self.catalogue.take(entry)
            except ConflictError as error:
                bad[id(entry)] = Refusal(entry.where, str(error))
        return {number: bad[number] for number in entries if number in bad}

    def _judge(self, number: int, cites: Cites) -> None:
        citing, cited = self._found(cites.citing), self._found(cites.cited)
        ends = (cites.citing, cites.cited)
        fault = next((self.bad[id(entry)] for entry in ends if id(entry) in self.bad), None)
        if fault is None and citing[0] is cited[0]:
            fault = Refusal(cites.where, f"a work cites itself ({_name(cites.citing)})")
        if fault is not None:
            self._refuse(fault)
            return
        for entry, (publication, key) in zip(ends, (citing, cited), strict=True):
            keys = self.found.setdefault((number, id(publication)), (publication, {}, entry.where))[1]
            keys["new" if not publication.iri else key] = None
        a, b = citing[0], cited[0]
        if (a.iri, b.iri) in self.pairs:
            self.again[number, id(a), id(b)] = (a, b, number)
            self.merged += 1
        elif (id(a), id(b)) in self.kept:
            if self.kept[id(a), id(b)][2] != number:
                self.again[number, id(a), id(b)] = (a, b, number)
            self.merged += 1
        else:
            self.kept[id(a), id(b)] = (a, b, number, cites)

    def _refuse(self, fault: Refusal) -> None:
        """Count a bad citation as refused, or refuse the whole import."""
        if not self.skip_bad:
            raise InputError(
                f"{fault}; nothing was imported. Mend the file, or refuse such citations one by one with "
                "--skip-bad"
            )
        self.refused.append(fault)

    def _found(self, entry: Entry) -> tuple[Publication, str]:
        found = self.catalogue.find(entry)
        assert found is not None  # it was taken; a bad one has at least the DOI of another
        return found

    def write(self, writer: Writer) -> list[ox.Quad]:
        """The statements to add; none when the files add nothing to what the review has."""
        fresh = [not writer.knows(reading.sha256) for reading in self.readings]
        used = {id(publication): publication for publication, _, _ in self.found.values()}
        if not self.kept and not any(fresh) and not any(p.added for p in used.values()):
            return []
        if not self.found:  # nothing was read that could be kept
            return []
        for publication in used.values():
            writer.publication(publication)
        sources = [writer.source(reading.name, reading.sha256) for reading in self.readings]
        for (number, _), (publication, keys, where) in self.found.items():
            writer.match(sources[number], publication, keys, where)
        for citing, cited, number, cites in self.kept.values():
            node = writer.citation(citing, cited, sources[number], cites.where)
            self.pairs[citing.iri, cited.iri] = node
        for citing, cited, number in self.again.values():
            writer.citation_source(self.pairs[citing.iri, cited.iri], sources[number])
        return writer.quads


def _rank(entry: Entry) -> tuple[bool, int, bool]:
    return not entry.doi, -len(entry.identifiers()), not entry.title


def _name(entry: Entry) -> str:
    kind, value = next(iter(entry.identifiers()), ("title", entry.title[:80]))
    return f"{kind} {value}"


def _stems(folder: Path) -> set[str]:
    there = folder / CITATIONS
    return {CANDIDATES, *(path.stem for path in there.iterdir())} if there.is_dir() else {CANDIDATES}
