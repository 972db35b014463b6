"""What a comparison of two reviews found, held so that it can be read, printed and compared."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from evigraph.answers import Term, json_cell
from evigraph.claims import Recount
from evigraph.decisions.standing import Standing
from evigraph.differences.statements import Change, Thing, kind_of_change
from evigraph.labels import Labels
from evigraph.terms import local_name
from evigraph.trust import Trust

Cells = tuple[Term | None, ...]


@dataclass(frozen=True)
class State:
    """One of the two that were compared.

    Attributes:
        name: What it was called.
        review: The IRI of the review; empty when the graph does not say.
        statements: How many statements of its graph counted.
        studies: How many studies it has.
    """

    name: str
    review: str
    statements: int
    studies: int


@dataclass(frozen=True)
class Judged:
    """An outcome that differs: of a set or a rule by its identifier, or of a study.

    Attributes:
        id: The identifier, or the key of the study.
        name: What it asks, in a few words; empty for a study.
        before: The outcome in the first review; none where it is not judged there.
        after: The outcome in the second.
    """

    id: str
    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Verdict:
    """The outcomes that differ for one study: over all, of sets, of rules.

    Attributes:
        study: The outcomes of the study; they may be the same where those of a rule are not.
        iri: The study.
        sets: The sets whose outcome differs.
        rules: The rules whose outcome differs.
    """

    study: Judged
    iri: str
    sets: tuple[Judged, ...]
    rules: tuple[Judged, ...]

    def to_dict(self) -> dict[str, Any]:
        """The verdict as JSON has it."""
        parts = {"sets": [asdict(one) for one in self.sets], "rules": [asdict(one) for one in self.rules]}
        return {"study": self.study.id, "iri": self.iri, "before": self.study.before,
                "after": self.study.after, **parts}  # fmt: skip


@dataclass(frozen=True)
class Decided:
    """What people decided on a record or a study, where it differs.

    Attributes:
        key: What the record or study is called.
        on: Its IRI.
        stage: The stage, as in :mod:`evigraph.decisions.standing`.
        before: What stands in the first review, if anything.
        after: What stands in the second.
    """

    key: str
    on: str
    stage: str
    before: Standing | None
    after: Standing | None

    def to_dict(self) -> dict[str, Any]:
        """The decision as JSON has it."""
        sides = {"before": _standing(self.before), "after": _standing(self.after)}
        return {"key": self.key, "on": self.on, "stage": self.stage, **sides}


@dataclass(frozen=True)
class Claimed:
    """A claim that differs, or of which the recount does.

    Attributes:
        id: Its identifier.
        claim: What is said otherwise of the claim itself.
        before: Its recount in the first review, if it is there and can be recounted.
        after: Its recount in the second.
    """

    id: str
    claim: Thing
    before: Recount | None
    after: Recount | None

    def to_dict(self) -> dict[str, Any]:
        """The claim as JSON has it."""
        of_claim = {name: value for name, value in self.claim.to_dict().items() if name != "kind"}
        recounts = {
            "before": self.before and self.before.to_dict(),
            "after": self.after and self.after.to_dict(),
        }
        return {"id": self.id, **of_claim, **recounts}


@dataclass(frozen=True)
class Answered:
    """A question of both reviews that they answer differently.

    Attributes:
        question: Its name.
        summary: The question in words.
        columns: The names of the columns, in the second review.
        added: The rows that only the second review gives.
        removed: The rows that only the first gives.
        other_columns: The names of the columns in the first review, when they are others.
    """

    question: str
    summary: str
    columns: tuple[str, ...]
    added: tuple[Cells, ...]
    removed: tuple[Cells, ...]
    other_columns: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON has it."""
        rows = {
            name: [[None if term is None else json_cell(term) for term in row] for row in cells]
            for name, cells in (("added", self.added), ("removed", self.removed))
        }
        columns = {"columns": list(self.columns), "other_columns": list(self.other_columns)}
        return {"question": self.question, "summary": self.summary, **columns, **rows}


@dataclass(frozen=True)
class Named:
    """A question or another file that differs, by its name."""

    name: str
    change: str


@dataclass(frozen=True)
class Differences:
    """What differs between two reviews. Each statement of the graphs that does is in exactly one place.

    Attributes:
        a: The first review.
        b: The second.
        trust: Which statements counted.
        entered: Key and IRI of each study that only the second has.
        left: Key and IRI of each study that only the first has.
        facts: The statements about studies and their parts, with what they rest on.
        verdicts: The verdicts that differ.
        decisions: What people decided, where what stands differs.
        claims: The claims, and their recounts.
        answers: The questions of both that are answered differently.
        terms: The things of the ontology, concepts among them.
        rules: The criterion sets and rules.
        shapes: The shapes.
        queries: The questions themselves.
        files: The other files of the reviews.
        other: All things of the graph that are none of these.
        not_counted: How many statements differ that do not count: those added, and those removed.
        problems: What could not be compared, and why.
    """

    a: State
    b: State
    trust: Trust
    entered: tuple[tuple[str, str], ...]
    left: tuple[tuple[str, str], ...]
    facts: tuple[Change, ...]
    verdicts: tuple[Verdict, ...]
    decisions: tuple[Decided, ...]
    claims: tuple[Claimed, ...]
    answers: tuple[Answered, ...]
    terms: tuple[Thing, ...]
    rules: tuple[Thing, ...]
    shapes: tuple[Thing, ...]
    queries: tuple[Named, ...]
    files: tuple[Named, ...]
    other: tuple[Thing, ...]
    not_counted: tuple[int, int]
    problems: tuple[str, ...]
    labels: Labels = field(repr=False, compare=False)

    @property
    def differ(self) -> bool:
        """Whether anything that counts differs, or could not be compared."""
        found = (
            self.entered,
            self.left,
            self.facts,
            self.verdicts,
            self.decisions,
            self.claims,
            self.answers,
        )
        words = (self.terms, self.rules, self.shapes, self.queries, self.files, self.other, self.problems)
        return any((*found, *words))

    def to_dict(self) -> dict[str, Any]:
        """The differences as plain values, in the documented layout of ``diff --format json``."""
        added, removed = self.not_counted
        return {
            "a": asdict(self.a),
            "b": asdict(self.b),
            "trust": self.trust.value,
            "differ": self.differ,
            "studies": {"added": _studies(self.entered), "removed": _studies(self.left)},
            "facts": [self._fact(change) for change in self.facts],
            "verdicts": [verdict.to_dict() for verdict in self.verdicts],
            "decisions": [decision.to_dict() for decision in self.decisions],
            "claims": [claim.to_dict() for claim in self.claims],
            "questions": [answer.to_dict() for answer in self.answers],
            "terms": [thing.to_dict() for thing in self.terms],
            "criteria": {
                "rules": [thing.to_dict() for thing in self.rules],
                "shapes": [thing.to_dict() for thing in self.shapes],
            },
            "queries": [asdict(query) for query in self.queries],
            "files": [asdict(file) for file in self.files],
            "other": {"counts": counts(self.other), "things": [thing.to_dict() for thing in self.other]},
            "not_counted": {"added": added, "removed": removed},
            "problems": list(self.problems),
        }

    def to_json(self) -> str:
        """:meth:`to_dict` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n"

    def to_text(self) -> str:
        """The differences in words, in sections."""
        from evigraph.differences.words import text

        return text(self)

    def to_markdown(self) -> str:
        """The same as Markdown."""
        from evigraph.differences.words import markdown

        return markdown(self)

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _fact(self, change: Change) -> dict[str, Any]:
        study, part = self.labels.study_and_part(change.subject)
        words = {"study": study, "part": part, "label": self.labels.property(change.predicate)}
        return words | change.to_dict()


def counts(things: tuple[Thing, ...]) -> dict[str, dict[str, int]]:
    """How many things of each class were added, removed and changed, by the name of the class."""
    found: dict[str, dict[str, int]] = {}
    for thing in things:
        of_kind = found.setdefault(thing.kind, {"added": 0, "removed": 0, "changed": 0})
        of_kind[thing.change] += 1
    return dict(sorted(found.items()))


def named(before: dict[str, object], after: dict[str, object]) -> tuple[Named, ...]:
    """The names under which something else is found, sorted."""
    differing = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return tuple(Named(name, kind_of_change(name in before, name in after)) for name in differing)


def _studies(studies: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"study": key, "iri": iri} for key, iri in studies]


def _standing(standing: Standing | None) -> dict[str, Any] | None:
    if standing is None:
        return None
    return {
        "answer": standing.word,
        "how": standing.how.value,
        "rules": [local_name(rule) for rule in standing.rules],
        "reasons": list(standing.reasons),
    }
