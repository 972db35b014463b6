"""The second query engine: rdflib over the same statements, for tests that hold one against the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import pyoxigraph as ox
import rdflib
from rdflib.plugins.sparql import prepareQuery

import evigraph
from evigraph.assertions import verdict_quads
from evigraph.names import compact
from evigraph.questions import Question, bind
from evigraph.trust import Trust

OPENED = evigraph.open()
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
#: A term that both engines can be held to: kind, text, datatype or language.
Plain = tuple[str, str, str] | None


def rdflib_term(term: object) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    """A term for rdflib, its text untouched."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value == XSD_STRING:  # rdflib keeps a plain text and a typed one apart
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def rdflib_quad(quad: ox.Quad) -> tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node, rdflib.Graph]:
    """A statement for rdflib, in its graph."""
    assert isinstance(quad.graph_name, ox.NamedNode)
    subject, predicate, value = map(rdflib_term, (quad.subject, quad.predicate, quad.object))
    return subject, predicate, value, rdflib.Graph(identifier=rdflib.URIRef(quad.graph_name.value))


def plain(term: object) -> Plain:
    """A term of either engine as plain text."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return "iri", term.value, ""
    if isinstance(term, ox.Literal):
        return "literal", term.value, term.language or term.datatype.value
    if isinstance(term, rdflib.Literal):
        return "literal", str(term), term.language or str(term.datatype or XSD_STRING)
    assert isinstance(term, rdflib.URIRef), term
    return "iri", str(term), ""


def short(cell: Plain, *, bare: bool = False) -> str:
    """A term as the files of expected rows have it; without prefix for a reader."""
    if cell is None:
        return ""
    kind, text, _ = cell
    return compact(ox.NamedNode(text), OPENED.folder.prefixes, bare=bare) if kind == "iri" else text


@cache
def dataset(trust: str, needs: tuple[str, ...]) -> rdflib.Dataset:
    """What a question may see: the graphs of a level of trust, and what must be computed first."""
    more = verdict_quads(OPENED.screen(trust=trust), OPENED.iri) if "verdicts" in needs else []
    if "claims" in needs:
        more += OPENED.claims(trust=trust).to_quads()
    return built(trust, more)


@contextmanager
def dataset_with(trust: str, more: Iterable[ox.Quad]) -> Iterator[rdflib.Dataset]:
    """The graphs of a level of trust, and for a while other statements with them."""
    data, added = lent(trust), [*map(rdflib_quad, more)]
    try:
        data.addN(added)
        yield data
    finally:
        for quad in added:
            data.remove(quad)


@cache
def lent(trust: str) -> rdflib.Dataset:
    """What :func:`dataset_with` adds to and takes from, since to build it takes longer than most queries."""
    return built(trust, [])


def built(trust: str, more: Iterable[ox.Quad]) -> rdflib.Dataset:
    """A dataset of the graphs of a level of trust, and of other statements."""
    graphs = set(Trust(trust).default_graphs)
    quads = [q for q in (*OPENED.folder.graph, *OPENED.folder.ontology) if q.graph_name in graphs]
    data = rdflib.Dataset(default_union=True)
    data.addN(map(rdflib_quad, (*quads, *more)))
    return data


@cache
def rows_of_rdflib(
    question: Question, bindings: tuple[tuple[str, ox.NamedNode | ox.Literal], ...], trust: str
) -> tuple[list[str], list[list[Plain]]]:
    """What rdflib finds, once for all tests."""
    return rows_in(dataset(trust, question.needs), question.text, dict(bindings))


def rows_in(
    data: rdflib.Dataset, text: str, bindings: Mapping[str, ox.NamedNode | ox.Literal]
) -> tuple[list[str], list[list[Plain]]]:
    """The columns and rows of a query."""
    given = {name: rdflib_term(term) for name, term in bindings.items()}
    result = data.query(prepared(text), initBindings=given)
    assert result.vars is not None
    names = [str(name) for name in result.vars]
    return names, [[plain(row.get(name)) for name in result.vars] for row in result.bindings]


@cache
def prepared(text: str) -> rdflib.plugins.sparql.sparql.Query:
    """A query that rdflib has read."""
    return prepareQuery(text)


def on_rdflib(
    question: Question, parameters: dict[str, str], trust: str
) -> tuple[list[str], list[list[Plain]]]:
    """The columns and rows that rdflib finds."""
    return rows_of_rdflib(
        question, tuple(bind(question, parameters, OPENED.folder, lambda _: OPENED.studies).items()), trust
    )
