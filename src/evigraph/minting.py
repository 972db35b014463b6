"""New names in a review: IRIs and keys that nothing has yet."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from evigraph.terms import IDENTIFIER, local_name


class Minter:
    """Gives out IRIs in the namespace of a review, and keys, none of them twice.

    Args:
        review: The IRI of the review.
        graph: What the review says already.
    """

    def __init__(self, review: str, graph: Iterable[ox.Quad]) -> None:
        self.base = review.rstrip("/#") + "/"
        self._iris: set[str] = set()
        self._keys: set[str] = set()
        for quad in graph:
            if isinstance(quad.subject, ox.NamedNode):
                self._iris.add(quad.subject.value)
                self._keys.add(local_name(quad.subject.value))
                if quad.predicate == IDENTIFIER and isinstance(quad.object, ox.Literal):
                    self._keys.add(quad.object.value)

    def iri(self, kind: str, name: str) -> str:
        """An IRI such as ``REVIEW/KIND/NAME``, with a number behind it when that is taken."""
        return self.part(f"{self.base}{kind}/{name}")

    def part(self, iri: str) -> str:
        """An IRI, with a number behind it when that is taken."""
        found = free(iri, self._iris)
        self._iris.add(found)
        return found

    def numbered(self, iri: str) -> str:
        """An IRI with the first number behind it that is not taken."""
        number = 1
        while f"{iri}{number}" in self._iris:
            number += 1
        self._iris.add(f"{iri}{number}")
        return f"{iri}{number}"

    def key(self, name: str) -> str:
        """A key like this name, with a number behind it when something is called so."""
        key = free(name, self._keys)
        self._keys.add(key)
        return key


def free(name: str, taken: set[str]) -> str:
    """A name, with a number behind it when somebody has it."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found
