"""A SHACL engine in a child: where a shape from outside runs away, it is stopped and named.

Shapes are run together, as ever. Only when that does not end are those that may be the reason run one by one,
so that the results of all others are kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from evigraph.canonical import nquads
from evigraph.confined.limits import Limits, in_words
from evigraph.confined.process import Child, EndedError, GarbledError, LateError
from evigraph.engines import AUTO_LIMIT, Result
from evigraph.errors import EnvironmentFaultError, ShapesError
from evigraph.shapes import Shapes
from evigraph.shapes_guard import may_run_away

#: Seconds that a child may take to load an engine.
_START = 60.0
#: Studies that the Rust engine is given at a time.
_TOGETHER = 500
#: Statements for which an engine is given another second.
_A_SECOND = 1_000


class _StopError(Exception):
    """The shapes did not come to an end; the text says how.

    Args:
        how: What happened.
        cause: What of a pattern it comes from.
    """

    def __init__(self, how: str, cause: str = "may take for ever") -> None:
        super().__init__(how)
        self.cause = cause


class ConfinedEngine:
    """As :class:`evigraph.engines.Engine`, and as :class:`evigraph.engines.PySHACL`, in a child.

    Args:
        shapes: The shapes to judge by.
        background: Statements that belong to every graph.
        name: Which engine: ``pyshacl`` or ``shacl``.
        limits: What one study, or one shape over all of them, may take.

    Attributes:
        stopped: What to say of each shape that was stopped, by its IRI.
    """

    def __init__(
        self, shapes: Shapes, background: Iterable[ox.Quad], name: str, limits: Limits | None = None
    ) -> None:
        self.name = name
        self.stopped: dict[str, str] = {}
        self._shapes = shapes
        self._background = list(background)
        self._limits = limits or Limits()
        self._groups = [shapes]
        self._running: tuple[Child, Shapes] | None = None

    def failures(self, cuts: Mapping[str, list[ox.Quad]]) -> dict[str, set[str]]:
        """As :meth:`evigraph.engines.Engine.failures`; of shapes that were stopped nothing is said."""
        studies, size = list(cuts.items()), AUTO_LIMIT if self.name == "pyshacl" else _TOGETHER

        def judged(shapes: Shapes) -> Iterator[tuple[str, set[str]]]:
            for at in range(0, len(studies), size):
                step = studies[at : at + size]
                texts = [nquads(quads) for _, quads in step]
                count = sum(len(quads) for _, quads in step)
                request = {"do": "judge", "studies": [iri for iri, _ in step], "sizes": list(map(len, texts))}
                failed = self._asked(shapes, request, b"".join(texts), count).get("failed")
                if not isinstance(failed, list) or len(failed) != len(step):
                    raise _StopError("gave what is no answer")
                for (iri, _), found in zip(step, failed, strict=True):
                    yield iri, set(map(str, found))

        total: dict[str, set[str]] = {iri: set() for iri in cuts}
        for found in self._each(lambda shapes: list(judged(shapes))):
            for iri, failed in found:
                total[iri] |= failed
        return total

    def results(self, quads: Iterable[ox.Quad]) -> list[Result]:
        """As :meth:`evigraph.engines.PySHACL.results`; of shapes that were stopped nothing is said."""
        statements = list(quads)
        text = nquads(statements)

        def found(shapes: Shapes) -> list[Result]:
            rows = self._asked(shapes, {"do": "results"}, text, len(statements)).get("results")
            if not isinstance(rows, list):
                raise _StopError("gave what is no answer")
            return [Result(*map(str, row)) for row in rows]

        together = {result for part in self._each(found) for result in part}
        return sorted(together, key=lambda r: (r.focus, r.shape, r.path, r.value, r.message))

    def close(self) -> None:
        """End the child, if there is one."""
        if self._running is not None:
            self._running[0].end()
            self._running = None

    def _each(self, work: Callable[[Shapes], Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """What work gives for all shapes, or for those that come to an end, in groups."""
        todo = deque(self._groups)
        while todo:
            group = todo.popleft()
            try:
                yield work(group)
            except _StopError as error:
                self._groups.remove(group)
                targeted = group.targeted()
                if len(targeted) == 1:
                    self.stopped[targeted[0].value] = self._message(targeted[0], error)
                else:
                    parts = self._parts(targeted)
                    self._groups += parts
                    todo += parts

    def _parts(self, targeted: Sequence[ox.NamedNode]) -> list[Shapes]:
        """What a group of shapes that did not end is run as: the calm ones together, each other alone."""
        suspects = [shape for shape in targeted if may_run_away(self._shapes, shape)]
        if not suspects:
            return [self._shapes.alone(shape) for shape in targeted]
        calm = [shape for shape in targeted if shape not in suspects]
        together = [self._shapes.alone(*calm)] if calm else []
        return [*together, *map(self._shapes.alone, suspects)]

    def _message(self, shape: ox.NamedNode, error: _StopError) -> str:
        place = self._shapes.places.get(shape)
        patterns = " and ".join(self._shapes.patterns(shape))
        advice = f"its sh:pattern {patterns} {error.cause}" if patterns else "make it simpler"
        return f"{place or self._shapes.where}: shape <{shape.value}>: {error}; {advice}"

    def _asked(self, shapes: Shapes, request: Mapping[str, Any], data: bytes, count: int) -> dict[str, Any]:
        """What the child answers."""
        seconds = None if self._limits.seconds is None else self._limits.seconds + count // _A_SECOND
        more = {"seconds": seconds, "megabytes": self._limits.megabytes}
        try:
            child = self._child(shapes, more)
            child.send({**request, **more}, data)
            answer = child.receive(seconds)
        except LateError:
            self._running = None
            raise _StopError(f"stopped after {in_words(seconds)}") from None
        except EndedError as error:
            self._running = None
            if error.code > 0:
                raise _StopError("the engine cannot use it", "is most likely none") from None
            raise _StopError("ended the engine") from None
        except GarbledError:
            self._running = None
            raise _StopError("gave what is no answer") from None
        except BaseException:
            self.close()
            raise
        if answer.get("full"):
            raise _StopError(f"stopped because it needs more than {self._limits.megabytes:,} MB of memory")
        if "input" in answer:
            raise ShapesError(str(answer["input"]))
        return answer

    def _child(self, shapes: Shapes, more: Mapping[str, Any]) -> Child:
        """A child that has these shapes."""
        if self._running is not None:
            child, held = self._running
            if held is shapes and child.is_there:
                return child
        else:
            child = Child()
        if not child.is_there:
            child = Child()
        self._running = (child, shapes)
        texts = [nquads(shapes.quads), nquads(self._background)]
        request = {"do": "shapes", "engine": self.name, "where": shapes.where, "sizes": list(map(len, texts))}
        child.send({**request, **more}, b"".join(texts))
        try:
            child.receive(_START)  # it has loaded the engine
        except LateError:
            raise EnvironmentFaultError(f"the SHACL engine {self.name} did not start; try again") from None
        answer = child.receive(self._limits.seconds)
        if "input" in answer:
            raise ShapesError(str(answer["input"]))
        return child
