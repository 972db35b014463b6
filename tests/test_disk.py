"""A store on disk is a cache of the files: fresh or made anew, whole or found out."""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
from pathlib import Path

import pytest

import evigraph
from evigraph import disk, storefiles
from evigraph.errors import ChangedError, EnvironmentFaultError, InputError
from evigraph.folder import FOLDERS, Folder, home
from evigraph.store import EmbeddedStore
from evigraph.trust import Trust
from tests.commands import copy_review, run
from tests.reliability import Tally


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped review."""
    for name in FOLDERS:
        shutil.copytree(home() / name, tmp_path / "review" / name)
    return tmp_path / "review"


def test_a_built_store_answers_like_the_files(copy: Path) -> None:
    """Every question gives the same rows from disk and from memory."""
    before = evigraph.open(copy)
    questions = [q.name for q in before.questions() if not any(p.default is None for p in q.parameters)]
    answers = {name: before.ask(name) for name in questions}
    manifest = disk.build(Folder(copy), disk.default_place(Folder(copy)))
    assert manifest.quads == len(set(before.folder.graph) | set(before.folder.ontology))
    after = evigraph.open(copy)
    assert {name: after.ask(name) for name in questions} == answers
    assert after.screen() == before.screen()
    assert after.claims() == before.claims()
    assert "graph" not in vars(after.folder) or after.folder.graph == before.folder.graph


def test_a_fresh_store_is_used_without_reading_the_graph(copy: Path) -> None:
    """That is what it is for."""
    disk.build(Folder(copy), disk.default_place(Folder(copy)))
    opened = evigraph.open(copy)
    assert opened.ask("cited-works")
    assert "graph" not in vars(opened.folder)


def test_a_changed_file_makes_the_store_anew(copy: Path) -> None:
    """A stale store is never asked."""
    place = disk.default_place(Folder(copy))
    first = disk.build(Folder(copy), place)
    claims = copy / "graph" / "claims.ttl"
    claims.write_text(
        claims.read_text(encoding="utf-8").replace("Twelve studies", "Thirteen studies"), "utf-8"
    )
    answer = evigraph.open(copy).ask("claims-and-recounts")
    assert "Thirteen studies met the criteria." in {row["statement"] for row in answer.to_python()}  # type: ignore[union-attr]
    second = disk.read_manifest(place)
    assert second is not None
    assert (second.digest, second.folder) != (first.digest, first.folder)
    assert [path.name for path in place.glob("quads-*")] == [second.folder]


def test_a_touched_file_leaves_the_store(copy: Path) -> None:
    """A new time with the old content is no change."""
    place = disk.default_place(Folder(copy))
    first = disk.build(Folder(copy), place)
    (copy / "graph" / "claims.ttl").touch()
    evigraph.open(copy).ask("cited-works")
    assert disk.read_manifest(place) == first


@pytest.mark.parametrize("large", [False, True])
def test_large_files_are_loaded_like_small_ones(
    copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, large: bool
) -> None:
    """Each statement comes into the graph of its basis by either way."""
    (copy / "graph/studies/given.ttl").write_text(
        "<https://example.org/s> a <https://w3id.org/evigraph/ontology#Study> .", encoding="utf-8"
    )
    (copy / "graph/studies/odd.nq").write_text(
        "<https://example.org/s> <https://example.org/p> <https://example.org/o> <https://example.org/g> .\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(disk, "LARGE", 0 if large else 10**9)
    folder = Folder(copy)
    manifest = disk.build(folder, tmp_path / "store")
    store = disk.open_store(tmp_path / "store", manifest)
    memory = EmbeddedStore([*folder.graph, *folder.ontology])
    graphs = memory.graphs()
    assert store.graphs() == graphs
    assert graphs["https://w3id.org/evigraph/basis/given"] == 2


def test_verify_holds_on_what_was_built(copy: Path) -> None:
    """Nothing lost, nothing changed, and the command says how much was looked at."""
    disk.build(Folder(copy), disk.default_place(Folder(copy)))
    found = disk.verify(Folder(copy), disk.default_place(Folder(copy)))
    assert found.holds
    assert found.fresh
    assert found.quads == found.expected > 6000
    ran = run("--review", str(copy), "verify", "--format", "json")
    assert ran.code == 0
    assert json.loads(ran.out)["holds"] is True


def test_verify_names_a_lost_and_an_added_statement(copy: Path) -> None:
    """The store is changed behind its back."""
    import pyoxigraph as ox

    place = disk.default_place(Folder(copy))
    manifest = disk.build(Folder(copy), place)
    store = ox.Store(str(place / manifest.folder))
    lost = next(
        iter(store.quads_for_pattern(None, ox.NamedNode("http://purl.org/dc/terms/title"), None, None))
    )
    added = ox.Quad(lost.subject, lost.predicate, ox.Literal("another title"), lost.graph_name)
    store.remove(lost)
    store.add(added)
    store.flush()
    del store
    found = disk.verify(Folder(copy), place)
    assert not found.holds
    assert found.lost == (str(lost),)
    assert found.changed == (str(added),)
    assert run("--review", str(copy), "verify").code == 1
    assert run("--review", str(copy), "build").code == 0
    assert run("--review", str(copy), "verify").code == 0


def positions(size: int, *, every: int, some: int) -> list[int | None]:
    """Where a file is spoilt: nowhere, since it is missing; at each byte of a small one, else at some."""
    if size <= every:
        return [None, *range(size)]
    return [None, 0, size - 1, *random.Random(size).sample(range(size), some)]


@pytest.mark.parametrize(("every", "some"), [(0, 1), pytest.param(600, 40, marks=pytest.mark.slow)])
def test_verify_finds_every_missing_file_and_flipped_bit(
    copy: Path, tmp_path: Path, tally: Tally, every: int, some: int
) -> None:
    """Each file of a store in turn is taken away, or has one bit turned; the report names the file."""
    place = tmp_path / "store"
    manifest = disk.build(Folder(copy), place)
    (copy / "graph" / "claims.ttl").write_text(
        "# changed\n", encoding="utf-8"
    )  # so that no statement is sought
    for path in sorted([place / "store.json", *(place / manifest.folder).iterdir()]):
        for at in positions(path.stat().st_size, every=every, some=some):
            data = path.read_bytes()
            if at is None:
                path.unlink()
            else:
                path.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
            found = disk.verify(Folder(copy), place)
            named = not found.holds and f"its file {path.name} " in found.fault
            tally.tried("" if named else f"{path.name} at {at}: {found}")
            path.write_bytes(data)
    assert disk.verify(Folder(copy), place).holds
    assert tally.tries > 20


@pytest.mark.slow
def test_one_command_mends_each_file_of_a_store(copy: Path, tally: Tally) -> None:
    """Whichever is missing or spoilt: verify says so, build makes the store anew, and verify holds."""
    at = ("--review", str(copy))
    run(*at, "build")
    kinds = sorted({path.suffix for path in (copy / ".evigraph").rglob("*") if path.is_file()})
    names = ["CURRENT", "IDENTITY", "MANIFEST-*", "OPTIONS-*", "*.sst", "*.log", "store.json"]
    assert {".sst", ".log", ".json"} <= set(kinds)
    for name in names:
        for missing in (True, False):
            path = min((copy / ".evigraph").rglob(name))
            data = path.read_bytes()
            path.unlink()
            if not missing:
                path.write_bytes(
                    data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]
                )
            first, mended, then = run(*at, "verify"), run(*at, "build"), run(*at, "verify")
            right = (first.code, mended.code, then.code) == (1, 0, 0) and path.name in first.out
            tally.tried("" if right else f"{path.name}: {first} {mended} {then}")


def test_a_folder_that_is_no_store_is_left_alone(copy: Path, tmp_path: Path) -> None:
    """The engine would fill it; we refuse."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(InputError, match="holds files that are no store"):
        disk.build(Folder(copy), tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
    assert run("--review", str(copy), "verify", "--store", str(tmp_path / "mine")).code == 2


def test_a_second_writer_is_told_who_is_first(copy: Path, tmp_path: Path) -> None:
    """One line with the process that holds the lock, exit code 3."""
    place = tmp_path / "store"
    place.mkdir()
    (place / "lock").write_text("process 4711 (evigraph)", encoding="utf-8")
    held = os.open(place, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    with pytest.raises(EnvironmentFaultError, match=r"is being written by process 4711 \(evigraph\)"):
        disk.build(Folder(copy), place)
    os.close(held)
    disk.build(Folder(copy), place)
    assert not (place / "lock").exists()


def test_a_failed_build_leaves_the_earlier_store(copy: Path, tmp_path: Path) -> None:
    """A file with a syntax error is named; the store of before is still there and whole."""
    place = tmp_path / "store"
    first = disk.build(Folder(copy), place)
    (copy / "graph" / "broken.ttl").write_text("<a", encoding="utf-8")
    with pytest.raises(InputError, match=r"broken\.ttl:1"):
        disk.build(Folder(copy), place)
    assert disk.read_manifest(place) == first
    assert [path.name for path in place.glob("quads-*")] == [first.folder]
    rows = disk.open_store(place, first).select("SELECT (1 AS ?one) WHERE {}", trust=Trust.DEDUCED)
    assert len(rows[1]) == 1


def test_what_an_interrupted_build_left_is_swept(copy: Path, tmp_path: Path) -> None:
    """The next build removes it."""
    place = tmp_path / "store"
    (place / "quads-0123456789ab").mkdir(parents=True)
    manifest = disk.build(Folder(copy), place)
    assert [path.name for path in place.glob("quads-*")] == [manifest.folder]


def test_the_store_of_an_installed_package_lies_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copy: Path
) -> None:
    """Not among the files of the package, which are not the user's."""
    monkeypatch.setenv("EVIGRAPH_CACHE", str(tmp_path / "cache"))
    assert disk.default_place(Folder(copy)) == copy / ".evigraph"
    package = copy_review(tmp_path / "site-packages" / "evigraph" / "_data")
    monkeypatch.setattr(disk, "__file__", str(package.parent / "disk.py"))
    place = disk.default_place(Folder(package))
    assert place.parent == tmp_path / "cache"
    manifest = disk.build(Folder(package), place)
    assert disk.open_fresh(Folder(package)) is not None
    assert manifest.quads
    assert not (package / ".evigraph").exists()


def test_what_a_newer_version_says_of_a_store_is_not_understood(copy: Path) -> None:
    """The store is then none of ours, and is made anew."""
    place = disk.default_place(Folder(copy))
    disk.build(Folder(copy), place)
    storefiles.write_manifest(place, {**(storefiles.read_manifest(place) or {}), "more": 1})
    assert disk.read_manifest(place) is None
    assert not disk.verify(Folder(copy), place).holds
    disk.build(Folder(copy), place)
    assert disk.verify(Folder(copy), place).holds


def test_a_store_that_lost_a_file_is_not_opened(copy: Path) -> None:
    """The file is named, and what makes the store anew; verify tells it, too, though the engine may not."""
    place = disk.default_place(Folder(copy))
    manifest = disk.build(Folder(copy), place)
    lost = max((place / manifest.folder).glob("*.sst"))
    lost.unlink()
    said = rf"its file {lost.name} is missing\); run 'evigraph build'"
    with pytest.raises(EnvironmentFaultError, match=said):
        disk.open_store(place, manifest)
    found = disk.verify(Folder(copy), place)
    assert lost.name in found.fault
    assert not found.holds


def test_a_large_file_with_a_mark_or_a_fault(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's own loader is given the text behind the mark; a fault has its line all the same."""
    monkeypatch.setattr(disk, "LARGE", 0)
    path, said = copy / "graph/studies/marked.trig", []
    path.write_bytes(b"\xef\xbb\xbf<urn:e:a> a <urn:e:b> .\n")
    disk.build(Folder(copy), copy / "store", lambda *step: said.append(step))
    assert [name for name, _, _ in said] == [str(p.relative_to(copy)) for p in Folder(copy).files("graph")]
    assert said[-1][1] == said[-1][2]
    path.write_bytes(b"<urn:e:a> a\n <urn:e:b .\n")
    with pytest.raises(InputError, match=r"marked\.trig:2:"):
        disk.build(Folder(copy), copy / "store")


def test_a_store_that_changes_while_it_is_built_is_tried_again(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that does not rest is said in the end."""
    real, changes = disk._filled, iter([1, 0, 1, 1, 1])

    def filled(folder: Folder, *more: object) -> disk.Manifest:
        made = real(folder, *more)  # type: ignore[arg-type]
        if next(changes):
            with (copy / "graph/review.ttl").open("a", encoding="utf-8") as file:
                file.write("# changed\n")
        return made

    monkeypatch.setattr(disk, "_filled", filled)
    place = copy / "store"
    disk.build(Folder(copy), place)
    assert disk.verify(Folder(copy), place).fresh
    with pytest.raises(ChangedError, match="changed while it was read"):
        disk.build(Folder(copy), place)
