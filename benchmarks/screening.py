"""Screening a file of synthetic studies, and whether the planted verdicts are found."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import run
from benchmarks.place import Place, Planted, child
from benchmarks.records import OURS, Record, record

TITLE = "Screening a file"
TEXT = (
    "`evigraph screen FILE --format csv`, reading included. The peers are given the same statements with "
    "those of the shipped review, merged. pySHACL on one small graph a study is our `--engine pyshacl`."
)


def measure(place: Place) -> Iterator[Record]:
    """Ours by both engines, then the engines alone over the whole graph."""
    screen = [sys.executable, "-m", "evigraph", "screen", "--format", "csv"]
    sample = place.folder / "sample.nq"
    yield _judged(place, OURS, [*screen, str(place.synthetic)], "synthetic")
    yield _judged(place, "pySHACL, per study", [*screen, "--engine", "pyshacl", str(sample)], "sample")
    for tool, name in (("pySHACL, whole graph", "pyshacl"), ("shacl alone, whole graph", "shacl")):
        command = child("peers", f"screen-{name}", str(place.review), str(place.folder / "all.nt"))
        yield _judged(place, tool, command, "synthetic")


def _judged(place: Place, tool: str, command: list[str], data: str) -> Record:
    out = place.folder / "screening.out"
    usage = run(command, out, deadline=place.deadline, environment=place.environment)
    count = place.size if data == "synthetic" else place.sample
    made = record(TITLE, tool, count, "study", usage, codes=(0, 1))
    return made if made.failed else verified(made, counted(out), place.made[data])


def verified(made: Record, found: Planted, planted: Planted) -> Record:
    """The record with whether exactly the planted verdicts were found."""
    if found == planted:
        return replace(made, note="planted verdicts found")
    return replace(made, note="verdicts are not the planted ones", wrong=True)


def counted(out: Path) -> Planted:
    """Verdicts by rule and outcome, from our CSV or the JSON of a peer."""
    with out.open(encoding="utf-8", newline="") as file:
        if file.read(1) == "{":
            file.seek(0)
            found: Planted = json.load(file)
            return found
        file.seek(0)
        counts: dict[str, Counter[str]] = {}
        for row in csv.DictReader(file):
            for column, outcome in row.items():
                if column not in ("study", "decision"):
                    rule = "study" if column == "outcome" else column
                    counts.setdefault(rule, Counter())[outcome] += 1
    return {rule: dict(sorted(outcomes.items())) for rule, outcomes in counts.items()}
