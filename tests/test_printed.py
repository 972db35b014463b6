"""What was printed stays as printed; where an engine or a server writes it otherwise, that is said."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evigraph.beginning import begin
from evigraph.canonical import FORMATS
from evigraph.printed import Changed, Rewritten, changed, engine_forms, rewritten
from evigraph.terms import XSD
from tests.commands import run
from tests.servers import oxigraph

ODD = "https://example.org/study/odd"
#: What is printed, its type, and what the engine makes of it.
VALUES = {
    "a": ("0.050", "decimal", "0.05"),
    "b": ("007", "integer", "7"),
    "c": ("1e400", "double", "INF"),
    "d": ("1.00", "decimal", "1"),
    "e": ("2020-01-01T24:00:00", "dateTime", "2020-01-02T00:00:00"),
    "f": ("P14M", "duration", "P1Y2M"),
    "g": ("16777217", "float", "16777216"),
    "h": ("2020-01-01Z", "date", "2020-01-01Z"),
    "i": ("TRUE", "boolean", "TRUE"),
    "j": ("0.050", "string", "0.050"),
}
PRINTED = {(name, text, XSD + kind) for name, (text, kind, _) in VALUES.items()}
REWRITTEN = {name: form for name, (text, _, form) in VALUES.items() if form != text}
TURTLE = (
    f"@prefix evi: <https://w3id.org/evigraph/ontology#> .\n@prefix xsd: <{XSD}> .\n"
    f"@prefix x: <https://example.org/x#> .\n<{ODD}> a evi:Study ;\n"
    + "".join(f'    x:{name} "{text}"^^xsd:{kind} ;\n' for name, (text, kind, _) in VALUES.items())
    + '    evi:sampleSize "007"^^xsd:integer .\n'
)
#: The odd values, in their order.
QUERY = """
SELECT ?p ?o
WHERE { <https://example.org/study/odd> ?p ?o . FILTER(STRSTARTS(STR(?p), "https://example.org/x#")) }
ORDER BY ?p
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review with a study whose values engines would rewrite."""
    path = tmp_path_factory.mktemp("printed") / "own"
    begin(path)
    (path / "graph/studies/odd.ttl").write_text(TURTLE, encoding="utf-8")
    return path


def said(own: Path, *arguments: str) -> str:
    """What a command prints that must succeed."""
    ran = run("--review", str(own), *arguments)
    assert ran.code == 0, ran.err
    return ran.out


def values(data: str, format: str) -> set[tuple[str, str, str]]:
    """The odd values in an export: name, text and datatype."""
    return {
        (quad.predicate.value.partition("#")[2], quad.object.value, quad.object.datatype.value)
        for quad in ox.parse(data, format=FORMATS[format])
        if quad.subject == ox.NamedNode(ODD)
        and isinstance(quad.object, ox.Literal)
        and quad.predicate.value.startswith("https://example.org/x#")
    }


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_of_rdf(format: str, own: Path) -> None:
    """Text and datatype of each value, letter for letter."""
    assert values(said(own, "export", "--format", format), format) == PRINTED


def test_tables(own: Path, tmp_path: Path) -> None:
    """The cells of CSV and workbook are texts that say what was printed."""
    said(own, "export", "--format", "csv", "-o", str(tmp_path / "t.zip"))
    with zipfile.ZipFile(tmp_path / "t.zip") as archive:
        rows = list(csv.reader(io.StringIO(archive.read("Statement.csv").decode())))
    found = {(r[1].partition("#")[2], r[2], r[4] or XSD + "string") for r in rows if r[0] == ODD}
    assert found >= PRINTED
    said(own, "export", "--format", "xlsx", "-o", str(tmp_path / "t.xlsx"))
    book = openpyxl.load_workbook(tmp_path / "t.xlsx", read_only=True)
    cells = {(str(row[1]).partition("#")[2], row[2]) for row in book["Statement"].values if row[0] == ODD}
    assert cells >= {(name, text) for name, text, _ in PRINTED}


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_sheet_there_and_back(format: str, own: Path, tmp_path: Path) -> None:
    """A number in a sheet is taken as it is written there."""
    begin(tmp_path / "other")
    (tmp_path / "other/graph/studies/odd.ttl").write_text(
        f"<{ODD}> a <https://w3id.org/evigraph/ontology#Study> .\n", encoding="utf-8"
    )
    sheet = str(tmp_path / f"sheet.{format}")
    said(own, "sheet", "odd", "--format", format, "-o", sheet)
    ran = run(
        "--review", str(tmp_path / "other"), "add", sheet, "--by", "Ann", "--source", "https://example.org/a"
    )
    assert ran.code == 0, ran.err
    assert '"007"^^<http://www.w3.org/2001/XMLSchema#integer>' in said(
        tmp_path / "other", "export", "--format", "nquads"
    )


def test_answers_say_what_was_printed(own: Path) -> None:
    """The engine gives numbers in its own form, from a store on disk or not; what was printed is said."""
    for built in (False, True):
        if built:
            said(own, "build")
        ran = run("--review", str(own), "ask", "--query", QUERY, "--format", "json")
        rows = json.loads(ran.out)["results"]["bindings"]
        assert [row["o"]["value"] for row in rows] == [form for _, _, form in VALUES.values()]
        assert "0.05: printed as 0.050 in the files" in ran.err.splitlines()
        assert "and 2 more" in ran.err.splitlines()
        assert values(said(own, "export", "--format", "nquads"), "nquads") == PRINTED


def test_a_server_that_changes_values(own: Path, tmp_path: Path) -> None:
    """Push and pull name each value that came back in another form."""
    with oxigraph(tmp_path) as server:
        pushed = run("--review", str(own), "push", f"{server}/query")
        pulled = run("--review", str(own), "pull", f"{server}/query", "-o", str(tmp_path / "back.trig"))
    for ran in (pushed, pulled):
        assert ran.code == 0, ran.err
        lines = [line for line in ran.err.splitlines() if " came back as " in line]
        assert f"<{ODD}> <https://example.org/x#a>: 0.050 came back as 0.05" in lines
        assert len(lines) == 5
        assert "and 3 more" in ran.err.splitlines()


def literal(text: str, kind: str) -> ox.Literal:
    """A typed value."""
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


def test_what_is_rewritten() -> None:
    """Only what the engine changes, each way in which it was printed."""
    made = {literal(text, kind): form for text, kind, form in VALUES.values()}
    assert {one.value: form.value for one, form in engine_forms(made).items()} == {
        text: form for text, _, form in VALUES.values() if form != text
    }
    node, own = ox.NamedNode(ODD), [literal(text, "decimal") for text in ("0.050", "0.05", "1.0", "2.5")]
    quads = [ox.Quad(node, node, one) for one in own]
    assert rewritten([literal("0.05", "decimal"), literal("2.5", "decimal"), None], quads) == [
        Rewritten("0.05", ("0.05", "0.050"))
    ]
    assert rewritten([ox.Literal("0.05")], quads) == []


@given(st.lists(st.sampled_from(["1.00", "1", "2.50", "3"]), unique=True))
def test_what_came_back_is_named_once(texts: list[str]) -> None:
    """Two values of one statement that become one are both named; what came back as sent is not."""
    node = ox.NamedNode(ODD)
    own = [ox.Quad(node, node, literal(text, "decimal")) for text in texts]
    store = ox.Store()
    store.extend(own)
    found = changed(own, list(store))
    assert {one.printed for one in found} == {text for text in texts if text in ("1.00", "2.50")}
    assert all(isinstance(one, Changed) for one in found)
