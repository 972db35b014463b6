"""The three answers of tests, held against an oracle that knows nothing of shapes."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest
import yaml

import evigraph
from evigraph.canonical import serialize
from evigraph.errors import InputError
from evigraph.review import Review
from evigraph.rules.building import SOURCE, Made
from evigraph.rules.truth import conjunction, disjunction, negation
from tests.commands import copy_review
from tests.criteria_review import review_without_criteria
from tests.reliability import first
from tests.rules_oracle import Thing, Written, invented_rule, invented_study, outcome, statements

RULES, STUDIES = 25, 60
#: Kleene's tables, as he prints them: t, f and u for what is not known.
AND = {"tt": "t", "tf": "f", "tu": "u", "ff": "f", "fu": "f", "uu": "u"}
OR = {"tt": "t", "tf": "t", "tu": "t", "ff": "f", "fu": "u", "uu": "u"}
WORDS = {"t": True, "f": False, "u": None}


@pytest.mark.parametrize("pair", list(itertools.product("tfu", repeat=2)))
def test_combinators_are_those_of_kleene(pair: tuple[str, str]) -> None:
    """Each pair of answers, in both orders."""
    key = "".join(sorted(pair, key="tfu".index))
    truths = [WORDS[letter] for letter in pair]
    assert conjunction(truths) is WORDS[AND[key]]
    assert disjunction(truths) is WORDS[OR[key]]
    assert [negation(truth) for truth in WORDS.values()] == [False, True, None]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """A review without criteria."""
    return evigraph.open(review_without_criteria(tmp_path_factory.mktemp("truth") / "review"))


def written(rules: list[Written]) -> str:
    """A criteria file with these rules."""
    one = {"id": "1", "slug": "all", "label": "all", "description": "Invented.", "rules": rules}
    return yaml.safe_dump({"sets": [one]}, sort_keys=False)


def made(review: Review, rules: list[Written]) -> Made:
    """What follows from these rules."""
    (review.folder.path / SOURCE).write_text(written(rules), encoding="utf-8")
    return Made(review.folder, review.iri)


def refusal(review: Review, rule: Written) -> str:
    """Why a rule cannot be built; empty when it can."""
    try:
        made(review, [rule])
    except InputError as error:
        return str(error)
    return ""


def usable(review: Review, rule: Written, studies: list[Thing]) -> bool:
    """Whether a rule can be built; one that is refused must indeed have no such study among these."""
    why = refusal(review, rule)
    lacks = "not met" if "is not met" in why else "met"
    assert not why or lacks not in {outcome(rule, study) for study in studies}, f"{why}\n{rule}"
    return not why


@pytest.mark.parametrize("seed", first(1, [1, 2, 3]))
def test_shapes_answer_as_the_oracle(bare: Review, seed: int) -> None:
    """Invented rules over invented studies, by both engines; fixtures have the outcome of their name."""
    dice = random.Random(seed)
    studies = [invented_study(dice) for _ in range(STUDIES)]
    rules: list[Written] = []
    refused = 0
    while len(rules) < RULES:
        rule = invented_rule(dice, len(rules) + 1)
        if usable(bare, rule, studies):
            rules.append(rule)
        else:
            refused += 1
    assert refused < RULES
    made(bare, rules).write()
    iris = {f"s{number:02}": f"https://example.org/study/s{number:02}" for number in range(STUDIES)}
    quads = [q for study, iri in zip(studies, iris.values(), strict=True) for q in statements(study, iri)]
    path = bare.folder.path / "studies.nt"
    path.write_bytes(serialize(quads, "ntriples", {}))
    seen = set()
    for engine in ("pyshacl", "shacl"):
        screening = evigraph.open(bare.folder.path).screen_file(path, engine=engine)
        for study, verdict in zip(studies, screening, strict=True):
            for rule in rules:
                expected = outcome(rule, study)
                found = verdict.rule(rule["id"]).outcome
                assert found == expected, f"{engine}: {yaml.safe_dump(rule)}{study}"
                seen.add(expected)
    assert seen == {"met", "not met", "cannot tell"}
    _require_fixtures(bare.folder.path)


def _require_fixtures(folder: Path) -> None:
    """Each made fixture has the outcome that its name states, by the shapes."""
    review = evigraph.open(folder)
    for path in sorted((folder / "tests/fixtures/criteria").rglob("*.ttl")):
        (study,) = review.screen_file(path, engine="shacl")
        number = path.parent.name.removeprefix("rule-")
        assert study.rule(f"1.{number}").outcome.replace(" ", "-") == path.stem, path


def test_engines_agree_on_a_shape_within_a_shape_on_values(tmp_path: Path) -> None:
    """What fails on the group of a study, by sh:property, is a failure of the study in both."""
    folder = copy_review(tmp_path)
    path = folder / "shapes/criteria/run-by-members.ttl"
    head, _, rest = path.read_text(encoding="utf-8").partition("shape:run-by-members-satisfied\n")
    decidable = rest[rest.index("shape:run-by-members-decidable") :]
    nested = """shape:run-by-members-satisfied a sh:PropertyShape ;
        sh:targetClass evi:Study ; sh:path evi:evaluates ; sh:minCount 1 ;
        sh:property [ sh:path evi:ledBy ; sh:minCount 1 ; sh:in ( concept:members ) ] .
    """
    path.write_text(f"{head}{nested}\n{decidable}", encoding="utf-8")
    review = evigraph.open(folder)
    screenings = [review.screen(engine=engine) for engine in ("pyshacl", "shacl")]
    found = [[study.rule("1.3").outcome for study in screening] for screening in screenings]
    assert found[0] == found[1]
    assert set(found[0]) == {"met", "not met", "cannot tell"}
