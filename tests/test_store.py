"""The store in memory: each form of query by its own door, and what is refused there."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from evigraph.errors import InputError
from evigraph.store import EmbeddedStore
from evigraph.terms import GIVEN_GRAPH, RECORD_GRAPH
from evigraph.trust import Trust

A, P = ox.NamedNode("urn:a"), ox.NamedNode("urn:p")
QUADS = [ox.Quad(A, P, ox.Literal(n), graph) for n, graph in enumerate((RECORD_GRAPH, GIVEN_GRAPH))]


@pytest.fixture
def store() -> EmbeddedStore:
    """Two statements."""
    return EmbeddedStore(QUADS)


def test_each_form_has_its_answer(store: EmbeddedStore) -> None:
    """Rows, yes or no, and statements; one more than are wanted tells that there are."""
    trust = Trust.DEDUCED
    assert store.select("SELECT ?o { ?s ?p ?o } ORDER BY ?o", trust=trust) == (
        ["o"],
        [(ox.Literal(0),), (ox.Literal(1),)],
    )
    assert store.ask("ASK { <urn:a> ?p 1 }", trust=trust) is True
    assert store.ask("ASK { <urn:a> ?p 2 }", trust=trust) is False
    copy = "CONSTRUCT { ?o ?p ?o } WHERE { ?s ?p ?o }"
    made = store.construct(copy.replace("?o ?p", "?s ?p"), trust=trust)
    assert {triple.object for triple in made} == {ox.Literal(0), ox.Literal(1)}
    assert len(store.construct("DESCRIBE <urn:a>", trust=trust, most=0)) == 1
    rows = store.select("SELECT ?o { ?s ?p ?o }", trust=trust, most=1)[1]
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("door", "text", "said"),
    [
        ("ask", "SELECT * { ?s ?p ?o }", "w: is no ASK query"),
        ("construct", "ASK {}", "w: is no CONSTRUCT or DESCRIBE query"),
        ("select", "ASK {}", "w: is no SELECT query"),
        ("select", "SELECT * {\n ?s ?p }", "w:2:.*: the query cannot be read; mend the syntax there"),
    ],
)
def test_another_form_is_refused(door: str, text: str, said: str, store: EmbeddedStore) -> None:
    """With the name of the query."""
    with pytest.raises(InputError, match=said):
        getattr(store, door)(text, trust=Trust.DEDUCED, where="w")


def test_a_store_can_be_changed_and_written(store: EmbeddedStore) -> None:
    """Its number tells that it is another one now."""
    number, more = store.version, ox.Quad(A, P, ox.Literal("more"), RECORD_GRAPH)
    store.change([], [])
    assert store.version == number
    store.change([more], QUADS[:1])
    assert store.version > number
    assert set(store.quads(subject=A)) == {more, QUADS[1]}
    assert store.graphs() == {GIVEN_GRAPH.value: 1, RECORD_GRAPH.value: 1}
    assert set(ox.parse(store.lines(), format=ox.RdfFormat.N_QUADS)) == {more, QUADS[1]}
    store.load(QUADS)
    assert len(list(store.quads())) == 3
