"""RDF/XML that grows when it is read: entities are taken where they stand for namespaces, and else refused.

The parser puts in what an entity stands for, entities within entities too, so that a kilobyte can become
gigabytes and end the process. Ontologies use entities to shorten IRIs, which cannot grow.
"""

from __future__ import annotations

import mmap
import re
from pathlib import Path
from typing import Final

from evigraph.errors import InputError
from evigraph.fitness import place

_DECLARED: Final = re.compile(rb"<!ENTITY")
#: An entity that stands for a short text without another entity in it, as namespaces are.
_PLAIN: Final = re.compile(rb"<!ENTITY\s+[\w.:-]{1,100}\s+([\"'])[^\"'<>&%\s]{0,200}\1\s*>")


def require_plain_entities(path: str | Path, data: bytes | None = None) -> None:
    """Refuse a file that declares an entity that is no namespace.

    Args:
        path: The file.
        data: What is in it; read from the file, of any size, when left out.

    Raises:
        InputError: It does; the place is named.
    """
    if data is not None:
        _look(path, data)
        return
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        _look(path, mapped)


def _look(path: str | Path, data: bytes | mmap.mmap) -> None:
    for found in _DECLARED.finditer(data):
        if not _PLAIN.match(data, found.start()):
            line, column = place(data[: found.start()])
            raise InputError(
                f"{path}:{line}:{column}: declares an entity that is no namespace; write out what it is"
            )
