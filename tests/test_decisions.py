"""Decisions of people: each act kept, differences seen and settled, records that become studies."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
from evigraph.citations.catalogue import publications
from evigraph.decisions.agreement import conflicts
from evigraph.decisions.recording import DECISIONS, Act, record_decisions, record_retrieval
from evigraph.decisions.standing import How, current, given, retrievals, standings
from evigraph.decisions.table import read_acts
from evigraph.described import Described
from evigraph.errors import InputError, UnknownNameError
from evigraph.records.importing import Search, add_records
from evigraph.records.promotion import REPORTS
from evigraph.records.stored import records_in
from evigraph.terms import IDENTIFIER, PROV, RDF_TYPE, evi
from tests.commands import digest_of_the_review, run
from tests.records import RIS, own_review, written

SMITH = "smith2010"


@pytest.fixture
def review(tmp_path: Path) -> evigraph.Review:
    """A review with two records that nobody judged."""
    made = own_review(tmp_path)
    add_records(made, [written(tmp_path, "a.ris", RIS)], Search("PubMed", "database"))
    return reopened(made)


def reopened(review: evigraph.Review) -> evigraph.Review:
    """The review as it is now on disk."""
    return evigraph.open(review.folder.path)


def said(review: evigraph.Review) -> Described:
    """What the review says now."""
    return Described(reopened(review).folder.graph)


def file_bytes(review: evigraph.Review) -> dict[str, bytes]:
    """All files of the graph."""
    return {str(path): path.read_bytes() for path in review.folder.path.glob("graph/**/*.t*")}


def test_an_act_is_a_node_with_person_time_and_criteria(review: evigraph.Review) -> None:
    """A decision has its judgement, which names the version of the criteria; the review stays usable."""
    done = record_decisions(
        review, [Act(SMITH, "exclude", "Ann", rules=("1.2",), note="dull", date="2026-11-20")]
    )
    assert (done.new, done.revised, done.unchanged, done.people) == (1, 0, 0, ("Ann",))
    now = said(review)
    (one,) = [one for one in given(now) if one.stage == "title-abstract"]
    assert (one.answer, one.note) == ("exclude", "dull")
    (rule,) = one.rules
    assert now.text(ox.NamedNode(rule), IDENTIFIER) == "1.2"
    act = now.iri(ox.NamedNode(one.iri), ox.NamedNode(PROV + "wasGeneratedBy"))
    assert now.text(act, ox.NamedNode(PROV + "endedAtTime")) == "2026-11-20T00:00:00"
    assert len(now.text(act, evi("criteriaVersion"))) == 64
    assert reopened(review).check().conforms


def test_the_version_follows_the_shapes(review: evigraph.Review) -> None:
    """Whoever judges after a shape changed, judged by other criteria."""
    record_decisions(review, [Act(SMITH, "exclude", "Ann")])
    shape = review.folder.path / "shapes/criteria/eligible-design.ttl"
    shape.write_text(shape.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    record_decisions(review, [Act("jones2011", "exclude", "Ann")])
    now = said(review)
    versions = {now.text(act, evi("criteriaVersion")) for act in now.of_class(evi("Judgement"))}
    assert len(versions) == 2


def test_the_same_again_changes_no_byte(review: evigraph.Review) -> None:
    """Neither a decision nor its time is written anew; not even once the record is a study too."""
    for _ in range(2):
        done = record_decisions(review, [Act(SMITH, "include", "Ann"), Act("jones2011", "unsure", "Ann")])
        before = file_bytes(review)
    assert (done.new, done.revised, done.unchanged, done.paths) == (0, 0, 2, ())
    assert file_bytes(review) == before


def test_a_later_answer_revises_and_keeps_the_earlier(review: evigraph.Review) -> None:
    """What the person says last counts; both stay in the graph."""
    record_decisions(review, [Act(SMITH, "unsure", "Ann")])
    done = record_decisions(review, [Act(SMITH, "exclude", " ann ", reason="an essay")])
    assert (done.new, done.revised, done.people) == (0, 1, ())
    here = [one for one in given(said(review)) if "/record/" in one.on]
    assert sorted(one.answer for one in here) == ["exclude", "unsure"]
    (last,) = current(here)
    assert (last.answer, last.reason) == ("exclude", "an essay")


def test_an_included_record_becomes_a_report_of_a_study(review: evigraph.Review) -> None:
    """Publication, authors and study come to be, under one key; a second decision makes no second study."""
    done = record_decisions(review, [Act(SMITH, "include", "Ann")])
    assert done.studies == (SMITH,)
    fresh = reopened(review)
    assert SMITH in fresh.studies
    assert fresh.check().conforms
    now = said(review)
    (publication,) = now.having(evi("reports"), evi("hasContribution"))[-1:]
    assert now.text(publication, evi("containerTitle")) == "Journal of Groups"
    record_decisions(review, [Act(SMITH, "include", "Bob", stage="title-abstract")])
    assert len(reopened(review).studies) == len(fresh.studies)
    verdict = fresh.screen([SMITH])[SMITH]
    assert verdict.outcome == "cannot tell"


def test_a_record_of_a_known_publication_is_no_new_study(review: evigraph.Review, tmp_path: Path) -> None:
    """The shipped study is found by the title, year and author of its report."""
    known = {node.value for node in said(review).having(evi("reports")) if isinstance(node, ox.NamedNode)}
    found = next(p for p in publications(said(review)) if p.iri in known and p.title_key)
    lines = ["TY  - JOUR", *(f"AU  - {name}" for name in found.authors), f"TI  - {found.title}"]
    path = written(tmp_path, "b.ris", "\n".join([*lines, f"PY  - {found.year}", "ER  - ", ""]))
    before = {record.iri for record in records_in(review.folder.graph)}
    assert add_records(review, [path]).kept == 1
    (new,) = {record.iri for record in records_in(reopened(review).folder.graph)} - before
    done = record_decisions(review, [Act(new, "include", "Ann")])
    assert done.studies == ()
    assert (review.folder.path / REPORTS).read_text(encoding="utf-8").count("evi:describes") == 1


def test_one_study_can_have_several_reports(review: evigraph.Review) -> None:
    """A record that is called a report of a study begins no other."""
    record_decisions(review, [Act(SMITH, "include", "Ann")])
    done = record_decisions(review, [Act("jones2011", "include", "Ann", study=SMITH)])
    assert done.studies == ()
    now = said(review)
    study = ox.NamedNode("https://w3id.org/evigraph/review/mutual-help/study/smith2010")
    assert len([p for p in now.having(evi("reports")) if study in now.values(p, evi("reports"))]) == 2
    with pytest.raises(InputError, match="--study is for records"):
        record_decisions(review, [Act(SMITH, "include", "Ann", stage="full-text", study=SMITH)])


def test_the_stage_goes_without_saying_only_where_it_does(review: evigraph.Review) -> None:
    """A study alone is read in full, a record alone is not, and what is both has to be said."""
    record_decisions(review, [Act("bright1999", "include", "Ann"), Act(SMITH, "include", "Ann")])
    stages = {one.on.rpartition("/")[2]: one.stage for one in given(said(review)) if "ann" in one.people[0]}
    assert stages == {"bright1999": "full-text", SMITH: "title-abstract"}
    with pytest.raises(InputError, match="say what was read"):
        record_decisions(review, [Act(SMITH, "exclude", "Ann")])
    with pytest.raises(InputError, match="not known as a report"):
        record_decisions(review, [Act("jones2011", "include", "Ann", stage="full-text")])
    with pytest.raises(UnknownNameError, match="no record 'bright1999'"):
        record_decisions(review, [Act("bright1999", "include", "Ann", stage="title-abstract")])


def test_an_exclusion_of_a_full_text_names_its_rule(review: evigraph.Review) -> None:
    """None, an unknown one, and one for an inclusion are refused with what to do."""
    for act, why in (
        (Act("bright1999", "exclude", "Ann"), "say which rule it fails.* known are 1, 1.1, 1.2"),
        (Act("bright1999", "exclude", "Ann", rules=("1.99",)), "no rule '1.99': did you mean 1.9"),
        (Act("bright1999", "include", "Ann", rules=("1.1",)), "only an exclusion fails one"),
        (Act("bright1999", "maybe", "Ann"), "no answer 'maybe'"),
        (Act("bright1999", "exclude", "  ", rules=("1.1",)), "names nobody"),
        (Act("bright1999", "include", "Ann", date="soon"), "'soon' is no day or time"),
        (Act("brigth1999", "include", "Ann"), "did you mean bright1999"),
        (Act("bright1999", "include", "Ann", stage="abstract"), "no stage 'abstract'"),
    ):
        before = file_bytes(review)
        with pytest.raises(InputError, match=why):
            record_decisions(review, [act])
        assert file_bytes(review) == before


def test_people_may_differ_until_it_is_settled(review: evigraph.Review) -> None:
    """A conflict is listed with who said what and why; the settlement counts, and all acts are kept."""
    record_decisions(review, [Act(SMITH, "include", "Ann"), Act(SMITH, "exclude", "Bob", rules=("1.2",))])
    (one,) = conflicts(reopened(review))
    assert (one.key, one.stage) == (SMITH, "title-abstract")
    assert one.answers == (("Ann", "include", ""), ("Bob", "exclude", "1.2"))
    assert SMITH not in reopened(review).studies
    done = record_decisions(review, [Act(SMITH, "include", "Cy")], settle=True)
    assert done.studies == (SMITH,)
    assert conflicts(reopened(review)) == []
    standing = standings(given(said(review)))
    (how,) = [one for (on, _), one in standing.items() if on.endswith("record/smith2010")]
    assert (how.how, how.answer, len(how.decisions)) == (How.SETTLED, "include", 3)
    with pytest.raises(InputError, match="nothing to settle at title-abstract; nobody has decided"):
        record_decisions(review, [Act("jones2011", "include", "Cy")], settle=True)
    again = record_decisions(review, [Act(SMITH, "include", "Cy", stage="title-abstract")], settle=True)
    assert (again.new, again.unchanged) == (0, 1)


def test_a_table_is_taken_whole_or_not_at_all(review: evigraph.Review, tmp_path: Path) -> None:
    """Every fault is named by its line; with one, nothing is written; the same table twice adds nothing."""
    head = "key,answer,by,rule,note\n"
    bad = written(tmp_path, "bad.csv", head + "smith2010,include,Ann,,\nnobody,exclude,,,\n,exclude,,,\n")
    before = file_bytes(review)
    with pytest.raises(InputError, match=r"bad\.csv:4: the cell under 'key' is empty"):
        record_decisions(review, read_acts(bad, Act("", "", "Bob")))
    two = written(tmp_path, "two.csv", head + "nobody,include,,,\nsmith2010,perhaps,,,\n")
    with pytest.raises(InputError, match=r"two\.csv:2: no record or study.*two\.csv:3: no answer"):
        record_decisions(review, read_acts(two, Act("", "", "Bob")))
    assert file_bytes(review) == before
    text = '\ufeffkey;answer;by;rule;note\r\nsmith2010;exclude;Ann;1.1 1.2;"a\r\nb"\r\n'
    text += "\r\njones2011;INCLUDE;;;\r\n"
    good = written(tmp_path, "good.csv", text)
    done = record_decisions(review, read_acts(good, Act("", "", "Bob")))
    assert (done.new, done.people, done.studies) == (2, ("Ann", "Bob"), ("jones2011",))
    again = record_decisions(review, read_acts(good, Act("", "", "Bob")))
    assert (again.new, again.unchanged, again.paths) == (0, 2, ())
    ann = next(one for one in given(said(review)) if one.people[0].endswith("person/ann"))
    assert (len(ann.rules), ann.note) == (2, "a\r\nb")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the file is empty"),
        ("answer\n", ":1: has no column 'key'; it needs key, answer"),
        ("key,anser\n", "no column 'anser': did you mean answer"),
        ("key,key,answer\n", "has the column 'key' twice"),
        ("key,answer\na,b,c\n", r":2: has 3 cells under 2 columns"),
        ('key,answer\n"a,b\n', "is no table"),
        (b"key,answer\n\xff,b\n", r":2:1: not UTF-8 \(byte 0xFF\)"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, text: str | bytes, why: str) -> None:
    """With the place and what to do."""
    with pytest.raises(InputError, match=why):
        list(read_acts(written(tmp_path, "d.csv", text), Act("", "", "Ann")))


def test_the_last_try_at_a_full_text_counts(review: evigraph.Review) -> None:
    """Not got, then got; both are kept."""
    record_retrieval(review, SMITH, "Ann", retrieved=False, date="2026-11-01", note="no copy")
    assert list(retrievals(said(review)).values()) == [False]
    record_retrieval(review, SMITH, "Ann", retrieved=True, date="2026-11-02")
    assert list(retrievals(said(review)).values()) == [True]
    assert len(said(review).of_class(evi("Retrieval"))) == 2
    assert reopened(review).check().conforms


def test_the_commands_judge_and_tell(review: evigraph.Review, tmp_path: Path) -> None:
    """decide, conflicts, settle and retrieve, as a person types them."""
    at = ("--review", str(review.folder.path))
    ran = run(*at, "decide", SMITH, "include", env={"EVIGRAPH_BY": "Ann"})
    assert (ran.code, ran.out) == (0, "decisions 1: new 1, revised 0, unchanged 0\n")
    assert "new study: smith2010" in ran.err
    ran = run(*at, "decide", SMITH, "exclude", "--by", "Bob", "--stage", "title-abstract", "--reason", "old")
    assert ran.code == 0
    ran = run(*at, "conflicts")
    assert ran.code == 1
    assert "Ann: include, Bob: exclude (old)" in ran.out
    rows = json.loads(run(*at, "conflicts", "--format", "json").out)
    assert rows[0]["answers"][1] == {"by": "Bob", "answer": "exclude", "because": "old"}
    assert (
        run(*at, "conflicts", "--format", "csv").out.splitlines()[1]
        == "smith2010,title-abstract,Ann,include,"
    )
    ran = run(*at, "settle", SMITH, "include", "--by", "Cy", "--stage", "title-abstract")
    assert (ran.code, run(*at, "conflicts").out) == (0, "0 to settle\n")
    ran = run(*at, "retrieve", SMITH, "--not", "--by", "Ann")
    assert (ran.code, ran.out) == (0, "smith2010: full text not retrieved\n")
    table = written(tmp_path, "d.csv", "key,answer\njones2011,exclude\n")
    ran = run(*at, "decide", "--from", str(table), "--by", "Ann", "--dry-run")
    assert "would be written" in ran.err
    assert run(*at, "decide", "--from", str(table), "--by", "Ann").code == 0
    assert run(*at, "decide", "--from", str(table), "--by", "Ann").err.count("nothing new") == 1
    assert run(*at, "decide", SMITH).code == 2
    assert run(*at, "decide", SMITH, "include", "--from", str(table)).code == 2


def test_the_shipped_review_is_not_judged_by_users() -> None:
    """Without --review nothing is written, and the message says what to do."""
    before = digest_of_the_review()
    for command in (
        ("decide", "bright1999", "include"),
        ("settle", "bright1999", "include"),
        ("retrieve", "bright1999"),
    ):
        ran = run(*command, "--by", "Ann")
        assert (ran.code, "--review DIR" in ran.err) == (2, True)
    assert digest_of_the_review() == before


def test_decisions_that_stand_in_files_are_taken(tmp_path: Path) -> None:
    """Those of Rayyan name who gave them; a reason that is a criterion becomes one; others need --by."""
    review = own_review(tmp_path)
    at = ("--review", str(review.folder.path))
    note = 'RAYYAN-INCLUSION: {"Ann"=>"Excluded", "Bob"=>"Included"} | RAYYAN-EXCLUSION-REASONS: wrong design'
    text = RIS.replace("DO  - 10.5555/groups.1", f"DO  - 10.5555/groups.1\nN1  - {note}")
    path = written(tmp_path, "rayyan.ris", text)
    ran = run(*at, "add", str(path))
    assert ran.out.splitlines() == [
        "read 2, kept 2, merged 0, refused 0",
        "decisions 2: new 2, revised 0, unchanged 0",
    ]
    here = [one for one in given(said(review)) if "/record/" in one.on]
    assert {one.answer for one in here} == {"include", "exclude"}
    assert run(*at, "add", str(path)).out.splitlines()[1] == "decisions 2: new 0, revised 0, unchanged 2"
    labelled = "title,abstract,asreview_label_included\nA title,An abstract,1\nOther title,Abstract,0\n"
    labels = written(tmp_path, "labels.csv", labelled)
    ran = run(*at, "add", str(labels))
    assert "2 of 2 decisions in the files name nobody" in ran.err
    ran = run(*at, "add", str(labels), "--by", "Cy")
    assert ran.out.splitlines() == [
        "read 2, kept 0, merged 2, refused 0",
        "decisions 2: new 2, revised 0, unchanged 0",
    ]
    assert reopened(review).check().conforms


def test_decisions_have_a_file_of_their_own(review: evigraph.Review) -> None:
    """In canonical form, so that two people's changes can be merged by line."""
    record_decisions(review, [Act(SMITH, "unsure", "Ann")])
    path = review.folder.path / DECISIONS
    before = path.read_bytes()
    record_decisions(review, [Act("jones2011", "unsure", "Ann")])
    after = path.read_bytes()
    assert set(before.splitlines()) <= set(after.splitlines())
    assert (RDF_TYPE, evi("Decision")) in {(q.predicate, q.object) for q in reopened(review).folder.graph}
