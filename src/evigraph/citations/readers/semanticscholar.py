"""Papers of Semantic Scholar: each with the papers it cites and those that cite it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evigraph.citations.entries import Cites, Entry, Item, UnusableError, entry
from evigraph.citations.readers.located import Record, dicts, inner, refusal, text_of, year_of

_TYPES = {"JournalArticle": "JournalArticle", "Book": "Book", "BookSection": "BookChapter"}


def fits(paper: dict[str, Any]) -> bool:
    """Whether a record is a paper of Semantic Scholar."""
    return "paperId" in paper or "externalIds" in paper


def read(records: list[Record]) -> Iterator[Item]:
    """The papers, whom they cite, and who cites them."""
    for record in records:
        linked = [(one, "cited") for one in record.parts("references")]
        linked += [(one, "citing") for one in record.parts("citations")]
        try:
            paper = _paper(record.where, record.value)
        except UnusableError as error:
            own = {"cited": "citing", "citing": "cited"}
            yield from (refusal(record.place(one), own[who], error) for one, who in linked)
            continue
        yield paper
        for one, who in linked:
            where = record.place(one)
            try:
                other = _paper(where, one)
            except UnusableError as error:
                yield refusal(where, who, error)
                continue
            yield Cites(where, paper, other) if who == "cited" else Cites(where, other, paper)


def _paper(where: str, paper: object) -> Entry:
    if not isinstance(paper, dict):
        raise UnusableError("is no JSON object")
    types = paper.get("publicationTypes")
    kinds = types if isinstance(types, list) else []
    return entry(
        where,
        {
            "doi": text_of(inner(paper, "externalIds", "DOI"), "DOI"),
            "pmid": text_of(inner(paper, "externalIds", "PubMed"), "PubMed"),
        },
        title=text_of(paper.get("title"), "title"),
        year=year_of(paper.get("year")),
        authors=[text_of(one.get("name"), "name") for one in dicts(paper.get("authors"))],
        type=next((_TYPES[kind] for kind in kinds if isinstance(kind, str) and kind in _TYPES), ""),
        journal=text_of(inner(paper, "journal", "name") or paper.get("venue"), "venue"),
    )
