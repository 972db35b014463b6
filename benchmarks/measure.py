"""Run a command and say what it used: CPU and wall seconds, peak memory, and whether it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Usage:
    """What a command and its children used.

    Attributes:
        cpu: CPU seconds of all its processes that it waited for.
        wall: Seconds from start to end.
        peak: Megabytes (2**20 bytes) of the largest of its processes.
        code: Its exit code; negative when a signal ended it.
        deadline: The seconds in which it did not end; ``None`` when it ended.
        error: The end of what it wrote to standard error.
    """

    cpu: float
    wall: float
    peak: int
    code: int
    deadline: float | None
    error: str


def run(
    command: Sequence[str], out: Path, *, deadline: float, environment: Mapping[str, str] | None = None
) -> Usage:
    """Run a command in a process group of its own and stop the group at the deadline.

    The figures are those of ``wait4``. Linux counts the memory that the starting process had in the
    peak of the started one, so the runner itself must stay small.

    Args:
        command: The command and its arguments; it runs in the root of the repository.
        out: The file for its standard output; standard error goes beside it.
        deadline: How many seconds it may take.
        environment: Added to the environment.
    """
    steering = ("EVIGRAPH_REVIEW", "COLUMNS", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if name not in steering}
    errors = out.with_suffix(".stderr")
    late = threading.Event()
    with out.open("wb") as stdout, errors.open("wb") as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdout=stdout,
            stderr=stderr,
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            env=kept | dict(environment or {}),
            start_new_session=True,
        )

        def stop() -> None:
            late.set()
            os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(deadline, stop)
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            timer.cancel()
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return Usage(
        cpu=usage.ru_utime + usage.ru_stime,
        wall=wall,
        peak=usage.ru_maxrss // 1024,
        code=process.returncode,
        deadline=deadline if late.is_set() else None,
        error=errors.read_text(encoding="utf-8", errors="replace")[-2000:].strip(),
    )
