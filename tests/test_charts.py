"""Charts say what the facts say, in every format, the same bytes each time, and ask nothing from outside."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import altair
import pytest

import evigraph
from evigraph.beginning import begin
from evigraph.drawing import KINDS, draw, format_for, is_chart
from evigraph.drawing.charts import Chart
from evigraph.drawing.charts.asking import CHARTS
from evigraph.drawing.charts.converter import to_svg
from evigraph.drawing.charts.directions import DRAWN, draw_directions
from evigraph.drawing.charts.evidence_map import SILENT, draw_map
from evigraph.drawing.charts.look import DECISIONS, DIRECTIONS, OUTCOMES, PATHS
from evigraph.drawing.charts.timeline import ROWS, Dated, draw_timeline
from evigraph.errors import InputError, UnknownNameError
from evigraph.labels import Concepts
from evigraph.synthesis.directions import Effect, Effects
from evigraph.trust import Trust
from tests import oracle
from tests.commands import copy_review, environment, run
from tests.reliability import first
from tests.test_offline import GUARD, ISOLATED

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "</title><script>alert('1 & 2')</script> \x07\ud800"
#: The questions behind each chart.
QUESTIONS = {
    "map": ("effect-directions", "study-problems"),
    "directions": ("effect-directions",),
    "verdicts": ("verdict-matrix", "decisions-on-studies"),
    "timeline": ("study-years", "decisions-on-studies"),
}
LABELS = {row["slug"]: row["label"] for row in oracle.rows("concepts")}
BOTH = ("stated", "deduced")


@pytest.fixture(scope="module")
def drawn() -> dict[tuple[str, str], Chart]:
    """All charts of the shipped review, by kind and trust."""
    review, found = evigraph.open(), {}
    for kind in CHARTS:
        for trust in BOTH:
            chart = draw(kind, review, trust)
            assert isinstance(chart, Chart)
            found[kind, trust] = chart
    return found


def data(chart: Chart, name: str) -> list[dict[str, Any]]:
    """The rows of a chart's data of this name."""
    rows: list[dict[str, Any]] = chart.spec["datasets"][name]
    return rows


# --- the facts, counted again ---------------------------------------------------------------------

#: Study, outcome, comparison: the direction, and whether no text says one of its findings.
Told = dict[tuple[str, str, str], tuple[str, bool]]


def told(trust: str) -> Told:
    """The direction of each study, outcome and comparison, by the rule of 70 %, from the fact pack."""
    found: Told = {}
    for study, facts in oracle.facts_by_study(trust).items():
        kinds = oracle.values(facts, "arm_kind")
        about = [row for row in facts if row["property"].startswith("finding_")]
        here: dict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
        for finding in oracle.findings(facts):
            rows = [row for row in about if row["of"] == finding.name]
            on = [kinds.get(arm, set()) for row in rows for arm in row["arm"].split()]
            bases = {row["basis"] for row in rows if row["property"] == "finding_direction"}
            of_the_groups = any("mutual-help" in kind for kind in on) or not any(on)
            if finding.comparison in ("", "change-in-all-arms", "one-time-rating", "predictor"):
                continue
            if of_the_groups and "mutual-help" not in finding.against:
                for outcome in finding.outcomes:
                    here[outcome, finding.comparison].append((finding.direction, bases == {"deduced"}))
        for (outcome, comparison), findings in here.items():
            says = [direction for direction, _ in findings if direction != "not-reported"]
            (most, count), *_ = Counter(says or ["not-reported"]).most_common(1)
            direction = most if not says or count >= 0.7 * len(says) else "mixed"
            found[study, outcome, comparison] = direction, all(deduced for _, deduced in findings)
    return found


@pytest.mark.parametrize("trust", BOTH)
def test_directions_are_those_of_the_facts(drawn: dict[tuple[str, str], Chart], trust: str) -> None:
    """Each study, outcome and comparison has its direction, sample and mark; the others say nothing."""
    chart, facts = drawn["directions", trust], oracle.facts_by_study(trust)
    points = [p for name in chart.spec["datasets"] if name.startswith("effects-") for p in data(chart, name)]
    shown = {(p["study"], p["outcome"], p["comparison"]): (p["direction"], p["deduced"]) for p in points}
    expected = told(trust)
    assert shown == {(s, LABELS[o], c): value for (s, o, c), value in expected.items()}
    assert len(points) == len(shown)
    samples = {s: oracle.all_values(f, "sample_size") for s, f in facts.items()}
    for point in points:
        sizes = [int(size) for size in samples[point["study"]]]
        assert point["sample"] == next(iter(sizes), None)
        assert (point["sized"], point["area"] > 40) == (bool(sizes), True)
    assert {row["study"] for row in data(chart, "silent")} == facts.keys() - {study for study, *_ in expected}
    assert {row["study"]: row["sample"] for row in data(chart, "samples")} == {
        study: next(iter(sizes), "not recorded") for study, sizes in samples.items()
    }


@pytest.mark.parametrize("trust", BOTH)
def test_the_map_counts_the_studies_of_the_facts(drawn: dict[tuple[str, str], Chart], trust: str) -> None:
    """A study once for each problem, outcome and direction; those that found nothing in a column apart."""
    facts, expected = oracle.facts_by_study(trust), defaultdict[tuple[str, str, str], dict[str, bool]](dict)
    effects = told(trust)
    for study, rows in facts.items():
        found = [(o, d, deduced) for (s, o, _), (d, deduced) in effects.items() if s == study]
        stated = {row["value"] for row in rows if row["property"] == "problem" and row["basis"] != "deduced"}
        for problem in oracle.all_values(rows, "problem") or {""}:
            label = LABELS[problem] if problem else "problem not recorded"
            weak = bool(problem) and problem not in stated
            for outcome, direction, deduced in found:
                cell = expected[label, LABELS[outcome], direction]
                cell[study] = cell.get(study, True) and (deduced or weak)
            if not found:
                expected[label, SILENT, SILENT][study] = weak
    shown = data(drawn["map", trust], "points")
    assert {(p["problem"], p["outcome"], p["direction"]): p["which"] for p in shown} == {
        key: ", ".join(sorted(studies)) for key, studies in expected.items()
    }
    for point in shown:
        studies = expected[point["problem"], point["outcome"], point["direction"]]
        assert (point["studies"], point["deduced"]) == (len(studies), any(studies.values()))
    places = Counter((p["problem"], p["outcome"], p["dx"], p["dy"]) for p in shown)
    assert set(places.values()) == {1}, "two symbols at one place"


@pytest.mark.parametrize("trust", BOTH)
def test_verdicts_are_those_of_the_facts(drawn: dict[tuple[str, str], Chart], trust: str) -> None:
    """Each study and rule, each study as a whole, each decision; marked where deduced facts made it so."""
    chart = drawn["verdicts", trust]
    expected, stated = oracle.verdicts(trust), oracle.verdicts("stated")
    rules = {(c["study"], c["column"].split()[0]): (c["outcome"], c["deduced"]) for c in data(chart, "rules")}
    assert rules == {
        (study, rule): (outcome, stated[study][rule] != outcome)
        for study, outcomes in expected.items()
        for rule, outcome in outcomes.items()
    }
    wholes = {study: oracle.together(outcomes.values()) for study, outcomes in expected.items()}
    before = {study: oracle.together(outcomes.values()) for study, outcomes in stated.items()}
    shown = {c["study"]: (c["outcome"], c["deduced"]) for c in data(chart, "verdicts")}
    assert shown == {study: (whole, before[study] != whole) for study, whole in wholes.items()}
    decisions = {c["study"]: c["outcome"] for c in data(chart, "decisions")}
    assert decisions == oracle.decisions()
    assert len(chart.rows) == 20


def test_the_timeline_has_the_years_and_decisions_of_the_facts(drawn: dict[tuple[str, str], Chart]) -> None:
    """One point a study, at the year of its reference; marked where the role was deduced."""
    references = {row["key"]: row for row in oracle.rows("references")}
    points = data(drawn["timeline", "deduced"], "known")
    assert {p["lane"]: (p["year"], p["decision"], p["deduced"]) for p in points} == {
        study: (int(references[study]["year"]), answer, references[study]["role_basis"] == "deduced")
        for study, answer in oracle.decisions().items()
    }
    assert not data(drawn["timeline", "deduced"], "unknown")


# --- formats --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CHARTS)
def test_svg_speaks_for_itself(drawn: dict[tuple[str, str], Chart], kind: str) -> None:
    """It is well formed, has a role, title and text, names command and questions, and nothing outside."""
    chart = drawn[kind, "stated"]
    root = ElementTree.fromstring(chart.render("svg"))
    assert root.get("role") == "img"
    named = {e.get("id"): e.text for e in root if e.get("id")}
    assert named == {"figure-title": chart.title, "figure-desc": chart.description}
    assert set(str(root.get("aria-labelledby")).split()) == set(named)
    source = root.findtext(SVG + "metadata", "")
    files = ", ".join(f"queries/report/{name}.rq" for name in QUESTIONS[kind])
    assert source == f"evigraph draw {kind} --trust stated ({files})"
    assert all((oracle.ROOT / name).is_file() for name in files.split(", "))
    assert re.findall(r'https?://[^"<> ]*', chart.svg) == ["http://www.w3.org/2000/svg"]
    assert "url(" not in chart.svg
    assert not {SVG + "script", SVG + "image", SVG + "a", SVG + "use"} & {e.tag for e in root.iter()}


@pytest.mark.parametrize("kind", CHARTS)
def test_html_holds_the_drawing_and_its_table(drawn: dict[tuple[str, str], Chart], kind: str) -> None:
    """A row a row, no script, nothing from outside."""
    chart = drawn[kind, "deduced"]
    text = chart.render("html").decode()
    assert chart.svg in text
    assert text.count("<tr>") == len(chart.rows) + 1
    assert not re.search(r"<(script|link|img|iframe)|(src|href)=|@import|url\(", text)


@pytest.mark.parametrize("kind", CHARTS)
def test_json_is_vega_lite_with_its_data(drawn: dict[tuple[str, str], Chart], kind: str) -> None:
    """Altair reads it back; it names command and questions, and draws the same picture."""
    chart = drawn[kind, "deduced"]
    spec = json.loads(chart.render("json"))
    altair.Chart.from_dict(spec)
    assert spec["usermeta"]["evigraph"]["source"] == chart.source
    assert spec["description"] == chart.description
    assert '"url"' not in chart.json
    body = re.sub(r"^<svg [^>]*>|</svg>\s*$", "", to_svg(spec))
    assert body in chart.svg


@pytest.mark.parametrize("kind", KINDS)
def test_png_is_an_image_of_the_said_size(review: evigraph.Review, kind: str) -> None:
    """Twice the figure in both directions."""
    figure = draw(kind, review)
    png = figure.render("png")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20]) == 2 * figure.width
    assert int.from_bytes(png[20:24]) == 2 * figure.height


@pytest.mark.parametrize("kind", CHARTS)
def test_numbers_that_rest_on_deduced_facts_are_marked(
    drawn: dict[tuple[str, str], Chart], kind: str
) -> None:
    """A dagger beside each and one in the legend; none but those of decisions where only texts count."""
    for trust in BOTH:
        root = ElementTree.fromstring(drawn[kind, trust].svg)
        shown = sum(e.text == "†" for e in root.iter(SVG + "text"))
        rows = [
            p for name, rows in drawn[kind, trust].spec["datasets"].items() if name != "legend" for p in rows
        ]
        assert shown == sum(bool(p.get("deduced")) for p in rows)
        labels = [line["label"] for line in data(drawn[kind, trust], "legend")]
        assert ("rests on deduced statements" in labels) == (shown > 0)
    assert shown > 0


@pytest.mark.parametrize("looks", [DIRECTIONS, DECISIONS, OUTCOMES])
def test_each_meaning_has_a_symbol_of_its_own(looks: dict[str, Any]) -> None:
    """Colour is never the only sign; what is not known shares its grey."""
    symbols = [PATHS[look.symbol] for look in looks.values()]
    assert len(set(symbols)) == len(symbols)
    assert len({look.colour for look in looks.values()}) >= len(symbols) - 1


@pytest.mark.parametrize(
    "path", sorted((oracle.ROOT / "docs/images").glob("chart-*.svg")), ids=lambda p: p.stem
)
def test_the_pictures_of_the_documents_are_of_today(path: Path, drawn: dict[tuple[str, str], Chart]) -> None:
    """Title, text and source are those that are drawn now; the bytes hang on the version of Vega-Lite."""
    chart = drawn[path.stem.removeprefix("chart-"), "deduced"]
    shown, now = ElementTree.parse(path).getroot(), ElementTree.fromstring(chart.svg)
    for name in ("title", "desc", "metadata"):
        assert shown.findtext(SVG + name) == now.findtext(SVG + name)
    words = [sorted(e.text or "" for e in root.iter(SVG + "text")) for root in (shown, now)]
    assert words[0] == words[1]
    assert path.stat().st_size < 100_000


# --- the same bytes, offline ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", first(2, CHARTS))
def test_same_bytes_in_another_process(
    kind: str, tmp_path: Path, drawn: dict[tuple[str, str], Chart]
) -> None:
    """Hashes that are different in each process do not show, nor what was drawn before."""
    for seed, format in (("1", "svg"), ("2", "svg"), ("3", "json")):
        target = tmp_path / f"{seed}.{format}"
        ran = run("draw", kind, "-o", str(target), env={"PYTHONHASHSEED": seed})
        assert (ran.code, ran.out) == (0, ""), ran.err
        assert target.read_bytes() == drawn[kind, "deduced"].render(format)


@pytest.mark.parametrize("kind", CHARTS)
def test_no_network_is_needed(kind: str, tmp_path: Path, drawn: dict[tuple[str, str], Chart]) -> None:
    """With the network taken away the file is the same."""
    (tmp_path / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    command = [*ISOLATED, sys.executable, "-m", "evigraph", "draw", kind, "-o", "a.svg"]
    path = {} if ISOLATED else {"PYTHONPATH": str(tmp_path)}
    ran = subprocess.run(command, cwd=tmp_path, env=environment(path), capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == drawn[kind, "deduced"].svg


# --- other reviews --------------------------------------------------------------------------------


def test_a_review_just_begun_is_drawn(tmp_path: Path) -> None:
    """Its two examples: one finding, no decision, no year, and each of it said."""
    begin(tmp_path / "own")
    review = evigraph.open(tmp_path / "own")
    charts = {kind: draw(kind, review) for kind in CHARTS}
    assert [row[:4] for row in charts["map"].rows] == [
        ("insomnia", "", SILENT, "1"),
        ("insomnia", "sleep quality", "benefit", "1"),
    ]
    assert [row[3] for row in charts["directions"].rows] == ["benefit", SILENT]
    assert {row[-1] for row in charts["verdicts"].rows} == {"no decision recorded"}
    assert {row[1] for row in charts["timeline"].rows} == {"not recorded"}
    assert "year not recorded" in charts["timeline"].svg
    ElementTree.fromstring(charts["directions"].svg)


@pytest.mark.parametrize("kind", CHARTS)
def test_without_studies_there_is_nothing_to_draw(kind: str, tmp_path: Path) -> None:
    """An empty picture would look like an answer: the message says what is missing."""
    begin(tmp_path / "own", bare=True)
    with pytest.raises(InputError, match=r"review own: .* add (studies|findings)"):
        draw(kind, evigraph.open(tmp_path / "own"))


def test_a_review_without_the_question_says_so(tmp_path: Path) -> None:
    """The file that is missing is named."""
    folder = copy_review(tmp_path / "review")
    (folder / "queries/report/study-years.rq").unlink()
    with pytest.raises(UnknownNameError, match="no question 'study-years'"):
        draw("timeline", evigraph.open(folder))


def invented(number: int) -> Effects:
    """So many studies with one effect each, and one that is silent."""
    made = tuple(
        Effect(f"s{n}", f"o{n % 7}", "between-arms", list(DIRECTIONS)[n % 7], (f"f{n}",), ("deduced",), None)
        for n in range(number)
    )
    return Effects(Trust.DEDUCED, made, ("silent",))


def test_of_many_studies_the_first_are_drawn_and_it_is_said(review: evigraph.Review) -> None:
    """Each direction, recorded or not, is drawn; the table has all; no sample is 0 because it is unknown."""
    chart = draw_directions(invented(DRAWN + 50), {}, frozenset(), Concepts(review), "x", "y")
    assert f"Of {DRAWN + 51} studies the first {DRAWN} by name are drawn." in chart.description
    points = data(chart, "effects-1")
    assert {p["direction"] for p in points} == DIRECTIONS.keys()
    assert {p["study"] for p in points} <= {f"s{n}" for n in range(DRAWN)}
    assert {(p["sample"], p["sized"], p["area"] > 0) for p in points} == {(None, False, True)}
    assert len(chart.rows) == DRAWN + 51


def test_a_crowd_of_studies_is_counted_by_year_and_decision() -> None:
    """More studies than rows: symbols grow with the number, and add up to all."""
    many = [Dated(f"s{n}", (1990 + n % 5,), ("include", "")[n % 2], False) for n in range(ROWS + 20)]
    chart = draw_timeline([*many, Dated("lost", (), "unsure", True)], "x", "y")
    assert sum(point["studies"] for point in data(chart, "known")) == ROWS + 20
    (lost,) = data(chart, "unknown")
    assert (lost["year"], lost["decision"], lost["studies"]) == ("year not recorded", "unsure", 1)
    assert "Year not recorded of 1 study." in chart.description


def test_texts_cannot_become_elements(review: evigraph.Review) -> None:
    """Tags, signs that XML forbids and broken characters in names are shown as text."""
    effect = Effect(NASTY, NASTY, NASTY, "harm", (), (), 3)
    effects = Effects(Trust.DEDUCED, (effect,), (NASTY + "2",))
    for chart in (
        draw_directions(effects, {NASTY: 3}, frozenset(), Concepts(review), NASTY, "y"),
        draw_map(effects, {NASTY: {NASTY: True}}, Concepts(review), NASTY, "y"),
        draw_timeline([Dated(NASTY, (1990,), "include", True)], NASTY, "y"),
    ):
        root = ElementTree.fromstring(chart.render("svg"))
        assert SVG + "script" not in {e.tag for e in root.iter()}
        assert "<script" not in chart.render("html").decode()
        json.loads(chart.render("json"))


# --- the command ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not is_chart(kind)])
def test_what_is_no_chart_has_no_vega_lite(kind: str) -> None:
    """The command that gives the same as data is named, and works."""
    with pytest.raises(InputError, match="is drawn without Vega-Lite") as caught:
        format_for(kind, "a.json")
    assert KINDS[kind] in str(caught.value)
    ran = run(*KINDS[kind].split()[1:])
    assert ran.code == 0
    json.loads(ran.out)


@pytest.mark.parametrize(("module", "name"), [("altair", "altair"), ("vl_convert", "vl-convert-python")])
def test_a_missing_extra_says_what_to_install(module: str, name: str, tmp_path: Path) -> None:
    """Exit 3 and the line for pip."""
    (tmp_path / f"{module}.py").write_text("raise ImportError('not installed')\n", encoding="utf-8")
    path = {"PYTHONPATH": f"{tmp_path}:{oracle.ROOT / 'src'}"}
    ran = run("draw", "timeline", "-o", "a.svg", cwd=tmp_path, env=path)
    assert (ran.code, ran.err) == (
        3,
        f"evigraph: this figure needs {name}; run pip install 'evigraph[figures]'\n",
    )
    assert not (tmp_path / "a.svg").exists()
