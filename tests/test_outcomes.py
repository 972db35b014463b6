"""Outcomes alone: what is kept is what is read again, and recombined as the verdicts themselves are."""

from __future__ import annotations

from pathlib import Path

import pytest

import evigraph
from evigraph import cache, judging, outcomes
from evigraph.evidence.scenario import Scenario, screened
from evigraph.trust import Trust
from evigraph.verdicts import Screening
from tests.commands import copy_review

SCENARIOS = [
    Scenario(),
    Scenario(("1.3",)),
    Scenario(("1", "4"), Trust.STATED),
    Scenario(where=(("hasDesign", "randomized-trial"),)),
    Scenario(("2",), where=(("followUpMonths", ">=12"),), settle="met"),
    Scenario(settle="not-met"),
]


def bare(screening: Screening) -> list[object]:
    """What outcomes keep of a screening."""
    studies = [
        (
            s.study,
            s.iri,
            s.outcome,
            s.decision,
            tuple((one.id, one.iri, one.name, one.outcome) for one in s.sets),
            tuple((rule.id, rule.iri, rule.name, rule.serves, rule.outcome) for rule in s.rules),
        )
        for s in screening
    ]
    return [screening.trust, screening.not_tested, screening.shapes, studies]


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> evigraph.Review:
    """A copy of the shipped review, whose twenty studies count as many, with a cache of its own."""
    monkeypatch.setenv("EVIGRAPH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(judging, "AUTO_LIMIT", 5)
    copy_review(tmp_path / "review")
    return evigraph.open(tmp_path / "review")


@pytest.mark.parametrize("trust", list(Trust))
def test_what_is_written_is_read_again(review: evigraph.Review, trust: Trust) -> None:
    """Names, decisions and every outcome; in a tenth of the bytes."""
    screening = review.screen(trust=trust)
    text = outcomes.dump(screening)
    again = outcomes.load(text)
    assert bare(again) == bare(screening)
    assert outcomes.dump(again) == text
    assert len(text) < len(screening.dump()) / 10


def test_no_study_at_all_is_read_again(review: evigraph.Review) -> None:
    """A screening without studies."""
    empty = review.screen().only([])
    assert bare(outcomes.load(outcomes.dump(empty))) == bare(empty)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"trust": "guessed"}'])
def test_other_text_is_refused(text: str) -> None:
    """With one of the errors that a cache passes over."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        outcomes.load(text)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_kept_outcomes_are_recombined_as_verdicts_are(
    many: evigraph.Review, review: evigraph.Review, scenario: Scenario
) -> None:
    """Read from the cache, they give what the full verdicts of the same review give."""
    many.outcomes(scenario.trust)  # keeps them
    again = evigraph.open(many.folder.path)
    assert all(not rule.message for study in again.outcomes(scenario.trust) for rule in study.rules)
    assert bare(screened(again, scenario)) == bare(screened(review, scenario))


def test_outcomes_are_kept_until_a_file_changes(
    many: evigraph.Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second time nothing is judged; after a change of the graph all is."""
    first = many.outcomes()
    with monkeypatch.context() as patch:
        patch.setattr(judging.Judging, "verdicts", _refused)
        assert bare(evigraph.open(many.folder.path).outcomes()) == bare(first)
    path = many.folder.path / "graph/studies/cheung2000.trig"
    text = path.read_text(encoding="utf-8")
    led = "<https://w3id.org/evigraph/concept/members>"
    said = (
        "\nGRAPH <https://w3id.org/evigraph/basis/fulltext> {"
        f"<{many.studies['cheung2000'].value}#group> <https://w3id.org/evigraph/ontology#ledBy> {led} . }}\n"
    )
    path.write_text(text + said, encoding="utf-8")
    after = evigraph.open(many.folder.path).outcomes()
    assert first["cheung2000"].rule("1.3").outcome == "cannot tell"
    assert after["cheung2000"].rule("1.3").outcome == "met"


def test_what_cannot_be_read_is_made_anew(many: evigraph.Review) -> None:
    """A spoilt entry of the cache counts as absent."""
    first = many.outcomes()
    for entry in cache.cache_folder().glob("*.json"):
        entry.write_text("{", encoding="utf-8")
    assert bare(evigraph.open(many.folder.path).outcomes()) == bare(first)


def _refused(*_: object, **__: object) -> Screening:
    raise AssertionError("it was judged again")
