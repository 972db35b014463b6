"""``python -m tests.fuzzing MINUTES [--seed N] [--reader NAME]``: prints a table; exit code 1 on failures."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
from pathlib import Path

from tests.fuzzing.driver import HEADER, distinct, for_seconds, fuzz
from tests.fuzzing.targets import targets


def main() -> int:
    """Try all readers, each for its share of the time."""
    wanted = argparse.ArgumentParser(prog="tests.fuzzing")
    wanted.add_argument("minutes", type=float)
    wanted.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    wanted.add_argument("--reader", action="append", help="a part of the name of a reader; all when left out")
    given = wanted.parse_args()
    kept = Path("build/fuzz").absolute()
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("EVIGRAPH_CACHE", folder)
        chosen = targets(Path(folder))
        if given.reader:
            chosen = [t for t in chosen if any(part in t.name for part in given.reader)]
        print(f"seed {given.seed}; files of tries that fail are kept in {kept}", flush=True)
        print(HEADER, flush=True)
        failures, tries = [], 0
        for target in chosen:
            done = fuzz(target, kept, given.seed, for_seconds(60 * given.minutes / len(chosen)))
            print(done.row(), flush=True)
            failures += done.failures
            tries += done.tries
    for failure in distinct(failures):
        print(failure)
    print(f"{tries} tries, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
