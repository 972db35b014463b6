"""The groups of tasks, in the order of the report. A new group is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

from benchmarks import (
    citing,
    duplicates,
    exporting,
    importing,
    one_study,
    questions,
    recombining,
    screening,
    starting,
    storing,
)
from benchmarks.place import Place
from benchmarks.records import Record


@dataclass(frozen=True)
class Group:
    """Tasks that are measured and shown together.

    Attributes:
        name: What it is called on the command line and in the results.
        title: The heading of its section.
        text: What is measured, in a few sentences.
        measure: Measures all its tasks at a place.
        sized: Whether it is measured at each size; else once, on the shipped review.
        pivot: Whether its table has one row a task and one column a tool.
    """

    name: str
    title: str
    text: str
    measure: Callable[[Place], Iterator[Record]]
    sized: bool = True
    pivot: bool = False


def _group(module: ModuleType, *, sized: bool = True, pivot: bool = False) -> Group:
    name = module.__name__.rpartition(".")[2].replace("_", "-")
    return Group(name, module.TITLE, module.TEXT, module.measure, sized, pivot)


GROUPS = (
    _group(screening),
    _group(one_study),
    _group(recombining),
    _group(questions, pivot=True),
    _group(storing),
    _group(exporting),
    _group(citing, sized=False),
    _group(importing, sized=False),
    _group(duplicates, sized=False),
    _group(starting, sized=False),
)
BY_NAME = {group.name: group for group in GROUPS}
