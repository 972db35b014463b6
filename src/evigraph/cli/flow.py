"""``evigraph flow``."""

from __future__ import annotations

import json

import click

from evigraph.cli.common import echo, format_option, note, on_one_line, opened, print_table, write_data
from evigraph.flow import DEDUCED_MEANS, NOT_REPORTED, Flow, count


@click.command()
@click.option("-o", "--output", metavar="FILE", help="Write to a file, whole or not at all.")
@click.option("--list", "listed", metavar="ID", help="List what a number counts, such as excluded:1.2.")
@format_option("table", "json", "svg", "png", "mermaid", "csv")
@click.pass_context
def flow(ctx: click.Context, output: str | None, listed: str | None, format: str) -> None:
    """Count the PRISMA 2020 flow of the review: from records identified to studies included.

    Each number is counted from what the graph records, and stands with the id by which --list gives what
    it counts. What nobody recorded is not reported, which is not 0.
    """
    found = count(opened(ctx))
    if listed is not None:
        members = found.members(listed)
        if members is None:
            note(f"{listed}: {NOT_REPORTED}")
        for key in members or ():
            echo(on_one_line(key))
    elif format == "table" and output is None:
        _print(found)
    else:
        write_data(_data(found, format), output, f"the flow of {found.review} as {format}")


def _print(found: Flow) -> None:
    rows, before = [], None
    for route, box in found.boxes():
        if route != before and len(found.routes) > 1 and route:
            rows.append(("", f"via {route}", ""))
        before = route
        is_part = ":" in box.id.removeprefix("other:")
        rows.append((box.id, f"  {box.label}" if is_part else box.label, box.number))
    print_table(("id", "what", "number"), rows)
    if found.deduced:
        echo(f"  {DEDUCED_MEANS}")


def _data(found: Flow, format: str) -> bytes:
    from evigraph.flow.texts import to_csv, to_mermaid

    if format in ("svg", "png"):
        from evigraph.drawing import draw_flow

        return draw_flow(found).render(format)
    if format == "json":
        return (json.dumps(found.to_dict(), indent=2, ensure_ascii=False) + "\n").encode()
    return (to_mermaid(found) if format == "mermaid" else to_csv(found)).encode()
