"""``evigraph claims``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

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
from evigraph.review import Review
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.claims import Recounts


@click.command()
@trust_option
@endpoint_option
@format_option("table", "json", "csv", "md")
@click.pass_context
def claims(ctx: click.Context, trust: str, endpoint: str | None, format: str) -> None:
    """Recount what the review says of itself.

    At least is what the statements show, at most adds what they cannot tell. A claim matches
    when both equal it, is consistent when it lies between, and is a mismatch otherwise. Numbers
    that rest on deduced statements are marked.
    """
    review = opened(ctx, endpoint)
    found = interruptible(lambda: _marked(review, trust))
    if format == "json":
        echo(found.to_json())
    elif format == "csv":
        echo(found.to_csv())
    elif format == "md":
        echo(found.to_markdown())
    else:
        print_table(*found.table())
        if found.legend:
            echo(found.legend)
        counts = Counter(recount.status for recount in found)
        statuses = ("match", "consistent", "mismatch", "not derivable")
        summary = ", ".join(f"{counts[status]} {status}" for status in statuses)
        echo(f"{len(found)} claims: {summary} (trust {found.trust.value})")
    ctx.exit(0 if all(recount.status == "match" for recount in found) else 1)


def _marked(review: Review, trust: str) -> Recounts:
    found = review.claims(trust=trust)
    return found if found.trust is Trust.STATED else found.beside(review.claims(trust=Trust.STATED))
