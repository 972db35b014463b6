"""The readers that are handed spoilt files, each with files that it reads as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

import evigraph
from evigraph.beginning import begin
from evigraph.canonical import FORMATS, serialize
from evigraph.citations import importing as citations
from evigraph.citations.readers import read_citations
from evigraph.concepts import TABLE, from_table
from evigraph.decisions.recording import Act, record_decisions
from evigraph.decisions.table import read_acts
from evigraph.extraction.exchange import sheet, take_sheets
from evigraph.guard import code_of, require_local, require_modest
from evigraph.questions import read_question
from evigraph.reading import read_quads
from evigraph.records.found import Found
from evigraph.records.importing import Plan, Search
from evigraph.records.readers import read_records
from evigraph.records.stored import item_text
from evigraph.rules.building import SOURCE
from evigraph.rules.parsing import read_criteria_file
from evigraph.rules.words import Words
from evigraph.texts import read_text
from tests.oracle import ROOT
from tests.test_readers import SEEDS

#: What a seed may be long, so that there are many tries.
_LONGEST = 12_000
_CITATIONS = ROOT / "tests/fixtures/citations"
_OWN = ROOT / "docs/examples/own-review"
_SUFFIXES = {
    "turtle": ".ttl",
    "trig": ".trig",
    "nquads": ".nq",
    "ntriples": ".nt",
    "jsonld": ".jsonld",
    "rdfxml": ".rdf",
}
_RECORDS = {
    "ris": ".ris",
    "bibtex": ".bib",
    "nbib": ".nbib",
    "pubmed-xml": ".xml",
    "endnote-xml": ".xml",
    "zotero-rdf": ".rdf",
    "apa": ".txt",
    "table": ".csv",
    "csl-json": ".json",
}


#: Queries of which some reach out, in words that are easily lost in other words.
_QUERIES = (
    b"PREFIX e: <urn:e#>\nSELECT ?from (COUNT(*) AS ?n) { ?from e:service 'FROM <urn:a>' } GROUP BY ?from",
    b"ASK { ?s ?p \"SERVICE <urn:a> {}\" . # FROM <urn:b>\n FILTER(?s != <urn:LOAD> || REGEX(?o, 'a')) }",
    b"CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o . OPTIONAL { ?o a ?c } MINUS { ?c ?q '''it's''' } }",
    b"DESCRIBE ?s { VALUES (?s ?t) { (<urn:a> 1.0e3) (UNDEF true) } BIND(STR(?s) AS ?load) } LIMIT 5",
    b"SELECT * { ?s ?p ?o { SERVICE SILENT <http://a.example/q> { ?s ?q ?r } } }",
    rb"SELECT * { { serv\u0069ce <http://a.example/q> { ?s ?p ?o } } UNION { ?a ^<urn:b>/<urn:c>* ?d } }",
    b"BASE <http://a.example/> SELECT * FROM <q> FROM NAMED <r> { GRAPH ?g { ?s ?p ?o } }",
    b"LOAD SILENT <http://a.example/q> INTO GRAPH <urn:g>",
)


class LostError(Exception):
    """Something that was read is not there any more, or numbers do not add up."""


@dataclass(frozen=True)
class Target:
    """A reader.

    Attributes:
        name: What it is called.
        suffix: The ending of its files.
        seeds: Files that it reads.
        read: Reads a file to its end, and looks at what was read.
    """

    name: str
    suffix: str
    seeds: tuple[bytes, ...]
    read: Callable[[Path], object]


def targets(folder: Path) -> list[Target]:
    """All readers.

    Args:
        folder: Where a review may be begun, into which nothing is written afterwards but a table of concepts.
    """
    begin(folder / "own")
    review = evigraph.open(folder / "own")
    return [*_statements(review), *_records(review), *_citations(review), *_written_by_people(review)]


def _statements(review: evigraph.Review) -> Iterator[Target]:
    files = [*review.folder.path.glob("graph/**/*.t*"), *(ROOT / "tests/fixtures/criteria").rglob("met.ttl")]
    files += sorted((ROOT / "graph/studies").glob("b*.trig"))
    for name, suffix in _SUFFIXES.items():
        seeds = [serialize(read_quads(path), name, review.folder.prefixes) for path in files]
        seeds += [path.read_bytes() for path in files if path.suffix == suffix]
        yield Target(name, suffix, _short(seeds), _read_statements)


def _read_statements(path: Path) -> None:
    """What is read can be written, and read again as it was."""
    quads = set(read_quads(path))
    if any(isinstance(term, ox.BlankNode) for quad in quads for term in (*quad.triple, quad.graph_name)):
        return  # named anew each time
    for name in ("trig", "jsonld"):
        again = path.with_suffix(f".again{_SUFFIXES[name]}")
        again.write_bytes(serialize(quads, name, {}))
        if quads and set(read_quads(again)) != quads:
            raise LostError(f"{name}: {len(quads)} statements were not read again as they were written")


def _records(review: evigraph.Review) -> Iterator[Target]:
    for name, suffix in _RECORDS.items():
        seeds = [SEEDS[name].encode()]
        if name == "ris":
            seeds += [path.read_bytes() for path in _OWN.glob("*.ris")]
        if name == "csl-json":
            seeds += [_items(path) for path in _OWN.glob("*.ris")]
        if name == "table":
            seeds += [
                b"title;authors;year;doi\nA;Doe, J;2001;10.1/x\n",
                b"Title\tAuthors\nA\tDoe J\nB\tRoe A\n",
            ]
        yield Target(name, suffix, _short(seeds), lambda path: _read_records(review, path))


def _items(path: Path) -> bytes:
    found = [json.loads(item_text(one.item)) for one in read_records(path).read if isinstance(one, Found)]
    return json.dumps(found[:5], indent=1).encode()


def _read_records(review: evigraph.Review, path: Path) -> None:
    """``read = kept + merged + refused``, and what is kept can be read again."""
    plan = Plan(review.iri.value, (), Search())
    plan.take(read_records(path))
    if plan.read != plan.kept + plan.merged + len(plan.refused):
        raise LostError(
            f"read {plan.read}, kept {plan.kept}, merged {plan.merged}, refused {len(plan.refused)}"
        )
    for quads in plan.written.values():
        written = path.with_suffix(".again.ttl")
        written.write_bytes(serialize(quads, "turtle", review.folder.prefixes))
        if set(read_quads(written)) != set(quads):
            raise LostError("records were not read again as they were written")


def _citations(review: evigraph.Review) -> Iterator[Target]:
    def read(path: Path) -> None:
        reading = read_citations(path)
        plan = citations.Plan(graph, [reading], skip_bad=True)
        if len(reading.cites) + len(reading.refused) != len(plan.kept) + plan.merged + len(plan.refused):
            raise LostError(f"kept {len(plan.kept)}, merged {plan.merged}, refused {len(plan.refused)}")

    graph = review.folder.graph
    for stem in ("crossref.json", "csl.json", "openalex.jsonl", "opencitations.csv", "semantic-scholar.json"):
        path = _CITATIONS / stem
        yield Target(f"citations {path.stem}", path.suffix, _short([path.read_bytes()]), read)


def _written_by_people(review: evigraph.Review) -> Iterator[Target]:
    folder = review.folder.path
    for name in ("csv", "xlsx", "yaml"):
        seed = sheet(review, (), name)[0]
        yield Target(f"sheet {name}", f".{name}", (seed,), lambda path: _take(review, path))
    answers = "key,answer,by,stage,rule\nexample-one,include,Ann,full-text,\nexample-two,exclude,Ben,,\n"
    semicolons = "answer;key;by;date\nunclear;example-two;Ann;2026-01-02\nInclude;example-one;B;\n"
    yield Target("decisions", ".csv", (answers.encode(), semicolons.encode()), lambda p: _decide(review, p))
    yield Target("concepts", ".csv", ((folder / TABLE).read_bytes(),), lambda path: _concepts(review, path))
    words = Words(review.folder)
    criteria = [folder / SOURCE, ROOT / "tests/data/criteria.yaml"]
    yield Target(
        "criteria", ".yaml", _short(p.read_bytes() for p in criteria), lambda p: read_criteria_file(p, words)
    )
    questions = [*folder.glob("queries/**/*.rq"), *(ROOT / "queries").rglob("*.rq")]
    yield Target("questions", ".rq", _short(path.read_bytes() for path in questions), _read_question)
    yield Target("queries", ".rq", _QUERIES, _read_query)


def _take(review: evigraph.Review, path: Path) -> None:
    taken = take_sheets(review, [path], "Ann", source="https://example.org/s", dry_run=True)
    if min(taken.new, taken.gone, taken.kept, taken.left) < 0:
        raise LostError(str(taken))


def _decide(review: evigraph.Review, path: Path) -> None:
    acts = list(read_acts(path, Act("", "", "Ann")))
    recorded = record_decisions(review, acts, dry_run=True)
    if len(acts) != recorded.new + recorded.revised + recorded.unchanged:
        raise LostError(f"{len(acts)} acts, {recorded}")


def _concepts(review: evigraph.Review, path: Path) -> None:
    (review.folder.path / TABLE).write_bytes(path.read_bytes())
    written = path.with_suffix(".again.ttl")
    written.write_bytes(from_table(review.folder))
    read_quads(written)


def _read_question(path: Path) -> None:
    require_modest(read_question(path).text, path.name)


def _read_query(path: Path) -> None:
    """What the parser lets through has no word outside of texts, names and comments that reaches out."""
    text = read_text(path)
    if len(text) > _LONGEST:
        return  # the parser may take its time, in a child that has a deadline
    require_local(text, path.name)
    plain = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda escape: chr(int(escape[1], 16)), text)
    if found := re.search(r"\b(SERVICE|FROM|LOAD|INTO)\b", code_of(plain), re.IGNORECASE):
        raise LostError(f"{found[0]} is let through")


def _short(seeds: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(seed for seed in seeds if len(seed) <= _LONGEST))


assert set(_SUFFIXES) == set(FORMATS)
