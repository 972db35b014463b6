"""A chart: a Vega-Lite specification with the words and the table that go with it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from evigraph.drawing.charts import look
from evigraph.drawing.charts.converter import to_svg
from evigraph.drawing.figure import Figure
from evigraph.drawing.svg import NOT_XML, element, text
from evigraph.drawing.text import FONTS, wrap

if TYPE_CHECKING:
    import altair as alt

    from evigraph.drawing.charts.look import Entry

#: The endings of the files that a chart can be written as.
FORMATS = ("svg", "png", "html", "json")
_SVG = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>(.*)</svg>\s*', re.DOTALL)
_MARGIN, _LINE, _FONT, _GREY = 10.0, 15.0, 11.0, "#555"


@dataclass(frozen=True)
class Chart:
    """A chart with the words that go with it; it has all that a :class:`Figure` has.

    Args:
        title: What is shown, in a few words.
        description: The same as a text that stands in for the drawing.
        source: The command and the questions behind it.
        spec: Vega-Lite, with its data.
        header: The columns of the table behind the drawing.
        rows: Its rows.
    """

    title: str
    description: str
    source: str
    spec: dict[str, Any]
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def width(self) -> int:
        """In pixels."""
        return self.figure.width

    @property
    def height(self) -> int:
        """In pixels."""
        return self.figure.height

    @property
    def svg(self) -> str:
        """The drawing as an SVG document."""
        return self.figure.svg

    @property
    def html(self) -> str:
        """The drawing and the table behind it as a page that asks for nothing from outside."""
        return self.figure.html

    @property
    def json(self) -> str:
        """The specification as text, for programs that read Vega-Lite."""
        return json.dumps(self.spec, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    def render(self, format: str) -> bytes:
        """The chart as the bytes of a file.

        Args:
            format: One of :data:`FORMATS`.

        Raises:
            EnvironmentFaultError: vl-convert, which draws it, is not installed.
        """
        return self.json.encode() if format == "json" else self.figure.render(format)

    @cached_property
    def figure(self) -> Figure:
        """The drawing, with a line below that says by which command and questions it was drawn."""
        found = _SVG.fullmatch(to_svg(self.spec))
        assert found is not None  # as vl-convert writes it
        wide, high = float(found[1]), float(found[2])
        lines = wrap(f"Drawn by: {self.source}", _FONT, wide - 2 * _MARGIN)
        below = "\n".join(
            text(_MARGIN, high + _FONT + number * _LINE, line, fill=_GREY)
            for number, line in enumerate(lines)
        )
        return Figure(
            title=self.title,
            description=self.description,
            source=self.source,
            width=round(wide),
            height=round(high + len(lines) * _LINE + _MARGIN / 2),
            body=f"{found[3]}\n{element('g', below, font_family=FONTS, font_size=_FONT)}",
            header=self.header,
            rows=self.rows,
        )


def chart(
    panels: Sequence[alt.Chart | alt.LayerChart],
    lines: Sequence[Entry],
    data: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    title: str,
    words: Sequence[str],
    description: str,
    source: str,
    header: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    room: float,
    spacing: float = 12,
) -> Chart:
    """Put panels beside each other, a legend beside these, and a title and an explanation above.

    Args:
        panels: Charts that name their data.
        lines: The legend.
        data: The data by name; Altair would copy it at each step.
        title: What is shown, in a few words.
        words: Sentences that explain it.
        description: What is seen, for those who do not see it; it follows the words.
        source: The command and the questions behind it.
        header: The columns of the table behind the drawing.
        rows: Its rows.
        room: About how wide the drawing is, in pixels.
        spacing: Pixels between the panels.
    """
    import altair as alt

    explained = wrap(_clean(" ".join(words)), _FONT, max(room, 560.0))
    head = alt.TitleParams(_clean(title), subtitle=explained, anchor="start", frame="bounds", offset=14)
    drawn = look.beside(*panels, look.legend(len(lines)), spacing=spacing, title=head)
    spec: dict[str, Any] = drawn.to_dict(validate=False)
    full = f"{' '.join(words)} {description}".strip()
    spec |= {
        "config": look.CONFIG,
        "datasets": {**data, look.LEGEND: look.legend_rows(lines)},
        "description": full,
        "usermeta": {"evigraph": {"source": source}},
    }
    return Chart(title, full, source, _cleaned(spec), header, tuple(rows))


def _cleaned(value: Any) -> Any:
    """The same without what no XML may hold."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(held) for key, held in value.items()}
    return [_cleaned(held) for held in value] if isinstance(value, (list, tuple)) else value


def _clean(text: str) -> str:
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
