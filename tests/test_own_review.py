"""The page on a review of one's own: its ten commands do what it says."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import evigraph
from evigraph.flow import count
from tests.commands import ROOT, run

PAGE = (ROOT / "docs/how-to/your-own-review.md").read_text(encoding="utf-8")


def test_ten_commands_lead_from_nothing_to_a_drawn_flow(tmp_path: Path) -> None:
    """Each ends as documented; the flow is the picture of the page, with the numbers of its words."""
    block = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)[0]
    commands = [shlex.split(line) for line in block.splitlines()]
    assert len(commands) == 10
    for file in (ROOT / "docs/examples/own-review").iterdir():
        shutil.copy(file, tmp_path)
    for command in commands:
        ran = run(*command[1:], cwd=tmp_path)
        wanted = 1 if "screen" in command else 0  # one study is not met, of another it cannot be told
        assert ran.code == wanted, ran.err
    drawn = (tmp_path / "flow.svg").read_bytes()
    assert drawn == (ROOT / "docs/images/own-review-flow.svg").read_bytes()
    review = evigraph.open(tmp_path / "sleep")
    assert review.check().conforms
    boxes = {box.id: box.count for _, box in count(review).boxes()}
    words = PAGE[PAGE.index("![") :].partition("](../")[0].replace("by rule 1.2", "")
    assert [int(number) for number in re.findall(r"[0-9]+", words)] == [
        boxes[id]
        for id in (
            *("identified", "duplicates", "screened", "screened-out", "sought", "not-retrieved"),
            *("assessed", "excluded:1.2", "included"),
        )
    ]
    assert "okafor2022" in run("--review", "sleep", "flow", "--list", "not-retrieved", cwd=tmp_path).out


def test_everything_can_be_taken_out_again(tmp_path: Path) -> None:
    """The records of the examples come back from RIS, BibTeX and CSL-JSON as they were read."""
    files = sorted((ROOT / "docs/examples/own-review").glob("*.ris"))
    first, second = tmp_path / "first", tmp_path / "second"
    assert run("init", str(first), "--bare").code == 0
    assert run("--review", str(first), "add", *map(str, files)).out == "read 6, kept 6, merged 0, refused 0\n"
    for format, ending in (("ris", "ris"), ("bibtex", "bib"), ("csl-json", "json")):
        out = tmp_path / f"out.{ending}"
        assert run("--review", str(first), "export", "--format", format, "-o", str(out)).code == 0
        shutil.rmtree(second, ignore_errors=True)
        assert run("init", str(second), "--bare").code == 0
        ran = run("--review", str(second), "add", str(out))
        assert ran.out == "read 6, kept 6, merged 0, refused 0\n"
