"""What the names in a criteria file mean: properties of the ontology, and concepts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Literal

import pyoxigraph as ox

from evigraph.errors import InputError, suggestion
from evigraph.folder import Folder
from evigraph.names import compact
from evigraph.reading import read_text
from evigraph.rules.model import Property
from evigraph.rules.truth import Ancestors
from evigraph.terms import BROADER, EVI, OWL, RDF, RDF_TYPE, RDFS, SKOS, XSD, local_name

_DOMAIN, _RANGE = ox.NamedNode(RDFS + "domain"), ox.NamedNode(RDFS + "range")
_SUBCLASS = ox.NamedNode(RDFS + "subClassOf")
_UNION = ox.NamedNode(OWL + "unionOf")
_FIRST, _REST = ox.NamedNode(RDF + "first"), ox.NamedNode(RDF + "rest")
_CONCEPT, _SCHEME = ox.NamedNode(SKOS + "Concept"), ox.NamedNode(SKOS + "inScheme")
_PROPERTIES = (ox.NamedNode(OWL + "ObjectProperty"), ox.NamedNode(OWL + "DatatypeProperty"))
_TEXT = ox.NamedNode(XSD + "string")
_NUMBERS = {XSD + name for name in ("integer", "decimal", "nonNegativeInteger", "positiveInteger", "double")}


class Words:
    """The properties and concepts of a review, by the names that people write.

    Args:
        folder: The review.

    Raises:
        InputError: ``ontology/context.jsonld`` is missing or is no JSON-LD context.
    """

    def __init__(self, folder: Folder) -> None:
        self.prefixes = folder.prefixes
        self._said: dict[ox.NamedNode, dict[object, list[object]]] = defaultdict(lambda: defaultdict(list))
        for quad in folder.ontology:
            self._said[quad.predicate][quad.subject].append(quad.object)
        self._properties = self._named(folder)

    def property(self, name: str, of: ox.NamedNode) -> Property:
        """The property of this name that a thing of a class can have.

        Raises:
            InputError: There is no such property, or it is one of other things.
        """
        iri = self._properties.get(name)
        fitting = sorted(n for n, p in self._properties.items() if self._is_of(p, of))
        if iri is None:
            raise InputError(f"unknown property {name!r} of {self._a(of)}; {suggestion(name, fitting)}")
        if not self._is_of(iri, of):
            raise InputError(f"{name!r} is not said of {self._a(of)}; {self._way(iri, fitting)}")
        return self._described(name, iri)

    def concept(self, name: str, property: Property) -> ox.NamedNode:
        """The concept of this name, which must be a value that the property can have.

        Args:
            name: A prefixed name, or the slugs of scheme and concept with a slash between.
            property: The property whose value it shall be.

        Raises:
            InputError: There is no such concept, or the property cannot have it.
        """
        found = self._concept(name)
        fitting = [c for c in self.concepts(property) if found is None or c != found]
        if found is None:
            names = sorted(self.name_of(c) for c in fitting)
            near = {n.partition("/")[2]: n for n in names}
            slug = name.replace(":", "/").rpartition("/")[2]
            advice = f"did you mean {near[slug]}?" if slug in near else suggestion(name, names)
            raise InputError(f"unknown concept {name!r}; {advice}")
        if found not in self.concepts(property):
            raise InputError(
                f"{name!r} is no value of {property.name!r}; "
                f"{suggestion(name, sorted(map(self.name_of, fitting)))}"
            )
        return found

    def concepts(self, property: Property) -> list[ox.NamedNode]:
        """The concepts that can be values of a property, sorted."""
        return sorted(
            (concept for concept in self._concepts if self._is_a(concept, property.range)),
            key=lambda concept: concept.value,
        )

    def name_of(self, concept: ox.NamedNode) -> str:
        """A concept as ``scheme/slug``; its prefixed name where it stands in no scheme."""
        schemes = [s.value for s in self._said[_SCHEME][concept] if isinstance(s, ox.NamedNode)]
        short = local_name(concept.value)
        return f"{local_name(schemes[0])}/{short}" if schemes else compact(concept, self.prefixes)

    @cached_property
    def above(self) -> Ancestors:
        """For each concept what it stands below, itself included."""
        return {concept: frozenset(self._climb(concept, BROADER)) for concept in self._concepts}

    @cached_property
    def _concepts(self) -> list[ox.NamedNode]:
        typed = self._said[RDF_TYPE].items()
        return [s for s, classes in typed if _CONCEPT in classes and isinstance(s, ox.NamedNode)]

    def _concept(self, name: str) -> ox.NamedNode | None:
        prefix, colon, rest = name.partition(":")
        if colon and prefix in self.prefixes:
            name = self.prefixes[prefix] + rest
            return next((concept for concept in self._concepts if concept.value == name), None)
        return next((concept for concept in self._concepts if self.name_of(concept) == name), None)

    def _named(self, folder: Folder) -> dict[str, ox.NamedNode]:
        path = folder.path / "ontology" / "context.jsonld"
        try:
            terms = json.loads(read_text(path))["@context"]
            named = {name: term["@id"] if isinstance(term, dict) else term for name, term in terms.items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise InputError(f"{path}: is no JSON-LD context; put back the one of the package") from None
        properties = {}
        for name, short in named.items():
            prefix, _, rest = str(short).partition(":")
            iri = f"{named[prefix]}{rest}" if prefix in named else str(short)
            known = [s for s in self._said[RDF_TYPE] if isinstance(s, ox.NamedNode) and s.value == iri]
            if any(kind in self._said[RDF_TYPE][node] for node in known for kind in _PROPERTIES):
                properties[name] = known[0]
        return properties

    def _described(self, name: str, iri: ox.NamedNode) -> Property:
        range = next((r for r in self._said[_RANGE][iri] if isinstance(r, ox.NamedNode)), _TEXT)
        kind: Literal["concept", "thing", "number", "text"] = "thing"
        if range.value in _NUMBERS:
            kind = "number"
        elif range.value.startswith(XSD):
            kind = "text"
        elif _CONCEPT in self._climb(range, _SUBCLASS):
            kind = "concept"
        return Property(name, iri, kind, range)

    def _is_of(self, property: ox.NamedNode, thing: ox.NamedNode) -> bool:
        """Whether a property can be said of a thing of a class; not when nothing says of what it is said."""
        return any(c in self._climb(thing, _SUBCLASS) for c in self._classes(self._said[_DOMAIN][property]))

    def _classes(self, nodes: Iterable[object]) -> list[object]:
        """Named classes, and the members of a union."""
        found: list[object] = []
        for node in nodes:
            if isinstance(node, ox.NamedNode):
                found.append(node)
            for start in self._said[_UNION][node]:
                rest = start
                while firsts := self._said[_FIRST][rest]:
                    found += firsts
                    rest = self._said[_REST][rest][0]
        return found

    def _is_a(self, node: ox.NamedNode, wanted: ox.NamedNode) -> bool:
        return any(wanted in self._climb(kind, _SUBCLASS) for kind in self._said[RDF_TYPE][node])

    def _climb(self, start: object, property: ox.NamedNode) -> set[ox.NamedNode]:
        seen: set[ox.NamedNode] = set()
        todo = [start]
        while todo:
            node = todo.pop()
            if isinstance(node, ox.NamedNode) and node not in seen:
                seen.add(node)
                todo += self._said[property][node]
        return seen

    def _way(self, property: ox.NamedNode, fitting: list[str]) -> str:
        """How a property is reached from a class, as advice."""
        (name,) = [n for n, p in self._properties.items() if p == property][:1]
        ways = [
            f"{first}/{name}"
            for first in fitting
            for step in [self._described(first, self._properties[first])]
            if step.kind == "thing" and self._is_of(property, step.range)
        ]
        return f"write {' or '.join(ways)}" if ways else suggestion(name, fitting)

    def _a(self, cls: ox.NamedNode) -> str:
        name = local_name(cls.value).lower() if cls.value.startswith(EVI) else compact(cls, self.prefixes)
        return f"an {name}" if name[0] in "aeiou" else f"a {name}"
