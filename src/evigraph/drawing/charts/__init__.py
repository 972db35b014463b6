"""Charts of a review, as Vega-Lite and as what is made of it."""

from __future__ import annotations

from evigraph.drawing.charts.chart import FORMATS, Chart
from evigraph.drawing.charts.directions import draw_directions
from evigraph.drawing.charts.evidence_map import draw_map
from evigraph.drawing.charts.timeline import draw_timeline
from evigraph.drawing.charts.verdicts import draw_verdicts

__all__ = ["FORMATS", "Chart", "draw_directions", "draw_map", "draw_timeline", "draw_verdicts"]
