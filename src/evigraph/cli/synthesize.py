"""``evigraph synthesize``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evigraph.cli.common import echo, format_option, opened, print_table, say, trust_option, write_data

if TYPE_CHECKING:
    from evigraph.synthesis import Synthesis


@click.command()
@click.option(
    "--forest",
    metavar="FILE",
    help="Write the forest plot of a pool; the ending .svg, .png or .html says as what.",
)
@click.option("--pool", metavar="NAME", help="Which pool to draw, when there are several.")
@trust_option
@format_option("table", "json", "csv", "md")
@click.pass_context
def synthesize(ctx: click.Context, forest: str | None, pool: str | None, trust: str, format: str) -> None:
    """Say what the studies show together: directions counted, and numbers pooled where there are any.

    Each study counts once for each outcome domain and kind of comparison. An exact sign test holds benefit
    against harm; what such counting cannot show is said too. Where findings carry numbers (means, counts,
    effects with an interval), a random-effects model pools them (pip install 'evigraph[meta]').
    """
    from evigraph.synthesis import synthesize as synthesis_of

    if pool is not None and forest is None:
        raise click.UsageError("--pool says what --forest draws; give --forest FILE too")
    found = synthesis_of(opened(ctx), trust=trust)
    if forest is not None:
        _draw(found, forest, pool)
    elif format == "json":
        echo(found.to_json())
    elif format == "csv":
        echo(found.to_csv())
    elif format == "md":
        echo(found.to_markdown())
    else:
        _print(found)


def _draw(found: Synthesis, path: str, pool: str | None) -> None:
    from evigraph.drawing import format_of
    from evigraph.drawing.forest import draw_forest

    kind = format_of(path)
    chosen = found.pool(pool)
    figure = draw_forest(chosen, found.review, found.trust)
    data = figure.render(kind)
    write_data(data, path, f"forest plot of {chosen.id}, {len(chosen.estimates)} studies")


def _print(found: Synthesis) -> None:
    from evigraph.synthesis.wording import CANNOT_SHOW, SOURCES

    if found.tallies:
        print_table(*found.table())
    else:
        echo("no study tells of an effect")
    for note in found.notes:
        say(f"  {note}")
    echo("")
    say(found.about_numbers)
    if found.pools:
        print_table(*found.pool_table())
    for note in found.pool_notes:
        say(f"  {note}")
    echo("\nHow it was done, by the items of SWiM")
    for item in found.method:
        say(f"  {item.number} {item.name}: {item.words}")
    echo("\nWhat counting directions cannot show")
    for line in CANNOT_SHOW:
        say(f"  {line}")
    echo("\nSources of method")
    for line in SOURCES:
        say(f"  {line}")
