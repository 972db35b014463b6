"""What ``evigraph rules`` writes, removes and leaves alone, and what it says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import run
from tests.criteria_review import HEAD, review_with


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A review with a criteria file of one rule."""
    return review_with(tmp_path / "review", f"{HEAD}        test: {{present: hasDesign}}\n")


def test_check_says_what_is_out_of_step(folder: Path) -> None:
    """Before building, after a change of the criteria, after one of what was made, and when all is well."""
    at = ("--review", str(folder))
    ran = run(*at, "rules", "check")
    assert ran.code == 1
    assert ran.out.splitlines()[0] == "graph/criteria.ttl: is missing"
    assert ran.err == "run 'evigraph rules build'\n"
    assert run(*at, "rules", "build").code == 0
    assert run(*at, "rules", "check").code == 0
    source = folder / "shapes/criteria.yaml"
    source.write_text(source.read_text(encoding="utf-8").replace("It is no", "Is no"), encoding="utf-8")
    ran = run(*at, "rules", "check")
    assert (ran.code, ran.out.splitlines()) == (
        1,
        [
            "shapes/criteria/trial.ttl: is not what shapes/criteria.yaml says",
            "4 files follow from 2 criteria: 1 out of step",
        ],
    )
    ran = run(*at, "check")
    assert ran.code == 1
    assert (
        "shapes/criteria.yaml: shapes/criteria/trial.ttl: is not what shapes/criteria.yaml says; run"
        in ran.out
    )


def test_what_a_criterion_leaves_is_removed_and_nothing_else(folder: Path) -> None:
    """A criterion gets another slug; its files go, a fixture that somebody wrote stays."""
    at = ("--review", str(folder))
    assert run(*at, "rules", "build").code == 0
    own = folder / "tests/fixtures/criteria/trial/met--own.ttl"
    own.write_text("# mine\n", encoding="utf-8")
    source = folder / "shapes/criteria.yaml"
    source.write_text(
        source.read_text(encoding="utf-8").replace("slug: trial", "slug: rct"), encoding="utf-8"
    )
    assert "shapes/criteria/trial.ttl: is of no criterion" in run(*at, "rules", "check").out
    dry = run(*at, "rules", "build", "--dry-run")
    assert dry.out == "2 criteria, 1 of them tested: 4 files, 4 to be written, 3 to be removed\n"
    assert run(*at, "rules", "build").out == dry.out.replace("to be ", "")
    assert sorted(path.name for path in (folder / "shapes/criteria").iterdir()) == ["rct.ttl"]
    assert [path.name for path in own.parent.iterdir()] == [own.name]
    assert run(*at, "check").code == 0


def test_what_a_person_wrote_is_not_written_over(folder: Path) -> None:
    """A shape of the same name, or a criterion that another file of the graph speaks of."""
    by_hand = folder / "shapes/criteria/trial.ttl"
    by_hand.write_text("# mine\n", encoding="utf-8")
    ran = run("--review", str(folder), "rules", "build")
    assert ran.code == 2
    assert "trial.ttl: was not made from shapes/criteria.yaml; move it away" in ran.err
    assert by_hand.read_text(encoding="utf-8") == "# mine\n"
    by_hand.unlink()
    rule = "<https://example.org/rule> a <https://w3id.org/evigraph/ontology#Rule> .\n"
    (folder / "graph/own.ttl").write_text(rule, encoding="utf-8")
    ran = run("--review", str(folder), "rules", "build")
    assert ran.code == 2
    assert "own.ttl: speaks of the criterion <https://example.org/rule>" in ran.err
    assert not (folder / "graph/criteria.ttl").exists()


def test_the_shipped_review_is_not_changed() -> None:
    """Without --review nothing is built; there is no criteria file to check either."""
    ran = run("rules", "build")
    assert (ran.code, ran.out) == (2, "")
    assert "the shipped review is not changed" in ran.err
    ran = run("rules", "check")
    assert ran.code == 2
    assert "criteria.yaml: no such file" in ran.err


def test_a_folder_that_cannot_be_written_is_left_as_it_was(folder: Path) -> None:
    """All files are written or none."""
    (folder / "tests").write_text("no folder\n", encoding="utf-8")
    ran = run("--review", str(folder), "rules", "build")
    assert ran.code == 3
    assert "Traceback" not in ran.err
    assert not (folder / "graph/criteria.ttl").exists()
    assert list((folder / "shapes/criteria").glob("*.ttl")) == []


def test_nothing_is_screened_before_shapes_are_made(folder: Path) -> None:
    """The commands that need shapes say how they are made."""
    for command in ("screen", "check"):
        ran = run("--review", str(folder), command)
        assert ran.code == 2
        assert "criteria.yaml: no shapes were made from it yet; run 'evigraph rules build'" in ran.err


def test_criteria_stand_below_the_review(folder: Path) -> None:
    """All that is made carries the IRI of the review, whatever the prefixes of the folder are for."""
    theirs, ours = "https://w3id.org/evigraph/review/mutual-help", "https://example.org/my-review"
    for path in (folder / "graph").rglob("*.t*"):
        path.write_text(path.read_text(encoding="utf-8").replace(theirs, ours), encoding="utf-8")
    assert run("--review", str(folder), "rules", "build").code == 0
    made = [folder / "graph/criteria.ttl", folder / "shapes/criteria/trial.ttl"]
    for path in made:
        text = path.read_text(encoding="utf-8")
        assert theirs not in text
        assert f"@prefix shape: <{ours}/shape/> ." in text
    assert "shape:trial-satisfied\n    a sh:PropertyShape ;\n" in made[1].read_text(encoding="utf-8")


def test_marks_of_other_systems_are_read(folder: Path) -> None:
    """A byte-order mark and CR LF change nothing."""
    assert run("--review", str(folder), "rules", "build").code == 0
    path = folder / "shapes/criteria.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert run("--review", str(folder), "rules", "check").code == 0
