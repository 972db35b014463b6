"""One new study against a review that is open already.

As a program it is the measured process: ``python -m benchmarks.one_study TOOL REVIEW RUNS``.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import ROOT, run
from benchmarks.place import Place, child
from benchmarks.records import OURS, Record, record

TITLE = "One new study against the open review"
TEXT = (
    "`screen_file` of `docs/examples/new-study.ttl`, median of 50 after one to warm up; the memory is "
    "that of the whole process, opening included. pySHACL alone judges the study merged with the ontology"
    " by shapes read before."
)
STUDY = ROOT / "docs" / "examples" / "new-study.ttl"
#: Runs for each run of slower things.
TIMES = 10
TOOLS = {OURS: "shacl", "evigraph --engine pyshacl": "pyshacl", "pySHACL alone": "alone"}


def measure(place: Place) -> Iterator[Record]:
    """Each tool in a process of its own, the review from its store."""
    built = place.build()
    for tool, name in TOOLS.items():
        out = place.folder / "one_study.out"
        command = child("one_study", name, str(place.review), str(TIMES * place.runs))
        usage = run(command, out, deadline=place.deadline, environment=place.environment)
        made = record(TITLE, tool, 1, "study", built if built.code else usage)
        if not made.failed:
            cpu, wall = json.loads(out.read_text(encoding="utf-8"))
            made = replace(made, cpu=cpu, wall=wall)
        yield made


def timed(task: Callable[[], object], runs: int) -> tuple[float, float]:
    """Median CPU and wall seconds of a task, after one run to warm up."""
    task()
    cpu, wall = [], []
    for _ in range(runs):
        start, used = time.perf_counter(), time.process_time()
        task()
        cpu.append(time.process_time() - used)
        wall.append(time.perf_counter() - start)
    return statistics.median(cpu), statistics.median(wall)


def ours(engine: str, review: str) -> Callable[[], object]:
    """Judge the study by the open review."""
    import evigraph

    opened = evigraph.open(review)
    return lambda: opened.screen_file(STUDY, engine=engine)


def alone(review: str) -> Callable[[], object]:
    """Judge the study by pySHACL as its users do."""
    import pyshacl
    import rdflib

    shapes, ontology = rdflib.Graph(), rdflib.Graph()
    for path in sorted(Path(review, "shapes", "criteria").glob("*.ttl")):
        shapes.parse(path)
    for path in sorted(Path(review, "ontology").glob("*.ttl")):
        ontology.parse(path)
    return lambda: pyshacl.validate(
        rdflib.Graph().parse(STUDY), shacl_graph=shapes, ont_graph=ontology, inference="none", advanced=False
    )


def main(name: str, review: str, runs: str) -> None:
    """Print CPU and wall seconds as JSON."""
    task = alone(review) if name == "alone" else ours(name, review)
    print(json.dumps(timed(task, int(runs))))


if __name__ == "__main__":
    main(*sys.argv[1:])
