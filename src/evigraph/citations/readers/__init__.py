"""Readers of files of citations, one a format; which one is seen from what is in the file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evigraph.citations.entries import Cites, Entry, Item, Refusal
from evigraph.citations.readers import crossref, csl, openalex, opencitations, semanticscholar
from evigraph.citations.readers.located import Record, records
from evigraph.errors import InputError
from evigraph.reading import STDIN, read_text

Reader = Callable[[list[Record]], Iterator[Item]]
_JSON: dict[str, tuple[Callable[[dict[str, Any]], bool], Reader]] = {
    "OpenAlex": (openalex.fits, openalex.read),
    "Semantic Scholar": (semanticscholar.fits, semanticscholar.read),
    "Crossref": (crossref.fits, crossref.read),
    "CSL-JSON": (csl.fits, csl.read),
}


@dataclass(frozen=True)
class Reading:
    """What was read in one file.

    Attributes:
        name: The name of the file.
        sha256: The hash of its bytes.
        format: Which kind of file it is.
        entries: The works that it describes, whether or not a citation of the file names them.
        cites: Who cites whom.
        refused: The citations that cannot be taken, with the reason.
    """

    name: str
    sha256: str
    format: str
    entries: tuple[Entry, ...]
    cites: tuple[Cites, ...]
    refused: tuple[Refusal, ...]


def read_citations(path: str | Path) -> Reading:
    """Read a file of citations: OpenCitations CSV, or JSON of OpenAlex, Crossref, Semantic Scholar or CSL.

    Raises:
        InputError: The file cannot be read, is of none of these kinds, or is broken; the line is named.
    """
    text = read_text(path)
    if text.lstrip().startswith(("{", "[")):
        found = records(path, text)
        format = _format_of(path, found)
        items = list(_JSON[format][1](found))
    else:
        format, items = "OpenCitations", list(opencitations.read(path, text))
    piped = str(path) == STDIN
    return Reading(
        name="standard input" if piped else Path(path).name,
        sha256=hashlib.sha256(text.encode() if piped else Path(path).read_bytes()).hexdigest(),
        format=format,
        entries=tuple(item for item in items if isinstance(item, Entry)),
        cites=tuple(item for item in items if isinstance(item, Cites)),
        refused=tuple(item for item in items if isinstance(item, Refusal)),
    )


def _format_of(path: str | Path, found: list[Record]) -> str:
    formats: dict[str, Record] = {}
    for record in found:
        format = next((name for name, (fits, _) in _JSON.items() if fits(record.value)), None)
        if format is None:
            raise InputError(
                f"{record.where}: is no work with citations of {', '.join(_JSON)}; "
                "see the section on citations in README.md for what each looks like"
            )
        formats.setdefault(format, record)
    if len(formats) > 1:
        record = list(formats.values())[1]
        raise InputError(f"{record.where}: {' and '.join(formats)} in one file; split it")
    if not formats:
        raise InputError(f"{path}: holds no work; nothing can be read from it")
    return next(iter(formats))
