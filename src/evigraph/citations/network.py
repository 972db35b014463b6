"""Works and citations read from a store, held as arrays, handed out as graphs of networkx.

The arrays come first: a million citations are two arrays of numbers, and both the graph of networkx
and the sparse matrices are made from them.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from evigraph.store import Store
from evigraph.terms import (
    CITED,
    CITING,
    CITO,
    DOI,
    FABIO,
    IDENTIFIER,
    INTENT,
    ISSUED,
    PMID,
    RDF_TYPE,
    RDFS_LABEL,
    SOURCE,
    TITLE,
    evi,
    local_name,
)
from evigraph.trust import Trust

if TYPE_CHECKING:
    import networkx as nx

#: The role of a work that is the review itself.
REVIEW_ROLE: Final = "review"
AUTHOR_SELF: Final = CITO + "AuthorSelfCitation"
JOURNAL_SELF: Final = CITO + "JournalSelfCitation"

_ARTICLE = FABIO + "JournalArticle"


@dataclass(frozen=True, slots=True)
class Work:
    """A publication; what is not recorded is ``None`` or empty.

    Attributes:
        iri: What it is called in the graph.
        key: What people call it: its identifier, else the last part of its IRI.
        title: As printed.
        year: The year in which it was issued.
        type: The last part of its class in FaBiO, such as ``JournalArticle``.
        role: The part it plays in the review; ``review`` for the review itself.
        doi: As recorded, without a prefix.
        pmid: As recorded.
        container: The journal, book or series that it stands in.
        authors: The IRIs of its authors in their order.
        truncated: Whether the list of its authors ends in et al.
    """

    iri: str
    key: str
    title: str | None = None
    year: int | None = None
    type: str | None = None
    role: str | None = None
    doi: str | None = None
    pmid: str | None = None
    container: str | None = None
    authors: tuple[str, ...] = ()
    truncated: bool = False

    @property
    def journal(self) -> str | None:
        """The journal of an article, in lower case for comparison; a chapter's book is none."""
        if self.type != "JournalArticle" or self.container is None:
            return None
        return " ".join(self.container.casefold().split())


@dataclass(frozen=True, slots=True)
class Link:
    """What is said of a citation; what is not recorded is ``None``.

    Attributes:
        iri: The citation itself.
        role: The part that the cited work plays in the citing one.
        intent: The last part of CiTO's property, such as ``citesAsEvidence``.
        source: The document in which the citation was found.
        mark: Whether the role is verified or deduced.
    """

    iri: str | None = None
    role: str | None = None
    intent: str | None = None
    source: str | None = None
    mark: str | None = None


@dataclass(frozen=True)
class CitationArrays:
    """A citation network as arrays.

    Attributes:
        works: The works, sorted by IRI.
        citing: For each citation the place of the citing work in ``works``.
        cited: For each citation the place of the cited work; pairs are sorted and each is there once.
        links: For each citation what is said of it.
        loops: How many works are said to cite themselves, which is left out.
        people: The names of authors by IRI.
    """

    works: Sequence[Work]
    citing: array[int]
    cited: array[int]
    links: Sequence[Link]
    loops: int = 0
    people: dict[str, str] | None = None

    def __len__(self) -> int:
        return len(self.citing)

    @property
    def pairs(self) -> Iterator[tuple[int, int]]:
        """The citations as pairs of places, citing and cited."""
        return zip(self.citing, self.cited, strict=True)

    @cached_property
    def references(self) -> dict[int, list[int]]:
        """What each citing work cites, by place: the reference lists."""
        return _listed(self.citing, self.cited)

    @cached_property
    def citations(self) -> dict[int, list[int]]:
        """By what each cited work is cited, by place."""
        return _listed(self.cited, self.citing)


def _listed(keys: array[int], values: array[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for key, value in zip(keys, values, strict=True):
        found[key].append(value)
    return dict(found)


def arrays_of(
    works: Iterable[Work], citations: Iterable[tuple[str, str, Link]], people: dict[str, str] | None = None
) -> CitationArrays:
    """The arrays of works and of citations between their IRIs.

    Where a pair is cited twice, the first in order of IRI with a role, else the first, counts. A
    work that is cited and not described has its IRI alone.
    """
    known = {work.iri: work for work in works}
    rows = sorted(citations, key=lambda row: (row[0], row[1], row[2].role is None, row[2].iri or ""))
    for iri in {iri for row in rows for iri in row[:2]} - known.keys():
        known[iri] = Work(iri, local_name(iri))
    order = sorted(known)
    place = {iri: number for number, iri in enumerate(order)}
    citing, cited, links, loops = array("q"), array("q"), list[Link](), set[str]()
    last: tuple[str, str] | None = None
    for source, target, link in rows:
        if source == target:
            loops.add(source)
        elif (source, target) != last:
            citing.append(place[source])
            cited.append(place[target])
            links.append(link)
            last = (source, target)
    return CitationArrays([known[iri] for iri in order], citing, cited, links, len(loops), people)


def read_citations(store: Store, trust: Trust) -> CitationArrays:
    """Read the citation network of a store.

    Args:
        store: Where the review is kept.
        trust: Which statements count; bookkeeping always does.
    """
    reader = _Reader(store, trust)
    citing, cited = reader.iris(CITING), reader.iris(CITED)
    roles, intents = reader.iris(evi("hasRole")), reader.iris(INTENT)
    sources, marks = reader.texts(SOURCE), reader.texts(evi("mark"))
    rows = [
        (
            citing[node],
            cited[node],
            Link(node, _local(roles, node), _local(intents, node), sources.get(node), marks.get(node)),
        )
        for node in sorted(citing.keys() & cited.keys())
    ]
    return arrays_of(_works(reader, rows), rows, reader.texts(RDFS_LABEL, of=reader.subjects(evi("Person"))))


def _local(found: dict[str, str], node: str) -> str | None:
    return local_name(found[node]) if node in found else None


class _Reader:
    """Statements of the trusted graphs by property; of several values the first in order counts."""

    def __init__(self, store: Store, trust: Trust) -> None:
        self._store, self._graphs = store, frozenset(trust.default_graphs)

    def quads(self, property: ox.NamedNode, value: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        found = self._store.quads(predicate=property, object=value)
        return (quad for quad in found if quad.graph_name in self._graphs)

    def texts(self, property: ox.NamedNode, of: set[str] | None = None) -> dict[str, str]:
        found: dict[str, str] = {}
        for quad in self.quads(property):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                subject, text = quad.subject.value, quad.object.value
                if (of is None or subject in of) and text < found.get(subject, text + "\0"):
                    found[subject] = text
        return found

    iris = texts

    def many(self, property: ox.NamedNode) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for quad in self.quads(property):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                found[quad.subject.value].append(quad.object.value)
        return found

    def subjects(self, kind: ox.NamedNode) -> set[str]:
        found = (quad.subject for quad in self.quads(RDF_TYPE, kind))
        return {subject.value for subject in found if isinstance(subject, ox.NamedNode)}


def _works(reader: _Reader, rows: Sequence[tuple[str, str, Link]]) -> Iterator[Work]:
    """The publications, and whatever else cites or is cited, each with what is recorded."""
    iris = reader.subjects(evi("Publication")) | {iri for row in rows for iri in row[:2]}
    keys, titles = reader.texts(IDENTIFIER, iris), reader.texts(TITLE, iris)
    years, containers = reader.texts(ISSUED, iris), reader.texts(evi("containerTitle"), iris)
    dois, pmids = reader.texts(DOI, iris), reader.texts(PMID, iris)
    kinds = _kinds(reader)
    authors, truncated, roles = _authors(reader), _truncated(reader), _roles(reader, rows)
    for iri in iris:
        yield Work(
            iri,
            keys.get(iri) or local_name(iri),
            titles.get(iri),
            _year(years.get(iri)),
            kinds.get(iri),
            roles.get(iri),
            dois.get(iri),
            pmids.get(iri),
            containers.get(iri),
            authors.get(iri, ()),
            iri in truncated,
        )


def _kinds(reader: _Reader) -> dict[str, str]:
    """Each publication with its class in FaBiO; of several the first in order."""
    found: dict[str, str] = {}
    for quad in reader.quads(RDF_TYPE):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            iri, kind = quad.subject.value, quad.object.value
            if kind.startswith(FABIO) and kind < found.get(iri, kind + "\0"):
                found[iri] = kind
    return {iri: kind.removeprefix(FABIO) for iri, kind in found.items()}


def _authors(reader: _Reader) -> dict[str, tuple[str, ...]]:
    """The authors of each publication in the order of their positions; editors are left out."""
    maker, place = reader.iris(evi("madeBy")), reader.texts(evi("position"))
    part = reader.texts(evi("contributionRole"))
    return {
        work: tuple(
            maker[node]
            for node in sorted(nodes, key=lambda node: (_number(place.get(node, "")), node))
            if node in maker and part.get(node) == "author"
        )
        for work, nodes in reader.many(evi("hasContribution")).items()
    }


def _truncated(reader: _Reader) -> set[str]:
    refers = reader.iris(evi("refersTo"))
    short = (node for node, said in reader.texts(evi("authorsTruncated")).items() if said in ("true", "1"))
    return {refers[node] for node in short if node in refers}


def _roles(reader: _Reader, rows: Sequence[tuple[str, str, Link]]) -> dict[str, str]:
    """The role of each work: in the review's own list, else in the first citation that gives one."""
    own = {iri for some in reader.many(evi("publishedAs")).values() for iri in some}
    ordered = sorted(rows, key=lambda row: (row[0] not in own, row[2].iri or ""))
    roles = dict.fromkeys(own, REVIEW_ROLE)
    for _, cited, link in ordered:
        if link.role is not None:
            roles.setdefault(cited, link.role)
    return roles


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _year(text: str | None) -> int | None:
    """The year of a date as XML Schema writes it: ``2008``, ``2008-03`` or ``2008-03-01``."""
    return int(text[:4]) if text and text[:4].isdigit() and text[4:5] in ("", "-") else None


def self_citation(citing: Work, cited: Work) -> tuple[bool | None, bool | None]:
    """Whether two works share an author, and a journal; ``None`` where it cannot be told.

    Two works share no author only where both lists are known and neither ends in et al.
    """
    author: bool | None = not set(citing.authors).isdisjoint(cited.authors)
    if not author and (not (citing.authors and cited.authors) or citing.truncated or cited.truncated):
        author = None
    journals = (citing.journal, cited.journal)
    return author, None if None in journals else journals[0] == journals[1]


def classes_of(citing: Work, cited: Work) -> list[str]:
    """The IRIs of the classes of CiTO that a citation is of, by what the two works share."""
    shared = self_citation(citing, cited)
    return [name for name, held in zip((AUTHOR_SELF, JOURNAL_SELF), shared, strict=True) if held]


def citation_graph(arrays: CitationArrays) -> nx.DiGraph:
    """The network as a new directed graph of networkx, from citing to cited.

    Returns:
        Nodes are IRIs with ``key``, ``title``, ``year`` (a number), ``type``, ``role``, ``doi``,
        ``pmid`` and ``container``; edges have ``iri``, ``role``, ``intent``, ``source``, ``mark``, and
        ``classes``, the classes of CiTO by their last parts. What is not recorded is left out.
    """
    import networkx as nx

    graph = nx.DiGraph()
    names = ("key", "title", "year", "type", "role", "doi", "pmid", "container")
    for work in arrays.works:
        graph.add_node(work.iri, **_given({name: getattr(work, name) for name in names}))
    parts = ("iri", "role", "intent", "source", "mark")
    for (citing, cited), link in zip(arrays.pairs, arrays.links, strict=True):
        one, other = arrays.works[citing], arrays.works[cited]
        said = {name: getattr(link, name) for name in parts}
        said["classes"] = " ".join(map(local_name, classes_of(one, other))) or None
        graph.add_edge(one.iri, other.iri, **_given(said))
    return graph


def _given(attributes: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in attributes.items() if value is not None}
