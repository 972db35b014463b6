"""Whatever goes wrong while a review is written: it is as it was or as it shall be, never between.

The disk is full or broken at each step, the process is killed at each step and at random moments.
"""

from __future__ import annotations

import errno
import random
import shutil
import signal
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from evigraph.committing import is_pending
from tests.faults import OPERATIONS, Operation, Ran, Runner, Site, Tree, leftovers, tree
from tests.reliability import Tally

pytestmark = pytest.mark.skipif(
    shutil.which("cc") is None, reason="no C compiler for the shim that makes faults"
)
slow = pytest.mark.slow
every_operation = pytest.mark.parametrize("name", OPERATIONS)
#: Random moments, over all operations.
MOMENTS = 200


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """Commands that can be made to go wrong."""
    made = Runner(tmp_path_factory.mktemp("runner"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A review to be spoilt."""
    return Site(tmp_path_factory.mktemp("site"))


def unclear(one: Operation, ran: Ran, place: Path) -> str:
    """What is wrong with how a command that went wrong ended; empty when nothing is."""
    lines = ran.err.strip().splitlines()
    if ran.code == 0:  # what can be done without: sweeping, a folder that is there, the engine's own notes
        return "" if ran.what.startswith(("unlink", "mkdir")) or one.name == "build" else "not noticed"
    if ran.code != 3:
        return f"exit code {ran.code}: {ran.err}"
    told = [line for line in lines if line.startswith("evigraph: ")]
    return (
        ""
        if len(told) == 1 and str(place) in told[0] and "Traceback" not in ran.err
        else f"unclear: {ran.err}"
    )


def fault_at(site: Site, runner: Runner, tally: Tally, one: Operation, step: int, number: int) -> bool:
    """Let one step go wrong; whether there was such a step."""
    with site.copy(one) as place:
        ran = runner.run(site.arguments(one, place), place, at=step, errno=number)
        if not ran.what:
            return False
        fault = unclear(one, ran, place) or site.faults(one, place, runner, ran)
        tally.tried(
            f"{one.name}, {errno.errorcode[number]} at step {step}, {ran.what}: {fault}" if fault else ""
        )
    return True


def kill_at(site: Site, runner: Runner, tally: Tally, one: Operation, step: int) -> bool:
    """Kill the process before a step; whether there was such a step."""
    with site.copy(one) as place:
        ran = runner.run(site.arguments(one, place), place, at=step, kill=True)
        if ran.code != -signal.SIGKILL:
            return False
        fault = site.faults(one, place, runner, ran)
        tally.tried(f"{one.name}, killed before step {step}: {fault}" if fault else "")
    return True


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["ENOSPC", "EIO"])
def test_a_decision_is_whole_when_a_step_fails(site: Site, runner: Runner, tally: Tally, number: int) -> None:
    """Of one that changes several files, every fourth step; make test-slow has all steps of all commands."""
    for step in range(1 + (number == errno.EIO), 1000, 4):
        if not fault_at(site, runner, tally, OPERATIONS["decide"], step, number):
            break
    assert tally.tries > 5


def test_a_decision_is_whole_when_it_is_killed(site: Site, runner: Runner, tally: Tally) -> None:
    """Every third step."""
    for step in range(2, 1000, 3):
        if not kill_at(site, runner, tally, OPERATIONS["decide"], step):
            break
    assert tally.tries > 5


@slow
@every_operation
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["ENOSPC", "EIO"])
def test_a_fault_at_each_step(site: Site, runner: Runner, tally: Tally, name: str, number: int) -> None:
    """Each write, fsync, rename, making and removing in turn, until none is left."""
    for step in range(1, 100_000):
        if not fault_at(site, runner, tally, OPERATIONS[name], step, number):
            break
    assert tally.tries >= 5


@slow
@every_operation
def test_kill_before_each_step(site: Site, runner: Runner, tally: Tally, name: str) -> None:
    """As kill -9 does, before each of the same steps."""
    for step in range(1, 100_000):
        if not kill_at(site, runner, tally, OPERATIONS[name], step):
            break
    assert tally.tries >= 5


@pytest.mark.parametrize("stride", [97, pytest.param(5, marks=slow)], ids=["few", "many"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, 0], ids=["ENOSPC", "EIO", "kill"])
def test_a_review_is_begun_whole_or_not_at_all(
    runner: Runner, tally: Tally, tmp_path: Path, number: int, stride: int
) -> None:
    """What ``init`` leaves when a step fails is no review, and it can be run again; or it is all of it."""
    line = ["init", str(tmp_path / "whole/own")]
    assert runner.run(line, tmp_path).code == 0
    whole = tree(tmp_path / "whole")
    for step in range(1 + number % 5, 100_000, stride):
        place = tmp_path / str(step)
        line = ["init", str(place / "own")]
        ran = runner.run(line, place, at=step, errno=number, kill=not number)
        if (number and not ran.what) or (not number and ran.code != -signal.SIGKILL):
            break
        tally.tried(begun(line, place, runner, ran, whole))
        shutil.rmtree(place)
    assert tally.tries >= 4


def begun(line: list[str], place: Path, runner: Runner, ran: Ran, whole: Tree) -> str:
    """What is wrong with a review whose beginning went wrong; empty when nothing is."""
    said = f"{ran.what or 'killed'}: {ran.code} {ran.err}"
    if is_pending(place / "own") and runner.run(["--review", line[1], "check"], place).code:
        return f"{said}: what was left is not finished"
    if ran.code == 0 and tree(place) != whole:
        return f"{said}: acknowledged and lost"
    if not tree(place) and runner.run(line, place).code:
        return f"{said}: cannot be run again"
    return f"{said}: half" if tree(place) != whole else leftovers(place)


@slow
def test_kill_at_random_moments(site: Site, runner: Runner, tally: Tally) -> None:
    """Spread over the time that each operation takes; the seed is printed."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance, times = random.Random(seed), dict[str, float]()
    for name, one in OPERATIONS.items():
        taken = []
        for _ in range(3):
            with site.copy(one) as place:
                taken.append(runner.run(site.arguments(one, place), place).seconds)
        times[name] = statistics.median(taken)
    for number in range(MOMENTS):
        one = list(OPERATIONS.values())[number % len(OPERATIONS)]
        moment = chance.uniform(0, times[one.name])
        with site.copy(one) as place:
            ran = runner.run(site.arguments(one, place), place, delay=moment)
            fault = site.faults(one, place, runner, ran)
            tally.tried(f"{one.name}, seed {seed}, killed after {moment:.3f} s: {fault}" if fault else "")
    assert tally.tries == MOMENTS
