"""The evidence map: for each problem and outcome, how many studies found which direction."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evigraph.drawing.charts import look
from evigraph.drawing.charts.chart import Chart, chart
from evigraph.errors import InputError

if TYPE_CHECKING:
    import altair as alt

    from evigraph.drawing.charts.labels import Concepts
    from evigraph.synthesis.directions import Effects

#: Stands where an outcome would, for the studies that found nothing that is recorded.
SILENT = "no finding recorded"
_NO_PROBLEM, _NO_OUTCOME = "problem not recorded", "outcome not recorded"
_LOOKS = {**look.DIRECTIONS, SILENT: look.Look(SILENT, "#6b6b6b", "ring")}
#: Pixels of a place for a symbol, and the areas between which symbols grow.
_SLOT, _SMALLEST, _LARGEST = 18.0, 60.0, 240.0
_HEADER = ("problem", "outcome", "direction", "studies", "which", "rest on deduced statements")


@dataclass(frozen=True)
class Bubble:
    """The studies that found one direction for one problem and outcome.

    Attributes:
        problem: The local name of the problem; empty where none is recorded.
        outcome: The local name of the outcome domain; empty where none is, or :data:`SILENT`.
        direction: One of :data:`evigraph.synthesis.directions.DIRECTIONS`, or :data:`SILENT`.
        studies: The keys of the studies, sorted.
        deduced: Those of them that count by deduced statements alone.
    """

    problem: str
    outcome: str
    direction: str
    studies: tuple[str, ...]
    deduced: tuple[str, ...]


def bubbles(effects: Effects, problems: Mapping[str, Mapping[str, bool]]) -> list[Bubble]:
    """Count studies by problem, outcome and direction.

    A study counts once for each direction that it has for an outcome, whatever the comparison, and in the row
    of each problem that is recorded for it.

    Args:
        effects: What the studies found.
        problems: The problems of each study by its key, with whether that rests on deduced statements alone.
    """
    found: dict[tuple[str, str, str], dict[str, bool]] = defaultdict(dict)

    def count(study: str, outcome: str, direction: str, deduced: bool) -> None:
        for problem, is_deduced in (problems.get(study) or {"": False}).items():
            here = found[problem, outcome, direction]
            here[study] = here.get(study, True) and (deduced or is_deduced)

    for effect in effects.effects:
        count(effect.study, effect.outcome, effect.direction, effect.is_deduced)
    for study in effects.silent:
        count(study, SILENT, SILENT, False)
    return [
        Bubble(*key, tuple(sorted(studies)), tuple(sorted(s for s, deduced in studies.items() if deduced)))
        for key, studies in sorted(found.items())
    ]


def draw_map(
    effects: Effects,
    problems: Mapping[str, Mapping[str, bool]],
    concepts: Concepts,
    review: str,
    source: str,
) -> Chart:
    """Draw the map.

    Args:
        effects: What the studies found.
        problems: As :func:`bubbles` takes them.
        concepts: What problems and outcomes are called.
        review: The name of the review.
        source: The command and the questions behind it.

    Raises:
        InputError: There is no study.
    """
    counted = bubbles(effects, problems)
    if not counted:
        raise InputError(f"review {review}: holds no study that counts, so there is no map; add studies")
    rows = [p or _NO_PROBLEM for p in _ordered({b.problem for b in counted}, concepts)]
    columns = _ordered({b.outcome for b in counted} - {SILENT}, concepts)
    columns += [SILENT] if effects.silent else []
    grid = _Grid.of(counted)
    points = [point for cell in grid.cells for point in grid.points(cell, concepts)]
    names = [_column(name, concepts) for name in columns]
    labels = [concepts.label(name) if name != _NO_PROBLEM else name for name in rows]
    most = max(len(b.studies) for b in counted)
    used = [b.direction for b in counted]
    lines = [
        look.Entry("direction of effect"),
        *look.entries(_LOOKS, used, ("not-recorded", SILENT)),
        *look.area_legend("number of studies", [(f"{n:,}", _area(n, most)) for n in _ticks(most)]),
    ]
    if any(b.deduced for b in counted):
        lines += look.DAGGER_LINES
    return chart(
        [_drawn(labels, names, grid)],
        lines,
        {"points": points},
        spacing=60,
        title=f"Evidence map of the review {review}",
        words=_words(effects),
        description=_described(counted, concepts),
        source=source,
        header=_HEADER,
        rows=[_row(b, concepts) for b in counted],
        room=len(columns) * grid.wide + 300,
    )


@dataclass(frozen=True)
class _Grid:
    """The cells of the map, and the places for symbols in each."""

    cells: Sequence[Sequence[Bubble]]
    across: int
    down: int
    most: int

    @classmethod
    def of(cls, counted: Iterable[Bubble]) -> _Grid:
        found: dict[tuple[str, str], list[Bubble]] = defaultdict(list)
        for bubble in counted:
            found[bubble.problem, bubble.outcome].append(bubble)
        order = list(_LOOKS)
        cells = [sorted(cell, key=lambda b: order.index(b.direction)) for cell in found.values()]
        most = max(map(len, cells))
        across = math.ceil(math.sqrt(most))
        largest = max(len(bubble.studies) for cell in cells for bubble in cell)
        return cls(cells, across, math.ceil(most / across), largest)

    @property
    def wide(self) -> float:
        return self.across * _SLOT + 10

    @property
    def high(self) -> float:
        return self.down * _SLOT + 4

    def points(self, cell: Sequence[Bubble], concepts: Concepts) -> Iterable[dict[str, Any]]:
        """What is drawn in a cell, each direction at a place of its own."""
        lines = [cell[at : at + self.across] for at in range(0, len(cell), self.across)]
        for y, line in enumerate(lines):
            for x, bubble in enumerate(line):
                yield {
                    "problem": concepts.label(bubble.problem) if bubble.problem else _NO_PROBLEM,
                    "outcome": _column(bubble.outcome, concepts),
                    "direction": bubble.direction,
                    "studies": len(bubble.studies),
                    "which": ", ".join(bubble.studies),
                    "deduced": bool(bubble.deduced),
                    "dx": (x - (len(line) - 1) / 2) * _SLOT,
                    "dy": (y - (len(lines) - 1) / 2) * _SLOT,
                    "area": _area(len(bubble.studies), self.most),
                }


def _drawn(rows: Sequence[str], columns: Sequence[str], grid: _Grid) -> alt.LayerChart:
    import altair as alt

    colours, symbols = look.scales(_LOOKS)
    base = look.named("points").encode(
        x=alt.X("outcome:N", **look.cells(columns, top=True)),
        y=alt.Y("problem:N", **look.cells(rows)),
        xOffset=alt.XOffset("dx:Q", scale=alt.Scale(domain=[-grid.wide / 2, grid.wide / 2])),
        yOffset=alt.YOffset("dy:Q", scale=alt.Scale(domain=[-grid.high / 2, grid.high / 2])),
    )
    marks = base.mark_point(filled=True, opacity=1).encode(
        color=alt.Color("direction:N", scale=colours, legend=None),
        shape=alt.Shape("direction:N", scale=symbols, legend=None),
        size=alt.Size("area:Q", scale=None),
    )
    right = alt.ExprRef("sqrt(datum.area) / 2")
    numbers = base.transform_filter("datum.studies > 1").mark_text(
        fontSize=9, align="left", dx=right, dy=7, color=look.INK
    )
    return look.layered(
        marks,
        numbers.encode(text=alt.Text("studies:Q")),
        look.daggers(base, right),
        width=alt.Step(grid.wide),
        height=alt.Step(grid.high),
    )


def _area(studies: int, most: int) -> float:
    """The area of a symbol, which grows with the number of studies; the smallest can still be told apart."""
    return round(_SMALLEST + (_LARGEST - _SMALLEST) * studies / max(most, 2), 1)


def _ticks(most: int) -> list[int]:
    """Up to four whole numbers that the legend shows."""
    return sorted({1, *(max(1, round(most * part)) for part in (1 / 3, 2 / 3, 1))})


def _ordered(names: Iterable[str], concepts: Concepts) -> list[str]:
    """The concepts in the order of their tree, what is not recorded last."""
    named = [name for name in names if name]
    return concepts.sort(named) + ([""] if len(named) < len(set(names)) else [])


def _column(outcome: str, concepts: Concepts) -> str:
    if outcome == SILENT:
        return SILENT
    return concepts.label(outcome) if outcome else _NO_OUTCOME


def _words(effects: Effects) -> list[str]:
    said = [
        "A study counts once for each direction that it has for an outcome, whatever it compares, and in the "
        "row of each problem recorded for it. Symbols grow with that number; above one it stands beside."
    ]
    if effects.silent:
        said.append(f"No finding recorded: {look.listed(effects.silent)}.")
    return said


def _described(counted: Sequence[Bubble], concepts: Concepts) -> str:
    parts = []
    for bubble in counted:
        which = look.listed(bubble.studies, bubble.deduced)
        problem = concepts.label(bubble.problem) if bubble.problem else _NO_PROBLEM
        if bubble.direction == SILENT:
            parts.append(f"{problem}: {SILENT}: {which}")
        else:
            where = f"{problem}, {_column(bubble.outcome, concepts)}"
            parts.append(f"{where}: {_LOOKS[bubble.direction].label}: {which}")
    note = f" {look.DAGGER} {look.DEDUCED}." if any(bubble.deduced for bubble in counted) else ""
    return "; ".join(parts) + "." + note


def _row(bubble: Bubble, concepts: Concepts) -> tuple[str, ...]:
    return (
        concepts.label(bubble.problem) if bubble.problem else _NO_PROBLEM,
        _column(bubble.outcome, concepts) if bubble.outcome != SILENT else "",
        _LOOKS[bubble.direction].label,
        str(len(bubble.studies)),
        ", ".join(bubble.studies),
        ", ".join(bubble.deduced),
    )
