"""The formats of an export that are not RDF, each made by a module that is imported when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import IO, Final, cast

from evigraph.errors import UnknownNameError
from evigraph.exporting.source import Source


@dataclass(frozen=True)
class Other:
    """A format.

    Attributes:
        module: The module whose ``write(source, out)`` writes it and returns what to tell the reader.
        binary: Whether it is nothing that a terminal could show.
    """

    module: str
    binary: bool = False

    def write(self, source: Source, out: IO[bytes]) -> list[str]:
        """Write a review.

        Returns:
            What to tell the reader: how much was written, and what had to be changed.
        """
        write = cast("Callable[[Source, IO[bytes]], list[str]]", import_module(self.module).write)
        return write(source, out)


OTHER_FORMATS: Final[Mapping[str, Other]] = {
    "csv": Other("evigraph.exporting.csv_tables", binary=True),
    "xlsx": Other("evigraph.exporting.workbook", binary=True),
    "graphml": Other("evigraph.exporting.network"),
    "ro-crate": Other("evigraph.exporting.crate", binary=True),
    "nanopub": Other("evigraph.exporting.nanopubs"),
    "ris": Other("evigraph.records.writers.ris"),
    "bibtex": Other("evigraph.records.writers.bibtex"),
    "csl-json": Other("evigraph.records.writers.csl_json"),
    "asreview": Other("evigraph.records.writers.asreview"),
}


def other_format(name: str) -> Other:
    """The format of this name.

    Raises:
        UnknownNameError: There is none.
    """
    if name not in OTHER_FORMATS:
        raise UnknownNameError("format", name, OTHER_FORMATS)
    return OTHER_FORMATS[name]
