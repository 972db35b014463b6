"""Temporary files and folders: the process that fills one holds it, so what nobody holds is left over.

A process that is killed gives its locks back, and the next one removes what it left. Only what bears a
name of ours is looked at.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

#: How the name of what its writer holds ends, and of what is renamed later, under the lock of a review.
HELD, COMMITTED = ".evigraph.tmp", ".evigraph.new"
_NAME = r"\..{1,40}\.[a-z0-9_]{8}"
_OURS = re.compile(_NAME + re.escape(HELD), re.DOTALL)
#: Both kinds; only for who holds the lock of the review that they lie in.
ALL_OURS = re.compile(f"{_NAME}(?:{re.escape(HELD)}|{re.escape(COMMITTED)})", re.DOTALL)


def new_file(folder: Path, name: str, suffix: str = HELD) -> tuple[int, Path]:
    """Make a temporary file beside a file that shall be written.

    Args:
        folder: Where it is made.
        name: The name of the file that it shall become.
        suffix: :data:`HELD` or :data:`COMMITTED`.

    Returns:
        It, open and held as long as it is open, and its path.

    Raises:
        OSError: It cannot be made.
    """
    while True:
        handle, path = tempfile.mkstemp(dir=folder, prefix=_prefix(name), suffix=suffix)
        hold(handle)
        if os.fstat(handle).st_nlink:
            return handle, Path(path)
        os.close(handle)  # swept between its making and its lock


def new_folder(folder: Path, name: str) -> tuple[int, Path]:
    """As :func:`new_file`, a folder.

    Raises:
        OSError: It cannot be made.
    """
    while True:
        path = tempfile.mkdtemp(dir=folder, prefix=_prefix(name), suffix=HELD)
        with contextlib.suppress(FileNotFoundError):
            handle = os.open(path, os.O_RDONLY)
            hold(handle)
            if os.fstat(handle).st_nlink:
                return handle, Path(path)
            os.close(handle)


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder for temporary files, gone afterwards; what killed processes left is removed as well."""
    place = Path(tempfile.gettempdir())
    sweep(place)
    handle, path = new_folder(place, "evigraph")
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(handle)


def hold(handle: int, *, shared: bool = False) -> bool:
    """Lock an open file or folder without waiting, for as long as it is open.

    Returns:
        Whether it is locked now; not when another holds it, or the file system knows no locks.
    """
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def sweep(folder: Path, ours: re.Pattern[str] = _OURS) -> None:
    """Remove the temporary files and folders that no living process holds; what cannot be removed stays.

    Args:
        folder: The folder that they lie in; folders in it are not looked into.
        ours: What their whole names look like.
    """
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if ours.fullmatch(entry.name):
                remove_unheld(Path(entry.path))


def remove_unheld(path: Path) -> None:
    """Remove a file or a folder if no process holds it; what cannot be removed stays."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            mode = os.fstat(handle).st_mode
            if not hold(handle):
                return
            if stat.S_ISDIR(mode):
                shutil.rmtree(path, ignore_errors=True)
            elif stat.S_ISREG(mode):
                path.unlink()
        finally:
            os.close(handle)


def _prefix(name: str) -> str:
    return f".{name[:40]}."
