"""The PRISMA checklist: its items are those of PRISMA 2020, and each status is what the graph gives."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

import evigraph
from evigraph.answers import Answer
from evigraph.beginning import begin
from evigraph.checklist import Checklist, Status, checklist
from evigraph.checklist.covering import COMMANDS
from evigraph.checklist.items import Item, prisma2020
from evigraph.cli import main
from evigraph.errors import UnknownNameError
from evigraph.questions import find_question
from tests import oracle
from tests.commands import copy_review, once, run
from tests.records import RIS, written
from tests.test_questions import plain, rdflib_term

#: Numbers of the checklist as it was published: 27 items, some of them in parts.
PARTS = {"10": "ab", "13": "abcdef", "16": "ab", "20": "abcd", "23": "abcd", "24": "abc"}
IDS = [f"{n}{part}" for n in range(1, 28) for part in PARTS.get(str(n), ("",))]
ITEMS = {item.id: item for item in prisma2020()}
FOR_ANY_REVIEW = {path.stem for path in (oracle.ROOT / "queries/report/prisma").glob("*.rq")}

INCLUDED = [row for row in oracle.rows("references") if row["role"] == "included"]
EXCLUDED = [row for row in oracle.rows("references") if row["role"] == "not-included"]
CRITERIA = oracle.rows("criteria")


def having(*properties: str) -> int:
    """How many included studies have a fact of one of these properties."""
    keys = {row["key"] for row in oracle.rows("study_facts") if row["property"] in properties}
    return sum(row["key"] in keys for row in INCLUDED)


def sources(rows: list[oracle.Row], basis: str) -> int:
    """How many rows a source says."""
    return sum(row[basis] == "verified" for row in rows)


#: What the shipped review lacks in items that it covers in part, counted from the facts.
MISSING = {
    "1": ['0 of 1 have a title that holds the words "systematic review"'],
    "5": [f"{sources(CRITERIA, 'basis')} of {len(CRITERIA)} have a source that says the criterion"],
    "16b": [
        f"0 of {len(EXCLUDED)} have a reason",
        f"{sources(EXCLUDED, 'role_basis')} of {len(EXCLUDED)} have a decision that a source says",
    ],
    "17": [
        f"{having('design')} of {len(INCLUDED)} have a design",
        f"{having('sample_size')} of {len(INCLUDED)} have a sample size",
        f"{having('population')} of {len(INCLUDED)} have a description of the people",
        f"{having('outcome')} of {len(INCLUDED)} have outcomes",
        f"{sources(INCLUDED, 'role_basis')} of {len(INCLUDED)} have a decision that a source says",
    ],
}


@pytest.fixture(scope="module")
def shipped(review: evigraph.Review) -> Checklist:
    """The checklist of the shipped review."""
    return checklist(review)


# --- the table ------------------------------------------------------------------------------------


def test_items_are_those_of_prisma_2020() -> None:
    """27 items, 42 with their parts, in the order of the publication."""
    assert list(ITEMS) == IDS
    assert len(IDS) == 42


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_each_item_says_what_shows_it_or_why_nothing_does(item: Item, review: evigraph.Review) -> None:
    """One question of the review, one command, or a reason; and how to record what can be recorded."""
    assert sum(map(bool, (item.question, item.command, item.why_not))) == 1
    assert item.section
    assert item.topic
    assert item.what.endswith(".")
    assert bool(item.record) == (not item.why_not)
    assert not (item.lacks and item.why_not)
    if item.command:
        assert item.command in COMMANDS
        assert item.command in main.commands
    if item.question:
        answer = review.ask(item.question)
        assert isinstance(answer, Answer)
        assert {*item.each, *filter(None, [item.filled])} <= set(answer.variables[1:])


def test_a_question_for_any_review_names_nothing_of_the_shipped_one(review: evigraph.Review) -> None:
    """Else it could not be asked elsewhere; and each of them belongs to an item."""
    assert {item.question for item in ITEMS.values()} >= FOR_ANY_REVIEW
    for name in FOR_ANY_REVIEW:
        text = (oracle.ROOT / f"queries/report/prisma/{name}.rq").read_text(encoding="utf-8")
        assert review.folder.prefixes["concept"] not in text
        assert review.iri.value not in text


# --- the shipped review ---------------------------------------------------------------------------


@pytest.mark.parametrize("trust", ["stated", "deduced"])
def test_a_status_is_what_its_question_gives(review: evigraph.Review, trust: str) -> None:
    """Asked again one by one: without rows it is not recorded, and with something missing not covered."""
    for one in checklist(review, trust=trust):
        if one.item.why_not:
            assert (one.status, one.found, one.note) == (Status.NOT_COVERED, None, one.item.why_not)
        if not one.item.question:
            continue
        answer = review.ask(one.item.question, trust=trust)
        assert isinstance(answer, Answer)
        rows = answer.to_python()
        rows = [row for row in rows if not one.item.filled or row[one.item.filled] is not None]
        assert one.found == len(rows)
        assert (one.status is Status.NOT_RECORDED) == (not rows)
        first = answer.variables[0]
        things = {row[first] for row in rows}
        whole = all({r[first] for r in rows if r[column] is not None} == things for column in one.item.each)
        assert (one.status is Status.COVERED) == (bool(rows) and whole and not one.item.lacks)


@pytest.mark.parametrize("id", MISSING)
def test_what_is_missing_is_counted(shipped: Checklist, id: str) -> None:
    """Against the facts, not the graph."""
    assert shipped[id].status is Status.IN_PART
    for words in MISSING[id]:
        assert words in shipped[id].note


@pytest.mark.parametrize("id", ["4", "6", "8", "9"])
def test_what_nobody_recorded_is_not_covered_by_something_else(shipped: Checklist, id: str) -> None:
    """Decisions that three authors answer for, and readings of an organization, do not say how many."""
    assert (shipped[id].status, shipped[id].found) == (Status.NOT_RECORDED, 0)
    assert shipped[id].note.startswith("to record it: ")


def test_nothing_is_claimed_that_the_review_does_not_have(shipped: Checklist) -> None:
    """No item of the shipped review is covered whole; the counts are those of the items."""
    counted = Counter(one.status.value for one in shipped)
    assert shipped.counts == {status.value: counted[status.value] for status in Status}
    assert shipped.counts["covered"] == 0
    assert shipped.counts["not covered"] == sum(bool(item.why_not) for item in ITEMS.values())
    with pytest.raises(UnknownNameError, match="13g"):
        shipped["13g"]


def test_the_flow_is_in_part_while_a_number_is_not_reported(shipped: Checklist) -> None:
    """The numbers that it names are those that the command does not know."""
    rows = list(csv.DictReader(io.StringIO(once("flow", "--format", "csv").out)))
    unknown = [row["label"] for row in rows if row["count"] == "not reported"]
    assert shipped["16a"].status is Status.IN_PART
    assert shipped["16a"].note == f"Not reported: {'; '.join(unknown)}."
    assert shipped["16a"].found == len(rows) - len(unknown)


def test_sensitivity_shows_as_many_claims_as_can_be_counted(shipped: Checklist) -> None:
    """Those that the command gives a column."""
    header = once("sensitivity", "--format", "csv").out.splitlines()[0]
    assert shipped["20d"].found == sum(name.startswith("C") for name in header.split(","))


# --- reviews of one's own -------------------------------------------------------------------------


def test_a_review_just_begun_has_the_questions_and_no_answers(tmp_path: Path) -> None:
    """With its example studies nothing is covered whole; bare, only its criteria and its title are there."""
    begin(tmp_path / "own")
    begin(tmp_path / "bare", bare=True)
    own, bare = (checklist(evigraph.open(tmp_path / name)) for name in ("own", "bare"))
    for found in (own, bare):
        assert found["20c"].note == "no question direction-by-dimension in this review"
        assert not any("no question" in one.note for one in found if one.item.question in FOR_ANY_REVIEW)
        assert found.counts["covered"] == 0
    assert {one.item.id for one in bare if one.status is Status.IN_PART} == {"1", "5"}
    assert {"10a", "10b"} <= {one.item.id for one in own if one.status is Status.IN_PART}
    # The decisions on the examples are still to be made.
    assert own["17"].status is own["19"].status is own["16a"].status is Status.NOT_RECORDED


def done(folder: Path, *args: str) -> None:
    """Run a command on a review that must go well."""
    ran = run("--review", str(folder), *args)
    assert ran.code == 0, ran.err


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review with two records: one that two people included, one that was excluded by its full text."""
    folder = tmp_path_factory.mktemp("screened")
    review = folder / "a"
    begin(review, bare=True, title="Sleep education: a Systematic Review")
    ris = written(folder, "found.ris", RIS)
    done(review, "add", str(ris), "--source", "PubMed", "--kind", "database", "--date", "2026-11-20")
    done(review, "decide", "smith2010", "include", "--by", "Ann")
    done(review, "decide", "smith2010", "include", "--by", "Ben", "--stage", "title-abstract")
    done(review, "decide", "jones2011", "include", "--by", "Ann")
    done(review, "decide", "smith2010", "include", "--by", "Ann", "--stage", "full-text")
    done(review, "decide", "jones2011", "exclude", "--by", "Ann", "--stage", "full-text", "--rule", "2.1")
    facts = (
        "smith2010,study,design,randomized-trial,,,,abstract\n"
        "smith2010,outcome-1,outcome,sleep-quality,,,,abstract\n"
        "smith2010,finding-1,finding_direction,benefit,,,outcome-1,abstract\n"
    )
    header = "key,of,property,value,arm,comparator,outcome,basis\n"
    done(
        review, "add", str(written(folder, "s.csv", header + facts)), "--source", "The article", "--by", "Ann"
    )
    return review


def rows_of(review: evigraph.Review, question: str) -> list[list[str]]:
    """The answer to a question in short."""
    answer = review.ask(question)
    assert isinstance(answer, Answer)
    return answer.bare_rows


def test_what_is_recorded_is_covered(screened: Path) -> None:
    """A title that says it, a source with kind and date, reasons for exclusions; the rest is in part."""
    review = evigraph.open(screened)
    found = checklist(review)
    by_status = {status: {one.item.id for one in found if one.status is status} for status in Status}
    assert by_status[Status.COVERED] == {"1", "6", "16b"}
    assert by_status[Status.IN_PART] == {"5", "8", "9", "10a", "10b", "16a", "17", "19"}
    assert by_status[Status.NOT_RECORDED] == {"4", "20c", "20d"}
    assert "apart from one another" in found["8"].note
    assert "0 of 1 have a sample size" in found["17"].note
    assert "a design" not in found["17"].note
    assert rows_of(review, "people-for-each-decision") == [
        ["full-text", "1", "2"],
        ["title-abstract", "1", "1"],
        ["title-abstract", "2", "1"],
    ]
    assert rows_of(review, "people-for-each-extraction") == [["1", "1"]]
    assert [row[1:] for row in rows_of(review, "information-sources")] == [
        ["PubMed", "database", "2026-11-20", "2"]
    ]


@pytest.mark.filterwarnings("ignore:Dataset\\.:DeprecationWarning")
@pytest.mark.parametrize("name", sorted(FOR_ANY_REVIEW))
def test_two_engines_agree_where_much_is_recorded(screened: Path, name: str) -> None:
    """In the shipped review some of the questions have no rows."""
    review = evigraph.open(screened)
    data = rdflib.Dataset(default_union=True)
    for quad in (*review.folder.graph, *review.folder.ontology):
        assert isinstance(quad.graph_name, ox.NamedNode)
        subject, predicate, value = map(rdflib_term, (quad.subject, quad.predicate, quad.object))
        data.graph(rdflib.URIRef(quad.graph_name.value)).add((subject, predicate, value))
    found = data.query(find_question(review.folder, name).text)
    assert found.vars is not None
    answer = review.ask(name)
    assert isinstance(answer, Answer)
    rows = [[plain(row.get(variable)) for variable in found.vars] for row in found.bindings]
    assert [[plain(term) for term in row] for row in answer] == rows
    assert bool(rows) == (name != "description-of-the-review")


def test_people_who_differ_leave_a_study_neither_in_nor_out(screened: Path, tmp_path: Path) -> None:
    """Once it is settled, the settlement alone is in force; it is not counted among those who decided."""
    review = tmp_path / "a"
    shutil.copytree(screened, review)
    done(review, "decide", "jones2011", "include", "--by", "Ben", "--stage", "full-text")
    found = checklist(evigraph.open(review))
    assert found["16b"].status is Status.NOT_RECORDED
    assert [row[0] for row in rows_of(evigraph.open(review), "included-studies")] == ["smith2010"]
    done(review, "settle", "jones2011", "exclude", "--by", "Cy", "--stage", "full-text", "--rule", "1.1")
    settled = evigraph.open(review)
    assert checklist(settled)["16b"].status is Status.COVERED
    assert [row[-1] for row in rows_of(settled, "excluded-studies")] == ["sleep-problem"]
    assert rows_of(settled, "people-for-each-decision")[:2] == [
        ["full-text", "1", "1"],
        ["full-text", "2", "1"],
    ]


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("Sleep education: SYSTEMATIC REVIEW", Status.COVERED),
        ("A systematic review, and more", Status.COVERED),
        ("An overview of systematic reviews", Status.IN_PART),
        ("Protocol for a systematic review", Status.IN_PART),
        ("A review", Status.IN_PART),
    ],
)
def test_a_title_says_that_it_is_a_systematic_review(tmp_path: Path, title: str, status: Status) -> None:
    """In these words; a review of such reviews, and a protocol, are something else."""
    begin(tmp_path / "a", bare=True, title=title)
    assert checklist(evigraph.open(tmp_path / "a"))["1"].status is status


def test_a_review_without_a_question_says_so(tmp_path: Path) -> None:
    """And what brings it; a question of its own by the same name stands."""
    folder = copy_review(tmp_path / "a")
    (folder / "queries/report/prisma/included-studies.rq").unlink()
    one = checklist(evigraph.open(folder))["17"]
    assert (one.status, one.found) == (Status.NOT_RECORDED, None)
    assert one.note == "no question included-studies in this review; 'evigraph init DIR --update' brings it"
    begin(tmp_path / "b")
    brought = tmp_path / "b/queries/report/prisma/included-studies.rq"
    brought.rename(tmp_path / "b/queries/included-studies.rq")
    ran = run("init", str(tmp_path / "b"), "--update")
    assert (ran.code, brought.exists()) == (0, False)
    (tmp_path / "b/queries/included-studies.rq").unlink()
    assert run("init", str(tmp_path / "b"), "--update").out.endswith("1 files brought up to date\n")
    assert brought.exists()


# --- the command ----------------------------------------------------------------------------------


def test_the_command_prints_the_same_in_each_format(shipped: Checklist) -> None:
    """Table, CSV, Markdown and JSON, and the counts where they are not data of a table."""
    document = json.loads(once("checklist", "--format", "json").out)
    assert [item["id"] for item in document["items"]] == IDS
    assert document["counts"] == shipped.counts
    rows = list(csv.DictReader(io.StringIO(once("checklist", "--format", "csv").out)))
    for row, item in zip(rows, document["items"], strict=True):
        assert (row["item"], row["status"], row["note"]) == (item["id"], item["status"], item["note"])
        assert row["found"] == ("" if item["found"] is None else str(item["found"]))
        shown = item["question"] and f"evigraph ask {item['question']}"
        assert row["shown by"] == (shown or (item["command"] and f"evigraph {item['command']}") or "")
    markdown = once("checklist", "--format", "md").out
    assert markdown.count("\n| ") == len(IDS) + 1
    table = once("checklist")
    assert (table.code, table.err) == (0, "")
    assert table.out.splitlines()[-1] == markdown.splitlines()[-1] == shipped.summary
    assert json.loads(once("checklist", "--trust", "stated", "--format", "json").out)["trust"] == "stated"
