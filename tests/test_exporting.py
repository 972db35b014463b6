"""What other programs read: tables, workbooks, networks, crates and nanopublications."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import networkx as nx
import openpyxl
import pyoxigraph as ox
import pytest
from csvw import CSVW
from hypothesis import given
from hypothesis import strategies as st
from rocrate.rocrate import ROCrate

import evigraph
from evigraph.canonical import serialize
from evigraph.errors import InputError, UnknownNameError
from evigraph.exporting import OTHER_FORMATS
from evigraph.exporting.sheets import STATEMENTS, sheets
from evigraph.folder import home
from evigraph.tables_guard import unguarded
from tests.commands import copy_review, run


def exported(review: evigraph.Review, format: str, trust: str = "deduced") -> tuple[bytes, list[str]]:
    """A review in a format, and what was told."""
    out = io.BytesIO()
    told = review.export_as(out, format, trust=trust)
    return out.getvalue(), told


def quad_of(row: dict[str, str]) -> ox.Quad:
    """A row of the table of statements as the statement that it was."""
    value: ox.NamedNode | ox.Literal
    text = unguarded(row["value"])
    if row["kind"] == "iri":
        value = ox.NamedNode(text)
    elif row["language"]:
        value = ox.Literal(text, language=row["language"])
    else:
        value = ox.Literal(text, datatype=ox.NamedNode(row["datatype"]))
    graph = ox.NamedNode(row["graph"]) if row["graph"] else ox.DefaultGraph()
    return ox.Quad(ox.NamedNode(row["subject"]), ox.NamedNode(row["property"]), value, graph)


@pytest.mark.parametrize("format", [name for name in OTHER_FORMATS if name != "ro-crate"])
def test_the_same_statements_give_the_same_bytes(format: str) -> None:
    """Two exports of one review are equal, byte for byte."""
    assert exported(evigraph.open(), format)[0] == exported(evigraph.open(), format)[0]


def test_a_format_that_does_not_exist_names_those_that_do(review: evigraph.Review) -> None:
    """A misspelt format is answered with the nearest."""
    with pytest.raises(UnknownNameError, match="did you mean graphml"):
        review.export_as(io.BytesIO(), "grahpml")


def test_the_tables_are_what_their_metadata_say(review: evigraph.Review, tmp_path: Path) -> None:
    """An independent reader of CSV on the Web finds every table valid and every study in it."""
    data, told = exported(review, "csv")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(tmp_path)
        names = archive.namelist()
    assert told[0] == f"{len(names) - 1} tables and csv-metadata.json"
    read = CSVW(str(tmp_path / "csv-metadata.json"), validate=True)
    assert read.is_valid
    studies = next(table for table in read.tables if str(table.url) == "Study.csv")
    rows = list(studies)
    assert [row["identifier"] for row in rows] == sorted(review.studies)
    bright = next(row for row in rows if row["identifier"] == "bright1999")
    assert bright["sampleSize"] == 98
    assert len(bright["hasArm"]) == 4
    assert bright["hasAllocation_label"] == "randomized"


def test_the_table_of_statements_is_the_whole_graph(review: evigraph.Review) -> None:
    """From Statement.csv alone the TriG export comes back, byte for byte."""
    data, _ = exported(review, "csv")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        rows = csv.DictReader(io.StringIO(archive.read(f"{STATEMENTS}.csv").decode(), newline=""))
        quads = [quad_of(row) for row in rows]
    assert serialize(quads, "trig", review.folder.prefixes) == review.export("trig")


def test_cells_that_a_spreadsheet_would_obey_are_guarded(tmp_path: Path) -> None:
    """A formula in a title is text in both spreadsheet formats, and exact in the graph."""
    formula = '=HYPERLINK("http://example.org","x")'
    path = copy_review(tmp_path / "copy") / "graph" / "review.ttl"
    path.write_text(
        path.read_text().replace('"Mutual help groups for mental health problems"', json.dumps(formula))
    )
    review = evigraph.open(tmp_path / "copy")
    data, told = exported(review, "csv")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        cells = next(csv.DictReader(io.StringIO(archive.read("Review.csv").decode())))
    assert cells["title"] == f"'{formula}"
    assert any("guarded" in line for line in told)
    book_data, book_told = exported(review, "xlsx")
    page = openpyxl.load_workbook(io.BytesIO(book_data))["Review"]
    cell = next(c for c in page[2] if c.value == formula)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert any("marked as text" in line for line in book_told)
    assert formula in exported(review, "graphml")[0].decode().replace("&quot;", '"')


def test_the_workbook_has_numbers_as_numbers(review: evigraph.Review) -> None:
    """A sample size can be summed; a year stays as it was printed."""
    book = openpyxl.load_workbook(io.BytesIO(exported(review, "xlsx")[0]))
    page = book["Study"]
    header = [cell.value for cell in page[1]]
    bright = next(row for row in page.iter_rows(min_row=2, values_only=True) if "bright1999" in row)
    assert bright[header.index("sampleSize")] == 98
    assert page.freeze_panes == "B2"
    years = book["Publication"]
    at = [cell.value for cell in years[1]].index("issued")
    assert {type(row[at]) for row in years.iter_rows(min_row=2, values_only=True) if row[at]} == {str}


def test_the_network_is_the_graph_without_its_texts(review: evigraph.Review) -> None:
    """GraphML has an edge for each statement between things, with its property and basis."""
    data, told = exported(review, "graphml")
    graph = nx.read_graphml(io.BytesIO(data), force_multigraph=True)
    rdf_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    between = {
        q
        for q in review.statements()
        if not isinstance(q.object, ox.Literal) and q.predicate.value != rdf_type
    }
    assert graph.number_of_edges() == len(between)
    assert told == [f"{graph.number_of_nodes():,} nodes, {len(between):,} edges"]
    study = review.studies["bright1999"].value
    assert graph.nodes[study]["label"] == "bright1999"
    assert graph.nodes[study]["kind"] == "Study"
    assert ("evi:hasDesign", "abstract") in {
        (d["property"], d["basis"]) for _, _, d in graph.out_edges(study, data=True)
    }


def test_every_study_is_a_nanopublication(review: evigraph.Review) -> None:
    """Each has its four graphs, wired as the guidelines ask; together they assert what the studies say."""
    data, told = exported(review, "nanopub")
    assert told == ["20 nanopublications, not signed"]
    store = ox.Store()
    store.load(data, format=ox.RdfFormat.TRIG)
    heads = store.query(
        """PREFIX np: <http://www.nanopub.org/nschema#> PREFIX prov: <http://www.w3.org/ns/prov#>
        PREFIX dcterms: <http://purl.org/dc/terms/>
        SELECT ?np ?a WHERE {
          GRAPH ?h { ?np a np:Nanopublication ; np:hasAssertion ?a ;
                         np:hasProvenance ?p ; np:hasPublicationInfo ?i }
          FILTER EXISTS { GRAPH ?a { ?s ?q ?o } }
          FILTER EXISTS { GRAPH ?p { ?a prov:wasDerivedFrom ?from } }
          FILTER EXISTS { GRAPH ?i { ?np dcterms:isPartOf ?review } }
        }"""
    )
    assert isinstance(heads, ox.QuerySolutions)
    asserted = {
        ox.Triple(q.subject, q.predicate, q.object)
        for row in heads
        for q in store.quads_for_pattern(None, None, None, row["a"])
    }
    record = "https://w3id.org/evigraph/basis/record"
    studies = {node.value for node in review.studies.values()}
    said = {
        ox.Triple(q.subject, q.predicate, q.object)
        for q in review.statements()
        if q.graph_name.value.startswith("https://w3id.org/evigraph/basis/")  # type: ignore[union-attr]
        and q.graph_name.value != record  # type: ignore[union-attr]
        and str(getattr(q.subject, "value", "")).partition("#")[0] in studies
    }
    assert asserted == said


def test_a_crate_can_be_opened_and_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The RO-Crate library reads the folder; each file is described with the size that it has."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert run("export", "-f", "ro-crate", "-o", str(tmp_path / "crate")).code == 0
    crate = ROCrate(tmp_path / "crate")
    assert crate.root_dataset["datePublished"] == "1970-01-01"
    assert crate.name == "Mutual help groups for mental health problems"
    described = {entity.id: entity for entity in crate.data_entities if entity.type == "File"}
    on_disk = {
        path.relative_to(tmp_path / "crate").as_posix(): path
        for path in (tmp_path / "crate").rglob("*")
        if path.is_file() and not path.name.startswith("ro-crate-")
    }
    assert set(described) == set(on_disk)
    assert all(int(described[name]["contentSize"]) == path.stat().st_size for name, path in on_disk.items())
    assert evigraph.open(tmp_path / "crate").export() == (tmp_path / "crate" / "review.ttl").read_bytes()


def test_a_zipped_crate_holds_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ZIP and the folder are one crate."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    review = evigraph.open()
    review.export_crate(tmp_path / "crate")
    with zipfile.ZipFile(io.BytesIO(exported(review, "ro-crate")[0])) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if not name.startswith("ro-crate-"):
                assert archive.read(name) == (tmp_path / "crate" / name).read_bytes(), name
        assert json.loads(archive.read("ro-crate-metadata.json"))["@graph"]


def test_a_crate_never_replaces_what_is_there(tmp_path: Path) -> None:
    """An existing folder is left alone, and the message says what to do."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("kept")
    with pytest.raises(InputError, match="exists already"):
        evigraph.open().export_crate(tmp_path / "mine")
    with pytest.raises(InputError, match="no such folder"):
        evigraph.open().export_crate(tmp_path / "none" / "crate")
    assert [p.name for p in tmp_path.rglob("*")] == ["mine", "file"]


def test_a_day_that_is_none_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SOURCE_DATE_EPOCH must be seconds."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(InputError, match="SOURCE_DATE_EPOCH=yesterday"):
        evigraph.open().export_crate(tmp_path / "crate")


@pytest.mark.parametrize("format", ["csv", "xlsx", "graphml", "nanopub"])
def test_the_command_writes_a_file_and_says_what(format: str, tmp_path: Path) -> None:
    """Each format comes out of the command line, and the file has the bytes of the library."""
    target = tmp_path / "out"
    done = run("export", "-f", format, "-o", str(target))
    assert done.code == 0
    assert f"{format} (trust deduced)" in done.err
    assert target.read_bytes() == exported(evigraph.open(home()), format)[0]


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.dictionaries(_TEXTS, st.lists(_TEXTS, max_size=4), max_size=4))
def test_no_text_is_lost_in_a_table(texts: dict[str, list[str]]) -> None:
    """Whatever stands in several values of a property can be told apart again."""
    property, kind = ox.NamedNode("https://example.org/says"), ox.NamedNode("https://example.org/Thing")
    rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    quads = []
    for number, values in enumerate(texts.values()):
        thing = ox.NamedNode(f"https://example.org/{number:02}")
        quads.append(ox.Quad(thing, rdf_type, kind))
        quads += [ox.Quad(thing, property, ox.Literal(value)) for value in values]
    for sheet in sheets(quads, {})[:-1]:
        for column in sheet.columns[1:]:
            at = sheet.columns.index(column)
            for row, values in zip(sheet.rows, texts.values(), strict=True):
                cell = row[at]
                told = cell.split(column.separator) if column.separator else [cell]
                assert told == (sorted(set(values)) or [""])
