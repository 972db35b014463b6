"""Measure screening of N synthetic studies, by evigraph and by its engines alone.

Usage: ``python benchmarks/screening.py N``, or ``make bench N=10000``.

The file is made first. Each line is one run in a process of its own: CPU seconds with those of its
children, wall seconds, and the memory of the largest process. pySHACL is run on at most a thousand
studies, one small graph each, and its rate is compared.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import synthesize

PYSHACL_STUDIES = 1000


def measure(command: list[str]) -> tuple[float, float, int]:
    """CPU seconds, wall seconds and peak megabytes of a command and its children."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    return cpu, wall, usage.ru_maxrss // 1024


def main() -> None:
    """Print a table, ratios last."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("size", type=int, metavar="N", help="how many studies")
    size = parser.parse_args().size
    some = min(size, PYSHACL_STUDIES)
    screen = [sys.executable, "-m", "evigraph", "screen", "--format", "csv"]
    with tempfile.TemporaryDirectory() as folder:
        whole, part = Path(folder) / "whole.nq", Path(folder) / "part.nq"
        synthesize.write(size, whole)
        synthesize.write(some, part)
        fast = measure([*screen, str(whole)])
        slow = measure([*screen, "--engine", "pyshacl", str(part)])
        megabytes = whole.stat().st_size / 1e6
    print(f"{size:,} studies, {megabytes:,.0f} MB of N-Quads, {os.cpu_count()} cores")
    print(f"{'':<34} {'studies':>9} {'CPU s':>8} {'wall s':>8} {'peak MB':>8} {'CPU ms a study':>15}")
    for name, count, (cpu, wall, peak) in (
        ("evigraph screen", size, fast),
        ("evigraph screen --engine pyshacl", some, slow),
    ):
        print(f"{name:<34} {count:>9,} {cpu:>8.1f} {wall:>8.1f} {peak:>8,} {1000 * cpu / count:>15.2f}")
    ratio = (slow[0] / some) / (fast[0] / size)
    print(f"the Rust engine takes 1/{ratio:.0f} of the CPU time of pySHACL per study")


if __name__ == "__main__":
    main()
