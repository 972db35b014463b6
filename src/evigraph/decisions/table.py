"""Decisions in a table: one row for what one person says of one record or study."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from evigraph.decisions.recording import Act
from evigraph.errors import EnvironmentFaultError, InputError, suggestion

#: The columns that a table may have; the first two it must have.
COLUMNS = ("key", "answer", "by", "stage", "rule", "reason", "note", "date", "study")


def read_acts(path: str | Path, default: Act) -> Iterator[Act]:
    """The decisions of a CSV file, or one with semicolons or tabs.

    Args:
        path: The file; its first line names the columns, in any order. Several rules are parted by
            semicolons or spaces. Empty cells are those of the default.
        default: What holds where a row says nothing.

    Raises:
        InputError: It is no such table; the message says where.
        EnvironmentFaultError: It cannot be read.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 at byte {error.start}; save it as CSV UTF-8") from None
    except OSError as error:
        kind = InputError if isinstance(error, FileNotFoundError) else EnvironmentFaultError
        raise kind(f"{path}: cannot be read: {error.strerror}") from None
    first = text.partition("\n")[0]
    mark = max((",", ";", "\t"), key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        _require_columns(path, header)
        line = rows.line_num + 1
        for row in rows:
            if any(cell.strip() for cell in row):
                yield _act(f"{path}:{line}", header, row, default)
            line = rows.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path}:{rows.line_num}: is no table: {error}") from None


def _require_columns(path: str | Path, header: list[str]) -> None:
    for name in header:
        if name not in COLUMNS:
            raise InputError(f"{path}:1: no column {name!r}: {suggestion(name, list(COLUMNS))}")
        if header.count(name) > 1:
            raise InputError(f"{path}:1: has the column {name!r} twice; keep one")
    for name in COLUMNS[:2]:
        if name not in header:
            raise InputError(f"{path}:1: has no column {name!r}; it needs 'key' and 'answer'")


def _act(where: str, header: list[str], row: list[str], default: Act) -> Act:
    if len(row) > len(header):
        raise InputError(f"{where}: has {len(row)} cells under {len(header)} columns; quote commas in texts")
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=False) if cell.strip()}
    for name in COLUMNS[:2]:
        if name not in cells:
            raise InputError(f"{where}: the cell under {name!r} is empty")
    cells["name"], cells["answer"] = cells.pop("key"), cells["answer"].lower()
    rules = tuple(cells.pop("rule", "").replace(";", " ").split()) or default.rules
    return replace(default, where=where, rules=rules, **cells)
