"""``evigraph gaps``."""

from __future__ import annotations

import json

import click

from evigraph.cli.common import echo, format_option, note, opened, print_table, trust_option
from evigraph.tables import csv_table, markdown_table


@click.command()
@click.option("--map", "cells", is_flag=True, help="The cells of problem, design and outcome without study.")
@trust_option
@format_option("table", "csv", "md", "json")
@click.pass_context
def gaps(ctx: click.Context, cells: bool, trust: str, format: str) -> None:
    """Say what is not known, ranked by how many verdicts one fact would settle.

    Then, study by study, what to look for, and where it may stand: the identifiers of its reports, and what
    its facts rest on so far. A fact settles a set or a study when nothing else of it is unknown. Numbers that
    rest on deduced statements are marked.
    """
    from evigraph.evidence.cells import empty_cells
    from evigraph.evidence.gaps import gaps as gaps_of

    review = opened(ctx)
    if cells:
        _print_cells(empty_cells(review.statements(trust)), format)
        return
    found = gaps_of(review, trust=trust)
    if format == "json":
        echo(found.to_json())
    elif format == "csv":
        echo(found.to_csv())
    elif format == "md":
        echo(found.to_markdown())
    elif not found.gaps:
        note("nothing is missing that would settle a verdict")
    else:
        print_table(*found.table())
        if found.legend:
            echo(found.legend)
        echo("")
        print_table(*found.errand_table())


def _print_cells(cells: list[tuple[str, str, str]], format: str) -> None:
    header = ("problem", "design", "outcome")
    if format == "json":
        echo(json.dumps([dict(zip(header, cell, strict=True)) for cell in cells], indent=1))
    elif format == "csv":
        echo(csv_table(header, cells))
    elif format == "md":
        echo(markdown_table(header, cells))
    else:
        print_table(header, cells)
        echo(f"{len(cells)} empty cells")
