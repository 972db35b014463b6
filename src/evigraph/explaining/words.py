"""What people call the things that are said of one study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.answers import Answer, Term
from evigraph.explaining.results import Word
from evigraph.extraction.fields import PARTS
from evigraph.labels import Labels
from evigraph.names import compact, natural
from evigraph.terms import RDFS_LABEL, evi, local_name
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.review import Review

_ORDER = ("study", *PARTS)


class Words:
    """Names of the parts, properties and values of one study.

    Args:
        review: The review.
        key: The key of the study.
        study: The study.
        facts: What is said of it and its parts, in a column ``subject``.
        trust: Which statements count.
    """

    def __init__(self, review: Review, key: str, study: ox.NamedNode, facts: Answer, trust: Trust) -> None:
        self._prefixes = review.folder.prefixes
        self._study = study.value
        at = facts.variables.index("subject")
        subjects = (row[at] for row in facts)
        parts = {
            part.value: study.value for part in subjects if isinstance(part, ox.NamedNode) and part != study
        }
        named = sorted(review.values(RDFS_LABEL, trust), key=str)
        self._labels = Labels([*named, *review.folder.ontology], self._prefixes, {study.value: key}, parts)

    def part(self, iri: str) -> str:
        """What a part of the study is called: ``arm-1``, or ``study`` for the study itself."""
        return self._labels.study_and_part(iri)[1] or "study"

    def place(self, part: str) -> tuple[int, list[tuple[int, int | str]]]:
        """A sort key of parts: the study, its groups, its population, arms, outcomes, findings."""
        kind = part.rstrip("-0123456789")
        return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER)), natural(part)

    def property(self, term: Term | None) -> Word:
        """A property by its local name, with its label."""
        iri = self.text(term)
        return Word(local_name(iri), self._labels.property(iri))

    def property_named(self, name: str) -> str:
        """The label of a property of the core ontology."""
        return self._labels.property(evi(name).value)

    def word(self, term: Term | None, *, deduced: bool = False) -> Word:
        """A value with its label."""
        if term is None:
            return Word()
        label = self._labels.value(term) if isinstance(term, ox.NamedNode) else term.value
        return Word(compact(term, self._prefixes), label, deduced)

    def label(self, iri: str) -> str:
        """What a thing of the review is called; its IRI when nobody named it."""
        label = self._labels.property(iri)
        return iri if label == self._labels.short(iri) else label

    def short(self, term: Term | None) -> str:
        """A thing of the review without its prefix."""
        return compact(term, self._prefixes, bare=True)

    def text(self, term: Term | None) -> str:
        """A literal or an IRI as it is; empty when there is none."""
        return "" if term is None else term.value
