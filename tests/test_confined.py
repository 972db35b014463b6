"""Queries cannot kill: what a person or a file brings is answered in a child, within limits."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
from evigraph.confined.letters import read, written
from evigraph.confined.limits import CutError, Limits
from evigraph.confined.process import Child, EndedError, GarbledError
from evigraph.confined.store import Room
from evigraph.guard import require_local
from evigraph.questions import bind
from evigraph.shipped import is_shipped
from evigraph.store import EmbeddedStore
from evigraph.trust import Trust
from tests.children import children, interrupted, started, timed, until
from tests.commands import copy_review, digest_of_the_review, run
from tests.servers import oxigraph

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LATE = r"was stopped after 1 second; ask for less, or give it more with --time-limit"


@dataclass(frozen=True)
class Hostile:
    """A query, and what must come of it.

    Attributes:
        name: What is bad about it.
        text: The query.
        codes: The exit codes that are right.
        message: What the one line on standard error must match; empty for none of ours.
        options: More of the command line.
    """

    name: str
    text: str
    codes: tuple[int, ...]
    message: str = ""
    options: tuple[str, ...] = ()


def nested(start: str, depth: int, middle: str = "") -> str:
    """A query whose blocks are nested."""
    return f"SELECT * {{ {start * depth} {middle} {'}' * depth} }}"


HOSTILE = [
    Hostile("braces", nested("{", 3000), (4,), "is nested 3001 levels deep"),
    Hostile("OPTIONAL", nested("OPTIONAL {", 3000), (4,), "is nested 3001 levels deep"),
    Hostile("sub-select", nested("{ SELECT * {", 1500, "} } " * 750), (4,), "levels deep"),
    Hostile("parentheses", f"ASK {{ FILTER{'(' * 10000}1{')' * 10000} }}", (4,), "levels deep"),
    Hostile("not", f"ASK {{ FILTER({'!' * 10000}1) }}", (4,), "has 1000. blocks and operators"),
    Hostile("or", f"ASK {{ FILTER({'||'.join(['?x'] * 10000)}) }}", (4,), "blocks and operators"),
    Hostile("union", f"ASK {{ {' UNION '.join(['{}'] * 5000)} }}", (4,), "blocks and operators"),
    Hostile("path", f"ASK {{ ?a {'/'.join(['<urn:p>'] * 1002)} ?b }}", (4,), "blocks and operators"),
    Hostile("long", f"ASK {{ ?a <urn:{'p' * 100_000}> ?b }}", (4,), r"is 100,0\d\d letters long"),
    Hostile("blocks in the limit", nested("{", 90), (0, 4)),
    Hostile("filter in the limit", f"ASK {{ FILTER{'(' * 60}1{')' * 60} }}", (0, 4)),
    Hostile("statements", "ASK {" + "".join(f"?s{i} <urn:p> ?o ." for i in range(1000)) + "}", (0, 4)),
    Hostile("product", PRODUCT, (4,), LATE),
    Hostile(
        "ordered product",
        "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
        (4,),
        "needs more than 100 MB of memory; ask for less, or give it more with --max-memory",
        ("--max-memory", "100", "--time-limit", "30"),
    ),
    Hostile("regex", f'ASK {{ FILTER REGEX("{"a" * 40}!", "^(a+)+$") }}', (0,)),
    Hostile("quotes without end", "ASK {" + '"""\\' * 20000, (2,), "cannot be read"),
    Hostile("letters", "ASK {" + "a" * 90000, (2, 4)),
    Hostile(
        "values",
        f"SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {' '.join(str(i % 100) for i in range(30000))} }} }}",
        (0,),
        options=("--time-limit", "20"),
    ),
]


@pytest.fixture(autouse=True, scope="module")
def _review_is_left_alone() -> Iterator[None]:
    before = digest_of_the_review()
    yield
    assert digest_of_the_review() == before


@pytest.fixture(scope="module")
def calm() -> float:
    """The seconds that a query takes which is not hostile."""
    timed("ask", "--query", "ASK {}")
    return max(timed("ask", "--query", "ASK {}").seconds for _ in range(2))


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.name)
def test_hostile_query_is_stopped(case: Hostile, calm: float) -> None:
    """The exit code, one line of ours, in time, with no child left."""
    options = case.options or ("--time-limit", "1")
    ran = timed("ask", "--query", case.text, *options)
    assert ran.code in case.codes, ran.err
    assert (ran.code == 0) == bool(ran.out)
    if ran.code:
        assert re.fullmatch(rf"evigraph: --query.*{case.message}.*\n", ran.err), ran.err
    # Reading it and answering it may each take as long as is allowed.
    assert ran.seconds < 2 * float(options[-1]) + 2 + 3 * calm
    assert ran.left == []


def test_the_next_query_is_answered(calm: float) -> None:
    """A query that was stopped leaves no lock: another is answered, as quickly as ever."""
    assert timed("ask", "--query", PRODUCT, "--time-limit", "0.5").code == 4
    after = timed("ask", "--query", "ASK {}")
    assert (after.code, after.out) == (0, "true\n")
    assert after.seconds < 1 + 3 * calm


def test_store_on_disk_is_left_alone(tmp_path: Path) -> None:
    """Over a store on disk a query is stopped as well, and the store is the same afterwards."""
    copy = copy_review(tmp_path / "copy")
    count = "SELECT (COUNT(*) AS ?n) { ?s a ?t }"
    memory = run("ask", "--query", count, "-f", "csv")
    assert run("--review", str(copy), "build").code == 0
    for _ in range(2):
        assert timed("--review", str(copy), "ask", "--query", PRODUCT, "--time-limit", "0.5").code == 4
        ran = run("--review", str(copy), "ask", "--query", count, "-f", "csv")
        assert (ran.code, ran.out) == (0, memory.out)
    assert run("--review", str(copy), "verify").code == 0


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, -15), (signal.SIGINT, 130)]
)
def test_child_does_not_outlive_the_command(number: signal.Signals, code: int) -> None:
    """However the command is ended, its child ends with it."""
    process = started("ask", "--query", PRODUCT, "--time-limit", "none")
    assert interrupted(process, number) == code
    assert until(lambda: not children(process.pid), 5)


@pytest.mark.parametrize("option", [("--max-rows", "3"), ("--max-rows", "7")])
def test_rows_are_capped(option: tuple[str, str]) -> None:
    """The first rows in the order that is asked for, a message that names the option, and exit code 4."""
    query = "SELECT ?s ?p { ?s ?p ?o } ORDER BY DESC(?s) ?p"
    ran = run("ask", "--query", query, *option, "-f", "csv")
    whole = run("ask", "--query", query, "--max-rows", "none", "-f", "csv")
    count = int(option[1])
    assert (ran.code, whole.code) == (4, 0)
    assert ran.out.splitlines() == whole.out.splitlines()[: count + 1]
    assert ran.err == (
        f"evigraph: --query: has more than {count} rows, of which these come first; ask for less, "
        "or allow more with --max-rows\n"
    )


def test_as_many_rows_as_are_allowed_are_no_reason_to_stop() -> None:
    """The limit itself is allowed."""
    assert run("ask", "--query", "SELECT * {?s ?p ?o} LIMIT 5", "--max-rows", "5").code == 0


def test_statements_are_capped(review: evigraph.Review) -> None:
    """CONSTRUCT and DESCRIBE too; the error has what was found."""
    small = evigraph.open(limits=Limits(rows=4))
    with pytest.raises(CutError, match="more than 4 statements") as caught:
        small.ask(query="CONSTRUCT WHERE { ?s ?p ?o }")
    assert len(caught.value.answer(review.folder.prefixes)) == 4


@pytest.mark.parametrize("value", ["-1", "x", "nan", "1e99"])
def test_limit_that_is_none_is_refused(value: str) -> None:
    """Exit code 2 and the way out."""
    ran = run("ask", "--query", "ASK {}", "--time-limit", value)
    assert ran.code == 2
    assert "give one, or none for no limit" in ran.err


@pytest.mark.parametrize("trust", [Trust.DEDUCED, Trust.STATED])
def test_child_answers_as_the_process_itself(review: evigraph.Review, trust: Trust) -> None:
    """Every question of the review: the same columns and rows, letter for letter and in the same order."""
    compared = 0
    with Room(Limits(seconds=60)) as room:
        for question in review.questions():
            if any(parameter.default is None for parameter in question.parameters):
                continue
            assert is_shipped(question.text)
            store = review._store_with(question.needs, trust, ())
            bindings = bind(question, {}, review.folder, lambda _: review.studies)
            own = question.text + "\n# as if it were another's"
            here = store.select(question.text, trust=trust, bindings=bindings)
            there = room.over(store).select(own, trust=trust, bindings=bindings)
            assert there == here, question.name
            compared += 1
    assert compared > 20


ODD = [
    ox.Literal('a\tb\n"c"\\ \x01 é 𝒳'),
    ox.Literal("Ünï", language="de-at"),
    ox.Literal("1.00", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
    ox.Literal(""),
    ox.NamedNode("https://example.org/é?a=b#c"),
    ox.BlankNode("b0"),
    None,
]


@pytest.mark.parametrize("term", ODD, ids=str)
def test_terms_go_between_the_processes_as_they_are(term: ox.Literal | ox.NamedNode | None) -> None:
    """What is read is what was written."""
    assert read(written(term)) == term


def test_blank_nodes_keep_their_names() -> None:
    """A blank node of the snapshot is the same in the answer."""
    node, predicate = ox.BlankNode("named"), ox.NamedNode("urn:p")
    store = EmbeddedStore([ox.Quad(node, predicate, ox.Literal("x"), Trust.DEDUCED.named_graphs[0])])
    with Room() as room:
        rows = room.over(store).select("SELECT ?s { ?s <urn:p> ?o }", trust=Trust.DEDUCED)
    assert rows == (["s"], [(node,)])


def test_what_comes_with_the_package_is_answered_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """No child is started for the questions and claims of the shipped review."""

    def refuse() -> None:
        raise AssertionError("a child was started")

    monkeypatch.setattr("evigraph.confined.store.Child", refuse)
    review = evigraph.open()
    answer = review.ask("cited-works")
    assert isinstance(answer, evigraph.Answer)
    assert (len(answer), len(review.claims())) == (8, 17)
    with pytest.raises(AssertionError, match="a child was started"):
        review.ask(query="ASK {}")


def test_changed_query_of_a_review_is_confined(tmp_path: Path) -> None:
    """A file of queries/ with another text than ours is stopped: as a question, and as that of a claim."""
    copy = copy_review(tmp_path / "copy")
    mine = copy / "queries/competency/cited-works.rq"
    mine.write_text(f"#+ summary: Ours?\n{PRODUCT}\n", encoding="utf-8")
    ran = timed("--review", str(copy), "ask", "cited-works", "--time-limit", "1")
    assert (ran.code, ran.out, ran.left) == (4, "", [])
    assert re.fullmatch(rf"evigraph: \S+/cited-works\.rq: {LATE}\n", ran.err)
    claim = next((copy / "queries/claims").glob("*.rq"))
    text = f"#+ summary: Ours?\nSELECT ?item ?study ?standing {{ {{ {PRODUCT} }} }}\n"
    claim.write_text(text, encoding="utf-8")
    begin = time.monotonic()
    limited = evigraph.open(copy, limits=Limits(seconds=1))
    with pytest.raises(evigraph.LimitError, match=LATE):
        limited.claims()
    assert time.monotonic() - begin < 30


def test_check_reads_the_queries_of_a_review_in_a_child(tmp_path: Path) -> None:
    """A query of a review that one of the parsers cannot read, or that reaches out, is named."""
    copy = copy_review(tmp_path / "copy")
    (copy / "queries/mine.rq").write_text("#+ summary: Mine?\nSELECT * { ?s ?p }\n", encoding="utf-8")
    ran = run("--review", str(copy), "check")
    assert ran.code == 2
    assert re.fullmatch(r"evigraph: \S+/mine\.rq:\d:\d+: the query cannot be read; .*\n", ran.err)


def test_query_that_one_parser_alone_reads_is_refused() -> None:
    """Pyoxigraph knows SPARQL 1.2; rdflib does not, so nothing can be said of what it would do."""
    query = "SELECT * { ?s ?p <<( <urn:a> <urn:b> <urn:c> )>> }"
    ox.Store().query(query)
    ran = run("ask", "--query", query)
    assert (ran.code, ran.out) == (2, "")
    assert "the query cannot be read" in ran.err


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'service' . # SERVICE <http://localhost:1/> {}\n }",
        "PREFIX service: <urn:from#> SELECT ?from { ?from service:from 'FROM <urn:a>' }",
        'SELECT * { ?s ?p """ " SERVICE <urn:x> { " """ }',
    ],
)
def test_words_that_are_no_code_are_let_through(text: str) -> None:
    """SERVICE and FROM in a comment, a text, a name or a variable are neither."""
    require_local(text, "query")


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?s ?p """a"b""" SERVICE <http://localhost:1/> {} #"\n }',
        "SELECT * { BIND(1<2 AS ?a) SERVICE<http://localhost:1/>{} }",
        "SELECT * { { SELECT * { OPTIONAL { SeRvIcE ?x {} } } } }",
        "SELECT * { ?s ?p ?o MINUS { SERVICE SILENT <http://localhost:1/> {} } }",
        r"SELECT * { \u0053ERVICE <http://localhost:1/> {} }",
    ],
)
def test_service_is_found_wherever_it_hides(text: str) -> None:
    """On the query as it is parsed."""
    with pytest.raises(evigraph.InputError, match=r"SERVICE is refused|cannot be read"):
        require_local(text, "query")


def test_child_cannot_open_a_socket_even_where_the_guard_is_passed_by() -> None:
    """The second wall: once it has its snapshot the child can open nothing."""
    child = Child()
    request = {
        "where": "query",
        "seconds": 10,
        "megabytes": 500,
        "rows": 10,
        "bindings": {},
        "trust": "deduced",
    }
    try:
        child.send({"do": "open", "path": None, "reaches": False})
        assert child.receive(60) == {"done": True}
        text = "SELECT * { SERVICE <http://127.0.0.1:18080/> { ?s ?p ?o } }"
        child.send({"do": "ask", "form": "select", "text": text, **request})
        answer = child.receive(60)
    finally:
        child.end()
    assert "Too many open files" in str(answer.get("input")), answer


def test_answer_of_a_child_is_not_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nonsense, silence and a violent end are each told from an answer."""
    script = tmp_path / "child.py"
    monkeypatch.setattr("evigraph.confined.process._SCRIPT", script)
    for code, error in (("print('[1]')", GarbledError), ("print('{')", GarbledError), ("", EndedError)):
        script.write_text(code, encoding="utf-8")
        child = Child()
        with pytest.raises(error):
            child.receive(30)
        assert not child.is_there


def test_service_that_is_allowed_is_asked(tmp_path: Path) -> None:
    """The address that is named exactly, and no other."""
    with oxigraph(tmp_path) as url:
        assert run("push", f"{url}/query").code == 0
        service = f"{url}/query"
        query = f"SELECT (COUNT(*) AS ?n) {{ SERVICE <{service}> {{ GRAPH ?g {{ ?s a ?t }} }} }}"
        ran = run("ask", "--query", query, "--allow-service", service, "-f", "csv")
        assert (ran.code, ran.err) == (0, "")
        assert int(ran.out.split()[1]) > 100
        for other in (query.replace(url, url + "/a"), "SELECT * { VALUES ?x { <urn:a> } SERVICE ?x {} }"):
            refused = run("ask", "--query", other, "--allow-service", service)
            assert (refused.code, refused.out) == (2, "")
            assert f"SERVICE is refused but for <{service}>" in refused.err
        assert run("ask", "--query", query).code == 2
        far = "GRAPH ?x { ?a ?b ?c } GRAPH ?y { ?d ?e ?f } GRAPH ?z { ?g ?h ?i }"
        slow = f"SELECT * {{ SERVICE <{service}> {{ SELECT (COUNT(*) AS ?n) {{ {far} }} }} }}"
        stopped = timed("ask", "--query", slow, "--allow-service", service, "--time-limit", "1")
        assert (stopped.code, stopped.left) == (4, [])
