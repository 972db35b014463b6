"""Runs commands of evigraph in children of a process that has it loaded, with faults of the disk or kills.

Started with ``faults.c`` preloaded. Reads one job a line, as JSON, and prints one answer a line.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import evigraph.cli

#: What a command imports when it needs it, and each child would import anew.
LOADED = (
    *("rdflib", "pyshacl", "shacl", "rocrate.rocrate", "rapidfuzz", "rispy", "yaml"),
    *("evigraph.disk", "evigraph.exporting.crate", "evigraph.screening", "evigraph.citations.importing"),
    *("evigraph.records.importing", "evigraph.extraction.exchange", "evigraph.decisions.recording"),
)


def main() -> None:
    """Answer jobs until there are no more."""
    for name in LOADED:
        importlib.import_module(name)
    shim = ctypes.CDLL(None)
    shim.fault_what.restype = ctypes.c_char_p
    for line in sys.stdin:
        print(json.dumps(_done(shim, json.loads(line))), flush=True)


def _done(shim: Any, job: dict[str, Any]) -> dict[str, Any]:
    """Run a job: ``args``, ``out`` (the folder for what it prints), and what shall go wrong."""
    out = Path(job["out"])
    for name in ("out", "err"):
        (out / name).touch()  # it may be killed before it makes them
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _child(shim, job, out)
    if job.get("delay") is not None:
        time.sleep(job["delay"])
        os.kill(pid, signal.SIGKILL)  # without effect on one that has ended and is not waited for yet
    _, status = os.waitpid(pid, 0)
    said = out / "steps"
    steps, what = json.loads(said.read_text()) if said.exists() else (0, "")
    return {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": time.monotonic() - began,
        "out": (out / "out").read_text(encoding="utf-8", errors="replace"),
        "err": (out / "err").read_text(encoding="utf-8", errors="replace"),
        "steps": steps,
        "what": what,
    }


def _child(shim: Any, job: dict[str, Any], out: Path) -> None:
    code = 70
    try:
        for name, number in (("out", 1), ("err", 2)):
            os.dup2(os.open(out / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.environ.update(job.get("env", {}))
        shim.fault_arm(job["under"].encode(), job.get("at", 0), job.get("errno", 0), job.get("kill", 0))
        try:
            evigraph.cli.main(job["args"], prog_name="evigraph")
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        sys.stdout.flush()
        steps = shim.fault_disarm()
        (out / "steps").write_text(json.dumps((steps, shim.fault_what().decode())), encoding="utf-8")
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
