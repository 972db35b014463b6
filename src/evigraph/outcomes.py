"""Outcomes alone, in few bytes: verdicts on very many studies without what they looked at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from evigraph.trust import Trust
from evigraph.verdicts import Outcome, RuleVerdict, Screening, SetVerdict, StudyVerdict

_LETTERS = {Outcome.MET: "m", Outcome.NOT_MET: "n", Outcome.CANNOT_TELL: "c"}
_WORDS = {letter: outcome for outcome, letter in _LETTERS.items()}


def dump(screening: Screening) -> str:
    """The outcomes of a screening as text that :func:`load` reads back; no message, no value."""
    first = screening.studies[0] if screening.studies else None
    studies = [[s.study, s.iri, s.decision, _letters(s)] for s in screening]
    return json.dumps(
        {
            "trust": screening.trust.value,
            "not_tested": screening.not_tested,
            "shapes": screening.shapes,
            "sets": [[s.id, s.iri, s.name] for s in first.sets] if first else [],
            "rules": [[r.id, r.iri, r.name, r.serves] for r in first.rules] if first else [],
            "studies": studies,
        },
        ensure_ascii=False,
    )


def load(text: str) -> Screening:
    """Read what :func:`dump` wrote.

    Raises:
        ValueError, KeyError, TypeError: The text is something else.
    """
    data = json.loads(text)
    sets = [{o: SetVerdict(each[0], each[1], each[2], o) for o in Outcome} for each in data["sets"]]
    rules = [{o: _rule(each, o) for o in Outcome} for each in data["rules"]]
    return Screening(
        trust=Trust(data["trust"]),
        studies=tuple(_study(study, sets, rules) for study in data["studies"]),
        not_tested=tuple((id, reason) for id, reason in data["not_tested"]),
        shapes=int(data["shapes"]),
    )


def _letters(study: StudyVerdict) -> str:
    outcomes = [study.outcome, *(s.outcome for s in study.sets), *(r.outcome for r in study.rules)]
    return "".join(_LETTERS[outcome] for outcome in outcomes)


def _rule(fields: Sequence[Any], outcome: Outcome) -> RuleVerdict:
    id, iri, name, serves = fields
    return RuleVerdict(id, iri, name, outcome, "", None, (), tuple(serves))


def _study(
    fields: Sequence[Any],
    sets: Sequence[dict[Outcome, SetVerdict]],
    rules: Sequence[dict[Outcome, RuleVerdict]],
) -> StudyVerdict:
    key, iri, decision, letters = fields
    whole, *rest = (_WORDS[letter] for letter in letters)
    return StudyVerdict(
        study=key,
        iri=iri,
        outcome=whole,
        decision=decision,
        sets=tuple(each[outcome] for each, outcome in zip(sets, rest[: len(sets)], strict=True)),
        rules=tuple(each[outcome] for each, outcome in zip(rules, rest[len(sets) :], strict=True)),
    )
