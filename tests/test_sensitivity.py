"""Sensitivity: each row is the scenario that it names, and what is called firm survives all of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import evigraph
from evigraph.beginning import begin
from evigraph.evidence.scenario import what_if
from evigraph.evidence.sensitivity import HOLDS, sensitivity
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
        recounts = review.claims(screening=alone.after)
        assert row.claims == {r.claim.id: r.status for r in recounts if r.status != "not derivable"}


def test_firm_claims_survive_everything(review: evigraph.Review) -> None:
    """And none that fails once is among them; what hangs on one change fails there alone."""
    found = sensitivity(review)
    for id in found.rows[0].claims:
        failing = [row.change for row in found.rows if row.claims[id] not in HOLDS]
        assert (id in found.firm) == (not failing)
        assert (id in found.hanging) == (len(failing) == 1 and failing != ["as it is"])
    assert "C01" not in found.firm


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
    assert once("sensitivity", "--format", "md").out.startswith("| change |")
    begin(tmp_path / "bare", bare=True)
    ran = run("--review", str(tmp_path / "bare"), "sensitivity")
    assert (ran.code, "as it is" in ran.out) == (0, True)
