"""Files and folders are written whole or not at all, and what the disk says is passed on."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from evigraph import writing
from evigraph.errors import EnvironmentFaultError, InputError
from evigraph.writing import write_folder, write_whole


def below(folder: Path) -> dict[str, bytes]:
    """What is in a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def no_sync(monkeypatch: pytest.MonkeyPatch, number: int, after: int = 0) -> None:
    """From some call on, the disk says that it does not keep what was written."""
    calls = iter(range(after))

    def fsync(_: int) -> None:
        if next(calls, None) is None:
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fsync)


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A folder, a file in no folder."""
    with pytest.raises(InputError, match="is a folder; name a file in it"):
        write_whole(tmp_path, lambda file: file.write(b"a"))
    with pytest.raises(InputError, match="none: no such folder; make it first"):
        write_whole(tmp_path / "none" / "a", lambda file: file.write(b"a"))
    assert write_whole("/dev/null", lambda file: file.write(b"abc")) == 3


def test_a_full_disk_is_said_with_what_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The earlier file stays, and nothing else."""
    (tmp_path / "a").write_bytes(b"earlier")
    no_sync(monkeypatch, errno.ENOSPC)
    said = r"a: cannot be written: .*\(9 bytes are needed, [\d,]+ bytes are free\)"
    with pytest.raises(EnvironmentFaultError, match=said):
        write_whole(tmp_path / "a", lambda file: file.write(b"new"), needed=9)
    with pytest.raises(EnvironmentFaultError, match=r"b: cannot be written: .*\(3 bytes are needed, "):
        write_folder(tmp_path / "b", {"c/d": b"new"})
    assert below(tmp_path) == {"a": b"earlier"}


def test_a_rename_that_may_not_last_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is there, and may be gone when the power is."""
    no_sync(monkeypatch, errno.EIO, after=1)
    with pytest.raises(EnvironmentFaultError, match=f"a: {writing.NOT_LASTING}: Input/output error"):
        write_whole(tmp_path / "a", lambda file: file.write(b"new"))
    no_sync(monkeypatch, errno.EIO, after=4)
    with pytest.raises(EnvironmentFaultError, match=f"b: {writing.NOT_LASTING}: Input/output error"):
        write_folder(tmp_path / "b", {"c/d": b"new"})
    assert below(tmp_path) == {"a": b"new", "b/c/d": b"new"}


def test_a_file_system_that_cannot_sync_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some have no such thing for folders."""
    no_sync(monkeypatch, errno.EINVAL, after=1)
    assert write_whole(tmp_path / "a", lambda file: file.write(b"new")) == 3


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """Its own error is passed on."""
    with pytest.raises(ZeroDivisionError):
        write_whole(tmp_path / "a", lambda file: file.write(b"half") / 0)
    with pytest.raises(TypeError):
        write_folder(tmp_path / "b", {"c": b"whole", "d": "no bytes"})  # type: ignore[dict-item]
    assert list(tmp_path.iterdir()) == []
