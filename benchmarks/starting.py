"""How long the commands take from a cold start on the shipped review."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from statistics import median

from benchmarks.measure import Usage, run
from benchmarks.place import Place
from benchmarks.records import OURS, Record, record

TITLE = "Starting a command"
TEXT = (
    "The shipped review, each command in a process of its own, once to warm the disk and then the median of "
    "five runs. Verdicts are kept from one command to the next unless it says otherwise."
)
COMMANDS = (
    ("--help",),
    ("ask", "cited-works"),
    ("ask", "study-verdicts", "--param", "study=bright1999"),
    ("screen",),
    ("claims",),
    ("cite",),
    ("check",),
    ("export",),
)
#: The commands that use verdicts, which are measured without kept ones too.
JUDGING = ("study-verdicts", "screen", "claims")


def measure(place: Place) -> Iterator[Record]:
    """Each command, and those that use verdicts twice."""
    for command in COMMANDS:
        for kept in (True, False) if set(command) & set(JUDGING) else (True,):
            task = "evigraph " + " ".join(command) + ("" if kept else ", no verdicts kept")
            yield _median(place, task, [sys.executable, "-m", "evigraph", *command], kept=kept)


def _median(place: Place, task: str, command: list[str], *, kept: bool) -> Record:
    runs: list[Usage] = []
    cache = place.folder / "started"
    environment = place.environment | {"EVIGRAPH_CACHE": str(cache)}
    for _ in range(place.runs + 1):
        if not kept:
            for entry in cache.glob("*"):
                entry.unlink()
        runs.append(
            run(command, place.folder / "start.out", deadline=place.deadline, environment=environment)
        )
    middle = sorted(runs[1:], key=lambda usage: usage.cpu)[place.runs // 2]
    wall = median(usage.wall for usage in runs[1:])
    made = record(task, OURS, 1, "run", middle, codes=(0, 1))
    return Record(task, OURS, 1, "run", made.cpu, wall, made.peak, made.failed, made.note)
