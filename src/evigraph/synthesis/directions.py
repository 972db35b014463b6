"""The direction of effect of each study on each outcome, by kind of comparison.

Several findings of a study on one outcome and comparison are told as one after Boon & Thomson (2021, Research
Synthesis Methods 12:29-33): as the direction that at least 70 % of them have, else as conflicting. Findings
of which no direction is reported are told only when nothing else is. Different comparisons are never told as
one: change in the members alone says another thing than a difference to people who were not members.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evigraph.answers import Answer
from evigraph.errors import InputError
from evigraph.terms import BASIS, local_name
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.review import Review

#: The question whose rows are told here.
QUESTION = "effect-directions"
#: The share of findings that must agree.
AGREEING = 0.7
#: A direction that nobody recorded: the finding names none.
UNRECORDED = "not-recorded"
#: What is said of an effect, that which favours the groups first; then what says nothing of it.
DIRECTIONS = ("benefit", "harm", "mixed", "no-difference", "equivalent", "not-reported", UNRECORDED)
_SILENT = ("not-reported", UNRECORDED)


@dataclass(frozen=True)
class Effect:
    """What a study says of one outcome in one kind of comparison.

    Attributes:
        study: The key of the study.
        outcome: The local name of the outcome domain; empty when the finding names none.
        comparison: The local name of the kind of comparison.
        direction: One of :data:`DIRECTIONS`; *mixed* also where findings disagree.
        findings: The local names of the findings that are told, sorted.
        bases: What their directions rest on, sorted.
        sample: The recorded sample size, when there is exactly one.
    """

    study: str
    outcome: str
    comparison: str
    direction: str
    findings: tuple[str, ...]
    bases: tuple[str, ...]
    sample: int | None

    @property
    def is_deduced(self) -> bool:
        """Whether no text states the direction: it rests on what was deduced or inferred alone."""
        return bool(self.bases) and set(self.bases) <= {"deduced", "inferred"}


@dataclass(frozen=True)
class Effects:
    """The effects that all studies of a review tell of, sorted, and the studies that tell of none."""

    trust: Trust
    effects: tuple[Effect, ...]
    silent: tuple[str, ...]

    @property
    def outcomes(self) -> list[str]:
        """The outcome domains, sorted."""
        return sorted({effect.outcome for effect in self.effects})


def effects(review: Review, *, trust: Trust | str = Trust.DEDUCED) -> Effects:
    """The direction of effect of each study on each outcome.

    Args:
        review: The review, which must have the question :data:`QUESTION`.
        trust: Which statements count.

    Raises:
        InputError: The review does not have the question.
    """
    trust = Trust(trust)
    if QUESTION not in {path.stem for path in review.folder.files("queries", ".rq")}:
        raise InputError(
            f"{review.folder.path}/queries: has no {QUESTION}.rq, which says whose findings count; copy it "
            "from a review that 'evigraph init DIR' begins, with the prefix concept: of this review"
        )
    answer = review.ask(QUESTION, trust=trust)
    assert isinstance(answer, Answer)  # the question selects rows
    keys = {iri.value: key for key, iri in review.studies.items()}
    return effects_in(answer, keys, trust)


def effects_in(answer: Answer, keys: dict[str, str], trust: Trust) -> Effects:
    """The effects in the rows of the question.

    Args:
        answer: The rows of :data:`QUESTION`.
        keys: The keys of studies by IRI.
        trust: Which statements counted.
    """
    found: dict[tuple[str, str, str], dict[tuple[str, str], set[str]]] = {}
    samples: dict[str, set[int]] = {}
    studies: set[str] = set()
    for row in answer.to_python():
        study = keys.get(str(row["study"]), str(row["study"]))
        studies.add(study)
        if isinstance(size := row["sampleSize"], int):
            samples.setdefault(study, set()).add(size)
        if row["finding"] is None:
            continue
        key = (study, _name(row["outcome"]), _name(row["comparison"]))
        told = (local_name(str(row["finding"])), _name(row["direction"]) or UNRECORDED)
        bases = found.setdefault(key, {}).setdefault(told, set())
        if row["basis"] is not None:
            bases.add(str(row["basis"]).removeprefix(BASIS))
    made = [_effect(key, told, samples.get(key[0], set())) for key, told in sorted(found.items())]
    return Effects(trust, tuple(made), tuple(sorted(studies - {effect.study for effect in made})))


def together(directions: Sequence[str]) -> str:
    """Several directions as one.

    Args:
        directions: Of :data:`DIRECTIONS`, at least one.

    Examples:
        >>> together(["benefit", "benefit", "benefit", "no-difference"])
        'benefit'
        >>> together(["benefit", "harm"])
        'mixed'
        >>> together(["not-reported", "equivalent"])
        'equivalent'
    """
    telling = [direction for direction in directions if direction not in _SILENT]
    if not telling:
        return min(directions, key=DIRECTIONS.index)
    most, count = Counter(sorted(telling)).most_common(1)[0]
    return most if count >= AGREEING * len(telling) else "mixed"


def _effect(
    key: tuple[str, str, str], told: dict[tuple[str, str], set[str]], samples: Iterable[int]
) -> Effect:
    study, outcome, comparison = key
    sizes = list(samples)
    direction = together([direction for _, direction in told])
    return Effect(
        study=study,
        outcome=outcome,
        comparison=comparison,
        direction=direction,
        findings=tuple(sorted({finding for finding, _ in told})),
        bases=tuple(sorted({basis for bases in told.values() for basis in bases})),
        sample=sizes[0] if len(sizes) == 1 else None,
    )


def _name(value: object) -> str:
    return "" if value is None else local_name(str(value))
