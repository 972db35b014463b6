"""What is not known, ranked by how many verdicts one fact would settle, and where to look for it.

A fact settles a verdict on a rule when the rule asks for nothing else. It settles a verdict on a set, or on a
study, when every rule of it that cannot be told asks for this fact alone: then one look is enough.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from evigraph.citations.catalogue import publications, reports_of
from evigraph.described import Described
from evigraph.tables import csv_table, markdown_table
from evigraph.terms import BASIS
from evigraph.trust import Trust
from evigraph.verdicts import Outcome, RuleVerdict, StudyVerdict

if TYPE_CHECKING:
    from evigraph.review import Review


@dataclass(frozen=True)
class Gap:
    """A fact that is not known of some studies.

    Attributes:
        property: The local name of the property.
        rules: How many verdicts on rules it would settle.
        sets: How many verdicts on criterion sets.
        whole: How many verdicts on studies as a whole.
        studies: The keys of the studies of which it is not known, sorted.
    """

    property: str
    rules: int
    sets: int
    whole: int
    studies: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The gap as JSON has it."""
        settles = {"rules": self.rules, "sets": self.sets, "studies": self.whole}
        return {"property": self.property, "settles": settles, "studies": list(self.studies)}


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

    def table(self) -> tuple[list[str], list[list[str]]]:
        """A header and one row a gap."""
        header = ["property", "rules", "sets", "studies", "not known of"]
        rows = [[g.property, str(g.rules), str(g.sets), str(g.whole), " ".join(g.studies)] for g in self.gaps]
        return header, rows

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
        """:meth:`table` as CSV."""
        return csv_table(*self.table())

    def to_markdown(self) -> str:
        """Both tables as Markdown, a work list."""
        return markdown_table(*self.table()) + "\n" + markdown_table(*self.errand_table())


def gaps(review: Review, *, trust: Trust | str = Trust.DEDUCED) -> Gaps:
    """What is not known of the studies of a review.

    Args:
        review: The review.
        trust: Which statements count.
    """
    trust = Trust(trust)
    screening = review.screen(trust=trust)
    found = ranked(screening.studies, {rule.id: rule.set_id for rule in review.criteria.rules})
    where = _Where(review.statements(trust), review.studies)
    errands = [
        errand(study, found, where.identifiers(study.iri), where.bases(study.iri))
        for study in screening.studies
        if study.outcome is Outcome.CANNOT_TELL
    ]
    return Gaps(trust, tuple(found), tuple(one for one in errands if one.properties))


def errand(
    study: StudyVerdict, found: Sequence[Gap], identifiers: tuple[str, ...], bases: tuple[str, ...]
) -> Errand:
    """What to look for about one study.

    Args:
        study: The verdicts on it.
        found: The gaps of the review, that which settles the most first.
        identifiers: The DOIs and PMIDs of its reports.
        bases: What its facts rest on so far.
    """
    missing = {rule.missing for rule in _open(study)} - {None}
    return Errand(
        study=study.study,
        properties=tuple(gap.property for gap in found if gap.property in missing),
        settles=study.outcome is Outcome.CANNOT_TELL and all(rule.missing for rule in _open(study)),
        identifiers=identifiers,
        bases=bases,
    )


def ranked(studies: Sequence[StudyVerdict], of_set: Mapping[str, str]) -> list[Gap]:
    """The gaps in verdicts, that which settles the most first.

    Args:
        studies: The verdicts.
        of_set: The set of each rule, by identifier.
    """
    rules: dict[str, int] = defaultdict(int)
    sets: dict[str, int] = defaultdict(int)
    whole: dict[str, int] = defaultdict(int)
    concerned: dict[str, list[str]] = defaultdict(list)
    for study in studies:
        unknown = _open(study)
        for rule in unknown:
            if rule.missing:
                rules[rule.missing] += 1
        for each in study.sets:
            if each.outcome is Outcome.CANNOT_TELL:
                _count(sets, [rule.missing for rule in unknown if of_set.get(rule.id) == each.id])
        if study.outcome is Outcome.CANNOT_TELL:
            _count(whole, [rule.missing for rule in unknown])
        for name in sorted({rule.missing for rule in unknown if rule.missing}):
            concerned[name].append(study.study)
    found = [Gap(name, rules[name], sets[name], whole[name], tuple(concerned[name])) for name in rules]
    return sorted(found, key=lambda gap: (-gap.rules, -gap.sets, -gap.whole, gap.property))


def _count(counts: dict[str, int], missing: Sequence[str | None]) -> None:
    """Count what alone is missing."""
    names = set(missing)
    if len(names) == 1 and (name := names.pop()):
        counts[name] += 1


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
