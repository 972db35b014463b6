"""Asks for all there is to say of one study."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from evigraph.claims import Recount
from evigraph.documents import Asking
from evigraph.errors import InputError
from evigraph.evidence.gaps import errand, ranked
from evigraph.explaining import reading
from evigraph.explaining.results import ClaimOn, Explanation, Word
from evigraph.explaining.words import Words
from evigraph.names import look_up
from evigraph.trust import Trust
from evigraph.verdicts import Screening, StudyVerdict

if TYPE_CHECKING:
    from evigraph.review import Review

#: The engine that judges all studies before a person has read the first line.
_ENGINE = "shacl"
#: What a page asks of its study, in this order.
QUESTIONS = (
    "study-reports",
    "study-facts",
    "study-verdicts",
    "study-decisions",
    "study-citations",
    "study-findings",
)
#: How a study counts for a claim, in words.
STANDINGS = {
    "shown": "counted",
    "open": "cannot be told",
    "recorded": "counted by the recorded decision",
}


def explain(review: Review, key: str, *, trust: Trust | str = Trust.DEDUCED) -> Explanation:
    """All there is to say of one study of a review.

    Args:
        review: The review, which must have the questions :data:`QUESTIONS`.
        key: The key of the study.
        trust: Which statements count.

    Raises:
        UnknownNameError: There is no such study.
        InputError: The review lacks one of the questions.
    """
    trust = Trust(trust)
    iri = look_up("study", key, review.studies)
    everything, stated = (_judged(review, each) for each in (trust, Trust.STATED))
    one = _on(review, everything, key)
    asking = Asking(review, trust, screening=everything.only([key]), stated=stated)
    for question in QUESTIONS:
        if question not in asking.names:
            raise InputError(
                f"{review.folder.path}/queries: has no {question}.rq; run 'evigraph init --update'"
            )
        asking.id(question, study=key)
    words = Words(review, key, iri, asking.answer("study-facts", study=key), trust)
    facts = reading.facts(asking.answer("study-facts", study=key), words)
    reports = reading.reports(asking.answer("study-reports", study=key), words)
    _note_verdicts(asking, key, one)
    found = ranked(everything.studies, {rule.id: rule.set_id for rule in review.criteria.rules})
    identifiers = tuple(dict.fromkeys(name for report in reports for name in report.identifiers))
    missing = errand(one, found, identifiers, tuple(sorted({fact.basis for fact in facts})))
    return Explanation(
        key=key,
        review=review.name,
        trust=trust,
        verdict=one,
        deduced=_differing(one, _on(review, stated, key) if key in _keys(stated) else None),
        errand=missing,
        labels={name: words.property_named(name) for name in missing.properties},
        reports=reports,
        decisions=reading.decisions(asking.answer("study-decisions", study=key), words),
        facts=facts,
        cited=reading.cited(asking.answer("study-citations", study=key), words),
        findings=reading.findings(asking.answer("study-findings", study=key), words, facts),
        claims=_claims(asking, key, everything, stated),
        asked=asking,
    )


def _judged(review: Review, trust: Trust) -> Screening:
    """The verdicts on all studies, which the claims count by."""
    return review.outcomes(trust) if review.is_large else review.screen(trust=trust, engine=_ENGINE)


def _on(review: Review, screening: Screening, key: str) -> StudyVerdict:
    """The verdict on the study with its reasons."""
    if review.is_large:
        screening = review.screen([key], trust=screening.trust, engine=_ENGINE)
    verdict: StudyVerdict = screening[key]
    return verdict


def _keys(screening: Screening) -> set[str]:
    return {study.study for study in screening}


def _differing(one: StudyVerdict, stated: StudyVerdict | None) -> frozenset[tuple[str, str]]:
    """What has another outcome by what a text states alone: the study, sets and rules."""
    now, then = ({} if verdict is None else _outcomes(verdict) for verdict in (one, stated))
    return frozenset(name for name in now if now[name] != then.get(name))


def _outcomes(verdict: StudyVerdict) -> dict[tuple[str, str], str]:
    sets = {("set", each.id): each.outcome.value for each in verdict.sets}
    rules = {("rule", each.id): each.outcome.value for each in verdict.rules}
    return {("study", ""): verdict.outcome.value, **sets, **rules}


def _note_verdicts(asking: Asking, key: str, one: StudyVerdict) -> None:
    """Keep the verdicts above those on rules, which no question asks for."""
    rows = [("study", "", "", one.outcome.value), *(("set", s.id, s.name, s.outcome.value) for s in one.sets)]
    command = " ".join(["evigraph screen", shlex.quote(key), "--explain", *asking.trust_option])
    title = "What is the verdict on this study, and on each set of criteria?"
    asking.note("verdict", title, command, ("level", "identifier", "name", "outcome"), rows)


def _claims(asking: Asking, key: str, everything: Screening, stated: Screening) -> tuple[ClaimOn, ...]:
    """The claims whose queries have a row for the study."""
    by_text = {recount.claim.id: recount for recount in asking.review.claims(screening=stated)}
    found = []
    for recount in asking.review.claims(screening=everything):
        claim, other = recount.claim, by_text[recount.claim.id]
        behind, before = _standing(recount, key), _standing(other, key)
        if not behind:
            continue
        found.append(
            ClaimOn(
                id=claim.id,
                statement=claim.statement,
                standing=tuple(Word(name, STANDINGS[name], name not in before) for name in behind),
                kind=claim.kind,
                claimed=claim.claimed,
                at_least=recount.at_least,
                at_most=recount.at_most,
                status=recount.status,
                deduced=(recount.at_least, recount.at_most) != (other.at_least, other.at_most),
            )
        )
    header = ("claim", "standing", "claimed", "at_least", "at_most", "status")
    rows = [
        (one.id, word.name, *map(_number, (one.claimed, one.at_least, one.at_most)), one.status)
        for one in found
        for word in one.standing
    ]
    command = " ".join(["evigraph claims --format json", *asking.trust_option])
    asking.note("claims", "Which claims does this study count for, and how?", command, header, rows)
    return tuple(found)


def _standing(recount: Recount, key: str) -> tuple[str, ...]:
    """How a study counts for a claim, if at all."""
    behind = (recount.studies, recount.open_studies, recount.recorded_studies)
    return tuple(name for name, studies in zip(STANDINGS, behind, strict=True) if key in studies)


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
