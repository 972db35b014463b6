"""Works and pairs of works in order: degree, PageRank, betweenness, co-citation and coupling."""

from __future__ import annotations

from collections import Counter
from typing import Final

from evigraph.citations import sparse
from evigraph.citations.network import CitationArrays
from evigraph.citations.projections import KINDS, pair_counts
from evigraph.citations.results import Row, first, ranked
from evigraph.errors import LimitError

DAMPING: Final = 0.85
_TOLERANCE: Final = 1e-13
_MOST: Final = 300
#: The steps that betweenness may take, works that cite times citations, by networkx and by igraph.
_STEPS: Final = 100_000_000
_FAST_STEPS: Final = 10_000_000_000


def degree(arrays: CitationArrays, top: int) -> list[Row]:
    """The most cited works: how many works of the network cite each, and how many it cites."""
    cites, cited = Counter(arrays.citing), Counter(arrays.cited)
    place = {work.iri: number for number, work in enumerate(arrays.works)}
    best = ranked(arrays, [cited[number] for number in range(len(arrays.works))], top)
    return [(work, int(score), cites[place[work.iri]]) for work, score in best]


def pagerank(arrays: CitationArrays) -> list[float]:
    """The rank of each work, in order; ranks add up to one.

    The power method of Brin and Page (1998); the rank of works that cite nothing goes to all alike.
    """
    if sparse.is_large(arrays):
        return sparse.pagerank(arrays, DAMPING, _TOLERANCE, _MOST)
    size = len(arrays.works)
    rank = [1.0 / size] * size
    for _ in range(_MOST):
        last = rank
        lost = sum(score for place, score in enumerate(last) if place not in arrays.references)
        rank = [(DAMPING * lost + 1 - DAMPING) / size] * size
        for citing, listed in arrays.references.items():
            share = DAMPING * last[citing] / len(listed)
            for cited in listed:
                rank[cited] += share
        if sum(abs(a - b) for a, b in zip(rank, last, strict=True)) < _TOLERANCE:
            break
    return rank


def betweenness(arrays: CitationArrays) -> list[float]:
    """For each work the share of shortest paths between two others that lead through it.

    Brandes (2001), directed and normalised, by igraph where it is installed, else by networkx.

    Raises:
        LimitError: It would take too many steps; they grow with works times citations.
    """
    try:
        import igraph
    except ImportError:
        igraph = None
    size, steps = len(arrays.works), len(arrays.references) * len(arrays)
    if steps > (_FAST_STEPS if igraph else _STEPS):
        raise LimitError(f"it takes {steps:,} steps, too many for a network of this size")
    if igraph:
        graph = igraph.Graph(n=size, edges=list(arrays.pairs), directed=True)
        scale = 1 / ((size - 1) * (size - 2)) if size > 2 else 1.0
        return [score * scale for score in graph.betweenness()]
    import networkx as nx

    plain = nx.DiGraph()
    plain.add_nodes_from(range(size))
    plain.add_edges_from(arrays.pairs)
    found = nx.betweenness_centrality(plain)
    return [found[place] for place in range(size)]


def top_pairs(arrays: CitationArrays, top: int, kind: str) -> list[tuple[int, int, int]]:
    """The pairs that share most, as :func:`evigraph.citations.sparse.top_pairs`.

    Args:
        arrays: The network.
        top: How many pairs.
        kind: ``co-citation`` or ``bibliographic``.
    """
    if sparse.is_large(arrays):
        return sparse.top_pairs(arrays, top, cited=kind == "co-citation")
    return first(pair_counts(KINDS[kind](arrays)).items(), top)
