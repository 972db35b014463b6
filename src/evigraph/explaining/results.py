"""What there is to say of one study."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from evigraph.evidence.gaps import Errand
from evigraph.trust import Trust
from evigraph.verdicts import StudyVerdict, study_dict

if TYPE_CHECKING:
    from evigraph.documents import Asking, Document


@dataclass(frozen=True)
class Word:
    """A term of the graph, with what people call it; both are empty where nothing is recorded.

    Attributes:
        name: Its short form, such as ``concept:members``, or the printed text.
        label: What it is called.
        deduced: Whether all that says it here was deduced or inferred.
    """

    name: str = ""
    label: str = ""
    deduced: bool = False


@dataclass(frozen=True)
class Fact:
    """A statement on a study or one of its parts, as it was read in one place.

    Attributes:
        of: ``study``, or the part.
        property: The local name of the property, and its label.
        value: The value.
        basis: What it rests on.
        source: The IRI of what it was read in; empty when nothing says so.
        source_label: How the source is called; its IRI when nobody named it.
        locator: The place in it; empty when it is the whole.
        note: The remark on the statement.
        subject: The IRI of what it is about.
    """

    of: str
    property: Word
    value: Word
    basis: str
    source: str
    source_label: str
    locator: str
    note: str
    subject: str

    def to_dict(self) -> dict[str, Any]:
        """The fact as JSON has it."""
        return {
            "of": self.of,
            "property": self.property.name,
            "property_label": self.property.label,
            "value": self.value.name,
            "value_label": self.value.label,
            "basis": self.basis,
            "deduced": self.value.deduced,
            "source": self.source or None,
            "source_label": self.source_label or None,
            "locator": self.locator or None,
            "note": self.note or None,
        }


@dataclass(frozen=True)
class FindingOn:
    """What a study found: outcomes and arms as its parts, everything else in the words of the graph."""

    finding: str
    outcomes: tuple[str, ...]
    domains: tuple[Word, ...]
    comparisons: tuple[Word, ...]
    arms: tuple[str, ...]
    compared_with: tuple[str, ...]
    directions: tuple[Word, ...]
    bases: tuple[str, ...]
    summaries: tuple[Word, ...]

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON has it."""
        return asdict(self)


@dataclass(frozen=True)
class Report:
    """A publication that reports a study; what is not recorded is empty."""

    report: str
    title: str
    year: str
    container: str
    identifiers: tuple[str, ...]


@dataclass(frozen=True)
class Cited:
    """A citation of a report of a study.

    Attributes:
        report: The publication that is cited.
        citing: The publication that cites it, and its title.
        title: The title of that.
        role: The part that the report plays there.
        intents: Why it is cited, in the words of CiTO.
        number: Its number in the reference list of the review; empty in other lists.
        reason: Why it has the role.
    """

    report: str
    citing: str
    title: str
    role: Word
    intents: tuple[str, ...]
    number: str
    reason: str


@dataclass(frozen=True)
class Decided:
    """A decision of people on a study, with what revises it."""

    answer: Word
    stage: str
    people: tuple[str, ...]
    rules: tuple[str, ...]
    reason: str
    revised: bool


@dataclass(frozen=True)
class ClaimOn:
    """A claim of the review that a study bears on.

    Attributes:
        id: The identifier of the claim.
        statement: What is claimed.
        standing: ``shown`` (the statements show that the study counts), ``open`` (they cannot tell), and
            ``recorded`` (it counts by the recorded decisions); deduced where it would not have this standing
            by what a text states alone.
        kind: The kind of the claim; *existence* claims at least one.
        claimed: What number is claimed, if one is.
        at_least: How many the statements show.
        at_most: How many they show or cannot tell.
        status: What the recount comes to.
        deduced: Whether the recount would be another by what a text states alone.
    """

    id: str
    statement: str
    standing: tuple[Word, ...]
    kind: str
    claimed: int | None
    at_least: int | None
    at_most: int | None
    status: str
    deduced: bool


@dataclass(frozen=True)
class Explanation:
    """All there is to say of one study.

    Attributes:
        key: The key of the study.
        review: The name of the review.
        trust: Which statements count.
        verdict: The verdicts on the study.
        deduced: The identifiers of the rules and sets whose outcome would be another by what a text states
            alone; ``study`` for the study as a whole.
        errand: What is missing, and where to look for it.
        labels: What the missing properties are called.
        asked: What was asked for all of it.
    """

    key: str
    review: str
    trust: Trust
    verdict: StudyVerdict
    deduced: frozenset[tuple[str, str]]
    errand: Errand
    labels: dict[str, str]
    reports: tuple[Report, ...]
    decisions: tuple[Decided, ...]
    facts: tuple[Fact, ...]
    cited: tuple[Cited, ...]
    findings: tuple[FindingOn, ...]
    claims: tuple[ClaimOn, ...]
    asked: Asking

    def to_document(self) -> Document:
        """The page, which can be written as HTML and Markdown."""
        from evigraph.explaining.page import page

        return page(self)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values, in the documented layout of ``explain --format json``."""
        judged = study_dict(self.verdict)
        return {
            "study": self.key,
            "iri": self.verdict.iri,
            "trust": self.trust.value,
            "outcome": judged["outcome"],
            "decision": judged["decision"],
            "deduced": ("study", "") in self.deduced,
            "reports": [asdict(report) for report in self.reports],
            "facts": [fact.to_dict() for fact in self.facts],
            "sets": [s | {"deduced": ("set", s["id"]) in self.deduced} for s in judged["sets"]],
            "rules": [r | {"deduced": ("rule", r["id"]) in self.deduced} for r in judged["rules"]],
            "missing": [self._missing(name) for name in self.errand.properties],
            "decisions": [asdict(decided) for decided in self.decisions],
            "cited": [asdict(cited) for cited in self.cited],
            "findings": [finding.to_dict() for finding in self.findings],
            "claims": [asdict(claim) for claim in self.claims],
        }

    def to_json(self) -> str:
        """:meth:`to_dict` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n"

    def rules_missing(self, name: str) -> list[str]:
        """The identifiers of the rules whose verdict a property would settle."""
        return [rule.id for rule in self.verdict.rules if rule.missing == name]

    def _missing(self, name: str) -> dict[str, Any]:
        return {
            "property": name,
            "property_label": self.labels[name],
            "rules": self.rules_missing(name),
            "settles_the_study": self.errand.settles and len(self.errand.properties) == 1,
            "identifiers": list(self.errand.identifiers),
            "bases": list(self.errand.bases),
        }
