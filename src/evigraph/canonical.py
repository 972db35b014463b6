"""One graph, one text: sorted statements, the used prefixes only, written by pyoxigraph.

The order is by graph, subject, property (``rdf:type`` first) and value, each by code point of
its N-Triples form, so the bytes depend on the statements alone. Values keep the text they were
parsed with; nothing here goes through a store, which would rewrite literals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from evigraph.terms import RDF_TYPE

FORMATS: Mapping[str, ox.RdfFormat] = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}


def serialize(quads: Iterable[ox.Quad], format: str, prefixes: Mapping[str, str]) -> bytes:
    """Write statements canonically.

    Args:
        quads: The statements; a format without graphs drops the graph and any repetition.
        format: A key of :data:`FORMATS`.
        prefixes: Prefix to namespace; only those that occur are declared.

    Returns:
        UTF-8 text that ends in a line feed, the same for the same set of statements.
    """
    chosen = FORMATS[format]
    unique: set[ox.Quad] = set(quads)
    if not chosen.supports_datasets:
        unique = {ox.Quad(q.subject, q.predicate, q.object) for q in unique}
    ordered = sorted(unique, key=_key)
    used = _used(ordered, prefixes)
    output: Iterable[ox.Quad] | Iterable[ox.Triple] = ordered
    if not chosen.supports_datasets:
        output = [quad.triple for quad in ordered]
    data = ox.serialize(output, format=chosen, prefixes=used)
    assert data is not None  # only None when an output is named
    return _tidy(data.decode(), chosen).encode()


def _key(quad: ox.Quad) -> tuple[str, str, bool, str, str]:
    return (
        _text(quad.graph_name),
        _text(quad.subject),
        quad.predicate != RDF_TYPE,
        quad.predicate.value,
        _text(quad.object),
    )


def _text(term: object) -> str:
    # An IRI without its brackets, so that a study sorts before its own parts.
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _tidy(text: str, format: ox.RdfFormat) -> str:
    """Sort what the serialiser takes from a hash table, and part the subjects by empty lines.

    Literals never hold a raw line feed in these formats, so a line is always a piece of syntax.
    """
    if format == ox.RdfFormat.RDF_XML:
        text = re.sub(r"(?<=<rdf:RDF )[^>]*", lambda m: " ".join(sorted(m[0].split())), text)
        text = text.replace("\r", "&#13;")  # XML readers turn a bare one into a line feed
    if format not in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG):
        return text if text.endswith("\n") else text + "\n"
    lines = text.removesuffix("\n").split("\n")
    header = sorted(line for line in lines if line.startswith("@prefix "))
    body: list[str] = []
    indent = ""  # a subject stands at the margin, or one tab in when inside a graph
    for line in lines[len(header) :]:
        if line == "}":
            indent = ""
        else:
            starts = line.startswith(indent) and not line[len(indent) :].startswith("\t")
            if starts and not (body and body[-1].endswith(" {")):
                body.append("")
            if not indent and line.endswith(" {"):
                indent = "\t"
        body.append(line)
    return "\n".join([*header, *body]) + "\n"


def _used(quads: Iterable[ox.Quad], prefixes: Mapping[str, str]) -> dict[str, str]:
    iris: set[str] = set()
    for quad in quads:
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, ox.NamedNode):
                iris.add(term.value)
            elif isinstance(term, ox.Literal):
                iris.add(term.datatype.value)
    return {p: ns for p, ns in sorted(prefixes.items()) if any(i.startswith(ns) for i in iris)}
