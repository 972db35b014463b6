"""Marks numbers that rest on deduced statements: counting by stated ones alone gives other things.

The mark is for a reader's eye, in tables; in CSV and JSON numbers stay numbers, and a field says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.verdicts import Outcome, Screening

#: What stands behind a number, or an outcome, that rests on deduced statements.
MARK = "†"


def marked(text: object, *, rests: bool) -> str:
    """A number or an outcome as a reader sees it."""
    return f"{text}{MARK if rests else ''}"


def legend(others: Iterable[str]) -> str:
    """What the mark means, in one line; empty where nothing is marked.

    Args:
        others: What is counted by stated statements alone, for each thing that is marked.
    """
    listed = ", ".join(others)
    return f"{MARK} rests on deduced statements; by stated ones alone: {listed}" if listed else ""


def resting(screening: Screening, stated: Screening | None) -> set[Outcome]:
    """The outcomes that other studies have by stated statements alone.

    Args:
        screening: The verdicts.
        stated: The verdicts on the same studies by stated statements; none when they are not known.
    """
    from evigraph.verdicts import Outcome

    if stated is None or screening.trust is Trust.STATED:
        return set()
    return {outcome for outcome in Outcome if _having(screening, outcome) != _having(stated, outcome)}


def counts(screening: Screening, stated: Screening | None = None) -> str:
    """How many studies have each outcome, in words, with marks."""
    rest = resting(screening, stated)
    return ", ".join(
        f"{marked(number, rests=word in rest)} {word}" for word, number in screening.counts.items()
    )


def counts_legend(screening: Screening, stated: Screening | None) -> str:
    """What the marks of :func:`counts` mean; empty where there are none."""
    rest = resting(screening, stated)
    numbers = stated.counts if stated else {}
    return legend(f"{number} {word}" for word, number in numbers.items() if word in rest)


def counts_dict(screening: Screening, stated: Screening | None) -> dict[str, Any]:
    """The same as JSON has it: the outcomes whose counts rest on deduced statements, and the others."""
    rest = resting(screening, stated)
    return {
        "deduced": [word for word in screening.counts if word in rest],
        "stated": stated.counts if stated and rest else None,
    }


def _having(screening: Screening, outcome: Outcome) -> set[str]:
    return {study.iri for study in screening if study.outcome is outcome}
