"""The criteria of a review as the graph has them: sets, tested rules, and rules not tested."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from evigraph.described import Described
from evigraph.errors import ShapesError
from evigraph.names import natural, studies_in
from evigraph.shapes import Shapes, index_by_predicate
from evigraph.terms import IDENTIFIER, RDF_TYPE, RDFS_LABEL, evi, local_name


@dataclass(frozen=True)
class Rule:
    """A criterion with its two shapes.

    Attributes:
        id: Its identifier in the review, such as ``1.3``.
        iri: The rule, or the criterion set that is tested as a whole.
        name: Its label.
        set_id: The identifier of its criterion set.
        satisfied: The shape that holds only when the rule is shown to be met.
        decidable: The shape that holds when enough is known to say that it is not met.
        missing: The property that settles it when neither holds.
        serves: The identifiers of the other criteria that it tests as well.
    """

    id: str
    iri: ox.NamedNode
    name: str
    set_id: str
    satisfied: ox.NamedNode
    decidable: ox.NamedNode
    missing: ox.NamedNode | None
    serves: tuple[str, ...] = ()


@dataclass(frozen=True)
class CriterionSet:
    """A set of rules: identifier, IRI and label."""

    id: str
    iri: ox.NamedNode
    name: str


@dataclass(frozen=True)
class NotTested:
    """A rule that has no shape: identifier, label, and the reason."""

    id: str
    name: str
    reason: str


@dataclass(frozen=True)
class Criteria:
    """All criteria of a review, sorted by identifier."""

    sets: tuple[CriterionSet, ...]
    rules: tuple[Rule, ...]
    not_tested: tuple[NotTested, ...]


def read_criteria(quads: Iterable[ox.Quad], shapes: Shapes) -> Criteria:
    """Read the criteria from the bookkeeping of a review.

    Raises:
        ShapesError: A rule has only one of its two shapes, names a shape that no file defines,
            or is neither tested, nor tested with another, nor said to be not tested.
    """
    said = Described(quads)
    sets, rules, not_tested = [], [], []
    for node in said.of_class(evi("CriterionSet"), evi("Rule")):
        is_set = evi("CriterionSet") in said.values(node, RDF_TYPE)
        label = said.text(node, RDFS_LABEL) or local_name(node.value)
        reason = said.text(node, evi("notTestedBecause"))
        if is_set:
            sets.append(CriterionSet(_identifier(said, node), node, label))
        if said.value(node, evi("satisfied")) or said.value(node, evi("decidable")):
            rules.append(_rule(said, node, shapes, is_set=is_set))
        elif reason:
            not_tested.append(NotTested(_identifier(said, node), label, reason))
        elif not is_set and not said.value(node, evi("testedWith")):
            raise ShapesError(
                f"rule {_identifier(said, node)} <{node.value}> is not tested and says no reason; "
                "link it to its shapes, to the rule it is tested with, or give evi:notTestedBecause"
            )
    return Criteria(
        tuple(sorted(sets, key=lambda s: natural(s.id))),
        tuple(sorted(rules, key=lambda r: natural(r.id))),
        tuple(sorted(not_tested, key=lambda n: natural(n.id))),
    )


def require_targets(criteria: Criteria, shapes: Shapes, quads: Iterable[ox.Quad]) -> None:
    """Refuse a rule whose shapes pass a study by: what is not checked looks like what holds.

    Raises:
        ShapesError: A shape of a rule does not target one of the studies.
    """
    statements = list(quads)
    index = index_by_predicate(statements)
    studies = set(studies_in(statements).values())
    for rule in criteria.rules:
        for shape in (rule.satisfied, rule.decidable):
            if missed := studies - shapes.focus_nodes(shape, index):
                some = sorted(study.value for study in missed)[0]
                raise ShapesError(
                    f"shape <{shape.value}> of rule {rule.id} targets nothing in {len(missed)} of "
                    f"{len(studies)} studies, such as <{some}>; give it sh:targetClass evi:Study"
                )


def _rule(said: Described, node: ox.NamedNode, shapes: Shapes, *, is_set: bool) -> Rule:
    pair = (said.value(node, evi("satisfied")), said.value(node, evi("decidable")))
    satisfied, decidable = (_shape(node, shape, shapes) for shape in pair)
    in_set = node if is_set else said.iri(node, evi("inSet"))
    if in_set is None:
        raise ShapesError(f"<{node.value}>: is tested but stands in no set; give it evi:inSet")
    others = [n for n in said.having(evi("testedWith")) if node in said.values(n, evi("testedWith"))]
    return Rule(
        id=_identifier(said, node),
        iri=node,
        name=shapes.name(satisfied),
        set_id=_identifier(said, in_set),
        satisfied=satisfied,
        decidable=decidable,
        missing=said.iri(node, evi("settledBy")),
        serves=tuple(sorted((_identifier(said, other) for other in others), key=natural)),
    )


def _identifier(said: Described, node: object) -> str:
    return said.text(node, IDENTIFIER) or local_name(str(node).strip("<>"))


def _shape(rule: ox.NamedNode, shape: object, shapes: Shapes) -> ox.NamedNode:
    if not isinstance(shape, ox.NamedNode):
        raise ShapesError(f"<{rule.value}>: has one of its two shapes only; add the other")
    if shape not in shapes.named:
        raise ShapesError(f"<{rule.value}>: shape <{shape.value}> is defined in no file of {shapes.where}")
    return shape
