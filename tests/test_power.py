"""What a command says is done survives a power cut: what is renamed was synced, and where it is, too.

A disk keeps what was synced and may lose all else, the data behind a name that it kept among it. So each file
must be synced as it is before it takes its name, and after that each folder in which a name changed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import evigraph
from evigraph import disk
from evigraph.beginning import begin
from evigraph.changing import writing_alone
from evigraph.cli import main
from evigraph.committing import settle
from evigraph.folder import Folder
from tests.faults import OPERATIONS, Operation, Site
from tests.test_committing import left

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc that says what is open")


class Disk:
    """What was made to last, and what was not.

    Attributes:
        lasting: The hash of each file when it was last synced.
        names: The folders in which a name changed since they were synced.
        faults: Files that took their names before they were synced.
        renamed: How many did.
    """

    def __init__(self) -> None:
        self.lasting: dict[str, str] = {}
        self.names: set[str] = set()
        self.faults: list[str] = []
        self.renamed = 0

    def forget(self) -> None:
        """What was done so far is no concern."""
        self.lasting.clear()
        self.names.clear()
        self.faults.clear()
        self.renamed = 0

    def synced(self, handle: int) -> None:
        """A file or folder lasts as it is now."""
        path = os.path.realpath(f"/proc/self/fd/{handle}")
        if Path(path).is_dir():
            self.names.discard(path)
        else:
            self.lasting[path] = _hash(path)

    def moved(self, source: Any, target: Any) -> None:
        """A file, or a folder with all that is in it, takes its name."""
        source, target = (os.path.realpath(path) for path in (source, target))
        files = [p for p in Path(source).rglob("*") if p.is_file()] if Path(source).is_dir() else [source]
        self.faults += [f"{file} -> {target}" for file in files if self.lasting.get(str(file)) != _hash(file)]
        self.faults += [f"{folder} in {target}" for folder in self.names if folder.startswith(f"{source}/")]
        self.names |= {str(Path(source).parent), str(Path(target).parent)}
        self.names.discard(source)
        self.renamed += 1


def _hash(path: str | Path) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


@pytest.fixture
def disk_of(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """The disk, as the calls of this process have it."""
    seen, sync, mkdir = Disk(), os.fsync, os.mkdir

    def fsync(handle: int) -> None:
        sync(handle)
        seen.synced(handle)

    def made(path: Any, *more: Any, **named: Any) -> None:
        mkdir(path, *more, **named)
        seen.names.add(str(Path(os.path.realpath(path)).parent))

    def moves(real: Callable[..., None]) -> Callable[..., None]:
        def move(source: Any, target: Any, **named: Any) -> None:
            seen.moved(source, target)
            real(source, target, **named)

        return move

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "mkdir", made)
    for name in ("rename", "replace"):
        monkeypatch.setattr(os, name, moves(getattr(os, name)))
    return seen


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A review to be changed."""
    return Site(tmp_path_factory.mktemp("site"))


def lasts(seen: Disk, place: Path) -> None:
    """All that was written below a folder is there after a power cut."""
    assert seen.renamed
    assert [fault for fault in seen.faults if str(place) in fault] == []
    assert [folder for folder in seen.names if folder.startswith(str(place)) and Path(folder).exists()] == []


@pytest.mark.parametrize("one", OPERATIONS.values(), ids=lambda one: one.name)
def test_what_is_said_to_be_done_lasts(
    one: Operation, site: Site, disk_of: Disk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Imports, decisions, exports and stores, in this process."""
    with site.copy(one) as place:
        disk_of.forget()
        with pytest.raises(SystemExit) as ended:
            main(site.arguments(one, place), prog_name="evigraph")
        assert ended.value.code == 0
        assert one.said in "".join(capsys.readouterr())
        lasts(disk_of, place)


def test_a_review_that_is_begun_lasts(tmp_path: Path, disk_of: Disk) -> None:
    """With its folders, up to the one that was there."""
    begin(tmp_path / "new" / "own")
    lasts(disk_of, tmp_path)


def test_what_is_finished_for_a_killed_process_lasts(tmp_path: Path, disk_of: Disk) -> None:
    """Each name, and that the journal is gone."""
    root = tmp_path / "review"
    begin(root, bare=True)
    left(root, 1)
    disk_of.names.clear()  # of what was written without us
    with writing_alone(root / "graph"):
        settle(root)
    lasts(disk_of, root)


def test_a_loss_would_be_noticed(tmp_path: Path, disk_of: Disk) -> None:
    """A file that is renamed without more, and one that is written to after it was synced."""
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "a").rename(tmp_path / "b")
    assert len(disk_of.faults) == 1
    with (tmp_path / "c").open("wb") as file:
        file.write(b"c")
        file.flush()
        os.fsync(file.fileno())
        file.write(b"more")
    (tmp_path / "c").replace(tmp_path / "d")
    assert len(disk_of.faults) == 2
    assert disk_of.names == {str(tmp_path)}


def test_a_store_lasts(tmp_path: Path, disk_of: Disk) -> None:
    """Each of its files is synced before the manifest says that it is there."""
    place = tmp_path / "store"
    manifest = disk.build(evigraph.open().folder, place)
    files = [path for path in (place / manifest.folder).iterdir() if path.is_file()]
    assert files
    assert all(disk_of.lasting[str(path)] == _hash(path) for path in files)
    assert disk.verify(Folder(evigraph.open().folder.path), place).holds
    lasts(disk_of, tmp_path)
