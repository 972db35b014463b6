"""A disk that is full, or read only: exit code 3 and one line that says so, and all is as it was."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from evigraph import committing
from evigraph.changing import write_files, writing_alone
from tests.commands import Ran, run
from tests.faults import OPERATIONS, Operation, Runner, Site, differing, leftovers, tree
from tests.faults import Ran as Faulty
from tests.reliability import Tally

UNSHARE = ("unshare", "--map-root-user", "--mount")
#: Mounts a disk in memory of $1 bytes on $2, fills it with $3, runs the rest, and copies it to $4.
FULL = (
    'size=$1 place=$2 from=$3 to=$4; shift 4; mount -t tmpfs -o "size=$size" none "$place" || exit 99; '
    'cp -a "$from/." "$place" || exit 98; "$@"; code=$?; cp -a "$place/." "$to"; exit $code'
)
#: The same, and makes it read only before; 64 MB are enough.
READ_ONLY = (
    'place=$1 from=$2; shift 2; mount -t tmpfs -o size=64m none "$place" || exit 99; '
    'cp -a "$from/." "$place" || exit 98; mount -o remount,ro "$place" || exit 97; exec "$@"'
)
SIZES = 10
PAGE = 4096


def can_mount() -> bool:
    """Whether a file system may be mounted here, away from all others."""
    if shutil.which("unshare") is None or shutil.which("cc") is None:
        return False
    command = [*UNSHARE, "sh", "-c", "mount -t tmpfs none /mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_mount(), reason="no C compiler, or no right to mount a disk in memory"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A review to be spoilt."""
    return Site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """Commands with which what is left is mended."""
    made = Runner(tmp_path_factory.mktemp("runner"))
    yield made
    made.close()


def used(place: Path) -> int:
    """The bytes that a folder takes on a disk in memory, whose pages are whole."""
    return sum(-(-path.stat().st_size // PAGE) * PAGE for path in place.rglob("*") if path.is_file())


def wrong(ran: Ran, *, enough: bool, commits: bool) -> str:
    """What is wrong with how a command ended on a disk of some size; empty when nothing is."""
    if ran.code == 0:
        return ""
    if enough:
        return f"there was room: {ran.err}"
    lines = [line for line in ran.err.splitlines() if line.startswith("evigraph: ")]
    if ran.code != 3 or len(lines) != 1 or "No space left" not in lines[0]:
        return f"{ran.code}: {ran.err}"
    told = "bytes are needed" in lines[0] and "are free" in lines[0]
    return f"does not say what is needed: {lines[0]}" if commits and not told else ""


@pytest.mark.parametrize("name", OPERATIONS)
def test_ten_sizes_of_a_full_disk(
    site: Site, runner: Runner, tally: Tally, tmp_path: Path, name: str
) -> None:
    """From no room at all to enough; nothing is lost, half done, or left."""
    one = OPERATIONS[name]
    with site.copy(one) as base:
        place, before = tmp_path / "place", used(base)
        place.mkdir()
        most = peak(one, site)
        refused = 0
        for number in range(SIZES):
            size = before + (most * number // (SIZES - 1) // PAGE) * PAGE
            to = tmp_path / f"to-{number}"
            to.mkdir()
            command = ("sh", "-c", FULL, "sh", str(size), str(place), str(base), str(to))
            ran = run(*site.arguments(one, place), before=(*UNSHARE, *command))
            if ran.code in (97, 98, 99):
                pytest.fail(ran.err)
            commits = one.name.startswith(("import", "decide"))
            fault = wrong(ran, enough=number == SIZES - 1, commits=commits) or site.faults(
                one, to, runner, faulty(ran)
            )
            refused += ran.code == 3
            tally.tried(f"{name}, {size:,} bytes: {fault}" if fault else "")
            shutil.rmtree(to)
        assert 0 < refused < SIZES


def peak(one: Operation, site: Site) -> int:
    """Bytes that an operation needs at once, at most: twice what it leaves; of a build more."""
    with site.copy(one) as place:
        start = used(place)
        assert run(*site.arguments(one, place)).code == 0
        grown = used(place) - start
    sizes = sum(len(data) for data in site.before.values())
    return {"build": 40_000_000}.get(one.name, 2 * max(grown, 0) + sizes // 4 + 40 * PAGE)


def faulty(ran: Ran) -> Faulty:
    """What a command printed, in the form of those that ran with a fault."""
    return Faulty(ran.code, ran.out, ran.err, 0.0, 0, "")


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_read_only_folder(site: Site, tally: Tally, tmp_path: Path, name: str) -> None:
    """What writes ends with exit code 3 and the name of what cannot be written; what reads goes on."""
    one = OPERATIONS[name]
    with site.copy(one) as base:
        command = (*UNSHARE, "sh", "-c", READ_ONLY, "sh", str(tmp_path), str(base))
        ran = run(*site.arguments(one, tmp_path), before=command)
        told = [line for line in ran.err.splitlines() if line.startswith("evigraph: ")]
        holds = ran.code == 3 and len(told) == 1 and str(tmp_path) in told[0] and "Read-only" in told[0]
        tally.tried("" if holds else f"{name}: {ran}")
        read = run("--review", str(tmp_path / "review"), "check", before=command)
        tally.tried("" if read.code == 0 else f"check: {read}")


def test_a_change_that_was_left_in_a_read_only_folder_is_seen(
    site: Site, tally: Tally, tmp_path: Path
) -> None:
    """Through its journal: the same is exported as where it can be finished."""
    with site.copy(OPERATIONS["decide"]) as base:
        text = b'<https://example.org/%b> <http://www.w3.org/2004/02/skos/core#note> "new" .\n'
        files = {base / "review/graph" / f"{name}.ttl": text % name.encode() for name in ("one", "other")}
        with writing_alone(base / "review/graph"):
            plan = committing._prepared(base / "review", files, [])
            name, (new, _) = next(iter(plan.ready.items()))
            (base / "review" / new).rename(base / "review" / name)
        command = (*UNSHARE, "sh", "-c", READ_ONLY, "sh", str(tmp_path), str(base))
        args = ("export", "--format", "nquads")
        through = run("--review", str(tmp_path / "review"), *args, before=command)
        finished = run("--review", str(base / "review"), *args)
        assert through.out.count('"new"') == 2
        tally.tried("" if through.out == finished.out and through.code == 0 else through.err)
        assert not leftovers(base)
        with writing_alone(base / "review/graph"):
            write_files({}, [*files])
        assert differing(tree(base), site.before) == []
