"""Nothing leaves the machine: addresses are planted everywhere, and the server behind them sees nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

import evigraph
from evigraph.shapes import Shapes
from evigraph.vocabulary import Vocabulary
from tests.command_table import TABLE, commands, prepare, run_row
from tests.commands import STUDY, copy_review, run
from tests.servers import HOST, Small, free_port, says, small
from tests.test_offline import GUARD, ISOLATED

SHACL = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix evi: <https://w3id.org/evigraph/ontology#> .\n"
SHAPE = "<https://example.org/shape> a sh:NodeShape ; sh:targetClass evi:Study ; "

NO_ROWS = says(b'{"head":{"vars":[]},"results":{"bindings":[]}}', "application/sparql-results+json")


@pytest.fixture
def trap() -> Iterator[Small]:
    """A server that answers all with rows, and that must not be asked anything."""
    with small(
        says(b'{"head":{"vars":[]},"results":{"bindings":[]}}', "application/sparql-results+json")
    ) as server:
        yield server
        assert server.requests == []


def home(server: Small) -> str:
    """The address of a server without its path."""
    return server.url.removesuffix("/query")


def test_the_table_has_every_command() -> None:
    """A command that is added has to be tried here too."""
    assert {row.command for row in TABLE} == set(commands())


def test_the_trap_works() -> None:
    """A query with SERVICE that is allowed does reach such a server: what sees nothing is no dead end."""
    with small(
        says(b'{"head":{"vars":[]},"results":{"bindings":[]}}', "application/sparql-results+json")
    ) as server:
        query = f"SELECT * {{ SERVICE <{server.url}> {{ ?s ?p ?o }} }}"
        assert run("ask", "--query", query, "--allow-service", server.url).code == 0
        assert len(server.requests) == 1


def test_every_command_leaves_planted_addresses_alone(trap: Small, tmp_path: Path) -> None:
    """All files of a review and of data lead to the trap; all commands do their work without it."""
    prepare(tmp_path, home(trap))
    host = f"{HOST}:{free_port()}"
    for row in TABLE:
        run_row(row, tmp_path, host)
        assert trap.requests == [], row.line


@pytest.mark.slow
@pytest.mark.parametrize("how", ["unshare", "guard"])
def test_every_command_works_without_network(how: str, tmp_path: Path) -> None:
    """The same, in processes that have no network at all."""
    before, env = list[str](), dict[str, str]()
    if how == "unshare":
        if not ISOLATED:
            pytest.skip("this system does not let us take the network away")
        before = ISOLATED
    else:
        (tmp_path / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
        env = {
            "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]).rstrip(
                os.pathsep
            )
        }
    prepare(tmp_path, "http://192.0.2.1")
    for row in TABLE:
        run_row(row, tmp_path, "192.0.2.1", before, env)


QUERIES = [
    "SELECT * { SERVICE <TRAP> { ?s ?p ?o } }",
    r"SELECT * { serv\u0069ce <TRAP> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <TRAP> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <TRAP> { ?s ?p ?o } } } } }",
    "ASK { FILTER NOT EXISTS { SERVICE <TRAP> { ?s ?p ?o } } }",
    "SELECT * { VALUES ?at { <TRAP> } SERVICE ?at { ?s ?p ?o } }",
    "PREFIX t: <TRAP> SELECT * { SERVICE t: { ?s ?p ?o } }",
    "BASE <TRAP> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <TRAP> { ?s ?p ?o } }",
    "SELECT * FROM <TRAP> { ?s ?p ?o }",
    r"SELECT * FR\u004FM NAMED <TRAP> { GRAPH ?g { ?s ?p ?o } }",
    "DESCRIBE <TRAP> FROM <TRAP>",
    "LOAD <TRAP>",
    r"L\u004FAD SILENT <TRAP> INTO GRAPH <urn:a>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <TRAP> { ?s ?p ?o } }",
    'SELECT * { ?s ?p """a"b""" SERVICE <TRAP> {} #"\n }',
]


@pytest.mark.parametrize("text", QUERIES)
def test_query_that_reaches_out_is_refused(text: str, trap: Small, tmp_path: Path) -> None:
    """On the command line, in a file, and as a question of a review."""
    query = text.replace("TRAP", trap.url)
    ran = run("ask", "--query", query)
    assert (ran.code, ran.out) == (2, "")
    assert re.search(r"is refused|is an update|cannot be read", ran.err)
    copy = copy_review(tmp_path / "copy")
    (copy / "queries/trap.rq").write_text(f"#+ summary: Trap?\n{query}\n", encoding="utf-8")
    for line in (["ask", "trap"], ["check"]):
        ran = run("--review", str(copy), *line)
        assert (ran.code, ran.out) == (2, "")
        assert "queries/trap.rq" in ran.err


@pytest.mark.parametrize("line", [["claims"], ["diff", "R", "S"], ["ask", "claims-and-recounts"]])
def test_claim_whose_query_reaches_out_is_refused(line: list[str], trap: Small, tmp_path: Path) -> None:
    """A query that no one names on the command line is asked by the claims."""
    copy, other = copy_review(tmp_path / "R"), copy_review(tmp_path / "S")
    claim = next((copy / "queries/claims").glob("*.rq"))
    (other / "graph/references.ttl").unlink(missing_ok=True)
    text = f"SELECT ?item ?study ?standing {{ SERVICE <{trap.url}> {{ ?item ?study ?standing }} }}"
    claim.write_text(f"#+ summary: Trap?\n{text}\n", encoding="utf-8")
    ran = run("--review", str(copy), *line, cwd=tmp_path)
    said = " ".join((ran.out + ran.err).split())  # a table breaks lines
    assert "SERVICE is refused; nothing leaves this computer" in said
    assert ran.code == (1 if line[0] == "diff" else 2)


SHAPES = [
    f'{SHAPE} sh:sparql [ sh:select "SELECT $this {{ SERVICE <TRAP> {{ $this ?p ?o }} }}" ] .',
    f'{SHAPE} sh:sparql [ sh:select "SELECT $this {{ serv\\\\u0069ce <TRAP> {{ $this ?p ?o }} }}" ] .',
    f'{SHAPE} sh:sparql [ sh:ask "ASK FROM <TRAP> {{ $this ?p ?o }}" ] .',
    f'{SHAPE} sh:target [ a sh:SPARQLTarget ; sh:select "SELECT ?this {{ SERVICE <TRAP> {{}} }}" ] .',
    f'{SHAPE} sh:rule [ a sh:SPARQLRule ; sh:construct "CONSTRUCT {{}} {{ SERVICE <TRAP> {{}} }}" ] .',
    f'{SHAPE} sh:js [ a sh:JSConstraint ; sh:jsLibrary [ sh:jsLibraryURL "TRAP" ] ] .',
    f"{SHAPE} sh:rule [ a sh:JSRule ; sh:jsLibrary [ sh:jsLibraryURL 'TRAP' ] ] .",
]


@pytest.mark.parametrize("text", SHAPES)
@pytest.mark.parametrize("place", ["criteria", "well-formed"])
def test_shapes_that_reach_out_are_refused(text: str, place: str, trap: Small, tmp_path: Path) -> None:
    """Queries and programs in shapes, when they are read."""
    copy = copy_review(tmp_path / "copy")
    (copy / f"shapes/{place}/trap.ttl").write_text(SHACL + text.replace("TRAP", trap.url), encoding="utf-8")
    ran = run("--review", str(copy), "check")
    assert (ran.code, ran.out) == (2, "")
    assert re.search(r"trap\.ttl:\d+: .*(is never run|not SHACL Core|has no term)", ran.err), ran.err


@pytest.mark.parametrize("text", SHAPES[:3])
def test_query_of_a_shape_is_read_as_any_other(text: str, trap: Small, tmp_path: Path) -> None:
    """Where terms beyond SHACL Core are let through, the query in them is guarded all the same."""
    path = tmp_path / "trap.ttl"
    path.write_text(SHACL + text.replace("TRAP", trap.url), encoding="utf-8")
    with pytest.raises(evigraph.InputError, match=r"(SERVICE|FROM) is refused"):
        Shapes.read([path], Vocabulary(evigraph.open().folder.ontology), core=False)


def test_imports_of_shapes_are_not_followed(trap: Small, tmp_path: Path) -> None:
    """What ``owl:imports`` names is neither fetched nor read from the disk."""
    copy = copy_review(tmp_path / "copy")
    other = tmp_path / "other.ttl"
    other.write_text("not Turtle", encoding="utf-8")
    imports = f"<urn:t> <http://www.w3.org/2002/07/owl#imports> <{trap.url}> , <{other.as_uri()}> .\n"
    for folder in ("criteria", "well-formed"):
        (copy / f"shapes/{folder}/imports.ttl").write_text(imports, encoding="utf-8")
    before, after = run("check"), run("--review", str(copy), "check")
    assert (after.code, after.out) == (before.code, before.out)


FILES = {
    "context.jsonld": '{"@context": "TRAP", "@id": "urn:a", "@type": "https://w3id.org/evigraph/ontology#Study"}',
    "contexts.jsonld": '{"@context": [{"a": "urn:a"}, "TRAP"], "@id": "urn:a", "a": "b"}',
    "import.jsonld": '{"@context": {"@version": 1.1, "@import": "TRAP"}, "@id": "urn:a"}',
    "entity.rdf": '<!DOCTYPE r [<!ENTITY e SYSTEM "TRAP">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    'syntax-ns#"><rdf:Description rdf:about="urn:a"><b xmlns="urn:">&e;</b></rdf:Description></rdf:RDF>',
    "dtd.rdf": '<!DOCTYPE rdf:RDF SYSTEM "TRAP"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    "imports.ttl": STUDY + "new:smith2020 <http://www.w3.org/2002/07/owl#imports> <TRAP> .\n",
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", ["screen", "check"])
def test_file_that_leads_elsewhere_is_not_followed(
    name: str, command: str, trap: Small, tmp_path: Path
) -> None:
    """Contexts, entities, document types and imports of a file that somebody sent."""
    path = tmp_path / name
    path.write_text(FILES[name].replace("TRAP", trap.url), encoding="utf-8")
    ran = run(command, str(path))
    assert "Traceback" not in ran.err
    # What a document type names is not looked at; the rest of such a file is read, and holds no study.
    codes = {".ttl": (0, 1), "dtd.rdf": (1, 2)}
    assert ran.code in codes.get(name, codes.get(Path(name).suffix, (2,))), ran


@pytest.mark.parametrize("name", ["trap.xml", "trap.nbib", "trap.bib", "trap.json"])
def test_records_that_lead_elsewhere_are_not_followed(name: str, trap: Small, tmp_path: Path) -> None:
    """Files of records in all formats, with addresses where such files have them."""
    texts = {
        "trap.xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "TRAP">]><xml><records>&e;</records></xml>',
        "trap.nbib": "PMID- 1\nTI  - A trap\nAID - TRAP [doi]\nDP  - 2020\n\n",
        "trap.bib": "@article{trap, title={\\input{TRAP} Trap}, year=2020, url={TRAP}, author={A, B}}\n",
        "trap.json": '[{"id": "a", "type": "article", "title": "Trap", "URL": "TRAP", "$schema": "TRAP"}]',
    }
    copy = copy_review(tmp_path / "copy")
    path = tmp_path / name
    path.write_text(texts[name].replace("TRAP", trap.url), encoding="utf-8")
    ran = run("--review", str(copy), "add", "records", str(path), "--source", "Trap")
    assert "Traceback" not in ran.err
    assert ran.code in (0, 2), ran.err


def test_service_that_sends_elsewhere_is_not_followed(trap: Small) -> None:
    """A server that is allowed cannot send us to one that is not."""

    def elsewhere(handler: BaseHTTPRequestHandler, _: Small) -> None:
        handler.send_response(307)
        handler.send_header("Location", trap.url)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with small(elsewhere) as server:
        query = f"SELECT * {{ SERVICE <{server.url}> {{ ?s ?p ?o }} }}"
        ran = run("ask", "--query", query, "--allow-service", server.url)
        assert (ran.code, ran.out) == (2, "")
        assert len(server.requests) == 1


def test_allowed_services_are_of_the_files_alone() -> None:
    """A query that a server answers is not sent on by it at our word."""
    ran = run(
        "ask",
        "--query",
        "ASK {}",
        "--endpoint",
        "http://127.0.0.1:1/",
        "--allow-service",
        "http://127.0.0.1:1/",
    )
    assert ran.code == 2
    assert "--allow-service goes with the files" in ran.err
