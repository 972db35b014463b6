"""Compares what is drawn from two reviews: verdicts, decisions, claims, and answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import pyoxigraph as ox

from evigraph.answers import Answer, Term, Triples, Truth
from evigraph.claims import Recount
from evigraph.decisions.standing import Standing, given, standings
from evigraph.decisions.targets import Targets
from evigraph.differences.results import Answered, Cells, Claimed, Decided, Judged, Verdict
from evigraph.differences.snapshot import Snapshot
from evigraph.differences.statements import Thing
from evigraph.names import natural
from evigraph.questions import Question
from evigraph.terms import IDENTIFIER, local_name
from evigraph.verdicts import RuleVerdict, SetVerdict, StudyVerdict


def verdicts(a: Snapshot, b: Snapshot) -> tuple[Verdict, ...]:
    """The verdicts that differ, sorted by study; nothing where one side has none."""
    if a.screening is None or b.screening is None:
        return ()
    before, after = ({study.iri: study for study in side.screening or ()} for side in (a, b))
    found = [_verdict(iri, before.get(iri), after.get(iri)) for iri in before.keys() | after.keys()]
    return tuple(sorted((v for v in found if _differs(v)), key=lambda v: (natural(v.study.id), v.iri)))


def _verdict(iri: str, before: StudyVerdict | None, after: StudyVerdict | None) -> Verdict:
    one = after or before
    assert one is not None
    sets = _judged(before.sets if before else (), after.sets if after else ())
    rules = _judged(before.rules if before else (), after.rules if after else ())
    return Verdict(Judged(one.study, "", _outcome(before), _outcome(after)), iri, sets, rules)


def _differs(verdict: Verdict) -> bool:
    return bool(verdict.study.before != verdict.study.after or verdict.sets or verdict.rules)


def _judged(
    before: Sequence[SetVerdict | RuleVerdict], after: Sequence[SetVerdict | RuleVerdict]
) -> tuple[Judged, ...]:
    """The sets or rules whose outcome differs, sorted by identifier."""
    first, second = ({one.iri: one for one in side} for side in (before, after))
    found = []
    for iri in first.keys() | second.keys():
        was, now = first.get(iri), second.get(iri)
        one = now or was
        assert one is not None
        if _outcome(was) != _outcome(now):
            found.append(Judged(one.id, one.name, _outcome(was), _outcome(now)))
    return tuple(sorted(found, key=lambda judged: natural(judged.id)))


def _outcome(one: StudyVerdict | SetVerdict | RuleVerdict | None) -> str | None:
    return None if one is None else one.outcome.value


def decisions(a: Snapshot, b: Snapshot) -> tuple[Decided, ...]:
    """What people decided, where what stands differs, sorted by study or record and stage."""
    targets = [Targets(side.said, side.graph) for side in (a, b)]
    before, after = (
        standings(given(side.said), target.stands_for) for side, target in zip((a, b), targets, strict=True)
    )
    found = []
    for on, stage in before.keys() | after.keys():
        was, now = before.get((on, stage)), after.get((on, stage))
        if _what(was) != _what(now):
            key = targets[1].key(on)
            found.append(Decided(targets[0].key(on) if key == on else key, on, stage, was, now))
    return tuple(sorted(found, key=lambda decided: (natural(decided.key), decided.on, decided.stage)))


def _what(standing: Standing | None) -> object:
    return standing and (standing.answer, standing.how, standing.rules, standing.reasons)


def claims(a: Snapshot, b: Snapshot, said: Sequence[Thing], *, recount: bool) -> tuple[Claimed, ...]:
    """The claims that differ, or whose recounts do, sorted by identifier.

    Args:
        a: The first review.
        b: The second.
        said: What is said otherwise of claims.
        recount: Whether the recounts can differ.
    """
    before, after = (_recounts(side) if recount else {} for side in (a, b))
    things = {thing.iri: thing for thing in said}
    found = []
    for iri in things.keys() | before.keys() | after.keys():
        was, now = before.get(iri), after.get(iri)
        counted = _count(was) != _count(now) and bool(before) == bool(after)
        if iri in things or counted:
            # A recount that could be had of one side alone says nothing of a difference.
            thing = things.get(iri) or Thing(iri, "Claim", "changed", ())
            found.append(Claimed(_identifier(iri, b, a), thing, was, now))
    return tuple(sorted(found, key=lambda claimed: natural(claimed.id)))


def _recounts(side: Snapshot) -> dict[str, Recount]:
    return {recount.claim.iri.value: recount for recount in side.recounts or ()}


def _count(recount: Recount | None) -> object:
    if recount is None:
        return None
    numbers = (recount.at_least, recount.at_most, recount.recorded, recount.status)
    return numbers, recount.studies, recount.open_studies


def _identifier(iri: str, *sides: Snapshot) -> str:
    texts = (side.said.text(ox.NamedNode(iri), IDENTIFIER) for side in sides)
    return next(filter(None, texts), local_name(iri))


def answers(a: Snapshot, b: Snapshot, names: Collection[str]) -> tuple[Answered, ...]:
    """The questions of some names that are answered differently, in the order of the second review."""
    questions = [question for name, question in b.questions.items() if name in names]
    after = b.answers(questions)
    before = a.answers([a.questions[question.name] for question in questions])
    found = []
    for question in questions:
        if question.name in before and question.name in after:
            answered = _answered(question, before[question.name], after[question.name])
            if answered.added or answered.removed or answered.other_columns:
                found.append(answered)
    return tuple(found)


def _answered(
    question: Question, before: Answer | Truth | Triples, after: Answer | Truth | Triples
) -> Answered:
    (first, rows), (second, others) = (_rows(answer) for answer in (before, after))
    added, removed = others - rows, rows - others
    if first != second:  # other columns: no row of the one can be one of the other
        added, removed = others, rows
    return Answered(
        question=question.name,
        summary=question.summary,
        columns=second,
        added=tuple(sorted(added.elements(), key=_order)),
        removed=tuple(sorted(removed.elements(), key=_order)),
        other_columns=first if first != second else (),
    )


def _rows(answer: Answer | Truth | Triples) -> tuple[tuple[str, ...], Counter[Cells]]:
    """The columns of an answer, and how often it has each row."""
    if isinstance(answer, Answer):
        return answer.variables, Counter(tuple(map(_nameless, row)) for row in answer)
    if isinstance(answer, Truth):
        return ("answer",), Counter([(ox.Literal(bool(answer)),)])
    triples = ((triple.subject, triple.predicate, triple.object) for triple in answer)
    return ("subject", "property", "value"), Counter(tuple(map(_nameless, triple)) for triple in triples)


def _nameless(term: Term | ox.Triple | None) -> Term | None:
    # The label of a blank node says nothing: it is another at each reading.
    if isinstance(term, ox.BlankNode | ox.Triple):
        return ox.BlankNode("b")
    return term


def _order(row: Cells) -> list[object]:
    return [natural("" if term is None else str(term)) for term in row]


def askable(before: Mapping[str, Question], after: Mapping[str, Question]) -> list[str]:
    """The questions of both reviews that need to be told nothing.

    Without those that figures and reports are made of: they show again what other questions ask for.
    """
    return [
        name
        for name, question in after.items()
        if name in before
        and "report" not in question.tags
        and all(p.default is not None for q in (before[name], question) for p in q.parameters)
    ]
