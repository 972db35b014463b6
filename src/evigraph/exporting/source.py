"""What the writers of other formats are given: a review, and which of its statements count."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.described import Described
from evigraph.exporting.sheets import Sheet, sheets
from evigraph.terms import TITLE
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.review import Review


@dataclass(frozen=True)
class Source:
    """A review at a level of trust.

    Attributes:
        review: The review.
        trust: Which statements count.
    """

    review: Review
    trust: Trust

    @cached_property
    def statements(self) -> list[ox.Quad]:
        """The trusted statements, the bookkeeping and the concepts, as an RDF export has them."""
        return self.review.statements(self.trust)

    @cached_property
    def said(self) -> Described:
        """The statements by what they describe."""
        return Described(self.statements)

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The statements as tables."""
        return sheets(self.statements, self.review.folder.prefixes)

    @property
    def iri(self) -> str:
        """The review."""
        return self.review.iri.value

    @property
    def title(self) -> str:
        """The title of the review, or its name when it has none."""
        return self.said.text(self.review.iri, TITLE) or self.review.name
