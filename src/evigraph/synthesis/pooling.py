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
from dataclasses import replace
from types import ModuleType
from typing import Any

from evigraph.errors import EnvironmentFaultError
from evigraph.synthesis.numbers import COUNTS, MEANS, REPORTED, Numbered, Unused
from evigraph.synthesis.pools import Estimate, Pool, Pooled

UNTOLD = "cannot tell which way is better: higherIsBetter is not recorded for every outcome"
_CORRECTION = 0.5
#: How near the search for the variance between studies must come.
_TOLERANCES = (1e-5, 1e-4, 1e-3)
#: From so many studies on a prediction interval has degrees of freedom.
_PREDICTED = 3


def pool_findings(usable: Iterable[Numbered]) -> tuple[list[Pool], list[Unused]]:
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
