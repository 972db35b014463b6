"""Statements and tables: how they are told apart, and what is said of those that cannot be read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pyoxigraph as ox
import pytest

from evigraph import archives, disk, reading, spool
from evigraph.citations.catalogue import Publication
from evigraph.citations.readers import read_citations
from evigraph.columns import csv_lines, rows
from evigraph.entities import require_plain_entities
from evigraph.errors import EnvironmentFaultError, InputError, LimitError
from evigraph.folder import Folder
from evigraph.reading import read_quads, syntax_error
from evigraph.records.readers.xml import elements
from evigraph.records.writers import chosen
from evigraph.spool import graph_quads
from tests.commands import copy_review

A = ox.NamedNode("urn:e:a")
ONE = ox.Quad(A, ox.NamedNode("urn:e:p"), ox.Literal("x"))
#: The same statement in each format that can be told from its first letters.
SAID = {
    "Turtle": '@prefix e: <urn:e:> . e:a e:p "x" .',
    "TriG": '{ <urn:e:a> <urn:e:p> "x" }',
    "N-Quads": '<urn:e:a> <urn:e:p> "x" .\n',
    "JSON-LD": ' {"@id": "urn:e:a", "urn:e:p": "x"}',
    "a list of JSON-LD": '[{"@id": "urn:e:a", "urn:e:p": "x"}]',
    "RDF/XML": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">'
    '<rdf:Description rdf:about="urn:e:a"><e:p>x</e:p></rdf:Description></rdf:RDF>',
}

#: A table with a cell that is too long.
LONG = 'a,b\n1,2\n"' + "x" * 10_000_001 + '",3\n'


@pytest.mark.parametrize("name", [name for name in SAID if name != "TriG"])
def test_standard_input_is_told_by_its_letters(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With or without the first line of an XML file."""
    for head in ("", '<?xml version="1.0"?>\n') if "XML" in name else ("",):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((head + SAID[name]).encode())))
        assert [quad.triple for quad in read_quads("-")] == [ONE.triple]


def test_quads_and_graphs_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """What TriG cannot read is tried as N-Quads."""
    text = '<urn:e:a> <urn:e:p> "x" <urn:e:g> .\n'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert list(read_quads("-")) == [ox.Quad(A, ONE.predicate, ONE.object, ox.NamedNode("urn:e:g"))]


def test_memory_that_is_full_is_a_limit(tmp_path: Path) -> None:
    """The engine's own, on one text, with the line; or that of the machine."""
    path = tmp_path / "a.nt"
    path.write_bytes(b"short\n" + b"x" * reading.LONGEST)
    said = syntax_error(path, MemoryError(f"more than {reading.LONGEST} bytes"))
    assert isinstance(said, LimitError)
    assert str(said).startswith(f"{path}:2: holds a text of more than ")
    assert str(syntax_error("-", MemoryError(f"{reading.LONGEST}"))).startswith(
        "-: holds a text of more than "
    )
    assert str(syntax_error(path, MemoryError())) == f"{path}: needs too much memory"


def test_a_kind_of_file_that_is_not_known_is_refused(tmp_path: Path) -> None:
    """The known ones are named."""
    path = tmp_path / "a.doc"
    path.write_bytes(b"<urn:e:a> a <urn:e:b> .")
    with pytest.raises(InputError, match=r"unknown kind of file '\.doc'; known are \.ttl"):
        read_quads(path)


@pytest.mark.parametrize(
    ("text", "said", "kind"),
    [
        ('a,b\n"never closed,1\n', "a.csv:2: is no table: ", InputError),
        (LONG, "a.csv:3: a cell of more than 10,000,000 signs; shorten it", LimitError),
        ("a,c\n1,2\n", "a.csv:1: no column 'c': ", InputError),
        ("a,a\n1,2\n", "a.csv:1: has the column 'a' twice; keep one", InputError),
        ("b\n1\n", "a.csv:1: has no column 'a'; it needs a", InputError),
        ("a,b\n1,2,3\n", "a.csv:2: has 3 cells under 2 columns; quote commas in texts", InputError),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_said_with_its_line(
    text: str, said: str, kind: type[Exception], tmp_path: Path
) -> None:
    """Neither a row nor a cell is lost without a word."""
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(kind) as caught:
        list(rows(path, csv_lines(path), ("a", "b"), ("a",)))
    assert str(caught.value).removeprefix(f"{tmp_path}/").startswith(said)


def test_rows_come_with_their_lines(tmp_path: Path) -> None:
    """Empty ones are passed over; what is missing at the end is empty."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\r\n1;2\r\n;\n3\n")
    assert list(rows(path, csv_lines(path), ("a", "b"), ("a",))) == [
        (f"{path}:2", {"a": "1", "b": "2"}),
        (f"{path}:4", {"a": "3"}),
    ]


def test_large_files_of_a_review_are_read_as_small_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In pieces, each statement in the graph of its basis; a blank node is refused there, too."""
    copy, steps = copy_review(tmp_path), list[tuple[str, int, int]]()
    whole = set(Folder(copy).graph)
    monkeypatch.setattr(spool, "LARGE", 0)
    assert set(graph_quads(Folder(copy), lambda *step: steps.append(step))) == whole
    assert len(steps) == len(Folder(copy).files("graph"))
    assert steps[-1][1] == steps[-1][2] > 100_000
    (copy / "graph/blank.ttl").write_text('[] <http://purl.org/dc/terms/title> "x" .', encoding="utf-8")
    with pytest.raises(InputError, match=r"blank\.ttl:1: holds a blank node"):
        set(graph_quads(Folder(copy)))


def test_a_folder_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """Where the system does not let it be read."""
    with pytest.raises(EnvironmentFaultError, match="File name too long"):
        read_quads(tmp_path / f"{'x' * 300}.ttl")


def test_a_large_workbook_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """However well it is packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", b"0" * 100)
    monkeypatch.setattr(archives, "_MOST", 99)
    with pytest.raises(LimitError, match=r"a\.xlsx: unpacks to 100 bytes; at most 99 are read, so part it"):
        archives.require_sound("a.xlsx", out.getvalue())


def test_entities_of_a_file_of_any_size_are_looked_at(tmp_path: Path) -> None:
    """One that stands for a namespace is taken, any other is not."""
    path = tmp_path / "a.rdf"
    for value, taken in (("urn:e:", True), ("&b;&b;", False)):
        path.write_text(f'<!DOCTYPE a [\n<!ENTITY e "{value}">]><a/>', encoding="utf-8")
        if taken:
            require_plain_entities(path)
        else:
            with pytest.raises(InputError, match=r"a\.rdf:2:1: declares an entity that is no namespace"):
                require_plain_entities(path)


def test_a_publication_of_which_little_is_known_is_written_with_that() -> None:
    """No field is made up."""
    little, more = Publication("urn:a", "a"), Publication("urn:b", "b", {"doi": "10.5555/b"}, "B", 2001)
    assert chosen._item(little) == {"type": "document", "id": "a"}
    assert chosen._item(more) == {
        "type": "document",
        "id": "b",
        "title": "B",
        "issued": {"date-parts": [[2001]]},
        "DOI": "10.5555/b",
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "csl.json",
            '[{"id": "a", "type": "book", "title": "A", "references": [{"title": "B"}, "10.5555/c"]}]',
        ),
        (
            "s2.json",
            '{"paperId": "1", "externalIds": {"DOI": "10.5555/a"}, "title": "A", '
            '"references": ["no object", {"paperId": "2", "title": "B"}]}',
        ),
    ],
)
def test_what_is_cited_in_another_form_is_read_or_refused(name: str, text: str, tmp_path: Path) -> None:
    """None of it is passed over."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    found = read_citations(path)
    assert len(found.cites) + len(found.refused) == 2


def test_text_that_is_no_xml_is_refused() -> None:
    """With what the parser says of it."""
    with pytest.raises(InputError, match=r"a\.xml:1: broken XML: "):
        list(elements("a.xml", "<a", "a"))


def test_a_store_of_another_version_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another version put in is not asked; where it cannot be made anew, the files are."""
    folder, place = Folder(copy_review(tmp_path / "review")), tmp_path / "store"
    manifest = disk.build(folder, place)
    monkeypatch.setattr(disk, "__version__", "99")
    assert not disk.is_fresh(folder, manifest)

    def full(*_: object) -> None:
        raise EnvironmentFaultError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(disk, "build", full)
        assert disk.open_fresh(folder, place) is None
    store = disk.open_fresh(folder, place)
    assert store is not None
    assert sum(store.graphs().values()) == manifest.quads
    assert disk.open_fresh(folder, tmp_path / "none") is None
