"""Files that people and programs hand in, each spoilt in one way: refused in one line, or taken whole.

A refusal names the place and what to do, gives the documented exit code, leaves the review as it was to the
byte, and leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shlex
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest

from evigraph.beginning import begin
from evigraph.reading import read_quads
from evigraph.terms import DCTERMS, XSD
from tests.commands import STUDY, Ran, run
from tests.records import RIS
from tests.servers import drips, floods, says, small

Files = dict[str, str | bytes]
Make = Callable[[Path], object]
NBIB = "PMID- 12345678\nTI  - A trial of groups\nDP  - 2010\n\nPMID- 99\nTI  - Second\nDP  - 2011\n"
BIB = "@article{a,\n title = {One},\n year = 2001}\n@article{b,\n title = {Two,\n year = 2002}\n\n@article{c,\n title = {Three},\n year = 2003}\n"  # noqa: E501
CSV = "title,authors,year\nOne,Smith J,2001\nTwo,Doe A,2002\n"
SHEET = "key,of,property,value,basis,source\n"
LONG = "x" * 17_000_000
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 50}">' for n in range(9))
RDF = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:e='https://example.org/e#'>"
    "<rdf:Description rdf:about='https://example.org/a'><e:b>%s</e:b></rdf:Description></rdf:RDF>"
)
ENDNOTE = (
    "<xml><records><record><ref-type name='Book'>6</ref-type><titles><title>%s</title></titles></record>"
    "</records></xml>"
)
PUBMED = (
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article><ArticleTitle>%s</ArticleTitle>"
    "</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
)
ZOTERO = RDF.replace("xmlns:e='https://example.org/e#'", "xmlns:e='http://www.zotero.org/namespaces/export#'")


@dataclass(frozen=True)
class Case:
    """A command line after ``evigraph --review own``, and what must come of it.

    Attributes:
        name: What is wrong.
        line: The command.
        files: What lies beside the review.
        err: What the only line on standard error must match after ``evigraph: ``.
        code: The exit code.
        make: Prepares what is no plain file.
    """

    name: str
    line: str
    files: Files
    err: str
    code: int = 2
    make: Make = lambda _: None


def no_shapes(own: Path) -> None:
    """Takes the criteria's shapes away."""
    for path in (own / "shapes/criteria").glob("*.ttl"):
        path.unlink()


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review just begun, which is never changed."""
    path = tmp_path_factory.mktemp("begun") / "own"
    begin(path, bare=True)
    return path


@pytest.fixture
def own(begun: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    shutil.copytree(begun, tmp_path / "own")
    return tmp_path / "own"


def bytes_of(folder: Path) -> dict[str, str]:
    """A hash of each file, and where each link leads, by name."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink())
        if path.is_symlink()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def laid(folder: Path, files: Files) -> None:
    """Write files."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)


def tried(own: Path, line: str, **more: object) -> Ran:
    """Run a command on the review; nothing may be left, and nothing may be shown of the program itself."""
    ran = run("--review", "own", *shlex.split(line), cwd=own.parent, **more)  # type: ignore[arg-type]
    assert "Traceback" not in ran.err
    assert not [path for path in own.parent.rglob("*") if path.suffix == ".tmp"]
    return ran


def utf16_bomb() -> bytes:
    """A bomb that a search for its words in ASCII does not find."""
    return ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE r [' + ENTITIES + "]>" + RDF % "&e8;").encode(
        "utf-16"
    )


def workbook(*rows: list[str]) -> bytes:
    """A workbook of one sheet."""
    out, book = io.BytesIO(), openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def bomb(name: str = "xl/media/nothing.bin", size: int = 200_000_000) -> bytes:
    """A workbook with a part that unpacks to much more than it is."""
    out = io.BytesIO(workbook(SHEET.strip().split(",")))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as part:
        for _ in range(0, size, 1_000_000):
            part.write(bytes(1_000_000))
    return out.getvalue()


def doctype(body: str, inner: str) -> str:
    """XML with declarations."""
    return f"<!DOCTYPE r [{inner}]>\n{body}"


def study(old: str, new: str) -> str:
    """The new study with something in it replaced."""
    assert old in STUDY
    return STUDY.replace(old, new)


def link(name: str, target: str) -> Make:
    """Makes a link in the review."""
    return lambda own: (own / name).symlink_to(target)


def spoilt(name: str, pattern: str, new: str) -> Make:
    """Changes a file of the review."""

    def make(own: Path) -> None:
        text = (own / name).read_text(encoding="utf-8")
        assert re.search(pattern, text), f"{name} has no {pattern}"
        (own / name).write_text(re.sub(pattern, new, text), encoding="utf-8")

    return make


XML_ERR = ": declares (entities, which are not read|an entity that is no namespace); .*"
REFUSED = [
    Case(
        "error in file 2 of 3",
        "add a.ris b.json c.csv",
        {"a.ris": RIS, "b.json": '[{"title": "x",\n "DOI" 1}]', "c.csv": CSV},
        r"b\.json:2: broken JSON: .*; mend the file",
    ),
    Case(
        "error in Turtle 2 of 3",
        "check a.ttl b.ttl c.ttl",
        {"a.ttl": STUDY, "b.ttl": study("evi:Group ;", "evi:Group"), "c.ttl": STUDY},
        r"b\.ttl:11:5: .*; mend the syntax",
    ),
    Case(
        "Latin-1",
        "add a.ris",
        {"a.ris": RIS.replace("A trial", "Une \xe9tude").encode("latin-1")},
        r"a\.ris:4:11: not UTF-8 \(byte 0xE9\); it looks like Windows-1252: save the file as UTF-8, or "
        "say so with --encoding windows-1252",
    ),
    Case(
        "Latin-1 in Turtle",
        "check a.ttl",
        {"a.ttl": study("evi:Study ;", 'evi:Study ; evi:country "Cura\xe7ao" ;').encode("latin-1")},
        r"a\.ttl:5:46: not UTF-8 \(byte 0xE7\); it looks like Windows-1252: save the file as UTF-8",
    ),
    Case(
        "one broken sign in UTF-8",
        "add a.ris",
        {"a.ris": RIS.replace("trial", "étude — “groupes” café").encode() + b"\nA\xe9"},
        r"a\.ris:\d+:2: not UTF-8 \(byte 0xE9\); the rest of the file is UTF-8, so mend that sign",
    ),
    Case(
        "UTF-16 in Turtle",
        "check a.ttl",
        {"a.ttl": STUDY.encode("utf-16")},
        r"a\.ttl:1:1: is UTF-16, not UTF-8; save the file as UTF-8",
    ),
    Case(
        "UTF-16 in a sheet",
        "add a.csv",
        {"a.csv": SHEET.encode("utf-16")},
        r"a\.csv:1:1: is UTF-16, not UTF-8; save the file as UTF-8",
    ),
    Case(
        "UTF-16 without a mark",
        "add a.ris",
        {"a.ris": RIS.encode("utf-16-le")},
        r"a\.ris:1:1: looks like UTF-16 without a byte-order mark; save it as UTF-8, or say .*",
    ),
    Case(
        "no such encoding",
        "add a.ris --encoding windows-1525",
        {"a.ris": RIS},
        r"no encoding 'windows-1525': did you mean windows-1252.*",
    ),
    Case(
        "NUL",
        "add a.ris",
        {"a.ris": RIS.replace("groups", "gro\0ups")},
        r"a\.ris:4:21: holds NUL, which no text may; take it out",
    ),
    *(
        Case(
            f"control character in {name}",
            line,
            {name: text},
            rf"{re.escape(name)}:\d+:\d+: holds (the control character U\+0007|\\u0007|\\[bf]|&#7;), .*",
        )
        for name, line, text in (
            ("a.ris", "add a.ris", RIS.replace("groups", "gro\7ups")),
            ("a.bib", "add a.bib", BIB.replace("One", "\7")),
            ("a.csv", "add a.csv", CSV.replace("One", "\7")),
            ("s.csv", "add s.csv", SHEET + "\7"),
            ("a.yaml", "add a.yaml", "graph: '\7'"),
            ("a.ttl", "check a.ttl", study("evi:Study ;", 'evi:Study ; evi:country "\7" ;')),
            ("b.ttl", "screen b.ttl", study("evi:Study ;", 'evi:Study ; evi:country "\\u0007" ;')),
            ("c.ttl", "check c.ttl", study("evi:Study ;", 'evi:Study ; evi:country "\\b" ;')),
            ("d.trig", "check d.trig", study("evi:Study ;", "evi:Study ; evi:country '\\\\\\f' ;")),
            ("a.rdf", "check a.rdf", RDF % "&#7;"),
            ("a.rq", "ask --file a.rq", "ASK { # \7\n}"),
        )
    ),
    Case(
        "control character on standard input",
        "check -",
        {"-": STUDY.replace("Study ;", "Study ; # \7\n")},
        r"-:5:\d+: holds the control character U\+0007, .*",
    ),
    Case(
        "nbib given as RIS",
        "add a.ris --format ris",
        {"a.ris": NBIB},
        r"a\.ris: is nbib, not ris; leave --format out",
    ),
    Case(
        "BibTeX brace missing",
        "add a.bib",
        {"a.bib": BIB},
        r"a\.bib:4: broken entry '@article\{b,.*; of 3 entries none was added: mend it, or .* --skip-bad",
    ),
    *(
        Case(
            f"CSV row too {name}",
            "add a.csv",
            {"a.csv": CSV.replace("Doe A,2002", row)},
            rf"a\.csv:3: {count} cells under 3 columns; quote cells .*; of 2 entries none was added: .*",
        )
        for name, row, count in (("long", "Doe, A,2002", 4), ("short", "2002", 2))
    ),
    Case(
        "CSV column twice",
        "add a.csv",
        {"a.csv": CSV.replace("authors", "year")},
        r"a\.csv:1: two columns are called 'year'; rename one",
    ),
    Case(
        "sheet row too long",
        "add a.csv --by Ann",
        {"a.csv": SHEET + "a,study,country,US,given,x,more\n"},
        r"a\.csv:2: has 7 cells under 6 columns; quote commas in texts",
    ),
    Case(
        "sheet column twice",
        "add a.csv --by Ann",
        {"a.csv": SHEET.replace("source", "basis") + "a,study,country,US,given,x\n"},
        r"a\.csv:1: has the column 'basis' twice; keep one",
    ),
    Case(
        "IRI with a space",
        "check a.ttl",
        {"a.ttl": study("new:smith2020 a", "<https://example.org/a b> a")},
        r"a\.ttl:5:\d+: .*; mend the syntax",
    ),
    Case(
        "relative IRI without base",
        "check a.ttl",
        {"a.ttl": study("new:smith2020 a", "<smith2020> a")},
        r"a\.ttl:5:\d+: an IRI lacks its beginning; write it whole, or give @base",
    ),
    Case(
        "17 MB abstract, RIS",
        "add a.ris",
        {"a.ris": RIS.replace("ER  - ", f"AB  - {LONG}\nER  - ", 1)},
        r"a\.ris:1: an entry of 17,000,\d\d\d signs; at most 16,777,216 bytes \(16 MB\) can be kept, so .*",
        4,
    ),
    Case(
        "17 MB abstract, Turtle",
        "check a.ttl",
        {"a.ttl": study("evi:Study ;", f'evi:Study ;\n <http://purl.org/dc/terms/abstract> "{LONG}" ;')},
        r"a\.ttl:6: holds a text of more than 16,777,216 bytes \(16 MB\); shorten it",
        4,
    ),
    Case(
        "17 MB abstract, screened",
        "screen a.ttl",
        {"a.ttl": study("evi:Study ;", f'evi:Study ;\n <http://purl.org/dc/terms/abstract> "{LONG}" ;')},
        r"a\.ttl:6: holds a text of more than 16,777,216 bytes \(16 MB\); shorten it",
        4,
    ),
    Case(
        "17 MB abstract, RDF/XML",
        "check a.rdf",
        {"a.rdf": RDF % LONG},
        r"a\.rdf:1: holds a text of more than 16,777,216 bytes \(16 MB\); shorten it",
        4,
    ),
    Case(
        "17 MB abstract in the review",
        "build",
        {"own/graph/long.ttl": f'<urn:a>\n <http://purl.org/dc/terms/abstract> "{LONG}" .'},
        r"own/graph/long\.ttl:2: holds a text of more than 16,777,216 bytes \(16 MB\); shorten it",
        4,
    ),
    Case(
        "17 MB cell",
        "add a.csv",
        {"a.csv": CSV.replace("One", LONG)},
        r"a\.csv:2: a cell of more than 10,000,000 signs; shorten it",
        4,
    ),
    *(
        Case(
            f"{kind} in {name}",
            line,
            {name: doctype(body % entity, inner)},
            re.escape(name) + r"(:\d+:\d+)?" + XML_ERR,
        )
        for kind, inner, entity in (
            ("entity bomb", ENTITIES, "&e8;"),
            ("external entity", '<!ENTITY f SYSTEM "file:///etc/hostname">', "&f;"),
            ("parameter entity", '<!ENTITY % f SYSTEM "file:///etc/hostname"> %f;', ""),
        )
        for name, line, body in (
            ("a.rdf", "check a.rdf", RDF),
            ("e.xml", "add e.xml", ENDNOTE),
            ("p.xml", "add p.xml", PUBMED),
            ("z.rdf", "add z.rdf", ZOTERO),
        )
    ),
    Case(
        "entity bomb in UTF-16",
        "check a.rdf",
        {"a.rdf": utf16_bomb()},
        r"a\.rdf:1:1: is UTF-16, not UTF-8; save the file as UTF-8",
    ),
    Case(
        "entity bomb in UTF-16 records",
        "add a.rdf",
        {
            "a.rdf": utf16_bomb()
            .decode("utf-16")
            .replace("https://example.org/e#", "http://www.zotero.org/namespaces/export#")
            .encode("utf-16")
        },
        r"a\.rdf:1:\d+" + XML_ERR,
    ),
    Case(
        "entity bomb in the review",
        "check",
        {"own/graph/a.rdf": doctype(RDF % "&e8;", ENTITIES)},
        r"own/graph/a\.rdf:1:\d+" + XML_ERR,
    ),
    Case(
        "sh:targetClas",
        "screen a.ttl",
        {"a.ttl": STUDY},
        r"own/shapes/criteria/controlled\.ttl:\d+: SHACL has no term sh:targetClas; did you mean .*",
        make=spoilt("shapes/criteria/controlled.ttl", "sh:targetClass", "sh:targetClas"),
    ),
    Case(
        "no shapes",
        "screen a.ttl",
        {"a.ttl": STUDY},
        "own/shapes/criteria.yaml: no shapes were made from it yet; run 'evigraph rules build'",
        make=no_shapes,
    ),
    Case(
        "shapes empty",
        "check a.ttl",
        {"a.ttl": STUDY, "own/shapes/well-formed/more.ttl": " \n"},
        r"own/shapes/well-formed/more\.ttl: the file is empty; nothing can be read from it",
    ),
    Case(
        "shapes unreadable",
        "screen a.ttl",
        {"a.ttl": STUDY},
        r"own/shapes/criteria/controlled\.ttl:\d+:\d+: .*; mend the syntax",
        make=spoilt("shapes/criteria/controlled.ttl", r"\A", "} "),
    ),
    Case(
        "a reasoner that does not end",
        "reason --engine hermit --deadline 1",
        {"bin/java": "#!/bin/sh\nsleep 60\n"},
        "the reasoner was stopped after 1 seconds.*",
        4,
        make=lambda own: (own.parent / "bin/java").chmod(0o755),
    ),
    Case("no Java", "reason --engine hermit", {"bin/x": ""}, ".* needs Java.*--engine rl.*", 3),
    Case(
        "link out of the folder",
        "check",
        {"secret.ttl": STUDY},
        r"own/graph/studies/x\.ttl: is a link that leads out of the review; copy the file into it",
        make=link("graph/studies/x.ttl", "../../../secret.ttl"),
    ),
    Case(
        "link to a file of the system",
        "add a.ris",
        {"a.ris": RIS},
        r"own/graph/x: is a link that leads out of the review; .*",
        make=link("graph/x", "/etc/passwd"),
    ),
    Case(
        "link to a folder outside",
        "export",
        {"more/a.ttl": STUDY},
        r"own/graph/more: is a link that leads out of the review; .*",
        make=link("graph/more", "../../more"),
    ),
    Case(
        "loop of links",
        "check",
        {},
        r"own/graph/studies/loop: is a link to a folder, which is not followed; put the files there",
        make=link("graph/studies/loop", ".."),
    ),
    Case(
        "link to itself",
        "check",
        {},
        r"own/graph/a\.ttl: is a link that leads nowhere; take it away",
        make=link("graph/a.ttl", "a.ttl"),
    ),
    Case(
        "zip of records",
        "add articles.zip",
        {"articles.zip": bomb(size=0)},
        r"articles\.zip: is a zip archive, or a document that is one; unpack it, or export it as text",
    ),
    Case(
        "gzip",
        "add a.ris",
        {"a.ris": b"\x1f\x8b\x08\0\0\0\0\0"},
        r"a\.ris: is compressed with gzip; unpack it first",
    ),
    Case(
        "200 kB that unpack to 200 MB",
        "add a.xlsx --by Ann",
        {"a.xlsx": bomb()},
        r"a\.xlsx: \d{3},\d{3} bytes that unpack to 200,\d{3},\d{3}, as no table does; save it again as CSV",
    ),
    Case(
        "zip with ../x.ttl",
        "add a.xlsx --by Ann",
        {"a.xlsx": bomb("../x.ttl", 0)},
        r"a\.xlsx: its part '\.\./x\.ttl' leads out of it; save it again",
    ),
    Case(
        "no workbook",
        "add a.xlsx --by Ann",
        {"a.xlsx": "text"},
        r"a\.xlsx: is no workbook: .*; save it again .*",
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_what_is_refused(case: Case, own: Path) -> None:
    """One line, the exit code, the review as it was, and nothing left behind."""
    laid(own.parent, case.files)
    case.make(own)
    before = bytes_of(own)
    path = str(own.parent / "bin") if "bin/x" in case.files else f"{own.parent / 'bin'}:{os.environ['PATH']}"
    stdin = case.files.get("-", "")
    ran = tried(own, case.line, env={"PATH": path, "JAVA_HOME": ""}, stdin=stdin)
    assert ran.err.startswith("evigraph: ")
    assert ran.err.count("\n") == 1, ran.err[:2000]
    assert re.fullmatch(case.err, ran.err.removeprefix("evigraph: ").rstrip("\n")), ran.err[:2000]
    assert (ran.code, ran.out) == (case.code, "")
    assert "root:" not in ran.err
    assert {n: h for n, h in bytes_of(own).items() if not n.startswith(".evigraph/lock")} == before


def titles(own: Path) -> list[str]:
    """The titles of the records of the review, sorted."""
    ran = tried(own, "export --format csl-json")
    assert ran.code == 0, ran.err
    return sorted(item.get("title", "") for item in json.loads(ran.out))


def records(own: Path) -> list[dict[str, object]]:
    """The records of the review."""
    found: list[dict[str, object]] = json.loads(tried(own, "export --format csl-json").out)
    return found


@dataclass(frozen=True)
class Taken:
    """Files of records that are odd and are taken all the same.

    Attributes:
        name: What is odd.
        files: The files, which are added together.
        counts: What is said of them.
        titles: The titles that are then in the review.
        err: What must be said on standard error.
        options: What follows ``add``.
    """

    name: str
    files: Files
    counts: str
    titles: list[str]
    err: str = ""
    options: str = ""
    holds: list[str] = field(default_factory=list)


TWO = "read 2, kept 2, merged 0, refused 0\n"
BOTH = ["A trial of groups", "Another trial"]
TAKEN = [
    Taken("byte-order mark and CRLF", {"a.ris": "\ufeff" + RIS.replace("\n", "\r\n")}, TWO, BOTH),
    Taken("CR line ends", {"a.ris": RIS.replace("\n", "\r")}, TWO, BOTH),
    Taken(
        "two exports in one file",
        {
            "a.ris": "\ufeff"
            + RIS[: RIS.index("TY  - JOUR\nAU  - Jones")]
            + "\ufeff"
            + RIS[RIS.index("TY  - JOUR\nAU  - Jones") :]
        },
        TWO,
        BOTH,
    ),
    Taken("UTF-16 that says so", {"a.ris": RIS.encode("utf-16")}, TWO, BOTH),
    Taken(
        "Windows-1252 that is named",
        {"a.ris": RIS.replace("A trial", "Une étude").encode("cp1252")},
        TWO,
        ["Another trial", "Une étude of groups"],
        options="--encoding windows-1252 ",
    ),
    Taken(
        "last record without ER",
        {"a.ris": RIS.rstrip().removesuffix("ER  -")},
        TWO,
        BOTH,
        r"a\.ris:12: the entry has no ER line; .*",
    ),
    Taken(
        "abstract lines like tags",
        {
            "a.ris": RIS.replace(
                "PY  - 2010", "AB  - It was over.\nER  - was not the end\nTI  - nor a title\nPY  - 2010"
            )
        },
        TWO,
        BOTH,
        holds=["It was over. ER - was not the end", "nor a title", "2010"],
    ),
    Taken("nbib called RIS", {"a.ris": NBIB}, TWO, ["A trial of groups", "Second"], r"a\.ris: PubMed.*"),
    Taken(
        "BibTeX brace missing, others wanted",
        {"a.bib": BIB},
        "read 3, kept 2, merged 0, refused 1\n",
        ["One", "Three"],
        r"refused: a\.bib:4: broken entry .*",
        options="--skip-bad ",
    ),
    Taken(
        "BibTeX key twice", {"a.bib": "@book{k, title={One}}\n@book{k, title={Two}}\n"}, TWO, ["One", "Two"]
    ),
    Taken(
        "BibTeX field twice",
        {"a.bib": "@book{k, title={One}, title={Other}}\n"},
        "read 1, kept 1, merged 0, refused 0\n",
        ["One"],
        holds=["Other"],
    ),
    Taken(
        "CSV with semicolons and decimal commas",
        {"a.csv": "title;authors;year;effect\nOne;Smith, J;2001;0,50\nTwo;Doe, A;2002;1,25\n"},
        TWO,
        ["One", "Two"],
        holds=["0,50", "1,25"],
    ),
    Taken(
        "one study in three formats",
        {
            "a.ris": "TY  - JOUR\nTI  - On groups\nDO  - 10.5555/x\nPY  - 2001\nER  - \n",
            "b.bib": "@article{x, title={On groups}, doi={10.5555/x}, year=2001}\n",
            "c.csv": "title,DOI,year\nOn groups,10.5555/x,2001\n",
        },
        "read 3, kept 3, merged 0, refused 0\n",
        ["On groups"] * 3,
    ),
    Taken(
        "the same file twice",
        {"a.ris": RIS, "b.ris": RIS},
        "read 4, kept 2, merged 2, refused 0\n",
        BOTH,
        options="--source PubMed ",
    ),
    Taken(
        "31 February and the year 20O1",
        {"a.csv": "title,date,year\nOne,2001-02-31,\nTwo,,20O1\n"},
        TWO,
        ["One", "Two"],
        holds=["2001-02-31", "20O1"],
    ),
]


@pytest.mark.parametrize("case", TAKEN, ids=lambda case: case.name)
def test_what_is_taken(case: Taken, own: Path) -> None:
    """All records, the numbers, what is said, and what was printed."""
    laid(own.parent, case.files)
    before = bytes_of(own)
    ran = tried(own, f"add {case.options}{' '.join(case.files)}")
    assert (ran.code, ran.out) == (0, case.counts), ran.err
    assert not case.err or any(re.fullmatch(case.err, line) for line in ran.err.splitlines()), ran.err
    after = bytes_of(own)
    assert {name: after[name] for name in before} == before
    assert all(name.startswith("graph/records/") for name in after.keys() - before.keys())
    assert titles(own) == case.titles
    held = json.dumps(records(own), ensure_ascii=False)
    assert [text for text in case.holds if text not in held] == []


@pytest.mark.parametrize(
    "text", ["\ufeff" + STUDY.replace("\n", "\r\n"), STUDY.replace("\n", "\r")], ids=["CRLF", "CR"]
)
def test_line_ends_of_turtle(text: str, own: Path) -> None:
    """Byte-order mark and line ends change nothing of what is said."""
    laid(own.parent, {"a.ttl": text, "b.ttl": STUDY})
    found = [tried(own, f"screen {name} --format csv") for name in ("a.ttl", "b.ttl")]
    assert found[0].out.replace("a.ttl", "b.ttl") == found[1].out
    assert found[0].out.count("\n") == 2


def test_a_backslash_before_a_letter_stays(tmp_path: Path) -> None:
    """An escaped backslash is itself, so that a pattern may have its word boundary."""
    path = tmp_path / "a.ttl"
    path.write_text(r'<urn:a> <urn:b> "\\bone\\f" .' + "\n", encoding="utf-8")
    assert str(read_quads(path)[0].object) == r'"\\bone\\f"'


@pytest.mark.parametrize(
    ("thing", "field", "value", "why"),
    [
        ("Publication", "dcterms:issued", '"20O1"^^xsd:gYear', "The year is not one year from 1500 to 2100"),
        ("Source", "dcterms:date", '"2023-02-31"^^xsd:date', "The date of the source is not one day"),
    ],
)
def test_dates_that_are_none(thing: str, field: str, value: str, why: str, own: Path) -> None:
    """They are read, and the check names the thing, the field and the value as printed."""
    prefixes = f"@prefix xsd: <{XSD}> .\n@prefix dcterms: <{DCTERMS}> .\n"
    laid(own.parent, {"a.ttl": prefixes + STUDY + f"new:smith2020-of a evi:{thing} ; {field} {value} .\n"})
    ran = tried(own, "check a.ttl")
    assert ran.code == 1, ran.out
    printed = value.split('"')[1]
    assert re.search(rf"a\.ttl: \S*smith2020-of {field} {printed}: {why}", ran.out), ran.out


def test_an_inconsistent_ontology(own: Path) -> None:
    """What contradicts what is named; exit code 1."""
    laid(own, {"graph/x.ttl": STUDY.replace("a evi:Study ;", "a evi:Study, evi:Arm ;")})
    ran = tried(own, "reason --engine rl")
    assert ran.code == 1, (ran.out, ran.err)
    assert "  - nothing is two of these: study, arm" in ran.out.splitlines()
    assert "smith2020" in ran.out


NASTY = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def test_a_script_in_a_title_stays_text(own: Path) -> None:
    """In every figure and table; a link that is none is no link."""
    item = {"type": "book", "title": NASTY, "URL": "javascript:alert(1)", "issued": {"date-parts": [[2001]]}}
    laid(own.parent, {"a.json": json.dumps([item])})
    assert tried(own, "add a.json --source '<script>x</script>'").code == 0
    assert titles(own) == [NASTY]
    for line in ("flow --format svg", "draw citations --format svg", "export --format graphml"):
        ran = tried(own, line)
        assert "<script" not in ran.out.lower()
        assert "onerror=alert(1)>" not in ran.out
        assert 'href="javascript:' not in ran.out.lower()


def test_a_formula_is_text_to_a_spreadsheet(own: Path) -> None:
    """In the tables that a spreadsheet opens it is guarded; elsewhere and back it is what it was."""
    formula = '=HYPERLINK("http://127.0.0.1/","x")'
    laid(own.parent, {"a.json": json.dumps([{"type": "book", "title": formula}])})
    assert tried(own, "add a.json").code == 0
    assert titles(own) == [formula]
    ran = tried(own, "export --format csv -o tables.zip")
    assert ran.code == 0, ran.err
    with zipfile.ZipFile(own.parent / "tables.zip") as archive:
        cells = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".csv"))
    assert formula.replace('"', '""') in cells
    assert not re.search(r'(^|,)"?=HYPERLINK', cells, re.MULTILINE)


SLOW = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n{"


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        (drips(SLOW), 4, r"evigraph: http://127\S+: .*limit of 1 s.*"),
        (
            says(b"<!DOCTYPE html><title>Sign in</title>", "text/html"),
            3,
            "evigraph: http://127.*web page.*Sign in.*",
        ),
        (floods(300_000_000), 4, r"evigraph: http://127\S+: .*limit of 256,000,000 bytes.*"),
    ],
    ids=["drips", "web page", "300 MB"],
)
def test_a_remote_that_misbehaves(answer: Callable[..., None], code: int, message: str, own: Path) -> None:
    """It is named, and left in time."""
    with small(answer) as server:
        deadline = 1 if "1 s" in message else 60
        ran = tried(own, f"pull {server.url} --graph-store {server.url} --deadline {deadline} -o out.trig")
    assert (ran.code, ran.out) == (code, "")
    assert re.fullmatch(message, ran.err.rstrip("\n")), ran.err
    assert not (own.parent / "out.trig").exists()
