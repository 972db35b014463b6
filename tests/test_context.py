"""A study can be written as plain JSON or YAML: ontology/context.jsonld says what its words mean."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
import yaml
from rdflib import OWL, RDF, RDFS, SH, SKOS, XSD, URIRef

ROOT = Path(__file__).resolve().parent.parent
ONTOLOGY = ROOT / "ontology"
EVI = "https://w3id.org/evigraph/ontology#"
KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)

STUDY = """
id: https://example.org/study/smith2020
type: Study
identifier: smith2020
addresses: [bereavement, child-loss]
hasDesign: concept:randomized-trial
country: IT
sampleSize: 98
followUpPercent: "85.70"
evaluates:
  id: https://example.org/study/smith2020#group
  type: Group
  groupLabel: support group
  ledBy: members
hasOutcome:
  id: https://example.org/study/smith2020#outcome-1
  type: Outcome
  inDomain: grief
  measuredWith: instrument:general-health-questionnaire
hasFinding:
  id: https://example.org/study/smith2020#finding-1
  type: Finding
  onOutcome: https://example.org/study/smith2020#outcome-1
  hasComparison: change-over-time
  hasDirection: benefit
"""

EXPECTED = """
@prefix concept: <https://w3id.org/evigraph/concept/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix evi: <https://w3id.org/evigraph/ontology#> .
@prefix instrument: <https://w3id.org/evigraph/review/mutual-help/instrument/> .

<https://example.org/study/smith2020> a evi:Study ;
    dcterms:identifier "smith2020" ;
    evi:addresses concept:bereavement , concept:child-loss ;
    evi:hasDesign concept:randomized-trial ;
    evi:country "IT" ;
    evi:sampleSize 98 ;
    evi:followUpPercent 85.70 ;
    evi:evaluates <https://example.org/study/smith2020#group> ;
    evi:hasOutcome <https://example.org/study/smith2020#outcome-1> ;
    evi:hasFinding <https://example.org/study/smith2020#finding-1> .

<https://example.org/study/smith2020#group> a evi:Group ;
    evi:groupLabel "support group" ;
    evi:ledBy concept:members .

<https://example.org/study/smith2020#outcome-1> a evi:Outcome ;
    evi:inDomain concept:grief ;
    evi:measuredWith instrument:general-health-questionnaire .

<https://example.org/study/smith2020#finding-1> a evi:Finding ;
    evi:onOutcome <https://example.org/study/smith2020#outcome-1> ;
    evi:hasComparison concept:change-over-time ;
    evi:hasDirection concept:benefit .
"""


@cache
def _context() -> dict[str, Any]:
    document = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))
    assert list(document) == ["@context"]
    context: dict[str, Any] = document["@context"]
    return context


@cache
def _ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(ONTOLOGY / "evigraph.ttl").parse(ONTOLOGY / "concepts.ttl")


@cache
def _prefixes() -> dict[str, str]:
    graph = rdflib.Graph().parse(ONTOLOGY / "prefixes.ttl")
    rows = graph.subject_objects(SH.namespace)
    return {str(graph.value(row, SH.prefix)): str(namespace) for row, namespace in rows}


def _terms() -> dict[str, Any]:
    """What the context defines beside keywords and prefixes."""
    skipped = {*_prefixes(), "id", "type", "graph"}
    return {k: v for k, v in _context().items() if not k.startswith("@") and k not in skipped}


def _expand(name: str) -> str:
    prefix, local = name.split(":")
    return _prefixes()[prefix] + local


def _iri(definition: Any) -> str:
    return _expand(definition if isinstance(definition, str) else definition["@id"])


def _statements(document: dict[str, Any]) -> set[ox.Triple]:
    data = json.dumps({"@context": _context(), **document})
    return {quad.triple for quad in ox.parse(data, format=ox.RdfFormat.JSON_LD)}


def test_prefixes_are_those_of_the_table() -> None:
    """The context has the whole table of prefixes, and nothing that contradicts it."""
    declared = {k: v for k, v in _context().items() if isinstance(v, str) and v.startswith("http")}
    vocabulary = declared.pop("@vocab")
    assert declared == _prefixes()
    assert vocabulary == EVI


def test_terms_exist() -> None:
    """Each name stands for a property of the ontology or a known one of another vocabulary."""
    lines = (ROOT / "tests" / "data" / "known-terms.tsv").read_text(encoding="utf-8").splitlines()
    known = {line.split("\t")[0] for line in lines} | {str(RDFS.label)}
    known |= {str(term) for kind in KINDS for term in _ontology().subjects(RDF.type, kind)}
    assert {_iri(definition) for definition in _terms().values()} - known == set()


def test_each_property_has_its_own_name() -> None:
    """Every property of the ontology can be written by its local name."""
    own = {str(term) for kind in KINDS for term in _ontology().subjects(RDF.type, kind)}
    named = {EVI + name: _iri(definition) for name, definition in _terms().items() if ":" not in name}
    named = {name: iri for name, iri in named.items() if iri.startswith(EVI)}
    assert named == {iri: iri for iri in own if iri.startswith(EVI)}


@pytest.mark.parametrize("name", [name for name, value in _terms().items() if _iri(value).startswith(EVI)])
def test_value_is_read_as_the_ontology_says(name: str) -> None:
    """Concepts may be given by their bare name; numbers get the datatype of the range."""
    definition, ontology = _context()[name], _ontology()
    term = URIRef(EVI + name)
    coercion = definition.get("@type") if isinstance(definition, dict) else None
    vocabulary = definition.get("@context", {}).get("@vocab") if isinstance(definition, dict) else None
    range_ = ontology.value(term, RDFS.range)
    if (term, RDF.type, OWL.DatatypeProperty) in ontology:
        typed = {XSD.integer: "xsd:integer", XSD.decimal: "xsd:decimal", XSD.boolean: "xsd:boolean"}
        assert coercion == (typed.get(range_) if isinstance(range_, URIRef) else None)
    elif (term, RDF.type, OWL.ObjectProperty) in ontology:
        assert coercion in {"@id", "@vocab"}
        of_concepts = range_ in {SKOS.Concept, *ontology.subjects(RDFS.subClassOf, SKOS.Concept)}
        assert (vocabulary == _prefixes()["concept"]) == of_concepts
        assert (vocabulary == _prefixes()["basis"]) == (range_ == URIRef(EVI + "Basis"))


def test_no_concept_is_hidden_by_a_name() -> None:
    """A bare name of a concept must not be a term or prefix, for those are looked up first."""
    concepts = _ontology().subjects(RDF.type, SKOS.Concept)
    slugs = {str(concept).removeprefix(_prefixes()["concept"]) for concept in concepts}
    assert slugs & _context().keys() == set()


def test_study_in_yaml_is_the_study_in_turtle_for_oxigraph() -> None:
    """Oxigraph reads the plain words as the statements they stand for, numbers letter for letter."""
    expected = {quad.triple for quad in ox.parse(EXPECTED, format=ox.RdfFormat.TURTLE)}
    assert _statements(yaml.safe_load(STUDY)) == expected


# rdflib's own reader of JSON-LD still uses the class that rdflib deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_study_in_yaml_is_the_study_in_turtle_for_rdflib() -> None:
    """The JSON-LD reader of rdflib agrees."""
    data = json.dumps({"@context": _context(), **yaml.safe_load(STUDY)})
    graph = rdflib.Graph().parse(data=data, format="json-ld")
    assert set(graph) == set(rdflib.Graph().parse(data=EXPECTED, format="turtle"))


def test_misspelt_name_is_not_dropped() -> None:
    """An unknown name becomes a term that does not exist, which the check of a file then names."""
    (statement,) = _statements({"id": "https://example.org/study/smith2020", "adresses": "bereavement"})
    assert statement.predicate == ox.NamedNode(EVI + "adresses")


def test_basis_names_a_graph() -> None:
    """A document can put statements in the graph of their basis."""
    document = {"graph": [{"id": "basis:title", "graph": [{"id": "study:smith2020", "country": "IT"}]}]}
    data = json.dumps({"@context": _context(), **document})
    (quad,) = ox.parse(data, format=ox.RdfFormat.JSON_LD)
    assert quad.graph_name == ox.NamedNode(_prefixes()["basis"] + "title")
