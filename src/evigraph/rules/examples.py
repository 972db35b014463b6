"""Invented studies that a criterion is met by, failed by, or cannot be told of."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from evigraph.names import STUDY
from evigraph.rules.model import (
    Between,
    Combined,
    Count,
    OneOf,
    Parts,
    Path,
    Present,
    Property,
    Term,
    Test,
    Tested,
    conditions,
    paths,
)
from evigraph.rules.truth import Thing, Value, fulfils, negation, truth
from evigraph.rules.words import Words
from evigraph.terms import RDF_TYPE, XSD, local_name
from evigraph.verdicts import Outcome

#: Properties, each with those of the parts that it leads to.
Tree: TypeAlias = dict[Property, "Tree"]
#: How many ways to answer one test are tried, how many of several together, and of a criterion.
_FEW, _SOME, _MANY = 8, 500, 2_000
#: How many parts of a kind, or numbers from one on, a study may need.
_LONG = 1_000
_SAMPLES = {"boolean": "true", "date": "2020-01-01", "gYear": "2020", "dateTime": "2020-01-01T00:00:00Z"}


class Examples:
    """Makes up studies for one criterion.

    Args:
        words: The properties and concepts they can have.
        tested: The tests of the criterion.
        excludes: Whether it is not met when its test holds.
    """

    def __init__(self, words: Words, tested: Tested, *, excludes: bool) -> None:
        self.words = words
        self._tested = tested
        self._excludes = excludes
        self._named: dict[Property, list[Term]] = {}
        self._spoken_of: Tree = {}
        for test in (tested.test, *([tested.fails] if tested.fails else [])):
            for path in paths(test):
                at = self._spoken_of
                for property in path:
                    at = at.setdefault(property, {})
            for path, condition in conditions(test):
                named = self._named.setdefault(path[-1], [])
                if isinstance(condition, Between):
                    named += _numbers(path[-1], condition)
                else:
                    named += condition.terms if isinstance(condition, OneOf) else condition.concepts

    def study(self, wanted: Outcome) -> Thing | None:
        """A study with this verdict; none when none was found among those tried."""
        tried = itertools.chain(itertools.islice(self._tried(wanted), _MANY), self._by_chance())
        return next((study for study in tried if self.outcome(study) == wanted), None)

    def outcome(self, study: Thing) -> Outcome:
        """The verdict on an invented study, as the shapes of the criterion give it."""
        tested = self._tested
        answer = truth(tested.test, study, self.words.above)
        answer = negation(answer) if self._excludes else answer
        if answer is True:
            return Outcome.MET
        if tested.fails is not None:
            answer = False if truth(tested.fails, study, self.words.above) else None
        return Outcome.CANNOT_TELL if answer is None else Outcome.NOT_MET

    def _tried(self, wanted: Outcome) -> Iterator[Thing]:
        tested = self._tested
        if wanted is Outcome.CANNOT_TELL:
            for path in paths(tested.test):
                if len(path) > 1:
                    yield _chain(path[:-1], Thing())
            yield Thing()
        elif wanted is Outcome.MET or tested.fails is None:
            yield from self._answers(tested.test, (wanted is Outcome.MET) != self._excludes)
        else:
            yield from self._answers(tested.fails, True)
            against = Combined("none", (tested.test,))
            yield from self._answers(Combined("all", (tested.fails, against)), True)

    def _answers(self, test: Test, holds: bool) -> Iterator[Thing]:
        """Studies for which a test may hold, or its opposite, the plainest first."""
        if isinstance(test, Combined):
            yield from self._together(test, holds)
        elif isinstance(test, Parts):
            for part in self._answers(test.where, holds):
                yield _chain(test.path, Thing(part.said, alone=True))
        elif isinstance(test, Present):
            yield from (_chain(test.path, value) for value in self._values(test.path[-1]) if holds)
        elif isinstance(test, Count):
            for count in _counts(test, holds):
                values = list(itertools.islice(self._values(test.path[-1]), count))
                if len(values) == count:
                    yield _chain(test.path, *values)
        else:
            for value in self._values(test.path[-1]):
                if not isinstance(value, Thing) and fulfils(value, test.condition, self.words.above) == holds:
                    yield _chain(test.path, value)

    def _together(self, test: Combined, holds: bool) -> Iterator[Thing]:
        holds = holds if test.how != "none" else not holds
        if (test.how == "all") != holds:
            for inner in test.tests:
                yield from itertools.islice(self._answers(inner, holds), _FEW)
            return
        ways = [list(itertools.islice(self._answers(inner, holds), _FEW)) for inner in test.tests]
        for chosen in itertools.islice(itertools.product(*ways), _SOME):
            found: list[Thing] = []
            for alone in (None, True, False):
                if (merged := _merged(chosen, alone)) not in found:
                    found.append(merged)
            yield from found

    def _by_chance(self) -> Iterator[Thing]:
        """Studies of what the criterion speaks of, in no order; the same ones every time."""
        # Of this generator, random() alone gives the same numbers in every version of Python.
        dice = random.Random(0).random
        return (self._part_by_chance(self._spoken_of, dice) for _ in range(_MANY))

    def _part_by_chance(self, spoken_of: Tree, dice: Callable[[], float]) -> Thing:
        said: dict[Property, list[Value]] = {}
        for property, parts in spoken_of.items():
            pool = list(itertools.islice(self._values(property), _FEW))
            for _ in range(int(dice() * 4)):
                value = pool[int(dice() * len(pool))] if pool else None
                if property.kind == "thing":
                    value = self._part_by_chance(parts, dice)
                if value is not None and value not in said.setdefault(property, []):
                    said[property].append(value)
        return Thing(said)

    def _values(self, property: Property) -> Iterator[Value]:
        """Values that a property can have; those that the criterion names come first."""
        if property.kind == "thing":
            yield from (Thing(alone=True) for _ in range(_LONG))
            return
        more: Iterable[Term] = ()
        if property.kind == "concept":
            more = self.words.concepts(property)
        elif property.kind == "number":
            more = (_literal(str(value), property) for value in range(1, _LONG))
        else:
            sample = _SAMPLES.get(property.range.value.removeprefix(XSD), "something else")
            more = [_literal(sample, property)]
        yield from dict.fromkeys([*self._named.get(property, ()), *more])


def statements(study: Thing, iri: ox.NamedNode) -> list[ox.Quad]:
    """An invented study as statements, its parts named after what they are."""
    numbers: dict[str, int] = {}
    quads: list[ox.Quad] = []
    todo: list[tuple[Thing, ox.NamedNode, ox.NamedNode]] = [(study, iri, STUDY)]
    while todo:
        thing, node, kind = todo.pop(0)
        quads.append(ox.Quad(node, RDF_TYPE, kind))
        for property, values in thing.said.items():
            for value in values:
                if isinstance(value, Thing):
                    name = local_name(property.range.value).lower()
                    numbers[name] = numbers.get(name, 0) + 1
                    part = ox.NamedNode(f"{iri.value}#{name}-{numbers[name]}")
                    todo.append((value, part, property.range))
                    quads.append(ox.Quad(node, property.iri, part))
                else:
                    quads.append(ox.Quad(node, property.iri, value))
    return quads


def _chain(path: Path, *ends: Value) -> Thing:
    values: list[Value] = list(ends)
    for property in reversed(path):
        values = [Thing({property: values})]
    (start,) = values
    assert isinstance(start, Thing)
    return start


def _merged(things: Iterable[Thing], alone: bool | None) -> Thing:
    """All that is said of several things, said of one.

    Args:
        things: The things.
        alone: Whether their parts stay apart; where none is given, as each part says.
    """
    said: dict[Property, list[Value]] = {}
    for thing in things:
        for property, values in thing.said.items():
            into = said.setdefault(property, [])
            for value in values:
                if not isinstance(value, Thing):
                    into += [value] if value not in into else []
                elif (place := _place(into, value, alone)) is None:
                    into.append(value)
                else:
                    into[place] = _merged([into[place], value], alone)  # type: ignore[list-item]
    return Thing(said)


def _place(values: list[Value], part: Thing, alone: bool | None) -> int | None:
    """Which of the values a part is to be merged with; none when it stands apart."""
    parts = [(number, value) for number, value in enumerate(values) if isinstance(value, Thing)]
    if alone is not False:  # a part of which nothing is said yet may be any
        blank = [number for number, value in parts if not value.said]
        if blank or (part.alone if alone is None else alone):
            return blank[0] if blank and part.said else None
    return parts[0][0] if parts else None


def _counts(test: Count, holds: bool) -> list[int]:
    if holds:
        return [max(test.least or 1, 1)]
    few = [test.least - 1] if test.least and test.least > 1 else []
    return [*few, *([test.most + 1] if test.most else [])]


def _numbers(property: Property, bounds: Between) -> Iterator[ox.Literal]:
    """Numbers at both bounds, and beside them."""
    whole = property.range.value.lower().endswith("integer")
    for bound in (bounds.least, bounds.most):
        if bound is not None:
            for near in (bound, bound - 1, bound + 1):
                for found in (math.floor(near), math.ceil(near)) if whole else (near,):
                    yield _literal(format(found, "f" if isinstance(found, Decimal) else "d"), property)


def _literal(text: str, property: Property) -> ox.Literal:
    return ox.Literal(text, datatype=property.range)
