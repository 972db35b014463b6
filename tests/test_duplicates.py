"""Duplicates: what is merged unasked and what never is, why, and taken back without a trace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evigraph
from benchmarks.duplicates import judge, known
from evigraph.duplicates.features import features, pairs
from evigraph.duplicates.matching import Found, find
from evigraph.duplicates.merging import MERGES, deduplicate, merge, merges, tell_apart, undo
from evigraph.errors import InputError, UnknownNameError
from evigraph.records.importing import Search, add_records
from evigraph.records.stored import Item, Record, item_text, records_in
from tests.commands import run
from tests.records import RIS, own_review, written

WORK: Item = {
    "type": "article-journal",
    "title": "Mutual help groups for bereavement among widows in Norway",
    "author": [{"family": "Smith", "given": "J."}],
    "issued": {"date-parts": [[2010]]},
    "volume": "3",
    "page": "10-20",
}


def record(name: str, **changes: object) -> Record:
    """The work as a source has it; what is None is left out."""
    item = {key: value for key, value in {**WORK, **changes}.items() if value is not None}
    return Record(
        f"https://example.org/record/{name}", name, "https://example.org/s", "line 1", item_text(item)
    )


def found_in(*records: Record) -> Found:
    """What is found among records."""
    return find(records)


def year(number: int) -> object:
    """A year of the Citation Style Language."""
    return {"date-parts": [[number]]}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"DOI": "10.5555/a", "title": "Mutual help groups for bereavement"}, "same DOI 10.5555/a"),
        ({"title": WORK["title"].upper() + ".", "page": None}, "same title"),
        ({"title": WORK["title"].replace("widows", "widwos")}, "titles 9[0-9] % alike"),
        ({"title": WORK["title"] + ": a randomised trial of ten groups"}, "same first author"),
        ({"issued": year(2011), "page": "10"}, "years 2010 and 2011"),
        ({"author": [{"literal": "J. Smith"}]}, "same first author"),
    ],
)
def test_what_is_one_publication_is_merged_and_says_why(changes: dict[str, object], why: str) -> None:
    """However the sources print it."""
    found = found_in(record("a", DOI="10.5555/a"), record("b", **changes))
    assert [len(group) for group in found.groups] == [2]
    (match,) = found.matches
    pytest.importorskip("re").search(why, match.reason) or pytest.fail(match.reason)
    assert found.doubtful == ()


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ({"DOI": "10.5555/b"}, "different DOIs: 10.5555/a and 10.5555/b"),
        ({"title": f"Erratum: {WORK['title']}"}, "one is a correction, a reply or the like"),
        ({"title": f"{WORK['title']} part 2"}, "the numbers in the titles differ"),
        ({"title": f"{WORK['title']} II"}, "the numbers in the titles differ"),
        ({"author": [{"family": "Jones"}]}, "the first authors differ"),
        ({"issued": year(2015)}, "the years differ"),
        ({"volume": "4", "page": "99"}, "volume and first page differ"),
        ({"DOI": "10.5555/a", "title": "Something else altogether, on fish"}, "the titles are"),
    ],
)
def test_what_only_looks_alike_is_left_to_a_person(changes: dict[str, object], doubt: str) -> None:
    """Nothing is merged, and the doubt is said."""
    found = found_in(record("a", DOI="10.5555/a"), record("b", **changes))
    assert found.groups == ()
    (match,) = found.doubtful
    assert doubt in match.doubt


def test_what_has_little_in_common_is_not_even_proposed() -> None:
    """Other works of the author, and works without a title, are left alone."""
    other = record("b", title="A survey of members of a club for gardening in Wales")
    untitled = [record(name, title=None) for name in "cd"]
    assert found_in(record("a"), other, *untitled) == Found((), (), ())


def test_different_dois_are_not_merged_by_way_of_a_third() -> None:
    """A record without DOI goes to one of the two; then the other is told to be different."""
    found = found_in(record("a", DOI="10.5555/a"), record("b"), record("c", DOI="10.5555/c"))
    assert [len(group) for group in found.groups] == [2]
    assert all("different DOIs" in match.doubt for match in found.doubtful)
    assert len(found.doubtful) == 1


def test_a_short_title_says_too_little() -> None:
    """Two papers called Depression of one author in one year may be two."""
    short = {"title": "Depression", "volume": None, "page": None}
    found = found_in(record("a", **short), record("b", **short))
    assert (found.groups, found.doubtful[0].doubt) == ((), "the title is short")


def test_what_a_person_said_holds() -> None:
    """Records told apart are not merged, nor proposed; those merged before stay with what stands for them."""
    a, b, c = record("a"), record("b"), record("c")
    assert find([a, b], apart=[frozenset((a.iri, b.iri))]) == Found((), (), ())
    found = find([a, b, c], apart=[frozenset((a.iri, b.iri))])
    assert [len(group) for group in found.groups] == [2]
    kept = find([a, b, c], merged={a.iri: b.iri})
    assert kept.groups[0][0] == b.iri
    assert find([a, b], preferred=[b.iri]).groups == ((b.iri, a.iri),)


def test_the_fullest_record_stands() -> None:
    """One with identifiers and abstract before one without."""
    full = record("b", PMID="12345", abstract="We asked.")
    assert found_in(record("a"), full).groups[0][0] == full.iri


def test_known_duplicates_are_found() -> None:
    """On 3,000 invented records whose duplicates are known, at another chance than the benchmark's."""
    scores = judge(known(3000, seed=41))
    assert scores["precision"] > 0.99
    assert scores["recall"] > 0.97
    assert scores["proposed"] < 600


def test_no_pair_is_merged_that_has_different_dois() -> None:
    """In none of the groups of the invented records."""
    data = known(2000, seed=5)
    by_iri = (
        {one.iri: one for one in map(features, data.records) for one in [one] for one.iri in [one.record.iri]}
        if False
        else {r.iri: features(r) for r in data.records}
    )
    for group in find(data.records).groups:
        assert len({by_iri[iri].doi for iri in group} - {""}) <= 1
        assert len({by_iri[iri].pmid for iri in group} - {""}) <= 1


def test_the_work_does_not_grow_with_the_square() -> None:
    """A thousand papers of one author in one year are compared along their order."""
    many = [features(record(f"r{n}", title=f"{n:05} papers on fish")) for n in range(1000)]
    compared = set(pairs(many))
    assert len(compared) < 200_000
    assert (0, 1) in compared


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "title": st.one_of(st.text(max_size=40), st.just(WORK["title"])),
                "DOI": st.sampled_from(["10.5555/a", "10.5555/b", "nonsense"]),
                "PMID": st.sampled_from(["1", "2"]),
                "page": st.text(max_size=6),
                "volume": st.integers(),
                "author": st.lists(
                    st.dictionaries(st.sampled_from(["family", "literal"]), st.text(max_size=5)), max_size=2
                ),
                "issued": st.just(year(1999)),
            },
        ),
        max_size=8,
    )
)
def test_whatever_records_say_they_are_grouped(items: list[Item]) -> None:
    """No error; no record in two groups; a match within each group; the same again when asked again."""
    records = [Record(f"r:{n}", f"r{n}", "s:1", "line 1", item_text(item)) for n, item in enumerate(items)]
    found = find(records)
    members = [iri for group in found.groups for iri in group]
    assert len(members) == len(set(members))
    assert len(found.matches) == sum(len(group) - 1 for group in found.groups)
    assert find(records) == found


@pytest.fixture
def review(tmp_path: Path) -> evigraph.Review:
    """A review with two records that are one publication, from two sources, and two others."""
    made = own_review(tmp_path)
    again = RIS.replace("DO  - 10.5555/groups.1\n", "").replace("A trial of groups", "A TRIAL of groups.")
    add_records(made, [written(tmp_path, "a.ris", RIS)], Search("PubMed", "database"))
    other = again.replace("Another trial", "Quite another thing, and long enough to be told")
    add_records(made, [written(tmp_path, "b.ris", other)], Search("Embase", "database"))
    return evigraph.open(made.folder.path)


def test_merging_keeps_every_record_and_undo_leaves_no_trace(review: evigraph.Review) -> None:
    """The file after undo is that before the merge; a second search changes nothing."""
    records = records_in(review.folder.graph)
    first = deduplicate(review, by="Ann")
    assert str(first) == "records 4, merged before 0, merged now 1 (1 by title), left 3; to look at 0"
    path = review.folder.path / MERGES
    merged = path.read_bytes()
    assert deduplicate(review).path is None
    assert path.read_bytes() == merged
    assert evigraph.open(review.folder.path).check().conforms
    assert records_in(evigraph.open(review.folder.path).folder.graph) == records
    (one,) = merges(review)
    assert one[:3] == ("smith2010-2", "smith2010", "title")
    _, freed = undo(review, "smith2010")
    assert freed == ["smith2010-2"]
    assert merges(review) == []
    assert deduplicate(review, by="Ann").merged == first.merged
    with pytest.raises(InputError, match="nothing to take back"):
        undo(review, "jones2011")
    with pytest.raises(UnknownNameError, match="did you mean jones2011"):
        undo(review, "jones2010")


def test_a_person_merges_and_tells_apart(review: evigraph.Review) -> None:
    """Told apart, records are not merged again; merged, they are no longer told apart."""
    deduplicate(review)
    tell_apart(review, ["smith2010", "smith2010-2"], "Ann")
    assert (merges(review), deduplicate(review).merged) == ([], ())
    with pytest.raises(InputError, match="told apart before"):
        tell_apart(review, ["smith2010", "smith2010-2"], "Ann")
    with pytest.raises(InputError, match="name two different records"):
        tell_apart(review, ["smith2010", "smith2010"], "Ann")
    merge(review, ["smith2010", "smith2010-2", "jones2011"], "Bob", "I asked the author")
    assert {(one[0], one[2], one[3]) for one in merges(review)} == {
        ("smith2010-2", "person", "I asked the author"),
        ("jones2011", "person", "I asked the author"),
    }
    with pytest.raises(InputError, match="are one record already"):
        merge(review, ["smith2010", "smith2010-2"], "Bob")
    fresh = evigraph.open(review.folder.path)
    assert fresh.check().conforms
    assert b"Distinction" not in (review.folder.path / MERGES).read_bytes()


def test_the_command_finds_lists_and_takes_back(review: evigraph.Review) -> None:
    """As a person types it; nothing is written by --list and --dry-run."""
    at = ("--review", str(review.folder.path), "dedupe")
    path = review.folder.path / MERGES
    ran = run(*at, "--dry-run")
    assert (ran.code, "smith2010-2" in ran.out, path.exists()) == (0, True, False)
    assert run(*at, "--list", "doubtful").err == "none\n"
    assert not path.exists()
    ran = run(*at)
    assert ran.out.startswith("records 4, merged before 0, merged now 1")
    rows = json.loads(run(*at, "--list", "merged", "--format", "json").out)
    assert rows[0]["stands_for_it"] == "smith2010"
    assert (
        run(*at, "--list", "merged", "--format", "csv").out.splitlines()[0]
        == "duplicate,stands for it,by,why"
    )
    assert run(*at, "--undo", "smith2010-2").out == "taken back: smith2010-2\n"
    assert run(*at, "--apart", "smith2010", "smith2010-2", "--by", "Ann").code == 0
    assert run(*at, "--merge", "smith2010", "jones2011", "--by", "Ann").code == 0
    assert "nothing new" in run(*at).err
    for wrong in (("smith2010",), ("--merge",), ("--undo", "smith2010", "jones2011")):
        assert run(*at, *wrong).code == 2
    assert run("dedupe").code == 2
