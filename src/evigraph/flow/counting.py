"""Counts the flow of a review from what its graph records.

The boxes are those of the flow diagram of PRISMA 2020 (M. J. Page and others, 2021, BMJ 372:n71). Each
box has the list that it counts, or none: what nobody recorded is *not reported*, which is not 0.

A record that was merged into another is a duplicate; the one that stands for it goes on. What goes on to the
next stage is what stands included by the decisions of people. Reports are the publications that records
describe; one that is in no record, as where studies were entered by hand, is counted where it is judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from evigraph.citations.catalogue import reports_of
from evigraph.decisions.rule_names import rule_names
from evigraph.decisions.standing import (
    FULL_TEXT,
    TITLE_ABSTRACT,
    Standing,
    given,
    retrievals,
    standings,
)
from evigraph.decisions.targets import Targets
from evigraph.described import Described
from evigraph.errors import UnknownNameError
from evigraph.names import natural
from evigraph.records.merges import DEDUPLICATION, USED
from evigraph.resting import MARK
from evigraph.terms import IDENTIFIER, RDFS_LABEL, SOURCE, evi, local_name

if TYPE_CHECKING:
    from evigraph.review import Review

#: What stands in place of a number that nobody recorded.
NOT_REPORTED = "not reported"
#: What the mark of deductions means behind a number of the flow.
DEDUCED_MEANS = f"{MARK} rests on decisions that were deduced, and read nowhere"
#: The two ways into a review that the diagram tells apart.
ROUTES = ("databases and registers", "other methods")


@dataclass(frozen=True)
class Box:
    """A number of the flow.

    Attributes:
        id: By which its list is asked for, such as ``excluded:1.2``.
        label: What it counts, in the words of PRISMA 2020.
        members: The keys of what it counts, sorted; none where nobody recorded it.
        parts: What it is made up of, such as its sources or reasons.
        extra: Whether the diagram of PRISMA has no such box; it is there for the numbers to add up.
        deduced: The members that are here by decisions that nobody read anywhere, sorted.
    """

    id: str
    label: str
    members: tuple[str, ...] | None
    parts: tuple[Box, ...] = ()
    extra: bool = False
    deduced: tuple[str, ...] = ()

    @property
    def count(self) -> int | None:
        """How many, or none where nobody recorded it."""
        return None if self.members is None else len(self.members)

    @property
    def number(self) -> str:
        """The number with thousands parted, marked when it rests on deductions; or ``not reported``."""
        return NOT_REPORTED if self.count is None else f"{self.count:,}{MARK if self.deduced else ''}"

    @property
    def words(self) -> str:
        """The label with its number, as the diagram has it."""
        return f"{self.label} (n {NOT_REPORTED if self.count is None else '= ' + self.number})"

    def to_dict(self) -> dict[str, Any]:
        """The box as JSON has it; null where nobody recorded it."""
        found: dict[str, Any] = {"id": self.id, "label": self.label, "count": self.count}
        if self.deduced:
            found["deduced"] = len(self.deduced)
        if self.parts:
            found["parts"] = [part.to_dict() for part in self.parts]
        return found


@dataclass(frozen=True)
class Flow:
    """The flow of a review.

    Attributes:
        review: The name of the review.
        routes: The boxes of each way in that the review has, by its name, in the order of the diagram.
        included: Studies and reports that are in the review.
    """

    review: str
    routes: Mapping[str, tuple[Box, ...]]
    included: tuple[Box, ...]

    def boxes(self) -> list[tuple[str, Box]]:
        """All boxes and their parts, each with its way in, in the order of the diagram."""
        found = [(route, box) for route, boxes in self.routes.items() for box in boxes]
        found += [("", box) for box in self.included]
        return [(route, each) for route, box in found for each in (box, *box.parts)]

    def members(self, id: str) -> tuple[str, ...] | None:
        """The keys of what a box counts, or none where nobody recorded it.

        Raises:
            UnknownNameError: There is no such box.
        """
        boxes = {box.id: box for _, box in self.boxes()}
        if id not in boxes:
            raise UnknownNameError("number of the flow", id, boxes)
        return boxes[id].members

    @property
    def deduced(self) -> bool:
        """Whether a number of it rests on deductions."""
        return any(box.deduced for _, box in self.boxes())

    def to_dict(self) -> dict[str, Any]:
        """The flow as JSON has it."""
        return {
            "review": self.review,
            "routes": {name: [box.to_dict() for box in boxes] for name, boxes in self.routes.items()},
            "included": [box.to_dict() for box in self.included],
        }


def count(review: Review) -> Flow:
    """Count the flow of a review from its graph."""
    return flow_of(review.name, review.folder.graph)


def flow_of(name: str, graph: Iterable[ox.Quad]) -> Flow:
    """Count the flow that statements record.

    Args:
        name: What the review is called.
        graph: What it says.
    """
    quads = list(graph)
    said = Described(quads)
    counter = _Counter(said, Targets(said, quads))
    routes = {way: counter.route(way) for way in ROUTES if way == ROUTES[0] or counter.of_route(way)}
    return Flow(name, routes, counter.included())


@dataclass
class _Counter:
    """Sets of records, reports and studies, and the boxes that count them.

    Attributes:
        said: What the review says.
        targets: Its records and studies.
    """

    said: Described
    targets: Targets
    _standing: Mapping[tuple[str, str], Standing] = field(init=False)

    def __post_init__(self) -> None:
        self._standing = standings(given(self.said), self.targets.stands_for)
        self._retrieved = retrievals(self.said, self.targets.stands_for)
        self._rules = {iri: (id, self._name(iri)) for id, iri in rule_names(self.said).items()}
        self._deduplicated = bool(self.targets.stands_for) or self._looked_for_duplicates()
        self._screened = any(stage == TITLE_ABSTRACT for _, stage in self._standing)
        self._records = list(self.targets.records.values())
        self._studies = {on: one for (on, stage), one in self._standing.items() if stage == FULL_TEXT}
        #: The studies that each report is of, by report.
        self._judged: dict[str, list[str]] = defaultdict(list)
        for study, reports in reports_of(self.said).items():
            for report in reports if study in self._studies else ():
                self._judged[report].append(study)
        self._deduced = {on for (on, _), one in self._standing.items() if one.deduced}
        self._deduced |= {report for report, of in self._judged.items() if self._deduced.issuperset(of)}
        stand = [record for record in self._records if record not in self.targets.stands_for]
        #: The way in of each report: that of the first of its records.
        self._way = {self._report(record): self._route(record) for record in reversed(stand)}

    def of_route(self, route: str) -> list[str]:
        """The records that came in this way."""
        return [record for record in self._records if self._route(record) == route]

    def route(self, route: str) -> tuple[Box, ...]:
        """The boxes of one way in."""
        mark = "" if route == ROUTES[0] else "other:"
        records = self.of_route(route)
        duplicates = [record for record in records if record in self.targets.stands_for]
        left = [record for record in records if record not in self.targets.stands_for]
        by_answer = {"": left} | {
            answer: [r for r in left if self._answer(r) == answer]
            for answer in ("include", "exclude", "unsure")
        }
        screened = [record for record in left if self._answer(record)]
        known = self._screened and bool(records)
        sought = {
            report: record
            for record in by_answer["include"]
            if self._way[report := self._report(record)] == route
        }
        boxes = [
            Box(f"{mark}identified", "Records identified", self._keys(records) if records else None,
                self._sources(mark, records)),
            Box(f"{mark}duplicates", "Duplicate records removed before screening",
                self._keys(duplicates) if self._deduplicated and records else None),
            Box(f"{mark}ineligible", "Records marked as ineligible by automation tools", None),
            Box(f"{mark}removed", "Records removed for other reasons", None),
            Box(f"{mark}screened", "Records screened", self._keys(screened) if known else None),
            Box(f"{mark}screened-out", "Records excluded",
                self._keys(by_answer["exclude"]) if known else None),
            Box(f"{mark}undecided", "Records that people are unsure of or differ on",
                self._keys(by_answer["unsure"]) if known else None, extra=True),
            Box(f"{mark}unscreened", "Records not screened yet",
                self._keys(r for r in left if not self._answer(r)) if known else None, extra=True),
            *self._full_texts(mark, route, sought, known=known),
        ]  # fmt: skip
        return tuple(box for box in boxes if not box.extra or box.members)

    def included(self) -> tuple[Box, ...]:
        """What is in the review."""
        studies = [on for on, one in self._studies.items() if one.answer == "include"]
        reports = [report for report, of in self._judged.items() if set(of) & set(studies)]
        judged = bool(self._studies and self._judged)
        return (
            self._box("included", "Studies included in review", studies if self._studies else None),
            self._box("included-reports", "Reports of included studies", reports if judged else None),
        )

    def _full_texts(self, mark: str, route: str, sought: Mapping[str, str], *, known: bool) -> list[Box]:
        """The boxes from reports that were sought to those that were excluded."""
        assessed = {report for report in self._judged if self._way.get(report, ROUTES[0]) == route}
        tried = {report: self._retrieved[r] for report, r in sought.items() if r in self._retrieved}
        missing = [report for report, got in tried.items() if not got and report not in assessed]
        pending = [report for report in sought if report not in assessed and report not in missing]
        answers = {report: self._answers(report) for report in assessed}
        excluded = [report for report, said in answers.items() if said == {"exclude"}]
        open_ = [report for report, said in answers.items() if "include" not in said and said != {"exclude"}]
        beside = [report for report in assessed if report not in sought]
        judged = bool(self._judged) and bool(assessed or sought)
        return [
            Box(f"{mark}sought", "Reports sought for retrieval", self._keys(sought) if known else None),
            Box(f"{mark}not-retrieved", "Reports not retrieved",
                self._keys(missing) if self._retrieved and sought else None),
            Box(f"{mark}pending", "Reports not assessed yet",
                self._keys(pending) if known else None, extra=True),
            Box(f"{mark}unsought", "Reports assessed that no search is recorded to have found",
                self._keys(beside) if known else None, extra=True),
            self._box(f"{mark}assessed", "Reports assessed for eligibility", assessed if judged else None),
            self._box(f"{mark}excluded", "Reports excluded", excluded if judged else None,
                      self._reasons(mark, excluded)),
            self._box(f"{mark}open", "Reports that people are unsure of or differ on",
                      open_ if judged else None, extra=True),
        ]  # fmt: skip

    def _box(
        self,
        id: str,
        label: str,
        things: Collection[str] | None,
        parts: tuple[Box, ...] = (),
        *,
        extra: bool = False,
    ) -> Box:
        """A box of what decisions brought there."""
        members = None if things is None else self._keys(things)
        deduced = self._keys(thing for thing in things or () if thing in self._deduced)
        return Box(id, label, members, parts, extra, deduced)

    def _looked_for_duplicates(self) -> bool:
        """Whether all sources of records were searched for duplicates."""
        used = {source for run in self.said.of_class(DEDUPLICATION) for source in self.said.values(run, USED)}
        sources = {self.said.value(ox.NamedNode(r), SOURCE) for r in self.targets.records.values()}
        return bool(sources) and sources <= used

    def _sources(self, mark: str, records: Iterable[str]) -> tuple[Box, ...]:
        """The records by source, as the sources are called."""
        by_source: dict[str, list[str]] = defaultdict(list)
        for record in records:
            source = self.said.iri(ox.NamedNode(record), SOURCE)
            by_source[source.value if source else ""].append(record)
        return tuple(
            Box(f"{mark}identified:{local_name(source)}", self._source(source), self._keys(found))
            for source, found in sorted(by_source.items())
        )

    def _source(self, source: str) -> str:
        label = self.said.text(ox.NamedNode(source), RDFS_LABEL) or local_name(source)
        kind = self.said.text(ox.NamedNode(source), evi("searchKind"))
        return f"{label}, {kind}" if kind and kind != "other" else label

    def _reasons(self, mark: str, reports: Iterable[str]) -> tuple[Box, ...]:
        """The excluded reports by the rule that is named most; each report once."""
        by_reason: dict[tuple[str, str], list[str]] = defaultdict(list)
        for report in reports:
            one = self._studies[self._judged[report][0]]
            if one.rules:
                reason = self._rules.get(one.rules[0], (local_name(one.rules[0]), ""))
            else:
                reason = ("", one.reasons[0]) if one.reasons else ("none", "no rule named")
            by_reason[reason].append(report)
        return tuple(
            self._box(f"{mark}excluded:{id or label}", f"{id} {label}".strip() if id != "none" else label, of)
            for (id, label), of in sorted(by_reason.items(), key=lambda one: natural(" ".join(one[0])))
        )

    def _answers(self, report: str) -> set[str]:
        return {self._studies[study].word for study in self._judged[report]}

    def _answer(self, record: str) -> str:
        """What stands for a record by its title and abstract, or an empty text."""
        one = self._standing.get((record, TITLE_ABSTRACT))
        return one.word if one else ""

    def _report(self, record: str) -> str:
        """The publication that a record describes; the record itself while there is none."""
        found = self.said.iri(ox.NamedNode(record), evi("describes"))
        return found.value if found else record

    def _route(self, record: str) -> str:
        source = self.said.iri(ox.NamedNode(record), SOURCE)
        return ROUTES[self.said.text(source, evi("searchKind")) == "other"]

    def _keys(self, things: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(self._key(thing) for thing in things))

    def _key(self, iri: str) -> str:
        return self.said.text(ox.NamedNode(iri), IDENTIFIER) or local_name(iri)

    def _name(self, rule: str) -> str:
        return self.said.text(ox.NamedNode(rule), RDFS_LABEL)
