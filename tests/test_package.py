"""What is built is what is here: the wheel carries the review, and answers as the checkout does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import FOLDERS, ROOT, environment, once

IN_GIT = shutil.which("git") is not None and (ROOT / ".git").exists()


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git keeps or would keep, and nothing else."""
    if not IN_GIT:
        pytest.skip("this is no git checkout; what belongs to it is not known")
    target = tmp_path_factory.mktemp("tree")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():  # a file that was deleted may still be listed
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    return target


@pytest.fixture(scope="module")
def built(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist, and the wheel that was built from it."""
    target = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target), str(tree)]
    subprocess.run(command, capture_output=True, check=True)
    return target


@pytest.fixture(scope="module")
def wheel(built: Path) -> Iterator[zipfile.ZipFile]:
    """The wheel."""
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def sdist(built: Path) -> Iterator[tarfile.TarFile]:
    """The source distribution."""
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as opened:
        yield opened


def below(folder: Path) -> dict[str, bytes]:
    """The files below a folder, by path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("folder", FOLDERS)
def test_wheel_holds_the_review(folder: str, tree: Path, wheel: zipfile.ZipFile) -> None:
    """Each of the four folders is in the wheel, whole, byte for byte, and nothing else is there."""
    start = f"evigraph/_data/{folder}/"
    packed = {n.removeprefix(start): wheel.read(n) for n in wheel.namelist() if n.startswith(start)}
    assert packed == below(tree / folder)


def test_wheel_holds_the_package_and_nothing_else(tree: Path, wheel: zipfile.ZipFile) -> None:
    """The modules, the mark that they are typed, the licences; no tests."""
    names = set(wheel.namelist())
    assert {name.split("/")[0].split("-")[0] for name in names} == {"evigraph"}
    code = {n.removeprefix("evigraph/") for n in names if n.startswith("evigraph/") and "/_data/" not in n}
    assert code == set(below(tree / "src" / "evigraph"))
    assert "py.typed" in code
    licences = {Path(name).name for name in names if "/licenses/" in name}
    assert licences == {"LICENSE", "LICENSE-DATA"}
    assert all(wheel.read(name).strip() for name in names if "/licenses/" in name)


def test_sdist_holds_what_builds_and_tests_it(tree: Path, sdist: tarfile.TarFile) -> None:
    """The review, the code, the tests and the licences are in the source distribution."""
    names = {name.partition("/")[2] for name in sdist.getnames()}
    for folder in (*FOLDERS, "src", "tests"):
        assert {f"{folder}/{name}" for name in below(tree / folder)} <= names
    assert {"LICENSE", "LICENSE-DATA", "README.md", "pyproject.toml"} <= names


def test_no_path_of_this_machine_is_packed(
    tree: Path, wheel: zipfile.ZipFile, sdist: tarfile.TarFile
) -> None:
    """Neither the place of the checkout nor that of the copy it was built from is in a file."""
    places = [str(place).encode() for place in (ROOT, tree, Path(sys.prefix))]
    for name in wheel.namelist():
        assert not any(place in wheel.read(name) for place in places), name
    for member in sdist.getmembers():
        file = sdist.extractfile(member)
        assert file is None or not any(place in file.read() for place in places), member.name


def test_unpacked_wheel_answers_as_the_checkout(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """Somewhere else, without the checkout in reach, the verdicts are the same."""
    wheel.extractall(tmp_path / "site")
    (tmp_path / "elsewhere").mkdir()
    env = environment({"PYTHONPATH": str(tmp_path / "site"), "EVIGRAPH_CACHE": str(tmp_path / "cache")})

    def python(*args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", *args]
        cwd = tmp_path / "elsewhere"
        return subprocess.run(command, capture_output=True, text=True, env=env, cwd=cwd, check=False)

    home = python("-c", "import evigraph.folder; print(evigraph.folder.home())").stdout.strip()
    assert home == os.path.realpath(tmp_path / "site" / "evigraph" / "_data")
    ran = python("-m", "evigraph", "screen", "bright1999", "--format", "json")
    assert (ran.returncode, ran.stdout, ran.stderr) == once("screen", "bright1999", "--format", "json")
    ran = python("-m", "evigraph", "check")
    assert (ran.returncode, ran.stdout, ran.stderr) == once("check")
