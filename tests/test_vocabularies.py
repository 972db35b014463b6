"""The ontology uses only words that exist: other vocabularies' as they spell them, and its own."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SH, SKOS, Literal, URIRef

ROOT = Path(__file__).resolve().parent.parent
ONTOLOGY = ROOT / "ontology"
KNOWN_TERMS = ROOT / "tests" / "data" / "known-terms.tsv"
CONCEPT_FACTS = ROOT / "tests" / "data" / "facts" / "concepts.csv"
#: The lists read from each vocabulary's own files; there only where the ontology is made.
SHARED_TERMS = ROOT.parent / "shared" / "terms"

EVI = "https://w3id.org/evigraph/ontology#"
BASIS = "https://w3id.org/evigraph/basis/"
CONCEPT = "https://w3id.org/evigraph/concept/"
SCHEME = "https://w3id.org/evigraph/scheme/"
FORM = "https://w3id.org/evigraph/form/"
HOME = URIRef("https://w3id.org/evigraph/ontology")

FOREIGN = (
    "http://purl.org/ontology/bibo/",
    "http://purl.org/spar/biro/",
    "http://purl.org/spar/c4o/",
    "http://purl.org/spar/cito/",
    "http://purl.org/spar/fabio/",
    "http://purl.org/vocab/frbr/core#",
    "http://purl.org/dc/terms/",
    "http://data.cochrane.org/ontologies/pico/",
    "http://purl.obolibrary.org/obo/",
    "http://humanbehaviourchange.org/ontology/",
    "https://galenos.org.uk/ontologies/",
    "http://www.w3.org/ns/earl#",
    "http://www.w3.org/ns/prov#",
    "http://www.w3.org/2004/02/skos/core#",
    "https://schema.org/",
    "http://schema.org/",  # the wrong spelling: found, so that it is refused
)
CLOSED = {str(namespace): namespace for namespace in (rdflib.DCTERMS, rdflib.PROV, rdflib.SDO, SKOS)}
EARL_NAMESPACE = "http://www.w3.org/ns/earl#"
#: The terms of the EARL 1.0 schema that are of use here.
EARL = frozenset(
    EARL_NAMESPACE + name
    for name in (
        *("Assertion", "TestCase", "TestCriterion", "TestRequirement", "TestResult"),
        *("assertedBy", "info", "mode", "outcome", "pointer", "result", "subject", "test"),
        *("automatic", "manual", "semiAuto"),
        *("cantTell", "failed", "inapplicable", "passed", "untested"),
    )
)
#: Files with faults on purpose stand in folders of this name.
PLANTED = "bad"

#: Scheme of a concept to the class of its concepts.
CLASS_OF_SCHEME = {
    "allocation": "Allocation",
    "comparator": "Intervention",
    "comparison": "Comparison",
    "design": "Design",
    "direction": "Direction",
    "format": "Format",
    "leadership": "Leader",
    "outcome": "OutcomeDomain",
    "problem": "Problem",
    "scope": "Scope",
}


def _files(*folders: str) -> list[Path]:
    found = [
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".ttl", ".trig", ".rq"} and PLANTED not in path.parts
    ]
    return sorted(found)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _prefixes() -> dict[str, str]:
    """The one table: prefix to namespace."""
    graph = rdflib.Graph().parse(ONTOLOGY / "prefixes.ttl")
    rows = graph.subject_objects(SH.namespace)
    return {str(graph.value(row, SH.prefix)): str(namespace) for row, namespace in rows}


def _declared(text: str) -> list[tuple[str, str]]:
    pattern = r"^\s*@?prefix\s+([\w.-]*):\s*<([^>]*)>"
    return re.findall(pattern, text, flags=re.IGNORECASE | re.MULTILINE)


def _iris_of_query(text: str) -> Iterator[str]:
    """Each IRI that a SPARQL text names, in full or by a prefix that it declares."""
    prefixes = dict(_declared(text))
    body = re.sub(r"^\s*prefix\s.*$", "", text, flags=re.IGNORECASE | re.MULTILINE)
    body = re.sub(r"^\s*#.*$", "", body, flags=re.MULTILINE)
    yield from re.findall(r"<([^<>\s\"{}|^`\\]+)>", body)
    body = re.sub(r"<[^<>\s\"{}|^`\\]+>|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n]*", " ", body)
    for prefix, local in re.findall(r"(?<![\w?$:-])([a-z][\w-]*):([A-Za-z0-9_](?:[\w.-]*[\w-])?)", body):
        yield prefixes.get(prefix, f"undeclared:{prefix}:") + local


@cache
def _iris(path: Path) -> frozenset[str]:
    """Each IRI that a file uses; of a mapping of a concept only the property, as codes are data."""
    if path.suffix == ".rq":
        return frozenset(_iris_of_query(path.read_text(encoding="utf-8")))
    found: set[str] = set()
    for quad in ox.parse(path=str(path)):
        terms: list[object] = [quad.subject, quad.predicate, quad.object, quad.graph_name]
        if path.name == "concepts.ttl" and quad.predicate.value.endswith("Match"):
            terms.remove(quad.object)
        for term in terms:
            if isinstance(term, ox.NamedNode):
                found.add(term.value)
            elif isinstance(term, ox.Literal):
                found.add(term.datatype.value)
    return frozenset(found)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t" if path.suffix == ".tsv" else ","))


@cache
def _known() -> dict[str, dict[str, str]]:
    return {row["iri"]: row for row in _rows(KNOWN_TERMS)}


@cache
def _subjects(name: str) -> frozenset[str]:
    """The IRIs that an ontology file gives a type."""
    quads = ox.parse(path=str(ONTOLOGY / name))
    return frozenset(
        quad.subject.value
        for quad in quads
        if quad.predicate.value == str(RDF.type) and isinstance(quad.subject, ox.NamedNode)
    )


# --- other vocabularies ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", _files("ontology", "shapes", "graph", "queries"), ids=_name)
def test_foreign_terms_are_known(path: Path) -> None:
    """A term of another vocabulary stands in the pinned list, letter for letter."""
    unknown = {iri for iri in _iris(path) if iri.startswith(FOREIGN)} - _known().keys()
    assert not unknown, "not in tests/data/known-terms.tsv: look each up where its owner defines it"


def test_known_terms_are_used() -> None:
    """The pinned list holds nothing that no file uses."""
    used = {iri for path in _files("ontology", "shapes", "graph", "queries") for iri in _iris(path)}
    assert _known().keys() - used == set()


def test_known_terms_are_sorted_and_unique() -> None:
    """One row a term, sorted, so that a change shows as one line."""
    listed = [row["iri"] for row in _rows(KNOWN_TERMS)]
    assert listed == sorted(set(listed))


def test_known_terms_of_closed_namespaces_exist() -> None:
    """PROV-O, SKOS, DCTERMS, schema.org and EARL are closed: a term is in them or it is not."""
    for iri in _known():
        namespace = iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
        if namespace in CLOSED:
            assert URIRef(iri) in CLOSED[namespace]
        elif namespace == EARL_NAMESPACE:
            assert iri in EARL
        else:
            assert iri.startswith(FOREIGN)
            assert namespace != "http://schema.org/"


@pytest.mark.skipif(not SHARED_TERMS.is_dir(), reason="the lists of the vocabularies are not here")
def test_known_terms_agree_with_the_vocabularies() -> None:
    """A pinned term is in its vocabulary's own list, of the same kind and label, and not deprecated."""
    own = {row["iri"]: row for path in SHARED_TERMS.glob("*.tsv") for row in _rows(path)}
    for iri, row in _known().items():
        if iri.startswith((*CLOSED, EARL_NAMESPACE)):
            continue
        assert iri in own
        assert (row["kind"], row["label"]) == (own[iri]["kind"], own[iri]["label"] or "")
        assert not own[iri]["note"], iri


def test_alignments_say_nothing_else() -> None:
    """Alignments tie a term or concept of this ontology to a foreign one, and do no more."""
    ties = {RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass}
    ties |= {SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch}
    pairs: set[tuple[rdflib.term.Node, rdflib.term.Node]] = set()
    ours = _subjects("evigraph.ttl") | _subjects("classes.ttl") | _subjects("concepts.ttl")
    graph = rdflib.Graph().parse(ONTOLOGY / "alignments.ttl").parse(ONTOLOGY / "matches.ttl")
    for subject, predicate, object_ in graph:
        assert predicate in ties
        assert str(subject) in ours
        assert str(object_).startswith(FOREIGN)
        assert (subject, object_) not in pairs, "two ties between the same two terms"
        pairs.add((subject, object_))


@pytest.mark.parametrize("name", ["Review", "Publication"])
def test_review_and_publication_stay_apart(name: str) -> None:
    """FRBR makes work and expression disjoint, so neither class is put under a class of FaBiO or FRBR."""
    graph = rdflib.Graph().parse(ONTOLOGY / "alignments.ttl")
    term = URIRef(EVI + name)
    above = [str(o) for p in (RDFS.subClassOf, OWL.equivalentClass) for o in graph.objects(term, p)]
    assert not [
        iri for iri in above if iri.startswith(("http://purl.org/spar/", "http://purl.org/vocab/frbr/"))
    ]


# --- its own words --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", _files("ontology", "shapes", "graph", "queries", "tests"), ids=_name)
def test_own_terms_are_defined(path: Path) -> None:
    """Each term, basis and concept that a file uses is defined in the ontology."""
    own = {iri for iri in _iris(path) if iri.startswith((EVI, BASIS)) and iri not in {EVI, BASIS}}
    assert own - _subjects("evigraph.ttl") - _subjects("classes.ttl") == set()
    concepts = {iri for iri in _iris(path) if iri.startswith((CONCEPT, SCHEME)) and iri != CONCEPT}
    assert concepts - _subjects("concepts.ttl") == set()
    assert not [iri for iri in _iris(path) if iri.startswith("undeclared:")]


@pytest.mark.parametrize("path", _files("ontology", "shapes", "graph", "queries", "tests"), ids=_name)
def test_prefixes_are_those_of_the_table(path: Path) -> None:
    """Every prefix that a file declares is in ontology/prefixes.ttl with the same namespace."""
    declared = _declared(path.read_text(encoding="utf-8"))
    assert [pair for pair in declared if _prefixes().get(pair[0]) != pair[1]] == []
    assert len(dict(declared)) == len(declared), "a prefix is declared twice"


def test_table_of_prefixes_is_one_to_one() -> None:
    """No prefix and no namespace stands in the table twice, and the ontology declares each row."""
    graph = rdflib.Graph().parse(ONTOLOGY / "prefixes.ttl")
    rows = list(graph.subjects(SH.prefix))
    assert len(set(_prefixes().values())) == len(_prefixes()) == len(rows)
    assert set(graph.objects(HOME, SH.declare)) == set(rows)


def test_concepts_are_those_of_the_facts() -> None:
    """The 88 concepts have the scheme, class, label, definition and broader concept of the facts."""
    graph = rdflib.Graph().parse(ONTOLOGY / "concepts.ttl")
    rows = {row["slug"]: row for row in _rows(CONCEPT_FACTS)}
    assert len(rows) == 88
    assert set(graph.subjects(RDF.type, SKOS.Concept)) == {URIRef(CONCEPT + slug) for slug in rows}
    for slug, row in rows.items():
        concept, scheme = URIRef(CONCEPT + slug), URIRef(SCHEME + row["scheme"])
        kind = URIRef(EVI + CLASS_OF_SCHEME[row["scheme"]])
        broader = [URIRef(CONCEPT + name) for name in [row["broader"]] if name]
        assert list(graph.objects(concept, SKOS.inScheme)) == [scheme], slug
        assert set(graph.objects(concept, RDF.type)) == {SKOS.Concept, kind}, slug
        assert list(graph.objects(concept, SKOS.prefLabel)) == [Literal(row["label"], lang="en")], slug
        assert list(graph.objects(concept, SKOS.definition)) == [Literal(row["definition"], lang="en")], slug
        assert list(graph.objects(concept, SKOS.broader)) == broader, slug
        assert list(graph.objects(concept, SKOS.topConceptOf)) == ([] if broader else [scheme]), slug


def test_broader_has_no_circle() -> None:
    """From each concept the broader ones lead to a top; SHACL cannot say that nothing comes back."""
    graph = rdflib.Graph().parse(ONTOLOGY / "concepts.ttl")
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        for broader in graph.objects(concept, SKOS.broader):
            assert concept not in set(graph.transitive_objects(broader, SKOS.broader))


# --- the style of the ontology --------------------------------------------------------------------

NEW = 'skos:definition "A thing for a test."@en ; rdfs:isDefinedBy <https://w3id.org/evigraph/ontology>'
STUDY_LABEL = 'evi:Study rdfs:label "study"@en .'

#: Name of the fault: the shape and the node that must fail, what is taken away, what is put in.
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "missing label": ("term-label", "Study", STUDY_LABEL, ""),
    "two labels": ("term-label", "Study", "", 'evi:Study rdfs:label "research"@en .'),
    "upper-case label": ("term-label", "Study", STUDY_LABEL, 'evi:Study rdfs:label "Study"@en .'),
    "label without a language": ("term-label", "Study", STUDY_LABEL, 'evi:Study rdfs:label "study" .'),
    "label in French": ("term-label", "Study", STUDY_LABEL, 'evi:Study rdfs:label "recherche"@fr .'),
    "two definitions": ("term-definition", "Study", "", 'evi:Study skos:definition "Another one."@en .'),
    "definition of two sentences": (
        "term-definition",
        "thing",
        "",
        f'evi:thing a owl:ObjectProperty ; rdfs:label "thing"@en ; {NEW.replace("test", "test. Twice")} .',
    ),
    "definition without a full stop": (
        "term-definition",
        "thing",
        "",
        f'evi:thing a owl:ObjectProperty ; rdfs:label "thing"@en ; {NEW.replace("test.", "test")} .',
    ),
    "two scope notes": ("term-scope-note", "Study", "", 'evi:Study skos:scopeNote "Another one."@en .'),
    "example without a language": ("term-example", "Study", "", 'evi:Study skos:example "A trial." .'),
    "missing home": (
        "term-home",
        "Study",
        "evi:Study rdfs:isDefinedBy <https://w3id.org/evigraph/ontology> .",
        "",
    ),
    "missing home and type": ("term-home", "thing", "", 'evi:thing rdfs:label "thing"@en .'),
    "second home": ("term-one-home", "Study", "", "evi:Study rdfs:isDefinedBy <https://example.org/other> ."),
    "two kinds": ("term-kind", "reports", "", "evi:reports a owl:DatatypeProperty ."),
    "property with a capital": (
        "property-name",
        "HasThing",
        "",
        f'evi:HasThing a owl:ObjectProperty ; rdfs:label "has thing"@en ; {NEW} .',
    ),
    "property with an underscore": (
        "property-name",
        "has_thing",
        "",
        f'evi:has_thing a owl:DatatypeProperty ; rdfs:label "has thing"@en ; {NEW} .',
    ),
    "class in small letters": (
        "class-name",
        "thing",
        "",
        f'evi:thing a owl:Class ; rdfs:label "thing"@en ; {NEW} .',
    ),
    "individual with a capital": (
        "individual-name",
        "Thing",
        "",
        f'evi:Thing a owl:NamedIndividual ; rdfs:label "thing"@en ; {NEW} .',
    ),
    "inverse": ("no-inverse", "reports", "", "evi:reports owl:inverseOf evi:reportedBy ."),
    "unnamed inverse": ("no-inverse", "reports", "", "[] owl:inverseOf evi:reports ."),
    "concept with a capital": ("concept", "Grief", "", "concept:Grief a skos:Concept ."),
    "concept with two labels": ("concept-label", "grief", "", 'concept:grief skos:prefLabel "sorrow"@en .'),
    "concept with two definitions": (
        "concept-definition",
        "grief",
        "",
        'concept:grief skos:definition "Sorrow."@en .',
    ),
    "concept in two schemes": ("concept-scheme", "grief", "", "concept:grief skos:inScheme scheme:problem ."),
    "concept without a place": (
        "concept-place",
        "benefit",
        "concept:benefit skos:topConceptOf scheme:direction .",
        "",
    ),
    "broader is no concept": ("concept-broader", "grief", "", "concept:grief skos:broader scheme:outcome ."),
    "broader in another scheme": (
        "concept-broader-scheme",
        "benefit",
        "",
        "concept:benefit skos:broader concept:bereavement .",
    ),
}


@cache
def _vocabulary() -> rdflib.Graph:
    return rdflib.Graph().parse(ONTOLOGY / "evigraph.ttl").parse(ONTOLOGY / "concepts.ttl")


@cache
def _house() -> rdflib.Graph:
    return rdflib.Graph().parse(ROOT / "shapes" / "house.ttl")


def _turtle(text: str) -> rdflib.Graph:
    header = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in _prefixes().items())
    return rdflib.Graph().parse(data=header + text, format="turtle")


def _failing(graph: rdflib.Graph) -> set[tuple[str, str]]:
    """Shape and node of each result, both without their namespaces."""
    _, report, _ = pyshacl.validate(graph, shacl_graph=_house())
    return {
        (
            str(report.value(result, SH.sourceShape)).removeprefix(FORM),
            re.sub(r".*[#/]", "", str(report.value(result, SH.focusNode))),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def test_house_rules_hold() -> None:
    """The ontology and the concepts keep the style."""
    assert _failing(_vocabulary()) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_house_rules_find(fault: str) -> None:
    """A planted fault is found by the rule that is there for it."""
    shape, node, taken, put = FAULTS[fault]
    assert set(_turtle(taken)) <= set(_vocabulary())
    assert (shape, node) in _failing(_vocabulary() - _turtle(taken) + _turtle(put))


def test_each_house_rule_is_seen_to_fail() -> None:
    """A rule never seen to fail is no rule; a node shape that only gathers others is none."""
    gathers = {shape for shape in _house().subjects(SH.property) if (shape, SH.pattern, None) not in _house()}
    rules = {*_house().subjects(SH.name)} - gathers
    assert {str(rule).removeprefix(FORM) for rule in rules} == {fault[0] for fault in FAULTS.values()}
