"""What the decisions of people come to: one answer for each record or study and stage.

A decision that another revises counts no longer. A settlement counts in place of the others. Else those who
decided agree, or they do not; people who decided together count as one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import pyoxigraph as ox

from evigraph.described import Described
from evigraph.terms import NOTE, PROV, RDF_TYPE, evi, local_name

DECISION, SETTLEMENT, RETRIEVAL = evi("Decision"), evi("Settlement"), evi("Retrieval")
REVISES = ox.NamedNode(PROV + "wasRevisionOf")
DERIVED, MARK = ox.NamedNode(PROV + "wasDerivedFrom"), evi("mark")
ATTRIBUTED = ox.NamedNode(PROV + "wasAttributedTo")
ENDED = ox.NamedNode(PROV + "endedAtTime")
TITLE_ABSTRACT, FULL_TEXT = "title-abstract", "full-text"
STAGES = (TITLE_ABSTRACT, FULL_TEXT)
ANSWERS = ("include", "exclude", "unsure")


@dataclass(frozen=True, slots=True)
class Given:
    """A decision as the graph has it.

    Attributes:
        iri: The decision.
        on: The IRI of the record or study that it is on.
        stage: One of :data:`STAGES`; the full text where the graph names none.
        answer: One of :data:`ANSWERS`.
        people: The IRIs of those who answer for it together, sorted.
        rules: The IRIs of the criteria that it says are not met, sorted.
        reason: Why, in words, where no criterion is named.
        note: What else was said.
        settles: Whether it ends a disagreement.
        revises: The IRIs of the decisions in whose place it stands.
        deduced: Whether it was not read anywhere: it is derived from a citation whose role was deduced.
    """

    iri: str
    on: str
    stage: str
    answer: str
    people: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    reason: str = ""
    note: str = ""
    settles: bool = False
    revises: tuple[str, ...] = ()
    deduced: bool = False


class How(StrEnum):
    """How an answer came to stand."""

    SETTLED = "settled"
    AGREED = "agreed"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Standing:
    """What decisions on one record or study at one stage come to.

    Attributes:
        on: The record or study.
        stage: One of :data:`STAGES`.
        how: Whether it was settled, agreed on (by one person, too), or is in conflict.
        answer: One of :data:`ANSWERS`, or empty for a conflict.
        decisions: All decisions that nobody revised, sorted by IRI, with those that were settled.
        rules: The criteria that the decisions of this answer name, the one named most first.
        reasons: Their reasons in words, likewise.
    """

    on: str
    stage: str
    how: How
    answer: str
    decisions: tuple[Given, ...]
    rules: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The answer in one of three words: a conflict is ``unsure``."""
        return self.answer or "unsure"

    @property
    def deduced(self) -> bool:
        """Whether no decision behind it was read anywhere."""
        return all(one.deduced for one in self.decisions)


def given(said: Described) -> list[Given]:
    """The decisions that statements describe, sorted by IRI; one on nothing or without answer is none."""
    found = []
    for node in said.having(evi("decides")):
        on = said.iri(node, evi("onStudy")) or said.iri(node, evi("onRecord"))
        answer, stage = said.iri(node, evi("decides")), said.iri(node, evi("atStage"))
        if on is None or answer is None or not isinstance(node, ox.NamedNode):
            continue
        found.append(
            Given(
                iri=node.value,
                on=on.value,
                stage=local_name(stage.value) if stage else FULL_TEXT,
                answer=local_name(answer.value),
                people=_iris(said, node, ATTRIBUTED),
                rules=_iris(said, node, evi("failsRule")),
                reason=said.text(node, evi("reason")),
                note=said.text(node, NOTE),
                settles=SETTLEMENT in said.values(node, RDF_TYPE),
                revises=_iris(said, node, REVISES),
                deduced=any(said.text(cited, MARK) == "deduced" for cited in said.values(node, DERIVED)),
            )
        )
    return sorted(found, key=lambda one: one.iri)


def current(decisions: Iterable[Given]) -> list[Given]:
    """The decisions in whose place no other stands, in their order."""
    all_of_them = list(decisions)
    revised = {iri for one in all_of_them for iri in one.revises if iri != one.iri}
    return [one for one in all_of_them if one.iri not in revised]


def standings(
    decisions: Iterable[Given], stands_for: Mapping[str, str] | None = None
) -> dict[tuple[str, str], Standing]:
    """What decisions come to.

    Args:
        decisions: As :func:`given` has them.
        stands_for: The record that stands for each that was merged; its decisions count for that one.

    Returns:
        By record or study and stage, sorted; where nobody decided there is nothing.
    """
    groups: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for one in current(decisions):
        groups[(stands_for or {}).get(one.on, one.on), one.stage].append(one)
    return {key: _standing(*key, groups[key]) for key in sorted(groups)}


def retrievals(said: Described, stands_for: Mapping[str, str] | None = None) -> dict[str, bool]:
    """Whether the full text of each record was got, by the last attempt; nothing where nobody tried."""
    attempts: dict[str, tuple[str, str, bool]] = {}
    for node in said.of_class(RETRIEVAL):
        record = said.iri(node, evi("onRecord"))
        if record is None:
            continue
        on = (stands_for or {}).get(record.value, record.value)
        this = (said.text(node, ENDED), node.value, said.text(node, evi("retrieved")) in ("true", "1"))
        attempts[on] = max(attempts.get(on, this), this)
    return {record: attempts[record][2] for record in sorted(attempts)}


def _standing(on: str, stage: str, decisions: list[Given]) -> Standing:
    settled = [one for one in decisions if one.settles]
    counted = settled or decisions
    answers = {one.answer for one in counted}
    how = How.CONFLICT if len(answers) > 1 else How.SETTLED if settled else How.AGREED
    rules = Counter(rule for one in counted for rule in one.rules)
    reasons = Counter(one.reason for one in counted if one.reason)
    return Standing(
        on=on,
        stage=stage,
        how=how,
        answer="" if how is How.CONFLICT else answers.pop(),
        decisions=tuple(decisions),
        rules=tuple(sorted(rules, key=lambda rule: (-rules[rule], rule))),
        reasons=tuple(sorted(reasons, key=lambda reason: (-reasons[reason], reason))),
    )


def _iris(said: Described, node: ox.NamedNode, property: ox.NamedNode) -> tuple[str, ...]:
    return tuple(sorted(v.value for v in said.values(node, property) if isinstance(v, ox.NamedNode)))
