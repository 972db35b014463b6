"""What a reader of a file of records yields: items with their place, or a refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from evigraph.citations.entries import Refusal
from evigraph.records.stored import Item


@dataclass(frozen=True, slots=True)
class Judged:
    """A person's decision that a file carries with an entry.

    Attributes:
        answer: *include*, *exclude* or *unsure*.
        by: Who decided; empty when the file does not say.
        reason: Why an entry is excluded, in the words of the file.
        note: What else the person wrote.
    """

    answer: str
    by: str = ""
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry of a file.

    Attributes:
        where: The file and the line on which it begins, such as ``search.ris:12``.
        item: What it says, as an item of the Citation Style Language; what the language has no place for
            stands under ``custom``, by the names of the format.
        judged: The decisions that stand with it.
    """

    where: str
    item: Item
    judged: tuple[Judged, ...] = ()


#: What readers yield, in the order of the file; each is one record read.
Read = Found | Refusal
