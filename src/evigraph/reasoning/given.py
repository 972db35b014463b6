"""What a reasoner is given: the axioms of the ontology and the trusted facts, and nothing else.

Only statements that OWL 2 gives a meaning are passed on, in N-Triples made here, with numbers for
names and texts. Nothing that a review's files say can therefore reach a reasoner as anything but
data: no import, no annotation that a library would act on, no text that its parser could stumble on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from evigraph.reasoning.datatypes import KNOWN, is_well_formed
from evigraph.terms import INFERRED_GRAPH, OWL, RDF, RDF_TYPE, RDFS, XSD
from evigraph.trust import Trust

Term = ox.NamedNode | ox.BlankNode | ox.Literal

SUB_CLASS_OF, SUB_PROPERTY_OF = ox.NamedNode(RDFS + "subClassOf"), ox.NamedNode(RDFS + "subPropertyOf")
DOMAIN, RANGE = ox.NamedNode(RDFS + "domain"), ox.NamedNode(RDFS + "range")
EQUIVALENT_CLASS, DISJOINT_WITH = ox.NamedNode(OWL + "equivalentClass"), ox.NamedNode(OWL + "disjointWith")
IMPORTS = ox.NamedNode(OWL + "imports")

_OUR_LANGUAGE = (OWL, RDF, RDFS, XSD)
#: Kinds of a term; saying one is no axiom of its own.
_KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual", "Ontology")
_CHARACTERISTICS = (
    *("FunctionalProperty", "InverseFunctionalProperty", "TransitiveProperty", "SymmetricProperty"),
    *("AsymmetricProperty", "ReflexiveProperty", "IrreflexiveProperty"),
)
#: What joins named terms in an axiom; the inside of an expression goes with it.
_OF_RDFS = ("subClassOf", "subPropertyOf", "domain", "range")
_OF_OWL = (
    *("equivalentClass", "disjointWith", "disjointUnionOf", "complementOf", "unionOf", "intersectionOf"),
    *("oneOf", "equivalentProperty", "inverseOf", "propertyDisjointWith", "propertyChainAxiom", "hasKey"),
)
_AXIOMS = {*(ox.NamedNode(RDFS + name) for name in _OF_RDFS), *(ox.NamedNode(OWL + name) for name in _OF_OWL)}
_GROUPS = {
    ox.NamedNode(OWL + n)
    for n in ("AllDisjointClasses", "AllDisjointProperties", "AllDifferent", "NegativePropertyAssertion")
}
_IDENTITY = {ox.NamedNode(OWL + name) for name in ("sameAs", "differentFrom")}


@dataclass(frozen=True)
class Axiom:
    """An axiom or a fact: a statement with the expression that its blank nodes lead to.

    Attributes:
        triples: The statement first, then the inside of its expression.
    """

    triples: tuple[ox.Triple, ...]

    @property
    def root(self) -> ox.Triple:
        """The statement itself, or the type of a group such as ``owl:AllDisjointClasses``."""
        return self.triples[0]

    @property
    def is_fact(self) -> bool:
        """Whether it is said of an individual rather than of the words."""
        predicate = self.root.predicate
        return predicate not in _AXIOMS and not self.root.object.value.startswith(OWL)  # type: ignore[union-attr]

    def names(self) -> set[str]:
        """The IRIs in it, without those of OWL and RDF."""
        terms = (term for triple in self.triples for term in triple)
        iris = {term.value for term in terms if isinstance(term, ox.NamedNode)}
        return {iri for iri in iris if not iri.startswith(_OUR_LANGUAGE)}


@dataclass(frozen=True)
class Misfit:
    """A value that no reasoner can be given, because it contradicts its own datatype or property."""

    triple: ox.Triple
    why: str


@dataclass
class Given:
    """What a reasoner is given, and what is left out.

    Attributes:
        kinds: What each term of the ontology is: ``Class``, ``ObjectProperty`` and so on.
        axioms: What the ontology says of its words.
        facts: What is said of individuals, concepts among them.
        misfits: Values that contradict themselves.
        datatypes: How many statements were left out for a datatype that reasoners do not know.
        imports: What the ontology would import; nothing is followed.
        undeclared: How many statements were left out for each property that the ontology does not have.
    """

    kinds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    axioms: list[Axiom] = field(default_factory=list)
    facts: list[Axiom] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
    datatypes: Counter[str] = field(default_factory=Counter)
    imports: list[str] = field(default_factory=list)
    undeclared: Counter[str] = field(default_factory=Counter)

    @property
    def everything(self) -> list[Axiom]:
        """The axioms, then the facts."""
        return [*self.axioms, *self.facts]

    def of_kind(self, kind: str) -> list[str]:
        """The IRIs of the terms of a kind, sorted."""
        return sorted(iri for iri, kinds in self.kinds.items() if kind in kinds)

    def is_individual(self, iri: str) -> bool:
        """Whether an IRI names no class, property or ontology."""
        return not self.kinds.get(iri, set()) - {"NamedIndividual"} and not iri.startswith(_OUR_LANGUAGE)

    def declarations(self) -> list[ox.Triple]:
        """What each term is, which a reasoner has to know before it can read an axiom."""
        wanted = ("Class", "ObjectProperty", "DatatypeProperty")
        return [
            ox.Triple(ox.NamedNode(iri), RDF_TYPE, ox.NamedNode(OWL + kind))
            for kind in wanted
            for iri in self.of_kind(kind)
        ]


class Names:
    """Numbers in place of names and texts, and the way back."""

    def __init__(self) -> None:
        self._iris: list[str] = []
        self._number_of_iri: dict[str, int] = {}
        self._number_of_text: dict[str, int] = {}

    def ntriples(self, triples: Iterable[ox.Triple]) -> str:
        """The statements as N-Triples in ASCII, one a line."""
        terms = (
            ox.Triple(self._term(t.subject), self._term(t.predicate), self._term(t.object)) for t in triples
        )
        text = ox.serialize(terms, format=ox.RdfFormat.N_TRIPLES)
        assert text is not None  # only None when an output is named
        return text.decode()

    def iri(self, number: str) -> str:
        """The IRI that was given a number."""
        return self._iris[int(number)]

    def _term(self, term: Any) -> Any:
        if isinstance(term, ox.NamedNode):
            if term.value.startswith(_OUR_LANGUAGE):
                return term
            number = self._number_of_iri.setdefault(term.value, len(self._iris))
            if number == len(self._iris):
                self._iris.append(term.value)
            return ox.NamedNode(f"urn:n:{number}")
        if isinstance(term, ox.Literal) and term.datatype.value in _TEXTS:
            number = self._number_of_text.setdefault(term.value, len(self._number_of_text))
            if term.datatype.value == XSD + "anyURI":
                return ox.Literal(f"urn:s:{number}", datatype=term.datatype)
            return ox.Literal(f"s{number}", language="en" if term.language else None)
        return term


_TEXTS = {XSD + "string", XSD + "anyURI", RDF + "langString"}


def give(statements: Iterable[ox.Quad], ontology: Iterable[ox.Quad], trust: Trust) -> Given:
    """Choose what a reasoner is given.

    Args:
        statements: The statements of the graph.
        ontology: The statements of the ontology and the concepts.
        trust: Which statements count; what was inferred before never does.
    """
    graphs = set(trust.named_graphs) - {INFERRED_GRAPH}
    terms = list({quad.triple: None for quad in ontology})
    facts = list({quad.triple: None for quad in statements if quad.graph_name in graphs})
    given = Given()
    _declare(given, terms)
    for axiom in _grouped(terms):
        _sort_in(given, axiom, of_ontology=True)
    for triple in facts:
        _sort_in(given, Axiom((triple,)), of_ontology=False)
    return given


def _declare(given: Given, terms: list[ox.Triple]) -> None:
    """Note what each term is, from what is said of it and from where it stands in an axiom."""
    for triple in terms:
        kind = triple.object.value.removeprefix(OWL) if isinstance(triple.object, ox.NamedNode) else ""
        if triple.predicate == RDF_TYPE and kind in _KINDS and isinstance(triple.subject, ox.NamedNode):
            given.kinds[triple.subject.value].add(kind)
    for triple in terms:
        subject, value = triple.subject, triple.object
        if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode):
            continue
        if value.value.startswith(_OUR_LANGUAGE):
            continue
        is_range = triple.predicate == RANGE and "ObjectProperty" in given.kinds[subject.value]
        if is_range or triple.predicate in (SUB_CLASS_OF, EQUIVALENT_CLASS, DISJOINT_WITH, DOMAIN):
            given.kinds[value.value].add("Class")
        elif triple.predicate == SUB_PROPERTY_OF and value.value not in given.kinds:
            given.kinds[value.value] |= given.kinds[subject.value]


def _grouped(terms: list[ox.Triple]) -> list[Axiom]:
    inside: dict[object, list[ox.Triple]] = defaultdict(list)
    for triple in terms:
        if isinstance(triple.subject, ox.BlankNode):
            inside[triple.subject].append(triple)
    led_to = {triple.object for triple in terms}
    found = [Axiom(_with_inside([t], inside)) for t in terms if isinstance(t.subject, ox.NamedNode)]
    for node, triples in inside.items():
        if node not in led_to:  # a group of its own; what says its kind comes first
            ordered = sorted(triples, key=lambda t: t.predicate != RDF_TYPE)
            found.append(Axiom(_with_inside(ordered, inside)))
    return found


def _with_inside(triples: list[ox.Triple], inside: dict[object, list[ox.Triple]]) -> tuple[ox.Triple, ...]:
    found = list(triples)
    seen: set[object] = {triples[0].subject}
    todo: list[object] = [triple.object for triple in triples]
    while todo:
        node = todo.pop()
        if node in seen or not isinstance(node, ox.BlankNode):
            continue
        seen.add(node)
        found += inside[node]
        todo += [triple.object for triple in inside[node]]
    return tuple(found)


def _sort_in(given: Given, axiom: Axiom, *, of_ontology: bool) -> None:
    """Put an axiom where it belongs, or note why it is left out."""
    root = axiom.root
    unknown = next((d for t in axiom.triples if (d := _unknown_datatype(t))), None)
    if unknown:
        given.datatypes[unknown] += 1
    elif root.predicate == IMPORTS:
        given.imports.append(root.object.value)  # type: ignore[union-attr]  # an IRI or a text
    elif root.predicate == RDF_TYPE:
        _sort_type(given, axiom, of_ontology=of_ontology)
    elif root.predicate in _AXIOMS:
        if of_ontology and "AnnotationProperty" not in given.kinds.get(_text(root.subject), ()):
            given.axioms.append(axiom)
    elif root.predicate in _IDENTITY:
        given.facts.append(axiom)
    elif not root.predicate.value.startswith(_OUR_LANGUAGE):
        _sort_fact(given, axiom)


def _sort_type(given: Given, axiom: Axiom, *, of_ontology: bool) -> None:
    kind = _text(axiom.root.object)
    name = kind.removeprefix(OWL)
    if "Class" in given.kinds.get(kind, ()):
        given.facts.append(axiom)
    elif of_ontology and (axiom.root.object in _GROUPS or (name != kind and name in _CHARACTERISTICS)):
        given.axioms.append(axiom)
    elif not kind.startswith(_OUR_LANGUAGE):
        given.undeclared[kind] += 1


def _sort_fact(given: Given, axiom: Axiom) -> None:
    triple = axiom.root
    kinds = given.kinds.get(triple.predicate.value, set())
    is_literal = isinstance(triple.object, ox.Literal)
    if "ObjectProperty" in kinds and is_literal:
        given.misfits.append(Misfit(triple, "is a text, where a thing is wanted"))
    elif "DatatypeProperty" in kinds and not is_literal:
        given.misfits.append(Misfit(triple, "is a thing, where a value is wanted"))
    elif kinds & {"ObjectProperty", "DatatypeProperty"}:
        if isinstance(triple.object, ox.Literal) and not is_well_formed(triple.object):
            name = triple.object.datatype.value.removeprefix(XSD)
            given.misfits.append(Misfit(triple, f"is no {name}"))
        else:
            given.facts.append(axiom)
    elif "AnnotationProperty" not in kinds:
        given.undeclared[triple.predicate.value] += 1


def _unknown_datatype(triple: ox.Triple) -> str | None:
    value = triple.object
    used = value.datatype.value if isinstance(value, ox.Literal) else _text(value)
    is_datatype = isinstance(value, ox.Literal) or used.startswith(XSD)
    return used if is_datatype and used not in KNOWN else None


def _text(term: object) -> str:
    return getattr(term, "value", "")


def terms_of(axioms: Collection[Axiom]) -> list[ox.Triple]:
    """The statements of axioms, one after the other."""
    return [triple for axiom in axioms for triple in axiom.triples]
