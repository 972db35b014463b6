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
    still holds. Claims that survive everything, and those that hang on one rule, are named, and where the
    others fail. Numbers that rest on deduced statements are marked.
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
        if found.rows[0].claims:
            echo("  ✓ match   ~ consistent   ✗ mismatch")
        if found.legend:
            echo(found.legend)
        if found.rows[0].claims:
            echo(f"hold whatever is changed: {', '.join(found.firm) or 'none'}")
            hanging = [f"{claim} on {rule}" for claim, rule in found.hanging.items()]
            echo(f"hang on one rule: {', '.join(hanging) or 'none'}")
            for claim, changes in found.failing.items():
                echo(f"{claim} fails: {', '.join(changes)}")


_SIGNS = {"match": "✓", "consistent": "~", "mismatch": "✗"}
