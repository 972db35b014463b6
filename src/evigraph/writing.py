"""Files are written whole or not at all: a temporary file beside the target, fsync, rename."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, TypeVar

from evigraph.errors import EnvironmentFaultError, InputError
from evigraph.leftovers import COMMITTED, HELD, new_file, new_folder, sweep

T = TypeVar("T")

#: What to say when all is written and the disk then reports a fault.
NOT_LASTING = "was written, but the disk may not keep it"
#: What a file system says that cannot make a folder last, or a folder that may not be read.
_CANNOT_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM, errno.EROFS}


def write_whole(path: str | Path, write: Callable[[IO[bytes]], T], *, needed: int = 0) -> T:
    """Fill a file so that a reader sees the old content or the new, never a part.

    A link is followed and stays a link. A device or a pipe cannot be replaced; it is written to.
    What a killed process left in the folder is removed.

    Args:
        path: The file.
        write: Writes the content into the file that it is given.
        needed: How many bytes that will be, where it is known.

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
        target = Path(os.path.realpath(named))
        sweep(target.parent)
        result = _replace(target, write)
    except OSError as error:
        reason = why(error, named.parent, needed)
        raise EnvironmentFaultError(f"{named}: cannot be written: {reason}") from None
    try:
        sync(target.parent)
    except OSError as error:
        raise EnvironmentFaultError(f"{named}: {NOT_LASTING}: {error.strerror}") from None
    return result


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder that does not exist yet, whole or not at all.

    Args:
        folder: The folder.
        files: What each file holds, by its path inside the folder.

    Raises:
        EnvironmentFaultError: It cannot be written; nothing is there.
    """
    sweep(folder.parent)
    beside, handle = None, -1
    try:
        handle, beside = new_folder(folder.parent, folder.name)
        for name, data in files.items():
            make_folder((beside / name).parent)
            with (beside / name).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for place in {beside, *((beside / name).parent for name in files)}:
            sync(place)
        beside.chmod(0o755)
        beside.rename(folder)
    except BaseException as error:
        if beside:
            shutil.rmtree(beside, ignore_errors=True)
        if isinstance(error, OSError):
            needed = sum(map(len, files.values()))
            reason = why(error, folder.parent, needed)
            raise EnvironmentFaultError(f"{folder}: cannot be written: {reason}") from None
        raise
    finally:
        if handle >= 0:
            os.close(handle)
    try:
        sync(folder.parent)
    except OSError as error:
        raise EnvironmentFaultError(f"{folder}: {NOT_LASTING}: {error.strerror}") from None


def prepare(target: Path, data: bytes) -> Path:
    """Write what a file shall hold beside it, to be renamed later, with the rights that it has.

    Raises:
        OSError: It cannot be written; nothing is left.
    """
    with _beside(target, COMMITTED) as (file, path):
        file.write(data)
        _complete(file, path, target)
    return path


def make_folder(folder: Path, made: list[Path] | None = None) -> None:
    """Make a folder and those above it, each so that it lasts.

    Args:
        folder: The folder; it may be there.
        made: Where those that were missing are noted.

    Raises:
        OSError: It cannot be made.
    """
    if not folder.is_dir():
        make_folder(folder.parent, made)
        folder.mkdir(exist_ok=True)
        if made is not None:
            made.append(folder)
        sync(folder.parent)


def sync(path: Path) -> None:
    """Make a file last, or what was made, renamed and removed in a folder, where the file system can.

    Raises:
        OSError: The disk says that it did not.
    """
    try:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise


def why(error: OSError, folder: Path, needed: int = 0) -> str:
    """What the system says; of a full disk also what is free, and what is needed where that is known."""
    said = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        with contextlib.suppress(OSError):
            found = os.statvfs(folder)
            free = f"{found.f_bavail * found.f_frsize:,} bytes are free"
            return f"{said} ({needed:,} bytes are needed, {free})" if needed else f"{said} ({free})"
    return said


def _replace(target: Path, write: Callable[[IO[bytes]], T]) -> T:
    with _beside(target) as (file, path):
        result = write(file)
        _complete(file, path, target)
        path.replace(target)  # still held, so that nobody sweeps it before
    return result


@contextlib.contextmanager
def _beside(target: Path, suffix: str = HELD) -> Iterator[tuple[IO[bytes], Path]]:
    """A temporary file beside another; it is gone when anything fails."""
    handle, path = new_file(target.parent, target.name, suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file, path
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def _complete(file: IO[bytes], path: Path, target: Path) -> None:
    file.flush()
    path.chmod(target.stat().st_mode if target.exists() else 0o666 & ~_umask())
    os.fsync(file.fileno())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
