"""Records in a review: added whole or not at all, counted, and taken out as they came."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evigraph
from evigraph.errors import InputError
from evigraph.records.importing import Added, Search, add_records
from evigraph.records.readers.bibtex import read as read_bibtex
from evigraph.records.readers.csl_json import read as read_csl
from evigraph.records.readers.ris import item_of
from evigraph.records.readers.ris import read as read_ris
from evigraph.records.stored import RECORDS, Record, item_text, records_in, statements
from evigraph.records.writers import bibtex, csl_json, ris
from evigraph.terms import RDF_TYPE, SOURCE, evi
from tests.commands import run
from tests.records import RIS, own_review, written


def adds_up(added: Added) -> bool:
    """Whether nothing was lost on the way."""
    return added.read == added.kept + added.merged + len(added.refused)


def test_each_entry_becomes_a_record_of_its_source(tmp_path: Path) -> None:
    """Keys are of author and year, the file is described with its hash, and the review is usable."""
    review = own_review(tmp_path)
    added = add_records(review, [written(tmp_path, "a.ris", RIS)], Search("PubMed", "database", "2026-11-20"))
    assert str(added) == "read 2, kept 2, merged 0, refused 0"
    fresh = evigraph.open(review.folder.path)
    records = records_in(fresh.folder.graph)
    assert sorted(record.key for record in records) == ["jones2011", "smith2010"]
    assert {record.locator for record in records} == {"line 1", "line 12"}
    (source,) = {record.source for record in records}
    said = {(q.predicate.value.rpartition("#")[2].rpartition("/")[2], q.object.value)  # type: ignore[union-attr]
            for q in fresh.folder.graph if q.subject == ox.NamedNode(source)}  # fmt: skip
    assert {
        ("label", "PubMed"),
        ("searchKind", "database"),
        ("date", "2026-11-20"),
        ("fileName", "a.ris"),
    } <= said
    assert fresh.check().conforms
    assert list(fresh.studies) == list(review.studies)


def test_the_same_file_again_adds_nothing_and_says_so(tmp_path: Path) -> None:
    """The second import of a file changes no byte."""
    review = own_review(tmp_path)
    path = written(tmp_path, "a.ris", RIS)
    add_records(review, [path])
    before = {p: p.read_bytes() for p in review.folder.path.rglob("*") if p.is_file()}
    ran = run("--review", str(review.folder.path), "add", str(path))
    assert (ran.code, ran.out) == (0, "read 2, kept 0, merged 2, refused 0\n")
    assert "nothing new" in ran.err
    assert {p: p.read_bytes() for p in review.folder.path.rglob("*") if p.is_file()} == before


def test_another_source_of_the_same_work_is_another_record(tmp_path: Path) -> None:
    """What two databases give is counted twice; what one gives twice is counted once."""
    review = own_review(tmp_path)
    path = written(tmp_path, "a.ris", RIS + RIS)
    assert str(add_records(review, [path], Search("PubMed"))) == "read 4, kept 2, merged 2, refused 0"
    assert str(add_records(review, [path], Search("PsycINFO"))) == "read 4, kept 2, merged 2, refused 0"
    records = records_in(evigraph.open(review.folder.path).folder.graph)
    assert sorted(record.key for record in records) == [
        "jones2011",
        "jones2011-2",
        "smith2010",
        "smith2010-2",
    ]


def test_a_later_export_of_one_source_adds_only_what_is_new(tmp_path: Path) -> None:
    """A search that is run again is merged entry by entry."""
    review = own_review(tmp_path)
    add_records(review, [written(tmp_path, "a.ris", RIS)], Search("PubMed"))
    more = RIS + "TY  - JOUR\nTI  - New\nPY  - 2012\nER  - \n"
    added = add_records(review, [written(tmp_path, "b.ris", more)], Search("PubMed"))
    assert str(added) == "read 3, kept 1, merged 2, refused 0"


def test_what_cannot_be_known_is_refused_with_its_line(tmp_path: Path) -> None:
    """An entry with neither title nor identifier is no record; the command says where it stands."""
    review = own_review(tmp_path)
    path = written(tmp_path, "a.ris", RIS + "TY  - JOUR\nVL  - 3\nER  - \n")
    ran = run("--review", str(review.folder.path), "add", str(path), "--source", "X", "--kind", "register")
    assert ran.out == "read 3, kept 2, merged 0, refused 1\n"
    assert "a.ris:17: has neither a title nor a DOI or PMID" in ran.err


def test_all_files_or_none(tmp_path: Path) -> None:
    """A broken second file keeps the first out."""
    review = own_review(tmp_path)
    with pytest.raises(InputError, match="broken JSON"):
        add_records(review, [written(tmp_path, "a.ris", RIS), written(tmp_path, "b.json", "[{]")])
    assert not (review.folder.path / RECORDS).exists()


def test_the_shipped_review_is_not_changed(tmp_path: Path) -> None:
    """Without --review nothing is added; a dry run counts."""
    path = written(tmp_path, "a.ris", RIS)
    assert run("add", str(path)).code == 2
    ran = run("add", "--dry-run", str(path))
    assert (ran.code, ran.out) == (0, "read 2, kept 2, merged 0, refused 0\n")


_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20
)
_LINES = _WORDS.map(lambda text: " ".join(text.split())).filter(bool)
_TAGS = st.sampled_from(
    [
        *("TY", "TI", "T1", "T2", "JO", "AU", "A1", "A2", "ED", "PY", "Y1", "DA", "AB", "N1", "N2", "KW"),
        *("DO", "SN", "SP", "EP", "VL", "IS", "UR", "PB", "ID", "M1", "C1", "L1"),
    ]
)


@given(
    st.lists(
        st.dictionaries(_TAGS, st.lists(_LINES, min_size=1, max_size=3), min_size=1), min_size=1, max_size=3
    )
)
@settings(max_examples=200, deadline=None)
def test_ris_comes_back_as_it_was(entries: list[dict[str, list[str]]]) -> None:
    """Any tags with any values: import, export, import gives the same items."""
    items = [item_of(entry | {"TI": [*entry.get("TI", []), "T"]}) for entry in entries]
    again = _through(ris, read_ris, items)
    for item, back in zip(items, again, strict=True):
        assert back == item


_ITEM = st.fixed_dictionaries(
    {"title": _LINES},
    optional={
        "type": st.sampled_from(
            ["article-journal", "book", "chapter", "thesis", "paper-conference", "document"]
        ),
        "author": st.lists(
            st.one_of(
                st.fixed_dictionaries({"family": _LINES, "given": _LINES}),
                st.fixed_dictionaries({"literal": _LINES}),
            ),
            min_size=1,
            max_size=3,
        ),
        "container-title": _LINES,
        "abstract": _LINES,
        "volume": _LINES,
        "issue": _LINES,
        "note": _LINES,
        "DOI": st.just("10.5555/a_b"),
        "issued": st.sampled_from(
            [{"date-parts": [[2000]]}, {"date-parts": [[2000, 3]]}, {"date-parts": [[2000, 3, 9]]}]
        ),
    },
)


@given(st.lists(_ITEM, min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_bibtex_comes_back_as_it_was(items: list[dict[str, Any]]) -> None:
    """Any text, braces, backslashes and percent signs too: export and import give the same items."""
    full = [{"type": "document", **item, "id": f"key{number}"} for number, item in enumerate(items)]
    again = _through(bibtex, read_bibtex, full)
    assert again == full


@given(st.lists(_ITEM, min_size=1, max_size=3))
@settings(max_examples=50, deadline=None)
def test_csl_json_comes_back_as_it_was(items: list[dict[str, Any]]) -> None:
    """It is what is kept; only an id is given to what has none."""
    again = _through(csl_json, read_csl, items)
    assert [{k: v for k, v in item.items() if k != "id"} for item in again] == items
    assert len({item["id"] for item in again}) == len(items)


class _Made:
    """Stands where a review at a level of trust does, with these items as its records."""

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self.statements = [
            quad
            for number, item in enumerate(items)
            for quad in statements(
                Record(
                    f"https://example.org/{number:03}",
                    f"k{number:03}",
                    "https://example.org/s",
                    "l",
                    item_text(item),
                )
            )
        ]


def _through(writer: Any, reader: Any, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    out = io.BytesIO()
    writer.write(_Made(items), out)
    text = out.getvalue().decode().replace("\r\n", "\n")
    return [one.item for one in reader("file", text)]


@pytest.mark.parametrize("format", ["ris", "bibtex", "csl-json"])
def test_what_was_added_can_be_taken_out_and_added_again(format: str, tmp_path: Path) -> None:
    """Through the command line: the export of the records, as the same source, adds nothing."""
    review = own_review(tmp_path)
    add_records(review, [written(tmp_path, "a.ris", RIS)], Search("PubMed"))
    out = tmp_path / f"out.{ {'csl-json': 'json'}.get(format, format) }"
    ran = run("--review", str(review.folder.path), "export", "-f", format, "-o", str(out))
    assert ran.code == 0, ran.err
    again = run("--review", str(review.folder.path), "add", str(out), "--source", "PubMed")
    assert again.out == "read 2, kept 0, merged 2, refused 0\n", again.err


def test_what_a_format_cannot_carry_is_listed(tmp_path: Path) -> None:
    """RIS has no place for a PMCID or a particle, and says how many records lost one."""
    review = own_review(tmp_path)
    item = {
        "title": "A",
        "type": "song",
        "PMCID": "PMC1",
        "author": [{"family": "B", "dropping-particle": "de"}],
    }
    add_records(review, [written(tmp_path, "a.json", json.dumps([item]))])
    out = io.BytesIO()
    told = evigraph.open(review.folder.path).export_as(out, "ris")
    assert told == [
        "1 records",
        "RIS has no place for: PMCID (1), dropping-particle of names (1), type song (1)",
    ]
    assert b"AU  - de B" in out.getvalue()


def test_a_review_without_records_gives_its_publications(review: evigraph.Review) -> None:
    """The shipped review can be taken into a reference manager."""
    out = io.BytesIO()
    review.export_as(out, "csl-json")
    items = json.loads(out.getvalue())
    bright = next(item for item in items if item["id"] == "bright1999")
    assert bright["issued"] == {"date-parts": [[1999]]}
    assert bright["author"][0]["family"] == "Bright"
    publications = {
        q.subject for q in review.folder.graph if q.predicate == RDF_TYPE and q.object == evi("Publication")
    }
    assert len(items) == len(publications)


def test_every_record_names_its_source(tmp_path: Path) -> None:
    """No record of two files in one run stands without the file it was in."""
    review = own_review(tmp_path)
    added = add_records(review, [written(tmp_path, "a.ris", RIS), written(tmp_path, "b.ris", RIS)])
    assert adds_up(added)
    assert (added.kept, len(added.paths)) == (4, 2)
    graph = evigraph.open(review.folder.path).folder.graph
    records = {q.subject for q in graph if q.predicate == RDF_TYPE and q.object == evi("Record")}
    assert records == {q.subject for q in graph if q.predicate == SOURCE and q.subject in records}
