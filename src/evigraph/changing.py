"""How the graph of a review is changed: one writer at a time, each file whole, all of them or none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.committing import commit, locked, settle, tidy
from evigraph.errors import EnvironmentFaultError
from evigraph.fitness import Fitness
from evigraph.folder import FOLDERS, Folder
from evigraph.reading import FORMAT_BY_SUFFIX, escapes_of


@contextmanager
def writing_alone(folder: Path) -> Iterator[None]:
    """Keep other writers of the graph waiting, and mend first what a killed one left.

    Args:
        folder: The folder ``graph`` of a review.

    Raises:
        EnvironmentFaultError: The folder cannot be read, or a change that was left cannot be finished.
    """
    with locked(folder):
        try:
            settle(folder.parent)
        except OSError as error:
            raise EnvironmentFaultError(
                f"{error.filename or folder}: an unfinished change cannot be made: {error.strerror}"
            ) from None
        tidy(folder.parent)
        yield


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


def write_files(files: Mapping[Path, bytes], removed: Collection[Path] = ()) -> None:
    """Change files of a review, all or none, also when the process is killed.

    Call it inside of :func:`writing_alone`.

    Args:
        files: What each file shall hold; folders that are missing are made.
        removed: Files that shall be gone.

    Raises:
        InputError: A text holds a control character, with which it could not be read again; or a file is
            a link that leads out of the review, and others change with it.
        EnvironmentFaultError: A file cannot be written; all are as they were, or the message says how not.
    """
    for path, data in files.items():
        if format := FORMAT_BY_SUFFIX.get(path.suffix.lower()):
            Fitness(path, escapes_of(format)).take(data)
    paths = [*files, *removed]
    if paths:
        commit(_review_of(paths[0]), files, removed)


def _review_of(path: Path) -> Path:
    """The folder of the review that a file belongs to; the nearest, since a review may hold another."""
    for folder in path.absolute().parents:
        if all((folder / name).is_dir() for name in FOLDERS):
            return folder
    raise EnvironmentFaultError(f"{path}: lies in no review; nothing was written")
