"""The records that an export for reference managers holds, and what it could not carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from evigraph.citations.catalogue import Publication, publications
from evigraph.exporting.source import Source
from evigraph.records.names import name_of
from evigraph.records.stored import Item, records_in


def items(source: Source) -> list[tuple[str, Item]]:
    """Key and item of each record; of each publication in a review that has no records."""
    records = records_in(source.statements)
    if records:
        return sorted(((record.key, record.item) for record in records), key=lambda one: one[0])
    return [(work.key, _item(work)) for work in sorted(publications(source.said), key=lambda work: work.key)]


def _item(work: Publication) -> Item:
    item: Item = {"type": "article-journal" if work.journal else "document", "id": work.key}
    if work.title:
        item["title"] = work.title
    if names := [name for text in work.authors if (name := name_of(text))]:
        item["author"] = names
    if work.year is not None:
        item["issued"] = {"date-parts": [[work.year]]}
    if work.journal:
        item["container-title"] = work.journal
    item |= {kind.upper(): value for kind, value in work.identifiers.items() if kind in ("doi", "pmid")}
    return item


class Lost:
    """Counts, by name, what a format has no place for."""

    def __init__(self, format: str) -> None:
        self._format, self._counts = format, Counter[str]()

    def add(self, names: Iterable[str]) -> None:
        """Note what one record lost."""
        self._counts.update(set(names))

    def lines(self) -> list[str]:
        """What to tell the reader."""
        if not self._counts:
            return []
        named = ", ".join(f"{name} ({count})" for name, count in sorted(self._counts.items()))
        return [f"{self._format} has no place for: {named}"]
