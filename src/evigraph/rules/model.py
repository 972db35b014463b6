"""What a criteria file says: sets, rules, and tests made of a few words.

A test is asked of a study, or of a part of one, and has three answers: it holds, its opposite
holds, or neither is known. What is recorded for a property is taken for all there is, and what is
not recorded is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

import pyoxigraph as ox

Term: TypeAlias = ox.NamedNode | ox.Literal
Polarity: TypeAlias = Literal["requires", "excludes", "allows", "result"]


@dataclass(frozen=True)
class Property:
    """A property on a path.

    Attributes:
        name: Its name in ``ontology/context.jsonld``.
        iri: The property.
        kind: Whether its values are concepts, parts of a study, numbers or texts.
        range: The class or datatype of its values.
    """

    name: str
    iri: ox.NamedNode
    kind: Literal["concept", "thing", "number", "text"]
    range: ox.NamedNode


Path: TypeAlias = tuple[Property, ...]


@dataclass(frozen=True)
class OneOf:
    """A value is one of these terms."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Below:
    """A value is one of these concepts, or one below them."""

    concepts: tuple[ox.NamedNode, ...]


@dataclass(frozen=True)
class Between:
    """A number is not below the one and not above the other bound."""

    least: Decimal | None
    most: Decimal | None


Condition: TypeAlias = OneOf | Below | Between


@dataclass(frozen=True)
class Present:
    """A value is recorded; the opposite is never known."""

    path: Path


@dataclass(frozen=True)
class Values:
    """A value, or every one, is as the condition says."""

    path: Path
    condition: Condition
    every: bool = False


@dataclass(frozen=True)
class Count:
    """So many values are recorded, at least and at most."""

    path: Path
    least: int | None
    most: int | None


@dataclass(frozen=True)
class Parts:
    """A part of the study, or every one, passes a test."""

    path: Path
    where: Test
    every: bool = False


@dataclass(frozen=True)
class Combined:
    """Tests taken together by *all*, *any* or *none*."""

    how: Literal["all", "any", "none"]
    tests: tuple[Test, ...]


Test: TypeAlias = Present | Values | Count | Parts | Combined


@dataclass(frozen=True)
class Tested:
    """How a criterion is tested.

    Attributes:
        test: Holds when the study meets the criterion.
        asks_for: What the test asks for, in a few words.
        fails: Holds when the study is known not to meet it; the opposite of the test when none.
        message: What is said of a study that does not meet it.
        unknown: What is said of one where it cannot be told.
        settled_by: The property to look up then.
        line: Where the test stands in the file.
    """

    test: Test
    asks_for: str
    fails: Test | None
    message: str
    unknown: str
    settled_by: Property
    line: int


@dataclass(frozen=True)
class Criterion:
    """A set or a rule.

    Attributes:
        id: Its identifier in the review, such as ``1.3``.
        slug: The last part of its IRI, and the name of its files.
        label: A few words.
        description: What it asks for, in a sentence.
        rationale: Why it is there.
        polarity: What it does with a study.
        line: Where it stands in the file.
        in_set: The slug of the set that a rule stands in; none for a set.
        tested: Its own test, if it has one.
        tested_with: The identifier of the criterion whose test serves it, if there is one.
        not_tested: Why nothing tests it, if nothing does.
        more: Its ``locator``, ``mark`` and ``reason``, where they are given.
    """

    id: str
    slug: str
    label: str
    description: str
    rationale: str
    polarity: Polarity
    line: int
    in_set: str | None = None
    tested: Tested | None = None
    tested_with: str | None = None
    not_tested: str | None = None
    more: dict[str, str] = field(default_factory=dict)


def paths(test: Test) -> Iterator[Path]:
    """The paths that a test walks, each from the study on, in the order of the text."""
    if isinstance(test, Combined):
        for inner in test.tests:
            yield from paths(inner)
    elif isinstance(test, Parts):
        for rest in paths(test.where):
            yield test.path + rest
    else:
        yield test.path


def conditions(test: Test) -> Iterator[tuple[Path, Condition]]:
    """What a test asks of values, each with the path to them, in the order of the text."""
    if isinstance(test, Combined):
        for inner in test.tests:
            yield from conditions(inner)
    elif isinstance(test, Parts):
        yield from conditions(test.where)
    elif isinstance(test, Values):
        yield test.path, test.condition
