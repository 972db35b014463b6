"""The PRISMA 2020 flow: the numbers add up, each has its list, and what nobody recorded is no number."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evigraph
from evigraph.decisions.recording import Act, record_decisions, record_retrieval
from evigraph.drawing import draw_flow
from evigraph.duplicates.merging import deduplicate
from evigraph.errors import UnknownNameError
from evigraph.flow import Box, Flow, count
from evigraph.flow.counting import flow_of
from evigraph.flow.texts import to_mermaid
from evigraph.records.importing import Search, add_records
from evigraph.terms import IDENTIFIER, RDF_TYPE, RECORD_GRAPH, SOURCE, XSD, evi
from tests.commands import once, run
from tests.records import RIS, own_review, written

EX = "https://example.org/"


def boxes(flow: Flow) -> dict[str, Box]:
    """The boxes of a flow by id."""
    return {box.id: box for _, box in flow.boxes()}


def counts(flow: Flow) -> dict[str, int]:
    """The numbers of a flow by id; those that are not reported are left out."""
    return {id: box.count for id, box in boxes(flow).items() if box.count is not None}


def invented(seed: int) -> list[ox.Quad]:  # noqa: C901  # a list of chances
    """A review whose records, merges, decisions, retrievals and reports come from chance."""
    chance = random.Random(seed)
    quads: list[ox.Quad] = []

    def say(subject: str, property: ox.NamedNode, value: str | ox.NamedNode | ox.Literal) -> None:
        value = ox.NamedNode(EX + value) if isinstance(value, str) else value
        quads.append(ox.Quad(ox.NamedNode(EX + subject), property, value, RECORD_GRAPH))

    for name, kind in (("pubmed", "database"), ("trials", "register"), ("mail", "other")):
        say(name, RDF_TYPE, evi("Source"))
        say(name, evi("searchKind"), ox.Literal(kind))
    for rule in ("rule-1", "rule-2"):
        say(rule, RDF_TYPE, evi("Rule"))
        say(rule, IDENTIFIER, ox.Literal(rule[-1]))

    def decide(number: str, on: str, property: str, stage: str) -> None:
        for person in range(chance.choice((0, 1, 1, 2))):
            node = f"decision-{stage}-{number}-{person}"
            answer = chance.choices(("include", "exclude", "unsure"), (5, 5, 1))[0]
            say(node, evi("decides"), evi(answer))
            say(node, evi(property), on)
            say(node, evi("atStage"), evi(stage))
            if answer == "exclude" and chance.random() < 0.7:
                say(node, evi("failsRule"), chance.choice(("rule-1", "rule-2")))

    size = chance.randrange(0, 25)
    for number in range(size):
        record = f"record-{number}"
        say(record, RDF_TYPE, evi("Record"))
        say(record, IDENTIFIER, ox.Literal(record))
        say(record, SOURCE, chance.choice(("pubmed", "pubmed", "trials", "mail")))
        if number and chance.random() < 0.2:
            merge = f"merge-{number}"
            say(merge, RDF_TYPE, evi("Merge"))
            say(merge, evi("mergedRecord"), record)
            say(merge, evi("intoRecord"), f"record-{chance.randrange(number)}")
        decide(str(number), record, "onRecord", "title-abstract")
        if chance.random() < 0.3:
            say(f"retrieval-{number}", RDF_TYPE, evi("Retrieval"))
            say(f"retrieval-{number}", evi("onRecord"), record)
            got = ox.Literal(chance.choice(("true", "false")), datatype=ox.NamedNode(XSD + "boolean"))
            say(f"retrieval-{number}", evi("retrieved"), got)
        if chance.random() < 0.6:
            say(record, evi("describes"), f"publication-{chance.randrange(size)}")
    for number in range(size):
        say(f"publication-{number}", RDF_TYPE, evi("Publication"))
        say(f"study-{number}", RDF_TYPE, evi("Study"))
        say(f"publication-{chance.randrange(size)}", evi("reports"), f"study-{number}")
        decide(str(number), f"study-{number}", "onStudy", "full-text")
    return quads


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1_000_000))
def test_the_numbers_of_any_review_add_up(seed: int) -> None:
    """Each stage is the next and what left, whatever people decided and however records were merged."""
    flow = flow_of("invented", invented(seed))
    numbers, lists = counts(flow), boxes(flow)
    for mark in ("", "other:") if len(flow.routes) > 1 else ("",):

        def of(id: str, mark: str = mark) -> set[str]:
            return set(lists[mark + id].members or ()) if mark + id in lists else set()

        parts = [box for box in lists.values() if box.id.startswith(f"{mark}identified:")]
        assert sum(part.count or 0 for part in parts) == len(of("identified"))
        if f"{mark}screened" in numbers:
            assert of("identified") == of("duplicates") | of("screened") | of("unscreened")
            assert not of("duplicates") & (of("screened") | of("unscreened"))
            assert of("screened-out") | of("undecided") <= of("screened")
            assert of("sought") == of("not-retrieved") | of("pending") | (of("assessed") - of("unsought"))
            assert not of("not-retrieved") & of("assessed")
        if f"{mark}assessed" in numbers:
            assert of("excluded") | of("open") <= of("assessed")
            reasons = [box for box in lists.values() if box.id.startswith(f"{mark}excluded:")]
            assert sum(box.count or 0 for box in reasons) == len(of("excluded"))
            included = of("assessed") - of("excluded") - of("open")
            assert included <= set(lists["included-reports"].members or ())
    for id, box in lists.items():
        assert flow.members(id) == box.members
        assert box.members is None or list(box.members) == sorted(box.members)
    assert to_mermaid(flow).startswith("flowchart TD\n")
    assert draw_flow(flow).svg.count("<rect") > 8


def test_an_empty_graph_reports_nothing() -> None:
    """No number at all, not a single 0."""
    assert counts(flow_of("empty", [])) == {}


def test_the_shipped_review_reports_what_is_recorded() -> None:
    """Of 20 judged studies 12 are in; how many records there were, nobody knows."""
    assert counts(count(evigraph.open())) == {
        "assessed": 20,
        "excluded": 8,
        "excluded:none": 8,
        "included": 12,
        "included-reports": 12,
    }
    table = once("flow")
    assert table.code == 0
    assert "identified" in table.out
    assert table.out.count("not reported") == 8


def test_a_way_in_without_records_reports_nothing(tmp_path: Path) -> None:
    """Where all came by mail, databases and registers have no 0."""
    made = own_review(tmp_path)
    add_records(made, [written(tmp_path, "a.ris", RIS)], Search("Letters", "other"))
    deduplicate(made)
    record_decisions(made, [Act("smith2010", "include", "Ann")])
    record_retrieval(made, "smith2010", "Ann", retrieved=True)
    numbers = counts(count(evigraph.open(made.folder.path)))
    main = {id for id in numbers if ":" not in id}
    assert main == {"assessed", "excluded", "included", "included-reports"}
    others = {id: n for id, n in numbers.items() if id.startswith("other:") and "identified" not in id}
    assert others == {
        "other:duplicates": 0,
        "other:screened": 1,
        "other:screened-out": 0,
        "other:unscreened": 1,
        "other:sought": 1,
        "other:not-retrieved": 0,
        "other:pending": 1,
        "other:assessed": 0,
        "other:excluded": 0,
    }


@pytest.fixture
def review(tmp_path: Path) -> evigraph.Review:
    """A review that went all the way with five records of three sources."""
    made = own_review(tmp_path)
    embase = RIS.replace("Another trial", "A third thing altogether")
    mail = "TY  - JOUR\nAU  - Post, Pat\nTI  - What came by mail\nPY  - 1999\nER  - \n"
    for name, text, search in (
        ("a.ris", RIS, Search("PubMed", "database")),
        ("b.ris", embase, Search("Embase", "database")),
        ("c.ris", mail, Search("Letters", "other")),
    ):
        add_records(made, [written(tmp_path, name, text)], search)
    deduplicate(made)
    acts = [Act(key, "include", "Ann") for key in ("smith2010", "jones2011", "post1999")]
    record_decisions(made, [*acts, Act("jones2011-2", "exclude", "Ann")])
    record_retrieval(made, "jones2011", "Ann", retrieved=False)
    acts = [Act("smith2010", "include", "Ann", stage="full-text")]
    acts.append(Act("post1999", "exclude", "Ann", stage="full-text", rules=("1.2",)))
    record_decisions(made, acts)
    return evigraph.open(made.folder.path)


def test_a_review_is_followed_from_records_to_studies(review: evigraph.Review) -> None:
    """Every number as it was recorded, in both ways into the review."""
    assert {id: n for id, n in counts(count(review)).items() if "unsought" not in id} == {
        "identified": 4,
        "identified:embase": 2,
        "identified:pubmed": 2,
        "duplicates": 1,
        "screened": 3,
        "screened-out": 1,
        "sought": 2,
        "not-retrieved": 1,
        "assessed": 21,
        "excluded": 8,
        "excluded:none": 8,
        "other:identified": 1,
        "other:identified:letters": 1,
        "other:duplicates": 0,
        "other:screened": 1,
        "other:screened-out": 0,
        "other:sought": 1,
        "other:not-retrieved": 0,
        "other:assessed": 1,
        "other:excluded": 1,
        "other:excluded:1.2": 1,
        "included": 13,
        "included-reports": 13,
    }


def test_every_number_can_be_asked_for_its_list(review: evigraph.Review) -> None:
    """One key a line, as many as the number says."""
    at = ("--review", str(review.folder.path), "flow")
    assert run(*at, "--list", "duplicates").out == "smith2010-2\n"
    assert run(*at, "--list", "other:excluded:1.2").out == "post1999\n"
    unreported = run(*at, "--list", "ineligible")
    assert (unreported.code, unreported.out, unreported.err) == (0, "", "ineligible: not reported\n")
    wrong = run(*at, "--list", "exclude")
    assert (wrong.code, "did you mean" in wrong.err) == (2, True)
    with pytest.raises(UnknownNameError):
        count(review).members("nothing")


def test_each_format_has_all_numbers(review: evigraph.Review, tmp_path: Path) -> None:
    """Table, JSON, CSV, Mermaid, SVG and PNG; not reported is null in JSON and words elsewhere."""
    at = ("--review", str(review.folder.path), "flow")
    document = json.loads(run(*at, "--format", "json").out)
    assert document == count(review).to_dict()
    main = {box["id"]: box for box in document["routes"]["databases and registers"]}
    assert (main["identified"]["count"], main["removed"]["count"]) == (4, None)
    rows = run(*at, "--format", "csv").out.splitlines()
    assert rows[0] == "id,route,label,count,deduced"
    assert "removed,databases and registers,Records removed for other reasons,not reported," in rows
    mermaid = run(*at, "--format", "mermaid").out
    assert "PubMed, database (n = 2)" in mermaid
    svg = run(*at, "--format", "svg").out
    for words in (
        "via databases and registers",
        "via other methods",
        "Records identified (n = 4):",
        "Included",
    ):
        assert words in svg
    ran = run(*at, "--format", "png", "-o", str(tmp_path / "flow.png"))
    assert ran.code == 0
    assert (tmp_path / "flow.png").read_bytes().startswith(b"\x89PNG")
    assert run(*at, "--format", "svg").out == svg


def test_words_of_sources_are_no_markup(tmp_path: Path) -> None:
    """Whatever a source is called, the drawing is well-formed, and Mermaid sees no bracket of its own."""
    review = own_review(tmp_path)
    add_records(review, [written(tmp_path, "a.ris", RIS)], Search('<b>"&"</b> `x`', "database"))
    flow = count(evigraph.open(review.folder.path))
    assert "&lt;b&gt;" in draw_flow(flow).svg
    assert "#lt;b#gt;#quot;&#quot;#lt;/b#gt; #96;x#96;" in to_mermaid(flow)
