"""``evigraph add``: what others know is put into a review."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evigraph.cli.common import echo, note, note_written, on_one_line, opened, own_review
from evigraph.errors import InputError
from evigraph.records.kinds import KINDS, READERS

if TYPE_CHECKING:
    from evigraph.records.importing import Added


class _FilesOrCommand(click.Group):
    """A group whose first argument may be a file: then it is the command that adds records."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named, or that which takes files."""
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return "records", self.commands["records"], args

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give options that come before the first file to the command that takes files."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["records", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_FilesOrCommand)
def add() -> None:
    """Put what files hold into the review: `evigraph add FILE...` adds records."""


@add.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--source", default="", metavar="NAME", help="Where they come from, such as 'PubMed 2026-11-20'."
)
@click.option("--kind", type=click.Choice(KINDS), help="What was searched, as PRISMA 2020 divides it.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="When it was searched.")
@click.option(
    "--format", "format", type=click.Choice(list(READERS)), help="How to read; seen from the file otherwise."
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="COLUMN=FIELD",
    help="What a column of a table is; repeatable.",
)
@click.option("--encoding", default="", metavar="NAME", help="What files are in that are not UTF-8.")
@click.option("--by", default="", metavar="NAME", help="Who decided where files do not say, or read a sheet.")
@click.option("--skip-bad", is_flag=True, help="Leave out broken entries, not the whole import.")
@click.option("--replace", is_flag=True, help="Take away the facts of studies that their sheets do not have.")
@click.option("--dry-run", is_flag=True, help="Count, and write nothing.")
@click.pass_context
def records(
    ctx: click.Context,
    files: tuple[str, ...],
    source: str,
    kind: str | None,
    date: object | None,
    format: str | None,
    columns: tuple[str, ...],
    encoding: str,
    by: str,
    skip_bad: bool,
    replace: bool,
    dry_run: bool,
) -> None:
    """Add records of RIS, BibTeX, PubMed, CSL-JSON, EndNote, Zotero, Rayyan, ASReview, Covidence, or a list.

    Each entry becomes a record of its source with all that was read, also when another source has the
    same work: `evigraph dedupe` finds those. All files are added or none. Decisions that stand in the
    files, as in those of Rayyan, Covidence and ASReview, are taken as on titles and abstracts.

    Sheets that `evigraph sheet` wrote are taken back: the facts in them that are new. Where a sheet does not
    say what a fact was read in, --source does.
    """
    from evigraph.extraction.files import is_sheet
    from evigraph.records.importing import Search, add_records

    if not dry_run:
        own_review(ctx)
    sheets = [file for file in files if is_sheet(file)]
    if sheets and len(sheets) < len(files):
        raise InputError(
            f"{sheets[0]}: is a sheet of facts, others are files of records; add them one by one"
        )
    if sheets:
        _take_sheets(ctx, files, by, source, replace=replace, dry_run=dry_run)
        return
    search = Search(source, kind or "", str(date)[:10] if date else "")
    added = add_records(
        opened(ctx),
        files,
        search,
        format=format,
        columns=_pairs(columns),
        encoding=encoding,
        skip_bad=skip_bad,
        decisions=True,
        by=by,
        dry_run=dry_run,
    )
    for line in added.notes:
        note(on_one_line(line))
    for refusal in added.refused:
        note(f"refused: {on_one_line(str(refusal))}")
    for name, seen in added.formats:
        note(f"{on_one_line(name)}: {seen}")
    echo(str(added))
    note_written(added.paths, dry_run=dry_run)
    if added.judged:
        _tell_decisions(added, dry_run=dry_run)


def _take_sheets(
    ctx: click.Context, files: tuple[str, ...], by: str, source: str, *, replace: bool, dry_run: bool
) -> None:
    from evigraph.decisions.people import whoever_is_here
    from evigraph.extraction.exchange import take_sheets

    who = by or whoever_is_here()
    taken = take_sheets(opened(ctx), files, who, source=source, replace_all=replace, dry_run=dry_run)
    echo(str(taken))
    for name in taken.people:
        note(f"new person: {on_one_line(name)}")
    if taken.left:
        note(f"{taken.left} facts of these studies are not in the sheet and stay; --replace takes them away")
    note_written(taken.paths, dry_run=dry_run)


def _tell_decisions(added: Added, *, dry_run: bool) -> None:
    from evigraph.cli.decide import tell

    if added.nameless:
        total = sum(map(len, added.judged.values()))
        note(
            f"{added.nameless} of {total} decisions in the files name nobody; "
            "say who gave them with --by NAME"
        )
    if dry_run:
        taken = added.recorded
        count = taken.new + taken.revised + taken.unchanged if taken else 0
        note(f"{count} decisions would be recorded")
    elif added.recorded:
        tell(added.recorded)


def _pairs(columns: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for one in columns:
        column, equals, field = one.rpartition("=")
        if not equals or not column:
            raise click.UsageError(f"--column {one}: write COLUMN=FIELD, such as 'Article title=title'.")
        pairs[column] = field
    return pairs


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
    note_written([found.path] if found.path else [], dry_run=dry_run)
