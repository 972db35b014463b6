"""Measure, keep the results, write the report: ``python -m benchmarks N...``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a file, too

from benchmarks.groups import BY_NAME, GROUPS, Group
from benchmarks.place import Place
from benchmarks.records import Record, load, replaced, save, section
from benchmarks.report import render

SIZES = (1_000, 10_000)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the chosen groups at each size; what is kept of other sizes and groups stays.

    Returns:
        1 when a result is not the one that is known to be right, else 0.
    """
    chosen = _parser().parse_args(arguments)
    groups = [BY_NAME[name] for name in chosen.only or BY_NAME]
    wrong = 0
    work = [(size, [group for group in groups if group.sized]) for size in chosen.sizes]
    work.append((0, [group for group in groups if not group.sized]))
    for size, some in work:
        if not some:
            continue
        with tempfile.TemporaryDirectory(prefix="evigraph-bench-", dir=chosen.scratch) as folder:
            place = Place(size, Path(folder), chosen.deadline, chosen.budget, chosen.runs)
            if size:
                _say(f"making a review of {size:,} studies")
                place.make()
            for group in some:
                records = _measured(group, place)
                wrong += sum(record.wrong for record in records)
                keep(chosen.folder, group, size, records)
    return 1 if wrong else 0


def keep(folder: Path, group: Group, size: int, records: Sequence[Record]) -> None:
    """Put a section into the kept results, and write the report from all of them."""
    kept = folder / "results.json"
    sections = replaced(load(kept), section(group.name, size, records))
    save(kept, sections)
    (folder / "RESULTS.md").write_text(render(sections), encoding="utf-8")


def _measured(group: Group, place: Place) -> list[Record]:
    records = []
    for record in group.measure(place):
        figures = "" if record.cpu is None else f"{record.cpu:.4g} s CPU"
        wrong = "WRONG: " if record.wrong else ""
        _say(f"{group.name}: {record.task}: {record.tool}: {figures} {wrong}{record.failed or record.note}")
        records.append(record)
    return records


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, metavar="N", help="how many studies")
    parser.add_argument(
        "--only", action="append", choices=[g.name for g in GROUPS], help="a group; repeatable"
    )
    parser.add_argument("--deadline", type=float, default=60, metavar="S", help="seconds a task may take")
    parser.add_argument(
        "--budget", type=float, default=120, metavar="S", help="seconds all questions may take of one tool"
    )
    parser.add_argument("--runs", type=int, default=5, help="how often what is quick is measured")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(__file__).parent,
        help="where results.json and RESULTS.md are kept",
    )
    parser.add_argument("--scratch", type=Path, help="where reviews are made; they need room")
    return parser


if __name__ == "__main__":
    sys.exit(main())
