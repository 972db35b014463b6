"""The pages of docs/how-to: each command of their shell blocks runs, one after another, in a new folder."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import ROOT, environment

#: Pages that a test of their own follows step by step, with files that they need.
FOLLOWED = ("criteria-without-rdf.md", "diff.md", "your-own-review.md")
PAGES = [page for page in sorted((ROOT / "docs/how-to").glob("*.md")) if page.name not in FOLLOWED]
#: Commands that answer 1 where a study is not met or cannot be told, or a claim does not match.
MAY_ANSWER_1 = ("screen", "claims")
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_CODE = re.compile(r"\s# exit code (\d+)")
#: What the shell is told first: the command is that of this checkout.
_COMMAND = 'evigraph() { "$PYTHON" -m evigraph "$@"; }\n'


def commands(page: Path) -> list[str]:
    """The commands of the shell blocks of a page; a line that ends in a backslash goes on."""
    text = "".join(_BLOCK.findall(page.read_text(encoding="utf-8"))).replace("\\\n", " ")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def allowed(command: str) -> set[int]:
    """The exit codes that are right: that which a comment names, else 0, of some commands 1 too."""
    if named := _CODE.search(command):
        return {int(named[1])}
    words = command.partition(" #")[0].split()
    return {0, 1} if set(words) & set(MAY_ANSWER_1) else {0}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    """With the exit code that the page names; what one command leaves behind is there for the next."""
    assert commands(page), "a page on how to do something shows how"
    for command in commands(page):
        ran = subprocess.run(
            ["bash", "-c", _COMMAND + command],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment({"PYTHON": sys.executable}),
            timeout=120,
            check=False,
        )
        assert ran.returncode in allowed(command), f"{command}\n{ran.stderr}"


def test_exit_codes_are_read_from_comments() -> None:
    """A comment decides; without one, 1 is right where a command says so of a review."""
    assert allowed("evigraph check  # exit code 1: a fault was planted") == {1}
    assert allowed("evigraph screen --format csv > verdicts.csv") == {0, 1}
    assert allowed("evigraph gaps # see screen") == {0}
