"""Citations from files: each format, how works are matched, and that all of it happens or nothing."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
from evigraph.citations.catalogue import citation_pairs, differ
from evigraph.citations.entries import UnusableError, entry, identifier
from evigraph.citations.importing import Import, add_citations
from evigraph.citations.readers.opencitations import COLUMNS
from evigraph.described import Described
from evigraph.errors import EnvironmentFaultError, InputError
from evigraph.review import Review
from evigraph.terms import evi, local_name
from tests.citation_reviews import FILES, bytes_below, invented
from tests.commands import copy_review, run
from tests.reliability import first

HEADER = ",".join(COLUMNS)
#: File: format, then what is read, kept, merged and refused, and the lines of what is refused.
EXPECTED = {
    "opencitations.csv": ("OpenCitations", (8, 4, 2, 2), (8, 9)),
    "openalex.jsonl": ("OpenAlex", (7, 6, 0, 1), (5,)),
    "crossref.json": ("Crossref", (4, 3, 0, 1), (15,)),
    "semantic-scholar.json": ("Semantic Scholar", (3, 2, 0, 1), (11,)),
    "csl.json": ("CSL-JSON", (3, 3, 0, 0), ()),
}
#: File: citing and cited work, each by the key of a publication of the review or a new one.
PAIRS = {
    "opencitations.csv": {
        ("ash2001", "doi-10-5555-elm-1990"),
        ("birch2002", "doi-10-5555-elm-1990"),
        ("doi-10-5555-fir-2008", "ash2001"),
        ("doi-10-5555-fir-2008", "birch2002"),
    },
    "openalex.jsonl": {
        ("ash2001", "elm1990"),
        ("ash2001", "openalex-w99990011"),
        ("birch2002", "elm1990"),
        ("birch2002", "doum2004"),
        ("fir2012", "ash2001"),
        ("fir2012", "birch2002"),
    },
    "crossref.json": {
        ("ash2001", "doi-10-5555-elm-1990"),
        ("ash2001", "cedar2003"),
        ("fir2008", "ash2001"),
    },
    "semantic-scholar.json": {("birch2002", "elm1990"), ("fir2008", "birch2002")},
    "csl.json": {("cedar2003", "elm1990"), ("cedar2003", "ash2001"), ("cedar2003", "doi-10-5555-gorse-1995")},
}


def pairs(review: Review) -> set[tuple[str, str]]:
    """The imported citations of a review, by the last parts of the IRIs of the works."""
    said = Described(Review(review.folder.path).folder.graph)
    return {
        (local_name(a), local_name(b))
        for (a, b), node in citation_pairs(said).items()
        if said.iri(node, evi("hasRole")) == evi("not-judged")
    }


def counts(found: Import) -> tuple[int, int, int, int]:
    """What was read, kept, merged and refused."""
    return found.read, found.kept, found.merged, len(found.refused)


def matched(review: Review) -> dict[str, set[str]]:
    """By which keys each publication was found, by the last part of its IRI."""
    quads = Review(review.folder.path).folder.graph
    of = {q.subject: q.object for q in quads if q.predicate == evi("identifies")}
    found: dict[str, set[str]] = {}
    for quad in quads:
        if quad.predicate == evi("matchedBy") and isinstance(quad.object, ox.Literal):
            publication = of[quad.subject]
            assert isinstance(publication, ox.NamedNode)
            found.setdefault(local_name(publication.value), set()).add(quad.object.value)
    return found


def table(path: Path, rows: Iterable[tuple[str, str]]) -> Path:
    """A file of OpenCitations with these citing and cited works."""
    lines = [HEADER, *(f"x,{citing},{cited},2001,P1Y,no,no" for citing, cited in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", EXPECTED)
def test_each_format_is_read(name: str, tmp_path: Path) -> None:
    """Counts, citations and the lines of what is refused are those of the invented file."""
    review = invented(tmp_path / "review")
    found = add_citations(review, [FILES / name])
    format, expected, lines = EXPECTED[name]
    assert found.formats == ((name, format),)
    assert counts(found) == expected
    assert found.read == found.kept + found.merged + len(found.refused)
    assert [refusal.where for refusal in found.refused] == [f"{FILES / name}:{line}" for line in lines]
    assert all(refusal.reason for refusal in found.refused)
    assert pairs(review) == PAIRS[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_that_is_added_twice_changes_nothing(name: str, tmp_path: Path) -> None:
    """The second time all is merged, whatever the file is called, and no byte is written."""
    review = invented(tmp_path / "review")
    add_citations(review, [FILES / name])
    before = bytes_below(review.folder.path)
    copy = tmp_path / f"again{Path(name).suffix}"
    copy.write_bytes((FILES / name).read_bytes())
    found = add_citations(review, [copy, FILES / name])
    assert (found.kept, found.works, found.path) == (0, 0, None)
    assert found.merged == found.read - len(found.refused) > 0
    assert bytes_below(review.folder.path) == before


def test_all_files_together_are_one_import(tmp_path: Path) -> None:
    """One file is written, each source is in it with its hash, and works that files share are one."""
    review = invented(tmp_path / "review")
    found = add_citations(review, [FILES / name for name in EXPECTED], date="2026-01-31")
    assert found.read == sum(numbers[0] for _, numbers, _ in EXPECTED.values())
    assert found.read == found.kept + found.merged + len(found.refused)
    assert found.path == review.folder.path / "graph" / "citations" / "opencitations.ttl"
    assert [path.name for path in found.path.parent.iterdir()] == ["opencitations.ttl"]
    text = found.path.read_text(encoding="utf-8")
    assert len(re.findall(r'evi:sha256 "[0-9a-f]{64}"', text)) == len(EXPECTED)
    assert text.count('dcterms:date "2026-01-31"^^xsd:date') == len(EXPECTED)
    elms = {cited for _, cited in pairs(review) if "elm" in cited}
    assert elms == {"elm1990"}  # DOI in four files, title, year and author in three
    assert list(review.check(review.folder.files("graph"))) == []


def test_how_each_work_was_matched_is_recorded(tmp_path: Path) -> None:
    """By DOI, by PubMed and OpenAlex identifier, by title with year and author, or not at all."""
    review = invented(tmp_path / "review")
    add_citations(review, [FILES / "openalex.jsonl", FILES / "crossref.json"])
    found = matched(review)
    assert found["ash2001"] >= {"doi"}
    assert found["birch2002"] >= {"pmid"}
    assert found["doum2004"] == {"openalex"}
    assert found["cedar2003"] == {"title"}
    assert found["fir2012"] == {"new"}


def test_an_identifier_that_was_learned_is_used_later(tmp_path: Path) -> None:
    """OpenAlex says which work has an OpenAlex identifier; a later file may name that alone."""
    review = invented(tmp_path / "review")
    add_citations(review, [FILES / "openalex.jsonl"])
    found = add_citations(review, [table(tmp_path / "more.csv", [("openalex:W99990001", "10.5555/new")])])
    assert found.matched == {"openalex": 1}
    assert ("ash2001", "doi-10-5555-new") in pairs(review)


def test_a_key_that_is_trusted_less_does_not_overrule(tmp_path: Path) -> None:
    """The same title, year and author with another DOI is another work."""
    review = invented(tmp_path / "review")
    work: dict[str, object] = {
        "id": "a",
        "type": "book",
        "title": "A third study: Invented, too",
        "DOI": "10.5555/cedar.2003",
    }
    work |= {"author": [{"family": "Cedar"}], "issued": {"date-parts": [[2003]]}}
    other = work | {"id": "b", "DOI": "10.5555/cedar.2003-b", "references": ["a"]}
    path = tmp_path / "two.json"
    path.write_text(json.dumps([work, other]), encoding="utf-8")
    found = add_citations(review, [path])
    assert counts(found) == (1, 1, 0, 0)
    assert found.works == 1  # one of them is the study of the review, the other is not


def test_what_is_added_is_usable_and_changes_no_answer(tmp_path: Path) -> None:
    """The shipped review still holds after an import, and gives the answers it gave."""
    copy = copy_review(tmp_path / "review")
    before = evigraph.open(copy)
    rows = [
        ("10.1007/s10464-008-9181-0", "10.5555/a"),
        ("10.5555/a", "10.5555/b"),
        ("10.5555/a", "pmid:99990001"),
    ]
    found = add_citations(before, [table(tmp_path / "invented.csv", rows)])
    assert counts(found) == (3, 3, 0, 0)
    after = evigraph.open(copy)
    assert after.check().conforms
    assert after.studies == before.studies
    assert after.screen() == before.screen()
    for question in ("cited-works", "references-by-role", "shared-authors"):
        answers = [review.ask(question) for review in (before, after)]
        assert answers[0] == answers[1]


BAD = {
    "columns": (".csv", "citing,cited\na,b\n", r":1: wrong columns: lacks oci, creation"),
    "renamed column": (
        ".csv",
        HEADER.replace("cited", "zitiert") + "\n",
        r":1: wrong columns: lacks cited and has",
    ),
    "short row": (".csv", f"{HEADER}\nx,10.5555/a\n", r":2: has 2 columns where there should be 7"),
    "open quote": (".csv", f'{HEADER}\n"x,10.5555/a', r":2: broken CSV"),
    "self-citation": (
        ".csv",
        f"{HEADER}\nx,10.5555/a,doi:10.5555/A,2001,,no,no\n",
        r":2: a work cites itself",
    ),
    "self-citation over two names": (
        ".csv",
        f"{HEADER}\nx,doi:10.5555/a pmid:1,10.5555/b,2001,,no,no\nx,pmid:1,10.5555/a,2001,,no,no\n",
        r":3: a work cites itself",
    ),
    "broken line": (".jsonl", '{"id": "W1", "referenced_works": []}\n{"id": \n', r":2: broken JSON"),
    "broken lines without a suffix of lines": (".json", '{"id": "W1"}\n{"id": \n', r":2: broken JSON"),
    "broken document": (".json", '[\n{"id": "W1",\n}]', r":3: broken JSON"),
    "deep": (".json", "[" * 100_000, r"broken JSON"),
    "list of numbers": (".json", "[1, 2]", r"holds '1' where a work should be"),
    "no list": (
        ".json",
        '{"id": "https://openalex.org/W1",\n"referenced_works": 5}',
        r":1: 'referenced_works' is no",
    ),
    "unknown work": (".json", '[{"name": "thing"}]', r":1: is no work with citations of OpenAlex"),
    "two kinds": (
        ".json",
        '[{"id": "https://openalex.org/W1", "referenced_works": []},\n{"paperId": "a"}]',
        r":2: OpenAlex and Semantic Scholar in one file",
    ),
    "no work": (".json", "[]", r"holds no work"),
    "empty": (".csv", "", r"the file is empty"),
    "two titles in the file": (
        ".json",
        '[{"id": "a", "type": "", "DOI": "10.5555/x", "title": "On groups", "references": ["10.5555/y"]},\n'
        '{"id": "b", "type": "", "DOI": "10.5555/x", "title": "Bird songs", "references": ["10.5555/y"]}]',
        r":2: the DOI 10.5555/x is that of 'On groups' and of 'Bird songs'",
    ),
    "another title than in the review": (
        ".json",
        '[{"id": 1, "type": "", "DOI": "10.5555/ash.2001", "title": "Bird songs", "references": ["a/b"]}]',
        r":1: the DOI 10.5555/ash.2001 is that of 'Invented groups for invented grief' and of 'Bird songs'",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_with_its_line_and_nothing_is_imported(name: str, tmp_path: Path) -> None:
    """Not the bad file, nor the good one beside it, and no byte of the review changes."""
    review = invented(tmp_path / "review")
    suffix, text, message = BAD[name]
    path = tmp_path / f"bad{suffix}"
    path.write_text(text, encoding="utf-8")
    before = bytes_below(review.folder.path)
    with pytest.raises(InputError, match=re.escape(str(path)) + ".*" + message):
        add_citations(review, [FILES / "crossref.json", path])
    assert bytes_below(review.folder.path) == before


def test_the_command_says_so_in_one_line_with_exit_code_2(tmp_path: Path) -> None:
    """A bad file through the command line."""
    review = invented(tmp_path / "review")
    path = table(tmp_path / "self.csv", [("10.5555/a", "10.5555/b"), ("10.5555/c", "10.5555/c")])
    before = bytes_below(review.folder.path)
    ran = run("--review", str(review.folder.path), "add", "citations", str(path))
    assert (ran.code, ran.out) == (2, "")
    assert re.fullmatch(r"evigraph: \S+self\.csv:3: a work cites itself .*--skip-bad\n", ran.err)
    assert bytes_below(review.folder.path) == before
    ran = run("--review", str(review.folder.path), "add", "citations", "--skip-bad", str(path))
    assert ran.code == 0
    assert ran.out.startswith("read 2, kept 1, merged 0, refused 1\n")
    assert "self.csv:3: a work cites itself" in ran.err


def test_where_nothing_can_be_written_nothing_changes(tmp_path: Path) -> None:
    """A file stands where the folder of citations should be."""
    review = invented(tmp_path / "review")
    (review.folder.path / "graph" / "citations").write_text("in the way", encoding="utf-8")
    before = bytes_below(review.folder.path)
    with pytest.raises(EnvironmentFaultError):
        add_citations(review, [FILES / "crossref.json"])
    assert bytes_below(review.folder.path) == before


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path) -> None:
    """The counts are those of the import."""
    review = invented(tmp_path / "review")
    before = bytes_below(review.folder.path)
    tried = add_citations(review, [FILES / "crossref.json"], dry_run=True)
    assert bytes_below(review.folder.path) == before
    assert add_citations(review, [FILES / "crossref.json"]) == tried


def test_the_shipped_review_is_not_changed_unasked() -> None:
    """Nobody adds to it by leaving --review out."""
    ran = run("add", "citations", str(FILES / "crossref.json"))
    assert ran.code == 2
    assert "the shipped review is not changed" in ran.err


def test_texts_stay_as_they_are(tmp_path: Path) -> None:
    """Markup, quotes, line feeds and what looks like Turtle or SPARQL come back letter for letter."""
    review = invented(tmp_path / "review")
    title = 'Of <i>groups</i>" . <urn:a> <urn:b> "c\\n\n} ; DROP ALL \u200f'
    work = {"id": "a", "type": "book", "DOI": "10.5555/x", "title": title, "references": ["10.5555/y"]}
    path = tmp_path / "texts.json"
    path.write_text(json.dumps(work), encoding="utf-8")
    add_citations(review, [path])
    texts = {
        q.object.value for q in Review(review.folder.path).folder.graph if isinstance(q.object, ox.Literal)
    }
    assert title in texts
    assert add_citations(review, [path]).merged == 1


@pytest.mark.parametrize(
    ("sign", "said"), [("\\ud800", "half a character"), ("\\u0007", "a control character")]
)
def test_what_no_file_can_keep_is_refused(sign: str, said: str, tmp_path: Path) -> None:
    """JSON can say what UTF-8 cannot hold, and what XML cannot."""
    review = invented(tmp_path / "review")
    path = tmp_path / "half.json"
    text = '{"id": "a", "type": "book", "title": "SIGN", "references": ["10.5555/y"]}'
    path.write_text(text.replace("SIGN", sign), encoding="utf-8")
    found = add_citations(review, [path])
    assert counts(found) == (1, 0, 0, 1)
    assert said in found.refused[0].reason


@pytest.mark.parametrize("seed", first(5, range(25)))
def test_the_numbers_add_up_whatever_is_in_the_file(seed: int, tmp_path: Path) -> None:
    """Read is kept, merged and refused; a second time changes nothing; the order of rows is all one."""
    chance = random.Random(seed)
    names = [f"doi:10.5555/{n}" for n in range(6)] + [f"pmid:{n}" for n in range(1, 5)]
    names += ["omid:br/1", "omid:br/2", "10.5555/ASH.2001", "nonsense", "doi:11.5/x", "issn:1-2", ""]
    rows = [(chance.choice(names), chance.choice(names)) for _ in range(chance.randrange(1, 40))]
    results = []
    for number in range(2):
        review = invented(tmp_path / str(number))
        chance.shuffle(rows)
        path = table(tmp_path / f"{number}.csv", rows)
        found = add_citations(review, [path], skip_bad=True)
        assert found.read == len(rows) == found.kept + found.merged + len(found.refused)
        assert found.kept == len(pairs(review))
        before = bytes_below(review.folder.path)
        again = add_citations(review, [path], skip_bad=True)
        assert (again.kept, again.merged, again.path) == (0, found.kept + found.merged, None)
        assert bytes_below(review.folder.path) == before
        if found.path:
            assert list(review.check(review.folder.files("graph"))) == []
        results.append((counts(found), pairs(review)))
    assert results[0] == results[1]


@pytest.mark.parametrize("seed", range(10))
def test_works_of_several_names_are_one_and_the_second_time_too(seed: int, tmp_path: Path) -> None:
    """Rows name works by one or more of their identifiers; a second import finds the same works."""
    chance = random.Random(seed)
    works = [(f"doi:10.5555/{n}", f"pmid:{n + 1}", f"omid:br/{n}", f"openalex:W{n + 1}") for n in range(8)]

    def name() -> str:
        work = chance.choice(works)
        return " ".join(chance.sample(work, chance.randrange(1, 5)))

    rows = [(name(), name()) for _ in range(30)]
    review = invented(tmp_path / "review")
    path = table(tmp_path / "names.csv", [*((" ".join(w), "10.5555/all") for w in works), *rows])
    found = add_citations(review, [path], skip_bad=True)
    assert found.works == len(works) + 1
    before = bytes_below(review.folder.path)
    assert add_citations(review, [path], skip_bad=True).kept == 0
    assert bytes_below(review.folder.path) == before


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("doi", "https://doi.org/10.5555/ABC(1)", "10.5555/abc(1)"),
        ("doi", "DOI: 10.5555/abc", "10.5555/abc"),
        ("doi", "http://dx.doi.org/10.5555/abc", "10.5555/abc"),
        ("pmid", "https://pubmed.ncbi.nlm.nih.gov/123/", "123"),
        ("openalex", "https://api.openalex.org/works/w12", "W12"),
        ("omid", "omid:br/0601", "br/0601"),
    ],
)
def test_identifiers_have_one_form(kind: str, text: str, expected: str) -> None:
    """However they are written."""
    assert identifier(kind, text) == expected


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *[("doi", text) for text in ("10.5/x", "10.5555/", "10.5555/a b", "11.5555/a", "10.5555/a\x07")],
        *[("pmid", "PMC12"), ("pmid", "0"), ("openalex", "A12"), ("omid", "ra/1")],
    ],
)
def test_what_cannot_be_an_identifier_is_refused(kind: str, text: str) -> None:
    """Nothing is mended by guessing."""
    with pytest.raises(UnusableError):
        identifier(kind, text)


def test_an_entry_needs_something_to_know_it_by() -> None:
    """A title alone is not enough; title, year and first author are."""
    with pytest.raises(UnusableError):
        entry("x:1", {}, title="A title", year=2000)
    assert entry("x:1", {}, title="A title", year=2000, authors=["Ash, A."]).title == "A title"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("On groups", "ON GROUPS.", False),
        ("On groups", "On groups: a review", False),
        ("On mutual help groups for grief", "On mutual help group for grief", False),
        ("On groups", "", False),
        ("Groups for grief", "Songs of birds", True),
    ],
)
def test_titles_differ_when_they_are_of_two_works(one: str, other: str, expected: bool) -> None:
    """Case, signs, subtitles and slips do not count."""
    assert differ(one, other) is differ(other, one) is expected
