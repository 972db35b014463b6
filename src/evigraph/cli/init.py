"""``evigraph init``."""

from __future__ import annotations

import shlex

import click

from evigraph.cli.common import echo, note


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--bare", is_flag=True, help="Leave out the two example studies.")
@click.option("--title", default="", metavar="TEXT", help="What the review is called.")
@click.option("--iri", default="", metavar="IRI", help="Its IRI, under which all it speaks of gets one.")
@click.option("--update", "updated", is_flag=True, help="Take the core from this version instead.")
def init(folder: str, bare: bool, title: str, iri: str, updated: bool) -> None:
    """Begin a review of one's own in DIR, which is missing or empty.

    It has the four folders of a review: the core ontology, and a few concepts, criteria and questions to
    change; two studies that are marked as examples; a README, and a CI file for GitHub. Every command
    works there at once. With --update, a review that was begun earlier gets the core of this version.
    """
    from evigraph.beginning import begin, update

    if updated:
        if bare or title or iri:
            raise click.UsageError("--update changes nothing else; leave out --bare, --title and --iri.")
        changed = update(folder)
        for path in changed:
            note(f"{path}: was written")
        echo(f"{folder}: {len(changed)} files brought up to date")
        return
    files = begin(folder, title=title, iri=iri, bare=bare)
    echo(f"{folder}: a review of {len(files)} files")
    note(f"next: evigraph --review {shlex.quote(folder)} screen, and see README.md there")
