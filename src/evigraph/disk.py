"""A store on disk, made from the files of a review, and never a second truth.

``DIR/store.json`` says what went in: the files with their sizes, times and hash, the number of
statements, and a hash of each file of the store. The statements are in a folder beside it whose name
the file gives; a new store is made in a new folder, and only then does the file point to it, so an
interrupted build leaves the earlier one as it was. One lock keeps writers apart; who reads a store holds
its folder, which is then not removed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import uuid
import weakref
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from evigraph import __version__, storefiles
from evigraph.cache import cache_folder
from evigraph.errors import ChangedError, EnvironmentFaultError, InputError
from evigraph.folder import Folder
from evigraph.leftovers import hold
from evigraph.reading import FAULTS, FORMAT_BY_SUFFIX, LARGE, Progress, read_quads, require_readable
from evigraph.store import EmbeddedStore
from evigraph.terms import BASIS, GIVEN_GRAPH, ONTOLOGY_GRAPH
from evigraph.writing import make_folder, why

_KIND = "evigraph store"
#: The folders of a review that a store is made from, or that say whether it is usable.
_FROM = ("graph", "ontology", "shapes")
#: How often files are read anew that change meanwhile.
_TRIES = 3


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
    said = storefiles.read_manifest(place)
    try:
        manifest = Manifest(**said) if said else None
    except TypeError:
        return None
    return manifest if manifest and manifest.kind == _KIND else None


def is_fresh(folder: Folder, manifest: Manifest) -> bool:
    """Whether the review's files are those that a store was made from.

    Sizes and times are compared first; where they differ, the contents are.
    """
    if manifest.version != __version__:
        return False
    return manifest.files == folder.stamps(*_FROM) or manifest.digest == folder.digest()


def open_store(place: Path, manifest: Manifest) -> EmbeddedStore:
    """Open a store to be asked.

    Raises:
        EnvironmentFaultError: It is broken; the message says how to make it anew.
    """
    path = place / manifest.folder
    try:
        missing = manifest.parts.keys() - {file.name for file in path.iterdir()}
        if missing:
            raise OSError(f"its file {min(missing)} is missing")
        handle = os.open(path, os.O_RDONLY)
        hold(handle, shared=True)
        store = EmbeddedStore(path=path)
        weakref.finalize(store, os.close, handle)
    except (OSError, RuntimeError, ValueError) as error:
        raise EnvironmentFaultError(
            f"{place}: the store cannot be opened ({error}); run 'evigraph build' to make it anew"
        ) from None
    return store


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
        EnvironmentFaultError: Another process writes it, the disk does not let it be written, or the files
            change all the time.
    """
    manifest = read_manifest(place)
    if manifest is None and place.exists() and (not place.is_dir() or any(storefiles.strangers(place))):
        raise InputError(f"{place}: holds files that are no store of evigraph; name another folder")
    try:
        make_folder(place)
        with storefiles.writing(place):
            return _build(folder, place, progress)
    except OSError as error:
        raise EnvironmentFaultError(f"{place}: cannot be written: {why(error, place)}") from None


def verify(folder: Folder, place: Path) -> Verification:
    """Compare a store with what was put in, and with the files when they are the same.

    Raises:
        InputError: There is no store.
    """
    manifest = read_manifest(place)
    if manifest is None:
        if fault := storefiles.broken_manifest(place):
            return Verification(0, 0, (), (), fault, fresh=False)
        raise InputError(f"{place}: there is no store; make one with 'evigraph build'")
    fresh = is_fresh(folder, manifest)
    fault = storefiles.damage(manifest.parts, storefiles.hashes(place / manifest.folder))
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
    earlier = read_manifest(place)
    storefiles.sweep_stores(place, earlier.folder if earlier else "")
    for attempt in range(_TRIES):
        try:
            with folder.unchanging(*_FROM):
                manifest = _filled(folder, place, progress)
            break
        except ChangedError:
            if attempt == _TRIES - 1:
                raise
            folder = Folder(folder.path)  # which has read nothing yet
    try:
        storefiles.write_manifest(place, asdict(manifest))
    except BaseException:
        current = read_manifest(place)
        if current is None or current.folder != manifest.folder:  # else it is written, and may not last
            shutil.rmtree(place / manifest.folder, ignore_errors=True)
        raise
    storefiles.sweep_stores(place, manifest.folder)
    return manifest


def _filled(folder: Folder, place: Path, progress: Progress | None) -> Manifest:
    """Make a store in a folder of its own; it is gone when that fails."""
    stamps, digest = folder.stamps(*_FROM), folder.digest()
    name = f"quads-{uuid.uuid4().hex[:12]}"
    (place / name).mkdir()
    handle = os.open(place / name, os.O_RDONLY)
    hold(handle)
    try:
        store = ox.Store(str(place / name))
        _load(folder, store, progress)
        store.flush()
        quads = len(store)
        del store  # closes it, so that its files are final
        if len(ox.Store.read_only(str(place / name))) != quads:
            raise EnvironmentFaultError(f"{place}: the disk did not keep what was written")
        parts = storefiles.seal(place / name)
        return Manifest(_KIND, __version__, name, stamps, digest, quads, parts)
    except BaseException:
        shutil.rmtree(place / name, ignore_errors=True)
        raise
    finally:
        os.close(handle)


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


def _first(texts: Iterator[str], most: int = 100) -> tuple[str, ...]:
    return tuple(text for text, _ in zip(texts, range(most), strict=False))


def open_fresh(folder: Folder, place: Path | None = None) -> EmbeddedStore | None:
    """The store of a review where one was built, made anew when the files have changed; else none.

    None as well where another process makes it anew, or it cannot be written: the files themselves are there.

    Raises:
        EnvironmentFaultError: The store is broken.
    """
    place = place or default_place(folder)
    for attempt in range(_TRIES):
        manifest = read_manifest(place)
        if manifest is None:
            return None
        try:
            if not is_fresh(folder, manifest):
                with contextlib.suppress(EnvironmentFaultError):
                    return open_store(place, build(folder, place))
                return None
            return open_store(place, manifest)
        except EnvironmentFaultError:  # it may have been made anew meanwhile
            if attempt == _TRIES - 1 or read_manifest(place) == manifest:
                raise
    return None
