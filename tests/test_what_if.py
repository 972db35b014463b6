"""The review under other rules: as if the criteria had been written so, and claims with it."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
from evigraph.canonical import serialize
from evigraph.errors import InputError, UnknownNameError
from evigraph.evidence.scenario import Scenario, screened, what_if
from evigraph.terms import IDENTIFIER, evi
from evigraph.trust import Trust
from evigraph.verdicts import Outcome
from tests import oracle
from tests.commands import copy_review, once, run

RULES = ("1.1", "1.3", "1.9", "2", "3", "4")


def without(folder: Path, rule: str) -> evigraph.Review:
    """The shipped review as if a rule had never been tested."""
    path = copy_review(folder / "review") / "graph/review.ttl"
    quads = list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE))
    (node,) = {q.subject for q in quads if q.predicate == IDENTIFIER and q.object == ox.Literal(rule)}
    tested = (evi("satisfied"), evi("decidable"), evi("settledBy"))
    kept = [q for q in quads if not (q.subject == node and q.predicate in tested)]
    kept = [q for q in kept if not (q.predicate == evi("testedWith") and q.object == node)]
    served = {q.subject for q in quads if q.predicate == evi("testedWith") and q.object == node}
    kept += [ox.Quad(n, evi("notTestedBecause"), ox.Literal("dropped")) for n in {node, *served}]
    path.write_bytes(serialize(kept, "turtle", {}))
    return evigraph.open(folder / "review")


@pytest.mark.parametrize("trust", [Trust.STATED, Trust.DEDUCED])
@pytest.mark.parametrize("rule", ["1.1", "1.3", "1.9"])
def test_a_dropped_rule_is_a_rule_that_was_never_tested(
    review: evigraph.Review, tmp_path: Path, rule: str, trust: Trust
) -> None:
    """The outcomes of a review whose criteria lack the rule, study for study and set for set."""
    ours = screened(review, Scenario((rule,), trust))
    theirs = without(tmp_path, rule).screen(trust=trust)
    assert [(s.study, s.outcome) for s in ours] == [(s.study, s.outcome) for s in theirs]
    assert [[r.id for r in s.rules] for s in ours] == [[r.id for r in s.rules] for s in theirs]


def test_a_dropped_set_asks_for_nothing(review: evigraph.Review) -> None:
    """The outcome of a study is that of its other sets."""
    ours = screened(review, Scenario(("1",)))
    for study, before in zip(ours, review.screen(), strict=True):
        rest = [each.outcome for each in before.sets if each.id != "1"]
        assert study.outcome == Outcome.of_all(rest)
        assert [each.id for each in study.sets] == ["2", "3", "4"]


def test_what_enters_and_leaves_is_said_with_its_claims(review: evigraph.Review) -> None:
    """Without the rule on who leads, those who only lack a leader enter; the claim on studies moves."""
    found = what_if(review, Scenario(("1.3",)))
    before = {s.study for s in review.screen() if s.outcome == "met"}
    after = {s.study for s in found.after if s.outcome == "met"}
    assert (set(found.enter), set(found.leave)) == (after - before, before - after)
    assert found.enter
    (claim,) = [pair for pair in found.claims if pair[0].claim.id == "C01"]
    assert (claim[0].at_least, claim[1].at_least) == (len(before), len(after))
    assert what_if(review, Scenario()).to_dict() | {"scenario": None} == {
        "scenario": None,
        "enter": [],
        "leave": [],
        "before": review.screen().counts,
        "after": review.screen().counts,
        "studies": [],
        "claims": [],
    }


def test_what_cannot_be_told_can_be_settled(review: evigraph.Review) -> None:
    """Met gives the most that can be in, not met the least; nothing stays open."""
    counts = review.screen().counts
    most = screened(review, Scenario(settle="met")).counts
    least = screened(review, Scenario(settle="not-met")).counts
    assert most == {
        "met": counts["met"] + counts["cannot tell"],
        "not met": counts["not met"],
        "cannot tell": 0,
    }
    assert least == {
        "met": counts["met"],
        "not met": counts["not met"] + counts["cannot tell"],
        "cannot tell": 0,
    }


@pytest.mark.parametrize(
    ("name", "concept", "narrower"),
    [
        ("hasDesign", "randomized-trial", {"randomized-trial"}),
        ("design", "longitudinal", {"longitudinal", "cohort", "before-after"}),
        ("receives", "professional-treatment", {"professional-treatment"}),
    ],
)
def test_a_restriction_has_three_answers(
    review: evigraph.Review, name: str, concept: str, narrower: set[str]
) -> None:
    """Met where the facts have the concept or a narrower one, cannot tell where they have none at all."""
    column = {"hasDesign": "design", "receives": "arm_kind"}.get(name, name)
    values: dict[str, set[str]] = {}
    for row in oracle.rows("study_facts"):
        if row["property"] == column:
            values.setdefault(row["key"], set()).add(row["value"])
    plain = {study.study: study.outcome for study in review.screen()}
    for study in screened(review, Scenario(where=((name, concept),))):
        has = values.get(study.study, set())
        within = Outcome.MET if has & narrower else Outcome.NOT_MET if has else Outcome.CANNOT_TELL
        assert study.outcome == Outcome.of_all([plain[study.study], within])


@pytest.mark.parametrize("bound", [">=12", "<=12", "12"])
def test_numbers_can_be_bounded(review: evigraph.Review, bound: str) -> None:
    """One follow-up within the bound is enough; without any it cannot be told."""
    values: dict[str, list[int]] = {}
    for row in oracle.rows("study_facts"):
        if row["property"] == "follow_up_months":
            values.setdefault(row["key"], []).append(int(row["value"]))
    plain = {study.study: study.outcome for study in review.screen()}
    fits = {">=12": lambda n: n >= 12, "<=12": lambda n: n <= 12, "12": lambda n: n == 12}[bound]
    for study in screened(review, Scenario(where=(("followUpMonths", bound),))):
        has = values.get(study.study, [])
        within = Outcome.CANNOT_TELL if not has else Outcome.MET if any(map(fits, has)) else Outcome.NOT_MET
        assert study.outcome == Outcome.of_all([plain[study.study], within])


@pytest.mark.parametrize(
    ("scenario", "why"),
    [
        (Scenario(("1.99",)), "no tested rule '1.99'"),
        (Scenario(("1.6",)), "no tested rule '1.6'"),
        (Scenario(("4.1",)), "4.1 is tested together with 4; drop 4"),
        (Scenario((*RULES, "1")), "no rule is left to ask for"),
        (Scenario(where=(("hasDesing", "cohort"),)), "did you mean hasDesign"),
        (Scenario(where=(("group_name", "3"),)), "no property with concepts or numbers 'group_name'"),
        (Scenario(where=(("sampleSize", "many"),)), "'many' is no bound"),
        (Scenario(where=(("hasDesign", "depression"),)), "no concept 'depression' for design"),
    ],
)
def test_what_is_no_scenario_is_refused(review: evigraph.Review, scenario: Scenario, why: str) -> None:
    """With what there is instead."""
    with pytest.raises((InputError, UnknownNameError), match=why):
        screened(review, scenario)


def test_the_command_prints_both_sides() -> None:
    """As a table and as JSON in the documented layout."""
    table = once("what-if", "--drop", "1.3")
    assert table.code == 0
    document = json.loads(once("what-if", "--drop", "1.3", "--format", "json").out)
    assert f"enter: {' '.join(document['enter'])}" in table.out
    assert {"enter", "leave", "claims"} <= set(document)
    assert set(document["claims"][0]) == {"id", "before", "after"}
    assert document["scenario"] == {"drop": ["1.3"], "trust": "deduced", "where": [], "settle": "bounds"}
    wrong = run("what-if", "--where", "hasDesign")
    assert (wrong.code, "write PROPERTY=VALUE" in wrong.err) == (2, True)
    stated = json.loads(once("what-if", "--trust", "stated", "--format", "json").out)
    assert (
        stated["after"] == json.loads(once("screen", "--trust", "stated", "--format", "json").out)["counts"]
    )
