"""``evigraph sensitivity``."""

from __future__ import annotations

import click

from evigraph.cli.common import echo, format_option, opened, print_table


@click.command()
@format_option("table", "csv", "md", "json")
@click.pass_context
def sensitivity(ctx: click.Context, format: str) -> None:
    """Say how firm the review is: each rule dropped alone, each trust, each restriction.

    One row each, with the studies that are in (at least, at most) and whether each claim that can be counted
    still holds. Claims that survive everything, and those that hang on one change, are named.
    """
    from evigraph.evidence.sensitivity import sensitivity as sensitivity_of

    found = sensitivity_of(opened(ctx))
    if format == "json":
        echo(found.to_json())
    elif format == "csv":
        echo(found.to_csv())
    elif format == "md":
        echo(found.to_markdown())
    else:
        header, rows = found.table()
        print_table(header, [[_SIGNS.get(cell, cell) for cell in row] for row in rows])
        echo("  ✓ match   ~ consistent   ✗ mismatch")
        if found.rows[0].claims:
            echo(f"hold whatever is changed: {', '.join(found.firm) or 'none'}")
            for claim, changes in found.hanging.items():
                echo(f"{claim} hangs on one change: {changes[0]}")


_SIGNS = {"match": "✓", "consistent": "~", "mismatch": "✗"}
