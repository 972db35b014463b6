"""One page on one study says what the fact pack, the verdicts and the claims say, and no more."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import evigraph
from evigraph.beginning import begin, update
from evigraph.documents import Marked, Table, words_of
from evigraph.errors import InputError, UnknownNameError
from evigraph.evidence.gaps import gaps
from evigraph.explaining import Explanation, explain
from evigraph.explaining.gathering import QUESTIONS
from tests import oracle
from tests.commands import copy_review, once, run
from tests.pages import require_whole

STUDIES = sorted({row["key"] for row in oracle.rows("study_facts")})
ODD = 'O\'Neil "2001" <x>|*`a b`&é'


@pytest.fixture(scope="module")
def explained(review: evigraph.Review) -> dict[str, Explanation]:
    """What there is to say of each study."""
    return {key: explain(review, key) for key in STUDIES}


@pytest.mark.parametrize("key", STUDIES)
def test_facts_are_those_of_the_fact_pack(explained: dict[str, Explanation], key: str) -> None:
    """Each once, with its part, property, value, basis, source, place and remark."""
    want = []
    for row in oracle.rows("study_facts"):
        if row["key"] == key:
            quad = oracle.statement_of(row)
            want.append(
                (
                    quad.subject.value,  # type: ignore[union-attr]  # an IRI
                    oracle.TERMS[row["property"]][0],
                    row["basis"],
                    row["source"],
                    row["note"],
                )
            )
    found = [
        (
            fact.subject,
            fact.property.name,
            fact.basis,
            ", ".join(filter(None, (fact.source_label, fact.locator))),
            fact.note,
        )
        for fact in explained[key].facts
    ]
    assert sorted(found) == sorted(want)


@pytest.mark.parametrize("key", STUDIES)
def test_values_are_printed_and_marked_as_in_the_fact_pack(
    explained: dict[str, Explanation], key: str
) -> None:
    """A concept by its name, all else letter for letter; deduced when no row has another basis."""
    rows = [row for row in oracle.rows("study_facts") if row["key"] == key]

    def name(row: oracle.Row) -> str:
        if row["property"] == "instrument":
            return f"instrument:{oracle.slug(row['value'])}"
        return f"concept:{row['value']}" if row["value_type"] == "concept" else row["value"]

    stated = {
        (oracle.subject_of(row), row["property"], row["value"]) for row in rows if row["basis"] != "deduced"
    }
    want = {
        (
            oracle.subject_of(row).value,
            oracle.TERMS[row["property"]][0],
            name(row),
            (oracle.subject_of(row), row["property"], row["value"]) not in stated,
        )
        for row in rows
    }
    found = {(f.subject, f.property.name, f.value.name, f.value.deduced) for f in explained[key].facts}
    assert found == want


@pytest.mark.parametrize("trust", ["stated", "deduced"])
@pytest.mark.parametrize("key", ["bright1999", "tudiver1992", "galanter1988", "segal2002"])
def test_verdicts_are_those_of_the_review(review: evigraph.Review, key: str, trust: str) -> None:
    """Of the engine of record, word for word; marked when they would be others by what texts state."""
    found = explain(review, key, trust=trust)
    judged = review.screen([key], trust=trust, engine="pyshacl")[key]
    assert found.verdict == judged
    stated = oracle.verdicts("stated")[key]
    for rule in judged.rules:
        assert rule.outcome.value == oracle.verdicts(trust)[key][rule.id]
        assert (("rule", rule.id) in found.deduced) == (rule.outcome.value != stated[rule.id])
    whole = oracle.together(oracle.verdicts(trust)[key].values())
    assert (("study", "") in found.deduced) == (whole != oracle.together(stated.values()))


def test_claims_are_those_whose_recounts_have_the_study(
    review: evigraph.Review, explained: dict[str, Explanation]
) -> None:
    """Shown, open or recorded as the recount says, for all studies and claims."""
    stated = review.claims(trust="stated")
    behind = {"shown": "studies", "open": "open_studies", "recorded": "recorded_studies"}
    for recount in review.claims():
        other = stated[recount.claim.id]
        for standing, studies in behind.items():
            found = {
                (key, word.deduced)
                for key, one in explained.items()
                for claim in one.claims
                if claim.id == recount.claim.id
                for word in claim.standing
                if word.name == standing
            }
            want = {(key, key not in getattr(other, studies)) for key in getattr(recount, studies)}
            assert found == want, recount.claim.id


def test_the_twelve_count_by_the_recorded_decisions(explained: dict[str, Explanation]) -> None:
    """The studies recorded as included are those of the fact pack."""
    included = {key for key, answer in oracle.decisions().items() if answer == "include"}
    recorded = {
        key
        for key, one in explained.items()
        if any(
            word.name == "recorded" for claim in one.claims if claim.id == "C01" for word in claim.standing
        )
    }
    assert recorded == included
    assert {key for key, one in explained.items() if one.verdict.decision == "include"} == included


@pytest.mark.parametrize("key", STUDIES)
def test_citations_are_those_of_the_fact_pack(explained: dict[str, Explanation], key: str) -> None:
    """The review cites the report under its number, in its role, for its reason."""
    (row,) = (row for row in oracle.rows("references") if row["key"] == key)
    (cited,) = explained[key].cited
    assert (cited.citing, cited.report, cited.number) == ("pistrang2008", key, row["number"])
    assert cited.role.name == f"evi:{row['role']}"
    assert cited.role.deduced == (row["role_basis"] == "deduced")
    assert cited.reason == row["role_reason"]


@pytest.mark.parametrize("key", STUDIES)
def test_findings_are_those_of_the_fact_pack(explained: dict[str, Explanation], key: str) -> None:
    """Comparison, direction and outcome of each, in the order of their numbers."""
    facts = oracle.facts_by_study("deduced")[key]
    want = {one.name: (one.comparison, one.direction, set(one.outcomes)) for one in oracle.findings(facts)}

    def bare(words: tuple[object, ...]) -> str:
        return " ".join(word.name.removeprefix("concept:") for word in words)  # type: ignore[attr-defined]

    found = {
        one.finding: (bare(one.comparisons), bare(one.directions), set(bare(one.domains).split()))
        for one in explained[key].findings
    }
    assert found == want
    numbers = [int(name.rpartition("-")[2]) for name in found]
    assert numbers == sorted(numbers)


def test_what_is_missing_is_what_the_gaps_say(
    review: evigraph.Review, explained: dict[str, Explanation]
) -> None:
    """The same errands, and besides what is not known of studies that are not met all the same."""
    known = {errand.study: errand for errand in gaps(review).errands}
    for key, one in explained.items():
        missing = {rule.missing for rule in one.verdict.rules if rule.missing}
        assert set(one.errand.properties) == missing
        if key in known:
            assert one.errand == known[key]
        else:
            assert not one.errand.settles


def test_a_mark_stands_on_what_is_deduced_alone(explained: dict[str, Explanation]) -> None:
    """In the table of facts, those values are marked whose rows are all deduced."""
    for one in explained.values():
        (table, *_) = one.to_document().sections[0].blocks
        assert isinstance(table, Table)
        marked = [isinstance(row[2][0], Marked) for row in table.rows]
        assert marked == [fact.value.deduced for fact in one.facts]


@pytest.mark.parametrize("key", STUDIES)
def test_the_page_is_whole_and_asks_for_nothing(explained: dict[str, Explanation], key: str) -> None:
    """HTML that is well-formed and loads nothing; sources of the web are links."""
    document = explained[key].to_document()
    seen = require_whole(document.to_html())
    links = {a["href"] for a in seen.named("a") if not a["href"].startswith("#")}
    sources = {fact.source for fact in explained[key].facts if fact.source.startswith("http")}
    assert sources <= links
    assert len(list(document.counted())) == 3
    rules = {rule.outcome for rule in explained[key].verdict.rules}
    assert {n.where[0][1][0] for n in document.counted() if n.value} == {outcome.value for outcome in rules}


def test_each_table_names_what_was_asked(explained: dict[str, Explanation]) -> None:
    """Questions of the review with their text, and two commands."""
    document = explained["segal2002"].to_document()
    ids = [asked.id for asked in document.asked]
    assert ids == [*(f"{name}-segal2002" for name in QUESTIONS), "verdict", "claims"]
    tables = [block for block in document.blocks() if isinstance(block, Table)]
    assert {table.asked for table in tables} <= set(ids)
    assert [bool(asked.text) for asked in document.asked] == [*(True for _ in QUESTIONS), False, False]


def test_json_has_its_layout() -> None:
    """The documented keys, and the same numbers as the other formats."""
    found = json.loads(once("explain", "lieberman1986", "--format", "json").out)
    assert list(found) == [
        *("study", "iri", "trust", "outcome", "decision", "deduced", "reports", "facts", "sets", "rules"),
        *("missing", "decisions", "cited", "findings", "claims"),
    ]
    assert (found["study"], found["outcome"], found["decision"]) == (
        "lieberman1986",
        "cannot tell",
        "include",
    )
    assert set(found["facts"][0]) == {
        *("of", "property", "property_label", "value", "value_label", "basis", "deduced"),
        *("source", "source_label", "locator", "note"),
    }
    assert [one["property"] for one in found["missing"]] == ["ledBy", "hasDesign"]
    assert found["missing"][0]["rules"] == ["1.3"]
    assert found["rules"][1]["message"] == "Who leads the group is not recorded."
    assert found["cited"][0]["number"] == "29"
    assert found["findings"] == []
    claim = next(claim for claim in found["claims"] if claim["id"] == "C06")
    assert claim["standing"] == [{"name": "shown", "label": "counted", "deduced": False}]


def test_the_command_has_its_formats(tmp_path: Path) -> None:
    """Text for a terminal, Markdown, HTML and JSON, on standard output or in a file."""
    text = once("explain", "tudiver1992")
    assert (text.code, text.err) == (0, "")
    heads = [line for line in text.out.splitlines() if line and line == line.upper() and line[0].isalpha()]
    assert heads == [
        *("FACTS", "VERDICTS", "WHAT IS MISSING", "HOW IT IS CITED", "FINDINGS", "CLAIMS IT BEARS ON"),
        "HOW EACH ANSWER WAS GOT",
    ]
    assert "evigraph ask study-facts --param study=tudiver1992" in text.out
    assert re.search(r"led by +lay peers† +deduced", text.out)
    written = run("explain", "tudiver1992", "--format", "html", "-o", str(tmp_path / "x.html"))
    assert (written.code, written.out) == (0, "")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    require_whole(page)
    assert once("explain", "tudiver1992", "--format", "html").out == page
    assert once("explain", "tudiver1992", "--format", "md").out.startswith("# tudiver1992: Does mutual")
    stated = once("explain", "tudiver1992", "--trust", "stated").out
    assert "†" not in stated.partition("HOW IT IS CITED")[0].replace("include†", "").partition("FACTS")[2]
    assert "evigraph ask study-facts --param study=tudiver1992 --trust stated" in stated


def test_an_unknown_study_is_answered_with_the_known(review: evigraph.Review) -> None:
    """Exit code 2, and the nearest name."""
    ran = run("explain", "tudiver1993")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "evigraph: no study 'tudiver1993': did you mean tudiver1992?\n"
    with pytest.raises(UnknownNameError):
        explain(review, "")


# --- reviews of one's own -------------------------------------------------------------------------


def test_a_review_just_begun_can_be_explained(tmp_path: Path) -> None:
    """What its examples say is given, and nothing says where it was read; without studies there is none."""
    begin(tmp_path / "own")
    begin(tmp_path / "bare", bare=True)
    one = explain(evigraph.open(tmp_path / "own"), "example-one")
    assert {fact.basis for fact in one.facts} == {"given"}
    assert (one.verdict.outcome.value, one.cited, one.claims) == ("met", (), ())
    assert "Nothing says where these facts were read." in once_text(one)
    other = explain(evigraph.open(tmp_path / "own"), "example-two")
    assert (other.errand.properties, other.findings) == (("hasDesign",), ())
    assert "With all of it the study as a whole can be told." in once_text(other)
    ran = run("--review", str(tmp_path / "bare"), "explain", "example-one")
    assert (ran.code, ran.err) == (2, "evigraph: no study 'example-one': there are none\n")


def once_text(one: Explanation) -> str:
    """All words of a page."""
    return "\n".join(map(words_of, one.to_document().texts()))


def test_a_study_without_facts_and_with_an_odd_key(tmp_path: Path) -> None:
    """It is said that nothing is recorded; the key is text wherever it stands."""
    begin(tmp_path / "own", bare=True)
    review = evigraph.open(tmp_path / "own")
    study = f"<{review.iri.value}/study/odd>"
    (tmp_path / "own/graph/studies/odd.ttl").write_text(
        f"{study} a <https://w3id.org/evigraph/ontology#Study> ;\n"
        f"  <http://purl.org/dc/terms/identifier> {json.dumps(ODD, ensure_ascii=False)} .\n",
        encoding="utf-8",
    )
    one = explain(evigraph.open(tmp_path / "own"), ODD)
    assert (one.facts, one.verdict.outcome.value) == ((), "cannot tell")
    assert "Nothing that counts is recorded of this study." in once_text(one)
    document = one.to_document()
    seen = require_whole(document.to_html())
    assert ODD in "".join(seen.words)
    assert "\\<x\\>\\|\\*" in document.to_markdown()
    assert json.loads(one.to_json())["study"] == ODD
    ran = run("--review", str(tmp_path / "own"), "explain", ODD)
    assert ran.code == 0
    assert ran.out.startswith(ODD)


def test_what_stands_in_the_graph_is_text(tmp_path: Path) -> None:
    """A source that no browser should follow, and a remark that is markup, are shown as they are."""
    copy = copy_review(tmp_path / "review")
    path = copy / "graph/studies/dunham1998.trig"
    text = path.read_text(encoding="utf-8").replace(
        "https://sites.psu.edu/aspsy/?p=15338", "javascript:alert(1)"
    )
    text = text.replace("Measured before and after", "<script>alert(2)</script> Measured")
    path.write_text(text, encoding="utf-8")
    one = explain(evigraph.open(copy), "dunham1998")
    seen = require_whole(one.to_document().to_html())
    assert "javascript:alert(1)" in "".join(seen.words)
    assert "<script>alert(2)</script> Measured" in "".join(seen.words)
    assert "](<javascript" not in one.to_document().to_markdown()


def test_an_earlier_review_gets_the_questions_once(tmp_path: Path) -> None:
    """Without them it is said what to do; one that was changed stays as it is."""
    begin(tmp_path / "own")
    asked = [f"{name}.rq" for name in QUESTIONS if name != "study-verdicts"]
    taken = sorted((tmp_path / "own/queries/report" / name) for name in asked)
    taken[0].unlink()
    with pytest.raises(InputError, match=r"no study-\w+\.rq; run 'evigraph init --update"):
        explain(evigraph.open(tmp_path / "own"), "example-one")
    changed = taken[1].read_text(encoding="utf-8") + "# changed\n"
    taken[1].write_text(changed, encoding="utf-8")
    assert update(tmp_path / "own") == [taken[0]]
    assert taken[1].read_text(encoding="utf-8") == changed
    assert explain(evigraph.open(tmp_path / "own"), "example-one").facts


def test_two_bases_of_one_value_leave_it_unmarked(tmp_path: Path) -> None:
    """A value that a text states too is not deduced, though one of its rows is."""
    copy = copy_review(tmp_path / "review")
    path = copy / "graph/studies/tudiver1992.trig"
    text = path.read_text(encoding="utf-8").replace(
        "basis:title {\n", 'basis:title {\n\tstudy:tudiver1992 evi:country "CA" .\n\n', 1
    )
    path.write_text(text, encoding="utf-8")
    one = explain(evigraph.open(copy), "tudiver1992")
    country = [(fact.basis, fact.value.deduced) for fact in one.facts if fact.property.name == "country"]
    assert country == [("deduced", False), ("title", False)]
