"""A review of one's own: begun with one command, every command works there, and it follows new versions."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml

import evigraph
from evigraph.beginning import begin, update
from evigraph.errors import InputError
from evigraph.exporting import OTHER_FORMATS
from tests.commands import run

#: Each command with the exit codes that it may give on a review without citations, records or studies.
COMMANDS: dict[str, tuple[int, ...]] = {
    "check": (0,),
    "screen": (1,),
    "screen --explain": (1,),
    "screen --format json": (1,),
    "ask": (0,),
    "ask studies": (0,),
    "ask records-by-source": (0,),
    "ask unknown-facts": (0,),
    "ask --query ASK{}": (0,),
    "claims": (0,),
    "draw citations -o x.svg": (2,),  # there is no citation yet; it says so
    "reason --engine rl": (0,),
    "rules check": (0,),
    "rules build": (0,),
    "concepts check": (0,),
    "concepts build": (0,),
    "concepts table": (0,),
    "dedupe": (0,),
    "dedupe --list doubtful": (0,),
    "conflicts": (0,),
    "agreement": (0,),
    "agreement --with machine": (0,),
    "flow": (0,),
    "flow --format svg": (0,),
    "gaps": (0,),
    "gaps --map": (0,),
    "what-if --drop 2.1": (0,),
    "sensitivity": (0,),
    "checklist": (0,),
    "synthesize": (0,),
    "snowball": (1,),
    "build": (0,),
    "verify": (0,),
    "export": (0,),
    **{f"export --format {name} -o x.{name}.zip": (0,) for name in OTHER_FORMATS},
}


@pytest.fixture(scope="module", params=["with examples", "bare"])
def begun(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review that was just begun."""
    folder = tmp_path_factory.mktemp("begun") / "My Sleep Review"
    bare = ("--bare",) if request.param == "bare" else ()
    ran = run("init", str(folder), "--title", 'Sleep "education" \\ a review', *bare)
    assert ran.code == 0
    assert ran.out.startswith(f"{folder}: a review of ")
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_works_there(begun: Path, command: str) -> None:
    """With its documented exit code, and no fault in what it says."""
    if command == "verify":
        run("--review", str(begun), "build")
    ran = run("--review", str(begun), *command.split(), cwd=begun.parent)
    assert ran.code in COMMANDS[command], ran.err
    assert "Traceback" not in ran.err


def test_it_is_in_step_and_speaks_of_itself(begun: Path) -> None:
    """Its IRIs are its own; nothing in it is of the shipped review; what is made from tables is in step."""
    review = evigraph.open(begun)
    assert review.check().conforms
    assert review.name == "my-sleep-review"
    shipped = evigraph.open()
    own = [prefix for prefix, space in shipped.folder.prefixes.items() if space.startswith(shipped.iri.value)]
    for prefix in (*own, "concept", "scheme"):
        assert review.folder.prefixes[prefix] == f"{review.iri.value}/{prefix}/"
    kinds = (".ttl", ".rq", ".jsonld", ".yaml", ".yml", ".csv", ".md")
    text = "".join(path.read_text(encoding="utf-8") for path in begun.rglob("*") if path.suffix in kinds)
    assert shipped.iri.value not in text
    assert shipped.folder.prefixes["concept"] not in text
    titles = [q.object.value for q in review.folder.graph if q.predicate.value.endswith("/title")]  # type: ignore[union-attr]
    assert titles == ['Sleep "education" \\ a review']


def test_the_examples_are_marked_and_can_be_judged(tmp_path: Path) -> None:
    """One is met, of the other it cannot be told; without them there is no study."""
    begin(tmp_path / "a")
    begin(tmp_path / "b", bare=True)
    review = evigraph.open(tmp_path / "a")
    assert {study.study: str(study.outcome) for study in review.screen().studies} == {
        "example-one": "met",
        "example-two": "cannot tell",
    }
    notes = [q for q in review.folder.graph if q.object == ox.Literal("EXAMPLE, not a real study")]
    assert len(notes) == 2
    assert evigraph.open(tmp_path / "b").studies == {}


def test_the_ci_file_runs_commands_that_work(tmp_path: Path) -> None:
    """It is YAML, and each of its commands is one that works."""
    begin(tmp_path / "a")
    text = (tmp_path / "a/.github/workflows/review.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(text)["jobs"]["check"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    assert evigraph.__version__ in commands[0]
    ours = [line.removeprefix("evigraph --review . ").partition(" ||")[0] for line in commands[1:]]
    assert ours == ["check", "concepts check", "rules check", "screen"]
    assert set(ours) <= set(COMMANDS)


@pytest.mark.parametrize(
    ("options", "held", "why"),
    [
        ((), "notes.txt", "holds notes.txt; name a folder that is missing or empty"),
        (("--iri", "sleep"), "", "sleep: is no IRI for a review"),
        (("--iri", "https://example.org/a#b"), "", "is no IRI for a review"),
        (("--iri", "https://example.org"), "", "is no IRI for a review"),
        (("--update", "--bare"), "", "--update changes nothing else"),
        (("--update",), "notes.txt", "is no review"),
    ],
)
def test_what_cannot_be_begun_is_refused(
    tmp_path: Path, options: tuple[str, ...], held: str, why: str
) -> None:
    """With what to do, and nothing written."""
    folder = tmp_path / "a"
    folder.mkdir()
    if held:
        (folder / held).touch()
    ran = run("init", str(folder), *options)
    assert (ran.code, why in ran.err) == (2, True)
    assert [path.name for path in folder.iterdir()] == ([held] if held else [])


def test_a_repository_can_become_a_review(tmp_path: Path) -> None:
    """A folder with a licence and the files of git is as good as empty."""
    folder = tmp_path / "a"
    (folder / ".git").mkdir(parents=True)
    (folder / "LICENSE").touch()
    assert begin(folder)
    with pytest.raises(InputError, match="name a folder that is missing or empty"):
        begin(folder / "README.md")


def test_the_core_follows_a_newer_version(tmp_path: Path) -> None:
    """What comes from the package is brought up to date; what people wrote stays as it is."""
    folder = tmp_path / "a"
    begin(folder, iri="https://example.net/sleep")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert update(folder) == []
    old = folder / "shapes/well-formed/merge.ttl"
    old.unlink()
    (folder / "ontology/evigraph.ttl").write_bytes(b"# old\n")
    ran = run("init", str(folder), "--update")
    assert ran.out == f"{folder}: 2 files brought up to date\n"
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_the_context_and_the_prefixes_agree(tmp_path: Path) -> None:
    """As in the shipped review."""
    begin(tmp_path / "a", iri="https://example.net/sleep")
    review = evigraph.open(tmp_path / "a")
    context = json.loads((tmp_path / "a/ontology/context.jsonld").read_text(encoding="utf-8"))["@context"]
    declared = {
        k: v for k, v in context.items() if isinstance(v, str) and v.startswith("http") and k[0] != "@"
    }
    assert declared == review.folder.prefixes
    assert context["addresses"]["@context"]["@vocab"] == "https://example.net/sleep/concept/"
