"""What stands around a figure in lanes: title, explanation, legend, names of lanes, axis of years, source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from evigraph.drawing import lanes
from evigraph.drawing.figure import Figure
from evigraph.drawing.lanes import Axis, Layout
from evigraph.drawing.svg import Style, element, text
from evigraph.drawing.text import FONTS, clip, width, wrap

#: Where the lanes begin; to the left of it stand their names.
LEFT = 170.0
_MARGIN, _TITLE, _GREY = 14.0, 17, "#555"
_LINE = 16


class Lane(NamedTuple):
    """What a lane is called, how much is in it, and its symbol if it has one."""

    name: str
    note: str
    style: Style | None = None


def framed(
    *,
    title: str,
    words: Sequence[str],
    source: str,
    legend: Sequence[tuple[str, Style]],
    rows: Sequence[Lane],
    layout: Layout,
    body: str,
    header: tuple[str, ...],
    table: Sequence[tuple[str, ...]],
) -> Figure:
    """Put a frame around what was laid out from the height 0 down.

    Args:
        title: What is shown.
        words: Sentences that explain it.
        source: The command that draws it.
        legend: The names of the symbols.
        rows: The lanes, in the order of the layout.
        layout: Where things are.
        body: The things as SVG.
        header: The columns of the table behind the figure.
        table: Its rows.
    """
    total = layout.axis.right + 2 * _MARGIN
    above, top = _above(title, " ".join(words), legend, total)
    height = top + layout.bottom + 2 * _LINE + _MARGIN * 2
    drawn = _bands(rows, layout) + _years(layout) + body
    below = text(_MARGIN, height - _MARGIN, f"Drawn by: {source}", fill=_GREY)
    moved = element("g", f"\n{drawn}\n", transform=f"translate(0 {top:g})")
    content = element("g", f"{above}\n{moved}\n{below}", font_family=FONTS, font_size=lanes.FONT, fill="#222")
    counts = "; ".join(f"{row.name}: {row.note}" for row in rows)
    return Figure(
        title=title,
        description=f"{' '.join(words)} From left to right the years. From top to bottom {counts}.",
        source=source,
        width=round(total),
        height=round(height),
        body=content,
        header=header,
        rows=tuple(table),
    )


def _above(title: str, words: str, legend: Sequence[tuple[str, Style]], total: float) -> tuple[str, float]:
    """Title, explanation and legend; and the height below them."""
    room = total - 2 * _MARGIN
    y = _MARGIN + _TITLE
    drawn = [text(_MARGIN, y, clip(title, _TITLE, room), font_size=_TITLE, font_weight="bold")]
    for line in wrap(words, lanes.FONT, room):
        y += _LINE
        drawn.append(text(_MARGIN, y, line, fill=_GREY))
    y += _LINE + 8
    x = _MARGIN
    for name, style in legend:
        wide = 16 + width(name, lanes.FONT) + 14
        if x + wide > total and x > _MARGIN:
            x, y = _MARGIN, y + _LINE + 2
        drawn += [style.draw(x + 6, y - 4, 5), text(x + 16, y, name)]
        x += wide
    return "\n".join(drawn), y + 12


def _bands(rows: Sequence[Lane], layout: Layout) -> str:
    """The lanes as bands, each with its name and count to the left."""
    drawn = []
    for number, (row, (top, bottom)) in enumerate(zip(rows, layout.lanes, strict=True)):
        size = {"width": layout.axis.right + _MARGIN, "height": bottom - top}
        drawn.append(element("rect", x=_MARGIN / 2, y=top, fill=("#f4f4f4", "#fff")[number % 2], **size))
        y = top + lanes.PAD + 12
        if row.style is not None:
            drawn.append(row.style.draw(_MARGIN + 6, y - 4, 5))
        x = _MARGIN + (16 if row.style is not None else 0)
        drawn += [
            text(x, y, clip(row.name, lanes.FONT, LEFT - x - 8), font_weight="bold"),
            text(x, y + 14, row.note, fill=_GREY),
        ]
    return "\n".join(drawn)


def _years(layout: Layout) -> str:
    """Lines at round years over all lanes, breaks where years are left out, the unknown year apart."""
    axis, bottom = layout.axis, layout.bottom
    drawn = []
    for year in _ticks(axis):
        x = axis.middle(year)
        drawn += [
            element("line", x1=x, x2=x, y1=0, y2=bottom + 4, stroke="#ddd"),
            text(x, bottom + 17, str(year), text_anchor="middle"),
        ]
    for x in axis.breaks:
        drawn += [
            element("line", x1=x, x2=x, y1=0, y2=bottom, stroke="#bbb", stroke_dasharray="2 4"),
            text(x, bottom + 17, "…", text_anchor="middle", fill=_GREY),
        ]
    if None in axis.columns:
        left, wide = axis.columns[None]
        edge = left + wide
        drawn.append(element("line", x1=edge, x2=edge, y1=0, y2=bottom + 4, stroke="#999"))
        for number, line in enumerate(("year not", "recorded")):
            at = bottom + 12 + 12 * number
            drawn.append(text(left + wide / 2, at, line, text_anchor="middle", font_style="italic"))
    return "\n".join(drawn)


def _ticks(axis: Axis) -> list[int]:
    """Years to write: as dense as a label of four digits allows, the first and last of each stretch too."""
    years = [year for year in axis.columns if year is not None]
    if not years:
        return []
    wide = axis.columns[years[0]][1]
    step = next(step for step in (1, 2, 5, 10) if step * wide >= 40 or step == 10)
    ends = {year for year in years if year - 1 not in axis.columns or year + 1 not in axis.columns}
    kept: list[int] = []
    for year in sorted(ends) + [year for year in years if year % step == 0]:
        x = axis.middle(year)
        clear = all(abs(x - axis.middle(other)) >= 38 for other in kept)
        if clear and all(abs(x - gap) >= 24 for gap in axis.breaks):
            kept.append(year)
    return sorted(kept)
