"""The XML that EndNote exports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from evigraph.records.dates import issued
from evigraph.records.found import Found, Read
from evigraph.records.names import name_of
from evigraph.records.readers.ris import judged_of
from evigraph.records.readers.xml import elements, inner, inners
from evigraph.records.stored import Item
from evigraph.texts import one_line

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAME = "EndNote XML"
_TYPES = {
    "Journal Article": "article-journal",
    "Electronic Article": "article-journal",
    "Book": "book",
    "Edited Book": "book",
    "Book Section": "chapter",
    "Conference Proceedings": "paper-conference",
    "Conference Paper": "paper-conference",
    "Thesis": "thesis",
    "Report": "report",
    "Web Page": "webpage",
    "Newspaper Article": "article-newspaper",
    "Magazine Article": "article-magazine",
    "Dataset": "dataset",
    "Unpublished Work": "manuscript",
}
_TEXTS = {
    "title": ("titles/title",),
    "container-title": ("periodical/full-title", "titles/secondary-title"),
    "container-title-short": ("periodical/abbr-1",),
    "collection-title": ("titles/tertiary-title",),
    "abstract": ("abstract",),
    "volume": ("volume",),
    "issue": ("number",),
    "page": ("pages",),
    "publisher": ("publisher",),
    "publisher-place": ("pub-location",),
    "edition": ("edition",),
    "language": ("language",),
    "DOI": ("electronic-resource-num",),
    "URL": ("urls/related-urls/url",),
    "note": ("notes",),
}
_NAMES = {"author": "contributors/authors/author", "editor": "contributors/secondary-authors/author"}
#: What is read above, or says nothing outside of EndNote.
_READ = (
    "titles",
    "contributors",
    "periodical",
    "dates",
    "keywords",
    "urls",
    "isbn",
    "ref-type",
    "database",
    "source-app",
)


def fits(text: str) -> bool:
    """Whether a file looks like EndNote's XML."""
    return "<records>" in text and ("<ref-type" in text or "<source-app" in text)


def read(path: str, text: str) -> Iterator[Read]:
    """The records of a file."""
    for where, element in elements(path, text, "record"):
        item = _item(element)
        yield Found(where, item, judged_of([item.get("note", "")]))


def _item(record: Element) -> Item:
    kind = record.find("ref-type")
    named = kind.get("name", "") if kind is not None else ""
    item: dict[str, Any] = {"type": _TYPES.get(named, "document")}
    for variable, paths in _TEXTS.items():
        if text := next((text for path in paths if (text := inner(record, path))), ""):
            item[variable] = text
    for variable, path in _NAMES.items():
        if names := [name for text in inners(record, path) if (name := name_of(text))]:
            item[variable] = names
    if words := inners(record, "keywords/keyword"):
        item["keyword"] = "; ".join(words)
    if number := inner(record, "isbn"):
        item["ISSN" if item["type"].startswith("article") else "ISBN"] = number
    year, day = inner(record, "dates/year"), inner(record, "dates/pub-dates/date")
    if date := issued(day) or issued(f"{year} {day}") or issued(year):
        item["issued"] = date
    custom = _rest(record)
    if named and named not in _TYPES:
        custom["ref-type"] = named
    if day and len((item.get("issued") or {"date-parts": [[0]]})["date-parts"][0]) < 2:
        custom["date"] = day
    return {**item, "custom": {"endnote": custom}} if custom else item


def _rest(record: Element) -> dict[str, str]:
    """What has no place in the language: call numbers, labels, the fields of one's own."""
    taken = {path for paths in _TEXTS.values() for path in paths} | set(_READ)
    return {
        part.tag: one_line("".join(part.itertext()))
        for part in record
        if part.tag not in taken and "".join(part.itertext()).strip()
    }
