"""Sensitivity: each row is the scenario that it names, and what is called firm survives all of them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import evigraph
from evigraph.beginning import begin
from evigraph.evidence.scenario import Scenarios, what_if
from evigraph.evidence.sensitivity import HOLDS, Sensitivity, sensitivity
from evigraph.trust import Trust
from evigraph.verdicts import Outcome, Screening
from tests.commands import once, run


def test_each_row_is_its_scenario(review: evigraph.Review) -> None:
    """Studies and claims are those of what-if; every tested rule and every trust has its row."""
    found = sensitivity(review)
    assert found.rows[0].change == "as it is"
    dropped = {row.scenario.drop for row in found.rows}
    assert dropped == {(), *((rule.id,) for rule in review.criteria.rules)}
    assert {row.scenario.trust.value for row in found.rows} == {"stated", "deduced", "inferred"}
    assert {"only with a follow-up", "only followed for a year or more"} <= {row.change for row in found.rows}
    assert "only randomized-trial" in {row.change for row in found.rows}
    for row in found.rows:
        alone = what_if(review, row.scenario)
        counts = alone.after.counts
        assert (row.at_least, row.at_most) == (counts["met"], counts["met"] + counts["cannot tell"])
        under = Scenarios(review).under(row.scenario)
        recounts = review.claims(screening=under.screening, standing=under.standing)
        assert row.claims == {r.claim.id: r.status for r in recounts if r.status != "not derivable"}
        by_stated = what_if(review, replace(row.scenario, trust=Trust.STATED)).after
        counts = by_stated.counts
        assert row.stated == (counts["met"], counts["met"] + counts["cannot tell"])
        for rests, outcome in zip(row.rests, (Outcome.MET, Outcome.NOT_MET), strict=True):
            assert rests == (having(under.screening, outcome) != having(by_stated, outcome))


def having(screening: Screening, outcome: Outcome) -> set[str]:
    """The studies of an outcome."""
    return {study.study for study in screening if study.outcome is outcome}


def test_firm_claims_survive_everything(review: evigraph.Review) -> None:
    """And none that fails once is among them; a restriction to few studies fails claims on many."""
    found = sensitivity(review)
    for id in found.rows[0].claims:
        failing = [row.change for row in found.rows if row.claims[id] not in HOLDS]
        assert (id in found.firm) == (not failing)
        assert found.failing.get(id, []) == failing
    assert "C08" in found.failing
    assert "only randomized-trial" in found.failing["C08"]


def test_a_claim_hangs_on_the_one_rule_without_which_it_fails(review: evigraph.Review) -> None:
    """Not on a trust or a restriction, and not where two rules do it."""
    plain = sensitivity(review)
    assert plain.hanging == {}
    spoilt: dict[tuple[str, ...], set[str]] = {("1.3",): {"C01"}, ("2",): {"C03"}, ("3",): {"C03"}}
    rows = [
        replace(row, claims=row.claims | dict.fromkeys(spoilt.get(row.scenario.drop, ()), "mismatch"))
        for row in plain.rows
    ]
    assert Sensitivity(tuple(rows)).hanging == {"C01": "1.3"}


def test_the_command_prints_the_same_in_each_format(tmp_path: Path) -> None:
    """Table, CSV, Markdown and JSON; also where there is neither study nor claim."""
    document = json.loads(once("sensitivity", "--format", "json").out)
    rows = list(csv.DictReader(io.StringIO(once("sensitivity", "--format", "csv").out)))
    assert [row["change"] for row in rows] == [row["change"] for row in document["rows"]]
    for row, one in zip(rows, document["rows"], strict=True):
        assert (int(row["at least"]), int(row["at most"])) == (one["at_least"], one["at_most"])
        assert all(row[id] == status for id, status in one["claims"].items())
    table = once("sensitivity")
    assert table.code == 0
    assert f"hold whatever is changed: {', '.join(document['firm'])}" in table.out
    assert "hang on one rule: none" in table.out
    assert "trust stated 1 to 15" not in table.out
    assert "† rests on deduced statements; by stated ones alone: as it is 1 to 15" in table.out
    assert {row["deduced"] for row in rows} == {"yes", "no"}
    assert once("sensitivity", "--format", "md").out.startswith("| change |")
    begin(tmp_path / "bare", bare=True)
    ran = run("--review", str(tmp_path / "bare"), "sensitivity")
    assert (ran.code, "as it is" in ran.out) == (0, True)
