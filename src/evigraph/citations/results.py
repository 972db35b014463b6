"""What a measure of a citation network gives: rows with what they rest on, or why it means nothing."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evigraph.citations.network import CitationArrays, Work

Cell = Work | str | int | float | None
Row = tuple[Cell, ...]
#: Scores that differ by less are equal: the two routes round differently in the last digits.
DIGITS = 12


@dataclass(frozen=True)
class Result:
    """What a measure gave.

    Attributes:
        name: What it is called on the command line.
        title: What it is called in print.
        method: How it is computed, and after whom.
        columns: The names of the columns.
        rows: One row a result, the greatest first.
        facts: What holds of the network as a whole.
        reason: Why it means nothing here, or was not computed; empty when there are rows.
        failed: Whether it would mean something, but was not computed.
    """

    name: str
    title: str
    method: str
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    facts: Mapping[str, Cell] = field(default_factory=dict)
    reason: str = ""
    failed: bool = False

    def to_python(self) -> dict[str, object]:
        """The same for JSON; works by IRI, key and title."""
        return {
            "name": self.name,
            "title": self.title,
            "method": self.method,
            "meaningful": not self.reason or self.failed,
            "reason": self.reason or None,
            "facts": dict(self.facts),
            "rows": [
                {name: _plain(cell) for name, cell in zip(self.columns, row, strict=True)}
                for row in self.rows
            ],
        }

    def table(self) -> tuple[tuple[str, ...], list[list[str]]]:
        """Header and rows for a reader's eye: works by key, numbers with six digits."""
        return self.columns, [[shown(cell) for cell in row] for row in self.rows]

    def plain_table(self) -> tuple[tuple[str, ...], list[list[object]]]:
        """Header and rows for a program: works by IRI, numbers whole."""
        return self.columns, [[c.iri if isinstance(c, Work) else c for c in row] for row in self.rows]


def _plain(cell: Cell) -> object:
    return {"iri": cell.iri, "key": cell.key, "title": cell.title} if isinstance(cell, Work) else cell


def shown(cell: Cell) -> str:
    """A cell as short text."""
    if isinstance(cell, Work):
        return cell.key
    if isinstance(cell, float):
        return f"{cell:.6g}"
    return "" if cell is None else str(cell)


@dataclass(frozen=True)
class Structure:
    """What decides which measures of a network mean something.

    Attributes:
        works: How many works there are.
        citations: How many citations.
        lists: The works that cite others, each with its reference list.
        most_cited: The most lists that any work is in.
        between: How many works both cite and are cited.
        cycles: How many citations could be taken away before a part falls into two.
        roles: How many works have each role, the most first.
        loops: How many works are said to cite themselves.
    """

    works: int
    citations: int
    lists: tuple[Work, ...]
    most_cited: int
    between: int
    cycles: int
    roles: dict[str, int]
    loops: int


def structure_of(arrays: CitationArrays) -> Structure:
    """Look at a network as a whole."""
    references, citations = arrays.references, arrays.citations
    roles = Counter(work.role or "no role" for work in arrays.works)
    return Structure(
        len(arrays.works),
        len(arrays),
        tuple(arrays.works[place] for place in sorted(references)),
        max(map(len, citations.values()), default=0),
        len(references.keys() & citations.keys()),
        _cycles(arrays),
        dict(sorted(roles.items(), key=lambda pair: (-pair[1], pair[0]))),
        arrays.loops,
    )


def _cycles(arrays: CitationArrays) -> int:
    """The citations that join works which are joined already, directions left out."""
    parent = list(range(len(arrays.works)))
    found = 0
    for one, other in arrays.pairs:
        while parent[one] != one:
            parent[one] = one = parent[parent[one]]
        while parent[other] != other:
            parent[other] = other = parent[parent[other]]
        found += one == other
        parent[one] = other
    return found


def ranked(arrays: CitationArrays, scores: Sequence[float], top: int) -> list[tuple[Work, float]]:
    """The works with the greatest scores above zero; equal ones in order of IRI."""
    rounded = ((-round(score, DIGITS), place) for place, score in enumerate(scores) if score > 0)
    return [(arrays.works[place], -score) for score, place in heapq.nsmallest(top, rounded)]


def first(pairs: Iterable[tuple[tuple[int, int], int]], top: int) -> list[tuple[int, int, int]]:
    """The pairs with the greatest counts; equal ones in order."""
    return [(a, b, -count) for count, a, b in heapq.nsmallest(top, ((-n, a, b) for (a, b), n in pairs))]
