"""The review under other rules: outcomes of rules are recombined, and no shape is run again.

Dropping a rule takes its verdicts away; a set none of whose rules is left asks for nothing. A restriction
counts like one more criterion with three answers. What cannot be told stays so (*bounds*), or is settled.

Claims that count what people included are recounted too: what they decided stands where the other rules
change nothing, and else the studies are in, out or open as the outcomes are then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from evigraph import resting
from evigraph.claims import Recount, Recounts
from evigraph.errors import InputError, UnknownNameError
from evigraph.evidence.restricting import Restrictions
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
            as ``>=12``. All of them must hold.
        settle: One of :data:`SETTLED`.
    """

    drop: tuple[str, ...] = ()
    trust: Trust = Trust.DEDUCED
    where: tuple[tuple[str, str], ...] = ()
    settle: str = "bounds"

    @property
    def restrictions(self) -> list[str]:
        """What a study must be, as it is written on the command line."""
        return [f"{name}{'' if value[:1] in '<>' else '='}{value}" for name, value in self.where]

    def to_dict(self) -> dict[str, Any]:
        """The scenario as JSON has it."""
        return {
            "drop": list(self.drop),
            "trust": self.trust.value,
            "where": self.restrictions,
            "settle": self.settle,
        }


@dataclass(frozen=True)
class Under:
    """The studies of a review under a scenario.

    Attributes:
        screening: The verdicts.
        standing: Of studies, by IRI, whether each is in, is not, or cannot be told, where that is other
            than what people decided.
    """

    screening: Screening
    standing: Mapping[str, Outcome] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """A study whose outcome changes; none stands for one that is no study by the statements that count.

    Attributes:
        study: Its key.
        before: Its outcome as it is.
        after: Its outcome under the other rules.
        before_rests: Whether stated statements alone give another outcome as it is.
        after_rests: The same under the other rules.
    """

    study: str
    before: Outcome | None
    after: Outcome | None
    before_rests: bool = False
    after_rests: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON has it."""
        return {
            "study": self.study,
            "before": self.before and self.before.value,
            "after": self.after and self.after.value,
            "deduced": {"before": self.before_rests, "after": self.after_rests},
        }


@dataclass(frozen=True)
class WhatIf:
    """The review as it is beside the review under other rules.

    Attributes:
        scenario: The other rules.
        before: The verdicts as they are.
        after: The verdicts under the other rules.
        claims: The claims whose recount changes: as it is, and as it would be.
        stated: The verdicts of both by stated statements alone.
        recounted: Whether claims were recounted; of a large review they are not.
    """

    scenario: Scenario
    before: Screening
    after: Screening
    claims: tuple[tuple[Recount, Recount], ...]
    stated: tuple[Screening, Screening]
    recounted: bool = True

    @property
    def changed(self) -> list[Change]:
        """The studies whose outcome changes, sorted."""
        before, after, *stated = (_outcomes(s) for s in (self.before, self.after, *self.stated))
        keys = {study.iri: study.study for screening in (self.before, self.after) for study in screening}
        found = [
            Change(
                study=key,
                before=before.get(iri),
                after=after.get(iri),
                before_rests=before.get(iri) != stated[0].get(iri),
                after_rests=after.get(iri) != stated[1].get(iri),
            )
            for iri, key in keys.items()
            if before.get(iri) != after.get(iri)
        ]
        return sorted(found, key=lambda change: change.study)

    @property
    def enter(self) -> list[str]:
        """The studies that meet the criteria under the other rules alone."""
        return [change.study for change in self.changed if change.after is Outcome.MET]

    @property
    def leave(self) -> list[str]:
        """The studies that meet the criteria as they are alone."""
        return [change.study for change in self.changed if change.before is Outcome.MET]

    def to_dict(self) -> dict[str, Any]:
        """What changes as JSON has it."""
        return {
            "scenario": self.scenario.to_dict(),
            "enter": self.enter,
            "leave": self.leave,
            "before": self.before.counts,
            "after": self.after.counts,
            "resting": {
                "before": resting.counts_dict(self.before, self.stated[0]),
                "after": resting.counts_dict(self.after, self.stated[1]),
            },
            "studies": [change.to_dict() for change in self.changed],
            "claims": [
                {"id": before.claim.id, "before": _numbers(before), "after": _numbers(after)}
                for before, after in self.claims
            ],
            "recounted": self.recounted,
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
    scenarios = Scenarios(review)
    as_is, alone = Scenario(), replace(scenario, trust=Trust.STATED)
    before, after = scenarios.under(as_is), scenarios.under(scenario)
    stated = scenarios.under(replace(as_is, trust=Trust.STATED)), scenarios.under(alone)
    return WhatIf(
        scenario=scenario,
        before=before.screening,
        after=after.screening,
        # Of very many studies the verdicts would have to be written as many statements first.
        claims=() if review.is_large else _changed_claims(scenarios, before, after, stated),
        stated=(stated[0].screening, stated[1].screening),
        recounted=not review.is_large,
    )


def _changed_claims(
    scenarios: Scenarios, before: Under, after: Under, stated: tuple[Under, Under]
) -> tuple[tuple[Recount, Recount], ...]:
    """The claims of which a number, a study or the status changes."""
    one, other, one_stated, other_stated = map(scenarios.recounts, (before, after, *stated))
    changed = {a.claim.id for a, b in zip(one, other, strict=True) if _numbers(a) != _numbers(b)}
    pairs = zip(one.beside(one_stated), other.beside(other_stated), strict=True)
    return tuple(pair for pair in pairs if pair[0].claim.id in changed)


def screened(review: Review, scenario: Scenario) -> Screening:
    """The verdicts under other rules; errors as :func:`what_if`."""
    return Scenarios(review).under(scenario).screening


class Scenarios:
    """A review, ready for one scenario after another; each is recombined once.

    Args:
        review: The review.
    """

    def __init__(self, review: Review) -> None:
        self._review = review
        self._rules = review.criteria.rules
        self._of_set = {rule.id: rule.set_id for rule in self._rules}
        self._restrictions = Restrictions(review)
        self._under: dict[Scenario, Under] = {}

    def under(self, scenario: Scenario) -> Under:
        """The studies under a scenario; errors as :func:`what_if`."""
        if scenario not in self._under:
            self._under[scenario] = self._recombined(scenario)
        return self._under[scenario]

    def recounts(self, under: Under) -> Recounts:
        """The claims under a scenario; what people decided is counted as they did."""
        return self._review.claims(screening=under.screening, standing=under.standing)

    def _recombined(self, scenario: Scenario) -> Under:
        screening = self._review.outcomes(scenario.trust)
        if scenario == Scenario(trust=scenario.trust):
            return Under(screening)
        dropped = self._dropped(scenario.drop)
        recombined = _Recombined(self._of_set, dropped, SETTLED[scenario.settle])
        tests = [self._restrictions.within(*where, scenario.trust) for where in scenario.where]
        studies, standing = [], {}
        for before in screening:
            within = [recombined.settle(test[before.iri]) for test in tests]
            after = recombined.study(before, within)
            stands = _stands(before, after.outcome, Outcome.of_all(within) if within else Outcome.MET)
            if stands is not None:
                standing[before.iri] = stands
            studies.append(after)
        shapes = screening.shapes - 2 * len(dropped)
        return Under(replace(screening, studies=tuple(studies), shapes=shapes), standing)

    def _dropped(self, names: Iterable[str]) -> set[str]:
        """The tested rules that names of rules and sets mean."""
        found: set[str] = set()
        for name in names:
            of_it = {rule.id for rule in self._rules if name in (rule.id, rule.set_id)}
            for rule in self._rules:
                if name in rule.serves and not of_it:
                    raise InputError(f"{name} is tested together with {rule.id}; drop {rule.id}")
            if not of_it:
                known = {x for rule in self._rules for x in (rule.id, rule.set_id)}
                raise UnknownNameError("tested rule", name, known)
            found |= of_it
        if len(found) == len(self._rules):
            raise InputError("no rule is left to ask for; drop fewer")
        return found


class _Recombined:
    """What makes other verdicts from the same outcomes of rules; made for very many studies.

    Args:
        of_set: The set of each rule, by identifiers.
        dropped: The rules that are not asked for.
        settled: What becomes of what cannot be told; it stays so when there is none.
    """

    def __init__(self, of_set: Mapping[str, str], dropped: set[str], settled: Outcome | None) -> None:
        self._of_set = of_set
        self._dropped = dropped
        self._settled = settled
        # Studies whose verdicts on rules are the very same objects, as kept outcomes are, are done once.
        self._done: dict[tuple[int, ...], _Parts] = {}

    def study(self, study: StudyVerdict, restrictions: Iterable[Outcome]) -> StudyVerdict:
        """The verdicts on one study."""
        key = tuple(map(id, study.rules))
        if key not in self._done:
            self._done[key] = self._parts(study)
        sets, rules, whole = self._done[key]
        whole = Outcome.of_all([whole, *restrictions])
        return StudyVerdict(study.study, study.iri, whole, study.decision, sets, rules)

    def settle(self, outcome: Outcome) -> Outcome:
        """What becomes of an outcome."""
        return self._settled if self._settled and outcome is Outcome.CANNOT_TELL else outcome

    def _parts(self, study: StudyVerdict) -> _Parts:
        kept = tuple(self._rule(rule) for rule in study.rules if rule.id not in self._dropped)
        by_set: dict[str, list[Outcome]] = {}
        for rule in kept:
            by_set.setdefault(self._of_set[rule.id], []).append(rule.outcome)
        sets = tuple(
            replace(each, outcome=Outcome.of_all(by_set[each.id])) for each in study.sets if each.id in by_set
        )
        return sets, kept, Outcome.of_all([each.outcome for each in sets])

    def _rule(self, rule: RuleVerdict) -> RuleVerdict:
        outcome = self.settle(rule.outcome)
        return rule if outcome is rule.outcome else replace(rule, outcome=outcome)


_Parts = tuple[tuple[SetVerdict, ...], tuple[RuleVerdict, ...], Outcome]


def _stands(before: StudyVerdict, after: Outcome, within: Outcome) -> Outcome | None:
    """Whether a study is in under other rules, or none where what people decided stands.

    Args:
        before: The verdicts by the rules as they are.
        after: The outcome under the other rules.
        within: Whether the study is within the restrictions.
    """
    if within is Outcome.NOT_MET:
        return Outcome.NOT_MET
    if before.decision == "include":
        if after is Outcome.NOT_MET and before.outcome is not after:
            return Outcome.NOT_MET
        return Outcome.CANNOT_TELL if within is Outcome.CANNOT_TELL else None
    return after if after is not before.outcome else None


def _outcomes(screening: Screening) -> dict[str, Outcome]:
    return {study.iri: study.outcome for study in screening}


def _numbers(recount: Recount) -> dict[str, Any]:
    """The recount of a claim as JSON has it."""
    names = ("at_least", "at_most", "recorded", "status", "studies", "open_studies", "deduced", "stated")
    return {name: value for name, value in recount.to_dict().items() if name in names}
