"""Tables as a ZIP of CSV files, described by CSV on the Web (W3C, *Metadata Vocabulary for Tabular Data*)."""

from __future__ import annotations

import json
from typing import IO, Any

from evigraph.exporting.archive import write_zip
from evigraph.exporting.sheets import Column, Sheet
from evigraph.exporting.source import Source
from evigraph.tables import csv_table
from evigraph.tables_guard import Guard

METADATA = "csv-metadata.json"


def write(source: Source, out: IO[bytes]) -> list[str]:
    """Write the tables of a review as CSV files with their metadata.

    Texts that a spreadsheet would obey are guarded by an apostrophe.

    Returns:
        What to tell the reader.
    """
    guard, files = Guard(), {}
    tables = source.sheets
    for sheet in tables:
        rows = [_guarded(sheet, row, guard) for row in sheet.rows]
        files[f"{sheet.name}.csv"] = csv_table([column.name for column in sheet.columns], rows).encode()
    files[METADATA] = (json.dumps(metadata(tables, source), ensure_ascii=False, indent=1) + "\n").encode()
    write_zip(out, files)
    return [f"{len(tables)} tables and {METADATA}", *([str(guard)] if guard.count else [])]


def _guarded(sheet: Sheet, row: tuple[str, ...], guard: Guard) -> list[str]:
    """Only texts are guarded: a number or an IRI is no formula."""
    safe = guard.row(
        cell for column, cell in zip(sheet.columns, row, strict=True) if column.datatype == "string"
    )
    texts = iter(safe)
    return [
        next(texts) if column.datatype == "string" else cell
        for column, cell in zip(sheet.columns, row, strict=True)
    ]


def metadata(tables: list[Sheet], source: Source) -> dict[str, Any]:
    """The CSVW metadata of the tables."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": source.title,
        "dc:source": source.iri,
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "header": True},
        "tables": [_table(sheet) for sheet in tables],
    }


def _table(sheet: Sheet) -> dict[str, Any]:
    schema: dict[str, Any] = {"columns": [_column(column) for column in sheet.columns]}
    if sheet.columns[0].name == "id":
        schema |= {"primaryKey": "id", "aboutUrl": "{+id}"}
    table: dict[str, Any] = {"url": f"{sheet.name}.csv", "tableSchema": schema}
    if sheet.kind:
        table["dc:type"] = sheet.kind
    return table


def _column(column: Column) -> dict[str, Any]:
    said: dict[str, Any] = {"name": column.name, "titles": column.name, "datatype": column.datatype}
    if column.property:
        said["propertyUrl"] = column.property
    if column.separator:
        said["separator"] = column.separator
    if column.name == "id":
        said |= {"required": True, "suppressOutput": True}
    if column.labels:
        said |= {"suppressOutput": True, "dc:description": f"labels of the values of {column.labels}"}
    return said
