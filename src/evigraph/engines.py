"""The SHACL engines: pySHACL, whose word counts, and the Rust engine ``shacl``, which is fast.

Both are given small graphs and asked which shapes do not hold. pySHACL's ``focus_nodes`` option is
never used: it drops the results of nested shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import pyoxigraph as ox

from evigraph.errors import ShapesError, UnknownNameError
from evigraph.interop import to_rdflib
from evigraph.shacl_terms import FLAGS
from evigraph.shapes import Shapes
from evigraph.terms import SH, XSD

if TYPE_CHECKING:
    import rdflib
    import shacl
    from rdflib.term import Node

#: Up to this many studies *auto* is pySHACL, above it the Rust engine.
AUTO_LIMIT = 50
ENGINES = ("auto", "pyshacl", "shacl")
#: Of how many graphs pySHACL's answer is remembered.
_REMEMBERED = 4 * AUTO_LIMIT
_FLAGS = {ox.NamedNode(SH + name) for name in FLAGS}
_ONE = ox.Literal("1", datatype=ox.NamedNode(XSD + "boolean"))


@dataclass(frozen=True)
class Result:
    """One SHACL validation result.

    Attributes:
        shape: The named shape that the result belongs to.
        focus: The node that was checked.
        path: The property in question, or an empty text where the path is not one property.
        value: The value that does not hold, or an empty text.
        message: What is wrong, from the shape.
    """

    shape: str
    focus: str
    path: str
    value: str
    message: str


class Engine(Protocol):
    """What judges small graphs by shapes."""

    name: str

    @property
    def stopped(self) -> Mapping[str, str]:
        """What to say of each shape that did not come to an end, by its IRI."""
        ...

    def failures(self, cuts: Mapping[str, list[ox.Quad]]) -> dict[str, set[str]]:
        """Which named shapes do not hold for each study.

        Args:
            cuts: The statements of each study by its IRI.

        Returns:
            The IRIs of the failing shapes by study; a study for which all hold has an empty set.
        """
        ...


def engine_for(name: str, studies: int) -> str:
    """The name of the engine that *auto* stands for, by the number of studies; another as it is.

    Raises:
        UnknownNameError: There is no such engine.
    """
    if name not in ENGINES:
        raise UnknownNameError("engine", name, ENGINES)
    if name != "auto":
        return name
    return "pyshacl" if studies <= AUTO_LIMIT else "shacl"


class PySHACL:
    """The engine of record, given one small graph a study, or one of few studies.

    Args:
        shapes: The shapes to judge by.
        background: Statements that belong to every graph.
    """

    name = "pyshacl"
    stopped: Mapping[str, str] = MappingProxyType({})

    def __init__(self, shapes: Shapes, background: Iterable[ox.Quad] = ()) -> None:
        self._shapes = shapes
        self._background = list(background)
        self._known: dict[frozenset[ox.Triple], set[str]] = {}

    def failures(self, cuts: Mapping[str, list[ox.Quad]]) -> dict[str, set[str]]:
        """As :meth:`Engine.failures`; the same statements, as at another trust, are judged once."""
        if len(cuts) > AUTO_LIMIT:
            return {study: self._failing(cut) for study, cut in cuts.items()}
        keys = {study: frozenset(quad.triple for quad in cut) for study, cut in cuts.items()}
        new = {study: cut for study, cut in cuts.items() if keys[study] not in self._known}
        if len(self._known) > _REMEMBERED:
            self._known, new = {}, dict(cuts)
        self._known |= {keys[study]: failed for study, failed in self._together(new).items()}
        return {study: self._known[key] for study, key in keys.items()}

    def _together(self, cuts: Mapping[str, list[ox.Quad]]) -> dict[str, set[str]]:
        """Judge few studies in one run, which is faster than one run each."""
        results = self.results(quad for cut in cuts.values() for quad in cut) if cuts else []
        if any(result.focus not in cuts for result in results):
            # A shape within a shape on values speaks of the value; that of which study, one run each tells.
            return {study: self._failing(cut) for study, cut in cuts.items()}
        failed: dict[str, set[str]] = {study: set() for study in cuts}
        for result in results:
            failed[result.focus].add(result.shape)
        return failed

    def _failing(self, cut: list[ox.Quad]) -> set[str]:
        return {result.shape for result in self.results(cut)}

    def results(self, quads: Iterable[ox.Quad]) -> list[Result]:
        """Validate one graph.

        Args:
            quads: Its statements; their graphs are merged.

        Returns:
            The results of named shapes, sorted; those of nested shapes belong to the shape
            they are nested in.

        Raises:
            ShapesError: pySHACL could not use the shapes.
        """
        import rdflib

        report = self.report(quads)
        shacl = rdflib.Namespace(SH)
        results = [
            self._result(report, node, shacl)
            for node in report.subjects(rdflib.RDF.type, shacl.ValidationResult)
            if not any(report.subjects(shacl.detail, node))
        ]
        return sorted(results, key=lambda r: (r.focus, r.shape, r.path, r.value, r.message))

    def report(self, quads: Iterable[ox.Quad]) -> rdflib.Graph:
        """The validation report on one graph, as pySHACL writes it; otherwise as :meth:`results`."""
        import pyshacl
        import rdflib

        _, report, _ = pyshacl.validate(
            to_rdflib([*quads, *self._background], {}),
            shacl_graph=self._graph,
            inference="none",
            inplace=True,
            advanced=False,
            meta_shacl=False,
            do_owl_imports=False,
        )
        if not isinstance(report, rdflib.Graph):
            raise ShapesError(f"{self._shapes.where}: pySHACL stopped: {report}")
        return report

    @cached_property
    def _graph(self) -> rdflib.Graph:
        return to_rdflib(map(_plain_truth, self._shapes.quads), {})

    def _result(self, report: rdflib.Graph, node: Node, shacl: rdflib.Namespace) -> Result:
        import rdflib

        def value(name: str) -> object:
            return report.value(node, shacl[name])

        path, source, found = value("resultPath"), value("sourceShape"), value("value")
        shape = self._shapes.owner.get(str(source))
        messages = sorted(str(m) for m in report.objects(node, shacl.resultMessage))
        own = self._shapes.text(shape, ox.NamedNode(SH + "message")) if shape else ""
        return Result(
            shape=shape.value if shape else "",
            focus=str(value("focusNode")),
            path=str(path) if isinstance(path, rdflib.URIRef) else "",
            value="" if found is None else str(found),
            message=own or " ".join(messages),
        )


class RustSHACL:
    """The fast engine, given many studies at once.

    It gives no default messages; messages are taken from the shapes in either case.

    Args:
        shapes: The shapes to judge by.
        background: Statements that belong to every graph.
    """

    name = "shacl"
    stopped: Mapping[str, str] = MappingProxyType({})

    def __init__(self, shapes: Shapes, background: Iterable[ox.Quad] = ()) -> None:
        import shacl

        self._background = _ntriples(background)

        self._compiled = shacl.Shapes.from_text(_ntriples(shapes.quads), "ntriples")

    def failures(self, cuts: Mapping[str, list[ox.Quad]]) -> dict[str, set[str]]:
        """As :meth:`Engine.failures`."""
        results = self._results([quad for cut in cuts.values() for quad in cut])
        if any(focus not in cuts for focus, _ in results):
            # A shape within a shape on values speaks of the value; that of which study, one run each tells.
            return {study: {shape for _, shape in self._results(cut)} for study, cut in cuts.items()}
        failed: dict[str, set[str]] = {study: set() for study in cuts}
        for focus, shape in results:
            failed[focus].add(shape)
        return failed

    def _results(self, quads: Iterable[ox.Quad]) -> list[tuple[str, str]]:
        """The node and the named shape of each result."""
        return [
            (result.focus_node[1:-1], result.root_shape.strip("<>"))
            for result in self.report(quads).results
            if result.root_shape is not None
        ]

    def report(self, quads: Iterable[ox.Quad]) -> shacl.Report:
        """The validation report on one graph, as the engine gives it; the graphs of statements are merged."""
        return self._compiled.validate_text(_ntriples(quads) + self._background, "ntriples")


def _plain_truth(quad: ox.Quad) -> ox.Quad:
    """A statement of a shape with ``"1"`` not taken for true, as SHACL has it."""
    # pySHACL sees to that only in files that it reads itself.
    if quad.predicate in _FLAGS and quad.object == _ONE:
        return ox.Quad(quad.subject, quad.predicate, ox.Literal(False))
    return quad


def _ntriples(quads: Iterable[ox.Quad]) -> str:
    text = ox.serialize([quad.triple for quad in quads], format=ox.RdfFormat.N_TRIPLES)
    assert text is not None  # only None when an output is named
    return text.decode()
