"""Gaps: what one fact would settle is counted as the verdicts say, and cells as the question says."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

import evigraph
from evigraph.beginning import begin
from evigraph.evidence.cells import empty_cells, filled_cells
from evigraph.evidence.gaps import gaps
from evigraph.extraction.exchange import take_sheets
from evigraph.verdicts import Outcome
from tests.commands import once, run
from tests.records import own_review, written


def test_rules_and_studies_are_those_of_the_question(review: evigraph.Review) -> None:
    """The counts of unknown-facts, which asks the graph."""
    answer = json.loads(once("ask", "unknown-facts", "--format", "json").out)
    asked = {
        row["property"]["value"].rpartition("#")[2]: (
            int(row["verdicts"]["value"]),
            int(row["studies"]["value"]),
        )
        for row in answer["results"]["bindings"]
    }
    found = gaps(review)
    assert {gap.property: (gap.rules, len(gap.studies)) for gap in found.gaps} == asked
    assert [gap.rules for gap in found.gaps] == sorted((gap.rules for gap in found.gaps), reverse=True)


@pytest.mark.parametrize("trust", ["stated", "deduced"])
def test_a_fact_settles_a_study_when_nothing_else_is_unknown(review: evigraph.Review, trust: str) -> None:
    """Counted again from the verdicts, by trying both answers for every rule that asks for the fact."""
    found = gaps(review, trust=trust)
    screening = review.screen(trust=trust)
    of_set = {rule.id: rule.set_id for rule in review.criteria.rules}
    for gap in found.gaps:
        whole = sets = 0
        for study in screening:
            ends: list[dict[str, Outcome]] = []
            for answer in (Outcome.MET, Outcome.NOT_MET):
                outcomes = {
                    r.id: answer if r.missing == gap.property and r.outcome == "cannot tell" else r.outcome
                    for r in study.rules
                }
                each = {}
                for s in study.sets:
                    each[s.id] = Outcome.of_all([o for id, o in outcomes.items() if of_set[id] == s.id])
                ends.append(each | {"": Outcome.of_all(list(each.values()))})
            before = {s.id: s.outcome for s in study.sets} | {"": study.outcome}
            settled = [
                id
                for id, outcome in before.items()
                if outcome == "cannot tell" and all(end[id] != "cannot tell" for end in ends)
            ]
            sets += sum(id != "" for id in settled)
            whole += "" in settled
        assert (gap.sets, gap.whole) == (sets, whole)


def test_numbers_that_rest_on_deduced_statements_are_marked(review: evigraph.Review) -> None:
    """Those that are others when stated statements alone count."""
    by_stated = {gap.property: gap for gap in gaps(review, trust="stated").gaps}
    for gap in gaps(review).gaps:
        other = by_stated[gap.property]
        assert gap.stated is not None
        assert gap.to_dict()["stated"] == {"rules": other.rules, "sets": other.sets, "studies": other.whole}
        for number, number_then, rests in zip(gap.numbers(), other.numbers(), gap.rests, strict=True):
            assert rests or number == number_then
    assert not any(any(gap.rests) for gap in by_stated.values())


def test_errands_say_where_to_look(review: evigraph.Review) -> None:
    """One for each study that cannot be told, with identifiers and bases as they are recorded."""
    found = gaps(review)
    unknown = {study.study for study in review.screen() if study.outcome == "cannot tell"}
    assert {errand.study for errand in found.errands} == unknown
    for errand in found.errands:
        assert errand.properties
        assert set(errand.bases) <= {"title", "abstract", "other-text", "deduced", "review"}
        assert errand.bases


def test_empty_cells_are_those_of_the_question(review: evigraph.Review) -> None:
    """The same rows as empty-cells, and none of them is filled."""
    quads = review.statements()
    rows = csv.reader(io.StringIO(once("ask", "empty-cells", "--format", "csv").out))
    asked = [tuple(cell.rpartition("/")[2].rpartition(":")[2] for cell in row) for row in list(rows)[1:]]
    assert empty_cells(quads) == sorted(asked)
    assert not set(empty_cells(quads)) & set(filled_cells(quads))


def test_what_becomes_known_is_no_gap_any_more(tmp_path: Path) -> None:
    """The fact that settles most, written into a sheet, leaves the list for that study."""
    made = own_review(tmp_path)
    first = gaps(made).gaps[0]
    assert first.property == "ledBy"
    key = first.studies[0]
    row = f"{key},study,led_by,members,fulltext,The article\n"
    sheet = written(tmp_path, "s.csv", "key,of,property,value,basis,source\n" + row)
    take_sheets(made, [sheet], "Ann")
    again = gaps(evigraph.open(made.folder.path)).gaps
    assert key not in {study for gap in again if gap.property == "ledBy" for study in gap.studies}


def test_the_command_has_its_formats_everywhere(tmp_path: Path) -> None:
    """On the shipped review, and on one that was just begun."""
    document = json.loads(once("gaps", "--format", "json").out)
    assert set(document["gaps"][0]) == {"property", "settles", "studies", "deduced", "stated"}
    assert "by stated ones alone: ledBy" in once("gaps").out
    assert "†" not in once("gaps", "--trust", "stated").out
    assert "†" not in once("gaps", "--format", "csv").out
    assert set(document["gaps"][0]["settles"]) == {"rules", "sets", "studies"}
    assert once("gaps", "--format", "md").out.count("\n| --- |") == 2
    assert "look for" in once("gaps").out
    cells = json.loads(once("gaps", "--map", "--format", "json").out)
    assert once("gaps", "--map").out.splitlines()[-1] == f"{len(cells)} empty cells"
    begin(tmp_path / "own")
    begin(tmp_path / "bare", bare=True)
    assert "hasDesign" in run("--review", str(tmp_path / "own"), "gaps").out
    empty = run("--review", str(tmp_path / "bare"), "gaps")
    assert (empty.code, "nothing is missing" in empty.err) == (0, True)
    assert run("--review", str(tmp_path / "bare"), "gaps", "--map").out.endswith("0 empty cells\n")
