"""What the commands share: options, opening the review, and how tables are printed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from evigraph.review import Review, open
from evigraph.trust import Trust

Command = Callable[..., Any]

#: How an outcome or status looks in a table; the word is always there too.
_STYLES = {
    "met": "green",
    "match": "green",
    "not met": "red",
    "mismatch": "red",
    "cannot tell": "yellow",
    "consistent": "yellow",
    "not derivable": "yellow",
}


def trust_option(command: Command) -> Command:
    """Add ``--trust``."""
    return click.option(
        "--trust",
        type=click.Choice([trust.value for trust in Trust]),
        default=Trust.DEDUCED.value,
        show_default=True,
        help="Which statements count: what a text says, what was deduced too, what a reasoner drew too.",
    )(command)


def format_option(*formats: str) -> Callable[[Command], Command]:
    """Add ``--format`` with these choices, the first being the default."""
    return click.option(
        "-f",
        "--format",
        "format",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to print.",
    )


def opened(ctx: click.Context) -> Review:
    """The review that the command line names."""
    return open(ctx.obj)


def echo(text: str) -> None:
    """Print data that ends in a line feed or not, as it is."""
    click.echo(text, nl=not text.endswith("\n"))


def note(text: str) -> None:
    """Print a message, which is not data."""
    click.echo(text, err=True)


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table that fits the terminal; cells wrap, none is cut off."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
    console = Console(width=shutil.get_terminal_size((200, 24)).columns, highlight=False)
    with console.capture() as capture:
        console.print(table)
    for line in capture.get().splitlines():
        click.echo(line.rstrip())
