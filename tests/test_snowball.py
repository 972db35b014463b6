"""Snowballing from the included studies, and the overlap of reviews."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import evigraph
from evigraph.citations.importing import add_citations
from evigraph.citations.overlaps import Area, overlap
from evigraph.citations.snowball import add_candidates, snowball
from evigraph.errors import InputError, UnknownNameError
from evigraph.review import Review
from tests.citation_reviews import FILES, bytes_below, including, invented
from tests.commands import ROOT, run


@pytest.fixture
def review(tmp_path: Path) -> Review:
    """The invented review with the citations of four of the files."""
    made = invented(tmp_path / "review")
    add_citations(
        made, [FILES / n for n in ("crossref.json", "semantic-scholar.json", "csl.json", "openalex.jsonl")]
    )
    return Review(made.folder.path)


def test_works_that_several_included_studies_cite_come_first(review: Review) -> None:
    """Three studies cite one work and two are cited by another; each says by which."""
    found = snowball(review)
    assert [(f.key, f.cited_by, f.cites) for f in found] == [
        ("elm1990", ("ash2001", "birch2002", "cedar2003"), ()),
        ("fir2008", (), ("ash2001", "birch2002")),
        ("fir2012", (), ("ash2001", "birch2002")),
    ]
    assert found[0].reason == "cited by ash2001, birch2002, cedar2003"
    assert (found.studies, found.basis) == (("ash2001", "birch2002", "cedar2003"), "recorded decisions")
    assert (found.listed, found.cited) == (3, 3)


def test_direction_start_and_number_are_choices(review: Review) -> None:
    """Backward or forward alone, from studies by name, with one study enough, or the first alone."""
    assert [f.key for f in snowball(review, ["backward"])] == ["elm1990"]
    assert [f.key for f in snowball(review, ["forward"])] == ["fir2008", "fir2012"]
    assert [f.key for f in snowball(review, top=1)] == ["elm1990"]
    found = snowball(review, ["backward"], ["cedar2003"], least=1)
    assert [f.key for f in found] == ["doi-10-5555-gorse-1995", "elm1990"]
    assert snowball(review, start=["all"]).studies == ("ash2001", "birch2002", "cedar2003", "doum2004")
    with pytest.raises(UnknownNameError, match="did you mean cedar2003"):
        snowball(review, start=["ceder2003"])


def test_studies_of_the_review_and_its_own_article_are_not_found(review: Review) -> None:
    """Cedar's study is cited, an excluded one too, and the article cites; none of them is news."""
    keys = {f.key for f in snowball(review, start=["all"], least=1)}
    assert keys & {"ash2001", "birch2002", "cedar2003", "doum2004", "reviewer2010"} == set()
    assert keys


def test_candidates_are_publications_with_a_reason_and_no_studies(review: Review) -> None:
    """Marked once, listed as candidates afterwards, and a second time changes nothing."""
    path, new = add_candidates(review, snowball(review))
    assert (path.name, new) == ("candidates.ttl", 3)
    after = Review(review.folder.path)
    assert after.studies == review.studies
    assert list(after.check(after.folder.files("graph"))) == []
    assert {f.standing for f in snowball(after)} == {"candidate"}
    before = bytes_below(review.folder.path)
    assert add_candidates(after, snowball(after)) == (path, 0)
    assert bytes_below(review.folder.path) == before


def test_the_shipped_review_can_tell_nothing_and_says_so() -> None:
    """Its studies have no reference lists recorded; that is no empty answer."""
    ran = run("snowball")
    assert ran.code == 1
    assert ran.out.startswith(
        "nothing can be told: no reference lists and no citing works beside the review itself"
    )
    assert "12 studies (recorded decisions)" in ran.out
    assert json.loads(run("snowball", "--format", "json").out)["works"] == []
    assert run("snowball", "--add").code == 2


def test_the_command_adds_candidates(review: Review) -> None:
    """Rows as CSV on standard output, the file on standard error."""
    ran = run("--review", str(review.folder.path), "snowball", "--forward", "--add", "--format", "csv")
    assert ran.code == 0
    assert (
        ran.out.splitlines()[1]
        == '2,fir2008,2008,An invented later work,10.5555/fir.2008,,"cites ash2001, birch2002"'
    )
    assert "2 candidates, 2 of them new" in ran.err
    assert (review.folder.path / "graph" / "citations" / "candidates.ttl").is_file()


def test_corrected_covered_area_is_that_of_pieper(tmp_path: Path) -> None:
    """Three reviews of 4, 3 and 2 studies, 6 different ones: (9 - 6) / (6 * 3 - 6) is a quarter."""
    doi = 'dcterms:title "T" ; bibo:doi "10.5555/{}"'.format
    pmid = 'dcterms:title "T" ; bibo:pmid "7"'
    one = including(tmp_path / "1", "one", [("a", doi("a")), ("b", doi("B")), ("c", doi("c")), ("d", pmid)])
    two = including(tmp_path / "2", "two", [("x", doi("b")), ("y", doi("c")), ("e", doi("e"))])
    three = including(tmp_path / "3", "three", [("z", pmid), ("f", doi("f"))])
    found = overlap([one, two, three])
    assert found.overall == Area(("one", "two", "three"), inclusions=9, studies=6, shared=3)
    assert found.overall.cca == pytest.approx(0.25)
    assert found.overall.band == "very high"
    # (7 - 5) / (5 * 2 - 5), (6 - 5) / 5 and (5 - 5) / 5
    assert [area.cca for area in found.pairs] == pytest.approx([0.4, 0.2, 0.0])
    assert found.table() == (["one", "two", "three"], [["b", "x", ""], ["c", "y", ""], ["d", "", "z"]])
    assert found.basis == ("recorded decisions",) * 3
    assert len(found.to_csv().splitlines()) == 7
    reverse = overlap([three, two, one])
    assert reverse.overall.cca == found.overall.cca
    data = json.loads(found.to_json())
    assert data["overall"]["inclusions"] == sum(len(keys) for row in data["matrix"] for keys in row.values())


def test_a_study_without_identifiers_is_matched_by_title_year_and_author(tmp_path: Path) -> None:
    """The shipped review shares with a review that prints one of its titles otherwise."""
    said = (
        'dcterms:title "Professional and paraprofessional group treatments for depression: a comparison of '
        'cognitive-behavioral and mutual-support interventions." ; dcterms:issued '
        '"1999"^^<http://www.w3.org/2001/XMLSchema#gYear> ; evi:hasContribution n:c . '
        "n:c a evi:Contribution ; "
        'evi:contributionRole "author" ; evi:position 1 ; evi:madeBy n:b . n:b '
        '<http://www.w3.org/2000/01/rdf-schema#label> "Joyce I. Bright" . n:p-b a evi:Publication'
    )
    other = including(tmp_path / "1", "other", [("b", said)])
    found = overlap([evigraph.open(ROOT), other])
    assert (found.overall.inclusions, found.overall.studies) == (13, 12)
    assert found.table()[1] == [["bright1999", "b"]]


@pytest.mark.parametrize(
    ("inclusions", "band"),
    [
        (100, "slight"),
        (105, "slight"),
        (106, "moderate"),
        (110, "moderate"),
        (115, "high"),
        (116, "very high"),
    ],
)
def test_bands_are_those_of_pieper(inclusions: int, band: str) -> None:
    """Of two reviews with a hundred different studies."""
    assert Area(("a", "b"), inclusions, 100, 0).band == band


def test_without_studies_nothing_can_be_told() -> None:
    """No study is included: there is no area to cover."""
    assert Area(("a", "b"), 0, 0, 0).cca is None
    assert Area(("a", "b"), 0, 0, 0).band == "cannot tell"


def test_one_review_overlaps_with_none() -> None:
    """An overlap takes two."""
    with pytest.raises(InputError, match="two reviews or more"):
        overlap([evigraph.open()])
    assert run("overlap", ".").code == 2
