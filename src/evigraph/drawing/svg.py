"""SVG text: elements, escaping, and the symbols that stand beside colours."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import NamedTuple

#: What XML 1.0 cannot hold even escaped.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def number(value: float) -> str:
    """A length in pixels, to a tenth, as short as it goes."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def escape(text: str) -> str:
    """Text as it may stand in an element or an attribute, whatever it holds."""
    return html.escape(NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text))


def element(name: str, content: str = "", /, **attributes: str | float | None) -> str:
    """An element around content that is already SVG; ``_`` in a name of an attribute is written ``-``."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(x: float, y: float, words: str, **attributes: str | float | None) -> str:
    """A line of text; ``y`` is its base line."""
    return element("text", escape(words), x=x, y=y, **attributes)


class Style(NamedTuple):
    """A colour and a symbol that belong together, so that neither is the only sign."""

    colour: str
    symbol: str
    hollow: bool = False

    def draw(self, x: float, y: float, r: float, content: str = "") -> str:
        """The symbol around a point, within ``r`` of it in both directions.

        Args:
            x: The middle, in pixels.
            y: The middle, in pixels.
            r: The radius, in pixels.
            content: What stands inside of the element, such as a title.
        """
        fill, stroke = ("#fff", self.colour) if self.hollow else (self.colour, "#fff")
        return element(
            "path", content, d=SYMBOLS[self.symbol](x, y, r), fill=fill, stroke=stroke, stroke_width=0.8
        )


def _polygon(points: list[tuple[float, float]]) -> Callable[[float, float, float], str]:
    def path(x: float, y: float, r: float) -> str:
        return "M" + "L".join(f"{number(x + dx * r)} {number(y + dy * r)}" for dx, dy in points) + "Z"

    return path


def _circle(x: float, y: float, r: float) -> str:
    r = round(0.92 * r, 1)  # as written, so that both halves meet
    size = f"{number(r)} {number(r)}"
    return f"M{number(x - r)} {number(y)}a{size} 0 1 0 {number(2 * r)} 0a{size} 0 1 0 {number(-2 * r)} 0Z"


_PLUS = [
    *((-0.32, -1.0), (0.32, -1.0), (0.32, -0.32), (1.0, -0.32), (1.0, 0.32), (0.32, 0.32)),
    *((0.32, 1.0), (-0.32, 1.0), (-0.32, 0.32), (-1.0, 0.32), (-1.0, -0.32), (-0.32, -0.32)),
]
_STAR = [
    *((0.0, -1.0), (0.24, -0.31), (0.95, -0.31), (0.38, 0.12), (0.59, 0.81)),
    *((0.0, 0.4), (-0.59, 0.81), (-0.38, 0.12), (-0.95, -0.31), (-0.24, -0.31)),
]
#: How each symbol is drawn around a point; none reaches further than the radius to any side.
SYMBOLS: dict[str, Callable[[float, float, float], str]] = {
    "circle": _circle,
    "square": _polygon([(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)]),
    "diamond": _polygon([(0, -1), (1, 0), (0, 1), (-1, 0)]),
    "up": _polygon([(0, -1), (1, 0.8), (-1, 0.8)]),
    "down": _polygon([(0, 1), (1, -0.8), (-1, -0.8)]),
    "plus": _polygon(_PLUS),
    "hexagon": _polygon([(-1, 0), (-0.5, -0.85), (0.5, -0.85), (1, 0), (0.5, 0.85), (-0.5, 0.85)]),
    "star": _polygon(_STAR),
}
