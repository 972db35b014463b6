"""Results as they are kept: one record a figure, one section a group and size."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Usage

OURS = "evigraph"
LIBRARIES = (
    "evigraph",
    "pyoxigraph",
    "oxigraph",
    "shacl",
    "pyshacl",
    "rdflib",
    "networkx",
    "scipy",
    "igraph",
)


@dataclass(frozen=True)
class Record:
    """What one tool used for one task.

    Attributes:
        task: What is done; tools with the same task are compared.
        tool: By whom; the first of a task is what the others are compared with.
        count: How many studies, statements or runs the figures are for.
        unit: Which of these.
        cpu: CPU seconds of all processes; ``None`` when not measured.
        wall: Wall seconds; ``None`` when not measured.
        peak: Megabytes of the largest process; ``None`` when not measured.
        failed: Why there is no result, such as ``did not end in 60 s``; empty when there is one.
        note: What else is to be said, such as the number of rows.
        wrong: Whether the result is not the one that is known to be right.
    """

    task: str
    tool: str
    count: int
    unit: str
    cpu: float | None = None
    wall: float | None = None
    peak: int | None = None
    failed: str = ""
    note: str = ""
    wrong: bool = False


@dataclass(frozen=True)
class Section:
    """The records of a group at a size, with when and where and on what they were made."""

    group: str
    size: int
    date: str
    machine: str
    versions: dict[str, str]
    records: tuple[Record, ...]


def record(
    task: str,
    tool: str,
    count: int,
    unit: str,
    usage: Usage,
    *,
    codes: tuple[int, ...] = (0,),
    note: str = "",
) -> Record:
    """A record of a run: with its note when it ended well, else with why it did not."""
    failed = ""
    if usage.deadline is not None:
        failed = f"did not end in {usage.deadline:g} s"
    elif usage.code not in codes:
        said = usage.error.splitlines()[-1][:120] if usage.error else "nothing was said"
        failed = f"failed with exit code {usage.code}: {said}"
    return Record(task, tool, count, unit, usage.cpu, usage.wall, usage.peak, failed, "" if failed else note)


def section(group: str, size: int, records: Iterable[Record]) -> Section:
    """Records with today's date, this machine and the versions that are installed."""
    versions = {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}
    return Section(group, size, datetime.now(UTC).date().isoformat(), machine(), versions, tuple(records))


def machine() -> str:
    """Processor, cores, memory and system of this machine."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text(encoding="utf-8").splitlines()
        model = next(
            (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model
        )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.release()}"


def load(path: Path) -> list[Section]:
    """The sections kept in a file; none when there is no file."""
    if not path.exists():
        return []
    document = json.loads(path.read_text(encoding="utf-8"))
    return [
        Section(**{**entry, "records": tuple(Record(**record) for record in entry["records"])})
        for entry in document["sections"]
    ]


def save(path: Path, sections: Iterable[Section]) -> None:
    """Keep sections in a file."""
    document = {"sections": [asdict(section) for section in sections]}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def replaced(kept: Iterable[Section], made: Section) -> list[Section]:
    """The sections with a new one in place of that of the same group and size, sorted."""
    others = [s for s in kept if (s.group, s.size) != (made.group, made.size)]
    return sorted([*others, made], key=lambda s: (s.group, s.size))
