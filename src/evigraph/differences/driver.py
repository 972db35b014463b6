"""One file as git asks for it: what differs between two versions of it, in words.

git gives the path, and of the old and the new version a file, the hash and the mode; of a renamed file the
new path and what is to be said of it too; of a file that is not merged the path alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from evigraph.differences.statements import Change, changes, things
from evigraph.differences.words import of_change, of_thing
from evigraph.errors import EvigraphError, InputError
from evigraph.folder import FOLDERS, Folder, home
from evigraph.labels import Labels
from evigraph.names import studies_in
from evigraph.reading import read_quads
from evigraph.terms import EVI

_NOTHING = os.devnull
_TEXT = "'git diff --no-ext-diff' shows the text"


def show(given: Sequence[str]) -> Iterator[str]:
    """What differs between two versions of a file, line by line.

    A version that cannot be read is said to be so, and is no error: git would stop.

    Args:
        given: What git gives.

    Raises:
        InputError: It is not what git gives.
    """
    if len(given) not in (1, 7, 9):
        raise InputError(
            f"--driver takes the 7 arguments that git gives, not {len(given)}; set it up with "
            "git config diff.evigraph.command 'evigraph diff --driver'"
        )
    path = given[0]
    if len(given) == 1:
        yield f"{path}: is not merged; settle the conflict first"
        return
    old, new = given[1], given[4]
    moved = f" → {given[7]}" if len(given) == 9 else ""
    word = " (added)" if old == _NOTHING else " (deleted)" if new == _NOTHING else ""
    yield f"evigraph diff {path}{moved}{word}"
    if given[3] != given[6] and not word:
        yield f"  mode {given[3]} → {given[6]}"
    if not word and Path(old).read_bytes() == Path(new).read_bytes():
        yield "  the same text"
        return
    sides = []
    for version, file in (("before", old), ("after", new)):
        try:
            sides.append(_read(Path(file)))
        except EvigraphError as error:
            yield f"  {version}: {str(error).replace(file, path)}; {_TEXT}"
    if len(sides) == 2:
        yield from (f"  {line}" for line in _lines(Path(path), *sides))


def _read(file: Path) -> list[ox.Quad]:
    """The statements of a file; none of one that is not there or empty."""
    if str(file) == _NOTHING or (file.is_file() and not file.read_bytes().strip()):
        return []
    return read_quads(file)


def _lines(path: Path, before: list[ox.Quad], after: list[ox.Quad]) -> Iterator[str]:
    try:
        found = changes(before, after)
    except EvigraphError as error:
        yield f"{error}; {_TEXT}"
        return
    if not found:
        yield f"the same {len(set(after))} statements, written in another way"
        return
    labels = _labels(path, [*before, *after])
    studies = {iri.value for iri in studies_in([*before, *after]).values()}
    of_studies = [change for change in found if change.subject.partition("#")[0] in studies]
    rest = [change for change in found if change.subject.partition("#")[0] not in studies]
    for change in of_studies:
        yield from of_change(change, labels, study=True)
    for thing in things(rest, before, after):
        yield from of_thing(thing, labels)
    yield _counted(found)


def _counted(found: Sequence[Change]) -> str:
    added = sum(len(change.after) for change in found)
    removed = sum(len(change.before) for change in found)
    return f"statements: {added} added, {removed} removed"


def _labels(path: Path, quads: Sequence[ox.Quad]) -> Labels:
    """Names by the ontology of the review that the file is in, or of the shipped one."""
    studies = {iri.value: key for key, iri in studies_in(quads).items()}
    for folder in (*path.absolute().parents, home()):
        if all((folder / name).is_dir() for name in FOLDERS):
            try:
                review = Folder(folder)
                return Labels([*review.ontology, *quads], review.prefixes, studies)
            except EvigraphError:  # it may be the very file that is being changed
                continue
    return Labels(quads, {"evi": EVI}, studies)
