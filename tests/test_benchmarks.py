"""The benchmarks: one small run of all of them, what is done at a deadline, and what the report says."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import citing, duplicates, importing, records, screening
from benchmarks.__main__ import keep, main
from benchmarks.groups import BY_NAME, GROUPS
from benchmarks.measure import run
from benchmarks.records import OURS, Record
from benchmarks.report import ratios, render

SIZE = 20


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of all groups on a review of twenty studies."""
    folder = tmp_path_factory.mktemp("results")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(citing, "WORKS", 500)
        patch.setattr(duplicates, "RECORDS", 500)
        patch.setattr(importing, "SIZES", (100, 200))
        assert main([str(SIZE), "--runs", "1", "--folder", str(folder), "--scratch", str(folder)]) == 0
    return folder


@pytest.mark.slow
def test_every_task_has_a_result_and_a_row(kept: Path) -> None:
    """Nothing fails on a small review, and the report shows each task of each tool."""
    sections = records.load(kept / "results.json")
    assert {section.group for section in sections} == set(BY_NAME)
    assert [record for section in sections for record in section.records if record.failed] == []
    report = (kept / "RESULTS.md").read_text(encoding="utf-8")
    assert report == render(sections)
    rows = [line for line in report.splitlines() if line.startswith("|")]
    for section in sections:
        if not BY_NAME[section.group].pivot:
            tasks = {(r.task.removeprefix("evigraph "), r.tool) for r in section.records}
            assert all(any(f"| {task} | {tool} |" in row for row in rows) for task, tool in tasks)
    assert report.index("## Ratios") < min(report.index(f"## {group.title}\n") for group in GROUPS)


@pytest.mark.slow
def test_every_question_is_asked_of_every_tool(kept: Path) -> None:
    """All twenty of ours, those without verdicts of the peers, with the same number of rows."""
    (section,) = (s for s in records.load(kept / "results.json") if s.group == "questions")
    tools = dict.fromkeys(record.tool for record in section.records)
    counts = {tool: sum(r.tool == tool and "rows" in r.note for r in section.records) for tool in tools}
    assert counts == {OURS: 20, "pyoxigraph alone": 16, "Oxigraph server": 16, "rdflib": 16}
    assert not [record for record in section.records if record.wrong]


@pytest.mark.slow
def test_each_engine_found_the_planted_verdicts(kept: Path) -> None:
    """And a file of other verdicts is called wrong."""
    (section,) = (s for s in records.load(kept / "results.json") if s.group == "screening")
    assert {record.note for record in section.records} == {"planted verdicts found"}
    assert len(section.records) == 4
    made = section.records[0]
    planted = {"study": {"met": 3, "not met": 17}}
    assert not screening.verified(made, planted, planted).wrong
    assert screening.verified(made, {"study": {"met": 4, "not met": 16}}, planted).wrong


def test_verdicts_are_counted_from_csv_and_json(tmp_path: Path) -> None:
    """Ours come as CSV, those of the peers as JSON."""
    path = tmp_path / "out"
    path.write_text("study,decision,outcome,1.1\na,,met,met\nb,,cannot tell,met\n", encoding="utf-8")
    counts = {"study": {"cannot tell": 1, "met": 1}, "1.1": {"met": 2}}
    assert screening.counted(path) == counts
    path.write_text(json.dumps(counts), encoding="utf-8")
    assert screening.counted(path) == counts


def test_a_deadline_is_recorded_as_such(tmp_path: Path) -> None:
    """The command and its children are stopped, and no figure is made up."""
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    usage = run([sys.executable, "-c", script], tmp_path / "out", deadline=0.5)
    assert usage.wall < 30
    made = records.record("task", "peer", 10, "study", usage, note="well")
    assert (made.failed, made.note) == ("did not end in 0.5 s", "")
    ours = Record("task", OURS, 10, "study", 0.01, 0.01, 1)
    section = records.section("screening", 10, [ours, replace(made, cpu=0.5)])
    assert "over 50 (did not end in 0.5 s)" in next(ratios(section))
    assert "| task | peer | 10 studies | 0.50 |" in render([section])


def test_a_failure_is_recorded_with_its_reason(tmp_path: Path) -> None:
    """The exit code and the last line that was said."""
    usage = run([sys.executable, "-c", "raise SystemExit('no such thing')"], tmp_path / "out", deadline=30)
    made = records.record("task", "peer", 1, "run", usage)
    assert made.failed == "failed with exit code 1: no such thing"


def test_children_are_counted(tmp_path: Path) -> None:
    """CPU seconds and memory are those of a child, not of the small process that waits for it."""
    busy = "import time; x = bytearray(200 * 2**20)\nwhile time.process_time() < 0.5: pass"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])"
    usage = run([sys.executable, "-c", script], tmp_path / "out", deadline=60)
    assert usage.code == 0
    assert usage.cpu >= 0.5
    assert usage.peak >= 200


def test_another_size_leaves_what_is_kept(tmp_path: Path) -> None:
    """Only the section of the same group and size is replaced."""
    group = BY_NAME["screening"]
    for size, cpu in ((1000, 1.0), (100_000, 45.0), (1000, 2.0)):
        keep(tmp_path, group, size, [Record(group.title, OURS, size, "study", cpu, cpu, 50)])
    found = records.load(tmp_path / "results.json")
    assert [(section.size, section.records[0].cpu) for section in found] == [(1000, 2.0), (100_000, 45.0)]
    report = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert report.index("### 1,000 studies") < report.index("### 100,000 studies")
