"""The cells of problem, design and outcome: which studies fill them, and which no study fills."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pyoxigraph as ox

from evigraph.described import Described
from evigraph.names import STUDY
from evigraph.terms import evi, local_name

#: A problem, a design and an outcome, by the local names of the concepts.
Cell = tuple[str, str, str]


def filled_cells(quads: Iterable[ox.Quad]) -> dict[Cell, set[str]]:
    """The IRIs of the studies that fill each cell, by values as recorded; several values fill several."""
    said = Described(quads)
    found: dict[Cell, set[str]] = {}
    for study in said.of_class(STUDY):
        problems, designs, outcomes = _values(said, study)
        for cell in itertools.product(problems, designs, outcomes):
            found.setdefault(cell, set()).add(study.value)
    return found


def empty_cells(quads: Iterable[ox.Quad]) -> list[Cell]:
    """The cells that no study fills, of values that some study has, sorted.

    A study whose design or outcome is not recorded may in truth fill one of them.
    """
    statements = list(quads)
    said = Described(statements)
    problems, designs, outcomes = set[str](), set[str](), set[str]()
    for study in said.of_class(STUDY):
        for values, names in zip((problems, designs, outcomes), _values(said, study), strict=True):
            values |= names
    filled = filled_cells(statements)
    return sorted(cell for cell in itertools.product(problems, designs, outcomes) if cell not in filled)


def _values(said: Described, study: ox.NamedNode) -> tuple[set[str], set[str], set[str]]:
    """The problems, designs and outcomes of a study."""
    outcomes = said.values(study, evi("hasOutcome"))
    return (
        _names(said.values(study, evi("addresses"))),
        _names(said.values(study, evi("hasDesign"))),
        _names(domain for outcome in outcomes for domain in said.values(outcome, evi("inDomain"))),
    )


def _names(values: Iterable[object]) -> set[str]:
    return {local_name(value.value) for value in values if isinstance(value, ox.NamedNode)}
