"""Bytes of any file as text: without a byte-order mark, with LF line ends, in the encoding that they have."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from evigraph.errors import InputError
from evigraph.reading import STDIN, read_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


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


def read(path: str | Path) -> Text:
    """Read a file of records.

    What is not UTF-8 and has no byte-order mark is taken for Windows-1252, as old exports are.

    Raises:
        InputError: There is no such file, it is empty, or it is no text.
    """
    data = read_bytes(path)
    piped = str(path) == STDIN
    original = data if piped else Path(path).read_bytes()
    encoding = next((name for mark, name in _MARKS if original.startswith(mark)), "utf-8")
    try:
        text = (original if encoding in ("utf-16", "utf-32") else data).decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise InputError(f"{path}: begins as {encoding} and is not; export it again as UTF-8") from None
        encoding = "windows-1252"
        text = data.decode(encoding, errors="replace")
    if "\x00" in text:
        raise InputError(f"{path}: is no text; name an export such as .ris, .bib, .nbib, .xml, .json or .csv")
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    name = "standard input" if piped else Path(path).name
    return Text(str(path), name, hashlib.sha256(original).hexdigest(), text, encoding)


def one_line(text: str) -> str:
    """A text on one line, each run of white space one blank."""
    return " ".join(text.split())
