"""What tests of a criteria file mean, worked out from the table of the page and from nothing of the package.

Truth is a number here: 1 for what holds, 0 for what does not, a half for what is not known. So *all* is the
least, *any* the greatest, and the opposite what is missing to 1.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, TypeAlias

import pyoxigraph as ox

from tests.commands import ROOT

#: A study or a part of one: values by property. Concepts are ``scheme/slug``, parts are of the same kind.
Thing: TypeAlias = dict[str, list[Any]]
#: A test as YAML has it.
Written: TypeAlias = dict[str, Any]

NAMESPACE = "https://w3id.org/evigraph/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
#: What can be said of a study and of its parts: concepts of a scheme, numbers, texts or parts.
OF: dict[str, dict[str, str]] = {
    "Study": {
        "addresses": "problem/",
        "hasDesign": "design/",
        "sampleSize": "number",
        "followUpPercent": "decimal",
        "country": "text",
        "evaluates": "Group",
        "hasArm": "Arm",
    },
    "Group": {"ledBy": "leadership/", "hasScope": "scope/"},
    "Arm": {"ledBy": "leadership/", "receives": "comparator/", "armSize": "number"},
}
#: A few concepts of each scheme, so that chance meets them.
CONCEPTS = {
    "problem/": ["bereavement", "child-loss", "addiction", "mental-health-problem", "health-problem"],
    "design/": ["longitudinal", "cohort", "before-after", "cross-sectional", "qualitative"],
    "leadership/": ["members", "non-professionals", "professionals", "lay-peers"],
    "scope/": ["group", "agency", "one-to-one"],
    "comparator/": ["mutual-help", "waiting-list", "professional-treatment"],
}
_GRAPH = list(ox.parse(path=str(ROOT / "ontology/concepts.ttl")))
_BROADER = {q.subject.value: q.object.value for q in _GRAPH if q.predicate.value == SKOS + "broader"}


def truth(test: Written, thing: Thing) -> float:
    """How true a test is of a study or a part of one: 0, a half or 1."""
    (head,) = {"present", "property", "any", "every", "all of", "any of", "none of"} & set(test)
    if head in ("all of", "any of", "none of"):
        found = [truth(inner, thing) for inner in test[head]]
        return {"all of": min(found), "any of": max(found), "none of": 1 - max(found)}[head]
    values = _end(thing, test[head].split("/"))
    if not values:
        return 0.5
    if head == "present":
        return 1
    if head in ("any", "every"):
        found = [truth(test["where"], value) for value in values]
        return max(found) if head == "any" else min(found)
    if {"at least", "at most"} & set(test):
        low, high = test.get("at least", -(10**9)), test.get("at most", 10**9)
        numbers = [len(values)] if isinstance(values[0], dict) else values
        return float(any(low <= number <= high for number in numbers))
    (word,) = set(test) - {"property"}
    wanted = test[word] if isinstance(test[word], list) else [test[word]]
    fits = [any(w in (_line(v) if "below" in word else [v]) for w in wanted) for v in values]
    return float(all(fits) if word.startswith("only") else any(fits))


def outcome(rule: Written, study: Thing) -> str:
    """The verdict on a study by one rule."""
    found = truth(rule["test"], study)
    if rule["polarity"] == "excludes":
        found = 1 - found
    if "fails when" in rule and found != 1:
        found = 0 if truth(rule["fails when"], study) == 1 else 0.5
    return {0: "not met", 0.5: "cannot tell", 1: "met"}[found]


def invented_test(dice: random.Random, of: str = "Study", deep: int = 3) -> Written:
    """A test of a study or a part of one, by chance."""
    if deep and dice.random() < 0.45:
        how = dice.choice(["all of", "any of", "none of"])
        return {how: [invented_test(dice, of, deep - 1) for _ in range(dice.randint(1, 3))]}
    name, kind = dice.choice(list(OF[of].items()))
    if kind in OF:
        way = dice.random()
        if deep and way < 0.6:
            return {dice.choice(["any", "every"]): name, "where": invented_test(dice, kind, deep - 1)}
        if way < 0.75:
            return {"property": name, dice.choice(["at least", "at most"]): dice.randint(1, 3)}
        inner, kind = dice.choice(list(OF[kind].items()))
        name = f"{name}/{inner}"
    if dice.random() < 0.2:
        return {"present": name}
    if kind in ("number", "decimal"):
        low = dice.randint(1, 40) + (0.5 if kind == "decimal" else 0)
        bounds = [
            {"at least": low},
            {"at most": low},
            {"at least": low, "at most": low + dice.randint(0, 20)},
        ]
        return {"property": name, **dice.choice(bounds)}
    if kind == "text":
        return {"property": name, dice.choice(["one of", "only"]): dice.sample(["GB", "US", "DE"], 2)}
    word = dice.choice(["one of", "only", "at or below", "only at or below"])
    chosen = dice.sample(CONCEPTS[kind], dice.randint(1, 2))
    return {"property": name, word: [kind + slug for slug in chosen]}


def invented_rule(dice: random.Random, number: int) -> Written:
    """A rule by chance."""
    rule: Written = {
        "id": f"1.{number}",
        "slug": f"rule-{number}",
        "label": f"rule {number}",
        "polarity": dice.choice(["requires", "requires", "excludes"]),
        "description": "Invented.",
        "rationale": "Chance.",
        "message": "Fails.",
        "test": invented_test(dice),
    }
    if rule["polarity"] == "requires" and dice.random() < 0.3:
        rule["fails when"] = invented_test(dice)
    return rule


def invented_study(dice: random.Random, of: str = "Study") -> Thing:
    """A study by chance, of which much is not recorded."""
    said: Thing = {}
    for name, kind in OF[of].items():
        if dice.random() < 0.4:
            continue
        many = dice.choice([1, 1, 2, 3])
        if kind in OF:
            said[name] = [invented_study(dice, kind) for _ in range(many)]
        elif kind == "number":
            said[name] = list({dice.randint(1, 60) for _ in range(many)})
        elif kind == "decimal":
            said[name] = list({dice.randint(1, 120) / 2 for _ in range(many)})
        elif kind == "text":
            said[name] = dice.sample(["GB", "US", "DE", "FR"], many)
        else:
            said[name] = [kind + slug for slug in dice.sample(CONCEPTS[kind], min(many, 2))]
    return said


def statements(study: Thing, iri: str, of: str = "Study") -> Iterator[ox.Quad]:
    """A study as statements."""
    node = ox.NamedNode(iri)
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    yield ox.Quad(node, kind, ox.NamedNode(f"{NAMESPACE}ontology#{of}"))
    for name, values in study.items():
        for number, value in enumerate(values):
            property = ox.NamedNode(f"{NAMESPACE}ontology#{name}")
            if isinstance(value, dict):
                part = f"{iri}-{name}-{number}"
                yield ox.Quad(node, property, ox.NamedNode(part))
                yield from statements(value, part, OF[of][name])
            elif OF[of][name] == "decimal":
                decimal = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
                yield ox.Quad(node, property, ox.Literal(str(value), datatype=decimal))
            elif OF[of][name] in ("number", "text"):
                yield ox.Quad(node, property, ox.Literal(value))
            else:
                slug = value.partition("/")[2]
                yield ox.Quad(node, property, ox.NamedNode(f"{NAMESPACE}concept/{slug}"))


def _end(thing: Thing, path: list[str]) -> list[Any]:
    values = thing.get(path[0], [])
    if len(path) == 1:
        return values
    ends = [end for value in values for end in _end(value, path[1:])]
    return ends if any(isinstance(end, dict) for end in ends) else list(dict.fromkeys(ends))


def _line(concept: str) -> list[str]:
    """A concept and what it stands below."""
    scheme, _, slug = concept.partition("/")
    iri: str | None = f"{NAMESPACE}concept/{slug}"
    found = []
    while iri is not None:
        found.append(f"{scheme}/{iri.rpartition('/')[2]}")
        iri = _BROADER.get(iri)
    return found
