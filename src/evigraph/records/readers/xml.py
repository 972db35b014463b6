"""XML files of records, parsed without entities or anything from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from evigraph.errors import InputError
from evigraph.texts import one_line

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def elements(path: str, text: str, *names: str) -> Iterator[tuple[str, Element]]:
    """The elements of these names, each with the file and line on which it begins.

    Raises:
        InputError: The file is no XML, or declares entities, with which small files become huge.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    bare = re.sub(r"^\s*<\?xml[^>]*\?>", lambda found: "\n" * found[0].count("\n"), text, count=1)
    try:
        root = fromstring(bare.encode("utf-8", "surrogatepass"))
    except ParseError as error:
        line = f":{error.position[0]}" if error.position else ""
        raise InputError(f"{path}{line}: broken XML: {error.msg}; export the file again") from None
    except DefusedXmlException:
        raise InputError(f"{path}: declares entities, which are not read; export the file again") from None
    except (ValueError, UnicodeError, RecursionError) as error:
        raise InputError(f"{path}: broken XML: {one_line(str(error))}; export the file again") from None
    starts = re.compile(rf"<({'|'.join(map(re.escape, names))})[\s>/]")
    uncommented = re.sub(
        r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", lambda found: re.sub(r"[^\n]", " ", found[0]), bare, flags=re.S
    )
    lines = iter(starts.finditer(uncommented))
    number, at = 1, 0
    for element in root.iter():
        if element.tag in names:
            if found := next(lines, None):
                number += uncommented.count("\n", at, found.start())
                at = found.start()
            yield f"{path}:{number}", element


def inner(element: Element | None, path: str = ".") -> str:
    """All text below the first element at a path, on one line; empty when there is none."""
    found = element.find(path) if element is not None else None
    return one_line("".join(found.itertext())) if found is not None else ""


def inners(element: Element, path: str) -> list[str]:
    """The texts below all elements at a path, without the empty ones."""
    return [text for found in element.iterfind(path) if (text := one_line("".join(found.itertext())))]
