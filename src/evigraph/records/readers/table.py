"""Tables, CSV and TSV: of anybody's making, and those of Rayyan, ASReview and Covidence."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from evigraph.citations.entries import Refusal
from evigraph.columns import cells_of, require_short
from evigraph.errors import InputError, UnknownNameError
from evigraph.records.dates import issued, month_of
from evigraph.records.found import Found, Judged, Read
from evigraph.records.names import names_in
from evigraph.records.readers.ris import judged_of
from evigraph.records.stored import Item
from evigraph.tables_guard import unguarded
from evigraph.texts import one_line

NAME = "table"
#: Fields of a record, and what their columns are called elsewhere, in small letters and digits alone.
ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title", "primarytitle", "articletitle", "documenttitle", "ti", "titel"),
    "author": ("authors", "author", "authornames", "firstauthors", "au", "autoren"),
    "year": ("year", "publishedyear", "publicationyear", "py", "pubyear", "jahr"),
    "month": ("publishedmonth", "month"),
    "date": ("date", "publicationdate", "issued", "publisheddate"),
    "container-title": (
        "journal", "sourcetitle", "journaltitle", "publicationtitle", "secondarytitle", "journalbook",
    ),
    "volume": ("volume", "vol"),
    "issue": ("issue", "number"),
    "page": ("pages", "page"),
    "first-page": ("startpage", "pagestart", "firstpage"),
    "last-page": ("endpage", "pageend", "lastpage"),
    "DOI": ("doi",),
    "PMID": ("pmid", "pubmedid"),
    "abstract": ("abstract", "abstractnote", "notesabstract", "ab"),
    "keyword": ("keywords", "authorkeywords", "manualtags", "keyword"),
    "URL": ("url", "urls", "link"),
    "publisher": ("publisher",),
    "language": ("language",),
    "ISSN": ("issn",),
    "ISBN": ("isbn",),
    "note": ("notes", "note"),
    "type": ("type", "itemtype", "documenttype", "publicationtype"),
    "id": ("key", "id", "recordid", "citationkey", "covidence", "ref"),
    "decision": (
        "included", "labelincluded", "finalincluded", "asreviewlabel", "asreviewlabelincluded",
        "abstractincluded", "labelabstractincluded", "label", "decision",
    ),
    "decided-by": ("decidedby", "reviewer", "screener"),
    "reason": ("exclusionreason", "exclusionreasons", "reason"),
}  # fmt: skip
_ANSWERS: Final = {
    "1": "include", "1.0": "include", "yes": "include", "include": "include", "included": "include",
    "relevant": "include", "true": "include", "0": "exclude", "0.0": "exclude", "no": "exclude",
    "exclude": "exclude", "excluded": "exclude", "irrelevant": "exclude", "not relevant": "exclude",
    "false": "exclude", "maybe": "unsure", "unsure": "unsure",
}  # fmt: skip
#: Columns that tables of ASReview have, and others hardly.
_ASREVIEW = ("asreviewlabel", "asreviewlabelincluded", "asreviewtime", "labelincluded", "finalincluded")
_UNDECIDED = ("", "-1", "-1.0", "nan", "none", "na", "n/a", "?")
_KINDS: Final = {
    "journal article": "article-journal",
    "article": "article-journal",
    "journalarticle": "article-journal",
    "review": "article-journal",
    "book": "book",
    "book chapter": "chapter",
    "thesis": "thesis",
    "report": "report",
    "conference paper": "paper-conference",
}


def fits(text: str) -> bool:
    """Whether a file has a header that names at least a title or an identifier."""
    header, _ = _header(text)
    return bool({"title", "DOI", "PMID"} & set(guess(header).values()))


def guess_header(text: str) -> list[str]:
    """The names of the columns."""
    return _header(text)[0]


def _header(text: str) -> tuple[list[str], str]:
    """The first row, and what parts its cells: the sign of which it has most."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max(",;\t|", key=lambda sign: (first.count(sign), sign == ","))
    return next(csv.reader(io.StringIO(first), delimiter=delimiter), []), delimiter


def guess(header: list[str], chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """The field of each column whose field is known, by its name.

    Args:
        header: The names of the columns.
        chosen: Column to field, where a person says so; an empty field keeps a column as it is.

    Raises:
        UnknownNameError: There is no such column or field.
    """
    found: dict[str, str] = {}
    for column, field in (chosen or {}).items():
        if column not in header:
            raise UnknownNameError("column", column, header)
        if field and field not in ALIASES:
            raise UnknownNameError("field", field, ALIASES)
        found[column] = field
    plain = {re.sub(r"[^a-z0-9]", "", column.lower()): column for column in reversed(header)}
    for field, names in ALIASES.items():
        column = next((plain[name] for name in names if name in plain and plain[name] not in found), "")
        if column and field not in found.values():
            found[column] = field
    return {column: field for column, field in found.items() if field}


def kind_of(header: list[str]) -> str:
    """Which program made a table, by its columns."""
    plain = {re.sub(r"[^a-z0-9#]", "", column.lower()) for column in header}
    if "covidence#" in plain:
        return "Covidence"
    if {
        "asreviewlabel",
        "asreviewlabelincluded",
        "asreviewtime",
        "labelincluded",
        "finalincluded",
    } & plain or "included" in plain:
        return "ASReview"
    return "Rayyan" if {"key", "notes", "authors", "pubmedid"} <= plain else NAME


def described(text: str, chosen: Mapping[str, str]) -> str:
    """What each column is taken for, for a reader to see."""
    header, _ = _header(text)
    known = guess(header, chosen)
    used = ", ".join(f"{column} → {field}" for column, field in known.items())
    rest = [column for column in header if column and column not in known]
    return f"columns: {used or 'none'}" + (f"; kept as they are: {', '.join(rest)}" if rest else "")


def read(path: str, text: str, chosen: Mapping[str, str] | None = None) -> Iterator[Read]:
    """The rows of a table; one with more or fewer cells than the header is refused.

    Raises:
        UnknownNameError: A column or field that was chosen does not exist.
        InputError: Two columns have one name, or a quotation mark is never closed.
        LimitError: A cell is too long.
    """
    header, delimiter = _header(text)
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise InputError(f"{path}:1: two columns are called {twice[0]!r}; rename one")
    known, made_by = guess(header, chosen), kind_of(header)
    reader = cells_of(text, delimiter)
    begun, before = False, 0
    while True:
        line = before + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            require_short(f"{path}:{line}", error)
            raise InputError(f"{path}:{line}: {error}; mend the quotation marks") from None
        before = reader.line_num
        if row is None:
            return
        if not begun or not any(cell.strip() for cell in row):
            begun = begun or any(cell.strip() for cell in row)
            continue
        where = f"{path}:{line}"
        if len(row) != len(header):
            # Where a cell is missing within a row, those behind it stand in the wrong columns.
            said = f"{len(row)} cells under {len(header)} columns; quote cells that hold {delimiter!r}"
            yield Refusal(where, said, broken=True)
        else:
            yield _found(where, dict(zip(header, map(unguarded, row), strict=False)), known, made_by)


def _found(where: str, row: dict[str, str], known: Mapping[str, str], made_by: str) -> Read:
    said = {field: row[column].strip() for column, field in known.items() if row.get(column, "").strip()}
    judged = list(judged_of([said.get("note", "")]))
    answer = said.pop("decision", "").lower()
    by, reason = said.pop("decided-by", ""), said.pop("reason", "")
    if answer in _ANSWERS:
        judged.append(Judged(_ANSWERS[answer], by, reason))
    elif answer not in _UNDECIDED and made_by != NAME:
        return Refusal(where, f"{answer!r} is no decision; 1, 0, include, exclude and unsure are")
    rest = {name: value for name, value in row.items() if name not in known and name and value.strip()}
    if answer and answer not in _ANSWERS:
        rest["decision"] = answer
    return Found(where, _item(said, rest), tuple(judged))


def _item(said: dict[str, str], rest: dict[str, str]) -> Item:
    kind = said.pop("type", "")
    item: dict[str, Any] = {"type": _KINDS.get(kind.lower(), "article-journal" if not kind else "document")}
    if kind and kind.lower() not in _KINDS:
        rest["type"] = kind
    if names := names_in(said.pop("author", "")):
        item["author"] = names
    first, last = said.pop("first-page", ""), said.pop("last-page", "")
    if first:
        item["page"] = f"{first}-{last}" if last else first
    year, month, date = said.pop("year", ""), said.pop("month", ""), said.pop("date", "")
    year = re.sub(r"\.0$", "", year)  # a spreadsheet or pandas made a number of it
    number = month_of(month)
    if said_on := issued(date) or issued(f"{year}/{number}" if number else year):
        item["issued"] = said_on
    else:
        rest |= {name: text for name, text in (("year", year), ("date", date)) if text}
    if "PMID" in said:
        said["PMID"] = re.sub(r"\.0$", "", said["PMID"])
    item |= {field: one_line(text) for field, text in said.items()}
    return {**item, "custom": {"table": rest}} if rest else item
