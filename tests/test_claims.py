"""Claims are recounted from the facts a second time, by the words in the header of each query."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
from evigraph.answers import Answer
from evigraph.claims import Claim, Recount, Recounts
from evigraph.recounting import recount
from tests import oracle
from tests.oracle import Row, thing

TRUSTS = ("stated", "deduced")
COUNTED = ("C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08", "C10", "C12", "C13", "C14")
NOT_COUNTED = ("C09", "C11", "C15", "C16", "C17")

#: At least, at most, and the things shown and open with their studies: what a recount says.
Counted = tuple[int, int, set[str], set[str]]


# --- the second recount ---------------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """What a recount rests on: the facts that count, and the decisions, by study."""

    facts: dict[str, list[Row]]
    decisions: dict[str, str]

    @cached_property
    def included(self) -> list[str]:
        """The studies that were decided to be in."""
        return [key for key, answer in self.decisions.items() if answer == "include"]

    @cached_property
    def findings(self) -> dict[str, list[oracle.Finding]]:
        """The findings of each study."""
        return {key: oracle.findings(facts) for key, facts in self.facts.items()}

    @cached_property
    def types(self) -> dict[str, set[str]]:
        """The problem types of each study; none where it cannot be told."""
        problems = {key: oracle.all_values(facts, "problem") for key, facts in self.facts.items()}
        return {key: {t for t in problem_types() if oracle.any_below(problems[key], t)} for key in self.facts}

    def values(self, key: str, property: str) -> set[str]:
        """The values of a property of a study."""
        return oracle.all_values(self.facts[key], property)

    def where(self, shown: Callable[[str], bool], told: Callable[[str], bool]) -> Counted:
        """Included studies that are shown to count, and those that are not told."""
        yes = {key for key in self.included if shown(key)}
        unknown = {key for key in self.included if key not in yes and not told(key)}
        return len(yes), len(yes | unknown), yes, unknown


@cache
def shipped(trust: str) -> World:
    """The facts of the shipped review."""
    return World(oracle.facts_by_study(trust), oracle.decisions())


@cache
def recounts(trust: str) -> Recounts:
    """The recount of the shipped review."""
    return evigraph.open().claims(trust=trust)


def problem_types() -> list[str]:
    """The three types that the review names in claims of their own."""
    return [row["value"] for row in oracle.rows("claims") if row["id"] in {"C04", "C05", "C06"}]


def speaks_for_the_group(finding: oracle.Finding) -> bool:
    """Whether a finding is known to say something for or against the group."""
    return finding.comparison not in {"", "change-in-all-arms", "predictor"}


def is_told(findings: list[oracle.Finding]) -> bool:
    """Some finding of the kind has a direction, and none of the kind is not reported."""
    directions = [f.direction for f in findings if speaks_for_the_group(f) and f.direction]
    return bool(directions) and "not-reported" not in directions


def is_better(finding: oracle.Finding) -> bool:
    """Change for the better, as claim C08 counts it."""
    if finding.direction == "equivalent":
        return "professional-treatment" in finding.against
    return finding.direction == "benefit" and speaks_for_the_group(finding)


def met_the_criteria(world: World) -> Counted:
    """C01: all studies, not only those included, by their verdict."""
    outcomes = {key: oracle.together(oracle.judge(facts).values()) for key, facts in world.facts.items()}
    yes = {key for key, outcome in outcomes.items() if outcome == "met"}
    unknown = {key for key, outcome in outcomes.items() if outcome == "cannot tell"}
    return len(yes), len(yes | unknown), yes, unknown


def sets_of_criteria(_: World) -> Counted:
    """C02: criteria without a parent."""
    number = len([row for row in oracle.rows("criteria") if not row["parent"]])
    return number, number, set(), set()


def types_covered(world: World) -> Counted:
    """C03: the types of included studies; all are open while one study's type is not told."""
    covered = {type for key in world.included for type in world.types[key]}
    unknown = {key for key in world.included if not world.types[key]}
    at_most = len(problem_types()) if unknown else len(covered)
    return len(covered), at_most, set(world.included) - unknown, unknown


def one_type(type: str) -> Callable[[World], Counted]:
    """C04 to C06: included studies of a type; those without a type are open."""
    return lambda world: world.where(lambda key: type in world.types[key], lambda key: bool(world.types[key]))


def evidence_of_benefit(world: World) -> Counted:
    """C07: benefit, or as good as what it was compared with."""

    def shown(f: oracle.Finding) -> bool:
        return f.direction == "equivalent" or (f.direction == "benefit" and speaks_for_the_group(f))

    of = world.findings
    return world.where(lambda key: any(map(shown, of[key])), lambda key: is_told(of[key]))


def change_for_the_better(world: World) -> Counted:
    """C08: benefit, or as good as professional treatment."""
    of = world.findings
    return world.where(lambda key: any(map(is_better, of[key])), lambda key: is_told(of[key]))


def trials_as_good_as_treatment(world: World) -> Counted:
    """C10: randomized trials with equivalence against professional treatment."""
    no_trial = {"observational", "before-after", "cross-sectional", "qualitative"}
    directions = {
        key: {f.direction for f in some if "professional-treatment" in f.against}
        for key, some in world.findings.items()
    }

    def shown(key: str) -> bool:
        return "randomized-trial" in world.values(key, "design") and "equivalent" in directions[key]

    def told(key: str) -> bool:
        return bool(
            world.values(key, "design") & no_trial
            or "non-randomized" in world.values(key, "allocation")
            or directions[key] - {"", "equivalent", "not-reported"}
        )

    return world.where(shown, told)


def without_difference(world: World) -> Counted:
    """C12: no difference between arms, against people outside the group."""
    outside = {"non-members", "usual-care", "waiting-list"}
    compared = {
        key: {f.direction for f in some if f.comparison == "between-arms" and f.against & outside}
        for key, some in world.findings.items()
    }
    return world.where(
        lambda key: "no-difference" in compared[key], lambda key: bool(compared[key] - {"", "not-reported"})
    )


def harmful(world: World) -> Counted:
    """C13: studies with a finding of harm."""
    of = world.findings
    return world.where(lambda key: any(f.direction == "harm" for f in of[key]), lambda key: is_told(of[key]))


def types_apart(world: World) -> Counted:
    """C14: types of which no study found change for the better, though a study of another type did."""
    of, types = world.findings, world.types
    better = {type for key in world.included if any(map(is_better, of[key])) for type in types[key]}
    members = {type: {key for key in world.included if type in types[key]} for type in problem_types()}
    apart = {type for type in problem_types() if better and members[type] and type not in better}
    shown = {type for type in apart if all(is_told(of[key]) for key in members[type])}
    studies = {key for type in shown for key in members[type]}
    return len(shown), len(apart), studies, {key for type in apart - shown for key in members[type]}


COUNTS: dict[str, Callable[[World], Counted]] = {
    "C01": met_the_criteria,
    "C02": sets_of_criteria,
    "C03": types_covered,
    "C04": one_type("chronic-mental-illness"),
    "C05": one_type("depression-or-anxiety"),
    "C06": one_type("bereavement"),
    "C07": evidence_of_benefit,
    "C08": change_for_the_better,
    "C10": trials_as_good_as_treatment,
    "C12": without_difference,
    "C13": harmful,
    "C14": types_apart,
}

#: Claimed, and at each level of trust at least, at most and status: what a person found by hand.
BY_HAND: dict[str, tuple[int, dict[str, tuple[int, int, str]]]] = {
    "C01": (12, {"stated": (1, 15, "consistent"), "deduced": (4, 14, "consistent")}),
    "C02": (4, {"stated": (4, 4, "match"), "deduced": (4, 4, "match")}),
    "C03": (3, {"stated": (3, 3, "match"), "deduced": (3, 3, "match")}),
    "C04": (1, {"stated": (1, 4, "match"), "deduced": (3, 4, "match")}),
    "C05": (1, {"stated": (3, 6, "match"), "deduced": (3, 4, "match")}),
    "C06": (1, {"stated": (5, 8, "match"), "deduced": (5, 6, "match")}),
    "C07": (1, {"stated": (4, 10, "match"), "deduced": (6, 10, "match")}),
    "C08": (7, {"stated": (4, 10, "consistent"), "deduced": (6, 10, "consistent")}),
    "C10": (2, {"stated": (1, 12, "consistent"), "deduced": (2, 11, "consistent")}),
    "C12": (5, {"stated": (1, 12, "consistent"), "deduced": (1, 12, "consistent")}),
    "C13": (0, {"stated": (0, 7, "consistent"), "deduced": (0, 5, "consistent")}),
    "C14": (0, {"stated": (0, 1, "consistent"), "deduced": (0, 0, "match")}),
}


@pytest.mark.parametrize("trust", TRUSTS)
@pytest.mark.parametrize("id", COUNTED)
def test_recount_is_that_of_the_facts(id: str, trust: str) -> None:
    """Both bounds and the studies behind them follow from the rows of the facts."""
    found = recounts(trust)[id]
    at_least, at_most, shown, unknown = COUNTS[id](shipped(trust))
    assert (found.at_least, found.at_most) == (at_least, at_most)
    assert found.studies == tuple(sorted(shown))
    assert found.open_studies == tuple(sorted(unknown - shown))


@pytest.mark.parametrize("trust", TRUSTS)
@pytest.mark.parametrize("id", COUNTED)
def test_recount_is_that_made_by_hand(id: str, trust: str) -> None:
    """The numbers and the status are those that a person reads off the facts."""
    found = recounts(trust)[id]
    claimed, numbers = BY_HAND[id]
    assert found.claim.claimed == claimed
    assert (found.at_least, found.at_most, found.status) == numbers[trust]


# --- made-up studies ------------------------------------------------------------------------------

DIRECTIONS = ("benefit", "no-difference", "equivalent", "harm", "mixed", "not-reported", "")
COMPARISONS = ("between-arms", "between-arms", "change-over-time", "change-in-all-arms", "predictor")
KINDS = ("mutual-help", "professional-treatment", "waiting-list", "usual-care", "lower-participation")
DESIGNS = ("randomized-trial", "controlled-study", "before-after", "longitudinal")
PROBLEMS = ("dual-diagnosis", "anxiety-problem", "child-loss", "mood-disorder")


def made_up(key: str, dice: random.Random) -> list[Row]:
    """The facts of a study that never was: a problem, a design, two arms and up to two findings."""
    drawn = [("study", "problem", dice.choice(PROBLEMS)), ("study", "design", dice.choice(DESIGNS))]
    drawn += [
        ("study", "allocation", word) for word in dice.choice(((), ("randomized",), ("non-randomized",)))
    ]
    drawn += [(arm, "arm_kind", dice.choice(KINDS)) for arm in ("arm-1", "arm-2")]
    drawn = [fact for fact in drawn if dice.random() < 0.8]
    for finding in ("finding-1", "finding-2")[: dice.choice((0, 1, 1, 2))]:
        drawn.append((finding, "finding_comparison", dice.choice(COMPARISONS)))
        drawn += [(finding, "finding_direction", way) for way in (dice.choice(DIRECTIONS),) if way]
    blank = dict.fromkeys(oracle.rows("study_facts")[0], "") | {"key": key, "value_type": "concept"}
    tied = {"arm": "arm-1", "comparator": "arm-2"}
    return [
        blank
        | {"of": of, "property": property, "value": value, "basis": dice.choice(("abstract", "deduced"))}
        | (tied if of.startswith("finding") else {})
        for of, property, value in drawn
    ]


def write_review(folder: Path, source: Path, studies: dict[str, list[Row]]) -> None:
    """A review with the criteria and claims of the shipped one, and other studies, all of them included."""
    for part in ("ontology", "shapes", "queries"):
        shutil.copytree(source / part, folder / part)
    (folder / "graph").mkdir()
    for name in ("review.ttl", "claims.ttl"):
        shutil.copy(source / "graph" / name, folder / "graph" / name)
    quads = []
    for key, facts in studies.items():
        decision = thing("decision", key)
        quads += oracle.study_of(key)
        quads += [
            ox.Quad(decision, oracle.term("onStudy"), thing("study", key), oracle.RECORD),
            ox.Quad(decision, oracle.term("decides"), oracle.term("include"), oracle.RECORD),
        ]
        quads += [quad for row in facts for quad in (oracle.statement_of(row), *oracle.links_of(row))]
    ox.serialize(quads, str(folder / "graph" / "made-up.nq"), format=ox.RdfFormat.N_QUADS)


@pytest.mark.parametrize("seed", range(8))
def test_made_up_studies_are_recounted_as_the_headers_say(
    review: evigraph.Review, tmp_path: Path, seed: int
) -> None:
    """Few studies drawn by lot, so that each claim is met in all its turns; one lot is many studies."""
    dice = random.Random(seed)
    studies = {key: made_up(key, dice) for key in (f"study{n:02}" for n in range(60 if seed == 0 else 4))}
    write_review(tmp_path / "review", review.folder.path, studies)
    opened = evigraph.open(tmp_path / "review")
    for trust in TRUSTS:
        trusted = {
            key: [row for row in facts if row["basis"] in oracle.BASES[trust]]
            for key, facts in studies.items()
        }
        world = World(trusted, dict.fromkeys(studies, "include"))
        found = opened.claims(trust=trust)
        for id in COUNTED:
            at_least, at_most, shown, unknown = COUNTS[id](world)
            one = found[id]
            assert (one.at_least, one.at_most) == (at_least, at_most), (id, trust)
            assert set(one.studies) == shown, (id, trust)
            assert set(one.open_studies) == unknown - shown, (id, trust)


# --- what stands beside the numbers ---------------------------------------------------------------


@pytest.mark.parametrize("trust", TRUSTS)
def test_recorded_count_stands_beside_the_computed_one(trust: str) -> None:
    """Twelve were included by decision; no other claim has a second count."""
    recorded = {found.claim.id: found.recorded for found in recounts(trust)}
    assert recorded.pop("C01") == len(shipped(trust).included) == 12
    assert set(recorded.values()) == {None}


@pytest.mark.parametrize("trust", TRUSTS)
def test_all_claims_are_there_in_order(trust: str) -> None:
    """Seventeen claims with the statement and value of the abstract."""
    found = recounts(trust)
    assert [one.claim.id for one in found] == [row["id"] for row in oracle.rows("claims")]
    assert [one.claim.statement for one in found] == [row["statement"] for row in oracle.rows("claims")]
    assert len(found) == 17


@pytest.mark.parametrize(
    "row", [r for r in oracle.rows("claims") if r["value"].isdigit()], ids=lambda r: str(r["id"])
)
def test_claimed_number_is_that_of_the_abstract(row: Row) -> None:
    """A count or a negative claims the number of its row."""
    assert recounts("deduced")[row["id"]].claim.claimed == int(row["value"])


@pytest.mark.parametrize("trust", TRUSTS)
@pytest.mark.parametrize("id", NOT_COUNTED)
def test_claim_that_cannot_be_counted_says_why(id: str, trust: str) -> None:
    """Five claims have no query, no number, and a reason."""
    found = recounts(trust)[id]
    assert found.status == "not derivable"
    assert (found.at_least, found.at_most, found.recorded) == (None, None, None)
    assert (found.studies, found.open_studies) == ((), ())
    assert found.claim.query is None
    assert found.claim.reason.endswith(".")


@pytest.mark.parametrize("id", COUNTED)
def test_claim_that_is_counted_gives_no_excuse(review: evigraph.Review, id: str) -> None:
    """Twelve claims name a query of their own."""
    claim = recounts("deduced")[id].claim
    assert claim.reason == ""
    assert claim.query in {question.name for question in review.questions() if "claim" in question.tags}


def test_two_recounts_are_equal(review: evigraph.Review) -> None:
    """Recounting twice gives the same, and levels of trust differ."""
    assert review.claims() == evigraph.open().claims()
    assert review.claims(trust="stated") != review.claims(trust="deduced")


def test_inferred_is_deduced_while_nothing_was_inferred(review: evigraph.Review) -> None:
    """The shipped review holds no inferred statement."""
    assert review.claims(trust="inferred").recounts == review.claims(trust="deduced").recounts


# --- statuses -------------------------------------------------------------------------------------


def claim(kind: str = "count", number: int | None = 5, query: str | None = "some-query") -> Claim:
    """A made-up claim."""
    return Claim("C99", thing("claim", "C99"), "A claim.", kind, number, query, "")


STATUSES = [
    # kind, claimed, at least, at most, status
    ("count", 5, 5, 5, "match"),
    ("count", 5, 5, 6, "consistent"),
    ("count", 5, 4, 5, "consistent"),
    ("count", 5, 0, 9, "consistent"),
    ("count", 5, 6, 9, "mismatch"),
    ("count", 5, 0, 4, "mismatch"),
    ("count", 5, 4, 4, "mismatch"),
    ("count", 0, 0, 0, "match"),
    ("count", None, 3, 3, "not derivable"),
    ("negative", 0, 0, 0, "match"),
    ("negative", 0, 0, 3, "consistent"),
    ("negative", 0, 1, 3, "mismatch"),
    ("existence", None, 1, 1, "match"),
    ("existence", None, 3, 7, "match"),
    ("existence", None, 0, 2, "consistent"),
    ("existence", None, 0, 0, "mismatch"),
    ("count", 5, None, None, "not derivable"),
    ("existence", None, None, None, "not derivable"),
]


@pytest.mark.parametrize(("kind", "number", "at_least", "at_most", "status"), STATUSES)
def test_status_is_by_definition(
    kind: str, number: int | None, at_least: int | None, at_most: int | None, status: str
) -> None:
    """Match when both bounds equal the claim, consistent when it lies between, else mismatch."""
    found = Recount(claim(kind, number), at_least, at_most)
    assert found.status == status
    assert found.to_dict()["status"] == status


def answered(*rows: tuple[str, str | None, str]) -> Answer:
    """The answer of a claim's query: item, study and standing."""
    terms = [
        (
            thing("item", item),
            None if study is None else thing("study", study),
            ox.Literal(standing),
        )
        for item, study, standing in rows
    ]
    return Answer(("item", "study", "standing"), terms, {})


KEYS = {thing("study", key).value: key for key in ("a2001", "b2002", "c2003")}


def test_rows_are_counted_by_item_and_named_by_study() -> None:
    """An item counts once, however many studies show it; one that is shown is no longer open."""
    rows = [
        ("type-1", "a2001", "shown"),
        ("type-1", "b2002", "shown"),
        ("type-1", "c2003", "open"),
        ("type-2", "c2003", "open"),
        ("type-2", "a2001", "open"),
        ("type-3", None, "recorded"),
    ]
    found = recount(claim(number=2), answered(*rows), KEYS)
    assert (found.at_least, found.at_most, found.recorded) == (1, 2, 1)
    assert (found.studies, found.open_studies) == (("a2001", "b2002"), ("c2003",))
    assert found.status == "consistent"


def test_no_row_is_a_count_of_nothing() -> None:
    """An empty answer is nought and not unknown."""
    found = recount(claim(number=0), answered(), KEYS)
    assert (found.at_least, found.at_most, found.recorded, found.status) == (0, 0, None, "match")


def test_query_of_a_claim_must_have_its_columns_and_standings() -> None:
    """What cannot be counted is refused, not counted as nothing."""
    with pytest.raises(evigraph.InputError, match="probably"):
        recount(claim(), answered(("a", None, "probably")), KEYS)
    with pytest.raises(evigraph.InputError, match=r"\?item \?study \?standing"):
        recount(claim(), Answer(("study",), [], {}), KEYS)


# --- layout ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("trust", TRUSTS)
def test_json_has_the_documented_layout(trust: str) -> None:
    """A list of claims with the documented keys; there may be more."""
    found = json.loads(recounts(trust).to_json())
    keys = {"id", "statement", "claimed", "at_least", "at_most", "recorded", "status", "studies"}
    for entry, one in zip(found, recounts(trust), strict=True):
        assert entry.keys() >= keys
        assert entry["id"] == one.claim.id
        assert (entry["at_least"], entry["at_most"]) == (one.at_least, one.at_most)
        assert entry["studies"] == list(one.studies)
        assert entry["status"] in {"match", "consistent", "mismatch", "not derivable"}
        assert (entry["reason"] is None) == (entry["id"] in COUNTED)


@pytest.mark.parametrize("trust", TRUSTS)
def test_recounts_as_statements(trust: str) -> None:
    """In the graph of verdicts each claim has its status, and its numbers where it has any."""
    quads = set(recounts(trust).to_quads())
    assert {quad.graph_name for quad in quads} == {ox.NamedNode(oracle.BASIS + "verdict")}
    wanted = set()
    for one in recounts(trust):
        numbers = {"atLeast": one.at_least, "atMost": one.at_most, "recordedNumber": one.recorded}
        wanted |= {
            (one.claim.id, name, str(number)) for name, number in numbers.items() if number is not None
        }
        wanted.add((one.claim.id, "recountStatus", one.status))
    found = {
        (
            quad.subject.value.rsplit("/", 1)[-1],  # type: ignore[union-attr]
            quad.predicate.value.removeprefix(oracle.EVI),
            quad.object.value,  # type: ignore[union-attr]
        )
        for quad in quads
    }
    assert found == wanted
