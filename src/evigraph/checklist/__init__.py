"""The checklist of PRISMA 2020, and which of its items the graph of a review covers."""

from __future__ import annotations

from evigraph.checklist.covering import checklist
from evigraph.checklist.results import Checked, Checklist, Status

__all__ = ["Checked", "Checklist", "Status", "checklist"]
