"""The facts of a study as rows of a sheet: what is known, and what is wanted and not known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.extraction.fields import PARTS, SINGLE, TIES, Field, Fields
from evigraph.names import compact, natural
from evigraph.provenance import Provenance
from evigraph.terms import BASIS, RECORD_GRAPH

if TYPE_CHECKING:
    from evigraph.review import Review


@dataclass(frozen=True, slots=True)
class Row:
    """A fact, or the place for one: the cells of a sheet, in their order.

    Attributes:
        key: The study.
        of: What of it the fact is about: ``study``, or a handle such as ``arm-1``.
        property: The name of the fact.
        value: Its value; empty where it is not known.
        value_type: ``text``, ``integer``, ``decimal``, ``boolean`` or ``concept``.
        arm: The handles of the arms of a finding or result, parted by spaces.
        comparator: The handles of those that they are compared with.
        outcome: The handle of the outcome of a finding.
        finding: The handle of the finding that a result belongs to.
        basis: What the fact rests on, such as ``abstract``.
        source: Where it was read, as a prefixed name, an IRI or a label.
        locator: The place in the source.
        note: What else there is to say.
    """

    key: str
    of: str
    property: str
    value: str = ""
    value_type: str = ""
    arm: str = ""
    comparator: str = ""
    outcome: str = ""
    finding: str = ""
    basis: str = ""
    source: str = ""
    locator: str = ""
    note: str = ""

    def cells(self) -> list[str]:
        """The cells in their order."""
        return [getattr(self, name) for name in COLUMNS]


COLUMNS = tuple(field.name for field in fields(Row))
#: The columns that a sheet must have.
NEEDED = ("key", "of", "property", "value")


def known_rows(
    key: str, study: ox.NamedNode, quads: Iterable[ox.Quad], facts: Fields, provenance: Provenance
) -> list[Row]:
    """The facts of a study, sorted by part, fact, basis and value.

    Args:
        key: What the study is called.
        study: The study.
        quads: The statements of the review, or those about the study and its parts.
        facts: The facts of the review's ontology.
        provenance: Where statements were read.
    """
    own = [quad for quad in quads if is_of(study, quad.subject)]
    ties = {(q.subject, q.graph_name, q.predicate, q.object) for q in own if q.predicate in TIES.values()}
    rows = []
    for quad in own:
        field = facts.by_iri.get(quad.predicate)
        if field is None or quad.graph_name == RECORD_GRAPH:
            continue
        origin = provenance.origin(study, quad)
        row = Row(
            key=key,
            of=handle(study, quad.subject),
            property=field.name,
            value=facts.text(field, quad.object),
            value_type=field.value_type,
            basis=quad.graph_name.value.removeprefix(BASIS),  # type: ignore[union-attr]  # named, as all are
            source=compact(origin.source, facts.prefixes) if origin.source else "",
            locator=origin.locator,
            note=origin.note,
        )
        tied = {}
        for column, tie in TIES.items():
            of_it = (quad.subject, quad.graph_name, tie)
            names = sorted((handle(study, o) for *about, o in ties if tuple(about) == of_it), key=natural)
            tied[column] = " ".join(names)
        rows.append(replace(row, **tied))
    return sorted(rows, key=_order(facts))


def missing_rows(key: str, known: Sequence[Row], facts: Fields, wanted: Iterable[Field]) -> list[Row]:
    """Empty rows for the facts that are wanted and not known: of the study, and of each part that it has."""
    have = {(row.of if row.of not in SINGLE else "study", row.property) for row in known}
    handles = {part: sorted({row.of for row in known if row.of.startswith(f"{part}-")}, key=natural)
               for part in PARTS}  # fmt: skip
    places = []
    for field in wanted:
        for part in field.parts:
            single = part in ("study", *SINGLE)
            places += [(of, field) for of in (["study"] if single else handles[part] or [f"{part}-1"])]
    rows = [
        Row(key, of, field.name, value_type=field.value_type)
        for of, field in dict.fromkeys(places)
        if (of, field.name) not in have
    ]
    return sorted(rows, key=_order(facts))


def wanted_facts(review: Review, facts: Fields) -> list[Field]:
    """The facts that the criteria and the questions of a review look at, by name."""
    from evigraph.questions import all_questions
    from evigraph.screening import Screener

    if review.folder.files("shapes/criteria", ".ttl"):
        paths = Screener(review.folder, review.folder.graph).paths
        used = {predicate.value for predicate in paths.forward}
    else:
        used = set()
    text = "\n".join(question.text for question in all_questions(review.folder))
    named = set(re.findall(r"\bevi:(\w+)", text))
    return sorted(
        (f for f in facts.by_name.values() if f.iri.value in used or f.iri.value.rpartition("#")[2] in named),
        key=lambda field: field.name,
    )


def is_of(study: ox.NamedNode, subject: object) -> bool:
    """Whether something is a study or a part of it."""
    return isinstance(subject, ox.NamedNode) and subject.value.partition("#")[0] == study.value


def handle(study: ox.NamedNode, subject: object) -> str:
    """What a sheet calls a study or a part of it."""
    value = subject.value if isinstance(subject, ox.NamedNode) else str(subject)
    if value == study.value:
        return "study"
    name = value.removeprefix(f"{study.value}#") if value.startswith(f"{study.value}#") else value
    return "study" if name in SINGLE else name


def subject_of(study: ox.NamedNode, of: str, field: Field) -> ox.NamedNode:
    """The study or the part of it that a row is about."""
    part = of if of != "study" else field.parts[0]
    return study if part == "study" else ox.NamedNode(f"{study.value}#{part}")


def part_of(subject: ox.NamedNode) -> str:
    """The kind of a part of a study, from its handle."""
    name = subject.value.partition("#")[2]
    return name.rpartition("-")[0] or name


def _order(facts: Fields) -> Callable[[Row], tuple[object, ...]]:
    """The key by which rows are sorted."""
    names = list(facts.by_name)

    def order(row: Row) -> tuple[object, ...]:
        first = (row.of != "study", natural(row.of), names.index(row.property))
        return (*first, row.basis, row.value, row.cells())

    return order
