"""``evigraph diff``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

import click

from evigraph.cli.common import echo, format_option, interruptible, note, say, trust_option
from evigraph.errors import InputError


class _Diff(click.Command):
    """A command that takes what git gives as it is, though a path may look like an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = args[: args.index("--")] if "--" in args else args
        if "--driver" in options:
            at = options.index("--driver") + 1
            args = [*args[:at], *(() if args[at : at + 1] == ["--"] else ("--",)), *args[at:]]
        return super().parse_args(ctx, args)


@click.command(cls=_Diff)
@click.argument("sides", nargs=-1, metavar="A [B]")
@click.option(
    "--driver",
    is_flag=True,
    help="Show one file, as git asks: what git gives a program of diff.NAME.command follows.",
)
@trust_option
@format_option("words", "json", "md")
@click.pass_context
def diff(ctx: click.Context, sides: tuple[str, ...], driver: bool, trust: str, format: str) -> None:
    """Show what differs between two reviews: studies, facts, verdicts, decisions, claims, answers.

    A and B are folders of reviews, stores of 'evigraph build', or revisions of git, such as HEAD~1 or v1, of
    the review of --review DIR or of this folder. Without B it is the files as they are.

    Exit code 0 when nothing differs, 1 when something does.
    """
    if driver:
        from evigraph.differences.driver import show

        _say_to_git(show(sides))
        return
    from evigraph.differences import compare
    from evigraph.differences.sources import opened

    if not 1 <= len(sides) <= 2:
        raise InputError("name one or two reviews: folders, stores or revisions of git")
    with opened(sides[0], sides[1] if len(sides) > 1 else None, ctx.obj) as (a, b):
        for side in (a, b):
            if side.kind == "store":
                note(f"{side.name}: a store keeps no shapes and no questions; those beside it are used")
        names = (a.name, b.name)
        found = interruptible(lambda: compare(a.review, b.review, trust=trust, called=names))
        if format == "json":
            echo(found.to_json())
        elif format == "md":
            echo(found.to_markdown())
        else:
            for line in found.to_text().splitlines():
                say(line)
        ctx.exit(1 if found.differ else 0)


def _say_to_git(lines: Iterable[str]) -> None:
    """Print lines; that a reader of git's pages has seen enough is no fault."""
    try:
        for line in lines:
            say(line)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
