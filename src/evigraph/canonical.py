"""One graph, one text: sorted statements, the used prefixes only, written by pyoxigraph.

The order is by graph, subject, property (``rdf:type`` first) and value, each by code point of
its N-Triples form without brackets, so the bytes depend on the statements alone. Values keep the
text they were parsed with; nothing here goes through a store, which would rewrite literals. What
is too much for memory is sorted in temporary files.
"""

from __future__ import annotations

import io
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import IO, cast

import pyoxigraph as ox

from evigraph.marked import Pile, piles, text_of
from evigraph.sorting import SortedLines
from evigraph.tidying import Tidied

FORMATS: Mapping[str, ox.RdfFormat] = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_LINES = (ox.RdfFormat.N_QUADS, ox.RdfFormat.N_TRIPLES)
#: Statements that are serialised at a time.
_BATCH = 2_000


def serialize(quads: Iterable[ox.Quad], format: str, prefixes: Mapping[str, str]) -> bytes:
    """Write statements canonically.

    Args:
        quads: The statements; a format without graphs drops the graph and any repetition.
        format: A key of :data:`FORMATS`.
        prefixes: Prefix to namespace; only those that occur are declared.

    Returns:
        UTF-8 text that ends in a line feed, the same for the same set of statements.
    """
    out = io.BytesIO()
    with Text(format, prefixes) as text:
        for graph, pile in piles(nquads(quads)).items():
            text.add(graph, pile)
        text.write(out)
    return out.getvalue()


def nquads(quads: Iterable[ox.Quad]) -> bytes:
    """Statements as N-Quads, in the order in which they come."""
    return ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""


class Text:
    """Statements, of any number, that become one canonical text.

    Use it in a ``with`` statement: on leaving, its temporary files are gone.

    Args:
        format: A key of :data:`FORMATS`.
        prefixes: Prefix to namespace; only those that occur are declared.
    """

    def __init__(self, format: str, prefixes: Mapping[str, str]) -> None:
        self._format = FORMATS[format]
        self._unseen = dict(prefixes)
        self._used: dict[str, str] = {}
        self._lines = SortedLines()

    def __enter__(self) -> Text:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lines.__exit__(kind, error, trace)

    def add(self, graph: bytes, pile: Pile) -> None:
        """Add statements of one graph, named as by :func:`evigraph.marked.piles`."""
        named = self._format.supports_datasets
        self._lines.add(graph if named else b"", pile.lines)
        if self._format not in _LINES:
            self._look_for_prefixes({*pile.iris, graph} if named else pile.iris)

    def write(self, out: IO[bytes]) -> int:
        """Write all that was added.

        Returns:
            The number of bytes.
        """
        tidied = Tidied(out, self._format)
        if self._format in _LINES:
            for graph, block in self._blocks():
                tidied.write(text_of(block, graph))
        else:
            used = dict(sorted(self._used.items()))
            out = cast("IO[bytes]", tidied)  # it is only ever written to
            ox.serialize(self._quads(), out, format=self._format, prefixes=used)
        return tidied.finish()

    def _blocks(self) -> Iterator[tuple[bytes, list[bytes]]]:
        for graph in self._lines.groups():
            for block in self._lines.blocks(graph):
                for start in range(0, len(block), _BATCH):
                    yield graph, block[start : start + _BATCH]

    def _quads(self) -> Iterator[ox.Quad]:
        for graph, block in self._blocks():
            # Not checked again: it is what a parser gave.
            yield from ox.parse(text_of(block, graph), format=ox.RdfFormat.N_QUADS, lenient=True)

    def _look_for_prefixes(self, iris: set[bytes]) -> None:
        ordered = sorted(iris)
        for prefix, namespace in list(self._unseen.items()):
            start = b"<" + namespace.encode()
            at = bisect_left(ordered, start)
            if at < len(ordered) and ordered[at].startswith(start):
                self._used[prefix] = self._unseen.pop(prefix)
