"""Runs the real command as a person does: in a process of its own, its output not a terminal."""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.loaded import SECONDS, Loaded

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("ontology", "shapes", "queries", "graph")

#: A study that nobody reviewed, in Turtle: it meets all but the third set, of which it says nothing.
STUDY = """\
@prefix concept: <https://w3id.org/evigraph/concept/> .
@prefix evi: <https://w3id.org/evigraph/ontology#> .
@prefix new: <https://example.org/study/> .

new:smith2020 a evi:Study ;
    evi:addresses concept:depressive-problem ;
    evi:hasDesign concept:randomized-trial ;
    evi:evaluates new:smith2020-group .

new:smith2020-group a evi:Group ;
    evi:hasScope concept:group ;
    evi:ledBy concept:members .
"""


class Ran(NamedTuple):
    """What a command left behind: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of the tests, without what would change how the command behaves."""
    steering = ("EVIGRAPH_REVIEW", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING")
    kept = {name: value for name, value in os.environ.items() if name not in steering}
    return kept | {"COLUMNS": "160"} | dict(more or {})


def run(
    *args: str,
    stdin: str | bytes = b"",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
    fresh: bool = False,
) -> Ran:
    """Run ``evigraph`` with these arguments.

    Args:
        args: What follows the name of the command.
        stdin: What it reads from standard input.
        cwd: Where it runs; here when left out.
        env: Added to the environment.
        before: A command that runs it, such as ``unshare``.
        fresh: Whether Python starts anew for it and loads what it needs, as it always does for what steers
            Python itself; else the process has that loaded. Fresh ones can run at once.
    """
    data = stdin.encode() if isinstance(stdin, str) else stdin
    steers = any(name.startswith(("PYTHON", "LD_", "LANG", "LC_")) for name in env or {})
    if not (fresh or before or steers) and hasattr(os, "fork"):
        said = _loaded().run(list(args), data, cwd=str(cwd or Path.cwd()), env=environment(env))
        return Ran(said["code"], said["out"].decode(), said["err"].decode())
    ran = subprocess.run(
        [*before, sys.executable, "-m", "evigraph", *args],
        input=data,
        capture_output=True,
        cwd=cwd,
        env=environment(env),
        timeout=SECONDS,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


@functools.cache
def _loaded() -> Loaded:
    """The process that all commands of this run of the tests come from."""
    folder = tempfile.mkdtemp()
    made = Loaded(Path(folder), environment())
    atexit.register(shutil.rmtree, folder)
    atexit.register(made.close)
    return made


@functools.cache
def once(*args: str) -> Ran:
    """The same, run once for all tests that ask for it."""
    return run(*args)


def copy_review(target: Path) -> Path:
    """A copy of the shipped review, to be spoilt."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, target / folder)
    return target


def digest_of_the_review() -> str:
    """A hash of all files of the shipped review, names and bytes."""
    total = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file():
                total.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
                total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
