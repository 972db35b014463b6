"""CSL-JSON with references: those of Crossref's CSL, or items, DOIs or ids of items in the same file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evigraph.citations.entries import Entry, Item, entry
from evigraph.citations.readers.crossref import cites, referenced, work
from evigraph.citations.readers.located import Record


def fits(item: dict[str, Any]) -> bool:
    """Whether a record is an item of CSL-JSON."""
    return "type" in item and ("id" in item or isinstance(item.get("title"), str))


def read(records: list[Record]) -> Iterator[Item]:
    """The items and whom they cite."""
    by_id = {str(record.value["id"]): record for record in records if "id" in record.value}
    for record in records:
        references = [*record.parts("reference"), *record.parts("references")]
        yield from cites(record, references, lambda where, one: _cited(where, one, by_id))


def _cited(where: str, one: object, by_id: dict[str, Record]) -> Entry:
    if isinstance(one, str | int) and str(one) in by_id:
        named = by_id[str(one)]
        return work(named.where, named.value)
    if isinstance(one, str):
        return entry(where, {"doi": one})
    if isinstance(one, dict) and ("title" in one or "PMID" in one or isinstance(one.get("author"), list)):
        return work(where, one)
    return referenced(where, one)
