"""The report: each number is that of a query, nothing is loaded, and it can be read without seeing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

import evigraph
from evigraph.assertions import verdict_quads
from evigraph.beginning import begin
from evigraph.documents import Document
from evigraph.evidence.scenario import screened
from evigraph.evidence.sensitivity import Row, sensitivity
from evigraph.reporting import report
from evigraph.trust import Trust
from tests.commands import once, run
from tests.pages import Number, Page, require_whole
from tests.reliability import first
from tests.second_engine import OPENED, dataset_with, on_rdflib, rows_in, short
from tests.test_synthesis import recounted

# rdflib's own evaluation of queries still uses what rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset\\.:DeprecationWarning")
QUESTIONS = {question.name: question for question in OPENED.questions()}
Rows = list[dict[str, str]]
#: How many of the changes of rules are counted in ``make test``; each takes the second engine a second.
FEW = 5


@cache
def made(trust: str = "deduced") -> Document:
    """The report of the shipped review, once for all tests."""
    return report(OPENED, trust=trust)


@cache
def page(trust: str = "deduced") -> Page:
    """Its HTML, read."""
    return Page(made(trust).to_html())


@cache
def changes() -> Sequence[Row]:
    """What one change at a time does to the review."""
    return sensitivity(OPENED).rows


@cache
def rows(asked: str, trust: str) -> Rows:
    """What rdflib, the command that is named, or the facts answer to what a number says it counts."""
    if asked in QUESTIONS:
        names, found = on_rdflib(QUESTIONS[asked], {}, trust)
    elif asked.startswith("change-"):
        scenario = changes()[int(asked.removeprefix("change-"))].scenario
        if trust == "stated":
            scenario = type(scenario)(scenario.drop, Trust.STATED, scenario.where, scenario.settle)
        verdicts = verdict_quads(screened(OPENED, scenario), OPENED.iri)
        with dataset_with(scenario.trust.value, verdicts) as data:
            names, found = rows_in(data, QUESTIONS["study-outcomes"].text, {})
    elif asked == "effects":
        return [
            {"study": study, "outcome": outcome, "comparison": comparison, "direction": direction}
            for (outcome, comparison, direction), studies in recounted(trust).items()
            for study in studies
        ]
    else:
        assert asked == "flow"
        return flow_rows()
    return [dict(zip(names, (short(cell, bare=True) for cell in row), strict=True)) for row in found]


def marks() -> dict[str, str]:
    """Whether the decision on each study is deduced, by rdflib."""
    return {row["study"]: row["decisionMark"] for row in rows("study-outcomes", "deduced")}


def flow_rows() -> Rows:
    """What each number of the flow counts, by the command, with the mark of the decisions by rdflib."""
    boxes = {n.attributes["data-where"].removeprefix("box=") for n in page().numbers if is_flow(n)}
    return [
        {"box": box, "counted": key, "mark": marks()[key]}
        for box in boxes
        for key in once("flow", "--list", box).out.split()
    ]


def is_flow(number: Number) -> bool:
    """Whether a number is one of the flow."""
    return number.attributes["data-asked"] == "flow"


def values(attributes: Mapping[str, str], trust: str) -> set[str]:
    """The different values that a number counts, found again."""
    where = dict(part.split("=", 1) for part in attributes["data-where"].split(";") if part)
    found = set()
    for row in rows(attributes["data-asked"], trust):
        mark = row["mark"] if "mark" in row else row.get("decisionMark") if "decision" in where else ""
        if where.get("standing") == "recorded":
            mark = marks()[row["study"]]
        fits = all(row[name] in wanted.split("|") for name, wanted in where.items())
        if fits and not (trust == "stated" and mark == "deduced"):
            found.add(row[attributes["data-of"]] if attributes["data-of"] else str(list(row.values())))
    return found - {""}


@pytest.mark.parametrize("changes", first(1, [FEW, 1000]))
def test_each_number_is_that_of_a_query(changes: int) -> None:
    """Another engine counts the same, and marks what counts other things by what a text states alone."""
    wrong = []
    late = {f"change-{number}" for number in range(changes, 1000)}
    for number in page().numbers:
        if number.attributes["data-asked"] in late:
            continue
        found, stated = (values(number.attributes, trust) for trust in ("deduced", "stated"))
        expected = f"{len(found):,}{'' if found == stated else '†'}"
        if number.text != expected:
            wrong.append((number.attributes["title"], number.text, expected))
    assert wrong == []
    assert len(page().numbers) > 90


def test_no_number_stands_in_the_words() -> None:
    """Each run of digits elsewhere is part of a name, a value or a text in an answer that the page shows."""
    cells = (cell for asked in made().asked for row in asked.rows for cell in row)
    known = {run for cell in cells for run in re.findall("[0-9]+", cell)}
    names = {"2020", "40", "400"}  # PRISMA 2020, and what the limits of vote counting give as an example
    said = {run for text in page().unexplained for run in re.findall("[0-9]+", text)}
    assert said - known - names == set()


def test_nothing_is_marked_where_only_texts_count() -> None:
    """By what is stated alone only decisions can be deduced, since these are bookkeeping."""
    marked = [number for number in page("stated").numbers if "†" in number.text]
    assert marked
    decided = ("decision=include", "decision=exclude", "standing=recorded")
    assert all(n.attributes["data-where"] in decided or is_flow(n) for n in marked)


def test_the_page_asks_for_nothing_from_outside() -> None:
    """It is whole, each place that it leads to is in it, and nothing is loaded."""
    seen = require_whole(made().to_html())
    assert all(link["href"].startswith("#") for link in seen.named("a"))


def test_it_can_be_read_without_seeing() -> None:
    """Headings go down one level at a time, tables have captions and header cells, figures have words."""
    read = page()
    levels = [level for level, _ in read.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all(caption and headers for caption, headers in read.tables)
    images = read.named("img")
    assert len(images) >= 5
    assert all(len(image["alt"]) > 40 for image in images)


def test_it_has_what_a_reader_expects() -> None:
    """From the numbers in short to how each of them was got, in the order in which a review is read."""
    titles = [title for level, title in page().headings if level == 2]
    assert titles == [
        "In short",
        "Criteria",
        "Flow of studies",
        "Characteristics",
        "Verdicts",
        "Findings",
        "Publications",
        "Claims recounted",
        "How firm it is",
        "What is not known",
        "How each number was got",
    ]


def test_markdown_has_the_same_numbers() -> None:
    """Each number of the page stands in the Markdown too."""
    text = made().to_markdown()
    for counted in made().counted():
        assert str(counted) in text
    assert text.count("\n## ") == len([1 for level, _ in page().headings if level == 2])


def test_the_same_graph_gives_the_same_page() -> None:
    """A second report is the same to the byte."""
    assert report(evigraph.open()).to_html() == made().to_html()


@pytest.mark.parametrize("bare", [False, True])
def test_a_review_that_was_just_begun_has_a_report(tmp_path: Path, bare: bool) -> None:
    """With two invented studies and with none at all."""
    begin(tmp_path / "own", bare=bare)
    ran = run("--review", "own", "report", "-o", "report.html", cwd=tmp_path)
    assert (ran.code, ran.out) == (0, "")
    read = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    shown = [n.text for n in read.numbers if n.attributes["data-of"] == "study"]
    assert shown[0] == ("0" if bare else "2")


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    """And refuses a name that says not as what."""
    ran = run("report", "-o", str(tmp_path / "report.md"))
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith(f"{tmp_path / 'report.md'}: the report, ")
    ran = run("report", "-o", str(tmp_path / "report.pdf"))
    assert (ran.code, ran.out) == (2, "")
    assert "end it in .html or .md" in ran.err
