"""What a shape asks for, as a tree: the part of SHACL Core that tests need, and how it is said in RDF.

The opposite of a test that has two answers is not enough: a shape holds when the statements *show*
something. So each test has two forms, one that holds when it is shown and one that holds when its
opposite is shown (see :mod:`evigraph.rules.shaping`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

import pyoxigraph as ox

from evigraph.rules.model import Term
from evigraph.terms import BROADER, RDF, RDF_TYPE, SH, XSD

#: What a statement on a shape can have as its value.
Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal

_FIRST, _REST, _NIL = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))
_INTEGER, _DECIMAL = ox.NamedNode(XSD + "integer"), ox.NamedNode(XSD + "decimal")


@dataclass(frozen=True)
class Never:
    """Holds of nothing."""


@dataclass(frozen=True)
class Is:
    """Holds of a value that is among terms, or between bounds."""

    terms: tuple[Term, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True)
class Along:
    """Holds when the values at the end of a path are so many, and so.

    Attributes:
        path: The properties.
        climbs: Whether the path goes on to all broader concepts.
        least: How many values there are at least.
        most: How many at most.
        value: One of the values is this term.
        some: One of the values is so.
        each: All values are so.
    """

    path: tuple[ox.NamedNode, ...]
    climbs: bool = False
    least: int | None = None
    most: int | None = None
    value: Term | None = None
    some: Form | None = None
    each: Form | None = None


@dataclass(frozen=True)
class Joined:
    """Holds when all parts do, or one of them."""

    how: Literal["and", "or"]
    parts: tuple[Form, ...]


@dataclass(frozen=True)
class Not:
    """Holds when the form does not."""

    form: Form


Form: TypeAlias = Never | Is | Along | Joined | Not


def both(parts: Iterable[Form]) -> Form:
    """All of these, as simply as can be."""
    flat = _flat("and", parts)
    if any(isinstance(part, Never) for part in flat):
        return Never()
    return flat[0] if len(flat) == 1 else Joined("and", flat)


def either(parts: Iterable[Form]) -> Form:
    """One of these, as simply as can be."""
    flat = tuple(part for part in _flat("or", parts) if not isinstance(part, Never))
    if not flat:
        return Never()
    return flat[0] if len(flat) == 1 else Joined("or", flat)


def along(form: Along) -> Form:
    """The same, or never when nothing can be as it asks."""
    inner = (form.some, form.each)
    return Never() if any(isinstance(part, Never) for part in inner) else form


def _flat(how: Literal["and", "or"], parts: Iterable[Form]) -> tuple[Form, ...]:
    found: list[Form] = []
    for part in parts:
        more = part.parts if isinstance(part, Joined) and part.how == how else (part,)
        found += [form for form in more if form not in found]
    return tuple(found)


class Statements:
    """Collects the statements of shapes, in the order in which a person would write them."""

    def __init__(self) -> None:
        self.quads: list[ox.Quad] = []

    def say(self, subject: ox.NamedNode | ox.BlankNode, name: str, value: Node) -> None:
        """State a property in the namespace of SHACL."""
        self.quads.append(ox.Quad(subject, ox.NamedNode(SH + name), value))

    def shape(self, node: ox.NamedNode, form: Form, target: ox.NamedNode) -> None:
        """State that a named shape asks for a form of all things of a class."""
        kind = "PropertyShape" if isinstance(form, Along) else "NodeShape"
        self.quads.append(ox.Quad(node, RDF_TYPE, ox.NamedNode(SH + kind)))
        self.say(node, "targetClass", target)
        self._constrain(node, form)

    def _constrain(self, node: ox.NamedNode | ox.BlankNode, form: Form) -> None:
        """State what a form asks of the thing that a shape is about."""
        if isinstance(form, Along):
            self.say(node, "path", self._path(form))
            self._constrain_values(node, form)
        else:
            self._constrain_each(node, form)

    def _constrain_each(self, node: ox.NamedNode | ox.BlankNode, form: Form) -> None:
        """State what a form asks of each value of a shape, which for a node shape is the thing itself."""
        if isinstance(form, Never):
            self.say(node, "nodeKind", ox.NamedNode(SH + "Literal"))
        elif isinstance(form, Is):
            self._constrain_term(node, form)
        elif isinstance(form, Not):
            self.say(node, "not", self._inner(form.form))
        elif isinstance(form, Along):
            self.say(node, "property", self._inner(form))
        elif form.how == "and":
            for part in form.parts:
                self._constrain_each(node, part)
        else:
            self.say(node, "or", self._list([self._inner(part) for part in form.parts]))

    def _constrain_values(self, node: ox.NamedNode | ox.BlankNode, form: Along) -> None:
        for name, number in (("minCount", form.least), ("maxCount", form.most)):
            if number is not None:
                self.say(node, name, _count(number))
        if form.value is not None:
            self.say(node, "hasValue", form.value)
        if form.some is not None:
            self.say(node, "qualifiedMinCount", _count(1))
            self.say(node, "qualifiedValueShape", self._inner(form.some))
        if form.each is not None:
            self._constrain_each_value(node, form.each)

    def _constrain_each_value(self, node: ox.NamedNode | ox.BlankNode, form: Form) -> None:
        # A failing sh:property is a result on the value, and not on the study, which is what engines
        # are asked about when they judge many at once; one within sh:node is a result on the study.
        parts = form.parts if isinstance(form, Joined) and form.how == "and" else (form,)
        if any(isinstance(part, Along) for part in parts):
            inner = ox.BlankNode()
            self._constrain_each(inner, form)
            self.say(node, "node", inner)
        else:
            self._constrain_each(node, form)

    def _constrain_term(self, node: ox.NamedNode | ox.BlankNode, form: Is) -> None:
        if form.terms:
            self.say(node, "in", self._list(form.terms))
        for name, bound in (("minInclusive", form.least), ("maxInclusive", form.most)):
            if bound is not None:
                self.say(node, name, number(bound))

    def _inner(self, form: Form) -> ox.BlankNode:
        node = ox.BlankNode()
        self._constrain(node, form)
        return node

    def _path(self, form: Along) -> ox.NamedNode | ox.BlankNode:
        steps: list[Node] = list(form.path)
        if form.climbs:
            climb = ox.BlankNode()
            self.say(climb, "zeroOrMorePath", BROADER)
            steps.append(climb)
        (first, *rest) = steps
        if not rest and isinstance(first, ox.NamedNode | ox.BlankNode):
            return first
        return self._list(steps)

    def _list(self, terms: Iterable[Node]) -> ox.BlankNode:
        cells = [(ox.BlankNode(), term) for term in terms]
        ends: Iterator[ox.BlankNode | ox.NamedNode] = iter([*(cell for cell, _ in cells[1:]), _NIL])
        for cell, term in cells:
            self.quads += [ox.Quad(cell, _FIRST, term), ox.Quad(cell, _REST, next(ends))]
        return cells[0][0]


def number(value: Decimal) -> ox.Literal:
    """A number as a literal: an integer where it is one."""
    whole = value == value.to_integral_value()
    text = str(int(value)) if whole else format(value.normalize(), "f")
    return ox.Literal(text, datatype=_INTEGER if whole else _DECIMAL)


def _count(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=_INTEGER)
