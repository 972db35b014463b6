"""``evigraph draw``."""

from __future__ import annotations

import click

from evigraph.cli.common import endpoint_option, opened, trust_option, write_data

#: What can be drawn.
KINDS = ("citations",)


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    required=True,
    help="The file to write; its ending .svg, .png or .html says as what.",
)
@trust_option
@endpoint_option
@click.pass_context
def draw(ctx: click.Context, kind: str, output: str, trust: str, endpoint: str | None) -> None:
    """Draw a figure of the review.

    KIND citations: the works and who cites whom, by year and role. The same graph gives the same
    file; it asks for nothing from outside.
    """
    from evigraph.drawing import draw_citations, format_of

    format = format_of(output)
    review = opened(ctx, endpoint)
    figure = draw_citations(review.citations(trust=trust), review.name, trust)
    data = figure.render(format)
    write_data(data, output, f"{kind}, {figure.width:,} × {figure.height:,} pixels, {len(data):,} bytes")
