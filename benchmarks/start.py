"""Measure how long the commands take from a cold start on the shipped review.

Each command runs in a process of its own, once to warm the disk and then nine times; the figures
are wall seconds. ``ask study-verdicts`` is measured with and without kept verdicts.

Usage: ``python benchmarks/start.py``, or ``make bench``.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 9
COMMANDS = (
    ("--help",),
    ("ask", "cited-works"),
    ("ask", "study-verdicts", "--param", "study=bright1999"),
    ("screen",),
    ("claims",),
    ("check",),
    ("export",),
)


def measure(command: tuple[str, ...], cache: Path, *, keep: bool) -> list[float]:
    """Wall seconds of each run; with ``keep`` false the kept verdicts are removed before each."""
    seconds = []
    for number in range(RUNS + 1):
        if not keep:
            for entry in cache.glob("*"):
                entry.unlink()
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "evigraph", *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"EVIGRAPH_CACHE": str(cache)},
            check=False,
        )
        if number:
            seconds.append(time.perf_counter() - start)
    return seconds


def main() -> None:
    """Print a table: command, whether verdicts were kept, minimum, median, maximum."""
    print(f"{'command':<52} {'kept':<5} {'min':>6} {'median':>7} {'max':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for command in COMMANDS:
            for keep in (False, True):
                seconds = measure(command, Path(folder), keep=keep)
                figures = f"{min(seconds):6.3f} {statistics.median(seconds):7.3f} {max(seconds):6.3f}"
                print(f"{'evigraph ' + ' '.join(command):<52} {'yes' if keep else 'no':<5} {figures}")


if __name__ == "__main__":
    main()
