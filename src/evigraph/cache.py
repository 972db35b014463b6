"""Verdicts kept between runs, by the hash of all they rest on; never part of a review.

An entry whose hash does not fit is not looked at, and one that cannot be read counts as absent.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from evigraph.errors import EvigraphError
from evigraph.verdicts import Screening
from evigraph.writing import write_whole

_KEPT = 50


def cache_folder() -> Path:
    """``$EVIGRAPH_CACHE``, else the user's cache folder by the XDG rules."""
    if chosen := os.environ.get("EVIGRAPH_CACHE"):
        return Path(chosen)
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "evigraph"


def load(digest: str, read: Callable[[str], Screening] = Screening.load) -> Screening | None:
    """The verdicts kept under a hash, or none."""
    try:
        return read(_path(digest).read_text(encoding="utf-8"))
    except (OSError, RuntimeError, ValueError, KeyError, TypeError):
        return None


def save(digest: str, verdicts: str) -> None:
    """Keep the text of verdicts; a cache that cannot be written, or has no place, is done without."""
    with contextlib.suppress(OSError, RuntimeError, EvigraphError):
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(_path(digest), lambda file: file.write(verdicts.encode()))
        entries = sorted(folder.glob("verdicts-*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in entries[_KEPT:]:
            old.unlink(missing_ok=True)


def digest(state: str, trust: str, engine: str) -> str:
    """The hash of what verdicts rest on: the state of a review's files, the choices, and the programs."""
    parts = (state, trust, engine, *_engines(), program())
    return hashlib.sha256("-".join(parts).encode()).hexdigest()


@functools.cache
def _engines() -> tuple[str, str]:
    """The versions of the two engines."""
    from importlib.metadata import version

    return version("pyshacl"), version("shacl")


@functools.cache
def program() -> str:
    """A hash of the package's own code, on which verdicts rest too."""
    total = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()


def _path(digest: str) -> Path:
    return cache_folder() / f"verdicts-{digest}.json"
