"""Concepts as a table: to SKOS and back, and what a table cannot say."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evigraph
from evigraph.beginning import begin
from evigraph.concepts import CLASSES, COLUMNS, CONCEPTS, TABLE, from_table, out_of_step, to_table
from evigraph.errors import InputError
from evigraph.folder import Folder, home
from evigraph.tables import csv_table
from tests.commands import copy_review, run

HEAD = "slug,scheme,label,definition,broader,identifiers\n"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A review that was just begun."""
    begin(tmp_path / "a")
    return Folder(tmp_path / "a")


def made(folder: Folder, text: str) -> str:
    """The SKOS that follows from a table."""
    (folder.path / TABLE).write_text(text, encoding="utf-8")
    return from_table(folder).decode()


def test_the_shipped_concepts_survive_the_table(tmp_path: Path) -> None:
    """88 concepts with their matches and codes: the file that is made is the file that was read."""
    review = Folder(copy_review(tmp_path / "review"))
    (review.path / TABLE).write_text(to_table(review), encoding="utf-8")
    assert from_table(review) == (home() / CONCEPTS).read_bytes()
    assert not out_of_step(review)


def test_every_sign_has_its_match(folder: Folder) -> None:
    """Close, exact, related, broader and narrower; prefixed names, IRIs and codes."""
    cell = "mesh:D1; =wd:Q2; ~https://example.org/x; >obo:A_3; < obo:B_4; code:icd10/Chapter V"
    text = made(folder, f'{HEAD},problem,problems,,,\na,problem,A,"What, it is.",,{cell}\nb,problem,B,,a,\n')
    for words in (
        "skos:closeMatch mesh:D1 , code:icd10\\/Chapter-V",
        "skos:exactMatch wd:Q2",
        "skos:relatedMatch <https://example.org/x>",
        "skos:broadMatch obo:A_3",
        "skos:narrowMatch obo:B_4",
        'skos:notation "Chapter V"',
        'skos:definition "What, it is."@en',
        "concept:b a skos:Concept , evi:Problem",
        "skos:broader concept:a",
        "skos:topConceptOf scheme:problem",
    ):
        assert words in text
    (folder.path / CONCEPTS).write_text(text, encoding="utf-8")
    fresh = Folder(folder.path)
    (folder.path / TABLE).write_text(to_table(fresh), encoding="utf-8")
    assert from_table(fresh).decode() == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("slug,schem,label\n", ":1: no column 'schem': did you mean scheme"),
        ("slug,scheme\n", ":1: has no column 'label'; it needs slug, scheme, label"),
        (f"{HEAD}a,problems,A,,,\n", ":2: no scheme 'problems': did you mean problem"),
        (f"{HEAD}a,problem,,,,\n", ":2: the cell under 'label' is empty"),
        (f"{HEAD}A b,problem,A,,,\n", ":2: the slug 'A b' is not of small letters"),
        (f"{HEAD}a,problem,A,,,\n\na,problem,A,,,\n", ":4: a stands on line 2 too"),
        (f"{HEAD}a,problem,A,,c,\nb,problem,B,,,\n", ":2: no concept 'c'"),
        (f"{HEAD}a,problem,A,,b,\nb,design,B,,,\n", ":2: b is of another scheme than a"),
        (f"{HEAD}a,problem,A,,b,\nb,problem,B,,a,\n", ":2: a is broader than itself, by way of b"),
        (f"{HEAD}a,problem,A,,,msh:D1\n", ":2: 'msh:D1' is neither an IRI nor .* did you mean mesh"),
        (f"{HEAD}a,problem,A,,,,,\n", ":2: has 8 cells under 6 columns"),
        (f'{HEAD}"a,problem\n', "is no table"),
    ],
)
def test_what_a_table_cannot_say_is_refused(folder: Folder, text: str, why: str) -> None:
    """With file, line and what to do; the concepts stay as they are."""
    before = (folder.path / CONCEPTS).read_bytes()
    with pytest.raises(InputError, match=why):
        made(folder, text)
    ran = run("--review", str(folder.path), "concepts", "build")
    assert ran.code == 2
    assert (folder.path / CONCEPTS).read_bytes() == before


def test_the_commands_build_print_and_compare(folder: Folder) -> None:
    """Out of step, built, in step; check of the whole review says so too."""
    at = ("--review", str(folder.path))
    path = folder.path / TABLE
    path.write_text(
        path.read_text(encoding="utf-8") + "apnoea,problem,apnoea,,sleep-problem,\n", encoding="utf-8"
    )
    assert run(*at, "concepts", "check").code == 1
    ran = run(*at, "check")
    assert (ran.code, "evigraph concepts build" in ran.out) == (1, True)
    assert "would be written" in run(*at, "concepts", "build", "--dry-run").out
    assert run(*at, "concepts", "check").code == 1
    assert "was written" in run(*at, "concepts", "build").out
    assert run(*at, "concepts", "check").code == 0
    assert run(*at, "check").code == 0
    assert "nothing new" in run(*at, "concepts", "build").out
    assert "apnoea,problem,apnoea,,sleep-problem," in run(*at, "concepts", "table").out
    path.unlink()
    assert run(*at, "concepts", "check").out == "there is no ontology/concepts.csv to compare with\n"
    assert "no such file" in run(*at, "concepts", "build").err
    assert run("concepts", "build").code == 2


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True),
            st.sampled_from(sorted(CLASSES)),
            st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12),
            st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20),
        ),
        unique_by=lambda row: row[0],
        min_size=1,
        max_size=8,
    )
)
def test_any_table_comes_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]) -> None:
    """Table, SKOS, table, SKOS: the same."""
    base = evigraph.open().folder
    path = tmp_path_factory.mktemp("table")
    for name in ("ontology", "shapes", "queries", "graph"):
        (path / name).mkdir()
    (path / "ontology/prefixes.ttl").write_bytes((base.path / "ontology/prefixes.ttl").read_bytes())
    schemes = sorted({row[1] for row in rows})
    lines = [["", name, name, "", "", ""] for name in schemes] + [[*row, "", ""] for row in rows]
    (path / TABLE).write_text(csv_table(COLUMNS, lines), encoding="utf-8")
    first = from_table(Folder(path))
    (path / CONCEPTS).write_bytes(first)
    (path / TABLE).write_text(to_table(Folder(path)), encoding="utf-8")
    assert from_table(Folder(path)) == first
