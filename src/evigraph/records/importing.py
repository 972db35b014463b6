"""Adds records from files to a review: all files or none, and the numbers add up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.changing import write_files, writing_alone
from evigraph.citations.entries import Refusal, family, first, slug
from evigraph.errors import InputError, LimitError
from evigraph.fitness import UNFIT
from evigraph.minting import Minter, free
from evigraph.reading import LONGEST
from evigraph.records.found import Found, Judged
from evigraph.records.readers import Reading, read_records
from evigraph.records.stored import (
    RECORDS,
    Item,
    Record,
    authors_of,
    identifiers_of,
    item_text,
    records_in,
    statements,
    title_of,
    year_of,
)
from evigraph.terms import DCTERMS, RDF_TYPE, RDFS_LABEL, XSD, evi

if TYPE_CHECKING:
    from evigraph.decisions.recording import Recorded
    from evigraph.review import Review


@dataclass(frozen=True)
class Search:
    """Where files of records come from.

    Attributes:
        source: What the source is called, such as ``PubMed 2026-11-20``; the name of each file when empty.
        kind: One of :data:`evigraph.records.kinds.KINDS`, or empty when nobody says.
        date: When it was searched, such as ``2026-11-20``, or empty.
    """

    source: str = ""
    kind: str = ""
    date: str = ""


@dataclass(frozen=True)
class Added:
    """What came of an import; ``read == kept + merged + refused``.

    Attributes:
        read: How many entries the files hold.
        kept: How many are new records.
        merged: How many the review had already from the same source, or the files held twice.
        refused: Those that could not be taken, where and why.
        formats: Name and format of each file.
        notes: What to tell the reader of the way the files were read.
        paths: The files that were written.
        judged: The decisions that stand in the files, by the IRI of the record.
        recorded: What came of them; none where they were not taken, or there are none.
        nameless: How many were left out, since nobody is named who gave them.
    """

    read: int
    kept: int
    merged: int
    refused: tuple[Refusal, ...]
    formats: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    paths: tuple[Path, ...]
    judged: Mapping[str, tuple[Judged, ...]]
    recorded: Recorded | None = None
    nameless: int = 0

    def __str__(self) -> str:
        return f"read {self.read}, kept {self.kept}, merged {self.merged}, refused {len(self.refused)}"


def add_records(
    review: Review,
    paths: Sequence[str | Path],
    search: Search = Search(),  # it is frozen
    *,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    encoding: str = "",
    skip_bad: bool = False,
    decisions: bool = False,
    by: str = "",
    dry_run: bool = False,
) -> Added:
    """Add the records of files to a review, all files or none.

    Each entry becomes a record with all that was read, even when another source has the same
    publication: what is counted as identified is what each source gave. An entry that the same
    source gave before is not added again.

    Args:
        review: The review; its folder is written to.
        paths: The files; ``-`` is standard input.
        search: Where they come from.
        format: How to read them; seen from each file when left out.
        columns: Column to field, of tables.
        encoding: What the files are in, where they do not say so themselves and are not UTF-8.
        skip_bad: Refuse entries that are broken one by one, where otherwise the whole import is refused.
        decisions: Whether the decisions in the files are recorded with them, in one change.
        by: Who gave those that name nobody.
        dry_run: Count, and write nothing.

    Raises:
        InputError: A file or an entry is broken, or of no known format; nothing was written.
        LimitError: An entry is longer than what can be read again; nothing was written.
        EnvironmentFaultError: A file cannot be written; nothing was.
    """
    from evigraph.decisions.imported import acts_in
    from evigraph.decisions.recording import decided
    from evigraph.review import Review

    folder = review.folder.path
    with writing_alone(folder / "graph"):
        fresh = Review(folder)
        plan = Plan(fresh.iri.value, fresh.folder.graph, search)
        readings = [read_records(path, format, columns, encoding) for path in paths]
        for reading in readings:
            plan.take(reading)
        if not skip_bad:
            plan.require_whole()
        stems = {path.stem for path in (folder / RECORDS).glob("*")}
        files: dict[Path, bytes] = {}
        for name, quads in plan.written.items():
            stem = free(slug(search.source) or slug(name.rsplit(".", 1)[0]) or "records", stems)
            stems.add(stem)
            files[folder / RECORDS / f"{stem}.ttl"] = serialize(quads, "turtle", fresh.folder.prefixes)
        recorded, nameless = None, 0
        if decisions and plan.judged:
            news = [quad for quads in plan.written.values() for quad in quads]
            fresh.folder = fresh.folder.foreseeing(news)
            acts, nameless = acts_in(plan.judged, by, fresh)
            if acts:
                recorded, more = decided(fresh, acts)
                files |= more
        if files and not dry_run:
            write_files(files)
    return Added(
        read=plan.read,
        kept=plan.kept,
        merged=plan.merged,
        refused=tuple(plan.refused),
        formats=tuple((reading.name, reading.format) for reading in readings),
        notes=tuple(note for reading in readings for note in reading.notes),
        paths=tuple(path for path in files if recorded is None or path not in recorded.paths),
        judged=plan.judged,
        recorded=recorded,
        nameless=nameless,
    )


class Plan:
    """What becomes of each entry."""

    def __init__(self, review: str, graph: Iterable[ox.Quad], search: Search) -> None:
        self._search = search
        self._labels: dict[str, str] = {}
        self._sources: dict[tuple[str, str], str] = {}
        hashes: dict[str, str] = {}
        quads = list(graph)
        self._names = Minter(review, quads)
        for quad in quads:
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                if quad.predicate == RDFS_LABEL:
                    self._labels[quad.subject.value] = quad.object.value
                elif quad.predicate == evi("sha256"):
                    hashes[quad.subject.value] = quad.object.value
        self._sources = {(sha256, self._labels.get(iri, "")): iri for iri, sha256 in hashes.items()}
        #: Source and entry of each record that is there, and the record.
        self._known = {
            (self._labels.get(record.source, ""), _same(record.item)): record.iri
            for record in records_in(quads)
        }
        self.read = self.kept = self.merged = 0
        self.refused: list[Refusal] = []
        self.written: dict[str, list[ox.Quad]] = {}
        self.judged: dict[str, tuple[Judged, ...]] = {}

    def take(self, reading: Reading) -> None:
        """Take the entries of a file."""
        label = self._search.source or reading.name
        quads: list[ox.Quad] = []
        source = self._sources.get((reading.sha256, label), "")
        for one in reading.read:
            self.read += 1
            fault = _fault(one.item) if isinstance(one, Found) else one.reason
            if fault or not isinstance(one, Found):
                self.refused.append(Refusal(one.where, fault) if isinstance(one, Found) else one)
                continue
            same = (label, _same(one.item))
            if same in self._known:
                self.merged += 1
            else:
                if not source:
                    source = self._sources[reading.sha256, label] = self._names.iri(
                        "source", slug(label) or "file"
                    )
                    quads += self._describe(source, label, reading)
                record = self._record(one, source)
                quads += statements(record)
                self._known[same] = record.iri
                self.kept += 1
            if one.judged:
                self.judged[self._known[same]] = one.judged
        if quads:
            self.written[reading.name] = [*self.written.get(reading.name, []), *quads]

    def require_whole(self) -> None:
        """Refuse all when an entry is broken.

        Raises:
            InputError: One is; the first is named.
        """
        broken = [one for one in self.refused if one.broken]
        if broken:
            more = f" ({len(broken) - 1} more)" if len(broken) > 1 else ""
            raise InputError(
                f"{broken[0]}{more}; of {self.read} entries none was added: mend it, or add the others with "
                "--skip-bad"
            )

    def _record(self, found: Found, source: str) -> Record:
        key = self._names.key(_key(found.item))
        line, text = found.where.rpartition(":")[2], item_text(found.item)
        if len(text) > LONGEST // 8 and len(str(ox.Literal(text)).encode()) > LONGEST - 1000:
            raise LimitError(
                f"{found.where}: an entry of {len(text):,} signs; at most {LONGEST:,} bytes (16 MB) can "
                "be kept, so shorten its longest field"
            )
        return Record(self._names.iri("record", key), key, source, f"line {line}", text)

    def _describe(self, source: str, label: str, reading: Reading) -> list[ox.Quad]:
        node, search = ox.NamedNode(source), self._search
        said: list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]] = [
            (RDF_TYPE, evi("Source")),
            (RDFS_LABEL, ox.Literal(label)),
            (evi("fileName"), ox.Literal(reading.name)),
            (evi("sha256"), ox.Literal(reading.sha256)),
        ]
        if search.date:
            day = ox.Literal(search.date, datatype=ox.NamedNode(XSD + "date"))
            said.append((ox.NamedNode(DCTERMS + "date"), day))
        if search.kind:
            said.append((evi("searchKind"), ox.Literal(search.kind)))
        return [ox.Quad(node, *one) for one in said]


def _fault(item: Item) -> str:
    """Why an entry cannot be a record, or an empty text."""
    parsed = (item.get("custom") or {}).get("parsed")
    if not title_of(item).strip() and not identifiers_of(item) and not parsed:
        return "has neither a title nor a DOI or PMID"
    if any("\ud800" <= sign <= "\udfff" for sign in item_text(item)):
        return "a text holds half a character, which no file can keep"
    if any(UNFIT.search(text) for text in _texts(item)):
        return "a text holds a control character, which no file can keep"
    return ""


def _texts(value: object) -> Iterator[str]:
    """All texts in an item."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _same(item: Item) -> bytes:
    """What two entries share that say the same; what a format calls them does not count."""
    return hashlib.sha256(
        item_text({k: v for k, v in item.items() if k != "id"}).encode("utf-8", "replace")
    ).digest()


def _key(item: Item) -> str:
    """The first author and the year; where they are unknown, an identifier or the beginning of the title."""
    name, year = slug(family(first(authors_of(item)))).replace("-", "")[:40], year_of(item)
    if name and year is not None:
        return f"{name}{year}"
    kind, value = next(iter(identifiers_of(item).items()), ("", ""))
    words = "-".join(slug(title_of(item)).split("-")[:4])
    return slug(f"{kind}-{value}")[:80] if kind else words[:60] or "record"
