"""What is left of the processes that a command started, and how long it took."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.commands import environment

SCRIPT = "confined/child.py"


class Timed(NamedTuple):
    """As :class:`tests.commands.Ran`, with the seconds that it took and the children that it left."""

    code: int
    out: str
    err: str
    seconds: float
    left: list[int]


def started(*args: str, cwd: Path | None = None) -> subprocess.Popen[str]:
    """The command, under way."""
    return subprocess.Popen(
        [sys.executable, "-m", "evigraph", *args],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=environment(),
    )


def timed(*args: str, cwd: Path | None = None) -> Timed:
    """Run the command to its end."""
    begin = time.monotonic()
    process = started(*args, cwd=cwd)
    out, err = process.communicate(timeout=120)
    seconds = time.monotonic() - begin
    until(lambda: not children(process.pid), 2)
    return Timed(process.returncode, out, err, seconds, children(process.pid))


def children(parent: int) -> list[int]:
    """The children of ours that a process started and that still run, though it may be gone itself."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if any(word.endswith(SCRIPT) for word in words) and str(parent) in words:
                found.append(int(folder.name))
    return found


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether something comes to hold in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def interrupted(process: subprocess.Popen[str], number: signal.Signals) -> int:
    """Signal a command once its child is there, and give the exit code that it ends with."""
    assert until(lambda: bool(children(process.pid)), 60)
    time.sleep(0.5)
    os.kill(process.pid, number)
    process.communicate(timeout=30)
    return process.returncode
