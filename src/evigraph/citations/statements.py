"""The statements of an import: sources, publications, matches and citations, with IRIs of the review."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pyoxigraph as ox

from evigraph.citations.catalogue import PROPERTIES, Publication
from evigraph.citations.entries import family, first, slug
from evigraph.minting import Minter, free
from evigraph.terms import (
    CITED,
    CITING,
    CITO,
    DCTERMS,
    FABIO,
    IDENTIFIER,
    INTENT,
    ISSUED,
    RDF_TYPE,
    RDFS_LABEL,
    SOURCE,
    TITLE,
    XSD,
    evi,
    local_name,
)

_SHA256 = evi("sha256")


class Writer:
    """Makes statements in the namespace of a review, with IRIs that it does not have yet.

    Args:
        names: Gives out IRIs and keys that the review does not have.
        graph: What the review says already.
        date: When the files were got, or none.
    """

    def __init__(self, names: Minter, graph: Iterable[ox.Quad], date: str | None = None) -> None:
        self.quads: list[ox.Quad] = []
        self._names, self._date = names, date
        self._sources: dict[str, ox.NamedNode] = {}
        self._persons: dict[str, ox.NamedNode] = {}
        for quad in graph:
            if not isinstance(quad.subject, ox.NamedNode):
                continue
            if isinstance(quad.object, ox.Literal):
                if quad.predicate == _SHA256:
                    self._sources[quad.object.value] = quad.subject
                elif quad.predicate == RDFS_LABEL and quad.subject.value.startswith(names.base + "person/"):
                    self._persons.setdefault(quad.object.value, quad.subject)

    def knows(self, sha256: str) -> bool:
        """Whether the bytes of a file were read before."""
        return sha256 in self._sources

    def file_name(self, name: str, taken: set[str]) -> str:
        """A stem for the file of an import, from the name of a file that was read."""
        return free(_stem(name), taken)

    def source(self, name: str, sha256: str) -> ox.NamedNode:
        """The node of a file that was read, described unless it is already."""
        if sha256 not in self._sources:
            node = self._sources[sha256] = self._mint("source", _stem(name))
            self._say(node, RDF_TYPE, evi("Source"))
            self._say(node, RDFS_LABEL, ox.Literal(name))
            self._say(node, _SHA256, ox.Literal(sha256))
            if self._date:
                day = ox.Literal(self._date, datatype=ox.NamedNode(XSD + "date"))
                self._say(node, ox.NamedNode(DCTERMS + "date"), day)
        return self._sources[sha256]

    def publication(self, publication: Publication) -> None:
        """Describe a publication: all of it when it is new, else what was learned of it.

        A new one is given a key unless it has one.
        """
        names = publication.added
        if not publication.iri:
            publication.key = publication.key or self._names.key(_key(publication))
            publication.iri = self._mint("publication", publication.key).value
            node = ox.NamedNode(publication.iri)
            self._say(node, RDF_TYPE, evi("Publication"))
            self._say(node, IDENTIFIER, ox.Literal(publication.key))
        node = ox.NamedNode(publication.iri)
        for kind, property in PROPERTIES.items():
            if kind in names:
                self._say(node, property, ox.Literal(publication.identifiers[kind]))
        if "title" in names:
            self._say(node, TITLE, ox.Literal(publication.title))
        if "year" in names:
            year = ox.Literal(str(publication.year), datatype=ox.NamedNode(XSD + "gYear"))
            self._say(node, ISSUED, year)
        if "type" in names:
            self._say(node, RDF_TYPE, ox.NamedNode(FABIO + publication.type))
        if "journal" in names:
            self._say(node, evi("containerTitle"), ox.Literal(publication.journal))
        if "authors" in names:
            self._authors(publication)

    def match(self, source: ox.NamedNode, publication: Publication, keys: Iterable[str], where: str) -> None:
        """Say by which keys entries of a file were found to be a publication, and where the first stands."""
        node = self._mint("source", f"{local_name(source.value)}#{publication.key}")
        self._say(node, RDF_TYPE, evi("Match"))
        self._say(node, evi("identifies"), ox.NamedNode(publication.iri))
        self._say(node, SOURCE, source)
        self._say(node, evi("locator"), ox.Literal(_line(where)))
        for key in keys:
            self._say(node, evi("matchedBy"), ox.Literal(key))

    def citation(
        self, citing: Publication, cited: Publication, source: ox.NamedNode, where: str
    ) -> ox.NamedNode:
        """A new citation, whose role nobody has judged."""
        node = self._mint("citation", f"{citing.key}--{cited.key}")
        self._say(node, RDF_TYPE, evi("Citation"))
        self._say(node, CITING, ox.NamedNode(citing.iri))
        self._say(node, CITED, ox.NamedNode(cited.iri))
        self._say(node, evi("hasRole"), evi("not-judged"))
        self._say(node, INTENT, ox.NamedNode(CITO + "cites"))
        self._say(node, evi("locator"), ox.Literal(_line(where)))
        self.citation_source(node, source)
        return node

    def citation_source(self, citation: ox.NamedNode, source: ox.NamedNode) -> None:
        """Say that a file holds a citation."""
        self._say(citation, SOURCE, source)

    def _authors(self, publication: Publication) -> None:
        node = ox.NamedNode(publication.iri)
        for place, name in enumerate(publication.authors, 1):
            part = ox.NamedNode(f"{publication.iri}#author-{place}")
            self._say(node, evi("hasContribution"), part)
            self._say(part, RDF_TYPE, evi("Contribution"))
            self._say(part, evi("contributionRole"), ox.Literal("author"))
            self._say(part, evi("position"), ox.Literal(place))
            self._say(part, evi("madeBy"), self._person(name))

    def _person(self, name: str) -> ox.NamedNode:
        if name not in self._persons:
            node = self._persons[name] = self._mint("person", slug(name) or f"name-{_digest(name)}")
            self._say(node, RDF_TYPE, evi("Person"))
            self._say(node, RDFS_LABEL, ox.Literal(name))
        return self._persons[name]

    def _mint(self, kind: str, name: str) -> ox.NamedNode:
        return ox.NamedNode(self._names.iri(kind, name))

    def _say(self, subject: ox.NamedNode, property: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> None:
        self.quads.append(ox.Quad(subject, property, value))


def _key(publication: Publication) -> str:
    """The first author and the year where both are known, as in the review; else an identifier."""
    name = slug(family(first(publication.authors))).replace("-", "")
    if name and publication.year is not None:
        return f"{name}{publication.year}"
    kind, value = next(iter(publication.identifiers.items()), ("work", _digest(publication.title)))
    return slug(f"{kind}-{value}")


def _stem(name: str) -> str:
    return slug(name.rsplit(".", 1)[0]) or slug(name) or f"file-{_digest(name)}"


def _line(where: str) -> str:
    return f"line {where.rpartition(':')[2]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
