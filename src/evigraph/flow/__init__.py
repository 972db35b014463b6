"""The PRISMA 2020 flow of a review: counted from its graph, drawn, and written for others."""

from __future__ import annotations

from evigraph.flow.counting import DEDUCED_MEANS, NOT_REPORTED, Box, Flow, count

__all__ = ["DEDUCED_MEANS", "NOT_REPORTED", "Box", "Flow", "count"]
