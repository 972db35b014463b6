"""Runs commands of evigraph, each in a child of a process that has loaded what they import.

A child is as a command that a person starts, with its own memory, environment, folder, and files; what is
saved is the time in which Python loads libraries and takes them down, longer than most commands take.
:class:`Loaded` is the side of the tests; the other side reads one job a line, as JSON, and prints one answer
a line. Where ``faults.c`` is loaded before, a job may say which step on the disk fails, or before which the
command is killed.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

SECONDS = 120
ROOT = Path(__file__).resolve().parents[1]
#: What commands import when they need it, and each child would import anew.
LIBRARIES = (
    *(
        "altair",
        "html5rdf",
        "nbib",
        "networkx",
        "openpyxl",
        "owlready2",
        "pyoxigraph",
        "pyshacl",
        "rapidfuzz",
    ),
    *("rdflib.plugins.sparql.processor", "rispy", "rocrate.rocrate", "scipy.stats", "shacl", "SPARQLWrapper"),
    *("statsmodels.stats.meta_analysis", "yaml"),
)


class Loaded:
    """The process that has all loaded.

    Args:
        folder: Where what the commands read and print is kept while they run.
        env: Its environment, and that of each command that brings none.
    """

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._folder, self._count, self._one_at_a_time = folder, 0, threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.loaded"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=env,
        )

    def run(self, args: list[str], stdin: bytes = b"", **more: object) -> dict[str, Any]:
        """Run a command.

        Args:
            args: What follows the name of the command.
            stdin: What it reads from standard input.
            more: ``cwd`` and ``env`` where they are not those of this process; ``delay``, after how many
                seconds it is killed; with faults: ``under`` (the folder below which steps are counted),
                ``at`` (the step that goes wrong), ``errno`` (what the system says then), ``kill`` (whether
                it is killed before that step).

        Returns:
            ``code``, ``out`` and ``err`` as bytes, ``seconds``, and with faults ``steps`` and ``what``.
        """
        with self._one_at_a_time:
            self._count += 1
            place = self._folder / str(self._count)
            place.mkdir()
            for name, data in (("in", stdin), ("out", b""), ("err", b"")):
                (place / name).write_bytes(data)
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.write(
                json.dumps({"args": args, "place": str(place), **more}).encode() + b"\n"
            )
            self._process.stdin.flush()
            said: dict[str, Any] = json.loads(self._process.stdout.readline())
            said |= {name: (place / name).read_bytes() for name in ("out", "err")}
            shutil.rmtree(place)
        if said["late"]:
            raise subprocess.TimeoutExpired(args, SECONDS, said["out"], said["err"])
        return said

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def main() -> None:
    """Answer jobs until there are no more."""
    commands = importlib.import_module("evigraph.cli")
    list(commands.main.commands.values())  # each is imported when it is asked for
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):  # an extra that is not there
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is loaded is shared with the children, and stays so
    for line in sys.stdin:
        job = json.loads(line)
        began = time.monotonic()
        pid = os.fork()
        if pid == 0:
            _command(commands.main, job)
        code, late = _ended(pid, job.get("delay"))
        said = Path(job["place"], "steps")
        steps, what = json.loads(said.read_text()) if said.exists() else (0, "")
        seconds = time.monotonic() - began
        answer = {"code": code, "late": late, "seconds": seconds, "steps": steps, "what": what}
        print(json.dumps(answer), flush=True)


def _ended(pid: int, delay: float | None) -> tuple[int, bool]:
    """The exit code of a child, which is killed when it is to be or takes too long; and whether it did."""
    late = False

    def kill(*_: object) -> None:
        nonlocal late
        late = True
        os.kill(pid, signal.SIGKILL)

    if delay is not None:
        time.sleep(delay)
        os.kill(pid, signal.SIGKILL)  # without effect on one that has ended and is not waited for yet
    signal.signal(signal.SIGALRM, kill)
    signal.alarm(SECONDS)
    _, status = os.waitpid(pid, 0)
    signal.alarm(0)
    return os.waitstatus_to_exitcode(status), late


def _command(command: Callable[..., Any], job: dict[str, Any]) -> NoReturn:
    """Be the process of a command from its begin to its end."""
    code = 1
    try:
        _become(job)
        command(job["args"], prog_name="evigraph")
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        threading._shutdown()  # type: ignore[attr-defined]  # what Python does before it takes modules down,
        atexit._run_exitfuncs()  # which would be in vain
        sys.stdout.flush()
        os._exit(code)


def _become(job: dict[str, Any]) -> None:
    """Take on its folder, its environment, and its files."""
    place = Path(job["place"])
    for number, (name, how) in enumerate((("in", os.O_RDONLY), ("out", os.O_WRONLY), ("err", os.O_WRONLY))):
        os.dup2(os.open(place / name, how), number)
    sys.stdin, sys.stdout = open(0), open(1, "w")  # noqa: SIM115  # as Python opens them at its start
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace")  # noqa: SIM115
    os.chdir(job.get("cwd") or ROOT)
    if "env" in job:
        os.environ.clear()
        os.environ.update(job["env"])
    if "under" in job:
        _arm(job, place)


def _arm(job: dict[str, Any], place: Path) -> None:
    """Count the steps on the disk from here to the end of the command, and let one go wrong."""
    shim = ctypes.CDLL(None)
    shim.fault_what.restype = ctypes.c_char_p

    def counted() -> None:
        steps = shim.fault_disarm()
        (place / "steps").write_text(json.dumps((steps, shim.fault_what().decode())), encoding="utf-8")

    atexit.register(counted)
    shim.fault_arm(job["under"].encode(), job.get("at", 0), job.get("errno", 0), job.get("kill", 0))


if __name__ == "__main__":
    main()
