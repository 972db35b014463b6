"""Where things stand on a time line in lanes: nothing on top of anything else, and the same each time.

A lane has two parts. Above stand the things with a label, each symbol with its label in the first row
where both are free. Below stand the things without one, stacked under their year, so that the lane
reads as a histogram too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from evigraph.drawing.text import clip, width

#: Sizes in pixels.
FONT, ROW, PAD = 11, 16, 6
LONGEST_LABEL = 170
_NARROWEST, _UNKNOWN, _GAP, _SPACE = 15, 62, 4, 10
#: So many years without anything are drawn as a break of the axis.
_LONG = 8


class Box(NamedTuple):
    """A rectangle that is taken, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two rectangles share more than an edge."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True)
class Thing:
    """What is to be placed: its lane, its year if known, its radius in pixels, its label or none."""

    id: str
    lane: int
    year: int | None
    radius: float
    label: str = ""


@dataclass(frozen=True)
class Mark:
    """A thing at its place, with the base line of its label."""

    thing: Thing
    x: float
    y: float
    label: str = ""
    label_x: float = 0
    anchor: str = "start"

    @property
    def symbol_box(self) -> Box:
        """The rectangle around the symbol."""
        r = self.thing.radius
        return Box(self.x - r, self.y - r, self.x + r, self.y + r)

    @property
    def label_box(self) -> Box | None:
        """The rectangle around the label, rather too wide than too narrow."""
        if not self.label:
            return None
        wide = width(self.label, FONT)
        left = self.label_x - (wide if self.anchor == "end" else 0)
        return Box(left, self.y - FONT * 0.6, left + wide, self.y + FONT * 0.6)


@dataclass(frozen=True)
class Axis:
    """Where each year stands: its column as left edge and width; ``None`` is the unknown year."""

    columns: dict[int | None, tuple[float, float]]
    breaks: tuple[float, ...]
    left: float
    right: float

    def middle(self, year: int | None) -> float:
        """The middle of the column of a year."""
        left, wide = self.columns[year]
        return left + wide / 2

    def place(self, year: int | None) -> float:
        """Where a symbol with a label stands: the label of an unknown year stays in the column."""
        return self.columns[None][0] + 12 if year is None else self.middle(year)


@dataclass(frozen=True)
class Layout:
    """Marks, the top and bottom of each lane, and the axis."""

    marks: tuple[Mark, ...]
    lanes: tuple[tuple[float, float], ...]
    axis: Axis

    @property
    def bottom(self) -> float:
        """Where the last lane ends."""
        return self.lanes[-1][1]


def arrange(things: Sequence[Thing], *, lanes: int, left: float, room: float, most_rows: int) -> Layout:
    """Place things in lanes, by year.

    Args:
        things: What is placed; earlier ones come to stand higher in their lane.
        lanes: How many lanes there are; each is as high as it needs to be.
        left: Where the axis begins, in pixels.
        room: How wide the axis should be; it is wider where the years need it.
        most_rows: So many rows of labels fit into a lane; what finds no room in them has no label.
    """
    axis = _axis(things, left, room)
    marks: list[Mark] = []
    bounds: list[tuple[float, float]] = []
    top = 0.0
    for lane in range(lanes):
        own = [thing for thing in things if thing.lane == lane]
        start = top + PAD
        labelled, below = _rows([thing for thing in own if thing.label], axis, start, most_rows)
        named = {mark.thing.id for mark in labelled}
        stacked, end = _stacks([thing for thing in own if thing.id not in named], axis, below)
        marks += [*labelled, *stacked]
        bounds.append((top, max(end, start + 2 * ROW) + PAD))
        top = bounds[-1][1]
    return Layout(tuple(marks), tuple(bounds), axis)


def _axis(things: Iterable[Thing], left: float, room: float) -> Axis:
    found = {thing.year for thing in things}
    years = sorted(year for year in found if year is not None)
    unknown = 0.0
    if None in found:
        labels = [thing.label for thing in things if thing.year is None]
        unknown = max([_UNKNOWN, *(min(width(name, FONT), LONGEST_LABEL) + 30 for name in labels)])
    slots: list[int | None] = []  # None is part of a break
    for last, year in zip([*years[:1], *years], years, strict=False):
        slots += [None] * 3 if year - last > _LONG else range(last + 1, year)
        slots.append(year)
    wide = max(_NARROWEST, (room - unknown) / max(1, len(slots)))
    columns: dict[int | None, tuple[float, float]] = {None: (left, unknown)} if unknown else {}
    begin = left + unknown
    columns |= {year: (begin + at * wide, wide) for at, year in enumerate(slots) if year is not None}
    gaps = [begin + (at + 0.5) * wide for at, year in enumerate(slots) if year is None]
    return Axis(columns, tuple(gaps[1::3]), left, begin + len(slots) * wide)


def _rows(things: Sequence[Thing], axis: Axis, top: float, most: int) -> tuple[list[Mark], float]:
    """Symbols with labels, each in the first row where there is room; and where the rows end."""
    rows: list[list[tuple[float, float]]] = []
    height = max([ROW, *(2 * thing.radius + 2 for thing in things)])
    marks = []
    for thing in things:
        x, label = axis.place(thing.year), clip(thing.label, FONT, LONGEST_LABEL)
        reach, wide = thing.radius + _GAP, width(label, FONT)
        flipped = x + reach + wide > axis.right
        taken = (x - reach - wide, x + reach) if flipped else (x - reach, x + reach + wide)
        row = _first_free(rows, taken)
        if row == most:
            continue
        if row == len(rows):
            rows.append([])
        rows[row].append(taken)
        label_x = x - reach if flipped else x + reach
        y = top + (row + 0.5) * height
        marks.append(Mark(thing, x, y, label, label_x, "end" if flipped else "start"))
    return marks, top + len(rows) * height


def _first_free(rows: list[list[tuple[float, float]]], taken: tuple[float, float]) -> int:
    """The number of the first row where nothing is in the way; that of a new one if there is none."""
    for number, row in enumerate(rows):
        if all(taken[1] + _SPACE <= left or right + _SPACE <= taken[0] for left, right in row):
            return number
    return len(rows)


def _stacks(things: Sequence[Thing], axis: Axis, top: float) -> tuple[list[Mark], float]:
    """Symbols without labels, in shelves as wide as the column of their year; and where the last ends."""
    columns: dict[int | None, list[Thing]] = defaultdict(list)
    for thing in things:
        columns[thing.year].append(thing)
    marks, end = [], top
    for year, column in columns.items():
        y = top
        for shelf in _shelves(column, axis.columns[year][1] - 2):
            high = max(2 * thing.radius for thing in shelf) + 1
            x = axis.middle(year) - sum(2 * thing.radius + 1 for thing in shelf) / 2
            for thing in shelf:
                marks.append(Mark(thing, x + thing.radius + 0.5, y + high / 2))
                x += 2 * thing.radius + 1
            y += high
        end = max(end, y)
    return marks, end


def _shelves(things: Iterable[Thing], room: float) -> list[list[Thing]]:
    shelves: list[list[Thing]] = []
    free = 0.0
    for thing in things:
        needs = 2 * thing.radius + 1
        if not shelves or needs > free:
            shelves.append([])
            free = room
        shelves[-1].append(thing)
        free -= needs
    return shelves
