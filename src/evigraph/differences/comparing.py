"""Compares two reviews statement for statement, and what is drawn from them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from evigraph.differences import judged
from evigraph.differences.results import Differences, Named, State, named
from evigraph.differences.snapshot import Snapshot
from evigraph.differences.statements import Change, Thing, changes, things
from evigraph.extraction.fields import PARTS
from evigraph.labels import Labels
from evigraph.review import Review
from evigraph.terms import RECORD_GRAPH, evi
from evigraph.trust import Trust

_CLAIM, _CRITERIA = evi("Claim"), (evi("CriterionSet"), evi("Rule"))
_LINKS = {link for _, link in PARTS.values()}


def compare(
    a: Review, b: Review, *, trust: Trust | str = Trust.DEDUCED, called: tuple[str, str] | None = None
) -> Differences:
    """Say what differs between two reviews, exactly.

    Args:
        a: The first review, as a rule the earlier one.
        b: The second.
        trust: Which statements count.
        called: What to call them; their folders when left out.

    Returns:
        What differs; all of it empty when nothing does, however the files are written.

    Raises:
        InputError: A file of one of them cannot be read. What else cannot be done, such as judging by
            shapes that check nothing, is among the problems of the result.
    """
    trust = Trust(trust)
    names = called or (str(a.folder.path), str(b.folder.path))
    one, other = (Snapshot(review, trust, name) for review, name in zip((a, b), names, strict=True))
    sorted_out = _Sorted(one, other)
    terms, shapes = _things(one, other, "ontology"), _things(one, other, "shapes")
    queries = _queries(one, other)
    ground = bool(sorted_out.found or terms)
    judging = ground or bool(shapes)
    asked = [
        name
        for name in judged.askable(one.questions, other.questions)
        if ground
        or (shapes and other.questions[name].needs)
        or one.questions[name].text != other.questions[name].text
    ]
    recount = judging or bool(queries)
    return Differences(
        a=_state(one),
        b=_state(other),
        trust=trust,
        entered=_studies(other, one),
        left=_studies(one, other),
        facts=tuple(sorted_out.facts),
        verdicts=judged.verdicts(one, other) if judging else (),
        decisions=judged.decisions(one, other) if ground else (),
        claims=judged.claims(one, other, sorted_out.claims, recount=recount),
        answers=judged.answers(one, other, asked),
        terms=terms,
        rules=tuple(sorted_out.rules),
        shapes=shapes,
        queries=queries,
        files=named(one.other_files(), other.other_files()),
        other=tuple(sorted_out.other),
        not_counted=_not_counted(one, other),
        problems=tuple(dict.fromkeys([*one.problems, *other.problems])),
        labels=sorted_out.labels,
    )


class _Sorted:
    """The changes of two graphs by what they are about; each is in one place.

    Attributes:
        found: All changes.
        facts: Those of statements about studies and their parts, but for bookkeeping.
        claims: The claims that are changed.
        rules: The criterion sets and rules.
        other: All other things.
    """

    def __init__(self, a: Snapshot, b: Snapshot) -> None:
        self.found = changes(a.graph, b.graph)
        studies = {iri.value: key for side in (a, b) for key, iri in side.studies.items()}
        parts = _parts([*a.graph, *b.graph], studies)
        self.labels = Labels(
            [*a.review.folder.ontology, *b.review.folder.ontology],
            {**a.review.folder.prefixes, **b.review.folder.prefixes},
            studies,
            parts,
        )
        record = RECORD_GRAPH.value.rpartition("/")[2]
        self.facts: list[Change] = []
        rest: list[Change] = []
        for change in self.found:
            of_study = change.subject in parts or change.subject.partition("#")[0] in studies
            (self.facts if of_study and change.basis != record else rest).append(change)
        claims, rules = (
            {node.value for side in (a, b) for node in side.said.of_class(*classes)} if rest else set[str]()
            for classes in ((_CLAIM,), _CRITERIA)
        )
        self.claims: list[Thing] = []
        self.rules: list[Thing] = []
        self.other: list[Thing] = []
        for thing in things(rest, a.graph, b.graph) if rest else ():
            is_rule = thing.iri in rules
            (self.claims if thing.iri in claims else self.rules if is_rule else self.other).append(thing)


def _parts(quads: Iterable[ox.Quad], studies: dict[str, str]) -> dict[str, str]:
    """The study of each part that a study is tied to; a file from elsewhere may call parts anything."""
    return {
        quad.object.value: quad.subject.value
        for quad in quads
        if quad.predicate in _LINKS
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
        and quad.subject.value in studies
    }


def _things(a: Snapshot, b: Snapshot, folder: str) -> tuple[Thing, ...]:
    """The things of the ontology or the shapes of which something else is said."""
    if a.read_files(folder) == b.read_files(folder):
        return ()
    if folder == "ontology":
        before, after = a.review.folder.ontology, b.review.folder.ontology
    else:
        before, after = a.shapes, b.shapes
    found = changes(before, after)
    return tuple(things(found, before, after))


def _queries(a: Snapshot, b: Snapshot) -> tuple[Named, ...]:
    """The questions that differ, by name."""
    sides = (
        {Path(name).stem: digest for name, digest in side.read_files("queries").items()} for side in (a, b)
    )
    return named(*sides)


def _studies(a: Snapshot, b: Snapshot) -> tuple[tuple[str, str], ...]:
    """The studies that the first review has and the second has not."""
    there = set(b.studies.values())
    return tuple((key, iri.value) for key, iri in a.studies.items() if iri not in there)


def _state(side: Snapshot) -> State:
    nodes = side.said.of_class(evi("Review"))
    review = nodes[0].value if len(nodes) == 1 else ""
    return State(side.name, review, len(side.graph), len(side.studies))


def _not_counted(a: Snapshot, b: Snapshot) -> tuple[int, int]:
    """How many statements differ that do not count at this level of trust: those added, those removed."""
    before, after = (set(side.all_statements) - side.graph for side in (a, b))
    return len(after - before), len(before - after)
