"""``evigraph dedupe``."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from evigraph.cli.common import (
    echo,
    format_option,
    note,
    note_written,
    on_one_line,
    opened,
    own_review,
    print_table,
)
from evigraph.decisions.people import whoever_is_here
from evigraph.duplicates.merging import Deduplicated, deduplicate, merge, merges, tell_apart, undo
from evigraph.review import Review
from evigraph.tables import csv_table

_MERGED = ("duplicate", "stands for it", "by", "why")
_DOUBTFUL = ("one", "other", "why", "why not")


@click.command()
@click.argument("keys", nargs=-1, metavar="[KEY...]")
@click.option("--merge", "action", flag_value="merge", help="Merge KEY... into the first, whatever they say.")
@click.option("--apart", "action", flag_value="apart", help="Say that the two KEYs are two publications.")
@click.option("--undo", "action", flag_value="undo", help="Take back the merges of KEY.")
@click.option("--list", "listed", type=click.Choice(["doubtful", "merged"]), help="List, and change nothing.")
@click.option("--by", default="", metavar="NAME", help="Who answers for it.")
@click.option("--reason", default="", metavar="TEXT", help="Why, with --merge.")
@click.option("--dry-run", is_flag=True, help="Find duplicates, show them, and write nothing.")
@format_option("table", "csv", "json")
@click.pass_context
def dedupe(
    ctx: click.Context,
    keys: tuple[str, ...],
    action: str | None,
    listed: str | None,
    by: str,
    reason: str,
    dry_run: bool,
    format: str,
) -> None:
    """Find records of the same publication, and merge them; every record is kept.

    First by DOI and PMID, then by title, year, first author and pages. Records with different DOIs are never
    merged unasked, nor a paper with its correction: --list doubtful shows what is left for a person, who
    then says --merge or --apart. Each merge says why, and --undo takes it back.
    """
    if not (dry_run or listed):
        own_review(ctx)
    if bool(keys) != bool(action):
        raise click.UsageError("name records with one of --merge, --apart and --undo, and with these alone.")
    review = opened(ctx)
    if action:
        _say_of(review, action, keys, by, reason)
    elif listed == "merged":
        _print(_MERGED, merges(review), format)
    else:
        found = deduplicate(review, by=by, dry_run=dry_run or listed is not None)
        if listed:
            _print(_DOUBTFUL, found.doubtful, format)
        else:
            _tell(found, format, dry_run=dry_run)


def _say_of(review: Review, action: str, keys: tuple[str, ...], by: str, reason: str) -> None:
    """Do what a person says of some records."""
    if action == "undo":
        if len(keys) != 1:
            raise click.UsageError("--undo takes one KEY.")
        path, freed = undo(review, keys[0])
        echo(f"taken back: {', '.join(freed)}")
    elif action == "merge":
        path = merge(review, keys, by or whoever_is_here(), reason)
        echo(f"{' and '.join(keys)}: merged")
    else:
        path = tell_apart(review, keys, by or whoever_is_here())
        echo(f"{' and '.join(keys)}: told apart")
    note(f"{path}: was written")


def _tell(found: Deduplicated, format: str, *, dry_run: bool) -> None:
    """Print what a search came to; of one that wrote nothing, what it would have merged too."""
    if dry_run:
        _print(_MERGED, found.merged, format)
        note(str(found))
    else:
        echo(str(found))
    if found.doubtful:
        note("see 'evigraph dedupe --list doubtful'")
    note_written([found.path] if found.path else [], dry_run=dry_run)


def _print(header: tuple[str, ...], rows: Sequence[tuple[str, ...]], format: str) -> None:
    if format == "json":
        names = [name.replace(" ", "_") for name in header]
        echo(json.dumps([dict(zip(names, row, strict=True)) for row in rows], indent=2, ensure_ascii=False))
    elif format == "csv":
        echo(csv_table(header, rows))
    elif rows:
        print_table(header, [tuple(map(on_one_line, row)) for row in rows])
    else:
        note("none")
