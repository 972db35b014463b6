"""The findings of a review in its report: figures, and a synthesis without meta-analysis."""

from __future__ import annotations

from evigraph.documents import Block, Picture, Section
from evigraph.drawing import draw
from evigraph.reporting.telling import Telling
from evigraph.synthesis.directions import QUESTION


def findings(asking: Telling) -> Section | None:
    """Where the evidence is, which way it points, and what the directions come to."""
    if not any(row["finding"] for row in asking.rows(QUESTION)):
        return None
    blocks: list[Block] = []
    for kind in ("map", "directions"):
        figure = draw(kind, asking.review, trust=asking.trust)
        blocks.append(Picture(figure, figure.title, QUESTION))
    return Section("findings", "Findings", tuple(blocks))


def citations(asking: Telling) -> Section | None:
    """When the studies were published, and who cites whom."""
    figure = draw("citations", asking.review, trust=asking.trust)
    return Section("citations", "Citations", (Picture(figure, figure.title),))
