"""How far reviews include the same studies: the citation matrix and the corrected covered area.

The corrected covered area is that of Pieper, Antoine, Mathes, Neugebauer and Eikermann (2014), Systematic
review finds overlapping reviews were not mentioned in every other overview, J Clin Epidemiol 67(4), 368-375:
CCA = (N - r) / (r * c - r), for N inclusions in c reviews of r different studies.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from evigraph.citations.catalogue import Publication, publications, reports_of
from evigraph.citations.chosen import chosen
from evigraph.described import Described
from evigraph.errors import InputError
from evigraph.tables import csv_table

if TYPE_CHECKING:
    from evigraph.review import Review

#: Pieper's words for overlap, by the per cent up to which each is used.
BANDS = ((5.0, "slight"), (10.0, "moderate"), (15.0, "high"), (float("inf"), "very high"))


@dataclass(frozen=True)
class Area:
    """The overlap of some reviews.

    Attributes:
        reviews: Their names.
        inclusions: How many studies they include, each counted in each review (N).
        studies: How many different studies these are (r).
        shared: How many of them are in two reviews or more.
    """

    reviews: tuple[str, ...]
    inclusions: int
    studies: int
    shared: int

    @property
    def cca(self) -> float | None:
        """The corrected covered area, from 0 to 1; none when no study is included."""
        room = self.studies * (len(self.reviews) - 1)
        return (self.inclusions - self.studies) / room if room else None

    @property
    def band(self) -> str:
        """Pieper's word for it; the bounds are 5, 10 and 15 per cent."""
        if self.cca is None:
            return "cannot tell"
        return next(word for bound, word in BANDS if 100 * self.cca <= bound)

    def to_dict(self) -> dict[str, Any]:
        """The area as plain values."""
        names = ("reviews", "inclusions", "studies", "shared", "cca", "band")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Overlap:
    """The overlap of reviews.

    Attributes:
        reviews: Their names.
        basis: What the choice of the studies rests on, for each review.
        matrix: For each study, the keys that each review has for it; mostly one or none.
    """

    reviews: tuple[str, ...]
    basis: tuple[str, ...]
    matrix: tuple[tuple[tuple[str, ...], ...], ...]

    @property
    def overall(self) -> Area:
        """The overlap of all of them."""
        return self.area(self.reviews)

    @property
    def pairs(self) -> tuple[Area, ...]:
        """The overlap of each two."""
        return tuple(self.area(pair) for pair in combinations(self.reviews, 2))

    def area(self, names: Sequence[str]) -> Area:
        """The overlap of some of the reviews."""
        places = [self.reviews.index(name) for name in names]
        counts = [sum(bool(row[place]) for place in places) for row in self.matrix]
        return Area(tuple(names), sum(counts), sum(c > 0 for c in counts), sum(c > 1 for c in counts))

    def table(self, *, shared: bool = True) -> tuple[list[str], list[list[str]]]:
        """A header of reviews and one row a study: the key that each review has for it.

        Args:
            shared: Only studies that two reviews or more include.
        """
        rows = [[", ".join(cell) for cell in row] for row in self.matrix]
        return list(self.reviews), [row for row in rows if not shared or sum(map(bool, row)) > 1]

    def areas(self) -> tuple[list[str], list[list[str]]]:
        """A header and one row for each two reviews, and for all when there are more than two."""
        areas = [*self.pairs, *([self.overall] if len(self.reviews) > 2 else [])]
        return ["reviews", "inclusions", "studies", "shared", "CCA", "overlap"], [
            [
                "all" if area.reviews == self.reviews and len(self.reviews) > 2 else " / ".join(area.reviews),
                str(area.inclusions),
                str(area.studies),
                str(area.shared),
                "" if area.cca is None else f"{100 * area.cca:.1f} %",
                area.band,
            ]
            for area in areas
        ]

    def to_json(self) -> str:
        """Everything as JSON text; the matrix has one object a study, with the keys in each review."""
        found = {
            "reviews": [{"name": n, "basis": b} for n, b in zip(self.reviews, self.basis, strict=True)],
            "overall": self.overall.to_dict(),
            "pairs": [area.to_dict() for area in self.pairs],
            "matrix": [dict(zip(self.reviews, row, strict=True)) for row in self.matrix],
        }
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"

    def to_csv(self) -> str:
        """The citation matrix: one row a study, one column a review."""
        header, rows = self.table(shared=False)
        return csv_table(header, rows)


def overlap(reviews: Iterable[Review]) -> Overlap:
    """Find which studies reviews share.

    A study is that of another review when publications of the two have an identifier in common, or title,
    year and first author. Studies that are so linked are one, whatever the order of the reviews.

    Args:
        reviews: Two or more. What each includes are the recorded decisions, or the verdicts where none is.

    Raises:
        InputError: There are fewer than two.
    """
    opened = list(reviews)
    if len(opened) < 2:
        raise InputError("an overlap is that of two reviews or more; name another")
    groups, bases = _Groups(), []
    for number, review in enumerate(opened):
        keys, basis = chosen(review)
        bases.append(basis)
        said = Described(review.folder.graph)
        by_iri = {work.iri: work for work in publications(said)}
        reports = reports_of(said)
        for key in keys:
            works = [by_iri[iri] for iri in reports[review.studies[key].value] if iri in by_iri]
            groups.add((number, key), works)
    rows = [
        tuple(tuple(sorted(key for at, key in group if at == place)) for place in range(len(opened)))
        for group in groups.all()
    ]
    return Overlap(tuple(_names(opened)), tuple(bases), tuple(sorted(rows, key=_first_key)))


def _first_key(row: tuple[tuple[str, ...], ...]) -> tuple[str, tuple[tuple[str, ...], ...]]:
    return min(key for cell in row for key in cell), row


def _names(reviews: Sequence[Review]) -> list[str]:
    names = [review.name for review in reviews]
    return [name if names.count(name) == 1 else f"{name} ({number})" for number, name in enumerate(names, 1)]


class _Groups:
    """Studies that publications tie together."""

    def __init__(self) -> None:
        self._parent: dict[tuple[int, str], tuple[int, str]] = {}
        self._works: dict[tuple[str, object], list[tuple[tuple[int, str], Publication]]] = defaultdict(list)

    def add(self, study: tuple[int, str], works: Iterable[Publication]) -> None:
        """Put in a study with its publications."""
        self._parent[study] = study
        for work in works:
            keys: list[tuple[str, object]] = [*work.identifiers.items()]
            if work.title_key:
                keys.append(("title", work.title_key))
            for key in keys:
                for other, its in self._works[key]:
                    if not _apart(work, its):
                        self._parent[self._root(other)] = self._root(study)
                self._works[key].append((study, work))

    def all(self) -> list[list[tuple[int, str]]]:
        """The groups, each of the studies that are one."""
        groups: dict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
        for study in self._parent:
            groups[self._root(study)].append(study)
        return list(groups.values())

    def _root(self, study: tuple[int, str]) -> tuple[int, str]:
        while self._parent[study] != study:
            study = self._parent[study]
        return study


def _apart(one: Publication, other: Publication) -> bool:
    """Whether two publications that share something have different DOIs, or else different PMIDs."""
    kind = next((k for k in ("doi", "pmid") if k in one.identifiers and k in other.identifiers), None)
    return kind is not None and one.identifiers[kind] != other.identifiers[kind]
