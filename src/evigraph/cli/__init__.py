"""The command line: data on standard output, messages on standard error, documented exit codes."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any, NoReturn

import click

from evigraph import __version__
from evigraph.cli.common import on_one_line
from evigraph.errors import EnvironmentFaultError, EvigraphError

#: The module of each command. Only that of the one that runs is imported, so that it starts fast.
_MODULES = {
    "check": "check",
    "screen": "screen",
    "ask": "ask",
    "claims": "claims",
    "cite": "cite",
    "draw": "draw",
    "reason": "reason",
    "export": "export",
    "rules": "rules",
    "concepts": "concepts",
    "init": "init",
    "dedupe": "dedupe",
    "decide": "decide",
    "conflicts": "agreement",
    "settle": "decide",
    "agreement": "agreement",
    "retrieve": "decide",
    "sheet": "sheet",
    "flow": "flow",
    "gaps": "gaps",
    "what-if": "what_if",
    "sensitivity": "sensitivity",
    "add": "add",
    "snowball": "snowball",
    "overlap": "overlap",
    "build": "build",
    "verify": "build",
    "push": "push",
    "pull": "pull",
    "diff": "diff",
    "checklist": "checklist",
    "synthesize": "synthesize",
    "report": "report",
}


class _Commands(MutableMapping[str, click.Command]):
    """The commands by name, each imported when it is asked for."""

    def __init__(self) -> None:
        self._loaded: dict[str, click.Command] = {}
        self._names = dict.fromkeys(_MODULES)

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            module = import_module(f"evigraph.cli.{_MODULES[name]}")
            self._loaded[name] = getattr(module, name.replace("-", "_"))
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._names[name] = None
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._names[name]
        self._loaded.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Group(click.Group):
    """A group that turns what a person can mend into one line and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        _write_utf8()
        try:
            return super().main(*args, **kwargs)
        except EvigraphError as error:
            _fail(str(error), error.exit_code)
        except OSError as error:
            where = error.filename or "standard output"
            _fail(f"{where}: {error.strerror or error}", EnvironmentFaultError.exit_code)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _fail("interrupted", 130)


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"evigraph: {on_one_line(message)}", err=True)
    sys.exit(code)


def _write_utf8() -> None:
    """Write UTF-8 whatever the locale says: it is what Turtle and JSON are, and has all our signs."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


@click.group(cls=_Group, commands=_Commands(), context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--review",
    metavar="DIR",
    envvar="EVIGRAPH_REVIEW",
    help="The folder of the review; the shipped review when left out.",
)
@click.version_option(__version__, prog_name="evigraph")
@click.pass_context
def main(ctx: click.Context, review: str | None) -> None:
    """A systematic review as a knowledge graph that answers.

    Exit codes: 0 done, all holds; 1 checked, and something does not hold or cannot be told;
    2 wrong use or unreadable input; 3 the environment; 4 stopped by a limit; 130 interrupted.
    """
    # rdflib logs a traceback for a number that is none; the shapes report it in words.
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    if sys.stdout is None:
        raise EnvironmentFaultError("standard output is closed; nothing can be printed")
    ctx.obj = review
