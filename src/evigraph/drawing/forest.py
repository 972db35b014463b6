"""The forest plot of a pool: each study with its interval, and what a random-effects model makes of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from evigraph.drawing.figure import Figure
from evigraph.drawing.svg import element, text
from evigraph.drawing.text import FONTS, clip, width, wrap
from evigraph.errors import InputError
from evigraph.synthesis.numbers import MEASURES, RATIOS
from evigraph.synthesis.pools import METHOD, Estimate, Pool, Pooled
from evigraph.synthesis.tallies import MARK, p_in_words, words
from evigraph.trust import Trust

_FONT, _SMALL, _TITLE, _ROW, _MARGIN = 13.0, 11.0, 17.0, 24.0, 16.0
_PLOT, _GAP, _NAME, _WEIGHT = 340.0, 18.0, 220.0, 70.0
_SQUARE = 9.0
_INK, _GREY, _BLUE, _LIGHT = "#222", "#555", "#1f5f99", "#bbb"
#: How far beyond the intervals of the studies the axis reaches, in shares of what they span.
_BEYOND = 0.5
#: Steps between ticks of a ratio: about so many are wanted.
_TICKS = 6


class _Axis(NamedTuple):
    """From effects, on the scale on which they are pooled, to pixels."""

    low: float
    high: float
    left: float

    def x(self, value: float) -> float:
        """Where a value is; what is beyond the ends is at them."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.left + share * _PLOT


def draw_forest(pool: Pool, review: str, trust: Trust) -> Figure:
    """Draw a pool.

    Args:
        pool: What was pooled.
        review: The name of the review.
        trust: Which statements counted.

    Raises:
        InputError: Nothing was pooled.
    """
    if (pooled := pool.pooled) is None:
        raise InputError(f"{pool.id} was not pooled: {'; '.join(pool.notes)}")
    names = [_named(one) for one in pool.estimates]
    column = min(_NAME, max(width(name, _FONT) for name in [*names, "Random effects", "Prediction"])) + _GAP
    axis = _axis(pool, pooled, _MARGIN + column)
    total = axis.left + _PLOT + _GAP + width("000.00 (000.00 to 000.00)" + MARK, _FONT) + _WEIGHT + _MARGIN
    above, top = _above(pool, review, total)
    bottom = top + _ROW * (len(names) + 1 + (pooled.prediction is not None)) + 10
    null = element(
        "line", x1=axis.x(0), x2=axis.x(0), y1=top - 4, y2=bottom, stroke=_GREY, stroke_dasharray="3 3"
    )
    drawn = [above, null]
    for number, (name, one) in enumerate(zip(names, pool.estimates, strict=True)):
        drawn.append(_study(pool, one, name, axis, top + (number + 0.5) * _ROW, total))
    drawn.append(_summary(pool, pooled, axis, top + len(names) * _ROW + 5, total))
    drawn.append(_scale(pool, axis, bottom))
    below, height = _below(pool, pooled, bottom + 52, total)
    body = element(
        "g", "\n" + "\n".join([*drawn, below]) + "\n", font_family=FONTS, font_size=_FONT, fill=_INK
    )
    return Figure(
        title=_title(pool, review),
        description=_described(pool, pooled),
        source=f"evigraph synthesize --forest --pool {pool.id} --trust {trust.value}",
        width=round(total),
        height=round(height),
        body=body,
        header=("study", "finding", "effect (95 %)", "weight", "from"),
        rows=(
            *(
                (
                    _named(one),
                    one.source.finding,
                    pool.words(one.effect, one.interval) + _mark(one),
                    f"{one.weight:.1%}{_marks(pool)}",
                    one.source.datum.way,
                )
                for one in pool.estimates
            ),
            (
                "random effects",
                "",
                pool.words(pooled.effect, pooled.interval) + _marks(pool),
                f"100.0%{_marks(pool)}",
                METHOD,
            ),
        ),
    )


def _title(pool: Pool, review: str) -> str:
    return f"{words(pool.outcome)}, {words(pool.comparison)}: {MEASURES[pool.measure]} ({review})"


def _named(one: Estimate) -> str:
    return f"{one.source.study}{_mark(one)}"


def _mark(one: Estimate) -> str:
    return MARK if one.source.is_deduced else ""


def _marks(pool: Pool) -> str:
    return MARK if pool.is_deduced else ""


def _axis(pool: Pool, pooled: Pooled, left: float) -> _Axis:
    """An axis for the intervals of the studies and the line of no effect; wider ones get an arrow."""
    ends = [end for one in pool.estimates for end in one.interval]
    low, high = min(*ends, 0.0), max(*ends, 0.0)
    beyond = _BEYOND * (high - low)
    further = [*pooled.interval, *(pooled.prediction or ())]
    low, high = max(min(low, *further), low - beyond), min(max(high, *further), high + beyond)
    room = 0.04 * (high - low)
    return _Axis(low - room, high + room, left)


def _above(pool: Pool, review: str, total: float) -> tuple[str, float]:
    """Title and heads of columns; and the height below them."""
    y = _MARGIN + _TITLE
    drawn = []
    for line in wrap(_title(pool, review), _TITLE, total - 2 * _MARGIN):
        drawn.append(text(_MARGIN, y, line, font_size=_TITLE, font_weight="bold"))
        y += _TITLE + 5
    y += 8
    bold = {"font_weight": "bold"}
    drawn += [
        text(_MARGIN, y, "Study", **bold),
        text(total - _MARGIN - _WEIGHT, y, f"{pool.measure} (95 % interval)", text_anchor="end", **bold),
        text(total - _MARGIN, y, "Weight", text_anchor="end", **bold),
    ]
    rule = element("line", x1=_MARGIN, x2=total - _MARGIN, y1=y + 7, y2=y + 7, stroke=_INK)
    return "".join([*drawn, rule]), y + 14


def _study(pool: Pool, one: Estimate, name: str, axis: _Axis, y: float, total: float) -> str:
    """A line for the interval, a square as large as the weight, and the same in numbers."""
    heaviest = max(each.weight for each in pool.estimates)
    half = _SQUARE * math.sqrt(one.weight / heaviest)
    x = axis.x(one.effect)
    square = element("rect", x=x - half, y=y - half, width=2 * half, height=2 * half, fill=_BLUE)
    return (
        text(_MARGIN, y + 4, clip(name, _FONT, axis.left - _MARGIN - _GAP))
        + _whisker(axis, one.interval, y, _INK)
        + square
        + _in_numbers(
            total, y, pool.words(one.effect, one.interval) + _mark(one), f"{one.weight:.1%}{_marks(pool)}"
        )
    )


def _summary(pool: Pool, pooled: Pooled, axis: _Axis, top: float, total: float) -> str:
    """A diamond as wide as the interval of the mean, and a bar for the prediction interval."""
    y = top + 0.5 * _ROW
    left, middle, right = (axis.x(v) for v in (pooled.interval[0], pooled.effect, pooled.interval[1]))
    d = f"M{left:.1f} {y:.1f}L{middle:.1f} {y - 8:.1f}L{right:.1f} {y:.1f}L{middle:.1f} {y + 8:.1f}Z"
    rule = element("line", x1=_MARGIN, x2=total - _MARGIN, y1=top - 2, y2=top - 2, stroke=_LIGHT)
    drawn = [
        rule,
        text(_MARGIN, y + 4, f"Random effects{_marks(pool)}", font_weight="bold"),
        element("path", d=d, fill=_BLUE, stroke=_INK, stroke_width=0.8),
        _arrows(axis, pooled.interval, y, _INK),
        _in_numbers(
            total,
            y,
            pool.words(pooled.effect, pooled.interval) + _marks(pool),
            f"100.0%{_marks(pool)}",
            font_weight="bold",
        ),
    ]
    if pooled.prediction is not None:
        y += _ROW
        low, high = (f"{pool.shown(end):.2f}" for end in pooled.prediction)
        drawn += [
            text(_MARGIN, y + 4, "Prediction"),
            _whisker(axis, pooled.prediction, y, _BLUE, thick=4),
            _in_numbers(total, y, f"{low} to {high}{_marks(pool)}", ""),
        ]
    return "".join(drawn)


def _in_numbers(total: float, y: float, effect: str, weight: str, **attributes: str) -> str:
    return text(total - _MARGIN - _WEIGHT, y + 4, effect, text_anchor="end", **attributes) + text(
        total - _MARGIN, y + 4, weight, text_anchor="end", **attributes
    )


def _whisker(axis: _Axis, interval: Sequence[float], y: float, colour: str, thick: float = 1.4) -> str:
    ends = {"x1": axis.x(interval[0]), "x2": axis.x(interval[1])}
    line = element("line", **ends, y1=y, y2=y, stroke=colour, stroke_width=thick)
    return line + _arrows(axis, interval, y, colour)


def _arrows(axis: _Axis, interval: Sequence[float], y: float, colour: str) -> str:
    """A head where an interval goes on beyond the axis."""
    heads = []
    for end, beyond, way in (
        (axis.low, interval[0] < axis.low, -1.0),
        (axis.high, interval[1] > axis.high, 1.0),
    ):
        if beyond:
            x = axis.x(end)
            d = f"M{x - way * 7:.1f} {y - 5:.1f}L{x + way * 2:.1f} {y:.1f}L{x - way * 7:.1f} {y + 5:.1f}Z"
            heads.append(element("path", d=d, fill=colour))
    return "".join(heads)


def _scale(pool: Pool, axis: _Axis, y: float) -> str:
    """The axis, and which side says what."""
    drawn = [element("line", x1=axis.left, x2=axis.left + _PLOT, y1=y, y2=y, stroke=_INK)]
    for value in _ticks(pool, axis):
        x = axis.x(value)
        drawn.append(element("line", x1=x, x2=x, y1=y, y2=y + 5, stroke=_INK))
        drawn.append(text(x, y + 18, f"{pool.shown(value):.3g}", text_anchor="middle", font_size=_SMALL))
    sides = {
        "higher": ("favours the comparator", "favours the arm"),
        "lower": ("favours the arm", "favours the comparator"),
        None: ("lower in the arm", "higher in the arm"),
    }[pool.better]
    for x, side, anchor in (
        (axis.left, f"← {sides[0]}", "start"),
        (axis.left + _PLOT, f"{sides[1]} →", "end"),
    ):
        drawn.append(text(x, y + 36, side, text_anchor=anchor, font_size=_SMALL, fill=_GREY))
    return "".join(drawn)


def _ticks(pool: Pool, axis: _Axis) -> list[float]:
    """Round values on the axis, of a ratio round ratios; no more than fit."""
    if pool.measure in RATIOS:
        known = sorted(m * 10.0**e for e in range(-6, 7) for m in (1, 2, 5))
        found = [math.log(value) for value in known if axis.low <= math.log(value) <= axis.high]
        step = -(-len(found) // _TICKS) or 1
        start = next((i for i, value in enumerate(found) if abs(value) < 1e-9), 0) % step
        return found[start::step]
    rough = (axis.high - axis.low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step_size = next(m * power for m in (1, 2, 5, 10) if m * power >= rough)
    first, last = math.ceil(axis.low / step_size), math.floor(axis.high / step_size)
    return [number * step_size for number in range(first, last + 1)]


def _below(pool: Pool, pooled: Pooled, y: float, total: float) -> tuple[str, float]:
    """Heterogeneity, method and notes; and the height of the whole."""
    lines = [_heterogeneity(pool, pooled), f"{METHOD[0].upper()}{METHOD[1:]}.", *pool.notes]
    if pool.is_deduced:
        lines.append(f"{MARK} rests on deduced facts")
    drawn = []
    for line in (part for whole in lines for part in wrap(whole, _SMALL, total - 2 * _MARGIN)):
        drawn.append(text(_MARGIN, y, line, font_size=_SMALL, fill=_GREY))
        y += 16
    return "".join(drawn), y + _MARGIN - 8


def _heterogeneity(pool: Pool, pooled: Pooled) -> str:
    return (
        f"Heterogeneity{_marks(pool)}: τ² = {pooled.tau2:.3f}, I² = {pooled.i2:.0%}, "
        f"Q = {pooled.q:.2f} (df = {len(pool.estimates) - 1}, p {_p(pooled)})."
    )


def _p(pooled: Pooled) -> str:
    shown = p_in_words(pooled.q_p)
    return f"< {shown[1:]}" if shown.startswith("<") else f"= {shown}"


def _described(pool: Pool, pooled: Pooled) -> str:
    """The figure in words."""
    way = {
        "higher": "Higher is better.",
        "lower": "Lower is better.",
        None: "Which way is better is not known.",
    }
    each = "; ".join(f"{_named(one)}: {pool.words(one.effect, one.interval)}" for one in pool.estimates)
    whole = pool.words(pooled.effect, pooled.interval)
    return (
        f"Forest plot of {len(pool.estimates)} studies: {MEASURES[pool.measure]} with 95 % interval. {each}. "
        f"Random effects{_marks(pool)}: {whole}. {_heterogeneity(pool, pooled)} {way[pool.better]}"
    )
