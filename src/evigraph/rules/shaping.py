"""Tests as shapes: when they are shown to hold, and when their opposite is shown.

The shape *decidable* is only asked when *satisfied* does not hold. So its form may be *loose*: it need
only tell apart what is left. Where a test is known not to be shown, that a value is recorded is
enough to say that its opposite is.
"""

from __future__ import annotations

import pyoxigraph as ox

from evigraph.rules.forms import Along, Form, Is, Never, Not, along, both, either
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
    Test,
    Tested,
    Values,
)


def satisfied(tested: Tested, *, excludes: bool) -> Form:
    """The form that holds only when a criterion is shown to be met."""
    return shown(tested.test, holds=not excludes)


def decidable(tested: Tested, *, excludes: bool) -> Form:
    """The form that holds, where the other does not, when a criterion is shown not to be met."""
    if tested.fails is not None:
        return shown(tested.fails, holds=True)
    return shown(tested.test, holds=excludes, loose=True)


def shown(test: Test, *, holds: bool, loose: bool = False) -> Form:
    """The form that holds when a test is shown to hold, or its opposite.

    Args:
        test: The test.
        holds: Whether the test, or else its opposite.
        loose: Whether the other of the two is known not to be shown.
    """
    if isinstance(test, Combined):
        return _combined(test, holds, loose)
    if isinstance(test, Present):
        return Along(_iris(test.path), least=1) if holds else Never()
    if isinstance(test, Count):
        return _counted(test, holds, loose)
    if isinstance(test, Parts):
        return _of_parts(test, holds)
    return _of_values(test, holds, loose)


def _combined(test: Combined, holds: bool, loose: bool) -> Form:
    if test.how == "none":
        return _combined(Combined("any", test.tests), not holds, loose)
    # All hold, or none does, when each does on its own, and then the other answer is ruled out for each.
    together = (test.how == "all") == holds
    loose = loose and (together or len(test.tests) == 1)
    parts = [shown(inner, holds=holds, loose=loose) for inner in test.tests]
    return both(parts) if together else either(parts)


def _of_parts(test: Parts, holds: bool) -> Form:
    path = _iris(test.path)
    if test.every == holds:
        # All parts must be so; that no part is otherwise is part of it.
        return along(Along(path, least=1, each=shown(test.where, holds=holds)))
    return along(Along(path, some=shown(test.where, holds=holds)))


def _counted(test: Count, holds: bool, loose: bool) -> Form:
    path = _iris(test.path)
    if holds and not loose:
        return Along(path, least=max(test.least or 1, 1), most=test.most)
    few = Along(path, least=1, most=test.least - 1) if test.least and test.least > 1 else Never()
    many = Along(path, least=test.most + 1) if test.most else Never()
    opposite = either([few, many])
    return Along(path, least=1) if loose and not isinstance(opposite, Never) else opposite


def _of_values(test: Values, holds: bool, loose: bool) -> Form:
    path, climbs = _iris(test.path), isinstance(test.condition, Below)
    if loose:
        return Along(path, least=1)
    if test.every:
        single = _single(test.condition)
        return Along(path, least=1, each=single) if holds else Along(path, some=Not(single))
    among = _among(test.condition)
    if not holds:
        return Along(path, climbs, least=1, each=Not(among))
    if len(among.terms) == 1:
        return Along(path, climbs, value=among.terms[0])
    return Along(path, climbs, some=among)


def _single(condition: Condition) -> Form:
    """What a condition asks of one value."""
    among = _among(condition)
    if not isinstance(condition, Below):
        return among
    return Along((), True, value=among.terms[0]) if len(among.terms) == 1 else Along((), True, some=among)


def _among(condition: Condition) -> Is:
    if isinstance(condition, Between):
        return Is(least=condition.least, most=condition.most)
    return Is(condition.terms if isinstance(condition, OneOf) else condition.concepts)


def _iris(path: Path) -> tuple[ox.NamedNode, ...]:
    return tuple(property.iri for property in path)
