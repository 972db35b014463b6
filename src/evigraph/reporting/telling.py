"""What a report is made from: the answers of a review, and the words that it has for things."""

from __future__ import annotations

from functools import cached_property

import pyoxigraph as ox

from evigraph.documents import Asking, Cell, Marked, Text
from evigraph.labels import Concepts
from evigraph.terms import RDFS_LABEL, local_name

#: What stands where nothing is recorded.
UNKNOWN = "not recorded"


class Telling(Asking):
    """As :class:`evigraph.documents.Asking`, with names for a reader."""

    def word(self, name: str) -> str:
        """The label of the concept or property whose IRI ends in this name, or the name itself."""
        last = local_name(name)
        return self._properties.get(last) or self._concepts.known.get(last, name)

    def text(self, parts: Text) -> Text:
        """The same for the parts of a text, with their marks; *not recorded* where there is none."""
        return tuple(map(self._part, parts)) or (UNKNOWN,)

    def _part(self, part: Cell) -> Cell:
        if isinstance(part, Marked):
            return Marked(self.word(part.text))
        return self.word(part) if isinstance(part, str) else part

    @cached_property
    def _concepts(self) -> Concepts:
        return Concepts(self.review)

    @cached_property
    def _properties(self) -> dict[str, str]:
        return {
            local_name(quad.subject.value): quad.object.value
            for quad in self.review.folder.ontology
            if quad.predicate == RDFS_LABEL
            and isinstance(quad.subject, ox.NamedNode)
            and isinstance(quad.object, ox.Literal)
        }
