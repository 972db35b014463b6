"""Scenarios that a review keeps: each a Turtle file in ``graph/scenarios/``, used again by its name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.changing import write_files, writing_alone
from evigraph.described import Described
from evigraph.errors import InputError, UnknownNameError
from evigraph.evidence.restricting import Bound, Restrictions
from evigraph.evidence.scenario import Scenario, Scenarios
from evigraph.names import natural
from evigraph.store import about
from evigraph.terms import IDENTIFIER, RDF_TYPE, XSD, evi, local_name
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.review import Review

#: Where the scenarios of a review stand.
FOLDER = "graph/scenarios"
_SCENARIO, _RESTRICTION = evi("Scenario"), evi("Restriction")
#: The sign of a bound and the property that holds its number.
_BOUNDS = {">=": evi("lowerBound"), "<=": evi("upperBound"), "=": evi("onValue")}


def save(review: Review, name: str, scenario: Scenario) -> tuple[Path, bool]:
    """Keep a scenario in a review.

    Args:
        review: The review; its folder is written to.
        name: What to call it, such as ``trials-only``.
        scenario: The other rules.

    Returns:
        The file that was written, and whether there was a scenario of that name before.

    Raises:
        UnknownNameError: The review has no such rule or property.
        InputError: The name is no slug, or the scenario cannot be used.
        EnvironmentFaultError: The file cannot be written.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise InputError(
            f"{name!r} is no name of a scenario; write it like trials-only: a-z, 0-9 and hyphens"
        )
    Scenarios(review).under(scenario)  # what cannot be used is not kept
    folder = review.folder
    path = folder.path / FOLDER / f"{name}.ttl"
    data = serialize(_quads(review, name, scenario), "turtle", folder.prefixes)
    with writing_alone(folder.path / "graph"):
        there = path.is_file()
        write_files({path: data})
    return path, there


def saved(review: Review) -> dict[str, Scenario]:
    """The scenarios of a review by name, sorted."""
    said = Described(about(review._store, _SCENARIO, _RESTRICTION))
    found, space = {}, review.folder.prefixes.get("concept", "")
    for node in said.of_class(_SCENARIO):
        rules = [_identifier(review, rule) for rule in said.values(node, evi("dropsRule"))]
        parts = sorted((part.value for part in _iris(said, node, "hasRestriction")), key=natural)
        found[said.text(node, IDENTIFIER) or local_name(node.value)] = Scenario(
            drop=tuple(sorted(rules, key=natural)),
            trust=Trust(said.text(node, evi("trustLevel")) or Trust.DEDUCED),
            where=tuple(_where(said, ox.NamedNode(part), space) for part in parts),
            settle=said.text(node, evi("settledAs")) or "bounds",
        )
    return dict(sorted(found.items(), key=lambda pair: natural(pair[0])))


def load(review: Review, name: str) -> Scenario:
    """The scenario of this name.

    Raises:
        UnknownNameError: The review keeps none of that name.
    """
    known = saved(review)
    if name not in known:
        raise UnknownNameError("scenario", name, known)
    return known[name]


def _quads(review: Review, name: str, scenario: Scenario) -> list[ox.Quad]:
    node = ox.NamedNode(f"{review.iri.value.rstrip('/#')}/scenario/{name}")
    quads = [ox.Quad(node, RDF_TYPE, _SCENARIO), ox.Quad(node, IDENTIFIER, ox.Literal(name))]
    quads += [ox.Quad(node, evi("dropsRule"), rule) for rule in _criteria(review, scenario)]
    quads.append(ox.Quad(node, evi("trustLevel"), ox.Literal(scenario.trust.value)))
    quads.append(ox.Quad(node, evi("settledAs"), ox.Literal(scenario.settle)))
    restrictions = Restrictions(review)
    for number, (property, wanted) in enumerate(dict.fromkeys(scenario.where), 1):
        part = ox.NamedNode(f"{node.value}#restriction-{number}")
        field, meant = restrictions.meant(property, wanted)
        quads.append(ox.Quad(node, evi("hasRestriction"), part))
        quads.append(ox.Quad(part, RDF_TYPE, _RESTRICTION))
        quads.append(ox.Quad(part, evi("onProperty"), field.iri))
        if isinstance(meant, Bound):
            number_of = ox.Literal(meant.number, datatype=ox.NamedNode(XSD + "decimal"))
            quads.append(ox.Quad(part, _BOUNDS[meant.sign], number_of))
        else:
            quads.append(ox.Quad(part, evi("onValue"), meant))
    return quads


def _criteria(review: Review, scenario: Scenario) -> list[ox.NamedNode]:
    """The rules and sets that a scenario drops."""
    criteria = review.criteria
    known = {s.id: s.iri for s in criteria.sets} | {rule.id: rule.iri for rule in criteria.rules}
    return [known[name] for name in dict.fromkeys(scenario.drop)]


def _identifier(review: Review, criterion: object) -> str:
    """What a criterion is called on the command line."""
    criteria = review.criteria
    known = {s.iri: s.id for s in criteria.sets} | {rule.iri: rule.id for rule in criteria.rules}
    if isinstance(criterion, ox.NamedNode) and criterion in known:
        return known[criterion]
    return local_name(str(getattr(criterion, "value", criterion)))  # which is then no rule that is tested


def _where(said: Described, part: ox.NamedNode, space: str) -> tuple[str, str]:
    property = said.iri(part, evi("onProperty"))
    name = local_name(property.value) if property else ""
    for sign, bound in _BOUNDS.items():
        if number := said.text(part, bound):
            return name, f"{'' if sign == '=' else sign}{number}"
    concept = said.iri(part, evi("onValue"))
    return name, concept.value.removeprefix(space) if concept else ""


def _iris(said: Described, node: ox.NamedNode, name: str) -> list[ox.NamedNode]:
    return [value for value in said.values(node, evi(name)) if isinstance(value, ox.NamedNode)]
