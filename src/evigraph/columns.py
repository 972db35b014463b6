"""Reads the tables that people fill in: named columns in any order, each fault with its file and line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evigraph.errors import InputError, LimitError, suggestion
from evigraph.texts import read_text

if TYPE_CHECKING:
    from _csv import Reader

#: A row of a table: its line, and its cells.
Line = tuple[int, list[str]]
#: Signs of the longest cell that is read. Python has one such limit for a whole process.
LONGEST_CELL = 10_000_000


def csv_lines(path: str | Path) -> Iterator[Line]:
    """The rows of a CSV file, or one with semicolons or tabs, each with the line on which it begins.

    Raises:
        InputError: It is no UTF-8, or no table.
        LimitError: A cell is too long.
        EnvironmentFaultError: It cannot be read.
    """
    text = read_text(path)
    head = re.split("[\r\n]", text, maxsplit=1)[0]
    # Not with LF line ends alone: a text in a cell may have others, and is kept as it is.
    reader = cells_of(text, mark(head))
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        require_short(f"{path}:{line}", error)
        raise InputError(f"{path}:{line}: is no table: {error}") from None


def cells_of(text: str, delimiter: str) -> Reader:
    """Reads the cells of a table, row by row; a quotation mark that is never closed is an error."""
    csv.field_size_limit(LONGEST_CELL)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def require_short(where: str, error: csv.Error) -> None:
    """Say of an error of :func:`cells_of` that a cell is too long, when that is what it is.

    Raises:
        LimitError: It is.
    """
    if "field larger" in str(error):
        raise LimitError(f"{where}: a cell of more than {LONGEST_CELL:,} signs; shorten it") from None


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
