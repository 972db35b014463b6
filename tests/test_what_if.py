"""The review under other rules: as if the criteria had been written so, and claims with it."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
from evigraph.beginning import begin
from evigraph.canonical import serialize
from evigraph.errors import InputError, UnknownNameError
from evigraph.evidence.saved import load, save, saved
from evigraph.evidence.scenario import Scenario, Scenarios, screened, what_if
from evigraph.terms import IDENTIFIER, evi
from evigraph.trust import Trust
from evigraph.verdicts import Outcome
from tests import oracle
from tests.commands import copy_review, once, run

RULES = ("1.1", "1.3", "1.9", "2", "3", "4")
#: All three counts of the shipped review rest on deduced statements.
_SIDE = {
    "deduced": ["met", "not met", "cannot tell"],
    "stated": {"met": 1, "not met": 5, "cannot tell": 14},
}
RESTING = {"before": _SIDE, "after": _SIDE}


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
        "resting": RESTING,
        "studies": [],
        "claims": [],
        "recounted": True,
    }


@pytest.mark.parametrize("trust", [Trust.STATED, Trust.DEDUCED])
def test_claims_are_those_of_a_review_that_included_other_studies(tmp_path: Path, trust: Trust) -> None:
    """Of a copy in which people left out, and let in, what the scenario does: few at least, many at most."""
    plain = evigraph.open()
    scenario = Scenario(where=(("hasDesign", "randomized-trial"),), drop=("1.3",), trust=trust)
    under = Scenarios(plain).under(scenario)
    before, after = plain.screen(trust=trust), {s.iri: s.outcome for s in under.screening}
    inside, maybe = set[str](), set[str]()
    values = {(row["key"], row["value"]) for row in design_rows(trust)}
    for study in before:
        has = {value for key, value in values if key == study.study}
        trial, open_ = "randomized-trial" in has, not has or bool(has & {"controlled-study"})
        if not trial and not open_:
            continue
        if study.decision == "include":
            (inside if trial else maybe).add(study.study)
        elif after[study.iri] is not study.outcome:
            (inside if after[study.iri] is Outcome.MET else maybe).add(study.study)
    few = decided(tmp_path / "few", inside).claims(trust=trust)
    many = decided(tmp_path / "many", inside | maybe).claims(trust=trust)
    found = plain.claims(screening=under.screening, standing=under.standing)
    for one, least, most in zip(found, few, many, strict=True):
        if one.claim.id not in ("C01", "C02", "C14") and one.status != "not derivable":
            assert (one.at_least, one.at_most) == (least.at_least, most.at_most), one.claim.id
            assert one.studies == least.studies
        assert one.recorded in (None, 12)  # what people decided stays what they decided


def design_rows(trust: Trust) -> list[oracle.Row]:
    """The recorded designs of studies that count."""
    rows = [row for row in oracle.rows("study_facts") if row["property"] == "design"]
    return [row for row in rows if trust is not Trust.STATED or row["basis"] != "deduced"]


def decided(folder: Path, included: set[str]) -> evigraph.Review:
    """The shipped review as if people had included these studies alone."""
    path = copy_review(folder) / "graph/decisions.ttl"
    quads = list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE))
    on = {q.subject: str(q.object.value).rpartition("/")[2] for q in quads if q.predicate == evi("onStudy")}
    kept = [q for q in quads if q.predicate != evi("decides")]
    for node, key in on.items():
        answer = evi("include" if key in included else "exclude")
        kept.append(ox.Quad(node, evi("decides"), answer))
    path.write_bytes(serialize(kept, "turtle", {}))
    return evigraph.open(folder)


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
    ("name", "concept", "narrower", "broader"),
    [
        ("hasDesign", "randomized-trial", {"randomized-trial"}, {"controlled-study", "empirical-study"}),
        ("design", "longitudinal", {"longitudinal", "cohort", "before-after"}, {"empirical-study"}),
        ("hasDesign", "cohort", {"cohort"}, {"longitudinal", "empirical-study"}),
        ("receives", "professional-treatment", {"professional-treatment"}, {"comparison-condition"}),
    ],
)
def test_a_restriction_has_three_answers(
    review: evigraph.Review, name: str, concept: str, narrower: set[str], broader: set[str]
) -> None:
    """Met where a value is the concept or narrower, cannot tell where one is broader or none is known."""
    column = {"hasDesign": "design", "receives": "arm_kind"}.get(name, name)
    values: dict[str, set[str]] = {}
    for row in oracle.rows("study_facts"):
        if row["property"] == column:
            values.setdefault(row["key"], set()).add(row["value"])
    plain = {study.study: study.outcome for study in review.screen()}
    for study in screened(review, Scenario(where=((name, concept),))):
        has = values.get(study.study, set())
        other = Outcome.NOT_MET if has and not has & broader else Outcome.CANNOT_TELL
        within = Outcome.MET if has & narrower else other
        assert study.outcome == Outcome.of_all([plain[study.study], within])


def test_several_restrictions_must_all_hold(review: evigraph.Review) -> None:
    """Two at once give what the first of them gives, restricted by the second; settled ones are settled."""
    both = (("hasDesign", "randomized-trial"), ("followUpMonths", ">=12"))
    one, other, together = (screened(review, Scenario(where=w)) for w in (both[:1], both[1:], both))
    for a, b, c in zip(one, other, together, strict=True):
        assert c.outcome == Outcome.of_all([a.outcome, b.outcome])
    for settle in ("met", "not-met"):
        settled = screened(review, Scenario(where=both, settle=settle))
        ends = {"met": Outcome.MET, "not-met": Outcome.NOT_MET}[settle]
        assert [s.outcome for s in settled] == [
            ends if s.outcome is Outcome.CANNOT_TELL else s.outcome for s in together
        ]


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
        (Scenario(where=(("sampleSize", ">12"),)), "'>12' is no bound"),
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


def test_what_rests_on_deduced_statements_is_marked(review: evigraph.Review) -> None:
    """A study whose outcome is another by stated statements alone; nothing where these alone count."""
    found = what_if(review, Scenario(where=(("hasDesign", "randomized-trial"),)))
    stated = {s.study: s.outcome for s in review.screen(trust="stated")}
    then = {s.study: s.outcome for s in screened(review, Scenario((), Trust.STATED, found.scenario.where))}
    assert found.changed
    for change in found.changed:
        assert change.before_rests == (change.before != stated[change.study])
        assert change.after_rests == (change.after != then[change.study])
    alone = what_if(review, Scenario(trust=Trust.STATED, drop=("1.3",)))
    assert not any(change.after_rests for change in alone.changed)
    assert not any(any(after.rests) for _, after in alone.claims)
    out = once("what-if", "--where", "hasDesign=randomized-trial").out
    assert "met†" in out
    assert "† rests on deduced statements; by stated ones alone: as it is 1 met, 5 not met" in out


# --- scenarios that are kept ----------------------------------------------------------------------

KEPT = [
    Scenario(),
    Scenario(("1.3", "2"), Trust.STATED, (("hasDesign", "cohort"), ("sampleSize", ">=50")), "met"),
    Scenario(where=(("followUpMonths", "<=12"), ("followUpMonths", "6")), settle="not-met"),
    Scenario(("1",), Trust.INFERRED),
]


@pytest.mark.parametrize("scenario", KEPT)
def test_what_is_kept_is_what_is_used_again(tmp_path: Path, scenario: Scenario) -> None:
    """As Turtle that can be checked, exported and read again; a second time it is written over."""
    own = evigraph.open(copied(tmp_path / "own"))
    path, there = save(own, "other-rules", scenario)
    assert (path, there) == (tmp_path / "own/graph/scenarios/other-rules.ttl", False)
    again = evigraph.open(tmp_path / "own")
    assert load(again, "other-rules") == scenario
    assert saved(again) == {"other-rules": scenario}
    assert again.check().conforms
    assert b"a evi:Scenario" in again.export()
    assert save(again, "other-rules", scenario) == (path, True)


def copied(folder: Path) -> Path:
    """A copy of the shipped review."""
    copy_review(folder)
    return folder


def test_scenarios_are_kept_and_used_by_name(tmp_path: Path) -> None:
    """In a review of one's own; the shipped one is not changed."""
    own = ("--review", str(copied(tmp_path / "own")), "what-if")
    kept = run(*own, "--drop", "1.3", "--save", "any-leader")
    assert (kept.code, kept.err) == (0, f"{tmp_path}/own/graph/scenarios/any-leader.ttl: was written\n")
    assert run(*own, "--load", "any-leader").out == kept.out
    assert "in place of" in run(*own, "--drop", "1.3", "--save", "any-leader").err
    assert json.loads(run(*own, "--list", "--format", "json").out) == {
        "any-leader": {"drop": ["1.3"], "trust": "deduced", "where": [], "settle": "bounds"}
    }
    assert "any-leader  1.3" in run(*own, "--list").out
    for wrong, why in (
        (("--save", "Any Leader"), "is no name of a scenario"),
        (("--save", "x", "--drop", "1.99"), "no tested rule '1.99'"),
        (("--load", "any-lader"), "did you mean any-leader"),
        (("--load", "any-leader", "--drop", "2"), "leave the other options out"),
    ):
        ran = run(*own, *wrong)
        assert (ran.code, why in ran.err) == (2, True)
    assert not (tmp_path / "own/graph/scenarios/x.ttl").exists()
    assert "name a review of your own" in run("what-if", "--drop", "1.3", "--save", "x").err
    begin(tmp_path / "new")
    assert run("--review", str(tmp_path / "new"), "what-if", "--list").code == 0
    ran = run("--review", str(tmp_path / "new"), "what-if", "--settle", "met", "--save", "all-in")
    assert (ran.code, "enter:" in ran.out) == (0, True)
    assert run("--review", str(tmp_path / "new"), "check").code == 0


def test_claims_of_a_large_review_are_not_recounted(
    review: evigraph.Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its studies are, and it says so."""
    plain = what_if(review, Scenario(("1.3",)))
    monkeypatch.setattr(evigraph.Review, "is_large", True)
    found = what_if(review, Scenario(("1.3",)))
    assert (found.enter, found.claims, found.recounted) == (plain.enter, (), False)
