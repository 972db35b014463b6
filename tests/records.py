"""Reviews of one's own for tests, and what readers make of texts."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import evigraph
from evigraph.beginning import begin
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


def begun(target: Path) -> Path:
    """A review without studies, as ``init --bare`` makes it in a folder of this name."""
    shutil.copytree(_begun_as(target.name), target)
    return target


@cache
def _begun_as(name: str) -> Path:
    """The one that is copied, since to begin a review takes longer than most tests."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    begin(folder / name, bare=True)
    return folder / name


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
