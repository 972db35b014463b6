"""Synthesis: directions of effect, study by study, outcome by outcome; numbers pooled where there are any."""

from __future__ import annotations

from evigraph.synthesis.reporting import Synthesis, synthesize

__all__ = ["Synthesis", "synthesize"]
