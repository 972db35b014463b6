"""Restrictions: whether the facts of each study are within a concept, or a number within a bound."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.errors import InputError, UnknownNameError
from evigraph.extraction.fields import Field, Fields
from evigraph.terms import BROADER
from evigraph.trust import Trust
from evigraph.verdicts import Outcome

if TYPE_CHECKING:
    from evigraph.review import Review

_KINDS = ("concept", "integer", "decimal")


@dataclass(frozen=True)
class Bound:
    """What a number must be: ``>=``, ``<=`` or ``=``, and the number as it was written."""

    sign: str
    number: str

    @classmethod
    def of(cls, field: Field, text: str) -> Bound:
        """The bound that a text says.

        Raises:
            InputError: It says nothing of a number.
        """
        parts = re.fullmatch(r"(>=|<=|)\s*([0-9]+(?:\.[0-9]+)?)", text)
        if parts is None:
            raise InputError(f"{field.name}: {text!r} is no bound; write a number, or >= or <= before one")
        return cls(parts[1] or "=", parts[2])

    def holds(self, value: object) -> bool:
        """Whether a value is a number within it."""
        try:
            number = Decimal(value.value) if isinstance(value, ox.Literal) else None
        except InvalidOperation:
            return False
        if number is None:
            return False
        bound = Decimal(self.number)
        return {">=": number >= bound, "<=": number <= bound, "=": number == bound}[self.sign]


class Restrictions:
    """Whether the studies of a review are within restrictions; each is looked up once.

    Args:
        review: The review.
    """

    def __init__(self, review: Review) -> None:
        self._review = review
        self._found: dict[tuple[str, str, Trust], dict[str, Outcome]] = {}

    def within(self, name: str, wanted: str, trust: Trust) -> dict[str, Outcome]:
        """Whether each study is within one restriction, by IRI.

        It is when one of its values is the concept or a narrower one, or a number within the bound. It
        cannot be told when no value is known, or one is a broader concept, which may be meant so; else it
        is not.

        Raises:
            UnknownNameError: There is no such property.
            InputError: The property has no such concept, or the bound is none.
        """
        key = (name, wanted, trust)
        if key not in self._found:
            field, meant = self.meant(name, wanted)
            fits, may_fit = self._tests(meant)
            values = self._values(field, trust)
            self._found[key] = {iri: _outcome(has, fits, may_fit) for iri, has in values.items()}
        return self._found[key]

    def meant(self, name: str, wanted: str) -> tuple[Field, ox.NamedNode | Bound]:
        """The fact and the concept or bound that a restriction names; errors as :meth:`within`."""
        field = self.field(name)
        if field.kind != "concept":
            return field, Bound.of(field, wanted)
        concept = self._facts.value(field, wanted)
        assert isinstance(concept, ox.NamedNode)  # as it is of a fact of concepts
        return field, concept

    def field(self, name: str) -> Field:
        """The fact of a name of sheets, or of a property.

        Raises:
            UnknownNameError: There is none with concepts or numbers.
        """
        if name not in self._known:
            raise UnknownNameError("property with concepts or numbers", name, self._known)
        return self._known[name]

    def _tests(
        self, wanted: ox.NamedNode | Bound
    ) -> tuple[Callable[[object], bool], Callable[[object], bool]]:
        """Whether a value is within, and whether it may be."""
        if isinstance(wanted, Bound):
            return wanted.holds, lambda _: False
        narrower, broader = self._narrower(wanted), self._broader(wanted)
        return lambda value: value in narrower, lambda value: value in broader

    @cached_property
    def _facts(self) -> Fields:
        return Fields(self._review.folder)

    @cached_property
    def _known(self) -> dict[str, Field]:
        by_property = {field.iri.value.rpartition("#")[2]: field for field in self._facts.by_name.values()}
        return {n: f for n, f in (by_property | self._facts.by_name).items() if f.kind in _KINDS}

    def _values(self, field: Field, trust: Trust) -> dict[str, set[object]]:
        """The values of a fact of each study and its parts."""
        found: dict[str, set[object]] = {study.value: set() for study in self._review.studies.values()}
        for quad in self._review.values(field.iri, trust):
            if isinstance(quad.subject, ox.NamedNode):
                found.get(quad.subject.value.partition("#")[0], set()).add(quad.object)
        return found

    @cached_property
    def _ties(self) -> list[tuple[object, object]]:
        """Each concept with a broader one."""
        return [(q.subject, q.object) for q in self._review.folder.ontology if q.predicate == BROADER]

    def _narrower(self, concept: object) -> set[object]:
        """A concept and all below it."""
        return _reached(concept, [(broader, narrower) for narrower, broader in self._ties])

    def _broader(self, concept: object) -> set[object]:
        """All concepts above one."""
        return _reached(concept, self._ties) - {concept}


def _outcome(
    values: set[object], fits: Callable[[object], bool], may_fit: Callable[[object], bool]
) -> Outcome:
    if any(map(fits, values)):
        return Outcome.MET
    return Outcome.NOT_MET if values and not any(map(may_fit, values)) else Outcome.CANNOT_TELL


def _reached(start: object, steps: Iterable[tuple[object, object]]) -> set[object]:
    """What can be reached from a start, and the start."""
    following: dict[object, list[object]] = {}
    for one, other in steps:
        following.setdefault(one, []).append(other)
    found, left = {start}, [start]
    while left:
        new = [one for one in following.get(left.pop(), ()) if one not in found]
        found.update(new)
        left += new
    return found
