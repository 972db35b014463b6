"""The Python API: results are typed, comparable, sized, and show themselves."""

from __future__ import annotations

from pathlib import Path

import pandas
import pytest
import rdflib

import evigraph
from evigraph import Answer, InputError, Outcome, Review, Triples, Trust, Truth, UnknownNameError


@pytest.fixture(scope="module")
def opened() -> Review:
    """A review of its own, so that nothing of another test is kept in it."""
    return evigraph.open()


def test_open_gives_the_shipped_review(opened: Review) -> None:
    """Without a path the shipped review is opened."""
    assert opened.name == "mutual-help"
    assert len(opened.studies) == 20
    assert list(opened.studies) == sorted(opened.studies)


def test_open_refuses_a_folder_that_is_no_review(tmp_path: Path) -> None:
    """The message says what is missing."""
    with pytest.raises(InputError, match="is no review: it has no ontology/, shapes/, queries/, graph/"):
        evigraph.open(tmp_path)


def test_results_of_two_runs_are_equal(opened: Review) -> None:
    """Answers, screenings, recounts and checks compare by what they hold."""
    other = evigraph.open()
    assert opened.ask("cited-works") == other.ask("cited-works")
    assert opened.ask("cited-works") != other.ask("references-by-role")
    assert opened.screen() == other.screen()
    assert opened.screen() != other.screen(trust="stated")
    assert opened.claims() == other.claims()
    assert opened.check() == other.check()


def test_results_have_a_length(opened: Review) -> None:
    """The length is the number of rows, studies, claims and problems."""
    assert len(opened.screen()) == 20
    assert len(opened.claims()) == 17
    assert len(opened.check()) == 0
    answer = opened.ask("references-by-role")
    assert isinstance(answer, Answer)
    assert len(answer) == len(answer.rows) == 45


def test_a_screening_is_read_by_key_number_and_rule(opened: Review) -> None:
    """Studies are found by key, rules by their id or that of a rule they serve."""
    screening = opened.screen()
    study = screening["tudiver1992"]
    assert study.outcome is Outcome.MET
    assert screening[17] is study
    assert study.rule("1.3") is study.rule("1.4") is study.rule("1.8")
    with pytest.raises(UnknownNameError, match="did you mean tudiver1992"):
        screening["tudiver1993"]
    with pytest.raises(UnknownNameError, match=r"no tested rule '1\.5'"):
        study.rule("1.5")


def test_data_frames_keep_types(opened: Review) -> None:
    """Integers are integers, what is missing is missing, texts are texts."""
    works = opened.ask("cited-works")
    assert isinstance(works, Answer)
    frame = works.to_pandas()
    assert pandas.api.types.is_integer_dtype(frame["works"])
    assert frame["works"].sum() == 45
    claims = opened.claims().to_pandas()
    assert pandas.api.types.is_integer_dtype(claims["at_least"])
    assert claims.loc[claims["id"] == "C09", "at_least"].isna().all()
    verdicts = opened.screen().to_pandas()
    assert len(verdicts) == 120
    assert list(verdicts.columns)[:4] == ["study", "decision", "study_outcome", "rule"]
    assert "message" in opened.check().to_pandas().columns


def test_results_show_themselves_in_notebooks(opened: Review) -> None:
    """Each result is an HTML table with header cells, and escapes what it holds."""
    for result in (opened.ask("cited-works"), opened.screen(), opened.claims(), opened.check()):
        html = result._repr_html_()  # type: ignore[union-attr]  # a SELECT gives an answer
        assert html.startswith("<table>")
        assert '<th scope="col">' in html
    hostile = opened.ask(query='SELECT ?x WHERE { BIND("<script>" AS ?x) }')
    assert isinstance(hostile, Answer)
    assert "<script>" not in hostile._repr_html_()


def test_ask_and_construct_have_their_own_results(opened: Review) -> None:
    """A truth can be used as one, statements can be written."""
    truth = opened.ask(query="ASK { ?s ?p ?o }")
    assert isinstance(truth, Truth)
    assert truth
    built = opened.ask(query="CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 3")
    assert isinstance(built, Triples)
    assert len(built) == 3
    assert len(rdflib.Graph().parse(data=built.serialize(), format="turtle")) == 3


def test_a_query_of_ones_own_sees_the_verdicts(opened: Review) -> None:
    """Verdicts are computed when a query speaks of them."""
    answer = opened.ask(
        query="""
        PREFIX earl: <http://www.w3.org/ns/earl#>
        PREFIX evi: <https://w3id.org/evigraph/ontology#>
        SELECT (COUNT(*) AS ?n) WHERE {
          ?v evi:level "study" ; earl:result ?r . ?r earl:outcome earl:passed . }
        """
    )
    assert isinstance(answer, Answer)
    assert answer.to_python() == [{"n": 4}]


@pytest.mark.parametrize("trust", list(Trust))
def test_the_rdflib_graph_holds_what_is_exported(opened: Review, trust: Trust) -> None:
    """``graph()`` and ``export()`` are the same statements."""
    graph = opened.graph(trust)
    assert isinstance(graph, rdflib.Graph)
    exported = rdflib.Graph().parse(data=opened.export("ntriples", trust=trust), format="nt")
    assert len(graph) == len(exported)
    assert {prefix for prefix, _ in graph.namespaces()} == set(opened.folder.prefixes)


def test_the_rdflib_graph_is_the_callers_own(opened: Review) -> None:
    """Changing the graph that was handed out changes nothing in the review."""
    graph = opened.graph()
    size = len(graph)
    graph.remove((None, None, None))
    assert len(opened.graph()) == size


def test_trust_is_checked(opened: Review) -> None:
    """A level of trust that does not exist is refused by name."""
    with pytest.raises(ValueError, match="nonsense"):
        opened.screen(trust="nonsense")
