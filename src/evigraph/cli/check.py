"""``evigraph check``."""

from __future__ import annotations

import click

from evigraph.cli.common import echo, format_option, leave_if_stopped, note, opened, say, time_limit_option
from evigraph.confined.limits import Limits, StoppedError


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@time_limit_option
@format_option("table", "json", "ttl")
@click.pass_context
def check(ctx: click.Context, files: tuple[str, ...], time_limit: float, format: str) -> None:
    """Say whether the review, or given files, are usable.

    Checks syntax, the words used, and the shapes of shapes/well-formed/; for a whole review also
    its criteria, queries and claims. FILE may be Turtle, TriG, JSON-LD, N-Quads, N-Triples or
    RDF/XML, or - for standard input.
    """
    review = opened(ctx, limits=Limits(time_limit or None))
    stopped: tuple[str, ...] = ()
    try:
        found = review.check(files or None)
    except StoppedError as error:
        found, stopped = error.found, error.messages
    if format == "json":
        echo(found.to_json())
    elif format == "ttl":
        echo(found.to_turtle(review.folder.prefixes))
    else:
        for problem in found.problems:
            say(str(problem))
        say(found.summary)
        if not found.nodes:
            note("nothing was checked: no node here is of a class that the shapes check")
    leave_if_stopped(stopped)
    ctx.exit(0 if found.conforms else 1)
