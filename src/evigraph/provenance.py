"""From a statement to the page it was read on.

A study's extraction on a basis names the source of all its statements there. Where a study has
several extractions on one basis, a remark on the statement says which of them it comes from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from evigraph.described import Described
from evigraph.terms import NOTE, RDFS_LABEL, SOURCE, evi

_STATEMENT = (evi("onSubject"), evi("onProperty"), evi("onValue"))


@dataclass(frozen=True)
class Origin:
    """Where a statement was read.

    Attributes:
        source: The document, or none when the extraction names none.
        label: How the source is called in print: its label, or its IRI.
        locator: The place in the source; empty when it is the whole.
        note: What the remark on the statement says; empty when there is none.
    """

    source: ox.NamedNode | None = None
    label: str = ""
    locator: str = ""
    note: str = ""

    def __str__(self) -> str:
        return f"{self.label}, {self.locator}" if self.locator else self.label


class Provenance:
    """Finds the origin of statements.

    Args:
        quads: The bookkeeping of the studies in question; more does no harm.
    """

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        said = self._said = Described(quads)
        self._extractions: dict[tuple[object, object], list[object]] = defaultdict(list)
        for node in said.having(evi("onBasis"), evi("onStudy")):
            key = (said.value(node, evi("onStudy")), said.value(node, evi("onBasis")))
            self._extractions[key].append(node)
        self._remarks: dict[tuple[object, ...], list[object]] = defaultdict(list)
        for node in said.having(*_STATEMENT):
            self._remarks[tuple(said.value(node, part) for part in _STATEMENT)].append(node)

    def origin(self, study: ox.NamedNode, quad: ox.Quad) -> Origin:
        """Where a statement of a study was read; an empty origin when nothing says so."""
        extractions = self._extractions.get((study, quad.graph_name), [])
        for remark in self._remarks.get((quad.subject, quad.predicate, quad.object), []):
            extraction = self._said.value(remark, evi("fromExtraction"))
            if extraction in extractions:
                return self._origin(extraction, self._said.text(remark, NOTE))
        return self._origin(extractions[0], "") if len(extractions) == 1 else Origin()

    def _origin(self, extraction: object, note: str) -> Origin:
        source = self._said.iri(extraction, SOURCE)
        if source is None:
            return Origin(note=note)
        label = self._said.text(source, RDFS_LABEL) or source.value
        return Origin(source, label, self._said.text(extraction, evi("locator")), note)
