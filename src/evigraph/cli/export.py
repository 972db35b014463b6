"""``evigraph export``."""

from __future__ import annotations

from typing import IO

import click

from evigraph.canonical import FORMATS
from evigraph.cli.common import (
    endpoint_option,
    format_option,
    opened,
    progress,
    trust_option,
    write_out,
)


@click.command()
@click.option("-o", "--output", metavar="FILE", help="Write to a file, whole or not at all.")
@trust_option
@endpoint_option
@format_option(*FORMATS)
@click.pass_context
def export(ctx: click.Context, output: str | None, trust: str, endpoint: str | None, format: str) -> None:
    """Write the graph: the trusted statements, the bookkeeping and the concepts.

    The same statements give the same bytes on every machine. Turtle, N-Triples and RDF/XML have
    no graphs, so what a statement rests on is only in TriG, N-Quads and JSON-LD.
    """
    review = opened(ctx, endpoint)

    def write(out: IO[bytes]) -> str:
        with progress("exporting") as report:
            size = review.export_to(out, format, trust=trust, progress=report)
        return f"{size:,} bytes of {format} (trust {trust})"

    write_out(write, output)
