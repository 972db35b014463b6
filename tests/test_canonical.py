"""One graph, one text: the same bytes on every machine, and nothing lost on the way out and back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

import evigraph
from evigraph.canonical import FORMATS, serialize
from tests.oracle import BASIS, ROOT, XSD, facts_by_study, rows, statement_of

DATASETS = ("trig", "nquads", "jsonld")
TRUSTS = ("stated", "deduced")
CANONICAL = [
    *sorted((ROOT / "graph").rglob("*.ttl")),
    *sorted((ROOT / "graph").rglob("*.trig")),
    *(ROOT / "ontology" / f"{name}.ttl" for name in ("concepts", "prefixes", "alignments")),
]
RDFLIB_FORMATS = {
    "turtle": "turtle",
    "trig": "trig",
    "nquads": "nquads",
    "jsonld": "json-ld",
    "rdfxml": "xml",
}
OPENED = evigraph.open()
PREFIXES = OPENED.folder.prefixes


def name(path: Path) -> str:
    """A file's path in the review."""
    return path.relative_to(ROOT).as_posix()


@cache
def exported(format: str, trust: str = "deduced") -> bytes:
    """What the shipped review exports."""
    return OPENED.export(format, trust=trust)


@cache
def parsed(format: str, trust: str = "deduced") -> list[ox.Quad]:
    """The export, read back."""
    return list(ox.parse(exported(format, trust), format=FORMATS[format]))


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CANONICAL, ids=name)
def test_file_is_canonical(path: Path) -> None:
    """A change shows as the lines that changed, whoever wrote it; ``make format`` writes it so."""
    format = {".ttl": "turtle", ".trig": "trig"}[path.suffix]
    quads = list(ox.parse(path.read_bytes(), format=FORMATS[format]))
    assert serialize(reversed(quads), format, PREFIXES) == path.read_bytes()


def test_all_files_of_the_graph_are_held_to_it() -> None:
    """No file of the graph is of another kind."""
    files = {path for path in (ROOT / "graph").rglob("*") if path.is_file()}
    assert files <= set(CANONICAL)
    assert len(files) == 25


# --- the export -----------------------------------------------------------------------------------


@pytest.mark.parametrize("trust", TRUSTS)
@pytest.mark.parametrize("format", FORMATS)
def test_export_twice_gives_the_same_bytes(format: str, trust: str) -> None:
    """Another review, read anew, exports the same."""
    data = exported(format, trust)
    assert evigraph.open().export(format, trust=trust) == data
    assert data.endswith(b"\n")
    assert b"\r" not in data


SCRIPT = """
import hashlib, evigraph
review = evigraph.open()
for format in {formats!r}:
    print(format, hashlib.sha256(review.export(format)).hexdigest())
"""


def test_export_does_not_depend_on_the_hash_seed() -> None:
    """Two processes whose hash tables differ write the same bytes in every format."""
    script = SCRIPT.format(formats=tuple(FORMATS))
    digests = {
        seed: subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "4711")
    }
    assert len(digests["1"].splitlines()) == len(FORMATS)
    assert digests["1"] == digests["4711"]


@pytest.mark.parametrize("trust", TRUSTS)
@pytest.mark.parametrize("format", FORMATS)
def test_export_read_and_written_again_is_the_same(format: str, trust: str) -> None:
    """Out, in and out again, nothing moves."""
    quads = parsed(format, trust)
    assert serialize(quads, format, PREFIXES) == exported(format, trust)
    assert serialize(reversed(quads), format, PREFIXES) == exported(format, trust)


@pytest.mark.parametrize("trust", TRUSTS)
@pytest.mark.parametrize("format", FORMATS)
def test_formats_hold_the_same_statements(format: str, trust: str) -> None:
    """Formats with graphs agree on all, the others on all but the graphs."""
    assert set(parsed(format, trust)) == {
        quad if format in DATASETS else ox.Quad(quad.subject, quad.predicate, quad.object)
        for quad in parsed("nquads", trust)
    }


# rdflib's own reader of JSON-LD still uses what rdflib deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Dataset\\.:DeprecationWarning")
@pytest.mark.parametrize(("format", "rdflib_format"), RDFLIB_FORMATS.items())
def test_second_reader_finds_the_same_statements(format: str, rdflib_format: str) -> None:
    """What rdflib reads from each format is what it reads from plain N-Triples."""
    wanted = set(rdflib.Graph().parse(data=exported("ntriples"), format="nt"))
    data = rdflib.Dataset(default_union=True)
    data.parse(data=exported(format), format=rdflib_format)
    assert {(s, p, o) for s, p, o, _ in data.quads((None, None, None, None))} == wanted


@pytest.mark.parametrize("format", FORMATS)
def test_export_has_no_blank_node_and_no_path_of_this_machine(format: str) -> None:
    """What leaves the machine says nothing of it."""
    text = exported(format).decode()
    assert "file:" not in text
    assert str(OPENED.folder.path) not in text
    for quad in parsed(format):
        terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        assert not [term for term in terms if isinstance(term, ox.BlankNode)]


@pytest.mark.parametrize("format", FORMATS)
def test_only_prefixes_in_use_are_declared(format: str) -> None:
    """A prefix that stands for nothing would change the text without changing the graph."""
    quads = [
        ox.Quad(ox.NamedNode(PREFIXES["evi"] + "a"), ox.NamedNode(PREFIXES["evi"] + "b"), ox.Literal("c"))
    ]
    assert serialize(quads, format, PREFIXES) == serialize(
        quads, format, {prefix: PREFIXES[prefix] for prefix in ("evi", "xsd")}
    )


@pytest.mark.parametrize("format", ["turtle", "trig"])
def test_export_imported_as_a_review_exports_the_same(tmp_path: Path, format: str) -> None:
    """A review whose graph is the one exported file is the same review."""
    for folder in ("ontology", "shapes", "queries"):
        shutil.copytree(OPENED.folder.path / folder, tmp_path / folder)
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "all.trig").write_bytes(exported("trig"))
    copy = evigraph.open(tmp_path)
    assert copy.studies == OPENED.studies
    assert copy.export(format) == exported(format)


def test_imported_export_is_judged_the_same(tmp_path: Path) -> None:
    """Verdicts and recounts of the imported export are those of the review."""
    for folder in ("ontology", "shapes", "queries"):
        shutil.copytree(OPENED.folder.path / folder, tmp_path / folder)
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "all.trig").write_bytes(exported("trig"))
    copy = evigraph.open(tmp_path)
    assert copy.screen() == OPENED.screen()
    assert copy.claims() == OPENED.claims()


def test_unknown_format_is_answered_with_the_known_ones() -> None:
    """A misspelt format is refused with the nearest names."""
    with pytest.raises(evigraph.UnknownNameError, match="turtle"):
        OPENED.export("turtel")


# --- trust ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("trust", TRUSTS)
def test_export_holds_the_facts_that_are_trusted_and_no_other(trust: str) -> None:
    """A deduced fact is in the export at the one level of trust and not at the other."""
    trusted = {statement_of(row) for facts in facts_by_study(trust).values() for row in facts}
    others = {statement_of(row) for row in rows("study_facts")} - trusted
    assert len(others) == (69 if trust == "stated" else 0)
    assert trusted <= set(parsed("trig", trust))
    assert not others & set(parsed("trig", trust))
    merged = {quad.triple for quad in parsed("turtle", trust)}
    assert {quad.triple for quad in trusted} <= merged
    assert not {quad.triple for quad in others} & merged


@pytest.mark.parametrize("trust", TRUSTS)
def test_export_has_the_graphs_of_its_trust(trust: str) -> None:
    """The bases that count, the bookkeeping and the concepts; no verdict is ever exported."""
    names = {"title", "abstract", "other-text", "record"} | ({"deduced"} if trust == "deduced" else set())
    graphs = {ox.NamedNode(BASIS + basis) for basis in names}
    assert {quad.graph_name for quad in parsed("trig", trust)} == graphs | {
        ox.NamedNode("https://w3id.org/evigraph/ontology")
    }


@pytest.mark.parametrize("trust", TRUSTS)
def test_graph_of_the_api_is_what_a_user_reads_from_the_export(trust: str) -> None:
    """The rdflib graph has the terms that rdflib itself would read, so that plain texts are found in it."""
    graph = OPENED.graph(trust)
    assert set(graph) == set(rdflib.Graph().parse(data=exported("ntriples", trust), format="nt"))
    assert list(graph.subjects(rdflib.DCTERMS.identifier, rdflib.Literal("C01")))


# --- values ---------------------------------------------------------------------------------------

SUBJECT, PROPERTY = ox.NamedNode("https://example.org/s"), ox.NamedNode("https://example.org/p")
NUMBERS = [
    ("0.050", "decimal"),
    ("007", "integer"),
    ("1.00", "decimal"),
    ("+1", "integer"),
    ("-0", "integer"),
    (".5", "decimal"),
    ("1e0", "double"),
    ("1.0E+00", "double"),
    ("1", "boolean"),
    ("2008-01-01T00:00:00.000Z", "dateTime"),
    ("02008", "gYear"),
    ("about 12", "integer"),
]
TEXTS = {
    "line feed": "a\nb",
    "carriage return": "a\rb",
    "both": "a\r\nb",
    "tab": "a\tb",
    "vertical tab": "a\vb",
    "form feed": "a\fb",
    "next line": "a\x85b",
    "line separator": "a\u2028b",
    "paragraph separator": "a\u2029b",
    "unit separator": "a\x1fb",
    "quotes": '"a" \'b\' """c"""',
    "backslash": "a\\b\\n",
    "markup": "<a href='b'>&amp;]]></a>",
    "brace": "a {",
    "closing brace": "}",
    "declaration": "@prefix a: <b> .",
    "beyond the plane": "𝒜 é e\u0301 ﬁ",
    "blanks": "  a  b  ",
    "empty": "",
}


def written_and_read(literal: ox.Literal, format: str) -> ox.Literal:
    """A value after a trip through a format, which writes it the same the second time."""
    graph = ox.NamedNode(BASIS + "given") if format in DATASETS else ox.DefaultGraph()
    quads = [ox.Quad(SUBJECT, PROPERTY, literal, graph)]
    data = serialize(quads, format, PREFIXES)
    (back,) = ox.parse(data, format=FORMATS[format])
    assert serialize([back], format, PREFIXES) == data
    assert (back.subject, back.predicate, back.graph_name) == (SUBJECT, PROPERTY, graph)
    assert isinstance(back.object, ox.Literal)
    return back.object


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(("text", "datatype"), NUMBERS)
def test_number_keeps_its_printed_text(text: str, datatype: str, format: str) -> None:
    """A value that was printed is kept as printed, even where it is no number at all."""
    literal = ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))
    assert written_and_read(literal, format) == literal
    assert text.encode() in serialize([ox.Quad(SUBJECT, PROPERTY, literal)], format, PREFIXES)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_is_kept_letter_for_letter(text: str, format: str) -> None:
    """No character of a text is taken for syntax, for a line end, or for another spelling of it."""
    plain, tagged = ox.Literal(TEXTS[text]), ox.Literal(TEXTS[text], language="en")
    assert written_and_read(plain, format) == plain
    assert written_and_read(tagged, format) == tagged


@pytest.mark.parametrize(
    "text", ["carriage return", "both", "line feed", "markup", "blanks", "line separator"]
)
def test_text_in_rdf_xml_is_kept_by_any_xml_reader(text: str) -> None:
    """XML turns a bare carriage return into a line feed, so it must be written as a reference."""
    quad = ox.Quad(SUBJECT, PROPERTY, ox.Literal(TEXTS[text]))
    ((value,),) = ET.fromstring(serialize([quad], "rdfxml", {"ex": "https://example.org/"}))
    assert value.text == TEXTS[text]


@pytest.mark.parametrize("format", FORMATS)
def test_order_of_the_statements_does_not_matter(format: str) -> None:
    """The text depends on the set of statements alone; a repetition changes nothing."""
    values = [ox.Literal(text) for text in ("b", "a", "é", "")] + [SUBJECT]
    graph = ox.NamedNode(BASIS + "given") if format in DATASETS else ox.DefaultGraph()
    quads = [
        ox.Quad(s, p, v, graph) for s in (PROPERTY, SUBJECT) for p in (SUBJECT, PROPERTY) for v in values
    ]
    data = serialize(quads, format, {})
    assert serialize(reversed(quads), format, {}) == data
    assert serialize([*quads, *quads], format, {}) == data
    assert serialize(quads[1:], format, {}) != data


PRINTED = {
    "evi:followUpPercent 81.6": "evi:followUpPercent 0.050 , 81.60",
    "evi:sampleSize 103": "evi:sampleSize 007",
}


def test_printed_number_of_a_study_comes_through(tmp_path: Path) -> None:
    """From a file of the graph to the export and the rdflib graph the text stays as it was printed."""
    for folder in ("ontology", "shapes", "queries", "graph"):
        shutil.copytree(OPENED.folder.path / folder, tmp_path / folder)
    path = tmp_path / "graph" / "studies" / "houston2002.trig"
    text = path.read_text(encoding="utf-8")
    for old, new in PRINTED.items():
        assert text.count(f"{old} ") == 1
        text = text.replace(f"{old} ", f"{new} ")
    path.write_text(text, encoding="utf-8")
    copy = evigraph.open(tmp_path)
    exported = copy.export("turtle").decode()
    assert all(f"{new} " in exported for new in PRINTED.values())
    study = rdflib.URIRef(PREFIXES["study"] + "houston2002")
    values = {str(value) for value in copy.graph().objects(study) if isinstance(value, rdflib.Literal)}
    assert values >= {"0.050", "81.60", "007"}
