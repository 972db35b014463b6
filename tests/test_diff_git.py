"""Revisions of git as reviews, facts in ``git diff``, and the page on both: run for real."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from evigraph.differences.revisions import extract
from evigraph.errors import InputError
from tests.commands import FOLDERS, ROOT, copy_review, environment, run

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

PAGE = (ROOT / "docs/how-to/diff.md").read_text(encoding="utf-8")
BRIGHT, HOUSTON = "graph/studies/bright1999.trig", "graph/studies/houston2002.trig"
LEADERS = "basis:fulltext {\n\tstudy:houston2002\\#group evi:ledBy concept:members .\n}\n\n"
FACTS = """\
Facts
  bright1999: sample size 98 → 100 (abstract)
  houston2002 group: led by members added (fulltext)
"""


def shell(folder: Path, command: str) -> tuple[int, str]:
    """Run a command line with our program on the path; the exit code and what was printed."""
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_PAGER": "cat"}
    with tempfile.TemporaryDirectory() as programs:
        ours = Path(programs) / "evigraph"
        ours.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m evigraph "$@"\n', encoding="utf-8")
        ours.chmod(0o755)
        env = environment({"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", **nobody})
        ran = subprocess.run(
            ["sh", "-c", command], cwd=folder, env=env, capture_output=True, text=True, check=False
        )
    return ran.returncode, ran.stdout + ran.stderr


def must(folder: Path, command: str) -> str:
    """As :func:`shell`, for what has to succeed."""
    code, out = shell(folder, command)
    assert code == 0, out
    return out


def commit(folder: Path, tag: str) -> None:
    """Commit all files below a folder, with a tag."""
    must(
        folder,
        f"git add -A . && git -c user.name=A -c user.email=a@example.org commit -qm {tag} && git tag {tag}",
    )


def replace(path: Path, old: str, new: str) -> None:
    """Change the first place where a file says something."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module", params=["", "reviews/mutual help"])
def review(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review with two commits, at the top of its repository or below."""
    top = tmp_path_factory.mktemp("git") / "repository"
    folder = copy_review(top / request.param)
    must(top, "git init -q")
    commit(top, "v1")
    replace(folder / BRIGHT, "evi:sampleSize 98", "evi:sampleSize 100")
    replace(folder / HOUSTON, "basis:abstract {", LEADERS + "basis:abstract {")
    commit(top, "v2")
    return folder


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("v1", "v2"), 1),
        (("v1",), 1),
        (("HEAD~1", "HEAD"), 1),
        (("v1^{commit}", "."), 1),
        (("HEAD",), 0),
        (("v2", "."), 0),
        (("v1", "HEAD~1"), 0),
    ],
)
def test_revisions_are_reviews(arguments: tuple[str, ...], code: int, review: Path) -> None:
    """Two of them, or one and the files; from the folder and from elsewhere; nothing is left behind."""
    here = run("diff", *arguments, cwd=review)
    assert (here.code, here.err) == (code, "")
    assert here.out.startswith(FACTS if code else f"{arguments[0]} and ")
    there = tuple(str(review) if argument == "." else argument for argument in arguments)
    elsewhere = run("--review", str(review), "diff", *there, cwd=review.parent)
    assert (elsewhere.code, elsewhere.out.splitlines()[:-1]) == (code, here.out.splitlines()[:-1])
    assert must(review, "git status --short") == ""


def test_a_revision_is_read_byte_for_byte(review: Path, tmp_path: Path) -> None:
    """All files of the four folders as git has them, and no other."""
    extract(review, "v2", tmp_path / "out")
    there = {
        p.relative_to(tmp_path / "out"): p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()
    }
    here = {
        path.relative_to(review): path.read_bytes()
        for folder in FOLDERS
        for path in (review / folder).rglob("*")
        if path.is_file()
    }
    assert there == here


@pytest.mark.parametrize("revision", ["--output=stolen", "-h", "--all", "-"])
def test_no_revision_is_an_option(revision: str, review: Path) -> None:
    """It is refused before git sees it."""
    ran = run("diff", "--", revision, "v1", cwd=review)
    assert (ran.code, ran.out) == (2, "")
    assert f"no revision {revision!r}" in ran.err
    assert not list(review.glob("*stolen*"))


@pytest.mark.parametrize("revision", ["nowhere", "v1..v2", "^v1", "v1:graph/claims.ttl", "v1 v2", ":/no"])
def test_what_is_no_revision_is_said_to_be_none(revision: str, review: Path) -> None:
    """Exit code 2, with the name that was given."""
    ran = run("diff", revision, "v1", cwd=review)
    assert (ran.code, ran.out) == (2, "")
    assert revision in ran.err
    assert "Traceback" not in ran.err


def test_nothing_that_a_repository_names_is_run(tmp_path: Path) -> None:
    """No filter, no textconv, no hook, no other program; files are as git keeps them."""
    folder = copy_review(tmp_path / "review")
    must(folder, "git init -q")
    commit(folder, "v1")
    trap = f"touch {tmp_path}/sprung; cat"
    (folder / ".gitattributes").write_text(
        "* filter=trap diff=trap text eol=crlf export-subst\n", encoding="utf-8"
    )
    for name in ("filter.trap.smudge", "filter.trap.clean", "diff.trap.textconv", "diff.trap.command",
                 "core.fsmonitor", "core.pager"):  # fmt: skip
        must(folder, f"git config {name} '{trap}'")
    must(folder, f"git config core.hooksPath {tmp_path}/hooks")
    (tmp_path / "hooks").mkdir()
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        (tmp_path / "hooks" / hook).write_text(f"#!/bin/sh\n{trap}\n", encoding="utf-8")
        (tmp_path / "hooks" / hook).chmod(0o755)
    (tmp_path / "sprung").unlink(missing_ok=True)
    ran = run("diff", "v1", cwd=folder)
    assert (ran.code, ran.err) == (0, "")
    assert not (tmp_path / "sprung").exists()


def test_the_folder_says_which_repository(review: Path, tmp_path: Path) -> None:
    """Though a hook of another one is running, which has its own in the environment."""
    must(tmp_path, "git init -q other")
    env = {"GIT_DIR": str(tmp_path / "other/.git"), "GIT_WORK_TREE": str(tmp_path / "other")}
    ran = run("diff", "v1", "v2", cwd=review, env=env)
    assert (ran.code, ran.out[: len(FACTS)]) == (1, FACTS)


def test_errors_name_the_revision_and_not_a_temporary_folder(tmp_path: Path) -> None:
    """A file that was broken then, and a folder that was no review then."""
    folder = copy_review(tmp_path / "review")
    must(folder, "git init -q")
    shutil.move(folder / "ontology", tmp_path / "ontology")
    commit(folder, "before")
    shutil.move(tmp_path / "ontology", folder / "ontology")
    replace(folder / "graph/claims.ttl", "claim:C01 a", "claim:C01 a a")
    commit(folder, "broken")
    replace(folder / "graph/claims.ttl", "claim:C01 a a", "claim:C01 a")
    ran = run("diff", "broken", cwd=folder)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("evigraph: broken:graph/claims.ttl:8:")
    ran = run("diff", "before", cwd=folder)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "evigraph: before:ontology: holds no ontology (no .ttl file)\n"


def test_a_link_in_a_revision_is_not_followed(tmp_path: Path) -> None:
    """It may lead anywhere; what to do is said."""
    folder = copy_review(tmp_path / "review")
    (folder / "graph/passwords.ttl").symlink_to("/etc/passwd")
    must(folder, "git init -q")
    commit(folder, "v1")
    ran = run("diff", "v1", "HEAD", cwd=folder)
    assert (ran.code, ran.out) == (2, "")
    assert "v1:graph/passwords.ttl: is a symbolic link" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name one or two reviews"),
        (("a", "b", "c"), "name one or two reviews"),
        (("tests",), "tests: is no review"),
        (("README.md",), "README.md: is a file"),
        (("nowhere/at/all", "."), "no revision 'nowhere/at/all'"),
        (("", "."), "no revision ''"),
    ],
)
def test_wrong_names_are_said_to_be_so(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """Exit code 2, and what is wrong."""
    folder = copy_review(tmp_path / "repository")
    (folder / "tests").mkdir()
    (folder / "README.md").write_text("text\n", encoding="utf-8")
    must(folder, "git init -q")
    ran = run("diff", *arguments, cwd=folder)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_without_git_or_a_repository(review: Path, tmp_path: Path) -> None:
    """The environment is named where git is missing, and the folder where it is in no repository."""
    ran = run("diff", "v1", cwd=review, env={"PATH": str(tmp_path)})
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("evigraph: git is not installed")
    plain = copy_review(tmp_path / "plain")
    ran = run("diff", "v1", cwd=plain, env={"GIT_CEILING_DIRECTORIES": str(tmp_path)})
    assert (ran.code, ran.out) == (2, "")
    assert "is in no repository of git" in ran.err
    ran = run("diff", "v1", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "name the folder of the review with --review DIR" in ran.err
    with pytest.raises(InputError, match="no repository"):
        extract(plain, "HEAD", tmp_path / "out")


@pytest.fixture
def driven(tmp_path: Path) -> Path:
    """A repository whose differences are shown as facts."""
    folder = copy_review(tmp_path / "review")
    must(folder, "git init -q")
    must(folder, "git config diff.evigraph.command 'evigraph diff --driver'")
    (folder / ".gitattributes").write_text("*.trig diff=evigraph\n*.ttl diff=evigraph\n", encoding="utf-8")
    commit(folder, "v1")
    return folder


def test_git_shows_facts(driven: Path) -> None:
    """Changed facts in words, by the labels of the review's own ontology; layout alone is said to be that."""
    replace(driven / BRIGHT, "evi:sampleSize 98", "evi:sampleSize 100")
    replace(driven / HOUSTON, " ;", "\n ;\n")
    assert must(driven, "git diff").splitlines() == [
        f"evigraph diff {BRIGHT}",
        "  bright1999: sample size 98 → 100 (abstract)",
        "  statements: 1 added, 1 removed",
        f"evigraph diff {HOUSTON}",
        "  the same 68 statements, written in another way",
    ]
    replace(driven / "ontology/evigraph.ttl", '"sample size"', '"people"')
    assert must(driven, f"git diff {BRIGHT} ontology").splitlines() == [
        f"evigraph diff {BRIGHT}",
        "  bright1999: people 98 → 100 (abstract)",
        "  statements: 1 added, 1 removed",
        "evigraph diff ontology/evigraph.ttl",
        '  datatype property sampleSize: rdfs:label "sample size" → "people"',
        "  statements: 1 added, 1 removed",
    ]


def test_git_shows_files_that_came_went_and_moved(driven: Path) -> None:
    """Between commits, staged, and in the log; modes too."""
    must(driven, "git mv graph/studies/vachon1980.trig graph/studies/vachon.trig")
    replace(driven / "graph/studies/vachon.trig", '"CA"', '"US"')
    (driven / "graph/studies/trojan1989.trig").unlink()
    new = (driven / BRIGHT).read_text(encoding="utf-8").replace("bright1999", "new2000")
    (driven / "graph/studies/new2000.trig").write_text(new, encoding="utf-8")
    (driven / HOUSTON).chmod(0o755)
    (driven / "graph/claims.ttl").chmod(0o755)
    replace(driven / "graph/claims.ttl", "claimedNumber 12", "claimedNumber 13")
    must(driven, "git add -A")
    staged = must(driven, "git diff --cached -M")
    commit(driven, "v2")
    assert must(driven, "git diff -M v1 v2") == staged
    assert must(driven, "git log -1 -p --ext-diff -M --format=").lstrip("\n") == staged
    lines = staged.splitlines()
    parts = {line: at for at, line in enumerate(lines) if not line.startswith(" ")}
    assert list(parts) == [
        "evigraph diff graph/claims.ttl",
        f"evigraph diff {HOUSTON}",
        "evigraph diff graph/studies/new2000.trig (added)",
        "evigraph diff graph/studies/trojan1989.trig (deleted)",
        "evigraph diff graph/studies/vachon1980.trig → graph/studies/vachon.trig",
    ]
    assert lines[:5] == [
        "evigraph diff graph/claims.ttl",
        "  mode 100644 → 100755",
        "  claim C01: claimed number 12 → 13",
        "  statements: 1 added, 1 removed",
        f"evigraph diff {HOUSTON}",
    ]
    assert lines[5:7] == ["  mode 100644 → 100755", "  the same text"]
    added = lines[8 : parts["evigraph diff graph/studies/trojan1989.trig (deleted)"]]
    assert "  new2000: sample size 98 added (abstract)" in added
    assert re.fullmatch(r"  statements: [1-9]\d* added, 0 removed", added[-1])
    assert '  vachon1980: country "CA" → "US" (deduced)' in lines


def test_git_goes_on_after_what_cannot_be_read(driven: Path) -> None:
    """A file with a fault is named with its line; an unmerged one, too; those after it are shown."""
    replace(driven / BRIGHT, "evi:sampleSize 98", "evi:sampleSize 98 98")
    replace(driven / HOUSTON, '"', '"Not ')
    (driven / "graph/claims.ttl").write_text("", encoding="utf-8")
    code, out = shell(driven, "git diff")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "evigraph diff graph/claims.ttl"
    assert re.fullmatch(
        r"  statements: 0 added, [1-9]\d* removed", lines[lines.index(f"evigraph diff {BRIGHT}") - 1]
    )
    (fault,) = (line for line in lines if line.startswith("  after: "))
    assert re.match(
        rf"  after: {re.escape(BRIGHT)}:\d+:\d+: .*; 'git diff --no-ext-diff' shows the text", fault
    )
    assert f"evigraph diff {HOUSTON}" in lines
    must(driven, f"git checkout -q . && git checkout -q -b other && sed -i s/98/99/ {BRIGHT}")
    commit(driven, "theirs")
    must(driven, f"git checkout -q v1 && sed -i s/98/97/ {BRIGHT}")
    commit(driven, "ours")
    assert shell(driven, "git -c user.name=A -c user.email=a@example.org merge -q other")[0] == 1
    code, out = shell(driven, "git diff --cached")
    assert code == 0
    assert f"{BRIGHT}: is not merged; settle the conflict first" in out


def test_a_path_may_look_like_an_option(driven: Path) -> None:
    """What follows on --driver is taken as it is."""
    shutil.copy(driven / "graph/claims.ttl", driven / "--help.ttl")
    must(driven, "git add -A -- . && git -c user.name=A -c user.email=a@example.org commit -qm x")
    replace(driven / "--help.ttl", "claimedNumber 12", "claimedNumber 13")
    assert must(driven, "git diff") == (
        "evigraph diff --help.ttl\n  claim C01: claimed number 12 → 13\n  statements: 1 added, 1 removed\n"
    )
    ran = run("diff", "--driver", "a", "b")
    assert (ran.code, ran.out) == (2, "")
    assert "takes the 7 arguments that git gives, not 2" in ran.err


def test_a_reader_may_stop_reading(driven: Path) -> None:
    """A pager that ends early is no fault of git."""
    for study in (driven / "graph/studies").iterdir():
        replace(study, "a evi:Study", "a evi:Study , evi:Group")
    code, out = shell(driven, "git diff | head -1")
    assert (code, out.count("\n")) == (0, 1)


#: The exit code of each command of the page.
CODES = {
    "evigraph diff v1 v2": 1,
    "evigraph diff HEAD~1 HEAD": 1,
    "evigraph diff HEAD": 0,
    "evigraph diff ../other .": 1,
    "evigraph --review . build --store ../store": 0,
    "evigraph diff ../store .": 0,
    "evigraph diff v1 v2 --trust stated": 1,
    "evigraph diff v1 v2 -f md > changes.md": 1,
    "evigraph diff v1 v2 -f json": 1,
    "echo '*.trig diff=evigraph' >> .gitattributes": 0,
    "echo '*.ttl diff=evigraph' >> .gitattributes": 0,
    "git config diff.evigraph.command 'evigraph diff --driver'": 0,
    "git diff": 0,
    "git diff HEAD~1": 0,
    "git diff -M v1 v2": 0,
    "git log -1 -p --ext-diff": 0,
    "git show --ext-diff": 0,
    "git diff --no-ext-diff": 0,
}


def test_every_command_of_the_page_does_what_it_says(tmp_path: Path) -> None:
    """In their order, with the exit codes stated here; what is shown of two is what they print."""
    folder = copy_review(tmp_path / "review")
    must(folder, "git init -q")
    commit(folder, "v1")
    shutil.copytree(folder, tmp_path / "other")
    replace(folder / BRIGHT, "evi:sampleSize 98", "evi:sampleSize 100")
    replace(folder / HOUSTON, "basis:abstract {", LEADERS + "basis:abstract {")
    commit(folder, "v2")
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    commands = [re.split(r"\s+# ", line)[0].rstrip() for block in blocks for line in block.splitlines()]
    assert sorted(commands) == sorted(CODES)
    printed = {}
    for command in commands:
        code, printed[command] = shell(folder, command)
        assert code == CODES[command], f"{command}: {printed[command]}"
        assert "Traceback" not in printed[command]
    shown = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert shown == [printed["evigraph diff v1 v2"], printed["git diff -M v1 v2"]]
    assert printed["git show --ext-diff"].endswith(shown[1])
    assert (
        (folder / "changes.md")
        .read_text(encoding="utf-8")
        .startswith("## Facts\n\n- bright1999: sample size")
    )
