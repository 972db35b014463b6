"""Documents for a terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator

from evigraph.cli.common import on_one_line, table_lines
from evigraph.documents import Block, Document, Items, Paragraph, Picture, Table, words_of


def page_lines(document: Document) -> Iterator[str]:
    """The lines of a document, as wide as the terminal: no markup, tables as commands print them.

    Args:
        document: Any; control characters in its texts are made visible.

    Yields:
        Lines without line feeds. What was asked comes last, as the commands that give the same.
    """
    title = on_one_line(document.title)
    yield from _wrapped(title)
    yield "═" * min(len(title), _width())
    for block in document.lead:
        yield ""
        yield from _block(block)
    for section in document.sections:
        yield ""
        yield on_one_line(section.title).upper()
        for block in section.blocks:
            yield ""
            yield from _block(block)
    if document.asked:
        yield ""
        yield "HOW EACH ANSWER WAS GOT"
        yield ""
        yield from _wrapped(document.closing)
        for asked in document.asked:
            yield f"  {on_one_line(asked.command)}"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield from _wrapped(words_of(block.text))
    elif isinstance(block, Items):
        for item in block.items:
            yield from _wrapped(words_of(item), "- ")
    elif isinstance(block, Table):
        yield from _wrapped(f"{block.caption}:")
        rows = [[" ".join(words_of(cell).split()) for cell in row] for row in block.rows]
        yield from table_lines(block.header, rows)
    else:
        yield from _picture(block)


def _picture(picture: Picture) -> Iterator[str]:
    yield from _wrapped(f"{picture.caption}:")
    yield from _wrapped(picture.figure.description)


def _wrapped(text: str, start: str = "") -> list[str]:
    return textwrap.wrap(
        on_one_line(text),
        _width(),
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _width() -> int:
    return shutil.get_terminal_size((200, 24)).columns
