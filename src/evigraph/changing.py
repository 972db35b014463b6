"""How the graph of a review is changed: one writer at a time, each file whole, all of them or none."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.errors import EnvironmentFaultError
from evigraph.fitness import Fitness
from evigraph.folder import Folder
from evigraph.reading import FORMAT_BY_SUFFIX, escapes_of
from evigraph.writing import write_whole


@contextmanager
def writing_alone(folder: Path) -> Iterator[None]:
    """Keep other writers of the graph waiting; the folder itself is the lock, so nothing is left behind.

    Args:
        folder: The folder ``graph`` of a review.

    Raises:
        EnvironmentFaultError: The folder cannot be read.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise EnvironmentFaultError(f"{folder}: cannot be read: {error.strerror}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def added_to(folder: Folder, name: str, quads: Iterable[ox.Quad]) -> bytes:
    """What a Turtle file of the graph holds when statements are added to it.

    Args:
        folder: The review.
        name: The file, such as ``graph/decisions.ttl``; it may be missing.
        quads: What is added.
    """
    path = folder.path / name
    held = folder.read_graph_file(path) if path.is_file() else []
    return serialize([*held, *quads], "turtle", folder.prefixes)


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write files of a review, each whole; when one cannot be written, the others are as they were.

    Args:
        files: What each file shall hold; the folder of one may be missing, not more.

    Raises:
        InputError: A text holds a control character, with which it could not be read again.
        EnvironmentFaultError: A file cannot be written; all are as they were.
    """
    for path, data in files.items():
        if format := FORMAT_BY_SUFFIX.get(path.suffix.lower()):
            Fitness(path, escapes_of(format)).take(data)
    earlier: dict[Path, bytes | None] = {}
    made: list[Path] = []
    try:
        for path, data in files.items():
            if not path.parent.is_dir():
                _make(path.parent)
                made.append(path.parent)
            earlier[path] = path.read_bytes() if path.is_file() else None
            write_whole(path, lambda file, data=data: file.write(data))  # type: ignore[misc]  # its default
    except BaseException:
        _put_back(earlier)
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _put_back(earlier: Mapping[Path, bytes | None]) -> None:
    for path, data in earlier.items():
        with contextlib.suppress(OSError, EnvironmentFaultError):
            if data is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != data:
                write_whole(path, lambda file, data=data: file.write(data))  # type: ignore[misc]


def _make(folder: Path) -> None:
    try:
        folder.mkdir()
    except OSError as error:
        raise EnvironmentFaultError(f"{folder}: cannot be made: {error.strerror}") from None
