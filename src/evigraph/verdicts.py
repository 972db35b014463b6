"""Verdicts: three words, and for each the reasons and what they rest on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from evigraph.errors import UnknownNameError
from evigraph.tables import csv_table, html_table
from evigraph.trust import Trust

if TYPE_CHECKING:
    import pandas


class Outcome(StrEnum):
    """The answer of a verdict."""

    MET = "met"
    NOT_MET = "not met"
    CANNOT_TELL = "cannot tell"

    @classmethod
    def of_all(cls, outcomes: Sequence[Outcome]) -> Outcome:
        """Several together: not met if one is, else cannot tell if one is or there is none."""
        if cls.NOT_MET in outcomes:
            return cls.NOT_MET
        if cls.CANNOT_TELL in outcomes or not outcomes:
            return cls.CANNOT_TELL
        return cls.MET


@dataclass(frozen=True)
class Value:
    """A statement that a verdict looked at.

    Attributes:
        of: The part of the study it is about: ``study``, ``group``, ``arm-1`` …
        property: The local name of the property.
        value: The value, as a prefixed name or the printed text.
        basis: What the statement rests on.
        source: The document it was read in, with the place; empty when nothing says so.
        note: The remark on the statement; empty when there is none.
        statement: Subject, property and value as N-Triples, and the IRI of the source.
    """

    of: str
    property: str
    value: str
    basis: str
    source: str
    note: str = ""
    statement: tuple[str, str, str, str, str] = ("", "", "", "", "")


@dataclass(frozen=True)
class RuleVerdict:
    """The verdict on one rule.

    Attributes:
        id: The identifier of the rule, such as ``1.3``.
        iri: The rule, or the criterion set that is tested as a whole.
        name: What the rule asks, in a few words.
        outcome: The answer.
        message: What was found or what is missing, in the review's words.
        missing: For *cannot tell*, the local name of the property that would settle it.
        values: The statements that were looked at, sorted.
        serves: The other criteria that the same test answers.
    """

    id: str
    iri: str
    name: str
    outcome: Outcome
    message: str
    missing: str | None
    values: tuple[Value, ...]
    serves: tuple[str, ...] = ()


@dataclass(frozen=True)
class SetVerdict:
    """The verdict on one criterion set: identifier, IRI, label and answer."""

    id: str
    iri: str
    name: str
    outcome: Outcome


@dataclass(frozen=True)
class StudyVerdict:
    """The verdicts on one study.

    Attributes:
        study: The key of the study.
        iri: The study.
        outcome: The answer over all sets.
        decision: The recorded decision of people: ``include``, ``exclude``, ``unsure`` or none.
        sets: One verdict a criterion set.
        rules: One verdict a tested rule.
    """

    study: str
    iri: str
    outcome: Outcome
    decision: str | None
    sets: tuple[SetVerdict, ...]
    rules: tuple[RuleVerdict, ...]

    @property
    def contradicts(self) -> bool:
        """Whether people decided the opposite of what the verdict says."""
        return (self.decision, self.outcome) in (
            ("include", Outcome.NOT_MET),
            ("exclude", Outcome.MET),
        )

    def rule(self, id: str) -> RuleVerdict:
        """The verdict on a rule, by its identifier or that of a rule it serves."""
        for verdict in self.rules:
            if id == verdict.id or id in verdict.serves:
                return verdict
        raise UnknownNameError("tested rule", id, [verdict.id for verdict in self.rules])


@dataclass(frozen=True)
class Screening(Sequence[StudyVerdict]):
    """The verdicts on several studies, sorted by study.

    Attributes:
        trust: Which statements counted.
        studies: One verdict a study.
        not_tested: Identifier and reason of each rule that nothing recorded can test.
        shapes: How many shapes checked each study.
    """

    trust: Trust
    studies: tuple[StudyVerdict, ...]
    not_tested: tuple[tuple[str, str], ...]
    shapes: int

    def __len__(self) -> int:
        return len(self.studies)

    def __iter__(self) -> Iterator[StudyVerdict]:
        return iter(self.studies)

    def __getitem__(self, key):  # type: ignore[no-untyped-def]  # a study key, an int or a slice
        if not isinstance(key, str):
            return self.studies[key]
        for study in self.studies:
            if study.study == key:
                return study
        raise UnknownNameError("study", key, [study.study for study in self.studies])

    @property
    def counts(self) -> dict[str, int]:
        """How many studies have each outcome; all three words are there."""
        counted = Counter(study.outcome for study in self.studies)
        return {outcome.value: counted[outcome] for outcome in Outcome}

    @property
    def contradictions(self) -> tuple[StudyVerdict, ...]:
        """The studies on which people decided the opposite of the verdict."""
        return tuple(study for study in self.studies if study.contradicts)

    def only(self, keys: Sequence[str]) -> Screening:
        """The same verdicts for some of the studies.

        Raises:
            UnknownNameError: A study is not among them; the message gives the nearest names.
        """
        wanted = {self[key].study for key in keys}
        return replace(self, studies=tuple(s for s in self.studies if s.study in wanted))

    def joined(self, others: Sequence[Screening]) -> Screening:
        """These verdicts and those of other screenings of the same trust, sorted by study."""
        studies = [*self.studies, *(study for other in others for study in other)]
        return replace(self, studies=tuple(sorted(studies, key=lambda s: (s.study, s.iri))))

    def to_dict(self) -> dict[str, Any]:
        """The verdicts as plain values, in the documented layout of ``screen --format json``."""
        return {
            "trust": self.trust.value,
            "counts": self.counts,
            "contradictions": [
                {"study": s.study, "decision": s.decision, "outcome": s.outcome.value}
                for s in self.contradictions
            ],
            "not_tested": [{"id": id, "reason": reason} for id, reason in self.not_tested],
            "shapes": self.shapes,
            "studies": [study_dict(study) for study in self.studies],
        }

    def to_json(self) -> str:
        """:meth:`to_dict` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n"

    def table(self) -> tuple[list[str], list[list[str]]]:
        """A header and one row a study: decision, outcome, and the outcome of each rule."""
        rules = self.studies[0].rules if self.studies else ()
        header = ["study", "decision", "outcome", *(rule.id for rule in rules)]
        rows = [
            [s.study, s.decision or "", s.outcome.value, *(r.outcome.value for r in s.rules)]
            for s in self.studies
        ]
        return header, rows

    def to_csv(self) -> str:
        """:meth:`table` as CSV."""
        return csv_table(*self.table())

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame with one row a study and rule: study, decision, rule, outcome, message, missing.

        Raises:
            ImportError: pandas is not installed (``pip install evigraph[pandas]``).
        """
        import pandas

        rows = [
            (s.study, s.decision, s.outcome.value, r.id, r.outcome.value, r.message, r.missing)
            for s in self.studies
            for r in s.rules
        ]
        columns = ["study", "decision", "study_outcome", "rule", "outcome", "message", "missing"]
        return pandas.DataFrame(rows, columns=columns).convert_dtypes()

    def _repr_html_(self) -> str:
        return html_table(*self.table(), caption=f"Verdicts, trust {self.trust.value}")

    def dump(self) -> str:
        """All there is to know, as text that :meth:`load` reads back."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> Screening:
        """Read what :meth:`dump` wrote.

        Raises:
            ValueError, KeyError, TypeError: The text is something else.
        """
        data = json.loads(text)
        return cls(
            trust=Trust(data["trust"]),
            studies=tuple(_load_study(study) for study in data["studies"]),
            not_tested=tuple((id, reason) for id, reason in data["not_tested"]),
            shapes=int(data["shapes"]),
        )


def study_dict(study: StudyVerdict) -> dict[str, Any]:
    """The verdicts on a study as plain values, in the documented layout."""
    return {
        "study": study.study,
        "outcome": study.outcome.value,
        "decision": study.decision,
        "sets": [{"id": s.id, "name": s.name, "outcome": s.outcome.value} for s in study.sets],
        "rules": [
            {
                "id": rule.id,
                "name": rule.name,
                "serves": list(rule.serves),
                "outcome": rule.outcome.value,
                "message": rule.message,
                "missing": rule.missing,
                "values": [
                    {
                        "of": value.of,
                        "property": value.property,
                        "value": value.value,
                        "basis": value.basis,
                        "source": value.source,
                        "note": value.note,
                    }
                    for value in rule.values
                ],
            }
            for rule in study.rules
        ],
    }


def _load_study(data: dict[str, Any]) -> StudyVerdict:
    rules = []
    for rule in data["rules"]:
        values = tuple(Value(**(v | {"statement": tuple(v["statement"])})) for v in rule["values"])
        fields = rule | {"values": values, "serves": tuple(rule["serves"])}
        rules.append(RuleVerdict(**(fields | {"outcome": Outcome(rule["outcome"])})))
    sets = [SetVerdict(**(s | {"outcome": Outcome(s["outcome"])})) for s in data["sets"]]
    fields = data | {"rules": tuple(rules), "sets": tuple(sets), "outcome": Outcome(data["outcome"])}
    return StudyVerdict(**fields)
