"""PubMed XML, as PubMed and its E-utilities give it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from evigraph.records.dates import issued, month_of
from evigraph.records.found import Found, Read
from evigraph.records.names import Name
from evigraph.records.readers.xml import elements, inner, inners
from evigraph.records.stored import Item

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAME = "PubMed XML"
_TEXTS = {
    "title": ".//ArticleTitle",
    "container-title": ".//Journal/Title",
    "container-title-short": ".//Journal/ISOAbbreviation",
    "volume": ".//JournalIssue/Volume",
    "issue": ".//JournalIssue/Issue",
    "page": ".//Pagination/MedlinePgn",
    "language": ".//Language",
    "ISSN": ".//Journal/ISSN",
    "ISBN": ".//Book/Isbn",
    "publisher": ".//Publisher/PublisherName",
    "publisher-place": ".//Publisher/PublisherLocation",
}
_LISTS = {
    "publication types": ".//PublicationType",
    "MeSH": ".//MeshHeading",
    "affiliations": ".//Affiliation",
}


def fits(text: str) -> bool:
    """Whether a file looks like PubMed's XML."""
    return "<PubmedArticle" in text or "<PubmedBookArticle" in text


def read(path: str, text: str) -> Iterator[Read]:
    """The articles and books of a file."""
    for where, element in elements(path, text, "PubmedArticle", "PubmedBookArticle"):
        yield Found(where, _item(element))


def _item(article: Element) -> Item:
    book = article.tag == "PubmedBookArticle"
    item: dict[str, Any] = {"type": "book" if book else "article-journal"}
    item |= {variable: text for variable, path in _TEXTS.items() if (text := inner(article, path))}
    if book and "title" not in item:
        item |= {"title": inner(article, ".//BookTitle")} if inner(article, ".//BookTitle") else {}
    ids = {
        one.get("IdType", ""): inner(one) for one in article.iterfind(".//PubmedData/ArticleIdList/ArticleId")
    }
    ids |= {one.get("EIdType", ""): inner(one) for one in article.iterfind(".//ELocationID") if inner(one)}
    for variable, value in (
        ("PMID", inner(article, ".//PMID")),
        ("DOI", ids.get("doi", "")),
        ("PMCID", ids.get("pmc", "")),
    ):
        if value:
            item[variable] = value
    if abstract := _abstract(article):
        item["abstract"] = abstract
    if names := [name for one in article.iterfind(".//AuthorList[1]/Author") if (name := _name(one))]:
        item["author"] = names
    if words := inners(article, ".//Keyword"):
        item["keyword"] = "; ".join(words)
    if date := _date(article):
        item["issued"] = date
    custom = {name: found for name, path in _LISTS.items() if (found := inners(article, path))}
    return {**item, "custom": {"pubmed": custom}} if custom else item


def _abstract(article: Element) -> str:
    parts = []
    for part in article.iterfind(".//Abstract/AbstractText"):
        label, text = part.get("Label", ""), inner(part)
        parts.append(f"{label}: {text}" if label and text else text)
    return " ".join(part for part in parts if part)


def _name(author: Element) -> Name | None:
    said = {
        "family": inner(author, "LastName"),
        "given": inner(author, "ForeName") or inner(author, "Initials"),
        "suffix": inner(author, "Suffix"),
        "literal": inner(author, "CollectiveName"),
    }
    return {key: text for key, text in said.items() if text} or None


def _date(article: Element) -> dict[str, Any] | None:
    """The date of the issue; of a range or a season the year."""
    date = article.find(".//JournalIssue/PubDate")
    if date is None:
        date = article.find(".//Book/PubDate")
    if date is None:
        return None
    year, month, day = (inner(date, name) for name in ("Year", "Month", "Day"))
    if not year:
        return issued(inner(date, "MedlineDate")[:4])
    number = month_of(month)
    return issued("/".join([year, *([str(number)] if number else []), *([day] if number and day else [])]))
