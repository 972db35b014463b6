"""``evigraph concepts``: concepts as a table."""

from __future__ import annotations

import click

from evigraph.changing import write_files, writing_alone
from evigraph.cli.common import echo, note, opened, own_review, write_data
from evigraph.concepts import CONCEPTS, TABLE, from_table, out_of_step, to_table


@click.group()
def concepts() -> None:
    """Make the concepts from ontology/concepts.csv, or the table from the concepts."""


@concepts.command()
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.pass_context
def build(ctx: click.Context, dry_run: bool) -> None:
    """Write ontology/concepts.ttl, the SKOS that follows from ontology/concepts.csv."""
    if not dry_run:
        own_review(ctx)
    folder = opened(ctx).folder
    path, data = folder.path / CONCEPTS, from_table(folder)
    count = data.count(b" a skos:Concept ,")
    if path.is_file() and path.read_bytes() == data:
        echo(f"{count} concepts; nothing new")
        return
    if not dry_run:
        with writing_alone(folder.path / "graph"):
            write_files({path: data})
    echo(f"{count} concepts; {path}: {'would be' if dry_run else 'was'} written")


@concepts.command()
@click.option("-o", "--output", metavar="FILE", help="Write to a file, whole or not at all.")
@click.pass_context
def table(ctx: click.Context, output: str | None) -> None:
    """Print the concepts as the table of ontology/concepts.csv."""
    text = to_table(opened(ctx).folder)
    write_data(text.encode(), output, f"{text.count(chr(10)) - 1} rows")


@concepts.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Say whether the concepts are still those of the table; exit code 1 when they are not."""
    folder = opened(ctx).folder
    if not (folder.path / TABLE).is_file():
        echo(f"there is no {TABLE} to compare with")
        return
    stale = out_of_step(folder)
    echo(f"{CONCEPTS}: {'is not what' if stale else 'follows from'} {TABLE}{' says' if stale else ''}")
    if stale:
        note("run 'evigraph concepts build'")
    ctx.exit(1 if stale else 0)
