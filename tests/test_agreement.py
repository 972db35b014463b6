"""Agreement: published examples, what is undefined, and another implementation."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import krippendorff
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evigraph
from evigraph.decisions.agreement import agreement
from evigraph.decisions.measures import Estimate, Unit, ac1, alpha, estimates, kappa, percent
from evigraph.decisions.recording import Act, record_decisions
from evigraph.errors import InputError, UnknownNameError
from evigraph.records.importing import add_records
from tests.commands import once, run
from tests.records import RIS, own_review, written

#: Two raters, 50 applications: J. Cohen's kappa is 0.4.
FIFTY: dict[Unit, int] = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
#: Emphysema in 125 patients, after K. L. Gwet: kappa is low where the answers are skewed, AC1 is not.
EMPHYSEMA: dict[Unit, int] = {("absent", "absent"): 118, ("absent", "present"): 5, ("present", "absent"): 2}


def observed() -> Counter[tuple[str, ...]]:
    """K. Krippendorff, 2011: four observers, twelve units, some answers missing; alpha is 0.743."""
    rows = [
        ["1", "2", "3", "3", "2", "1", "4", "1", "2", ".", ".", "."],
        ["1", "2", "3", "3", "2", "2", "4", "1", "2", "5", ".", "3"],
        [".", "3", "3", "3", "2", "3", "4", "2", "2", "5", "1", "."],
        ["1", "2", "3", "3", "2", "4", "4", "1", "2", "5", "1", "."],
    ]
    units = zip(*rows, strict=True)
    return Counter(tuple(answer for answer in unit if answer != ".") for unit in units)


def test_published_examples_come_out() -> None:
    """To the digits that are printed."""
    assert percent(FIFTY) == 0.7
    assert kappa(FIFTY) == pytest.approx(0.4)
    assert kappa(EMPHYSEMA) == pytest.approx(-0.0234, abs=5e-5)
    assert ac1(EMPHYSEMA) == pytest.approx(0.9408, abs=5e-5)
    assert alpha(observed()) == pytest.approx(0.743, abs=5e-4)


def test_what_has_no_value_is_undefined() -> None:
    """Neither 0 nor 1 nor a number that is none, when all answers are one answer or there are none."""
    alike: dict[Unit, int] = {("include", "include"): 7}
    for units in ({}, alike):
        assert (kappa(units), ac1(units), alpha(units)) == (None, None, None)
    assert percent({}) is None
    assert percent(alike) == 1
    assert estimates(alike)["kappa"] == Estimate(None)


def test_rare_answers_leave_the_interval_out() -> None:
    """Where too many resamples have no value, an interval of the others would mislead."""
    found = estimates({("include", "include"): 40, ("exclude", "exclude"): 1})
    assert found["kappa"] == Estimate(1.0)
    assert (found["percent"].low, found["percent"].high) == (1, 1)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(st.sampled_from(["a", "b", "c", None]), min_size=3, max_size=3), min_size=2, max_size=30
    )
)
def test_alpha_is_that_of_another_implementation(rows: list[list[str | None]]) -> None:
    """On whatever data, with answers missing."""
    codes = {"a": 1.0, "b": 2.0, "c": 3.0, None: float("nan")}
    ours = alpha(Counter(tuple(answer for answer in row if answer is not None) for row in rows))
    paired = [row for row in rows if sum(answer is not None for answer in row) > 1]
    if len({answer for row in paired for answer in row if answer is not None}) < 2:
        assert ours is None
        return
    table = [[codes[row[rater]] for row in rows] for rater in range(3)]
    theirs = krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")
    assert ours == pytest.approx(theirs)


def test_the_interval_covers_and_does_not_change() -> None:
    """Two runs are equal; the interval holds the value; of more data it is narrower."""
    small, large = estimates(FIFTY), estimates({unit: 20 * n for unit, n in FIFTY.items()})
    assert small == estimates(FIFTY)
    for name in ("percent", "kappa", "ac1", "alpha"):
        one, other = small[name], large[name]
        assert one.low is not None
        assert one.high is not None
        assert one.value is not None
        assert other.low is not None
        assert other.high is not None
        assert one.low < one.value < one.high
        assert other.high - other.low < 0.4 * (one.high - one.low)


def test_the_interval_of_percent_is_that_of_the_binomial() -> None:
    """For 70 of 100 the exact percentiles of the binomial are 0.61 and 0.79."""
    found = estimates({("a", "a"): 70, ("a", "b"): 30})["percent"]
    assert found.low == pytest.approx(0.61, abs=0.011)
    assert found.high == pytest.approx(0.79, abs=0.011)


@pytest.fixture
def review(tmp_path: Path) -> evigraph.Review:
    """A review in which two people judged two records, a third one, and one studies."""
    made = own_review(tmp_path)
    add_records(made, [written(tmp_path, "a.ris", RIS)])
    record_decisions(
        made,
        [
            Act("smith2010", "include", "Ann"),
            Act("jones2011", "exclude", "Ann"),
            Act("smith2010", "exclude", "Bob"),
            Act("jones2011", "exclude", "Bob"),
            Act("jones2011", "unsure", "Cy"),
        ],
    )
    record_decisions(made, [Act("smith2010", "include", "Dee")], settle=True)
    return evigraph.open(made.folder.path)


def test_people_are_compared_over_what_both_judged(review: evigraph.Review) -> None:
    """The size of the overlap is said; settlements change nothing; all are compared by alpha."""
    found = {one.between: one for one in agreement(review, stage="title-abstract")}
    assert set(found) == {("Ann", "Bob"), ("Ann", "Cy"), ("Bob", "Cy"), ("all",)}
    pair = found["Ann", "Bob"]
    assert (pair.overlap, pair.judged, pair.measures["percent"].value) == (2, (2, 2), 0.5)
    assert pair.answers == {("include", "exclude"): 1, ("exclude", "exclude"): 1}
    assert (found["Ann", "Cy"].overlap, found["Ann", "Cy"].judged) == (1, (2, 1))
    assert set(found["all",].measures) == {"percent", "alpha"}
    assert found["all",].overlap == 2
    (one,) = agreement(review, stage="title-abstract", between=("Cy", "Ann"))
    assert one.between == ("Ann", "Cy")
    with pytest.raises(UnknownNameError, match="did you mean Ann"):
        agreement(review, between=("Anne", "Bob"))


def test_people_are_compared_with_the_machine() -> None:
    """The decisions of the shipped review against the verdicts: the same as screening counts."""
    (row,) = json.loads(once("agreement", "--with", "machine", "--format", "json").out)
    screened = json.loads(once("screen", "--format", "json").out)["studies"]
    word = {"met": "include", "not met": "exclude", "cannot tell": "unsure"}
    alike = sum(word[study["outcome"]] == study["decision"] for study in screened)
    assert row["between"][1] == "machine"
    assert row["overlap"] == len(screened) == 20
    assert row["measures"]["percent"]["value"] == pytest.approx(alike / 20)
    with pytest.raises(InputError, match="leave out --stage"):
        agreement(evigraph.open(), machine=True, stage="title-abstract")


def test_the_command_prints_the_same_in_each_format(review: evigraph.Review) -> None:
    """Undefined is a word in the table, empty in CSV and null in JSON."""
    at = ("--review", str(review.folder.path), "agreement", "--between", "Ann", "Cy")
    table = run(*at)
    assert table.code == 0
    assert "Cohen's kappa" in table.out
    rows = json.loads(run(*at, "--format", "json").out)
    assert rows[0]["overlap"] == 1
    header, line = run(*at, "--format", "csv").out.splitlines()
    cells = dict(zip(header.split(","), line.split(","), strict=True))
    assert (cells["between"], cells["overlap"], cells["judged"]) == ("Ann;Cy", "1", "2;1")
    assert (rows[0]["measures"]["ac1"]["value"], cells["kappa"]) == (-1, "0.000000")
    alone = run("agreement")
    assert (alone.code, "nobody decided" in alone.err) == (0, True)


def test_ten_thousand_units_are_resampled() -> None:
    """Counting the kinds of units keeps the work apart from their number, as far as drawing allows."""
    draw = random.Random(1)
    units = Counter[Unit](
        (draw.choice(["include", "exclude"]), draw.choice(["include", "exclude"])) for _ in range(10_000)
    )
    found = estimates(units, resamples=50)
    assert found["kappa"].value == pytest.approx(0, abs=0.05)
