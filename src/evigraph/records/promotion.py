"""Makes a record that belongs in the review what it is an entry for: a publication, which reports a study."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.changing import added_to
from evigraph.citations.catalogue import Catalogue, Publication, publications
from evigraph.citations.entries import Entry
from evigraph.citations.statements import Writer
from evigraph.described import Described
from evigraph.folder import Folder
from evigraph.minting import Minter
from evigraph.names import STUDY
from evigraph.records.stored import Record, authors_of, identifiers_of, records_in, title_of, year_of
from evigraph.terms import IDENTIFIER, RDF_TYPE, RECORD_GRAPH, evi

if TYPE_CHECKING:
    from evigraph.decisions.targets import Targets

#: Where it stands what records were found to be.
REPORTS = "graph/reports.ttl"


class Promotion:
    """What records become.

    Args:
        graph: What the review says.
        said: The same statements.
        names: Gives out IRIs that the review does not have.
        targets: The records and studies of the review.

    Attributes:
        studies: The keys of the studies that begin to exist, each with its IRI.
    """

    def __init__(self, graph: Iterable[ox.Quad], said: Described, names: Minter, targets: Targets) -> None:
        self.studies: dict[str, str] = {}
        self._graph, self._said, self._names, self._targets = list(graph), said, names, targets
        self._asked: dict[str, str] = {}
        self._done: set[str] = set()
        self._quads: list[ox.Quad] = []
        self._tools: tuple[dict[str, Record], Catalogue, Writer] | None = None

    def reports(self, record: str, study: str) -> None:
        """Ask that a record, once it is promoted, reports a study that there is."""
        self._asked[record] = study

    def promote(self, record: str) -> None:
        """Make a record an entry for a publication that reports a study, unless it is one already.

        Args:
            record: The IRI of the record, which stands for those that are merged into it.
        """
        if record in self._done or (self._targets.studies_of(record) and record not in self._asked):
            return
        self._done.add(record)
        records, catalogue, writer = self._tools = self._tools or self._made()
        item, key = records[record].item, records[record].key
        names = identifiers_of(item)
        entry = Entry(
            where=key,
            doi=names.get("doi", ""),
            pmid=names.get("pmid", ""),
            title=" ".join(title_of(item).split()),
            year=year_of(item),
            authors=authors_of(item),
            type="JournalArticle" if item.get("type") == "article-journal" else "",
            journal=str(item.get("container-title") or ""),
        )
        known = self._said.iri(ox.NamedNode(record), evi("describes"))
        found = None if known else catalogue.find(entry)
        publication = found[0] if found else Publication(key=key)
        if known is None:
            if not publication.iri:
                publication.identifiers = dict(entry.identifiers())
                publication.added = dict.fromkeys(publication.identifiers)
                publication.learn(entry)
                writer.publication(publication)
            self._say(ox.NamedNode(record), evi("describes"), ox.NamedNode(publication.iri))
        self._report(known or ox.NamedNode(publication.iri), record, key)

    def files(self, folder: Folder) -> dict[Path, bytes]:
        """What the files of the review shall hold that change."""
        if not self._quads or self._tools is None:
            return {}
        files = {folder.path / REPORTS: added_to(folder, REPORTS, [*self._tools[2].quads, *self._quads])}
        for key, iri in self.studies.items():
            study = ox.NamedNode(iri)
            begun = [
                ox.Quad(study, RDF_TYPE, STUDY, RECORD_GRAPH),
                ox.Quad(study, IDENTIFIER, ox.Literal(key), RECORD_GRAPH),
            ]
            files[folder.path / "graph/studies" / f"{key}.trig"] = serialize(begun, "trig", folder.prefixes)
        return files

    def _report(self, publication: ox.NamedNode, record: str, key: str) -> None:
        """Say which study a publication reports: the one asked for, the one known, or a new one."""
        known = self._said.values(publication, evi("reports"))
        asked = self._asked.get(record)
        if asked is None and known:
            return
        if asked is None:
            asked = self.studies[key] = self._names.iri("study", key)
        if ox.NamedNode(asked) not in known:
            self._say(publication, evi("reports"), ox.NamedNode(asked))

    def _made(self) -> tuple[dict[str, Record], Catalogue, Writer]:
        return (
            {record.iri: record for record in records_in(self._graph)},
            Catalogue(publications(self._said)),
            Writer(self._names, self._graph),
        )

    def _say(self, subject: ox.NamedNode, property: ox.NamedNode, value: ox.NamedNode) -> None:
        self._quads.append(ox.Quad(subject, property, value))
