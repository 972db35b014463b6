"""Hands spoilt files to readers: what comes is an answer or an error of ours, within ten seconds."""

from __future__ import annotations

import faulthandler
import signal
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

from evigraph.errors import EvigraphError
from tests.fuzzing.mutations import spoilt
from tests.fuzzing.targets import Target

#: Seconds that a try may take.
LIMIT = 10.0


class HangError(BaseException):
    """A try took too long; no handler of errors may take it for one."""


@dataclass
class Tries:
    """What came of the tries of one reader.

    Attributes:
        name: The reader.
        tries: How many there were.
        read: In how many the file was read, where the others were refused.
        failures: What went wrong in those that failed.
        slowest: Seconds of the slowest.
    """

    name: str
    tries: int = 0
    read: int = 0
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def row(self) -> str:
        """A line of the table."""
        failed = len(self.failures)
        return f"{self.name:25} | {self.tries:7} | {self.read:7} | {failed:8} | {self.slowest:6.2f} s"


HEADER = f"{'reader':25} | {'tries':>7} | {'read':>7} | {'failures':>8} | slowest"


def fuzz(target: Target, folder: Path, seed: int, wanted: Callable[[Tries], bool]) -> Tries:
    """Try a reader with spoilt files.

    Args:
        target: The reader.
        folder: Where the file of each try is written, and those that failed are kept.
        seed: With the same one, the same files.
        wanted: Whether to go on after what was tried so far.
    """
    done = Tries(target.name)
    while wanted(done):
        rng = Random(f"{seed}:{target.name}:{done.tries}")
        data = spoilt(target.seeds, rng)
        # Written first, so that it is there when the process does not survive it.
        path = folder / f"trying-{target.name.replace(' ', '-')}{target.suffix}"
        path.write_bytes(data)
        done.tries += 1
        started = time.perf_counter()
        fault = _tried(target, path, done)
        done.slowest = max(done.slowest, time.perf_counter() - started)
        if fault:
            kept = path.with_name(f"{path.stem.removeprefix('trying-')}-{seed}-{done.tries}{path.suffix}")
            path.rename(kept)
            done.failures.append(f"{kept}: {fault}")
        path.unlink(missing_ok=True)
    return done


def _tried(target: Target, path: Path, done: Tries) -> str:
    """What is wrong with how a reader takes a file, or an empty text."""
    try:
        with _watched(), warnings.catch_warnings():
            warnings.simplefilter("error")
            target.read(path)
        done.read += 1
    except EvigraphError as error:
        return "" if str(error) else f"{type(error).__name__} says nothing"
    except HangError:
        return f"takes more than {LIMIT:g} s: {traceback.format_exc(limit=-3)}"
    except (Exception, RecursionError) as error:
        where = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in where if "/evigraph/" in frame.filename] or list(where)
        place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
        return f"{type(error).__name__} at {place}: {str(error)[:200]}"
    return ""


@contextmanager
def _watched() -> Iterator[None]:
    """Ends what takes too long; the process too, when that is in a parser that Python cannot interrupt."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    faulthandler.dump_traceback_later(3 * LIMIT, exit=True)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
        signal.signal(signal.SIGALRM, before)


def for_seconds(seconds: float) -> Callable[[Tries], bool]:
    """Whether the time is not up yet; one try is always wanted."""
    end = time.monotonic() + seconds
    return lambda done: not done.tries or time.monotonic() < end


def distinct(failures: Iterable[str]) -> list[str]:
    """One failure of each kind."""
    return list({failure.partition(": ")[2][:60]: failure for failure in failures}.values())
