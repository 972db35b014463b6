"""``evigraph draw``."""

from __future__ import annotations

import click

from evigraph.cli.common import endpoint_option, opened, trust_option, write_data


@click.command()
@click.argument("kind")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    required=True,
    help="The file to write; its ending .svg, .png, .html or .json says as what.",
)
@trust_option
@endpoint_option
@click.pass_context
def draw(ctx: click.Context, kind: str, output: str, trust: str, endpoint: str | None) -> None:
    """Draw a figure of the review.

    KIND is map (problems and outcomes: how many studies found which direction), directions (studies and
    outcomes: which way the effect went), verdicts (studies and rules), flow (from records to studies, after
    PRISMA 2020), timeline (studies by year and decision) or citations (works by year and role).

    The same graph gives the same file; it asks for nothing from outside. With .json a chart is Vega-Lite
    with its data; flow and citations are no charts.
    """
    from evigraph.drawing import draw as draw_figure
    from evigraph.drawing import format_for, is_chart

    format = format_for(kind, output)
    if is_chart(kind) and format != "json":
        from evigraph.drawing.charts.converter import warm_up

        warm_up()  # it takes as long as to read the graph, and does so at the same time
    figure = draw_figure(kind, opened(ctx, endpoint), trust)
    data = figure.render(format)
    size = "" if format == "json" else f", {figure.width:,} × {figure.height:,} pixels"
    write_data(data, output, f"{kind}{size}, {len(data):,} bytes")
