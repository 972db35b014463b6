"""What a document is made of, before it is written as HTML or Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evigraph.drawing import Figure

#: Stands behind what rests on deduced statements.
DAGGER = "†"


@dataclass(frozen=True)
class Asked:
    """What was asked, with its answer: what stands behind numbers, tables and figures.

    Attributes:
        id: By which numbers and tables name it; once in a document.
        title: What was asked, in words.
        command: The command that gives the same answer.
        text: The text of the query; empty where a command that is no query gives the answer.
        header: The columns of the answer.
        rows: Its rows as short text.
    """

    id: str
    title: str
    command: str
    text: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Counted:
    """A number, and what it counts.

    Attributes:
        value: The number.
        asked: The id of the :class:`Asked` whose rows are counted.
        of: The column of which different values are counted; empty where rows are.
        where: Columns, and the values that a row must have one of to be counted.
        stated: The number by statements that some text makes, where that counts other things; none where it
            counts the same, so that the number rests on no deduction.
    """

    value: int
    asked: str
    of: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    stated: int | None = None

    def __str__(self) -> str:
        return f"{self.value:,}{DAGGER if self.stated is not None else ''}"

    @property
    def explanation(self) -> str:
        """What is counted, in words, and what it would be without deductions."""
        rows = " and ".join(f"{name} is {' or '.join(values)}" for name, values in self.where)
        what = f"different {self.of}" if self.of else "rows"
        words = f"{what} in the answer to {self.asked}" + (f", where {rows}" if rows else "")
        if self.stated is not None:
            words += f"; {self.stated} by what a text states alone"
        return words


@dataclass(frozen=True)
class Marked:
    """A text that rests on deduced statements alone."""

    text: str

    def __str__(self) -> str:
        return f"{self.text}{DAGGER}"


#: What a cell of a table, or a part of a sentence, can be.
Cell = str | Counted | Marked
#: A sentence or more.
Text = tuple[Cell, ...]


@dataclass(frozen=True)
class Paragraph:
    """Words in a row."""

    text: Text


@dataclass(frozen=True)
class Items:
    """A list, one text an item."""

    items: tuple[Text, ...]


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        caption: What it shows.
        header: Its columns.
        rows: Its rows; a cell is a text of one or more parts.
        asked: The id of the :class:`Asked` that it shows; empty where each number names its own.
        row_headers: Whether the first cell of a row says what the row is about.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    asked: str = ""
    row_headers: bool = True


@dataclass(frozen=True)
class Picture:
    """A figure with its caption, and the id of what was asked for it."""

    figure: Figure
    caption: str
    asked: str = ""


Block = Paragraph | Items | Table | Picture


@dataclass(frozen=True)
class Section:
    """A part of a document under a heading."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A page.

    Attributes:
        title: Its title.
        lead: What stands before the first heading.
        sections: Its parts.
        asked: All that was asked for it, in the order in which it was.
        closing: What to say of what was asked, before it is shown at the end.
    """

    title: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]
    asked: tuple[Asked, ...]
    closing: str = ""

    def blocks(self) -> Iterator[Block]:
        """All blocks, in their order."""
        yield from self.lead
        for section in self.sections:
            yield from section.blocks

    def counted(self) -> Iterator[Counted]:
        """All numbers that count rows, in their order."""
        for block in self.blocks():
            for text in _texts(block):
                yield from (part for part in text if isinstance(part, Counted))

    def to_html(self) -> str:
        """The document as one HTML page that asks for nothing from outside."""
        from evigraph.documents.html import page

        return page(self)

    def to_markdown(self) -> str:
        """The document as Markdown of GitHub's kind; figures as what their descriptions say."""
        from evigraph.documents.markdown import markdown

        return markdown(self)


def words_of(text: Text) -> str:
    """A text as plain words, marked where it rests on deductions."""
    return "".join(map(str, text))


def _texts(block: Block) -> Iterable[Text]:
    if isinstance(block, Paragraph):
        return [block.text]
    if isinstance(block, Items):
        return block.items
    if isinstance(block, Table):
        return [cell for row in block.rows for cell in row]
    return []
