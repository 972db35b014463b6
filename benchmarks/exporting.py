"""Writing a whole review as text: canonically by us, in any order by the peers."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measure import run
from benchmarks.place import Place, child
from benchmarks.records import OURS, Record, record
from benchmarks.storing import RDFLIB_SIZE

TITLE = "Export"
TEXT = (
    "`evigraph export --format FORMAT`, reading included. Ours is canonical, the same bytes for the same "
    "statements; the peers write in the order of their store. Ours leaves "
    "out the class expressions of the ontology."
)


def measure(place: Place) -> Iterator[Record]:
    """N-Quads and Turtle, ours and the peers'."""
    out = str(place.folder / "exported")
    quads, triples = str(place.folder / "all.nq"), str(place.folder / "all.nt")
    for format, task in (("nquads", "N-Quads"), ("turtle", "Turtle")):
        tools = {
            OURS: place.ours("export", "--format", format, "-o", out),
            "pyoxigraph alone": child("peers", "export-pyoxigraph", quads, format, out),
        }
        if format == "turtle" and place.size <= RDFLIB_SIZE:
            tools["rdflib"] = child("peers", "export-rdflib", triples, format, out)
        for tool, command in tools.items():
            log = place.folder / "exporting.out"
            usage = run(command, log, deadline=place.deadline, environment=place.environment)
            yield record(task, tool, place.statements, "statement", usage)
