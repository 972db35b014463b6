"""Files of tagged lines, RIS and PubMed's, as entries of tags; rispy reads each entry.

rispy returns nothing for a file with a byte-order mark or CR line ends, loses a last entry without an
end, makes one of two when the end between them is missing, and drops what follows an end. So the
entries are cut here, each gets its end, and what stands between them is refused by its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rispy import RisParser

from evigraph.texts import one_line

#: Tag to values, in the order of the entry.
Tags = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one entry.

    Attributes:
        line: The line on which it begins.
        lines: Its lines, without the end.
        inside: Whether it begins as entries do; else it is text that belongs to none.
        ended: Whether a line says that it ends.
    """

    line: int
    lines: list[str]
    inside: bool
    ended: bool = False


class _Itself(dict[str, str]):
    """rispy's names of tags: the tags themselves, so that no two become one."""

    def __missing__(self, tag: str) -> str:
        return tag


class _All(list[str]):
    """rispy's tags that may stand more than once: all, so that no second is dropped."""

    def __contains__(self, tag: object) -> bool:
        return True


class _Ris(RisParser):  # type: ignore[misc]  # rispy has no types
    """Reads RIS whose values stand on one line each."""

    DEFAULT_MAPPING = _Itself()
    DEFAULT_LIST_TAGS = _All()
    DEFAULT_DELIMITER_MAPPING: dict[str, str] = {}  # noqa: RUF012  # rispy's own way

    def parse_line(self, line: str) -> tuple[str | None, str]:
        """Tag and content."""
        found = _RIS.match(line)
        return (found[1], found[2].strip()) if found else (None, line.strip())


class _Medline(_Ris):
    """Reads the format of PubMed, whose tags have up to four letters."""

    START_TAG = "PMID"

    def parse_line(self, line: str) -> tuple[str | None, str]:
        """As that of RIS."""
        found = _MEDLINE.match(line)
        return (found[1].strip(), found[2].strip()) if found else (None, line.strip())


#: Some write one blank before the hyphen, or none behind it.
_RIS = re.compile(r"([A-Z][A-Z0-9]) {1,3}-(?=\s|$)(.*)$")
_RIS_START = re.compile(r"TY {1,3}-( |$)")
_RIS_END = re.compile(r"ER {1,3}-\s*$")
_MEDLINE = re.compile(r"([A-Z][A-Z0-9 ]{3})- ?(.*)$")
_MEDLINE_START = re.compile(r"PMID- ")


def ris_blocks(text: str) -> Iterator[Block]:
    """The entries of a RIS file, whether they are ended or not."""
    return _blocks(text, _RIS_START, _RIS_END)


def medline_blocks(text: str) -> Iterator[Block]:
    """The entries of a file of PubMed."""
    return _blocks(text, _MEDLINE_START, re.compile(r"(?!)"))


def _blocks(text: str, start: re.Pattern[str], end: re.Pattern[str]) -> Iterator[Block]:
    block: Block | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if start.match(line):
            if block:
                yield block
            block = Block(number, [line], inside=True)
        elif end.match(line):
            if block:
                yield replace(block, ended=True)
            block = None
        elif block:
            block.lines.append(line)
        elif line.strip():
            block = Block(number, [line], inside=False)
    if block:
        yield block


def ris_tags(block: Block) -> Tags:
    """The tags of an entry of RIS, each with all its values, each value on one line."""
    # An end with text behind it, where rispy would stop, is a line of a text that looks like one.
    return _tags(_Ris, block, re.compile(rf"(?!ER){_RIS.pattern}"))


def medline_tags(block: Block) -> Tags:
    """The tags of an entry of PubMed."""
    return _tags(_Medline, block, _MEDLINE)


def _tags(parser: type[RisParser], block: Block, tag: re.Pattern[str]) -> Tags:
    """What rispy reads in an entry whose lines that go on were joined to those that they go on with.

    rispy takes the first line by its place, so each tag of the others is kept, a second start too.
    """
    lines: list[str] = []
    for line in block.lines:
        if tag.match(line) or not lines:
            lines.append(line)
        else:
            lines[-1] += f" {line}"
    first, *rest = lines
    start = f"{parser.START_TAG:4}- {first.partition('-')[2]}"
    (entry,) = parser().parse_lines(iter([start, *rest, "ER  - "]))
    return {tag: _values(value) for tag, value in entry.items()}


def _values(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [line for one in values if (line := one_line(str(one)))]
