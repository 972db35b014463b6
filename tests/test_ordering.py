"""Rows that are put in order here are in the order that the engine gives them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from evigraph.ordering import Row, put_in_order, split_order
from evigraph.store import EmbeddedStore
from evigraph.terms import RECORD_GRAPH, XSD
from evigraph.trust import Trust

SPACE = "https://example.org/"
VALUES = ["z", "é", "", "a/b", "a b", "10", 2, 10, -1, True, False]


def _literal(value: object) -> ox.Literal:
    if isinstance(value, str):
        return ox.Literal(value)
    kind = "boolean" if isinstance(value, bool) else "integer"
    return ox.Literal(str(value).lower(), datatype=ox.NamedNode(XSD + kind))


def _store() -> EmbeddedStore:
    quads = []
    for number, value in enumerate(VALUES):
        thing, kind = ox.NamedNode(f"{SPACE}{number % 3}/x{number}"), type(value).__name__
        quads.append(ox.Quad(thing, ox.NamedNode(SPACE + kind), _literal(value), RECORD_GRAPH))
        quads.append(ox.Quad(thing, ox.NamedNode(SPACE + "is"), ox.NamedNode(SPACE + kind), RECORD_GRAPH))
    return EmbeddedStore(quads)


@pytest.mark.parametrize("order", ["?p ?o", "DESC(?o) ?s", "?p DESC(?o)", "ASC(?p) DESC(?s) ?o", "?none ?s"])
@pytest.mark.parametrize("kind", ["str", "int", "bool", "is"])
def test_the_engine_gives_the_same_order(order: str, kind: str) -> None:
    """For each kind of value alone, up and down, with unbound variables."""
    pattern = f"VALUES ?p {{ <{SPACE}{kind}> }} ?s ?p ?o OPTIONAL {{ ?s <x:y> ?none }}"
    body = f"SELECT ?s ?p ?o ?none WHERE {{ {pattern} }}"
    ours = _store().select(f"{body} ORDER BY {order}", trust=Trust.STATED)
    # A limit keeps the order from being taken off.
    theirs = _store().select(f"{body} ORDER BY {order} LIMIT 1000", trust=Trust.STATED)
    assert [row[2 if "?o" in order else 0] for row in ours[1]] == [
        row[2 if "?o" in order else 0] for row in theirs[1]
    ]
    assert ours[1]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s WHERE { ?s ?p ?o } # ORDER BY ?s",
        "SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s LIMIT 2",
        "SELECT ?s WHERE { ?s ?p ?o } ORDER BY STR(?s)",
        "SELECT ?s WHERE { { SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s } }",
        'SELECT ?s WHERE { ?s ?p "ORDER BY ?s" }',
    ],
)
def test_an_order_that_is_not_the_last_thing_stays(text: str) -> None:
    """Comments, limits, expressions, inner queries and strings."""
    assert split_order(text) == (text, ())


def test_what_sparql_does_not_order_is_left_to_the_engine() -> None:
    """Two kinds of literal that have to be compared, other datatypes, blank nodes, unknown variables."""
    year = ox.Literal("2008", datatype=ox.NamedNode(XSD + "gYear"))
    one, text = _literal(1), _literal("one")
    cases: list[tuple[list[str], list[Row]]] = [
        (["s"], [(one,), (text,)]),
        (["s"], [(year,)]),
        (["s"], [(ox.BlankNode(),)]),
        (["s"], [(ox.Literal("a", language="en"),)]),
        (["o"], [(one,)]),
    ]
    for names, rows in cases:
        before = list(rows)
        assert not put_in_order(names, rows, (("s", False),))
        assert rows == before
    mixed: list[Row] = [(ox.NamedNode("x:b"), one), (ox.NamedNode("x:a"), text)]
    assert put_in_order(["s", "o"], mixed, (("s", False), ("o", False)))
    assert [str(row[0]) for row in mixed] == ["<x:a>", "<x:b>"]
