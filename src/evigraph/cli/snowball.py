"""``evigraph snowball``."""

from __future__ import annotations

import click

from evigraph.cli.common import echo, format_option, note, opened, own_review, print_table
from evigraph.tables import csv_table


@click.command()
@click.option(
    "--backward", is_flag=True, help="Works that the studies cite; both ways when neither is named."
)
@click.option("--forward", is_flag=True, help="Works that cite the studies.")
@click.option(
    "--from",
    "start",
    multiple=True,
    default=("included",),
    show_default=True,
    metavar="included|met|all|KEY",
    help="The studies to start from; may be given again.",
)
@click.option(
    "--least", type=click.IntRange(1), default=2, show_default=True, help="How many studies it takes."
)
@click.option("--top", type=click.IntRange(1), metavar="N", help="At most so many works.")
@click.option("--add", is_flag=True, help="Mark the works as candidates in the review.")
@format_option("table", "json", "csv")
@click.pass_context
def snowball(
    ctx: click.Context,
    backward: bool,
    forward: bool,
    start: tuple[str, ...],
    least: int,
    top: int | None,
    add: bool,
    format: str,
) -> None:
    """Find works that several studies cite, or that cite several, and that the review does not have.

    Exit code 1 means that nothing can be told, as no reference lists and no citing works are recorded.
    """
    from evigraph.citations.snowball import DIRECTIONS, add_candidates
    from evigraph.citations.snowball import snowball as find

    if add:
        own_review(ctx)
    review = opened(ctx)
    asked = tuple(d for d, wanted in zip(DIRECTIONS, (backward, forward), strict=True) if wanted)
    found = find(review, asked or DIRECTIONS, start, least=least, top=top)
    if format == "json":
        echo(found.to_json())
    elif format == "csv":
        echo(csv_table(*found.table()))
    else:
        if found:
            print_table(*found.table())
        echo(found.summary)
    if add and found:
        path, new = add_candidates(review, found)
        note(f"{path}: {len(found)} candidates, {new} of them new")
    ctx.exit(0 if found.tells else 1)
