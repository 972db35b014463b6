"""Works of Crossref: each with its references, as far as publishers deposit them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from evigraph.citations.entries import Cites, Entry, Item, UnusableError, entry
from evigraph.citations.readers.located import Record, dicts, inner, refusal, text_of, year_of

#: What Crossref and CSL call the kinds of works, and FaBiO.
TYPES = {
    "article-journal": "JournalArticle",
    "book": "Book",
    "book-chapter": "BookChapter",
    "chapter": "BookChapter",
    "journal-article": "JournalArticle",
    "monograph": "Book",
    "report": "ReportDocument",
}


def fits(work: dict[str, Any]) -> bool:
    """Whether a record is a work of Crossref; its titles are lists, where CSL has a text."""
    return (
        "DOI" in work
        and ("reference" in work or "indexed" in work)
        and not isinstance(work.get("title"), str)
    )


def read(records: list[Record]) -> Iterator[Item]:
    """The works and whom they cite."""
    for record in records:
        yield from cites(record, record.parts("reference"), referenced)


def cites(record: Record, references: list[Any], cited: Callable[[str, object], Entry]) -> Iterator[Item]:
    """A work of Crossref or CSL, and each of its references as ``cited`` reads it."""
    try:
        citing = work(record.where, record.value)
    except UnusableError as error:
        yield from (refusal(record.place(one), "citing", error) for one in references)
        return
    yield citing
    for one in references:
        try:
            yield Cites(record.place(one), citing, cited(record.place(one), one))
        except UnusableError as error:
            yield refusal(record.place(one), "cited", error)


def work(where: str, item: dict[str, Any]) -> Entry:
    """The entry of a work of Crossref or CSL.

    Raises:
        UnusableError: It cannot be told from others.
    """
    dates = next((item[name] for name in ("issued", "published", "published-print") if item.get(name)), None)
    parts = inner(dates, "date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    year = first[0] if isinstance(first, list) and first else inner(dates, "raw")
    return entry(
        where,
        {"doi": text_of(item.get("DOI"), "DOI"), "pmid": text_of(item.get("PMID"), "PMID")},
        title=text_of(item.get("title"), "title"),
        year=year_of(year),
        authors=[_name(one) for one in dicts(item.get("author"))],
        type=TYPES.get(str(item.get("type")), ""),
        journal=text_of(item.get("container-title"), "container-title"),
    )


def referenced(where: str, item: object) -> Entry:
    """The entry of a reference in a work of Crossref.

    Raises:
        UnusableError: It cannot be told from others.
    """
    if not isinstance(item, dict):
        raise UnusableError("is no JSON object")
    author = text_of(item.get("author"), "author")
    return entry(
        where,
        {"doi": text_of(item.get("DOI"), "DOI")},
        title=text_of(item.get("article-title") or item.get("volume-title"), "article-title"),
        year=year_of(item.get("year")),
        authors=[author] if author else [],
        journal=text_of(item.get("journal-title"), "journal-title"),
    )


def _name(author: dict[str, Any]) -> str:
    family, given = text_of(author.get("family"), "family"), text_of(author.get("given"), "given")
    return ", ".join(filter(None, (family, given))) or text_of(
        author.get("name") or author.get("literal"), "name"
    )
