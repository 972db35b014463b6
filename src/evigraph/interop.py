"""Between pyoxigraph, which parses and queries, and rdflib, which users and pySHACL hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.terms import XSD

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node


def to_rdflib(quads: Iterable[ox.Quad], prefixes: Mapping[str, str]) -> rdflib.Graph:
    """A new rdflib graph of the statements, their graphs merged, with only these prefixes bound."""
    import rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace)
    for quad in quads:
        graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    return graph


def _term(term: object) -> Node:
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        if term.datatype.value == XSD + "string":
            return rdflib.Literal(term.value)  # rdflib keeps plain and typed strings apart
        # normalize=False: a value that was printed as 0.050 stays 0.050.
        return rdflib.Literal(term.value, datatype=term.datatype.value, normalize=False)
    raise TypeError(f"not an RDF 1.1 term: {term!r}")
