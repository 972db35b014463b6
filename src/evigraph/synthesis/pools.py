"""What a pool of findings is: the effect in each study, and what a random-effects model makes of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evigraph.synthesis.numbers import RATIOS, Numbered
from evigraph.synthesis.tallies import MARK, p_in_words

#: What is said of the method wherever something is pooled.
METHOD = (
    "random effects; between-study variance after Paule and Mandel; 95 % interval by the t-distribution "
    "(Hartung, Knapp, Sidik, Jonkman); standardized mean differences are Hedges' g; where a cell of counts "
    "is 0, 0.5 is added to the cells of that study"
)
_Z = 1.959964


@dataclass(frozen=True)
class Estimate:
    """The effect in one study, on the scale on which it is pooled.

    Attributes:
        source: The finding and its numbers.
        effect: The size; of a ratio its logarithm.
        variance: Its variance.
        weight: Its share of the pooled estimate; 0 when nothing is pooled.
        turned: Whether its sign was turned, so that higher is better in all studies.
    """

    source: Numbered
    effect: float
    variance: float
    weight: float = 0.0
    turned: bool = False

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        reach = _Z * math.sqrt(self.variance)
        return self.effect - reach, self.effect + reach


@dataclass(frozen=True)
class Pooled:
    """What a random-effects model gives, on the scale on which it pools.

    Attributes:
        effect: The estimate of the mean effect.
        interval: Its 95 % interval.
        prediction: The 95 % interval for the effect in a further study; none for two studies.
        tau2: The variance between studies.
        i2: The share of variance between estimates that is not chance, from 0 to 1.
        q: Cochran's Q.
        q_p: Its p-value.
    """

    effect: float
    interval: tuple[float, float]
    prediction: tuple[float, float] | None
    tau2: float
    i2: float
    q: float
    q_p: float


@dataclass(frozen=True)
class Pool:
    """The findings that could be pooled, one for each study, and what came of it.

    Attributes:
        outcome: The local name of the outcome domain.
        comparison: The local name of the kind of comparison.
        measure: One of :data:`evigraph.synthesis.numbers.MEASURES`.
        estimates: One for each study, sorted by study.
        pooled: What the model gives; none when nothing was pooled.
        better: ``higher`` or ``lower``, whichever is the better; none when it cannot be told.
        notes: What a reader must know, or why nothing was pooled.
    """

    outcome: str
    comparison: str
    measure: str
    estimates: tuple[Estimate, ...]
    pooled: Pooled | None
    better: str | None
    notes: tuple[str, ...]

    @property
    def id(self) -> str:
        """What the pool is called, such as ``depression/between-arms/SMD``."""
        return f"{self.outcome or 'none'}/{self.comparison}/{self.measure}"

    @property
    def is_deduced(self) -> bool:
        """Whether a number in it rests on what was deduced."""
        return any(one.source.is_deduced for one in self.estimates)

    def shown(self, value: float) -> float:
        """A value as readers know it: of a ratio no logarithm."""
        return math.exp(value) if self.measure in RATIOS else value

    def words(self, effect: float, interval: Sequence[float]) -> str:
        """An effect with its interval."""
        low, high = map(self.shown, interval)
        return f"{self.shown(effect):.2f} ({low:.2f} to {high:.2f})"

    def cells(self) -> list[str]:
        """A row of a table."""
        mark = MARK if self.is_deduced else ""
        found = [self.id, f"{len(self.estimates)}{mark}"]
        if (pooled := self.pooled) is None:
            alone = [self.words(one.effect, one.interval) + mark for one in self.estimates[:1]]
            told = f"not pooled: {alone[0]}" if len(self.estimates) == 1 else "not pooled"
            return [*found, told, "", "", "", ""]
        predicted = (
            self.words(pooled.effect, pooled.prediction).partition(" ")[2] if pooled.prediction else ""
        )
        return [
            *found,
            self.words(pooled.effect, pooled.interval) + mark,
            predicted.strip("()") + (mark if predicted else ""),
            f"{pooled.tau2:.3f}{mark}",
            f"{pooled.i2:.0%}{mark}",
            f"{pooled.q:.2f}, {p_in_words(pooled.q_p)}{mark}",
        ]

    def to_dict(self) -> dict[str, Any]:
        """The pool as JSON has it: effects as readers know them, variances as they were pooled."""
        studies = [
            {
                "study": one.source.study,
                "finding": one.source.finding,
                "effect": self.shown(one.effect),
                "interval_95": [self.shown(end) for end in one.interval],
                "variance": one.variance,
                "weight": one.weight if self.pooled else None,
                "way": one.source.datum.way,
                "turned": one.turned,
                "rests_on_deduced": one.source.is_deduced,
            }
            for one in self.estimates
        ]
        found: dict[str, Any] = {
            "id": self.id,
            "outcome": self.outcome or None,
            "comparison": self.comparison,
            "measure": self.measure,
            "better": self.better,
            "studies": studies,
            "rests_on_deduced": self.is_deduced,
            "notes": list(self.notes),
            "pooled": None,
        }
        if pooled := self.pooled:
            ends = pooled.prediction
            found["pooled"] = {
                "effect": self.shown(pooled.effect),
                "interval_95": [self.shown(end) for end in pooled.interval],
                "prediction_interval_95": [self.shown(end) for end in ends] if ends else None,
                "tau2": pooled.tau2,
                "i2": pooled.i2,
                "q": pooled.q,
                "df": len(self.estimates) - 1,
                "q_p": pooled.q_p,
                "method": METHOD,
            }
        return found
