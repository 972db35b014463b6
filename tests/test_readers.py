"""Readers of records: what each format says, what the libraries under them lose, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbib
import pytest
import rispy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evigraph.errors import EvigraphError, InputError, UnknownNameError
from evigraph.records.dates import issued
from evigraph.records.found import Found, Judged
from evigraph.records.importing import add_records
from evigraph.records.kinds import READERS
from evigraph.records.names import names_in
from evigraph.records.readers import read_records, reader
from tests.records import RIS, held, items, own_review, read, refusals, written

BIB = r"""
@article{muller2000, title = {The {DNA} ``quoted'' -- \"o \& 50\% {\o}},
  author = {M{\"u}ller, J{\"o}rg and {World Health Organization} and de la Cruz, Ana and Smith, Jr., Bob},
  year = 2000, month = mar, journal = {J. of X}, pages = {1--5}, doi = {10.1000/ab_c}, keywords = {a; b} }
@article{twice, title = {One}, title = {Two}}
@article{muller2000, title = {Again}}
@article{broken, title = {Never closed
@book{fine, title = "Fine"}
"""
NBIB = """\
PMID- 12345678
OWN - NLM
TI  - A trial of mutual
      help in groups.
LID - 10.1000/xyz [doi]
AB  - BACKGROUND: text
      more.
FAU - Smith, John A
AU  - Smith JA
CN  - Group of Trialists
DP  - 2010 Jan-Feb
JT  - The Journal
IP  - 2
PG  - 10-20
MH  - Humans
IS  - 1234-5678 (Print)

PMID- 99
TI  - Second
DP  - 2011 Mar 3
"""
PUBMED = """\
<?xml version="1.0"?>
<PubmedArticleSet>
<!-- <PubmedArticle> -->
<PubmedArticle><MedlineCitation><PMID>77</PMID><Article><Journal><ISSN>1234-5678</ISSN><JournalIssue>
<Volume>3</Volume><Issue>2</Issue><PubDate><Year>2012</Year><Month>Jun</Month></PubDate></JournalIssue>
<Title>J of T</Title></Journal><ArticleTitle>On <i>groups</i></ArticleTitle>
<Pagination><MedlinePgn>1-9</MedlinePgn></Pagination>
<ELocationID EIdType="doi">10.5555/p</ELocationID>
<Abstract><AbstractText Label="AIM">x</AbstractText><AbstractText>y</AbstractText></Abstract>
<AuthorList><Author><LastName>Doe</LastName><ForeName>Ann</ForeName></Author>
<Author><CollectiveName>Trialists</CollectiveName></Author></AuthorList></Article>
<MeshHeadingList><MeshHeading><DescriptorName>Humans</DescriptorName></MeshHeading></MeshHeadingList>
</MedlineCitation></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>78</PMID></MedlineCitation></PubmedArticle>
</PubmedArticleSet>
"""
ENDNOTE = """\
<?xml version="1.0" encoding="UTF-8"?>
<xml><records>
<record><database name="x.enl">x.enl</database><source-app name="EndNote">EndNote</source-app>
<rec-number>5</rec-number>
<ref-type name="Journal Article">17</ref-type><contributors><authors>
<author><style face="normal">Doe, Ann</style></author></authors></contributors>
<titles><title><style>On </style><style face="italic">groups</style></title></titles>
<periodical><full-title>J of T</full-title></periodical><pages>1-9</pages><volume>3</volume>
<keywords><keyword>a</keyword><keyword>b</keyword></keywords><dates><year>2012</year></dates>
<electronic-resource-num>10.5555/p</electronic-resource-num><call-num>Q1</call-num></record>
</records></xml>
"""
ZOTERO = """\
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:bib="http://purl.org/net/biblio#" xmlns:foaf="http://xmlns.com/foaf/0.1/"
 xmlns:prism="http://prismstandard.org/namespaces/1.2/basic/">
<bib:Article rdf:about="#item_1"><z:itemType>journalArticle</z:itemType>
 <dcterms:isPartOf rdf:resource="urn:issn:1234-5678"/>
 <bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Doe</foaf:surname><foaf:givenName>Ann</foaf:givenName>
 </foaf:Person></rdf:li></rdf:Seq></bib:authors>
 <dcterms:isReferencedBy rdf:resource="#note"/>
 <dc:subject>groups</dc:subject><dc:title>On groups</dc:title><dc:date>2012-06</dc:date>
 <bib:pages>1-9</bib:pages>
 <dc:identifier>DOI 10.5555/p</dc:identifier></bib:Article>
<bib:Journal rdf:about="urn:issn:1234-5678"><prism:volume>3</prism:volume><dc:title>J of T</dc:title>
 <dc:identifier>ISSN 1234-5678</dc:identifier></bib:Journal>
<bib:Memo rdf:about="#note"><rdf:value>seen</rdf:value></bib:Memo>
<z:Attachment rdf:about="#pdf"><z:itemType>attachment</z:itemType></z:Attachment>
</rdf:RDF>
"""
APA = """\
Bright, J. I., Baker, K. D., & Neimeyer, R. A. (1999). Professional treatments: A comparison. Journal of
  Consulting, 67(4), 491–501. https://doi.org/10.5555/x.4

Not a reference at all

[3] World Health Organization. (2005). A report. Author.
"""
RAYYAN = (
    "key,title,year,authors,pubmed_id,notes\n"
    'rayyan-1,On groups,2012,"Doe, Ann and Roe, Bob",77,"my note | RAYYAN-INCLUSION: {""Ann""=>""Included"", '
    '""Bob""=>""Excluded""} | RAYYAN-LABELS: a,b | RAYYAN-EXCLUSION-REASONS: wrong design '
    '| USER-NOTES: {""Ann""=>[""why not""]}"\n'
)


def test_every_tag_of_ris_is_kept(tmp_path: Path) -> None:
    """What the language has a place for stands there, the rest under custom, second values too."""
    text = RIS.replace(
        "DO  - 10.5555/groups.1", "DO  - 10.5555/groups.1\nDO  - 10.5555/other\nM1  - x\nN1  - a\nN1  - b"
    )
    reading = read(tmp_path, "a.ris", text)
    first, second = items(reading)
    assert reading.format == "RIS"
    assert first["author"] == [{"family": "Smith", "given": "John"}, {"family": "Doe", "given": "Ann"}]
    assert (first["page"], first["DOI"], first["note"]) == ("10-20", "10.5555/groups.1", "a")
    assert first["custom"]["ris"] == {"DO": ["10.5555/other"], "M1": ["x"], "N1": ["b"]}
    assert second["issued"] == {"date-parts": [[2011, 5, 3]]}


@pytest.mark.parametrize(
    ("fault", "lost"),
    [
        (lambda text: "\ufeff" + text, 1),
        (lambda text: text.replace("\n", "\r"), 2),
        (lambda text: text.rstrip().removesuffix("ER  -"), 1),
        (lambda text: text.replace("ER  - \n", "", 1), 1),
    ],
    ids=["byte-order mark", "CR line ends", "no last end", "no end between"],
)
def test_what_rispy_loses_is_kept(fault: Any, lost: int, tmp_path: Path) -> None:
    """Rispy alone has fewer entries than there are; here both are read."""
    text = fault(RIS)
    assert len(rispy.loads(text)) == 2 - lost
    assert [item["title"] for item in items(read(tmp_path, "a.ris", text))] == [
        "A trial of groups",
        "Another trial",
    ]


def test_rispy_reads_the_same_where_nothing_is_wrong(tmp_path: Path) -> None:
    """On a clean file the titles, years and authors are those that rispy gives."""
    theirs = rispy.loads(RIS)
    ours = items(read(tmp_path, "a.ris", RIS))
    assert [entry["title"] for entry in theirs] == [item["title"] for item in ours]
    names = [[f"{n['family']}, {n['given']}" for n in item["author"]] for item in ours]
    assert [entry["authors"] for entry in theirs] == names


def test_wrapped_lines_and_stray_text_in_ris(tmp_path: Path) -> None:
    """A line without a tag goes on with the one before; text between entries is refused with its line."""
    text = RIS.replace("A trial of groups", "A trial\nof groups").replace("ER  - \nTY", "ER  - \nstray\nTY")
    reading = read(tmp_path, "a.ris", text)
    assert items(reading)[0]["title"] == "A trial of groups"
    (refused,) = refusals(reading)
    assert refused.where.endswith("a.ris:13")
    assert "stray" in refused.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_that_say_what_they_are(encoding: str, tmp_path: Path) -> None:
    """Accents survive, and nothing needs to be said."""
    reading = read(tmp_path, "a.ris", RIS.replace("Jones", "Müller").encode(encoding))
    assert items(reading)[1]["author"][0]["family"] == "Müller"
    assert not reading.notes


@pytest.mark.parametrize("encoding", ["windows-1252", "latin-1", "mac-roman", "utf-16-le"])
def test_encodings_are_not_guessed(encoding: str, tmp_path: Path) -> None:
    """An old export is refused with its place, and read when somebody says what it is in."""
    path = written(tmp_path, "a.ris", RIS.replace("Jones", "Müller").encode(encoding))
    with pytest.raises(InputError, match=r"a\.ris:(13:8: not UTF-8|1:1: looks like UTF-16).* --encoding"):
        read_records(path)
    assert items(held(read_records(path, encoding=encoding)))[1]["author"][0]["family"] == "Müller"


def test_xml_says_what_it_is_in(tmp_path: Path) -> None:
    """The first line of an XML file names its encoding."""
    text = ENDNOTE.replace("UTF-8", "ISO-8859-1").replace("Doe, Ann", "Döe, Ann")
    assert items(read(tmp_path, "a.xml", text.encode("latin-1")))[0]["author"][0]["family"] == "Döe"


def test_bibtex_with_latex_broken_and_repeated_entries(tmp_path: Path) -> None:
    """LaTeX becomes text; repeated keys and fields are kept; a broken entry is refused with its line."""
    reading = read(tmp_path, "a.bib", BIB)
    first, twice, again, fine = items(reading)
    assert first["title"] == "The DNA “quoted” – ö & 50% ø"
    assert first["author"] == [
        {"family": "Müller", "given": "Jörg"},
        {"literal": "World Health Organization"},
        {"family": "Cruz", "given": "Ana", "non-dropping-particle": "de la"},
        {"family": "Smith", "given": "Bob", "suffix": "Jr."},
    ]
    assert (first["page"], first["DOI"], first["id"]) == ("1-5", "10.1000/ab_c", "muller2000")
    assert first["issued"] == {"date-parts": [[2000, 3]]}
    assert twice["custom"]["bibtex"]["title"] == ["Two"]
    assert (again["id"], fine["title"]) == ("muller2000", "Fine")
    (refused,) = refusals(reading)
    assert refused.where.endswith("a.bib:7")
    assert "broken" in refused.reason


def test_pubmed_nbib_keeps_what_the_nbib_library_drops(tmp_path: Path) -> None:
    """The library agrees on what it reads; the tags that it drops are kept."""
    first, second = items(read(tmp_path, "a.nbib", NBIB))
    (theirs, _) = nbib.read(NBIB)
    assert (first["PMID"], first["title"]) == (str(theirs["pubmed_id"]), theirs["title"])
    assert first["DOI"] == "10.1000/xyz"
    assert first["author"] == [{"family": "Smith", "given": "John A"}, {"literal": "Group of Trialists"}]
    assert first["issued"] == {"date-parts": [[2010]]}
    assert first["custom"]["nbib"] == {"OWN": ["NLM"], "DP": ["2010 Jan-Feb"], "MH": ["Humans"]}
    assert second["issued"] == {"date-parts": [[2011, 3, 3]]}


def test_pubmed_xml(tmp_path: Path) -> None:
    """Articles with marked-up titles, labelled abstracts and groups; each on its own line."""
    reading = read(tmp_path, "a.xml", PUBMED)
    first, second = items(reading)
    assert first["title"] == "On groups"
    assert (first["abstract"], first["page"], first["DOI"]) == ("AIM: x y", "1-9", "10.5555/p")
    assert first["author"] == [{"family": "Doe", "given": "Ann"}, {"literal": "Trialists"}]
    assert first["issued"] == {"date-parts": [[2012, 6]]}
    assert second["PMID"] == "78"
    assert [one.where.rpartition(":")[2] for one in reading.read] == ["4", "14"]


@pytest.mark.parametrize(
    ("name", "text", "format"),
    [("a.xml", ENDNOTE, "EndNote XML"), ("a.rdf", ZOTERO, "Zotero RDF")],
)
def test_endnote_and_zotero(name: str, text: str, format: str, tmp_path: Path) -> None:
    """Both say the same of one article."""
    reading = read(tmp_path, name, text)
    (item,) = items(reading)
    assert reading.format == format
    assert item["author"] == [{"family": "Doe", "given": "Ann"}]
    assert (item["title"], item["container-title"]) == ("On groups", "J of T")
    assert (item["DOI"], item["page"], item["volume"], item["issued"]["date-parts"][0][0]) == (
        "10.5555/p", "1-9", "3", 2012,
    )  # fmt: skip


def test_what_endnote_and_zotero_alone_have_is_kept(tmp_path: Path) -> None:
    """Call numbers and notes stand under custom."""
    (endnote,) = items(read(tmp_path, "a.xml", ENDNOTE))
    (zotero,) = items(read(tmp_path, "a.rdf", ZOTERO))
    assert endnote["custom"]["endnote"] == {"rec-number": "5", "call-num": "Q1"}
    assert zotero["custom"]["zotero"] == {"notes": ["seen"]}


def test_a_reference_list_says_what_was_parsed(tmp_path: Path) -> None:
    """Each parsed field is named; what cannot be parsed is its text alone."""
    first, text, third = items(read(tmp_path, "list.txt", APA))
    assert [name["family"] for name in first["author"]] == ["Bright", "Baker", "Neimeyer"]
    assert (first["title"], first["volume"], first["issue"], first["page"]) == (
        "Professional treatments: A comparison", "67", "4", "491-501",
    )  # fmt: skip
    assert first["DOI"] == "10.5555/x.4"
    assert set(first["custom"]["parsed"]["fields"]) == set(first) - {"type", "custom"}
    assert text == {
        "type": "document",
        "custom": {"parsed": {"text": "Not a reference at all", "fields": []}},
    }
    assert third["author"] == [{"literal": "World Health Organization"}]


def test_a_table_with_columns_of_anybodys_making(tmp_path: Path) -> None:
    """Columns are guessed and shown; what is not known is kept; a person can say otherwise."""
    text = "Titel;Authors;Year;Pet\n=evil;Smith J, Doe A;2010.0;cat\nB;X;2011;\n"
    reading = read(tmp_path, "a.csv", text)
    first, second = items(reading)
    assert reading.format == "table"
    assert reading.notes == (
        "a.csv: columns: Titel → title, Authors → author, Year → year; kept as they are: Pet",
    )
    assert [name["family"] for name in first["author"]] == ["Smith", "Doe"]
    assert (first["issued"], first["custom"]) == ({"date-parts": [[2010]]}, {"table": {"Pet": "cat"}})
    assert second["title"] == "B"
    chosen = read_records(tmp_path / "a.csv", columns={"Pet": "title", "Titel": ""})
    assert items(chosen)[0]["title"] == "cat"
    with pytest.raises(UnknownNameError, match="no column 'Pett': did you mean Pet"):
        read_records(tmp_path / "a.csv", columns={"Pett": "title"})
    with pytest.raises(UnknownNameError, match="did you mean title"):
        read_records(tmp_path / "a.csv", columns={"Pet": "titel"})


def test_rayyan_decisions(tmp_path: Path) -> None:
    """Each person's decision stands alone, with the reason and what that person wrote."""
    reading = read(tmp_path, "articles.csv", RAYYAN)
    (one,) = reading.read
    assert reading.format == "Rayyan"
    assert isinstance(one, Found)
    assert one.judged == (
        Judged("include", "Ann", "", "why not"),
        Judged("exclude", "Bob", "wrong design", ""),
    )


@pytest.mark.parametrize(
    ("header", "cells", "format", "answer"),
    [
        ("title,abstract,included", ["A,b,1", "B,c,0", "C,d,"], "ASReview", ["include", "exclude", ""]),
        ("title,asreview_label", ["A,1", "B,0", "C,-1"], "ASReview", ["include", "exclude", ""]),
        ("Title,Authors,Covidence #,Tags", ["A,X,#1,", "B,Y,#2,", "C,Z,#3,"], "Covidence", ["", "", ""]),
    ],
)
def test_tools_of_screening(
    header: str, cells: list[str], format: str, answer: list[str], tmp_path: Path
) -> None:
    """Labels of ASReview are decisions of nobody named; a row without a label has none."""
    reading = read(tmp_path, "a.csv", "\n".join([header, *cells]) + "\n")
    assert reading.format == format
    judged = [one.judged[0].answer if one.judged else "" for one in reading.read if isinstance(one, Found)]
    assert judged == answer


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.ris", b"", "empty"),
        ("a.ris", b"%PDF\x00\x01", "no text"),
        ("a.ris", b"just words", "looks like none of"),
        ("a.xml", b"<xml><records><record><ref-type", "broken XML"),
        ("a.json", b"[{]", "broken JSON"),
        ("a.csv", b'title,year\n"never closed,1\n', "quotation"),
        ("a.csv", b"title,title\na,b\n", "two columns are called 'title'"),
        (
            "a.xml",
            b'<!DOCTYPE x [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><xml><records><record><ref-type/>&b;</record>'
            b"</records></xml>",
            "declares entities",
        ),
    ],
)
def test_a_broken_file_is_one_clear_error(name: str, text: bytes, message: str, tmp_path: Path) -> None:
    """The file and what to do are named."""
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path, name, text)
    assert name in str(caught.value)


def test_items_of_another_shape_are_refused_one_by_one(tmp_path: Path) -> None:
    """A title that is a number, authors that are text: refused with the line, the others kept."""
    text = '[{"title": 1},\n{"title": "A", "author": "X"},\n{"title": "B", "issued": 3},\n{"title": "C"}]'
    reading = read(tmp_path, "a.json", text)
    assert [refused.where.rpartition(":")[2] for refused in refusals(reading)] == ["1", "2", "3"]
    assert items(reading) == [{"title": "C"}]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Smith, John; Doe, Ann", ["Smith", "Doe"]),
        ("Smith, John and Doe, Ann", ["Smith", "Doe"]),
        ("Smith J, Doe AB & Roe C.", ["Smith", "Doe", "Roe"]),
        ("Smith, John", ["Smith"]),
        ("", []),
    ],
)
def test_names_in_one_cell(text: str, names: list[str]) -> None:
    """The marks between names are told from those in them."""
    assert [name["family"] for name in names_in(text)] == names


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2000", [2000]),
        ("2000/05/12/spring", None),
        ("May 3, 2001", [2001, 5, 3]),
        ("2000/13", None),
        ("0999", None),
    ],
)
def test_dates(text: str, parts: list[int] | None) -> None:
    """A date is one or is none; nothing is guessed."""
    assert issued(text) == ({"date-parts": [parts]} if parts else None)


SEEDS = {"ris": RIS, "bibtex": BIB, "nbib": NBIB, "pubmed-xml": PUBMED, "endnote-xml": ENDNOTE}
SEEDS |= {
    "zotero-rdf": ZOTERO,
    "apa": APA,
    "table": RAYYAN,
    "csl-json": json.dumps([{"title": "A", "DOI": "10.1/x"}]),
}


@pytest.mark.parametrize("format", list(READERS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_text_breaks_a_reader(format: str, data: st.DataObject) -> None:
    """Whatever is cut, doubled or put in: entries and refusals with their lines, or one clear error."""
    text = SEEDS[format]
    for _ in range(data.draw(st.integers(1, 4))):
        start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        middle = data.draw(st.one_of(st.just(""), st.just(text[start:end] * 2), st.text(max_size=20)))
        text = text[:start] + middle + text[end:]
    text = text.encode("utf-8", "replace").decode().replace("\r", "\n")
    try:
        found = list(reader(format).read("file", text))
    except EvigraphError as error:
        found = []
        said = str(error)
    else:
        said = "file"
    assert said.startswith("file")
    for one in found:
        place, _, line = one.where.rpartition(":")
        assert place == "file"
        assert 1 <= int(line) <= text.count("\n") + 1
        if isinstance(one, Found):
            json.dumps(one.item)


def test_a_format_can_be_named(tmp_path: Path) -> None:
    """A list of references is read as such when somebody says so; an unknown format is answered."""
    path = written(tmp_path, "a.txt", "One line of text\n")
    assert len(items(read_records(path, "apa"))) == 1
    with pytest.raises(UnknownNameError, match="did you mean bibtex"):
        read_records(path, "bibtexx")


def one(folder: Path, name: str, text: str) -> dict[str, Any]:
    """The only item in a file."""
    (item,) = items(read(folder, name, text))
    return item


def test_rare_kinds_of_bibtex_have_their_own_fields(tmp_path: Path) -> None:
    """Theses come from schools, reports from institutions; what is no name or date is kept."""
    thesis = one(
        tmp_path, "a.bib", "@phdthesis{a, title={T}, school={U}, author={, }, date={2001-05}, note={n}}"
    )
    assert (thesis["publisher"], thesis["issued"]) == ("U", {"date-parts": [[2001, 5]]})
    report = one(tmp_path, "b.bib", "@techreport{b, title={T}, institution={I}, year={in press}, month=mar}")
    assert (report["publisher"], report["type"]) == ("I", "report")
    assert report["custom"]["bibtex"]["year"] == ["in press"]
    chapter = one(tmp_path, "c.bib", "@incollection{c, title={T}, booktitle={B}, author={A, B}}")
    assert (chapter["container-title"], chapter["type"]) == ("B", "chapter")


def test_rare_fields_of_endnote_are_kept(tmp_path: Path) -> None:
    """A kind that is not known, a number of a book, a day without a year."""
    text = ENDNOTE.replace('name="Journal Article">17', 'name="Hieroglyphs">99')
    text = text.replace("<year>2012</year>", "<year></year><pub-dates><date>spring</date></pub-dates>")
    item = one(tmp_path, "a.xml", text.replace("</record>", "<isbn>978-1</isbn></record>"))
    assert (item["type"], item["ISBN"], "issued" in item) == ("document", "978-1", False)
    assert item["custom"]["endnote"]["ref-type"]
    assert item["custom"]["endnote"]["date"] == "spring"
    assert one(tmp_path, "b.xml", ENDNOTE.replace("</record>", "<isbn>1234-5678</isbn></record>"))["ISSN"]


def test_rare_fields_of_pubmed_are_kept(tmp_path: Path) -> None:
    """A book without an article, a date in words; key words, and authors of whom some have no full name."""
    book = (
        "<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>5</PMID><Book>"
        "<BookTitle>On books</BookTitle>"
        "<PubDate><MedlineDate>1999 Spring</MedlineDate></PubDate></Book><KeywordList><Keyword>a</Keyword>"
        "<Keyword>b</Keyword></KeywordList></BookDocument></PubmedBookArticle></PubmedArticleSet>"
    )
    item = one(tmp_path, "a.xml", book)
    assert (item["type"], item["title"], item["keyword"]) == ("book", "On books", "a; b")
    assert item["issued"] == {"date-parts": [[1999]]}
    text = (
        "PMID- 1\nTI  - T\nFAU - Smith, John A\nAU  - Smith JA\nAU  - Doe A\nOT  - a\nOT  - b\nDP  - 2001\n"
    )
    nbib = one(tmp_path, "a.nbib", text)
    assert [name["family"] for name in nbib["author"]] == ["Smith", "Doe"]
    assert (nbib["keyword"], nbib["custom"]["nbib"]["FAU"]) == ("a; b", ["Smith, John A"])


def test_rare_fields_of_zotero_are_kept(tmp_path: Path) -> None:
    """Publishers, addresses, people with one name, kinds of its own."""
    text = ZOTERO.replace("journalArticle", "podcast").replace("<foaf:surname>Doe</foaf:surname>", "")
    text = text.replace(
        "<dc:identifier>DOI 10.5555/p</dc:identifier>",
        "<dc:identifier>https://example.org/p</dc:identifier><dc:publisher><foaf:Organization>"
        "<foaf:name>A  press</foaf:name></foaf:Organization></dc:publisher>",
    )
    item = one(tmp_path, "a.rdf", text)
    assert (item["URL"], item["publisher"]) == ("https://example.org/p", "A press")
    assert (item["author"], item["custom"]["zotero"]["itemType"]) == ([{"literal": "Ann"}], "podcast")


def test_a_table_may_say_of_what_kind_a_record_is_and_what_was_decided(tmp_path: Path) -> None:
    """What is no kind is kept; pages in two columns are one; what is no decision is refused."""
    text = "title,type,first_page,last_page,included\nA,Book,1,9,1\nB,scroll,3,,0\nC,,,,perhaps\n"
    path = written(tmp_path, "a.csv", text)
    columns = {"first_page": "first-page", "last_page": "last-page", "included": "decision", "type": "type"}
    reading = held(read_records(path, "table", columns=columns))
    first, second = items(reading)
    assert (first["type"], first["page"]) == ("book", "1-9")
    assert (second["type"], second["page"], second["custom"]["table"]["type"]) == ("document", "3", "scroll")
    (refused,) = refusals(reading)
    assert "'perhaps' is no decision" in refused.reason


@pytest.mark.parametrize(
    ("sign", "said"), [(r"\ud800", "half a character"), (r"\u0007", "a control character")]
)
def test_a_text_that_no_file_can_keep_is_refused(sign: str, said: str, tmp_path: Path) -> None:
    """JSON can write it, wherever it stands; the other records are kept."""
    text = f'[{{"title": "A", "custom": {{"x": ["{sign}"]}}}}, {{"title": "B"}}]'
    added = add_records(own_review(tmp_path), [written(tmp_path, "a.json", text)], skip_bad=True)
    assert (added.read, added.kept, len(added.refused)) == (2, 1, 1)
    assert said in added.refused[0].reason
