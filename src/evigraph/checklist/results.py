"""What became of each item of the checklist, and how that is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from evigraph.checklist.items import Item
from evigraph.names import look_up
from evigraph.tables import csv_table, markdown_table


class Status(StrEnum):
    """How far the graph covers an item."""

    COVERED = "covered"
    IN_PART = "in part"
    NOT_RECORDED = "not recorded"
    NOT_COVERED = "not covered"


@dataclass(frozen=True)
class Checked:
    """An item and how far the graph covers it.

    Attributes:
        item: The item.
        status: How far.
        found: How much shows it: rows of its question, numbers of the flow, claims that can be counted; none
            where nothing could be asked.
        note: What is missing, how to record it, or why it cannot be.
    """

    item: Item
    status: Status
    found: int | None = None
    note: str = ""

    @property
    def number(self) -> str:
        """How much shows it, or an empty text where nothing could be asked."""
        return "" if self.found is None else str(self.found)

    def to_dict(self) -> dict[str, Any]:
        """The item as JSON has it."""
        return {
            "id": self.item.id,
            "section": self.item.section,
            "topic": self.item.topic,
            "what": self.item.what,
            "status": self.status.value,
            "question": self.item.question or None,
            "command": self.item.command or None,
            "found": self.found,
            "note": self.note,
        }


@dataclass(frozen=True)
class Checklist:
    """All items of the checklist, in their order.

    Attributes:
        review: The name of the review.
        trust: The level of trust at which its questions were asked.
        items: What became of each item.
    """

    review: str
    trust: str
    items: tuple[Checked, ...]

    def __iter__(self) -> Iterator[Checked]:
        return iter(self.items)

    def __getitem__(self, id: str) -> Checked:
        """The item of a number such as ``13a``.

        Raises:
            UnknownNameError: There is no such item.
        """
        return look_up("item of the checklist", id, {one.item.id: one for one in self.items})

    @property
    def counts(self) -> dict[str, int]:
        """How many items have each status."""
        return {status.value: sum(one.status is status for one in self.items) for status in Status}

    @property
    def summary(self) -> str:
        """The counts as one line."""
        return f"{len(self.items)} items: " + ", ".join(f"{word} {n}" for word, n in self.counts.items())

    def table(self) -> tuple[list[str], list[list[str]]]:
        """A header and one row an item."""
        rows = [
            [
                one.item.id,
                one.item.section,
                one.item.topic,
                one.item.what,
                one.status.value,
                one.item.shown_by,
                one.number,
                one.note,
            ]
            for one in self.items
        ]
        return ["item", "section", "topic", "what", "status", "shown by", "found", "note"], rows

    def to_json(self) -> str:
        """All items as JSON text, with how many have each status."""
        document = {
            "checklist": "PRISMA 2020",
            "review": self.review,
            "trust": self.trust,
            "counts": self.counts,
            "items": [one.to_dict() for one in self.items],
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def to_csv(self) -> str:
        """:meth:`table` as CSV."""
        return csv_table(*self.table())

    def to_markdown(self) -> str:
        """:meth:`table` as Markdown, with the counts below it."""
        return f"{markdown_table(*self.table())}\n{self.summary}\n"
