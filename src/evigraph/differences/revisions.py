"""Reads a review as it was at a revision of git, without touching the working files.

Only ``rev-parse``, ``ls-tree`` and ``cat-file`` are run: they run no hooks, filters or other programs that
a repository may name, and are kept from fetching.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from evigraph.errors import EnvironmentFaultError, InputError
from evigraph.folder import FOLDERS

#: What points git to another repository than that of the folder; a hook of git has them set.
_ELSEWHERE = ("DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "ALTERNATE_OBJECT_DIRECTORIES",
              "COMMON_DIR", "PREFIX", "NAMESPACE")  # fmt: skip
_OURS = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
_FILE = re.compile(rb"(\d{6}) (\w+) ([0-9a-f]+)\t(.+)", re.DOTALL)
_LINK = b"120000"


def extract(folder: Path, revision: str, target: Path) -> None:
    """Write the files of a review as they were at a revision.

    Args:
        folder: The folder of the review as it is, at the top of its repository or below.
        revision: What git calls a revision: a commit, a branch, a tag, ``HEAD~1``.
        target: A new folder for what was in the four folders of the review.

    Raises:
        InputError: The folder is in no repository, there is no such revision, or the review was not there.
        EnvironmentFaultError: git is not installed, or cannot read the repository.
    """
    ran = _run(folder, "rev-parse", "--show-prefix")
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        if "not a git repository" in said:
            raise InputError(f"{folder}: is in no repository of git, so it has no revision {revision!r}")
        raise EnvironmentFaultError(f"{folder}: git cannot read the repository: {said}")
    below = os.fsdecode(ran.stdout.removesuffix(b"\n")).rstrip("/")
    tree = _resolved(folder, _resolved(folder, revision, revision) + (f":{below}" if below else "^{tree}"),
                     revision, below)  # fmt: skip
    listed = _run(folder, "ls-tree", "-r", "-z", "--full-tree", tree)
    if listed.returncode:
        raise InputError(f"{revision}: has no folder {below or '.'} with files in it")
    target.mkdir()
    files = list(_files(listed.stdout, revision))
    for name in FOLDERS:  # git keeps no empty folder, so one that is not there has no files
        if any(path.parts[0] == name for _, path in files):
            (target / name).mkdir()
    _write(folder, files, revision, target)


def _resolved(folder: Path, name: str, revision: str, below: str = "") -> str:
    """The object that a name of git means.

    Raises:
        InputError: There is none, or it is not one alone.
    """
    # What begins with a dash git would take for an option.
    usable = bool(name) and not name.startswith("-") and "\0" not in name
    ran = _run(folder, "rev-parse", "--verify", "--quiet", name) if usable else None
    found = ran.stdout.decode(errors="replace").strip() if ran and not ran.returncode else ""
    if re.fullmatch("[0-9a-f]{40,64}", found):
        return found
    if name == revision:
        raise InputError(f"no revision {revision!r} in the repository of {folder}; see 'git log --oneline'")
    raise InputError(f"{revision}: has no folder {below}" if below else f"{revision}: is no commit")


def _files(listed: bytes, revision: str) -> Iterator[tuple[str, PurePosixPath]]:
    """Object and path of each file of a tree that is in one of the four folders."""
    for line in filter(None, listed.split(b"\0")):
        parts = _FILE.fullmatch(line)
        if parts is None or parts[2] != b"blob":
            continue  # another repository within this one
        path = PurePosixPath(os.fsdecode(parts[4]))
        if path.parts[0] not in FOLDERS:
            continue
        if path.is_absolute() or ".." in path.parts:
            raise InputError(f"{revision}:{path}: leads out of the review; it cannot be read")
        if parts[1] == _LINK:
            raise InputError(
                f"{revision}:{path}: is a symbolic link, which is not followed in a revision; check the "
                "revision out (git worktree add DIR REVISION) and compare the folders"
            )
        yield parts[3].decode(), path


def _write(folder: Path, files: Iterable[tuple[str, PurePosixPath]], revision: str, target: Path) -> None:
    """Write objects of git into files as they are kept, byte for byte."""
    command = _command(folder, "cat-file", "--batch")
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
    ) as process:
        assert process.stdin
        assert process.stdout
        for oid, path in files:
            process.stdin.write(oid.encode() + b"\n")
            process.stdin.flush()
            head = process.stdout.readline().split()
            if len(head) != 3 or head[1] != b"blob":
                process.kill()
                raise EnvironmentFaultError(
                    f"{revision}:{path}: is missing in the repository; fetch it with git first"
                )
            place = target / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(process.stdout.read(int(head[2])))
            process.stdout.read(1)  # the line feed after it
        process.stdin.close()


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            _command(folder, *arguments), capture_output=True, env=_environment(), check=False
        )
    except FileNotFoundError:
        raise EnvironmentFaultError(
            "git is not installed, and revisions are read with it; install it, or compare folders"
        ) from None


def _command(folder: Path, *arguments: str) -> list[str]:
    return ["git", "--no-pager", "-C", str(folder.absolute()), *arguments]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {f"GIT_{n}" for n in _ELSEWHERE}}
    return kept | _OURS
