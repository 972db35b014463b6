"""``evigraph check``."""

from __future__ import annotations

import click

from evigraph.cli.common import echo, format_option, note, opened, say


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@format_option("table", "json", "ttl")
@click.pass_context
def check(ctx: click.Context, files: tuple[str, ...], format: str) -> None:
    """Say whether the review, or given files, are usable.

    Checks syntax, the words used, and the shapes of shapes/well-formed/; for a whole review also
    its criteria, queries and claims. FILE may be Turtle, TriG, JSON-LD, N-Quads, N-Triples or
    RDF/XML, or - for standard input.
    """
    review = opened(ctx)
    found = review.check(files or None)
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
    ctx.exit(0 if found.conforms else 1)
