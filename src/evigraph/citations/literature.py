"""What a review says of the works it cites, as networks."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from evigraph.store import Store
from evigraph.trust import Trust

if TYPE_CHECKING:
    import networkx as nx

    from evigraph.citations.network import CitationArrays


class Literature:
    """The part of :class:`evigraph.Review` that speaks of works and citations."""

    @cached_property
    def _store(self) -> Store:
        raise NotImplementedError

    def citations(self, *, trust: Trust | str = Trust.DEDUCED) -> nx.DiGraph:
        """The works and who cites whom, as :func:`evigraph.citations.network.citation_graph` gives it."""
        from evigraph.citations.network import citation_graph

        return citation_graph(self.citation_arrays(trust=trust))

    def citation_arrays(self, *, trust: Trust | str = Trust.DEDUCED) -> CitationArrays:
        """The same as arrays, for networks that are too large for networkx."""
        from evigraph.citations.network import read_citations

        return read_citations(self._store, Trust(trust))

    def authors(self, *, trust: Trust | str = Trust.DEDUCED) -> nx.Graph:
        """Who wrote works together, as :func:`evigraph.citations.projections.authors_of` gives it."""
        from evigraph.citations.projections import authors_of

        return authors_of(self.citation_arrays(trust=trust))

    def coupling(self, kind: str = "bibliographic", *, trust: Trust | str = Trust.DEDUCED) -> nx.Graph:
        """The works tied by what they share, as :func:`evigraph.citations.projections.works_by` gives it.

        Args:
            kind: ``authors``, ``journals``, ``bibliographic`` or ``co-citation``.
            trust: Which statements count.
        """
        from evigraph.citations.projections import works_by

        return works_by(self.citation_arrays(trust=trust), kind)
