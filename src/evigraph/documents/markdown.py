"""A document as Markdown, for a repository or another text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evigraph.documents.model import Asked, Block, Document, Items, Link, Paragraph, Table, Text
from evigraph.tables import markdown_table


def markdown(document: Document) -> str:
    """The Markdown of a document.

    Args:
        document: Any; what would be markup in its texts is escaped.
    """
    parts = [f"# {escape(document.title)}", *map(_block, document.lead)]
    for section in document.sections:
        parts += [f"## {escape(section.title)}", *map(_block, section.blocks)]
    if document.asked:
        parts.append("## How each number was got")
        parts += [escape(document.closing)] if document.closing else []
        parts += map(_answer, document.asked)
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def escape(text: str) -> str:
    """A text on one line in which nothing is markup."""
    inline = re.sub(r"([\\`*_\[\]<>#|~&$])", r"\\\1", " ".join(text.split()))
    return re.sub(r"^([-+=]|\d+(?=[.)]))", _at_the_start, inline)


def _at_the_start(found: re.Match[str]) -> str:
    """What would begin a list or a heading, so that it does not."""
    return f"\\{found[1]}" if not found[1].isdigit() else f"{found[1]}\\"


def _text(text: Text) -> str:
    return "".join(map(_part, _merged(text)))


def _merged(text: Text) -> Iterator[str | Link]:
    """The links of a text, and the words between them: what stands at their start alone can begin a line."""
    words = ""
    for part in text:
        if isinstance(part, Link) and part.href:
            yield from ([words] if words else [])
            yield part
            words = ""
        else:
            words += str(part)
    yield words


def _part(part: str | Link) -> str:
    if isinstance(part, Link):
        return f"[{escape(part.text)}](<{part.href}>)"
    before, after = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
    return f"{' ' if before else ''}{escape(part)}{' ' if after and part.strip() else ''}"


def _cell(text: Text) -> str:
    # The writer of the table escapes bars itself.
    return _text(text).replace("\\|", "|")


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return _text(block.text)
    if isinstance(block, Items):
        return "\n".join(f"- {_text(item)}" for item in block.items)
    if isinstance(block, Table):
        rows = [[_cell(cell) for cell in row] for row in block.rows]
        table = markdown_table([_cell((cell,)) for cell in block.header], rows)
        return f"{escape(block.caption)}\n\n{table}"
    return f"*{escape(block.caption)}*\n\n{escape(block.figure.description)}"


def _answer(asked: Asked) -> str:
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", asked.text)), 3)
    query = f"\n\n{fence}sparql\n{asked.text.strip()}\n{fence}" if asked.text else ""
    rows = [[_cell((cell,)) for cell in row] for row in asked.rows]
    table = f"\n\n{markdown_table([_cell((cell,)) for cell in asked.header], rows)}" if rows else ""
    return f"### {escape(asked.title)}\n\n{_code(asked.command)}{query}{table}"


def _code(text: str) -> str:
    """A text as code within a line, whatever stands in it."""
    line = " ".join(text.splitlines())
    ticks = "`" * max(1, *(len(run) + 1 for run in re.findall(r"`+", line)), 1)
    room = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{room}{line}{room}{ticks}"
