"""The small graph of one study: what the shapes can reach from it, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from evigraph.errors import ShapesError
from evigraph.shapes import Shapes
from evigraph.terms import RDF_TYPE, RDFS, SH

_SUBCLASS = ox.NamedNode(RDFS + "subClassOf")
_CLASS = ox.NamedNode(SH + "class")


@dataclass(frozen=True)
class Paths:
    """The properties that shapes walk.

    Attributes:
        forward: From subject to value, ``rdf:type`` among them.
        backward: From value to subject.
        classes: Whether a constraint asks for the class of a value, so that concepts' classes count.
    """

    forward: frozenset[ox.NamedNode]
    backward: frozenset[ox.NamedNode]
    classes: bool

    @classmethod
    def of(cls, shapes: Shapes) -> Paths:
        """The properties that shapes look at, be it for a target.

        Raises:
            ShapesError: A shape looks at all properties, since it is closed.
        """
        for shape in shapes.closed():
            place = shapes.places.get(shape) or shapes.where
            raise ShapesError(
                f"{place}: sh:closed asks for all that is said of a study, and criteria are shown what their "
                "paths lead to alone; put such a shape into shapes/well-formed"
            )
        (forward, backward), (subjects, values) = shapes.predicates(), shapes.targeting()
        classes = any(quad.predicate == _CLASS for quad in shapes.quads)
        return cls(frozenset({*forward, *subjects, RDF_TYPE}), frozenset({*backward, *values}), classes)

    def background(self, ontology: Iterable[ox.Quad]) -> list[ox.Quad]:
        """What the shapes need of an ontology and its concepts, the same for every study."""
        wanted = {*self.forward, *self.backward, _SUBCLASS}
        if not self.classes:
            wanted.discard(RDF_TYPE)
        return [
            quad
            for quad in ontology
            if quad.predicate in wanted
            and isinstance(quad.subject, ox.NamedNode)
            and isinstance(quad.object, ox.NamedNode)
        ]


class Reach(Protocol):
    """Statements that can be walked from node to node."""

    def after(self, node: object) -> Iterable[ox.Quad]:
        """The statements with this subject and a forward property."""
        ...

    def before(self, node: object) -> Iterable[ox.Quad]:
        """The statements with this value and a backward property."""
        ...


class Index:
    """Statements in memory, by subject and by value.

    Args:
        quads: The statements.
        paths: The properties to keep.
    """

    def __init__(self, quads: Iterable[ox.Quad], paths: Paths) -> None:
        self._from: dict[object, list[ox.Quad]] = defaultdict(list)
        self._to: dict[object, list[ox.Quad]] = defaultdict(list)
        for quad in quads:
            if quad.predicate in paths.forward:
                self._from[quad.subject].append(quad)
            if quad.predicate in paths.backward:
                self._to[quad.object].append(quad)

    def after(self, node: object) -> Iterable[ox.Quad]:
        """As :meth:`Reach.after`."""
        return self._from.get(node, ())

    def before(self, node: object) -> Iterable[ox.Quad]:
        """As :meth:`Reach.before`."""
        return self._to.get(node, ())


def cut(study: ox.NamedNode, reach: Reach) -> list[ox.Quad]:
    """As :func:`in_sight`, of one study."""
    return in_sight([study], reach)


def in_sight(nodes: Iterable[object], reach: Reach) -> list[ox.Quad]:
    """The statements that shapes can see from some nodes, each in the graph of its basis.

    The walk takes every property of every path from every node, so it may find more than one
    shape needs, and never less. What all studies share is in :meth:`Paths.background`.
    """
    found: list[ox.Quad] = []
    seen: set[object] = set()
    todo = list(nodes)
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        for quad in reach.after(node):
            found.append(quad)
            if quad.predicate != RDF_TYPE:
                todo.append(quad.object)
        for quad in reach.before(node):
            found.append(quad)
            todo.append(quad.subject)
    return found
