"""Several files of a review change as one, and what killed processes leave is finished or swept."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from evigraph import cache, committing, disk, leftovers
from evigraph.changing import write_files, writing_alone
from evigraph.committing import JOURNAL
from evigraph.errors import EnvironmentFaultError, InputError
from evigraph.folder import Folder
from evigraph.terms import NOTE
from evigraph.writing import NOT_LASTING, write_folder, write_whole
from evigraph.writing import sync as real
from tests.records import begun

ONE, OTHER = "graph/one.ttl", "graph/studies/new/other.ttl"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A review just begun."""
    return begun(tmp_path / "review")


def files(root: Path, said: str) -> dict[Path, bytes]:
    """Two files that say the same."""
    text = f'<https://example.org/a> <{NOTE.value}> "{said}" .\n'.encode()
    return {root / ONE: text, root / OTHER: text.replace(b"/a>", b"/b>")}


def said(root: Path) -> list[str]:
    """What the two files say, as a reader of the review has it."""
    return [
        quad.object.value
        for quad in Folder(root).graph
        if quad.predicate == NOTE and isinstance(quad.object, ox.Literal)
    ]


def hidden(place: Path) -> list[str]:
    """The names of what is not to be seen."""
    return sorted(path.name for path in place.rglob(".*"))


def left(root: Path, renamed: int) -> None:
    """Leave a review as a process that is killed after some renames of a change."""
    with writing_alone(root / "graph"):
        plan = committing._prepared(root, files(root, "new"), [root / "graph/criteria.ttl"])
        for name, (new, _) in list(plan.ready.items())[:renamed]:
            (root / new).replace(root / name)


def test_files_change_as_one(root: Path) -> None:
    """New ones in a folder that was missing, and one goes; nothing lies about."""
    with writing_alone(root / "graph"):
        write_files(files(root, "new"), [root / "graph/criteria.ttl"])
    assert said(root) == ["new", "new"]
    assert not (root / "graph/criteria.ttl").exists()
    assert hidden(root / "graph") == []


@pytest.mark.parametrize("renamed", [0, 1, 2])
def test_a_reader_finishes_what_was_left(root: Path, renamed: int) -> None:
    """Whoever opens the review sees all of the change."""
    left(root, renamed)
    assert (root / JOURNAL).exists()
    assert said(root) == ["new", "new"]
    assert not (root / "graph/criteria.ttl").exists()
    assert hidden(root / "graph") == []


@pytest.mark.parametrize("renamed", [0, 1, 2])
def test_where_nothing_can_be_written_the_journal_is_read_through(
    root: Path, monkeypatch: pytest.MonkeyPatch, renamed: int
) -> None:
    """All of the change is seen, and the folder is as it was."""
    left(root, renamed)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(committing, "_finish", refuse)
    assert said(root) == ["new", "new"]
    assert not (Folder(root).path / "graph/criteria.ttl").exists()
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    with (
        pytest.raises(EnvironmentFaultError, match="an unfinished change cannot be made: Read-only"),
        writing_alone(root / "graph"),
    ):
        pass


@pytest.mark.parametrize(
    ("target", "new"),
    [
        ("../outside.ttl", "../.outside.ttl.abcdefgh.evigraph.new"),
        ("graph/../../outside.ttl", "graph/../../.outside.ttl.abcdefgh.evigraph.new"),
        ("/tmp/outside.ttl", "/tmp/.outside.ttl.abcdefgh.evigraph.new"),
        (".git/hooks/post-commit", ".git/hooks/.post-commit.abcdefgh.evigraph.new"),
        ("graph/one.ttl", "graph/review.ttl"),
        ("graph/one.ttl", "ontology/.one.ttl.abcdefgh.evigraph.new"),
        ("link/one.ttl", "link/.one.ttl.abcdefgh.evigraph.new"),
        ("graph/one.ttl", "graph/.one.ttl.abcdefgh.evigraph.new"),
        ("graph/one.ttl", 3),
    ],
)
def test_a_journal_that_we_did_not_write_is_not_followed(root: Path, target: str, new: object) -> None:
    """A review may come from anywhere: not out of the folder, nor to what is other than it says."""
    (root.parent / "elsewhere").mkdir()
    (root / "link").symlink_to(root.parent / "elsewhere")
    ready = root / str(new)
    if not ready.exists() and ready.resolve().is_relative_to(root.parent):
        ready.parent.mkdir(parents=True, exist_ok=True)
        ready.write_text("planted", encoding="utf-8")
    hashed = "0" * 64 if target == ONE else hashlib.sha256(b"planted").hexdigest()
    journal = {"kind": "evigraph commit", "ready": {target: [new, hashed]}, "removed": []}
    (root / JOURNAL).write_text(json.dumps(journal), encoding="utf-8")
    before = set(root.parent.rglob("*"))
    with pytest.raises(EnvironmentFaultError, match=r"\.commit\.evigraph: is damaged"):
        Folder(root)
    assert set(root.parent.rglob("*")) == before


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "evigraph commit", "ready": [], "removed": [1]}'])
def test_a_damaged_journal_is_named(root: Path, text: str) -> None:
    """And what to do about it."""
    (root / JOURNAL).write_text(text, encoding="utf-8")
    with pytest.raises(EnvironmentFaultError, match="take the review from a copy of before, or remove this"):
        Folder(root)


def test_a_link_out_of_the_review_is_followed_alone_and_refused_with_others(root: Path) -> None:
    """The change of one file is whole by itself; of several, the journal speaks of the review alone."""
    (root.parent / "far.ttl").write_text("# far\n", encoding="utf-8")
    (root / ONE).symlink_to(root.parent / "far.ttl")
    new = files(root, "new")
    with writing_alone(root / "graph"), pytest.raises(InputError, match="lies outside of the review"):
        write_files(new)
    assert hidden(root / "graph") == []
    assert not (root / OTHER).parent.exists()
    with writing_alone(root / "graph"):
        write_files({root / ONE: new[root / ONE]})
    assert (root.parent / "far.ttl").read_bytes() == new[root / ONE]
    assert (root / ONE).is_symlink()


def test_readers_see_all_of_a_change_or_none(root: Path) -> None:
    """While another process changes two files again and again, both always say the same."""
    script = (
        "import sys; from pathlib import Path\n"
        "from evigraph.changing import write_files, writing_alone\n"
        "from tests.test_committing import files\n"
        "root = Path(sys.argv[1])\n"
        "for number in range(100_000):\n"
        "    with writing_alone(root / 'graph'):\n"
        "        write_files(files(root, str(number)))\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", script, str(root)], cwd=Path(__file__).parents[1])
    try:
        while not (root / OTHER).exists():
            pass
        seen = {tuple(said(root)) for _ in range(30)}
    finally:
        writer.kill()
        writer.wait()
    assert len(seen) > 3
    assert all(len(pair) == 2 and pair[0] == pair[1] for pair in seen), seen


def plant(folder: Path) -> tuple[Path, Path, int]:
    """A temporary file that a killed process left, one that a living one holds, and its handle."""
    handle, dead = leftovers.new_file(folder, "a.ttl")
    os.close(handle)
    handle, living = leftovers.new_file(folder, "a.ttl")
    return dead, living, handle


MINE = (".a.ttl.abcdefgh.tmp", "a.ttl.abcdefgh.evigraph.tmp", ".evigraph.tmp", "notes.tmp", ".hidden")


@pytest.mark.parametrize(
    "name", ["ontology", "shapes", "shapes/criteria", "queries", "graph", "graph/studies"]
)
def test_what_was_left_in_the_folders_of_a_review_is_swept(root: Path, name: str) -> None:
    """At the next change of the review; what is held or a person's stays."""
    dead, living, handle = plant(root / name)
    ready = root / name / ".a.ttl.abcdefgh.evigraph.new"
    for path in (ready, *(root / name / mine for mine in MINE)):
        path.write_text("x", encoding="utf-8")
    with writing_alone(root / "graph"):
        assert not dead.exists()
        assert not ready.exists()
        assert living.exists()
        assert all((root / name / mine).exists() for mine in MINE)
    os.close(handle)


def test_what_was_left_where_an_export_goes_is_swept(tmp_path: Path) -> None:
    """By the next export into that folder, folders too; what a writer of a review has ready is not."""
    dead, living, handle = plant(tmp_path)
    _, folder = leftovers.new_folder(tmp_path, "crate")
    os.close(_)
    (folder / "file").write_text("x", encoding="utf-8")
    kept = [tmp_path / mine for mine in (*MINE, ".a.ttl.abcdefgh.evigraph.new")]
    for path in kept:
        path.write_text("x", encoding="utf-8")
    write_whole(tmp_path / "export.ttl", lambda file: file.write(b"x"))
    assert not dead.exists()
    assert not folder.exists()
    assert living.exists()
    assert all(path.exists() for path in kept)
    os.close(handle)
    write_folder(tmp_path / "crate", {"a/b": b"x"})
    assert not living.exists()
    assert (tmp_path / "crate/a/b").read_bytes() == b"x"


def test_what_was_left_in_the_cache_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When verdicts are kept the next time."""
    monkeypatch.setenv("EVIGRAPH_CACHE", str(tmp_path))
    dead, living, handle = plant(tmp_path)
    cache.save("0" * 64, "{}")
    assert (dead.exists(), living.exists()) == (False, True)
    os.close(handle)


def test_unfinished_stores_are_swept(root: Path) -> None:
    """By the next build; those that are filled or read stay, and go when they are let go."""
    place = root / ".evigraph"
    first = disk.build(Folder(root), place)
    (place / "quads-0123456789ab").mkdir()
    (place / "quads-a_b0c1d2").mkdir()
    handle = os.open(place / "quads-a_b0c1d2", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    read = disk.open_store(place, first)
    second = disk.build(Folder(root), place)
    assert {path.name for path in place.iterdir()} == {
        "store.json",
        "quads-a_b0c1d2",
        first.folder,
        second.folder,
    }
    assert read.graphs()
    del read
    os.close(handle)
    third = disk.build(Folder(root), place)
    assert {path.name for path in place.iterdir()} == {"store.json", third.folder}


def test_folders_for_temporary_files_are_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of killed processes, when one is needed again."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    handle, dead = leftovers.new_folder(tmp_path, "evigraph")
    os.close(handle)
    with leftovers.scratch() as one, leftovers.scratch() as other:
        assert one.is_dir()
        assert other.is_dir()
        assert not dead.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """Nobody can wait for it."""
    with pytest.raises(EnvironmentFaultError, match="none: cannot be read: No such file or directory"):
        committing.locked_for_reading(tmp_path / "none").__enter__()


def test_who_changes_a_review_does_not_wait_for_itself(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process is about to change it cannot read to the end."""
    monkeypatch.setattr(committing, "_PATIENCE", 0.05)
    with (
        writing_alone(root / "graph"),
        pytest.raises(EnvironmentFaultError, match="a file changed while it was read; run it again"),
    ):
        committing.locked_for_reading(root / "graph").__enter__()


@pytest.mark.parametrize(
    ("fails", "message"),
    [(1, NOT_LASTING), (100, "is kept in .* and made when the review is next opened")],
)
def test_a_rename_that_fails_is_tried_again(
    fails: int, message: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once; else the change is kept, and made by who comes next."""
    faults = iter(range(fails))

    def sync(path: Path) -> None:
        if (root / ONE).exists() and next(faults, None) is not None:
            raise OSError(errno.EIO, "Input/output error", str(path))
        real(path)

    with writing_alone(root / "graph"):
        monkeypatch.setattr(committing, "sync", sync)
        with pytest.raises(EnvironmentFaultError, match=message):
            write_files(files(root, "new"))
    monkeypatch.undo()
    assert said(root) == ["new", "new"]
    assert not committing.is_pending(root)
