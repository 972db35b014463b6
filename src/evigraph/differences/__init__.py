"""What differs between two reviews, or two states of one: facts, verdicts, decisions, claims, answers."""

from __future__ import annotations

from evigraph.differences.comparing import compare
from evigraph.differences.results import Differences

__all__ = ["Differences", "compare"]
