"""Large files: the planted verdicts are found, by both engines, in parts and whole."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
from benchmarks import synthesize
from evigraph import disk, judging, parts
from evigraph.errors import InputError, OutOfOrderError
from evigraph.folder import Folder
from evigraph.terms import RDF_TYPE, XSD, evi
from evigraph.verdicts import StudyVerdict
from tests.commands import copy_review, environment, run
from tests.reliability import first

SIZE = 1000
REVIEW = evigraph.open()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, int]]]:
    """A synthetic review as N-Quads, and the verdicts that were planted in it."""
    path = tmp_path_factory.mktemp("synthetic") / "review.nq"
    return path, synthesize.write(SIZE, path)


def counted(verdicts: list[StudyVerdict]) -> dict[str, dict[str, int]]:
    """Verdicts by rule and outcome, as the generator states them."""
    counts: dict[str, Counter[str]] = {"study": Counter(study.outcome.value for study in verdicts)}
    for study in verdicts:
        for rule in study.rules:
            counts.setdefault(rule.id, Counter())[rule.outcome.value] += 1
    return {rule: dict(sorted(outcomes.items())) for rule, outcomes in counts.items()}


def test_the_same_size_gives_the_same_file(tmp_path: Path) -> None:
    """The generator is deterministic."""
    for name in ("a.nq", "b.nq"):
        synthesize.write(30, tmp_path / name)
    assert (tmp_path / "a.nq").read_bytes() == (tmp_path / "b.nq").read_bytes()


@pytest.mark.parametrize("engine", [pytest.param("pyshacl", marks=pytest.mark.slow), "shacl"])
def test_screening_finds_exactly_the_planted_verdicts(
    made: tuple[Path, dict[str, dict[str, int]]], engine: str
) -> None:
    """On a thousand studies with gaps and faults both engines find what was planted."""
    path, planted = made
    assert counted(list(REVIEW.screen_large(path, engine=engine))) == planted


@pytest.mark.slow
def test_both_engines_agree_on_every_rule_of_every_study(
    made: tuple[Path, dict[str, dict[str, int]]],
) -> None:
    """Not only the numbers: the verdicts, their messages and values are the same."""
    path, _ = made
    slow = list(REVIEW.screen_large(path, engine="pyshacl", detail=True))
    fast = list(REVIEW.screen_large(path, engine="shacl", detail=True))
    assert slow == fast


def test_both_engines_agree_on_the_shipped_review() -> None:
    """All trust levels, all rules."""
    for trust in evigraph.Trust:
        assert REVIEW.screen(trust=trust, engine="pyshacl") == REVIEW.screen(trust=trust, engine="shacl")


def test_parts_give_what_the_whole_gives(
    made: tuple[Path, dict[str, dict[str, int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut into many parts and judged by all cores, a file gives the same verdicts in the same order."""
    path, _ = made
    whole = list(REVIEW.screen_large(path, detail=True))
    monkeypatch.setattr(parts, "PIECE", 1_000_000)
    assert len(parts.pieces(path)) > 10
    assert list(REVIEW.screen_large(path, detail=True)) == whole
    assert REVIEW.screen_file(path).studies == tuple(whole)


def test_trig_is_judged_like_nquads(made: tuple[Path, dict[str, dict[str, int]]], tmp_path: Path) -> None:
    """The generator writes TriG too, with the same verdicts in it."""
    planted = synthesize.write(SIZE, tmp_path / "review.trig")
    assert planted == made[1]
    assert counted(list(REVIEW.screen_large(tmp_path / "review.trig"))) == planted


@pytest.mark.parametrize("case", ["parted", "unknown word", "twice", "elsewhere"])
def test_a_file_that_must_be_read_whole_is_noticed(
    made: tuple[Path, dict[str, dict[str, int]]], tmp_path: Path, case: str
) -> None:
    """A study in two places, a word nobody knows, or a link to elsewhere in the file."""
    lines = made[0].read_bytes().splitlines(keepends=True)[:600]
    led = f"<{evi('ledBy').value}>".encode()
    at = next(n for n, line in enumerate(lines) if led in line)
    if case == "parted":
        lines.append(lines.pop(at))
    elif case == "unknown word":
        lines[at] = lines[at].replace(b"ledBy", b"leadBy")
    elif case == "twice":
        lines += lines[:60]
    else:
        lines[at] = lines[at].replace(b"https://w3id.org/evigraph/concept/", b"https://example.org/person/")
    path = tmp_path / "odd.nq"
    path.write_bytes(b"".join(lines))
    with pytest.raises(OutOfOrderError):
        list(REVIEW.screen_large(path))
    if case == "unknown word":
        with pytest.raises(InputError, match=r"odd\.nq:\d+: unknown term .*leadBy.*did you mean .*ledBy"):
            REVIEW.screen_file(path)
    else:
        assert REVIEW.screen_file(path)


def test_studies_that_share_a_stem_are_all_judged(tmp_path: Path) -> None:
    """Several studies of one document differ only behind the hash; none may be dropped."""
    path = tmp_path / "document.nt"
    kind = f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{evi('Study').value}> ."
    path.write_text("".join(f"<https://example.org/doc#s{n}> {kind}\n" for n in range(3)), encoding="utf-8")
    with pytest.raises(OutOfOrderError):
        list(REVIEW.screen_large(path))
    assert [study.study for study in REVIEW.screen_file(path)] == ["s0", "s1", "s2"]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_shuffled_file_is_judged_as_one_in_order(
    made: tuple[Path, dict[str, dict[str, int]]], tmp_path: Path, form: str
) -> None:
    """It goes through a temporary store, of which nothing is left."""
    lines = made[0].read_bytes().splitlines(keepends=True)
    random.Random(7).shuffle(lines)
    shuffled, scratch = tmp_path / made[0].name, tmp_path / "scratch"
    shuffled.write_bytes(b"".join(lines))
    scratch.mkdir()
    found = run("screen", shuffled.name, "--format", form, cwd=tmp_path, env={"TMPDIR": str(scratch)})
    assert found == run("screen", made[0].name, "--format", form, cwd=made[0].parent)
    assert found.out.count("\n") > SIZE
    assert not list(scratch.iterdir())


def test_numbers_in_a_shuffled_file_are_judged_as_printed(tmp_path: Path) -> None:
    """A store writes 007 as 7; what is judged and printed is what the file says."""
    lines = [
        f"<https://example.org/s1> <{RDF_TYPE.value}> <{evi('Study').value}> .",
        f'<https://example.org/s1> <{evi("addresses").value}> "007"^^<{XSD}integer> .',
        f'<https://example.org/s1> <{evi("hasDesign").value}> "1.00"^^<{XSD}decimal> .',
    ]
    path = tmp_path / "numbers.nt"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert tuple(REVIEW.screen_large(path, ordered=False, detail=True)) == REVIEW.screen_file(path).studies
    values = {v.value for study in REVIEW.screen_file(path) for rule in study.rules for v in rule.values}
    assert {"007", "1.00"} <= values


@pytest.mark.parametrize("case", ["unknown word", "no study", "blank study"])
def test_a_file_in_no_order_is_refused_as_when_read_whole(tmp_path: Path, case: str) -> None:
    """The same messages."""
    study = f"<{RDF_TYPE.value}> <{evi('Study').value}> ."
    text = {
        "unknown word": f"<urn:s> {study}\n<urn:s> <{evi('ledBye').value}> <urn:x> .",
        "no study": "<https://example.org/s> <https://example.org/p> <urn:x> .",
        "blank study": f"_:s {study}",
    }[case]
    path = tmp_path / "bad.nt"
    path.write_text(text + "\n", encoding="utf-8")
    with pytest.raises(InputError) as whole:
        REVIEW.screen_file(path)
    with pytest.raises(InputError) as parted:
        list(REVIEW.screen_large(path, ordered=False))
    assert str(parted.value) == str(whole.value)


@pytest.mark.parametrize("on_disk", [pytest.param(False, marks=pytest.mark.slow), True])
def test_a_large_review_is_judged_as_a_small_one(
    made: tuple[Path, dict[str, dict[str, int]]],
    tmp_path: Path,
    on_disk: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Verdicts, decisions and grounds, with a store on disk and without; its files are not read whole."""
    folder = copy_review(tmp_path)
    shutil.copy(made[0], folder / "graph" / "studies")
    whole = evigraph.open(folder).screen(engine="shacl")
    if on_disk:
        disk.build(Folder(folder), disk.default_place(Folder(folder)))
    assert tuple(evigraph.open(folder).screen_large(detail=True)) == whole.studies
    monkeypatch.setattr(judging, "LARGE", 1)
    review = evigraph.open(folder)
    monkeypatch.setattr(Folder, "graph", property(lambda _: pytest.fail("the graph was read whole")))
    assert review.screen() == whole
    assert any(study.decision for study in whole)


@pytest.mark.slow
def test_a_bar_is_shown_on_a_terminal_and_never_in_the_data(tmp_path: Path) -> None:
    """Standard error is a terminal, standard output a pipe: the bar is on the one, the rows on the other."""
    path = tmp_path / "large.nq"
    synthesize.write(18 * SIZE, path)  # what lasts longer than the bar is waited for
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "evigraph", "screen", str(path), "--format", "csv"]
    out = tmp_path / "rows.csv"
    with (
        ThreadPoolExecutor(1) as pool,
        out.open("wb") as file,
        subprocess.Popen(command, stdout=file, stderr=theirs, env=environment({"TERM": "xterm"})) as child,
    ):
        os.close(theirs)
        shown = pool.submit(read_terminal, ours)  # meanwhile, else the terminal fills up
        assert child.wait(60) == 1
        assert b"screening" in shown.result()
        assert b"s0000001" not in shown.result()
    rows = out.read_bytes().splitlines()
    assert len(rows) == 18 * SIZE + 1


def read_terminal(handle: int) -> bytes:
    """All that is written to a terminal until nobody has it open."""
    found = b""
    with contextlib.suppress(OSError), open(handle, "rb", buffering=0) as terminal:
        while data := terminal.read(65536):
            found += data
    return found


def listen() -> None:
    """Hear Ctrl-C, also where the tests themselves run in the background and do not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def living(session: int) -> list[str]:
    """The processes of a session that have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            state, _, _, its_session = path.read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state != "Z":
                found.append(path.parent.name)
    return found


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("all_processes", first(1, [True, False]))
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path, shuffled: bool, all_processes: bool) -> None:
    """Exit code 130 and one line; no output, no temporary file, no process."""
    path, scratch = tmp_path / "large.nq", tmp_path / "scratch"
    synthesize.write(6 * SIZE, path)
    if shuffled:
        lines = path.read_bytes().splitlines(keepends=True)
        random.Random(7).shuffle(lines)
        path.write_bytes(b"".join(lines))
    scratch.mkdir()
    command = [sys.executable, "-m", "evigraph", "screen", str(path), "--format", "json"]
    child = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=listen,
        env=environment({"TMPDIR": str(scratch)}),
    )
    time.sleep(1.2)
    assert child.poll() is None
    (os.killpg if all_processes else os.kill)(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, out, err) == (130, b"", b"evigraph: interrupted\n")
    assert not list(scratch.iterdir())
    deadline = time.monotonic() + 5
    while left := living(child.pid):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def test_a_syntax_error_is_named_by_line(tmp_path: Path) -> None:
    """Wherever in a large file it stands."""
    path = tmp_path / "bad.nq"
    path.write_text("<https://example.org/a> <https://example.org/b> .\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.nq:1:"):
        list(REVIEW.screen_large(path))


def test_the_command_takes_a_large_file(made: tuple[Path, dict[str, dict[str, int]]]) -> None:
    """The file of the generator is screened as it is, in each format for large files."""
    path, planted = made
    assert path.stat().st_size > 8_000_000
    table = run("screen", str(path))
    assert table.code == 1
    assert table.out.endswith("(trust deduced)\n")
    assert len(table.out.splitlines()) == SIZE + 2
    rows = run("screen", str(path), "--format", "csv").out.splitlines()
    assert Counter(row.split(",")[2] for row in rows[1:]) == planted["study"]
    document = json.loads(run("screen", str(path), "--format", "json").out)
    assert document["counts"] == {word: planted["study"].get(word, 0) for word in document["counts"]}
    assert len(document["studies"]) == SIZE
    whole = REVIEW.screen_file(path).to_dict()["studies"]
    assert document["studies"] == whole


def test_quads_of_the_generator_are_well_formed(tmp_path: Path) -> None:
    """The synthetic review says nothing twice and passes the check of its form."""
    path = tmp_path / "small.nq"
    synthesize.write(20, path)
    assert len({str(q) for q in ox.parse(path=str(path))}) == path.read_bytes().count(b"\n")
    report = REVIEW.check([path])
    assert report.nodes > 100
    assert report.conforms, report.problems[:3]
