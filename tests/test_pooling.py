"""Pooling: what findings say in numbers is pooled as it is by hand, and drawn; what cannot be is named."""

from __future__ import annotations

import json
import math
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from scipy import stats

import evigraph
from evigraph.drawing.forest import draw_forest
from evigraph.errors import EnvironmentFaultError, InputError
from evigraph.extraction.exchange import sheet, take_sheets
from evigraph.extraction.files import FORMATS
from evigraph.resting import MARK
from evigraph.synthesis import Synthesis, synthesize
from evigraph.synthesis.numbers import REPORTED, Datum, Numbered
from evigraph.synthesis.pooling import UNTOLD, pool_findings
from evigraph.synthesis.pools import Pool
from evigraph.trust import Trust
from tests.commands import run
from tests.numbered_review import (
    COUNTS,
    MEANS,
    counts,
    iri_of,
    means,
    with_counts,
    with_means,
    write_study,
)
from tests.records import begun, written

SVG = "{http://www.w3.org/2000/svg}"
#: A finding more of the same study, on the same outcome.
SECOND = """
<{study}> evi:hasFinding <{study}#finding-2> .

<{study}#finding-2> a evi:Finding ;
    evi:onOutcome <{study}#outcome-1> ;
    evi:onArm <{study}#arm-1> ;
    evi:hasComparison concept:between-arms ;
    evi:effectMeasure "SMD" ;
    evi:effectEstimate 0.5 ;
    evi:standardError 0.1 .
"""
#: What somebody deduced of a finding.
DEDUCED = """
@prefix basis: <https://w3id.org/evigraph/basis/> .
@prefix evi: <https://w3id.org/evigraph/ontology#> .

GRAPH basis:deduced { <{iri}/study/three2003#finding-1>
    evi:effectMeasure "SMD" ; evi:effectEstimate 0.6 ; evi:standardError 0.1 . }
"""
#: A study of which nothing is known, and a text on it.
BLANK = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix evi: <https://w3id.org/evigraph/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

<{iri}/source/the-article> a evi:Source ; rdfs:label "The article" .

<{iri}/study/smith2020> a evi:Study ; dcterms:identifier "smith2020" .
"""
#: An effect of an invented study as its source gives it.
GIVEN = 'evi:effectMeasure "{}" ; evi:effectEstimate {} ; evi:effectLow {} ; evi:effectHigh {} ;'


# --- by hand ---------------------------------------------------------------------------------------


def hedges(arm: tuple[str, str, int], other: tuple[str, str, int]) -> tuple[float, float]:
    """Hedges' g and its variance."""
    (m1, s1, n1), (m2, s2, n2) = ((float(m), float(s), n) for m, s, n in (arm, other))
    within = math.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2 - 2))
    g = (1 - 3 / (4 * (n1 + n2) - 9)) * (m1 - m2) / within
    return g, (n1 + n2) / (n1 * n2) + g**2 / (2 * (n1 + n2 - 3.94))


def log_odds_ratio(arm: tuple[int, int], other: tuple[int, int]) -> tuple[float, float]:
    """The logarithm of an odds ratio and its variance, with a half in each cell where one is 0."""
    cells = [arm[0], arm[1] - arm[0], other[0], other[1] - other[0]]
    a, b, c, d = (cell + (0.5 if 0 in cells else 0) for cell in cells)
    return math.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d


def generalized_q(effects: list[tuple[float, float]], tau2: float) -> float:
    """Q with weights for this variance between studies."""
    weights = [1 / (v + tau2) for _, v in effects]
    mean = sum(w * y for w, (y, _) in zip(weights, effects, strict=True)) / sum(weights)
    return sum(w * (y - mean) ** 2 for w, (y, _) in zip(weights, effects, strict=True))


def by_hand(effects: list[tuple[float, float]]) -> dict[str, float]:
    """Paule and Mandel's variance by halving, and what follows from it."""
    k = len(effects)
    low, high = 0.0, 100.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if generalized_q(effects, middle) > k - 1 else (low, middle)
    tau2 = low
    weights = [1 / (v + tau2) for _, v in effects]
    mean = sum(w * y for w, (y, _) in zip(weights, effects, strict=True)) / sum(weights)
    error = 1 / math.sqrt(sum(weights))
    q = generalized_q(effects, 0)
    reach = float(stats.t.ppf(0.975, k - 1)) * error
    return {
        "effect": mean,
        "low": mean - reach,
        "high": mean + reach,
        "tau2": tau2,
        "q": q,
        "i2": max(0.0, (q - (k - 1)) / q),
        "beyond": float(stats.t.ppf(0.975, max(1, k - 2))) * math.sqrt(tau2 + error**2),
    }


def holds(pool: Pool, effects: list[tuple[float, float]]) -> None:
    """A pool is as by hand."""
    expected, pooled = by_hand(effects), pool.pooled
    assert pooled is not None
    assert [one.effect for one in pool.estimates] == pytest.approx([y for y, _ in effects])
    assert [one.variance for one in pool.estimates] == pytest.approx([v for _, v in effects])
    assert pooled.effect == pytest.approx(expected["effect"], abs=1e-5)
    assert pooled.interval == pytest.approx((expected["low"], expected["high"]), rel=1e-4)
    assert (pooled.tau2, pooled.q, pooled.i2) == pytest.approx(
        (expected["tau2"], expected["q"], expected["i2"]), rel=1e-4
    )
    weights = [1 / (v + expected["tau2"]) for _, v in effects]
    assert [one.weight for one in pool.estimates] == pytest.approx(
        [w / sum(weights) for w in weights], abs=1e-5
    )
    if len(effects) < 3:
        assert pooled.prediction is None
    else:
        ends = expected["effect"] - expected["beyond"], expected["effect"] + expected["beyond"]
        assert pooled.prediction == pytest.approx(ends, rel=1e-4)


def only_pool(review: evigraph.Review) -> Pool:
    """The one pool of a review, all of whose numbers are used."""
    found = synthesize(review)
    assert found.unused == ()
    (pool,) = found.pools
    return pool


def test_means_are_pooled_as_by_hand(tmp_path: Path) -> None:
    """Hedges' g of six studies."""
    review = with_means(tmp_path)
    assert review.check().conforms
    pool = only_pool(review)
    holds(pool, [hedges(*arms) for arms in MEANS.values()])
    assert (pool.id, pool.better, pool.notes) == ("sleep-quality/between-arms/SMD", "higher", ())


def test_counts_are_pooled_as_by_hand(tmp_path: Path) -> None:
    """Odds ratios, one of them with an empty cell; shown as ratios, pooled as logarithms."""
    review = with_counts(tmp_path)
    assert review.check().conforms
    pool = only_pool(review)
    holds(pool, [log_odds_ratio(*arms) for arms in COUNTS.values()])
    first = pool.to_dict()["studies"][0]
    (a, n1), (c, n2) = COUNTS["green2001"]
    assert first["effect"] == pytest.approx(a * (n2 - c) / ((n1 - a) * c))
    assert (pool.measure, pool.better) == ("OR", "lower")


def test_counts_are_a_risk_ratio_where_the_finding_says_so(tmp_path: Path) -> None:
    """The measure of the finding decides."""
    pool = only_pool(with_counts(tmp_path, 'evi:effectMeasure "RR" ;'))
    (a, n1), (c, n2) = COUNTS["irwin2005"]
    assert pool.measure == "RR"
    assert pool.to_dict()["studies"][2]["effect"] == pytest.approx((a / n1) / (c / n2))


def test_two_studies_are_pooled_as_dersimonian_and_laird_do(tmp_path: Path) -> None:
    """For two studies both estimators are the same, and theirs has a closed form."""
    path = begun(tmp_path / "own")
    write_study(path, "one2001", finding=GIVEN.format("MD", "4.0", "2.0", "6.0"))
    write_study(
        path, "two2002", finding='evi:effectMeasure "MD" ; evi:effectEstimate -1 ; evi:standardError 0.5 ;'
    )
    pool = only_pool(evigraph.open(path))
    effects = [(4.0, (2 / 1.959964) ** 2), (-1.0, 0.25)]
    holds(pool, effects)
    weights = [1 / v for _, v in effects]
    q = generalized_q(effects, 0)
    c = sum(weights) - sum(w**2 for w in weights) / sum(weights)
    assert pool.pooled is not None
    assert pool.pooled.tau2 == pytest.approx((q - 1) / c, rel=1e-4)


def test_reported_ratios_are_pooled_as_logarithms(tmp_path: Path) -> None:
    """Ends of the interval too; what is shown is the ratio that was reported."""
    path = begun(tmp_path / "own")
    write_study(path, "one2001", finding=GIVEN.format("OR", "0.5", "0.25", "1.0"))
    write_study(path, "two2002", finding=GIVEN.format("OR", "0.8", "0.4", "1.6"))
    pool = only_pool(evigraph.open(path))
    error = math.log(4) / (2 * 1.959964)
    holds(pool, [(math.log(0.5), error**2), (math.log(0.8), error**2)])
    assert pool.to_dict()["studies"][0]["interval_95"] == pytest.approx([0.25, 1.0])


def test_studies_that_agree_wholly_have_no_variance_between_them(tmp_path: Path) -> None:
    """Q is 0, by which nothing is divided."""
    path = begun(tmp_path / "own")
    for key in ("one2001", "two2002", "three2003"):
        write_study(path, key, finding=GIVEN.format("SMD", "0.4", "0.1", "0.7"))
    pooled = only_pool(evigraph.open(path)).pooled
    assert pooled is not None
    assert (pooled.tau2, pooled.i2) == (0, 0)
    assert pooled.effect == pytest.approx(0.4)


@pytest.mark.parametrize("seed", range(60))
def test_any_studies_are_pooled_as_by_hand(seed: int) -> None:
    """Invented effects, alike and unlike: where Q is above what chance gives the variance is never 0."""
    random = Random(seed)
    spread = random.choice((0.05, 0.5, 2.0))
    effects = [(random.gauss(0.3, spread), random.uniform(0.01, 0.5)) for _ in range(random.randint(2, 14))]
    usable = [
        Numbered(f"s{number:02}", "finding-1", "grief", "between-arms", Datum("SMD", REPORTED, effect), True)
        for number, effect in enumerate(effects)
    ]
    (pool,), unused = pool_findings(usable)
    assert unused == []
    holds(pool, effects)


# --- which way is better ---------------------------------------------------------------------------


def with_ways(folder: Path, measure: str, *ways: str) -> Synthesis:
    """Studies of which higher is better, not, or not recorded."""
    path = begun(folder / "own")
    for number, way in enumerate(ways, 1):
        outcome = f"evi:higherIsBetter {way} ;" if way else ""
        write_study(path, f"s{number}", finding=GIVEN.format(measure, "1.5", "1.1", "2.0"), outcome=outcome)
    return synthesize(evigraph.open(path))


@pytest.mark.parametrize(
    ("ways", "better"),
    [(("true", "true"), "higher"), (("false", "false"), "lower"), (("", ""), None), (("true", ""), None)],
)
def test_what_is_better_is_told_only_when_it_is_recorded(
    tmp_path: Path, ways: tuple[str, ...], better: str | None
) -> None:
    """It is pooled all the same, and said."""
    (pool,) = with_ways(tmp_path, "SMD", *ways).pools
    assert pool.pooled
    assert pool.better == better
    assert (UNTOLD in pool.notes) == (better is None)


@pytest.mark.parametrize("measure", ["SMD", "MD", "OR"])
def test_scales_that_point_the_other_way_are_turned(tmp_path: Path, measure: str) -> None:
    """Then higher is better in all, and it is said which were turned."""
    (pool,) = with_ways(tmp_path, measure, "true", "false").pools
    first, second = pool.estimates
    assert pool.pooled
    assert second.effect == pytest.approx(-first.effect)
    assert pool.pooled.effect == pytest.approx(0, abs=1e-9)
    assert pool.notes == ("turned, so that higher is better in all studies: s2",)


@pytest.mark.parametrize(
    ("measure", "ways", "why"),
    [("RR", ("true", "false"), "cannot be turned"), ("SMD", ("true", "false", ""), "not pooled")],
)
def test_what_cannot_be_turned_is_not_pooled(
    tmp_path: Path, measure: str, ways: tuple[str, ...], why: str
) -> None:
    """A risk ratio, and scales of which one is not known."""
    (pool,) = with_ways(tmp_path, measure, *ways).pools
    assert pool.pooled is None
    assert why in pool.notes[-1]


# --- what is not used ------------------------------------------------------------------------------

ARM = means("10", "2", 20)


@pytest.mark.parametrize(
    ("finding", "results", "why"),
    [
        ("evi:effectEstimate 0.4 ; evi:standardError 0.1 ;", (), "effectMeasure is missing"),
        ('evi:effectMeasure "HR" ; evi:effectEstimate 0.4 ;', (), "not one of SMD, MD, OR, RR"),
        ('evi:effectMeasure "SMD" , "MD" ; evi:effectEstimate 0.4 ;', (), "not one of SMD, MD, OR, RR"),
        ('evi:effectMeasure "SMD" ; evi:effectEstimate 0.4 ;', (), "neither an interval nor a standardError"),
        (GIVEN.format("SMD", "0.9", "0.1", "0.7"), (), "not within effectLow and effectHigh"),
        (GIVEN.format("OR", "0.4", "-0.1", "0.7"), (), "a ratio of -0.1 has no logarithm"),
        (GIVEN.format("SMD", "0.4 , 0.5", "0.1", "0.7"), (), "effectEstimate has 2 values: 0.4, 0.5"),
        (GIVEN.format("SMD", '"much"', "0.1", "0.7"), (), "effectEstimate is no number: 'much'"),
        ('evi:effectMeasure "SMD" ; evi:standardError 0.1 ;', (), "no effectEstimate"),
        ("", (ARM,), "has 0 results of arm-2"),
        ("", (ARM, "evi:resultMean 9 ; evi:resultSize 20"), "result-2 has no standardDeviation"),
        ("", (ARM, means("9", "2", 1)), "fewer than two people"),
        ("", (means("9", "0", 20), means("8", "0", 20)), "by which nothing can be divided"),
        ("", (counts(0, 20), counts(0, 20)), "nobody or everybody"),
        ("", (counts(20, 20), counts(30, 30)), "nobody or everybody"),
        ("", (counts(21, 20), counts(3, 30)), "more events than people"),
        ('evi:effectMeasure "SMD" ;', (counts(2, 20), counts(3, 30)), "counts, which give no SMD"),
        ('evi:effectMeasure "RR" ;', (ARM, ARM), "no eventCount in both arms"),
    ],
)
def test_numbers_that_cannot_be_used_are_named(
    tmp_path: Path, finding: str, results: tuple[str, ...], why: str
) -> None:
    """With the study, the finding and the reason; none is left out in silence."""
    path = begun(tmp_path / "own")
    write_study(path, "smith2020", finding=finding, results=results)
    found = synthesize(evigraph.open(path))
    (unused,) = found.unused
    assert (unused.study, unused.finding) == ("smith2020", "finding-1")
    assert why in unused.why
    assert (found.pools, found.numbers.carrying) == ((), 1)


def test_a_study_with_two_estimates_is_not_pooled_and_named(tmp_path: Path) -> None:
    """The others are pooled; which estimate counts is the reviewer's to say."""
    path = begun(tmp_path / "own")
    for key in ("one2001", "two2002"):
        write_study(path, key, finding=GIVEN.format("SMD", "0.4", "0.1", "0.7"))
    write_study(path, "three2003", finding=GIVEN.format("SMD", "0.4", "0.1", "0.7"), more=SECOND)
    found = synthesize(evigraph.open(path))
    (pool,) = found.pools
    assert [one.source.study for one in pool.estimates] == ["one2001", "two2002"]
    (unused,) = found.unused
    assert (unused.study, unused.finding) == ("three2003", "finding-1 and finding-2")
    assert "has 2 estimates" in unused.why


def test_one_study_is_shown_and_not_pooled(tmp_path: Path) -> None:
    """There is nothing to pool it with."""
    path = begun(tmp_path / "own")
    write_study(path, "one2001", finding=GIVEN.format("SMD", "0.4", "0.1", "0.7"))
    (pool,) = synthesize(evigraph.open(path)).pools
    assert (len(pool.estimates), pool.pooled) == (1, None)
    assert "nothing to pool" in pool.notes[-1]


def test_mean_differences_on_two_scales_are_not_pooled(tmp_path: Path) -> None:
    """A point on one scale is not a point on another; standardized ones are pooled."""
    path = begun(tmp_path / "own")
    for number, scale in enumerate(("ISI", "PSQI"), 1):
        for measure in ("MD", "SMD"):
            write_study(
                path,
                f"s{number}-{measure.lower()}",
                finding=GIVEN.format(measure, "0.4", "0.1", "0.7"),
                outcome=f"evi:measuredWith instrument:{scale.lower()} ;",
                more=f'\ninstrument:{scale.lower()} a evi:Instrument ; rdfs:label "{scale}" .\n',
            )
    differences, standardized = synthesize(evigraph.open(path)).pools
    assert (differences.measure, differences.pooled) == ("MD", None)
    assert differences.notes[-1] == "mean differences on 2 scales are not pooled: ISI, PSQI"
    assert standardized.pooled


def test_numbers_that_were_deduced_are_marked(tmp_path: Path) -> None:
    """In the table, the JSON and the figure; by what texts state alone they are not there."""
    path = begun(tmp_path / "own")
    for key in ("one2001", "two2002", "three2003"):
        write_study(path, key, finding="" if key == "three2003" else GIVEN.format("SMD", "0.4", "0.1", "0.7"))
    written(path / "graph/studies", "deduced.trig", DEDUCED.replace("{iri}", iri_of(path)))
    review = evigraph.open(path)
    pool = only_pool(review)
    assert [one.source.is_deduced for one in pool.estimates] == [False, True, False]
    assert pool.cells()[1:3] == [f"3{MARK}", pool.words(pool.pooled.effect, pool.pooled.interval) + MARK]  # type: ignore[union-attr]  # it was pooled
    assert f"three2003{MARK}" in draw_forest(pool, review.name, Trust.DEDUCED).svg
    assert len(only_pool_stated(review).estimates) == 2


def only_pool_stated(review: evigraph.Review) -> Pool:
    """The one pool by what texts state alone."""
    (pool,) = synthesize(review, trust="stated").pools
    assert not pool.is_deduced
    return pool


def test_without_the_library_directions_are_counted_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What to install is said; a forest plot cannot be drawn."""
    review = with_means(tmp_path)
    monkeypatch.setitem(sys.modules, "statsmodels.stats", None)
    found = synthesize(review)
    assert len(found.tallies) == 1
    assert "pip install 'evigraph[meta]'" in found.about_numbers
    with pytest.raises(EnvironmentFaultError, match="evigraph\\[meta\\]"):
        found.pool(None)


# --- the figure ------------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [with_means, with_counts], ids=["means", "counts"])
def test_the_forest_plot_shows_the_pool(tmp_path: Path, made: Callable[[Path], evigraph.Review]) -> None:
    """A square for each study, as large as its weight and where its effect is; the same in words."""
    review = made(tmp_path)
    pool = only_pool(review)
    figure = draw_forest(pool, review.name, Trust.DEDUCED)
    root = ET.fromstring(figure.svg)
    assert root.get("role") == "img"
    described = root.findtext(f"{SVG}desc") or ""
    assert all(one.source.study in described for one in pool.estimates)
    squares = [r for r in root.iter(f"{SVG}rect") if r.get("fill") != "#fff"]
    middles = [float(s.get("x", "")) + float(s.get("width", "")) / 2 for s in squares]
    effects = [one.effect for one in pool.estimates]
    assert len(squares) == len(effects)
    assert sorted(range(len(effects)), key=effects.__getitem__) == sorted(
        range(len(effects)), key=middles.__getitem__
    )
    areas = [float(s.get("width", "")) ** 2 for s in squares]
    weights = [one.weight for one in pool.estimates]
    for area, weight in zip(areas, weights, strict=True):
        assert area / max(areas) == pytest.approx(weight / max(weights), abs=0.02)
    # Places are linear in effects: two squares give the scale, and the line of no effect is where it says.
    a, b = effects.index(min(effects)), effects.index(max(effects))
    null = middles[a] - effects[a] * (middles[b] - middles[a]) / (effects[b] - effects[a])
    (dashed,) = [line for line in root.iter(f"{SVG}line") if line.get("stroke-dasharray")]
    assert float(dashed.get("x1", "")) == pytest.approx(null, abs=0.6)
    assert figure.svg == draw_forest(pool, review.name, Trust.DEDUCED).svg
    assert figure.html.count("<tr>") == len(pool.estimates) + 2


def test_an_interval_beyond_the_axis_has_an_arrow(tmp_path: Path) -> None:
    """Two studies that disagree: the interval of the mean is wider than any axis that shows the studies."""
    path = begun(tmp_path / "own")
    for key, effect in (("one2001", "0.1"), ("two2002", "0.9")):
        low, high = (f"{float(effect) + step:.2f}" for step in (-0.1, 0.1))
        write_study(path, key, finding=GIVEN.format("SMD", effect, low, high))
    pool = only_pool(evigraph.open(path))
    root = ET.fromstring(draw_forest(pool, "own", Trust.DEDUCED).svg)
    heads = [p for p in root.iter(f"{SVG}path") if re.fullmatch(r"M.*L.*L[^L]*Z", p.get("d", ""))]
    assert len([p for p in heads if p.get("d", "").count("L") == 2]) == 2


def test_the_command_draws_and_says_why_not(tmp_path: Path) -> None:
    """Three kinds of file; without numbers, with several pools, or with another ending it says what to do."""
    path = with_means(tmp_path).folder.path
    for ending, begins in (("svg", b"<svg"), ("png", b"\x89PNG"), ("html", b"<!doctype html>")):
        file = tmp_path / f"forest.{ending}"
        ran = run("--review", str(path), "synthesize", "--forest", str(file))
        assert ran.code == 0, ran.err
        assert file.read_bytes().startswith(begins)
        assert "sleep-quality/between-arms/SMD, 6 studies" in ran.err
    for key, arms in COUNTS.items():
        write_study(path, key, results=tuple(counts(*arm) for arm in arms))
    several = run("--review", str(path), "synthesize", "--forest", str(tmp_path / "a.svg"))
    assert (several.code, "name one with --pool" in several.err) == (2, True)
    name = "sleep-quality/between-arms/OR"
    chosen = run("--review", str(path), "synthesize", "--forest", str(tmp_path / "a.svg"), "--pool", name)
    assert chosen.code == 0
    for args, why in (
        (("--forest", "x.svg", "--pool", "sleep/OR"), "no pool 'sleep/OR'"),
        (("--forest", "x.gif"), "end it in one of"),
        (("--pool", name), "give --forest FILE too"),
    ):
        ran = run("--review", str(path), "synthesize", *args, cwd=tmp_path)
        assert (ran.code, why in ran.err) == (2, True), ran.err
    shipped = run("synthesize", "--forest", "x.svg", cwd=tmp_path)
    assert (shipped.code, "nothing to draw: no numbers are recorded" in shipped.err) == (2, True)


def test_the_command_prints_pools_in_every_format(tmp_path: Path) -> None:
    """The pooled effect stands in table, Markdown and JSON."""
    path = with_means(tmp_path).folder.path
    (pool,) = json.loads(run("--review", str(path), "synthesize", "--format", "json").out)["numbers"]["pools"]
    expected = by_hand([hedges(*arms) for arms in MEANS.values()])
    assert pool["pooled"]["effect"] == pytest.approx(expected["effect"], abs=1e-5)
    assert pool["pooled"]["df"] == 5
    shown = f"{expected['effect']:.2f} ({expected['low']:.2f} to {expected['high']:.2f})"
    for format in ("table", "md"):
        assert shown in run("--review", str(path), "synthesize", "--format", format).out


# --- sheets ----------------------------------------------------------------------------------------

SHEET = """\
key,of,property,value,arm,comparator,outcome,finding,basis,source
smith2020,arm-1,arm_kind,sleep-education,,,,,fulltext,The article
smith2020,arm-2,arm_kind,waiting-list,,,,,fulltext,The article
smith2020,outcome-1,outcome,sleep-quality,,,,,fulltext,The article
smith2020,outcome-1,higher_is_better,false,,,,,fulltext,The article
smith2020,finding-1,finding_comparison,between-arms,arm-1,arm-2,outcome-1,,fulltext,The article
smith2020,finding-1,effect_measure,SMD,arm-1,arm-2,outcome-1,,fulltext,The article
smith2020,finding-1,effect_estimate,-0.40,arm-1,arm-2,outcome-1,,fulltext,The article
smith2020,finding-1,standard_error,0.15,arm-1,arm-2,outcome-1,,fulltext,The article
smith2020,result-1,result_mean,11.20,arm-1,,,finding-1,fulltext,The article
smith2020,result-1,standard_deviation,4.1,arm-1,,,finding-1,fulltext,The article
smith2020,result-1,result_size,20,arm-1,,,finding-1,fulltext,The article
smith2020,result-2,event_count,3,arm-2,,,finding-1,fulltext,The article
"""


def study_only(folder: Path) -> evigraph.Review:
    """A review with one study of which nothing is known."""
    path = begun(folder / "own")
    written(path / "graph/studies", "smith2020.ttl", BLANK.replace("{iri}", iri_of(path)))
    return evigraph.open(path)


def facts(review: evigraph.Review) -> set[str]:
    """What a review says of its study on the full text."""
    quads = evigraph.open(review.folder.path).folder.graph
    return {str(quad) for quad in quads if "basis/fulltext" in str(quad.graph_name)}


@pytest.mark.parametrize("format", FORMATS)
def test_numbers_go_out_in_a_sheet_and_come_back(tmp_path: Path, format: str) -> None:
    """Every number letter for letter, with arms, outcome and finding."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = study_only(tmp_path / "a"), study_only(tmp_path / "b")
    assert take_sheets(first, [written(tmp_path, "in.csv", SHEET)], "Ann").new == SHEET.count("\n") - 1
    first = evigraph.open(first.folder.path)
    assert first.check().conforms
    data, _ = sheet(first, ["smith2020"], format)
    assert take_sheets(second, [written(tmp_path, f"out.{format}", data)], "Ann").new == SHEET.count("\n") - 1
    assert facts(first) == facts(second)
    assert any('"-0.40"^^' in line for line in facts(second))
    assert any("ofFinding" in line for line in facts(second))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("outcome-1,higher_is_better,yes,,,,,", "'yes' is no boolean"),
        ("study,result_mean,3,,,,,", "write result-1 under 'of'"),
        ("result-1,result_mean,3,arm-1,arm-2,,finding-1,", "leave comparator empty"),
        ("finding-1,effect_low,3,arm-1,,,finding-1,", "leave finding empty"),
    ],
)
def test_what_a_sheet_says_wrongly_is_refused(tmp_path: Path, row: str, why: str) -> None:
    """With its line."""
    head = SHEET.partition("\n")[0]
    path = written(tmp_path, "in.csv", f"{head}\nsmith2020,{row}fulltext,The article\n")
    with pytest.raises(InputError, match=re.escape(why)):
        take_sheets(study_only(tmp_path), [path], "Ann")
