"""What the commands share: options, opening the review, and how tables are printed."""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any, TypeVar

import click

from evigraph.confined.limits import Limits
from evigraph.errors import InputError, LimitError
from evigraph.review import Review, open
from evigraph.trust import Trust
from evigraph.writing import write_whole

Command = Callable[..., Any]
_T = TypeVar("_T")
#: Seconds after which a reader is shown how far work is.
_PATIENCE = 2.0

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


def endpoint_option(command: Command) -> Command:
    """Add ``--endpoint``."""
    return click.option(
        "--endpoint",
        metavar="URL",
        envvar="EVIGRAPH_ENDPOINT",
        help="A SPARQL endpoint that holds the graph, in place of the files.",
    )(command)


class OrNone(click.ParamType):  # type: ignore[type-arg]  # takes arguments in some versions only
    """A positive number, or ``none``, also written 0, for no limit.

    Args:
        kind: What the number is made with: ``int`` or ``float``.
    """

    name = "number"

    def __init__(self, kind: type[int] | type[float]) -> None:
        self._kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, or none."""
        if isinstance(value, str) and value.strip().lower() in ("none", "0"):
            return 0
        try:
            number = self._kind(value)
        except ValueError:
            number = self._kind(-1)
        if not 0 <= number < 1_000_000_000:
            self.fail(f"{value!r} is no number above 0; give one, or none for no limit", param, ctx)
        return number


def time_limit_option(command: Command) -> Command:
    """Add ``--time-limit``."""
    return click.option(
        "--time-limit",
        type=OrNone(float),
        default=Limits.seconds,
        show_default=True,
        metavar="SECONDS",
        help="The longest that a query or a shape may take that does not come with the package; or none.",
    )(command)


def limit_options(command: Command) -> Command:
    """Add ``--time-limit``, ``--max-rows``, ``--max-memory`` and ``--allow-service``."""
    rows = click.option(
        "--max-rows",
        type=OrNone(int),
        default=Limits.rows,
        show_default=True,
        metavar="N",
        help="The most rows that such a query may give; or none.",
    )
    memory = click.option(
        "--max-memory",
        type=OrNone(int),
        default=Limits.megabytes,
        show_default=True,
        metavar="MB",
        help="The most memory that it may take; or none.",
    )
    services = click.option(
        "--allow-service",
        "services",
        multiple=True,
        metavar="URL",
        help="An endpoint that it may ask with SERVICE <URL>; without it nothing leaves this computer.",
    )
    return time_limit_option(rows(memory(services(command))))


def deadline_option(help: str) -> Callable[[Command], Command]:
    """``--deadline``, in seconds."""
    return click.option(
        "--deadline",
        type=click.FloatRange(min=0, min_open=True),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help=help,
    )


def server_options(command: Command) -> Command:
    """Add ``--graph-store`` and ``--deadline``, of commands that copy to or from a server."""
    graph_store = click.option(
        "--graph-store", "graph_store_url", metavar="URL", help="Where whole graphs are put and got."
    )
    return graph_store(deadline_option("The longest that one request may take.")(command))


def write_out(write: Callable[[IO[bytes]], str], output: str | None) -> None:
    """Write to a file, whole or not at all, or to standard output.

    Args:
        write: Writes the data into the file that it is given, and returns what to say of it.
        output: The file; none or ``-`` for standard output.
    """
    if output is None or output == "-":
        out = sys.stdout.buffer
        write(out)
        out.flush()
    else:
        note(f"{output}: {write_whole(output, write)}")


def write_data(data: bytes, output: str | None, what: str) -> None:
    """As :func:`write_out`, for data that is made already; ``what`` says what it is."""

    def write(out: IO[bytes]) -> str:
        out.write(data)
        return what

    write_out(write, output)


def opened(
    ctx: click.Context,
    endpoint: str | None = None,
    limits: Limits | None = None,
    services: Sequence[str] = (),
) -> Review:
    """The review that the command line names."""
    return open(ctx.obj, endpoint=endpoint, limits=limits, services=services)


def own_review(ctx: click.Context) -> None:
    """Refuse to change the shipped review when nobody named it.

    Raises:
        InputError: The command line names no review.
    """
    if ctx.obj is None:
        raise InputError("the shipped review is not changed; name a review of your own with --review DIR")


def interruptible(work: Callable[[], _T]) -> _T:
    """Run work that Ctrl-C can stop: the query engine itself looks at no signals."""
    results: list[_T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # raised again below, in the thread that asked
            cause: BaseException | None = error
            while cause is not None:  # what the engine gave must be let go in the thread that has it
                traceback.clear_frames(cause.__traceback__)
                cause = cause.__context__
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.1)
    if errors:
        raise errors[0]
    return results[0]


def echo(text: str) -> None:
    """Print data that ends in a line feed or not, as it is."""
    click.echo(text, nl=not text.endswith("\n"))


def say(line: str) -> None:
    """Print a line for a reader's eye, whatever the texts in it hold."""
    click.echo(_shown(line.replace("\n", " ")))


def note_written(paths: Sequence[object], *, dry_run: bool = False) -> None:
    """Say which files were written, or would be; of many the first few."""
    if not paths:
        note("nothing new; no file was written")
    for path in paths[:5]:
        note(f"{path}: {'would be' if dry_run else 'was'} written")
    if len(paths) > 5:
        note(f"and {len(paths) - 5} files more")


def note_some(lines: Sequence[str], most: int = 5) -> None:
    """Print messages, of many the first few."""
    for line in lines[:most]:
        note(on_one_line(line))
    if len(lines) > most:
        note(f"and {len(lines) - most} more")


def on_one_line(text: str) -> str:
    """A message on one line, with nothing in it that a terminal would obey."""
    return _shown(" ".join(text.split()))


def leave_if_stopped(messages: Sequence[str]) -> None:
    """Say which shapes were stopped, a line each, and end with the exit code for that."""
    for message in messages:
        note(f"evigraph: {on_one_line(message)}")
    if messages:
        click.get_current_context().exit(LimitError.exit_code)


def note(text: str) -> None:
    """Print a message, which is not data."""
    click.echo(text, err=True)


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table that fits the terminal; cells wrap, none is cut off."""
    for line in table_lines(header, rows):
        click.echo(line)


def table_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table that fits the terminal, coloured where it is one."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for name in header:
        table.add_column(Text(_shown(name)), overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(cell), style=_STYLES.get(cell, "")) for cell in row))
    console = Console(width=shutil.get_terminal_size((200, 24)).columns, highlight=False)
    with console.capture() as capture:
        console.print(table)
    return [line.rstrip() for line in capture.get().splitlines()]


def _shown(text: str) -> str:
    """Text with its control characters made visible; a graph may come from anywhere."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", text)


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[str, int, int], None] | None]:
    """A progress bar on a terminal's standard error, when the work lasts; nothing elsewhere.

    Yields:
        What to call with the part under way, and the work done and to do; none where nothing shows.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    # It writes to standard error alone: what is printed meanwhile is data, and goes where it goes.
    bar = Progress(console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False)
    task = bar.add_task(what, total=None)
    shown = threading.Timer(_PATIENCE, bar.start)
    shown.daemon = True

    def report(part: str, done: int, total: int) -> None:
        bar.update(task, description=f"{what} {part}".rstrip(), completed=done, total=total)

    shown.start()
    try:
        yield report
    finally:
        shown.cancel()
        shown.join()
        bar.stop()
