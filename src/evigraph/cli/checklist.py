"""``evigraph checklist``."""

from __future__ import annotations

import click

from evigraph.cli.common import echo, format_option, opened, print_table, trust_option


@click.command()
@trust_option
@format_option("table", "csv", "md", "json")
@click.pass_context
def checklist(ctx: click.Context, trust: str, format: str) -> None:
    """Say which items of the PRISMA 2020 checklist the graph covers, and what shows it.

    Covered: the question or command shows what the item asks for. In part: what is missing stands beside it.
    Not recorded: the graph could hold it, and does not. Not covered: the graph has no place for it.
    That the graph covers an item does not say that the report of the review does.
    """
    from evigraph.checklist import checklist as checklist_of

    found = checklist_of(opened(ctx), trust=trust)
    if format == "json":
        echo(found.to_json())
    elif format == "csv":
        echo(found.to_csv())
    elif format == "md":
        echo(found.to_markdown())
    else:
        rows = [
            [one.item.id, one.item.topic, one.status.value, one.item.shown_by, one.number, one.note]
            for one in found
        ]
        print_table(["item", "topic", "status", "shown by", "found", "note"], rows)
        echo(found.summary)
