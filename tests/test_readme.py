"""What the documentation shows is what the commands print."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from evigraph.cli import main

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TRANSCRIPT = re.compile(r"```console\n\$ (evigraph [^\n]*)\n(.*?)```", re.DOTALL)
TRANSCRIPTS = [
    pytest.param(command, shown, id=f"{page.name}: {command}")
    for page in PAGES
    for command, shown in TRANSCRIPT.findall(page.read_text(encoding="utf-8"))
]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


@pytest.mark.parametrize(("command", "shown"), TRANSCRIPTS)
def test_transcript_is_what_the_command_prints(command: str, shown: str) -> None:
    """Each console block of the documentation is reproduced to the letter."""
    arguments = [sys.executable, "-m", "evigraph", *shlex.split(command)[1:]]
    environment = os.environ | {"COLUMNS": "110"}
    result = subprocess.run(arguments, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert result.stdout == shown


def test_readme_shows_screen_ask_and_claims() -> None:
    """There is one real transcript each of the three daily commands."""
    shown = {command.split()[1] for command, _ in TRANSCRIPT.findall(PAGES[0].read_text(encoding="utf-8"))}
    assert {"screen", "ask", "claims"} <= shown


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_in_the_readme(command: str) -> None:
    """A command that nobody can read about is not there."""
    assert f"evigraph {command}" in PAGES[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_files_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file of the checkout."""
    broken = [
        link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()
    ]
    assert broken == []


def test_the_example_study_is_shown_as_it_is() -> None:
    """The page on new studies holds the text of the example file."""
    example = (ROOT / "docs/examples/new-study.ttl").read_text(encoding="utf-8")
    assert example in (ROOT / "docs/new-study.md").read_text(encoding="utf-8")


def test_the_python_of_the_readme_runs() -> None:
    """The code block of the README runs as it stands, but for the folder that the reader names."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGES[0].read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)
    review = names["review"]
    assert repr(review) == "<Review mutual-help: 20 studies>"
