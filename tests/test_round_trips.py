"""Out, in, out and in again, with invented statements and records: nothing is lost and nothing is changed.

``make round-trips`` tries 2,000 sets of statements in each of six formats, and 500 files of records in each
of three; ``make test`` a few, always the same.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import evigraph
from evigraph.beginning import begin
from evigraph.canonical import FORMATS, serialize
from evigraph.reading import read_quads
from evigraph.records.importing import Search, add_records
from evigraph.records.stored import RECORDS, Record, item_text, records_in, statements
from evigraph.terms import RECORD_GRAPH
from tests.oracle import BASIS, XSD

EXAMPLE = "https://example.org/"
SUFFIXES = {
    "turtle": ".ttl",
    "trig": ".trig",
    "nquads": ".nq",
    "ntriples": ".nt",
    "jsonld": ".jsonld",
    "rdfxml": ".rdf",
}
#: All that XML 1.0 can hold, which is what a text may hold; the control characters beyond ASCII too.
SIGNS = st.characters(codec="utf-8", exclude_characters="\ufffe\uffff").filter(
    lambda sign: sign >= " " or sign in "\t\n\r"
)
TEXTS = st.text(SIGNS, max_size=40) | st.sampled_from(
    [
        '"""',
        "\\",
        "\\u0041",
        "]]>",
        "&amp;",
        "a\r\nb\rc",
        " ",
        "\ufeff",
        "> <a> .",
        "<<( ",
        "e\u0301",
        "\x85\u2028",
    ]
)
PATHS = st.text(
    st.characters(categories=["L", "N"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=9
)
# RDF/XML can write a property only when it ends in a name.
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
NUMBERS = st.sampled_from(
    ["0.050", "007", "1e400", "-0", "+1.50", "1E-400", "NaN", "INF", "12.", ".5", "twelve"]
)
DATES = st.sampled_from(
    ["2008-02-30", "2008-02-29", "2008-02-29Z", "0000-01-01", "-0001-01-01", "20O1", "2008-1-1"]
)
KINDS = [
    "integer",
    "decimal",
    "double",
    "float",
    "boolean",
    "date",
    "dateTime",
    "gYear",
    "gYearMonth",
    "anyURI",
]
IRIS = st.builds(
    lambda path, part: ox.NamedNode(f"{EXAMPLE}{path}{part}"),
    PATHS,
    st.sampled_from(["", "#arm-1", "/", "%20", "?a=b&c"]),
)
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag),
        TEXTS,
        st.sampled_from(["en", "en-gb", "de-x-long", "zh-hant"]),
    ),
    st.builds(
        lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(XSD + kind)),
        NUMBERS | DATES | TEXTS,
        st.sampled_from(KINDS),
    ),
)
GRAPHS = st.sampled_from(["abstract", "fulltext", "deduced", "record", "given"]).map(
    lambda b: ox.NamedNode(BASIS + b)
)
QUADS = st.builds(
    ox.Quad, IRIS, NAMES.map(lambda name: ox.NamedNode(EXAMPLE + name)), IRIS | LITERALS, GRAPHS
)


@pytest.mark.parametrize("format", FORMATS)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(quads=st.sets(QUADS, min_size=1, max_size=8))
def test_statements_come_back_letter_for_letter(format: str, tmp_path: Path, quads: set[ox.Quad]) -> None:
    """Written, read by our reader, written and read again: the same set and the same bytes."""
    if not FORMATS[format].supports_datasets:
        quads = {ox.Quad(q.subject, q.predicate, q.object) for q in quads}
    path = tmp_path / f"all{SUFFIXES[format]}"
    prefixes = {"ex": EXAMPLE, "xsd": XSD, "basis": BASIS}
    data = serialize(quads, format, prefixes)
    for _ in range(2):
        path.write_bytes(data)
        again = set(read_quads(path))
        assert again == quads
        assert serialize(again, format, prefixes) == data


# --- records --------------------------------------------------------------------------------------

LINES = st.text(SIGNS, min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
HOSTILE = st.sampled_from(
    [
        *(
            "ER  - ",
            "TY  - JOUR",
            "@book{a,",
            "a } b { c",
            "50% & $x_1^2$ # ~",
            "\\emph{a}",
            "=cmd()",
            "-- ---",
        ),
        *(
            "\"a\" 'b'",
            "<i>a</i>",
            "AND and And",
            "a, b and c",
            "\\",
            "{\\'e}",
            "%",
            "]]>",
            "&lt;",
            "ﬁ Å A\u030a",
        ),
    ]
)
WORDS = LINES | HOSTILE.map(lambda text: " ".join(text.split()))
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {"family": st.from_regex(r"[A-ZÄÖ][a-zé]{1,9}", fullmatch=True), "given": st.just("Ann")}
    ),
    min_size=1,
    max_size=3,
)
ITEMS = st.fixed_dictionaries(
    {"type": st.sampled_from(["article-journal", "book", "thesis"]), "title": WORDS},
    optional={
        "author": PEOPLE,
        "abstract": WORDS,
        "container-title": WORDS,
        "volume": WORDS,
        "note": WORDS,
        "DOI": st.from_regex(r"10\.[0-9]{4}/[a-z0-9_.()-]{1,12}[a-z0-9]", fullmatch=True),
        "PMID": st.integers(1, 99_999_999).map(str),
        "issued": st.dates().filter(lambda d: 1500 <= d.year <= 2099).map(
            lambda d: {"date-parts": [[d.year, d.month, d.day]]}
        ),
    },
)  # fmt: skip
#: What RIS has no place for; docs/formats.md: the export lists what it left out.
NOT_IN = {"ris": {"PMID"}, "bibtex": set[str](), "csl-json": set[str]()}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review just begun, without studies or records."""
    path = tmp_path_factory.mktemp("begun") / "own"
    begin(path, bare=True)
    return path


def emptied(empty: Path, folder: Path) -> evigraph.Review:
    """A copy without the records of the try before."""
    own = folder / "own"
    if not own.exists():
        shutil.copytree(empty, own)
    shutil.rmtree(own / RECORDS, ignore_errors=True)
    return evigraph.open(own)


def told(item: dict[str, Any], format: str) -> dict[str, Any]:
    """What of an item a format carries."""
    return {name: value for name, value in item.items() if name not in NOT_IN[format] | {"id", "custom"}}


@pytest.mark.parametrize(("format", "suffix"), [("ris", ".ris"), ("bibtex", ".bib"), ("csl-json", ".json")])
@settings(
    max_examples=min(1000, settings().max_examples // 4 or 1),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(items=st.lists(ITEMS, min_size=1, max_size=4))
def test_records_come_back_in_what_the_format_carries(
    format: str, suffix: str, empty: Path, tmp_path: Path, items: list[dict[str, Any]]
) -> None:
    """From one review into an empty one, and again: equal, and the counts add up."""
    review = emptied(empty, tmp_path)
    said = [
        quad
        for number, item in enumerate(items)
        for quad in statements(
            Record(f"{EXAMPLE}r/{number:03}", f"k{number:03}", f"{EXAMPLE}s", "line 1", item_text(item))
        )
    ]
    review.folder = review.folder.foreseeing(
        [ox.Quad(quad.subject, quad.predicate, quad.object, RECORD_GRAPH) for quad in said]
    )
    path = tmp_path / f"records{suffix}"
    wanted, entries = [told(item, format) for item in items], len(items)
    for _ in range(2):
        out = io.BytesIO()
        review.export_as(out, format)
        path.write_bytes(out.getvalue())
        review = emptied(empty, tmp_path)
        added = add_records(review, [path], Search("PubMed"))
        assert added.read == added.kept + added.merged + len(added.refused) == entries
        assert not added.refused
        review = evigraph.open(review.folder.path)
        back = [told(record.item, format) for record in records_in(review.folder.graph)]
        entries = len(back)  # those that are alike in all that the format carries are one by now
        distinct = {item_text(item): item for item in wanted}
        assert {item_text(item) for item in back} == set(distinct)
