"""Knows what comes with the package: its queries and shapes, letter for letter."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path

from evigraph.errors import EvigraphError
from evigraph.folder import home
from evigraph.reading import read_text

#: What a review that is just begun takes from the package.
_TEMPLATE = Path(__file__).resolve().parent / "template"


def is_shipped(text: str, suffix: str = ".rq") -> bool:
    """Whether this is the text of a query, or with another suffix of shapes, that come with the package."""
    return text in _texts(suffix)


def are_shipped(shapes: Iterable[Path]) -> bool:
    """Whether all these files of shapes are such; one that cannot be read is not."""
    try:
        return all(is_shipped(read_text(path), ".ttl") for path in shapes)
    except EvigraphError:
        return False


@functools.cache
def _texts(suffix: str) -> frozenset[str]:
    folder = "queries" if suffix == ".rq" else "shapes"
    files = (path for place in (home(), _TEMPLATE) for path in (place / folder).rglob(f"*{suffix}"))
    return frozenset(path.read_text(encoding="utf-8") for path in files)
