"""Sorts what the serialiser takes from a hash table, and parts the subjects by empty lines.

Literals never hold a raw line feed in Turtle and TriG, so a line is always a piece of syntax.
"""

from __future__ import annotations

import re
from typing import IO

import pyoxigraph as ox

#: Bytes that are tidied at a time; the head of a text is well below that.
PIECE = 1_000_000
_ROOT = re.compile(rb"(?<=<rdf:RDF )[^>]*")


class Tidied:
    """Takes what a serialiser writes and passes it on tidied, piece by piece.

    Args:
        out: Where it goes.
        format: What the serialiser writes.
    """

    def __init__(self, out: IO[bytes], format: ox.RdfFormat) -> None:
        self._out = out
        self._layout = _Layout() if format in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG) else None
        self._is_xml = format == ox.RdfFormat.RDF_XML
        self._waiting = bytearray()
        self._size = 0
        self._end = b""

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self._waiting += data
        if len(self._waiting) > PIECE:
            # Of lines only whole ones; other formats may be cut anywhere.
            end = self._waiting.rfind(b"\n") + 1 if self._layout else len(self._waiting)
            self._pass_on(bytes(self._waiting[:end]))
            del self._waiting[:end]
        return len(data)

    def flush(self) -> None:
        """Nothing: pieces are passed on as they become whole."""

    def finish(self) -> int:
        """Pass on the rest.

        Returns:
            The number of bytes that were passed on in all.
        """
        self._pass_on(bytes(self._waiting))
        if self._end != b"\n":
            self._pass_on(b"\n")
        return self._size

    def _pass_on(self, data: bytes) -> None:
        if not data:
            return
        if self._layout:
            data = self._layout(data)
        elif self._is_xml:
            if not self._size:
                data = _ROOT.sub(lambda m: b" ".join(sorted(m[0].split())), data, count=1)
            data = data.replace(b"\r", b"&#13;")  # XML readers turn a bare one into a line feed
        self._out.write(data)
        self._size += len(data)
        self._end = data[-1:]


class _Layout:
    """The lines of Turtle and TriG, laid out; keeps from piece to piece where it is."""

    def __init__(self) -> None:
        self._head: list[bytes] | None = []
        self._indent = b""  # a subject stands at the margin, or one tab in when inside a graph
        self._last = b""

    def __call__(self, data: bytes) -> bytes:
        lines: list[bytes] = []
        indent, last = self._indent, self._last
        for line in data.removesuffix(b"\n").split(b"\n"):
            if self._head is not None:
                if line.startswith(b"@prefix "):
                    self._head.append(line)
                    continue
                lines += sorted(self._head)
                self._head = None
            if line == b"}":
                indent = b""
            elif line.startswith(indent) and not line.startswith(b"\t", len(indent)):
                if not last.endswith(b" {"):
                    lines.append(b"")
                if not indent and line.endswith(b" {"):
                    indent = b"\t"
            lines.append(line)
            last = line
        self._indent, self._last = indent, last
        return b"\n".join(lines) + b"\n" if lines else b""
