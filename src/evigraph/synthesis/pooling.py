"""Random-effects meta-analysis of findings that carry numbers, by statsmodels.

Between-study variance after Paule and Mandel (1982); intervals by the t-distribution, which with that
estimator is the method of Hartung, Knapp, Sidik and Jonkman, and never narrower than without it; the
prediction interval after Higgins, Thompson and Spiegelhalter (2009). Standardized mean differences are
Hedges' g.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from evigraph.errors import EnvironmentFaultError
from evigraph.synthesis.numbers import COUNTS, MEANS, RATIOS, REPORTED, Numbered, Unused
from evigraph.synthesis.tallies import MARK

#: What is said of the method wherever something is pooled.
METHOD = (
    "random effects; between-study variance after Paule and Mandel; 95 % interval by the t-distribution "
    "(Hartung, Knapp, Sidik, Jonkman); standardized mean differences are Hedges' g; where a cell of counts "
    "is 0, 0.5 is added to the cells of that study"
)
UNTOLD = "cannot tell which way is better: higherIsBetter is not recorded for every outcome"
_Z = 1.959964
_CORRECTION = 0.5
#: How near the search for the variance between studies must come.
_TOLERANCES = (1e-5, 1e-4, 1e-3)
#: From so many studies on a prediction interval has degrees of freedom.
_PREDICTED = 3


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
            return [*found, "not pooled", "", "", "", ""]
        predicted = (
            self.words(pooled.effect, pooled.prediction).partition(" ")[2] if pooled.prediction else ""
        )
        return [
            *found,
            self.words(pooled.effect, pooled.interval) + mark,
            predicted.strip("()") + (mark if predicted else ""),
            f"{pooled.tau2:.3f}{mark}",
            f"{pooled.i2:.0%}{mark}",
            f"{pooled.q:.2f}, {pooled.q_p:.3f}{mark}",
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


def pools(usable: Iterable[Numbered]) -> tuple[list[Pool], list[Unused]]:
    """Pool findings by outcome, kind of comparison and measure; and the findings that are not used.

    A study with several estimates in a pool is left out of it and named: to choose one is the reviewer's.

    Args:
        usable: The findings whose numbers can be used.

    Raises:
        EnvironmentFaultError: statsmodels is not installed.
    """
    groups: dict[tuple[str, str, str], dict[str, list[Numbered]]] = defaultdict(lambda: defaultdict(list))
    for one in usable:
        groups[one.outcome, one.comparison, one.datum.measure][one.study].append(one)
    if not groups:
        return [], []
    library = _library()
    made, unused = [], []
    for (outcome, comparison, measure), by_study in sorted(groups.items()):
        single = [found[0] for _, found in sorted(by_study.items()) if len(found) == 1]
        for study, several in sorted(by_study.items()):
            if len(several) > 1:
                names = " and ".join(one.finding for one in several)
                why = f"the study has {len(several)} estimates for {outcome}, {comparison}; choose one"
                unused.append(Unused(study, names, why))
        estimates = [_estimate(library, one) for one in single]
        made.append(_pool(library, outcome, comparison, measure, estimates))
    return made, unused


def _pool(
    library: ModuleType, outcome: str, comparison: str, measure: str, estimates: Sequence[Estimate]
) -> Pool:
    turned, better, notes, fault = _one_way(measure, estimates)
    scales = {scale for one in estimates for scale in one.source.instruments}
    if len(estimates) < 2:
        fault = "one study or none with a single estimate; nothing to pool"
    elif measure == "MD" and len(scales) > 1:
        fault = f"mean differences on {len(scales)} scales are not pooled: {', '.join(sorted(scales))}"
    if fault:
        return Pool(outcome, comparison, measure, tuple(estimates), None, better, (*notes, fault))
    pooled, weights = _pooled(library, turned)
    weighted = tuple(replace(one, weight=weight) for one, weight in zip(turned, weights, strict=True))
    return Pool(outcome, comparison, measure, weighted, pooled, better, tuple(notes))


def _one_way(
    measure: str, estimates: Sequence[Estimate]
) -> tuple[list[Estimate], str | None, list[str], str]:
    """The estimates with one way being better, which it is, notes, and why they cannot be pooled."""
    ways = {one.source.higher_is_better for one in estimates} or {None}
    if ways <= {True} or ways <= {False}:
        return list(estimates), "higher" if True in ways else "lower", [], ""
    if ways <= {True, None} or ways <= {False, None}:
        return list(estimates), None, [UNTOLD], ""
    if None in ways:
        return list(estimates), None, [UNTOLD], "of some outcomes higher is better, of some lower; not pooled"
    if measure == "RR":
        return (
            list(estimates),
            None,
            [],
            "of some outcomes more events are better; a risk ratio cannot be turned",
        )
    done = [one if one.source.higher_is_better else _turned(one) for one in estimates]
    names = ", ".join(one.source.study for one in done if one.turned)
    return done, "higher", [f"turned, so that higher is better in all studies: {names}"], ""


def _turned(one: Estimate) -> Estimate:
    return replace(one, effect=-one.effect, turned=True)


def _estimate(library: ModuleType, one: Numbered) -> Estimate:
    measure, way, values = one.datum
    if way == REPORTED:
        effect, variance = values
    elif way == MEANS and measure == "SMD":
        effect, variance = library.effectsize_smd(*values)
    elif way == MEANS:
        mean, deviation, size, other_mean, other_deviation, other_size = values
        effect, variance = mean - other_mean, deviation**2 / size + other_deviation**2 / other_size
    else:
        assert way == COUNTS
        kind = {"OR": "odds-ratio", "RR": "risk-ratio"}[measure]
        events, size, other_events, other_size = values
        # Given a correction, statsmodels 0.15 adds it to the events of studies without an empty cell too.
        is_empty = 0 in (events, size - events, other_events, other_size - other_events)
        correction = _CORRECTION if is_empty else None
        effect, variance = library.effectsize_2proportions(
            *values, statistic=kind, zero_correction=correction
        )
    return Estimate(one, float(effect), float(variance))


def _pooled(library: ModuleType, estimates: Sequence[Estimate]) -> tuple[Pooled, list[float]]:
    import numpy as np
    from scipy import stats

    effects = np.array([one.effect for one in estimates])
    variances = np.array([one.variance for one in estimates])
    result = _combined(library, effects, variances)
    q, df = max(0.0, float(result.q)), len(estimates) - 1
    mean, tau2 = float(result.mean_effect_re), max(0.0, float(result.tau2))
    low, high = map(float, result.conf_int()[1])
    prediction = None
    if len(estimates) >= _PREDICTED:
        reach = float(stats.t.isf(0.025, df - 1)) * math.sqrt(tau2 + float(result.sd_eff_w_re) ** 2)
        prediction = mean - reach, mean + reach
    i2 = max(0.0, (q - df) / q) if q > 0 else 0.0
    pooled = Pooled(mean, (low, high), prediction, tau2, i2, q, float(stats.chi2.sf(q, df)))
    return pooled, [float(weight) for weight in result.weights_rel_re]


def _combined(library: ModuleType, effects: Any, variances: Any) -> Any:
    """What statsmodels makes of effects."""
    import numpy as np

    for tolerance in _TOLERANCES:
        with np.errstate(all="ignore"):  # it divides by Q, which is 0 when all effects are alike
            result = library.combine_effects(
                effects, variances, method_re="iterated", use_t=True, atol=tolerance, maxiter=500
            )
        # Where a step ends beyond the root by a rounding error, statsmodels 0.15 answers 0: stop before.
        if result.tau2 > 0 or result.q <= result.df:
            break
    return result


def _library() -> ModuleType:
    try:
        from statsmodels.stats import meta_analysis
    except ImportError:
        message = "pooling needs statsmodels; run pip install 'evigraph[meta]'"
        raise EnvironmentFaultError(message) from None
    module: ModuleType = meta_analysis
    return module
