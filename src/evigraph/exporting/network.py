"""The whole graph as GraphML, for Gephi, yEd, Cytoscape and igraph."""

from __future__ import annotations

from collections import defaultdict
from typing import IO

import pyoxigraph as ox

from evigraph.citations.formats import graphml
from evigraph.exporting.source import Source
from evigraph.names import compact
from evigraph.terms import BASIS, IDENTIFIER, RDF_TYPE, RDFS_LABEL, SKOS, TITLE, local_name

_LABELS = (RDFS_LABEL, ox.NamedNode(SKOS + "prefLabel"), TITLE, IDENTIFIER)


def write(source: Source, out: IO[bytes]) -> list[str]:
    """Write the things of a review as nodes and what relates them as edges.

    A node has ``label``, ``kind`` (its classes) and its printed values; an edge has ``property`` and
    ``basis``. Several values of a property are joined by ``; ``.

    Returns:
        What to tell the reader.
    """
    import networkx as nx

    prefixes, graph = source.review.folder.prefixes, nx.MultiDiGraph()
    texts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for quad in sorted(source.statements, key=str):
        subject = _value(quad.subject)
        graph.add_node(subject)
        if isinstance(quad.object, ox.Literal):
            texts[subject, local_name(quad.predicate.value)].append(quad.object.value)
        elif quad.predicate == RDF_TYPE:
            texts[subject, "kind"].append(local_name(_value(quad.object)))
        else:
            property, basis = compact(quad.predicate, prefixes), _value(quad.graph_name).removeprefix(BASIS)
            graph.add_edge(subject, _value(quad.object), property=property, basis=basis)
    for (subject, name), values in texts.items():
        graph.nodes[subject][name] = "; ".join(dict.fromkeys(values))
    for node, said in graph.nodes(data=True):
        thing = ox.NamedNode(node)
        label = next((text for p in _LABELS if (text := source.said.text(thing, p))), local_name(node))
        said["label"] = label
    out.write(graphml(graph))
    return [f"{graph.number_of_nodes():,} nodes, {graph.number_of_edges():,} edges"]


def _value(term: object) -> str:
    return str(getattr(term, "value", ""))
