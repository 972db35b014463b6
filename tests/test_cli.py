"""The command line end to end: every command, every format, exit codes, files and pipes."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from evigraph import __version__
from evigraph.canonical import FORMATS
from evigraph.cli import main
from evigraph.exporting import OTHER_FORMATS
from tests.commands import ROOT, STUDY, Ran, copy_review, digest_of_the_review, environment, once, run

EVI = "PREFIX evi: <https://w3id.org/evigraph/ontology#> "
SELECT = EVI + "SELECT ?study WHERE { ?study a evi:Study } ORDER BY ?study"
CONSTRUCT = EVI + "CONSTRUCT { ?study a evi:Study } WHERE { ?study a evi:Study }"
WORDS = ["met", "not met", "cannot tell"]
#: Command lines, with the formats that each can be printed in.
PRINTED = {
    "check": ["table", "json", "ttl"],
    "screen": ["table", "json", "csv", "ttl"],
    "screen bright1999 --explain": ["table"],
    "ask": ["table", "json", "csv", "tsv", "md"],
    "ask cited-works": ["table", "json", "csv", "tsv", "md"],
    "ask study-verdicts --param study=bright1999": ["table", "json"],
    "ask claims-and-recounts": ["csv"],
    f"ask --query {shlex.quote(CONSTRUCT)}": ["table", "ttl"],
    "ask --query 'ASK {}'": ["table", "json"],
    "claims": ["table", "json", "csv", "md"],
    "export": list(FORMATS),
}
CASES = [(line, format) for line, formats in PRINTED.items() for format in formats]


@pytest.fixture(autouse=True, scope="module")
def _review_is_left_alone() -> Iterator[None]:
    before = digest_of_the_review()
    yield
    assert digest_of_the_review() == before


def table(text: str, delimiter: str = ",") -> list[list[str]]:
    """The rows of a text, all as long as the first."""
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    return rows


def statements(text: str, format: ox.RdfFormat) -> int:
    """How many statements a text holds."""
    return len(list(ox.parse(text, format=format)))


def require_readable(ran: Ran, format: str) -> None:
    """The output is what the format says it is, as another program reads it."""
    readers = {"ttl": ox.RdfFormat.TURTLE} | dict(FORMATS)
    if format in readers:
        assert statements(ran.out, readers[format]) > 0
    elif format == "json":
        assert json.loads(ran.out)
    elif format == "csv":
        table(ran.out)
    elif format == "tsv":
        table(ran.out, "\t")
    elif format == "md":
        rows, _, legend = ran.out.partition("\n\n")  # what the marks in the table mean
        lines = rows.splitlines()
        assert not legend or legend.startswith("† ")
        assert all(line.startswith("| ") and line.endswith(" |") for line in lines)
        assert set(lines[1]) == set("| -")
    assert "\x1b" not in ran.out + ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(("line", "format"), CASES)
def test_output_can_be_read(line: str, format: str) -> None:
    """Each command prints each of its formats so that a reader of that format takes it."""
    ran = once(*shlex.split(line), "--format", format)
    assert ran.code in (0, 1)
    require_readable(ran, format)


def test_all_formats_are_tried() -> None:
    """No choice of --format is left out above."""
    tried: dict[str, set[str]] = {}
    for line, format in CASES:
        tried.setdefault(line.split()[0], set()).add(format)
    for name in ("check", "screen", "ask", "claims", "export"):
        (option,) = [o for o in main.commands[name].params if o.name == "format"]
        elsewhere = set(OTHER_FORMATS) if name == "export" else set()  # tests/test_exporting.py
        assert tried[name] | elsewhere == set(option.type.choices)  # type: ignore[attr-defined]  # a Choice


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("check --format json", 0),
        ("screen bright1999", 0),
        ("screen bright1999 tudiver1992 --format json", 0),
        ("screen bright1999 burti2005", 1),
        ("screen segal2002", 1),
        ("screen --format json", 1),
        ("screen --trust stated", 1),
        ("claims --format json", 1),
        ("ask --format csv", 0),
        ("ask cited-works --format csv", 0),
        ("ask --query 'ASK { <urn:a> <urn:b> <urn:c> }'", 0),
        ("export --format turtle", 0),
        ("--version", 0),
        ("--help", 0),
        ("", 2),
        ("nonsense", 2),
        ("screen --nonsense", 2),
    ],
)
def test_exit_code(line: str, code: int) -> None:
    """0 done, all holds; 1 something does not hold or cannot be told; 2 wrong use."""
    assert once(*shlex.split(line)).code == code


def test_json_of_screen() -> None:
    """The layout is the documented one, the words are the three, the counts add up."""
    found = json.loads(once("screen", "--format", "json").out)
    assert found["trust"] == "deduced"
    assert list(found["counts"]) == WORDS
    assert sum(found["counts"].values()) == len(found["studies"]) == 20
    assert found["contradictions"] == []
    for study in found["studies"]:
        assert {"study", "outcome", "decision", "sets", "rules"} <= set(study)
        assert study["outcome"] in WORDS
        assert [s["id"] for s in study["sets"]] == ["1", "2", "3", "4"]
        assert {s["outcome"] for s in study["sets"]} <= set(WORDS)
        for rule in study["rules"]:
            assert {"id", "outcome", "message", "missing", "values"} <= set(rule)
            assert rule["outcome"] in WORDS
            assert (rule["missing"] is not None) == (rule["outcome"] == "cannot tell")
            assert rule["message"]
            for value in rule["values"]:
                assert value["value"]
                assert value["basis"]
                assert value["source"]


def test_json_of_claims() -> None:
    """One object a claim, numbers in order, no number where nothing can be derived."""
    found = json.loads(once("claims", "--format", "json").out)
    assert [claim["id"] for claim in found] == [f"C{number:02}" for number in range(1, 18)]
    keys = {"id", "statement", "claimed", "at_least", "at_most", "recorded", "status", "studies"}
    for claim in found:
        assert keys <= set(claim)
        assert claim["status"] in ("match", "consistent", "mismatch", "not derivable")
        if claim["status"] == "not derivable":
            assert claim["at_least"] is claim["at_most"] is None
        else:
            assert 0 <= claim["at_least"] <= claim["at_most"]
    assert found[0]["claimed"] == found[0]["recorded"] == 12


def test_json_of_ask_is_sparql_results() -> None:
    """Rows and truths are SPARQL 1.1 Query Results JSON."""
    rows = json.loads(run("ask", "--query", SELECT, "--format", "json").out)
    assert rows["head"] == {"vars": ["study"]}
    assert len(rows["results"]["bindings"]) == 20
    assert rows["results"]["bindings"][0]["study"]["type"] == "uri"
    truth = once("ask", "--query", "ASK {}", "--format", "json")
    assert json.loads(truth.out) == {"head": {}, "boolean": True}


def test_json_of_check() -> None:
    """It says how many shapes checked how many nodes."""
    found = json.loads(once("check", "--format", "json").out)
    assert found["conforms"] is True
    assert found["problems"] == []
    assert found["shapes"] > 100
    assert found["nodes"] > 800


def test_check_counts_what_it_checked() -> None:
    """A review that holds says by how many shapes, on how many nodes."""
    found = json.loads(once("check", "--format", "json").out)
    # What other reviews get from files of citations, and what only a review of one's own may add.
    idle = ["candidate", "deduplication", "distinction", "judgement", "match", "merge", "record", "retrieval"]
    # And what only other findings and scenarios have.
    idle = sorted([*idle, "arm-result", "restriction", "scenario"])
    assert found["idle"] == [f"form:{name}" for name in idle]
    line = f"mutual-help: {found['shapes']} shapes checked {found['nodes']} nodes: all hold; "
    line += f"{len(idle)} of the shapes found nothing to check"
    assert once("check", "--format", "table").out.splitlines()[-1] == line


def test_formats_of_screen_agree() -> None:
    """The table, the CSV, the JSON and the assertions give each study the same outcome."""
    in_json = {
        s["study"]: s["outcome"] for s in json.loads(once("screen", "--format", "json").out)["studies"]
    }
    rows = table(once("screen", "--format", "csv").out)
    assert {row[0]: row[2] for row in rows[1:]} == in_json
    printed = once("screen", "--format", "table").out.splitlines()
    assert all(
        any(line.split()[:1] == [key] and word in line for line in printed) for key, word in in_json.items()
    )
    words = {"passed": "met", "failed": "not met", "cantTell": "cannot tell"}
    store = ox.Store()
    store.load(once("screen", "--format", "ttl").out, format=ox.RdfFormat.TURTLE)
    earl = "PREFIX earl: <http://www.w3.org/ns/earl#> "
    query = earl + EVI + 'SELECT * { ?v evi:level "study" ; earl:subject ?s ; earl:result/earl:outcome ?o }'
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    in_ttl = {s["s"].value.rsplit("/")[-1]: words[s["o"].value.rsplit("#")[-1]] for s in solutions}
    assert in_ttl == in_json


def test_trust_decides_what_counts() -> None:
    """Less trust never turns what cannot be told into an answer; inferred holds no less than deduced."""
    outcomes = {}
    for trust in ("stated", "deduced", "inferred"):
        found = json.loads(once("screen", "--trust", trust, "--format", "json").out)
        assert found["trust"] == trust
        outcomes[trust] = {s["study"]: s["outcome"] for s in found["studies"]}
    assert outcomes["stated"] != outcomes["deduced"]
    assert outcomes["deduced"] == outcomes["inferred"]  # no reasoner has drawn anything yet
    deduced = once("export", "--trust", "deduced", "--format", "nquads").out
    stated = once("export", "--trust", "stated", "--format", "nquads").out
    assert "<https://w3id.org/evigraph/basis/deduced> ." in deduced
    assert "<https://w3id.org/evigraph/basis/deduced> ." not in stated
    assert set(stated.splitlines()) < set(deduced.splitlines())


@pytest.mark.parametrize("line", ["ask cited-works", "ask study-verdicts --param study=burti2005", "claims"])
def test_trust_of_ask_and_claims(line: str) -> None:
    """Each level of trust is taken."""
    for trust in ("stated", "inferred"):
        assert once(*shlex.split(line), "--trust", trust).code in (0, 1)


def test_explain_says_value_basis_source_message_and_what_is_missing() -> None:
    """Each line that the walk back to the page needs is there."""
    lines = once("screen", "lieberman1986", "--explain").out.splitlines()
    assert lines[0] == "lieberman1986: cannot tell, recorded decision: include"
    assert "  ✓ rule 1.1 shared problem: met" in lines
    assert "      study addresses concept:spousal-bereavement [title, seed, reference 29]" in lines
    where = lines.index("  ? rule 1.3 run by its members (tests 1.4, 1.8 too): cannot tell")
    assert lines[where + 1 : where + 3] == [
        "      Who leads the group is not recorded.",
        "      missing: ledBy",
    ]
    bright = once("screen", "bright1999", "--explain").out
    assert "arm-1 ledBy concept:paraprofessionals [abstract, https://" in bright
    assert "A digest of the review calls the non-professional leaders peers" in bright  # a remark


def in_format(name: str) -> str:
    """The new study in a format that `export` writes."""
    quads = list(ox.parse(STUDY, format=ox.RdfFormat.TURTLE))
    format = FORMATS[name]
    data = ox.serialize(quads if format.supports_datasets else [q.triple for q in quads], format=format)
    assert data is not None
    return data.decode()


SUFFIXES = {
    "turtle": "ttl",
    "trig": "trig",
    "nquads": "nq",
    "ntriples": "nt",
    "jsonld": "jsonld",
    "rdfxml": "rdf",
}


@pytest.mark.parametrize("name", FORMATS)
def test_screen_a_file(name: str, tmp_path: Path) -> None:
    """The same study in any format, from a file or from standard input, gives the same verdict."""
    text = in_format(name)
    (tmp_path / f"study.{SUFFIXES[name]}").write_text(text, encoding="utf-8")
    for what in (f"study.{SUFFIXES[name]}", "-"):
        ran = run("screen", what, "--format", "json", cwd=tmp_path, stdin=text)
        assert (ran.code, ran.err) == (1, "")
        (study,) = json.loads(ran.out)["studies"]
        assert (study["study"], study["outcome"], study["decision"]) == ("smith2020", "cannot tell", None)
        assert [s["outcome"] for s in study["sets"]] == ["met", "met", "cannot tell", "met"]
        values = [value for rule in study["rules"] for value in rule["values"]]
        assert {value["basis"] for value in values} == {"given"}
        assert {value["source"] for value in values} == {what}


@pytest.mark.parametrize("trust", ["stated", "deduced", "inferred"])
def test_given_statements_always_count(trust: str) -> None:
    """A plain Turtle file is trusted at every level; it is not added to the review."""
    ran = run("screen", "-", "--trust", trust, "--format", "csv", stdin=STUDY)
    assert table(ran.out)[1] == [
        "smith2020",
        "",
        "cannot tell",
        "met",
        "met",
        "met",
        "met",
        "cannot tell",
        "met",
    ]
    assert run("screen", "smith2020").code == 2


def test_bases_of_a_file_are_kept(tmp_path: Path) -> None:
    """A TriG file says what its statements rest on, and trust chooses among them."""
    start, _, rest = STUDY.partition("new:smith2020 a evi:Study ;")
    trig = f"""{start}@prefix basis: <https://w3id.org/evigraph/basis/> .
        basis:record {{ new:smith2020 a evi:Study }}
        basis:deduced {{ new:smith2020 {rest} }}"""
    (tmp_path / "study.trig").write_text(trig, encoding="utf-8")
    deduced = run("screen", "study.trig", "--explain", cwd=tmp_path)
    assert "[deduced, study.trig]" in deduced.out
    stated = run("screen", "study.trig", "--trust", "stated", "--format", "csv", cwd=tmp_path)
    assert set(table(stated.out)[1][2:]) == {"cannot tell"}


def test_study_and_file_together(tmp_path: Path) -> None:
    """Keys and files mix, each is judged once, all are sorted."""
    (tmp_path / "new.ttl").write_text(STUDY, encoding="utf-8")
    ran = run("screen", "tudiver1992", "new.ttl", "bright1999", "new.ttl", "--format", "csv", cwd=tmp_path)
    assert [row[0] for row in table(ran.out)[1:]] == ["bright1999", "smith2020", "tudiver1992"]


def test_a_key_wins_over_a_folder_of_that_name(tmp_path: Path) -> None:
    """A folder that is called as a study does not stand in its way."""
    (tmp_path / "bright1999").mkdir()
    assert run("screen", "bright1999", cwd=tmp_path).code == 0


def test_nothing_judged_is_not_all_met(tmp_path: Path) -> None:
    """A file whose study is not trusted gives no verdict, and says so."""
    text = "basis:deduced { new:smith2020 a evi:Study }"
    prefixes = "@prefix basis: <https://w3id.org/evigraph/basis/> .\n" + STUDY.split("\n\n")[0] + "\n"
    (tmp_path / "study.trig").write_text(prefixes + text, encoding="utf-8")
    ran = run("screen", "study.trig", "--trust", "stated", cwd=tmp_path)
    assert ran.code == 1
    assert "nothing was judged" in ran.err


def test_check_a_file() -> None:
    """A usable study holds; how much was checked is said."""
    ran = run("check", "-", stdin=STUDY)
    assert ran.code == 0
    assert "shapes checked 2 nodes: all hold" in ran.out


def test_list_of_questions() -> None:
    """Without a name the questions are listed, the twenty competency questions first, in order."""
    rows = table(once("ask", "--format", "csv").out)
    assert rows[0] == ["question", "tags", "parameters", "asks"]
    assert [row[1] for row in rows[1:21]] == ["competency"] * 20
    assert rows[1][0] == "cited-works"
    files = {path.stem for path in (ROOT / "queries").rglob("*.rq")}
    assert {row[0] for row in rows[1:]} == files
    assert {row[0]: row[2] for row in rows[1:]}["study-verdicts"] == "study=<study>"


@pytest.mark.parametrize(
    ("query", "shown"),
    [(SELECT + " LIMIT 1", "bright1999"), ("ASK {}", "true"), (CONSTRUCT, "study:bright1999 a evi:Study .")],
    ids=["select", "ask", "construct"],
)
def test_own_query_from_option_file_and_standard_input(query: str, shown: str, tmp_path: Path) -> None:
    """A query of one's own gives the same answer from wherever it comes."""
    (tmp_path / "own.rq").write_text(query, encoding="utf-8")
    option = run("ask", "--query", query)
    assert option.code == 0
    assert shown in option.out
    assert run("ask", "--file", "own.rq", cwd=tmp_path) == option
    assert run("ask", "--file", "-", stdin=query) == option


def test_parameters() -> None:
    """A parameter chooses; the default is the one that the list shows."""
    line = ("ask", "studies-by-problem", "--format", "csv")
    bereaved = once(*line, "--param", "problem=bereavement").out
    assert "vachon1980" in bereaved
    assert "bright1999" not in bereaved
    assert once(*line).out == once(*line, "--param", "problem=mental-health-problem").out
    iri = "problem=https://w3id.org/evigraph/concept/bereavement"
    assert once(*line, "--param", iri).out == bereaved


def test_questions_about_verdicts_agree_with_screen() -> None:
    """The computed verdicts that a query sees are those that screen prints."""
    query = EVI + (
        "PREFIX earl: <http://www.w3.org/ns/earl#> SELECT ?study WHERE { "
        '?v evi:level "study" ; earl:subject ?study ; earl:result/earl:outcome earl:passed }'
    )
    rows = table(run("ask", "--query", query, "--format", "csv").out)[1:]
    met = {
        s["study"]
        for s in json.loads(once("screen", "--format", "json").out)["studies"]
        if s["outcome"] == "met"
    }
    assert {row[0].rsplit("/")[-1] for row in rows} == met


def test_export_writes_what_it_prints(tmp_path: Path) -> None:
    """-o gives the same bytes, says how many, and leaves no temporary file."""
    ran = run("export", "-o", "graph.ttl", cwd=tmp_path)
    data = (tmp_path / "graph.ttl").read_bytes()
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"graph.ttl: {len(data):,} bytes of turtle (trust deduced)\n"
    assert data.decode() == once("export", "--format", "turtle").out
    assert [path.name for path in tmp_path.iterdir()] == ["graph.ttl"]


@pytest.mark.parametrize("seed", ["0", "1"])
def test_export_is_the_same_under_any_hash_seed(seed: str) -> None:
    """The order of nothing depends on the interpreter."""
    again = run("export", "--format", "trig", env={"PYTHONHASHSEED": seed})
    assert again.out == once("export", "--format", "trig").out


def test_export_holds_no_machine_path_and_no_blank_node() -> None:
    """It is the same graph on every machine."""
    for line in once("export", "--format", "nquads").out.splitlines():
        assert not line.startswith("_:")
        assert " _:" not in line.split('"')[0]
        assert str(ROOT) not in line


def test_export_keeps_the_earlier_file_when_it_fails(tmp_path: Path) -> None:
    """A review that cannot be read leaves the file as it was."""
    (tmp_path / "graph.ttl").write_text("earlier", encoding="utf-8")
    copy = copy_review(tmp_path / "copy")
    (copy / "graph" / "claims.ttl").write_text("nonsense", encoding="utf-8")
    assert run("--review", "copy", "export", "-o", "graph.ttl", cwd=tmp_path).code == 2
    assert (tmp_path / "graph.ttl").read_text(encoding="utf-8") == "earlier"


def test_export_follows_a_link_and_keeps_the_mode(tmp_path: Path) -> None:
    """A link stays a link, and who may read the file stays as it was."""
    (tmp_path / "real.ttl").write_text("earlier", encoding="utf-8")
    (tmp_path / "real.ttl").chmod(0o640)
    (tmp_path / "link.ttl").symlink_to("real.ttl")
    assert run("export", "-o", "link.ttl", cwd=tmp_path).code == 0
    assert (tmp_path / "link.ttl").is_symlink()
    assert (tmp_path / "real.ttl").read_text(encoding="utf-8").startswith("@prefix")
    assert stat.S_IMODE((tmp_path / "real.ttl").stat().st_mode) == 0o640


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_export_into_a_pipe_does_not_replace_it(tmp_path: Path) -> None:
    """What is no file, such as a device, is written to and never replaced."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with (tmp_path / "got").open("wb") as got, subprocess.Popen(["cat", str(pipe)], stdout=got) as reader:
        assert run("export", "-o", str(pipe)).code == 0
        assert reader.wait(timeout=60) == 0
    assert (tmp_path / "got").read_text(encoding="utf-8") == once("export", "--format", "turtle").out
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_review_from_option_and_environment(tmp_path: Path) -> None:
    """--review and EVIGRAPH_REVIEW name another review; the option wins; an empty variable is none."""
    copy = copy_review(tmp_path / "copy")
    claims = copy / "graph" / "claims.ttl"
    text = claims.read_text(encoding="utf-8")
    claims.write_text(text.replace("evi:claimedNumber 12", "evi:claimedNumber 13"), encoding="utf-8")

    def claimed(*before: str, **environment: str) -> int:
        ran = run(*before, "claims", "--format", "json", cwd=tmp_path, env=environment)
        return int(json.loads(ran.out)[0]["claimed"])

    assert claimed("--review", "copy") == 13
    assert claimed(EVIGRAPH_REVIEW="copy") == 13
    assert claimed("--review", "copy", EVIGRAPH_REVIEW="elsewhere") == 13
    assert claimed() == claimed(EVIGRAPH_REVIEW="") == 12


def test_version() -> None:
    """The version has one source."""
    assert once("--version").out == f"evigraph, version {__version__}\n"


def test_script_and_module_are_one() -> None:
    """``evigraph`` and ``python -m evigraph`` print the same."""
    script = Path(sys.executable).with_name("evigraph")
    if not script.exists():
        pytest.skip("the package is not installed with its script")
    ran = subprocess.run([script, "--help"], capture_output=True, text=True, env=environment(), check=False)
    assert ran.stdout == once("--help").out


@pytest.mark.parametrize("name", sorted(main.commands))
def test_help_lists_every_option(name: str) -> None:
    """The help of a command names all it takes, and the help of all names the command."""
    shown = once(name, "--help").out
    for parameter in main.commands[name].params:
        assert all(opt in shown for opt in parameter.opts if opt.startswith("-"))
    assert once(name, "-h").out == shown
    assert f"  {name} " in once("--help").out


@pytest.mark.parametrize("env", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_escape_codes_in_a_pipe(env: dict[str, str]) -> None:
    """Colours are for terminals."""
    ran = run("screen", env=env)
    assert "\x1b" not in ran.out


def test_a_graph_cannot_steer_the_terminal() -> None:
    """Control characters in a value are shown, not obeyed, and do not break a line in two."""
    steering = STUDY.replace("concept:depressive-problem", r'"\u001b[31m red\u0007\n: all hold"')
    for line in (("screen", "-"), ("screen", "-", "--explain"), ("check", "-")):
        ran = run(*line, stdin=steering)
        assert "\x1b" not in ran.out
        assert "\x07" not in ran.out
        assert not any(shown.startswith(": all hold") for shown in ran.out.splitlines())


@pytest.mark.parametrize("locale", ["ascii", "latin-1"])
def test_output_is_utf8_under_any_locale(locale: str) -> None:
    """The signs of the verdicts and the letters of the graph do not depend on the locale."""
    ran = run("screen", "bright1999", "--explain", env={"PYTHONIOENCODING": locale})
    assert ran == once("screen", "bright1999", "--explain")


@pytest.mark.parametrize("line", ["export -f nquads", "screen --explain", "ask", "ask cited-works -f csv"])
def test_broken_pipe_is_quiet(line: str) -> None:
    """A reader that stops early, as ``head`` does, is no error of ours."""
    command = [sys.executable, "-m", "evigraph", *shlex.split(line)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=environment()) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_interrupt_stops_a_long_query() -> None:
    """Ctrl-C works while the engine computes, and gives the code of an interrupt."""
    import signal
    import time

    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    command = [sys.executable, "-m", "evigraph", "ask", "--query", query]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment()) as process:
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=20)
    assert process.returncode == 130
    assert messages == b"evigraph: interrupted\n"
