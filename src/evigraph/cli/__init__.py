"""The command line: data on standard output, messages on standard error, documented exit codes."""

from __future__ import annotations

import logging
from typing import Any

import click

from evigraph import __version__
from evigraph.cli.ask import ask
from evigraph.cli.check import check
from evigraph.cli.claims import claims
from evigraph.cli.export import export
from evigraph.cli.screen import screen
from evigraph.errors import EvigraphError


class _Group(click.Group):
    """A group that turns what a person can mend into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except EvigraphError as error:
            click.echo("evigraph: " + " ".join(str(error).split()), err=True)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            raise
        except OSError as error:
            click.echo(f"evigraph: {error.filename or ''}: {error.strerror or error}", err=True)
            ctx.exit(3)
        except KeyboardInterrupt:
            click.echo("evigraph: interrupted", err=True)
            ctx.exit(130)


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
    ctx.obj = review


for _command in (check, screen, ask, claims, export):
    main.add_command(_command)
