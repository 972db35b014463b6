"""How much of time, rows and memory a query or a shape from outside may take."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from evigraph.errors import LimitError

if TYPE_CHECKING:
    from evigraph.answers import Answer, Term, Triples

#: Signals by which a process ends when its stack has run over.
_STACK = (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL)


@dataclass(frozen=True)
class Limits:
    """What may be taken; ``None`` is as much as there is.

    Attributes:
        seconds: The time that reading a query may take, and the time that answering it may take.
        rows: The rows or statements of an answer.
        megabytes: The memory beyond that of the snapshot.
    """

    seconds: float | None = 10.0
    rows: int | None = 10_000
    megabytes: int | None = 1_000

    def late(self, where: str) -> LimitError:
        """What to say when the time is up."""
        after = in_words(self.seconds)
        return LimitError(
            f"{where}: was stopped after {after}; ask for less, or give it more with --time-limit"
        )

    def full(self, where: str) -> LimitError:
        """What to say when the memory is used up."""
        return LimitError(
            f"{where}: was stopped because it needs more than {self.megabytes:,} MB of memory; "
            "ask for less, or give it more with --max-memory"
        )

    def ended(self, where: str, code: int) -> LimitError:
        """What to say of a child that ended by itself, by its exit code."""
        if -code in _STACK:
            return LimitError(f"{where}: ended the engine; it is too deep or too long, write it flatter")
        if code == -signal.SIGXCPU:
            return self.late(where)
        if code == -signal.SIGABRT and self.megabytes is not None:
            return self.full(where)
        return LimitError(f"{where}: ended the engine, most likely for want of memory; ask for less")


def in_words(seconds: float | None) -> str:
    """A time, such as ``10 seconds``."""
    return "1 second" if seconds == 1 else f"{seconds or 0:g} seconds"


class CutError(LimitError):
    """An answer has more rows or statements than are allowed.

    Args:
        message: What to say.
        names: The names of the columns; none for statements.
        rows: The rows, or statements as rows of three terms, up to the limit.
    """

    def __init__(self, message: str, names: list[str] | None, rows: list[tuple[Term | None, ...]]) -> None:
        super().__init__(message)
        self._names = names
        self._rows = rows

    def answer(self, prefixes: Mapping[str, str]) -> Answer | Triples:
        """What was found up to the limit."""
        from evigraph.answers import Answer, Triples

        if self._names is None:
            return Triples([ox.Triple(*row) for row in self._rows], prefixes)  # type: ignore[arg-type]
        return Answer(self._names, self._rows, prefixes)


class StoppedError(LimitError):
    """Shapes were stopped.

    Args:
        messages: What to say of each.
        found: What the other shapes gave.
    """

    def __init__(self, messages: Sequence[str], found: Any) -> None:
        more = f" ({len(messages) - 1} more shapes were stopped)" if len(messages) > 1 else ""
        super().__init__(messages[0] + more)
        self.messages = tuple(messages)
        self.found = found
