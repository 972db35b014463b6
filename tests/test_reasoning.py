"""What a reasoner draws agrees with the shapes; contradictions are explained; nothing is left running."""

from __future__ import annotations

import http.server
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
from evigraph import Findings, InputError, Outcome
from evigraph.reasoning import draw
from evigraph.reasoning.kept import place
from evigraph.terms import EVI, INFERRED_GRAPH, OWL, evi
from evigraph.trust import Trust
from tests.commands import ROOT, copy_review, environment, run

ENGINES = ("hermit", "rl")
OWLREADY = "http://www.lesfleursdunormal.fr/static/_downloads/owlready_ontology.owl#"
#: Rule: the defined class of the studies that meet it, or of what such a study has, and the tie.
ENCODED_TWICE = {
    "1.3": ("MutualHelpGroup", "evaluates"),
    "2": ("MentalHealthStudy", None),
    "3": ("PsychosocialOutcome", "hasOutcome"),
    "4": ("EligibleDesignStudy", None),
}
PREFIXES = """\
@prefix basis: <https://w3id.org/evigraph/basis/> .
@prefix concept: <https://w3id.org/evigraph/concept/> .
@prefix evi: <https://w3id.org/evigraph/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix study: <https://w3id.org/evigraph/review/mutual-help/study/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@pytest.fixture(scope="module")
def drawn() -> Callable[[str, str], Findings]:
    """What an engine finds in the shipped review, once for all tests."""
    kept: dict[tuple[str, str], Findings] = {}

    def get(engine: str, trust: str = "deduced") -> Findings:
        if (engine, trust) not in kept:
            kept[engine, trust] = evigraph.open().reason(engine=engine, trust=trust)
        return kept[engine, trust]

    return get


def spoilt(folder: Path, *, graph: str = "", ontology: str = "") -> Path:
    """A copy of the shipped review with something put in."""
    review = copy_review(folder / "review")
    if graph:
        (review / "graph" / "studies" / "planted.trig").write_text(PREFIXES + graph, encoding="utf-8")
    if ontology:
        (review / "ontology" / "planted.ttl").write_text(PREFIXES + ontology, encoding="utf-8")
    return review


# --- the shipped review ---------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_the_shipped_review_is_consistent(drawn: Callable[..., Findings], engine: str) -> None:
    """All that is said can be true, and every class can have members."""
    found = drawn(engine)
    assert found.holds
    assert found.unsatisfiable == ()
    assert found.clashes == ()
    assert len(found.statements) > 500


@pytest.mark.parametrize("trust", ["stated", "deduced"])
def test_both_engines_draw_the_same(drawn: Callable[..., Findings], trust: str) -> None:
    """OWL 2 DL and OWL 2 RL find the same members and the same new statements."""
    dl, rl = drawn("hermit", trust), drawn("rl", trust)
    assert dl.members == rl.members
    assert dl.statements == rl.statements
    assert dl.left_out == rl.left_out


@pytest.mark.parametrize("trust", ["stated", "deduced"])
@pytest.mark.parametrize("rule", ENCODED_TWICE)
def test_definitions_agree_with_shapes(
    review: evigraph.Review, drawn: Callable[..., Findings], rule: str, trust: str
) -> None:
    """A study that the shapes find to meet a rule falls under the class, and no other one does.

    The world of a reasoner is open: that a study is no member says nothing, so *not met* and
    *cannot tell* are alike to it.
    """
    name, tie = ENCODED_TWICE[rule]
    members = set(drawn("hermit", trust).members[EVI + name])
    graphs = Trust(trust).named_graphs
    said = [quad for quad in review.folder.graph if quad.graph_name in graphs]
    disagreeing = []
    for study in review.screen(trust=trust):
        values = {study.iri} if tie is None else _values(said, study.iri, tie)
        by_definition = bool(values & members)
        if rule == "1.3":  # the shape takes an arm of mutual help with such a leader too
            arms = _values(said, study.iri, "hasArm") & set(
                drawn("hermit", trust).members[EVI + "MutualHelpArm"]
            )
            leaders = {leader for arm in arms for leader in _values(said, arm, "ledBy")}
            by_definition = by_definition or bool(leaders & _peers(review))
        if by_definition != (study.rule(rule).outcome is Outcome.MET):
            disagreeing.append(study.study)
    assert disagreeing == []


def test_trials_are_those_of_the_question(review: evigraph.Review, drawn: Callable[..., Findings]) -> None:
    """The class of trials against professional treatment has the studies that the question finds."""
    answer = review.ask("trials-against-professional-treatment")
    assert isinstance(answer, evigraph.Answer)
    asked = {row["study"] for row in answer.to_python()}
    members = drawn("hermit").members[EVI + "TrialAgainstProfessionalTreatment"]
    assert {iri.rpartition("/")[2] for iri in members} == {str(iri).rpartition("/")[2] for iri in asked}


def test_nothing_idle_follows(drawn: Callable[..., Findings]) -> None:
    """No owl:Thing, no owl:sameAs, nothing that is said already, nothing about classes."""
    found = drawn("hermit")
    said = {quad.triple for quad in evigraph.open().folder.graph}
    for triple in found.statements:
        assert OWL not in str(triple)
        assert triple not in said
        assert not str(triple.subject).startswith("<" + EVI) or "#in" in str(triple.subject)


def _values(quads: list[ox.Quad], subject: str, property: str) -> set[str]:
    node = ox.NamedNode(subject)
    return {q.object.value for q in quads if q.subject == node and q.predicate == evi(property)}  # type: ignore[union-attr]


def _peers(review: evigraph.Review) -> set[str]:
    broader = {
        (q.subject, q.object) for q in review.folder.ontology if q.predicate.value.endswith("core#broader")
    }
    found = {"https://w3id.org/evigraph/concept/non-professionals"}
    while more := {s.value for s, o in broader if o.value in found} - found:  # type: ignore[union-attr]
        found |= more
    return found


# --- what contradicts itself ----------------------------------------------------------------------

INVERSE = """
evi:reportedBy a owl:ObjectProperty ; rdfs:label "reported by"@en ; owl:inverseOf evi:reports .
"""
TWO_KINDS = "GRAPH basis:title { study:bright1999 a evi:Arm . }"
NO_MEMBERS = """
evi:Odd a owl:Class ; rdfs:subClassOf evi:RandomizedTrial , evi:MutualHelpArm ; rdfs:label "odd thing"@en .
evi:Odder a owl:Class ; rdfs:subClassOf evi:Odd ; rdfs:label "odder thing"@en .
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_an_inverse_is_drawn(tmp_path: Path, engine: str) -> None:
    """With an inverse in the ontology, the other direction follows."""
    found = evigraph.open(spoilt(tmp_path, ontology=INVERSE)).reason(engine=engine)
    assert sum(t.predicate == evi("reportedBy") for t in found.statements) == sum(
        quad.predicate == evi("reports") for quad in evigraph.open().folder.graph
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_an_individual_of_two_disjoint_classes(tmp_path: Path, engine: str) -> None:
    """The clash is the two types and the axiom, in labels, and nothing else."""
    ran = run("--review", str(spoilt(tmp_path, graph=TWO_KINDS)), "reason", "--engine", engine, "--write")
    assert ran.code == 1
    lines = [line for line in ran.out.splitlines() if line.startswith("  - ")]
    assert sorted(lines) == [
        "  - bright1999 is a study",
        "  - bright1999 is an arm",
        "  - nothing is two of these: study, arm",
    ]
    assert "they contradict each other" in ran.out
    assert "nothing was written" in ran.err
    assert not (tmp_path / "review" / "graph" / "inferred.trig").exists()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_class_that_can_have_no_member(tmp_path: Path, engine: str) -> None:
    """The class is named and explained, the one below it only named; each axiom is needed."""
    review = evigraph.open(spoilt(tmp_path, ontology=NO_MEMBERS))
    found = review.reason(engine=engine)
    assert found.consistent
    assert not found.holds
    assert found.unsatisfiable == (EVI + "Odd", EVI + "Odder")
    (clash,) = found.clashes
    assert clash.of == "odd thing"
    assert "every odd thing is a mutual help arm" in clash.sentences
    assert "nothing is two of these: study, arm" in clash.sentences
    assert clash.smallest
    assert len(clash.sentences) == 5


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("value", "told"),
    [
        ('"many"', "what “sample size” leads to is an integer"),
        ('"many"^^xsd:integer', "bright1999 sample size “many”, but “many” is no integer"),
        pytest.param(
            "study:bright1999",
            "but “https://w3id.org/evigraph/review/mutual-help/study/bright1999” is a thing",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_wrong_datatype(tmp_path: Path, engine: str, value: str, told: str) -> None:
    """A text for a number, a number that is none, and a thing for a number are told as such."""
    planted = f"GRAPH basis:title {{ study:bright1999 evi:sampleSize {value} . }}"
    found = evigraph.open(spoilt(tmp_path, graph=planted)).reason(engine=engine)
    assert not found.consistent
    assert told in " ".join(sentence for clash in found.clashes for sentence in clash.sentences)


def test_datatypes_that_owl_lacks_are_named(drawn: Callable[..., Findings]) -> None:
    """Years are left out, counted and named."""
    assert drawn("hermit").left_out.datatypes == {"http://www.w3.org/2001/XMLSchema#gYear": 46}


# --- what is kept ---------------------------------------------------------------------------------


def test_write_keeps_and_check_notices_what_is_stale(tmp_path: Path) -> None:
    """The file holds the graph of the inferred alone; other facts make it stale; writing mends that."""
    folder = copy_review(tmp_path / "review")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    review = evigraph.open(folder)
    found = review.reason(engine="rl", write=True)
    kept = place(review.folder)
    assert {quad.graph_name for quad in ox.parse(path=str(kept))} == {INFERRED_GRAPH}
    assert {
        path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path != kept
    } == before
    assert evigraph.open(folder).check().conforms
    again = evigraph.open(folder)
    assert again.reason(engine="rl", write=True).statements == found.statements
    query = "SELECT ?s WHERE { ?s a <https://w3id.org/evigraph/ontology#MentalHealthStudy> }"
    for trust, rows in (("deduced", 0), ("inferred", 17)):
        answer = again.ask(query=query, trust=trust)
        assert isinstance(answer, evigraph.Answer)
        assert len(answer) == rows
    assert b"MentalHealthStudy" in again.export(trust="inferred")
    assert b"a evi:MentalHealthStudy" not in again.export(trust="deduced")
    outcomes = {trust: [s.outcome for s in again.screen(trust=trust)] for trust in ("deduced", "inferred")}
    assert outcomes["deduced"] == outcomes["inferred"]
    claims = folder / "graph" / "claims.ttl"
    claims.write_text(claims.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    (problem,) = evigraph.open(folder).check()
    assert str(problem).startswith("graph/inferred.trig: basis:inferred: was drawn from other files")


def test_nothing_is_left_where_nothing_follows(tmp_path: Path) -> None:
    """What was inferred before goes when nothing follows any more."""
    review = evigraph.open(copy_review(tmp_path / "review"))
    review.reason(engine="rl", write=True)
    assert place(review.folder).is_file()
    from dataclasses import replace

    from evigraph.reasoning import kept

    nothing = replace(review.reason(engine="rl"), statements=())
    assert kept.write(review.folder, nothing, review.iri, kept.drawn_from(review.folder)) is None
    assert not place(review.folder).exists()


# --- what may go wrong ----------------------------------------------------------------------------


def test_without_java_rl_is_offered(tmp_path: Path) -> None:
    """One line, exit code 3, and what to do."""
    nowhere = {"PATH": str(tmp_path), "JAVA_HOME": ""}
    ran = run("reason", "--engine", "hermit", env=nowhere)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.count("\n") == 1
    assert "needs Java" in ran.err
    assert "--engine rl" in ran.err
    assert run("reason", "--engine", "rl", env=nowhere).code == 0


def test_a_java_that_fails_is_told_in_one_line(tmp_path: Path) -> None:
    """A program called java that is none gives exit code 3 as well."""
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'Error: no memory' >&2\nexit 1\n")
    java.chmod(0o755)
    ran = run("reason", "--engine", "hermit", env={"PATH": f"{tmp_path}:/bin", "JAVA_HOME": ""})
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == "evigraph: HermiT failed: Error: no memory; take --engine rl\n"


def sleeping_java(folder: Path) -> Path:
    """A java that starts a child of its own, notes both, and never ends."""
    java = folder / "java"
    java.write_text(f"#!/bin/sh\nsleep 600 &\necho $! $$ > {folder}/pids\nwait\n")
    java.chmod(0o755)
    return folder


def gone(folder: Path) -> bool:
    """Whether both processes that the java noted have ended."""
    pids = (folder / "pids").read_text().split()
    for _ in range(50):
        if not any(_runs(pid) for pid in pids):
            return True
        time.sleep(0.1)
    return False


def _runs(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_deadline_ends_the_reasoner_and_its_children(tmp_path: Path) -> None:
    """Exit code 4, one line, and no process is left."""
    folder = sleeping_java(tmp_path)
    path = {"PATH": f"{folder}:{os.environ['PATH']}", "JAVA_HOME": ""}
    ran = run("reason", "--engine", "hermit", "--deadline", "1", env=path)
    assert ran.code == 4
    assert ran.err.startswith("evigraph: the reasoner was stopped after 1 seconds")
    assert gone(folder)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_ends_the_reasoner_and_its_children(tmp_path: Path, number: int, code: int) -> None:
    """Ctrl-C and a polite kill leave no process behind."""
    folder = sleeping_java(tmp_path)
    env = environment({"PATH": f"{folder}:{os.environ['PATH']}", "JAVA_HOME": ""})
    command = [sys.executable, "-m", "evigraph", "reason", "--engine", "hermit"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        for _ in range(300):
            if (folder / "pids").exists() and (folder / "pids").read_text().strip():
                break
            time.sleep(0.1)
        process.send_signal(number)
        process.communicate(timeout=30)
    assert process.returncode == code
    assert gone(folder)


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_that_a_file_names_is_run_or_fetched(tmp_path: Path, engine: str) -> None:
    """An annotation that owlready2 obeys runs no module, and no import is followed; it is named."""
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        other = f"http://127.0.0.1:{server.server_address[1]}/other"
        planted = f"""
        <https://w3id.org/evigraph/ontology> owl:imports <{other}> ;
            <{OWLREADY}python_module> "planted_module" .
        <{OWLREADY}python_module> a owl:AnnotationProperty .
        evi:Study <{OWLREADY}python_name> "planted_module.Study" .
        """
        (tmp_path / "planted_module.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
        review = spoilt(tmp_path, ontology=planted)
        path = {"PYTHONPATH": str(tmp_path)}
        ran = run("--review", str(review), "reason", "--engine", engine, cwd=tmp_path, env=path)
        server.shutdown()
    assert ran.code == 0
    assert f"not followed: the ontology imports {other}" in ran.out
    assert asked == []
    assert not (tmp_path / "ran").exists()


def test_the_planted_module_would_run(tmp_path: Path) -> None:
    """The trap of the test above is a real one: owlready2 itself falls into it."""
    (tmp_path / "planted_module.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    lines = (
        f"<http://x/o> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{OWL}Ontology> .\n"
        f'<http://x/o> <{OWLREADY}python_module> "planted_module" .\n'
    )
    (tmp_path / "o.nt").write_text(lines)
    code = "import owlready2; owlready2.World().get_ontology('file://' + __import__('sys').argv[1]).load()"
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / "o.nt")],
        env=environment({"PYTHONPATH": str(tmp_path)}),
        check=False,
        capture_output=True,
    )
    assert (tmp_path / "ran").exists()


def test_odd_texts_and_names_do_no_harm(tmp_path: Path) -> None:
    """Quotes, line feeds and signs of other scripts in values and names reach no parser of a reasoner."""
    planted = """GRAPH basis:title {
        study:new a evi:Study ; evi:country "a \\"b\\"\\n\\\\ <c> . 語" ;
            evi:hasArm <https://example.org/ä#語(>  .
        <https://example.org/ä#語(> a evi:Arm ; evi:receives concept:mutual-help .
    }"""
    review = evigraph.open(spoilt(tmp_path, graph=planted))
    for engine in ENGINES:
        assert "https://example.org/ä#語(" in review.reason(engine=engine).members[EVI + "MutualHelpArm"]


def test_formats() -> None:
    """JSON says what the table says; Turtle is what follows."""
    plain = json.loads(run("reason", "--engine", "rl", "--format", "json").out)
    assert plain["consistent"] is True
    assert plain["members"]["evi:TrialAgainstProfessionalTreatment"] == [
        "study:bright1999",
        "study:marmar1988",
    ]
    turtle = run("reason", "--engine", "rl", "--format", "ttl").out
    assert len(list(ox.parse(turtle, format=ox.RdfFormat.TURTLE))) == len(plain["statements"])


def test_what_was_inferred_is_no_ground() -> None:
    """A reasoner does not start from what a reasoner drew."""
    with pytest.raises(InputError, match="stated or deduced"):
        draw([], [], {}, trust=Trust.INFERRED)


def test_the_endpoint_keeps_nothing() -> None:
    """What follows is kept in files only."""
    with pytest.raises(InputError, match="endpoint"):
        evigraph.open(endpoint="http://127.0.0.1:9/none").reason(write=True)


def test_the_session_of_the_documentation(tmp_path: Path) -> None:
    """Each command of the page on reasoning prints what the page shows, one after the other."""
    page = (ROOT / "docs" / "reasoning.md").read_text(encoding="utf-8")
    (session,) = re.findall(r"```console\n\$ mkdir (.*?)```", page, re.DOTALL)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    copy_review(tmp_path / "mine")
    _, *steps = session.split("\n$ ")
    assert len(steps) == 3
    for step in steps:
        command, _, shown = step.partition("\n")
        ran = run(*shlex.split(command)[1:], cwd=tmp_path, env={"COLUMNS": "110"})
        assert ran.out == shown.removesuffix("\n") + "\n"


def test_cold_start_with_hermit_is_quick() -> None:
    """The shipped review takes at most five seconds of processor time, Java and all."""
    before = os.times()
    assert run("reason", "--engine", "hermit", cwd=ROOT).code == 0
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    assert used < 5
