"""Figures: what a review holds as SVG, HTML and PNG, the same bytes for the same graph."""

from __future__ import annotations

from evigraph.drawing.citations import draw_citations
from evigraph.drawing.figure import FORMATS, Figure, format_of
from evigraph.drawing.prisma import draw_flow

__all__ = ["FORMATS", "Figure", "draw_citations", "draw_flow", "format_of"]
