"""Where people differ, and how far they agree: with each other, and with the machine."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evigraph.decisions.measures import Estimate, Unit, estimates
from evigraph.decisions.people import label_of
from evigraph.decisions.rule_names import rule_names
from evigraph.decisions.standing import FULL_TEXT, STAGES, How, Standing, current, given, standings
from evigraph.decisions.targets import Targets
from evigraph.described import Described
from evigraph.errors import InputError, UnknownNameError
from evigraph.trust import Trust
from evigraph.verdicts import Outcome

if TYPE_CHECKING:
    from evigraph.review import Review

#: What the machine is called among raters, and what each of its verdicts would be as a decision.
MACHINE = "machine"
ANSWER_OF = {Outcome.MET: "include", Outcome.NOT_MET: "exclude", Outcome.CANNOT_TELL: "unsure"}
EVERYBODY = "all"


@dataclass(frozen=True)
class Agreement:
    """How far raters agree at a stage.

    Attributes:
        stage: One of :data:`evigraph.decisions.standing.STAGES`.
        between: The two raters, or :data:`EVERYBODY`.
        overlap: How many records or studies two of them judged.
        judged: How many each of the two judged; for everybody, how many somebody judged.
        answers: How often each pair of answers was given; for everybody, each set of answers.
        measures: By name, as in :data:`evigraph.decisions.measures.MEASURES`.
    """

    stage: str
    between: tuple[str, ...]
    overlap: int
    judged: tuple[int, ...]
    answers: Mapping[Unit, int]
    measures: Mapping[str, Estimate]

    def to_dict(self) -> dict[str, Any]:
        """The agreement as JSON has it; what is undefined is null."""
        return {
            "stage": self.stage,
            "between": list(self.between),
            "overlap": self.overlap,
            "judged": list(self.judged),
            "answers": [{"answers": list(unit), "count": n} for unit, n in sorted(self.answers.items())],
            "measures": {
                name: {"value": one.value, "low": one.low, "high": one.high}
                for name, one in self.measures.items()
            },
        }


@dataclass(frozen=True)
class Conflict:
    """A record or study on which people differ.

    Attributes:
        key: What it is called.
        stage: One of :data:`evigraph.decisions.standing.STAGES`.
        answers: Who gave which answer, with the identifiers of the rules or the reason; sorted.
    """

    key: str
    stage: str
    answers: tuple[tuple[str, str, str], ...]


def agreement(
    review: Review,
    *,
    stage: str | None = None,
    between: Sequence[str] = (),
    machine: bool = False,
    trust: Trust | str = Trust.DEDUCED,
) -> list[Agreement]:
    """How far the people of a review agree, two by two and, from three on, all together.

    Of each person counts the last answer, as it was before differences were settled.

    Args:
        review: The review.
        stage: One stage; both when left out.
        between: Two people; all when left out.
        machine: Compare people with the verdicts of the machine in place of each other: *met* is include,
            *not met* exclude, *cannot tell* unsure. Verdicts are on studies, thus on full texts.
        trust: Which statements count for verdicts.

    Raises:
        UnknownNameError: There is no such person among those who decided.
        InputError: The machine judges no titles and abstracts.
    """
    if machine and stage not in (None, FULL_TEXT):
        raise InputError("the machine judges studies, not titles and abstracts; leave out --stage")
    answers = _answers(review)
    people = {name for by_unit in answers.values() for said in by_unit.values() for name in said}
    for name in between:
        if name not in people:
            raise UnknownNameError("person who decided", name, people)
    found: list[Agreement] = []
    for one in STAGES if stage is None else (stage,):
        units = answers[one]
        if machine:
            found += _with_machine(review, units, between, Trust(trust)) if one == FULL_TEXT else []
            continue
        here = sorted(between or {name for said in units.values() for name in said})
        found += [_between(one, pair, units) for pair in itertools.combinations(here, 2)]
        if len(here) > 2:
            found.append(_everybody(one, units))
    return [one for one in found if any(one.judged)]


def conflicts(review: Review, stage: str | None = None) -> list[Conflict]:
    """Where people differ and nobody settled it, sorted by stage and key."""
    said, targets, standing = _standing(review)
    names = {iri: key for key, iri in rule_names(said).items()}
    found = [
        Conflict(
            key=targets.key(one.on),
            stage=one.stage,
            answers=tuple(
                sorted(
                    (
                        label_of(said, each.people),
                        each.answer,
                        "; ".join(
                            [*(names.get(rule, rule) for rule in each.rules), *filter(None, [each.reason])]
                        ),
                    )
                    for each in one.decisions
                )
            ),
        )
        for one in standing.values()
        if one.how is How.CONFLICT and stage in (None, one.stage)
    ]
    return sorted(found, key=lambda one: (STAGES.index(one.stage), one.key))


def _standing(review: Review) -> tuple[Described, Targets, dict[tuple[str, str], Standing]]:
    graph = review.statements()
    said = Described(graph)
    targets = Targets(said, graph)
    return said, targets, standings(given(said), targets.stands_for)


def _answers(review: Review) -> dict[str, dict[str, dict[str, str]]]:
    """By stage and what was judged: who answered what; people who decided together are one."""
    graph = review.statements()
    said = Described(graph)
    stands_for = Targets(said, graph).stands_for
    found: dict[str, dict[str, dict[str, str]]] = {stage: defaultdict(dict) for stage in STAGES}
    for one in current(one for one in given(said) if not one.settles):
        on = stands_for.get(one.on, one.on)
        found[one.stage][on][label_of(said, one.people)] = one.answer
    return found


def _with_machine(
    review: Review, units: Mapping[str, Mapping[str, str]], between: Sequence[str], trust: Trust
) -> list[Agreement]:
    verdicts = {one.iri: ANSWER_OF[one.outcome] for one in review.screen(trust=trust).studies}
    people = sorted(between or {name for said in units.values() for name in said})
    both = {on: {**units.get(on, {}), MACHINE: answer} for on, answer in verdicts.items()}
    both |= {on: dict(said) for on, said in units.items() if on not in verdicts}
    return [_between(FULL_TEXT, (person, MACHINE), both) for person in people]


def _between(stage: str, pair: tuple[str, str], units: Mapping[str, Mapping[str, str]]) -> Agreement:
    one, other = pair
    counts = Counter[Unit](
        (said[one], said[other]) for said in units.values() if one in said and other in said
    )
    return Agreement(
        stage=stage,
        between=pair,
        overlap=sum(counts.values()),
        judged=tuple(sum(name in said for said in units.values()) for name in pair),
        answers=counts,
        measures=estimates(counts),
    )


def _everybody(stage: str, units: Mapping[str, Mapping[str, str]]) -> Agreement:
    counts = Counter[Unit](tuple(sorted(said.values())) for said in units.values() if len(said) > 1)
    measures = {name: one for name, one in estimates(counts).items() if name in ("percent", "alpha")}
    return Agreement(stage, (EVERYBODY,), sum(counts.values()), (len(units),), counts, measures)
