"""What an export and a handed-out graph hold: trusted statements, bookkeeping and concepts."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from evigraph.described import Described
from evigraph.terms import ONTOLOGY_GRAPH, SKOS
from evigraph.trust import Trust

_MATCHES = tuple(ox.NamedNode(SKOS + name) for name in ("exactMatch", "closeMatch"))


def trusted(statements: Iterable[ox.Quad], ontology: Iterable[ox.Quad], trust: Trust) -> list[ox.Quad]:
    """Choose what belongs to a level of trust.

    Args:
        statements: The statements of the graph.
        ontology: The statements of the ontology and the concepts.
        trust: Which statements count.

    Returns:
        The trusted statements and the bookkeeping, and of the ontology what it says of concepts,
        their schemes and the codes that they match; its class expressions are left out.
    """
    graphs = trusted_graphs(trust)
    return [*(quad for quad in statements if quad.graph_name in graphs), *concepts(ontology)]


def trusted_graphs(trust: Trust) -> set[ox.NamedNode]:
    """The graphs whose statements belong to a level of trust."""
    return {*trust.named_graphs, ONTOLOGY_GRAPH}


def concepts(ontology: Iterable[ox.Quad]) -> list[ox.Quad]:
    """What the ontology says of concepts, their schemes and the codes that they match."""
    terms = list(ontology)
    said = Described(terms)
    own = said.of_class(ox.NamedNode(SKOS + "Concept"), ox.NamedNode(SKOS + "ConceptScheme"))
    codes = {code for concept in own for match in _MATCHES for code in said.values(concept, match)}
    about = {*own, *codes}
    return [quad for quad in terms if quad.subject in about]
