"""From a statement to the page it was read on.

A study's extraction on a basis names the source of all its statements there. Where a study has
several extractions on one basis, a remark on the statement says which of them it comes from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from evigraph.terms import NOTE, RDFS_LABEL, SOURCE, evi


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
        said: dict[object, dict[ox.NamedNode, object]] = defaultdict(dict)
        wanted = {
            *(evi(n) for n in ("onStudy", "onBasis", "locator", "fromExtraction")),
            *(evi(n) for n in ("onSubject", "onProperty", "onValue")),
            SOURCE,
            NOTE,
            RDFS_LABEL,
        }
        for quad in quads:
            if quad.predicate in wanted:
                said[quad.subject][quad.predicate] = quad.object
        self._said = said
        self._extractions: dict[tuple[object, object], list[object]] = defaultdict(list)
        self._remarks: dict[tuple[object, object, object], list[object]] = defaultdict(list)
        for node, properties in said.items():
            if evi("onSubject") in properties and evi("onProperty") in properties:
                key = (
                    properties[evi("onSubject")],
                    properties[evi("onProperty")],
                    properties.get(evi("onValue")),
                )
                self._remarks[key].append(node)
            elif evi("onBasis") in properties and evi("onStudy") in properties:
                self._extractions[properties[evi("onStudy")], properties[evi("onBasis")]].append(node)

    def origin(self, study: ox.NamedNode, quad: ox.Quad) -> Origin:
        """Where a statement of a study was read; an empty origin when nothing says so."""
        extractions = self._extractions.get((study, quad.graph_name), [])
        for remark in self._remarks.get((quad.subject, quad.predicate, quad.object), []):
            said = self._said[remark]
            if said.get(evi("fromExtraction")) in extractions:
                return self._origin(said[evi("fromExtraction")], _text(said.get(NOTE)))
        return self._origin(extractions[0], "") if len(extractions) == 1 else Origin()

    def _origin(self, extraction: object, note: str) -> Origin:
        said = self._said[extraction]
        source = said.get(SOURCE)
        if not isinstance(source, ox.NamedNode):
            return Origin(note=note)
        label = _text(self._said[source].get(RDFS_LABEL)) if source in self._said else ""
        return Origin(source, label or source.value, _text(said.get(evi("locator"))), note)


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.Literal) else ""
