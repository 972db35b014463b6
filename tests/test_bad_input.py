"""Whatever is handed in: one line that says what is wrong, where, and what to do; never a traceback."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands import ROOT, STUDY, copy_review, digest_of_the_review, run

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
Make = Callable[[Path], object]


@dataclass(frozen=True)
class Case:
    """A command line, what is prepared for it, and what must come of it.

    Attributes:
        name: What is wrong.
        line: What follows ``evigraph``.
        message: What the line on standard error must match after ``evigraph: ``.
        make: Prepares the folder in which the command runs.
        code: The exit code.
        stdin: What stands on standard input.
    """

    name: str
    line: str
    message: str
    make: Make = lambda _: None
    code: int = 2
    stdin: str | bytes = b""


@pytest.fixture(autouse=True, scope="module")
def _review_is_left_alone() -> Iterator[None]:
    before = digest_of_the_review()
    yield
    assert digest_of_the_review() == before


def file(name: str, content: str | bytes = STUDY) -> Make:
    """Makes a file."""
    data = content.encode() if isinstance(content, str) else content
    return lambda folder: (folder / name).write_bytes(data)


def study(old: str, new: str, name: str = "study.ttl") -> Make:
    """Makes a file of the new study with something in it replaced."""
    assert old in STUDY
    return file(name, STUDY.replace(old, new))


def spoilt(path: str, old: str, new: str) -> Make:
    """Makes a copy of the review in ``copy``, in one file of which something is replaced everywhere."""

    def make(folder: Path) -> None:
        target = copy_review(folder / "copy") / path
        text = target.read_text(encoding="utf-8")
        assert re.search(old, text, re.MULTILINE), f"{path} has no {old}"
        target.write_text(re.sub(old, new, text, flags=re.MULTILINE), encoding="utf-8")

    return make


def without(pattern: str) -> Make:
    """Makes a copy of the review in ``copy`` that lacks some files."""

    def make(folder: Path) -> None:
        for path in list(copy_review(folder / "copy").glob(pattern)):
            path.unlink()

    return make


def unreadable(folder: Path) -> None:
    """Makes a file that nobody may read."""
    file("study.ttl")(folder)
    (folder / "study.ttl").chmod(0)


def read_only(folder: Path) -> None:
    """Makes a folder in which nobody may write."""
    (folder / "locked").mkdir(mode=0o500)


PREFIXES = STUDY.split("\n\n")[0] + "\n"
NO_TARGET = r"shape <\S+/shared-problem-satisfied> of rule 1\.1 targets nothing in 20 of 20 studies, .*"
BRIGHT = "graph/studies/bright1999.trig"
CITED = "queries/competency/cited-works.rq"
SHARED = "shapes/criteria/shared-problem.ttl"
FORM = "shapes/well-formed/study.ttl"

NAMES = [
    Case("question near", "ask cited-work", r"no question 'cited-work': did you mean cited-works\?"),
    Case("question far", "ask zzz", r"no question 'zzz': known are bereavement-covered, .* …"),
    Case("question empty", "ask ''", "no question '': known are .*"),
    Case("study near", "screen bright1998", r"no study 'bright1998': did you mean bright1999\?"),
    Case("study part", "screen tudi", r"no study 'tudi': did you mean tudiver1992\?"),
    Case("study far", "screen zzz", "no study 'zzz': known are bright1999, .*, videkasherman1985"),
    Case("study empty", "screen ''", "no study '': known are .*"),
    Case(
        "parameter missing",
        "ask study-verdicts",
        "study-verdicts: parameter 'study' is missing; give --param study=<study>",
    ),
    Case(
        "parameter unknown",
        "ask study-verdicts --param studi=x",
        "no parameter of .* 'studi': did you mean study.*",
    ),
    Case(
        "parameter of none", "ask cited-works --param a=b", "no parameter of cited-works 'a': there are none"
    ),
    *(
        Case(
            f"parameter called {name}",
            f"ask cited-works --param {name}=x",
            f"no parameter of cited-works '{name}'.*",
        )
        for name in ("self", "question", "query", "trust", "where")
    ),
    Case("parameter without =", "ask study-verdicts --param study", "--param study: write it as name=value"),
    Case("parameter without name", "ask study-verdicts --param =x", "--param =x: write it as name=value"),
    Case(
        "parameter twice",
        "ask study-verdicts --param study=bright1999 --param study=segal2002",
        "--param study: is given twice; give one value",
    ),
    Case("parameter without question", "ask --param a=b", "--param goes with a question; .*"),
    Case("parameter with a query", "ask --query 'ASK {}' --param a=b", "--param goes with a question; .*"),
    Case(
        "study unknown",
        "ask study-verdicts --param study=bright",
        r"no study 'bright': did you mean bright1999\?",
    ),
    Case(
        "concept unknown",
        "ask studies-by-problem --param problem=depresion",
        r"no concept 'depresion': did you mean depression\?",
    ),
    Case(
        "basis unknown",
        "ask findings-by-basis --param basis=abstrct",
        r"no basis 'abstrct': did you mean abstract\?",
    ),
    Case(
        "choice unknown",
        "ask direction-by-dimension --param dimension=x",
        "no dimension 'x': known are design, format, problem",
    ),
    Case("two of three", "ask cited-works --query 'ASK {}'", "give one of a question, --query and --file"),
    Case("two of three", "ask --file own.rq --query 'ASK {}'", "give one of a question, --query and --file"),
    Case("format that rows have not", "ask cited-works -f ttl", "rows cannot be printed as ttl; .*"),
    Case(
        "format that a truth has not", "ask --query 'ASK {}' -f ttl", "a truth cannot be printed as ttl; .*"
    ),
    Case(
        "format that statements have not",
        "ask --query 'DESCRIBE <urn:a>' -f csv",
        "statements cannot be printed as csv; choose --format ttl",
    ),
    Case("format that the list has not", "ask -f ttl", "the list of questions cannot be printed as ttl; .*"),
]

FILES = [
    Case("no such file", "screen missing.ttl", "missing.ttl: no such file"),
    Case("no such file", "screen sub/missing", "sub/missing: no such file"),
    Case("no such file", "check missing.ttl", "missing.ttl: no such file"),
    Case("no such file", "ask --file missing.rq", "missing.rq: no such file"),
    Case("an address", "screen https://example.org/study.ttl", "https://example.org/study.ttl: no such file"),
    Case("no name", "check ''", "no file is named; .*"),
    Case("no name", "ask --file ''", "no file is named; .*"),
    Case("a folder", "screen sub", "sub: is a folder; name a file in it", lambda f: (f / "sub").mkdir()),
    Case(
        "a folder",
        "check sub.ttl",
        "sub.ttl: is a folder; name a file in it",
        lambda f: (f / "sub.ttl").mkdir(),
    ),
    Case(
        "suffix unknown",
        "screen a.foo",
        r"a.foo: unknown kind of file '\.foo'; known are \.ttl, .*",
        file("a.foo"),
    ),
    Case("suffix missing", "screen a", "a: unknown kind of file ''; known are .*", file("a")),
    Case("empty", "screen a.ttl", "a.ttl: the file is empty; .*", file("a.ttl", "")),
    Case("only white space", "check a.ttl", "a.ttl: the file is empty; .*", file("a.ttl", " \n\t\r\n")),
    Case("only a mark", "check a.ttl", "a.ttl: the file is empty; .*", file("a.ttl", b"\xef\xbb\xbf\n")),
    Case("standard input empty", "screen -", "-: standard input is empty; .*"),
    Case("standard input empty", "ask --file -", "-: standard input is empty; .*"),
    Case(
        "Latin-1",
        "screen a.ttl",
        r"a\.ttl:6:4: not UTF-8 \(byte 0xE9\); it looks like Windows-1252: save the file as UTF-8",
        file("a.ttl", STUDY.replace("Study ;", "Study ; # café").encode("latin-1").replace(b"caf", b"\ncaf")),
    ),
    Case(
        "UTF-16",
        "screen a.ttl",
        r"a\.ttl:1:1: is UTF-16, not UTF-8; save the file as UTF-8",
        file("a.ttl", STUDY.encode("utf-16")),
    ),
    Case(
        "syntax",
        "screen study.ttl",
        r"study\.ttl:6:5: x is not a valid predicate; mend the syntax",
        study("evi:addresses", "x addresses"),
    ),
    Case(
        "syntax",
        "check study.ttl",
        r"study\.ttl:\d+:\d+: .*; mend the syntax",
        study("evi:Group ;", "evi:Group "),
    ),
    Case(
        "prefix",
        "screen study.ttl",
        r"study\.ttl:6:\d+: .*nwe.*",
        study("    evi:addr", "    nwe:a 1 ; evi:addr"),
    ),
    Case(
        "relative IRI",
        "screen study.ttl",
        r"study\.ttl:5:\d+: an IRI lacks its beginning; .*",
        study("new:smith2020 a", "<a> a"),
    ),
    Case(
        "NUL in an IRI", "screen study.ttl", r"study\.ttl:5:\d+: .*", study("new:smith2020 a", "<urn:\0> a")
    ),
    Case(
        "bytes",
        "screen a.ttl",
        r"a\.ttl:1:1: holds NUL, which no text may; take it out",
        file("a.ttl", bytes(range(256))),
    ),
    Case(
        "JSON cut off",
        "screen a.jsonld",
        r"a\.jsonld:\d+:\d+: .*; mend the syntax",
        file("a.jsonld", '{"@id":'),
    ),
    Case(
        "remote context",
        "screen a.jsonld",
        r"a\.jsonld: names a context elsewhere, which is not fetched; write it into the file",
        file("a.jsonld", '{"@context": "http://localhost:1/context.jsonld", "@id": "urn:a"}'),
    ),
    Case("standard input syntax", "screen -", "-:1:1: .*; mend the syntax", stdin="nonsense"),
    Case(
        "statement about a statement",
        "check a.ttl",
        r"a\.ttl: holds a statement in << >>; .*",
        file("a.ttl", PREFIXES + "<< new:a a evi:Study >> evi:country 'US' ."),
    ),
    Case("no study", "screen a.ttl", "a.ttl: holds no study; .*", file("a.ttl", "<urn:a> <urn:b> <urn:c> .")),
    Case("no statement", "screen a.ttl", "a.ttl: holds no study; .*", file("a.ttl", PREFIXES)),
    Case(
        "computed graph",
        "screen a.trig",
        r"a\.trig:5: <.*basis/verdict> is computed, never written; .*",
        file("a.trig", PREFIXES + "\n<https://w3id.org/evigraph/basis/verdict> { new:a a evi:Study }"),
    ),
]

WORDS = [
    Case(
        "property",
        "screen study.ttl",
        r"study\.ttl:6: unknown term <\S+#adresses>; did you mean addresses\?",
        study("addresses", "adresses"),
    ),
    Case(
        "property",
        "check study.ttl",
        r"study\.ttl:6: unknown term <\S+#adresses>; did you mean addresses\?",
        study("addresses", "adresses"),
    ),
    Case(
        "class",
        "screen study.ttl",
        r"study\.ttl:5: unknown term <\S+#Studdy>; did you mean Study.*\?",
        study("evi:Study", "evi:Studdy"),
    ),
    Case(
        "concept",
        "screen study.ttl",
        r"study\.ttl:6: unknown concept <\S+/depresive-problem>; did you mean depressive-problem.*",
        study("depressive", "depresive"),
    ),
    Case(
        "concept in full",
        "screen study.ttl",
        r"study\.ttl:6: unknown concept <\S+/greif>; did you mean grief\?",
        study("concept:depressive-problem", "<https://w3id.org/evigraph/concept/greif>"),
    ),
    Case(
        "basis",
        "screen a.trig",
        r"a\.trig:5: unknown basis <\S+/abstrct>; did you mean abstract\?",
        file("a.trig", PREFIXES + "\n<https://w3id.org/evigraph/basis/abstrct> { new:a a evi:Study }"),
    ),
    Case(
        "two words",
        "screen study.ttl",
        r"study\.ttl:\d+: unknown .* \(1 more unknown\); .*",
        study("evi:hasDesign concept:randomized-trial", "evi:hasDesing concept:randomised-trial"),
    ),
    Case(
        "http for https",
        "screen study.ttl",
        r"study\.ttl:5: unknown term <http:\S+#Study> .*; did you mean <https:\S+#Study>\?",
        study("<https://w3id.org/evigraph/ont", "<http://w3id.org/evigraph/ont"),
    ),
    Case(
        "namespace",
        "check study.ttl",
        r"study\.ttl:6: unknown term <\S+/concepts/\S+> .*; did you mean <\S+/concept/depressive-problem>\?",
        study("evigraph/concept/", "evigraph/concepts/"),
    ),
    Case(
        "comment is no use",
        "screen study.ttl",
        r"study\.ttl:7: unknown term <\S+#adresses>; .*",
        study("    evi:addresses", "# evi:adresses\n    evi:adresses"),
    ),
    Case(
        "standard input",
        "screen -",
        r"-: unknown term <\S+#adresses>; did you mean addresses\?",
        stdin=STUDY.replace("addresses", "adresses"),
    ),
]

QUERIES = [
    Case(
        "SERVICE",
        "ask --query 'SELECT * { SERVICE <http://localhost:1/> { ?s ?p ?o } }'",
        "--query: SERVICE is refused; .*",
    ),
    Case(
        "SERVICE SILENT",
        "ask --query 'SELECT * { SERVICE SILENT <http://localhost:1/> { ?s ?p ?o } }'",
        "--query: SERVICE is refused; .*",
    ),
    Case(
        "SERVICE after a prefix",
        "ask --query 'PREFIX a: <urn:a#> SELECT * { SERVICE a:b { ?s ?p ?o } }'",
        "--query: SERVICE is refused; .*",
    ),
    Case(
        "SERVICE in a filter",
        "ask --query 'ASK { FILTER NOT EXISTS { SERVICE ?x { ?s ?p ?o } } }'",
        "--query: SERVICE is refused; .*",
    ),
    Case(
        "SERVICE escaped",
        r"ask --query 'SELECT * { serv\u0069ce <http://localhost:1/> { ?s ?p ?o } }'",
        "--query: SERVICE is refused; .*",
    ),
    Case(
        "SERVICE escaped long",
        r"ask --query 'SELECT * { SERV\U00000049CE <http://localhost:1/> { ?s ?p ?o } }'",
        "--query: SERVICE is refused; .*",
    ),
    Case(
        "SERVICE without space",
        "ask --query 'PREFIX e: <http://localhost:1/> SELECT * { SERVICEe:x{?s ?p ?o} }'",
        r"--query:1:\d+: the query cannot be read; .*",
    ),
    Case(
        "FROM",
        "ask --query 'SELECT * FROM <http://localhost:1/> { ?s ?p ?o }'",
        "--query: FROM is refused; choose the statements with --trust",
    ),
    Case(
        "FROM NAMED", "ask --query 'SELECT * FROM NAMED <urn:a> { ?s ?p ?o }'", "--query: FROM is refused; .*"
    ),
    Case(
        "FROM a file",
        "ask --query 'ASK FROM <file:///etc/passwd> { ?s ?p ?o }'",
        "--query: FROM is refused; .*",
    ),
    Case(
        "FROM without space",
        "ask --query 'ASKFROM <http://localhost:1/> {}'",
        r"--query:1:\d+: the query cannot be read; .*",
    ),
    Case(
        "FROM escaped in a file",
        "ask --file own.rq",
        r"own\.rq: FROM is refused; .*",
        file("own.rq", r"DESCRIBE <urn:a> FR\u004FM <urn:b>"),
    ),
    Case(
        "update",
        "ask --query 'INSERT DATA { <urn:a> <urn:b> <urn:c> }'",
        "--query: is an update; only SELECT, .*",
    ),
    Case(
        "update",
        "ask --query 'PREFIX a: <urn:a#> DELETE WHERE { ?s ?p ?o }'",
        "--query: is an update; only SELECT, .*",
    ),
    Case(
        "LOAD", "ask --file -", "-: is an update; only SELECT, .*", stdin="# read\nLOAD <http://localhost:1/>"
    ),
    Case("empty query", "ask --query ' '", "--query: the query is empty; write one"),
    Case(
        "syntax",
        "ask --query 'SELECT * { ?s ?p }'",
        r"--query:1:1[89]: the query cannot be read; mend the syntax there",
    ),
    Case(
        "syntax on line 2",
        "ask --file own.rq",
        r"own\.rq:2:\d+: the query cannot be read; .*",
        file("own.rq", "SELECT ?s\nWHERE { ?s ?p }"),
    ),
    Case(
        "prefix unknown",
        "ask --query 'ASK { ?s a evi:Study }'",
        r"--query:1:\d+: the prefix .* is not declared; add a PREFIX line for it",
    ),
    Case(
        "function unknown",
        "ask --query 'SELECT (<urn:f>(1) AS ?x) {}'",
        "--query: .*<urn:f> is not supported.*",
    ),
    Case(
        "too deep",
        f"ask --query 'SELECT * {'{' * 5000}{'}' * 5000}'",
        "--query: is nested 5000 levels deep; .*",
        code=4,
    ),
    Case(
        "too long",
        f"ask --query 'ASK {{ FILTER({'!' * 20000}1) }}'",
        "--query: has 2000. blocks and operators; .*",
        code=4,
    ),
]

REVIEWS = [
    Case("no such folder", "--review missing check", "missing: no such folder; name the folder of a review"),
    Case("a file", "--review a.ttl check", "a.ttl: is a file; name the folder of a review", file("a.ttl")),
    Case("no review", "--review . check", r"\.: is no review: it has no ontology/, .*; a review has .*"),
    Case(
        "property",
        "--review copy screen",
        rf"copy/{BRIGHT}:\d+: unknown term <\S+#hasDesing>; did you mean hasDesign.*\?",
        spoilt(BRIGHT, "hasDesign", "hasDesing"),
    ),
    Case(
        "class",
        "--review copy export",
        rf"copy/{BRIGHT}:\d+: unknown term <\S+#Armm>; did you mean Arm.*\?",
        spoilt(BRIGHT, r"evi:Arm\b", "evi:Armm"),
    ),
    Case(
        "concept",
        "--review copy claims",
        rf"copy/{BRIGHT}:\d+: unknown concept <\S+/depresive-problem>; did you mean depressive-problem.*\?",
        spoilt(BRIGHT, "depressive-problem", "depresive-problem"),
    ),
    Case(
        "basis",
        "--review copy ask cited-works",
        rf"copy/{BRIGHT}:\d+: unknown basis <\S+/deducd>; did you mean deduced\?",
        spoilt(BRIGHT, "^basis:deduced", "basis:deducd"),
    ),
    Case(
        "blank node",
        "--review copy check",
        rf"copy/{BRIGHT}:17: holds a blank node; give every thing an IRI",
        spoilt(
            BRIGHT,
            "evi:hasDesign concept:randomized-trial ;",
            "evi:hasDesign concept:randomized-trial ; evi:hasArm [] ;",
        ),
    ),
    Case(
        "syntax",
        "--review copy ask cited-works",
        rf"copy/{BRIGHT}:\d+:\d+: .*; mend the syntax",
        spoilt(BRIGHT, r"\A", "}\n"),
    ),
    Case(
        "empty file",
        "--review copy screen",
        rf"copy/{BRIGHT}: the file is empty; .*",
        spoilt(BRIGHT, r"(?s)\A.*", ""),
    ),
    Case("no ontology", "--review copy check", "copy/ontology: holds no ontology .*", without("ontology/*")),
    Case(
        "no graph",
        "--review copy screen",
        "copy: no criterion is linked to shapes; nothing to screen by",
        without("graph/**/*.t*"),
    ),
    Case(
        "query of a claim",
        "--review copy claims",
        "no question 'sets-of-criterias': did you mean sets-of-criteria.*",
        spoilt("graph/claims.ttl", '"sets-of-criteria"', '"sets-of-criterias"'),
    ),
    Case(
        "query of a claim",
        "--review copy check",
        "no query of claim C02 'sets-of-criterias': did you mean sets-of-criteria.*",
        spoilt("graph/claims.ttl", '"sets-of-criteria"', '"sets-of-criterias"'),
    ),
    Case(
        "columns of a claim",
        "--review copy claims",
        r".*sets-of-criteria.*selects \?item \?study \?standing, not .*",
        spoilt("queries/claims/sets-of-criteria.rq", r"\?standing", "?standng"),
    ),
    Case(
        "header without summary",
        "--review copy ask cited-works",
        rf"copy/{CITED}:1: no '#\+ summary:'; add one line .*",
        spoilt(CITED, "^#.*", ""),
    ),
    Case(
        "header no YAML",
        "--review copy ask cited-works",
        rf"copy/{CITED}:\d+: the #\+ header is no YAML; .*",
        spoilt(CITED, r"\A", "#+ a: [b\n"),
    ),
    Case(
        "header key",
        "--review copy check",
        rf"copy/{CITED}:1: unknown header key 'sumary'; known are .*",
        spoilt(CITED, r"\A", "#+ sumary: b\n"),
    ),
    *(
        Case(
            f"header {header}",
            "--review copy ask cited-works",
            rf"copy/{CITED}:1: {message}",
            spoilt(CITED, r"\A", f"#+ {header}\n"),
        )
        for header, message in (
            ("needs: 3", "header key 'needs' is not a list; .*"),
            ("params: [a]", "header key 'params' is not a mapping; .*"),
            ("params: {a: b}", "parameter 'a' is not a mapping; .*"),
            ("params: {trust: {type: text}}", "a parameter cannot be called 'trust'; .*"),
            ("params: {a b: {type: text}}", "a parameter cannot be called 'a b'; .*"),
        )
    ),
    Case(
        "number of a claim",
        "--review copy claims",
        r"<\S+/claim/C01>: 'twelve' is no whole number; write it without quotes",
        spoilt("graph/claims.ttl", "evi:claimedNumber 12", 'evi:claimedNumber "twelve"'),
    ),
    Case(
        "query syntax",
        "--review copy check",
        rf"copy/{CITED}:\d+:\d+: the query cannot be read; .*",
        spoilt(CITED, "^SELECT", "SELEC"),
    ),
    Case(
        "query reaches out",
        "--review copy ask cited-works",
        rf"copy/{CITED}: SERVICE is refused; nothing leaves this computer",
        spoilt(CITED, "^WHERE {", "WHERE { SERVICE <http://localhost:9/> { ?a ?b ?c }"),
    ),
    Case(
        "query reaches out",
        "--review copy check",
        rf"copy/{CITED}: SERVICE is refused; nothing leaves this computer",
        spoilt(CITED, "^WHERE {", "WHERE { SERVICE <http://localhost:9/> { ?a ?b ?c }"),
    ),
    Case(
        "two questions of a name",
        "--review copy check",
        r".*no-difference\.rq: a second question is named 'no-difference'; rename one",
        lambda f: file("copy/queries/claims/no-difference.rq", "#+ summary: Is it?\nASK {}")(
            copy_review(f / "copy").parent
        ),
    ),
    Case(
        "shape word targetClas",
        "--review copy screen",
        rf"copy/{SHARED}:\d+: SHACL has no term sh:targetClas; did you mean targetClass.*",
        spoilt(SHARED, "sh:targetClass", "sh:targetClas"),
    ),
    *(
        Case(
            f"shape that is closed: {value}",
            "--review copy screen",
            rf"copy/{SHARED}:\d+: sh:closed is .*{value[:2]}.*, which checks nothing; write true or false",
            spoilt(SHARED, "sh:targetClass evi:Study ;", f"sh:targetClass evi:Study ; sh:closed {value} ;"),
        )
        for value in ('"true"', '"1"^^<http://www.w3.org/2001/XMLSchema#boolean>', "1")
    ),
    Case(
        "shape word datatyp",
        "--review copy check",
        rf"copy/{FORM}:\d+: SHACL has no term sh:datatyp; did you mean datatype\?",
        spoilt(FORM, r"sh:datatype\b", "sh:datatyp"),
    ),
    *(
        Case(
            f"criterion without target, {command}",
            f"--review copy {command}",
            NO_TARGET,
            spoilt(SHARED, "sh:targetClass evi:Study ;", ""),
        )
        for command in ("screen", "check")
    ),
    *(
        Case(
            f"criterion for a class nobody has, {command}",
            f"--review copy {command}",
            NO_TARGET,
            spoilt(SHARED, "sh:targetClass evi:Study", "sh:targetClass evi:Person"),
        )
        for command in ("screen", "check")
    ),
    Case(
        "form without target",
        "--review copy check",
        r"shape <\S+/form/study> .*",
        spoilt(FORM, "sh:targetClass evi:Study ;", ""),
    ),
    Case(
        "shape missing",
        "--review copy screen",
        r"<\S+>: shape <\S+shared-problem-satisfid> is defined in no file of copy/shapes/criteria",
        spoilt("graph/review.ttl", "shape:shared-problem-satisfied", "shape:shared-problem-satisfid"),
    ),
    Case(
        "no criteria shapes",
        "--review copy screen",
        "copy/shapes/criteria: holds no shape; nothing would be checked",
        without("shapes/criteria/*"),
    ),
    Case(
        "no form shapes",
        "--review copy check",
        "copy/shapes/well-formed: holds no shape; nothing would be checked",
        without("shapes/well-formed/*"),
    ),
]

WRITING = [
    Case("folder missing", "export -o missing/graph.ttl", "missing: no such folder; make it first"),
    Case("a folder", "export -o .", r"\.: is a folder; name a file in it"),
    Case("no name", "export -o ''", "no file is named to write to; name one"),
    Case("below a file", "export -o a/graph.ttl", "a: no such folder; make it first", file("a")),
]

CASES = [*NAMES, *FILES, *WORDS, *QUERIES, *REVIEWS, *WRITING]


def judge(case: Case, folder: Path) -> None:
    """Run a case and hold it against what must come of it."""
    case.make(folder)
    ran = run(*shlex.split(case.line), cwd=folder, stdin=case.stdin)
    assert "Traceback" not in ran.err
    assert ran.err.startswith("evigraph: "), ran.err
    assert ran.err.count("\n") == 1, ran.err
    assert re.fullmatch(case.message, ran.err.removeprefix("evigraph: ").rstrip("\n")), ran.err
    assert (ran.code, ran.out) == (case.code, "")


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.name}: {case.line[:40]}") for case in CASES])
def test_bad_input_is_answered_in_one_line(case: Case, tmp_path: Path) -> None:
    """What is wrong, where, and what to do, with the documented exit code and nothing on standard output."""
    judge(case, tmp_path)


@pytest.mark.skipif(IS_ROOT, reason="root may read and write everything")
@pytest.mark.parametrize(
    "case",
    [
        Case("unreadable", "screen study.ttl", "study.ttl: cannot be read: .*", unreadable, 3),
        Case("locked", "export -o locked/graph.ttl", "locked/graph.ttl: cannot be written: .*", read_only, 3),
    ],
    ids=lambda case: case.name,
)
def test_what_the_system_forbids(case: Case, tmp_path: Path) -> None:
    """The environment stands in the way: exit code 3."""
    judge(case, tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("screen --trust nonsense", "'nonsense' is not one of 'stated', 'deduced', 'inferred'"),
        ("claims --format ttl", "'ttl' is not one of 'table', 'json', 'csv', 'md'"),
        ("scren", "No such command 'scren'"),
        ("ask a b", "unexpected extra argument"),
    ],
)
def test_wrong_use_shows_the_usage(line: str, message: str) -> None:
    """A wrong option is answered with the usage and the choices."""
    ran = run(*shlex.split(line))
    assert ran.code == 2
    assert ran.err.startswith("Usage: evigraph")
    assert message in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "concept:depressive-problem",
            "concept:members",
            "evi:addresses concept:members: .*not one of the problem",
        ),
        (
            "evi:evaluates",
            'evi:sampleSize "ninety" ; evi:evaluates',
            "evi:sampleSize ninety: .*not a whole number",
        ),
        (
            "evi:evaluates",
            'evi:sampleSize "many"^^<http://www.w3.org/2001/XMLSchema#integer> ; evi:evaluates',
            "evi:sampleSize many: .*not a whole number",
        ),
    ],
    ids=["scheme", "text for a number", "no number"],
)
def test_a_usable_file_that_does_not_hold(old: str, new: str, problem: str, tmp_path: Path) -> None:
    """Check names what does not hold and gives 1; screen still gives a verdict."""
    study(old, new)(tmp_path)
    checked = run("check", "study.ttl", cwd=tmp_path)
    assert (checked.code, checked.err) == (1, "")
    assert re.search(rf"^study\.ttl: \S+smith2020 {problem}", checked.out, re.MULTILINE)
    assert re.search(r"shapes checked 2 nodes: 1 problem;", checked.out)
    screened = run("screen", "study.ttl", "--format", "csv", cwd=tmp_path)
    assert (screened.code, screened.err) == (1, "")
    assert screened.out.count("\n") == 2


def test_a_review_that_does_not_hold(tmp_path: Path) -> None:
    """The file and the node are named, the exit code is 1."""
    spoilt(BRIGHT, "addresses concept:depressive-problem", "addresses concept:members")(tmp_path)
    ran = run("--review", "copy", "check", cwd=tmp_path)
    assert ran.code == 1
    assert ran.out.startswith(f"{BRIGHT}: study:bright1999 evi:addresses concept:members: ")
    assert "1 problem" in ran.out


def test_a_blank_study_is_named(tmp_path: Path) -> None:
    """A study without an IRI cannot be judged; the message says so, not that there is none."""
    file("a.ttl", PREFIXES + "[] a evi:Study ; evi:addresses concept:depressive-problem .")(tmp_path)
    ran = run("screen", "a.ttl", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "IRI" in ran.err


def test_studies_with_one_key_are_not_dropped(tmp_path: Path) -> None:
    """Two studies whose IRIs end alike are two."""
    text = "<https://a.example/x1> a evi:Study . <https://b.example/x1> a evi:Study ."
    file("a.ttl", PREFIXES + text)(tmp_path)
    ran = run("screen", "a.ttl", "--format", "csv", cwd=tmp_path)
    assert ran.code == 2 or ran.out.count("\n") == 3


def test_any_key_can_be_written_as_statements() -> None:
    """A key with a space or a sign in it does not break the IRIs of the verdicts."""
    text = STUDY.replace(
        "a evi:Study ;", 'a evi:Study ; <http://purl.org/dc/terms/identifier> "Smith & Co 2020" ;'
    )
    ran = run("screen", "-", "--format", "ttl", stdin=text)
    assert (ran.code, ran.err) == (1, "")


def test_a_blank_study_beside_another_is_named(tmp_path: Path) -> None:
    """A study that cannot be judged is never left out in silence."""
    file("a.ttl", STUDY + "[] a evi:Study .")(tmp_path)
    ran = run("screen", "a.ttl", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "blank node" in ran.err


@pytest.mark.parametrize("path", [BRIGHT, "graph/claims.ttl", "graph/references.ttl"])
def test_a_file_of_the_review_holds_by_itself(path: str) -> None:
    """It may point to what other files of the review describe."""
    ran = run("check", path, cwd=ROOT)
    assert (ran.code, ran.err) == (0, "")


def test_nothing_checked_does_not_hold(tmp_path: Path) -> None:
    """A file without a node that a shape checks is not said to hold."""
    file("a.ttl", "<urn:a> <urn:b> <urn:c> .")(tmp_path)
    ran = run("check", "a.ttl", cwd=tmp_path)
    assert ran.code == 1
    assert "checked 0 nodes: nothing was checked" in ran.out
    assert "hold" not in ran.out


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_windows_files_work(bom: bytes, tmp_path: Path) -> None:
    """A byte-order mark and carriage returns do no harm, in studies and in queries."""
    (tmp_path / "study.ttl").write_bytes(bom + STUDY.replace("\n", "\r\n").encode())
    assert run("screen", "study.ttl", cwd=tmp_path).code == 1
    (tmp_path / "own.rq").write_bytes(bom + b"# mine\r\nASK\r\n{ }\r\n")
    assert run("ask", "--file", "own.rq", cwd=tmp_path).out == "true\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
@pytest.mark.parametrize("line", ["screen", "ask cited-works", "check -f json", "export", "--help"])
def test_full_disk(line: str) -> None:
    """Output that cannot be written is a fault of the environment."""
    import subprocess
    import sys

    from tests.commands import environment

    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "evigraph", *shlex.split(line)]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)
    assert ran.returncode == 3
    assert ran.stderr.decode() == "evigraph: standard output: No space left on device\n"


@pytest.mark.parametrize(
    ("stream", "message"), [("<&-", "standard input is empty"), (">&-", "output is closed")]
)
def test_closed_streams(stream: str, message: str) -> None:
    """A stream that the caller closed is answered as any other fault."""
    import subprocess
    import sys

    from tests.commands import environment

    command = f"{shlex.quote(sys.executable)} -m evigraph screen - {stream}"
    ran = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, env=environment(), check=False
    )
    assert ran.returncode in (2, 3)
    assert message in ran.stderr
    assert ran.stderr.count("\n") == 1
