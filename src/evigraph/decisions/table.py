"""Decisions in a table: one row for what one person says of one record or study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from evigraph.columns import csv_lines, require_cells, rows
from evigraph.decisions.recording import Act

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
    for where, cells in rows(path, csv_lines(path), COLUMNS, COLUMNS[:2]):
        require_cells(where, cells, COLUMNS[:2])
        said = {name: cell.strip() for name, cell in cells.items() if cell.strip()}
        said["name"], said["answer"] = said.pop("key"), said["answer"].lower()
        rules = tuple(said.pop("rule", "").replace(";", " ").split()) or default.rules
        yield replace(default, where=where, rules=rules, **said)
