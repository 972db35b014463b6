"""Each rule is seen to be met, not met and undecided, by two SHACL engines; each form to fail."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
import evigraph.reading
from evigraph.criteria import Rule
from evigraph.names import compact
from evigraph.screening import Screener
from evigraph.shapes import Shapes
from evigraph.terms import RDF_TYPE, SH, local_name
from evigraph.trust import Trust
from tests.engines import failing
from tests.reliability import first

FIXTURES = Path(__file__).parent / "fixtures"
CRITERIA = sorted((FIXTURES / "criteria").rglob("*.ttl"))
BAD = sorted((FIXTURES / "well-formed" / "bad").glob("*.ttl"))
OUTCOMES = {"met": "met", "not-met": "not met", "cannot-tell": "cannot tell"}
REVIEW = evigraph.open()
RULES = {
    local_name(rule.satisfied.value).removesuffix("-satisfied"): rule
    for rule in Screener(REVIEW.folder, REVIEW.folder.graph).criteria.rules
}


def name(path: Path) -> str:
    """A fixture's path below the folder of fixtures."""
    return path.relative_to(FIXTURES).as_posix()


def expected(path: Path) -> str:
    """The outcome that the name of a fixture states."""
    return OUTCOMES[path.stem.split("--")[0]]


def named_shapes(path: Path) -> set[str]:
    """The shapes that the first line of a bad file names."""
    return set(path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# expect: ").split())


@pytest.mark.parametrize("path", CRITERIA, ids=name)
def test_criterion_fixture_has_the_outcome_it_is_named_after(path: Path) -> None:
    """The engine of record gives the outcome in the fixture's name."""
    (study,) = REVIEW.screen_file(path)
    assert study.rule(RULES[path.parent.name].id).outcome == expected(path)


@pytest.mark.parametrize("path", CRITERIA, ids=name)
def test_criterion_fixture_has_the_same_outcome_in_the_second_engine(path: Path) -> None:
    """The Rust engine gives it too, over the whole file rather than a cut of it."""
    rule: Rule = RULES[path.parent.name]
    quads = [*evigraph.reading.read_quads(path), *REVIEW.folder.ontology]
    failed = {shape for shape, _ in failing(REVIEW.folder.files("shapes/criteria"), quads)}
    if rule.satisfied.value not in failed:
        outcome = "met"
    else:
        outcome = "cannot tell" if rule.decidable.value in failed else "not met"
    assert outcome == expected(path)


@pytest.mark.parametrize("stem", sorted(RULES))
def test_each_rule_has_a_fixture_of_every_outcome_it_can_have(stem: str) -> None:
    """A rule that was never seen to fail is no rule; one can never be found not met."""
    seen = {expected(path) for path in CRITERIA if path.parent.name == stem}
    never = {"not met"} if stem == "shared-problem" else set()
    assert seen == set(OUTCOMES.values()) - never


def test_the_empty_study_meets_nothing_and_fails_nothing() -> None:
    """Every rule on a study of which nothing is said cannot be told."""
    for trust in Trust:
        (study,) = REVIEW.screen_file(FIXTURES / "empty-study.ttl", trust=trust)
        assert {rule.outcome for rule in study.rules} == {"cannot tell"}
        assert all(rule.missing and rule.message and not rule.values for rule in study.rules)


@pytest.mark.parametrize("path", BAD, ids=name)
def test_planted_fault_is_found_by_the_shape_it_names(path: Path) -> None:
    """The first line of a bad file names the shape that must fail, and it does."""
    found = REVIEW.check([path])
    assert not found.conforms
    assert {problem.shape for problem in found} == named_shapes(path)
    assert all(problem.message and problem.node for problem in found)


@pytest.mark.parametrize("path", first(60, BAD), ids=name)
def test_planted_fault_is_found_by_the_second_engine(path: Path) -> None:
    """The Rust engine finds the same shapes failing."""
    quads = [*evigraph.reading.read_quads(path), *REVIEW.folder.ontology]
    form = REVIEW.folder.prefixes["form"]
    shapes = {shape for shape, _ in failing(REVIEW.folder.files("shapes/well-formed"), quads)}
    assert {shape.replace(form, "form:") for shape in shapes} == named_shapes(path)


def test_every_constraint_on_form_is_seen_to_fail() -> None:
    """Each property shape of the well-formed shapes has a file that breaks it."""
    shapes = Shapes.read(REVIEW.folder.files("shapes/well-formed"), REVIEW.folder.vocabulary)
    kind = ox.NamedNode(SH + "PropertyShape")
    constraints = {
        compact(shape, REVIEW.folder.prefixes)
        for shape in shapes.named
        if any(quad.object == kind for quad in shapes.objects(shape, RDF_TYPE))
    }
    seen = {shape for path in BAD for shape in named_shapes(path)}
    assert constraints - seen == set()
