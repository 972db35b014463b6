"""Figures: what a review holds as SVG, HTML, PNG and Vega-Lite, the same bytes for the same graph."""

from __future__ import annotations

from evigraph.drawing.citations import draw_citations
from evigraph.drawing.figure import FORMATS, Figure, format_of
from evigraph.drawing.kinds import KINDS, draw, format_for, is_chart
from evigraph.drawing.prisma import draw_flow

__all__ = [
    "FORMATS",
    "KINDS",
    "Figure",
    "draw",
    "draw_citations",
    "draw_flow",
    "format_for",
    "format_of",
    "is_chart",
]
