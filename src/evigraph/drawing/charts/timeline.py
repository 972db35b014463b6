"""The studies by the year in which they were published, and what people decided on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evigraph.drawing.charts import look
from evigraph.drawing.charts.chart import Chart, chart
from evigraph.drawing.text import width
from evigraph.errors import InputError
from evigraph.names import natural

if TYPE_CHECKING:
    import altair as alt

#: Of more studies than this each is no row: they are counted by year and decision.
ROWS = 80
_ROW, _LANE, _AREA, _ROOM = 17.0, 40.0, 95.0, 520.0
#: The areas between which symbols grow that stand for several studies; the largest where years are few.
_SMALLEST, _LARGEST = 40.0, 300.0
_UNKNOWN = "year not recorded"


@dataclass(frozen=True)
class Dated:
    """A study with its years.

    Attributes:
        study: Its key.
        years: When its reports were published, sorted; empty where no year is recorded.
        decision: What people decided; empty where nothing is recorded.
        deduced: Whether no source says that decision.
    """

    study: str
    years: tuple[int, ...]
    decision: str
    deduced: bool


def draw_timeline(studies: Iterable[Dated], review: str, source: str) -> Chart:
    """Draw the studies over the years.

    Args:
        studies: What to draw.
        review: The name of the review.
        source: The command and the questions behind it.

    Raises:
        InputError: There is no study.
    """
    import altair as alt

    dated = sorted(studies, key=lambda s: (not s.years, s.years, natural(s.study)))
    if not dated:
        raise InputError(f"review {review}: holds no study, so there is no timeline; add studies")
    few = len(dated) <= ROWS
    lanes = [s.study for s in dated] if few else [look_.label for look_ in look.DECISIONS.values()]
    points = _points(dated) if few else _counts(dated)
    years = sorted({year for study in dated for year in study.years})
    data = {
        "known": [point for point in points if point["year"] is not None],
        "unknown": [point | {"year": _UNKNOWN} for point in points if point["year"] is None],
    }
    panels: list[alt.LayerChart] = []
    if years:
        panels.append(_panel("known", lanes, _year_axis(years), _ROOM, few=few, first=True))
    if data["unknown"]:
        axis = alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0))
        panels.append(_panel("unknown", lanes, axis, 110, few=few, first=not panels))
    used = [study.decision for study in dated]
    lines = [look.Entry("decision of people"), *look.entries(look.DECISIONS, used, ("unsure", ""))]
    if not few:
        most = max(point["studies"] for point in points)
        ticks = sorted({1, max(1, most // 2), most})
        areas = [(f"{n:,}", _area(n, most, years)) for n in ticks]
        lines += look.area_legend("number of studies", areas)
    if any(study.deduced for study in dated):
        lines += look.DAGGER_LINES
    left = max(width(lane, look.FONT) for lane in lanes)
    return chart(
        panels,
        lines,
        data,
        title=f"Studies of the review {review} by year of publication",
        words=_words(dated, few=few),
        description=_described(dated),
        source=source,
        header=("study", "years of its reports", "decision"),
        rows=[_row(study) for study in dated],
        room=_ROOM + left + 260,
    )


def _points(dated: Sequence[Dated]) -> list[dict[str, Any]]:
    """A point for each study and year; a study without a year has one of its own."""
    return [
        {
            "lane": s.study,
            "year": year,
            "decision": s.decision,
            "deduced": s.deduced,
            "area": _AREA,
            "studies": 1,
        }
        for s in dated
        for year in (s.years or (None,))
    ]


def _counts(dated: Sequence[Dated]) -> list[dict[str, Any]]:
    """A point for each decision and year, which grows with the number of studies."""
    counted = Counter((s.decision, year) for s in dated for year in (s.years or (None,)))
    deduced = {(s.decision, year) for s in dated if s.deduced for year in (s.years or (None,))}
    most = max(counted.values())
    years = [year for study in dated for year in study.years]
    return [
        {
            "lane": look.DECISIONS[decision].label,
            "year": year,
            "decision": decision,
            "deduced": (decision, year) in deduced,
            "area": _area(number, most, years),
            "studies": number,
        }
        for (decision, year), number in sorted(
            counted.items(), key=lambda item: (item[0][0], item[0][1] or 0)
        )
    ]


def _area(studies: int, most: int, years: Sequence[int]) -> float:
    """The area of a symbol, which grows with the number of studies and stays within its year."""
    wide = _ROOM / (max(years) - min(years) + 2) if years else _ROOM
    largest = min(_LARGEST, max(2 * _SMALLEST, wide**2))
    return round(_SMALLEST + (largest - _SMALLEST) * studies / most, 1)


def _year_axis(years: Sequence[int]) -> alt.X:
    import altair as alt

    first, last = years[0], years[-1]
    step = next((s for s in (1, 2, 5, 10, 20, 50) if (last - first) / s <= 10), 100)
    ticks = [
        year for year in range(first - first % step, last + step + 1, step) if first - 1 <= year <= last + 1
    ]
    return alt.X(
        "year:Q",
        title="year of publication",
        scale=alt.Scale(domain=[first - 1, last + 1], nice=False, zero=False),
        axis=alt.Axis(values=ticks, format="d"),
    )


def _panel(
    data: str, lanes: Sequence[str], x: alt.X, wide: float, *, few: bool, first: bool
) -> alt.LayerChart:
    import altair as alt

    colours, symbols = look.scales(look.DECISIONS)
    base = look.named(data).encode(
        x=x,
        y=alt.Y("lane:N", **look.cells(lanes, labels=first)),
    )
    marks = base.mark_point(filled=True, opacity=1).encode(
        color=alt.Color("decision:N", scale=colours, legend=None),
        shape=alt.Shape("decision:N", scale=symbols, legend=None),
        size=alt.Size("area:Q", scale=None),
    )
    return look.layered(
        marks,
        look.daggers(base, alt.ExprRef("sqrt(datum.area) / 2 + 1"), 4),
        width=wide,
        height=alt.Step(_ROW if few else _LANE),
    )


def _words(dated: Sequence[Dated], *, few: bool) -> list[str]:
    said = ["Each study stands at the years in which its reports were published."]
    if not few:
        said = [f"{len(dated):,} studies, counted by the years of their reports and by decision."]
    if any(study.deduced for study in dated):
        said.append(f"{look.DAGGER} no source says that decision: it was deduced.")
    return said


def _described(dated: Sequence[Dated]) -> str:
    years = [year for study in dated for year in study.years]
    counts = Counter(study.decision for study in dated)
    people = ", ".join(f"{look.DECISIONS[word].label} {number:,}" for word, number in sorted(counts.items()))
    span = f"from {min(years)} to {max(years)}" if years else "of unknown years"
    said = f"{look.counted(len(dated), 'study')} {span}. Decisions: {people}."
    if len(dated) <= ROWS:
        each = "; ".join(f"{s.study} {' and '.join(map(str, s.years)) or _UNKNOWN}" for s in dated)
        said += f" {each}."
    elif unknown := sum(not study.years for study in dated):
        said += f" Year not recorded of {look.counted(unknown, 'study')}."
    return said


def _row(study: Dated) -> tuple[str, ...]:
    decision = look.DECISIONS[study.decision].label
    return (
        study.study,
        ", ".join(map(str, study.years)) or "not recorded",
        f"{decision} {look.DAGGER}" if study.deduced else decision,
    )
