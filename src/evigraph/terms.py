"""The IRIs that the package itself has to know: the core ontology, and nothing of any one review."""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode

EVI: Final = "https://w3id.org/evigraph/ontology#"
BASIS: Final = "https://w3id.org/evigraph/basis/"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SH: Final = "http://www.w3.org/ns/shacl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS: Final = "http://purl.org/dc/terms/"
BIBO: Final = "http://purl.org/ontology/bibo/"
CITO: Final = "http://purl.org/spar/cito/"
FABIO: Final = "http://purl.org/spar/fabio/"
EARL: Final = "http://www.w3.org/ns/earl#"
PROV: Final = "http://www.w3.org/ns/prov#"

RDF_TYPE: Final = NamedNode(RDF + "type")
RDFS_LABEL: Final = NamedNode(RDFS + "label")
IDENTIFIER: Final = NamedNode(DCTERMS + "identifier")
DESCRIPTION: Final = NamedNode(DCTERMS + "description")
SOURCE: Final = NamedNode(DCTERMS + "source")
NOTE: Final = NamedNode(SKOS + "note")
NOTATION: Final = NamedNode(SKOS + "notation")
BROADER: Final = NamedNode(SKOS + "broader")
TITLE: Final = NamedNode(DCTERMS + "title")
ISSUED: Final = NamedNode(DCTERMS + "issued")
DOI: Final = NamedNode(BIBO + "doi")
PMID: Final = NamedNode(BIBO + "pmid")
CITING: Final = NamedNode(CITO + "hasCitingEntity")
CITED: Final = NamedNode(CITO + "hasCitedEntity")
INTENT: Final = NamedNode(CITO + "hasCitationCharacterization")

#: The graph of the ontology and the concepts; every choice of trust includes it.
ONTOLOGY_GRAPH: Final = NamedNode("https://w3id.org/evigraph/ontology")
#: Bookkeeping: references, rules, claims, decisions, extractions.
RECORD_GRAPH: Final = NamedNode(BASIS + "record")
#: Statements of a file that has no graphs.
GIVEN_GRAPH: Final = NamedNode(BASIS + "given")
#: What a reasoner drew from the definitions.
INFERRED_GRAPH: Final = NamedNode(BASIS + "inferred")
#: Where computed verdicts stand while a question is asked; never in a file of the review.
VERDICT_GRAPH: Final = NamedNode(BASIS + "verdict")


def evi(name: str) -> NamedNode:
    """The term of the core ontology with this local name."""
    return NamedNode(EVI + name)


def earl(name: str) -> NamedNode:
    """The term of EARL with this local name."""
    return NamedNode(EARL + name)


def local_name(iri: str) -> str:
    """What stands after the last ``#`` or ``/`` of an IRI: the part a reader recognises."""
    return iri.rstrip("#/").replace("#", "/").rsplit("/", 1)[-1]
