"""Criteria files that cannot be used: one line, with the file and the line of it, and what to do."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import evigraph
from evigraph.errors import EvigraphError
from evigraph.review import Review
from evigraph.rules.building import SOURCE, Made
from tests.criteria_review import DATA, HEAD, review_without_criteria

#: What follows HEAD from its line 14 on, and the message that it gives behind the path.
BROKEN = {
    "unknown key": (
        "        tset: {present: hasDesign}",
        "14: unknown key 'tset' in a rule; did you mean test",
    ),
    "no test at all": ("", "7: rule 1.1 is not tested and says no reason; give exactly one of test,"),
    "two ways": (
        "        test: {present: hasDesign}\n        tested with: 1.1",
        "7: rule 1.1 has 'test' and 'tested with'; give exactly one of test",
    ),
    "misspelt property": (
        "        test:\n          present: hasDesgin",
        "15: unknown property 'hasDesgin' of a study; did you mean hasDesign?",
    ),
    "property of another thing": (
        "        test: {present: ledBy}",
        "14: 'ledBy' is not said of a study; write evaluates/ledBy or hasArm/ledBy",
    ),
    "path past a value": (
        "        test: {present: hasDesign/label}",
        "14: nothing is said of a value of 'hasDesign'; end the path there",
    ),
    "unknown concept": (
        "        test:\n          property: hasDesign\n          one of:\n            - design/cohrt",
        "17: unknown concept 'design/cohrt'; did you mean design/cohort",
    ),
    "slug without scheme": (
        "        test: {property: hasDesign, one of: [cohort]}",
        "14: unknown concept 'cohort'; did you mean design/cohort?",
    ),
    "concept of another scheme": (
        "        test: {property: hasDesign, one of: [problem/bereavement]}",
        "14: 'problem/bereavement' is no value of 'hasDesign'; known are design/before-after",
    ),
    "concept twice": (
        "        test: {property: hasDesign, one of: [design/cohort, 'concept:cohort']}",
        "14: 'concept:cohort' is listed twice; keep one",
    ),
    "text is no concept": (
        "        test: {property: country, at or below: GB}",
        "14: 'country' has texts, which stand below nothing; use 'one of'",
    ),
    "bound on texts": (
        "        test: {property: country, at least: 2}",
        "14: 'country' has texts and no numbers;",
    ),
    "choice of numbers": (
        "        test: {property: sampleSize, one of: [20]}",
        "14: 'one of' does not go with 'sampleSize'; use 'at least' and 'at most'",
    ),
    "no number": (
        "        test: {property: sampleSize, at least: many}",
        "14: 'many' is no number; write one",
    ),
    "not a number": ("        test: {property: sampleSize, at least: .nan}", "14: '.nan' is no number;"),
    "bounds crossed": (
        "        test: {property: sampleSize, at least: 9, at most: 3}",
        "14: 'at least' is more than 'at most'; no number is both",
    ),
    "no arms": (
        "        test: {property: hasArm, at most: 0}",
        "14: 'hasArm' is counted; give a whole number from 1",
    ),
    "empty combinator": (
        "        test:\n          any of: []",
        "15: 'any of' of a test is empty; name at least one",
    ),
    "combinator of one text": (
        "        test:\n          all of: hasDesign",
        "15: 'all of' of a test is no list; begin each line with '- '",
    ),
    "cyclic combinator": (
        "        test: &all\n          all of:\n            - *all",
        "14: the test holds itself; write it out without the alias",
    ),
    "two tests in one": (
        "        test: {present: hasDesign, any of: [{present: hasArm}]}",
        "14: a test has 'present' and 'any of'; give exactly one of them",
    ),
    "test of nothing": (
        "        test: {at least: 3}",
        "14: a test has none of present, property, any, every, all of, any of, none of; give exactly one",
    ),
    "two things of a property": (
        "        test: {property: hasDesign, one of: [design/cohort], only: [design/cohort]}",
        "14: a test of a property says one thing of it;",
    ),
    "where of a property": (
        "        test: {property: hasDesign, where: {present: hasArm}}",
        "14: 'where' does not go with 'property'; take it out",
    ),
    "part without where": (
        "        test: {any: hasArm}",
        "14: 'any' lacks 'where'; say what holds of the part",
    ),
    "part of a value": (
        "        test: {any: hasDesign, where: {present: hasArm}}",
        "14: 'hasDesign' has values and no parts; use 'property'",
    ),
    "what cannot be shown": (
        "        test:\n          none of: [{present: hasDesign}]",
        "15: nothing recorded can show that criterion 1.1 is met, since what is absent is unknown;",
    ),
    "contradiction": (
        "        test: {all of: [{property: hasDesign, only: [design/cohort]}, "
        "{property: hasDesign, only: [design/longitudinal]}]}",
        "14: no study could be made up for which criterion 1.1 is met; do its tests contradict each other?",
    ),
    "settled by another": (
        "        test: {present: hasDesign}\n        settled by: hasArm",
        "15: 'settled by' of a rule is 'hasArm'; known are hasDesign",
    ),
    "key twice": (
        "        test: {present: hasDesign}\n        slug: other",
        "15: a rule has 'slug' twice; keep one",
    ),
    "no YAML": (
        "        test: {present: hasDesign",
        "15: expected ',' or '}', but got '<stream end>'; mend the YAML",
    ),
    "unknown alias": ("        test: *trial", "14: found undefined alias 'trial'; mend the YAML there"),
    "escaped control character": (
        '        test: {property: country, one of: ["\\a"]}',
        "14: an entry of 'one of' of a test holds a character that cannot be printed; remove it",
    ),
    "half a character": (
        '        test: {property: country, one of: ["\\ud800"]}',
        "14: an entry of 'one of' of a test holds a character that cannot be printed; remove it",
    ),
    "no IRI": (
        "        test: {property: hasDesign, one of: ['concept:<b>']}",
        "14: unknown concept 'concept:<b>'; known are design/before-after",
    ),
    "control character": (
        "        test: \x07",
        "14:15: holds the control character U+0007, which no text may; take it out",
    ),
}
#: Changes to a rule that is whole, and what is said of them.
CHANGED = {
    "wrong polarity": (
        ("requires", "demands"),
        "10: 'polarity' of a rule is 'demands'; known are allows, excludes,",
    ),
    "test that asks for nothing": (
        ("requires", "allows"),
        "14: a criterion of polarity 'allows' asks for nothing; give the polarity requires or excludes",
    ),
    "slug": (
        ("slug: trial", "slug: A Trial"),
        "8: the slug is 'A Trial'; use small letters, digits and hyphens",
    ),
    "same id": (("id: 1.1", "id: 1"), "7: the id '1' is that of line 2 too; change one"),
    "same slug": (("slug: trial", "slug: design"), "7: the slug 'design' is that of line 2 too; change one"),
    "no message": (
        ("        message: It is no trial.\n", ""),
        "7: criterion 1.1 has a test and no 'message'; add it",
    ),
    "no label": (("        label: a trial\n", ""), "7: a rule has no 'label'; add it"),
    "empty label": (("label: a trial", "label:"), "9: 'label' of a rule is empty; write something"),
    "served by none": (
        ("test: {present: hasDesign}", "tested with: 7"),
        "13: 'message' goes with a test, and there is none; take it out",
    ),
    "served by what has no test": (
        ("        message: It is no trial.\n        test: {present: hasDesign}", "        tested with: 1"),
        "13: 'tested with' of a rule is '1'; there are none",
    ),
    "unknown mark": (
        ("label: a trial", "label: a\n        mark: sure"),
        "10: 'mark' of a rule is 'sure'; known are",
    ),
    "no rules": (
        ("    rules:", "    polarity: requires\n    rulez:"),
        "7: unknown key 'rulez' in a set; did you mean rules",
    ),
    "excludes and fails": (
        ("requires", "excludes\n        fails when: {present: hasArm}"),
        "11: a rule that excludes fails when its test holds; take this out, or let the rule require",
    ),
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """A review without criteria."""
    return evigraph.open(review_without_criteria(tmp_path_factory.mktemp("errors") / "review"))


def refused(review: Review, text: str) -> str:
    """What is said of a criteria file, behind its path."""
    path = review.folder.path / SOURCE
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvigraphError) as caught:
        Made(review.folder, review.iri)
    assert caught.value.exit_code == 2
    said = str(caught.value)
    assert said.startswith(f"{path}:"), said
    return said.removeprefix(f"{path}:")


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_said_with_its_line(bare: Review, name: str) -> None:
    """Each word that a test can have, wrong in the ways a person would write it."""
    text, expected = BROKEN[name]
    assert refused(bare, f"{HEAD}{text}\n").startswith(expected)


@pytest.mark.parametrize("name", CHANGED)
def test_what_was_changed_is_said_with_its_line(bare: Review, name: str) -> None:
    """What a criterion says beside its test."""
    (old, new), expected = CHANGED[name]
    text = f"{HEAD}        test: {{present: hasDesign}}\n"
    assert old in text
    assert refused(bare, text.replace(old, new, 1)).startswith(expected)


def test_the_rule_that_is_broken_above_is_whole(bare: Review) -> None:
    """So that each of the errors comes from what was changed."""
    (bare.folder.path / SOURCE).write_text(f"{HEAD}        test: {{present: hasDesign}}\n", encoding="utf-8")
    assert len(Made(bare.folder, bare.iri).files) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# nothing\n", "1: says nothing; write 'sets:' and below it the criteria"),
        ("- a\n", "1: the file is no mapping; write 'key: value' lines"),
        ("sets: []\n", "1: 'sets' of the file is empty; name at least one"),
        (
            "sets:\n  - id: 1\n    slug: a\n    label: a\n    description: a\n",
            "2: a set has neither 'rules' nor",
        ),
        ("[" * 5000, " is nested too deeply; write the tests side by side"),
    ],
)
def test_files_that_hold_no_criteria(bare: Review, text: str, expected: str) -> None:
    """What is not even a list of sets."""
    assert refused(bare, text).startswith(expected)


def test_aliases_that_multiply_are_stopped(bare: Review) -> None:
    """A few lines that stand for a billion tests."""
    lines = ["        test:", "          all of:"]
    lines.append("            - &a0 {present: hasDesign}")
    lines += [f"            - &a{n} {{all of: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 30)]
    assert "a rule has more than 300 tests or 12 levels" in refused(bare, HEAD + "\n".join(lines))


WORDS = [
    *(
        "sets",
        "rules",
        "id",
        "slug",
        "label",
        "description",
        "polarity",
        "requires",
        "excludes",
        "test",
        "any",
    ),
    *(
        "present",
        "property",
        "one of",
        "only",
        "at or below",
        "at least",
        "where",
        "all of",
        "none of",
        "every",
    ),
    *(
        "hasDesign",
        "hasArm",
        "evaluates/ledBy",
        "design/cohort",
        "message",
        "rationale",
        "1",
        "-3",
        "1e400",
        "",
        "~",
    ),
]
VALUES = st.recursive(
    st.one_of(st.sampled_from(WORDS), st.text(max_size=8), st.none(), st.floats(), st.integers()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=20,
)


def require_built_or_refused(review: Review) -> None:
    """A criteria file is made into files, or refused in a line that names it."""
    said = ""
    try:
        Made(review.folder, review.iri)
    except EvigraphError as error:
        said = str(error)
    assert not said or said.startswith(f"{review.folder.path / SOURCE}:")


@settings(max_examples=settings().max_examples // 2, deadline=None)
@given(test=VALUES, rule=st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=3), whole=st.booleans())
def test_no_file_brings_it_down(bare: Review, test: object, rule: dict[str, object], whole: bool) -> None:
    """Whatever YAML is written, it is built or refused in one line."""
    sets = yaml.safe_load(f"{HEAD}        test: 1\n")
    sets["sets"][0]["rules"][0] |= {"test": test} | ({} if whole else rule)
    (bare.folder.path / SOURCE).write_text(yaml.safe_dump(sets), encoding="utf-8")
    require_built_or_refused(bare)


@settings(max_examples=settings().max_examples // 2, deadline=None)
@given(st.data())
def test_no_damage_brings_it_down(bare: Review, data: st.DataObject) -> None:
    """A criteria file with a piece cut out, doubled or filled with anything."""
    text = DATA.read_bytes()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 40, len(text))))
    middle = data.draw(st.one_of(st.binary(max_size=6), st.just(text[start:end] * 2), st.just(b"")))
    path = bare.folder.path / SOURCE
    path.write_bytes(text[:start] + middle + text[end:])
    require_built_or_refused(bare)
