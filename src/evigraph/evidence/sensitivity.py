"""How firm the claims of a review are: each rule dropped alone, each level of trust, each restriction.

A restriction is to the studies of one design or allocation that some study has, to those with a follow-up,
and to those followed for a year or more. A claim hangs on a rule when it fails once that rule alone is
dropped, and holds without any other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from evigraph.evidence.scenario import Scenario, Scenarios
from evigraph.names import natural
from evigraph.resting import legend, marked, resting
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
        rests: Whether each of the two counts other studies by stated statements alone.
        stated: What the two are then.
    """

    change: str
    scenario: Scenario
    at_least: int
    at_most: int
    claims: dict[str, str]
    rests: tuple[bool, bool]
    stated: tuple[int, int]

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON has it."""
        return {
            "change": self.change,
            "scenario": self.scenario.to_dict(),
            "at_least": self.at_least,
            "at_most": self.at_most,
            "claims": self.claims,
            "deduced": any(self.rests),
            "stated": {"at_least": self.stated[0], "at_most": self.stated[1]} if any(self.rests) else None,
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
    def failing(self) -> dict[str, list[str]]:
        """The changes under which each claim that holds as things are fails; those that never do are out."""
        failing = {
            id: [row.change for row in self.rows[1:] if row.claims[id] not in HOLDS]
            for id, status in self.rows[0].claims.items()
            if status in HOLDS
        }
        return {id: changes for id, changes in failing.items() if changes}

    @property
    def hanging(self) -> dict[str, str]:
        """The claims that fail when exactly one of the rules is dropped: the identifier of that rule."""
        rules = {row.change: row.scenario.drop[0] for row in self.rows if row.scenario.drop}
        found = {id: [rules[c] for c in changes if c in rules] for id, changes in self.failing.items()}
        return {id: on[0] for id, on in found.items() if len(on) == 1}

    def to_json(self) -> str:
        """All rows as JSON text."""
        found = {
            "rows": [row.to_dict() for row in self.rows],
            "firm": self.firm,
            "hanging": self.hanging,
            "failing": self.failing,
        }
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"

    def table(self, *, marks: bool = True) -> tuple[list[str], list[list[str]]]:
        """A header and one row a change.

        Args:
            marks: Whether numbers that rest on deduced statements are marked.
        """
        ids = list(self.rows[0].claims)
        rows = []
        for row in self.rows:
            numbers = zip((row.at_least, row.at_most), row.rests, strict=True)
            least, most = (marked(number, rests=marks and rests) for number, rests in numbers)
            rows.append([row.change, least, most, *(row.claims[id] for id in ids)])
        return ["change", "at least", "at most", *ids], rows

    @property
    def legend(self) -> str:
        """What the marks mean; empty where nothing is marked."""
        return legend(f"{r.change} {r.stated[0]} to {r.stated[1]}" for r in self.rows if any(r.rests))

    def to_csv(self) -> str:
        """:meth:`table` as CSV, numbers without marks, and a last column that says which are deduced."""
        header, rows = self.table(marks=False)
        deduced = ["yes" if any(row.rests) else "no" for row in self.rows]
        return csv_table([*header, "deduced"], [[*row, d] for row, d in zip(rows, deduced, strict=True)])

    def to_markdown(self) -> str:
        """:meth:`table` as Markdown, and what the marks mean."""
        return markdown_table(*self.table()) + (f"\n{self.legend}\n" if self.legend else "")


def sensitivity(review: Review) -> Sensitivity:
    """The review as it is and under each change.

    Args:
        review: The review.
    """
    scenarios = Scenarios(review)
    return Sensitivity(tuple(_row(scenarios, *change) for change in _changes(review)))


def _row(scenarios: Scenarios, change: str, scenario: Scenario) -> Row:
    under = scenarios.under(scenario)
    stated = scenarios.under(replace(scenario, trust=Trust.STATED)).screening
    rest = resting(under.screening, stated)
    return Row(
        change,
        scenario,
        *_bounds(under.screening),
        claims={r.claim.id: r.status for r in scenarios.recounts(under) if r.status != "not derivable"},
        # At most counts all but those that are not met.
        rests=(Outcome.MET in rest, Outcome.NOT_MET in rest),
        stated=_bounds(stated),
    )


def _bounds(screening: Screening) -> tuple[int, int]:
    """How many studies are in, and how many may be."""
    counts = screening.counts
    met = counts[Outcome.MET.value]
    return met, met + counts[Outcome.CANNOT_TELL.value]


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
