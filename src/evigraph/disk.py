"""A store on disk, made from the files of a review, and never a second truth.

``DIR/store.json`` says what went in: the files with their sizes, times and hash, the number of
statements, and a hash of each file of the store. The statements are in a folder beside it whose name
the file gives; a new store is made in a new folder, and only then does the file point to it, so an
interrupted build leaves the earlier one as it was. One lock keeps writers apart.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import sys
import uuid
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from evigraph import __version__
from evigraph.cache import cache_folder
from evigraph.errors import EnvironmentFaultError, InputError
from evigraph.folder import Folder
from evigraph.reading import FAULTS, FORMAT_BY_SUFFIX, LARGE, Progress, read_quads, require_readable
from evigraph.store import EmbeddedStore
from evigraph.terms import BASIS, GIVEN_GRAPH, ONTOLOGY_GRAPH

_MANIFEST = "store.json"
#: What an interrupted first build leaves.
_OURS = re.compile(r"quads-[0-9a-f]{12}|store\.json\.tmp")
_KIND = "evigraph store"


@dataclass(frozen=True)
class Manifest:
    """What a store was made from, and what is in it.

    Attributes:
        kind: Says that the folder is one of ours.
        version: The evigraph that made it.
        folder: The folder beside the manifest that holds the statements.
        files: Size and time of each file, by its name in the review.
        digest: A hash of all files.
        quads: How many statements are in it.
        parts: A hash of each file of the store, by its name.
    """

    kind: str
    version: str
    folder: str
    files: dict[str, list[int]]
    digest: str
    quads: int
    parts: dict[str, str]


@dataclass(frozen=True)
class Verification:
    """What a check of a store found.

    Attributes:
        quads: How many statements are in it.
        expected: How many went in.
        lost: Statements of the files that it lacks, at most a hundred.
        changed: Statements that no file has, at most a hundred.
        fault: What the store itself says is broken; empty when nothing.
        fresh: Whether the files are those that it was made from.
    """

    quads: int
    expected: int
    lost: tuple[str, ...]
    changed: tuple[str, ...]
    fault: str
    fresh: bool

    @property
    def holds(self) -> bool:
        """Whether the store is what was put in."""
        return not (self.lost or self.changed or self.fault) and self.quads == self.expected


def default_place(folder: Folder) -> Path:
    """Where the store of a review is kept when nobody says where.

    ``.evigraph`` in its folder; for a review in an installed package, or in a folder that cannot be
    written, a folder of the user's cache.
    """
    place = folder.path / ".evigraph"
    packed = folder.path.resolve() == Path(__file__).resolve().parent / "_data"
    if place.exists() or (not packed and os.access(folder.path, os.W_OK)):
        return place
    name = hashlib.sha256(str(folder.path.resolve()).encode()).hexdigest()[:16]
    return cache_folder() / f"store-{name}"


def read_manifest(place: Path) -> Manifest | None:
    """What a folder says of the store in it, or none when it is no store of ours."""
    try:
        data: dict[str, Any] = json.loads((place / _MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**data)
    except (OSError, ValueError, TypeError):
        return None
    return manifest if manifest.kind == _KIND else None


def is_fresh(folder: Folder, manifest: Manifest) -> bool:
    """Whether the review's files are those that a store was made from.

    Sizes and times are compared first; where they differ, the contents are.
    """
    if manifest.version != __version__:
        return False
    return manifest.files == _stamps(folder) or manifest.digest == folder.digest()


def open_store(place: Path, manifest: Manifest) -> EmbeddedStore:
    """Open a store to be asked.

    Raises:
        EnvironmentFaultError: It is broken; the message says how to make it anew.
    """
    try:
        return EmbeddedStore(path=place / manifest.folder)
    except (OSError, RuntimeError, ValueError) as error:
        raise EnvironmentFaultError(
            f"{place}: the store cannot be opened ({error}); run 'evigraph build' to make it anew"
        ) from None


def build(folder: Folder, place: Path, progress: Progress | None = None) -> Manifest:
    """Make a store from the files of a review.

    Args:
        folder: The review.
        place: The folder of the store; made when it is not there.
        progress: Told the file, and the bytes done and to do.

    Returns:
        What is in it, which is also kept beside it.

    Raises:
        InputError: The place holds something that is no store, or a file cannot be parsed.
        EnvironmentFaultError: Another process writes it, or the disk does not let it be written.
    """
    manifest = read_manifest(place)
    if manifest is None and place.exists() and (not place.is_dir() or any(_strangers(place))):
        raise InputError(f"{place}: holds files that are no store of evigraph; name another folder")
    try:
        place.mkdir(parents=True, exist_ok=True)
        with _writing(place):
            return _build(folder, place, progress)
    except OSError as error:
        raise EnvironmentFaultError(f"{place}: cannot be written: {error.strerror or error}") from None


def verify(folder: Folder, place: Path) -> Verification:
    """Compare a store with what was put in, and with the files when they are the same.

    Raises:
        InputError: There is no store.
    """
    manifest = read_manifest(place)
    if manifest is None:
        raise InputError(f"{place}: there is no store; make one with 'evigraph build'")
    fresh = is_fresh(folder, manifest)
    fault = _damage(manifest.parts, _parts(place / manifest.folder))
    quads, lost, changed = 0, tuple[str, ...](), tuple[str, ...]()
    try:
        store = ox.Store.read_only(str(place / manifest.folder))
        quads = len(store)
        if fault and fresh:
            lost, changed = _differences(folder, store)
    except (OSError, RuntimeError, ValueError) as error:
        fault = fault or str(error)
    return Verification(quads, manifest.quads, lost, changed, fault, fresh)


def _build(folder: Folder, place: Path, progress: Progress | None) -> Manifest:
    for old in place.glob("quads-*"):
        current = read_manifest(place)
        if current is None or old.name != current.folder:
            shutil.rmtree(old, ignore_errors=True)  # left by a build that was interrupted
    stamps, digest = _stamps(folder), folder.digest()
    name = f"quads-{uuid.uuid4().hex[:12]}"
    try:
        store = ox.Store(str(place / name))
        _load(folder, store, progress)
        store.flush()
        quads = len(store)
        del store  # closes it, so that its files are final
        manifest = Manifest(_KIND, __version__, name, stamps, digest, quads, _parts(place / name))
    except BaseException:
        shutil.rmtree(place / name, ignore_errors=True)
        raise
    earlier = read_manifest(place)
    temporary = place / f"{_MANIFEST}.tmp"
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(place / _MANIFEST)
    if earlier is not None:
        shutil.rmtree(place / earlier.folder, ignore_errors=True)
    return manifest


def _load(folder: Folder, store: ox.Store, progress: Progress | None) -> None:
    """Load the ontology and the graph, each statement into the graph of its basis."""
    files = folder.files("graph")
    total, done = sum(path.stat().st_size for path in files), 0
    store.extend(folder.ontology)
    for path in files:
        size = path.stat().st_size
        if size < LARGE:
            store.extend(folder.read_graph_file(path))
        else:  # to the engine's own loader, whose errors name the line all the same
            _load_large(folder, store, path)
        done += size
        if progress:
            progress(folder.name_of(path), done, total)


def _load_large(folder: Folder, store: ox.Store, path: Path) -> None:
    format = FORMAT_BY_SUFFIX[path.suffix.lower()]
    default = folder.default_graph(path)
    require_readable(path)
    graph = None if format.supports_datasets else default
    try:
        with path.open("rb") as file:
            if file.read(len(BOM_UTF8)) == BOM_UTF8:  # the engine's own reader of paths refuses it
                store.bulk_load(file, format=format, to_graph=graph)
            else:
                store.bulk_load(path=str(path), format=format, to_graph=graph)
    except FAULTS:
        read_quads(path)  # says where
        raise
    _rehome(store, default)


def _rehome(store: ox.Store, default: ox.NamedNode) -> None:
    """Move statements out of the default graph and out of graphs that are none of ours."""
    strays = [g for g in store.named_graphs() if not _is_ours(g)]
    for graph, home in [(ox.DefaultGraph(), default), *((g, GIVEN_GRAPH) for g in strays)]:
        moved = list(store.quads_for_pattern(None, None, None, graph))
        if moved:
            store.extend(ox.Quad(q.subject, q.predicate, q.object, home) for q in moved)
            store.remove_graph(graph)


def _is_ours(graph: object) -> bool:
    return isinstance(graph, ox.NamedNode) and (graph.value.startswith(BASIS) or graph == ONTOLOGY_GRAPH)


def _differences(folder: Folder, store: ox.Store) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Statements of the files that the store lacks, and statements that no file has."""
    right = ox.Store()  # rewrites literals as the store on disk does, so the two can be compared
    right.extend(folder.ontology)
    for path in folder.files("graph"):
        right.extend(folder.read_graph_file(path))
    lost = (str(quad) for quad in right if not _has_blank(quad) and quad not in store)
    changed = (str(quad) for quad in store if not _has_blank(quad) and quad not in right)
    return _first(lost), _first(changed)


def _has_blank(quad: ox.Quad) -> bool:
    """Blank nodes, as in class expressions, have another name at each reading; their count is checked."""
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)


def _parts(folder: Path) -> dict[str, str]:
    """A hash of each file of a store but its lock and its log of what the engine did."""
    if not folder.is_dir():
        return {}
    files = (path for path in folder.iterdir() if path.name != "LOCK" and not path.name.startswith("LOG"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)}


def _damage(expected: dict[str, str], found: dict[str, str]) -> str:
    missing = sorted(expected.keys() - found.keys())
    changed = sorted(name for name in expected if name in found and expected[name] != found[name])
    lines = [f"its file {name} is missing" for name in missing]
    lines += [f"its file {name} was changed" for name in changed]
    return "; ".join(lines)


def _first(texts: Iterator[str], most: int = 100) -> tuple[str, ...]:
    return tuple(text for text, _ in zip(texts, range(most), strict=False))


def _stamps(folder: Folder) -> dict[str, list[int]]:
    files = [path for name in ("graph", "ontology", "shapes") for path in folder.files(name)]
    return {folder.name_of(p): [p.stat().st_size, p.stat().st_mtime_ns] for p in files}


def _strangers(place: Path) -> Iterator[Path]:
    return (path for path in place.iterdir() if path.name != "lock" and not _OURS.fullmatch(path.name))


@contextlib.contextmanager
def _writing(place: Path) -> Iterator[None]:
    """Hold the lock of a store; the lock file says who holds it."""
    with (place / "lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "another process"
            raise EnvironmentFaultError(
                f"{place}: is being written by {holder}; wait until it has ended"
            ) from None
        file.truncate(0)
        file.write(f"process {os.getpid()} ({' '.join(Path(sys.argv[0]).name.split())})")
        file.flush()
        yield
        file.truncate(0)


def open_fresh(folder: Folder, place: Path | None = None) -> EmbeddedStore | None:
    """The store of a review where one was built, made anew when the files have changed; else none."""
    place = place or default_place(folder)
    manifest = read_manifest(place)
    if manifest is None:
        return None
    if not is_fresh(folder, manifest):
        manifest = build(folder, place)
    return open_store(place, manifest)
