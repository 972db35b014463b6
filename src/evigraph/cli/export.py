"""``evigraph export``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import click

from evigraph.canonical import FORMATS
from evigraph.cli.common import (
    endpoint_option,
    format_option,
    note,
    opened,
    progress,
    trust_option,
    write_out,
)
from evigraph.exporting.registry import OTHER_FORMATS
from evigraph.review import Review


@click.command()
@click.option("-o", "--output", metavar="FILE", help="Write to a file, whole or not at all.")
@trust_option
@endpoint_option
@format_option(*FORMATS, *OTHER_FORMATS)
@click.pass_context
def export(ctx: click.Context, output: str | None, trust: str, endpoint: str | None, format: str) -> None:
    """Write the graph: the trusted statements, the bookkeeping and the concepts.

    The same statements give the same bytes on every machine. Turtle, N-Triples and RDF/XML have
    no graphs, so what a statement rests on is only in TriG, N-Quads and JSON-LD. The formats that are
    not RDF say what they cannot carry. A ro-crate whose name does not end in .zip is a folder.
    """
    review = opened(ctx, endpoint)
    if format in OTHER_FORMATS:
        _write_other(review, output, trust, format)
        return

    def write(out: IO[bytes]) -> str:
        with progress("exporting") as report:
            size = review.export_to(out, format, trust=trust, progress=report)
        return f"{size:,} bytes of {format} (trust {trust})"

    write_out(write, output)


def _write_other(review: Review, output: str | None, trust: str, format: str) -> None:
    """Write a format that is not RDF; what had to be changed is said line by line."""
    if output in (None, "-") and OTHER_FORMATS[format].binary and sys.stdout.isatty():
        raise click.UsageError(f"{format} is nothing that a terminal can show; name a file with -o.")
    if format == "ro-crate" and output not in (None, "-") and not str(output).lower().endswith(".zip"):
        told = review.export_crate(Path(str(output)), trust=trust)
        note(f"{output}: {format} (trust {trust}), {told[0]}")
    else:
        told = []

        def write(out: IO[bytes]) -> str:
            told.extend(review.export_as(out, format, trust=trust))
            return f"{format} (trust {trust}), {told[0]}"

        write_out(write, output)
    for line in told[1:]:
        note(f"{format}: {line}")
