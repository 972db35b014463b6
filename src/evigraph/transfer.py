"""A review to and from a SPARQL server, graph by graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from evigraph.errors import InputError
from evigraph.reading import Progress
from evigraph.remote import RemoteStore
from evigraph.terms import BASIS, ONTOLOGY_GRAPH, RECORD_GRAPH, local_name
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.printed import Changed

#: Statements of a graph that are fetched again to see what became of them.
_COMPARED = 100_000
#: The graphs that make a review: every basis, bookkeeping, and the ontology with its concepts.
GRAPHS: Final = (
    *(ox.NamedNode(BASIS + basis) for basis in Trust.INFERRED.bases),
    RECORD_GRAPH,
    ONTOLOGY_GRAPH,
)


@dataclass(frozen=True)
class Sent:
    """What was done to one graph of a server.

    Attributes:
        graph: The graph.
        sent: The number of statements that were sent; none for a graph that was emptied.
        held: The number of statements that the server has in it now.
    """

    graph: ox.NamedNode
    sent: int
    held: int


def push(quads: Iterable[ox.Quad], store: RemoteStore, progress: Progress | None = None) -> list[Sent]:
    """Make the graphs of a server those of a review.

    Each graph is replaced by itself, so a push that is stopped leaves whole graphs, some new and
    some old. A graph of :data:`GRAPHS` that the review does not have is emptied.

    Args:
        quads: The statements of the review, each in a graph.
        store: Where they go: by its graph store when it has one, else by update.
        progress: Told the graph, and the graphs done and to do.

    Returns:
        One entry for each graph that was replaced or emptied, sorted by graph.

    Raises:
        InputError: A statement is in no graph.
        EnvironmentFaultError: The server cannot be used, or refuses.
        LimitError: A request takes too long.
    """
    by_graph: dict[ox.NamedNode, set[ox.Triple]] = {}
    for quad in relabelled(quads):
        if not isinstance(quad.graph_name, ox.NamedNode):
            raise InputError(f"{quad.triple}: stands in no named graph; put it into the graph of its basis")
        by_graph.setdefault(quad.graph_name, set()).add(quad.triple)
    done = []
    graphs = sorted({*by_graph, *GRAPHS}, key=str)
    for number, graph in enumerate(graphs):
        if progress:
            progress(local_name(graph.value), number, len(graphs))
        triples: Sequence[ox.Triple] = sorted(by_graph.get(graph, ()), key=str)
        if triples or store.count(graph):
            store.replace(graph, triples)
            done.append(Sent(graph, len(triples), store.count(graph)))
    return done


def pull(store: RemoteStore, progress: Progress | None = None) -> list[ox.Quad]:
    """The statements that a server has in the graphs of a review, as they were pushed.

    Values come as the server writes them; some write numbers and dates in a form of their own.

    Raises:
        InputError: None of the graphs has a statement.
        EnvironmentFaultError: The server cannot be used, or gives fewer statements than it counts.
        LimitError: An answer takes too long, or is too long.
    """
    quads: list[ox.Quad] = []
    for number, graph in enumerate(GRAPHS):
        if progress:
            progress(local_name(graph.value), number, len(GRAPHS))
        quads += store.quads(graph=graph)
    if not quads:
        raise InputError(f"{store.url}: has no review; put one there with 'evigraph push'")
    return quads


def changed_by(store: RemoteStore, quads: Iterable[ox.Quad], graphs: Collection[object]) -> list[Changed]:
    """The values that a server has in another form than they were sent.

    Args:
        store: The server.
        quads: What was sent.
        graphs: Where to look; graphs without numbers and dates, and those of more than a hundred thousand
            statements, are left out.

    Raises:
        EnvironmentFaultError: The server cannot be used.
        LimitError: An answer takes too long, or is too long.
    """
    from evigraph.printed import changed, is_at_risk

    sent: dict[object, list[ox.Quad]] = {}
    for quad in quads:
        if quad.graph_name in graphs:
            sent.setdefault(quad.graph_name, []).append(quad)
    found: list[Changed] = []
    for graph, own in sent.items():
        at_risk = any(is_at_risk(quad.object) for quad in own)
        if isinstance(graph, ox.NamedNode) and at_risk and len(own) <= _COMPARED:
            found += changed(own, list(store.quads(graph=graph)))
    return sorted(found)


def relabelled(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The statements with labels of blank nodes that depend on the statements alone (RDFC-1.0)."""
    plain: list[ox.Quad] = []
    dataset = ox.Dataset()
    for quad in quads:
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
            dataset.add(quad)
        else:
            plain.append(quad)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return [*plain, *dataset]
