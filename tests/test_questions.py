"""Each question has its words, its expected answer, and the same rows in two engines."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from evigraph.answers import Answer
from evigraph.questions import Question
from tests.oracle import ROOT
from tests.second_engine import OPENED, on_rdflib, plain, short

# rdflib's own evaluation of queries still uses what rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset\\.:DeprecationWarning")

EXPECTED = sorted((ROOT / "tests" / "questions").glob("*.csv"))
QUESTIONS = {question.name: question for question in OPENED.questions()}
COMPETENCY = sorted(path.stem for path in (ROOT / "queries" / "competency").glob("*.rq"))
REPORT = sorted(path.stem for path in (ROOT / "queries" / "report").glob("*.rq"))
#: The Python engine takes ten seconds for it.
SLOW = {"excluded-studies": pytest.mark.slow}
#: Parameters that have no default: the value that the expected answer is for.
GIVEN = {
    question.name: {"study": "bright1999"}
    for question in QUESTIONS.values()
    if any(parameter.default is None for parameter in question.parameters)
}


def on_oxigraph(question: Question, parameters: dict[str, str], trust: str) -> Answer:
    """The answer that the review gives."""
    answer = OPENED.ask(question.name, trust=trust, **parameters)
    assert isinstance(answer, Answer)
    return answer


# --- expected answers -----------------------------------------------------------------------------


def asked(path: Path) -> tuple[Question, dict[str, str]]:
    """The question and the parameters that a file of expected rows is named after."""
    name, _, value = path.stem.partition("--")
    question = QUESTIONS[name]
    return question, {question.parameters[0].name: value} if value else GIVEN.get(name, {})


def name_of(path: Path) -> str:
    """The file's name without suffix."""
    return path.stem


def expected(path: Path) -> list[list[str]]:
    """The header and the rows of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("path", EXPECTED, ids=name_of)
def test_answer_is_as_expected(path: Path) -> None:
    """Oxigraph gives the columns and rows of the file, in their order."""
    answer = on_oxigraph(*asked(path), "deduced")
    assert [list(answer.variables), *answer.text_rows] == expected(path)


@pytest.mark.parametrize("path", EXPECTED, ids=name_of)
def test_answer_of_rdflib_is_as_expected(path: Path) -> None:
    """The second engine gives them too."""
    names, rows = on_rdflib(*asked(path), "deduced")
    assert [names, *([short(cell) for cell in row] for row in rows)] == expected(path)


@pytest.mark.parametrize("name", [*COMPETENCY, *REPORT])
def test_each_question_of_these_has_an_expected_answer(name: str) -> None:
    """There is a file for the question as it is asked by default, and none for a question that is none."""
    stems = {path.stem for path in EXPECTED}
    assert name in stems
    assert {stem.partition("--")[0] for stem in stems} <= {*COMPETENCY, *REPORT}


# --- two engines ----------------------------------------------------------------------------------


@pytest.mark.parametrize("trust", ["stated", "deduced"])
@pytest.mark.parametrize("name", [pytest.param(n, marks=SLOW.get(n, ())) for n in QUESTIONS])
def test_two_engines_give_equal_rows_in_the_same_order(name: str, trust: str) -> None:
    """Terms are equal to the last letter of text, datatype and language."""
    question = QUESTIONS[name]
    parameters = GIVEN.get(name, {})
    answer = on_oxigraph(question, parameters, trust)
    names, rows = on_rdflib(question, parameters, trust)
    assert list(answer.variables) == names
    assert [[plain(term) for term in row] for row in answer] == rows
    assert len(set(answer.rows)) == len(answer), "a row twice"


# --- the files ------------------------------------------------------------------------------------


def without_comments(text: str) -> str:
    """A query's text without the lines that are comments."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


@pytest.mark.parametrize("name", QUESTIONS)
def test_header_is_complete(name: str) -> None:
    """A question in words, a description, what kind it is; parameters are used and described."""
    question = QUESTIONS[name]
    assert question.summary.endswith("?")
    assert question.summary[0].isupper()
    assert question.description.endswith(".")
    assert len({"competency", "claim", "report"} & set(question.tags)) == 1
    assert (question.number is not None) == ("competency" in question.tags)
    assert ("claim" in question.tags) == (question.path.parent.name == "claims")
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    for parameter in question.parameters:
        assert parameter.description
        assert re.search(rf"\?{parameter.name}\b", without_comments(question.text))


def test_the_twenty_questions_are_numbered() -> None:
    """Each number from 1 to 20 stands once, and the list of questions begins with them."""
    numbers = [question.number for question in QUESTIONS.values()]
    assert numbers[:20] == list(range(1, 21))
    assert set(numbers[20:]) == {None}


@pytest.mark.parametrize("name", QUESTIONS)
def test_rows_have_an_order_and_columns_have_names(name: str) -> None:
    """A query that promises equal rows orders them itself, and says what it selects."""
    text = without_comments(QUESTIONS[name].text)
    assert re.search(r"}\s*(GROUP BY[^{}]*)?ORDER BY [^{}]+$", text)
    assert not re.search(r"SELECT\s+(DISTINCT\s+|REDUCED\s+)?\*", text, re.IGNORECASE)


@pytest.mark.parametrize("name", QUESTIONS)
def test_order_leaves_nothing_to_chance(name: str) -> None:
    """No two rows are equal in all that the query sorts by, so only one order is possible."""
    text = QUESTIONS[name].text
    start, end = text.rindex("ORDER BY"), re.search(r"^SELECT( DISTINCT)?", text, re.MULTILINE)
    assert end is not None
    keys = re.findall(r"\?(\w+)", text[start:])
    shown = on_oxigraph(QUESTIONS[name], GIVEN.get(name, {}), "deduced").variables
    more = "".join(f" ?{key}" for key in keys if key not in shown)
    answer = OPENED.ask(query=text[: end.end()] + more + text[end.end() :])
    assert isinstance(answer, Answer)
    places = [answer.variables.index(key) for key in keys]
    assert len({tuple(row[place] for place in places) for row in answer}) == len(answer)
