"""Verdicts kept between runs, by the hash of all they rest on; never part of a review.

An entry whose hash does not fit is not looked at, and one that cannot be read counts as absent.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from evigraph.verdicts import Screening

_KEPT = 50


def cache_folder() -> Path:
    """``$EVIGRAPH_CACHE``, else the user's cache folder by the XDG rules."""
    if chosen := os.environ.get("EVIGRAPH_CACHE"):
        return Path(chosen)
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "evigraph"


def load(digest: str) -> Screening | None:
    """The verdicts kept under a hash, or none."""
    try:
        return Screening.load(_path(digest).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(digest: str, screening: Screening) -> None:
    """Keep verdicts; a cache that cannot be written is done without."""
    with contextlib.suppress(OSError):
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(screening.dump())
        Path(temporary).replace(_path(digest))
        entries = sorted(folder.glob("verdicts-*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in entries[_KEPT:]:
            old.unlink(missing_ok=True)


def _path(digest: str) -> Path:
    return cache_folder() / f"verdicts-{digest}.json"
