"""What concepts are called, and the order in which those under one broader concept stand together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.names import natural
from evigraph.terms import BROADER, SKOS, local_name

if TYPE_CHECKING:
    from evigraph.review import Review

_PREF_LABEL = ox.NamedNode(SKOS + "prefLabel")


class Concepts:
    """The concepts of a review by local name.

    Args:
        review: The review.
    """

    def __init__(self, review: Review) -> None:
        self._review = review

    @cached_property
    def _labels(self) -> dict[str, str]:
        """The preferred labels: the English one where there are several."""
        found: dict[str, tuple[bool, str]] = {}
        for quad in self._review.values(_PREF_LABEL):
            if isinstance(quad.object, ox.Literal) and isinstance(quad.subject, ox.NamedNode):
                name = local_name(quad.subject.value)
                this = (not (quad.object.language or "en").startswith("en"), quad.object.value)
                found[name] = min(found.get(name, this), this)
        labels = {name: label for name, (_, label) in found.items()}
        often = Counter(labels.values())  # two with one label would be drawn as one
        return {name: f"{text} ({name})" if often[text] > 1 else text for name, text in labels.items()}

    @cached_property
    def _broader(self) -> dict[str, str]:
        """A broader concept of each that has one: the first by name."""
        found: dict[str, str] = {}
        for quad in self._review.values(BROADER):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                name, above = local_name(quad.subject.value), local_name(quad.object.value)
                found[name] = min(found.get(name, above), above)
        return found

    def label(self, name: str) -> str:
        """What a concept is called; its local name in words where it has no label."""
        return self._labels.get(name) or name.replace("-", " ")

    def sort(self, names: Iterable[str]) -> list[str]:
        """Concepts in the order of their tree: each before the narrower ones, those of a level by label."""
        return sorted(names, key=self._place)

    def _place(self, name: str) -> list[tuple[list[tuple[int, int | str]], str]]:
        path: list[str] = []
        above: str | None = name
        while above is not None and above not in path:
            path.append(above)
            above = self._broader.get(above)
        return [(natural(self.label(step).casefold()), step) for step in reversed(path)]
