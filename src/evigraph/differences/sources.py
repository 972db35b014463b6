"""What can be compared: folders of reviews, stores on disk, and revisions of git. All become folders."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from evigraph import disk
from evigraph.canonical import serialize
from evigraph.differences.revisions import extract
from evigraph.errors import EvigraphError, InputError
from evigraph.folder import FOLDERS, Folder
from evigraph.review import Review
from evigraph.store import EmbeddedStore
from evigraph.terms import ONTOLOGY_GRAPH


class _FromFiles(Review):
    """A review whose store on disk is left as it is: it may be what its files are compared with."""

    @property
    def _built(self) -> None:
        return None


@dataclass(frozen=True)
class Side:
    """One of the two that are compared.

    Attributes:
        name: What the person called it.
        kind: ``folder``, ``store`` or ``revision``.
        review: The review, from files.
    """

    name: str
    kind: str
    review: Review


@dataclass(frozen=True)
class _Named:
    """A name, and what it was found to mean: a ``folder``, a ``store`` or a ``revision``."""

    name: str
    kind: str


@contextlib.contextmanager
def opened(a: str, b: str | None, review: str | None) -> Iterator[tuple[Side, Side]]:
    """The two sides of a comparison, as long as the context lasts.

    A folder or a store of a name comes before a revision of that name.

    Args:
        a: A folder of a review, a store on disk, or a revision of the review.
        b: Likewise; the files of the review as they are when left out.
        review: The folder of the review; the working folder when left out.

    Raises:
        InputError: A name means none of these, or there is no review to take revisions of.
        EnvironmentFaultError: git is needed and not installed, or a store cannot be read.
    """
    home = Path(review or ".")
    sides = [_named(a), _Named(str(home), "folder") if b is None else _named(b)]
    if (b is None or any(side.kind == "revision" for side in sides)) and not _is_review(home):
        if review:
            Folder(home)  # says what is missing
        what = next((s.name for s in sides if s.kind == "revision"), a)
        raise InputError(
            f"{what}: is no folder of a review and no store, and this folder is no review of which it could "
            "be a revision; name the folder of the review with --review DIR before the command"
        )
    with tempfile.TemporaryDirectory(prefix="evigraph-diff-") as temporary:
        places = [Path(temporary) / name for name in ("a", "b")]
        try:
            folders = [_folder(s, home, place) for s, place in zip(sides, places, strict=True)]
            if any(side.kind == "store" for side in sides):
                folders = _all_as_stored(sides, folders, home, Path(temporary) / "stored")
            one, other = (Side(s.name, s.kind, _FromFiles(f)) for s, f in zip(sides, folders, strict=True))
            yield one, other
        except EvigraphError as error:
            error.args = (_in_their_words(str(error), sides, Path(temporary)), *error.args[1:])
            raise


def _named(name: str) -> _Named:
    path = Path(name)
    if name and path.is_dir():
        if disk.read_manifest(path):
            return _Named(name, "store")
        if _is_review(path) or "/" in name:
            return _Named(name, "folder")
    return _Named(name, "revision")


def _is_review(path: Path) -> bool:
    return all((path / name).is_dir() for name in FOLDERS)


def _folder(side: _Named, home: Path, place: Path) -> Path:
    """The folder of a side; for a store its own, which is no review yet."""
    if side.kind != "revision":
        if side.kind == "folder":
            Folder(Path(side.name))
        return Path(side.name)
    try:
        extract(home, side.name, place)
    except InputError as error:
        if Path(side.name).is_dir() and str(error).startswith("no revision"):
            Folder(Path(side.name))  # says why it is no review
        if side.name and Path(side.name).exists():
            raise InputError(
                f"{side.name}: is a file; name folders of reviews, stores or revisions"
            ) from None
        raise
    for name in FOLDERS:
        # git keeps no empty folders; a review may have no shapes of its own yet.
        if any((place / other).is_dir() for other in FOLDERS):
            (place / name).mkdir(exist_ok=True)
    Folder(place)
    return place


def _all_as_stored(sides: list[_Named], folders: list[Path], home: Path, place: Path) -> list[Path]:
    """Both sides as reviews in temporary folders, with texts of numbers as a store writes them."""
    beside = [f for s, f in zip(sides, folders, strict=True) if s.kind != "store"]
    beside += [path for path in (home, *(f.parent for f in folders)) if _is_review(path)]
    made = []
    for number, (side, folder) in enumerate(zip(sides, folders, strict=True)):
        target = place / str(number)
        for name in FOLDERS:
            (target / name).mkdir(parents=True)
        if side.kind == "store":
            manifest = disk.read_manifest(folder)
            assert manifest is not None  # it was there before
            quads = list(disk.open_store(folder, manifest).quads())
        else:
            from_files = Folder(folder)
            quads = list(EmbeddedStore([*from_files.graph, *from_files.ontology]).quads())
        _write(target, quads)
        for name in ("shapes", "queries"):
            source = folder if side.kind != "store" else next(iter(beside), None)
            if source is not None:
                shutil.copytree(source / name, target / name, dirs_exist_ok=True)
        made.append(target)
    return made


def _write(target: Path, quads: Iterable[ox.Quad]) -> None:
    said: dict[bool, list[ox.Quad]] = {True: [], False: []}
    for quad in quads:
        said[quad.graph_name == ONTOLOGY_GRAPH].append(quad)
    for is_ontology, name, format in ((False, "graph/statements.nq", "nquads"),
                                      (True, "ontology/statements.nt", "ntriples")):  # fmt: skip
        if said[is_ontology]:
            (target / name).write_bytes(serialize(said[is_ontology], format, {}))


def _in_their_words(text: str, sides: list[_Named], temporary: Path) -> str:
    """A message with the names of the sides in place of temporary folders."""
    for place, side in zip(("a", "b"), sides, strict=True):
        text = text.replace(f"{temporary / place}/", f"{side.name}:").replace(
            str(temporary / place), side.name
        )
    for number, side in enumerate(sides):
        folder = str(temporary / "stored" / str(number))
        text = text.replace(f"{folder}/", f"{side.name}: ").replace(folder, side.name)
    return text
