"""The command line: data on standard output, messages on standard error, documented exit codes."""

from __future__ import annotations

import io
import logging
import sys
from typing import Any, NoReturn

import click

from evigraph import __version__
from evigraph.cli.add import add
from evigraph.cli.agreement import agreement, conflicts
from evigraph.cli.ask import ask
from evigraph.cli.build import build, verify
from evigraph.cli.check import check
from evigraph.cli.cite import cite
from evigraph.cli.claims import claims
from evigraph.cli.common import on_one_line
from evigraph.cli.concepts import concepts
from evigraph.cli.decide import decide, retrieve, settle
from evigraph.cli.dedupe import dedupe
from evigraph.cli.diff import diff
from evigraph.cli.draw import draw
from evigraph.cli.export import export
from evigraph.cli.flow import flow
from evigraph.cli.gaps import gaps
from evigraph.cli.init import init
from evigraph.cli.overlap import overlap
from evigraph.cli.pull import pull
from evigraph.cli.push import push
from evigraph.cli.reason import reason
from evigraph.cli.rules import rules
from evigraph.cli.screen import screen
from evigraph.cli.sensitivity import sensitivity
from evigraph.cli.sheet import sheet
from evigraph.cli.snowball import snowball
from evigraph.cli.what_if import what_if
from evigraph.errors import EnvironmentFaultError, EvigraphError, LimitError


class _Group(click.Group):
    """A group that turns what a person can mend into one line and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        _write_utf8()
        try:
            return super().main(*args, **kwargs)
        except EvigraphError as error:
            _fail(str(error), error.exit_code)
        except MemoryError as error:  # the engine's own limit on a text, or of the machine
            _fail(f"memory: {error or 'is full'}; take smaller files, or shorten texts", LimitError.exit_code)
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


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
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


for _command in (
    *(check, screen, ask, claims, cite, draw, reason, export, rules, concepts),
    *(init, dedupe, decide, conflicts, settle, agreement, retrieve, sheet, flow, gaps, what_if, sensitivity),
    *(add, snowball, overlap, build, verify, push, pull, diff),
):
    main.add_command(_command)
