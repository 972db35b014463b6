"""What of a record is compared, in the form in which it is compared."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evigraph.citations.entries import family, first, plain
from evigraph.records.stored import Record, authors_of, identifiers_of, title_of, year_of

#: Words that make a title that of another publication about the same work.
_KINDS = re.compile(
    r"\b(erratum|errata|correction|corrigendum|retraction|retracted|reply|response to|comment|commentary|"
    r"editorial|protocol|letter|author's reply|book review)\b",
    re.IGNORECASE,
)
#: What tells parts and years of a series apart: numbers, and Roman ones up to twenty.
_NUMBERS = re.compile(r"\b(?:\d+|(?=[ivx])x{0,2}(?:ix|iv|v?i{0,3}))\b", re.IGNORECASE)
#: A block with more records than this is compared along its order alone.
_LARGE, _WINDOW = 200, 40
_BEGINNING = 24


@dataclass(frozen=True, slots=True)
class Features:
    """A record as it is compared.

    Attributes:
        record: The record.
        doi: Its DOI, or an empty text.
        pmid: Its PMID, or an empty text.
        title: Letters and digits of its title.
        numbers: The numbers in its title, sorted.
        kinds: The words in it that tell a correction or a reply from what it is about.
        year: Its year, or none.
        author: The family name of its first author, or an empty text.
        pages: Its first page, or an empty text.
        volume: Its volume, or an empty text.
    """

    record: Record
    doi: str
    pmid: str
    title: str
    numbers: tuple[str, ...]
    kinds: tuple[str, ...]
    year: int | None
    author: str
    pages: str
    volume: str

    @property
    def fullness(self) -> tuple[int, int, int]:
        """How much the record says, by which the one to keep is chosen."""
        item = self.record.item
        return bool(self.doi) + bool(self.pmid), bool(item.get("abstract")), len(self.record.text)


def features(record: Record) -> Features:
    """What of a record is compared."""
    item = record.item
    names, title = identifiers_of(item), title_of(item)
    return Features(
        record=record,
        doi=names.get("doi", ""),
        pmid=names.get("pmid", ""),
        title=plain(title),
        numbers=tuple(sorted(number.lower() for number in _NUMBERS.findall(title) if number)),
        kinds=tuple(sorted({word.lower() for word in _KINDS.findall(title)})),
        year=year_of(item),
        author=family(first(authors_of(item))),
        pages=_first_page(str(item.get("page") or "")),
        volume=plain(str(item.get("volume") or "")),
    )


def pairs(records: Sequence[Features]) -> Iterator[tuple[int, int]]:
    """The pairs of records that may be duplicates, by their places, the first first; each at least once.

    Records are compared when they share the first author and nearly the year, the beginning or the end of the
    title, or volume and first page. So the work grows with the number of records, not with its square.
    """
    blocks: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(records):
        for key in _keys(one):
            blocks[key].append(place)
    for block in blocks.values():
        if len(block) <= _LARGE:
            for number, place in enumerate(block):
                for other in block[number + 1 :]:
                    yield place, other
        else:
            order = sorted(block, key=lambda place: records[place].title)
            for number, place in enumerate(order):
                for other in order[number + 1 : number + _WINDOW]:
                    yield (place, other) if place < other else (other, place)


def _keys(one: Features) -> Iterable[tuple[object, ...]]:
    if one.author and one.year is not None:
        yield "author", one.author, one.year
        yield "author", one.author, one.year + 1
    if len(one.title) >= _BEGINNING:
        yield "beginning", one.title[:_BEGINNING]
        yield "end", one.title[-_BEGINNING:]
    elif one.title:
        yield "title", one.title
    if one.volume and one.pages:
        yield "place", one.volume, one.pages


def _first_page(text: str) -> str:
    """The first page of a range, without what is before its digits or letters."""
    return plain(re.split(r"[-\u2010-\u2015,;]", text.strip(), maxsplit=1)[0])
