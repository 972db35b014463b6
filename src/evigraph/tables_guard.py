"""Keeps a spreadsheet from obeying a text: a cell that would be read as a formula gets an apostrophe.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end for a formula
or a command when it opens a file of plain text (OWASP, *CSV injection*). What is guarded here can be taken
back without loss, texts that begin with an apostrophe of their own included. Only texts are guarded: a
number that is written as a number is no formula. Machine formats are never guarded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: A text that a spreadsheet may obey, or that was guarded already.
_OBEYED = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # a Japanese Excel obeys the wide ones
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    """A text as a cell that no spreadsheet obeys; :func:`unguarded` takes it back.

    Examples:
        >>> guarded("=1+1")
        "'=1+1"
        >>> guarded("a = b"), guarded("'quoted'")
        ('a = b', "'quoted'")
    """
    return f"'{text}" if _OBEYED.match(text) else text


def unguarded(cell: str) -> str:
    """The text of a cell that :func:`guarded` may have changed.

    Examples:
        >>> unguarded("'=1+1"), unguarded("=1+1"), unguarded("'quoted'")
        ('=1+1', '=1+1', "'quoted'")
    """
    return cell[1:] if _GUARDED.match(cell) else cell


class Guard:
    """Guards the cells of a table and counts those that it changed.

    Attributes:
        count: How many cells were changed so far.
    """

    def __init__(self) -> None:
        self.count = 0

    def row(self, cells: Iterable[str]) -> list[str]:
        """A row of texts, each guarded."""
        given = list(cells)
        safe = [guarded(cell) for cell in given]
        self.count += sum(one != other for one, other in zip(given, safe, strict=True))
        return safe

    def __str__(self) -> str:
        """What to tell the reader, such as ``guarded 2 cells``; empty when there were none."""
        cells = "cell" if self.count == 1 else "cells"
        if not self.count:
            return ""
        return (
            f"guarded {self.count} {cells} that a spreadsheet would take for a formula (a leading apostrophe)"
        )
