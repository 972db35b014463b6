"""A review for other programs: tables, networks, crates and nanopublications.

What is written as RDF is :mod:`evigraph.canonical`'s; here is what other programs read instead.
"""

from __future__ import annotations

from evigraph.exporting.registry import OTHER_FORMATS, other_format
from evigraph.exporting.source import Source

__all__ = ["OTHER_FORMATS", "Source", "other_format"]
