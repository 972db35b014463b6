"""Shapes: read, and guarded against checking nothing.

A misspelt ``sh:`` term or a target that nobody has makes SHACL engines say *conforms*, so both
are refused before anything is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from evigraph.errors import ShapesError
from evigraph.reading import read_quads
from evigraph.shapes_guard import require_shacl, require_unfolding, unfolded
from evigraph.terms import RDF, RDF_TYPE, RDFS, SH, local_name
from evigraph.vocabulary import Vocabulary

_NODE_SHAPE, _PROPERTY_SHAPE = ox.NamedNode(SH + "NodeShape"), ox.NamedNode(SH + "PropertyShape")
_SUBCLASS = ox.NamedNode(RDFS + "subClassOf")
_PATH, _PROPERTY = ox.NamedNode(SH + "path"), ox.NamedNode(SH + "property")
_FIRST, _REST = ox.NamedNode(RDF + "first"), ox.NamedNode(RDF + "rest")
_NIL = ox.NamedNode(RDF + "nil")
_TARGET_CLASS, _TARGET_NODE = ox.NamedNode(SH + "targetClass"), ox.NamedNode(SH + "targetNode")
_TARGET_SUBJECTS = ox.NamedNode(SH + "targetSubjectsOf")
_TARGET_OBJECTS = ox.NamedNode(SH + "targetObjectsOf")
_TARGETS = (_TARGET_CLASS, _TARGET_NODE, _TARGET_SUBJECTS, _TARGET_OBJECTS)
_MESSAGE, _NAME = ox.NamedNode(SH + "message"), ox.NamedNode(SH + "name")
_PATTERN = ox.NamedNode(SH + "pattern")
_INVERSE = ox.NamedNode(SH + "inversePath")
#: What a constraint compares the values of a path with: those of another property.
_COMPARED = tuple(ox.NamedNode(SH + name) for name in ("equals", "disjoint", "lessThan", "lessThanOrEquals"))
_CLOSED = ox.NamedNode(SH + "closed")


class Shapes:
    """A shapes graph.

    Args:
        quads: The statements of the shapes files.
        where: What to call it in messages.
        places: The file of each shape, where that is known.
    """

    def __init__(
        self, quads: Iterable[ox.Quad], where: str, places: Mapping[object, Path] | None = None
    ) -> None:
        self.where = where
        self.places = dict(places or {})
        self.quads = list(quads)
        self._about: dict[object, list[ox.Quad]] = {}
        for quad in self.quads:
            self._about.setdefault(quad.subject, []).append(quad)

    @classmethod
    def read(
        cls, files: Iterable[Path], vocabulary: Vocabulary, where: str = "shapes", *, core: bool = True
    ) -> Shapes:
        """Read shapes files and refuse what would check nothing.

        Args:
            files: Turtle files.
            vocabulary: The words of the review, against which paths and values are held.
            where: What to call them together in messages.
            core: Whether terms beyond SHACL Core are refused as well.

        Raises:
            InputError: A file cannot be parsed or uses an unknown word.
            ShapesError: A ``sh:`` term that SHACL does not define, a shape that contains itself, or
                no shape at all.
        """
        paths = list(files)
        quads: list[ox.Quad] = []
        places: dict[object, Path] = {}
        for path in paths:
            read = read_quads(path)
            vocabulary.require(path, read)
            require_shacl(path, read, core=core)
            quads += read
            places.update((q.subject, path) for q in read if q.predicate == RDF_TYPE)
        shapes = cls(quads, where, places)
        require_unfolding(shapes)
        if not shapes.named:
            raise ShapesError(f"{where}: holds no shape; nothing would be checked")
        return shapes

    @cached_property
    def named(self) -> list[ox.NamedNode]:
        """The shapes that have an IRI, sorted."""
        found = {
            q.subject
            for q in self.quads
            if q.predicate == RDF_TYPE
            and q.object in (_NODE_SHAPE, _PROPERTY_SHAPE)
            and isinstance(q.subject, ox.NamedNode)
        }
        return sorted(found, key=lambda node: node.value)

    def objects(self, subject: object, predicate: ox.NamedNode) -> Iterator[ox.Quad]:
        """The statements with this subject and predicate."""
        return (q for q in self._about.get(subject, []) if q.predicate == predicate)

    def message(self, shape: ox.NamedNode) -> str:
        """What a shape says when it does not hold, or its name."""
        return self.text(shape, _MESSAGE) or self.name(shape)

    def name(self, shape: ox.NamedNode) -> str:
        """The shape's ``sh:name``, or the last part of its IRI."""
        return self.text(shape, _NAME) or local_name(shape.value)

    def targeted(self) -> list[ox.NamedNode]:
        """The named shapes that say by themselves what they check."""
        return [shape for shape in self.named if any(t for p in _TARGETS for t in self.objects(shape, p))]

    def idle(self) -> list[ox.NamedNode]:
        """The named shapes that have no target and that no other shape uses."""
        used = {quad.object for quad in self.quads}
        targeted = set(self.targeted())
        return [shape for shape in self.named if shape not in targeted and shape not in used]

    def target_classes(self) -> dict[ox.NamedNode, set[ox.NamedNode]]:
        """For each targeted shape the classes it checks."""
        return {
            shape: {
                t.object for t in self.objects(shape, _TARGET_CLASS) if isinstance(t.object, ox.NamedNode)
            }
            for shape in self.targeted()
        }

    def alone(self, *shapes: ox.NamedNode) -> Shapes:
        """The same shapes, of which these alone check anything by themselves."""
        kept = (q for q in self.quads if q.subject in shapes or q.predicate not in _TARGETS)
        return Shapes(kept, self.where, self.places)

    def patterns(self, shape: ox.NamedNode | None = None) -> list[str]:
        """The regular expressions of a shape and of what is nested in it, or of all, sorted."""
        nodes = self._about if shape is None else self._nested(shape)
        return sorted({str(q.object) for node in nodes for q in self.objects(node, _PATTERN)})

    def parts(self, node: object) -> list[object]:
        """What a shape, or a part of one, is directly made of: blank nodes and named shapes."""
        objects = (quad.object for quad in self._about.get(node, []))
        return [inner for inner in objects if isinstance(inner, ox.BlankNode) or inner in self._named]

    def is_list(self, node: object) -> bool:
        """Whether a part is a place in a list."""
        return any(self.objects(node, _REST))

    def focus_nodes(self, shape: object, index: Mapping[ox.NamedNode, list[ox.Quad]]) -> set[object]:
        """The nodes that a shape checks in a graph.

        Args:
            shape: A shape of this graph.
            index: The statements of the graph by predicate, subclass statements included.
        """
        found: set[object] = set()
        for target in (t for kind in _TARGETS for t in self.objects(shape, kind)):
            if target.predicate == _TARGET_NODE:
                found.add(target.object)
            elif target.predicate == _TARGET_CLASS:
                classes = _with_subclasses(target.object, index.get(_SUBCLASS, []))
                found |= {q.subject for q in index.get(RDF_TYPE, []) if q.object in classes}
            elif isinstance(target.object, ox.NamedNode):
                uses = index.get(target.object, [])
                of_subjects = target.predicate == _TARGET_SUBJECTS
                found |= {q.subject if of_subjects else q.object for q in uses}
        return found

    def predicates(self, shape: object | None = None) -> tuple[set[ox.NamedNode], set[ox.NamedNode]]:
        """The properties that a shape and what is nested in it look at, or all shapes do, targets apart.

        Returns:
            Those walked forwards, and those walked backwards.
        """
        forward: set[ox.NamedNode] = set()
        backward: set[ox.NamedNode] = set()
        starts = self._about if shape is None else self._nested(shape)
        for node in starts:
            for quad in self.objects(node, _PATH):
                self._walk_path(quad.object, forward, backward)
            for quad in (q for kind in _COMPARED for q in self.objects(node, kind)):
                self._walk_path(quad.object, forward, backward)
        return forward, backward

    def targeting(self) -> tuple[set[ox.NamedNode], set[ox.NamedNode]]:
        """The properties whose subjects, and those whose values, are targets."""
        subjects, values = (
            {
                quad.object
                for quad in self.quads
                if quad.predicate == kind and isinstance(quad.object, ox.NamedNode)
            }
            for kind in (_TARGET_SUBJECTS, _TARGET_OBJECTS)
        )
        return subjects, values

    def closed(self) -> list[object]:
        """The shapes that allow no property but those they name."""
        return [
            quad.subject
            for quad in self.quads
            if quad.predicate == _CLOSED and quad.object == ox.Literal(True)
        ]

    def family(self, shape: ox.NamedNode) -> set[str]:
        """The IRIs of a shape and of the named shapes nested in it: a result of one is its own."""
        return {node.value for node in self._nested(shape) if isinstance(node, ox.NamedNode)}

    @cached_property
    def owner(self) -> dict[str, ox.NamedNode]:
        """The named shape to which each shape belongs, by IRI or blank node identifier."""
        owner: dict[str, ox.NamedNode] = {}
        for shape in self.named:
            owner[shape.value] = shape
            for node in self._nested(shape):
                if isinstance(node, ox.BlankNode):
                    owner.setdefault(node.value, shape)
        return owner

    def text(self, shape: object, predicate: ox.NamedNode) -> str:
        """The English text of a property of a shape, or an empty text."""
        texts = [q.object for q in self.objects(shape, predicate) if isinstance(q.object, ox.Literal)]
        english = [t for t in texts if t.language in (None, "en")]
        return (english or texts)[0].value if texts else ""

    @cached_property
    def unfolded(self) -> dict[object, tuple[int, int]]:
        """As :func:`evigraph.shapes_guard.unfolded`."""
        return unfolded(self)

    @cached_property
    def _named(self) -> set[object]:
        return set(self.named)

    def _nested(self, start: object) -> set[object]:
        """The shape and the blank nodes and property shapes it is made of."""
        seen: set[object] = set()
        todo = [start]
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo += self.parts(node)
        return seen

    def _walk_path(self, path: object, forward: set[ox.NamedNode], backward: set[ox.NamedNode]) -> None:
        todo, seen = [path], set[object]()
        while todo:
            part = todo.pop()
            if isinstance(part, ox.NamedNode):
                if part != _NIL:  # the end of a sequence
                    forward.add(part)
                continue
            if part in seen:
                continue
            seen.add(part)
            for quad in self._about.get(part, []):
                if quad.predicate == _INVERSE and isinstance(quad.object, ox.NamedNode):
                    backward.add(quad.object)
                elif quad.predicate in (_FIRST, _REST) or quad.predicate.value.startswith(SH):
                    todo.append(quad.object)


def index_by_predicate(quads: Iterable[ox.Quad]) -> dict[ox.NamedNode, list[ox.Quad]]:
    """Statements by predicate, for :meth:`Shapes.focus_nodes`."""
    index: dict[ox.NamedNode, list[ox.Quad]] = {}
    for quad in quads:
        index.setdefault(quad.predicate, []).append(quad)
    return index


def _with_subclasses(start: object, subclass: list[ox.Quad]) -> set[object]:
    found = {start}
    while more := {q.subject for q in subclass if q.object in found} - found:
        found |= more
    return found
