"""What differs between two reviews: exactly what was changed, and what follows from it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import evigraph
from evigraph.differences import Differences, compare
from evigraph.differences.snapshot import Snapshot
from evigraph.differences.statements import changes
from evigraph.differences.words import sections
from evigraph.errors import InputError, LimitError
from evigraph.questions import Question
from evigraph.terms import BASIS, RECORD_GRAPH, evi
from evigraph.trust import Trust
from tests.commands import copy_review, run

SHIPPED = evigraph.open()
FACTS = sorted((q for q in SHIPPED.folder.graph if q.graph_name != RECORD_GRAPH), key=str)
Key = tuple[str, str, str, str]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped review, to be changed."""
    return copy_review(tmp_path / "copy")


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Change the first place where a file says something."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def words(found: Differences) -> dict[str, list[str]]:
    """The lines of each section; rows of answers without the count of their columns."""
    return dict(sections(found))


def against(folder: Path, **options: str) -> Differences:
    """What differs between the shipped review and a folder."""
    return compare(evigraph.open(), evigraph.open(folder), **options)  # type: ignore[arg-type]  # trust alone


def test_a_review_and_itself() -> None:
    """Nothing differs, in words, as data, and by the exit code."""
    found = compare(evigraph.open(), evigraph.open())
    assert not found.differ
    assert found.to_text().count("\n") == 1
    assert "nothing differs in 4,506 statements and 20 studies (trust deduced)" in found.to_text()
    ran = run("diff", ".", ".", "-f", "json")
    assert (ran.code, ran.err) == (0, "")
    data = json.loads(ran.out)
    assert [
        data[k] for k in ("differ", "facts", "verdicts", "decisions", "claims", "questions", "terms")
    ] == [
        False,
        *([[]] * 6),
    ]
    assert data["studies"] == {"added": [], "removed": []}
    assert data["other"] == {"counts": {}, "things": []}


def test_layout_makes_no_difference(copy: Path) -> None:
    """Other order, prefixes, blank nodes and file names; the same statements."""
    for path in sorted((copy / "graph/studies").glob("*.trig")):
        quads = sorted(ox.parse(path.read_bytes(), format=ox.RdfFormat.TRIG), key=str, reverse=True)
        path.with_name(f"x-{path.stem}.nq").write_bytes(
            ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
        )
        path.unlink()
    for path in [*(copy / "ontology").glob("*.ttl"), *(copy / "shapes").rglob("*.ttl")]:
        graph = rdflib.Graph(bind_namespaces="none").parse(path)
        path.write_text(
            "\n".join(reversed(graph.serialize(format="nt").splitlines())) + "\n", encoding="utf-8"
        )
    found = against(copy)
    assert found.to_text().splitlines() == [
        f"{found.a.name} and {copy}: nothing differs in 4,506 statements and 20 studies (trust deduced)"
    ]


@st.composite
def altered(draw: st.DrawFn) -> tuple[set[ox.Quad], set[ox.Quad]]:
    """Facts to take away, and facts to put in; some in place of those taken away."""
    gone = draw(st.sets(st.sampled_from(FACTS), min_size=0, max_size=6))
    new = set()
    for quad in draw(st.lists(st.sampled_from(FACTS), max_size=4)):
        number = draw(st.integers(0, 9))
        text = ox.Literal(f'{number} "quoted", \\ and → so on')
        new.add(ox.Quad(quad.subject, evi("setting"), text, quad.graph_name))
    for quad in gone:
        if isinstance(quad.object, ox.Literal) and draw(st.booleans()):
            other = ox.Literal(quad.object.value + "1", datatype=quad.object.datatype)
            new.add(ox.Quad(quad.subject, quad.predicate, other, quad.graph_name))
    return gone, new


def keys(quads: Iterable[ox.Quad]) -> set[Key]:
    """Statements as the differences name them."""
    return {
        (
            q.subject.value,  # type: ignore[union-attr]  # an IRI
            q.predicate.value,
            q.graph_name.value.removeprefix(BASIS),  # type: ignore[union-attr]  # named
            str(q.object),
        )
        for q in quads
    }


def told(found: Differences) -> tuple[set[Key], set[Key]]:
    """The statements that differences name: those removed, and those added."""
    of_things = [
        change
        for things in ([c.claim for c in found.claims], found.rules, found.other)
        for thing in things
        for change in thing.statements
    ]
    sides = []
    for name in ("before", "after"):
        named = [
            (c.subject, c.predicate, c.basis, str(value))
            for c in (*found.facts, *of_things)
            for value in getattr(c, name)
        ]
        assert len(named) == len(set(named))
        sides.append(set(named))
    return sides[0], sides[1]


@settings(
    max_examples=settings().max_examples // 33, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(altered())
def test_exactly_what_was_changed_is_named(change: tuple[set[ox.Quad], set[ox.Quad]]) -> None:
    """Whatever is put in, taken away and altered; the other way round what was added is removed."""
    gone, new = change
    before = set(SHIPPED.folder.graph)
    after = (before - gone) | new
    with tempfile.TemporaryDirectory() as temporary:
        folder = copy_review(Path(temporary) / "copy")
        shutil.rmtree(folder / "graph")
        (folder / "graph").mkdir()
        (folder / "graph/all.nq").write_bytes(ox.serialize(after, format=ox.RdfFormat.N_QUADS) or b"")
        there = compare(evigraph.open(), evigraph.open(folder))
        back = compare(evigraph.open(folder), evigraph.open())
    assert told(there) == (keys(before - after), keys(after - before))
    assert told(back) == (keys(after - before), keys(before - after))
    assert there.differ == bool(before ^ after)
    for c in there.facts:
        assert c.change == ("changed" if c.before and c.after else "added" if c.after else "removed")
    assert [(v.study.id, v.study.after, v.study.before) for v in back.verdicts] == [
        (v.study.id, v.study.before, v.study.after) for v in there.verdicts
    ]
    assert [(a.question, a.removed, a.added) for a in back.answers] == [
        (a.question, a.added, a.removed) for a in there.answers
    ]


CASES: dict[str, tuple[tuple[str, str, str], dict[str, list[str]]]] = {
    "a number": (
        ("graph/studies/bright1999.trig", "evi:sampleSize 98", "evi:sampleSize 100"),
        {
            "Facts": ["bright1999: sample size 98 → 100 (abstract)"],
            "Answers": [
                "study-characteristics: rows 1 added, 1 removed",
                "  removed: bright1999 | sampleSize | 98 | abstract",
                "  added: bright1999 | sampleSize | 100 | abstract",
            ],
        },
    ),
    "the same number as a text": (
        ("graph/studies/bright1999.trig", "evi:sampleSize 98", 'evi:sampleSize "98"'),
        {"Facts": ['bright1999: sample size 98 → "98" (abstract)']},
    ),
    "a text in another language": (
        ("graph/studies/bright1999.trig", '"depressed outpatients"', '"depressed outpatients"@en'),
        {
            "Facts": [
                'bright1999 population: population description "depressed outpatients" → '
                '"depressed outpatients"@en (abstract)'
            ],
        },
    ),
    "a concept": (
        ("graph/studies/bright1999.trig", "evi:hasScope concept:group", "evi:hasScope concept:one-to-one"),
        {
            "Facts": ["bright1999 group: has scope group → one-to-one (title)"],
            "Verdicts": [
                "bright1999: met → not met; set 1 met → not met; rule 1.9 a group is studied met → not met"
            ],
            "Claims": [
                "C01 Twelve studies met the criteria: at least 4 → 3; at most 14 → 13; "
                "no longer counted: bright1999"
            ],
        },
    ),
    "who leads": (
        (
            "graph/studies/houston2002.trig",
            "basis:abstract {",
            "basis:abstract {\n\tstudy:houston2002\\#group evi:ledBy concept:members .\n",
        ),
        {
            "Facts": ["houston2002 group: led by members added (abstract)"],
            "Verdicts": [
                "houston2002: cannot tell → met; set 1 cannot tell → met; "
                "rule 1.3 run by its members cannot tell → met"
            ],
            "Claims": [
                "C01 Twelve studies met the criteria: at least 4 → 5; now counted: houston2002; "
                "no longer open: houston2002"
            ],
        },
    ),
    "a claim": (
        ("graph/claims.ttl", "evi:claimedNumber 12", "evi:claimedNumber 15"),
        {
            "Claims": [
                "claim C01: claimed number 12 → 15",
                "C01 Twelve studies met the criteria: status consistent → mismatch",
            ],
        },
    ),
    "a decision": (
        (
            "graph/decisions.ttl",
            "evi:decides evi:exclude ;\n\tevi:onStudy study:dunham1998",
            "evi:decides evi:include ;\n\tevi:onStudy study:dunham1998",
        ),
        {
            "Decisions": ["dunham1998, full-text: exclude → include"],
            "Claims": [
                "C01 Twelve studies met the criteria: recorded 12 → 13",
                "C03 The included studies cover three types of problems: now open: dunham1998",
            ],
            "Other statements": ["decision dunham1998: decides exclude → include"],
        },
    ),
    "a reference": (
        ("graph/references.ttl", 'evi:mark "deduced"', 'evi:mark "verified"'),
        {"Other statements": ['citation barker2005: mark "deduced" → "verified"']},
    ),
    "a rule": (
        ("graph/review.ttl", '"chance is not required"', '"allocation is free"'),
        {
            "Criteria": [
                'rule chance-not-required: rdfs:label "chance is not required" → "allocation is free"'
            ]
        },
    ),
    "a shape": (
        ("shapes/criteria/run-by-members.ttl", 'sh:message "Who', 'sh:message "Tell who'),
        {"Criteria": ["shape run-by-members-decidable changed: sh:message"]},
    ),
    "a term": (
        ("ontology/evigraph.ttl", '"sample size"', '"people"'),
        {"Terms": ['datatype property sampleSize: rdfs:label "sample size" → "people"']},
    ),
    "a term by what has no IRI": (
        ("ontology/evigraph.ttl", "owl:unionOf ( evi:Group evi:Arm )", "owl:unionOf ( evi:Arm )"),
        {
            "Terms": [
                "object property ledBy: rdfs:domain "
                "[ rdf:type owl:Class ; owl:unionOf ( evi:Group evi:Arm ) ] → "
                "[ rdf:type owl:Class ; owl:unionOf ( evi:Arm ) ]"
            ]
        },
    ),
    "a question": (
        ("queries/competency/no-difference.rq", "SELECT", "# the same\nSELECT"),
        {"Questions": ["no-difference changed"]},
    ),
    "a file": (
        ("ontology/context.jsonld", "{", "{ "),
        {"Other files": ["ontology/context.jsonld changed"]},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_changed_is_said_in_words(case: str, copy: Path) -> None:
    """Each in its section, with what follows from it, and no word of the rest."""
    change, expected = CASES[case]
    edit(copy, *change)
    found = words(against(copy))
    for heading in ("Studies", "Facts", "Verdicts", "Decisions", "Claims", "Criteria", "Questions", "Terms",
                    "Other statements", "Other files"):  # fmt: skip
        of_it = found.get(heading, [])
        if case == "a decision" and heading == "Claims":
            of_it = of_it[:2]  # of eight
        assert of_it == expected.get(heading, []), heading
    if "Answers" in expected:
        assert found["Answers"] == expected["Answers"]


def test_studies_that_enter_and_leave(copy: Path) -> None:
    """A study with all that is said of it, and its verdict."""
    (copy / "graph/studies/vachon1980.trig").unlink()
    found = against(copy)
    assert found.left == (("vachon1980", "https://w3id.org/evigraph/review/mutual-help/study/vachon1980"),)
    assert found.entered == ()
    assert {change.change for change in found.facts} == {"removed"}
    assert words(found)["Verdicts"] == ["vachon1980: cannot tell (left)"]
    assert words(found)["Studies"] == ["vachon1980 left"]
    assert "study vachon1980 removed (2 statements)" in words(found)["Other statements"]
    claims = {claimed.id: claimed for claimed in found.claims}
    assert (claims["C01"].before and claims["C01"].before.at_most) == 14
    assert (claims["C01"].after and claims["C01"].after.at_most) == 13
    back = compare(evigraph.open(copy), evigraph.open())
    assert (back.entered, back.left) == (found.left, ())
    assert {change.change for change in back.facts} == {"added"}


def test_data_and_words_say_the_same(copy: Path) -> None:
    """The JSON has the documented keys; the Markdown a heading for each section of the text."""
    edit(copy, *CASES["who leads"][0])
    ran = {format: run("diff", ".", str(copy), "-f", format) for format in ("words", "json", "md")}
    assert {one.code for one in ran.values()} == {1}
    data = json.loads(ran["json"].out)
    assert list(data) == [
        *("a", "b", "trust", "differ", "studies", "facts", "verdicts", "decisions", "claims", "questions"),
        *("terms", "criteria", "queries", "files", "other", "not_counted", "problems"),
    ]
    assert data["b"] == {
        "name": str(copy),
        "review": "https://w3id.org/evigraph/review/mutual-help",
        "statements": 4507,
        "studies": 20,
    }
    (fact,) = data["facts"]
    assert fact == {
        "study": "houston2002",
        "part": "group",
        "label": "led by",
        "change": "added",
        "subject": "https://w3id.org/evigraph/review/mutual-help/study/houston2002#group",
        "property": "https://w3id.org/evigraph/ontology#ledBy",
        "basis": "abstract",
        "before": [],
        "after": [{"type": "uri", "value": "https://w3id.org/evigraph/concept/members"}],
    }
    (verdict,) = data["verdicts"]
    rule = {"id": "1.3", "name": "run by its members", "before": "cannot tell", "after": "met"}
    assert (verdict["study"], verdict["before"], verdict["after"]) == ("houston2002", "cannot tell", "met")
    assert verdict["rules"] == [rule]
    (claim,) = data["claims"]
    assert (claim["id"], claim["before"]["at_least"], claim["after"]["at_least"]) == ("C01", 4, 5)
    asked = {question["question"]: question for question in data["questions"]}
    assert asked["studies-that-met-the-criteria"]["added"][0][2] == {"type": "literal", "value": "shown"}
    headings = [line for line in ran["words"].out.splitlines() if line and not line.startswith(" ")][:-1]
    assert [line[3:] for line in ran["md"].out.splitlines() if line.startswith("## ")] == headings
    assert "  - added: online \\| members" in ran["md"].out


def test_trust_decides_what_counts(copy: Path) -> None:
    """What was deduced does not count as stated; that it differs is said."""
    edit(copy, "graph/studies/bright1999.trig", 'evi:country "US" ;\n\t\tevi:evaluates', "evi:evaluates")
    assert words(against(copy))["Facts"] == ['bright1999: country "US" removed (deduced)']
    stated = against(copy, trust="stated")
    assert (stated.differ, stated.facts, stated.not_counted) == (False, (), (0, 1))
    ran = run("diff", ".", str(copy), "--trust", "stated")
    assert ran.code == 0
    assert ran.out.endswith("not counted at this trust: 0 statements added, 1 removed\n")


def test_a_rule_of_one_side_is_said_once(copy: Path) -> None:
    """Not for each study that it is not asked of."""
    edit(copy, "graph/review.ttl", "evi:satisfied shape:run-by-members-satisfied ;", "")
    edit(copy, "graph/review.ttl", "evi:decidable shape:run-by-members-decidable ;", "")
    edit(copy, "graph/review.ttl", "evi:settledBy evi:ledBy", 'evi:notTestedBecause "dropped"')
    found = words(against(copy))
    assert found["Verdicts"][0] == "rule 1.3 is judged on one side only"
    assert "houston2002: cannot tell → met; set 1 cannot tell → met" in found["Verdicts"]


def test_what_cannot_be_compared_is_said(copy: Path) -> None:
    """A claim without its query leaves the rest of the comparison whole."""
    (copy / "queries/claims/studies-with-harm.rq").unlink()
    edit(copy, *CASES["a number"][0])
    found = against(copy)
    assert found.problems == (
        f"claims of {copy} cannot be compared: no question 'studies-with-harm': "
        "did you mean studies-by-problem or studies-with-change-for-the-better?",
    )
    assert found.claims == ()
    assert words(found)["Facts"] == ["bright1999: sample size 98 → 100 (abstract)"]
    assert words(found)["Questions"] == ["studies-with-harm removed"]
    assert "study-characteristics: rows 1 added, 1 removed" in words(found)["Answers"]


def test_a_file_that_cannot_be_read_is_an_error(copy: Path) -> None:
    """With its name and line."""
    edit(copy, "graph/claims.ttl", "claim:C01 a", "claim:C01 a a")
    ran = run("diff", ".", str(copy))
    assert (ran.code, ran.out) == (2, "")
    assert f"{copy}/graph/claims.ttl:8:" in ran.err


def test_nothing_is_asked_that_must_be_the_same(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the question that is another; and none where the layout is all that differs."""
    asked = []
    answer = Snapshot._answer

    def counted(self: Snapshot, question: Question) -> object:
        asked.append(question.name)
        return answer(self, question)

    monkeypatch.setattr(Snapshot, "_answer", counted)
    edit(copy, "graph/claims.ttl", "\n\n", "\n\n\n")
    assert not against(copy).differ
    assert asked == []
    edit(copy, "queries/competency/no-difference.rq", "SELECT", "# the same\nSELECT")
    assert against(copy).answers == ()
    assert asked == ["no-difference", "no-difference"]


def test_other_columns_are_other_rows(copy: Path) -> None:
    """No row of a question is compared with one of other columns."""
    columns = ("study", "finding", "comparison", "against", "outcome", "basis", "decision")
    edit(copy, "queries/competency/no-difference.rq", "DISTINCT ?study ?finding", "DISTINCT ?finding ?study")
    (answered,) = against(copy).answers
    assert answered.other_columns == columns
    assert answered.columns == ("finding", "study", *columns[2:])
    assert len(answered.added) == len(answered.removed) == len(evigraph.open().ask("no-difference"))  # type: ignore[arg-type]


def test_a_store_is_compared_with_files(copy: Path, tmp_path: Path) -> None:
    """As it was built, though it writes numbers in its own way, and with what was changed since."""
    edit(copy, "graph/studies/bright1999.trig", "evi:sampleSize 98", "evi:sampleSize 098")
    store = str(tmp_path / "store")
    assert run("--review", str(copy), "build", "--store", store).code == 0
    ran = run("diff", store, str(copy))
    assert (ran.code, ran.out) == (
        0,
        f"{store} and {copy}: nothing differs in 4,506 statements and 20 studies (trust deduced)\n",
    )
    assert "a store keeps no shapes and no questions" in ran.err
    edit(copy, *CASES["who leads"][0])
    ran = run("--review", str(copy), "diff", store)
    assert ran.code == 1
    assert "houston2002: cannot tell → met" in ran.out
    assert "  houston2002 group: led by members added (abstract)\n" in ran.out


def test_the_store_of_a_review_is_left_as_it_is(copy: Path) -> None:
    """Compared with its files it does not follow them, so that it can be compared again."""
    assert run("--review", ".", "build", cwd=copy).code == 0
    edit(copy, *CASES["a number"][0])
    first, second = (run("diff", ".evigraph", ".", cwd=copy) for _ in range(2))
    assert first == second
    assert (first.code, first.out[:6]) == (1, "Facts\n")


HEAD = "@prefix : <http://e/> .\n"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (":s :p [ :q 1 ; :r [ :q 2 ] ] .", "_:x :q 2 . _:y :r _:x ; :q 1 . :s :p _:y .", []),
        (":s :p ( 1 2 [ :q 3 ] ) .", ":s :p ( 1 2 [ :q 3 ] ) .", []),
        (":s :p ( 1 2 ) .", ":s :p ( 2 1 ) .", [("http://e/s", 1, 1)]),
        ("[] :p 1 .", "_:z :p 1 .", []),
        ("[] :p 1 .", "[] :p 2 .", [("", 1, 1)]),
        (":s :p _:a . :t :p _:a .", ":t :p _:b . :s :p _:b .", []),
        (":s :p _:a . :t :p _:a .", ":t :p [] . :s :p [] .", [("http://e/s", 1, 1), ("http://e/t", 1, 1)]),
        ("_:a :p _:b . _:b :p _:a .", "_:c :p _:d . _:d :p _:c .", []),
        ("_:a :p _:b . _:b :p _:a .", "_:a :p _:b . _:b :p _:c . _:c :p _:a .", None),
        (":s :p [ :q 1 ] .", ":s :p [ :q 1 ] , [ :q 2 ] .", [("http://e/s", 0, 1)]),
        (":g { :s :p [ :q 1 ] }", ":h { :s :p [ :q 1 ] }", [("http://e/s", 1, 0), ("http://e/s", 0, 1)]),
    ],
)
def test_what_has_no_iri_is_compared_by_what_is_said_of_it(
    before: str, after: str, expected: list[tuple[str, int, int]] | None
) -> None:
    """Other names of blank nodes make no difference, all else does."""
    sides = [
        list(ox.parse(HEAD + text, format=ox.RdfFormat.TRIG, rename_blank_nodes=True))
        for text in (before, after)
    ]
    found = [(c.subject, len(c.before), len(c.after)) for c in changes(*sides)]
    assert (found != []) if expected is None else (found == expected)
    assert changes(sides[0], sides[0]) == changes(sides[1], sides[1]) == []


def test_blank_nodes_nested_without_end_are_refused() -> None:
    """With a limit, and no fault of the program."""
    text = HEAD + ":s :p " + "[ :q " * 150 + "1" + " ]" * 150 + " ."
    with pytest.raises(LimitError, match="nested more than 100 deep"):
        changes(ox.parse(text, format=ox.RdfFormat.TURTLE), [])


def test_reviews_that_are_not_one(copy: Path, tmp_path: Path) -> None:
    """A review of one's own and the shipped one have no study in common, and no claim."""
    assert run("init", str(tmp_path / "own")).code == 0
    found = against(tmp_path / "own")
    assert len(found.left) == 20
    assert [key for key, _ in found.entered] == ["example-one", "example-two"]
    assert found.a.review != found.b.review
    assert {claimed.claim.change for claimed in found.claims} == {"removed", "added"} or {
        claimed.claim.change for claimed in found.claims
    } == {"removed"}
    with pytest.raises(InputError, match="no such folder"):
        compare(evigraph.open(copy), evigraph.open(tmp_path / "nowhere"))


@pytest.mark.parametrize("trust", ["stated", Trust.STATED])
def test_the_api_takes_any_trust(trust: Trust | str) -> None:
    """By its word or as it is."""
    assert compare(evigraph.open(), evigraph.open(), trust=trust).trust is Trust.STATED
