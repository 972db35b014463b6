"""``evigraph decide``, ``settle`` and ``retrieve``: people judge records and studies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from evigraph.cli.common import echo, note, note_written, on_one_line, opened, own_review
from evigraph.decisions.people import whoever_is_here
from evigraph.decisions.recording import Act, Recorded, record_decisions, record_retrieval
from evigraph.decisions.standing import ANSWERS, STAGES

_BY = click.option("--by", metavar="NAME", help="Who decided; EVIGRAPH_BY, or who is logged in, otherwise.")
_NOTE = click.option("--note", "noted", default="", metavar="TEXT", help="What else there is to say.")
_DATE = click.option("--date", default="", metavar="WHEN", help="When: 2026-11-20 or 2026-11-20T14:30.")
_STAGE = click.option("--stage", type=click.Choice(STAGES), help="What was read.")


def _why(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what an answer may rest on."""
    rule = click.option(
        "--rule", "rules", multiple=True, metavar="ID", help="The criterion that it fails; repeatable."
    )
    reason = click.option("--reason", default="", metavar="TEXT", help="Why, in words.")
    return rule(reason(command))


@click.command()
@click.argument("key", required=False)
@click.argument("answer", required=False, type=click.Choice(ANSWERS))
@_why
@_BY
@_NOTE
@_STAGE
@click.option("--study", default="", metavar="KEY", help="The record is one more report of this study.")
@_DATE
@click.option("--from", "table", metavar="FILE", help="Take decisions from a CSV file instead.")
@click.option("--dry-run", is_flag=True, help="Check and count, and write nothing.")
@click.pass_context
def decide(
    ctx: click.Context,
    key: str | None,
    answer: str | None,
    rules: tuple[str, ...],
    reason: str,
    by: str | None,
    noted: str,
    stage: str | None,
    study: str,
    date: str,
    table: str | None,
    dry_run: bool,
) -> None:
    """Record what somebody decided on a record or a study.

    A record is judged by its title and abstract; once it stands included, a study of the same key begins
    to exist in graph/studies/, and is judged by its full text. There an exclusion names the rule that
    it fails. A later decision of the same person stands in place of the earlier one, which is kept.

    The columns of the CSV file: key, answer, and any of by, stage, rule, reason, note, date, study. All
    of its decisions are recorded or none; those that are there already change nothing.
    """
    from evigraph.decisions.table import read_acts

    if not dry_run:
        own_review(ctx)
    one = Act(
        name=key or "",
        answer=answer or "",
        by=by or whoever_is_here(),
        stage=stage or "",
        rules=rules,
        reason=reason,
        note=noted,
        date=date,
        study=study,
    )
    if table is not None:
        if key is not None:
            raise click.UsageError("give either KEY and ANSWER or --from FILE, not both.")
        acts: Iterable[Act] = read_acts(table, one)
    elif answer is None:
        raise click.UsageError("give KEY and ANSWER, or --from FILE.")
    else:
        acts = [one]
    tell(record_decisions(opened(ctx), acts, dry_run=dry_run), dry_run=dry_run)


@click.command()
@click.argument("key")
@click.argument("answer", type=click.Choice(ANSWERS))
@_why
@_BY
@_NOTE
@_STAGE
@_DATE
@click.pass_context
def settle(
    ctx: click.Context,
    key: str,
    answer: str,
    rules: tuple[str, ...],
    reason: str,
    by: str | None,
    noted: str,
    stage: str | None,
    date: str,
) -> None:
    """End a disagreement: this answer counts in place of those that people gave, which are kept."""
    own_review(ctx)
    act = Act(
        name=key,
        answer=answer,
        by=by or whoever_is_here(),
        stage=stage or "",
        rules=rules,
        reason=reason,
        note=noted,
        date=date,
    )
    tell(record_decisions(opened(ctx), [act], settle=True))


@click.command()
@click.argument("key")
@click.option("--not", "missing", is_flag=True, help="It was not got.")
@_BY
@_NOTE
@_DATE
@click.pass_context
def retrieve(ctx: click.Context, key: str, missing: bool, by: str | None, noted: str, date: str) -> None:
    """Record that the full text of a record was got, or that it was not."""
    own_review(ctx)
    path = record_retrieval(
        opened(ctx), key, by or whoever_is_here(), retrieved=not missing, note=noted, date=date
    )
    echo(f"{on_one_line(key)}: full text {'not ' if missing else ''}retrieved")
    note(f"{path}: was written")


def tell(recorded: Recorded, *, dry_run: bool = False) -> None:
    """Print what came of recording decisions."""
    echo(str(recorded))
    for stage, count in recorded.stages.items():
        if count:
            note(f"{stage}: {count}")
    for name in recorded.people:
        note(f"new person: {on_one_line(name)}")
    for key in recorded.studies:
        note(f"new study: {on_one_line(key)}")
    note_written(recorded.paths, dry_run=dry_run)
