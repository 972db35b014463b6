"""From rows of a sheet to what changes in the graph: facts, what ties parts, and where each was read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from evigraph.citations.entries import slug
from evigraph.decisions.people import People
from evigraph.described import Described
from evigraph.errors import InputError, suggestion
from evigraph.extraction.fields import PARTS, SINGLE, TIED, TIES, Field, Fields
from evigraph.extraction.rows import Row, known_rows, part_of, subject_of
from evigraph.minting import Minter
from evigraph.names import compact, node_of
from evigraph.provenance import Provenance
from evigraph.terms import (
    BASIS,
    GIVEN_GRAPH,
    INFERRED_GRAPH,
    NOTE,
    PROV,
    RDF_TYPE,
    RDFS_LABEL,
    RECORD_GRAPH,
    SOURCE,
    VERDICT_GRAPH,
    evi,
)

_LOCATOR = evi("locator")
_ASSOCIATED = ox.NamedNode(PROV + "wasAssociatedWith")
#: Bases on which nobody can read anything.
_NOT_READ = (RECORD_GRAPH, VERDICT_GRAPH, INFERRED_GRAPH)


@dataclass
class Change:
    """What becomes of the graph.

    Attributes:
        added: Statements that come to it.
        removed: Statements that leave it.
        new: How many facts are new.
        gone: How many facts are taken away.
        kept: How many facts are in the sheet and were known.
        left: How many facts are known and not in the sheet, and stay.
    """

    added: dict[ox.Quad, None] = field(default_factory=dict)
    removed: dict[ox.Quad, None] = field(default_factory=dict)
    new: int = 0
    gone: int = 0
    kept: int = 0
    left: int = 0


class Changes:
    """Works out what sheets change in a review.

    Args:
        graph: What the review says.
        facts: The facts of its ontology.
        names: Gives out IRIs that the review does not have.
        people: Its people.
        source: Where facts were read whose rows do not say.
    """

    def __init__(
        self, graph: Sequence[ox.Quad], facts: Fields, names: Minter, people: People, source: str = ""
    ) -> None:
        self._default = source
        self._facts, self._names, self._people = facts, names, people
        self._said = Described(graph)
        self._provenance = Provenance(quad for quad in graph if quad.graph_name == RECORD_GRAPH)
        self._graph: dict[str, list[ox.Quad]] = defaultdict(list)
        for quad in graph:
            if isinstance(quad.subject, ox.NamedNode):
                self._graph[quad.subject.value.partition("#")[0]].append(quad)
        self._bases = {b.value.removeprefix(BASIS) for b in facts.bases if b not in _NOT_READ}
        self._sources: dict[str, ox.NamedNode] = {}
        for node in self._said.of_class(evi("Source")):
            for name in (self._said.text(node, RDFS_LABEL), compact(node, facts.prefixes), node.value):
                self._sources.setdefault(name, node)
        self._fresh: dict[str, ox.NamedNode] = {}

    def of_study(
        self, key: str, study: ox.NamedNode, rows: Iterable[tuple[str, Row]], by: str, *, replace_all: bool
    ) -> Change:
        """What the rows about a study change.

        Args:
            key: What the study is called.
            study: The study.
            rows: Each with its file and line; those without a value say nothing.
            by: Who read what is new.
            replace_all: Whether facts that are not in the rows are taken away.

        Raises:
            InputError: A row cannot be used; the message says where.
        """
        own = self._graph[study.value]
        change = Change()
        before = known_rows(key, study, own, self._facts, self._provenance)
        given: dict[Row, str] = {}
        for where, row in rows:
            if row.value:
                try:
                    given.setdefault(self._usable(study, row, before, change), where)
                except InputError as error:
                    raise InputError(f"{where}: {error}") from None
        known = dict.fromkeys(before)
        change.new = sum(row not in known for row in given)
        change.kept = len(given) - change.new
        lost = [row for row in before if row not in given]
        change.gone, change.left = (len(lost), 0) if replace_all else (0, len(lost))
        if not change.new and not change.gone:
            return Change(kept=change.kept, left=change.left)
        after = [*given] if replace_all else [*before, *(row for row in given if row not in known)]
        old, new = self._statements(study, before), self._statements(study, after)
        held = set(own)
        change.added |= {quad: None for quad in new if quad not in held}
        change.removed |= {quad: None for quad in old if quad not in new}
        self._trace(study, own, before, after, by, change)
        return change

    def _usable(self, study: ox.NamedNode, row: Row, before: Sequence[Row], change: Change) -> Row:
        """A row as a known one would be written.

        Raises:
            InputError: Something in it is not known.
        """
        fact = self._facts.field(row.property)
        kind = row.of.rpartition("-")[0] or row.of
        whose = " or ".join(_a(part) for part in fact.parts)
        if row.of != "study" and kind not in fact.parts:
            raise InputError(f"{row.property} is said of {whose}, not of {row.of!r}")
        if row.of == "study" and fact.parts[0] not in ("study", *SINGLE):
            raise InputError(f"{row.property} is said of {whose}; write {fact.parts[0]}-1 under 'of'")
        for name in (row.of, *(name for tie in TIES for name in getattr(row, tie).split())):
            node_of(f"{study.value}#{name}")
        if row.basis not in self._bases:
            said = f"no basis {row.basis!r}" if row.basis else "says no basis"
            raise InputError(f"{said}: {suggestion(row.basis, sorted(self._bases))}")
        value = self._facts.value(fact, row.value)
        if fact.kind == "instrument" and isinstance(value, ox.Literal):
            value = self._instrument(row.value, change)
        source = self._source(row, before, change)
        ties = {name: " ".join(getattr(row, name).split()) for name in TIES}
        allowed = {column for part in fact.parts for column in TIED.get(part, ())}
        if wrong := [column for column in TIES if ties[column] and column not in allowed]:
            raise InputError(f"{row.property} is said of {whose}; leave {' and '.join(wrong)} empty")
        return replace(
            row,
            value=row.value if fact.kind == "instrument" else self._facts.text(fact, value),
            value_type=fact.value_type,
            source=compact(source, self._facts.prefixes) if source else "",
            locator=row.locator if row.source else self._only(row, before).locator,
            **ties,
        )

    def _source(self, row: Row, before: Sequence[Row], change: Change) -> ox.NamedNode | None:
        name = row.source or self._only(row, before).source or self._default
        if not name:
            if ox.NamedNode(BASIS + row.basis) == GIVEN_GRAPH:
                return None
            raise InputError(
                "does not say where it was read; name a source, such as the title of the document"
            )
        if name not in self._sources:
            prefix, colon, _ = name.partition(":")
            if colon and prefix in self._facts.prefixes:
                raise InputError(f"no source {name!r}: {suggestion(name, sorted(self._sources))}")
            is_iri = name.startswith(("https://", "http://")) and " " not in name
            node = node_of(name if is_iri else self._names.iri("source", slug(name)[:60] or "text"))
            self._say(change, node, RDF_TYPE, evi("Source"))
            if not is_iri:
                self._say(change, node, RDFS_LABEL, ox.Literal(name))
            self._sources |= dict.fromkeys((name, node.value, compact(node, self._facts.prefixes)), node)
        return self._sources[name]

    def _only(self, row: Row, before: Sequence[Row]) -> Row:
        """A row with the source and place of the known facts on the same basis, when they have one."""
        found = {(r.source, r.locator) for r in before if r.basis == row.basis}
        source, locator = found.pop() if len(found) == 1 else ("", row.locator)
        return replace(row, source=source, locator=locator)

    def _instrument(self, name: str, change: Change) -> ox.NamedNode:
        if name.casefold() not in self._fresh:
            node = ox.NamedNode(self._names.iri("instrument", slug(name) or "instrument"))
            self._say(change, node, RDF_TYPE, evi("Instrument"))
            self._say(change, node, RDFS_LABEL, ox.Literal(name))
            self._fresh[name.casefold()] = node
        return self._fresh[name.casefold()]

    def _statements(self, study: ox.NamedNode, rows: Iterable[Row]) -> dict[ox.Quad, None]:
        """The facts of rows, with the type of each part and what ties it to its study, on each basis."""
        quads: dict[ox.Quad, None] = {}
        for row in rows:
            fact, graph = self._facts.by_name[row.property], ox.NamedNode(BASIS + row.basis)
            subject = subject_of(study, row.of, fact)
            quads[ox.Quad(subject, fact.iri, self._value(fact, row.value), graph)] = None
            if subject != study:
                cls, link = PARTS[part_of(subject)]
                quads[ox.Quad(study, link, subject, graph)] = None
                quads[ox.Quad(subject, RDF_TYPE, cls, graph)] = None
            for column, tie in TIES.items():
                for name in getattr(row, column).split():
                    quads[ox.Quad(subject, tie, ox.NamedNode(f"{study.value}#{name}"), graph)] = None
        return quads

    def _value(self, fact: Field, text: str) -> ox.NamedNode | ox.Literal:
        if fact.kind == "instrument" and text.casefold() in self._fresh:
            return self._fresh[text.casefold()]
        return self._facts.value(fact, text)

    def _trace(
        self,
        study: ox.NamedNode,
        own: Sequence[ox.Quad],
        before: Sequence[Row],
        after: Sequence[Row],
        by: str,
        change: Change,
    ) -> None:
        """Say where each fact was read: an extraction for each basis, source and place, and remarks."""
        said = Described(own)
        extractions = {
            (_text(said, node, evi("onBasis")), _text(said, node, SOURCE), said.text(node, _LOCATOR)): node
            for node in said.of_class(evi("Extraction"))
        }
        for row in after:
            where = self._where(row)
            if row.source and where not in extractions:
                node = ox.NamedNode(self._names.part(f"{study.value}#from-{row.basis}"))
                extractions[where] = node
                self._say(change, node, RDF_TYPE, evi("Extraction"))
                self._say(change, node, evi("onStudy"), study)
                self._say(change, node, evi("onBasis"), ox.NamedNode(where[0]))
                self._say(change, node, SOURCE, ox.NamedNode(where[1]))
                self._say(change, node, _ASSOCIATED, self._people.node(by))
                if row.locator:
                    self._say(change, node, _LOCATOR, ox.Literal(row.locator))
        several = defaultdict(set)
        for where in extractions:
            several[where[0]].add(where)
        wanted = {
            (*self._statement(study, row), extractions[self._where(row)], row.note): None
            for row in after
            if row.source and (row.note or len(several[self._where(row)[0]]) > 1)
        }
        self._remark(study, said, {self._statement(study, row) for row in before}, wanted, change)

    def _remark(
        self,
        study: ox.NamedNode,
        said: Described,
        known: set[tuple[object, ...]],
        wanted: dict[tuple[object, ...], None],
        change: Change,
    ) -> None:
        """Write the remarks that are wanted, and take away those on facts of the sheet that are not."""
        for node in said.of_class(evi("Remark")):
            about = tuple(said.value(node, evi(name)) for name in ("onSubject", "onProperty", "onValue"))
            remark = (*about, said.value(node, evi("fromExtraction")), said.text(node, NOTE))
            if remark in wanted:
                del wanted[remark]
            elif about in known:
                for quad in self._graph[study.value]:
                    if quad.subject == node:
                        change.removed[quad] = None
        for subject, property, value, extraction, note in wanted:
            node = ox.NamedNode(self._names.numbered(f"{study.value}#remark-"))
            self._say(change, node, RDF_TYPE, evi("Remark"))
            for name, term in (("onSubject", subject), ("onProperty", property), ("onValue", value),
                               ("fromExtraction", extraction)):  # fmt: skip
                assert isinstance(term, ox.NamedNode | ox.Literal)
                self._say(change, node, evi(name), term)
            if note:
                self._say(change, node, NOTE, ox.Literal(str(note)))

    def _statement(self, study: ox.NamedNode, row: Row) -> tuple[object, ...]:
        fact = self._facts.by_name[row.property]
        return subject_of(study, row.of, fact), fact.iri, self._value(fact, row.value)

    def _where(self, row: Row) -> tuple[str, str, str]:
        source = self._sources.get(row.source)
        return BASIS + row.basis, source.value if source else row.source, row.locator

    def _say(
        self, change: Change, subject: ox.NamedNode, property: ox.NamedNode, value: ox.NamedNode | ox.Literal
    ) -> None:
        change.added[ox.Quad(subject, property, value, RECORD_GRAPH)] = None


def _text(said: Described, node: ox.NamedNode, property: ox.NamedNode) -> str:
    value = said.iri(node, property)
    return value.value if value else ""


def _a(part: str) -> str:
    return "the study" if part == "study" else f"an {part}" if part[0] in "ao" else f"a {part}"
