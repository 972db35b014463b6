"""The CSV of OpenCitations: one citation a row, works as lists of prefixed identifiers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from evigraph.citations.entries import IDENTIFIERS, Cites, Entry, Item, UnusableError, entry
from evigraph.citations.readers.located import refusal, year_of
from evigraph.errors import InputError

COLUMNS = ("oci", "citing", "cited", "creation", "timespan", "journal_sc", "author_sc")


def read(path: str | Path, text: str) -> Iterator[Item]:
    """The citations of a file.

    Yields:
        One citation or refusal a row. The date of a citation is that of the citing work.

    Raises:
        InputError: The columns are others, or a row has too few or too many.
    """
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(rows)]
        if sorted(header) != sorted(COLUMNS):
            raise InputError(f"{path}:1: {_columns(header)}")
        for row in rows:
            if not row:
                continue
            if len(row) != len(header):
                raise InputError(
                    f"{path}:{rows.line_num}: has {len(row)} columns where there should be {len(header)}; "
                    "mend the row"
                )
            yield _cites(f"{path}:{rows.line_num}", dict(zip(header, row, strict=True)))
    except csv.Error as error:
        raise InputError(f"{path}:{rows.line_num}: broken CSV: {error}; mend the row") from None


def _columns(header: list[str]) -> str:
    missing = [name for name in COLUMNS if name not in header]
    other = [name for name in header if name not in COLUMNS]
    said = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has {', '.join(other)[:80]!r}"] * bool(other)
    return (
        f"wrong columns: {' and '.join(said) or 'one stands there twice'}; "
        f"OpenCitations has {','.join(COLUMNS)}, and JSON begins with {{ or ["
    )


def _cites(where: str, row: dict[str, str]) -> Item:
    works: list[Entry] = []
    for who in ("citing", "cited"):
        year = year_of(row["creation"]) if who == "citing" else None
        try:
            works.append(entry(where, _identifiers(row[who]), year=year))
        except UnusableError as error:
            return refusal(where, who, error)
    return Cites(where, *works)


def _identifiers(cell: str) -> dict[str, str]:
    """The identifiers of a cell by kind, the first of each; a bare one is a DOI."""
    found: dict[str, str] = {}
    for word in cell.split():
        scheme, mark, rest = word.partition(":")
        if mark and scheme.lower() in IDENTIFIERS:
            found.setdefault(scheme.lower(), rest)
        elif word.startswith("10.") or "doi.org/" in word:
            found.setdefault("doi", word)
        elif not mark:
            raise UnusableError(f"{word[:80]!r} is no identifier of a known kind")
    return found
