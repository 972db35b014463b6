"""``evigraph add``: what others know is put into a review."""

from __future__ import annotations

import click

from evigraph.cli.common import echo, note, on_one_line, opened
from evigraph.errors import InputError


def own_review(ctx: click.Context) -> None:
    """Refuse to change the shipped review when nobody named it.

    Raises:
        InputError: The command line names no review.
    """
    if ctx.obj is None:
        raise InputError("the shipped review is not changed; name a review of your own with --review DIR")


@click.group()
def add() -> None:
    """Put what files hold into the review."""


@add.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--dry-run", is_flag=True, help="Count, and write nothing.")
@click.option(
    "--skip-bad",
    is_flag=True,
    help="Refuse self-citations and works of one DOI and two titles one by one, not the whole import.",
)
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="When the files were got; kept with each file.",
)
@click.pass_context
def citations(
    ctx: click.Context, files: tuple[str, ...], dry_run: bool, skip_bad: bool, date: object | None
) -> None:
    """Add who cites whom: OpenCitations CSV, or JSON of OpenAlex, Crossref, Semantic Scholar or CSL.

    Works are matched by DOI, PMID, OpenAlex identifier, OMID, then title, year and first author. What the
    review does not have becomes a publication, never a study. All files are added or none.
    """
    from evigraph.citations.importing import add_citations

    if not dry_run:
        own_review(ctx)
    day = str(date)[:10] if date else None
    found = add_citations(opened(ctx), files, skip_bad=skip_bad, date=day, dry_run=dry_run)
    for refusal in found.refused:
        note(f"refused: {on_one_line(str(refusal))}")
    echo(str(found))
    matched = ", ".join(f"{count} by {key}" for key, count in found.matched.items()) or "none"
    echo(f"works: {sum(found.matched.values())} of the review ({matched}), {found.works} new")
    if found.path is None:
        note("nothing new; no file was written")
    else:
        note(f"{found.path}: {'would be' if dry_run else 'was'} written")
