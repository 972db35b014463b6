"""Sorts more lines than memory holds: sorted runs in temporary files, merged block by block."""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from types import TracebackType

from evigraph.errors import EnvironmentFaultError
from evigraph.leftovers import scratch

#: Bytes of lines that are held before they are sorted and written away.
RUN = 64_000_000
#: Bytes of a run that are read at a time.
BLOCK = 250_000

Blocks = Iterator[list[bytes]]


class SortedLines:
    """Lines by group, which are given back sorted by bytes, each once.

    Use it in a ``with`` statement: on leaving, its temporary files are gone. There are none as long
    as all lines fit into one run.
    """

    def __init__(self) -> None:
        self._held: dict[bytes, list[bytes]] = {}
        self._size = 0
        self._runs: dict[bytes, list[Path]] = {}
        self._open = ExitStack()
        self._folder: Path | None = None

    def __enter__(self) -> SortedLines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def add(self, group: bytes, lines: list[bytes]) -> None:
        """Add lines without a line feed to a group.

        Raises:
            EnvironmentFaultError: The folder for temporary files is full.
        """
        if not lines:
            return
        self._held.setdefault(group, []).extend(lines)
        self._size += sum(map(len, lines))
        if self._size > RUN:
            self._write_run()

    def groups(self) -> list[bytes]:
        """The groups that have lines, sorted."""
        return sorted({*self._held, *self._runs})

    def blocks(self, group: bytes) -> Blocks:
        """The lines of a group in blocks that fit into memory.

        Yields:
            Lines that are sorted, in themselves and from block to block.
        """
        if self._runs and self._held:
            self._write_run()
        if group in self._held:
            yield _sorted(self._held[group])
        else:
            yield from _merged([_read(path) for path in self._runs[group]])

    def _write_run(self) -> None:
        if self._folder is None:
            self._folder = self._open.enter_context(scratch())
        for group, lines in self._held.items():
            runs = self._runs.setdefault(group, [])
            path = Path(self._folder, str(sum(map(len, self._runs.values()))))
            runs.append(path)
            try:
                path.write_bytes(b"\n".join(_sorted(lines)) + b"\n")
            except OSError as error:
                raise EnvironmentFaultError(
                    f"{path.parent}: cannot be written: {error.strerror}; name a roomier folder by TMPDIR"
                ) from None
        self._held = {}
        self._size = 0


def _read(path: Path) -> Blocks:
    at = 0
    while at < path.stat().st_size:
        with path.open("rb") as file:  # anew for each block, since there may be more runs than open files
            file.seek(at)
            data = file.read(BLOCK) + file.readline()
            at += len(data)
        yield data[:-1].split(b"\n")


def _merged(runs: list[Blocks]) -> Blocks:
    """Sorted runs as one.

    The first block of each run is held. What is not above the least of their last lines cannot be
    preceded by anything unread; sorting it is fast, because it is made of sorted pieces.
    """
    heads = [(next(run), run) for run in runs]
    while heads:
        bound = min(block[-1] for block, _ in heads)
        taken: list[bytes] = []
        left = []
        for block, run in heads:
            at = bisect_right(block, bound)
            taken += block[:at]
            if rest := block[at:] or next(run, []):
                left.append((rest, run))
        heads = left
        yield _sorted(taken)


def _sorted(lines: list[bytes]) -> list[bytes]:
    lines.sort()
    if any(map(operator.eq, lines, islice(lines, 1, None))):
        return list(dict.fromkeys(lines))
    return lines
