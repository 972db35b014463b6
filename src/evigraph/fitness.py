"""Whether bytes can be the text of a review: nothing in them that XML 1.0 cannot hold, in any guise."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from evigraph.errors import InputError

#: As far as it matches all is well; it is three times as quick as a search for what is not.
_FIT: Final = re.compile(rb"[\t\n\r -\xff]*+")
#: U+FFFE and U+FFFF, which UTF-8 can write and XML cannot hold.
_NO_SIGNS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
#: The signs that no text may hold, in text that was decoded.
UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: The same signs as Turtle, TriG, N-Quads and JSON write them, by number or by letter, and as XML does.
_ESCAPES: Final = {
    "backslash": re.compile(rb"\\(?:[bf]|(?:u|U0000)(?:00(?:0[0-8BCEFbcef]|1[0-9A-Fa-f])|[Ff]{3}[EFef]))"),
    "xml": re.compile(rb"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0*(?:[0-8BCEFbcef]|1[0-9A-Fa-f]));"),
}
#: More than the longest escape; what may be cut by the end of a piece.
_OVERLAP: Final = 64
_PIECE: Final = 1_000_000


class Fitness:
    """Looks at a file piece by piece.

    Args:
        path: The file, for messages.
        escapes: How its format writes signs by number: ``backslash``, ``xml``, or not at all.
        start: Where the first piece stands in the file.
    """

    def __init__(self, path: str | Path, escapes: str = "", start: int = 0) -> None:
        self._path, self._escaped, self._done, self._tail = path, _ESCAPES.get(escapes), start, b""

    def take(self, piece: bytes) -> None:
        """Look at the next piece.

        Raises:
            InputError: It holds what no text may; line and column are named.
        """
        data = self._tail + piece if self._tail else piece
        found = _first_unfit(data)
        if found < 0:
            found = self._first_escape(data)
        if found >= 0:
            at = self._done - len(self._tail) + found
            line, column = place(data, found) if at == found else _place_in_file(self._path, at)
            sign = self._called(data, found)
            raise InputError(f"{self._path}:{line}:{column}: holds {sign}, which no text may; take it out")
        self._done += len(piece)
        self._tail = data[-_OVERLAP:]

    def _first_escape(self, data: bytes) -> int:
        """The place of the first escape that stands for such a sign, or -1."""
        for escape in self._escaped.finditer(data) if self._escaped else ():
            before = data[max(0, escape.start() - _OVERLAP) : escape.start()]
            if (len(before) - len(before.rstrip(b"\\"))) % 2 == 0:  # else the backslash is itself escaped
                return escape.start()
        return -1

    def _called(self, data: bytes, at: int) -> str:
        """What stands at a place, such as ``U+0007``."""
        if self._escaped and (escape := self._escaped.match(data, at)):
            return escape[0].decode()
        number = ord(data[at : at + 3].decode("utf-8", "ignore")[0])
        return "NUL" if number == 0 else f"the control character U+{number:04X}"


def require_fit(path: Path, escapes: str = "") -> None:
    """Look at a whole file, of any size.

    Raises:
        InputError: As :meth:`Fitness.take`.
        OSError: It cannot be read.
    """
    fitness = Fitness(path, escapes)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            fitness.take(piece)


def place(data: bytes, at: int | None = None) -> tuple[int, int]:
    """Line and column of a byte, the end when left out; the first are 1."""
    lines = re.split(rb"\r\n|\n|\r", data[:at])
    return len(lines), len(lines[-1].decode("utf-8", "replace")) + 1


def _place_in_file(path: str | Path, at: int) -> tuple[int, int]:
    line, rest = 1, b""
    with Path(path).open("rb") as file:
        while at and (piece := file.read(min(_PIECE, at))):
            at -= len(piece)
            line += piece.count(b"\n")
            rest = (rest + piece).rpartition(b"\n")[2]
    return line, len(rest.decode("utf-8", "replace")) + 1


def _first_unfit(data: bytes) -> int:
    """The place of the first sign that no text may hold, or -1."""
    found = _FIT.match(data)
    places = [found.end()] if found and found.end() < len(data) else []
    if not data.isascii():
        places += [data.find(sign) for sign in _NO_SIGNS if sign in data]
    return min(places, default=-1)
