"""Verdicts and recounts as statements: EARL assertions in the graph ``basis:verdict``.

They are computed when a question needs them and are never part of the files of a review.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph as ox

from evigraph.terms import BASIS, RDF_TYPE, SOURCE, VERDICT_GRAPH, XSD, earl, evi
from evigraph.verdicts import Outcome, RuleVerdict, Screening, Value

#: The software that asserts the verdicts.
ASSERTOR = ox.NamedNode("https://w3id.org/evigraph")
_EARL = {
    Outcome.MET: earl("passed"),
    Outcome.NOT_MET: earl("failed"),
    Outcome.CANNOT_TELL: earl("cantTell"),
}


def verdict_quads(screening: Screening, review: ox.NamedNode) -> list[ox.Quad]:
    """The verdicts of a screening as statements.

    Args:
        screening: The verdicts.
        review: The review; a verdict on a study as a whole tests it.

    Returns:
        Statements without blank nodes, all in ``basis:verdict``.
    """
    return [quad for one in verdict_parts(screening, review) for quad in one.quads()]


@dataclass(frozen=True)
class Part:
    """One verdict of a screening: on a study as a whole, on a set, or on a rule.

    Attributes:
        node: Its IRI.
        study: The study.
        test: What the study was tested by.
        level: ``study``, ``set`` or ``rule``.
        outcome: The answer.
        rule: The verdict on a rule, with its reasons.
    """

    node: ox.NamedNode
    study: str
    test: str
    level: str
    outcome: Outcome
    rule: RuleVerdict | None = None

    def quads(self) -> Iterator[ox.Quad]:
        """The statements of the verdict."""
        yield from _assertion(self)
        if self.rule is not None:
            yield from _grounds(self.node, self.rule)


def verdict_parts(screening: Screening, review: ox.NamedNode) -> Iterator[Part]:
    """The verdicts of a screening one by one; as :func:`verdict_quads`."""
    for study in screening:
        whole, iri = verdict_name(review, study.study), study.iri
        yield Part(whole, iri, review.value, "study", study.outcome)
        for s in study.sets:
            yield Part(_below(whole, "set", s.id), iri, s.iri, "set", s.outcome)
        for rule in study.rules:
            yield Part(_below(whole, "rule", rule.id), iri, rule.iri, "rule", rule.outcome, rule)


def _below(whole: ox.NamedNode, level: str, id: str) -> ox.NamedNode:
    return ox.NamedNode(f"{whole.value}/{level}-{quote(id, safe='')}")


def verdict_name(review: ox.NamedNode, study: str) -> ox.NamedNode:
    """The IRI of the verdict on a study as a whole, by the key of the study."""
    return ox.NamedNode(f"{review.value}/verdict/{quote(study, safe='')}")


def quad(subject: ox.NamedNode, predicate: ox.NamedNode, value: object) -> ox.Quad:
    """A statement of the verdict graph; text becomes a string, a number an integer."""
    if isinstance(value, int):
        value = ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))
    elif isinstance(value, str):
        value = ox.Literal(value)
    return ox.Quad(subject, predicate, value, VERDICT_GRAPH)  # type: ignore[arg-type]  # now a term


def _assertion(part: Part) -> Iterator[ox.Quad]:
    node, result = part.node, ox.NamedNode(part.node.value + "#result")
    yield quad(node, RDF_TYPE, evi("Verdict"))
    yield quad(node, RDF_TYPE, earl("Assertion"))  # for readers who do not know our ontology
    yield quad(node, evi("level"), part.level)
    yield quad(node, earl("subject"), ox.NamedNode(part.study))
    yield quad(node, earl("test"), ox.NamedNode(part.test))
    yield quad(node, earl("mode"), earl("automatic"))
    yield quad(node, earl("assertedBy"), ASSERTOR)
    yield quad(node, earl("result"), result)
    yield quad(result, RDF_TYPE, earl("TestResult"))
    yield quad(result, earl("outcome"), _EARL[part.outcome])
    if part.rule is not None and part.rule.message:
        yield quad(result, earl("info"), part.rule.message)


def _grounds(node: ox.NamedNode, rule: RuleVerdict) -> Iterator[ox.Quad]:
    if rule.missing:
        yield quad(node, evi("settledBy"), evi(rule.missing))
    for number, value in enumerate(rule.values, 1):
        ground = ox.NamedNode(f"{node.value}#ground-{number}")
        yield quad(node, evi("hasGround"), ground)
        yield from _ground(ground, value)


def _ground(ground: ox.NamedNode, value: Value) -> Iterator[ox.Quad]:
    subject, predicate, term, source, locator = value.statement
    yield quad(ground, RDF_TYPE, evi("Ground"))
    if not subject.startswith("_:"):
        yield quad(ground, evi("onSubject"), ox.NamedNode(subject))
    yield quad(ground, evi("onProperty"), ox.NamedNode(predicate))
    (stated,) = ox.parse(f"<urn:s> <urn:p> {term} .", format=ox.RdfFormat.N_TRIPLES)
    if not isinstance(stated.object, ox.BlankNode):
        yield quad(ground, evi("onValue"), stated.object)
    yield quad(ground, evi("onBasis"), ox.NamedNode(BASIS + value.basis))
    if source:
        yield quad(ground, SOURCE, ox.NamedNode(source))
    if locator:
        yield quad(ground, evi("locator"), locator)
