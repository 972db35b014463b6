"""The review under other rules: outcomes of rules are recombined, and no shape is run again.

Dropping a rule takes its verdicts away; a set none of whose rules is left asks for nothing. A restriction
counts like one more criterion with three answers. What cannot be told stays so (*bounds*), or is settled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from evigraph.claims import Recount, Recounts
from evigraph.errors import InputError, UnknownNameError
from evigraph.extraction.fields import Field, Fields
from evigraph.terms import BROADER
from evigraph.trust import Trust
from evigraph.verdicts import Outcome, RuleVerdict, Screening, SetVerdict, StudyVerdict

if TYPE_CHECKING:
    from evigraph.review import Review

#: What becomes of what cannot be told.
SETTLED: Mapping[str, Outcome | None] = {"bounds": None, "met": Outcome.MET, "not-met": Outcome.NOT_MET}


@dataclass(frozen=True)
class Scenario:
    """Other rules.

    Attributes:
        drop: The identifiers of rules, or of sets, that are not asked for.
        trust: Which statements count.
        where: Property and concept that a study must have, at or below; of a number, what it must be, such
            as ``>=12``.
        settle: One of :data:`SETTLED`.
    """

    drop: tuple[str, ...] = ()
    trust: Trust = Trust.DEDUCED
    where: tuple[tuple[str, str], ...] = ()
    settle: str = "bounds"

    def to_dict(self) -> dict[str, Any]:
        """The scenario as JSON has it."""
        where = [f"{name}{'' if value[:1] in '<>' else '='}{value}" for name, value in self.where]
        return {"drop": list(self.drop), "trust": self.trust.value, "where": where, "settle": self.settle}


@dataclass(frozen=True)
class WhatIf:
    """The review as it is beside the review under other rules.

    Attributes:
        scenario: The other rules.
        before: The verdicts as they are.
        after: The verdicts under the other rules.
        claims: The claims whose recount changes: as it is, and as it would be.
    """

    scenario: Scenario
    before: Screening
    after: Screening
    claims: tuple[tuple[Recount, Recount], ...]

    @property
    def changed(self) -> list[tuple[str, Outcome, Outcome]]:
        """The studies whose outcome changes, sorted, with both outcomes."""
        after = {study.iri: study.outcome for study in self.after}
        return [(s.study, s.outcome, after[s.iri]) for s in self.before if s.outcome != after[s.iri]]

    @property
    def enter(self) -> list[str]:
        """The studies that meet the criteria under the other rules alone."""
        return [study for study, _, after in self.changed if after is Outcome.MET]

    @property
    def leave(self) -> list[str]:
        """The studies that meet the criteria as they are alone."""
        return [study for study, before, _ in self.changed if before is Outcome.MET]

    def to_dict(self) -> dict[str, Any]:
        """What changes as JSON has it."""
        return {
            "scenario": self.scenario.to_dict(),
            "enter": self.enter,
            "leave": self.leave,
            "before": self.before.counts,
            "after": self.after.counts,
            "studies": [
                {"study": study, "before": before.value, "after": after.value}
                for study, before, after in self.changed
            ],
            "claims": [
                {"id": before.claim.id, "before": _numbers(before), "after": _numbers(after)}
                for before, after in self.claims
            ],
        }


def what_if(review: Review, scenario: Scenario) -> WhatIf:
    """The review under other rules.

    Args:
        review: The review; as it is, it is judged by deduced statements.
        scenario: The other rules.

    Raises:
        UnknownNameError: There is no such rule.
        InputError: A rule cannot be dropped alone, nothing is left to ask for, or a restriction is none.
    """
    before = review.screen()
    after = screened(review, scenario)
    claims = changed_claims(review.claims(), review.claims(screening=after))
    return WhatIf(scenario, before, after, claims)


def screened(review: Review, scenario: Scenario) -> Screening:
    """The verdicts under other rules.

    Raises:
        UnknownNameError: There is no such rule.
        InputError: A rule cannot be dropped alone, nothing is left to ask for, or a restriction is none.
    """
    screening = review.outcomes(scenario.trust)
    recombined = _Recombined(
        of_set={rule.id: rule.set_id for rule in review.criteria.rules},
        dropped=_dropped(review, scenario.drop),
        settled=SETTLED[scenario.settle],
    )
    restrictions = _restrictions(review, scenario) if scenario.where else {}
    studies = tuple(recombined.study(study, restrictions.get(study.iri, ())) for study in screening)
    return replace(screening, studies=studies, shapes=screening.shapes - 2 * len(recombined.dropped))


def changed_claims(before: Recounts, after: Recounts) -> tuple[tuple[Recount, Recount], ...]:
    """The claims of which a number, a study or the status changes."""
    pairs = zip(before, after, strict=True)
    return tuple((one, other) for one, other in pairs if _numbers(one) != _numbers(other))


@dataclass(frozen=True)
class _Recombined:
    """What makes other verdicts from the same outcomes of rules; made for very many studies.

    Attributes:
        of_set: The set of each rule, by identifiers.
        dropped: The rules that are not asked for.
        settled: What becomes of what cannot be told; it stays so when there is none.
    """

    of_set: Mapping[str, str]
    dropped: set[str]
    settled: Outcome | None

    def study(self, study: StudyVerdict, restrictions: Iterable[Outcome]) -> StudyVerdict:
        """The verdicts on one study."""
        kept = study.rules
        if self.dropped:
            kept = tuple(rule for rule in kept if rule.id not in self.dropped)
        if self.settled is not None:
            kept = tuple(self._settled(rule) for rule in kept)
        by_set: dict[str, list[Outcome]] = {}
        for rule in kept:
            by_set.setdefault(self.of_set[rule.id], []).append(rule.outcome)
        sets = tuple(_with(each, Outcome.of_all(by_set[each.id])) for each in study.sets if each.id in by_set)
        outcomes = [each.outcome for each in sets]
        outcomes += (self._outcome(outcome) for outcome in restrictions)
        whole = Outcome.of_all(outcomes)
        return StudyVerdict(study.study, study.iri, whole, study.decision, sets, kept)

    def _outcome(self, outcome: Outcome) -> Outcome:
        return self.settled if self.settled and outcome is Outcome.CANNOT_TELL else outcome

    def _settled(self, rule: RuleVerdict) -> RuleVerdict:
        outcome = self._outcome(rule.outcome)
        return rule if outcome is rule.outcome else replace(rule, outcome=outcome)


def _with(verdict: SetVerdict, outcome: Outcome) -> SetVerdict:
    return verdict if verdict.outcome is outcome else replace(verdict, outcome=outcome)


def _dropped(review: Review, names: Iterable[str]) -> set[str]:
    """The tested rules that names of rules and sets mean."""
    rules = review.criteria.rules
    found: set[str] = set()
    for name in names:
        of_it = {rule.id for rule in rules if name in (rule.id, rule.set_id)}
        for rule in rules:
            if name in rule.serves and not of_it:
                raise InputError(f"{name} is tested together with {rule.id}; drop {rule.id}")
        if not of_it:
            raise UnknownNameError("tested rule", name, {x for rule in rules for x in (rule.id, rule.set_id)})
        found |= of_it
    if len(found) == len(rules):
        raise InputError("no rule is left to ask for; drop fewer")
    return found


def _restrictions(review: Review, scenario: Scenario) -> dict[str, list[Outcome]]:
    """Whether each study is within each restriction, by IRI."""
    facts = Fields(review.folder)
    narrower = _narrower(review.folder.ontology)
    found: dict[str, list[Outcome]] = {study.value: [] for study in review.studies.values()}
    for name, wanted in scenario.where:
        field = _field(facts, name)
        within = _test(field, wanted) if field.kind != "concept" else None
        concepts = narrower(facts.value(field, wanted)) if within is None else set()
        values = _values(review.values(field.iri, scenario.trust), found)
        for iri, outcomes in found.items():
            has = values[iri]
            fits = any(map(within, has)) if within else bool(has & concepts)
            outcomes.append(Outcome.MET if fits else Outcome.NOT_MET if has else Outcome.CANNOT_TELL)
    return found


def _values(quads: Iterable[ox.Quad], studies: Iterable[str]) -> dict[str, set[object]]:
    """The values of a fact of each study and its parts."""
    found: dict[str, set[object]] = {study: set() for study in studies}
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode):
            found.get(quad.subject.value.partition("#")[0], set()).add(quad.object)
    return found


def _test(field: Field, text: str) -> Callable[[object], bool]:
    """Whether a number is what a text says.

    Raises:
        InputError: It says nothing of a number.
    """
    parts = re.fullmatch(r"(>=|<=)?\s*([0-9]+(?:\.[0-9]+)?)", text)
    if parts is None:
        raise InputError(f"{field.name}: {text!r} is no bound; write a number, or >= or <= before one")
    sign, bound = parts[1], Decimal(parts[2])

    def holds(value: object) -> bool:
        try:
            number = Decimal(value.value) if isinstance(value, ox.Literal) else None
        except InvalidOperation:
            return False
        if number is None:
            return False
        return number >= bound if sign == ">=" else number <= bound if sign == "<=" else number == bound

    return holds


def _field(facts: Fields, name: str) -> Field:
    """The fact of a name of sheets, or of a property."""
    by_property = {field.iri.value.rpartition("#")[2]: field for field in facts.by_name.values()}
    kinds = ("concept", "integer", "decimal")
    known = {n: f for n, f in (by_property | dict(facts.by_name)).items() if f.kind in kinds}
    if name not in known:
        raise UnknownNameError("property with concepts or numbers", name, known)
    return known[name]


def _narrower(ontology: Iterable[ox.Quad]):  # type: ignore[no-untyped-def]  # a function of a concept
    below: dict[object, list[ox.NamedNode]] = {}
    for quad in ontology:
        if quad.predicate == BROADER and isinstance(quad.subject, ox.NamedNode):
            below.setdefault(quad.object, []).append(quad.subject)

    def of(concept: object) -> set[object]:
        found, left = {concept}, [concept]
        while left:
            new = [one for one in below.get(left.pop(), ()) if one not in found]
            found.update(new)
            left += new
        return found

    return of


def _numbers(recount: Recount) -> dict[str, Any]:
    """The recount of a claim as JSON has it."""
    names = ("at_least", "at_most", "recorded", "status", "studies", "open_studies")
    return {name: value for name, value in recount.to_dict().items() if name in names}
