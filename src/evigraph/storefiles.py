"""The files of a store on disk: who may write them, whether they are as they were, what is left over."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evigraph.errors import EnvironmentFaultError
from evigraph.leftovers import ALL_OURS, hold, remove_unheld, sweep
from evigraph.writing import sync, write_whole

MANIFEST, HOLDER = "store.json", "lock"
_CHECK = "check"
#: Stores, those that were not finished, and those that a reader made for itself.
_STORES = re.compile(r"quads-[a-z0-9_]{8,12}")


def write_manifest(place: Path, said: Mapping[str, Any]) -> None:
    """Write what a store says of itself, with a hash of that.

    Raises:
        OSError: It cannot be written; the earlier one is untouched.
    """
    data = json.dumps({**said, _CHECK: _hash_of(said)}, indent=1).encode()
    write_whole(place / MANIFEST, lambda file: file.write(data), needed=len(data))


def read_manifest(place: Path) -> dict[str, Any] | None:
    """What a store says of itself; none when there is none, or it is not what was written."""
    try:
        said = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        check = said.pop(_CHECK)
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return None
    return said if check == _hash_of(said) else None


def seal(folder: Path) -> dict[str, str]:
    """Make the files of a finished store last, and hash them.

    What the engine needs for writing alone goes, its lock and its log of what it did: nobody writes it again.

    Raises:
        OSError: The disk says that they do not last.
    """
    for path in folder.iterdir():
        if path.name.startswith(("LOCK", "LOG")):
            path.unlink()
    for path in folder.iterdir():
        sync(path)
    sync(folder)
    return hashes(folder)


def hashes(folder: Path) -> dict[str, str]:
    """A hash of each file of a store."""
    if not folder.is_dir():
        return {}
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def damage(expected: Mapping[str, str], found: Mapping[str, str]) -> str:
    """Which files are missing or other than they were, in words; empty when none is."""
    missing = sorted(expected.keys() - found.keys())
    changed = sorted(name for name in expected if name in found and expected[name] != found[name])
    lines = [f"its file {name} is missing" for name in missing]
    lines += [f"its file {name} was changed" for name in changed]
    return "; ".join(lines)


def broken_manifest(place: Path) -> str:
    """Of a folder with stores, but without what says what is in them: what is wrong; else empty."""
    if not place.is_dir() or any(strangers(place)):
        return ""
    if (place / MANIFEST).is_file():
        return f"its file {MANIFEST} was changed"
    stores = any(_STORES.fullmatch(path.name) for path in place.iterdir())
    return f"its file {MANIFEST} is missing" if stores else ""


def strangers(place: Path) -> Iterator[Path]:
    """What lies in the folder of a store and is none of ours."""
    ours = (MANIFEST, HOLDER)
    return (
        path
        for path in place.iterdir()
        if path.name not in ours and not _STORES.fullmatch(path.name) and not ALL_OURS.fullmatch(path.name)
    )


def sweep_stores(place: Path, current: str) -> None:
    """Remove the stores that are neither the current one nor held by a process that reads or fills them."""
    sweep(place)
    for path in place.iterdir():
        if path.name != current and _STORES.fullmatch(path.name):
            remove_unheld(path)


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Hold the lock of a store, its folder itself; a note in it says who has it.

    Raises:
        EnvironmentFaultError: Another process has it.
    """
    handle = os.open(place, os.O_RDONLY)
    note = place / HOLDER
    try:
        if not hold(handle):
            holder = note.read_text(encoding="utf-8").strip() if note.is_file() else ""
            raise EnvironmentFaultError(
                f"{place}: is being written by {holder or 'another process'}; wait until it has ended"
            )
        note.write_text(
            f"process {os.getpid()} ({' '.join(Path(sys.argv[0]).name.split())})", encoding="utf-8"
        )
        try:
            yield
        finally:
            note.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _hash_of(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
