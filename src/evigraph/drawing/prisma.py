"""The flow diagram of PRISMA 2020: two columns for each way into the review, and what is in it below.

The arrangement follows the templates for new reviews, with or without other methods than searches of
databases and registers (M. J. Page and others, 2021, BMJ 372:n71).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from evigraph.drawing.figure import Figure
from evigraph.drawing.svg import element, text
from evigraph.drawing.text import FONTS, width, wrap
from evigraph.flow.counting import DEDUCED_MEANS, Box, Flow
from evigraph.flow.texts import STEPS, WITH, lines_of

_FONT, _LINE, _PAD = 13.0, 17.0, 9.0
_COLUMN, _GAP, _MARGIN, _BAR, _HEAD = 270.0, 34.0, 16.0, 26.0, 30.0
_INDENT = 12.0
#: Stands for a space at which no line ends.
_GLUE = "\x00"
_HEAD_FILL, _BAR_FILL, _OTHER_FILL, _LINE_COLOUR = "#ffc000", "#9dc3e6", "#d9d9d9", "#222"
#: The steps that each bar at the left spans; the last spans what is included.
_STAGES = (("Identification", (0,)), ("Screening", (1, 2, 3)), ("Included", (4,)))


class _Cell(NamedTuple):
    """A box on paper: its lines with their indents, and where it is."""

    lines: tuple[tuple[float, str], ...]
    x: float
    step: int

    @property
    def height(self) -> float:
        return len(self.lines) * _LINE + 2 * _PAD


def draw_flow(flow: Flow) -> Figure:
    """Draw a flow.

    Args:
        flow: What was counted.
    """
    cells: list[_Cell] = []
    heads, arrows = [], []
    left = _MARGIN + _BAR + 10
    for number, (route, boxes) in enumerate(flow.routes.items()):
        x = left + number * 2 * (_COLUMN + _GAP)
        cells += _cells(boxes, x, first=number == 0)
        fill = _OTHER_FILL if number else _HEAD_FILL
        heads.append(_head(f"Identification of studies via {route}", x, fill))
    included = [line for box in flow.included for line in _wrapped(box)]
    cells.append(_Cell(tuple(included), left, len(STEPS)))
    tops = _tops(cells)
    arrows = _arrows(cells, tops)
    total = left + len(flow.routes) * 2 * (_COLUMN + _GAP) - _GAP + _MARGIN
    height = tops[-1] + _MARGIN
    words = "; ".join(box.words for _, box in flow.boxes())
    below = []
    if flow.deduced:
        words += f". {DEDUCED_MEANS}."
        below.append(text(left, height + _LINE / 2, DEDUCED_MEANS))
        height += _LINE + _MARGIN / 2
    drawn = [*heads, *below, *_bars(tops), *arrows, *(_drawn(cell, tops[cell.step]) for cell in cells)]
    marker = element(
        "marker",
        element("path", d="M0 0L8 4L0 8Z", fill=_LINE_COLOUR),
        id="arrow",
        markerWidth=8,
        markerHeight=8,
        refX=8,
        refY=4,
        orient="auto",
    )
    body = element("defs", marker) + element(
        "g", "\n" + "\n".join(drawn) + "\n", font_family=FONTS, font_size=_FONT, fill="#222"
    )
    return Figure(
        title=f"PRISMA 2020 flow diagram of {flow.review}",
        description=words,
        source="evigraph flow",
        width=round(total),
        height=round(height),
        body=body,
        header=("id", "what", "number"),
        rows=tuple((box.id, box.label, box.number) for _, box in flow.boxes()),
    )


def _cells(boxes: Iterable[Box], x: float, *, first: bool) -> list[_Cell]:
    """The boxes of one way in, each with what leaves the flow beside it."""
    by_step = {box.id.removeprefix("other:"): box for box in boxes}
    cells = []
    for step, (id, beside) in enumerate(STEPS):
        if not first and id == "screened" and not by_step[id].members:
            continue  # the template has no such box for other methods
        shown = [by_step[other] for other in (id, *WITH.get(id, ())) if other in by_step]
        cells.append(_Cell(tuple(line for box in shown for line in _wrapped(box)), x, step))
        out = [by_step[other] for other in beside if other in by_step]
        if first or id != "identified" or any(box.members for box in out):
            lines = tuple(line for box in out for line in _wrapped(box))
            cells.append(_Cell(lines, x + _COLUMN + _GAP, step))
    return cells


def _wrapped(box: Box) -> list[tuple[float, str]]:
    """The text of a box in lines that fit, each with its indent."""
    found = []
    for line in lines_of(box):
        indent = _INDENT if line.startswith(" ") else 0.0
        words, _, number = line.rpartition("(n ")
        whole = words + ("(n " + number).replace(" ", _GLUE)
        parts = wrap(whole, _FONT, _COLUMN - 2 * _PAD - indent)
        found += [(indent, part.replace(_GLUE, " ")) for part in parts]
    return found


def _tops(cells: Sequence[_Cell]) -> list[float]:
    """Where each step begins, and at the end where the last ends."""
    tops = [_MARGIN + _HEAD + 12]
    for step in range(len(STEPS) + 1):
        tops.append(tops[-1] + max(cell.height for cell in cells if cell.step == step) + _GAP)
    tops[-1] -= _GAP
    return tops


def _head(words: str, x: float, fill: str) -> str:
    wide = 2 * _COLUMN + _GAP
    box = element("rect", x=x, y=_MARGIN, width=wide, height=_HEAD, rx=6, fill=fill, stroke=_LINE_COLOUR)
    return box + text(x + wide / 2, _MARGIN + 20, words, text_anchor="middle", font_weight="bold")


def _bars(tops: Sequence[float]) -> list[str]:
    """The bars at the left that name the stages."""
    drawn = []
    for name, steps in _STAGES:
        top, bottom = tops[steps[0]], tops[steps[-1] + 1] - (0 if steps[-1] == len(STEPS) else _GAP)
        long = max(bottom - top, width(name, _FONT) + 8)
        bar = element(
            "rect", x=_MARGIN, y=top, width=_BAR, height=long, rx=6, fill=_BAR_FILL, stroke=_LINE_COLOUR
        )
        x, y = _MARGIN + _BAR / 2 + 4, top + long / 2
        turned = {"text_anchor": "middle", "font_weight": "bold", "transform": f"rotate(-90 {x:g} {y:g})"}
        drawn.append(bar + text(x, y, name, **turned))
    return drawn


def _arrows(cells: Sequence[_Cell], tops: Sequence[float]) -> list[str]:
    """From each box down to the next of its column, and to what leaves the flow beside it."""
    drawn, left = [], cells[-1].x
    columns: dict[float, list[_Cell]] = {}
    for cell in cells[:-1]:
        columns.setdefault(cell.x, []).append(cell)
    for number, (x, column) in enumerate(sorted(columns.items())):
        if number % 2:  # what leaves the flow comes from the box at its left
            drawn += [_arrow((x - _GAP, _middle(c, tops)), (x, _middle(c, tops))) for c in column]
            continue
        middle = x + _COLUMN / 2
        for one, other in itertools.pairwise(column):
            drawn.append(_arrow((middle, tops[one.step] + one.height), (middle, tops[other.step])))
        last, end = column[-1], cells[-1]
        if x == left:
            drawn.append(_arrow((middle, tops[last.step] + last.height), (middle, tops[end.step])))
        else:
            y = tops[end.step] + end.height / 2
            bend = [(middle, tops[last.step] + last.height), (middle, y), (left + _COLUMN, y)]
            drawn.append(_arrow(*bend))
    return drawn


def _middle(cell: _Cell, tops: Sequence[float]) -> float:
    """The height of the arrow to a box beside: that of the first lines of both."""
    return tops[cell.step] + _PAD + _LINE * 0.7


def _arrow(*points: tuple[float, float]) -> str:
    d = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    return element("path", d=d, fill="none", stroke=_LINE_COLOUR, marker_end="url(#arrow)")


def _drawn(cell: _Cell, top: float) -> str:
    box = element(
        "rect", x=cell.x, y=top, width=_COLUMN, height=cell.height, fill="#fff", stroke=_LINE_COLOUR
    )
    lines = (
        text(cell.x + _PAD + indent, top + _PAD + _LINE * (number + 0.78), line)
        for number, (indent, line) in enumerate(cell.lines)
    )
    return box + "".join(lines)
