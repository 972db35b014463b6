"""Axioms and facts in words, by the labels of their terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from evigraph.names import compact
from evigraph.reasoning.given import Axiom
from evigraph.terms import IDENTIFIER, OWL, RDF, RDF_TYPE, RDFS, RDFS_LABEL, SKOS, local_name

_LABELS = (RDFS_LABEL, ox.NamedNode(SKOS + "prefLabel"), IDENTIFIER)
_FIRST, _REST, _NIL = (RDF + name for name in ("first", "rest", "nil"))
_JOINTS = {"intersectionOf": " and ", "unionOf": " or ", "oneOf": " or "}
_RESTRICTIONS = {
    "someValuesFrom": "something that {p} {v}",
    "allValuesFrom": "something that {p} only {v}",
    "hasValue": "something that {p} {v}",
}


class Wording:
    """How axioms are told to a reader.

    Args:
        quads: The statements that give the terms their labels.
        prefixes: Prefix to namespace, for what has none.
    """

    def __init__(self, quads: Iterable[ox.Quad], prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._labels: dict[str, tuple[int, str]] = {}
        for quad in quads:
            if quad.predicate in _LABELS and isinstance(quad.subject, ox.NamedNode):
                ranked = (_LABELS.index(quad.predicate), quad.object.value)  # type: ignore[union-attr]
                self._labels[quad.subject.value] = min(ranked, self._labels.get(quad.subject.value, ranked))

    def name(self, iri: str) -> str:
        """The label of a term or individual; without one, what a reader recognises of its IRI."""
        if iri in self._labels:
            return self._labels[iri][1]
        stem, hash, handle = iri.partition("#")
        if hash and stem in self._labels:
            return f"{self._labels[stem][1]}#{handle}"
        return compact(ox.NamedNode(iri), self._prefixes, bare=True).rpartition("/")[2] or local_name(iri)

    def sentence(self, axiom: Axiom, mentioned: Iterable[str] = ()) -> str:
        """An axiom or fact as a sentence.

        Args:
            axiom: What is told.
            mentioned: Of a group of disjoint classes only these are named, where two of them are in it.
        """
        said = _Said(axiom, self)
        subject, predicate, value = axiom.root
        if not isinstance(subject, ox.NamedNode):
            members = said.members(axiom, frozenset(mentioned))
            return f"nothing is two of these: {', '.join(members)}"
        one, other = self.name(subject.value), said.term(value)
        word = predicate.value.removeprefix(OWL).removeprefix(RDFS)
        sentences = {
            "subClassOf": f"every {one} is {a(other)}",
            "equivalentClass": f"{a(one)} is the same as {other}",
            "disjointWith": f"nothing is both {a(one)} and {a(other)}",
            "complementOf": f"nothing is both {a(one)} and {a(other)}",
            "domain": f"what “{one}” starts from is {a(other)}",
            "range": f"what “{one}” leads to is {a(other)}",
            "subPropertyOf": f"“{one}” implies “{other}”",
            "inverseOf": f"“{one}” is “{other}” the other way round",
        }
        if predicate == RDF_TYPE:
            characteristic = _text(value).removeprefix(OWL)
            if characteristic != _text(value):
                return f"“{one}” is {characteristic.removesuffix('Property').lower()}"
            return f"{one} is {a(other)}"
        return sentences.get(word) or f"{one} {self.name(predicate.value)} {other}"


class _Said:
    """The expressions inside of one axiom."""

    def __init__(self, axiom: Axiom, wording: Wording) -> None:
        self._wording = wording
        self._of: dict[object, dict[str, object]] = defaultdict(dict)
        for triple in axiom.triples:
            self._of[triple.subject][triple.predicate.value] = triple.object

    def members(self, axiom: Axiom, mentioned: frozenset[str]) -> list[str]:
        named = [t.object.value for t in axiom.triples if t.predicate.value == _FIRST]  # type: ignore[union-attr]
        few = [iri for iri in named if iri in mentioned]
        return [self._wording.name(iri) for iri in (few if len(few) > 1 else named)]

    def term(self, term: object) -> str:
        if isinstance(term, ox.NamedNode):
            return self._wording.name(term.value)
        if isinstance(term, ox.Literal):
            return f"“{term.value}”"
        said = {name.removeprefix(OWL): value for name, value in self._of[term].items()}
        for word, joint in _JOINTS.items():
            if word in said:
                return f"({joint.join(self._list(said[word]))})"
        for word, form in _RESTRICTIONS.items():
            if word in said:
                property = self._wording.name(_text(said.get("onProperty")))
                return form.format(p=property, v=self.term(said[word]))
        if "complementOf" in said:
            return f"not {self.term(said['complementOf'])}"
        return "an expression"

    def _list(self, node: object) -> list[str]:
        found = []
        while _text(node) != _NIL and _FIRST in self._of[node]:
            found.append(self.term(self._of[node][_FIRST]))
            node = self._of[node].get(_REST)
        return found


def a(words: str) -> str:
    """The words with their article, where they are a name and no expression."""
    if words.startswith(("(", "something", "not ", "an ", "“")):
        return words
    return f"an {words}" if words[:1].lower() in "aeio" else f"a {words}"


def _text(term: object) -> str:
    return getattr(term, "value", "") if term is not None else ""
