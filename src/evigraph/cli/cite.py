"""``evigraph cite``."""

from __future__ import annotations

import json

import click

from evigraph.citations.measures import MEASURES, measure
from evigraph.citations.network import CitationArrays
from evigraph.citations.results import Result, shown, structure_of
from evigraph.cli.common import (
    echo,
    endpoint_option,
    format_option,
    interruptible,
    note,
    opened,
    print_table,
    say,
    trust_option,
    write_data,
)
from evigraph.errors import InputError

_NETWORKS = ("graphml", "gexf", "cytoscape")


@click.command()
@click.option(
    "-m",
    "--measure",
    "measures",
    multiple=True,
    type=click.Choice(list(MEASURES)),
    help="What to measure; may be repeated. All that means something when left out.",
)
@click.option(
    "--top", type=click.IntRange(min=1), default=10, show_default=True, help="How many rows at most."
)
@click.option("-o", "--output", metavar="FILE", help="Write to a file, whole or not at all.")
@trust_option
@endpoint_option
@format_option("table", "json", "csv", *_NETWORKS, "opencitations")
@click.pass_context
def cite(
    ctx: click.Context,
    measures: tuple[str, ...],
    top: int,
    output: str | None,
    trust: str,
    endpoint: str | None,
    format: str,
) -> None:
    """Measure who cites whom, or write the citation network.

    Each measure says when it means nothing, as most do where all citations come from one reference
    list; the exit code is then 1 if it was asked for by name. CSV holds one measure. GraphML, GEXF
    and Cytoscape's JSON hold the network, opencitations the citations as OpenCitations writes them.
    """
    if measures and format in (*_NETWORKS, "opencitations"):
        raise InputError(f"--format {format} writes the network, and no measure; leave out --measure")
    if format == "table" and output is not None:
        raise InputError("a table is for a reader's eye; give another --format, or leave out -o")
    if format == "csv" and len(set(measures)) != 1:
        raise InputError("a CSV file holds one table; name one --measure")
    review = opened(ctx, endpoint)
    arrays = interruptible(lambda: review.citation_arrays(trust=trust))
    if format in (*_NETWORKS, "opencitations"):
        _write(arrays, format, output)
        return
    results = interruptible(lambda: measure(arrays, measures, top=top))
    if format == "json":
        write_data(_json(arrays, results), output, f"{len(results)} measures")
    elif format == "csv":
        write_data(_csv(results[0]), output, f"{len(results[0].rows)} rows")
    else:
        _print(arrays, results, named=bool(measures))
    ctx.exit(1 if measures and any(result.reason for result in results) else 0)


def _write(arrays: CitationArrays, format: str, output: str | None) -> None:
    from evigraph.citations.formats import opencitations, written

    if format == "opencitations":
        made = opencitations(arrays)
        write_data(made.data, output, f"{made.written} citations")
        note(
            f"{made.written} of {len(arrays)} citations written; {made.unnamed} left out, because a work "
            f"has no DOI or PubMed id; {made.without_oci} written without an OCI"
        )
        return
    what = f"{len(arrays.works):,} works, {len(arrays):,} citations"
    write_data(written(arrays, format), output, what)


def _json(arrays: CitationArrays, results: list[Result]) -> bytes:
    structure = structure_of(arrays)
    document = {
        "works": structure.works,
        "citations": structure.citations,
        "reference lists": len(structure.lists),
        "roles": structure.roles,
        "self-loops left out": structure.loops,
        "measures": [result.to_python() for result in results],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _csv(result: Result) -> bytes:
    from evigraph.tables import csv_table

    if result.reason:
        note(f"{result.title}: no rows, because {result.reason}")
    return csv_table(*result.plain_table()).encode()


def _print(arrays: CitationArrays, results: list[Result], *, named: bool) -> None:
    if not named:
        structure = structure_of(arrays)
        lists = ", ".join(work.key for work in structure.lists[:3]) + (
            ", …" if len(structure.lists) > 3 else ""
        )
        some = (
            "1 reference list" if len(structure.lists) == 1 else f"{len(structure.lists):,} reference lists"
        )
        say(f"{structure.works:,} works, {structure.citations:,} citations from {some}: {lists or 'none'}")
        say("roles: " + ", ".join(f"{number:,} {role}" for role, number in structure.roles.items()))
        if structure.loops:
            say(f"left out: {structure.loops:,} works that are said to cite themselves")
    for result in results:
        if not result.reason:
            echo("")
            say(f"{result.title}: {result.method}")
            if result.facts:
                say("; ".join(f"{name}: {shown(value)}" for name, value in result.facts.items()))
            print_table(*result.table())
    silent = [result for result in results if result.reason]
    if silent:
        echo("")
    for result in silent:
        say(f"{'not computed' if result.failed else 'means nothing here'}: {result.title}: {result.reason}")
