"""The citation network: what is read, what is measured, and when a measure means nothing."""

from __future__ import annotations

import csv
import io
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from statistics import median

import networkx as nx
import pyoxigraph as ox
import pytest

import evigraph
from evigraph.citations import formats, parts, ranking, sparse
from evigraph.citations.measures import MEASURES, measure
from evigraph.citations.network import (
    CitationArrays,
    Link,
    Work,
    arrays_of,
    citation_graph,
    classes_of,
    read_citations,
    self_citation,
)
from evigraph.citations.projections import KINDS, authors_of, works_by
from evigraph.citations.results import Result
from evigraph.errors import LimitError, UnknownNameError
from evigraph.store import EmbeddedStore
from evigraph.terms import BIBO, CITO, DCTERMS, RECORD_GRAPH, evi
from evigraph.trust import Trust
from tests import oracle
from tests.commands import once, run

BASE = "https://example.org/work/"
REVIEW_AUTHORS = {"Pistrang, N.", "Barker, C.", "Humphreys, K."}
RANKING = ("degree", "pagerank", "betweenness", "co-citation", "coupling", "communities", "main-path")


def network(text: str, works: Iterable[Work] = ()) -> CitationArrays:
    """A network written as ``a>b a>c``."""
    pairs = (pair.split(">") for pair in text.split())
    return arrays_of(works, [(BASE + citing, BASE + cited, Link()) for citing, cited in pairs])


def work(name: str, **said: object) -> Work:
    """A work of such a network."""
    return Work(BASE + name, name, **said)  # type: ignore[arg-type]


def random_network(
    seed: int, works: int = 300, citations: int = 1500, circles: bool = False
) -> CitationArrays:
    """A network in which later works cite earlier ones, the first more often; with circles any cites any."""
    chance = random.Random(seed)
    pairs = set()
    for _ in range(citations):
        later = chance.randrange(1, works)
        earlier = chance.randrange(works) if circles else int(later * chance.random() ** 2)
        pairs.add(f"{later:04}>{earlier:04}")
    return network(" ".join(sorted(pairs)), [work(f"{n:04}") for n in range(works)])


def result_of(arrays: CitationArrays, name: str, top: int = 10) -> Result:
    """The result of one measure."""
    (found,) = measure(arrays, [name], top=top)
    return found


def rows_of(arrays: CitationArrays, name: str, top: int = 10) -> list[list[str]]:
    """Its rows as short text."""
    found = result_of(arrays, name, top)
    assert found.reason == ""
    return found.table()[1]


# --- what is read ---------------------------------------------------------------------------------


def test_the_shipped_review_is_the_star_of_its_reference_list(review: evigraph.Review) -> None:
    """46 works, each but the review cited by it, with the roles, years and identifiers of the facts."""
    graph = review.citations()
    references = oracle.rows("references")
    hub = oracle.thing("publication", "pistrang2008").value
    assert set(graph.edges) == {(hub, oracle.thing("publication", row["key"]).value) for row in references}
    assert graph.nodes[hub]["role"] == "review"
    for row in references:
        iri = oracle.thing("publication", row["key"]).value
        said = graph.nodes[iri]
        assert (said["key"], said["year"], said["role"]) == (row["key"], int(row["year"]), row["role"])
        assert said["title"] == row["title"]
        assert (said.get("doi", ""), said.get("pmid", "")) == (row["doi"], row["pmid"])
        assert (graph.edges[hub, iri]["role"], graph.edges[hub, iri]["mark"]) == (
            row["role"],
            row["role_basis"],
        )
        assert None not in {*said.values(), *graph.edges[hub, iri].values()}
    assert Counter(intent for *_, intent in graph.edges(data="intent")) == {
        "citesAsEvidence": 12, "cites": 8, "citesAsRelated": 6, "usesMethodIn": 4,
        "obtainsBackgroundFrom": 15,
    }  # fmt: skip


def test_only_trusted_graphs_count() -> None:
    """A citation that was deduced is not there where only stated ones count; bookkeeping always is."""
    deduced = ox.NamedNode(oracle.BASIS + "deduced")

    def citation(name: str, graph: ox.NamedNode) -> list[ox.Quad]:
        node = ox.NamedNode(f"{BASE}citation-{name}")
        ends = (("hasCitingEntity", "a"), ("hasCitedEntity", name))
        return [ox.Quad(node, ox.NamedNode(CITO + p), ox.NamedNode(BASE + o), graph) for p, o in ends]

    store = EmbeddedStore([*citation("b", RECORD_GRAPH), *citation("c", deduced)])
    assert len(read_citations(store, Trust.STATED)) == 1
    assert len(read_citations(store, Trust.DEDUCED)) == 2


def test_a_pair_counts_once_and_a_loop_not_at_all() -> None:
    """Of two citations of a pair the one with a role is kept."""
    rows = [
        (BASE + "a", BASE + "b", Link(BASE + "1")),
        (BASE + "a", BASE + "b", Link(BASE + "2", role="theory")),
        (BASE + "b", BASE + "b", Link(BASE + "3")),
    ]
    arrays = arrays_of([], rows)
    assert (list(arrays.pairs), arrays.loops) == ([(0, 1)], 1)
    assert arrays.links[0].role == "theory"


@pytest.mark.parametrize(
    ("printed", "year"), [("2008", 2008), ("2008-03", 2008), ("20081", None), ("soon", None)]
)
def test_years(printed: str, year: int | None) -> None:
    """A date of XML Schema gives its year, anything else none."""
    about, record = ox.NamedNode(BASE + "a"), RECORD_GRAPH
    kind = ox.Quad(about, oracle.RDF_TYPE, evi("Publication"), record)
    issued = ox.Quad(about, ox.NamedNode(DCTERMS + "issued"), ox.Literal(printed), record)
    doi = ox.Quad(about, ox.NamedNode(BIBO + "doi"), ox.Literal("10.1/x"), record)
    (found,) = read_citations(EmbeddedStore([kind, issued, doi]), Trust.STATED).works
    assert (found.year, found.doi, found.key) == (year, "10.1/x", "a")


# --- what means nothing ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", RANKING)
def test_nothing_is_ranked_in_a_star(name: str, review: evigraph.Review) -> None:
    """From one reference list no measure of place gives rows; each says why."""
    found = result_of(review.citation_arrays(), name)
    assert found.rows == ()
    assert found.reason.startswith("one reference list, that of pistrang2008, is a star: ")


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("", set(MEASURES)),
        ("a>b c>d", {*RANKING, "self-citation", "age"}),
        ("a>b b>c", {"degree", "co-citation", "coupling", "communities", "self-citation", "age"}),
        ("a>c b>c", {"betweenness", "co-citation", "communities", "main-path", "self-citation", "age"}),
        ("a>c b>c a>d b>d", {"betweenness", "main-path", "self-citation", "age"}),
        ("a>c b>c a>d b>d d>c", {"betweenness", "self-citation", "age"}),
        ("a>c b>c a>d b>d d>e", {"self-citation", "age"}),
    ],
)
def test_each_measure_has_its_condition(text: str, silent: set[str]) -> None:
    """And gives rows exactly where it holds."""
    found = measure(network(text))
    assert {result.name for result in found if result.reason} == silent
    assert {result.name for result in found if not result.rows} == silent


def test_an_unknown_measure_is_answered_with_the_known() -> None:
    """As any unknown name."""
    with pytest.raises(UnknownNameError, match="did you mean pagerank"):
        measure(network("a>b"), ["pagerang"])


# --- by hand --------------------------------------------------------------------------------------

#: d and e build on b and c, which build on a; e cites d too.
SMALL = "b>a c>a d>b d>c e>b e>c e>d"


def test_degree_by_hand() -> None:
    """Cited by, cites."""
    assert rows_of(network(SMALL), "degree") == [
        ["a", "2", "0"], ["b", "2", "1"], ["c", "2", "1"], ["d", "1", "2"],
    ]  # fmt: skip


def test_pagerank_by_hand() -> None:
    """Of a citing b: b has 1/(1+1/1.85) of the rank, a the rest."""
    rank = ranking.pagerank(network("a>b"))
    assert rank == pytest.approx([1 / 2.85, 1.85 / 2.85], abs=1e-12)


def test_betweenness_by_hand() -> None:
    """d, e to a lead through b and c, half each; nothing leads through d, since e cites b and c itself."""
    assert rows_of(network(SMALL), "betweenness") == [["b", f"{1 / 12:.6g}"], ["c", f"{1 / 12:.6g}"]]


def test_pairs_by_hand() -> None:
    """Works b and c are cited together by d and e; d and e share b and c."""
    assert rows_of(network(SMALL), "co-citation", 1) == [["b", "c", "2"]]
    assert rows_of(network(SMALL), "coupling") == [["d", "e", "2"], ["b", "c", "1"]]


def test_main_path_by_hand() -> None:
    """Four paths; the two through b (and as many through c) go on to e, half of them by d."""
    found = result_of(network(SMALL), "main-path")
    assert found.table()[1] == [
        ["1", "a", "", ""],
        ["2", "b", "", "0.5"],
        ["3", "d", "", "0.25"],
        ["4", "e", "", "0.5"],
    ]
    assert found.facts == {"works on it": 4, "paths": 4, "citations in circles": 0}


def test_main_path_leaves_circles_out() -> None:
    """Two works that cite each other have no before and after."""
    found = parts.main_path(network("b>a c>b b>c d>c"))
    assert (found.steps, found.left_out) == ((0, 1), 2)


def test_communities_by_hand() -> None:
    """Two triangles that one citation joins are two parts."""
    found = parts.communities(network("b>a c>a c>b e>d f>d f>e f>a"))
    assert found.parts == ((0, 1, 2), (3, 4, 5))
    assert found.modularity == pytest.approx(6 / 7 - 2 * (7 / 14) ** 2)


def test_ages_by_hand() -> None:
    """Ages 2, 10 and -1; the work without a year is counted as unknown."""
    works = [
        work("a", year=2010),
        work("b", year=2008),
        work("c", year=2000),
        work("d", year=2011),
        work("e"),
    ]
    found = result_of(network("a>b a>c a>d a>e", works), "age")
    assert found.table()[1] == [["a", "3", "2", "0.666667"]]
    assert (found.facts["of unknown age"], found.facts["cited before it was issued"]) == (1, 1)


def test_self_citation_has_three_answers() -> None:
    """Shared, not shared, and not to be told: no authors, a list cut short, no journal."""
    one = work("a", authors=("p", "q"), type="JournalArticle", container="The Journal")
    same = work("b", authors=("q",), type="JournalArticle", container="the  journal")
    other = work("c", authors=("r",), type="JournalArticle", container="Another")
    short = work("d", authors=("r",), truncated=True, type="BookChapter", container="The Journal")
    assert self_citation(one, same) == (True, True)
    assert self_citation(one, other) == (False, False)
    assert self_citation(one, short) == (None, None)
    assert self_citation(one, work("e")) == (None, None)
    assert classes_of(one, same) == [CITO + "AuthorSelfCitation", CITO + "JournalSelfCitation"]
    assert classes_of(one, short) == []


# --- against the facts ----------------------------------------------------------------------------


def test_self_citations_of_the_review_are_those_of_the_facts(review: evigraph.Review) -> None:
    """Counted from the list of references: shared authors, and the journal of the review."""
    references = oracle.rows("references")
    names = {row["key"]: {name.strip() for name in row["authors"].split(";")} for row in references}
    by_author = {key for key, authors in names.items() if authors & REVIEW_AUTHORS}
    articles = [row for row in references if row["type"] == "journal-article"]
    by_journal = {r["key"] for r in articles if r["container"] == "American Journal of Community Psychology"}
    found = result_of(review.citation_arrays(), "self-citation", top=45)
    classes = {row[1]: row[2] for row in found.table()[1]}
    assert {key for key, said in classes.items() if "AuthorSelfCitation" in said} == by_author
    assert {key for key, said in classes.items() if "JournalSelfCitation" in said} == by_journal
    assert (len(by_author), len(by_journal)) == (8, 5)
    untold = sum(r["truncated_authors"] == "true" and r["key"] not in by_author for r in references)
    assert found.facts["author cannot be told"] == untold
    assert found.facts["journal cannot be told"] == 45 - len(articles)


def test_ages_of_the_review_are_those_of_the_facts(review: evigraph.Review) -> None:
    """Median and Price's index over the years of the list of references."""
    ages = [2008 - int(row["year"]) for row in oracle.rows("references")]
    facts = result_of(review.citation_arrays(), "age").facts
    assert (facts["median age"], facts["least"], facts["most"]) == (median(ages), min(ages), max(ages))
    assert facts["Price's index"] == sum(age <= 5 for age in ages) / 45


def test_authors_and_journals_of_the_review(review: evigraph.Review) -> None:
    """Who wrote together, and which works share an author or a journal, by the list of references."""
    authors = review.authors()
    named = {said["name"]: iri for iri, said in authors.nodes(data=True)}
    pair = authors.edges[named["Barker, C."], named["Pistrang, N."]]
    lists = [row["authors"] for row in oracle.rows("references")]
    both = sum("Barker, C." in names and "Pistrang, N." in names for names in lists)
    assert pair["weight"] == both + 1  # and the review
    journals = review.coupling("journals")
    containers = Counter(r["container"] for r in oracle.rows("references") if r["type"] == "journal-article")
    containers["American Journal of Community Psychology"] += 1
    assert journals.number_of_edges() == sum(n * (n - 1) // 2 for n in containers.values())
    assert review.coupling("co-citation").number_of_edges() == 45 * 44 // 2
    assert review.coupling().number_of_edges() == 0


# --- against networkx, and both routes ------------------------------------------------------------


@pytest.fixture(params=["small", "large"])
def route(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each test once by plain Python, once by sparse matrices in many small blocks."""
    if request.param == "large":
        monkeypatch.setattr(sparse, "LIMIT", 0)
        monkeypatch.setattr(sparse, "_BLOCK", 200)
    return str(request.param)


@pytest.mark.usefixtures("route")
@pytest.mark.parametrize("circles", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pagerank_is_that_of_networkx(seed: int, circles: bool) -> None:
    """Within 1e-9 for every work."""
    arrays = random_network(seed, circles=circles)
    right = nx.pagerank(citation_graph(arrays), tol=1e-14, max_iter=1000)
    assert ranking.pagerank(arrays) == pytest.approx([right[w.iri] for w in arrays.works], abs=1e-9)


@pytest.mark.usefixtures("route")
@pytest.mark.parametrize("kind", ["co-citation", "bibliographic"])
@pytest.mark.parametrize("top", [1, 20, 100_000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_top_pairs_are_those_of_all_pairs(seed: int, top: int, kind: str) -> None:
    """The pairs and their order, equal ones by IRI, are those of counting every pair."""
    arrays = random_network(seed)
    groups = KINDS[kind](arrays)
    counted = Counter((a, b) for group in groups for a in group for b in group if a < b)
    right = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:top]
    assert ranking.top_pairs(arrays, top, kind) == [(a, b, count) for (a, b), count in right]


@pytest.mark.parametrize("circles", [False, True])
def test_every_measure_is_the_same_by_both_routes(circles: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed of a network does not tell how large it is."""
    arrays = random_network(4, circles=circles)
    small = [(result.name, result.table(), result.facts) for result in measure(arrays)]
    monkeypatch.setattr(sparse, "LIMIT", 0)
    assert [(result.name, result.table(), result.facts) for result in measure(arrays)] == small


@pytest.mark.parametrize("engine", ["igraph", "networkx"])
def test_betweenness_is_that_of_networkx(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With igraph and without."""
    if engine == "networkx":
        monkeypatch.setitem(sys.modules, "igraph", None)
    arrays = random_network(5)
    right = nx.betweenness_centrality(citation_graph(arrays))
    assert ranking.betweenness(arrays) == pytest.approx([right[w.iri] for w in arrays.works], abs=1e-9)


@pytest.mark.parametrize("engine", ["igraph", "networkx"])
def test_communities_are_parts_and_the_same_twice(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each work that is tied is in one; the modularity is that of networkx; a second run gives the same."""
    if engine == "networkx":
        monkeypatch.setitem(sys.modules, "igraph", None)
    arrays = random_network(6, 200, 400)
    found = parts.communities(arrays)
    assert engine in found.by
    assert sorted(place for part in found.parts for place in part) == sorted({*arrays.citing, *arrays.cited})
    plain = nx.Graph(list(arrays.pairs))
    assert found.modularity == pytest.approx(nx.community.modularity(plain, found.parts), abs=1e-9)
    assert parts.communities(arrays) == found


@pytest.mark.parametrize("seed", range(20))
def test_main_path_is_the_best_of_all_paths(seed: int) -> None:
    """Every path of a small network is walked: the counts and the greatest sum are the same."""
    arrays = random_network(seed, 12, 22)
    graph = nx.DiGraph((cited, citing) for citing, cited in arrays.pairs)
    sources = [n for n, degree in graph.in_degree if not degree]
    sinks = [n for n, degree in graph.out_degree if not degree]
    paths = [path for a in sources for b in sinks for path in nx.all_simple_paths(graph, a, b)]
    counts = Counter(step for path in paths for step in pairwise(path))
    found = parts.main_path(arrays)
    assert found.paths == len(paths)
    assert found.counts == tuple(counts[step] for step in pairwise(found.steps))
    assert sum(found.counts) == max(sum(counts[step] for step in pairwise(path)) for path in paths)
    assert list(found.steps) in paths


def test_a_large_network_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each measure by itself; the others are given."""
    monkeypatch.setattr(sparse, "LIMIT", 0)
    for name in ("scipy", "scipy.sparse", "igraph"):
        monkeypatch.setitem(sys.modules, name, None)
    found = {
        result.name: result for result in measure(random_network(7), ["degree", "pagerank", "communities"])
    }
    assert found["degree"].rows
    assert (found["pagerank"].failed, found["communities"].failed) == (True, True)
    assert "pip install evigraph[citations]" in found["pagerank"].reason


def test_projections_by_hand() -> None:
    """Weights count what is shared; an unknown kind is answered with the known; too many pairs stop."""
    works = [work("a", authors=("p", "q")), work("b", authors=("p", "q")), work("c", authors=("q",))]
    arrays = network("b>a c>a c>b", works)
    assert works_by(arrays, "authors").edges[BASE + "a", BASE + "b"]["weight"] == 2
    assert works_by(arrays, "bibliographic").edges[BASE + "b", BASE + "c"]["weight"] == 1
    assert authors_of(arrays).nodes["q"] == {"name": "q", "works": 3}
    assert authors_of(arrays).edges["p", "q"]["weight"] == 2
    with pytest.raises(UnknownNameError, match="co-citation"):
        works_by(arrays, "cocitation")
    huge = network(" ".join(f"x>{n}" for n in range(6400)))
    with pytest.raises(LimitError, match="20,476,800 pairs"):
        works_by(huge, "co-citation")


# --- as files -------------------------------------------------------------------------------------


def _read_cytoscape(data: bytes) -> nx.DiGraph:
    return nx.cytoscape_graph(json.loads(data))


def _read_gexf(data: bytes) -> nx.DiGraph:
    graph = nx.read_gexf(io.BytesIO(data))
    for _, said in graph.nodes(data=True):
        said["key"] = said["label"]
    return graph


READERS: dict[str, Callable[[bytes], nx.DiGraph]] = {
    "graphml": lambda data: nx.read_graphml(io.BytesIO(data)),
    "gexf": _read_gexf,
    "cytoscape": _read_cytoscape,
}
#: What a format adds to what is said of a work or a citation.
ADDED = {"id", "value", "name", "label", "source", "target"}


@pytest.mark.parametrize("format", READERS)
def test_a_written_network_is_read_as_it_was(format: str, review: evigraph.Review, tmp_path: Path) -> None:
    """Every work and citation with all that is said of it, and the same bytes twice."""
    path = tmp_path / "network"
    ran = run("cite", "--format", format, "-o", str(path))
    assert (ran.code, ran.out, ran.err) == (0, "", f"{path}: 46 works, 45 citations\n")
    assert run("cite", "--format", format, env={"PYTHONHASHSEED": "7"}).out.encode() == path.read_bytes()
    graph, right = READERS[format](path.read_bytes()), review.citations()
    assert (set(graph), set(graph.edges)) == (set(right), set(right.edges))

    def known(said: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in said.items() if name not in ADDED}

    for node, said in graph.nodes(data=True):
        assert known(said) == right.nodes[node]
    for edge in graph.edges:
        assert known(graph.edges[edge]) == right.edges[edge]


@pytest.mark.parametrize("format", READERS)
def test_a_title_with_control_characters_can_be_written(format: str) -> None:
    """Nothing that a graph may hold makes XML that nobody can read."""
    arrays = network("a>b", [work("a", title="one\x00two \x0b <&>\ud7ff")])
    graph = READERS[format](formats.written(arrays, format))
    assert "<&>" in graph.nodes[BASE + "a"]["title"]


def test_the_identifier_is_that_of_opencitations() -> None:
    """The example of its own documentation; a sign without a code gives none."""
    citing, cited = work("a", doi="10.1186/1756-8722-6-59"), work("b", doi="10.1186/1756-8722-5-31")
    assert formats.oci(citing, cited) == (
        "oci:02001010806360107050663080702026306630509-02001010806360107050663080702026305630301"
    )
    assert formats.oci(citing, work("c", doi="10.1186/é")) == ""
    assert formats.oci(citing, work("d", pmid="1")) == ""


def test_opencitations_of_the_review() -> None:
    """Only works with a DOI or a PubMed id are written; the rest is counted, and the numbers add up."""
    ran = run("cite", "--format", "opencitations")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    references = [row for row in oracle.rows("references") if row["doi"] or row["pmid"]]
    assert tuple(rows[0]) == formats.COLUMNS
    assert {row["cited"] for row in rows} == {(r["doi"].lower() or f"pmid:{r['pmid']}") for r in references}
    assert {row["citing"] for row in rows} == {"10.1007/s10464-008-9181-0"}
    assert ran.err.startswith(f"{len(rows)} of 45 citations written; {45 - len(rows)} left out")
    barker = next(row for row in rows if row["cited"] == "10.1007/s10464-005-3398-y")
    assert {name: barker[name] for name in formats.COLUMNS[3:]} == {
        "creation": "2008", "timespan": "P3Y", "journal_sc": "yes", "author_sc": "yes",
    }  # fmt: skip
    assert all(row["oci"].startswith("oci:020") == row["cited"].startswith("10.") for row in rows)


def test_what_is_not_known_is_empty_in_opencitations() -> None:
    """No year, no journal, no authors; a citation of the future has a negative span."""
    works = [
        work("a", doi="10.1/A", year=2000),
        work("b", pmid="7"),
        work("c", doi="10.1/c", year=2001),
        work("d"),
    ]
    made = formats.opencitations(network("a>b a>c a>d", works))
    assert made.data.decode().splitlines()[1:] == [
        ",10.1/a,pmid:7,2000,,,",
        "oci:020013610-020013612,10.1/a,10.1/c,2000,-P1Y,,",
    ]
    assert (made.written, made.unnamed, made.without_oci) == (2, 1, 1)


# --- the command ----------------------------------------------------------------------------------


def test_the_command_says_what_means_nothing() -> None:
    """Asked for by name, the exit code says so too."""
    ran = once("cite")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("means nothing here: ") == len(RANKING)
    asked = run("cite", "--measure", "pagerank")
    assert asked.code == 1
    assert "one reference list" in asked.out
    assert run("cite", "--measure", "age").code == 0


def test_the_command_as_json_and_csv() -> None:
    """JSON holds all measures, CSV one."""
    document = json.loads(run("cite", "--format", "json").out)
    assert (document["works"], document["citations"], document["reference lists"]) == (46, 45, 1)
    assert [m["name"] for m in document["measures"]] == list(MEASURES)
    assert [m["name"] for m in document["measures"] if m["meaningful"]] == ["self-citation", "age"]
    table = run("cite", "--measure", "age", "--format", "csv").out.splitlines()
    assert table == [
        "list of,citations,median age,Price's index",
        f"{oracle.thing('publication', 'pistrang2008').value},45,8,{10 / 45}",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--format", "graphml", "--measure", "age"),
        ("--format", "csv"),
        ("--format", "csv", "--measure", "age", "--measure", "degree"),
        ("-o", "somewhere"),
        ("--measure", "fame"),
        ("--top", "0"),
    ],
)
def test_what_cannot_be_done_is_refused(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Exit code 2, nothing written."""
    ran = run("cite", *arguments, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert list(tmp_path.iterdir()) == []
