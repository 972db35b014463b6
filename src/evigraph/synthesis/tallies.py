"""Vote counting by direction: how many studies point which way, by outcome and kind of comparison."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from evigraph.names import natural
from evigraph.synthesis.directions import DIRECTIONS, Effect
from evigraph.synthesis.signs import SignTest

#: Marks a number that rests on what was deduced, not stated.
MARK = "†"
#: Stands for an outcome that a finding does not name.
NO_OUTCOME = "not recorded"


@dataclass(frozen=True)
class Count:
    """How many studies have a direction.

    Attributes:
        studies: Their keys, sorted.
        stated: The keys of those that have it by what texts state alone, sorted.
    """

    studies: tuple[str, ...]
    stated: tuple[str, ...]

    @property
    def is_deduced(self) -> bool:
        """Whether texts alone would give other studies."""
        return self.studies != self.stated

    def __str__(self) -> str:
        return marked(len(self.studies), len(self.stated), self.is_deduced)

    def to_dict(self) -> dict[str, Any]:
        """The count as JSON has it."""
        return {
            "number": len(self.studies),
            "studies": list(self.studies),
            "rests_on_deduced": self.is_deduced,
            "number_stated": len(self.stated),
        }


@dataclass(frozen=True)
class Tally:
    """The studies that tell of one outcome in one kind of comparison; each counts once.

    Attributes:
        outcome: The local name of the outcome domain; empty when findings name none.
        comparison: The local name of the kind of comparison.
        effects: What each study says, sorted by study.
        stated: The same by what texts state alone.
    """

    outcome: str
    comparison: str
    effects: tuple[Effect, ...]
    stated: tuple[Effect, ...]

    @cached_property
    def counts(self) -> dict[str, Count]:
        """The studies by direction: those of :data:`DIRECTIONS`, then what else a review has."""
        own = {effect.direction for effect in (*self.effects, *self.stated)} - set(DIRECTIONS)
        return {
            direction: Count(_with(self.effects, direction), _with(self.stated, direction))
            for direction in (*DIRECTIONS, *sorted(own))
        }

    @cached_property
    def test(self) -> SignTest:
        """The sign test of benefit against harm."""
        return SignTest(*(len(self.counts[name].studies) for name in ("benefit", "harm")))

    @cached_property
    def stated_test(self) -> SignTest:
        """The same by what texts state alone."""
        return SignTest(*(len(self.counts[name].stated) for name in ("benefit", "harm")))

    @property
    def test_is_deduced(self) -> bool:
        """Whether the test rests on what was deduced."""
        return any(self.counts[name].is_deduced for name in ("benefit", "harm"))

    def test_cells(self) -> list[str]:
        """Number, p-value, and share of benefit with its interval, for a table."""
        deduced = self.test_is_deduced
        n = marked(self.test.n, self.stated_test.n, deduced)
        p = marked(p_in_words(self.test.p), p_in_words(self.stated_test.p), deduced)
        if self.test.interval is None:
            return [n, p, MARK if deduced else ""]
        low, high = self.test.interval
        return [n, p, f"{self.test.share:.2f} ({low:.2f} to {high:.2f}){MARK if deduced else ''}"]

    def to_dict(self) -> dict[str, Any]:
        """The tally as JSON has it."""
        return {
            "outcome": self.outcome or None,
            "comparison": self.comparison,
            "counts": {direction: count.to_dict() for direction, count in self.counts.items()},
            "sign_test": {**self.test.to_dict(), "rests_on_deduced": self.test_is_deduced},
            "sign_test_stated": self.stated_test.to_dict(),
        }


def tallies(effects: Iterable[Effect], stated: Iterable[Effect]) -> tuple[Tally, ...]:
    """Count studies by outcome, kind of comparison and direction.

    Args:
        effects: What each study says of each outcome in each kind of comparison.
        stated: The same by what texts state alone.
    """
    groups: dict[tuple[str, str], tuple[list[Effect], list[Effect]]] = {}
    for place, found in enumerate((effects, stated)):
        for effect in found:
            groups.setdefault((effect.outcome, effect.comparison), ([], []))[place].append(effect)
    order = sorted(groups, key=lambda key: (not key[0], *map(natural, key)))
    return tuple(Tally(*key, tuple(groups[key][0]), tuple(groups[key][1])) for key in order)


def marked(value: object, stated: object, deduced: bool) -> str:
    """A number as it is shown, with the mark and the number that texts alone give when it is another.

    Examples:
        >>> marked(2, 1, True), marked(2, 2, False)
        ('2† (1)', '2')
    """
    return f"{value}{MARK} ({stated})" if deduced else str(value)


def words(name: str) -> str:
    """A local name in words."""
    return name.replace("-", " ") or NO_OUTCOME


def _with(effects: Iterable[Effect], direction: str) -> tuple[str, ...]:
    return tuple(sorted(effect.study for effect in effects if effect.direction == direction))


def p_in_words(p: float | None) -> str:
    """A p-value as it is shown.

    Examples:
        >>> p_in_words(0.0004), p_in_words(None)
        ('<0.001', 'no test')
    """
    return "no test" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"
