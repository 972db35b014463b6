"""The report: ratios first, then one section a group and one table a size, in Markdown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from benchmarks.groups import BY_NAME, GROUPS, Group
from benchmarks.questions import LOADING
from benchmarks.records import OURS, Record, Section

HEAD = (
    "<!-- Written by `make bench` from results.json; do not edit. -->\n\n# Results\n\n"
    "`make bench` measures on synthetic reviews of N studies made by `benchmarks/synthesize.py`, about 95"
    " statements a study, citations included. Each task runs in a process of its own. CPU seconds are "
    "those of all its processes, peak MB is the memory (2^20 bytes) of the largest, and a task that did "
    "not end says so. Each figure is of one run where nothing else is said. CPU seconds are the figure to"
    " compare: others may have used the machine."
)


def render(sections: Sequence[Section]) -> str:
    """The whole report."""
    runs = list(dict.fromkeys(_run(section) for section in sections))
    blocks = [HEAD, "## Ratios", _bullets(line for section in _ordered(sections) for line in ratios(section))]
    blocks += ["## Runs", "\n".join(f"{number}. {run}." for number, run in enumerate(runs, 1))]
    for group in GROUPS:
        mine = [section for section in _ordered(sections) if section.group == group.name]
        if mine:
            blocks += [f"## {group.title}", group.text]
        for section in mine:
            if group.sized:
                blocks.append(f"### {section.size:,} studies")
            blocks += ["\n".join(_table(group, section)), f"Run {runs.index(_run(section)) + 1}."]
    return "\n\n".join(blocks) + "\n"


def _run(section: Section) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in section.versions.items())
    return f"{section.date}; {section.machine}; {versions}"


def ratios(section: Section) -> Iterator[str]:
    """What the peers take in CPU time as a multiple of what evigraph takes, a line a task."""
    group = BY_NAME[section.group]
    at = f", at {section.size:,} studies" if group.sized else ""
    if group.pivot:
        yield from _medians(section, f"{group.title}{at}")
        return
    by_task: dict[str, list[Record]] = defaultdict(list)
    for record in section.records:
        by_task[record.task].append(record)
    for task, (first, *others) in by_task.items():
        if first.tool != OURS or not others:
            continue
        name = task if task == group.title else f"{group.title}, {task}"
        compared = "; ".join(f"{other.tool} {_ratio(first, other)}" for other in others)
        yield f"{name}{at}, CPU time a {first.unit} of evigraph = 1: {compared}."


def _ratio(ours: Record, other: Record) -> str:
    if ours.failed or not ours.cpu:
        return "not compared, evigraph has no figure"
    if other.cpu is None or (other.failed and not other.failed.startswith("did not end")):
        return "failed"
    times = _short((other.cpu / other.count) / (ours.cpu / ours.count))
    return f"over {times} ({other.failed})" if other.failed else times


def _medians(section: Section, name: str) -> Iterator[str]:
    asked = [record for record in section.records if record.task != LOADING]
    ours = {record.task: record for record in asked if record.tool == OURS}
    for tool in dict.fromkeys(record.tool for record in asked if record.tool != OURS):
        mine = [record for record in asked if record.tool == tool]
        pairs = [(r.cpu, ours[r.task].cpu) for r in mine if not r.failed and not ours[r.task].failed]
        times = [theirs / own for theirs, own in pairs if theirs is not None and own]
        late = sum(bool(record.failed) for record in mine)
        found = (
            f"median {_short(median(times))}, from {_short(min(times))} to {_short(max(times))}"
            if times
            else "-"
        )
        late_ours = sum(bool(ours[r.task].failed) for r in mine)
        yield (
            f"{name}, CPU time of evigraph = 1: {tool} {found} over the {len(times)} questions that both "
            f"answered; of {len(mine)}, {tool} left {late} without answer, evigraph {late_ours}."
        )


def _table(group: Group, section: Section) -> Iterator[str]:
    if group.pivot:
        yield from _pivot(section)
        return
    units = {record.unit for record in section.records} - {"run"}
    yield f"| task | tool | {'CPU s' if not units else 'count | CPU s'} | wall s | peak MB | result |"
    yield "|---|---|" + ("---|" if units else "") + "---|---|---|---|"
    for record in section.records:
        count = f" {record.count:,} {_plural(record)} |" if units else ""
        task = record.task.replace("evigraph ", "", 1) if group.name == "starting" else record.task
        result = record.failed or record.note
        yield (
            f"| {task} | {record.tool} |{count} {_seconds(record.cpu)} | {_seconds(record.wall)} "
            f"| {'' if record.peak is None else f'{record.peak:,}'} | {result} |"
        )


def _pivot(section: Section) -> Iterator[str]:
    tools = list(dict.fromkeys(record.tool for record in section.records))
    cells = {(record.task, record.tool): record for record in section.records}
    yield "| question | rows | " + " | ".join(tools) + " |"
    yield "|---|---|" + "---|" * len(tools)
    for task in sorted({record.task for record in section.records} - {LOADING}):
        found = [cells.get((task, tool)) for tool in tools]
        notes = [record.note for record in found if record and not record.failed and not record.wrong]
        rows = f"{int(notes[0].split()[0]):,}" if notes else ""
        yield f"| {task} | {rows} | " + " | ".join(_cell(record) for record in found) + " |"
    whole = [cells.get((LOADING, tool)) for tool in tools]
    peaks = [f"{record.peak:,}" if record and record.peak is not None else "" for record in whole]
    yield "| *peak MB of all* | | " + " | ".join(peaks) + " |"


def _cell(record: Record | None) -> str:
    if record is None:
        return ""
    wrong = f" ({record.note})" if record.wrong else ""
    return record.failed or _seconds(record.cpu) + wrong


def _plural(record: Record) -> str:
    plurals = {"study": "studies", "statement": "statements", "citation": "citations", "run": "runs"}
    return record.unit if record.count == 1 else plurals.get(record.unit, record.unit)


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds >= 100:
        return f"{seconds:,.0f}"
    return f"{seconds:.1f}" if seconds >= 10 else f"{seconds:.2f}" if seconds >= 0.1 else f"{seconds:.4f}"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 20 else f"{number:.1f}" if number >= 1 else f"{number:.2f}"


def _ordered(sections: Iterable[Section]) -> list[Section]:
    order = list(BY_NAME)
    return sorted(sections, key=lambda section: (order.index(section.group), section.size))


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
