"""What is not known, ranked by how many verdicts one fact would settle, and where to look for it.

A fact settles a verdict on a rule when the rule asks for nothing else. It settles a verdict on a set, or on a
study, when every rule of it that cannot be told asks for this fact alone: then one look is enough.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from evigraph.citations.catalogue import publications, reports_of
from evigraph.described import Described
from evigraph.resting import legend, marked
from evigraph.tables import csv_table, markdown_table
from evigraph.terms import BASIS
from evigraph.trust import Trust
from evigraph.verdicts import Outcome, RuleVerdict, StudyVerdict

if TYPE_CHECKING:
    from evigraph.review import Review

#: What verdicts are on, as the columns are called.
_LEVELS = ("rules", "sets", "studies")
#: A verdict: the study, and the rule or set.
_Verdict = tuple[str, str]


@dataclass(frozen=True)
class Gap:
    """A fact that is not known of some studies.

    Attributes:
        property: The local name of the property.
        rules: How many verdicts on rules it would settle.
        sets: How many verdicts on criterion sets.
        whole: How many verdicts on studies as a whole.
        studies: The keys of the studies of which it is not known, sorted.
        verdicts: Which verdicts these are, on rules, on sets and on studies.
        stated: The same gap when stated statements alone count, where that is known; there may be none.
        rests: Whether each of the three numbers counts other verdicts then.
    """

    property: str
    rules: int
    sets: int
    whole: int
    studies: tuple[str, ...]
    verdicts: tuple[frozenset[_Verdict], ...] = field(default=(), repr=False)
    stated: Gap | None = field(default=None, repr=False)
    rests: tuple[bool, ...] = (False, False, False)

    def numbers(self) -> tuple[int, int, int]:
        """How many verdicts on rules, on sets and on studies it would settle."""
        return self.rules, self.sets, self.whole

    def to_dict(self) -> dict[str, Any]:
        """The gap as JSON has it."""
        return {
            "property": self.property,
            "settles": dict(zip(_LEVELS, self.numbers(), strict=True)),
            "studies": list(self.studies),
            "deduced": any(self.rests),
            "stated": dict(zip(_LEVELS, self._stated(), strict=True)) if any(self.rests) else None,
        }

    def beside(self, stated: Gap | None) -> Gap:
        """The same beside the gap when stated statements alone count."""
        others = stated.verdicts if stated else (frozenset[_Verdict](),) * len(_LEVELS)
        rests = tuple(one != other for one, other in zip(self.verdicts, others, strict=True))
        return replace(self, stated=stated, rests=rests)

    def _stated(self) -> tuple[int, int, int]:
        return self.stated.numbers() if self.stated else (0, 0, 0)

    def legend(self) -> str:
        """What the numbers are when stated statements alone count; empty where they are the same."""
        return f"{self.property} {' '.join(map(str, self._stated()))}" if any(self.rests) else ""


@dataclass(frozen=True)
class Errand:
    """What to look for about one study, and where it may stand.

    Attributes:
        study: The key of the study.
        properties: What is missing, that which settles the most rules first.
        settles: Whether the study as a whole could be told once all of it is known.
        identifiers: The DOIs and PMIDs of its reports.
        bases: What its facts rest on so far.
    """

    study: str
    properties: tuple[str, ...]
    settles: bool
    identifiers: tuple[str, ...]
    bases: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The errand as JSON has it."""
        return {
            "study": self.study,
            "look_for": list(self.properties),
            "settles_the_study": self.settles,
            "identifiers": list(self.identifiers),
            "bases": list(self.bases),
        }


@dataclass(frozen=True)
class Gaps:
    """All gaps of a review, that which settles the most first, and what to look for study by study."""

    trust: Trust
    gaps: tuple[Gap, ...]
    errands: tuple[Errand, ...]

    def to_json(self) -> str:
        """Both lists as JSON text."""
        found = {
            "trust": self.trust.value,
            "gaps": [gap.to_dict() for gap in self.gaps],
            "studies": [errand.to_dict() for errand in self.errands],
        }
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"

    def table(self, *, marks: bool = True) -> tuple[list[str], list[list[str]]]:
        """A header and one row a gap.

        Args:
            marks: Whether numbers that rest on deduced statements are marked.
        """
        header = ["property", *_LEVELS, "not known of"]
        rows = []
        for gap in self.gaps:
            numbers = zip(gap.numbers(), gap.rests, strict=True)
            marks_of = (marked(number, rests=marks and rests) for number, rests in numbers)
            rows.append([gap.property, *marks_of, " ".join(gap.studies)])
        return header, rows

    @property
    def legend(self) -> str:
        """What the marks mean; empty where nothing is marked."""
        return legend(text for gap in self.gaps if (text := gap.legend()))

    def errand_table(self) -> tuple[list[str], list[list[str]]]:
        """A header and one row a study."""
        header = ["study", "look for", "settles the study", "where", "read so far"]
        rows = [
            [
                e.study,
                ", ".join(e.properties),
                "yes" if e.settles else "no",
                " ".join(e.identifiers) or "no identifier recorded",
                ", ".join(e.bases) or "nothing",
            ]
            for e in self.errands
        ]
        return header, rows

    def to_csv(self) -> str:
        """:meth:`table` as CSV, numbers without marks, and a last column that says which are deduced."""
        header, rows = self.table(marks=False)
        deduced = ["yes" if any(gap.rests) else "no" for gap in self.gaps]
        return csv_table([*header, "deduced"], [[*row, d] for row, d in zip(rows, deduced, strict=True)])

    def to_markdown(self) -> str:
        """Both tables as Markdown, a work list, and what the marks mean."""
        legend = f"\n{self.legend}\n" if self.legend else ""
        return markdown_table(*self.table()) + legend + "\n" + markdown_table(*self.errand_table())


def gaps(review: Review, *, trust: Trust | str = Trust.DEDUCED) -> Gaps:
    """What is not known of the studies of a review.

    Args:
        review: The review.
        trust: Which statements count.
    """
    trust = Trust(trust)
    screening = review.screen(trust=trust)
    of_set = {rule.id: rule.set_id for rule in review.criteria.rules}
    found = _ranked(screening.studies, of_set)
    if trust is not Trust.STATED:
        stated = _ranked(review.screen(trust=Trust.STATED).studies, of_set)
        by_property = {gap.property: gap for gap in stated}
        found = [gap.beside(by_property.get(gap.property)) for gap in found]
    order = [gap.property for gap in found]
    where = _Where(review.statements(trust), review.studies)
    errands = []
    for study in screening.studies:
        missing = {rule.missing for rule in _open(study)} - {None}
        if study.outcome is Outcome.CANNOT_TELL and missing:
            errands.append(
                Errand(
                    study=study.study,
                    properties=tuple(name for name in order if name in missing),
                    settles=all(rule.missing for rule in _open(study)),
                    identifiers=where.identifiers(study.iri),
                    bases=where.bases(study.iri),
                )
            )
    return Gaps(trust, tuple(found), tuple(errands))


def _ranked(studies: Sequence[StudyVerdict], of_set: Mapping[str, str]) -> list[Gap]:
    settled: dict[str, list[set[_Verdict]]] = defaultdict(lambda: [set() for _ in _LEVELS])
    concerned: dict[str, list[str]] = defaultdict(list)
    for study in studies:
        unknown = _open(study)
        for rule in unknown:
            if rule.missing:
                settled[rule.missing][0].add((study.iri, rule.id))
        for each in study.sets:
            if each.outcome is Outcome.CANNOT_TELL:
                of_it = [rule.missing for rule in unknown if of_set.get(rule.id) == each.id]
                if alone := _alone(of_it):
                    settled[alone][1].add((study.iri, each.id))
        if study.outcome is Outcome.CANNOT_TELL and (alone := _alone(rule.missing for rule in unknown)):
            settled[alone][2].add((study.iri, ""))
        for name in sorted({rule.missing for rule in unknown if rule.missing}):
            concerned[name].append(study.study)
    found = []
    for name, verdicts in settled.items():
        rules, sets, whole = map(len, verdicts)
        which = tuple(map(frozenset, verdicts))
        found.append(Gap(name, rules, sets, whole, tuple(concerned[name]), which))
    return sorted(found, key=lambda gap: (-gap.rules, -gap.sets, -gap.whole, gap.property))


def _alone(missing: Iterable[str | None]) -> str | None:
    """What alone is missing, if one thing is."""
    names = set(missing)
    return names.pop() if len(names) == 1 else None


def _open(study: StudyVerdict) -> list[RuleVerdict]:
    """The verdicts on rules that cannot be told."""
    return [rule for rule in study.rules if rule.outcome is Outcome.CANNOT_TELL]


class _Where:
    """Where a fact about a study may stand."""

    def __init__(self, quads: Iterable[ox.Quad], studies: Mapping[str, ox.NamedNode]) -> None:
        statements = list(quads)
        said = Described(statements)
        works = {work.iri: work for work in publications(said)}
        self._reports = {
            study: [works[report] for report in reports if report in works]
            for study, reports in reports_of(said).items()
        }
        own = {study.value for study in studies.values()}
        self._bases: dict[str, set[str]] = defaultdict(set)
        for quad in statements:
            base = str(getattr(quad.subject, "value", "")).partition("#")[0]
            name = str(getattr(quad.graph_name, "value", "")).removeprefix(BASIS)
            if base in own and name not in ("record", "verdict", ""):
                self._bases[base].add(name)

    def identifiers(self, study: str) -> tuple[str, ...]:
        """The DOIs and PMIDs of the reports of a study, as addresses of resolvers would end."""
        return tuple(
            f"{kind}:{value}"
            for work in self._reports.get(study, ())
            for kind, value in work.identifiers.items()
            if kind in ("doi", "pmid")
        )

    def bases(self, study: str) -> tuple[str, ...]:
        """What the facts of a study rest on, sorted."""
        return tuple(sorted(self._bases.get(study, ())))
