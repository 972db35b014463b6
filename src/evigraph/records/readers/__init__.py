"""Readers of files of records, one a format; which one is seen from what is in the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from evigraph import texts
from evigraph.errors import InputError, UnknownNameError
from evigraph.records.found import Read
from evigraph.records.kinds import READERS


@dataclass(frozen=True)
class Reading:
    """What was read in one file.

    Attributes:
        name: The name of the file.
        sha256: The hash of its bytes.
        format: Which kind of file it is.
        read: Its entries and its refusals, in their order; what is wrong with the file as a whole is
            raised while they are taken.
        notes: What to tell the reader of the way it was read.
    """

    name: str
    sha256: str
    format: str
    read: Iterable[Read]
    notes: tuple[str, ...]


def read_records(
    path: str | Path,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    encoding: str = "",
) -> Reading:
    """Read a file of records.

    Args:
        path: The file; ``-`` is standard input.
        format: One of :data:`evigraph.records.kinds.READERS`; seen from the file when left out.
        columns: Column to field, of a table.
        encoding: What the file is in, where it does not say so itself and it is not UTF-8.

    Raises:
        InputError: The file cannot be read, is of no known format, or holds no entry.
        UnknownNameError: There is no such format, encoding, column or field.
    """
    given = texts.read(path, encoding)
    name = format or _seen(given)
    if name not in READERS:
        raise UnknownNameError("format", name, READERS)
    if columns and name != "table":
        raise InputError(f"{path}: is {name}, which has no columns; leave --column out")
    module, kind, notes = reader(name), name, []
    if format and not module.fits(given.text):
        _require_no_other(given, name)
    found: Iterable[Read]
    if name == "table":
        from evigraph.records.readers import table

        kind = table.kind_of(table.guess_header(given.text))
        notes.append(f"{given.name}: {table.described(given.text, columns or {})}")
        found = table.read(given.path, given.text, columns)
    else:
        found = module.read(given.path, given.text)
        notes += module.odd(given.path, given.text) if name == "ris" else ()
    seen = module.NAME if kind == name else kind
    return Reading(given.name, given.sha256, seen, _not_empty(given.path, seen, found), tuple(notes))


def _not_empty(path: str, format: str, read: Iterable[Read]) -> Iterator[Read]:
    empty = True
    for one in read:
        empty = False
        yield one
    if empty:
        raise InputError(f"{path}: holds no record as {format} has them; nothing can be read from it")


def reader(name: str) -> ModuleType:
    """The module that reads a format."""
    return import_module(f"evigraph.records.readers.{READERS[name]}")


def _require_no_other(given: texts.Text, name: str) -> None:
    """Refuse to read as one format what is plainly another; tables and lists are never plain."""
    other = next((o for o in READERS if o not in ("table", "apa", name) and reader(o).fits(given.text)), "")
    if other:
        raise InputError(f"{given.path}: is {other}, not {name}; leave --format out")


def _seen(given: texts.Text) -> str:
    for name in READERS:
        if reader(name).fits(given.text):
            return name
    raise InputError(f"{given.path}: looks like none of {', '.join(READERS)}; name one with --format")
