"""What follows from the definitions: a reasoner over the ontology and the trusted facts of a review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.errors import InputError, LimitError
from evigraph.reasoning import kept
from evigraph.reasoning.engines import Answer, Reasoner, reasoner
from evigraph.reasoning.explanation import smallest_clash
from evigraph.reasoning.findings import Clash, Findings, LeftOut
from evigraph.reasoning.given import EQUIVALENT_CLASS, SUB_CLASS_OF, Axiom, Given, give
from evigraph.reasoning.process import Deadline
from evigraph.reasoning.wording import Wording
from evigraph.terms import OWL, RDF_TYPE
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.review import Review

__all__ = ["Clash", "Findings", "LeftOut", "draw", "reason"]

#: How many unsatisfiable classes are explained.
_EXPLAINED = 3


def reason(review: Review, engine: str, trust: Trust, seconds: float, *, write: bool = False) -> Findings:
    """As :meth:`Review.reason`."""
    folder = review.folder
    if write and review._endpoint is not None:
        raise InputError("what follows is kept in the files of a review; leave the endpoint out")
    digest = kept.drawn_from(folder) if write else ""
    findings = draw(
        review._statements, folder.ontology, folder.prefixes, engine=engine, trust=trust, seconds=seconds
    )
    if write and findings.holds:
        kept.write(folder, findings, review.iri, digest)
    return findings


def draw(
    statements: Iterable[ox.Quad],
    ontology: Iterable[ox.Quad],
    prefixes: Mapping[str, str],
    *,
    engine: str = "auto",
    trust: Trust = Trust.DEDUCED,
    seconds: float = 60.0,
) -> Findings:
    """Draw what follows, or say what contradicts what.

    Args:
        statements: The statements of the graph.
        ontology: The statements of the ontology and the concepts.
        prefixes: Prefix to namespace.
        engine: One of :data:`evigraph.reasoning.engines.ENGINES`.
        trust: Which statements count: *stated* or *deduced*.
        seconds: How long the reasoner may take.

    Raises:
        InputError: The trust is *inferred*, which is what this makes.
        UnknownNameError: There is no such engine.
        EnvironmentFaultError: The engine is not here, or fails.
        LimitError: The time is up before anything is known.
    """
    if trust is Trust.INFERRED:
        raise InputError("--trust inferred is what a reasoner makes; let it start from stated or deduced")
    graph, words = list(statements), list(ontology)
    given = give(graph, words, trust)
    chosen = reasoner(engine, given, Deadline(seconds))
    wording = Wording([*words, *graph], prefixes)
    answer = chosen.answer(given)
    consistent = answer.consistent and not given.misfits
    return Findings(
        engine=chosen.name,
        trust=trust,
        given=len(given.everything),
        classes=len(given.of_kind("Class")),
        consistent=consistent,
        unsatisfiable=tuple(sorted(answer.unsatisfiable)) if answer.consistent else (),
        members=_members(given, answer) if consistent else {},
        statements=_new(given, answer) if consistent else (),
        clashes=tuple(_clashes(chosen, given, answer, wording)),
        left_out=LeftOut(
            dict(sorted(given.datatypes.items())),
            tuple(sorted(given.imports)),
            dict(sorted(given.undeclared.items())),
        ),
    )


def _members(given: Given, answer: Answer) -> dict[str, tuple[str, ...]]:
    """The members of each class that the ontology defines by what its members are like, not by a list."""
    one_of = ox.NamedNode(OWL + "oneOf")
    defined = {
        axiom.root.subject.value: set[str]()
        for axiom in given.axioms
        if axiom.root.predicate == EQUIVALENT_CLASS
        and isinstance(axiom.root.subject, ox.NamedNode)
        and isinstance(axiom.root.object, ox.BlankNode)
        and not any(t.subject == axiom.root.object and t.predicate == one_of for t in axiom.triples)
    }
    for triple in answer.statements:
        kind = getattr(triple.object, "value", "")
        if triple.predicate == RDF_TYPE and kind in defined and isinstance(triple.subject, ox.NamedNode):
            defined[kind].add(triple.subject.value)
    return {kind: tuple(sorted(members)) for kind, members in sorted(defined.items())}


def _new(given: Given, answer: Answer) -> tuple[ox.Triple, ...]:
    """What holds of individuals in the words of the ontology and nobody said."""
    said = {axiom.root for axiom in given.facts}
    classes, properties = set(given.of_kind("Class")), set(given.of_kind("ObjectProperty"))

    def tells(triple: ox.Triple) -> bool:
        subject, predicate, value = (getattr(term, "value", "") for term in triple)
        if not given.is_individual(subject) or value.startswith(OWL):
            return False
        if triple.predicate == RDF_TYPE:
            return value in classes
        return predicate in properties and given.is_individual(value)

    return tuple(sorted((t for t in answer.statements if t not in said and tells(t)), key=str))


def _clashes(chosen: Reasoner, given: Given, answer: Answer, wording: Wording) -> Iterable[Clash]:
    for misfit in given.misfits:
        value = getattr(misfit.triple.object, "value", "")
        yield Clash("", (f"{wording.sentence(Axiom((misfit.triple,)))}, but “{value}” {misfit.why}",))
    if not answer.consistent:
        # What a thing is comes before what it is tied to, so that a clash is told by the former.
        facts = sorted(given.facts, key=lambda fact: fact.root.predicate != RDF_TYPE)
        yield _explained(chosen, given, [*given.axioms, *facts], [], "", wording)
        return
    above = {
        axiom.root.subject.value
        for axiom in given.axioms
        if axiom.root.predicate == SUB_CLASS_OF
        and isinstance(axiom.root.subject, ox.NamedNode)
        and getattr(axiom.root.object, "value", "") in answer.unsatisfiable
    }
    # A class is explained where the reason is, not where it is inherited.
    at_the_root = sorted(answer.unsatisfiable - above) or sorted(answer.unsatisfiable)
    for iri in at_the_root[:_EXPLAINED]:
        member = Axiom((ox.Triple(ox.NamedNode("urn:evigraph:member"), RDF_TYPE, ox.NamedNode(iri)),))
        yield _explained(chosen, given, given.axioms, [member], wording.name(iri), wording)


def _explained(
    chosen: Reasoner, given: Given, candidates: list[Axiom], kept: list[Axiom], of: str, wording: Wording
) -> Clash:
    try:
        clash = smallest_clash(chosen, given, candidates, kept)
    except LimitError:
        return Clash(of, (), smallest=False)
    mentioned = {n for axiom in clash if isinstance(axiom.root.subject, ox.NamedNode) for n in axiom.names()}
    told = sorted(clash[len(kept) :], key=lambda axiom: not axiom.is_fact)
    return Clash(of, tuple(wording.sentence(axiom, mentioned) for axiom in told))
