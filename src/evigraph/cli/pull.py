"""``evigraph pull``."""

from __future__ import annotations

from typing import IO

import click

from evigraph.canonical import serialize
from evigraph.cli.common import note_some, opened, progress, server_options, write_out


@click.command()
@click.argument("url")
@click.option("-o", "--output", metavar="FILE.trig", help="Write to a file, whole or not at all.")
@server_options
@click.pass_context
def pull(
    ctx: click.Context, url: str, output: str | None, graph_store_url: str | None, deadline: float
) -> None:
    """Fetch the review that a SPARQL server holds, as canonical TriG.

    URL is the address for queries. Values are written as the server gives them: some servers write
    numbers in a form of their own, such as 1 for 1.00; those of the review that --review names are
    listed. EVIGRAPH_USER and EVIGRAPH_PASSWORD say who
    asks, and EVIGRAPH_AUTH how: basic or digest.
    """
    from evigraph.printed import changed
    from evigraph.remote import RemoteStore
    from evigraph.transfer import pull as fetch

    prefixes = opened(ctx).folder.prefixes
    store = RemoteStore(url, graph_store_url=graph_store_url, deadline=deadline)
    if graph_store_url is None:
        store.find_graph_store()
    with progress("pulling") as report:
        quads = fetch(store, report)
    own = opened(ctx).folder
    note_some([str(one) for one in changed([*own.graph, *own.ontology], quads)])
    data = serialize(quads, "trig", prefixes)
    graphs = len({quad.graph_name for quad in quads})

    def write(out: IO[bytes]) -> str:
        out.write(data)
        return f"{len(quads):,} statements of {graphs} graphs from {url}"

    write_out(write, output)
