"""``evigraph sheet``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from evigraph.cli.common import note, opened, write_data
from evigraph.extraction.files import FORMATS


@click.command()
@click.argument("studies", nargs=-1, metavar="[STUDY...]")
@click.option("-o", "--output", metavar="FILE", help="Write to a file, whole or not at all.")
@click.option(
    "-f", "--format", "format", type=click.Choice(FORMATS), help="How; seen from the file's ending otherwise."
)
@click.pass_context
def sheet(ctx: click.Context, studies: tuple[str, ...], output: str | None, format: str | None) -> None:
    """Write a sheet in which facts of studies are extracted; `evigraph add` takes it back.

    One row for each fact: what is known with its basis and source, and an empty one for each fact that the
    criteria and questions of the review look at and nobody recorded. All studies when none is named.
    YAML is JSON-LD under ontology/context.jsonld.
    """
    from evigraph.extraction.exchange import sheet as sheet_of

    ending = Path(output).suffix.lower().removeprefix(".") if output else ""
    chosen = format or ("yaml" if ending == "yml" else ending if ending in FORMATS else "csv")
    if chosen == "xlsx" and output in (None, "-") and sys.stdout.isatty():
        raise click.UsageError("xlsx is nothing that a terminal can show; name a file with -o.")
    data, told = sheet_of(opened(ctx), studies, chosen)
    if output in (None, "-"):
        note(told)
    write_data(data, output, told)
