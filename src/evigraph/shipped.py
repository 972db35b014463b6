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


def is_shipped(text: str) -> bool:
    """Whether this is the text of a query or of shapes that come with the package."""
    return text in _texts()


def are_shipped(files: Iterable[Path]) -> bool:
    """Whether all these files are such; a file that cannot be read is not."""
    try:
        return all(is_shipped(read_text(path)) for path in files)
    except EvigraphError:
        return False


@functools.cache
def _texts() -> frozenset[str]:
    places = [home() / "queries", home() / "shapes", _TEMPLATE / "queries", _TEMPLATE / "shapes"]
    files = (path for place in places for path in place.rglob("*") if path.suffix in (".rq", ".ttl"))
    return frozenset(path.read_text(encoding="utf-8") for path in files)
