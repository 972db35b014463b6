"""The SHACL engines, for tests that hold one against the other or both against what is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import shacl

from evigraph.canonical import serialize
from evigraph.engines import PySHACL, RustSHACL
from evigraph.terms import RDF_TYPE, SH

Statements = list[ox.Quad]
#: What a report says: whether all holds, and what of each result, as often as it says that.
Report = tuple[list[object], Counter[frozenset[ox.Quad]]]


def sh(name: str) -> ox.NamedNode:
    """A word of SHACL."""
    return ox.NamedNode(SH + name)


#: What of a result is compared; of the message see :func:`said_by`.
PARTS = {
    sh(name)
    for name in (
        *("focusNode", "resultPath", "value", "resultSeverity"),
        *("sourceShape", "sourceConstraint", "sourceConstraintComponent"),
    )
}
MESSAGE = sh("resultMessage")


def text_of(quads: Iterable[ox.Quad]) -> str:
    """Statements as N-Triples, their graphs merged."""
    return serialize(quads, "ntriples", {}).decode()


def failing(shapes: Iterable[Path], quads: Iterable[ox.Quad]) -> set[tuple[str, str]]:
    """What the Rust engine finds: named shape and focus node of each result, as IRIs."""
    merged = [quad for path in shapes for quad in ox.parse(path=str(path), rename_blank_nodes=True)]
    compiled = shacl.Shapes.from_text(text_of(merged), "ntriples")
    report = compiled.validate_text(text_of(quads), "ntriples")
    return {
        ((result.root_shape or "").strip("<>"), result.focus_node.strip("<>")) for result in report.results
    }


def canonical(quads: Iterable[ox.Quad]) -> frozenset[ox.Quad]:
    """Statements with blank nodes named by RDFC-1.0: equal for graphs that differ in those names alone."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(dataset)


def report_of(engine: PySHACL | RustSHACL, data: Statements) -> tuple[Statements, object]:
    """The report of an engine, its terms as they are written, and the report's own node."""
    if isinstance(engine, PySHACL):
        text = engine.report(data).serialize(format="nt", encoding="utf-8")
    else:
        text = engine.report(data).serialize("ntriples").encode()
    statements = list(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    kind = sh("ValidationReport")
    (report,) = [q.subject for q in statements if (q.predicate, q.object) == (RDF_TYPE, kind)]
    return statements, report


def said_by(statements: Statements, report: object, *, messages: bool = True) -> Report:
    """What a report says, each result with its own copy of the path it names.

    Args:
        statements: Those of the report, and perhaps others.
        report: The report's own node.
        messages: Whether messages count.
    """
    about: dict[object, Statements] = {}
    for quad in statements:
        about.setdefault(quad.subject, []).append(quad)
    parts = {*PARTS, MESSAGE} if messages else PARTS
    found: Counter[frozenset[ox.Quad]] = Counter()
    for result in (quad.object for quad in about[report] if quad.predicate == sh("result")):
        kept = [quad for quad in about[result] if quad.predicate in parts]
        todo: list[object] = [quad.object for quad in kept if quad.predicate == sh("resultPath")]
        while todo:
            node = todo.pop()
            if isinstance(node, ox.BlankNode):
                kept += about[node]
                todo += [quad.object for quad in about[node]]
        found[canonical(kept)] += 1
    return [quad.object for quad in about[report] if quad.predicate == sh("conforms")], found
