"""Each study as a nanopublication: what is asserted of it, where that comes from, and who says so.

After *Nanopublication Guidelines* (nanopub.net): four graphs in TriG. They are neither signed nor named
by a hash; the programs that publish nanopublications do both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import IO, Final

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.exporting.source import Source
from evigraph.terms import (
    BASIS,
    DCTERMS,
    ONTOLOGY_GRAPH,
    RDF_TYPE,
    RDFS_LABEL,
    RECORD_GRAPH,
    SOURCE,
    evi,
)

_NP: Final = "http://www.nanopub.org/nschema#"
_PROV: Final = "http://www.w3.org/ns/prov#"
_DERIVED_FROM = ox.NamedNode(_PROV + "wasDerivedFrom")
_ATTRIBUTED_TO = ox.NamedNode(_PROV + "wasAttributedTo")
_ASSOCIATED_WITH = ox.NamedNode(_PROV + "wasAssociatedWith")
_LICENSE = ox.NamedNode(DCTERMS + "license")
_PART_OF = ox.NamedNode(DCTERMS + "isPartOf")


def write(source: Source, out: IO[bytes]) -> list[str]:
    """Write a nanopublication for each study of which something is asserted.

    The assertion has the trusted statements about the study; the provenance has the extractions
    with basis, source and person, and the publications that report the study; the publication
    info has the review, its licence where it states one, and who extracted.

    Returns:
        What to tell the reader.
    """
    about, extractions, reports = _by_study(source)
    quads: list[ox.Quad] = []
    empty = []
    for key, study in source.review.studies.items():
        if about[study]:
            quads += _nanopub(source, study, key, about[study], extractions[study], reports[study])
        else:
            empty.append(key)
    prefixes = {**source.review.folder.prefixes, "np": _NP, "prov": _PROV}
    out.write(serialize(quads, "trig", prefixes))
    said = [f"{len(source.review.studies) - len(empty)} nanopublications, not signed"]
    return [*said, f"nothing is asserted of {', '.join(empty)}"] if empty else said


_Quads = defaultdict[ox.NamedNode, list[ox.Quad]]


def _by_study(source: Source) -> tuple[_Quads, _Quads, _Quads]:
    """By study: what is asserted, the extractions, and who reports it."""
    studies = {study.value: study for study in source.review.studies.values()}
    extracted = {
        q.subject: q.object
        for q in source.statements
        if q.predicate == evi("onStudy") and isinstance(q.object, ox.NamedNode)
    }
    kinds = {
        q.subject for q in source.statements if q.predicate == RDF_TYPE and q.object == evi("Extraction")
    }
    about: _Quads = defaultdict(list)
    extractions: _Quads = defaultdict(list)
    reports: _Quads = defaultdict(list)
    for quad in source.statements:
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        study = studies.get(quad.subject.value.partition("#")[0])
        if quad.graph_name == RECORD_GRAPH:
            if quad.subject in kinds and quad.subject in extracted:
                extractions[extracted[quad.subject]].append(quad)
            elif quad.predicate == evi("reports") and isinstance(quad.object, ox.NamedNode):
                reports[quad.object].append(quad)
        elif study is not None and quad.graph_name != ONTOLOGY_GRAPH:
            about[study].append(quad)
    return about, extractions, reports


def _nanopub(
    source: Source,
    study: ox.NamedNode,
    key: str,
    asserted: list[ox.Quad],
    extractions: list[ox.Quad],
    reports: list[ox.Quad],
) -> Iterator[ox.Quad]:
    base = f"{study.value}#nanopub-"
    nanopub = ox.NamedNode(base.removesuffix("-"))
    head, assertion, provenance, info = (
        ox.NamedNode(base + name) for name in ("head", "assertion", "provenance", "pubinfo")
    )
    yield ox.Quad(nanopub, RDF_TYPE, ox.NamedNode(_NP + "Nanopublication"), head)
    yield ox.Quad(nanopub, ox.NamedNode(_NP + "hasAssertion"), assertion, head)
    yield ox.Quad(nanopub, ox.NamedNode(_NP + "hasProvenance"), provenance, head)
    yield ox.Quad(nanopub, ox.NamedNode(_NP + "hasPublicationInfo"), info, head)
    for quad in asserted:
        yield ox.Quad(quad.subject, quad.predicate, quad.object, assertion)
    yield from _provenance(assertion, study, asserted, extractions, reports, provenance)
    yield ox.Quad(nanopub, RDFS_LABEL, ox.Literal(f"{source.title}: {key}"), info)
    yield ox.Quad(nanopub, _PART_OF, source.review.iri, info)
    for licence in source.said.values(source.review.iri, _LICENSE):
        if isinstance(licence, ox.NamedNode):
            yield ox.Quad(nanopub, _LICENSE, licence, info)
    for who in {q.object for q in extractions if q.predicate == _ASSOCIATED_WITH}:
        yield ox.Quad(nanopub, _ATTRIBUTED_TO, who, info)


def _provenance(
    assertion: ox.NamedNode,
    study: ox.NamedNode,
    asserted: list[ox.Quad],
    extractions: list[ox.Quad],
    reports: list[ox.Quad],
    graph: ox.NamedNode,
) -> Iterator[ox.Quad]:
    """Where an assertion comes from; a study of which nothing else is known comes from itself."""
    for basis in {quad.graph_name for quad in asserted}:
        if isinstance(basis, ox.NamedNode) and basis.value.startswith(BASIS):
            yield ox.Quad(assertion, evi("onBasis"), basis, graph)
    yield ox.Quad(assertion, _DERIVED_FROM, study, graph)
    for quad in reports:
        yield ox.Quad(assertion, _DERIVED_FROM, quad.subject, graph)
    for quad in extractions:
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        if quad.predicate == SOURCE:
            yield ox.Quad(assertion, _DERIVED_FROM, quad.object, graph)
