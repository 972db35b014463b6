"""Reviews of one's own for tests, and what readers make of texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import evigraph
from evigraph.citations.entries import Refusal
from evigraph.records.found import Found
from evigraph.records.readers import Reading, read_records
from evigraph.records.stored import Item
from tests.commands import copy_review

RIS = "\n".join(
    [
        "TY  - JOUR",
        "AU  - Smith, John",
        "AU  - Doe, Ann",
        "TI  - A trial of groups",
        "JO  - Journal of Groups",
        "PY  - 2010",
        "VL  - 3",
        "SP  - 10",
        "EP  - 20",
        "DO  - 10.5555/groups.1",
        "ER  - ",
        "TY  - JOUR",
        "AU  - Jones, Kim",
        "TI  - Another trial",
        "PY  - 2011/05/03/",
        "ER  - ",
        "",
    ]
)


def own_review(folder: Path) -> evigraph.Review:
    """A review that may be changed."""
    return evigraph.open(copy_review(folder / "review"))


def written(folder: Path, name: str, text: str | bytes) -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder: Path, name: str, text: str | bytes) -> Reading:
    """What is read in a file with this content."""
    return held(read_records(written(folder, name, text)))


def held(reading: Reading) -> Reading:
    """What was read, so that it can be looked at twice."""
    return replace(reading, read=tuple(reading.read))


def items(reading: Reading) -> list[Item]:
    """The items of what was read."""
    return [one.item for one in reading.read if isinstance(one, Found)]


def refusals(reading: Reading) -> list[Refusal]:
    """The refusals of what was read."""
    return [one for one in reading.read if isinstance(one, Refusal)]
