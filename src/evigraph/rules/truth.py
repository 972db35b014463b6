"""Three-valued truth of tests (Kleene's strong logic), over a study held as a small tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

import pyoxigraph as ox

from evigraph.rules.model import (
    Below,
    Between,
    Combined,
    Condition,
    Count,
    OneOf,
    Parts,
    Path,
    Present,
    Property,
    Term,
    Test,
    Values,
)

#: What a concept stands below, itself included.
Ancestors: TypeAlias = Mapping[ox.NamedNode, frozenset[ox.NamedNode]]


@dataclass
class Thing:
    """A study or a part of one.

    Attributes:
        said: What is recorded of it, by property.
        alone: Whether it is a part of its own, when what is recorded of several is put together.
    """

    said: dict[Property, list[Value]] = field(default_factory=dict)
    alone: bool = False


Value: TypeAlias = Term | Thing


def conjunction(truths: Iterable[bool | None]) -> bool | None:
    """All of them: false if one is, else unknown if one is, else true."""
    found = list(truths)
    if False in found:
        return False
    return None if None in found else True


def negation(truth: bool | None) -> bool | None:
    """The opposite; of the unknown, the unknown."""
    return None if truth is None else not truth


def disjunction(truths: Iterable[bool | None]) -> bool | None:
    """Any of them: true if one is, else unknown if one is, else false."""
    return negation(conjunction(negation(truth) for truth in truths))


def truth(test: Test, thing: Thing, above: Ancestors) -> bool | None:
    """Whether a test holds of a study or a part of one; none when that is not known."""
    if isinstance(test, Combined):
        found = [truth(inner, thing, above) for inner in test.tests]
        if test.how == "all":
            return conjunction(found)
        return disjunction(found) if test.how == "any" else negation(disjunction(found))
    values = list(_reached(thing, test.path))
    if not values:
        return None
    if isinstance(test, Present):
        return True
    if isinstance(test, Count):
        count = len(values)
        return (test.least is None or count >= test.least) and (test.most is None or count <= test.most)
    answers = [_answer(test, value, above) for value in values]
    return conjunction(answers) if test.every else disjunction(answers)


def _answer(test: Values | Parts, value: Value, above: Ancestors) -> bool | None:
    if isinstance(test, Parts):
        return truth(test.where, value, above) if isinstance(value, Thing) else None
    return not isinstance(value, Thing) and fulfils(value, test.condition, above)


def fulfils(value: Term, condition: Condition, above: Ancestors) -> bool:
    """Whether a value is as a condition says."""
    if isinstance(condition, OneOf):
        return value in condition.terms
    if isinstance(condition, Below):
        return isinstance(value, ox.NamedNode) and any(
            concept in above.get(value, {value}) for concept in condition.concepts
        )
    return isinstance(value, ox.Literal) and _between(value.value, condition)


def _between(text: str, bounds: Between) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return (bounds.least is None or number >= bounds.least) and (bounds.most is None or number <= bounds.most)


def _reached(thing: Thing, path: Path) -> Iterator[Value]:
    """The different values at the end of a path."""
    seen: list[Value] = []
    for value in thing.said.get(path[0], []):
        ends = [value] if len(path) == 1 else _reached(value, path[1:]) if isinstance(value, Thing) else []
        for end in ends:
            if not any(end is other or (not isinstance(end, Thing) and end == other) for other in seen):
                seen.append(end)
                yield end
