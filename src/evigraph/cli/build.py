"""``evigraph build`` and ``evigraph verify``."""

from __future__ import annotations

from pathlib import Path

import click

from evigraph.cli.common import echo, format_option, note, opened, progress


def store_option(command: click.decorators.FC) -> click.decorators.FC:
    """Add ``--store``."""
    return click.option(
        "--store",
        metavar="DIR",
        envvar="EVIGRAPH_STORE",
        help="The folder of the store; .evigraph in the folder of the review when left out.",
    )(command)


@click.command()
@store_option
@click.pass_context
def build(ctx: click.Context, store: str | None) -> None:
    """Make a store on disk from the files of the review, so that large reviews open at once.

    Later commands use it while the files are what it was made from, and make it anew when they
    are not. It is a cache: the files are the truth, and it can be deleted.
    """
    from evigraph import disk

    folder = opened(ctx).folder
    place = Path(store) if store else disk.default_place(folder)
    with progress("building") as report:
        manifest = disk.build(folder, place, report)
    note(f"{place}: {manifest.quads:,} statements from {len(manifest.files)} files")


@click.command()
@store_option
@format_option("table", "json")
@click.pass_context
def verify(ctx: click.Context, store: str | None, format: str) -> None:
    """Find what a store on disk has lost or changed: files, and statements in them."""
    from evigraph import disk

    folder = opened(ctx).folder
    place = Path(store) if store else disk.default_place(folder)
    found = disk.verify(folder, place)
    if format == "json":
        import json
        from dataclasses import asdict

        echo(json.dumps(asdict(found) | {"holds": found.holds}, ensure_ascii=False, indent=1))
    else:
        for kind, statements in (("lost", found.lost), ("changed", found.changed)):
            for statement in statements:
                echo(f"{kind}: {statement}")
        if found.fault:
            echo(f"{place}: {found.fault}; run 'evigraph build' to make it anew")
        state = "as it was put in" if found.holds else "not as it was put in"
        fresh = "" if found.fresh else "; the files have changed since"
        echo(f"{place}: {found.quads:,} of {found.expected:,} statements, {state}{fresh}")
    ctx.exit(0 if found.holds else 1)
