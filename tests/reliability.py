"""How much is tried, and what is counted for the table of tries and failures that is printed at the end."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet

#: The name under which a test reports what it counted.
PROPERTY = "reliability"


class Tally:
    """The tries of a test, and what was wrong in those that failed."""

    def __init__(self) -> None:
        self.tries = 0
        self.failures: list[str] = []

    def tried(self, fault: str = "") -> None:
        """Count a try.

        Args:
            fault: What was wrong; empty when nothing was.
        """
        self.tries += 1
        if fault:
            self.failures.append(fault)


def first(count: int, values: Iterable[Any]) -> list[ParameterSet]:
    """Parameters of a test, those after the first ones for ``make test-slow`` alone."""
    slow: Any = pytest.mark.slow
    return [pytest.param(value, marks=slow if at >= count else ()) for at, value in enumerate(values)]


def table(rows: Iterable[tuple[str, int, int]]) -> list[str]:
    """The lines of a table of test, tries and failures; also written to the file of EVIGRAPH_RELIABILITY."""
    held = sorted(rows)
    if held and (path := os.environ.get("EVIGRAPH_RELIABILITY")):
        said = [{"test": test, "tries": tries, "failures": failures} for test, tries, failures in held]
        Path(path).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    return [f"{test} | {tries} | {failures}" for test, tries, failures in held]
