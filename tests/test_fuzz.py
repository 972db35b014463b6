"""Spoilt files for every reader: an answer or an error of ours; and what the search found, kept found."""

from __future__ import annotations

import time
from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
from evigraph.beginning import begin
from evigraph.canonical import serialize
from evigraph.errors import InputError
from evigraph.guard import require_local
from evigraph.questions import read_question
from evigraph.records.readers import apa
from evigraph.rules.building import SOURCE
from evigraph.rules.parsing import read_criteria_file
from evigraph.rules.words import Words
from tests.fuzzing import driver
from tests.fuzzing.driver import Tries, fuzz
from tests.fuzzing.targets import LostError, Target, targets
from tests.reliability import Tally

TRIES = 50


def fifty(done: Tries) -> bool:
    """Whether there were fewer tries."""
    return done.tries < TRIES


def test_spoilt_files_are_read_or_refused(tmp_path: Path, tally: Tally) -> None:
    """Fifty for each reader, the same in each run; ``make fuzz`` goes on with others."""
    for target in targets(tmp_path):
        done = fuzz(target, tmp_path, 2008, fifty)
        assert done.tries == TRIES
        assert 0 < done.read < TRIES, f"{target.name}: spoils all or nothing"
        for fault in done.failures:
            tally.tried(fault)
        for _ in range(done.tries - len(done.failures)):
            tally.tried()


def _crashes(path: Path) -> None:
    if b"1" not in path.read_bytes():
        raise KeyError("planted")


def _loses(_: Path) -> None:
    raise LostError("read 2, kept 1")


def _hangs(path: Path) -> None:
    while path:
        try:
            time.sleep(0.01)
        except Exception:  # a reader that takes everything for an error of the file
            continue


def _refuses(path: Path) -> None:
    raise InputError(f"{path}:1: is spoilt; mend it")


@pytest.mark.parametrize(
    ("read", "said"),
    [(_crashes, "KeyError at test_fuzz.py"), (_loses, "LostError"), (_hangs, "takes more than 0.05 s")],
)
def test_planted_fault_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: object, said: str
) -> None:
    """A crash, a loss and a hang are failures, and the file is kept."""
    monkeypatch.setattr(driver, "LIMIT", 0.05)
    target = Target("planted", ".txt", (b"1 2",), read)  # type: ignore[arg-type]
    done = fuzz(target, tmp_path, 1, lambda done: done.tries < 200 and not done.failures)
    (failure,) = done.failures
    path, _, fault = failure.partition(": ")
    assert said in fault
    assert Path(path).is_file()


def test_refusal_is_no_failure(tmp_path: Path) -> None:
    """An error of ours is an answer; nothing is kept."""
    done = fuzz(Target("planted", ".txt", (b"1 2",), _refuses), tmp_path, 1, fifty)
    assert (done.tries, done.read, done.failures, list(tmp_path.iterdir())) == (TRIES, 0, [], [])


def test_text_of_many_quotes_is_written_at_once() -> None:
    """A text of 200,000 quotes took minutes, the square of its length."""
    text = ox.Literal('"x> ' * 200_000)
    quad = ox.Quad(ox.NamedNode("https://example.org/a"), ox.NamedNode("https://example.org/b"), text)
    started = time.process_time()
    (back,) = ox.parse(serialize([quad], "turtle", {}), format=ox.RdfFormat.TURTLE)
    assert time.process_time() - started < 5
    assert back.object == text


def test_long_reference_is_kept_as_text() -> None:
    """What is too long for a reference is not told apart; it took the square of its length."""
    text = "Bright, J. I. " + "[ a " * 50_000 + "(1999). A title.\nNext, A. (2000). Another.\n"
    started = time.process_time()
    first, second = apa.read("file", text)
    assert time.process_time() - started < 5
    assert first.item["custom"]["parsed"]["fields"] == []  # type: ignore[union-attr]
    assert second.item["title"] == "Another"  # type: ignore[union-attr]


@pytest.mark.parametrize("value", ["9" * 5000, "2008-02-30", "[" * 3000])
def test_header_that_yaml_cannot_take_is_refused(tmp_path: Path, value: str) -> None:
    """A number of 5,000 digits, a day that is none, and what is nested too deep were tracebacks."""
    path = tmp_path / "question.rq"
    path.write_text(f"#+ summary: {value}\nSELECT ?a WHERE {{ ?a ?b ?c }}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"question\.rq:1: the #\+ header is no YAML"):
        read_question(path)


@pytest.mark.parametrize("value", ["1e-999999999", "1e999999999999", "1e-400"])
def test_bound_that_would_be_another_number_is_refused(tmp_path: Path, value: str) -> None:
    """A bound so small that it would be rounded to 0, or too large to be rounded at all."""
    begin(tmp_path / "own")
    path = tmp_path / "own" / SOURCE
    text = path.read_text(encoding="utf-8")
    assert text.count("at least: 10") == 1
    path.write_text(text.replace("at least: 10", f"at least: {value}"), encoding="utf-8")
    with pytest.raises(InputError, match="is no number"):
        read_criteria_file(path, Words(evigraph.open(tmp_path / "own").folder))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (r'ASK { ?s ?p "\U00110000" }', r"q: the query cannot be read: .*code point: 00110000; mend that"),
        (r"ASK { ?s ?p '\uD800' SERVICE <urn:a> {} }", "q: SERVICE is refused"),
    ],
)
def test_an_escape_of_no_character_is_refused(query: str, said: str) -> None:
    """Rdflib's reader of queries has no error of its own for it."""
    with pytest.raises(InputError, match=said):
        require_local(query, "q")


def test_a_name_may_be_called_as_a_word_that_reaches_out() -> None:
    """Also where it stands at once behind a variable, as the parser may have it."""
    require_local("PREFIX : <urn:> SELECT ?from { ?from:service :load }", "q")
