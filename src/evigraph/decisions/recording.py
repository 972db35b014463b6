"""Writes the decisions of people into a review: each act a node of its own, all of them or none."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.changing import added_to, write_files, writing_alone
from evigraph.decisions.people import People
from evigraph.decisions.rule_names import RuleNames
from evigraph.decisions.standing import (
    ANSWERS,
    ATTRIBUTED,
    DECISION,
    ENDED,
    FULL_TEXT,
    RETRIEVAL,
    REVISES,
    SETTLEMENT,
    STAGES,
    TITLE_ABSTRACT,
    Given,
    How,
    current,
    given,
    standings,
)
from evigraph.decisions.targets import Targets
from evigraph.described import Described
from evigraph.errors import EvigraphError, InputError, suggestion
from evigraph.folder import Folder
from evigraph.minting import Minter
from evigraph.names import natural
from evigraph.records.promotion import Promotion
from evigraph.terms import NOTE, PROV, RDF_TYPE, XSD, evi, local_name

if TYPE_CHECKING:
    from evigraph.review import Review

#: Where decisions stand in a review.
DECISIONS = "graph/decisions.ttl"
_ASSOCIATED = ox.NamedNode(PROV + "wasAssociatedWith")
_GENERATED = ox.NamedNode(PROV + "wasGeneratedBy")


@dataclass(frozen=True, slots=True)
class Act:
    """What a person says of a record or a study.

    Attributes:
        name: The key or IRI of the record or study.
        answer: One of :data:`evigraph.decisions.standing.ANSWERS`.
        by: Who says so.
        stage: One of :data:`evigraph.decisions.standing.STAGES`; empty when it goes without saying.
        rules: The identifiers of the criteria that it fails.
        reason: Why, in words.
        note: What else is said.
        date: A day or time of ISO 8601; empty for now.
        study: The key of a study that the record reports too.
        where: The file and line of it; empty for the command line.
    """

    name: str
    answer: str
    by: str
    stage: str = ""
    rules: tuple[str, ...] = ()
    reason: str = ""
    note: str = ""
    date: str = ""
    study: str = ""
    where: str = ""


@dataclass(frozen=True)
class Recorded:
    """What came of recording decisions.

    Attributes:
        new: How many are first ones.
        revised: How many stand in place of an earlier one of the same person.
        unchanged: How many say what the person said before, and were not written again.
        studies: The keys of the studies that began to exist.
        people: The names of the people who were not known.
        stages: How many decisions were on each stage, the unchanged ones too.
        paths: The files that were written.
    """

    new: int
    revised: int
    unchanged: int
    studies: tuple[str, ...]
    people: tuple[str, ...]
    stages: dict[str, int]
    paths: tuple[Path, ...]

    def __str__(self) -> str:
        total = self.new + self.revised + self.unchanged
        return f"decisions {total}: new {self.new}, revised {self.revised}, unchanged {self.unchanged}"


def record_decisions(
    review: Review, acts: Iterable[Act], *, settle: bool = False, dry_run: bool = False
) -> Recorded:
    """Record what people decided; a record that now stands included becomes a report of a study.

    Args:
        review: The review; its folder is written to.
        acts: What they say, in the order in which they said it.
        settle: Whether each ends a disagreement.
        dry_run: Check and count, and write nothing.

    Raises:
        UnknownNameError: There is no such record, study or criterion.
        InputError: Something cannot be recorded; nothing was.
        EnvironmentFaultError: A file cannot be written; nothing was.
    """
    folder = review.folder.path
    with writing_alone(folder / "graph"):
        recorded, files = decided(type(review)(folder), acts, settle=settle)
        if files and not dry_run:
            write_files(files)
    return recorded


def decided(
    review: Review, acts: Iterable[Act], *, settle: bool = False
) -> tuple[Recorded, dict[Path, bytes]]:
    """What comes of decisions, and what the files of the review shall hold; nothing is written.

    Args:
        review: The review, opened by who holds its lock.
        acts: What people say, in the order in which they said it.
        settle: Whether each ends a disagreement.

    Raises:
        UnknownNameError: There is no such record, study or criterion.
        InputError: Something cannot be recorded.
    """
    book = _Book(review)
    faults: list[EvigraphError] = []
    for act in acts:
        try:
            book.take(act, settle=settle)
        except InputError as error:
            faults.append(InputError(f"{act.where}: {error}") if act.where else error)
    if faults:
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise faults[0] if len(faults) == 1 else InputError("; ".join(map(str, faults[:5])) + more)
    files = book.files()
    recorded = Recorded(
        new=book.new,
        revised=book.revised,
        unchanged=book.unchanged,
        studies=tuple(book.promotion.studies),
        people=tuple(book.people.new),
        stages=book.stages,
        paths=tuple(files),
    )
    return recorded, files


def record_retrieval(
    review: Review, name: str, by: str, *, retrieved: bool, note: str = "", date: str = ""
) -> Path:
    """Record an attempt to get the full text of a record.

    Args:
        review: The review; its folder is written to.
        name: The key or IRI of the record.
        by: Who tried.
        retrieved: Whether it was got.
        note: What else is said.
        date: A day or time of ISO 8601; empty for now.

    Returns:
        The file that was written.

    Raises:
        UnknownNameError: There is no such record.
        InputError: The date is none.
        EnvironmentFaultError: The file cannot be written; nothing was.
    """
    folder = review.folder.path
    with writing_alone(folder / "graph"):
        book = _Book(type(review)(folder))
        record = book.targets.record(name)
        node = ox.NamedNode(book.names.iri("retrieval", book.targets.key(record)))
        book.say(node, RDF_TYPE, RETRIEVAL)
        book.say(node, evi("onRecord"), ox.NamedNode(record))
        book.say(
            node, evi("retrieved"), ox.Literal(str(retrieved).lower(), datatype=ox.NamedNode(XSD + "boolean"))
        )
        book.say(node, ENDED, _time(date))
        book.say(node, _ASSOCIATED, book.people.node(by))
        if note:
            book.say(node, NOTE, ox.Literal(note))
        write_files(book.files())
    return folder / DECISIONS


class _Book:
    """The decisions of a review, and those that are added."""

    def __init__(self, review: Review) -> None:
        self._folder = review.folder
        graph = review.folder.graph
        said = Described(graph)
        self.names = Minter(review.iri.value, graph)
        self.people = People(said, self.names)
        self.targets = Targets(said, graph)
        self.promotion = Promotion(graph, said, self.names, self.targets)
        self._criteria = RuleNames(said)
        self._given = {one.iri: one for one in given(said)}
        self._latest = {
            (self._stand(one.on), one.stage, one.people[0]): one
            for one in current(self._given.values())
            if len(one.people) == 1 and not one.settles
        }
        self._quads: list[ox.Quad] = []
        self._version = ""
        self.new = self.revised = self.unchanged = 0
        self.stages = dict.fromkeys(STAGES, 0)

    def take(self, act: Act, *, settle: bool) -> None:
        """Take what somebody says.

        Raises:
            InputError: It cannot be recorded.
        """
        if act.answer not in ANSWERS:
            raise InputError(f"no answer {act.answer!r}: {suggestion(act.answer, list(ANSWERS))}")
        if act.stage and act.stage not in STAGES:
            raise InputError(f"no stage {act.stage!r}: {suggestion(act.stage, list(STAGES))}")
        if not act.by.strip():
            raise InputError("names nobody who decided")
        person, time = self.people.node(act.by).value, _time(act.date)
        rules = self._rules(act)
        said = (act.answer, rules, act.reason, act.note)
        on, stage = self.targets.find(
            act.name,
            act.stage,
            lambda record: _says(self._latest.get((record, TITLE_ABSTRACT, person))) == said,
        )
        self._require_reason(act, stage)
        if act.study:
            if stage != TITLE_ABSTRACT:
                raise InputError(
                    f"{act.name}: --study is for records, which are judged by title and abstract"
                )
            self.promotion.reports(on, self.targets.study(act.study))
        self.stages[stage] += 1
        earlier = self._settled(on, stage) if settle else self._latest.get((on, stage, person))
        if _says(earlier) == said:
            self.unchanged += 1
            return
        self.revised, self.new = (self.revised + 1, self.new) if earlier else (self.revised, self.new + 1)
        one = Given(
            iri=self.names.iri("decision", self._name(on, stage, person, settle=settle)),
            on=on,
            stage=stage,
            answer=act.answer,
            people=(person,),
            rules=rules,
            reason=act.reason,
            note=act.note,
            settles=settle,
            revises=(earlier.iri,) if earlier else (),
        )
        self._given[one.iri] = one
        if not settle:
            self._latest[on, stage, person] = one
        self._write(one, time)

    def files(self) -> dict[Path, bytes]:
        """What the files of the review shall hold that change."""
        for (on, stage), one in standings(self._given.values(), self.targets.stands_for).items():
            if stage == TITLE_ABSTRACT and one.answer == "include" and on in self.targets.records.values():
                self.promotion.promote(on)
        files: dict[Path, bytes] = {}
        quads = [*self.people.quads, *self._quads]
        if quads:
            files[self._folder.path / DECISIONS] = added_to(self._folder, DECISIONS, quads)
        return files | self.promotion.files(self._folder)

    def say(self, subject: ox.NamedNode, property: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> None:
        """Add a statement."""
        self._quads.append(ox.Quad(subject, property, value))

    def _rules(self, act: Act) -> tuple[str, ...]:
        if act.rules and act.answer != "exclude":
            raise InputError(f"{act.name}: {act.answer} names a rule; only an exclusion fails one")
        return tuple(sorted({self._criteria.iri(name) for name in act.rules}))

    def _require_reason(self, act: Act, stage: str) -> None:
        if stage == FULL_TEXT and act.answer == "exclude" and not act.rules:
            if self._criteria.known:
                known = ", ".join(sorted(self._criteria.known, key=natural))
                raise InputError(f"{act.name}: say which rule it fails, with --rule; known are {known}")
            if not act.reason:
                raise InputError(f"{act.name}: say why, with --reason; the review has no criteria to name")

    def _settled(self, on: str, stage: str) -> Given | None:
        """The settlement that there is; none for a conflict.

        Raises:
            InputError: There is no disagreement.
        """
        here = [one for one in self._given.values() if (self._stand(one.on), one.stage) == (on, stage)]
        if found := [one for one in current(here) if one.settles]:
            return found[-1]
        standing = standings(here, self.targets.stands_for).get((on, stage))
        if standing is None or standing.how is not How.CONFLICT:
            said = f"all who decided say {standing.answer}" if standing else "nobody has decided"
            raise InputError(f"{self.targets.key(on)}: nothing to settle at {stage}; {said}")
        return None

    def _write(self, one: Given, time: ox.Literal) -> None:
        node, act, person = ox.NamedNode(one.iri), ox.NamedNode(f"{one.iri}#judgement"), one.people[0]
        self.say(node, RDF_TYPE, DECISION)
        if one.settles:
            self.say(node, RDF_TYPE, SETTLEMENT)
        self.say(node, evi("decides"), evi(one.answer))
        self.say(node, evi("onStudy" if one.stage == FULL_TEXT else "onRecord"), ox.NamedNode(one.on))
        self.say(node, evi("atStage"), evi(one.stage))
        self.say(node, ATTRIBUTED, ox.NamedNode(person))
        self.say(node, _GENERATED, act)
        for rule in one.rules:
            self.say(node, evi("failsRule"), ox.NamedNode(rule))
        for earlier in one.revises:
            self.say(node, REVISES, ox.NamedNode(earlier))
        for property, text in ((evi("reason"), one.reason), (NOTE, one.note)):
            if text:
                self.say(node, property, ox.Literal(text))
        self.say(act, RDF_TYPE, evi("Judgement"))
        self.say(act, _ASSOCIATED, ox.NamedNode(person))
        self.say(act, ENDED, time)
        self._version = self._version or criteria_version(self._folder)
        if self._version:
            self.say(act, evi("criteriaVersion"), ox.Literal(self._version))

    def _name(self, on: str, stage: str, person: str, *, settle: bool) -> str:
        parts = [self.targets.key(on), stage, local_name(person), *(["settlement"] if settle else [])]
        return "-".join(local_name(part) for part in parts)

    def _stand(self, on: str) -> str:
        return self.targets.stands_for.get(on, on)


def _says(one: Given | None) -> tuple[str, tuple[str, ...], str, str] | None:
    """What a decision says, whoever gave it and when."""
    return (one.answer, one.rules, one.reason, one.note) if one else None


def criteria_version(folder: Folder) -> str:
    """A SHA-256 hash of the criteria of a review and their shapes; empty when it has none."""
    said = [q for q in folder.graph if isinstance(q.subject, ox.NamedNode)]
    kinds = (evi("CriterionSet"), evi("Rule"))
    nodes = {q.subject for q in said if q.predicate == RDF_TYPE and q.object in kinds}
    if not nodes:
        return ""
    total = hashlib.sha256()
    for line in sorted(str(q.triple) for q in said if q.subject in nodes):
        total.update(line.encode() + b"\n")
    for path in folder.files("shapes/criteria", ".ttl"):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _time(text: str) -> ox.Literal:
    """A time of the graph; a day is its first moment, and nothing is now.

    Raises:
        InputError: The text is neither a day nor a time.
    """
    try:
        time = datetime.datetime.fromisoformat(text) if text else datetime.datetime.now(datetime.UTC)
    except ValueError:
        raise InputError(f"{text!r} is no day or time; write it as 2026-11-20 or 2026-11-20T14:30") from None
    printed = time.isoformat(timespec="seconds").replace("+00:00", "Z")
    return ox.Literal(printed, datatype=ox.NamedNode(XSD + "dateTime"))
