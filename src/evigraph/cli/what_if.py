"""``evigraph what-if``."""

from __future__ import annotations

import json
import re

import click

from evigraph.cli.common import echo, format_option, opened, print_table, trust_option
from evigraph.trust import Trust


@click.command("what-if")
@click.option("--drop", multiple=True, metavar="RULE", help="Do not ask for this rule or set; repeatable.")
@click.option(
    "--where",
    multiple=True,
    metavar="PROPERTY=VALUE",
    help="Only studies with this concept or a narrower one, or number: hasDesign=cohort, sampleSize>=50.",
)
@click.option(
    "--settle",
    type=click.Choice(["bounds", "met", "not-met"]),
    default="bounds",
    show_default=True,
    help="What becomes of what cannot be told: it stays open, or is taken as met or not met.",
)
@trust_option
@format_option("table", "json")
@click.pass_context
def what_if(
    ctx: click.Context, drop: tuple[str, ...], where: tuple[str, ...], settle: str, trust: str, format: str
) -> None:
    """Show the review under other rules: studies that enter and leave, and claims whose recount changes.

    The outcomes of rules are recombined; no shape is run again. The review as it is, by deduced statements,
    stands beside it.
    """
    from evigraph.evidence.scenario import Scenario
    from evigraph.evidence.scenario import what_if as what_if_of

    pairs = tuple(_pair(one) for one in where)
    found = what_if_of(opened(ctx), Scenario(drop, Trust(trust), pairs, settle))
    if format == "json":
        echo(json.dumps(found.to_dict(), indent=1, ensure_ascii=False))
        return
    if found.changed:
        print_table(("study", "as it is", "then"), [(s, b.value, a.value) for s, b, a in found.changed])
        echo("")
    if found.claims:
        rows = [
            (
                one.claim.id,
                one.claim.statement,
                *(f"{r.at_least} to {r.at_most}, {r.status}" for r in (one, other)),
            )
            for one, other in found.claims
        ]
        print_table(("claim", "statement", "as it is", "then"), rows)
        echo("")
    echo(f"enter: {' '.join(found.enter) or 'none'}")
    echo(f"leave: {' '.join(found.leave) or 'none'}")
    before, after = (
        ", ".join(f"{count} {word}" for word, count in screening.counts.items())
        for screening in (found.before, found.after)
    )
    echo(f"as it is {before}; then {after}")


def _pair(text: str) -> tuple[str, str]:
    parts = re.fullmatch(r"\s*(\w+)\s*(?:=|(?=[<>]=))\s*(\S.*?)\s*", text)
    if parts is None:
        raise click.UsageError(f"--where {text}: write PROPERTY=VALUE, such as hasDesign=randomized-trial.")
    return parts[1], parts[2]
