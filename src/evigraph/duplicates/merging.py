"""Merges records of a review, tells them apart, and takes merges back; every record stays."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.changing import write_files, writing_alone
from evigraph.decisions.people import People
from evigraph.decisions.standing import ENDED
from evigraph.decisions.targets import Targets
from evigraph.described import Described
from evigraph.duplicates.matching import Found, Match, find
from evigraph.errors import InputError
from evigraph.minting import Minter
from evigraph.records.merges import DEDUPLICATION, DISTINCTION, MERGE, USED
from evigraph.records.stored import records_in
from evigraph.terms import PROV, RDF_TYPE, RECORD_GRAPH, XSD, evi

if TYPE_CHECKING:
    from evigraph.review import Review

#: Where it stands which records are duplicates.
MERGES = "graph/merges.ttl"
_ASSOCIATED = ox.NamedNode(PROV + "wasAssociatedWith")


@dataclass(frozen=True)
class Deduplicated:
    """What a search for duplicates came to.

    Attributes:
        records: How many records there are.
        before: How many of them were merged into others before.
        merged: The new merges: the key of the duplicate, that of the record that stands for it, by what
            they were matched, and why.
        doubtful: Matches for a person to look at: two keys, why they may be one, why they may not.
        path: The file that was written, or none.
    """

    records: int
    before: int
    merged: tuple[tuple[str, str, str, str], ...]
    doubtful: tuple[tuple[str, str, str, str], ...]
    path: Path | None

    def __str__(self) -> str:
        counts = {by: sum(one[2] == by for one in self.merged) for by in ("doi", "pmid", "title")}
        how = ", ".join(f"{count} by {by}" for by, count in counts.items() if count) or "none"
        left = self.records - self.before - len(self.merged)
        return (
            f"records {self.records}, merged before {self.before}, merged now {len(self.merged)} ({how}), "
            f"left {left}; to look at {len(self.doubtful)}"
        )


def deduplicate(review: Review, *, by: str = "", dry_run: bool = False) -> Deduplicated:
    """Find the duplicates among the records of a review, and merge those that are certain or likely.

    Args:
        review: The review; its folder is written to.
        by: Who answers for the merges; nobody when a program alone did it.
        dry_run: Find, and write nothing.

    Raises:
        EnvironmentFaultError: The file cannot be written; nothing was.
    """
    with writing_alone(review.folder.path / "graph"):
        book = _Book(review)
        found = book.find()
        merged = book.merge_groups(found, by)
        book.note_search()
        path = book.save(dry_run=dry_run)
    key = book.targets.key
    return Deduplicated(
        records=len(book.records),
        before=len(book.targets.stands_for),
        merged=tuple(merged),
        doubtful=tuple((key(m.one), key(m.other), m.reason, m.doubt) for m in found.doubtful),
        path=path,
    )


def merge(review: Review, keys: Sequence[str], by: str, reason: str = "") -> Path:
    """Merge records because a person says so, whatever they say of themselves; the first stands.

    Raises:
        UnknownNameError: There is no such record.
        InputError: They are fewer than two, or one already.
    """
    with writing_alone(review.folder.path / "graph"):
        book = _Book(review)
        first, *others = book.representatives(keys)
        if not others:
            raise InputError(f"{', '.join(keys)}: are one record already; name two that are not")
        for other in others:
            book.merge(other, first, "person", reason or "a person says so", by)
            book.forget_distinctions(first, other)
        return book.saved()


def tell_apart(review: Review, keys: Sequence[str], by: str) -> Path:
    """Say that two records are two publications; merges that say otherwise are taken back.

    Raises:
        UnknownNameError: There is no such record.
        InputError: They are not two, or they were told apart before.
    """
    with writing_alone(review.folder.path / "graph"):
        book = _Book(review)
        one, other = book.two(keys)
        book.part(one, other)
        book.distinguish(one, other, by)
        return book.saved()


def undo(review: Review, key: str) -> tuple[Path, list[str]]:
    """Take back the merges of a record: that into another, or, of one that stands, all into it.

    Args:
        review: The review; its folder is written to.
        key: The key or IRI of the record.

    Returns:
        The file, and the keys of the records that are no duplicates any more.

    Raises:
        UnknownNameError: There is no such record.
        InputError: It was not merged.
    """
    with writing_alone(review.folder.path / "graph"):
        book = _Book(review)
        record = book.record(key)
        freed = book.take_back(merged=record) or book.take_back(into=record)
        if not freed:
            raise InputError(f"{key}: was not merged with another record; nothing to take back")
        return book.saved(), [book.targets.key(one) for one in freed]


def merges(review: Review) -> list[tuple[str, str, str, str]]:
    """The merges of a review: duplicate, the record that stands for it, matched by, and why."""
    book = _Book(review)
    key = book.targets.key
    found = [
        (
            key(str(getattr(book.said.value(node, evi("mergedRecord")), "value", ""))),
            key(str(getattr(book.said.value(node, evi("intoRecord")), "value", ""))),
            book.said.text(node, evi("matchedBy")),
            book.said.text(node, evi("reason")),
        )
        for node in book.said.of_class(MERGE)
    ]
    return sorted(found)


class _Book:
    """The records of a review and which are one; what is changed is written at the end."""

    def __init__(self, review: Review) -> None:
        self._folder = type(review)(review.folder.path).folder
        self._path = self._folder.path / MERGES
        graph = self._folder.graph
        self.said = Described(graph)
        self.records = records_in(graph)
        self.targets = Targets(self.said, graph)
        self._names = Minter(type(review)(review.folder.path).iri.value, graph)
        self._people = People(self.said, self._names)
        held = self._folder.read_graph_file(self._path) if self._path.is_file() else []
        self._quads: dict[ox.Quad, None] = dict.fromkeys(held)
        self._time = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    def find(self) -> Found:
        """Find duplicates; records that were judged stand for others."""
        judged = {
            record.value
            for node in self.said.having(evi("onRecord"))
            if (record := self.said.iri(node, evi("onRecord"))) is not None
        }
        apart = [frozenset(map(_value, pair)) for pair in self._distinctions().values()]
        return find(self.records, self.targets.stands_for, apart, judged)

    def merge_groups(self, found: Found, by: str) -> list[tuple[str, str, str, str]]:
        """Merge what was found, each into the record that stands, with the match that speaks for it."""
        stands_for = {iri: group[0] for group in found.groups for iri in group[1:]}
        reasons: dict[str, list[Match]] = {}
        for match in found.matches:
            for iri in (match.one, match.other):
                reasons.setdefault(iri, []).append(match)
        key, done = self.targets.key, []
        for iri, into in stands_for.items():
            if iri in self.targets.stands_for:
                continue  # merged before; into what stands for it now by way of the chain
            match = next((m for m in reasons[iri] if into in (m.one, m.other)), reasons[iri][0])
            beside = match.other if match.one == iri else match.one
            reason = match.reason if beside == into else f"{match.reason}, as {key(beside)}"
            self.merge(iri, into, match.by, reason, by)
            done.append((key(iri), key(into), match.by, reason))
        return done

    def merge(self, record: str, into: str, matched_by: str, reason: str, by: str) -> None:
        """Say that a record is a duplicate of another."""
        node = ox.NamedNode(self._names.iri("merge", self.targets.key(record)))
        self._say(node, RDF_TYPE, MERGE)
        self._say(node, evi("mergedRecord"), ox.NamedNode(record))
        self._say(node, evi("intoRecord"), ox.NamedNode(into))
        self._say(node, evi("matchedBy"), ox.Literal(matched_by))
        self._say(node, evi("reason"), ox.Literal(reason))
        if by:
            self._say(node, _ASSOCIATED, self._person(by))

    def note_search(self) -> None:
        """Say which sources were searched for duplicates, unless all of them were before."""
        used = {s for run in self.said.of_class(DEDUPLICATION) for s in self.said.values(run, USED)}
        sources = {record.source for record in self.records if record.source}
        if new := sorted(sources - {_value(source) for source in used}):
            node = ox.NamedNode(self._names.iri("deduplication", "search"))
            self._say(node, RDF_TYPE, DEDUPLICATION)
            self._say(node, ENDED, ox.Literal(self._time, datatype=ox.NamedNode(XSD + "dateTime")))
            for source in new:
                self._say(node, USED, ox.NamedNode(source))

    def record(self, name: str) -> str:
        """The record of this key or IRI itself, also when another stands for it."""
        self.targets.record(name)
        return self.targets.records.get(name, name)

    def representatives(self, names: Sequence[str]) -> list[str]:
        """The records that stand for those of these names, each once."""
        return list(dict.fromkeys(self.targets.record(name) for name in names))

    def two(self, names: Sequence[str]) -> tuple[str, str]:
        """Two records.

        Raises:
            InputError: They are not two, or they were told apart.
        """
        found = list(dict.fromkeys(self.record(name) for name in names))
        if len(found) != 2:
            raise InputError(f"{', '.join(names)}: name two different records")
        if set(found) in [set(map(_value, pair)) for pair in self._distinctions().values()]:
            raise InputError(f"{' and '.join(names)}: were told apart before")
        return found[0], found[1]

    def part(self, one: str, other: str) -> None:
        """Take back the merges by which two records are one."""
        stand = self.targets.stands_for
        while stand.get(one, one) == stand.get(other, other):
            merged = other if other in stand else one
            self.take_back(merged=merged)
            stand = {record: into for record, into in stand.items() if record != merged}

    def distinguish(self, one: str, other: str, by: str) -> None:
        """Say that two records are two publications."""
        name = f"{self.targets.key(one)}--{self.targets.key(other)}"
        node = ox.NamedNode(self._names.iri("distinction", name))
        self._say(node, RDF_TYPE, DISTINCTION)
        self._say(node, evi("distinguishes"), ox.NamedNode(one))
        self._say(node, evi("distinguishes"), ox.NamedNode(other))
        self._say(node, _ASSOCIATED, self._person(by))

    def forget_distinctions(self, one: str, other: str) -> None:
        """Take back that two records were told apart, as a person says now that they are one."""
        for node, pair in self._distinctions().items():
            if set(map(_value, pair)) == {one, other}:
                self._drop(node)

    def take_back(self, *, merged: str = "", into: str = "") -> list[str]:
        """Take back merges of a record, or into one; the records that are freed."""
        freed = []
        for node in self.said.of_class(MERGE):
            record, target = self.said.iri(node, evi("mergedRecord")), self.said.iri(node, evi("intoRecord"))
            if record and target and (record.value == merged or target.value == into):
                self._drop(node)
                freed.append(record.value)
        return sorted(freed)

    def save(self, *, dry_run: bool = False) -> Path | None:
        """Write what changed; none when nothing did."""
        quads = [*self._quads, *(q for q in self._people.quads if self._mentioned(q))]
        data = serialize(quads, "turtle", self._folder.prefixes)
        if not quads or (self._path.is_file() and self._path.read_bytes() == data):
            return None
        if not dry_run:
            write_files({self._path: data})
        return self._path

    def saved(self) -> Path:
        """Write what changed."""
        return self.save() or self._path

    def _mentioned(self, quad: ox.Quad) -> bool:
        return any(held.object == quad.subject for held in self._quads)

    def _distinctions(self) -> dict[ox.NamedNode, list[object]]:
        return {
            node: self.said.values(node, evi("distinguishes")) for node in self.said.of_class(DISTINCTION)
        }

    def _person(self, name: str) -> ox.NamedNode:
        return self._people.node(name)

    def _drop(self, node: ox.NamedNode) -> None:
        self._quads = {quad: None for quad in self._quads if quad.subject != node}

    def _say(self, subject: ox.NamedNode, property: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> None:
        self._quads[ox.Quad(subject, property, value, RECORD_GRAPH)] = None


def _value(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)
