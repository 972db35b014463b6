"""An export of any size: the same bytes as in memory, in memory that is bounded, whole or not at all."""

from __future__ import annotations

import io
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
from benchmarks.synthesize import write as synthesize
from evigraph import folder as folders
from evigraph import sorting, streaming, tidying
from evigraph.canonical import FORMATS, serialize
from evigraph.errors import InputError
from evigraph.selection import trusted
from evigraph.sorting import SortedLines
from evigraph.terms import RDF_TYPE
from tests.commands import copy_review, environment, run

EX = "https://example.org/"
PREFIXES = evigraph.open().folder.prefixes
TRUSTS = ("stated", "deduced", "inferred")


def plainly(quads: list[ox.Quad], format: str) -> bytes:
    """Lines in the order that the documentation gives, written in the plainest way."""

    def text(term: object) -> str:
        return term.value if isinstance(term, ox.NamedNode) else str(term)

    named = FORMATS[format].supports_datasets
    unique = {q if named else ox.Quad(q.subject, q.predicate, q.object) for q in quads}
    ordered = sorted(
        unique,
        key=lambda q: (
            text(q.graph_name),
            text(q.subject),
            q.predicate != RDF_TYPE,
            q.predicate.value,
            text(q.object),
        ),
    )
    return ox.serialize(ordered, format=FORMATS[format]) or b""


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is large, and runs, blocks and pieces are so small that there are many of each."""
    monkeypatch.setattr(folders, "LARGE", 0)
    monkeypatch.setattr(sorting, "RUN", 60_000)
    monkeypatch.setattr(sorting, "BLOCK", 3_000)
    monkeypatch.setattr(streaming, "PIECE", 7_000)
    monkeypatch.setattr(streaming, "BATCH", 50)
    monkeypatch.setattr(tidying, "PIECE", 5_000)


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped review with three hundred more studies, some of them in two files."""
    review = copy_review(tmp_path_factory.mktemp("synthetic"))
    path = review / "graph" / "studies" / "synthetic.nq"
    synthesize(300, path)
    lines = path.read_bytes().splitlines(keepends=True)
    random.Random(1).shuffle(lines)
    path.write_bytes(b"".join(lines))
    (review / "graph" / "studies" / "again.nq").write_bytes(b"".join(lines[::3]))
    quads = list(ox.parse(b"".join(lines[::5]), format=ox.RdfFormat.N_QUADS))
    ox.serialize(quads, str(review / "graph" / "studies" / "again.trig"), format=ox.RdfFormat.TRIG)
    extra = [
        ox.Quad(q.subject, q.predicate, q.object, ox.DefaultGraph()) for q in awkward(400, controls=False)
    ]
    ox.serialize(extra, str(review / "graph" / "own.nq"), format=ox.RdfFormat.N_QUADS)
    odd = awkward(400, controls=False)
    ox.serialize(odd, str(review / "graph" / "studies" / "awkward.nq"), format=ox.RdfFormat.N_QUADS)
    return review


def awkward(count: int, *, controls: bool = True) -> list[ox.Quad]:
    """Statements whose IRIs begin one another and whose texts look like syntax.

    Those with control characters are in answers at most, since no file may hold them.
    """
    draw = random.Random(count)
    iris = [ox.NamedNode(EX + end) for end in ("a", "a#b", "a-b", "ab", "a/b", "é", "a%20", "A")]
    pieces = ["a", "b> ", "<", '"', "\\", "\n", "\r", " .", f"> <{EX}a> .", "> _:b ", "é", "\u2028"]
    pieces += ["> <<( ", f" {RDF_TYPE} ", " {", "\t", "𝒜", *["\x01", "\x02"] * controls]

    def text() -> ox.Literal:
        value = "".join(draw.choices(pieces, k=draw.randrange(5)))
        kind = draw.randrange(3)
        if kind == 0:
            return ox.Literal(value, language=draw.choice(["en", "en-gb", "de"]))
        return ox.Literal(value, datatype=draw.choice(iris[:4])) if kind == 1 else ox.Literal(value)

    nodes = [*iris, RDF_TYPE]
    graphs: list[ox.NamedNode | ox.DefaultGraph] = [ox.DefaultGraph(), *nodes]

    def value() -> ox.NamedNode | ox.Literal:
        return text() if draw.random() < 0.5 else draw.choice(nodes)

    return [
        ox.Quad(draw.choice(nodes), draw.choice(nodes), value(), draw.choice(graphs)) for _ in range(count)
    ]


# --- the same bytes -------------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_order_is_the_documented_one(format: str) -> None:
    """Sorting lines of bytes gives the order that sorting terms gives, whatever the terms hold."""
    quads = awkward(3000)
    data = serialize(quads, format, {})
    read = list(ox.parse(data, format=FORMATS[format]))
    assert (ox.serialize(read, format=FORMATS[format]) or b"") == plainly(quads, format)


def test_blank_nodes_and_statements_about_statements_are_kept() -> None:
    """What answers may hold and a review may not."""
    blank, iri, graph = ox.BlankNode("b"), ox.NamedNode(EX + "a"), ox.BlankNode("g")
    about = ox.Triple(iri, iri, ox.Literal("> <x> "))
    quads = [ox.Quad(blank, iri, blank, graph), ox.Quad(iri, iri, about, iri), ox.Quad(blank, RDF_TYPE, iri)]
    quads += [ox.Quad(iri, iri, ox.Triple(iri, iri, iri)), ox.Quad(iri, iri, ox.Literal("> _:b c"), graph)]
    assert serialize(quads, "nquads", {}) == plainly(quads, "nquads")


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_is_written_as_nothing(format: str) -> None:
    """A graph without statements has a text too."""
    assert list(ox.parse(serialize([], format, PREFIXES), format=FORMATS[format])) == []


@pytest.mark.parametrize("trust", TRUSTS)
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.usefixtures("tiny")
def test_streamed_shipped_review_is_the_one_in_memory(format: str, trust: str) -> None:
    """Piece by piece, run by run, the bytes stay the same."""
    review = evigraph.open()
    assert review.folder.large_files
    streamed = review.export(format, trust=trust)
    with pytest.MonkeyPatch.context() as whole:
        whole.setattr(sorting, "RUN", 10**12)
        whole.setattr(tidying, "PIECE", 10**12)
        assert streamed == serialize(
            trusted(review.folder.graph, review.folder.ontology, evigraph.Trust(trust)), format, PREFIXES
        )


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.usefixtures("tiny")
def test_streamed_synthetic_review_is_the_one_in_memory(
    synthetic: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many runs of many graphs are merged, and what is in several files comes once."""
    review = evigraph.open(synthetic)
    quads = trusted(review.folder.graph, review.folder.ontology, evigraph.Trust.DEDUCED)
    written: list[int] = []
    plain = SortedLines._write_run

    def counted(self: SortedLines) -> None:
        written.append(self._size)
        plain(self)

    monkeypatch.setattr(SortedLines, "_write_run", counted)
    streamed = review.export(format)
    assert len(written) > 20
    monkeypatch.setattr(sorting, "RUN", 10**12)
    monkeypatch.setattr(tidying, "PIECE", 10**12)
    assert streamed == serialize(quads, format, PREFIXES)
    found = list(ox.parse(streamed, format=FORMATS[format]))
    assert len(found) == len(set(found))
    assert (ox.serialize(found, format=FORMATS[format]) or b"") == plainly(quads, format)


@pytest.mark.usefixtures("tiny")
def test_groups_and_repetitions_are_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against sorting a set: any lines, in any groups, in any number of runs."""
    monkeypatch.setattr(sorting, "RUN", 300)
    monkeypatch.setattr(sorting, "BLOCK", 20)
    draw = random.Random(7)
    wanted: dict[bytes, set[bytes]] = {}
    with SortedLines() as lines:
        for _ in range(300):
            group = draw.choice([b"a", b"b", b"c"])
            some = [bytes(draw.choices(b"xyz\x01", k=draw.randrange(1, 4))) for _ in range(draw.randrange(9))]
            wanted.setdefault(group, set()).update(some)
            lines.add(group, some)
        assert lines.groups() == sorted(wanted)
        for group, expected in wanted.items():
            assert [line for block in lines.blocks(group) for line in block] == sorted(expected)


# --- what is refused ------------------------------------------------------------------------------

EVI = "https://w3id.org/evigraph/ontology#"
GOOD = f"<{EX}s> <{EX}p> <{EX}o> <https://w3id.org/evigraph/basis/title> .\n"
REFUSED = {
    "misspelt property": (f"<{EX}s> <{EVI}hasDesing> <{EX}o> .\n", ":301: .*hasDesign"),
    "misspelt namespace": (f"<{EX}s> <http://w3id.org/evigraph/ontology#hasArm> <{EX}o> .\n", ":301: .*mean"),
    "concept": (f"<{EX}s> <{EX}p> <https://w3id.org/evigraph/concept/colort> .\n", ":301: .*cohort"),
    "basis": (f"<{EX}s> <{EX}p> <{EX}o> <https://w3id.org/evigraph/basis/tilte> .\n", ":301: .*title"),
    "verdict": (f"<{EX}s> <{EX}p> <{EX}o> <https://w3id.org/evigraph/basis/verdict> .\n", ":301: .*computed"),
    "blank node": (f"<{EX}s> <{EX}p> _:b .\n", "blank node"),
    "blank subject": (f'_:b <{EX}p> "a" .\n', "blank node"),
    "statement": (f"<{EX}s> <{EX}p> <<( <{EX}s> <{EX}p> <{EX}o> )>> .\n", "<< >>"),
    "syntax": (f"<{EX}s> <{EX}p> <{EX} o> .\n", ":301:"),
    "relative": (f"<{EX}s> <{EX}p> <o> .\n", ":301:"),
    "two fragments": (f"<{EX}s> <{EX}p> <{EX}o#a#b> .\n", ":301:"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("large", [True, False])
def test_what_is_refused_in_a_small_file_is_refused_in_a_large_one(
    tmp_path: Path, name: str, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the line, in the words that the small file gets, and before a byte is written."""
    line, wanted = REFUSED[name]
    review = copy_review(tmp_path)
    (review / "graph" / "studies" / "bad.nq").write_text(GOOD * 300 + line + GOOD * 300, encoding="utf-8")
    monkeypatch.setattr(folders, "LARGE", 10_000 if large else 10**9)
    monkeypatch.setattr(streaming, "PIECE", 5_000)
    out = io.BytesIO()
    with pytest.raises(InputError, match=wanted) as caught:
        evigraph.open(review).export_to(out, "nquads")
    assert "bad.nq" in str(caught.value)
    assert not out.getvalue()


@pytest.mark.usefixtures("tiny")
def test_concept_that_the_file_describes_far_away_is_known(tmp_path: Path) -> None:
    """As in a small file, wherever it is described."""
    review = copy_review(tmp_path)
    concept = "https://w3id.org/evigraph/concept/of-our-own"
    use, described = f"<{EX}s> <{EX}p> <{concept}> .\n", f'<{concept}> <{EX}p> "ours" .\n'
    for name, text in (("a", use + GOOD * 300 + described), ("b", described + GOOD * 300 + use)):
        (review / "graph" / "studies" / f"{name}.nq").write_text(text, encoding="utf-8")
    assert evigraph.open(review).export("ntriples").count(concept.encode()) == 2


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("text", ["0.050", "007", "1.00"])
def test_number_keeps_its_text(tmp_path: Path, text: str) -> None:
    """No store is on the way, which would rewrite it."""
    review = copy_review(tmp_path)
    value = f'"{text}"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    (review / "graph" / "studies" / "n.nt").write_text(f"<{EX}s> <{EX}p> {value} .\r\n# end\r\n", "utf-8")
    assert value.encode() in evigraph.open(review).export("ntriples")


# --- the command ----------------------------------------------------------------------------------

SIZE = 10_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped review with ten thousand more studies."""
    review = copy_review(tmp_path_factory.mktemp("large"))
    synthesize(SIZE, review / "graph" / "studies" / "synthetic.nq")
    return review


MEASURED = """
import re, sys
from pathlib import Path
from evigraph import sorting
sorting.RUN = 20_000_000
import evigraph
with open(sys.argv[2], "wb") as out:
    evigraph.open(sys.argv[1]).export_to(out, sys.argv[3])
# Not ru_maxrss, which counts the process that this one was forked from.
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc to ask")
@pytest.mark.parametrize("format", ["nquads", "turtle"])
def test_memory_does_not_grow_with_the_review(large: Path, tmp_path: Path, format: str) -> None:
    """A million statements, which as Python objects take over a gigabyte."""
    place = tmp_path / "out"
    command = [sys.executable, "-c", MEASURED, str(large), str(place), format]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    assert int(ran.stdout) < 200
    assert place.stat().st_size > 50_000_000


@pytest.fixture
def interrupted(large: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path, Path]]:
    """An export that has begun, its target and its folder for temporary files."""
    scratch, target = tmp_path / "scratch", tmp_path / "target" / "review.nq"
    scratch.mkdir()
    target.parent.mkdir()
    target.write_text("earlier\n", encoding="utf-8")
    script = "from evigraph import sorting; sorting.RUN = 5_000_000; from evigraph.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", script, "--review", str(large), "export", "-f", "nquads", "-o", str(target)],
        env=environment({"TMPDIR": str(scratch)}),
        stderr=subprocess.PIPE,
    )
    yield process, target, scratch
    process.kill()
    process.wait()


def test_interrupted_export_leaves_nothing(
    interrupted: tuple[subprocess.Popen[bytes], Path, Path],
) -> None:
    """Ctrl-C while runs are written: the earlier file stays, and no temporary file does."""
    process, target, scratch = interrupted
    deadline = time.monotonic() + 60
    while not any(scratch.rglob("1")) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert any(scratch.iterdir())
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.decode() == "evigraph: interrupted\n"
    assert target.read_text(encoding="utf-8") == "earlier\n"
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert not any(scratch.iterdir())


def test_file_and_standard_output_are_the_same(synthetic: Path, tmp_path: Path) -> None:
    """Each is written once all has been read."""
    ran = run("--review", str(synthetic), "export", "-f", "turtle", "-o", str(tmp_path / "a.ttl"))
    assert ran.code == 0
    size = (tmp_path / "a.ttl").stat().st_size
    assert ran.err == f"{tmp_path / 'a.ttl'}: {size:,} bytes of turtle (trust deduced)\n"
    printed = run("--review", str(synthetic), "export", "-f", "turtle")
    assert printed.out.encode() == (tmp_path / "a.ttl").read_bytes()
