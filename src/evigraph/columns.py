"""Reads the tables that people fill in: named columns in any order, each fault with its file and line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from evigraph.errors import InputError, suggestion
from evigraph.reading import read_bytes

#: A row of a table: its line, and its cells.
Line = tuple[int, list[str]]


def csv_lines(path: str | Path) -> Iterator[Line]:
    """The rows of a CSV file, or one with semicolons or tabs, each with the line on which it begins.

    Raises:
        InputError: It is no UTF-8, or no table.
        EnvironmentFaultError: It cannot be read.
    """
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 at byte {error.start}; save it as CSV UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark(text.partition("\n")[0]), strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path}:{line}: is no table: {error}") from None


def rows(
    path: str | Path, lines: Iterable[Line], columns: Sequence[str], needed: Sequence[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a table below its header, each with file and line; empty ones are passed over.

    Args:
        path: The file, for messages.
        lines: Its rows, the first of which names the columns.
        columns: The columns that it may have.
        needed: Those that it must have.

    Raises:
        InputError: A column is unknown, missing or there twice, or a row has too many cells.
    """
    header: list[str] | None = None
    for number, cells in lines:
        if header is None:
            header = [cell.strip().lower() for cell in cells]
            _require_columns(f"{path}:{number}", header, columns, needed)
        elif any(cell.strip() for cell in cells):
            if len(cells) > len(header):
                said = f"has {len(cells)} cells under {len(header)} columns"
                raise InputError(f"{path}:{number}: {said}; quote commas in texts")
            yield f"{path}:{number}", dict(zip(header, cells, strict=False))
    if header is None:
        raise InputError(f"{path}: the file is empty; nothing can be read from it")


def require_cells(where: str, cells: Mapping[str, str], names: Iterable[str]) -> None:
    """Refuse a row without a cell that it needs.

    Raises:
        InputError: One is missing.
    """
    for name in names:
        if not cells.get(name, "").strip():
            raise InputError(f"{where}: the cell under {name!r} is empty")


def mark(line: str) -> str:
    """What parts the cells of a line."""
    return max((",", ";", "\t"), key=line.count)


def _require_columns(
    where: str, header: Sequence[str], columns: Sequence[str], needed: Sequence[str]
) -> None:
    for name in header:
        if name not in columns:
            raise InputError(f"{where}: no column {name!r}: {suggestion(name, list(columns))}")
        if header.count(name) > 1:
            raise InputError(f"{where}: has the column {name!r} twice; keep one")
    for name in needed:
        if name not in header:
            raise InputError(f"{where}: has no column {name!r}; it needs {', '.join(needed)}")
