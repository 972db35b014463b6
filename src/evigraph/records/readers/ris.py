"""RIS: what most databases and reference managers export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from evigraph.citations.entries import Refusal, UnusableError, identifier
from evigraph.records.dates import issued
from evigraph.records.found import Found, Judged, Read
from evigraph.records.names import name_of
from evigraph.records.rayyan import judged_in
from evigraph.records.readers.tagged import Tags, ris_blocks, ris_tags
from evigraph.records.stored import Item

NAME = "RIS"
#: Types of RIS by those of the Citation Style Language; the first of each is what is written.
TYPES: Final = {
    "JOUR": "article-journal",
    "JFULL": "periodical",
    "BOOK": "book",
    "CHAP": "chapter",
    "THES": "thesis",
    "CONF": "paper-conference",
    "CPAPER": "paper-conference",
    "RPRT": "report",
    "ELEC": "webpage",
    "MGZN": "article-magazine",
    "NEWS": "article-newspaper",
    "UNPB": "manuscript",
    "PAT": "patent",
    "DATA": "dataset",
    "COMP": "software",
    "GEN": "document",
    "EJOUR": "article-journal",
    "EBOOK": "book",
    "ECHAP": "chapter",
    "ABST": "article-journal",
    "INPR": "article-journal",
    "WEB": "webpage",
}
#: Variables of the Citation Style Language, and the tags that hold them; the first is what is written.
TEXTS: Final = {
    "title": ("TI", "T1", "CT"),
    "container-title": ("T2", "JO", "JF", "JA", "BT"),
    "container-title-short": ("J2", "J1"),
    "collection-title": ("T3",),
    "abstract": ("AB", "N2"),
    "volume": ("VL",),
    "issue": ("IS",),
    "publisher": ("PB",),
    "publisher-place": ("CY",),
    "edition": ("ET",),
    "language": ("LA",),
    "URL": ("UR",),
    "note": ("N1",),
    "id": ("ID",),
}
NAMES: Final = {
    "author": ("AU", "A1"),
    "editor": ("ED", "A2"),
    "collection-editor": ("A3",),
    "translator": ("A4",),
}
_ISBN = re.compile(r"[0-9Xx-]{10,17}")
_ISSN = re.compile(r"[0-9]{4}-?[0-9]{3}[0-9Xx]")


def fits(text: str) -> bool:
    """Whether a file looks like RIS."""
    return re.search(r"^TY {1,3}-", text, re.MULTILINE) is not None


def odd(path: str, text: str) -> Iterator[str]:
    """What to tell the reader of entries that do not say where they end."""
    lines = [block.line for block in ris_blocks(text) if block.inside and not block.ended]
    if lines:
        more = f" ({len(lines) - 1} more)" if len(lines) > 1 else ""
        yield f"{path}:{lines[0]}: the entry has no ER line{more}; read as far as the next, or the end"


def read(path: str, text: str) -> Iterator[Read]:
    """The entries of a file; text between them is refused."""
    for block in ris_blocks(text):
        where = f"{path}:{block.line}"
        if not block.inside:
            yield Refusal(
                where, f"text outside of an entry, which begins with TY: {block.lines[0].strip()[:60]!r}"
            )
            continue
        tags = ris_tags(block)
        notes = [*tags.get("N1", []), *tags.get("N2", [])]
        yield Found(where, item_of(tags), judged_of(notes))


def judged_of(notes: list[str]) -> tuple[Judged, ...]:
    """The decisions that Rayyan left in notes."""
    return tuple(one for note in notes for one in judged_in(note))


def item_of(tags: Tags) -> Item:
    """An item of the Citation Style Language; tags without a place there stand under ``custom``."""
    left = {tag: list(values) for tag, values in tags.items() if values}
    kind = (left.pop("TY", None) or ["GEN"])[0].upper()
    item: dict[str, Any] = {"type": TYPES.get(kind, "document")}
    custom: dict[str, Any] = {}
    if next((tag for tag, type in TYPES.items() if type == item["type"]), "") != kind:
        custom["TY"] = [kind]
    for variable, aliases in TEXTS.items():
        if value := _take(left, aliases):
            item[variable] = value
    for variable, aliases in NAMES.items():
        # One tag only: A1 beside AU is often the same names again, and is kept as it is.
        tag = next((alias for alias in aliases if left.get(alias)), None)
        if tag and (names := [name for text in left.pop(tag) if (name := name_of(text))]):
            item[variable] = names
    if keywords := left.pop("KW", None):
        item["keyword"] = "; ".join(keywords)
    _identifiers(item, left)
    _pages(item, left)
    _date(item, left)
    custom |= left
    return {**item, "custom": {"ris": custom}} if custom else item


def _take(left: Tags, aliases: tuple[str, ...]) -> str | None:
    for alias in aliases:
        if left.get(alias):
            value = left[alias].pop(0)
            if not left[alias]:
                del left[alias]
            return value
    return None


def _identifiers(item: dict[str, Any], left: Tags) -> None:
    dois = left.pop("DO", [])
    good = next((doi for doi in dois if _is_doi(doi)), dois[0] if dois else None)
    if good is not None:
        item["DOI"] = good
        dois.remove(good)
    if dois:
        left["DO"] = dois
    numbers = left.get("SN", [])
    for variable, form in (("ISSN", _ISSN), ("ISBN", _ISBN)):
        if numbers and form.fullmatch(numbers[0]):
            item[variable] = numbers.pop(0)
    if not numbers:
        left.pop("SN", None)


def _is_doi(text: str) -> bool:
    try:
        return bool(identifier("doi", text))
    except UnusableError:
        return False


def _pages(item: dict[str, Any], left: Tags) -> None:
    if start := _take(left, ("SP",)):
        ends = left.get("EP", [])
        if len(ends) == 1 and "-" not in start + ends[0]:
            item["page"] = f"{start}-{left.pop('EP')[0]}"
        else:  # what is written from it must come back as it is
            item["page"] = start


def _date(item: dict[str, Any], left: Tags) -> None:
    """The day where one tells it and the year agrees, else the year; all else is kept as it is."""
    year = next((alias for alias in ("PY", "Y1") if left.get(alias)), None)
    said = issued(left[year][0]) if year else None
    day = issued(left["DA"][0]) if left.get("DA") else None
    if year and said:
        _take(left, (year,))
    if day and (said is None or _finer(day, said)) and not (year and said is None):
        _take(left, ("DA",))
        said = day
    if said:
        item["issued"] = said


def _finer(day: dict[str, Any], year: dict[str, Any]) -> bool:
    fine, rough = day["date-parts"][0], year["date-parts"][0]
    return bool(fine[: len(rough)] == rough)
