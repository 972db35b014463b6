"""The parts of a network, and the path that most of it leads along."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from evigraph.citations import sparse
from evigraph.citations.network import CitationArrays
from evigraph.errors import EnvironmentFaultError

_SEED: Final = 20080601


@dataclass(frozen=True)
class Communities:
    """Parts within which works cite each other more than others.

    Attributes:
        parts: The places of the works of each part, the largest part first.
        modularity: How much more than by chance (Newman and Girvan 2004); at most one.
        by: Which method on which engine.
    """

    parts: tuple[tuple[int, ...], ...]
    modularity: float
    by: str


def communities(arrays: CitationArrays) -> Communities:
    """The parts of a network, directions left out, works without any citation too.

    Leiden (Traag 2019) by igraph where it is installed, else Louvain (Blondel 2008) by networkx; both
    with a fixed seed.

    Raises:
        EnvironmentFaultError: The network is large, and igraph is not installed.
    """
    try:
        import igraph
    except ImportError:
        igraph = None
    tied = sorted({*arrays.citing, *arrays.cited})
    place = {work: number for number, work in enumerate(tied)}
    edges = sorted({(min(a, b), max(a, b)) for a, b in ((place[x], place[y]) for x, y in arrays.pairs)})
    if igraph:
        graph = igraph.Graph(n=len(tied), edges=edges)
        igraph.set_random_number_generator(random.Random(_SEED))
        try:
            found = graph.community_leiden(objective_function="modularity", n_iterations=10)
        finally:
            igraph.set_random_number_generator(random)
        return _sorted(tied, found, graph.modularity(found), f"Leiden, igraph {igraph.__version__}")
    if sparse.is_large(arrays):
        raise EnvironmentFaultError(
            f"{len(arrays.works):,} works need igraph; run 'pip install evigraph[citations]'"
        )
    import networkx as nx

    plain = nx.Graph()
    plain.add_nodes_from(range(len(tied)))
    plain.add_edges_from(edges)
    parts = nx.community.louvain_communities(plain, seed=_SEED)
    modularity = nx.community.modularity(plain, parts)
    return _sorted(tied, parts, modularity, f"Louvain, networkx {nx.__version__}")


def _sorted(tied: Sequence[int], parts: Iterable[Iterable[int]], modularity: float, by: str) -> Communities:
    members = [tuple(sorted(tied[number] for number in part)) for part in parts]
    return Communities(tuple(sorted(members, key=lambda part: (-len(part), part))), modularity, by)


@dataclass(frozen=True)
class MainPath:
    """The path through a literature on which most other paths run.

    Attributes:
        steps: The places of its works, the oldest first.
        counts: For each citation on it how many paths from a source to a sink lead through it.
        paths: How many such paths there are.
        left_out: How many citations were left out because they run in a circle.
    """

    steps: tuple[int, ...]
    counts: tuple[int, ...]
    paths: int
    left_out: int


def main_path(arrays: CitationArrays) -> MainPath:
    """The path from a work that cites nothing to one that nothing cites, by search path counts.

    The count of a citation is the number of paths that lead through it (Hummon and Doreian 1989;
    Batagelj 2003); the path is the one whose counts add up to most, of equal ones the first by IRI.
    """
    circles = _circles(arrays)
    pairs = [(a, b) for a, b in arrays.pairs if circles.get(a, -1) != circles.get(b, -2)]
    builds: dict[int, list[int]] = {}  # from a work to those that build on it
    rests: dict[int, list[int]] = {}
    for citing, cited in pairs:
        builds.setdefault(cited, []).append(citing)
        rests.setdefault(citing, []).append(cited)
    order = _oldest_first(builds, rests)
    to = dict.fromkeys(order, 0)  # paths from a source to the work
    for work in order:
        to[work] = sum(to[other] for other in rests[work]) if work in rests else 1
    on = dict.fromkeys(order, 0)  # paths from the work to a sink
    best: dict[int, tuple[int, int, int]] = {}  # the greatest sum from here on, the next work, its count
    for work in reversed(order):
        on[work] = sum(on[other] for other in builds[work]) if work in builds else 1
        if work in builds:
            options = [(to[work] * on[n] + (best[n][0] if n in best else 0), n) for n in builds[work]]
            total, following = max(options, key=lambda option: (option[0], -option[1]))
            best[work] = (total, following, to[work] * on[following])
    sources = [work for work in order if work not in rests]
    steps, counts = [max(sources, key=lambda work: (best[work][0], -work))] if sources else [], []
    while steps and steps[-1] in best:
        _, following, count = best[steps[-1]]
        steps.append(following)
        counts.append(count)
    paths = sum(on[work] for work in sources)
    return MainPath(tuple(steps), tuple(counts), paths, len(arrays) - len(pairs))


def _oldest_first(builds: dict[int, list[int]], rests: dict[int, list[int]]) -> list[int]:
    """Works after all that they cite; those that run in circles, or lead to one, are not there."""
    open_ = Counter({work: len(rests.get(work, ())) for work in builds.keys() | rests.keys()})
    ready = deque(sorted(work for work, count in open_.items() if not count))
    order = []
    while ready:
        order.append(ready.popleft())
        for other in builds.get(order[-1], ()):
            open_[other] -= 1
            if not open_[other]:
                ready.append(other)
    return order


def _circles(arrays: CitationArrays) -> dict[int, int]:
    """The works that cite each other in a circle, each with the number of its circle."""
    order = set(_oldest_first(arrays.citations, arrays.references))
    rest = [(a, b) for a, b in arrays.pairs if a not in order and b not in order]
    if not rest:
        return {}
    import networkx as nx

    parts = nx.strongly_connected_components(nx.DiGraph(rest))
    return {work: number for number, part in enumerate(parts) for work in part if len(part) > 1}
