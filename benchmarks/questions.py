"""The shipped questions over a store that is open, by us and by peers that hold the same statements."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from benchmarks.measure import run
from benchmarks.place import Place, child
from benchmarks.records import OURS, Record, record
from benchmarks.storing import RDFLIB_SIZE

TITLE = "The shipped questions, warm"
TEXT = (
    "CPU seconds of the competency questions, asked again after a first time, median of up to five; those"
    " that take over a second the first time are asked once. Ours is from the store on disk by "
    "`evigraph.open(DIR).ask(NAME)`; the peers hold the same statements in memory. The server is the "
    "Oxigraph server over HTTP, its CPU time included. Questions on verdicts are asked of evigraph alone,"
    " up to 10,000 studies."
)
LOADING = "loading and all questions"
TOOLS = {
    OURS: "evigraph",
    "pyoxigraph alone": "pyoxigraph",
    "Oxigraph server": "server",
    "rdflib": "rdflib",
}


def measure(place: Place) -> Iterator[Record]:
    """All questions of each tool in turn."""
    place.build()
    rows: dict[str, int] = {}
    for tool, name in TOOLS.items():
        if name == "rdflib" and place.size > RDFLIB_SIZE:
            continue
        for made in _asked(place, tool, name):
            count = made.note.partition(" ")[0]
            if made.task != LOADING and not made.failed:
                expected = rows.setdefault(made.task, int(count))
                if expected != int(count):
                    yield replace(made, note=f"{count} rows, evigraph {expected}", wrong=True)
                    continue
            yield made


def _asked(place: Place, tool: str, name: str) -> Iterator[Record]:
    out = place.folder / f"questions-{name}.out"
    command = child(
        "asking",
        name,
        str(place.folder),
        str(place.size),
        str(place.deadline),
        str(place.budget),
        str(place.runs),
    )
    limit = place.budget + 10 * place.deadline
    usage = run(command, out, deadline=limit, environment=place.environment)
    for line in out.read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        note = "" if asked["failed"] else f"{asked['rows']} rows"
        yield Record(
            asked["question"], tool, 1, "run", asked["cpu"], asked["wall"], None, asked["failed"], note
        )
    yield record(LOADING, tool, 1, "run", usage)
