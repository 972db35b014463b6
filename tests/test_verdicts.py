"""Verdicts are those that the facts give by the rules as they are written, whoever computes them."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib import RDF, SH

import evigraph
import evigraph.screening
from evigraph.assertions import verdict_quads
from evigraph.folder import FOLDERS
from evigraph.interop import to_rdflib
from evigraph.trust import Trust
from tests import oracle
from tests.engines import failing
from tests.oracle import BASIS, EVI, REVIEW, Row, thing

TRUSTS = ("stated", "deduced")
STUDIES = sorted(oracle.facts_by_study("deduced"))
RULES = tuple(oracle.SET_OF_RULE)
SETS = ("1", "2", "3", "4")
EARL = "http://www.w3.org/ns/earl#"
EARL_OUTCOMES = {"met": "passed", "not met": "failed", "cannot tell": "cantTell"}
OPENED = evigraph.open()
#: The studies of a copied review, and their verdicts.
KEPT = ("bright1999", "burti2005", "segal2002", "tudiver1992")
OF_KEPT = {key: oracle.verdicts("deduced")[key] for key in KEPT}

Table = dict[str, dict[str, str]]


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Copies the review with a few of its studies, beside an empty cache of the test's own."""
    monkeypatch.setenv("EVIGRAPH_CACHE", str(tmp_path / "cache"))

    def copy() -> Path:
        for folder in FOLDERS:
            shutil.copytree(OPENED.folder.path / folder, tmp_path / "review" / folder)
        for path in (tmp_path / "review" / "graph" / "studies").iterdir():
            if path.stem not in KEPT:
                path.unlink()
        return tmp_path / "review"

    return copy


@cache
def screening(trust: str) -> evigraph.Screening:
    """The verdicts of the shipped review, computed here and not taken from a cache."""
    screener = evigraph.screening.Screener(OPENED.folder, OPENED.folder.graph)
    decisions = evigraph.screening.recorded_decisions(OPENED.folder.graph)
    return screener.screen(OPENED.folder.graph, Trust(trust), decisions)


def table(screening: evigraph.Screening) -> Table:
    """The outcomes by study and rule."""
    return {study.study: {rule.id: rule.outcome.value for rule in study.rules} for study in screening}


# --- against the facts ----------------------------------------------------------------------------


@pytest.mark.parametrize("trust", TRUSTS)
def test_all_studies_are_judged_in_their_order(review: evigraph.Review, trust: str) -> None:
    """Twenty studies by key, each with the six tested rules and the four sets in theirs."""
    found = review.screen(trust=trust)
    assert [study.study for study in found] == STUDIES
    assert {tuple(rule.id for rule in study.rules) for study in found} == {RULES}
    assert {tuple(part.id for part in study.sets) for study in found} == {SETS}


@pytest.mark.parametrize("trust", TRUSTS)
@pytest.mark.parametrize("key", STUDIES)
def test_rules_sets_and_study_are_as_the_facts_give_them(
    review: evigraph.Review, key: str, trust: str
) -> None:
    """The table of what each rule asks, applied to the rows of the study, gives the same words."""
    study = review.screen(trust=trust)[key]
    rules = oracle.verdicts(trust)[key]
    sets = {s: oracle.together(rules[rule] for rule in RULES if oracle.SET_OF_RULE[rule] == s) for s in SETS}
    assert {rule.id: rule.outcome.value for rule in study.rules} == rules
    assert {part.id: part.outcome.value for part in study.sets} == sets
    assert study.outcome == oracle.together(sets.values())
    assert study.decision == oracle.decisions()[key]


@pytest.mark.parametrize(
    ("trust", "counts"),
    [
        ("stated", {"met": 1, "not met": 5, "cannot tell": 14}),
        ("deduced", {"met": 4, "not met": 6, "cannot tell": 10}),
    ],
)
def test_counts(review: evigraph.Review, trust: str, counts: dict[str, int]) -> None:
    """How many studies there are of each outcome, counted by hand."""
    assert review.screen(trust=trust).counts == counts
    assert Counter(map(oracle.together, map(dict.values, oracle.verdicts(trust).values()))) == counts


@pytest.mark.parametrize("trust", TRUSTS)
@pytest.mark.parametrize("key", STUDIES)
def test_values_are_the_facts_that_bear_on_the_rule(review: evigraph.Review, key: str, trust: str) -> None:
    """Each rule shows the facts it looked at, with part, basis, source and note as they were collected."""
    facts = oracle.facts_by_study(trust)[key]
    for rule in review.screen(trust=trust)[key].rules:
        wanted = {
            (
                oracle.subject_of(row).value.partition("#")[2] or "study",
                oracle.TERMS[row["property"]][0],
                f"concept:{row['value']}",
                row["basis"],
                row["source"],
                row["note"],
            )
            for row in facts
            if row["property"] in oracle.LOOKED_AT[rule.id]
        }
        found = [(v.of, v.property, v.value, v.basis, v.source, v.note) for v in rule.values]
        assert set(found) == wanted, rule.id
        assert len(found) == len(wanted), rule.id


@pytest.mark.parametrize("trust", TRUSTS)
@pytest.mark.parametrize("key", STUDIES)
def test_missing_is_named_for_cannot_tell_alone(review: evigraph.Review, key: str, trust: str) -> None:
    """What would settle a verdict is named when it cannot be told, and never else."""
    for rule in review.screen(trust=trust)[key].rules:
        open_ = rule.outcome == "cannot tell"
        assert rule.missing == (oracle.SETTLED_BY[rule.id] if open_ else None), rule.id
        assert rule.message


MESSAGES = {
    ("bright1999", "1.3"): "Shown: run by its members.",
    ("cheung2000", "1.3"): "Who leads the group is not recorded.",
    ("segal2002", "1.9"): "What is studied is not shown to be a group.",
    ("videkasherman1985", "1.9"): "Whether a group, an agency or pairs are studied is not recorded.",
    ("dunham1998", "2"): "None of the recorded problems is a mental health problem.",
    ("powell2000", "3"): "None of the recorded outcomes is one of psychological or social functioning.",
    ("vachon1980", "3"): "No outcome is recorded.",
    (
        "galanter1988",
        "4",
    ): "No design and no finding shows that the study compares or follows change over time.",
    ("lieberman1986", "4"): "Whether the study compares or follows change over time is not recorded.",
}


@pytest.mark.parametrize(("key", "rule"), MESSAGES)
def test_message_says_what_was_found_or_is_missing(review: evigraph.Review, key: str, rule: str) -> None:
    """The words are the shape's, of the aspect that decided."""
    assert review.screen()[key].rule(rule).message == MESSAGES[key, rule]


@pytest.mark.parametrize(("id", "serves"), {"1.3": ["1.4", "1.8"], "4": ["4.1", "4.3"]}.items())
def test_one_test_serves_several_rules(review: evigraph.Review, id: str, serves: list[str]) -> None:
    """The verdict on a rule is found under the rules that it answers too."""
    study = review.screen()["bright1999"]
    assert [study.rule(other) for other in serves] == [study.rule(id)] * len(serves)


def test_what_nothing_recorded_can_test_is_listed(review: evigraph.Review) -> None:
    """Rules without a test are named with their reason, never silently met."""
    listed = dict(review.screen().not_tested)
    assert {"1.2", "1.5", "1.7"} <= set(listed)
    tested = set(RULES) | {other for rule in review.screen()["bright1999"].rules for other in rule.serves}
    assert set(listed) | tested == {row["id"] for row in oracle.rows("criteria")} - {"1"}
    assert not set(listed) & tested
    assert all(listed.values())


# --- made-up studies ------------------------------------------------------------------------------

POOLS: dict[str, list[str]] = {
    "problem": ["bulimia", "addiction", "dual-diagnosis", "health-problem", "mental-health-problem"],
    "group_scope": ["group", "agency", "one-to-one"],
    "led_by": ["members", "lay-peers", "paraprofessionals", "professionals", "non-professionals"],
    "arm_kind": ["mutual-help", "mutual-help", "professional-treatment", "waiting-list"],
    "outcome": ["grief", "psychosocial-functioning", "satisfaction", "hospitalization", "care-use"],
    "design": [row["slug"] for row in oracle.rows("concepts") if row["scheme"] == "design"],
    "finding_comparison": [row["slug"] for row in oracle.rows("concepts") if row["scheme"] == "comparison"],
}


def made_up(key: str, dice: random.Random) -> list[Row]:
    """The facts of a study that never was, some of them deduced."""
    parts = {"problem": "study", "group_scope": "study", "led_by": "study", "design": "study"}
    parts |= {"outcome": "outcome-1", "finding_comparison": "finding-1"}
    drawn = [(of, name) for name, of in parts.items() for _ in range(dice.choice((0, 1, 1, 2)))]
    for arm in range(dice.choice((0, 0, 1, 2, 3))):
        drawn += [(f"arm-{arm}", "arm_kind")] * dice.choice((0, 1, 1))
        drawn += [(f"arm-{arm}", "led_by")] * dice.choice((0, 1))
    blank = dict.fromkeys(oracle.rows("study_facts")[0], "")
    return [
        blank
        | {
            "key": key,
            "of": of,
            "property": name,
            "value": dice.choice(POOLS[name]),
            "value_type": "concept",
            "basis": dice.choice(("abstract", "abstract", "deduced")),
        }
        for of, name in drawn
    ]


@pytest.mark.parametrize("trust", TRUSTS)
def test_made_up_studies_are_judged_as_the_rules_say(
    review: evigraph.Review, tmp_path: Path, trust: str
) -> None:
    """A hundred studies drawn by lot, handed in as one file, get the verdicts of the written rules."""
    dice = random.Random(2008)
    studies = {key: made_up(key, dice) for key in (f"study{number:03}" for number in range(100))}
    quads = [q for key in studies for q in oracle.study_of(key)]
    for row in (row for facts in studies.values() for row in facts):
        quads += [oracle.statement_of(row), *oracle.links_of(row)]
    path = tmp_path / "made-up.nq"
    ox.serialize(quads, str(path), format=ox.RdfFormat.N_QUADS)
    wanted = {
        key: oracle.judge([row for row in facts if row["basis"] in oracle.BASES[trust]])
        for key, facts in studies.items()
    }
    assert {outcome for rules in wanted.values() for outcome in rules.values()} == set(EARL_OUTCOMES)
    assert table(review.screen_file(path, trust=trust)) == wanted


# --- the documented layout ------------------------------------------------------------------------


@pytest.mark.parametrize("trust", TRUSTS)
def test_json_has_the_documented_layout(review: evigraph.Review, trust: str) -> None:
    """The documented keys are there; there may be more."""
    found: dict[str, Any] = json.loads(review.screen(trust=trust).to_json())
    assert found.keys() >= {"trust", "counts", "contradictions", "studies"}
    assert found["trust"] == trust
    assert found["counts"].keys() == {"met", "not met", "cannot tell"}
    assert found["contradictions"] == []
    assert [study["study"] for study in found["studies"]] == STUDIES
    words = {"met", "not met", "cannot tell"}
    for study in found["studies"]:
        assert study.keys() >= {"study", "outcome", "decision", "sets", "rules"}
        assert study["decision"] in {"include", "exclude"}
        assert [part["id"] for part in study["sets"]] == list(SETS)
        assert [rule["id"] for rule in study["rules"]] == list(RULES)
        assert {study["outcome"], *(part["outcome"] for part in study["sets"])} <= words
        for rule in study["rules"]:
            assert rule.keys() >= {"id", "outcome", "message", "missing", "values"}
            assert rule["outcome"] in words
            assert (rule["missing"] is None) == (rule["outcome"] != "cannot tell")
            for value in rule["values"]:
                assert value.keys() >= {"value", "basis", "source"}
                assert value["basis"] in oracle.BASES[trust]
                assert all(isinstance(value[name], str) and value[name] for name in ("value", "source"))


def test_results_read_back_are_equal(review: evigraph.Review) -> None:
    """What is kept between runs is all there is to know."""
    found = review.screen()
    assert evigraph.Screening.load(found.dump()) == found


# --- contradictions -------------------------------------------------------------------------------


def test_no_decision_is_contradicted(review: evigraph.Review) -> None:
    """No study was included that a rule keeps out, none excluded that meets all."""
    assert [review.screen(trust=trust).contradictions for trust in TRUSTS] == [(), ()]


@pytest.mark.parametrize(
    ("key", "decision", "outcome"),
    [("tudiver1992", "exclude", "met"), ("segal2002", "include", "not met"), ("burti2005", "exclude", None)],
)
def test_planted_contradiction_is_listed(
    copied: Callable[[], Path], key: str, decision: str, outcome: str | None
) -> None:
    """A decision against the verdict is named; one against an open verdict is none."""
    path = copied() / "graph" / "decisions.ttl"
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    (place,) = [number for number, block in enumerate(blocks) if block.startswith(f"decision:{key} ")]
    other = {"exclude": "include", "include": "exclude"}[decision]
    assert f"evi:decides evi:{other}" in blocks[place]
    blocks[place] = blocks[place].replace(f"evi:decides evi:{other}", f"evi:decides evi:{decision}")
    path.write_text("\n\n".join(blocks), encoding="utf-8")
    found = evigraph.open(path.parents[1]).screen()
    listed = [{"study": key, "decision": decision, "outcome": outcome}] if outcome else []
    assert [study.study for study in found.contradictions] == [entry["study"] for entry in listed]
    assert found.to_dict()["contradictions"] == listed


# --- other engines --------------------------------------------------------------------------------


def whole_graph(trust: str) -> list[ox.Quad]:
    """All that counts at a level of trust: all studies, the bookkeeping and the ontology."""
    graphs = {ox.NamedNode(BASIS + basis) for basis in (*oracle.BASES[trust], "record")}
    trusted = [quad for quad in OPENED.folder.graph if quad.graph_name in graphs]
    return [*trusted, *OPENED.folder.ontology]


def table_of(failed: set[tuple[str, str]]) -> Table:
    """The outcomes by study and rule, from the shapes that failed and the nodes they failed on."""
    found: Table = {}
    for key in STUDIES:
        study = thing("study", key).value
        found[key] = {}
        for rule in evigraph.screening.Screener(OPENED.folder, OPENED.folder.graph).criteria.rules:
            if (rule.satisfied.value, study) not in failed:
                found[key][rule.id] = "met"
            elif (rule.decidable.value, study) not in failed:
                found[key][rule.id] = "not met"
            else:
                found[key][rule.id] = "cannot tell"
    return found


@pytest.mark.parametrize("trust", TRUSTS)
def test_plain_pyshacl_over_the_whole_graph_gives_the_same_table(trust: str) -> None:
    """Cutting a small graph for each study changes nothing."""
    shapes = rdflib.Graph()
    for path in OPENED.folder.files("shapes/criteria", ".ttl"):
        shapes.parse(path)
    _, report, _ = pyshacl.validate(to_rdflib(whole_graph(trust), {}), shacl_graph=shapes)
    failed = {
        (str(report.value(result, SH.sourceShape)), str(report.value(result, SH.focusNode)))
        for top in report.subjects(RDF.type, SH.ValidationReport)
        for result in report.objects(top, SH.result)
    }
    assert table_of(failed) == table(screening(trust)) == oracle.verdicts(trust)


@pytest.mark.parametrize("trust", TRUSTS)
def test_second_engine_over_the_whole_graph_gives_the_same_table(trust: str) -> None:
    """The Rust engine reads the same shapes in the same way."""
    failed = failing(OPENED.folder.files("shapes/criteria", ".ttl"), whole_graph(trust))
    assert table_of(failed) == table(screening(trust))


# --- two runs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("trust", TRUSTS)
def test_two_runs_are_equal(review: evigraph.Review, trust: str) -> None:
    """Computed anew or taken from the cache, the verdicts are equal to the last letter."""
    kept = [review.screen(trust=trust), evigraph.open().screen(trust=trust)]
    assert kept == [screening(trust)] * 2
    assert {found.dump() for found in kept} == {screening(trust).dump()}
    assert len({hash(found) for found in kept}) == 1


def test_some_studies_are_judged_as_among_all(review: evigraph.Review) -> None:
    """Naming studies chooses rows, in the order of all."""
    found = review.screen(["tudiver1992", "bright1999"])
    assert [study.study for study in found] == ["bright1999", "tudiver1992"]
    assert all(study == review.screen()[study.study] for study in found)
    with pytest.raises(evigraph.UnknownNameError, match="bright1999"):
        review.screen(["bright199"])


# --- verdicts as statements -----------------------------------------------------------------------


@cache
def earl(trust: str) -> rdflib.Graph:
    """The verdicts as an EARL graph, by way of another parser."""
    quads = verdict_quads(screening(trust), ox.NamedNode(REVIEW))
    assert {quad.graph_name for quad in quads} == {ox.NamedNode(BASIS + "verdict")}
    assert len(quads) == len(set(quads)), "a statement twice"
    return to_rdflib(quads, {})


def criterion(id: str) -> rdflib.URIRef:
    """The tested criterion with an identifier."""
    names = {
        "1": "set/group-characteristics",
        "1.1": "rule/shared-problem",
        "1.3": "rule/run-by-members",
        "1.9": "rule/group-studied",
        "2": "set/target-problems",
        "3": "set/outcome-measures",
        "4": "set/research-design",
    }
    return rdflib.URIRef(f"{REVIEW}/{names[id]}")


@pytest.mark.parametrize("trust", TRUSTS)
@pytest.mark.parametrize("key", STUDIES)
def test_each_verdict_is_one_assertion(key: str, trust: str) -> None:
    """Six rules, four sets and the study: eleven assertions, each with its outcome."""
    graph, ns, evi = earl(trust), rdflib.Namespace(EARL), rdflib.Namespace(EVI)
    rules = oracle.verdicts(trust)[key]
    sets = {s: oracle.together(rules[rule] for rule in RULES if oracle.SET_OF_RULE[rule] == s) for s in SETS}
    wanted = [("rule", criterion(id), EARL_OUTCOMES[word]) for id, word in rules.items()]
    wanted += [("set", criterion(id), EARL_OUTCOMES[word]) for id, word in sets.items()]
    wanted += [("study", rdflib.URIRef(REVIEW), EARL_OUTCOMES[oracle.together(sets.values())])]
    found = []
    for node in graph.subjects(ns.subject, rdflib.URIRef(thing("study", key).value)):
        assert (node, RDF.type, evi.Verdict) in graph
        assert list(graph.objects(node, ns.mode)) == [ns.automatic]
        assert len(list(graph.objects(node, ns.assertedBy))) == 1
        (level,), (test,) = graph.objects(node, evi.level), graph.objects(node, ns.test)
        (result,) = graph.objects(node, ns.result)
        assert (result, RDF.type, ns.TestResult) in graph
        (outcome,) = graph.objects(result, ns.outcome)
        found.append((str(level), test, str(outcome).removeprefix(EARL)))
    assert sorted(found) == sorted(wanted)


def test_a_verdict_is_an_assertion_of_earl(review: evigraph.Review) -> None:
    """The ontology puts the class of the verdicts under EARL's."""
    subclass = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    above = {
        q.object
        for q in review.folder.ontology
        if (q.subject, q.predicate) == (oracle.term("Verdict"), subclass)
    }
    assert ox.NamedNode(EARL + "Assertion") in above


@pytest.mark.parametrize("trust", TRUSTS)
def test_assertions_have_no_blank_node_and_nothing_is_left_over(trust: str) -> None:
    """Every assertion has an IRI, every ground its statement, and grounds are those of the verdicts."""
    graph, evi = earl(trust), rdflib.Namespace(EVI)
    assert not [term for triple in graph for term in triple if isinstance(term, rdflib.BNode)]
    assert len(list(graph.subjects(RDF.type, evi.Verdict))) == 20 * 11
    grounds = set(graph.subjects(RDF.type, evi.Ground))
    assert grounds == set(graph.objects(None, evi.hasGround))
    assert len(grounds) == sum(len(rule.values) for study in screening(trust) for rule in study.rules)
    for ground in grounds:
        for property in (evi.onSubject, evi.onProperty, evi.onValue, evi.onBasis):
            assert len(list(graph.objects(ground, property))) == 1
    missing = [str(value).removeprefix(EVI) for value in graph.objects(None, evi.settledBy)]
    wanted = [
        oracle.SETTLED_BY[r] for rs in oracle.verdicts(trust).values() for r in rs if rs[r] == "cannot tell"
    ]
    assert Counter(missing) == Counter(wanted)


# --- studies in a file ----------------------------------------------------------------------------

EMPTY = "<{iri}> a <https://w3id.org/evigraph/ontology#Study> .\n"


def files_of(review: evigraph.Review) -> dict[str, str]:
    """A hash of every file in the four folders."""
    return {
        review.folder.name_of(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in FOLDERS
        for path in (review.folder.path / folder).rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("trust", ["stated", "deduced", "inferred"])
@pytest.mark.parametrize("iri", ["https://example.org/study/nobody2020", f"{REVIEW}/study/bright1999"])
def test_empty_study_meets_nothing_and_fails_nothing(
    review: evigraph.Review, tmp_path: Path, iri: str, trust: str
) -> None:
    """Nothing is known of it, even where the review has a study of the same name."""
    path = tmp_path / "empty.ttl"
    path.write_text(EMPTY.format(iri=iri), encoding="utf-8")
    (study,) = review.screen_file(path, trust=trust)
    assert (study.study, study.iri) == (iri.rsplit("/", 1)[-1], iri)
    assert {rule.id: rule.outcome.value for rule in study.rules} == dict.fromkeys(RULES, "cannot tell")
    assert {rule.id: rule.missing for rule in study.rules} == oracle.SETTLED_BY
    assert {part.outcome.value for part in study.sets} == {"cannot tell"}
    assert (study.outcome, study.decision) == ("cannot tell", None)
    assert not any(rule.values for rule in study.rules)


def test_file_tried_is_not_added(review: evigraph.Review, tmp_path: Path) -> None:
    """Studies, verdicts, export and files are the same before and after."""
    path = tmp_path / "tried.ttl"
    iri = f"{REVIEW}/study/bright1999"
    path.write_text(
        EMPTY.format(iri=iri) + f"<{iri}> <{EVI}addresses> <{oracle.CONCEPT}addiction> .\n", encoding="utf-8"
    )

    def state() -> list[object]:
        return [dict(review.studies), review.screen(), review.export("nquads"), files_of(review)]

    before = state()
    assert review.screen_file(path)["bright1999"].rule("2").outcome == "not met"
    assert state() == before


# --- the cache ------------------------------------------------------------------------------------


def change(path: Path, old: str, new: str) -> None:
    """Replace a text in a file that holds it once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


CHANGES = {
    "graph/studies/bright1999.trig": ("evi:hasScope concept:group", "evi:hasScope concept:agency"),
    "shapes/criteria/group-studied.ttl": ("sh:hasValue concept:group ;", "sh:hasValue concept:agency ;"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changed_file_is_never_answered_from_the_cache(copied: Callable[[], Path], name: str) -> None:
    """A change to a study or a shape is seen by the next review that is opened, and so is its undoing."""
    folder = copied()
    before = evigraph.open(folder).screen()
    assert before["bright1999"].rule("1.9").outcome == "met"
    change(folder / name, *CHANGES[name])
    after = evigraph.open(folder).screen()
    assert after["bright1999"].rule("1.9").outcome == "not met"
    change(folder / name, *reversed(CHANGES[name]))
    assert evigraph.open(folder).screen() == before


def test_changed_concept_is_never_answered_from_the_cache(copied: Callable[[], Path]) -> None:
    """Verdicts rest on the concepts too."""
    folder = copied()
    assert evigraph.open(folder).screen()["tudiver1992"].rule("2").outcome == "met"
    path = folder / "ontology" / "concepts.ttl"
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    (place,) = [number for number, block in enumerate(blocks) if block.startswith("concept:bereavement ")]
    blocks[place] = blocks[place].replace("concept:mental-health-problem", "concept:health-problem")
    path.write_text("\n\n".join(blocks), encoding="utf-8")
    assert evigraph.open(folder).screen()["tudiver1992"].rule("2").outcome == "not met"


def test_added_and_removed_study_are_seen(copied: Callable[[], Path]) -> None:
    """A study file that comes or goes changes what the verdicts rest on."""
    folder = copied()
    evigraph.open(folder).screen()
    (folder / "graph" / "studies" / "burti2005.trig").unlink()
    assert len(evigraph.open(folder).screen()) == 3
    new = folder / "graph" / "studies" / "smith2020.ttl"
    new.write_text(EMPTY.format(iri=f"{REVIEW}/study/smith2020"), encoding="utf-8")
    assert evigraph.open(folder).screen()["smith2020"].outcome == "cannot tell"


def test_file_changed_under_an_open_review_is_never_kept_as_the_new_one(copied: Callable[[], Path]) -> None:
    """What a review read before a change may be its answer, but never that of the next review."""
    folder = copied()
    opened = evigraph.open(folder)
    assert len(opened.studies) == len(KEPT)  # read now
    change(folder / "graph/studies/bright1999.trig", *CHANGES["graph/studies/bright1999.trig"])
    opened.screen()
    assert evigraph.open(folder).screen()["bright1999"].rule("1.9").outcome == "not met"


def test_cache_is_used(copied: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time nothing is computed, and no file of the review is touched."""
    folder = copied()
    opened = evigraph.open(folder)
    files = files_of(opened)
    first = opened.screen()

    def never(*_: object, **__: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(evigraph.screening.Screener, "screen", never)
    assert evigraph.open(folder).screen() == first
    with pytest.raises(AssertionError, match="computed again"):
        evigraph.open(folder).screen(trust="stated")
    assert files_of(opened) == files


DAMAGES = (
    "",
    "{",
    "null",
    "[]",
    "{}",
    '"text"',
    "\ufeff{}",
    '{"trust": "deduced", "studies": 1, "not_tested": [], "shapes": 12}',
    '{"trust": "deduced", "studies": [null], "not_tested": [], "shapes": 12}',
    '{"trust": "deduced", "studies": [{"rules": 1}], "not_tested": [], "shapes": 12}',
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_entry_is_ignored(copied: Callable[[], Path], tmp_path: Path, damage: str) -> None:
    """An entry that is no verdicts counts as absent, and is replaced by a sound one."""
    folder = copied()
    wanted = evigraph.open(folder).screen()
    (entry,) = (tmp_path / "cache").iterdir()
    sound = entry.read_bytes()
    entry.write_text(damage, encoding="utf-8")
    assert evigraph.open(folder).screen() == wanted
    assert entry.read_bytes() == sound


def test_torn_entry_is_ignored(copied: Callable[[], Path], tmp_path: Path) -> None:
    """Half an entry, or one with bytes that are no text, counts as absent."""
    folder = copied()
    wanted = evigraph.open(folder).screen()
    (entry,) = (tmp_path / "cache").iterdir()
    for torn in (entry.read_bytes()[:1000], b"\xff\xfe\x00", bytes(10)):
        entry.write_bytes(torn)
        assert evigraph.open(folder).screen() == wanted


def test_cache_folder_that_cannot_be_written_is_done_without(
    copied: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file stands where the folder should be; the verdicts are the same."""
    folder = copied()
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("EVIGRAPH_CACHE", str(tmp_path / "file" / "cache"))
    assert table(evigraph.open(folder).screen()) == OF_KEPT
    monkeypatch.setenv("EVIGRAPH_CACHE", str(tmp_path / "file"))
    assert table(evigraph.open(folder).screen()) == OF_KEPT


def test_entry_that_cannot_be_replaced_leaves_nothing_behind(
    copied: Callable[[], Path], tmp_path: Path
) -> None:
    """A folder stands where the entry should be; the verdicts are the same and no file is left over."""
    folder = copied()
    evigraph.open(folder).screen()
    (entry,) = (tmp_path / "cache").iterdir()
    entry.unlink()
    entry.mkdir()
    assert table(evigraph.open(folder).screen()) == OF_KEPT
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [entry.name]


def test_user_without_a_home_is_done_without_a_cache(
    copied: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a container the user may have no home folder; the verdicts are the same."""
    folder = copied()

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("EVIGRAPH_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert table(evigraph.open(folder).screen()) == OF_KEPT
