"""Files are written whole or not at all: a temporary file beside the target, fsync, rename."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeVar

from evigraph.errors import EnvironmentFaultError, InputError

T = TypeVar("T")


def write_whole(path: str | Path, write: Callable[[IO[bytes]], T]) -> T:
    """Fill a file so that a reader sees the old content or the new, never a part.

    A link is followed and stays a link. A device or a pipe cannot be replaced; it is written to.

    Args:
        path: The file.
        write: Writes the content into the file that it is given.

    Returns:
        What ``write`` returns.

    Raises:
        InputError: No file is named, the folder does not exist, or the path is a folder.
        EnvironmentFaultError: The system does not let it be written; the earlier file is untouched.
    """
    if not str(path):
        raise InputError("no file is named to write to; name one")
    named = Path(path)
    if named.is_dir():
        raise InputError(f"{named}: is a folder; name a file in it")
    if not named.parent.is_dir():
        raise InputError(f"{named.parent}: no such folder; make it first")
    try:
        if named.exists() and not named.is_file():
            with named.open("wb") as file:
                return write(file)
        return _replace(Path(os.path.realpath(named)), write)
    except OSError as error:
        raise EnvironmentFaultError(f"{named}: cannot be written: {error.strerror}") from None


def _replace(target: Path, write: Callable[[IO[bytes]], T]) -> T:
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            result = write(file)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(target.stat().st_mode if target.exists() else 0o666 & ~_umask())
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
    _sync_folder(target.parent)
    return result


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # some file systems cannot; the rename is done already
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
