"""What people call the things, properties, values and concepts of reviews."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.answers import Term
from evigraph.names import compact, natural
from evigraph.terms import BROADER, RDF, RDF_TYPE, RDFS_LABEL, SKOS, XSD, local_name

if TYPE_CHECKING:
    from evigraph.review import Review

_PREFERRED = ox.NamedNode(SKOS + "prefLabel")
_TEXTS = (XSD + "string", RDF + "langString")
#: A value; a text is the description of what has no IRI.
Value = ox.NamedNode | ox.Literal | str


class Labels:
    """Names for a reader.

    Args:
        ontology: The statements of ontologies and concepts; where two label one thing, the last counts.
        prefixes: Prefix to namespace.
        studies: What each study is called, by IRI.
        parts: The study of each thing that is a part of one, by IRI, where its IRI does not say so.
    """

    def __init__(
        self,
        ontology: Iterable[ox.Quad],
        prefixes: Mapping[str, str],
        studies: Mapping[str, str] | None = None,
        parts: Mapping[str, str] | None = None,
    ) -> None:
        self._prefixes = dict(prefixes)
        self._studies = dict(studies or {})
        self._parts = dict(parts or {})
        self._labels = {RDF_TYPE.value: "type"}
        for quad in ontology:
            is_label = quad.predicate in (RDFS_LABEL, _PREFERRED) and isinstance(quad.object, ox.Literal)
            if is_label and isinstance(quad.subject, ox.NamedNode) and quad.subject != RDF_TYPE:
                self._labels[quad.subject.value] = quad.object.value  # type: ignore[union-attr]  # a literal

    def property(self, iri: str) -> str:
        """The label of a property, or its prefixed name."""
        return self._labels.get(iri) or self.short(iri)

    def short(self, iri: str) -> str:
        """A prefixed name, or the IRI."""
        return compact(ox.NamedNode(iri), self._prefixes)

    def study_and_part(self, iri: str) -> tuple[str, str]:
        """What a study is called, and its part: empty for the study itself."""
        study = self._parts.get(iri) or iri.partition("#")[0]
        part = "" if study == iri else iri.removeprefix(f"{study}#")
        return self._studies.get(study, local_name(study)), local_name(part) if "/" in part else part

    def thing(self, iri: str) -> str:
        """A study or another thing, with its part apart: ``bright1999 arm-1``."""
        if not iri:
            return "something without an IRI"
        whole, _, part = iri.partition("#")
        if whole in self._studies or iri in self._parts:
            return " ".join(filter(None, self.study_and_part(iri)))
        name = compact(ox.NamedNode(iri), self._prefixes, bare=True) if not iri.startswith("_:") else iri
        if part and name == iri:
            return name
        return name.replace("#", " ") or self.short(iri)

    def kind(self, name: str) -> str:
        """The class of a thing in words: ``criterion set`` for ``CriterionSet``."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()

    def values(self, before: Iterable[Value], after: Iterable[Value]) -> tuple[list[str], list[str]]:
        """Values in the plainest words that tell them apart."""
        sides = (list(before), list(after))
        for words in (self.value, self._exact):
            shown = [[words(value) for value in values] for values in sides]
            if len({*shown[0], *shown[1]}) == len(shown[0]) + len(shown[1]):
                break
        return shown[0], shown[1]

    def value(self, value: Value) -> str:
        """A value: the label of a concept, a text in quotes, a number as it is printed."""
        if isinstance(value, ox.Literal):
            return f'"{value.value}"' if value.datatype.value in _TEXTS else value.value
        if isinstance(value, ox.NamedNode):
            if value.value in self._labels:
                return self._labels[value.value]
            whole = value.value.partition("#")[0]
            if whole in self._studies and whole != value.value:
                return value.value.partition("#")[2]
            return self._studies.get(value.value) or self.short(value.value)
        return self._exact(value)

    def cell(self, term: Term | None) -> str:
        """A cell of an answer, as tables show it."""
        return compact(term, self._prefixes, bare=True)

    def _exact(self, value: Value) -> str:
        if isinstance(value, ox.NamedNode):
            return self.short(value.value)
        return re.sub(r"<([^<>\s]+)>", lambda found: self.short(found[1]), str(value))


class Concepts:
    """The concepts of a review by local name.

    Args:
        review: The review.
    """

    def __init__(self, review: Review) -> None:
        self._review = review

    @cached_property
    def known(self) -> dict[str, str]:
        """The preferred labels: the English one where there are several."""
        found: dict[str, tuple[bool, str]] = {}
        for quad in self._review.values(_PREFERRED):
            if isinstance(quad.object, ox.Literal) and isinstance(quad.subject, ox.NamedNode):
                name = local_name(quad.subject.value)
                this = (not (quad.object.language or "en").startswith("en"), quad.object.value)
                found[name] = min(found.get(name, this), this)
        labels = {name: label for name, (_, label) in found.items()}
        often = Counter(labels.values())  # two with one label would be drawn as one
        return {name: f"{text} ({name})" if often[text] > 1 else text for name, text in labels.items()}

    @cached_property
    def _broader(self) -> dict[str, str]:
        """A broader concept of each that has one: the first by name."""
        found: dict[str, str] = {}
        for quad in self._review.values(BROADER):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                name, above = local_name(quad.subject.value), local_name(quad.object.value)
                found[name] = min(found.get(name, above), above)
        return found

    def label(self, name: str) -> str:
        """What a concept is called; its local name in words where it has no label."""
        return self.known.get(name) or name.replace("-", " ")

    def sort(self, names: Iterable[str]) -> list[str]:
        """Concepts in the order of their tree: each before the narrower ones, those of a level by label."""
        return sorted(names, key=self._place)

    def _place(self, name: str) -> list[tuple[list[tuple[int, int | str]], str]]:
        path: list[str] = []
        above: str | None = name
        while above is not None and above not in path:
            path.append(above)
            above = self._broader.get(above)
        return [(natural(self.label(step).casefold()), step) for step in reversed(path)]
