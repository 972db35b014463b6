"""One page on one study: its facts, verdicts, citations, findings, and the claims that count it."""

from __future__ import annotations

from evigraph.explaining.gathering import explain
from evigraph.explaining.results import Explanation

__all__ = ["Explanation", "explain"]
