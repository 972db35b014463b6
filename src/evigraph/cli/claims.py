"""``evigraph claims``."""

from __future__ import annotations

from collections import Counter

import click

from evigraph.cli.common import (
    echo,
    endpoint_option,
    format_option,
    interruptible,
    opened,
    print_table,
    trust_option,
)


@click.command()
@trust_option
@endpoint_option
@format_option("table", "json", "csv", "md")
@click.pass_context
def claims(ctx: click.Context, trust: str, endpoint: str | None, format: str) -> None:
    """Recount what the review says of itself.

    At least is what the statements show, at most adds what they cannot tell. A claim matches
    when both equal it, is consistent when it lies between, and is a mismatch otherwise.
    """
    review = opened(ctx, endpoint)
    found = interruptible(lambda: review.claims(trust=trust))
    if format == "json":
        echo(found.to_json())
    elif format == "csv":
        echo(found.to_csv())
    elif format == "md":
        echo(found.to_markdown())
    else:
        print_table(*found.table())
        counts = Counter(recount.status for recount in found)
        statuses = ("match", "consistent", "mismatch", "not derivable")
        summary = ", ".join(f"{counts[status]} {status}" for status in statuses)
        echo(f"{len(found)} claims: {summary} (trust {found.trust.value})")
    ctx.exit(0 if all(recount.status == "match" for recount in found) else 1)
