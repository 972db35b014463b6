"""The facts as they were collected, and what follows from them by rules written down a second time.

Nothing here reads the graph, the shapes or the queries: what they give is held against this.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parent.parent
FACTS = ROOT / "tests" / "data" / "facts"

Row = dict[str, str]

# --- names ----------------------------------------------------------------------------------------

REVIEW = "https://w3id.org/evigraph/review/mutual-help"
EVI = "https://w3id.org/evigraph/ontology#"
BASIS = "https://w3id.org/evigraph/basis/"
CONCEPT = "https://w3id.org/evigraph/concept/"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
IDENTIFIER = ox.NamedNode("http://purl.org/dc/terms/identifier")
RECORD = ox.NamedNode(BASIS + "record")

#: Property of the facts: the term that says it, and the kind of part that it is said of.
TERMS = {
    "group_name": ("groupName", "group"),
    "group_label": ("groupLabel", "group"),
    "group_format": ("hasFormat", "group"),
    "group_scope": ("hasScope", "group"),
    "led_by": ("ledBy", "group"),
    "leadership_note": ("leadershipNote", "group"),
    "problem": ("addresses", "study"),
    "population": ("populationDescription", "population"),
    "design": ("hasDesign", "study"),
    "allocation": ("hasAllocation", "study"),
    "country": ("country", "study"),
    "setting": ("setting", "study"),
    "sample_size": ("sampleSize", "study"),
    "group_count": ("groupCount", "study"),
    "waves": ("waveCount", "study"),
    "follow_up_months": ("followUpMonths", "study"),
    "duration_months": ("durationMonths", "study"),
    "follow_up_percent": ("followUpPercent", "study"),
    "negative_effects": ("negativeEffects", "study"),
    "arm": ("armName", "arm"),
    "arm_kind": ("receives", "arm"),
    "arm_size": ("armSize", "arm"),
    "sessions": ("sessionCount", "arm"),
    "outcome": ("inDomain", "outcome"),
    "instrument": ("measuredWith", "outcome"),
    "assessed_by": ("assessedBy", "outcome"),
    "finding_comparison": ("hasComparison", "finding"),
    "finding_direction": ("hasDirection", "finding"),
    "finding_summary": ("findingSummary", "finding"),
}
#: Kind of part: its class, and the property that ties the study to it.
PARTS = {
    "group": ("Group", "evaluates"),
    "population": ("Population", "hasPopulation"),
    "arm": ("Arm", "hasArm"),
    "outcome": ("Outcome", "hasOutcome"),
    "finding": ("Finding", "hasFinding"),
}
#: Column of a finding's handles: the property that ties the finding to what they name.
TIES = {"arm": "onArm", "comparator": "comparedWith", "outcome": "onOutcome"}


@cache
def rows(name: str) -> list[Row]:
    """The rows of a file of facts, by its name without suffix."""
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def label_of(row: Row) -> str:
    """A name for a fact in the report of a test."""
    return "-".join((row["key"], row["of"], row["property"], row["value"][:30].replace(" ", "_")))


def term(name: str) -> ox.NamedNode:
    """The term of the ontology with this local name."""
    return ox.NamedNode(EVI + name)


def thing(kind: str, name: str) -> ox.NamedNode:
    """A thing of the shipped review, such as the study ``bright1999``."""
    return ox.NamedNode(f"{REVIEW}/{kind}/{name}")


def slug(text: str) -> str:
    """The stem under which a printed name is kept."""
    return "".join(c if c.isalnum() else "-" for c in text.lower())


# --- the graph that the facts make ----------------------------------------------------------------


def subject_of(row: Row) -> ox.NamedNode:
    """What a fact is about: the study, or the part of it that has the property."""
    study = thing("study", row["key"])
    part = row["of"] if row["of"] != "study" else TERMS[row["property"]][1]
    return study if part == "study" else ox.NamedNode(f"{study.value}#{part}")


def statement_of(row: Row) -> ox.Quad:
    """The statement that a fact is, in the graph of its basis."""
    value: ox.NamedNode | ox.Literal
    if row["property"] == "instrument":
        value = thing("instrument", slug(row["value"]))
    elif row["value_type"] == "concept":
        value = ox.NamedNode(CONCEPT + row["value"])
    elif row["value_type"] == "text":
        value = ox.Literal(row["value"])
    else:
        value = ox.Literal(row["value"], datatype=ox.NamedNode(XSD + row["value_type"]))
    name, _ = TERMS[row["property"]]
    return ox.Quad(subject_of(row), term(name), value, ox.NamedNode(BASIS + row["basis"]))


def links_of(row: Row) -> set[ox.Quad]:
    """What goes with a fact about a part: its class, its tie to the study, the handles of a finding."""
    study, subject = thing("study", row["key"]), subject_of(row)
    graph = ox.NamedNode(BASIS + row["basis"])
    if subject == study:
        return set()
    name, tie = PARTS[subject.value.partition("#")[2].rstrip("-0123456789")]
    links = {ox.Quad(subject, RDF_TYPE, term(name), graph), ox.Quad(study, term(tie), subject, graph)}
    for column, property in TIES.items():
        for handle in row[column].split():
            links.add(ox.Quad(subject, term(property), ox.NamedNode(f"{study.value}#{handle}"), graph))
    return links


def study_of(key: str) -> list[ox.Quad]:
    """The bookkeeping that makes something a study."""
    study = thing("study", key)
    return [
        ox.Quad(study, RDF_TYPE, term("Study"), RECORD),
        ox.Quad(study, IDENTIFIER, ox.Literal(key), RECORD),
    ]


# --- what counts ----------------------------------------------------------------------------------

STATED = ("title", "abstract", "other-text")
BASES = {"stated": STATED, "deduced": (*STATED, "deduced")}


def facts_by_study(trust: str) -> dict[str, list[Row]]:
    """The facts that count at a level of trust, for each of the 20 studies."""
    found: dict[str, list[Row]] = {row["key"]: [] for row in rows("study_facts")}
    for row in rows("study_facts"):
        if row["basis"] in BASES[trust]:
            found[row["key"]].append(row)
    return found


def values(facts: Iterable[Row], property: str) -> dict[str, set[str]]:
    """The values of a property by what they are about."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in facts:
        if row["property"] == property:
            found[row["of"]].add(row["value"])
    return dict(found)


def all_values(facts: Iterable[Row], property: str) -> set[str]:
    """The values of a property, whatever they are about."""
    return set().union(*values(facts, property).values())


@cache
def at_or_above(slug: str) -> frozenset[str]:
    """A concept and all its broader ones."""
    broader = {row["slug"]: row["broader"] for row in rows("concepts")}
    found = []
    while slug:
        found.append(slug)
        slug = broader[slug]
    return frozenset(found)


def any_below(slugs: Iterable[str], top: str) -> bool:
    """Whether one of the concepts is at or below another."""
    return any(top in at_or_above(slug) for slug in slugs)


# --- verdicts -------------------------------------------------------------------------------------

#: The tested rules in their order, each with its set.
SET_OF_RULE = {"1.1": "1", "1.3": "1", "1.9": "1", "2": "2", "3": "3", "4": "4"}
#: The properties of the facts that bear on each rule.
LOOKED_AT = {
    "1.1": {"problem"},
    "1.3": {"led_by", "arm_kind"},
    "1.9": {"group_scope"},
    "2": {"problem"},
    "3": {"outcome"},
    "4": {"design", "finding_comparison"},
}
#: What is missing when a rule cannot be told.
SETTLED_BY = {
    "1.1": "addresses",
    "1.3": "ledBy",
    "1.9": "hasScope",
    "2": "addresses",
    "3": "inDomain",
    "4": "hasDesign",
}
_DESIGNS = {"randomized-trial", "controlled-study", "cohort", "longitudinal", "before-after"}
_COMPARISONS = {"between-arms", "more-vs-less-participation", "change-over-time"}


def _answer(satisfied: bool, decidable: bool) -> str:
    return "met" if satisfied else "not met" if decidable else "cannot tell"


def judge(facts: list[Row]) -> dict[str, str]:
    """The outcome of each tested rule for the facts of one study."""
    problems, scopes = all_values(facts, "problem"), all_values(facts, "group_scope")
    outcomes, designs = all_values(facts, "outcome"), all_values(facts, "design")
    leaders = values(facts, "led_by")
    arms = [arm for arm, kinds in values(facts, "arm_kind").items() if "mutual-help" in kinds]
    led = [leaders.get(part, set()) for part in ("study", *arms)]
    return {
        "1.1": _answer(bool(problems), False),
        "1.3": _answer(
            any(any_below(some, "non-professionals") for some in led),
            bool(led[0]) or (bool(arms) and all(led[1:])),
        ),
        "1.9": _answer("group" in scopes, bool(scopes)),
        "2": _answer(any_below(problems, "mental-health-problem"), bool(problems)),
        "3": _answer(any_below(outcomes, "psychosocial-functioning"), bool(outcomes)),
        "4": _answer(
            bool(designs & _DESIGNS or all_values(facts, "finding_comparison") & _COMPARISONS),
            bool(designs) and designs <= {"cross-sectional", "qualitative"},
        ),
    }


def together(outcomes: Iterable[str]) -> str:
    """Several outcomes as one: not met if one is, else cannot tell if one is, else met."""
    found = set(outcomes)
    return next(word for word in ("not met", "cannot tell", "met") if word in found)


@cache
def verdicts(trust: str) -> dict[str, dict[str, str]]:
    """The outcome of each tested rule for each study."""
    return {key: judge(facts) for key, facts in facts_by_study(trust).items()}


def decisions() -> dict[str, str]:
    """What was decided on each study, by the role of its reference."""
    words = {"included": "include", "not-included": "exclude"}
    return {row["key"]: words[row["role"]] for row in rows("references") if row["role"] in words}


# --- findings -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """A finding of a study; what is not recorded is empty."""

    name: str
    comparison: str
    direction: str
    against: frozenset[str]
    outcomes: frozenset[str]


def findings(facts: list[Row]) -> list[Finding]:
    """The findings of a study, each with the kinds of arm it was compared with."""
    kinds, domains = values(facts, "arm_kind"), values(facts, "outcome")
    about = {row["of"]: row for row in facts if row["property"].startswith("finding_")}

    def one(name: str, property: str) -> str:
        (value,) = values(facts, property).get(name, {""})
        return value

    return [
        Finding(
            name,
            one(name, "finding_comparison"),
            one(name, "finding_direction"),
            frozenset().union(*(kinds.get(arm, set()) for arm in row["comparator"].split())),
            frozenset().union(*(domains.get(part, set()) for part in row["outcome"].split())),
        )
        for name, row in about.items()
    ]
