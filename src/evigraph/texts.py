"""The one door for text: bytes of any file in, text out, or an error that names line and column.

Text is UTF-8, with or without a byte-order mark. What is not is never guessed at in silence: the error says
what it looks like, and who adds records may say what they are in (:func:`read`). No text may hold what XML
1.0 cannot (NUL and most control characters), since it could not be exported again.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evigraph.errors import EnvironmentFaultError, InputError, UnknownNameError
from evigraph.fitness import Fitness, place

STDIN = "-"
#: A file's first bytes, and the encoding that they stand for; the longer ones first.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: A file's first bytes, and what it is instead of text.
_NO_TEXT: Final = (
    (b"PK\x03\x04", "is a zip archive, or a document that is one; unpack it, or export it as text"),
    (b"\x1f\x8b", "is compressed with gzip; unpack it first"),
    (b"%PDF-", "is a PDF, no text; name an export such as .ris, .bib, .nbib, .xml, .json or .csv"),
    (b"\xd0\xcf\x11\xe0", "is an Office document, no text; save it as CSV UTF-8"),
)
#: Bytes that Windows-1252 has no sign for.
_NOT_WINDOWS: Final = frozenset(b"\x81\x8d\x8f\x90\x9d")
_NAMES: Final = ("utf-8", "windows-1252", "latin-1", "mac-roman", "utf-16", "gb18030", "shift-jis")


@dataclass(frozen=True)
class Text:
    """A file that was read.

    Attributes:
        path: Its path, as it was named.
        name: Its name.
        sha256: The hash of its bytes.
        text: What is in it, with LF line ends.
        encoding: The encoding that it was in.
    """

    path: str
    name: str
    sha256: str
    text: str
    encoding: str


def read_bytes(path: str | Path) -> bytes:
    """The content of a file or, for ``-``, of standard input, without a byte-order mark.

    Raises:
        InputError: There is no such file, it is a folder, or it is empty.
        EnvironmentFaultError: The system does not let it be read.
    """
    return _filled(path, _raw(path))


def read_text(path: str | Path) -> str:
    """The content of a UTF-8 file, with the line ends that it has.

    Raises:
        InputError: As :func:`read_bytes`, or it is no UTF-8, or holds what no text may; the place is named.
    """
    data = read_bytes(path)
    if mark := _marked(data):
        raise InputError(f"{path}:1:1: is {mark.upper()}, not UTF-8; save the file as UTF-8")
    return _utf8(path, data, "")


def read(path: str | Path, encoding: str = "") -> Text:
    """Read a file of records, with LF line ends.

    Args:
        path: The file; ``-`` is standard input.
        encoding: What it is in. When left out, what it says itself, by a byte-order mark or in the first
            line of an XML file; else UTF-8.

    Raises:
        InputError: It cannot be read, is in another encoding, or is no text; the place is named.
        UnknownNameError: There is no such encoding.
    """
    original = _raw(path)
    data = _filled(path, original)
    found = _known(encoding) if encoding else _marked(data) or _declared(data) or "utf-8"
    if found == "utf-8":
        text = _utf8(path, data, " with --encoding")
    else:
        text = _decoded(path, data, found)
        Fitness(path).take(text.encode("utf-8", "surrogatepass"))
    # Exports that were put one behind the other keep the mark of each.
    text = re.sub("^\ufeff", "", text.replace("\r\n", "\n").replace("\r", "\n"), flags=re.MULTILINE)
    name = "standard input" if str(path) == STDIN else Path(path).name
    return Text(str(path), name, hashlib.sha256(original).hexdigest(), text, found)


def first_line(data: bytes) -> str:
    """The first line of what a file begins with, in the encoding that it seems to be in."""
    text = data.decode(_marked(data) or "utf-8-sig", "replace")
    return re.split("[\r\n]", text.removeprefix("\ufeff"), maxsplit=1)[0]


def one_line(text: str) -> str:
    """A text on one line, each run of white space one blank."""
    return " ".join(text.split())


def _raw(path: str | Path) -> bytes:
    if not str(path):
        raise InputError("no file is named; name one, or - for standard input")
    try:
        if str(path) != STDIN:
            return Path(path).read_bytes()
        return b"" if sys.stdin is None else sys.stdin.buffer.read()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder; name a file in it") from None
    except OSError as error:
        raise EnvironmentFaultError(f"{path}: cannot be read: {error.strerror}") from None


def _filled(path: str | Path, data: bytes) -> bytes:
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data.strip():
        what = "standard input" if str(path) == STDIN else "the file"
        raise InputError(f"{path}: {what} is empty; nothing can be read from it")
    return data


def _marked(data: bytes) -> str:
    """The encoding that a byte-order mark stands for, or an empty text."""
    return next((name for mark, name in _MARKS if data.startswith(mark)), "")


def _declared(data: bytes) -> str:
    """The encoding that the first line of an XML file names, or an empty text."""
    found = re.match(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"']", data[:400])
    try:
        return _known(found[1].decode()) if found else ""
    except UnknownNameError:
        return ""


def _known(name: str) -> str:
    """The usual name of an encoding."""
    try:
        b"a".decode(name, "ignore")  # some codecs are for other things than text, and raise too
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        raise UnknownNameError("encoding", name, _NAMES) from None
    return "utf-8" if found in ("utf-8", "utf-8-sig", "ascii") else found


def _utf8(path: str | Path, data: bytes, way_out: str) -> str:
    for sign, what in _NO_TEXT:
        if data.startswith(sign):
            raise InputError(f"{path}: {what}")
    if b"\0" in data and _has_every_second_nul(data):
        said = f", or say that it is{way_out} utf-16-le" if way_out else ""
        raise InputError(f"{path}:1:1: looks like UTF-16 without a byte-order mark; save it as UTF-8{said}")
    Fitness(path).take(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = place(data, error.start)
        byte = f"byte 0x{data[error.start]:02X}"
        raise InputError(f"{path}:{line}:{column}: not UTF-8 ({byte}); {_advice(data, way_out)}") from None


def _advice(data: bytes, way_out: str) -> str:
    text = data.decode("utf-8", "replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    if sum(1 for sign in text if sign > "\x7f") > 2 * broken:
        return "the rest of the file is UTF-8, so mend that sign"
    if _NOT_WINDOWS & set(data):
        return "save the file as UTF-8" + (f", or say what it is in{way_out}" if way_out else "")
    said = f", or say so{way_out} windows-1252" if way_out else ""
    return f"it looks like Windows-1252: save the file as UTF-8{said}"


def _has_every_second_nul(data: bytes) -> bool:
    head = data[:2000]
    return max(head[0::2].count(0), head[1::2].count(0)) > len(head) // 4


def _decoded(path: str | Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        at = place(data[: error.start].decode(encoding, "replace").encode("utf-8", "replace"))
        byte = f"byte 0x{data[error.start]:02X}"
        raise InputError(
            f"{path}:{at[0]}:{at[1]}: not {encoding} ({byte}); name another encoding, or save it as UTF-8"
        ) from None
