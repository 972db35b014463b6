"""Works of OpenAlex: each with the OpenAlex identifiers of the works it cites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evigraph.citations.entries import Cites, Entry, Item, Refusal, UnusableError, entry
from evigraph.citations.readers.located import Record, dicts, inner, refusal, text_of, year_of

_TYPES = {
    "article": "JournalArticle",
    "book": "Book",
    "book-chapter": "BookChapter",
    "report": "ReportDocument",
}


def fits(work: dict[str, Any]) -> bool:
    """Whether a record is a work of OpenAlex."""
    return "referenced_works" in work or "openalex.org/" in str(work.get("id"))


def read(records: list[Record]) -> Iterator[Item]:
    """The works and whom they cite; where a cited work is in the file too, it is one with it."""
    for record in records:
        references = record.parts("referenced_works")
        try:
            citing = _work(record)
        except UnusableError as error:
            yield from (refusal(record.where, "citing", error) for _ in references)
            continue
        yield citing
        for reference in references:
            yield _cites(record.where, citing, reference)


def _cites(where: str, citing: Entry, reference: object) -> Cites | Refusal:
    try:
        return Cites(where, citing, entry(where, {"openalex": text_of(reference, "referenced_works")}))
    except UnusableError as error:
        return refusal(where, "cited", error)


def _work(record: Record) -> Entry:
    work = record.value
    names = [inner(one, "author", "display_name") for one in dicts(work.get("authorships"))]
    ids = {
        "openalex": work.get("id") or inner(work, "ids", "openalex"),
        "doi": work.get("doi") or inner(work, "ids", "doi"),
        "pmid": inner(work, "ids", "pmid"),
    }
    return entry(
        record.where,
        {kind: text_of(value, kind) for kind, value in ids.items()},
        title=text_of(work.get("title") or work.get("display_name"), "title"),
        year=year_of(work.get("publication_year")),
        authors=[text_of(name, "display_name") for name in names if name],
        type=_TYPES.get(str(work.get("type")), ""),
        journal=text_of(inner(work, "primary_location", "source", "display_name"), "display_name"),
    )
