"""Every fact that was collected stands in the graph, with its basis and source, and nothing else does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from evigraph.provenance import Origin, Provenance
from tests import oracle
from tests.oracle import BASIS, EVI, RDF_TYPE, RECORD, REVIEW, ROOT, Row, label_of, statement_of, term, thing

DCTERMS = "http://purl.org/dc/terms/"
BIBO = "http://purl.org/ontology/bibo/"
CITO = "http://purl.org/spar/cito/"
FABIO = "http://purl.org/spar/fabio/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".trig": ox.RdfFormat.TRIG}
FACT_ROWS = oracle.rows("study_facts")
STUDIES = sorted({row["key"] for row in FACT_ROWS})
FILES = sorted((ROOT / "graph").rglob("*.t*"))
ONTOLOGY = ROOT / "ontology"

Rows = Callable[[str], list[Row]]


def name(path: Path) -> str:
    """A file's path in the review."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> list[ox.Quad]:
    """The statements of a file, as its text has them."""
    return list(ox.parse(path.read_bytes(), format=FORMATS[path.suffix]))


@cache
def graph() -> list[ox.Quad]:
    """The statements of the folder graph; those in no named graph are bookkeeping."""
    return [
        ox.Quad(q.subject, q.predicate, q.object, RECORD) if q.graph_name == ox.DefaultGraph() else q
        for path in FILES
        for q in parsed(path)
    ]


@cache
def of_bases() -> set[ox.Quad]:
    """The statements that rest on a text or on reasoning: all but the bookkeeping."""
    return {quad for quad in graph() if quad.graph_name != RECORD}


@cache
def record() -> dict[object, dict[str, list[ox.NamedNode | ox.Literal]]]:
    """The bookkeeping: values by subject and IRI of the property."""
    said: dict[object, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
    for quad in graph():
        assert isinstance(quad.object, ox.NamedNode | ox.Literal)
        values = said[quad.subject][quad.predicate.value]
        if quad.graph_name == RECORD and quad.object not in values:
            values.append(quad.object)
    return said


@cache
def provenance() -> Provenance:
    """Where the statements of the studies were read."""
    return Provenance(quad for quad in graph() if quad.graph_name == RECORD)


@cache
def fact_properties() -> dict[str, str]:
    """Local name of each property that states a fact, by the name that the facts give it."""
    quads = parsed(ONTOLOGY / "evigraph.ttl")
    notations = [q for q in quads if q.predicate.value == SKOS + "notation"]
    return {q.object.value: q.subject.value.removeprefix(EVI) for q in notations}  # type: ignore[union-attr]


def one(subject: ox.NamedNode, property: str) -> str:
    """The only value of a property as text; an IRI by its last part; empty when there is none."""
    found = record().get(subject, {}).get(property, [])
    assert len(found) <= 1, f"{subject} has several values of {property}"
    if not found:
        return ""
    value = found[0].value
    return value if isinstance(found[0], ox.Literal) else value.replace("#", "/").rsplit("/", 1)[-1]


# --- facts of studies -----------------------------------------------------------------------------


def test_pinned_facts_are_whole(facts: Rows) -> None:
    """The pinned copy has the rows and studies that its documentation names."""
    lengths = {"references": 45, "criteria": 23, "study_facts": 399, "claims": 17, "concepts": 88}
    assert {file: len(facts(file)) for file in lengths} == lengths
    assert len(STUDIES) == 20


def test_each_property_of_the_facts_has_its_term() -> None:
    """The ontology says in a notation which column value each property stands for.

    The pack holds no numeric results, for which there are words too.
    """
    of_pack = {column: name for column, (name, _) in oracle.TERMS.items()}
    more = {column: name for column, name in fact_properties().items() if column not in of_pack}
    assert fact_properties() == of_pack | more
    assert set(more) == {
        *("effect_estimate", "effect_high", "effect_low", "effect_measure", "standard_error"),
        *("event_count", "higher_is_better", "result_mean", "result_size", "standard_deviation"),
    }
    assert set(fact_properties()) >= {row["property"] for row in FACT_ROWS}


@pytest.mark.parametrize("row", FACT_ROWS, ids=label_of)
def test_fact_stands_in_the_graph_of_its_basis_alone(row: Row) -> None:
    """Each row is one statement, in the graph of its basis and in no other."""
    wanted = statement_of(row)
    found = [quad.graph_name for quad in graph() if quad.triple == wanted.triple]
    assert found == [wanted.graph_name]


@pytest.mark.parametrize("row", FACT_ROWS, ids=label_of)
def test_fact_is_linked(row: Row) -> None:
    """In the same graph the part has its class and its study; a finding has its arms and outcomes."""
    assert oracle.links_of(row) <= of_bases()


def origin(row: Row) -> Origin:
    """Where the graph says that a fact was read."""
    return provenance().origin(thing("study", row["key"]), statement_of(row))


@pytest.mark.parametrize("row", FACT_ROWS, ids=label_of)
def test_fact_has_its_source_and_note(row: Row) -> None:
    """From each statement the way leads to the document, the place in it, and the note."""
    found = origin(row)
    assert (str(found), found.note) == (row["source"], row["note"])
    if row["source"].startswith("http"):
        assert found.source == ox.NamedNode(row["source"])
        assert found.locator == ""
    else:
        label, locator = row["source"].split(", ")
        assert (found.source, found.label, found.locator) == (thing("source", "seed"), label, locator)


@pytest.mark.parametrize("basis", ["title", "abstract", "other-text", "deduced"])
def test_nothing_is_added_to_a_basis(basis: str) -> None:
    """The graph of a basis holds its facts and what links them, and not one statement more."""
    here = [row for row in FACT_ROWS if row["basis"] == basis]
    wanted = {statement_of(row) for row in here}.union(*map(oracle.links_of, here))
    assert {quad for quad in of_bases() if quad.graph_name.value == BASIS + basis} == wanted  # type: ignore[union-attr]


def test_facts_by_basis_counted_from_the_graph_alone() -> None:
    """A fact is a statement whose property has a notation in the ontology."""
    properties = {EVI + name for name in fact_properties().values()}
    counts = Counter(
        quad.graph_name.value.removeprefix(BASIS)  # type: ignore[union-attr]  # no default graph
        for quad in graph()
        if quad.predicate.value in properties
    )
    assert counts == {"title": 82, "abstract": 234, "other-text": 14, "deduced": 69}


def test_statements_stand_in_known_graphs_only() -> None:
    """There is a handful of graphs, however many studies there are."""
    names = {"title", "abstract", "other-text", "deduced", "record"}
    assert {quad.graph_name for quad in graph()} == {ox.NamedNode(BASIS + basis) for basis in names}


@pytest.mark.parametrize("key", STUDIES)
def test_study_file_speaks_of_its_study_alone(key: str) -> None:
    """One stem names one thing: the file, the study, its parts and its publication."""
    study = thing("study", key)
    sources = {
        q.subject for q in parsed(ROOT / "graph" / "studies" / f"{key}.trig") if q.object == term("Source")
    }
    for quad in parsed(ROOT / "graph" / "studies" / f"{key}.trig"):
        about = str(quad.subject.value).partition("#")[0]  # type: ignore[union-attr]
        assert about in {study.value, thing("publication", key).value} or quad.subject in sources
    assert one(study, DCTERMS + "identifier") == key
    assert one(thing("publication", key), EVI + "reports") == key


@pytest.mark.parametrize("key", STUDIES)
def test_study_has_one_extraction_for_each_basis_and_source(key: str) -> None:
    """Extractions and remarks are those that the facts call for."""
    here = [row for row in FACT_ROWS if row["key"] == key]
    sources = defaultdict(set)
    for row in here:
        sources[row["basis"]].add(row["source"])
    found: dict[str, list[str]] = defaultdict(list)
    for node, said in record().items():
        if thing("study", key) in said[EVI + "onStudy"] and term("Extraction") in said[RDF_TYPE.value]:
            assert isinstance(node, ox.NamedNode)
            (source,) = said[DCTERMS + "source"]
            assert isinstance(source, ox.NamedNode)
            label = one(source, LABEL.value) or source.value
            place = one(node, EVI + "locator")
            found[one(node, EVI + "onBasis")].append(f"{label}, {place}" if place else label)
    assert {basis: sorted(texts) for basis, texts in found.items()} == {
        basis: sorted(texts) for basis, texts in sources.items()
    }
    wanted = [row for row in here if row["note"] or len(sources[row["basis"]]) > 1]
    remarks = [
        node
        for node, said in record().items()
        if term("Remark") in said[RDF_TYPE.value] and str(node).startswith(f"<{thing('study', key).value}#")
    ]
    assert len(remarks) == len(wanted)


@pytest.mark.parametrize("label", sorted(oracle.all_values(FACT_ROWS, "instrument")))
def test_instrument_is_named_as_printed(label: str) -> None:
    """The scale that a fact names is a thing with that label."""
    instrument = thing("instrument", oracle.slug(label))
    assert record()[instrument][RDF_TYPE.value] == [term("Instrument")]
    assert one(instrument, LABEL.value) == label


# --- references -----------------------------------------------------------------------------------

TYPES = {
    "JournalArticle": "journal-article",
    "BookChapter": "chapter",
    "Book": "book",
    "ReportDocument": "report",
}
INTENTS = {
    "included": "citesAsEvidence",
    "not-included": "cites",
    "earlier-review": "citesAsRelated",
    "theory": "obtainsBackgroundFrom",
    "method": "usesMethodIn",
    "context": "obtainsBackgroundFrom",
}


def contributors(publication: ox.NamedNode, role: str) -> str:
    """The names of those who contributed in a role, in their printed order."""
    found = []
    for node in record()[publication][EVI + "hasContribution"]:
        assert isinstance(node, ox.NamedNode)
        if one(node, EVI + "contributionRole") == role:
            (person,) = record()[node][EVI + "madeBy"]
            assert isinstance(person, ox.NamedNode)
            found.append((int(one(node, EVI + "position")), one(person, LABEL.value)))
    assert [place for place, _ in sorted(found)] == list(range(1, len(found) + 1))
    return "; ".join(label for _, label in sorted(found))


def kind(publication: ox.NamedNode) -> str:
    """The type of a publication in the words of the facts."""
    (found,) = set(record()[publication][RDF_TYPE.value]) - {term("Publication")}
    return TYPES[found.value.removeprefix(FABIO)]


@pytest.mark.parametrize("row", oracle.rows("references"), ids=lambda row: str(row["key"]))
def test_reference_is_kept_in_every_column(row: Row) -> None:
    """Reference, publication and citation together say what the row says."""
    key = row["key"]
    reference, publication, citation = (thing(part, key) for part in ("reference", "publication", "citation"))
    assert one(reference, EVI + "refersTo") == key
    assert one(citation, CITO + "hasCitedEntity") == key
    assert one(citation, CITO + "hasCitingEntity") == "pistrang2008"
    found = {
        "key": one(publication, DCTERMS + "identifier"),
        "number": one(reference, EVI + "position"),
        "type": kind(publication),
        "authors": contributors(publication, "author"),
        "truncated_authors": one(reference, EVI + "authorsTruncated"),
        "year": one(publication, DCTERMS + "issued"),
        "title": one(publication, DCTERMS + "title"),
        "container": one(publication, EVI + "containerTitle"),
        "editors": contributors(publication, "editor"),
        "volume": one(publication, BIBO + "volume"),
        "issue": one(publication, BIBO + "issue"),
        "pages": one(publication, BIBO + "pages"),
        "publisher": one(publication, DCTERMS + "publisher"),
        "place": one(publication, EVI + "placeOfPublication"),
        "doi": one(publication, BIBO + "doi"),
        "pmid": one(publication, BIBO + "pmid"),
        "pmcid": one(publication, FABIO + "hasPubMedCentralId"),
        "id_status": one(reference, EVI + "identifierStatus"),
        "seed_links": one(reference, EVI + "printedLinks"),
        "seed_correction": one(reference, EVI + "correction"),
        "role": one(citation, EVI + "hasRole"),
        "role_basis": one(citation, EVI + "mark"),
        "role_reason": one(citation, EVI + "reason"),
    }
    assert found == row


@pytest.mark.parametrize("row", oracle.rows("references"), ids=lambda row: str(row["key"]))
def test_citation_has_the_intent_of_its_role(row: Row) -> None:
    """CiTO's intent follows from the role, and the year and the place are typed."""
    citation = thing("citation", row["key"])
    assert one(citation, CITO + "hasCitationCharacterization") == INTENTS[row["role"]]
    (year,) = record()[thing("publication", row["key"])][DCTERMS + "issued"]
    (place,) = record()[thing("reference", row["key"])][EVI + "position"]
    assert year == ox.Literal(row["year"], datatype=ox.NamedNode(oracle.XSD + "gYear"))
    assert place == ox.Literal(row["number"], datatype=ox.NamedNode(oracle.XSD + "integer"))


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("Reference", 45),
        ("Citation", 45),
        ("Publication", 46),
        ("Study", 20),
        ("Claim", 17),
        ("Rule", 19),
        ("CriterionSet", 4),
        ("Decision", 20),
        ("Review", 1),
        ("Instrument", 9),
    ],
)
def test_there_are_as_many_things_as_facts(kind: str, number: int) -> None:
    """No thing is lost and none is added; the review's own article is the 46th publication."""
    assert len([node for node, said in record().items() if term(kind) in said[RDF_TYPE.value]]) == number


def test_each_printed_name_is_one_person() -> None:
    """A person is one node, however many works carry the name, so that self-citation can be seen."""
    printed = {"Pistrang, N.", "Barker, C.", "Humphreys, K."}
    for row in oracle.rows("references"):
        printed |= {name for column in ("authors", "editors") for name in row[column].split("; ") if name}
    people = [one(n, LABEL.value) for n, s in record().items() if term("Person") in s[RDF_TYPE.value]]  # type: ignore[arg-type]
    assert sorted(people) == sorted(printed)


# --- criteria, claims, decisions ------------------------------------------------------------------


def by_identifier(*kinds: str) -> dict[str, ox.NamedNode]:
    """The things of some classes by their identifier."""
    return {
        one(node, DCTERMS + "identifier"): node
        for node, said in record().items()
        if isinstance(node, ox.NamedNode) and {term(kind) for kind in kinds} & set(said[RDF_TYPE.value])
    }


@pytest.mark.parametrize("row", oracle.rows("criteria"), ids=lambda row: str(row["id"]))
def test_criterion_is_kept_in_every_column(row: Row) -> None:
    """A rule carries the label of its set through the set; all else it says itself."""
    node = by_identifier("Rule", "CriterionSet")[row["id"]]
    (parent,) = record()[node].get(EVI + "inSet", [node])
    assert isinstance(parent, ox.NamedNode)
    kinds = record()[node][RDF_TYPE.value]
    assert kinds == [term("Rule" if row["parent"] else "CriterionSet")]
    found = {
        "id": one(node, DCTERMS + "identifier"),
        "parent": "" if parent == node else one(parent, DCTERMS + "identifier"),
        "label": one(parent, LABEL.value),
        "rule": one(node, DCTERMS + "description"),
        "polarity": one(node, EVI + "polarity"),
        "basis": one(node, EVI + "mark"),
        "source": one(node, EVI + "locator"),
        "reasoning": one(node, EVI + "reason"),
        "tested_by": one(node, EVI + "testedProperties"),
    }
    assert found == row


def test_review_has_the_four_sets() -> None:
    """The review names its criterion sets and the three problem types it covers."""
    said = record()[ox.NamedNode(REVIEW)]
    sets = {v.value.rsplit("/", 1)[-1] for v in said[EVI + "hasCriterionSet"]}
    assert sets == {"group-characteristics", "target-problems", "outcome-measures", "research-design"}
    types = {v.value.rsplit("/", 1)[-1] for v in said[EVI + "coversProblemType"]}
    assert types == {r["value"] for r in oracle.rows("claims") if r["id"] in {"C04", "C05", "C06"}}


@pytest.mark.parametrize("row", oracle.rows("claims"), ids=lambda row: str(row["id"]))
def test_claim_is_kept_in_every_column(row: Row) -> None:
    """A claim carries its value as a number or a concept, its place and how it could be tested."""
    claim = thing("claim", row["id"])
    number, concept = one(claim, EVI + "claimedNumber"), one(claim, EVI + "claimedConcept")
    assert not (number and concept)
    found = {
        "id": one(claim, DCTERMS + "identifier"),
        "statement": one(claim, DCTERMS + "description"),
        "kind": one(claim, EVI + "claimKind"),
        "scope": one(claim, EVI + "claimScope"),
        "value": number or concept,
        "locator": one(claim, EVI + "locator"),
        "check": one(claim, EVI + "check"),
    }
    assert found == row


@pytest.mark.parametrize("key", STUDIES)
def test_decision_agrees_with_the_role(key: str) -> None:
    """What was decided on a study follows from the role of its reference."""
    decision = thing("decision", key)
    assert one(decision, EVI + "onStudy") == key
    assert one(decision, EVI + "decides") == oracle.decisions()[key]
    assert record()[decision]["http://www.w3.org/ns/prov#wasDerivedFrom"] == [thing("citation", key)]


# --- concepts -------------------------------------------------------------------------------------

#: How an identifier is written as an IRI, by the vocabulary that gave it.
IDENTIFIERS = {
    "mesh": "http://id.nlm.nih.gov/mesh/{}",
    "icd10": "https://w3id.org/evigraph/code/icd10/{}",
    "umls": "https://w3id.org/evigraph/code/umls/{}",
    "MONDO": "http://purl.obolibrary.org/obo/MONDO_{}",
    "DOID": "http://purl.obolibrary.org/obo/DOID_{}",
    "OBI": "http://purl.obolibrary.org/obo/OBI_{}",
    "GMHO": "https://galenos.org.uk/ontologies/GMHO_{}",
    "BCIO": "http://humanbehaviourchange.org/ontology/BCIO_{}",
    "SEVCO": "https://w3id.org/evigraph/code/sevco/{}",
    "wikidata": "http://www.wikidata.org/entity/{}",
}


def identifiers(row: Row) -> set[str]:
    """The IRIs of all identifiers of a concept."""
    found = [(column, row[column]) for column in ("mesh", "umls") if row[column]]
    found += [("icd10", code.replace(" ", "-")) for code in row["icd10"].split("; ") if code]
    curies = f"{row['mondo']}; {row['other_ids']}".split("; ")
    found += [(curie.split(":")[0], curie.split(":")[1]) for curie in curies if curie]
    return {IDENTIFIERS[vocabulary].format(code) for vocabulary, code in found}


@pytest.mark.parametrize("row", oracle.rows("concepts"), ids=lambda row: str(row["slug"]))
def test_concept_has_its_identifiers(row: Row) -> None:
    """Identifiers are exact or close matches, as the row says, and no other kind of match."""
    concept = ox.NamedNode(oracle.CONCEPT + row["slug"])
    found = defaultdict(set)
    for quad in parsed(ONTOLOGY / "concepts.ttl"):
        if quad.subject == concept and quad.predicate.value.endswith("Match"):
            found[quad.predicate.value.removeprefix(SKOS)].add(quad.object.value)  # type: ignore[union-attr]
    wanted = identifiers(row)
    assert found == ({row["match"] + "Match": wanted} if wanted else {})


def test_codes_are_printed_as_they_are() -> None:
    """A code without an IRI of its own keeps the text that its vocabulary prints."""
    printed = {
        quad.object.value: quad.subject.value.rsplit("/", 1)[-1]  # type: ignore[union-attr]
        for quad in parsed(ONTOLOGY / "concepts.ttl")
        if quad.predicate.value == SKOS + "notation"
    }
    wanted = {
        code for row in oracle.rows("concepts") for code in (*row["icd10"].split("; "), row["umls"]) if code
    }
    wanted |= {
        curie.removeprefix("SEVCO:")
        for row in oracle.rows("concepts")
        for curie in row["other_ids"].split("; ")
        if curie.startswith("SEVCO:")
    }
    assert printed == {code: code.replace(" ", "-") for code in wanted}


# --- no blank nodes -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=name)
def test_graph_has_no_blank_node(path: Path) -> None:
    """Everything has an IRI, so that it can be told apart in a later version."""
    quads = parsed(path)
    assert quads
    for quad in quads:
        assert not isinstance(quad.subject, ox.BlankNode)
        assert not isinstance(quad.object, ox.BlankNode)
        assert not isinstance(quad.graph_name, ox.BlankNode)
