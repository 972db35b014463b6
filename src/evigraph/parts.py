"""Files of any size, read a batch or a part at a time."""

from __future__ import annotations

import io
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from evigraph.entities import require_plain_entities
from evigraph.errors import InputError, OutOfOrderError
from evigraph.fitness import Fitness
from evigraph.reading import FAULTS, FORMAT_BY_SUFFIX, as_given, escapes_of, syntax_error
from evigraph.terms import GIVEN_GRAPH

#: Bytes of a file that one task reads.
PIECE = 16_000_000
_BATCH = 1000


def batches(
    path: Path, start: int = 0, end: int | None = None, default: ox.NamedNode = GIVEN_GRAPH
) -> Iterator[list[ox.Quad]]:
    """The statements of a file or a part of it, at most a thousand at a time.

    Args:
        path: The file.
        start: The first byte.
        end: The byte after the last; the end of the file when left out.
        default: The graph of statements that name none.

    Raises:
        InputError: The file has a syntax error, or holds what no text may.
        LimitError: A text in it is too long.
        OutOfOrderError: A part other than the first has one; reading the file whole says in which line.
    """
    format = FORMAT_BY_SUFFIX[path.suffix.lower()]
    if format == ox.RdfFormat.RDF_XML:
        require_plain_entities(path)
    try:
        with path.open("rb") as file:
            if not start and file.read(len(BOM_UTF8)) == BOM_UTF8:
                start = len(BOM_UTF8)
            fitness = Fitness(path, escapes_of(format), start)
            part = io.BufferedReader(_Part(file, start, end or path.stat().st_size, fitness), 1 << 20)
            batch: list[ox.Quad] = []
            for quad in ox.parse(part, format=format):
                if isinstance(quad.graph_name, ox.DefaultGraph):
                    quad = ox.Quad(quad.subject, quad.predicate, quad.object, default)
                batch.append(quad)
                if len(batch) == _BATCH:
                    yield as_given(batch)
                    batch = []
            yield as_given(batch)
    except FAULTS as error:
        if start > len(BOM_UTF8):
            raise OutOfOrderError from None
        raise syntax_error(path, error) from None


class _Part(io.RawIOBase):
    """A part of a file as a file."""

    def __init__(self, file: io.BufferedIOBase, start: int, end: int, fitness: Fitness) -> None:
        file.seek(start)
        self._file, self._left, self._fitness = file, end - start, fitness

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]  # a writable buffer
        data = self._file.read(min(len(buffer), self._left))
        self._fitness.take(data)
        self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)


def pieces(path: Path) -> list[tuple[int, int]]:
    """Parts of a file that begin and end between two subjects; the whole for other than line formats."""
    size = path.stat().st_size
    if not size:
        raise InputError(f"{path}: the file is empty")
    if path.suffix.lower() not in (".nq", ".nt"):
        return [(0, size)]
    bounds = [0]
    with path.open("rb") as file:
        while bounds[-1] + PIECE < size:
            file.seek(bounds[-1] + PIECE)
            file.readline()
            first = _stem(file.readline())
            at = file.tell()
            while (line := file.readline()) and _stem(line) == first:
                at = file.tell()
            bounds.append(at)
    return list(zip(bounds, [*bounds[1:], size], strict=True))


def _stem(line: bytes) -> bytes:
    return line.split(b" ", 1)[0].split(b"#", 1)[0].rstrip(b">")
