"""Several files of a review change as one: a journal names what is ready beside them, then each is renamed.

The journal, ``graph/.commit.evigraph``, is itself written whole, and with it the change is made: whoever
opens the review next finishes what a killed process left. Without it the change is not made, and what
lies ready is swept. Where nothing can be written, the review is read through the journal, from a copy.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from evigraph.errors import ChangedError, EnvironmentFaultError, InputError
from evigraph.leftovers import ALL_OURS, sweep
from evigraph.links import require_inside
from evigraph.writing import NOT_LASTING, make_folder, prepare, sync, why, write_whole

JOURNAL = "graph/.commit.evigraph"
_KIND = "evigraph commit"
#: The folders of a review that its commands write into.
_WRITTEN = ("ontology", "shapes", "queries", "graph", "tests/fixtures")
#: Those that it is read from.
_READ = ("ontology", "shapes", "queries", "graph")
#: The locks that this process holds.
_HELD: list[tuple[int, int]] = []
#: Seconds for which a reader waits for a change by its own process.
_PATIENCE = 5.0
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True)
class _Plan:
    """What a journal says, by paths below the review.

    Attributes:
        ready: File that is ready, and its hash, by the file that it becomes.
        removed: Files that go.
    """

    ready: Mapping[str, tuple[str, str]]
    removed: tuple[str, ...]


@contextlib.contextmanager
def locked(graph: Path) -> Iterator[None]:
    """Hold the lock of a review: its folder ``graph`` itself, so nothing is left behind.

    Raises:
        EnvironmentFaultError: The folder cannot be read.
    """
    with _opened(graph) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        this = os.fstat(handle)
        _HELD.append((this.st_dev, this.st_ino))
        try:
            yield
        finally:
            _HELD.remove((this.st_dev, this.st_ino))


@contextlib.contextmanager
def locked_for_reading(graph: Path) -> Iterator[None]:
    """Keep writers waiting while a review is read.

    It waits in their line, for one that asks again and again would never come first. This process itself,
    which may be reading what it is about to change, is not waited for long.

    Raises:
        EnvironmentFaultError: The folder cannot be read, or this process has not ended its change in time.
    """
    with _opened(graph) as handle:
        this, end = os.fstat(handle), time.monotonic() + _PATIENCE
        while (this.st_dev, this.st_ino) in _HELD:
            if time.monotonic() > end:
                raise ChangedError(f"{graph}: a file changed while it was read; run it again")
            time.sleep(0.02)
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def _opened(graph: Path) -> Iterator[int]:
    try:
        handle = os.open(graph, os.O_RDONLY)
    except OSError as error:
        raise EnvironmentFaultError(f"{graph}: cannot be read: {error.strerror}") from None
    try:
        yield handle
    finally:
        os.close(handle)


def is_pending(root: Path) -> bool:
    """Whether a change is under way, or was left unfinished."""
    return os.path.lexists(root / JOURNAL)


def commit(root: Path, files: Mapping[Path, bytes], removed: Collection[Path] = ()) -> None:
    """Change files of a review, all or none; the caller holds its lock.

    Args:
        root: The folder of the review.
        files: What each file shall hold; folders that are missing are made.
        removed: Files that shall be gone.

    Raises:
        InputError: A file is a link that leads out of the review, and others change with it.
        EnvironmentFaultError: The system does not let it be done; all is as it was, or the message
            says that it is not.
    """
    if len(files) == 1 and not removed:  # one rename is whole by itself
        _write_one(*next(iter(files.items())))
        return
    plan = _prepared(root, files, removed)
    try:
        _finish(root, plan)
    except OSError as error:
        what = f"{error.filename or root}: {why(error, root)}"
        try:
            _finish(root, plan)
        except OSError:
            still = f"the change is kept in {JOURNAL} and made when the review is next opened"
            raise EnvironmentFaultError(f"{what}; {still}") from None
        raise EnvironmentFaultError(f"{what}; the change {NOT_LASTING}") from None


def settle(root: Path) -> None:
    """Finish the change that a killed process left; the caller holds the lock of the review.

    Raises:
        EnvironmentFaultError: The journal is damaged.
        OSError: It cannot be finished.
    """
    if is_pending(root):
        _finish(root, _read(root))


def tidy(root: Path) -> None:
    """Remove what killed processes left in a review; the caller holds its lock, and it is settled."""
    for name in _WRITTEN:
        for place, _, _ in os.walk(root / name):
            sweep(Path(place), ALL_OURS)


def settled(root: Path) -> Path:
    """Wait for a change that is under way, or finish one that was left.

    Args:
        root: The folder of a review.

    Returns:
        It, or where it cannot be written a copy in which the change is made, gone at the end.

    Raises:
        EnvironmentFaultError: The journal is damaged, or the change cannot be finished.
    """
    if not is_pending(root):
        return root
    with locked(root / "graph"):
        try:
            settle(root)
        except OSError as error:
            if error.errno in _READ_ONLY:
                return _copy(root, _read(root))
            raise EnvironmentFaultError(
                f"{error.filename or root}: an unfinished change cannot be made: {error.strerror}"
            ) from None
    return root


def _write_one(path: Path, data: bytes) -> None:
    made: list[Path] = []
    try:
        make_folder(path.parent, made)
        write_whole(path, lambda file: file.write(data), needed=len(data))
    except BaseException as error:
        _remove(folders=made)
        if isinstance(error, OSError):
            reason = why(error, path.parent, len(data))
            raise EnvironmentFaultError(f"{path}: cannot be written: {reason}") from None
        raise


def _prepared(root: Path, files: Mapping[Path, bytes], removed: Collection[Path]) -> _Plan:
    """Write all that shall be, beside where it shall be, and the journal; or leave all as it was."""
    journal, made, ready = root / JOURNAL, list[Path](), dict[str, tuple[str, str]]()
    path = journal
    try:
        gone = tuple(_below(root, path.parent.resolve() / path.name) for path in removed)
        for path, data in files.items():
            make_folder(path.parent, made)
            target = Path(os.path.realpath(path))
            name = _below(root, target)
            ready[name] = (_below(root, prepare(target, data)), hashlib.sha256(data).hexdigest())
        plan, path = _Plan(ready, gone), journal
        prepare(journal, _text(plan)).replace(journal)
        sync(journal.parent)
    except BaseException as error:
        # While the journal stands the change is made, so it goes first, or all stays for the next start.
        with contextlib.suppress(OSError):
            journal.unlink(missing_ok=True)
            _remove([root / new for new, _ in ready.values()], made)
        if isinstance(error, OSError):
            reason = why(error, path.parent, sum(map(len, files.values())))
            raise EnvironmentFaultError(f"{path}: cannot be written: {reason}") from None
        raise
    return plan


def _finish(root: Path, plan: _Plan) -> None:
    """Rename what is ready; what was renamed before is passed over."""
    for name, (new, _) in plan.ready.items():
        if os.path.lexists(root / new):
            (root / new).replace(root / name)
    for name in plan.removed:
        (root / name).unlink(missing_ok=True)
    for folder in sorted({(root / name).parent for name in (*plan.ready, *plan.removed)}):
        if folder.is_dir():
            sync(folder)
    (root / JOURNAL).unlink(missing_ok=True)
    sync((root / JOURNAL).parent)


def _text(plan: _Plan) -> bytes:
    said = {"kind": _KIND, "ready": plan.ready, "removed": plan.removed}
    return json.dumps(said, indent=1).encode()


def _read(root: Path) -> _Plan:
    """What the journal says, when it speaks of files of the review alone, and they are what it says.

    Raises:
        EnvironmentFaultError: It cannot be followed.
    """
    try:
        said = json.loads((root / JOURNAL).read_text(encoding="utf-8"))
        plan = _Plan({name: (new, hashed) for name, (new, hashed) in said["ready"].items()}, said["removed"])
        sound = said["kind"] == _KIND and all(map(_is_own, plan.removed))
        for name, (new, hashed) in plan.ready.items():
            sound = sound and _is_own(name, new)
            with contextlib.suppress(FileNotFoundError):  # renamed before
                sound = sound and hashlib.sha256((root / new).read_bytes()).hexdigest() == hashed
        for name in (*plan.ready, *plan.removed):
            _below(root, Path(os.path.realpath((root / name).parent)))
    except (ValueError, TypeError, KeyError, AttributeError, InputError):
        sound = False
    if not sound:
        raise EnvironmentFaultError(
            f"{root / JOURNAL}: is damaged, and the change that it is for cannot be finished; take the "
            "review from a copy of before, or remove this file and look at what the review says"
        )
    return plan


def _is_own(name: str, new: str = "") -> bool:
    """Whether a journal may speak of a file: it is one of the review, and what is ready bears our name."""
    path, ready = PurePosixPath(name), PurePosixPath(new)
    inside = not path.is_absolute() and not {"..", ".git"} & set(path.parts)
    return inside and (not new or (ready.parent == path.parent and bool(ALL_OURS.fullmatch(ready.name))))


def _below(root: Path, path: Path) -> str:
    """The path of a file inside a review, whose links are followed.

    Raises:
        InputError: It lies elsewhere.
    """
    try:
        return path.relative_to(root.resolve()).as_posix()
    except ValueError:
        raise InputError(
            f"{path}: lies outside of the review, to which a link leads; put the file in its place"
        ) from None


def _remove(files: Collection[Path] = (), folders: Collection[Path] = ()) -> None:
    for path in files:
        with contextlib.suppress(OSError):
            path.unlink()
    for folder in reversed(list(folders)):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _copy(root: Path, plan: _Plan) -> Path:
    """A copy of a review in a folder of its own, as it is after the change."""
    place = Path(tempfile.mkdtemp(prefix="evigraph-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    for top in _READ:
        for folder, below, names in os.walk(root / top):
            require_inside(root, (Path(folder, name) for name in below + names))
            into = place / Path(folder).relative_to(root)
            into.mkdir()
            for name in names:
                shutil.copyfile(Path(folder, name), into / name)
    (place / JOURNAL).unlink()
    for name, (new, _) in plan.ready.items():
        if os.path.lexists(root / new) and PurePosixPath(name).parts[0] in _READ:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).unlink(missing_ok=True)
            shutil.copyfile(root / new, place / name)
    for name in plan.removed:
        (place / name).unlink(missing_ok=True)
    return place
