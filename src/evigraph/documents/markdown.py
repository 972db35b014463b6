"""A document as Markdown, for a repository or another text."""

from __future__ import annotations

import re

from evigraph.documents.model import Asked, Block, Document, Items, Paragraph, Table, words_of
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
    """A text in which nothing is markup."""
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", text)


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return escape(words_of(block.text))
    if isinstance(block, Items):
        return "\n".join(f"- {escape(words_of(item))}" for item in block.items)
    if isinstance(block, Table):
        rows = [[escape(words_of(cell)).replace("\\|", "|") for cell in row] for row in block.rows]
        return f"{escape(block.caption)}\n\n{markdown_table(block.header, rows)}"
    return f"*{escape(block.caption)}*\n\n{escape(block.figure.description)}"


def _answer(asked: Asked) -> str:
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", asked.text or "")), 3)
    query = f"\n\n{fence}sparql\n{asked.text.strip()}\n{fence}" if asked.text else ""
    rows = [[escape(cell).replace("\\|", "|") for cell in row] for row in asked.rows]
    table = f"\n\n{markdown_table(asked.header, rows)}" if rows else ""
    return f"### {escape(asked.title)}\n\n`{asked.command}`{query}{table}"
