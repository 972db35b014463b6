"""How far raters agree beyond chance, on answers without order.

A unit is what its raters answered, in any order that is the same for all units; units that got the
same answers are counted together.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: What the raters of a unit answered.
Unit = tuple[str, ...]
#: How many units there are of each kind.
Units = Mapping[Unit, int]
RESAMPLES = 1000
#: Resamples are the same in each run.
_SEED = 2008
#: Where more resamples than this have no value, an interval would be of the others alone.
_UNDEFINED = 0.05


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure with its 95 % interval; none where it is undefined, which is not the same as 0."""

    value: float | None
    low: float | None = None
    high: float | None = None


def percent(units: Units) -> float | None:
    """The share of pairs of answers to one unit that are alike, from 0 to 1."""
    alike = all_of_them = 0.0
    for unit, count in units.items():
        pairs = len(unit) * (len(unit) - 1)
        if pairs:
            same = sum(n * (n - 1) for n in Counter(unit).values())
            alike, all_of_them = alike + count * same / pairs, all_of_them + count
    return alike / all_of_them if all_of_them else None


def kappa(units: Units) -> float | None:
    """Cohen's kappa of two raters: J. Cohen, 1960, A coefficient of agreement for nominal scales."""
    total = sum(units.values())
    if not total:
        return None
    firsts, seconds = Counter[str](), Counter[str]()
    for (first, second), count in units.items():
        firsts[first] += count
        seconds[second] += count
    # In whole numbers: a chance of exactly 1 has to be seen as such.
    alike = sum(count for (first, second), count in units.items() if first == second) * total
    chance = sum(firsts[answer] * seconds[answer] for answer in firsts)
    return (alike - chance) / (total * total - chance) if chance != total * total else None


def ac1(units: Units) -> float | None:
    """Gwet's AC1: K. L. Gwet, 2008, Computing inter-rater reliability in the presence of high agreement.

    The answers that are possible are those that were given.
    """
    observed, shares = percent(units), _shares(units)
    if observed is None or len(shares) < 2:
        return None
    chance = sum(share * (1 - share) for share in shares.values()) / (len(shares) - 1)
    return (observed - chance) / (1 - chance)


def alpha(units: Units) -> float | None:
    """Krippendorff's alpha for nominal data: K. Krippendorff, 2011, Computing alpha-reliability.

    Any number of raters; a unit with fewer than two answers does not count.
    """
    answers = Counter[str]()
    differing = 0.0
    for unit, count in units.items():
        if len(unit) > 1:
            here = Counter(unit)
            pairs = len(unit) * len(unit) - sum(n * n for n in here.values())
            differing += count * pairs / (len(unit) - 1)
            for answer, number in here.items():
                answers[answer] += count * number
    total = sum(answers.values())
    expected = total * total - sum(number * number for number in answers.values())
    return 1 - (total - 1) * differing / expected if expected else None


#: The measures by their names; those that only two raters can have come with that number.
MEASURES: dict[str, tuple[Callable[[Units], float | None], int | None]] = {
    "percent": (percent, None),
    "kappa": (kappa, 2),
    "ac1": (ac1, 2),
    "alpha": (alpha, None),
}


def estimates(units: Units, resamples: int = RESAMPLES) -> dict[str, Estimate]:
    """All measures that units can have, with percentile bootstrap intervals over resampled units.

    Args:
        units: The units that at least two raters answered.
        resamples: How often units are drawn with replacement; the draws are the same in each run.
    """
    raters = {len(unit) for unit in units}
    fit = {name: f for name, (f, number) in MEASURES.items() if number is None or raters <= {number}}
    found: dict[str, list[float]] = {name: [] for name in fit}
    kinds, counts = sorted(units), [units[kind] for kind in sorted(units)]
    total, draw = sum(counts), random.Random(_SEED)
    for _ in range(resamples if total else 0):
        drawn = Counter(draw.choices(kinds, counts, k=total))
        for name, measure in fit.items():
            value = measure(drawn)
            if value is not None:
                found[name].append(value)
    return {name: _estimate(measure(units), found[name], resamples) for name, measure in fit.items()}


def _estimate(value: float | None, drawn: list[float], resamples: int) -> Estimate:
    if value is None or len(drawn) < (1 - _UNDEFINED) * resamples or not drawn:
        return Estimate(value)
    drawn.sort()
    return Estimate(value, _percentile(drawn, 0.025), _percentile(drawn, 0.975))


def _percentile(values: list[float], share: float) -> float:
    """A percentile of sorted values, between two of them by linear interpolation."""
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def _shares(units: Units) -> dict[str, float]:
    """The share of each answer, each unit counting the same."""
    total = sum(units.values())
    shares: dict[str, float] = {}
    for unit, count in units.items():
        for answer, number in Counter(unit).items():
            shares[answer] = shares.get(answer, 0) + count * number / len(unit) / total
    return shares
