"""Statements by what they describe: the values of a property, the things of a class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from evigraph.terms import RDF_TYPE


class Described:
    """An index of statements by subject and property.

    Args:
        quads: The statements; their graphs are merged.
    """

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._values: dict[object, dict[ox.NamedNode, list[object]]] = defaultdict(dict)
        for quad in quads:
            values = self._values[quad.subject].setdefault(quad.predicate, [])
            if quad.object not in values:
                values.append(quad.object)

    def having(self, *properties: ox.NamedNode) -> list[object]:
        """The subjects that have all of these properties, in the order of first mention."""
        return [s for s, said in self._values.items() if all(p in said for p in properties)]

    def of_class(self, *classes: ox.NamedNode) -> list[ox.NamedNode]:
        """The IRIs that are of one of these classes, in the order of first mention."""
        return [
            subject
            for subject in self._values
            if isinstance(subject, ox.NamedNode)
            and any(kind in classes for kind in self.values(subject, RDF_TYPE))
        ]

    def values(self, subject: object, property: ox.NamedNode) -> list[object]:
        """The values of a property of a subject, each once."""
        return self._values.get(subject, {}).get(property, [])

    def value(self, subject: object, property: ox.NamedNode) -> object | None:
        """The first value of a property of a subject, or none."""
        return next(iter(self.values(subject, property)), None)

    def iri(self, subject: object, property: ox.NamedNode) -> ox.NamedNode | None:
        """The first value that is an IRI, or none."""
        return next((v for v in self.values(subject, property) if isinstance(v, ox.NamedNode)), None)

    def text(self, subject: object, property: ox.NamedNode) -> str:
        """The text of the first value that is a literal, or an empty text."""
        return next((v.value for v in self.values(subject, property) if isinstance(v, ox.Literal)), "")
