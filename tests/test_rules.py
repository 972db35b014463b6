"""Criteria files: what is made of them, and that it judges as what was written by hand."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
from evigraph.review import Review
from evigraph.rules.building import FIXTURES, Made
from evigraph.trust import Trust
from evigraph.verdicts import StudyVerdict
from tests.commands import ROOT, run
from tests.criteria_review import DATA, review_with

PAGE = ROOT / "docs/how-to/criteria-without-rdf.md"
BY_HAND = sorted((ROOT / "tests/fixtures/criteria").rglob("*.ttl"))
#: The outcome that the name of a fixture states.
OUTCOMES = {"met": "met", "not-met": "not met", "cannot-tell": "cannot tell"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """The shipped review, its criteria made from a criteria file."""
    folder = review_with(tmp_path_factory.mktemp("rules") / "review", DATA.read_text(encoding="utf-8"))
    review = evigraph.open(folder)
    Made(review.folder, review.iri).write()
    return evigraph.open(folder)


def answers(study: StudyVerdict) -> list[tuple[object, ...]]:
    """All that a verdict says, but for the IRIs of the criteria."""
    sets = [(s.id, s.name, s.outcome) for s in study.sets]
    rules = [(r.id, r.name, r.outcome, r.message, r.missing, r.values, r.serves) for r in study.rules]
    return [(study.study, study.outcome, study.decision), *sets, *rules]


@pytest.mark.parametrize("trust", Trust)
@pytest.mark.parametrize("engine", ["pyshacl", "shacl"])
def test_made_shapes_judge_as_those_written_by_hand(built: Review, trust: Trust, engine: str) -> None:
    """On every study and criterion: outcome, message, what is missing, and the values looked at."""
    made = built.screen(trust=trust, engine=engine)
    by_hand = evigraph.open().screen(trust=trust, engine=engine)
    assert len(made) == len(by_hand) == 20
    for one, other in zip(made, by_hand, strict=True):
        assert answers(one) == answers(other)
    assert made.not_tested == by_hand.not_tested


@pytest.mark.parametrize("path", BY_HAND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_made_shapes_judge_the_fixtures_as_those_written_by_hand(built: Review, path: Path) -> None:
    """On every fixture that somebody thought of, for every rule and not only the one it is for."""
    ((made,), (by_hand,)) = (review.screen_file(path) for review in (built, evigraph.open()))
    assert answers(made) == answers(by_hand)


@pytest.mark.parametrize("engine", ["pyshacl", "shacl"])
def test_made_fixtures_have_the_outcome_they_are_named_after(built: Review, engine: str) -> None:
    """Each tested criterion is seen to be met, not met and undecided; one can never be not met."""
    made = Made(built.folder, built.iri)
    seen = set()
    for criterion, _ in made.tested:
        for path in sorted((built.folder.path / FIXTURES / criterion.slug).glob("*.ttl")):
            (study,) = built.screen_file(path, engine=engine)
            assert study.rule(criterion.id).outcome == OUTCOMES[path.stem], path
            seen.add((criterion.slug, path.stem))
    expected = {(criterion.slug, name) for criterion, _ in made.tested for name in OUTCOMES}
    assert expected - seen == {("shared-problem", "not-met")}


def test_made_review_passes_the_check(built: Review) -> None:
    """The statements about the criteria are well formed, and nothing is out of step."""
    found = built.check()
    assert found.conforms, list(found)


def test_made_turtle_says_what_was_meant(built: Review) -> None:
    """Each made file is Turtle in the layout of those written by hand, of no line that is all blanks."""
    for name, data in Made(built.folder, built.iri).files.items():
        text = data.decode()
        assert list(ox.parse(text, format=ox.RdfFormat.TURTLE)), name
        assert "\n\n\n" not in text
        assert all(line == line.rstrip() for line in text.splitlines())
        assert text.endswith(".\n")


def test_shapes_of_the_same_test_are_the_same_text(built: Review) -> None:
    """But for header and description, the shapes of two rules are to the letter those written by hand."""
    for slug in ("group-studied", "shared-problem"):
        texts = [
            re.sub(r"#.*\n|sh:description .*\n|@prefix .*\n", "", path.read_text(encoding="utf-8"))
            for path in (folder / f"shapes/criteria/{slug}.ttl" for folder in (built.folder.path, ROOT))
        ]
        assert texts[0].split() == texts[1].split()


def test_building_again_changes_nothing(built: Review) -> None:
    """The same criteria give the same bytes."""
    ran = run("--review", str(built.folder.path), "rules", "build")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "23 criteria, 6 of them tested: 24 files, 0 written, 0 removed\n"


def test_example_of_the_page_runs(tmp_path: Path) -> None:
    """Each command of the page prints what the page shows."""
    page = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"```(\w+)\n(.*?)```", page, re.DOTALL)
    (criteria, *_) = (text for kind, text in blocks if kind == "yaml")
    review_with(tmp_path / "DIR", criteria)
    (study,) = (text for kind, text in blocks if kind == "turtle")
    (tmp_path / "new.ttl").write_text(study, encoding="utf-8")
    shown = list(itertools.pairwise(blocks))
    pairs = [(command[1], text[1]) for command, text in shown if (command[0], text[0]) == ("sh", "text")]
    assert len(pairs) == 2
    for commands, text in pairs:
        printed = ""
        for line in commands.splitlines():
            ran = run(*line.split()[1:], cwd=tmp_path)
            assert "Traceback" not in ran.err
            printed += ran.out
        assert printed.startswith(text)
    assert run("--review", "DIR", "check", cwd=tmp_path).code == 0
