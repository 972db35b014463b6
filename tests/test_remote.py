"""A real server gives the same answers, and a bad one harms nobody: it is named and left in time."""

from __future__ import annotations

import hashlib
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

import evigraph
from evigraph import remote, wire
from evigraph.canonical import serialize
from evigraph.cli.pull import pull as pull_command
from evigraph.cli.push import push as push_command
from evigraph.errors import EnvironmentFaultError, InputError, LimitError
from evigraph.names import studies_in
from evigraph.questions import Question, bind
from evigraph.remote import RemoteStore
from evigraph.store import EmbeddedStore
from evigraph.terms import BASIS, ONTOLOGY_GRAPH, RDF_TYPE, RECORD_GRAPH, XSD, evi
from evigraph.transfer import GRAPHS, pull, push, relabelled
from evigraph.trust import Trust
from evigraph.wire import with_values
from tests.servers import Answer, Small, breaks_off, drips, floods, free_port, oxigraph, says, small
from tests.test_questions import GIVEN

OPENED = evigraph.open()
STATEMENTS = relabelled([*OPENED.folder.graph, *OPENED.folder.ontology])
EMBEDDED = EmbeddedStore(STATEMENTS)
QUESTIONS = {question.name: question for question in OPENED.questions() if not question.needs}
TRUSTS = [Trust.DEDUCED, Trust.STATED]
ROWS = "SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s"
TITLE = ox.NamedNode(BASIS + "title")
JSON = "application/sparql-results+json"
EXAMPLE = "https://example.org/"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An Oxigraph server that holds the shipped review."""
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as url:
        push(STATEMENTS, RemoteStore(url + "/query"))
        yield url


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An Oxigraph server to write into."""
    with oxigraph(tmp_path_factory.mktemp("scratch")) as url:
        yield url


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test of this file connects to anything but this computer, and none knows a password."""
    connect = socket.socket.connect

    def checked(self: socket.socket, address: tuple[str, int]) -> None:
        assert address[0] in ("127.0.0.1", "::1"), address
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", checked)
    for name in ("EVIGRAPH_USER", "EVIGRAPH_PASSWORD", "EVIGRAPH_AUTH"):
        monkeypatch.delenv(name, raising=False)


def bound(question: Question, **values: str) -> dict[str, ox.NamedNode | ox.Literal]:
    """The parameters of a question, as the command line binds them."""
    return bind(question, values, OPENED.folder, lambda _: studies_in(OPENED.folder.graph))


# --- the same answers -----------------------------------------------------------------------------


@pytest.mark.parametrize("trust", TRUSTS)
@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_have_the_same_rows(server: str, name: str, trust: Trust) -> None:
    """Each question has the same rows in the same order, parameters at their defaults if they have any."""
    question = QUESTIONS[name]
    bindings = bound(question, **GIVEN.get(name, {}))
    expected = EMBEDDED.select(question.text, trust=trust, bindings=bindings)
    store = RemoteStore(server + "/query")
    assert store.select(question.text, trust=trust, bindings=bindings, where=name) == expected


@pytest.mark.parametrize("problem", ["bereavement", "addiction", "mental-health-problem"])
def test_parameters_are_bound(server: str, problem: str) -> None:
    """A given parameter counts, and nothing else changes."""
    question = QUESTIONS["studies-by-problem"]
    bindings = bound(question, problem=problem)
    store = RemoteStore(server + "/query")
    found = store.select(question.text, trust=Trust.DEDUCED, bindings=bindings)
    assert found == EMBEDDED.select(question.text, trust=Trust.DEDUCED, bindings=bindings)
    assert {row[0] for row in found[1]} == {bindings["problem"]}


@pytest.mark.parametrize(
    "text",
    ['" } } DROP ALL #', "a\\u0041b", "line\nbreak\ttab\\", "'''\"\"\"", "\x07\x1b\x7f", "é😀\u2028", ""],
    ids=ascii,
)
def test_text_stays_text(scratch: str, text: str) -> None:
    """What somebody wrote goes in and comes out letter for letter, by every way, and binds exactly."""
    store = RemoteStore(scratch + "/query")
    graph = ox.NamedNode(BASIS + "given")
    quads = [
        ox.Quad(ox.NamedNode(EXAMPLE + "a"), ox.NamedNode(EXAMPLE + "p"), ox.Literal(text), graph),
        ox.Quad(ox.NamedNode(EXAMPLE + "a"), ox.NamedNode(EXAMPLE + "p"), ox.Literal(text + "x"), graph),
    ]
    query = "SELECT ?o WHERE { ?s ?p ?o } # no line feed at the end"
    for way in (None, scratch + "/store"):
        store.graph_store_url = way
        store.replace(graph, [quad.triple for quad in quads])
        assert set(store.quads(graph=graph)) == set(quads)
        assert list(store.quads(object=ox.Literal(text))) == quads[:1]
        found = store.select(query, trust=Trust.STATED, bindings={"o": ox.Literal(text)})
        assert found == (["o"], [(ox.Literal(text),)])
    store.replace(graph, [])


def test_ask_and_construct(server: str) -> None:
    """The other forms, with trust."""
    store = RemoteStore(server + "/query")
    deduced = "ASK { GRAPH <https://w3id.org/evigraph/basis/deduced> { ?s ?p ?o } }"
    assert store.ask(deduced, trust=Trust.DEDUCED) is True
    assert store.ask(deduced, trust=Trust.STATED) is False
    text = "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }"
    for trust in TRUSTS:
        found = store.construct(text, trust=trust)
        assert sorted(map(str, found)) == sorted(map(str, EMBEDDED.construct(text, trust=trust)))


def test_graphs_and_quads(server: str) -> None:
    """Graphs are counted, and statements are found by each of their parts."""
    store = RemoteStore(server + "/query")
    assert store.graphs() == EMBEDDED.graphs()
    study = OPENED.studies["bright1999"]
    blank = next(quad.subject for quad in STATEMENTS if isinstance(quad.subject, ox.BlankNode))
    patterns: list[dict[str, Any]] = [
        {"graph": TITLE},
        {"subject": study},
        {"predicate": RDF_TYPE, "object": evi("Study")},
        {"subject": study, "graph": TITLE},
        {"subject": blank},
        {"graph": ox.NamedNode(EXAMPLE + "none")},
        {},
    ]
    for pattern in patterns:
        assert set(store.quads(**pattern)) == set(EMBEDDED.quads(**pattern)), pattern


def test_pages_make_the_whole(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph that is fetched in pages is the same graph."""
    monkeypatch.setattr(remote, "PAGE", 700)
    store = RemoteStore(server + "/query")
    whole = [q.triple for q in STATEMENTS if q.graph_name == RECORD_GRAPH]
    assert len(whole) > 3 * 700
    assert set(store.statements(RECORD_GRAPH)) == set(whole)


def test_load_adds(scratch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements of several graphs are added in batches, and none is lost between two of them."""
    monkeypatch.setattr(wire, "BATCH_STATEMENTS", 7)
    store = RemoteStore(scratch + "/query")
    graphs = [ox.NamedNode(f"{EXAMPLE}g{n}") for n in range(3)]
    things: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(f"{EXAMPLE}s"), ox.BlankNode("b1")]
    quads = {ox.Quad(things[n % 2], RDF_TYPE, ox.Literal(str(n)), graphs[n % 3]) for n in range(50)}
    store.load(quads)
    assert {quad for graph in graphs for quad in store.quads(graph=graph)} == quads


@pytest.mark.parametrize("way", ["update", "graph store"])
def test_what_is_pushed_is_pulled(scratch: str, way: str) -> None:
    """Push and pull give the same canonical text, blank nodes of the ontology too."""
    store = RemoteStore(scratch + "/query", graph_store_url=scratch + "/store" if way != "update" else None)
    inferred = ox.NamedNode(BASIS + "inferred")
    store.load([ox.Quad(evi("Study"), RDF_TYPE, evi("Study"), inferred)])
    done = {entry.graph: entry for entry in push(STATEMENTS, store)}
    assert all(entry.sent == entry.held for entry in done.values())
    assert done[inferred].sent == 0  # the review has none there, so neither has the server
    assert sum(entry.sent for entry in done.values()) == len(set(STATEMENTS))
    found = pull(store)
    assert len(found) == len(set(STATEMENTS))
    assert serialize(found, "trig", {}) == serialize(STATEMENTS, "trig", {})


def test_a_server_may_write_numbers_its_own_way(scratch: str) -> None:
    """Oxigraph turns 1.00 into 1; the count says so when two statements become one."""
    store = RemoteStore(scratch + "/query")
    decimal = ox.NamedNode(XSD + "decimal")
    name = ox.NamedNode(EXAMPLE + "n")
    quads = [
        ox.Quad(name, name, ox.Literal(text, datatype=decimal), TITLE) for text in ("1.00", "1.0", "81.6")
    ]
    (entry,) = [entry for entry in push(quads, store) if entry.sent]
    assert (entry.sent, entry.held) == (3, 2)
    assert {q.object.value for q in pull(store) if isinstance(q.object, ox.Literal)} == {"1", "81.6"}


def test_a_failed_push_leaves_the_graph_as_it_was(scratch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a batch fails, the earlier content stays and nothing is left over."""
    store = RemoteStore(scratch + "/query")
    name = ox.NamedNode(EXAMPLE + "n")
    old = [ox.Triple(name, name, ox.Literal("old"))]
    store.replace(TITLE, old)
    before = store.graphs()
    monkeypatch.setattr(wire, "BATCH_STATEMENTS", 1)
    new = [ox.Triple(name, name, ox.Literal(str(n))) for n in range(3)]
    whole = store.update
    calls: list[str] = []

    def breaks(text: str) -> None:
        calls.append(text)
        if len(calls) == 3:
            raise EnvironmentFaultError("broke off")
        whole(text)

    monkeypatch.setattr(store, "update", breaks)
    with pytest.raises(EnvironmentFaultError, match="broke off"):
        store.replace(TITLE, new)
    assert store.graphs() == before
    assert store.statements(TITLE) == old


def test_commands(scratch: str, tmp_path: Path) -> None:
    """The commands find the graph store, say what they did, and write the same bytes each time."""
    runner = CliRunner()
    pushed = runner.invoke(push_command, [scratch + "/query"], catch_exceptions=False)
    assert pushed.exit_code == 0
    assert f"{len(set(STATEMENTS)):,} statements to 6 graphs, by graph store" in pushed.stderr
    by_update = [scratch + "/query", "--update", scratch + "/update", "--deadline", "30"]
    pushed = runner.invoke(push_command, by_update, catch_exceptions=False)
    assert "6 graphs, by update" in pushed.stderr
    file = tmp_path / "there.trig"
    pulled = runner.invoke(pull_command, [scratch + "/query", "-o", str(file)], catch_exceptions=False)
    assert pulled.exit_code == 0
    assert pulled.stdout == ""
    printed = runner.invoke(pull_command, [scratch + "/query"], catch_exceptions=False)
    assert printed.stdout_bytes == file.read_bytes()
    assert set(map(str, ox.parse(path=str(file)))) == set(map(str, pull(RemoteStore(scratch + "/query"))))


# --- what is refused before anything is sent ------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://127.0.0.1/", "javascript:alert(1)", "127.0.0.1:7878", "http://", "http://h:x/",
     "http://h/a b", "http://h/\r\nX: y", "http://h/<x>", "http://h/é", ""],
)  # fmt: skip
def test_addresses_that_are_none(url: str) -> None:
    """Only http and https, and nothing that could be two lines."""
    with pytest.raises(InputError, match="no http or https address"):
        RemoteStore(url)
    with pytest.raises(InputError, match="no http or https address"):
        RemoteStore("http://127.0.0.1/", update_url=url or "x")


def test_a_password_is_not_shown() -> None:
    """A user in an address is refused, and the message does not repeat the password."""
    with pytest.raises(InputError, match="EVIGRAPH_USER") as error:
        RemoteStore("http://me:secret@127.0.0.1/query")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("variables", "message"),
    [({"EVIGRAPH_AUTH": "kerberos"}, "known are basic and digest"), ({"EVIGRAPH_USER": "me"}, "set both")],
)
def test_credentials_that_are_none(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], message: str
) -> None:
    """What the environment says must make sense."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=message):
        RemoteStore("http://127.0.0.1/query")


@pytest.mark.parametrize("end", ["VALUES ?s { <urn:a> }", "values (?s) { (<urn:a>) }", "LIMIT 3 VALUES$s{1}"])
def test_a_query_that_ends_in_values(end: str) -> None:
    """SPARQL has room for one such clause, so parameters cannot be given to these."""
    with pytest.raises(InputError, match="ends in VALUES"):
        with_values(f"{ROWS} {end}", {"s": ox.Literal("x")}, "here")
    assert with_values(f"{ROWS} {end}", {}, "here") == f"{ROWS} {end}"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { VALUES ?s { 1 } ?s ?p ?o }",
        "SELECT ?s { ?s ?p '} VALUES ?s {' } # } VALUES ?s {",
        'SELECT ?s { ?s ?p """} "VALUES ?s {""" }',
        "SELECT ?values { ?values ?p ?o } ORDER BY ?values $values",
    ],
)
def test_other_values_are_no_hindrance(query: str) -> None:
    """VALUES within the pattern, in texts, in comments and as a name."""
    assert with_values(query, {"s": ox.NamedNode("urn:a")}, "here") == query + "\nVALUES (?s) { (<urn:a>) }\n"


@pytest.mark.parametrize(
    ("call", "text"),
    [("select", "ASK {}"), ("ask", "SELECT * {}"), ("construct", "ASK {}"), ("select", "nonsense")],
)
def test_the_form_is_looked_at(call: str, text: str) -> None:
    """A query of another form is refused here."""
    with pytest.raises(InputError, match=r"^here: is no "):
        getattr(RemoteStore("http://127.0.0.1:9/query"), call)(text, trust=Trust.DEDUCED, where="here")


# --- servers that misbehave -----------------------------------------------------------------------


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """The block takes no longer."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < seconds


ROWLESS = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'
TEXT = "text/plain"
WHO = {"WWW_Authenticate": 'Basic realm="x"'}
BAD: dict[str, tuple[Answer, str]] = {
    "web page": (
        says(b"<!DOCTYPE html>\n<html>\n<title>Sign in</title>", "text/html; charset=utf-8"),
        "answers with a web page instead of results: <!DOCTYPE html> Sign in",
    ),
    "web page called JSON": (says(b"<html><b>Hello</b></html>", JSON), "page .*: <html><b>Hello</b></html>"),
    "wrong JSON": (says(b'{"answer": 42}\nsecond', JSON), 'no SPARQL results in JSON: {"answer": 42} '),
    "broken JSON": (says(ROWLESS[:-3] + b'{"s":', JSON), "no SPARQL results in JSON"),
    "truth for rows": (says(b'{"head":{},"boolean":true}', JSON), "answers SELECT with a truth"),
    "nothing": (says(b"", JSON), r"no SPARQL results in JSON: \(nothing\)"),
    "control characters": (says(b"\x1b[2Jgone\x07\xff" + b"y" * 300, TEXT), r"JSON: \[2Jgone .y{180,}…"),
    "not UTF-8": (says(b'{"head":{"vars":["s\xff"]}}', JSON), "no SPARQL results in JSON"),
    "who are you": (says(b"No.", TEXT, 401, **WHO), "401: No.*EVIGRAPH_USER"),
    "forbidden": (says(b"No.", TEXT, 403), "403: No.*EVIGRAPH_USER"),
    "not there": (says(b"Nowhere", TEXT, 404), "status 404: Nowhere – check the address"),
    "broken": (says(b"\n  Stack overflow\n at", TEXT, 500), "status 500: Stack overflow – see the server"),
    "busy": (says(b"", TEXT, 503), "status 503: .*try again later"),
    "cut off": (breaks_off(b'{"head":', 500), "broke off after 8 of 500 bytes"),
    "rows left out": (says(ROWLESS, JSON, X_SPARQL_MaxRows="10000"), "gives 10000 rows at most"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_answers(kind: str) -> None:
    """The message is one line, names the endpoint and shows what the server said."""
    answer, message = BAD[kind]
    with small(answer) as server, within(5):
        store = RemoteStore(server.url, deadline=10)
        with pytest.raises(EnvironmentFaultError, match=message) as error:
            store.select(ROWS, trust=Trust.DEDUCED)
        said = str(error.value)
        assert said.startswith(server.url)
        assert said.isprintable()
        assert len(said) < 400
        assert error.value.exit_code == 3


def test_a_refused_query_is_the_users_to_mend(server: str) -> None:
    """A query that the server cannot read is an error of input, named by its file."""
    store = RemoteStore(server + "/query")
    with pytest.raises(InputError, match=r"^my\.rq: http://.*refuses the query: error at 1:") as error:
        store.select("SELECT ?s WHERE { ?s ?p }", trust=Trust.DEDUCED, where="my.rq")
    assert "\n" not in str(error.value)
    with pytest.raises(EnvironmentFaultError, match="refuses the update"):
        RemoteStore(server + "/query", update_url=server + "/query").update("INSERT DATA {}")


DRIPS: dict[str, Answer] = {
    "nothing": drips(b""),
    "headers": drips(b"HTTP/1.1 200 OK\r\nX-Slow: "),
    "body": drips(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"),
    "error": drips(b"HTTP/1.1 500 Oh\r\nContent-Type: text/plain\r\n\r\nOh"),
}
CALLS: dict[str, Callable[[RemoteStore], object]] = {
    "select": lambda store: store.select(ROWS, trust=Trust.DEDUCED),
    "update": lambda store: store.update("INSERT DATA {}"),
    "graph store": lambda store: store.replace(TITLE, []),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("part", DRIPS)
def test_a_dripping_server_is_left_in_time(part: str, call: str) -> None:
    """One byte each half second stops at the deadline, whichever part of the answer drips."""
    with small(DRIPS[part]) as server, within(4):
        store = RemoteStore(server.url, graph_store_url=server.url, update_url=server.url, deadline=0.8)
        if call == "update":
            store.graph_store_url = None
        with pytest.raises(LimitError, match=r"^http://127.*limit of 0\.8 s") as error:
            CALLS[call](store)
        assert error.value.exit_code == 4


@pytest.mark.parametrize("cap", [5_000_000, 256_000_000])
def test_a_flood_is_stopped_at_the_cap(cap: int) -> None:
    """300 MB are not read."""
    with small(floods(300_000_000)) as server, within(30):
        store = RemoteStore(server.url, max_bytes=cap)
        with pytest.raises(LimitError, match=rf"^http://127.*limit of {cap:,} bytes"):
            store.select(ROWS, trust=Trust.DEDUCED)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    """Another host is named, not asked, and is told no password."""
    with small(says(b"", JSON)) as other, small(says(b"", JSON, status, Location=other.url)) as server:
        store = RemoteStore(server.url, graph_store_url=server.url)
        for call in CALLS.values():
            with pytest.raises(EnvironmentFaultError, match=rf"redirects to {other.url}, which is not"):
                call(store)
        assert not other.requests


def test_nobody_there() -> None:
    """A closed port and a name that cannot be are said at once, with advice."""
    for url in (f"http://127.0.0.1:{free_port()}/query", "http://no-such-host.invalid/query"):
        with within(10), pytest.raises(EnvironmentFaultError, match=r"cannot be reached.*check the address"):
            RemoteStore(url, deadline=8).select(ROWS, trust=Trust.DEDUCED)


def test_a_server_that_hangs_up() -> None:
    """A connection that ends without an answer is no traceback."""

    def ends(handler: BaseHTTPRequestHandler, _server: Small) -> None:
        handler.close_connection = True

    with small(ends) as server, pytest.raises(EnvironmentFaultError, match="cannot be reached"):
        RemoteStore(server.url).select(ROWS, trust=Trust.DEDUCED)


# --- what is sent ---------------------------------------------------------------------------------


def test_what_a_server_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks, in which format the answer is wanted, and a password only when there is one."""
    rows = says(b'{"head":{"vars":[]},"results":{"bindings":[]}}', JSON)
    with small(rows) as server:
        RemoteStore(server.url).select("SELECT * { ?s ?p ?o }", trust=Trust.DEDUCED)
        monkeypatch.setenv("EVIGRAPH_USER", "me")
        monkeypatch.setenv("EVIGRAPH_PASSWORD", "secret")
        store = RemoteStore(server.url, graph_store_url=server.url + "?store")
        store.select("SELECT * { ?s ?p ?o }", trust=Trust.DEDUCED)
        store.replace(ONTOLOGY_GRAPH, [ox.Triple(evi("a"), evi("b"), ox.Literal("c"))])
    (first, second, third) = server.requests
    assert {headers["User-Agent"] for _, _, headers in server.requests} == {
        f"evigraph/{evigraph.__version__}"
    }
    assert [headers["Authorization"] for _, _, headers in server.requests] == [
        None,
        *["Basic bWU6c2VjcmV0"] * 2,
    ]
    assert first[:2] == second[:2] == ("POST", "/query")
    assert first[2]["Accept"] == JSON
    assert third[:2] == ("PUT", "/query?store&graph=https%3A%2F%2Fw3id.org%2Fevigraph%2Fontology")
    assert third[2]["Content-Type"] == "application/n-triples"


def test_virtuosos_ways() -> None:
    """Booleans as 1, typed literals by an old name, and blank nodes by a name of its own are read."""
    body = b"""{ "head": { "link": [], "vars": ["a", "b", "c"] }, "results": { "bindings": [ {
        "a": { "type": "typed-literal", "datatype": "DATATYPE", "value": "1" },
        "b": { "type": "bnode", "value": "nodeID://b10003" },
        "c": { "type": "literal", "value": "\\"type\\": \\"bnode\\", \\"value\\": \\"nodeID://b1" } } ] } }"""
    body = body.replace(b"DATATYPE", XSD.encode() + b"boolean")
    with small(says(body, JSON)) as server:
        (row,) = RemoteStore(server.url).select("SELECT ?a ?b ?c {}", trust=Trust.DEDUCED)[1]
    true = ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))
    assert row == (true, ox.BlankNode("b10003"), ox.Literal('"type": "bnode", "value": "nodeID://b1'))


@pytest.mark.parametrize(
    ("url", "update"),
    [
        ("http://h/query", "http://h/update"),
        ("http://query", "http://query"),
        ("http://h/ds/query", "http://h/ds/update"),
        ("http://h/sparql", "http://h/sparql"),
        ("http://h:8890/sparql-auth", "http://h:8890/sparql-auth"),
        ("http://h/query?x=/query", "http://h/update"),
    ],
)
def test_where_updates_go(url: str, update: str) -> None:
    """The neighbour of an address stands on the same host."""
    assert RemoteStore(url).update_url == update


def test_the_graphs_of_a_review() -> None:
    """Every graph that the shipped review has is one that is pushed and pulled."""
    assert {quad.graph_name for quad in STATEMENTS} <= set(GRAPHS)


def asks_who(password: str) -> Answer:
    """Wants a digest of user and password, as RFC 7616 has it, and answers whether there is one."""

    def md5(*parts: str) -> str:
        return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()

    def answer(handler: BaseHTTPRequestHandler, server: Small) -> None:
        given = handler.headers.get("Authorization", "")
        said = dict(re.findall(r'(\w+)="?([^",]+)', given.removeprefix("Digest ")))
        whole = md5(
            md5("me", "here", password),
            *(said.get(name, "") for name in ("nonce", "nc", "cnonce", "qop")),
            md5(handler.command, handler.path),
        )
        if given.startswith("Digest ") and said["response"] == whole:
            says(ROWLESS, JSON)(handler, server)
        else:
            how = 'Digest realm="here", nonce="abc", qop="auth", algorithm=MD5'
            says(b"", "text/plain", 401, WWW_Authenticate=how)(handler, server)

    return answer


@pytest.mark.parametrize(("password", "rows"), [("secret", 0), ("other", None)])
def test_a_digest_proves_who_asks(password: str, rows: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is never sent, nor the query before the server has said what it wants."""
    monkeypatch.setenv("EVIGRAPH_USER", "me")
    monkeypatch.setenv("EVIGRAPH_PASSWORD", password)
    monkeypatch.setenv("EVIGRAPH_AUTH", "digest")
    with small(asks_who("secret")) as server:
        store = RemoteStore(server.url)
        if rows is None:
            with pytest.raises(EnvironmentFaultError, match="401"):
                store.select(ROWS, trust=Trust.DEDUCED)
        else:
            assert store.select(ROWS, trust=Trust.DEDUCED)[1] == []
        assert [method for method, _, _ in server.requests] == ["GET", "POST"]
        assert password not in str([headers.items() for _, _, headers in server.requests])


def test_a_server_that_asks_for_no_digest_is_sent_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers whoever asks."""
    monkeypatch.setenv("EVIGRAPH_USER", "me")
    monkeypatch.setenv("EVIGRAPH_PASSWORD", "secret")
    monkeypatch.setenv("EVIGRAPH_AUTH", "digest")
    with small(says(ROWLESS, JSON)) as server:
        assert RemoteStore(server.url).select(ROWS, trust=Trust.DEDUCED)[1] == []
        assert [headers["Authorization"] for _, _, headers in server.requests] == [None, None]


def test_a_server_that_speaks_no_tls_is_not_reached() -> None:
    """An address with https is asked in no other way."""
    with (
        small(says(ROWLESS, JSON)) as server,
        pytest.raises(EnvironmentFaultError, match="cannot be reached"),
    ):
        RemoteStore(server.url.replace("http:", "https:")).select(ROWS, trust=Trust.DEDUCED)
    assert server.requests == []


def test_an_answer_that_a_server_cut_for_its_own_time_is_none() -> None:
    """Virtuoso says so in a header alone."""
    cut = pytest.raises(EnvironmentFaultError, match="stopped at its own time limit and left out the rest")
    with small(says(ROWLESS, JSON, X_SQL_State="S1TAT")) as server, cut:
        RemoteStore(server.url).select(ROWS, trust=Trust.DEDUCED)
