"""Records of RIS into a review of one's own: ``python -m benchmarks.importing RECORDS`` makes the file."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.duplicates import known
from benchmarks.measure import run
from benchmarks.place import Place
from benchmarks.records import OURS, Record, record
from evigraph.folder import home
from evigraph.records.writers import ris
from evigraph.records.writers.chosen import Lost

SIZES = (10_000, 100_000)
TITLE = "Records in"
TEXT = (
    "A RIS file of so many invented records added to a copy of the shipped review by `evigraph add`: read, "
    "checked, compared with what is there, and written as Turtle. Memory is that of the whole process."
)


def measure(place: Place) -> Iterator[Record]:
    """Each size once."""
    for size in SIZES:
        review, file = place.folder / f"review-{size}", place.folder / f"{size}.ris"
        for folder in ("graph", "ontology", "queries", "shapes"):
            shutil.copytree(home() / folder, review / folder)
        file.write_bytes(ris_of(size))
        command = [sys.executable, "-m", "evigraph", "--review", str(review), "add", str(file)]
        usage = run(
            command, place.folder / "added.out", deadline=place.deadline, environment=place.environment
        )
        yield record("add RIS", OURS, size, "record", usage)


def ris_of(count: int) -> bytes:
    """So many records as RIS, the same at every run."""
    entries = [ris.tags(one.item, Lost("RIS")) for one in known(count).records]
    lines = [f"{tag}  - {value}" for entry in entries for tag, value in (*entry, ("ER", ""))]
    return "\r\n".join([*lines, ""]).encode()


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(ris_of(int(sys.argv[1])))
