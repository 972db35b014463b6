"""What citations show of authors, journals and years: self-citation and the age of what is cited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import Final

from evigraph.citations.network import (
    CitationArrays,
    classes_of,
    self_citation,
)
from evigraph.citations.results import Cell, Row
from evigraph.terms import local_name

#: Price (1970): what is cited counts as recent up to this age, in years.
RECENT: Final = 5


def self_citations(arrays: CitationArrays, top: int) -> tuple[list[Row], dict[str, Cell]]:
    """The citations between works that share an author or a journal.

    Authors are told apart by their printed names. Where a list of authors ends in et al. and no
    author of it is shared, it cannot be told.

    Returns:
        Rows of citing work, cited work and classes of CiTO, those of two classes first; and the counts.
    """
    rows: list[Row] = []
    counts = {True: [0, 0], False: [0, 0], None: [0, 0]}
    for citing, cited in arrays.pairs:
        one, other = arrays.works[citing], arrays.works[cited]
        for kind, held in enumerate(self_citation(one, other)):
            counts[held][kind] += 1
        if classes := classes_of(one, other):
            rows.append((one, other, ", ".join(map(local_name, classes))))
    rows.sort(key=lambda row: -str(row[2]).count(","))
    facts: dict[str, Cell] = {}
    for kind, name in enumerate(("author", "journal")):
        facts[f"by {name}"] = counts[True][kind]
        facts[f"not by {name}"] = counts[False][kind]
        facts[f"{name} cannot be told"] = counts[None][kind]
    return rows[:top], facts


def told(arrays: CitationArrays) -> bool:
    """Whether it can be told of any citation if it is a self-citation."""
    pairs = ((arrays.works[a], arrays.works[b]) for a, b in arrays.pairs)
    return any(held is not None for one, other in pairs for held in self_citation(one, other))


def ages(arrays: CitationArrays, top: int) -> tuple[list[Row], dict[str, Cell]]:
    """How old cited works were: the year of the citing work less that of the cited one.

    Returns:
        Rows of reference list, citations of known age, their median age and Price's index, the longest
        lists first; and the same for all citations.
    """
    lists = ages_by_list(arrays)
    order = sorted(lists, key=lambda place: (-len(lists[place]), place))
    rows: list[Row] = [
        (arrays.works[place], len(lists[place]), median(lists[place]), price(lists[place]))
        for place in order[:top]
    ]
    every = [age for some in lists.values() for age in some]
    facts: dict[str, Cell] = {
        "citations of known age": len(every),
        "of unknown age": len(arrays) - len(every),
        "median age": median(every),
        "least": min(every),
        "most": max(every),
        "Price's index": price(every),
        "cited before it was issued": sum(age < 0 for age in every),
    }
    return rows, facts


def ages_by_list(arrays: CitationArrays) -> dict[int, list[int]]:
    """For each citing work the ages of what it cites, where both years are known."""
    found: dict[int, list[int]] = defaultdict(list)
    for citing, cited in arrays.pairs:
        later, earlier = arrays.works[citing].year, arrays.works[cited].year
        if later is not None and earlier is not None:
            found[citing].append(later - earlier)
    return dict(found)


def price(found: Sequence[int]) -> float:
    """The share of ages up to five years."""
    return sum(age <= RECENT for age in found) / len(found)
