"""Making a store on disk of a review, and holding it against the files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import Usage, run
from benchmarks.place import Place, child
from benchmarks.records import OURS, Record, record
from tests.servers import OXIGRAPH

TITLE = "The store on disk"
TEXT = "`evigraph build`, `evigraph verify`, and peers that load the same statements as N-Quads."
BUILD, VERIFY = "Build", "Verify"
#: Above so many studies rdflib is not tried.
RDFLIB_SIZE = 10_000


def measure(place: Place) -> Iterator[Record]:
    """Ours, then the peers, each into an empty folder that is removed after it was weighed."""
    store = place.folder / "built"
    built = _run(place, place.ours("build", "--store", str(store)))
    yield _weighed(record(BUILD, OURS, place.statements, "statement", built), store, built)
    quads = str(place.folder / "all.nq")
    peer = place.folder / "peer"
    commands = [("pyoxigraph alone, on disk", child("peers", "load-pyoxigraph", quads, str(peer)))]
    if OXIGRAPH:
        load = [OXIGRAPH, "load", "--location", str(peer), "--file", quads]
        commands.append(("oxigraph load, on disk", load))
    for tool, command in commands:
        usage = _run(place, command)
        yield _weighed(record(BUILD, tool, place.statements, "statement", usage), peer, usage)
        shutil.rmtree(peer, ignore_errors=True)
    if place.size <= RDFLIB_SIZE:
        usage = _run(place, child("peers", "load-rdflib", str(place.folder / "all.nt")))
        yield record(BUILD, "rdflib, in memory", place.statements, "statement", usage, note="nothing on disk")
    yield _verified(place, store)
    shutil.rmtree(store, ignore_errors=True)


def _verified(place: Place, store: Path) -> Record:
    usage = _run(place, place.ours("verify", "--store", str(store), "--format", "json"))
    made = record(VERIFY, OURS, place.statements, "statement", usage, codes=(0, 1))
    if made.failed:
        return made
    found = json.loads((place.folder / "storing.out").read_text(encoding="utf-8"))
    if found["holds"]:
        return replace(made, note="holds")
    return replace(made, note="statements lost or changed", wrong=True)


def _run(place: Place, command: list[str]) -> Usage:
    out = place.folder / "storing.out"
    return run(command, out, deadline=10 * place.deadline, environment=place.environment)


def _weighed(made: Record, store: Path, usage: Usage) -> Record:
    if made.failed:
        return made
    size = sum(path.stat().st_size for path in store.rglob("*") if path.is_file())
    pace = made.count / usage.wall
    return replace(made, note=f"{pace:,.0f} statements/s, {size / made.count:.0f} bytes a statement")
