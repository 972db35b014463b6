"""What shapes may not do: use a word that engines skip, contain themselves, reach out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.errors import ShapesError, suggestion
from evigraph.guard import require_local
from evigraph.shacl_terms import CORE, FLAGS, SPARQL
from evigraph.terms import SH
from evigraph.vocabulary import line_of

if TYPE_CHECKING:
    from evigraph.shapes import Shapes

#: Of how many parts a shape may be when each part that is used twice counts twice, and how deeply nested,
#: to be checked where it cannot be stopped.
_MANY, _DEPTH = 1_000, 20
_FLAGS = {ox.NamedNode(SH + name) for name in FLAGS}
_TRUTHS = (ox.Literal(True), ox.Literal(False))
#: What holds the text of a query.
_QUERIES = {ox.NamedNode(SH + name) for name in ("select", "ask", "construct", "update")}


def require_shacl(path: Path, quads: Iterable[ox.Quad], *, core: bool) -> None:
    """Refuse words that SHACL does not have, or that are never run here.

    Args:
        path: The file of the shapes.
        quads: Its statements.
        core: Whether terms beyond SHACL Core are refused as well.

    Raises:
        ShapesError: It uses such a word, says what is neither true nor false of a word that is one or the
            other, or a query in it reaches out.
    """
    allowed = CORE if core else CORE | SPARQL
    for quad in quads:
        for term in (quad.predicate, quad.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith(SH):
                _require_word(path, term.value, allowed)
        if quad.predicate in _FLAGS and quad.object not in _TRUTHS:
            place = f"{path}{line_of(path, quad.predicate.value)}"
            name = quad.predicate.value.removeprefix(SH)
            raise ShapesError(
                f"{place}: sh:{name} is {quad.object}, which checks nothing; write true or false"
            )
        if quad.predicate in _QUERIES and isinstance(quad.object, ox.Literal):
            # The prefixes stand elsewhere in the file; which they are changes nothing here.
            require_local(quad.object.value, f"{path}{line_of(path, quad.predicate.value)}")


def require_unfolding(shapes: Shapes) -> None:
    """Refuse shapes that contain themselves, of which SHACL does not say what they mean.

    Raises:
        ShapesError: A shape contains itself, or is nested more deeply than engines can bear.
    """
    _ = shapes.unfolded


def may_run_away(shapes: Shapes, shape: ox.NamedNode | None = None) -> bool:
    """Whether shapes, or one of them, could take for ever.

    That is by a pattern, by a query, or by parts that are used again and again.
    """
    if shapes.patterns(shape) or any(quad.predicate in _QUERIES for quad in shapes.quads):
        return True
    sizes = shapes.unfolded
    named = shapes.named if shape is None else [shape]
    return any(sizes[one] > (_MANY, 0) or sizes[one][1] > _DEPTH for one in named)


def unfolded(shapes: Shapes) -> dict[object, tuple[int, int]]:
    """Of how many parts each shape and part is made, each counted at every use, and how deeply nested.

    Raises:
        ShapesError: A shape contains itself.
    """
    sizes: dict[object, tuple[int, int]] = {}
    for start in shapes.named:
        above: dict[object, None] = {}
        todo: list[tuple[object, bool]] = [(start, False)]
        while todo:
            node, done = todo.pop()
            parts = shapes.parts(node)
            if done:
                deeper = 0 if shapes.is_list(node) else 1
                within = [sizes[part] for part in parts]
                size = 1 + sum(size for size, _ in within)
                sizes[node] = (size, deeper + max((depth for _, depth in within), default=0))
                del above[node]
            elif node in above:
                place = shapes.places.get(start) or shapes.where
                raise ShapesError(
                    f"{place}: shape <{start.value}> contains itself; SHACL does not say what that means, "
                    "so take it apart"
                )
            elif node not in sizes:
                above[node] = None
                todo.append((node, True))
                todo += [(part, False) for part in parts]
    return sizes


def _require_word(path: Path, iri: str, allowed: frozenset[str]) -> None:
    name = iri.removeprefix(SH)
    if name in allowed:
        return
    place = f"{path}{line_of(path, iri)}"
    if name.lower().startswith("js"):
        raise ShapesError(f"{place}: sh:{name} is a program, which is never run; use core constraints")
    if name in SPARQL:
        raise ShapesError(f"{place}: sh:{name} is not SHACL Core; use core constraints")
    advice = suggestion(name, sorted(allowed))
    raise ShapesError(f"{place}: SHACL has no term sh:{name}; {advice}")
