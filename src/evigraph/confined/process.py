"""A child process that is asked line by line, and that never outlives a deadline or its parent."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evigraph.errors import EnvironmentFaultError

#: Bytes of an answer that are read; more is no answer to anything that a person asks.
LONGEST = 200_000_000
_CHUNK = 1 << 20
_SCRIPT = Path(__file__).with_name("child.py")


class LateError(Exception):
    """The child did not answer in time."""


class EndedError(Exception):
    """The child is no more.

    Args:
        code: Its exit code; below zero the signal that ended it.
    """

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(str(code))


class GarbledError(Exception):
    """The child answered with something that is no answer."""


def kill(process: subprocess.Popen[Any]) -> None:
    """End a process and all that it started, and let go of its pipes."""
    # The group too where the process has ended: what it started may still be there.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            with contextlib.suppress(OSError):  # what was not sent yet cannot be any more
                pipe.close()


class Child:
    """A fresh process that answers requests, each a line of JSON, with a line of JSON.

    Raises:
        EnvironmentFaultError: It cannot be started.
    """

    def __init__(self) -> None:
        # Not in the folder that a person happens to be in: a module may lie there that is called like ours.
        command = [sys.executable, "-P", str(_SCRIPT), str(os.getpid())]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise EnvironmentFaultError(f"{sys.executable}: cannot be started: {error.strerror}") from None
        self._read = bytearray()
        # Also at the exit of the interpreter: Ctrl-C leaves the thread that waits for a child behind, and
        # with it the code that would end it.
        self._end = weakref.finalize(self, kill, self._process)

    @property
    def is_there(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def send(self, request: Mapping[str, Any], data: bytes = b"") -> None:
        """Ask for something; what comes with it follows its line.

        Raises:
            EndedError: The child is no more.
        """
        line = json.dumps({**request, "bytes": len(data)}).encode() + b"\n"
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line + data)
            self._process.stdin.flush()
        except OSError:
            raise EndedError(self._code()) from None

    def receive(self, seconds: float | None) -> dict[str, Any]:
        """The next answer.

        Args:
            seconds: How long to wait for it; for ever when none.

        Raises:
            LateError: It did not come in time; the child has been ended.
            EndedError: The child is no more.
            GarbledError: The answer is none, or too long.
        """
        try:
            answer = json.loads(self._line(None if seconds is None else time.monotonic() + seconds))
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            self.end()
            raise GarbledError
        return answer

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._end()

    def _line(self, until: float | None) -> bytes:
        assert self._process.stdout is not None
        pipe, looked = self._process.stdout.fileno(), 0
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        while (end := self._read.find(b"\n", looked)) < 0:
            looked = len(self._read)
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                self.end()
                raise LateError
            # Not longer at a time than a second, so that Ctrl-C is heard on every system.
            if poll.poll(1000 if left is None else min(left, 1.0) * 1000):
                if not (data := os.read(pipe, _CHUNK)):
                    raise EndedError(self._code())
                self._read += data
            if len(self._read) > LONGEST:
                self.end()
                raise GarbledError
        line = bytes(self._read[:end])
        del self._read[: end + 1]
        return line

    def _code(self) -> int:
        """The exit code; it has closed its pipe and is about to be gone."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self.end()
        return int(self._process.returncode)
