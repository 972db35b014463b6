"""``evigraph rules``: criteria written in YAML become shapes."""

from __future__ import annotations

import click

from evigraph.cli.common import echo, note, on_one_line, opened, own_review


@click.group()
def rules() -> None:
    """Make shapes and their tests from shapes/criteria.yaml."""


@rules.command()
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.pass_context
def build(ctx: click.Context, dry_run: bool) -> None:
    """Write the shapes, their fixtures and what the graph says of the criteria.

    Each tested criterion gets two shapes in shapes/criteria/ and three invented studies, one that meets it,
    one that fails it, and one of which it cannot be told, in tests/fixtures/criteria/.
    """
    from evigraph.rules.building import Made

    if not dry_run:
        own_review(ctx)
    review = opened(ctx)
    made = Made(review.folder, review.iri)
    steps = made.steps() if dry_run else made.write()
    for step in steps:
        done = "written" if step.path in made.files else "removed"
        note(on_one_line(str(step) if dry_run else f"{step.path}: {done}"))
    removed = sum(step.path not in made.files for step in steps)
    would = "to be " if dry_run else ""
    echo(
        f"{len(made.criteria)} criteria, {len(made.tested)} of them tested: {len(made.files)} files, "
        f"{len(steps) - removed} {would}written, {removed} {would}removed"
    )


@rules.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Say whether what was made is still what shapes/criteria.yaml says; exit code 1 when it is not."""
    from evigraph.rules.building import Made

    review = opened(ctx)
    made = Made(review.folder, review.iri)
    steps = made.steps()
    for step in steps:
        echo(on_one_line(str(step)))
    if steps:
        note("run 'evigraph rules build'")
    count = len(made.files)
    echo(f"{count} files follow from {len(made.criteria)} criteria: {len(steps)} out of step")
    ctx.exit(1 if steps else 0)
