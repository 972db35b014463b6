"""Runs a reasoner as a process of its own, in a group of its own, that never outlives its deadline."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import NamedTuple, NoReturn

from evigraph.confined.process import kill
from evigraph.errors import LimitError


class Deadline:
    """A moment at which work has to have ended.

    Args:
        seconds: How long it is until then.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds until then.

        Raises:
            LimitError: It has passed.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise LimitError(
                f"the reasoner was stopped after {self.seconds:g} seconds; give it more with --deadline, "
                "or take --engine rl"
            )
        return left


class Ended(NamedTuple):
    """What a process left behind: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def run(command: Sequence[str], deadline: Deadline) -> Ended:
    """Run a command to its end; whatever happens here, none of its processes is left.

    Raises:
        LimitError: The deadline passed.
        OSError: The command cannot be started.
    """
    left = deadline.left()
    with _terminated_as_exit():
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        try:
            out, err = process.communicate(timeout=left)
        except subprocess.TimeoutExpired:
            kill(process)
            deadline.left()  # raises, as the time is up
            raise
        finally:
            kill(process)
    return Ended(process.returncode, out, err)


@contextlib.contextmanager
def _terminated_as_exit() -> Iterator[None]:
    """Let SIGTERM unwind the stack as Ctrl-C does, so that what was started is ended too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, _: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    earlier = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier)
