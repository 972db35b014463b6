"""What can go wrong, each kind with the exit code that the command line gives for it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import ClassVar


class EvigraphError(Exception):
    """Something a person can mend; the message says what is wrong, where, and what to do."""

    exit_code: ClassVar[int] = 2


class InputError(EvigraphError):
    """A file, an option or a query that cannot be used as it is."""


class ShapesError(InputError):
    """A shape that would check nothing, or that no SHACL engine understands."""


class UnknownNameError(InputError):
    """A name that nothing has; the message gives the nearest names.

    Args:
        kind: What was looked for, such as ``question``.
        name: The name that was given.
        known: The names that exist.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.name = name
        self.known = sorted(known)
        super().__init__(f"no {kind} {name!r}: {suggestion(name, self.known)}")


class EnvironmentFaultError(EvigraphError):
    """The disk, a lock, Java or a server stands in the way."""

    exit_code = 3


class ChangedError(EnvironmentFaultError):
    """A file of a review was changed by another program while it was read."""


class LimitError(EvigraphError):
    """Work was stopped because it passed a limit."""

    exit_code = 4


class OutOfOrderError(EvigraphError):
    """The statements about a study do not stand together, so its file must be read whole."""


def suggestion(name: str, known: list[str]) -> str:
    """The nearest of the known names as advice; all of them when few, none near."""
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.8)
    near = near or difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    near = near or [other for other in known if name and name.lower() in other.lower()][:3]
    if near:
        return "did you mean " + " or ".join(near) + "?"
    if not known:
        return "there are none"
    shown = ", ".join(known[:25])
    return f"known are {shown}" + (" …" if len(known) > 25 else "")
