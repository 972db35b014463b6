"""The publications of a review, and which of them an entry of a file is."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from evigraph.citations.entries import (
    IDENTIFIERS,
    Entry,
    UnusableError,
    first,
    identifier,
    plain,
    title_key,
)
from evigraph.described import Described
from evigraph.names import STUDY
from evigraph.terms import (
    CITED,
    CITING,
    DOI,
    FABIO,
    IDENTIFIER,
    ISSUED,
    PMID,
    RDF_TYPE,
    RDFS_LABEL,
    TITLE,
    evi,
    local_name,
)

#: The property of each kind of identifier.
PROPERTIES = {
    "doi": DOI,
    "pmid": PMID,
    "openalex": evi("openAlexId"),
    "omid": evi("omid"),
}


class ConflictError(ValueError):
    """An entry has the DOI of a work with another title."""


@dataclass(eq=False)
class Publication:
    """A publication of the review, or one that is to be; what is not known is empty.

    Attributes:
        iri: Its IRI; empty while it is no part of the review.
        key: What people call it.
        identifiers: By kind, in the form of :func:`evigraph.citations.entries.identifier`.
        title: As printed.
        year: When it was issued.
        authors: Names in their order.
        type: The name of a class of FaBiO.
        journal: The title of what it stands in.
        added: What an import learned of a publication that the review has: names of the above.
        recorded: Whether the review gave its title before the import.
    """

    iri: str = ""
    key: str = ""
    identifiers: dict[str, str] = field(default_factory=dict)
    title: str = ""
    year: int | None = None
    authors: tuple[str, ...] = ()
    type: str = ""
    journal: str = ""
    added: dict[str, None] = field(default_factory=dict)
    recorded: bool = False

    @property
    def title_key(self) -> tuple[str, int, str] | None:
        """What it shares with another record of the same work; none when it is not all known."""
        return title_key(self.title, self.year, first(self.authors))

    def learn(self, entry: Entry) -> None:
        """Take from an entry what is missing, unless the review describes the publication itself."""
        if self.recorded:
            return
        for name in ("title", "year", "authors", "type", "journal"):
            value = getattr(entry, name)
            if value and not getattr(self, name):
                setattr(self, name, value)
                self.added[name] = None


def publications(said: Described) -> list[Publication]:
    """The publications that statements describe, in the order of first mention."""
    return [_publication(said, node) for node in said.of_class(evi("Publication"))]


def citation_pairs(said: Described) -> dict[tuple[str, str], ox.NamedNode]:
    """The citations by the IRIs of the citing and the cited publication."""
    pairs: dict[tuple[str, str], ox.NamedNode] = {}
    for node in said.of_class(evi("Citation")):
        citing, cited = said.iri(node, CITING), said.iri(node, CITED)
        if citing is not None and cited is not None:
            pairs.setdefault((citing.value, cited.value), node)
    return pairs


def reports_of(said: Described) -> dict[str, list[str]]:
    """The IRIs of the publications that report each study, by its IRI."""
    studies = {study.value for study in said.of_class(STUDY)}
    reports: dict[str, list[str]] = {study: [] for study in studies}
    for node in said.having(evi("reports")):
        for study in said.values(node, evi("reports")):
            if isinstance(study, ox.NamedNode) and study.value in studies and isinstance(node, ox.NamedNode):
                reports[study.value].append(node.value)
    return reports


def _publication(said: Described, node: ox.NamedNode) -> Publication:
    found: dict[str, str] = {}
    for kind, property in PROPERTIES.items():
        try:
            found[kind] = identifier(kind, said.text(node, property))
        except UnusableError:
            continue
    year, title = said.text(node, ISSUED)[:4], said.text(node, TITLE)
    kinds = [kind.value for kind in said.values(node, RDF_TYPE) if isinstance(kind, ox.NamedNode)]
    return Publication(
        iri=node.value,
        key=said.text(node, IDENTIFIER) or local_name(node.value),
        identifiers=found,
        title=title,
        year=int(year) if year.isascii() and year.isdigit() else None,
        authors=_authors(said, node),
        type=next((kind.removeprefix(FABIO) for kind in kinds if kind.startswith(FABIO)), ""),
        journal=said.text(node, evi("containerTitle")),
        recorded=bool(title),
    )


def _authors(said: Described, node: ox.NamedNode) -> tuple[str, ...]:
    found = []
    for part in said.values(node, evi("hasContribution")):
        if said.text(part, evi("contributionRole")) == "author":
            place = said.text(part, evi("position"))
            name = said.text(said.iri(part, evi("madeBy")), RDFS_LABEL)
            found.append((int(place) if place.isascii() and place.isdigit() else 0, name))
    return tuple(name for _, name in sorted(found) if name)


class Catalogue:
    """Finds the publication that an entry is: by DOI, PMID, OpenAlex, OMID, then title, year and author.

    A key that is trusted less does not match where one that is trusted more differs.

    Args:
        known: The publications to begin with.
    """

    def __init__(self, known: Iterable[Publication]) -> None:
        self._index: dict[tuple[str, object], list[Publication]] = defaultdict(list)
        for publication in known:
            for kind, value in publication.identifiers.items():
                self._index[kind, value].append(publication)
            if publication.title_key:
                self._index["title", publication.title_key].append(publication)

    def find(self, entry: Entry) -> tuple[Publication, str] | None:
        """The publication that an entry is, and by which key; none when there is none."""
        keys: list[tuple[str, object]] = [*entry.identifiers()]
        if words := title_key(entry.title, entry.year, first(entry.authors)):
            keys.append(("title", words))
        for kind, value in keys:
            for publication in self._index.get((kind, value), ()):
                if _may_be(publication, entry, kind):
                    return publication, kind
        return None

    def take(self, entry: Entry) -> None:
        """Find or add the publication that an entry is, and keep what the entry says more.

        Raises:
            ConflictError: It has the DOI of a publication with another title.
        """
        publication, kind = self.find(entry) or (Publication(), "new")
        if kind == "doi" and differ(publication.title, entry.title):
            raise ConflictError(
                f"the DOI {entry.doi} is that of {publication.title[:80]!r} and of {entry.title[:80]!r}"
            )
        before = publication.title_key
        for kind, value in entry.identifiers():
            if kind not in publication.identifiers and not self._index.get((kind, value)):
                publication.identifiers[kind] = value
                publication.added[kind] = None
                self._index[kind, value].append(publication)
        publication.learn(entry)
        if before is None and (words := publication.title_key):
            self._index["title", words].append(publication)


def _may_be(publication: Publication, entry: Entry, kind: str) -> bool:
    more = IDENTIFIERS[: IDENTIFIERS.index(kind)] if kind in IDENTIFIERS else IDENTIFIERS
    has = publication.identifiers
    return all(has.get(k, value) == value for k, value in entry.identifiers() if k in more)


def differ(one: str, other: str) -> bool:
    """Whether two titles are those of two works: neither holds the other, nor are they nearly alike."""
    a, b = plain(one), plain(other)
    if not a or not b or a in b or b in a:
        return False
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() < 0.8
