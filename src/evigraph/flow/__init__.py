"""The PRISMA 2020 flow of a review: counted from its graph, drawn, and written for others."""

from __future__ import annotations

from evigraph.flow.counting import NOT_REPORTED, Box, Flow, count

__all__ = ["NOT_REPORTED", "Box", "Flow", "count"]
