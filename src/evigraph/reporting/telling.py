"""What a report is made from: the answers of a review, and the words that it has for things."""

from __future__ import annotations

from functools import cached_property

import pyoxigraph as ox

from evigraph.documents import Asking, Cell, Counted, Marked, Text
from evigraph.terms import RDFS_LABEL, SKOS, local_name

_LABELS = (RDFS_LABEL, ox.NamedNode(SKOS + "prefLabel"))
#: What stands where nothing is recorded.
UNKNOWN = "not recorded"


class Telling(Asking):
    """As :class:`evigraph.documents.Asking`, with names for a reader."""

    def word(self, name: str) -> str:
        """The label of the concept or property whose IRI ends in this name, or the name itself."""
        return self._labels.get(local_name(name), name)

    def text(self, parts: Text) -> Text:
        """The same for the parts of a text, with their marks; *not recorded* where there is none."""
        return tuple(map(self._part, parts)) or (UNKNOWN,)

    def _part(self, part: Cell) -> Cell:
        if isinstance(part, Counted):
            return part
        return Marked(self.word(part.text)) if isinstance(part, Marked) else self.word(part)

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {
            local_name(quad.subject.value): quad.object.value
            for quad in self.review.folder.ontology
            if quad.predicate in _LABELS
            and isinstance(quad.subject, ox.NamedNode)
            and isinstance(quad.object, ox.Literal)
        }
