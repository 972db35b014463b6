"""Trust is a choice of graphs: which bases count when something is asked, judged or written."""

from __future__ import annotations

from enum import StrEnum

from pyoxigraph import NamedNode

from evigraph.terms import BASIS, ONTOLOGY_GRAPH, RECORD_GRAPH, VERDICT_GRAPH

_STATED = ("fulltext", "abstract", "title", "other-text", "review", "given")


class Trust(StrEnum):
    """How far a statement may be from a text that says it.

    ``STATED`` takes what some text says, ``DEDUCED`` adds what a person deduced from texts,
    ``INFERRED`` adds what a reasoner drew from the definitions.
    """

    STATED = "stated"
    DEDUCED = "deduced"
    INFERRED = "inferred"

    @property
    def bases(self) -> tuple[str, ...]:
        """The names of the bases that count, without bookkeeping."""
        added = {Trust.STATED: (), Trust.DEDUCED: ("deduced",), Trust.INFERRED: ("deduced", "inferred")}
        return _STATED + added[self]

    @property
    def named_graphs(self) -> tuple[NamedNode, ...]:
        """The graphs a query may name: the trusted bases, bookkeeping and verdicts."""
        return (*(NamedNode(BASIS + base) for base in self.bases), RECORD_GRAPH, VERDICT_GRAPH)

    @property
    def default_graphs(self) -> tuple[NamedNode, ...]:
        """The graphs whose union a query sees when it names none: these and the ontology."""
        return (*self.named_graphs, ONTOLOGY_GRAPH)
