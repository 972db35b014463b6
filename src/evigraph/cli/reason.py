"""``evigraph reason``."""

from __future__ import annotations

import click

from evigraph.cli.common import deadline_option, echo, format_option, note, opened, print_table, say
from evigraph.reasoning.engines import ENGINES
from evigraph.reasoning.findings import Findings
from evigraph.review import Review
from evigraph.terms import local_name
from evigraph.trust import Trust


@click.command()
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="HermiT (OWL 2 DL, needs Java), OWL 2 RL for large reviews, or the one for the size.",
)
@click.option(
    "--trust",
    type=click.Choice([Trust.STATED.value, Trust.DEDUCED.value]),
    default=Trust.DEDUCED.value,
    show_default=True,
    help="Which statements the reasoner starts from.",
)
@click.option("--write", is_flag=True, help="Keep what follows, in place of what followed before.")
@format_option("table", "json", "ttl")
@deadline_option("The longest that the reasoner may take, explanation and all.")
@click.pass_context
def reason(ctx: click.Context, engine: str, trust: str, write: bool, format: str, deadline: float) -> None:
    """Draw what follows from the definitions, or show what contradicts what.

    Says whether all that the review states can be true, whether each class of its ontology can have
    members, and which things fall under the classes that the ontology defines. With --write what
    follows is kept in graph/inferred.trig, where --trust inferred uses it.
    """
    review = opened(ctx)
    # Not in a thread: Ctrl-C has to reach the wait for the reasoner, which then ends it.
    found = review.reason(engine=engine, trust=trust, deadline=deadline, write=write)
    prefixes = review.folder.prefixes
    if format == "json":
        echo(found.to_json(prefixes))
    elif format == "ttl":
        echo(found.to_turtle(prefixes))
    else:
        _print(found, review)
    if write:
        _note_written(found)
    ctx.exit(0 if found.holds else 1)


def _print(found: Findings, review: Review) -> None:
    if found.members:
        print_table(*found.table(review.folder.prefixes))
        echo("")
    for clash in found.clashes:
        about = f"no thing can be {clash.of!r}" if clash.of else "a contradiction"
        if not clash.smallest:
            say(f"{about}: the time was up before the axioms were found; give it more with --deadline")
            continue
        say(f"{about}; these cannot all hold, and without any one of them they could:")
        for sentence in clash.sentences:
            say(f"  - {sentence}")
        echo("")
    say(found.summary)
    if found.holds:
        say(f"{len(found.statements)} statements follow that nobody made")
    for iri in found.left_out.imports:
        say(f"not followed: the ontology imports {iri}")
    for name, number in found.left_out.datatypes.items():
        say(f"left out: {number} statements with {local_name(name)}, which OWL does not have")


def _note_written(found: Findings) -> None:
    if not found.holds:
        note("nothing was written: what contradicts itself implies anything")
    elif found.statements:
        note(f"graph/inferred.trig: {len(found.statements)} statements")
    else:
        note("nothing follows; graph/inferred.trig is not there")
