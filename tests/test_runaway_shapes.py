"""Shapes from outside cannot kill: what runs away is stopped and named, and the others' results are kept."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
from evigraph.confined.engine import ConfinedEngine
from evigraph.confined.limits import Limits, StoppedError
from evigraph.cut import Index, cut
from evigraph.engines import PySHACL, RustSHACL
from evigraph.shapes import Shapes
from evigraph.shapes_guard import may_run_away
from evigraph.shipped import are_shipped
from evigraph.trust import Trust
from evigraph.vocabulary import Vocabulary
from tests.children import timed
from tests.commands import ROOT, STUDY, copy_review, run

EVIL = '"^([a-z:/0-9.-]+)+!$"'
SHARED = "shapes/criteria/shared-problem.ttl"
SHAPE = "https://w3id.org/evigraph/review/mutual-help/shape/shared-problem-satisfied"
STOPPED = rf'\S+/{SHARED}: shape <{SHAPE}>: stopped after 1 second; its sh:pattern "\S+" may take for ever'
PREFIXES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix evi: <https://w3id.org/evigraph/ontology#> .
@prefix ex: <https://example.org/> .
"""


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A review in which one shape has a pattern that does not end on the names of concepts."""
    copy = copy_review(tmp_path / "copy")
    text = (copy / SHARED).read_text(encoding="utf-8")
    changed = text.replace("sh:minCount 1 ;", f"sh:minCount 1 ;\n    sh:pattern {EVIL} ;", 1)
    assert changed != text
    (copy / SHARED).write_text(changed, encoding="utf-8")
    return copy


def shapes_of(text: str, folder: Path) -> Shapes:
    """Shapes as they are read from a file."""
    path = folder / "shapes.ttl"
    path.write_text(PREFIXES + text, encoding="utf-8")
    return Shapes.read([path], Vocabulary(evigraph.open().folder.ontology))


def test_screen_names_the_shape_and_keeps_the_rest(evil: Path) -> None:
    """One rule cannot be told, for all studies; every other outcome is as without the pattern."""
    ran = timed("--review", str(evil), "screen", "--time-limit", "1", "-f", "csv")
    assert ran.code == 4
    assert re.fullmatch(rf"evigraph: {STOPPED}\n", ran.err), ran.err
    assert ran.left == []
    rows = [line.split(",") for line in ran.out.splitlines()]
    whole = [line.split(",") for line in run("screen", "-f", "csv").out.splitlines()]
    assert rows[0] == whole[0]
    at = rows[0].index("1.1")
    for row, other in zip(rows[1:], whole[1:], strict=True):
        assert row[at] == "cannot tell"
        assert row[at + 1 :] == other[at + 1 :]
        assert other[at] == "met"


def test_explanation_says_what_was_stopped(evil: Path) -> None:
    """Instead of what the shape would have said."""
    ran = timed("--review", str(evil), "screen", "bright1999", "--time-limit", "1", "--explain")
    assert ran.code == 4
    assert re.search(rf"\? rule 1\.1 [^\n]*\n +{STOPPED}\n", ran.out)


def test_nothing_is_counted_by_verdicts_that_were_stopped(evil: Path) -> None:
    """Other commands say which shape it is, and print no number."""
    review = evigraph.open(evil, limits=Limits(seconds=1))
    with pytest.raises(StoppedError, match="may take for ever"):
        review.ask("study-verdicts", study="bright1999")
    with pytest.raises(StoppedError, match="may take for ever"):
        review.claims()


def test_engine_that_is_linear_is_not_stopped(evil: Path) -> None:
    """The Rust engine matches such a pattern at once, in a child all the same."""
    ran = timed("--review", str(evil), "screen", "--engine", "shacl", "--time-limit", "5", "-f", "csv")
    assert (ran.code, ran.err, ran.left) == (1, "", [])
    assert {line.split(",")[3] for line in ran.out.splitlines()[1:]} <= {"cannot tell", "not met"}


def test_check_names_the_shape_and_keeps_the_rest(tmp_path: Path) -> None:
    """Of the shapes that say whether records are usable."""
    copy, file = copy_review(tmp_path / "copy"), tmp_path / "new.ttl"
    text = f"{PREFIXES}ex:evil a sh:PropertyShape ; sh:targetClass evi:Study ; sh:path evi:addresses ;\n"
    (copy / "shapes/well-formed/evil.ttl").write_text(f"{text}    sh:pattern {EVIL} .\n", encoding="utf-8")
    file.write_text(
        re.sub(r"evi:hasDesign concept:\S+", "evi:hasDesign concept:grief", STUDY), encoding="utf-8"
    )
    ran = timed("--review", str(copy), "check", str(file), "--time-limit", "1")
    assert ran.code == 4
    stopped = (
        r"\S+/shapes/well-formed/evil\.ttl: shape <https://example\.org/evil>: stopped after \d+ seconds"
    )
    assert re.fullmatch(rf"evigraph: {stopped}; its sh:pattern \S+ may take for ever\n", ran.err), ran.err
    assert "new:smith2020 evi:hasDesign" in ran.out.replace("https://example.org/study/", "new:")
    assert ran.left == []


@pytest.mark.parametrize("name", ["pyshacl", "shacl"])
def test_confined_engine_judges_as_the_engine_itself(name: str, review: evigraph.Review) -> None:
    """The same shapes fail for every study, and the same results come from one graph."""
    screener = review._judging.screener
    keys = list(review.studies)
    made = PySHACL if name == "pyshacl" else RustSHACL
    here = made(screener.shapes, screener.background)
    there = ConfinedEngine(screener.shapes, screener.background, name)
    graphs = set(Trust.DEDUCED.default_graphs)
    index = Index([q for q in review.folder.graph if q.graph_name in graphs], screener.paths)
    cuts = {review.studies[key].value: cut(review.studies[key], index) for key in keys}
    try:
        assert there.failures(cuts) == here.failures(cuts)
        if isinstance(here, PySHACL):
            everything = [*review.folder.graph, *review.folder.ontology]
            assert there.results(everything) == here.results(everything)
        assert there.stopped == {}
    finally:
        there.close()


@pytest.mark.parametrize(
    "text",
    [
        "ex:a a sh:NodeShape ; sh:targetClass evi:Study ; sh:node ex:a .",
        "ex:a a sh:NodeShape ; sh:targetClass evi:Study ;\n"
        "    sh:property [ sh:path evi:hasArm ; sh:node ex:b ] .\n"
        "ex:b a sh:NodeShape ; sh:not ex:a .",
        "ex:a a sh:PropertyShape ; sh:targetClass evi:Study ; sh:path _:p . _:p sh:inversePath _:p .",
        "ex:a a sh:NodeShape ; sh:targetClass evi:Study ; sh:and _:l .\n"
        "_:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> [ sh:nodeKind sh:IRI ] ;\n"
        "    <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l .",
    ],
    ids=["itself", "each other", "path", "list"],
)
def test_shape_that_contains_itself_is_refused(text: str, tmp_path: Path) -> None:
    """Engines say that it holds, or never end."""
    with pytest.raises(
        evigraph.ShapesError, match=r"shapes\.ttl: shape <\S+> contains itself; .*take it apart"
    ):
        shapes_of(text, tmp_path)


def doubled(depth: int) -> str:
    """Shapes each of which uses the next one twice."""
    lines = [
        f"ex:s{i} a sh:NodeShape ; sh:and ( [ sh:node ex:s{i + 1} ] [ sh:not [ sh:node ex:s{i + 1} ] ] ) ."
        for i in range(depth)
    ]
    return "\n".join([*lines, f"ex:s{depth} a sh:NodeShape .", "ex:s0 sh:targetClass evi:Study ."])


@pytest.mark.parametrize(
    ("text", "risky"),
    [
        ("ex:a a sh:NodeShape ; sh:targetClass evi:Study ; sh:nodeKind sh:IRI .", False),
        ("ex:a a sh:PropertyShape ; sh:targetClass evi:Study ; sh:path evi:title ; sh:pattern 'a' .", True),
        ("ex:a a sh:NodeShape ; sh:targetClass evi:Study ; sh:not [ sh:not [ sh:pattern 'a' ] ] .", True),
        (doubled(3), False),
        (doubled(30), True),
    ],
    ids=["plain", "pattern", "nested pattern", "few parts", "very many parts"],
)
def test_shapes_that_could_run_away_are_known(text: str, risky: bool, tmp_path: Path) -> None:
    """By what is in them, since those of a person's own review are most often plain."""
    text = text.replace("evi:title", "<http://purl.org/dc/terms/title>")
    assert may_run_away(shapes_of(text, tmp_path)) == risky


def test_shapes_with_very_many_parts_are_stopped(tmp_path: Path) -> None:
    """A thousand million parts in thirty lines."""
    shapes = shapes_of(doubled(30), tmp_path)
    node, study = ox.NamedNode("urn:study"), ox.NamedNode("https://w3id.org/evigraph/ontology#Study")
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    engine = ConfinedEngine(shapes, [], "pyshacl", Limits(seconds=1))
    try:
        assert engine.failures({node.value: [ox.Quad(node, kind, study)]}) == {node.value: set()}
    finally:
        engine.close()
    assert list(engine.stopped) == ["https://example.org/s0"]


def test_what_comes_with_the_package_is_judged_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """No child is started for the shipped shapes, of which some have patterns."""
    monkeypatch.setattr("evigraph.confined.engine.Child", None)
    monkeypatch.setenv("EVIGRAPH_CACHE", "/nowhere")
    review = evigraph.open()
    assert len(review.screen()) == 20
    assert review.check().conforms
    assert are_shipped((ROOT / "shapes").rglob("*.ttl"))


def test_pattern_that_is_none_is_said(tmp_path: Path) -> None:
    """One that Python cannot read ends the engine, and is named."""
    copy, file = copy_review(tmp_path / "copy"), tmp_path / "new.ttl"
    file.write_text(STUDY, encoding="utf-8")
    text = f"{PREFIXES}ex:bad a sh:PropertyShape ; sh:targetClass evi:Study ; sh:path evi:addresses ;\n"
    (copy / "shapes/well-formed/bad.ttl").write_text(f'{text}    sh:pattern "(" .\n', encoding="utf-8")
    ran = run("--review", str(copy), "check", str(file))
    assert ran.code == 4
    bad = r"\S+/bad\.ttl: shape <https://example\.org/bad>: the engine cannot use it"
    assert re.fullmatch(rf'evigraph: {bad}; its sh:pattern "\(" is most likely none\n', ran.err)
