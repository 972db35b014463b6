"""Statements as lines of bytes whose plain order is the canonical order.

A marked line is the N-Triples line of a statement without its end, and with control bytes put in:
one before the bracket that ends an IRI, so that an IRI sorts before those that it begins; one before
``rdf:type`` as a property, so that it comes first. Blank nodes get brackets and sort before IRIs.
N-Triples never holds these bytes itself, so taking them out gives the line back. Lines are marked
many at a time, because a loop in Python over each of many millions is what takes the time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from evigraph.terms import RDF, XSD

_TYPE = b"<" + RDF.encode() + b"type"
_END = b"\1> "
#: From the quote that begins a text to the end of the line, where a mark is. Only that one stands behind an
#: IRI: were each quote in the text tried, one of many would take the square of its length.
_IN_TEXT = re.compile(rb'(?<=\x01> )"[^\n\x01]*+\x01[^\n]*+')
_IN_STATEMENT = re.compile(rb"(?<=\x01> )<<\([^\n\x01]*+\x01[^\n]*+")
_BLANK = re.compile(rb"(?m)(^|\x01> )(_:\S+) ")
_MARKED_BLANK = re.compile(rb"<\x02(_:[^\x01]+)\x01>")


@dataclass
class Pile:
    """The statements of one graph.

    Attributes:
        lines: Marked lines, in no order.
        iris: ``<`` and the IRI for each IRI in them, and maybe other texts.
    """

    lines: list[bytes] = field(default_factory=list)
    iris: set[bytes] = field(default_factory=set)


def piles(data: bytes) -> dict[bytes, Pile]:
    """Part N-Quads by graph.

    Args:
        data: N-Quads as pyoxigraph writes them.

    Returns:
        By graph: its IRI after ``<``, for a blank node another text, empty for the default graph.
    """
    found: dict[bytes, Pile] = {}
    if not data:
        return found
    places = _Places(found)
    for line in _mark(data)[:-1].split(b"\n"):
        terms = line.split(_END)
        parts = len(terms)
        if parts > 3:  # subject, property, an IRI, maybe a graph, and the full stop
            if terms[2] == b"\1" + _TYPE:
                terms[2] = _TYPE  # a value like any other
                line = _END.join(terms)
            key = terms[3] if parts == 5 else b""
        else:  # what follows on a text is one of a few
            key = line[line.rfind(b'"') + 1 :]
            del terms[2]
        lines, iris, cut = places[key]
        lines.append(line[:cut])
        iris.update(terms[:3])
    for pile in found.values():
        if b"\1" + _TYPE in pile.iris:
            pile.iris.remove(b"\1" + _TYPE)
            pile.iris.add(_TYPE)
    return found


def text_of(lines: Sequence[bytes], graph: bytes = b"") -> bytes:
    """N-Quads from marked lines of one graph; N-Triples without one."""
    end = (b" " + graph + b"\1> .\n") if graph else b" .\n"
    data = end.join(lines) + end
    if b"\2" in data:
        data = _MARKED_BLANK.sub(rb"\1", data)
    return data.translate(None, b"\1")


def _mark(data: bytes) -> bytes:
    data = data.replace(b"> ", _END)
    # Where marks came into a text they would spoil its order; what follows on it needs none.
    if b"(" in data and b"\1> <<(" in data:
        data = _IN_STATEMENT.sub(_unmarked, data)
    if b'"' in data:
        data = _IN_TEXT.sub(_unmarked, data)
    if b"_" in data and b"_:" in data:  # one byte is found far faster than two
        for _ in range(2):  # a graph may follow on a value
            data = _BLANK.sub(b"\\1<\2\\2\1> ", data)
    return data.replace(b" " + _TYPE + _END, b" \1" + _TYPE + _END)


def _unmarked(found: re.Match[bytes]) -> bytes:
    return found[0].translate(None, b"\1")


class _Places(dict[bytes, tuple[list[bytes], set[bytes], int]]):
    """Where a line goes, and where it is cut off, by what it ends with."""

    def __init__(self, found: dict[bytes, Pile]) -> None:
        super().__init__()
        self._found = found

    def __missing__(self, key: bytes) -> tuple[list[bytes], set[bytes], int]:
        iris: set[bytes] = set()
        if not key:
            graph, cut = b"", len(b" .")
        elif not key.endswith(b"."):
            graph, cut = key.removeprefix(b"\1"), len(b" " + key + b"\1> .")
        else:  # such as '^^<datatype> <graph> .'
            fields = key.split(b" ")
            named = len(fields) > 2 and fields[-2].startswith((b"<", b"_:"))
            graph = fields[-2].removesuffix(b">") if named else b""
            if graph.startswith(b"_:"):
                graph = b"<\2" + graph
            cut = len(b" .") + (len(b" " + fields[-2]) if named else 0)
            iris.add(_datatype(fields[0]))
        pile = self._found.setdefault(graph, Pile())
        pile.iris |= iris
        self[key] = pile.lines, pile.iris, -cut
        return self[key]


def _datatype(after: bytes) -> bytes:
    """``<`` and the IRI of the datatype of a text, by what stands after it."""
    if after.startswith(b"^^"):
        return after[2:].removesuffix(b">")
    return b"<" + (RDF + "langString" if after.startswith(b"@") else XSD + "string").encode()
