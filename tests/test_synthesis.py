"""Synthesis: directions are counted as the facts say, and the sign test is that of a statistics library."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import rdflib
from scipy.stats import binomtest

import evigraph
from evigraph.answers import Answer
from evigraph.beginning import begin
from evigraph.errors import InputError
from evigraph.resting import MARK
from evigraph.synthesis import synthesize
from evigraph.synthesis.directions import QUESTION, together
from evigraph.synthesis.signs import SignTest
from evigraph.synthesis.wording import CANNOT_SHOW
from tests import oracle
from tests.commands import once, run
from tests.records import own_review

#: What says nothing of the groups.
LEFT_OUT = ("change-in-all-arms", "one-time-rating", "predictor")
#: A finding more, in Turtle.
FINDING = """
<{iri}> evi:hasFinding <{iri}#finding-{number}> .
<{iri}#finding-{number}> a evi:Finding ; {arms}
    evi:onOutcome <{iri}#outcome-1> ; evi:hasComparison concept:{comparison} .
"""


# --- the counts, a second time ---------------------------------------------------------------------


def recounted(trust: str) -> dict[tuple[str, str, str], set[str]]:
    """The studies by outcome, kind of comparison and direction, from the rows of the facts alone."""
    found = defaultdict(set)
    for study, facts in oracle.facts_by_study(trust).items():
        told: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        kinds = oracle.values(facts, "arm_kind")
        about = {row["of"]: row for row in facts if row["property"].startswith("finding_")}
        for finding in oracle.findings(facts):
            own = set().union(*(kinds.get(arm, set()) for arm in about[finding.name]["arm"].split()))
            on_others = bool(own) and "mutual-help" not in own
            if finding.comparison in LEFT_OUT or on_others or "mutual-help" in finding.against:
                continue
            for outcome in finding.outcomes:
                told[outcome, finding.comparison][finding.name] = finding.direction
        for (outcome, comparison), directions in told.items():
            telling = [d for d in directions.values() if d != "not-reported"]
            agreed = {d for d in telling if telling.count(d) * 10 >= 7 * len(telling)}
            one = agreed.pop() if agreed else "mixed" if telling else "not-reported"
            found[outcome, comparison, one].add(study)
    return dict(found)


@pytest.mark.parametrize("trust", ["stated", "deduced"])
def test_counts_are_those_of_the_facts(review: evigraph.Review, trust: str) -> None:
    """Every study under every outcome, comparison and direction, and no other."""
    found = {
        (tally.outcome, tally.comparison, direction): set(count.studies)
        for tally in synthesize(review, trust=trust).tallies
        for direction, count in tally.counts.items()
        if count.studies
    }
    assert found == recounted(trust)
    assert found["depression", "more-vs-less-participation", "benefit"] == {"houston2002"}


def test_each_study_counts_once_in_a_group(review: evigraph.Review) -> None:
    """The counts of a group add up to its studies."""
    for tally in synthesize(review).tallies:
        studies = [effect.study for effect in tally.effects]
        assert len(studies) == len(set(studies)) == sum(len(c.studies) for c in tally.counts.values())


def test_every_finding_and_every_study_is_accounted_for(review: evigraph.Review) -> None:
    """What is not counted is said: findings by their number, studies by name."""
    found = synthesize(review)
    findings = {(r["key"], r["of"]) for r in oracle.rows("study_facts") if r["of"].startswith("finding-")}
    assert found.numbers.looked_at == len(findings)
    counted = {(e.study, name) for tally in found.tallies for e in tally.effects for name in e.findings}
    assert found.untold == len(findings - counted)
    assert set(found.silent) | {study for study, _ in counted} == set(review.studies)


def test_what_rests_on_deduced_directions_is_marked(review: evigraph.Review) -> None:
    """A count is marked when texts alone would give other studies, and says how many they give."""
    found, stated = synthesize(review), recounted("stated")
    marked = set()
    for tally in found.tallies:
        for direction, count in tally.counts.items():
            alone = stated.get((tally.outcome, tally.comparison, direction), set())
            assert set(count.stated) == alone
            assert count.is_deduced == (set(count.studies) != alone)
            assert str(count) == (
                f"{len(count.studies)}{MARK} ({len(alone)})" if count.is_deduced else str(len(alone))
            )
            marked |= set(count.studies) - alone
        assert tally.stated_test.n == len(tally.counts["benefit"].stated) + len(tally.counts["harm"].stated)
    deduced = {
        row["key"]
        for row in oracle.rows("study_facts")
        if row["property"] == "finding_direction" and row["basis"] == "deduced"
    }
    assert marked
    assert marked <= deduced
    assert MARK not in synthesize(review, trust="stated").to_csv()


# --- the sign test ---------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 5, 6, 7, 12, 40, 200])
def test_sign_test_is_that_of_scipy(n: int) -> None:
    """P-value and interval for every split of n studies."""
    for benefit in range(0, n + 1, max(1, n // 40)):
        ours, theirs = SignTest(benefit, n - benefit), binomtest(benefit, n, 0.5)
        interval = theirs.proportion_ci(0.95, method="exact")
        assert ours.p == pytest.approx(theirs.pvalue, abs=1e-12)
        assert ours.interval == pytest.approx((interval.low, interval.high), abs=1e-9)
        assert ours.share == benefit / n


def test_no_study_either_way_is_no_test() -> None:
    """No p-value, no share and no interval, rather than a zero."""
    test = SignTest(0, 0)
    assert (test.n, test.p, test.share, test.interval, test.can_tell) == (0, None, None, None, False)


@pytest.mark.parametrize("n", range(1, 9))
def test_few_studies_cannot_reach_the_level(n: int) -> None:
    """Below six studies even full agreement has a p-value above 0.05."""
    assert SignTest(n, 0).can_tell == (binomtest(n, n, 0.5).pvalue < 0.05) == (n >= 6)


@pytest.mark.parametrize(
    ("directions", "one"),
    [
        (["benefit"] * 7 + ["no-difference"] * 3, "benefit"),
        (["benefit"] * 69 + ["no-difference"] * 31, "mixed"),
        (["harm", "not-reported"], "harm"),
        (["not-recorded", "not-reported"], "not-reported"),
        (["equivalent", "no-difference"], "mixed"),
        (["worse"], "worse"),  # of a review with words of its own
    ],
)
def test_findings_are_told_as_one_from_seventy_per_cent(directions: list[str], one: str) -> None:
    """The rule of Boon and Thomson, on both sides of its border."""
    assert together(directions) == one


# --- what is said ----------------------------------------------------------------------------------


def test_the_shipped_review_has_no_numbers(review: evigraph.Review) -> None:
    """It is said of how many findings, and nothing is pooled."""
    found = synthesize(review)
    findings = len(
        {(r["key"], r["of"]) for r in oracle.rows("study_facts") if r["of"].startswith("finding-")}
    )
    assert f"No numbers are recorded: of {findings} findings none carries" in found.about_numbers
    assert (found.pools, found.unused, found.numbers.carrying) == ((), (), 0)


def test_the_command_has_its_formats() -> None:
    """The same counts in CSV and JSON; table and Markdown say what counting cannot show."""
    document = json.loads(once("synthesize", "--format", "json").out)
    header, *rows = csv.reader(io.StringIO(once("synthesize", "--format", "csv").out))
    assert len(rows) == len(document["groups"])
    for group, cells in zip(document["groups"], rows, strict=True):
        row = dict(zip(header, cells, strict=True))
        for direction in ("benefit", "harm"):
            count = group["counts"][direction]
            assert row[direction].split()[0].rstrip(MARK) == str(count["number"])
            assert (MARK in row[direction]) == count["rests_on_deduced"]
        assert row["studies"].split() == [study["study"] for study in group["studies"]]
        assert (row["p"].startswith("no test")) == (group["sign_test"]["p"] is None)
    assert [item["number"] for item in document["method"]] == list(range(1, 10))
    text, page = once("synthesize"), once("synthesize", "--format", "md").out
    assert text.code == 0
    for line in (*CANNOT_SHOW, "no test: no study points either way", "BMJ 368:l6890", MARK):
        assert line in text.out
        assert line in page
    assert "roberts1999 | benefit† |" in page


def test_groups_name_samples_and_designs(review: evigraph.Review) -> None:
    """What is recorded of each study stands beside its direction; what is not is not 0."""
    rows = [
        dict(zip(synthesize(review).study_table()[0], row, strict=True))
        for row in synthesize(review).study_table()[1]
    ]
    by_study = {row["study"]: row for row in rows}
    assert by_study["bright1999"]["sample"] == "98"
    assert "randomized-trial" in by_study["bright1999"]["design"]
    assert by_study["marmar1988"]["sample"] == "not recorded"


def test_it_works_on_a_review_just_begun(tmp_path: Path) -> None:
    """With the example study, and with none."""
    begin(tmp_path / "own")
    begin(tmp_path / "bare", bare=True)
    (tally,) = synthesize(evigraph.open(tmp_path / "own")).tallies
    assert (tally.outcome, tally.comparison, tally.test.benefit) == ("sleep-quality", "between-arms", 1)
    assert synthesize(evigraph.open(tmp_path / "bare")).tallies == ()
    for name in ("own", "bare"):
        for format in ("table", "json", "csv", "md"):
            ran = run("--review", str(tmp_path / name), "synthesize", "--format", format)
            assert ran.code == 0, ran.err
    assert "no study tells of an effect" in run("--review", str(tmp_path / "bare"), "synthesize").out


def test_a_review_without_the_question_says_what_to_do(tmp_path: Path) -> None:
    """It may have been begun with an earlier version."""
    review = own_review(tmp_path)
    (review.folder.path / f"queries/report/{QUESTION}.rq").unlink()
    with pytest.raises(InputError, match=r"has no effect-directions\.rq.*copy it from a review"):
        synthesize(evigraph.open(review.folder.path))


@pytest.mark.filterwarnings("ignore:Dataset\\.:DeprecationWarning")
def test_the_question_of_a_new_review_has_one_answer(tmp_path: Path) -> None:
    """Oxigraph and rdflib agree on the rows, also of findings that do not count."""
    begin(tmp_path / "own")
    path = tmp_path / "own"
    space = evigraph.open(path).folder.prefixes["concept"]
    file = path / "graph/studies/example-one.ttl"
    text = file.read_text(encoding="utf-8")
    iri = evigraph.open(path).iri.value + "/study/example-one"
    extra = [
        ("2", "between-arms", "evi:onArm <{iri}#arm-2> ; evi:comparedWith <{iri}#arm-1> ;"),
        ("3", "between-arms", "evi:onArm <{iri}#arm-2> ;"),
        ("4", "change-over-time", ""),
        ("5", "predictor", "evi:onArm <{iri}#arm-1> ;"),
    ]
    for number, comparison, arms in extra:
        text += FINDING.format(iri=iri, number=number, arms=arms.format(iri=iri), comparison=comparison)
    file.write_text(text, encoding="utf-8")
    review = evigraph.open(path)
    answer = review.ask(QUESTION)
    assert isinstance(answer, Answer)
    data = rdflib.Dataset(default_union=True)
    for quad in (*review.folder.graph, *review.folder.ontology):
        line = f"{quad.subject} {quad.predicate} {quad.object} ."
        assert hasattr(quad.graph_name, "value")
        data.graph(rdflib.URIRef(quad.graph_name.value)).parse(data=line, format="nt")
    query = (path / "queries/report/effect-directions.rq").read_text(encoding="utf-8")
    theirs: list[Any] = list(data.query(query))
    ours = [[row[name] for name in answer.variables] for row in answer.to_python()]
    assert [[None if cell is None else str(cell) for cell in row] for row in ours] == [
        [None if cell is None else str(cell) for cell in row] for row in theirs
    ]
    findings = {str(row[1]).rpartition("#")[2] for row in ours if row[1]}
    assert findings == {"finding-1", "finding-4"}
    assert space in str(ours)
