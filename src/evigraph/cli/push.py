"""``evigraph push``."""

from __future__ import annotations

import click

from evigraph.cli.common import note, note_some, opened, progress, server_options
from evigraph.names import compact


@click.command()
@click.argument("url")
@click.option("--update", "update_url", metavar="URL", help="Where updates go, when elsewhere.")
@server_options
@click.pass_context
def push(
    ctx: click.Context, url: str, update_url: str | None, graph_store_url: str | None, deadline: float
) -> None:
    """Copy the review to a SPARQL server: every basis, the bookkeeping, ontology and concepts.

    URL is the address for queries. Each graph replaces the server's graph of that name as a whole,
    by the Graph Store Protocol where the server has it, else by updates. EVIGRAPH_USER and
    EVIGRAPH_PASSWORD say who asks, and EVIGRAPH_AUTH how: basic or digest.

    Exit code 1 means that the server holds another number of statements than it was sent.
    """
    from evigraph.remote import RemoteStore
    from evigraph.transfer import changed_by
    from evigraph.transfer import push as send

    folder = opened(ctx).folder
    store = RemoteStore(url, update_url=update_url, graph_store_url=graph_store_url, deadline=deadline)
    if update_url is None:
        store.find_graph_store()
    with progress("pushing") as report:
        done = send([*folder.graph, *folder.ontology], store, report)
    filled = [graph for graph in done if graph.sent]
    way = "by graph store" if store.graph_store_url else "by update"
    note(f"{url}: {sum(g.sent for g in filled):,} statements to {len(filled)} graphs, {way}")
    if emptied := len(done) - len(filled):
        note(f"{emptied} graphs emptied that the review does not have")
    differing = [graph for graph in done if graph.held != graph.sent]
    for graph in differing:
        name = compact(graph.graph, folder.prefixes)
        note(f"{name}: {graph.sent:,} statements sent, {graph.held:,} there")
    graphs = {graph.graph for graph in filled}
    note_some([str(one) for one in changed_by(store, [*folder.graph, *folder.ontology], graphs)])
    ctx.exit(1 if differing else 0)
