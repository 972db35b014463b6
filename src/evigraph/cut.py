"""The small graph of one study: what the shapes can reach from it, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import pyoxigraph as ox

from evigraph.terms import RDF_TYPE, RDFS

_SUBCLASS = ox.NamedNode(RDFS + "subClassOf")


class Cutter:
    """Cuts studies out of statements along the paths of shapes.

    Args:
        quads: Trusted statements, bookkeeping and the ontology.
        forward: Properties that the shapes follow from subject to value.
        backward: Properties that the shapes follow from value to subject.
    """

    def __init__(
        self,
        quads: Iterable[ox.Quad],
        forward: Collection[ox.NamedNode],
        backward: Collection[ox.NamedNode] = (),
    ) -> None:
        self._from: dict[object, list[ox.Quad]] = defaultdict(list)
        self._to: dict[object, list[ox.Quad]] = defaultdict(list)
        self._subclass: list[ox.Quad] = []
        wanted = {*forward, RDF_TYPE}
        for quad in quads:
            if quad.predicate == _SUBCLASS:
                if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                    self._subclass.append(quad)
                continue
            if quad.predicate in wanted:
                self._from[quad.subject].append(quad)
            if quad.predicate in backward:
                self._to[quad.object].append(quad)

    def cut(self, study: ox.NamedNode) -> list[ox.Quad]:
        """The statements that the shapes can see of a study, each in the graph of its basis.

        The subclass statements of the ontology come along, since SHACL's classes need them.
        """
        found: list[ox.Quad] = list(self._subclass)
        seen: set[object] = set()
        todo: list[object] = [study]
        while todo:
            node = todo.pop()
            if node in seen:
                continue
            seen.add(node)
            for quad in self._from.get(node, ()):
                found.append(quad)
                if quad.predicate != RDF_TYPE:
                    todo.append(quad.object)
            for quad in self._to.get(node, ()):
                found.append(quad)
                todo.append(quad.subject)
        return found
