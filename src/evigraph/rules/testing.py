"""Tests as a criteria file writes them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final, Literal

import pyoxigraph as ox

from evigraph.errors import EvigraphError
from evigraph.names import STUDY
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
    Test,
    Values,
)
from evigraph.rules.nodes import Item, located
from evigraph.rules.words import Words

_COMBINED: Final[dict[str, Literal["all", "any", "none"]]] = {
    "all of": "all",
    "any of": "any",
    "none of": "none",
}
_CHOICES = ("one of", "only", "at or below", "only at or below")
_BOUNDS = ("at least", "at most")
#: The words that begin a test, each with the words that go with it.
_HEADS: Final[dict[str, tuple[str, ...]]] = {
    "present": (),
    "property": (*_CHOICES, *_BOUNDS),
    "any": ("where",),
    "every": ("where",),
    **dict.fromkeys(_COMBINED, ()),
}
_KNOWN = [*_HEADS, *_CHOICES, *_BOUNDS, "where"]
#: How many tests may stand in one another, and how many one rule may have.
_DEEP, _MANY = 12, 300


class Tests:
    """Reads the tests of one rule.

    Args:
        words: What names mean.
    """

    __test__ = False  # it is no test of ours, whatever pytest thinks of its name

    def __init__(self, words: Words) -> None:
        self._words = words
        self._count = 0
        self._within: list[int] = []

    def read(self, item: Item, of: ox.NamedNode = STUDY) -> Test:
        """Read a test of a thing of a class.

        Raises:
            InputError: It is no test, an unknown name is in it, or it holds itself.
        """
        if id(item.node) in self._within:
            raise item.error("the test holds itself; write it out without the alias")
        self._count += 1
        if self._count > _MANY or len(self._within) >= _DEEP:
            raise item.error(f"a rule has more than {_MANY} tests or {_DEEP} levels; make it several rules")
        fields = item.fields(_KNOWN)
        heads = [word for word in _HEADS if word in fields]
        if len(heads) != 1:
            what = f"has {' and '.join(map(repr, heads))}" if heads else f"has none of {', '.join(_HEADS)}"
            raise item.error(f"a test {what}; give exactly one of them")
        (head,) = heads
        if stray := [word for word in fields if word != head and word not in _HEADS[head]]:
            raise fields[stray[0]].error(f"{stray[0]!r} does not go with {head!r}; take it out")
        self._within.append(id(item.node))
        test = self._read(item, head, fields, of)
        self._within.pop()
        return test

    def _read(self, item: Item, head: str, fields: dict[str, Item], of: ox.NamedNode) -> Test:
        if head in _COMBINED:
            return Combined(
                _COMBINED[head], tuple(self.read(inner.named("a test"), of) for inner in fields[head].items())
            )
        path = self._path(fields[head], of)
        if head == "present":
            return Present(path)
        if head == "property":
            return self._values(item, fields, path)
        if path[-1].kind != "thing":
            raise fields[head].error(f"{path[-1].name!r} has values and no parts; use 'property'")
        if "where" not in fields:
            raise item.error(f"{head!r} lacks 'where'; say what holds of the part, or use 'present'")
        where = self.read(fields["where"].named("a test"), path[-1].range)
        return Parts(path, where, every=head == "every")

    def _path(self, item: Item, of: ox.NamedNode) -> Path:
        path: list[Property] = []
        for name in item.text().split("/"):
            if path and path[-1].kind != "thing":
                raise item.error(f"nothing is said of a value of {path[-1].name!r}; end the path there")
            try:
                path.append(self._words.property(name.strip(), path[-1].range if path else of))
            except EvigraphError as error:
                raise located(item, error) from None
        return tuple(path)

    def _values(self, item: Item, fields: dict[str, Item], path: Path) -> Test:
        last = path[-1]
        given = [word for word in fields if word in _CHOICES]
        bounds = [word for word in fields if word in _BOUNDS]
        if len(given) + bool(bounds) != 1:
            known = ", ".join([*_CHOICES, *_BOUNDS])
            raise item.error(f"a test of a property says one thing of it; give one of {known}")
        if bounds:
            return self._bounded(fields, path)
        (word,) = given
        if last.kind in ("thing", "number"):
            use = "'any' and 'where'" if last.kind == "thing" else "'at least' and 'at most'"
            raise fields[word].error(f"{word!r} does not go with {last.name!r}; use {use}")
        every = word.startswith("only")
        return Values(path, self._chosen(fields[word], last, below=word.endswith("below")), every)

    def _chosen(self, item: Item, property: Property, *, below: bool) -> Condition:
        if below and property.kind != "concept":
            raise item.error(f"{property.name!r} has texts, which stand below nothing; use 'one of'")
        entries = [item] if below and item.is_text else item.items()
        if property.kind == "text":
            datatype = property.range
            return OneOf(tuple(ox.Literal(entry.exact(), datatype=datatype) for entry in entries))
        concepts = []
        for entry in entries:
            try:
                concept = self._words.concept(entry.text(), property)
            except EvigraphError as error:
                raise located(entry, error) from None
            if concept in concepts:
                raise entry.error(f"{entry.text()!r} is listed twice; keep one")
            concepts.append(concept)
        return Below(tuple(concepts)) if below else OneOf(tuple(concepts))

    def _bounded(self, fields: dict[str, Item], path: Path) -> Test:
        bounds = {word: _number(fields[word]) for word in _BOUNDS if word in fields}
        least, most = bounds.get("at least"), bounds.get("at most")
        first = fields[next(iter(bounds))]
        if least is not None and most is not None and least > most:
            raise first.error("'at least' is more than 'at most'; no number is both")
        if path[-1].kind == "number":
            return Values(path, Between(least, most))
        if path[-1].kind == "text":
            raise first.error(f"{path[-1].name!r} has texts and no numbers; use 'one of' or 'present'")
        if any(bound != int(bound) or bound < 1 for bound in bounds.values()):
            raise first.error(f"{path[-1].name!r} is counted; give a whole number from 1 on")
        return Count(path, None if least is None else int(least), None if most is None else int(most))


def _number(item: Item) -> Decimal:
    try:
        number = Decimal(item.text())
    except InvalidOperation:
        number = Decimal("NaN")
    # copy_abs: abs() rounds, and fails on what is too large. Below a certain size rounding would make it 0.
    usable = number.is_finite() and number.copy_abs() <= 10**15 and number.adjusted() >= -15
    if not usable or "_" in item.text() or not item.text().isascii():
        raise item.error(f"{item.text()!r} is no number; write one such as 12 or 0.5")
    return number
