"""Tables as a workbook (Office Open XML), for Excel, LibreOffice and others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

from evigraph.errors import EnvironmentFaultError, LimitError
from evigraph.exporting.sheets import Column, Sheet
from evigraph.exporting.source import Source
from evigraph.tables_guard import guarded

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: The most that a cell, a sheet and the name of a sheet hold (Microsoft, *Excel specifications and limits*).
CELL, ROWS, NAME = 32_767, 1_048_576, 31
#: What XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: In the place of the time of writing, which would make every run another file.
_MOMENT = datetime(1980, 1, 1)
_WIDEST = 60


class _Told:
    """How many cells could not be kept as they are."""

    def __init__(self) -> None:
        self.quoted = self.cut = self.cleaned = 0

    def lines(self) -> list[str]:
        said = (
            (self.quoted, "marked as text, since a spreadsheet would take them for formulas"),
            (self.cut, f"cut at {CELL:,} characters, the most that a cell holds; csv has them whole"),
            (self.cleaned, "with characters that XML cannot hold, replaced by \N{REPLACEMENT CHARACTER}"),
        )
        return [f"{count:,} cells {what}" for count, what in said if count]


def write(source: Source, out: IO[bytes]) -> list[str]:
    """Write the tables of a review as the sheets of a workbook; as :func:`workbook`."""
    return workbook(source.sheets, source.title, out)


def workbook(tables: Sequence[Sheet], title: str, out: IO[bytes]) -> list[str]:
    """Write tables as the sheets of a workbook.

    Whole numbers and decimals are numbers; all else is text, and marked as such.

    Args:
        tables: The tables.
        title: The title in the properties of the workbook.
        out: What to write to.

    Returns:
        What to tell the reader.

    Raises:
        EnvironmentFaultError: openpyxl is not installed.
        LimitError: A table has more rows than a sheet holds.
    """
    try:
        import openpyxl
    except ImportError:
        message = "xlsx needs openpyxl; run pip install 'evigraph[spreadsheets]', or write csv"
        raise EnvironmentFaultError(message) from None
    book, told = openpyxl.Workbook(), _Told()
    book.remove(book.active)
    for sheet in tables:
        if len(sheet.rows) >= ROWS:
            raise LimitError(f"{sheet.name}: {len(sheet.rows):,} rows; a sheet holds {ROWS:,}; write csv")
        _fill(book.create_sheet(sheet.name[:NAME]), sheet, told)
    book.properties.title, book.properties.creator = (
        _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", title),
        "evigraph",
    )
    book.properties.created = book.properties.modified = _MOMENT
    _save(book, out)
    return [f"{len(tables)} sheets", *told.lines()]


def _fill(page: Worksheet, sheet: Sheet, told: _Told) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    page.freeze_panes = "B2"
    for at, column in enumerate(sheet.columns, 1):
        page.cell(1, at, column.name).font = Font(bold=True)
        longest = max((len(row[at - 1]) for row in sheet.rows), default=0)
        page.column_dimensions[get_column_letter(at)].width = min(max(longest, len(column.name)) + 2, _WIDEST)
    for down, row in enumerate(sheet.rows, 2):
        for at, (column, text) in enumerate(zip(sheet.columns, row, strict=True), 1):
            if text:
                _put(page.cell(down, at), column, text, told)
    if sheet.rows:
        page.auto_filter.ref = page.dimensions


def _put(cell: Any, column: Column, text: str, told: _Told) -> None:
    if column.datatype in ("integer", "nonNegativeInteger", "positiveInteger") and _small(text):
        cell.value = int(text)
        return
    clean = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    told.cleaned += clean != text
    told.cut += len(clean) > CELL
    cell.value = clean[:CELL]
    cell.data_type = "s"  # never a formula, whatever it begins with
    if guarded(text) != text and column.datatype == "string":
        cell.quotePrefix = True  # stays a text when a person edits the cell
        told.quoted += 1


def _small(text: str) -> bool:
    """Whether a whole number survives as the floating-point number that a spreadsheet makes of it."""
    return re.fullmatch(r"-?(0|[1-9][0-9]{0,14})", text) is not None and text != "-0"


def _save(book: Any, out: IO[bytes]) -> None:
    """Save without the time of writing, which the archive would name for each of its files."""
    import io
    import zipfile

    from openpyxl.writer.excel import ExcelWriter

    from evigraph.exporting.archive import write_zip

    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).write_data()
    with zipfile.ZipFile(raw) as archive:
        write_zip(out, {name: archive.read(name) for name in archive.namelist()})
