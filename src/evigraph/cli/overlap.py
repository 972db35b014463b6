"""``evigraph overlap``."""

from __future__ import annotations

import click

from evigraph.cli.common import echo, format_option, print_table
from evigraph.errors import InputError


@click.command()
@click.argument("reviews", nargs=-1, required=True, metavar="DIR DIR...")
@format_option("table", "json", "csv")
def overlap(reviews: tuple[str, ...], format: str) -> None:
    """Say how far reviews include the same studies, per pair and overall.

    The measure is the corrected covered area (Pieper et al. 2014): up to 5 % is slight, to 10 % moderate,
    to 15 % high, above that very high.
    """
    from evigraph.citations.overlaps import overlap as find
    from evigraph.review import open

    if len(reviews) < 2:
        raise InputError("an overlap is that of two reviews or more; name the folder of another")
    found = find(open(path) for path in reviews)
    if format == "json":
        echo(found.to_json())
    elif format == "csv":
        echo(found.to_csv())
    else:
        header, rows = found.table()
        if rows:
            print_table(header, rows)
            echo("")
        print_table(*found.areas())
        for name, basis in zip(found.reviews, found.basis, strict=True):
            echo(f"{name}: included by {basis}")
