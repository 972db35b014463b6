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
from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SDO, SH, SKOS, XSD, Literal, URIRef

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
CLOSED = {str(namespace): namespace for namespace in (DCTERMS, PROV, SDO, SKOS)}
#: The terms of the EARL 1.0 schema that are of use here.
EARL = frozenset(
    "http://www.w3.org/ns/earl#" + name
    for name in (
        "Assertion TestCase TestCriterion TestRequirement TestResult assertedBy automatic cantTell failed"
        " inapplicable info manual mode outcome passed pointer result semiAuto subject test untested"
    ).split()
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
    return {str(graph.value(node, SH.prefix)): str(name) for node, name in graph.subject_objects(SH.namespace)}


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


@pytest.mark.parametrize("iri", sorted(_known()))
def test_known_term_of_closed_namespace_exists(iri: str) -> None:
    """PROV-O, SKOS, DCTERMS, schema.org and EARL are closed: a term is in them or it is not."""
    namespace = iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
    if namespace in CLOSED:
        assert URIRef(iri) in CLOSED[namespace]
    elif namespace == "http://www.w3.org/ns/earl#":
        assert iri in EARL
    else:
        assert iri.startswith(FOREIGN)
        assert namespace != "http://schema.org/"


@pytest.mark.skipif(not SHARED_TERMS.is_dir(), reason="the lists of the vocabularies are not here")
def test_known_terms_agree_with_the_vocabularies() -> None:
    """A pinned term is in its vocabulary's own list, of the same kind and label, and not deprecated."""
    own = {row["iri"]: row for path in SHARED_TERMS.glob("*.tsv") for row in _rows(path)}
    for iri, row in _known().items():
        if iri.startswith((*CLOSED, "http://www.w3.org/ns/earl#")):
            continue
        assert iri in own
        assert (row["kind"], row["label"]) == (own[iri]["kind"], own[iri]["label"] or "")
        assert not own[iri]["note"], iri


def test_alignments_say_nothing_else() -> None:
    """Alignments tie a term or concept of this ontology to a foreign one, and do no more."""
    ties = {RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass}
    ties |= {SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch}
    pairs: set[tuple[rdflib.term.Node, rdflib.term.Node]] = set()
    ours = _subjects("evigraph.ttl") | _subjects("concepts.ttl")
    for subject, predicate, object_ in rdflib.Graph().parse(ONTOLOGY / "alignments.ttl"):
        assert predicate in ties
        assert str(subject) in ours
        assert str(object_).startswith(FOREIGN)
        assert (subject, object_) not in pairs, "two ties between the same two terms"
        pairs.add((subject, object_))


def test_review_and_publication_stay_apart() -> None:
    """FRBR makes work and expression disjoint, so neither class may be put under either."""
    graph = rdflib.Graph().parse(ONTOLOGY / "alignments.ttl")
    logical = {*graph.subject_objects(RDFS.subClassOf), *graph.subject_objects(OWL.equivalentClass)}
    above = {name: {str(o) for s, o in logical if s == URIRef(EVI + name)} for name in ("Review", "Publication")}
    assert not any(iri.startswith(("http://purl.org/spar/fabio/", FOREIGN[5])) for iri in above["Review"])
    assert not any(iri.startswith(("http://purl.org/spar/fabio/", FOREIGN[5])) for iri in above["Publication"])


# --- its own words --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", _files("ontology", "shapes", "graph", "queries", "tests"), ids=_name)
def test_own_terms_are_defined(path: Path) -> None:
    """Each term, basis and concept that a file uses is defined in the ontology."""
    own = {iri for iri in _iris(path) if iri.startswith((EVI, BASIS)) and iri not in {EVI, BASIS}}
    assert own - _subjects("evigraph.ttl") == set()
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
        above = [node for start in graph.objects(concept, SKOS.broader)
                 for node in graph.transitive_objects(start, SKOS.broader)]  # fmt: skip
        assert concept not in above


# --- the style of the ontology --------------------------------------------------------------------

Triple = tuple[URIRef, URIRef, rdflib.term.Node]


def _evi(name: str) -> URIRef:
    return URIRef(EVI + name)


def _concept(name: str) -> URIRef:
    return URIRef(CONCEPT + name)


def _en(text: str) -> Literal:
    return Literal(text, lang="en")


@cache
def _vocabulary() -> rdflib.Graph:
    return rdflib.Graph().parse(ONTOLOGY / "evigraph.ttl").parse(ONTOLOGY / "concepts.ttl")


@cache
def _house() -> rdflib.Graph:
    return rdflib.Graph().parse(ROOT / "shapes" / "house.ttl")


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


def _term(name: str, kind: URIRef, label: str = "thing") -> list[Triple]:
    """A term with nothing wrong but, perhaps, its name."""
    node = _evi(name)
    return [
        (node, RDF.type, kind),
        (node, RDFS.label, _en(label)),
        (node, SKOS.definition, _en("A thing that is good for nothing but a test.")),
        (node, RDFS.isDefinedBy, HOME),
    ]


#: Name of the fault: the shape and the node that must fail, what is taken away, what is put in.
FAULTS: dict[str, tuple[str, str, list[Triple], list[Triple]]] = {
    "missing label": ("term-label", "Study", [(_evi("Study"), RDFS.label, _en("study"))], []),
    "two labels": ("term-label", "Study", [], [(_evi("Study"), RDFS.label, _en("research"))]),
    "upper-case label": (
        "term-label",
        "Study",
        [(_evi("Study"), RDFS.label, _en("study"))],
        [(_evi("Study"), RDFS.label, _en("Study"))],
    ),
    "label without a language": (
        "term-label",
        "Study",
        [(_evi("Study"), RDFS.label, _en("study"))],
        [(_evi("Study"), RDFS.label, Literal("study"))],
    ),
    "label in French": (
        "term-label",
        "Study",
        [(_evi("Study"), RDFS.label, _en("study"))],
        [(_evi("Study"), RDFS.label, Literal("étude", lang="fr"))],
    ),
    "two definitions": (
        "term-definition",
        "Study",
        [],
        [(_evi("Study"), SKOS.definition, _en("A second definition."))],
    ),
    "definition of two sentences": (
        "term-definition",
        "thing",
        [],
        [*_term("thing", OWL.ObjectProperty)[:2], (_evi("thing"), SKOS.definition, _en("One. And two.")),
         (_evi("thing"), RDFS.isDefinedBy, HOME)],
    ),  # fmt: skip
    "definition without a full stop": (
        "term-definition",
        "thing",
        [],
        [*_term("thing", OWL.ObjectProperty)[:2], (_evi("thing"), SKOS.definition, _en("One")),
         (_evi("thing"), RDFS.isDefinedBy, HOME)],
    ),  # fmt: skip
    "two scope notes": (
        "term-scope-note",
        "Study",
        [],
        [(_evi("Study"), SKOS.scopeNote, _en("A second note."))],
    ),
    "example without a language": (
        "term-example",
        "Study",
        [],
        [(_evi("Study"), SKOS.example, Literal("A trial."))],
    ),
    "missing home": ("term-home", "Study", [(_evi("Study"), RDFS.isDefinedBy, HOME)], []),
    "home and type missing": (
        "term-home",
        "thing",
        [],
        [(_evi("thing"), RDFS.label, _en("thing"))],
    ),
    "home elsewhere": ("term-one-home", "Study", [], [(_evi("Study"), RDFS.isDefinedBy, URIRef(EVI))]),
    "two kinds": ("term-kind", "reports", [], [(_evi("reports"), RDF.type, OWL.DatatypeProperty)]),
    "property with a capital": (
        "property-name", "HasThing", [], _term("HasThing", OWL.ObjectProperty),
    ),
    "property with an underscore": (
        "property-name", "has_thing", [], _term("has_thing", OWL.DatatypeProperty),
    ),
    "class in small letters": ("class-name", "thing", [], _term("thing", OWL.Class)),
    "individual with a capital": ("individual-name", "Thing", [], _term("Thing", OWL.NamedIndividual)),
    "inverse": (
        "no-inverse",
        "isThingOf",
        [],
        [*_term("isThingOf", OWL.ObjectProperty), (_evi("isThingOf"), OWL.inverseOf, SKOS.inScheme)],
    ),
    "concept with a capital": (
        "concept",
        "Grief",
        [],
        [(_concept("Grief"), p, o) for p, o in _vocabulary().predicate_objects(_concept("grief"))
         if isinstance(p, URIRef)],
    ),  # fmt: skip
    "concept with two labels": (
        "concept-label", "grief", [], [(_concept("grief"), SKOS.prefLabel, _en("sorrow"))],
    ),
    "concept with two definitions": (
        "concept-definition", "grief", [], [(_concept("grief"), SKOS.definition, _en("Sorrow."))],
    ),
    "concept in two schemes": (
        "concept-scheme", "grief", [], [(_concept("grief"), SKOS.inScheme, URIRef(SCHEME + "problem"))],
    ),
    "concept without a place": (
        "concept-place",
        "benefit",
        [(_concept("benefit"), SKOS.topConceptOf, URIRef(SCHEME + "direction"))],
        [],
    ),
    "broader is no concept": (
        "concept-broader", "grief", [], [(_concept("grief"), SKOS.broader, URIRef(SCHEME + "outcome"))],
    ),
    "broader in another scheme": (
        "concept-broader-scheme",
        "benefit",
        [],
        [(_concept("benefit"), SKOS.broader, _concept("bereavement"))],
    ),
}  # fmt: skip


def test_house_rules_hold() -> None:
    """The ontology and the concepts keep the style."""
    assert _failing(_vocabulary()) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_house_rules_find(fault: str) -> None:
    """A planted fault is found by the rule that is there for it."""
    shape, node, taken, put = FAULTS[fault]
    graph = rdflib.Graph()
    graph += _vocabulary()
    for triple in taken:
        assert triple in graph
        graph.remove(triple)
    for triple in put:
        graph.add(triple)
    assert (shape, node) in _failing(graph)


def test_each_house_rule_is_seen_to_fail() -> None:
    """A rule never seen to fail is no rule."""
    named = {str(node).removeprefix(FORM) for node in _house().subjects(RDF.type, SH.PropertyShape)}
    named |= {
        str(node).removeprefix(FORM)
        for node in _house().subjects(RDF.type, SH.NodeShape)
        if (node, SH["or"], None) in _house() or (node, SH.pattern, None) in _house()
    }
    assert named == {fault[0] for fault in FAULTS.values()}
    assert XSD.string not in _house().objects(None, SH.datatype)  # labels have a language
