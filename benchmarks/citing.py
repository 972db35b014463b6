"""PageRank and co-citation of a large network: ``python -m benchmarks.citing TOOL TASK WORKS``."""

from __future__ import annotations

import json
import random
import sys
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

from benchmarks.measure import run
from benchmarks.place import Place, child
from benchmarks.records import OURS, Record, record
from evigraph.citations.network import CitationArrays, Link, Work

#: How many works; each cites ten earlier ones on average.
WORKS = 100_000
TITLE = "Citation network"
TEXT = (
    f"{WORKS:,} synthetic works and ten times as many citations, by a law with a long tail: the most cited "
    "work is in a quarter of the reference lists. The network is made in memory, which is not "
    "measured; what a tool makes of it, a matrix or a graph, is. networkx counts pairs in Python, as it "
    "has no measure of co-citation. Memory is that of the whole process."
)
TOP = 20
TOOLS = {"PageRank": (OURS, "networkx", "igraph"), "co-citation, all pairs": (OURS, "networkx")}


def measure(place: Place) -> Iterator[Record]:
    """Both tasks by all tools, which have to find the same."""
    for task, tools in TOOLS.items():
        right = ""
        for tool in tools:
            out = place.folder / "citing.out"
            command = child("citing", tool, task, str(WORKS))
            usage = run(command, out, deadline=place.deadline, environment=place.environment)
            made = record(task, tool, 10 * WORKS, "citation", usage)
            if not made.failed:
                found = json.loads(out.read_text(encoding="utf-8"))
                right = right or found["result"]
                note = f"the first {TOP} as expected" if found["result"] == right else "another answer"
                made = replace(made, cpu=found["cpu"], wall=None, note=note, wrong=found["result"] != right)
            yield made


def network(works: int) -> CitationArrays:
    """The network; the same at every run."""
    chance = random.Random(1989)
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < min(10 * works, works * (works - 1) // 4):
        later = chance.randrange(1, works)
        pairs.add((later, int(later * chance.random() ** 3)))
    order = sorted(pairs)
    citing, cited = array("q", (a for a, _ in order)), array("q", (b for _, b in order))
    described = [Work(f"https://example.org/work/{n:07}", f"w{n}") for n in range(works)]
    return CitationArrays(described, citing, cited, [Link()] * len(order))


def pagerank_ours(arrays: CitationArrays) -> list[float]:
    """By evigraph."""
    from evigraph.citations.ranking import pagerank

    return pagerank(arrays)


def pagerank_networkx(arrays: CitationArrays) -> list[float]:
    """By networkx, to a sum of differences below 1e-10 (it multiplies by the number of works)."""
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(arrays.works)))
    graph.add_edges_from(arrays.pairs)
    return list(nx.pagerank(graph, tol=1e-15, max_iter=500).values())


def pagerank_igraph(arrays: CitationArrays) -> list[float]:
    """By igraph."""
    import igraph

    graph = igraph.Graph(n=len(arrays.works), edges=list(arrays.pairs), directed=True)
    return list(graph.pagerank())


def pairs_ours(arrays: CitationArrays) -> list[tuple[int, int, int]]:
    """By evigraph."""
    from evigraph.citations.ranking import top_pairs

    return top_pairs(arrays, TOP, "co-citation")


def pairs_networkx(arrays: CitationArrays) -> list[tuple[int, int, int]]:
    """By a graph of networkx and a count of pairs."""
    import networkx as nx

    graph = nx.DiGraph(arrays.pairs)
    counts = Counter(pair for node in graph for pair in combinations(sorted(graph[node]), 2))
    best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]
    return [(a, b, count) for (a, b), count in best]


TASKS: dict[tuple[str, str], Callable[[CitationArrays], list[float] | list[tuple[int, int, int]]]] = {
    (OURS, "PageRank"): pagerank_ours,
    ("networkx", "PageRank"): pagerank_networkx,
    ("igraph", "PageRank"): pagerank_igraph,
    (OURS, "co-citation, all pairs"): pairs_ours,
    ("networkx", "co-citation, all pairs"): pairs_networkx,
}


def main(tool: str, task: str, works: int) -> None:
    """Print the CPU seconds of a task and what it found: the first twenty, scores to six digits."""
    arrays = network(works)
    start = time.process_time()
    found = TASKS[tool, task](arrays)
    cpu = time.process_time() - start
    scores = [(f"{score:.6g}", place) for place, score in enumerate(found) if isinstance(score, float)]
    first = sorted(scores, key=lambda pair: (-float(pair[0]), pair[1]))[:TOP] if scores else found
    print(json.dumps({"cpu": cpu, "result": str(first)}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
