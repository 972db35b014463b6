"""Which records are duplicates: for certain, likely, or to be looked at.

Records with one DOI or one PMID are duplicates unless their titles say otherwise. Then those whose titles are
the same or nearly the same, with the same first author, about the same year and no page that contradicts.
Two records with different DOIs, or different PMIDs, are never merged unasked, not by way of a third either;
nor are a paper and its correction, or two parts of a series.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from evigraph.duplicates.features import Features, features, pairs
from evigraph.records.stored import Record

#: Titles that are as much alike as this, of 100, are of one publication when the rest agrees.
ALIKE = 92.0
#: Titles below this are not worth a look.
WORTH_A_LOOK = 80.0
#: A shorter title says too little: Introduction, Depression.
_TELLING = 18


@dataclass(frozen=True, slots=True)
class Match:
    """Two records that are duplicates, or may be.

    Attributes:
        one: The IRI of a record.
        other: The IRI of another.
        by: What they were matched by: *doi*, *pmid* or *title*.
        reason: Why, in words.
        doubt: Why they are not merged unasked; empty when they are.
    """

    one: str
    other: str
    by: str
    reason: str
    doubt: str = ""


@dataclass(frozen=True)
class Found:
    """What a search for duplicates found.

    Attributes:
        groups: The records of each publication, the one that is to stand for the others first.
        matches: The matches on which the groups rest, without those that add nothing.
        doubtful: Matches for a person to look at.
    """

    groups: tuple[tuple[str, ...], ...]
    matches: tuple[Match, ...]
    doubtful: tuple[Match, ...]


def find(
    records: Iterable[Record],
    merged: Mapping[str, str] | None = None,
    apart: Iterable[frozenset[str]] = (),
    preferred: Iterable[str] = (),
) -> Found:
    """Find the duplicates among records.

    Args:
        records: The records.
        merged: The record that stands for each that was merged before.
        apart: Pairs of records that a person told apart; what leads to both is not merged.
        preferred: Records that stand for others where there is a choice, as they were judged already.
    """
    known = [features(record) for record in records]
    groups = _Groups(known, merged or {}, apart)
    matches: list[Match] = []
    doubtful: list[Match] = []
    for match in [*_by_identifier(known), *_by_title(known)]:
        if groups.together(match.one, match.other) or groups.told_apart(match.one, match.other):
            continue
        doubt = match.doubt or groups.objection(match.one, match.other)
        if doubt:
            doubtful.append(Match(match.one, match.other, match.by, match.reason, doubt))
        else:
            groups.join(match.one, match.other)
            matches.append(match)
    left = [m for m in doubtful if not groups.together(m.one, m.other)]
    return Found(groups.sorted(set(preferred)), tuple(matches), _one_for_two_groups(left, groups))


class _Groups:
    """Records that are one publication, as they are joined."""

    def __init__(
        self, known: Sequence[Features], merged: Mapping[str, str], apart: Iterable[frozenset[str]]
    ) -> None:
        self._by_iri = {one.record.iri: one for one in known}
        self._order = {one.record.iri: place for place, one in enumerate(known)}
        self._group = {iri: [iri] for iri in self._by_iri}
        self._merged = merged
        self._apart: dict[str, set[str]] = {iri: set() for iri in self._by_iri}
        for record, into in merged.items():
            if record in self._by_iri and into in self._by_iri:
                self.join(into, record)
        for one, other in (sorted(pair) for pair in apart if len(pair) == 2):
            if one in self._apart and other in self._apart:
                self._apart[one].add(other)
                self._apart[other].add(one)

    def together(self, one: str, other: str) -> bool:
        return self._group[one] is self._group[other]

    def told_apart(self, one: str, other: str) -> bool:
        """Whether a person told any record of the one group from any of the other."""
        others = set(self._group[other])
        return any(self._apart[each] & others for each in self._group[one])

    def objection(self, one: str, other: str) -> str:
        """Why two groups cannot be one publication unasked, or an empty text."""
        for name, label in (("doi", "DOIs"), ("pmid", "PMIDs")):
            of = [{getattr(self._by_iri[r], name) for r in self._group[each]} - {""} for each in (one, other)]
            if of[0] and of[1] and of[0] != of[1]:
                differ = sorted(of[0] | of[1])
                return f"different {label}: {' and '.join(differ[:4])}"
        return ""

    def join(self, one: str, other: str) -> None:
        first, second = self._group[one], self._group[other]
        if first is second:
            return
        small, large = sorted((first, second), key=len)
        large += small
        for iri in small:
            self._group[iri] = large

    def name(self, iri: str) -> int:
        """What the records of a group share."""
        return id(self._group[iri])

    def sorted(self, preferred: set[str]) -> tuple[tuple[str, ...], ...]:
        """The groups of more than one record, in the order of the records."""
        found: dict[int, list[str]] = {}
        for iri in self._by_iri:
            found.setdefault(self.name(iri), []).append(iri)
        stand = {self._merged.get(iri, "") for iri in self._merged}
        return tuple(
            tuple(
                sorted(
                    group,
                    key=lambda iri: (
                        iri not in stand,
                        iri not in preferred,
                        *(-number for number in self._by_iri[iri].fullness),
                        len(self._by_iri[iri].record.key),
                        self._order[iri],
                    ),
                )
            )
            for group in found.values()
            if len(group) > 1
        )


def _by_identifier(known: Sequence[Features]) -> list[Match]:
    found = []
    for name, label in (("doi", "DOI"), ("pmid", "PMID")):
        firsts: dict[str, Features] = {}
        for one in known:
            value = getattr(one, name)
            if value and value in firsts:
                found.append(_identified(firsts[value], one, name, f"same {label} {value}"))
            elif value:
                firsts[value] = one
    return found


def _identified(one: Features, other: Features, by: str, reason: str) -> Match:
    doubt = ""
    if one.title and other.title and not _holds(one.title, other.title):
        ratio = fuzz.ratio(one.title, other.title)
        if ratio < WORTH_A_LOOK:
            doubt = f"the titles are {ratio:.0f} % alike"
    if one.kinds != other.kinds and one.title != other.title:
        doubt = doubt or "one is a correction, a reply or the like"
    return Match(one.record.iri, other.record.iri, by, reason, doubt)


def _by_title(known: Sequence[Features]) -> list[Match]:
    found: dict[tuple[int, int], Match] = {}
    for place, other_place in pairs(known):
        if (place, other_place) not in found:
            match = _titled(known[place], known[other_place])
            if match is not None:
                found[place, other_place] = match
    certain_first = sorted(found.items(), key=lambda item: (bool(item[1].doubt), item[0]))
    return [match for _, match in certain_first]


def _titled(one: Features, other: Features) -> Match | None:
    """The match of two records by what they say of themselves; none when there is too little of it."""
    if not one.title or not other.title:
        return None
    shorter, longer = sorted((one.title, other.title), key=len)
    begins = len(shorter) >= 2 * _TELLING and longer.startswith(shorter)  # the subtitle is left out
    ratio = (
        100.0 if one.title == other.title else fuzz.ratio(one.title, other.title, score_cutoff=WORTH_A_LOOK)
    )
    if ratio < WORTH_A_LOOK and not begins:
        return None
    agreeing = _agreeing(one, other)
    same_person = "same first author" in agreeing
    if not agreeing or not (same_person or ratio == 100 or (one.pages and one.pages == other.pages)):
        return None
    alike = (
        "same title"
        if ratio == 100
        else f"titles {ratio:.0f} % alike"
        if ratio
        else "one title begins the other"
    )
    reason = ", ".join([alike, *agreeing])
    return Match(one.record.iri, other.record.iri, "title", reason, _doubt(one, other, ratio, agreeing))


def _agreeing(one: Features, other: Features) -> list[str]:
    """What else two records share, in words."""
    found = []
    if one.author and one.author == other.author:
        found.append("same first author")
    if one.year is not None and other.year is not None and abs(one.year - other.year) <= 1:
        found.append("same year" if one.year == other.year else f"years {one.year} and {other.year}")
    if one.pages and one.pages == other.pages:
        found.append(f"first page {one.pages}")
    if one.volume and one.volume == other.volume:
        found.append(f"volume {one.volume}")
    return found


def _doubt(one: Features, other: Features, ratio: float, agreeing: Sequence[str]) -> str:
    """Why two records with like titles are not merged unasked, or an empty text."""
    return _contradiction(one, other) or _weakness(one, ratio, agreeing)


def _contradiction(one: Features, other: Features) -> str:
    """What two records say that cannot both be true of one publication."""
    if one.kinds != other.kinds:
        return "one is a correction, a reply or the like"
    if one.numbers != other.numbers:
        return "the numbers in the titles differ"
    if one.author and other.author and one.author != other.author:
        return "the first authors differ"
    if one.year is not None and other.year is not None and abs(one.year - other.year) > 1:
        return "the years differ"
    if one.pages and other.pages and one.pages != other.pages:
        if one.volume != other.volume:
            return "volume and first page differ"
        if one.year != other.year:
            return "year and first page differ"
    return ""


def _weakness(one: Features, ratio: float, agreeing: Sequence[str]) -> str:
    """Why what two records share is too little to call them one."""
    if len(agreeing) < 2 and (ratio < 100 or "same first author" not in agreeing):
        return "little else is alike"
    if len(one.title) < _TELLING and len(agreeing) < 3:
        return "the title is short"
    if ratio < ALIKE and not ("same first author" in agreeing and len(agreeing) > 2):
        return f"the titles are only {ratio:.0f} % alike" if ratio else "one title is only the beginning"
    return ""


def _holds(one: str, other: str) -> bool:
    """Whether one title holds the other, as when a subtitle is left out."""
    return one in other or other in one


def _one_for_two_groups(matches: Iterable[Match], groups: _Groups) -> tuple[Match, ...]:
    """The first of the matches between each two groups."""
    found: dict[frozenset[int], Match] = {}
    for match in matches:
        found.setdefault(frozenset((groups.name(match.one), groups.name(match.other))), match)
    return tuple(found.values())
