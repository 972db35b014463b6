"""Figures: what a review holds as SVG, HTML and PNG, the same bytes for the same graph."""

from __future__ import annotations

from evigraph.drawing.citations import draw_citations
from evigraph.drawing.figure import FORMATS, Figure, format_of

__all__ = ["FORMATS", "Figure", "draw_citations", "format_of"]
