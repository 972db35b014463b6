"""The second SHACL engine, for tests that hold one against the other."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import shacl

from evigraph.canonical import serialize


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
