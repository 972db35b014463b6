"""Sheets: every fact of the shipped studies goes out and comes back, and faults are named by their line."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import evigraph
from evigraph.beginning import begin
from evigraph.errors import InputError, UnknownNameError
from evigraph.extraction.exchange import Taken, sheet, take_sheets
from evigraph.extraction.files import FORMATS, is_sheet
from evigraph.extraction.rows import COLUMNS
from evigraph.terms import RECORD_GRAPH
from tests import oracle
from tests.commands import copy_review, run
from tests.records import own_review, written

#: What names of remarks and extractions depend on the order in which they were written.
_NUMBERED = re.compile(r"#(remark|from)-[a-z0-9-]+")
READ_BY = "wasAssociatedWith"


def statements(review: evigraph.Review) -> set[str]:
    """What a review says, but for the numbers of remarks, and who read what."""
    lines = (str(quad) for quad in evigraph.open(review.folder.path).folder.graph)
    of_studies = (line for line in lines if "/study/" in line)
    return {_NUMBERED.sub(r"#\1", line) for line in of_studies if READ_BY not in line}


def strip(review: evigraph.Review) -> evigraph.Review:
    """The review without what was extracted."""
    for path in review.folder.path.glob("graph/studies/*.trig"):
        quads = ox.parse(path.read_bytes(), format=ox.RdfFormat.TRIG)
        kept = [q for q in quads if q.graph_name == RECORD_GRAPH and "#" not in str(q.subject)]
        path.write_bytes(ox.serialize(kept, format=ox.RdfFormat.TRIG) or b"")
    return evigraph.open(review.folder.path)


def rows_of(review: evigraph.Review, *keys: str) -> list[dict[str, str]]:
    """The rows of a sheet."""
    return list(csv.DictReader(io.StringIO(sheet(review, keys, "csv")[0].decode())))


def take(review: evigraph.Review, path: Path, **options: bool | str) -> Taken:
    """What came of taking a sheet back."""
    return take_sheets(review, [path], "Ann", **options)  # type: ignore[arg-type]


def table(folder: Path, *rows: dict[str, str]) -> Path:
    """A sheet with these rows."""
    path = folder / "sheet.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_sheet_has_every_fact_that_was_collected() -> None:
    """The 399 rows of the facts, with value, type, handles, basis and note."""
    names = ("key", "of", "property", "value", "value_type", "arm", "comparator", "outcome", "basis")
    ours = [tuple(row[name] for name in names) for row in rows_of(evigraph.open()) if row["value"]]
    theirs = [tuple(row[name] for name in names) for row in oracle.rows("study_facts")]
    assert len(ours) == len(theirs) == 399
    assert sorted(ours) == sorted(theirs)


def test_what_is_not_known_is_an_empty_row() -> None:
    """For what criteria and questions look at, of the study and of each of its parts; never a known one."""
    rows = rows_of(evigraph.open(), "bright1999")
    empty = {(row["of"], row["property"]) for row in rows if not row["value"]}
    assert ("study", "led_by") in empty
    assert ("study", "follow_up_months") in empty
    assert not empty & {(row["of"], row["property"]) for row in rows if row["value"]}
    assert all(not row["basis"] and not row["source"] for row in rows if not row["value"])


@pytest.mark.parametrize("format", FORMATS)
def test_sheets_of_all_studies_come_back_without_loss(tmp_path: Path, format: str) -> None:
    """Into the same review nothing is new; into one that knows none of it, all comes back."""
    review = own_review(tmp_path)
    before = statements(review)
    path = written(tmp_path, f"all.{format}", sheet(review, (), format)[0])
    same = take(review, path)
    assert (same.new, same.kept, same.gone, same.left, same.paths) == (0, 399, 0, 0, ())
    empty = strip(review)
    assert len(statements(review)) < len(before) / 2
    back = take(empty, path)
    assert (back.new, back.people) == (399, ("Ann",))
    assert statements(review) == before
    assert evigraph.open(review.folder.path).check().conforms
    assert len(evigraph.open(review.folder.path).screen().studies) == 20


def test_a_new_fact_is_written_with_its_basis_source_and_place(tmp_path: Path) -> None:
    """It counts in the verdict, names where it was read, and the file says who read it."""
    review = own_review(tmp_path)
    new = {"key": "bright1999", "of": "study", "property": "follow_up_months", "value": "6"}
    path = table(tmp_path, new | {"basis": "fulltext", "source": "The article", "locator": "page 3"})
    done = take(review, path)
    assert (done.new, done.left) == (1, 34)
    (row,) = [r for r in rows_of(evigraph.open(review.folder.path), "bright1999") if r["value"] == "6"]
    assert (row["basis"], row["source"], row["locator"]) == ("fulltext", "source:the-article", "page 3")
    assert evigraph.open(review.folder.path).check().conforms
    assert take(review, path).paths == ()
    second = new | {"property": "waves", "value": "3", "basis": "fulltext"}
    assert take(review, table(tmp_path, second)).new == 1
    (row,) = [r for r in rows_of(evigraph.open(review.folder.path), "bright1999") if r["property"] == "waves"]
    assert row["source"] == "source:the-article"


def test_a_second_source_on_a_basis_keeps_the_facts_apart(tmp_path: Path) -> None:
    """Each fact still says where it was read, by remarks where the basis alone does not tell."""
    review = own_review(tmp_path)
    before = {tuple(r.values()) for r in rows_of(review, "bright1999") if r["value"]}
    new = {"key": "bright1999", "of": "study", "property": "waves", "value": "3", "basis": "abstract"}
    take(review, table(tmp_path, new | {"source": "Another abstract"}))
    after = {
        tuple(r.values()) for r in rows_of(evigraph.open(review.folder.path), "bright1999") if r["value"]
    }
    assert before < after
    assert len(after) == len(before) + 1
    assert evigraph.open(review.folder.path).check().conforms


def test_a_finding_brings_its_arms_and_outcome(tmp_path: Path) -> None:
    """Parts that nothing described begin to exist, tied to the study and to each other."""
    begin(tmp_path / "own", bare=True)
    path = tmp_path / "own/graph/studies/lee2020.ttl"
    path.write_text(
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "@prefix evi: <https://w3id.org/evigraph/ontology#> .\n"
        '<https://example.org/review/own/study/lee2020> a evi:Study ; dcterms:identifier "lee2020" .\n',
        encoding="utf-8",
    )
    base = {"key": "lee2020", "basis": "abstract", "source": "PubMed"}
    rows = [
        base | {"of": "arm-1", "property": "arm_kind", "value": "sleep-education"},
        base | {"of": "arm-2", "property": "arm_kind", "value": "waiting-list"},
        base | {"of": "outcome-1", "property": "outcome", "value": "outcome/sleep-quality"},
        base | {"of": "outcome-1", "property": "instrument", "value": "Pittsburgh Sleep Quality Index"},
    ]
    tied = {"of": "finding-1", "outcome": "outcome-1", "arm": "arm-1", "comparator": "arm-2"}
    rows += [
        base | tied | {"property": "finding_direction", "value": "benefit"},
        base | tied | {"property": "finding_comparison", "value": "between-arms"},
    ]
    done = take(evigraph.open(tmp_path / "own"), table(tmp_path, *rows))
    assert done.new == 6
    fresh = evigraph.open(tmp_path / "own")
    assert fresh.check().conforms
    found = [r for r in rows_of(fresh, "lee2020") if r["value"]]
    assert {(r["of"], r["property"], r["value"]) for r in found} >= {
        ("outcome-1", "instrument", "Pittsburgh Sleep Quality Index"),
        ("finding-1", "finding_direction", "benefit"),
    }
    finding = next(r for r in found if r["of"] == "finding-1")
    assert (finding["arm"], finding["comparator"], finding["outcome"]) == ("arm-1", "arm-2", "outcome-1")


def test_what_a_sheet_no_longer_has_goes_only_when_asked(tmp_path: Path) -> None:
    """A corrected number stands beside the earlier one, or, with --replace, in its place."""
    review = own_review(tmp_path)
    rows = [r for r in rows_of(review, "bright1999") if r["value"]]
    for row in rows:
        row["value"] = "99" if row["property"] == "sample_size" else row["value"]
    path = table(tmp_path, *rows)
    done = take(review, path, dry_run=True)
    assert (done.new, done.left, done.gone) == (1, 1, 0)
    done = take(review, path, replace_all=True)
    assert (done.new, done.left, done.gone) == (1, 0, 1)
    sizes = [r for r in rows_of(evigraph.open(review.folder.path)) if r["property"] == "sample_size"]
    assert [r["value"] for r in sizes if r["key"] == "bright1999"] == ["99"]
    assert evigraph.open(review.folder.path).check().conforms
    take(review, table(tmp_path, *rows[:1]), replace_all=True)
    assert len([r for r in rows_of(evigraph.open(review.folder.path), "bright1999") if r["value"]]) == 1
    assert evigraph.open(review.folder.path).check().conforms


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"key": "brigth1999"}, r"sheet\.csv:2: no study 'brigth1999': did you mean bright1999"),
        ({"property": "sample"}, "no property 'sample'"),
        ({"value": "many"}, "'many' is no integer, as sample_size is one"),
        ({"property": "design", "value": "randomised-trial"}, "did you mean randomized-trial"),
        ({"property": "design", "value": "depression"}, "no concept 'depression' for design"),
        ({"of": "arm-1"}, "sample_size is said of the study, not of 'arm-1'"),
        ({"property": "arm_size"}, "arm_size is said of an arm; write arm-1 under 'of'"),
        ({"basis": "full-text"}, "no basis 'full-text': did you mean fulltext"),
        ({"basis": ""}, "says no basis"),
        ({"basis": "fulltext", "source": ""}, "does not say where it was read"),
        ({"source": "source:nothing"}, "no source 'source:nothing'"),
        ({"arm": "arm-1"}, "sample_size is said of the study; leave arm empty"),
        ({"of": ""}, "the cell under 'of' is empty"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_line(tmp_path: Path, changes: dict[str, str], why: str) -> None:
    """With what to do; nothing is written."""
    review = own_review(tmp_path)
    row = {"key": "bright1999", "of": "study", "property": "sample_size", "value": "98"}
    path = table(tmp_path, row | {"basis": "fulltext", "source": "The article"} | changes)
    before = statements(review)
    with pytest.raises(InputError, match=why):
        take(review, path)
    assert statements(review) == before


def test_the_default_source_is_that_of_the_command(tmp_path: Path) -> None:
    """A YAML sheet filled in under the full text needs no bookkeeping written by hand."""
    review = own_review(tmp_path)
    text = sheet(review, ["bright1999"], "yaml")[0].decode()
    assert "followUpMonths: null" in text
    path = written(tmp_path, "a.yaml", text.replace("followUpMonths: null", "followUpMonths: [6, 12]"))
    with pytest.raises(InputError, match="does not say where it was read"):
        take(review, path)
    assert take(review, path, source="The article").new == 2
    found = [r for r in rows_of(evigraph.open(review.folder.path), "bright1999") if r["basis"] == "fulltext"]
    assert [(r["value"], r["source"]) for r in found] == [
        ("12", "source:the-article"),
        ("6", "source:the-article"),
    ]
    assert evigraph.open(review.folder.path).check().conforms


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("graph: [", "is no YAML"),
        ("- a\n", "is no sheet"),
        ("graph:\n- id: study:nobody2020\n  sampleSize: 3\n", "is no study of the review"),
        ("graph:\n- id: https://example.org/x\n  label: x\n", "holds no study"),
        ("graph:\n- id: study:bright1999\n  evi:sampelSize: 3\n", "unknown term .* did you mean sampleSize"),
    ],
)
def test_yaml_that_is_no_sheet_is_refused(tmp_path: Path, text: str, why: str) -> None:
    """With the file and what to do."""
    review = own_review(tmp_path)
    with pytest.raises(InputError, match=why):
        take(review, written(tmp_path, "a.yaml", text))


def test_yaml_is_read_as_it_is_written(tmp_path: Path) -> None:
    """NO is a country, 85.70 keeps its nought, and what is null says nothing."""
    review = own_review(tmp_path)
    text = "graph:\n- id: basis:abstract\n  graph:\n"
    text += "  - {id: 'study:bright1999', country: NO, followUpPercent: 85.70}\n"
    assert take(review, written(tmp_path, "a.yaml", text)).new == 2
    found = {r["property"]: r["value"] for r in rows_of(evigraph.open(review.folder.path), "bright1999")
             if r["basis"] == "abstract"}  # fmt: skip
    assert (found["country"], found["follow_up_percent"]) == ("NO", "85.70")
    document = yaml.safe_load(sheet(review, ["bright1999"], "yaml")[0])
    assert document["graph"][0]["id"].startswith("basis:")


def test_cells_that_a_spreadsheet_would_obey_are_guarded_and_come_back(tmp_path: Path) -> None:
    """In CSV by an apostrophe, in a workbook by their type; the fact is what it was."""
    review = own_review(tmp_path)
    new = {"key": "bright1999", "of": "study", "property": "negative_effects", "value": "'=cmd|calc"}
    take(review, table(tmp_path, new | {"basis": "abstract"}))
    fresh = evigraph.open(review.folder.path)
    data, told = sheet(fresh, ["bright1999"], "csv")
    assert (b"'=cmd|calc" in data, "guarded 1 cell" in told) == (True, True)
    assert take(fresh, written(tmp_path, "b.csv", data)).new == 0
    book = written(tmp_path, "b.xlsx", sheet(fresh, ["bright1999"], "xlsx")[0])
    cells = [cell for row in openpyxl.load_workbook(book).active.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == "=cmd|calc"] == ["s"]
    assert take(fresh, book).new == 0


def test_a_sheet_is_known_by_its_ending_or_its_columns(tmp_path: Path) -> None:
    """Other tables are records."""
    assert is_sheet(table(tmp_path))
    assert is_sheet("a.yaml")
    assert is_sheet("a.xlsx")
    assert not is_sheet(written(tmp_path, "r.csv", "title,abstract\n"))
    assert not is_sheet("missing.csv")
    assert not is_sheet("a.ris")


def test_the_commands_write_and_take_sheets(tmp_path: Path) -> None:
    """As a person types them."""
    copy_review(tmp_path / "review")
    at = ("--review", str(tmp_path / "review"))
    path = tmp_path / "one.csv"
    ran = run(*at, "sheet", "bright1999", "-o", str(path))
    assert (ran.code, "34 facts of 1 studies" in ran.err) == (0, True)
    ran = run(*at, "add", str(path), "--by", "Ann")
    assert (ran.code, ran.out) == (0, "facts: 0 new, 34 known, 0 taken away, 0 not in the sheet\n")
    assert run(*at, "sheet", "bright1999").out == path.read_text(encoding="utf-8")
    assert run(*at, "sheet", "brigth1999").err.startswith("evigraph: no study 'brigth1999'")
    assert run(*at, "sheet", "-o", str(tmp_path / "a.xlsx")).code == 0
    assert run(*at, "add", str(tmp_path / "a.xlsx"), "--by", "Ann").out.startswith("facts: 0 new, 399 known")
    records = written(tmp_path, "r.ris", "TY  - JOUR\nTI  - A title\nER  - \n")
    assert "add them one by one" in run(*at, "add", str(path), str(records)).err
    assert run("add", str(path)).code == 2
    with pytest.raises(UnknownNameError):
        sheet(evigraph.open(), ["nobody"], "csv")


@settings(max_examples=settings().max_examples // 5, deadline=None)
@given(st.lists(st.fixed_dictionaries({name: st.text(max_size=8) for name in COLUMNS}), max_size=3))
def test_whatever_stands_in_a_sheet_there_is_no_fault(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    """It is taken or refused in words."""
    path = table(tmp_path_factory.mktemp("any"), *rows)
    with contextlib.suppress(InputError):
        assert take(evigraph.open(), path, dry_run=True).gone == 0
