"""The items of the PRISMA 2020 checklist, read from the table beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_TABLE = Path(__file__).with_name("prisma2020.yaml")


@dataclass(frozen=True)
class Item:
    """An item of the checklist, and what of a graph shows it: a question, a command, or nothing.

    Attributes:
        id: Its number in the checklist, such as ``13a``.
        section: The part of a report that it is about.
        topic: What the checklist calls it.
        what: What it asks for, in our words.
        question: The name of the query whose rows are what it asks for, or empty.
        filled: The column without which a row counts for nothing, or empty.
        each: Columns that each thing should have a value in, with what such a thing has then.
        command: The command that shows it, or empty.
        why_not: Why the graph cannot hold it, or empty.
        lacks: What it asks for besides and the graph cannot hold, or empty.
        record: How what the question finds is recorded, or empty.
    """

    id: str
    section: str
    topic: str
    what: str
    question: str = ""
    filled: str = ""
    each: Mapping[str, str] = field(default_factory=dict, hash=False)
    command: str = ""
    why_not: str = ""
    lacks: str = ""
    record: str = ""

    @property
    def shown_by(self) -> str:
        """What a reader can run to see it, or an empty text."""
        if self.command:
            return f"evigraph {self.command}"
        return f"evigraph ask {self.question}" if self.question else ""


def prisma2020() -> tuple[Item, ...]:
    """The 42 items and sub-items of PRISMA 2020 in their order."""
    import yaml

    entries = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    return tuple(Item(**{"why_not" if k == "not" else k: v for k, v in entry.items()}) for entry in entries)
