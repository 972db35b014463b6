"""How firm the claims of a review are: each rule dropped alone, each level of trust, each restriction.

A restriction is to the studies of one design or allocation that some study has, to those with a follow-up,
and to those followed for a year or more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from evigraph.claims import Recounts
from evigraph.evidence.scenario import Scenario, screened
from evigraph.names import natural
from evigraph.tables import csv_table, markdown_table
from evigraph.terms import evi, local_name
from evigraph.trust import Trust
from evigraph.verdicts import Outcome, Screening

if TYPE_CHECKING:
    from evigraph.review import Review

#: The properties by whose concepts studies are restricted.
_RESTRICTED = ("hasDesign", "hasAllocation")
_FOLLOW_UP = evi("followUpMonths")
#: Of a claim that can be counted: whether the recount allows it.
HOLDS = ("match", "consistent")


@dataclass(frozen=True)
class Row:
    """The review under one change.

    Attributes:
        change: What is other, in words.
        scenario: The same as a scenario.
        at_least: How many studies are shown to be in.
        at_most: How many may be.
        claims: The status of each claim that can be counted, by identifier.
    """

    change: str
    scenario: Scenario
    at_least: int
    at_most: int
    claims: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON has it."""
        return {
            "change": self.change,
            "scenario": self.scenario.to_dict(),
            "at_least": self.at_least,
            "at_most": self.at_most,
            "claims": self.claims,
        }


@dataclass(frozen=True)
class Sensitivity:
    """The review as it is, in the first row, and under each change."""

    rows: tuple[Row, ...]

    @property
    def firm(self) -> list[str]:
        """The claims that hold as things are and under every change."""
        return [id for id in self.rows[0].claims if all(row.claims[id] in HOLDS for row in self.rows)]

    @property
    def hanging(self) -> dict[str, list[str]]:
        """The claims that hold as things are and fail under exactly one change: which."""
        failing = {
            id: [row.change for row in self.rows[1:] if row.claims[id] not in HOLDS]
            for id, status in self.rows[0].claims.items()
            if status in HOLDS
        }
        return {id: changes for id, changes in failing.items() if len(changes) == 1}

    def to_json(self) -> str:
        """All rows as JSON text."""
        found = {"rows": [row.to_dict() for row in self.rows], "firm": self.firm, "hanging": self.hanging}
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"

    def table(self) -> tuple[list[str], list[list[str]]]:
        """A header and one row a change."""
        ids = list(self.rows[0].claims)
        numbers = [(row.change, str(row.at_least), str(row.at_most)) for row in self.rows]
        rows = [[*one, *(row.claims[id] for id in ids)] for one, row in zip(numbers, self.rows, strict=True)]
        return ["change", "at least", "at most", *ids], rows

    def to_csv(self) -> str:
        """:meth:`table` as CSV."""
        return csv_table(*self.table())

    def to_markdown(self) -> str:
        """:meth:`table` as Markdown."""
        return markdown_table(*self.table())


def sensitivity(review: Review) -> Sensitivity:
    """The review as it is and under each change.

    Args:
        review: The review.
    """
    rows = []
    for change, scenario in _changes(review):
        screening = screened(review, scenario)
        rows.append(_row(change, scenario, screening, review.claims(screening=screening)))
    return Sensitivity(tuple(rows))


def _row(change: str, scenario: Scenario, screening: Screening, claims: Recounts) -> Row:
    counts = screening.counts
    met, open_ = counts[Outcome.MET.value], counts[Outcome.CANNOT_TELL.value]
    countable = {r.claim.id: r.status for r in claims if r.status != "not derivable"}
    return Row(change, scenario, met, met + open_, countable)


def _changes(review: Review) -> Iterator[tuple[str, Scenario]]:
    """The changes in words, that of nothing first."""
    yield "as it is", Scenario()
    rules = review.criteria.rules
    for rule in rules if len(rules) > 1 else ():
        yield f"without {rule.id} {rule.name}", Scenario((rule.id,))
    for trust in Trust:
        if trust is not Trust.DEDUCED:
            yield f"trust {trust.value}", Scenario(trust=trust)
    quads = review.statements()
    if any(quad.predicate == _FOLLOW_UP for quad in quads):
        yield "only with a follow-up", Scenario(where=(("followUpMonths", ">=1"),))
        yield "only followed for a year or more", Scenario(where=(("followUpMonths", ">=12"),))
    for name in _RESTRICTED:
        used = {q.object for q in quads if q.predicate == evi(name) and isinstance(q.object, ox.NamedNode)}
        for concept in sorted(map(_slug, used), key=natural):
            yield f"only {concept}", Scenario(where=((name, concept),))


def _slug(concept: ox.NamedNode) -> str:
    return local_name(concept.value)
