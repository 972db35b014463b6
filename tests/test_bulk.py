"""Large files: the planted verdicts are found, by both engines, in parts and whole."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
from benchmarks import synthesize
from evigraph import bulk
from evigraph.errors import InputError, OutOfOrderError
from evigraph.terms import evi
from evigraph.verdicts import StudyVerdict
from tests.commands import run

SIZE = 1000
REVIEW = evigraph.open()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, int]]]:
    """A synthetic review as N-Quads, and the verdicts that were planted in it."""
    path = tmp_path_factory.mktemp("synthetic") / "review.nq"
    return path, synthesize.write(SIZE, path)


def counted(verdicts: list[StudyVerdict]) -> dict[str, dict[str, int]]:
    """Verdicts by rule and outcome, as the generator states them."""
    counts: dict[str, Counter[str]] = {"study": Counter(study.outcome.value for study in verdicts)}
    for study in verdicts:
        for rule in study.rules:
            counts.setdefault(rule.id, Counter())[rule.outcome.value] += 1
    return {rule: dict(sorted(outcomes.items())) for rule, outcomes in counts.items()}


def test_the_same_size_gives_the_same_file(tmp_path: Path) -> None:
    """The generator is deterministic."""
    for name in ("a.nq", "b.nq"):
        synthesize.write(30, tmp_path / name)
    assert (tmp_path / "a.nq").read_bytes() == (tmp_path / "b.nq").read_bytes()


@pytest.mark.parametrize("engine", ["pyshacl", "shacl"])
def test_screening_finds_exactly_the_planted_verdicts(
    made: tuple[Path, dict[str, dict[str, int]]], engine: str
) -> None:
    """On a thousand studies with gaps and faults both engines find what was planted."""
    path, planted = made
    assert counted(list(REVIEW.screen_large(path, engine=engine))) == planted


def test_both_engines_agree_on_every_rule_of_every_study(
    made: tuple[Path, dict[str, dict[str, int]]],
) -> None:
    """Not only the numbers: the verdicts, their messages and values are the same."""
    path, _ = made
    slow = list(REVIEW.screen_large(path, engine="pyshacl", detail=True))
    fast = list(REVIEW.screen_large(path, engine="shacl", detail=True))
    assert slow == fast


def test_both_engines_agree_on_the_shipped_review() -> None:
    """All trust levels, all rules."""
    for trust in evigraph.Trust:
        assert REVIEW.screen(trust=trust, engine="pyshacl") == REVIEW.screen(trust=trust, engine="shacl")


def test_parts_give_what_the_whole_gives(
    made: tuple[Path, dict[str, dict[str, int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut into many parts and judged by all cores, a file gives the same verdicts in the same order."""
    path, _ = made
    whole = list(REVIEW.screen_large(path, detail=True))
    monkeypatch.setattr(bulk, "PIECE", 1_000_000)
    assert len(bulk._pieces(path)) > 10
    assert list(REVIEW.screen_large(path, detail=True)) == whole
    assert REVIEW.screen_file(path).studies == tuple(whole)


def test_trig_is_judged_like_nquads(made: tuple[Path, dict[str, dict[str, int]]], tmp_path: Path) -> None:
    """The generator writes TriG too, with the same verdicts in it."""
    planted = synthesize.write(SIZE, tmp_path / "review.trig")
    assert planted == made[1]
    assert counted(list(REVIEW.screen_large(tmp_path / "review.trig"))) == planted


@pytest.mark.parametrize("case", ["parted", "unknown word", "twice", "elsewhere"])
def test_a_file_that_must_be_read_whole_is_noticed(
    made: tuple[Path, dict[str, dict[str, int]]], tmp_path: Path, case: str
) -> None:
    """A study in two places, a word nobody knows, or a link to elsewhere in the file."""
    lines = made[0].read_bytes().splitlines(keepends=True)[:600]
    led = f"<{evi('ledBy').value}>".encode()
    at = next(n for n, line in enumerate(lines) if led in line)
    if case == "parted":
        lines.append(lines.pop(at))
    elif case == "unknown word":
        lines[at] = lines[at].replace(b"ledBy", b"leadBy")
    elif case == "twice":
        lines += lines[:60]
    else:
        lines[at] = lines[at].replace(b"https://w3id.org/evigraph/concept/", b"https://example.org/person/")
    path = tmp_path / "odd.nq"
    path.write_bytes(b"".join(lines))
    with pytest.raises(OutOfOrderError):
        list(REVIEW.screen_large(path))
    if case == "unknown word":
        with pytest.raises(InputError, match=r"odd\.nq:\d+: unknown term .*leadBy.*did you mean .*ledBy"):
            REVIEW.screen_file(path)
    else:
        assert REVIEW.screen_file(path)


def test_studies_that_share_a_stem_are_all_judged(tmp_path: Path) -> None:
    """Several studies of one document differ only behind the hash; none may be dropped."""
    path = tmp_path / "document.nt"
    kind = f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{evi('Study').value}> ."
    path.write_text("".join(f"<https://example.org/doc#s{n}> {kind}\n" for n in range(3)), encoding="utf-8")
    with pytest.raises(OutOfOrderError):
        list(REVIEW.screen_large(path))
    assert [study.study for study in REVIEW.screen_file(path)] == ["s0", "s1", "s2"]


def test_a_syntax_error_is_named_by_line(tmp_path: Path) -> None:
    """Wherever in a large file it stands."""
    path = tmp_path / "bad.nq"
    path.write_text("<https://example.org/a> <https://example.org/b> .\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.nq:1:"):
        list(REVIEW.screen_large(path))


def test_the_command_takes_a_large_file(made: tuple[Path, dict[str, dict[str, int]]]) -> None:
    """The file of the generator is screened as it is, in each format for large files."""
    path, planted = made
    assert path.stat().st_size > 8_000_000
    table = run("screen", str(path))
    assert table.code == 1
    assert table.out.endswith("(trust deduced)\n")
    assert len(table.out.splitlines()) == SIZE + 2
    rows = run("screen", str(path), "--format", "csv").out.splitlines()
    assert Counter(row.split(",")[2] for row in rows[1:]) == planted["study"]
    document = json.loads(run("screen", str(path), "--format", "json").out)
    assert document["counts"] == {word: planted["study"].get(word, 0) for word in document["counts"]}
    assert len(document["studies"]) == SIZE
    whole = REVIEW.screen_file(path).to_dict()["studies"]
    assert document["studies"] == whole


def test_quads_of_the_generator_are_well_formed(tmp_path: Path) -> None:
    """The synthetic review says nothing twice and passes the check of its form."""
    path = tmp_path / "small.nq"
    synthesize.write(20, path)
    assert len({str(q) for q in ox.parse(path=str(path))}) == path.read_bytes().count(b"\n")
    report = REVIEW.check([path])
    assert report.nodes > 100
    assert report.conforms, report.problems[:3]
