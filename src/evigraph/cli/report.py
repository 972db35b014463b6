"""``evigraph report``."""

from __future__ import annotations

import click

from evigraph.cli.common import interruptible, opened, trust_option, write_data
from evigraph.errors import InputError

_FORMATS = ("html", "md")


@click.command()
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    required=True,
    help="The file to write; its ending .html or .md says as what.",
)
@trust_option
@click.pass_context
def report(ctx: click.Context, output: str, trust: str) -> None:
    """Write all that the graph of the review can tell on one page, with the way to each number.

    The question, criteria, flow, characteristics, verdicts, figures, claims, sensitivity and gaps; then each
    question that was asked, with its rows. An HTML page holds all it needs and asks for nothing from outside.
    """
    from evigraph.reporting import report as report_on

    format = output.rpartition(".")[2].lower()
    if format not in _FORMATS:
        raise InputError(f"{output}: its name does not end in a kind of report; end it in .html or .md")
    review = opened(ctx)
    document = interruptible(lambda: report_on(review, trust=trust))
    data = (document.to_html() if format == "html" else document.to_markdown()).encode()
    numbers = sum(1 for _ in document.counted())
    write_data(
        data,
        output,
        f"the report, {numbers} numbers from {len(document.asked)} questions, {len(data):,} bytes",
    )
