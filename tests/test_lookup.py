"""Named studies: judged alone, with the verdicts, the answers and the errors of judging all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import evigraph
from evigraph import disk
from evigraph.errors import UnknownNameError
from evigraph.folder import Folder
from evigraph.screening import Screener
from evigraph.trust import Trust
from tests.commands import copy_review

#: Which studies each call of the engine was given.
Asked = list[set[str]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asked:
    """The studies that are judged while a test runs; nothing is kept when it begins."""
    monkeypatch.setenv("EVIGRAPH_CACHE", str(tmp_path / "cache"))
    judged: Asked = []
    judge = Screener.outcomes

    def watched(self: Screener, failed: set[str]) -> tuple[object, ...]:
        judged[-1].add(str(len(judged[-1])))
        return judge(self, failed)

    monkeypatch.setattr(Screener, "outcomes", watched)
    judged.append(set())
    return judged


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped review with a store on disk."""
    folder = copy_review(tmp_path_factory.mktemp("built"))
    disk.build(Folder(folder), disk.default_place(Folder(folder)))
    return folder


@pytest.fixture(scope="module")
def whole() -> dict[Trust, evigraph.Screening]:
    """All verdicts of the shipped review at each level of trust."""
    return {trust: evigraph.open().screen(trust=trust) for trust in Trust}


@pytest.mark.parametrize("trust", Trust)
@pytest.mark.parametrize("on_disk", [False, True])
def test_each_study_alone_is_judged_as_with_all(
    asked: Asked, built: Path, whole: dict[Trust, evigraph.Screening], trust: Trust, on_disk: bool
) -> None:
    """Verdicts, grounds, sources, notes and decisions; one study is judged for one that is named."""
    review = evigraph.open(built if on_disk else None)
    for study in whole[trust]:
        asked[-1].clear()
        alone = review.screen([study.study], trust=trust, engine="shacl")
        assert alone.studies == (study,)
        assert len(asked[-1]) == 1


@pytest.mark.parametrize("on_disk", [False, True])
def test_the_question_on_one_study_judges_one(asked: Asked, built: Path, on_disk: bool) -> None:
    """The answer is that of the verdicts on all, by key and by IRI."""
    review = evigraph.open(built if on_disk else None)
    alone = review.ask("study-verdicts", study="bright1999")
    assert len(asked[-1]) == 1
    assert review.ask("study-verdicts", study=review.studies["bright1999"].value) == alone
    kept = evigraph.open()
    kept.screen()
    assert kept.ask("study-verdicts", study="bright1999") == alone


@pytest.mark.usefixtures("asked")
def test_a_store_on_disk_is_neither_read_nor_changed(built: Path) -> None:
    """The files of the graph are not opened, the store is as it was, and nothing is left beside it."""
    review, place = evigraph.open(built), disk.default_place(Folder(built))
    before = sorted(path.name for path in place.iterdir())
    answer = review.ask("study-verdicts", study="bright1999")
    assert answer
    assert "graph" not in vars(review.folder)
    del review, answer
    assert sorted(path.name for path in place.iterdir()) == before
    assert disk.verify(Folder(built), place).holds


@pytest.mark.parametrize("on_disk", [False, True])
def test_a_study_nobody_knows_is_answered_with_the_nearest(built: Path, on_disk: bool) -> None:
    """By the command for screening and by the question."""
    review = evigraph.open(built if on_disk else None)
    with pytest.raises(UnknownNameError, match="did you mean bright1999"):
        review.screen(["bright199"])
    with pytest.raises(UnknownNameError, match="did you mean bright1999"):
        review.ask("study-verdicts", study="bright199")


def test_studies_that_share_a_key_are_called_by_their_iris(tmp_path: Path) -> None:
    """Look-ups call studies as a reading of all statements does."""
    folder = copy_review(tmp_path)
    kind = "a <https://w3id.org/evigraph/ontology#Study>"
    twin = f'<https://example.org/twin> {kind} ; <http://purl.org/dc/terms/identifier> "bright1999" .\n'
    (folder / "graph" / "twin.ttl").write_text(twin, encoding="utf-8")
    plain = evigraph.open(folder)
    disk.build(Folder(folder), disk.default_place(Folder(folder)))
    stored = evigraph.open(folder)
    for review in (plain, stored):
        with pytest.raises(UnknownNameError, match="bright1999"):
            review.screen(["bright1999"])
        (verdict,) = review.screen(["https://example.org/twin"])
        assert verdict.study == "https://example.org/twin"


def test_values_that_a_store_rewrites_are_read_from_the_files(tmp_path: Path) -> None:
    """A shape that asks for a number gets the number as it is printed."""
    folder = copy_review(tmp_path)
    shapes = next(p for p in (folder / "shapes/criteria").glob("*.ttl") if "evi:hasDesign" in p.read_text())
    text = shapes.read_text(encoding="utf-8").replace(
        "sh:path evi:hasDesign", "sh:path ( evi:hasArm evi:armSize )", 1
    )
    shapes.write_text(text, encoding="utf-8")
    for path in (folder / "graph/studies").iterdir():
        text = re.sub(r"evi:armSize (\d)", r"evi:armSize 00\1", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    expected = evigraph.open(folder).screen(engine="shacl")
    disk.build(Folder(folder), disk.default_place(Folder(folder)))
    review = evigraph.open(folder)
    for study in expected:
        assert review.screen([study.study], engine="shacl").studies == (study,)
    assert '"00' in expected.to_json()
