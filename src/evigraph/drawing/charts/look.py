"""What the charts share: colours with a symbol each, a legend of both, and how all of it is set.

The legend is a chart of its own beside the others, so that it can hold what is not a scale: the dagger, the
hollow symbol, and what does not occur.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from evigraph.drawing.svg import SYMBOLS
from evigraph.drawing.text import FONTS

if TYPE_CHECKING:
    import altair as alt

#: Stands beside all that no text says.
DAGGER: Final = "†"
DEDUCED: Final = "no text states it: it rests on what was deduced"
#: So many studies are named in words; more are counted.
NAMED: Final = 30
INK, GREY, GRID = "#222", "#555", "#e4e4e4"
FONT = 11
_DISC = "M-1 0A1 1 0 1 0 1 0A1 1 0 1 0 -1 0Z"  # against the clock; what is cut out runs with it
PATHS: Final = {
    **{name: SYMBOLS[name](0, 0, 1) for name in ("circle", "diamond", "down", "square", "up")},
    "bar": "M-1 -0.32L1 -0.32L1 0.32L-1 0.32Z",
    "both": "M-1 0L-0.1 -0.8L-0.1 0.8ZM1 0L0.1 0.8L0.1 -0.8Z",
    "cross": "M-0.85 -0.6L-0.6 -0.85L0 -0.25L0.6 -0.85L0.85 -0.6L0.25 0L0.85 0.6L0.6 0.85L0 0.25"
    "L-0.6 0.85L-0.85 0.6L-0.25 0Z",
    "equal": "M-0.95 -0.7L0.95 -0.7L0.95 -0.18L-0.95 -0.18ZM-0.95 0.18L0.95 0.18L0.95 0.7L-0.95 0.7Z",
    "dagger": "M-0.16 -1L0.16 -1L0.13 -0.58L0.5 -0.62L0.5 -0.3L0.13 -0.34L0.06 1L-0.06 1L-0.13 -0.34"
    "L-0.5 -0.3L-0.5 -0.62L-0.13 -0.58Z",
    "yes": f"{_DISC}M-0.62 0.02L-0.42 -0.18L-0.15 0.1L0.42 -0.5L0.62 -0.3L-0.15 0.5Z",
    "no": f"{_DISC}M-0.56 -0.38L-0.38 -0.56L0 -0.18L0.38 -0.56L0.56 -0.38L0.18 0L0.56 0.38L0.38 0.56"
    "L0 0.18L-0.38 0.56L-0.56 0.38L-0.18 0Z",
    "question": f"{_DISC}M-0.44 -0.28A0.44 0.44 0 0 1 0.44 -0.28C0.44 0.02 0.13 0.02 0.13 0.26"
    "L-0.13 0.26C-0.13 -0.12 0.18 -0.08 0.18 -0.28A0.18 0.18 0 0 0 -0.18 -0.28Z"
    "M-0.14 0.4L0.14 0.4L0.14 0.66L-0.14 0.66Z",
    "ring": f"{_DISC}M-0.7 0A0.7 0.7 0 1 1 0.7 0A0.7 0.7 0 1 1 -0.7 0Z",
}
CONFIG: Final[dict[str, Any]] = {
    "aria": False,  # the drawing is one image with one text
    "background": "#ffffff",
    "font": FONTS,
    "padding": 10,
    "view": {"stroke": GRID},
    "axis": {
        "domain": False,
        "ticks": False,
        "grid": True,
        "gridColor": GRID,
        "labelColor": INK,
        "labelFontSize": FONT,
        "labelLimit": 0,
        "labelPadding": 6,
        "titleColor": INK,
        "titleFontSize": FONT,
    },
    "concat": {"spacing": 12},
    "title": {
        "color": INK,
        "fontSize": 17,
        "fontWeight": "bold",
        "subtitleColor": GREY,
        "subtitleFontSize": FONT,
        "subtitleLineHeight": 15,
        "subtitlePadding": 6,
    },
}


class Look(NamedTuple):
    """A colour and a symbol that belong together, and what they mean."""

    label: str
    colour: str
    symbol: str


#: Directions of effect. After Boon & Thomson (2021) an arrow up, down, or to both sides; where they have one
#: sign for no change and for conflicting findings, there are three here. Colours: Okabe & Ito (2008).
DIRECTIONS: Final[Mapping[str, Look]] = {
    "benefit": Look("benefit", "#009e73", "up"),
    "harm": Look("harm", "#d55e00", "down"),
    "mixed": Look("mixed", "#cc79a7", "both"),
    "no-difference": Look("no difference", "#0072b2", "bar"),
    "equivalent": Look("equivalent", "#e69f00", "equal"),
    "not-reported": Look("not reported", "#6b6b6b", "cross"),
    "not-recorded": Look("direction not recorded", "#6b6b6b", "diamond"),
}
#: What people decided on a study; the same signs as the roles of works in the figure of citations.
DECISIONS: Final[Mapping[str, Look]] = {
    "include": Look("include", "#009e73", "circle"),
    "exclude": Look("exclude", "#d55e00", "square"),
    "unsure": Look("unsure, or people differ", "#e69f00", "diamond"),
    "": Look("no decision recorded", "#6b6b6b", "ring"),
}
OUTCOMES: Final[Mapping[str, Look]] = {
    "met": Look("met", "#009e73", "yes"),
    "not met": Look("not met", "#d55e00", "no"),
    "cannot tell": Look("cannot tell", "#6b6b6b", "question"),
}


class Entry(NamedTuple):
    """A line of a legend; one without a symbol is a heading.

    Attributes:
        label: What the symbol means.
        symbol: One of :data:`PATHS`, or empty.
        colour: Its colour.
        size: Its area in square pixels.
        hollow: Whether it is drawn in outline.
    """

    label: str
    symbol: str = ""
    colour: str = GREY
    size: float = 110.0
    hollow: bool = False


def entries(looks: Mapping[str, Look], used: Sequence[str], rare: Sequence[str] = ()) -> list[Entry]:
    """The lines of a legend: all looks, also those that do not occur, but of the rare ones those that do."""
    return [
        Entry(look.label, look.symbol, look.colour)
        for name, look in looks.items()
        if name in used or name not in rare
    ]


def scales(looks: Mapping[str, Look]) -> tuple[alt.Scale, alt.Scale]:
    """The scales of colours and of symbols, which do not hang on what occurs."""
    import altair as alt

    colours = alt.Scale(domain=list(looks), range=[look.colour for look in looks.values()])
    symbols = alt.Scale(domain=list(looks), range=[PATHS[look.symbol] for look in looks.values()])
    return colours, symbols


#: The name of the data of a legend.
LEGEND: Final = "legend"


def legend_rows(lines: Sequence[Entry]) -> list[dict[str, Any]]:
    """The data of a legend: a symbol and a label a line."""
    return [
        {
            "row": number,
            "label": entry.label,
            "symbol": PATHS[entry.symbol or "circle"],
            "fill": "#fff" if entry.hollow else entry.colour,
            "stroke": entry.colour,
            "line": 1.4 if entry.hollow else 0,
            "size": entry.size if entry.symbol else 0,
            "heading": not entry.symbol,
        }
        for number, entry in enumerate(lines)
    ]


def legend(lines: int) -> alt.LayerChart:
    """A legend of so many lines as a chart of its own."""
    import altair as alt

    y = alt.Y("row:O", axis=None, scale=alt.Scale(domain=list(range(lines)), paddingOuter=0.2))
    base = named(LEGEND)
    marks = base.mark_point(opacity=1).encode(
        x=at(11),
        y=y,
        shape=alt.Shape("symbol:N", scale=None),
        fill=alt.Fill("fill:N", scale=None),
        stroke=alt.Stroke("stroke:N", scale=None),
        strokeWidth=alt.StrokeWidth("line:Q", scale=None),
        size=alt.Size("size:Q", scale=None),
    )
    set_as: dict[str, Any] = {"align": "left", "baseline": "middle", "fontSize": FONT, "color": INK}
    labels = base.transform_filter("!datum.heading").mark_text(**set_as)
    headings = base.transform_filter("datum.heading").mark_text(fontWeight="bold", **set_as)
    text = alt.Text("label:N")
    view = alt.ViewBackground(stroke=None)
    return layered(
        marks,
        labels.encode(x=at(24), y=y, text=text),
        headings.encode(x=at(2), y=y, text=text),
        width=200,
        height=alt.Step(19),
        view=view,
    )


def at(pixels: float) -> alt.XValue:
    """A place that does not hang on the data."""
    import altair as alt

    return alt.XValue(pixels)  # type: ignore[no-untyped-call]  # what is made by hand in Altair has no types


def named(data: str) -> alt.Chart:
    """A chart of the data of this name, with which it is put together last."""
    import altair as alt

    return alt.Chart(alt.NamedData(data))


def layered(*charts: alt.Chart, **more: Any) -> alt.LayerChart:
    """Charts above each other."""
    import altair as alt

    return alt.LayerChart(layer=list(charts), **more)


def daggers(base: alt.Chart, right: float | alt.ExprRef = 8, up: float = 5) -> alt.Chart:
    """A dagger at the upper right of each mark whose datum is deduced."""
    import altair as alt

    marked = base.transform_filter("datum.deduced").mark_text(
        align="left", baseline="middle", dx=right, dy=-up, fontSize=12, color=INK
    )
    drawn: alt.Chart = marked.encode(text=alt.TextValue(DAGGER))
    return drawn


def cells(names: Sequence[str], *, top: bool = False, labels: bool = True) -> dict[str, Any]:
    """The options of an axis along which each name has a band of its own, with lines between them."""
    import altair as alt

    axis = alt.Axis(labels=labels, tickBand="extent")
    if top:
        axis = alt.Axis(tickBand="extent", orient="top", labelAngle=-45, labelAlign="left", labelPadding=4)
    scale = alt.Scale(domain=list(names), paddingInner=0, paddingOuter=0)
    return {"sort": list(names), "title": None, "scale": scale, "axis": axis, "bandPosition": 0.5}


def beside(*charts: alt.Chart | alt.LayerChart, **more: Any) -> alt.HConcatChart:
    """Charts beside each other; slanted names above one may reach over the next, as they are parallel."""
    import altair as alt

    apart = alt.Resolve(
        scale=alt.ScaleResolveMap(
            color="independent", fill="independent", shape="independent", stroke="independent"
        )
    )
    return alt.HConcatChart(hconcat=list(charts), bounds="flush", resolve=apart, **more)


def area_legend(title: str, areas: Sequence[tuple[str, float]]) -> list[Entry]:
    """Lines of a legend for sizes: what each is, and its area."""
    return [Entry(""), Entry(title), *(Entry(label, "circle", "#999", area) for label, area in areas)]


#: The lines of a legend for the dagger.
DAGGER_LINES: Final = (Entry(""), Entry("rests on deduced statements", "dagger", INK, 90))


def listed(studies: Sequence[str], marked: Sequence[str] = ()) -> str:
    """The names of a few studies, with a dagger at those that are marked; the number of many."""
    if len(studies) > NAMED:
        return counted(len(studies), "study") + (f", {len(marked):,} of them {DAGGER}" if marked else "")
    return ", ".join(f"{study}{DAGGER if study in marked else ''}" for study in studies)


def counted(count: int, noun: str) -> str:
    """A number and its noun."""
    if count == 1:
        return f"{count:,} {noun}"
    return f"{count:,} {noun.removesuffix('y') + 'ies' if noun.endswith('y') else noun + 's'}"
