"""``evigraph what-if``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from evigraph.cli.common import echo, format_option, note, opened, own_review, print_table, trust_option
from evigraph.resting import counts, legend, marked, resting
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.claims import Recount
    from evigraph.evidence.scenario import Scenario, WhatIf
    from evigraph.verdicts import Outcome


@click.command("what-if")
@click.option("--drop", multiple=True, metavar="RULE", help="Do not ask for this rule or set; repeatable.")
@click.option(
    "--where",
    multiple=True,
    metavar="PROPERTY=VALUE",
    help="Only studies with this concept or a narrower one, or number: hasDesign=cohort, sampleSize>=50. "
    "Repeatable; all must hold.",
)
@click.option(
    "--settle",
    type=click.Choice(["bounds", "met", "not-met"]),
    default="bounds",
    show_default=True,
    help="What becomes of what cannot be told: it stays open, or is taken as met or not met.",
)
@trust_option
@click.option("--save", metavar="NAME", help="Keep these other rules in the review, by this name.")
@click.option("--load", metavar="NAME", help="Take the other rules that were kept by this name.")
@click.option("--list", "listed", is_flag=True, help="List what was kept, and stop.")
@format_option("table", "json")
@click.pass_context
def what_if(
    ctx: click.Context,
    drop: tuple[str, ...],
    where: tuple[str, ...],
    settle: str,
    trust: str,
    save: str | None,
    load: str | None,
    listed: bool,
    format: str,
) -> None:
    """Show the review under other rules: studies that enter and leave, and claims whose recount changes.

    The outcomes of rules are recombined; no shape is run again. The review as it is, by deduced statements,
    stands beside it. A study on which nobody knows whether --where holds is neither in nor out, and so is
    one with a broader concept only.
    """
    from evigraph.evidence import saved, scenario

    review = opened(ctx)
    if listed:
        _list(saved.saved(review), format)
        return
    rules = scenario.Scenario(drop, Trust(trust), tuple(map(_pair, where)), settle)
    if load is not None:
        if rules != scenario.Scenario() or save is not None:
            raise click.UsageError("--load takes all rules as they were kept; leave the other options out.")
        rules = saved.load(review, load)
    if save is not None:
        own_review(ctx)
        path, there = saved.save(review, save, rules)
        note(f"{path}: was written{', in place of what was kept by that name' if there else ''}")
    found = scenario.what_if(review, rules)
    if not found.recounted:
        note("the review is large; its claims are not recounted")
    if format == "json":
        echo(json.dumps(found.to_dict(), indent=1, ensure_ascii=False))
    else:
        _print(found)


def _print(found: WhatIf) -> None:
    if changed := found.changed:
        rows = [
            (c.study, _word(c.before, rests=c.before_rests), _word(c.after, rests=c.after_rests))
            for c in changed
        ]
        print_table(("study", "as it is", "then"), rows)
        echo("")
    if found.claims:
        print_table(
            ("claim", "statement", "as it is", "then"),
            [(a.claim.id, a.claim.statement, _range(a), _range(b)) for a, b in found.claims],
        )
        echo("")
    echo(f"enter: {' '.join(found.enter) or 'none'}")
    echo(f"leave: {' '.join(found.leave) or 'none'}")
    before, after = map(counts, (found.before, found.after), found.stated)
    echo(f"as it is {before}; then {after}")
    others = _others(found)
    if others:
        echo(legend(others))


def _word(outcome: Outcome | None, *, rests: bool) -> str:
    return marked(outcome.value if outcome else "not judged", rests=rests)


def _range(recount: Recount) -> str:
    least, most = (
        marked(number, rests=rests)
        for number, rests in zip((recount.at_least, recount.at_most), recount.rests, strict=True)
    )
    return f"{least} to {most}, {recount.status}"


def _others(found: WhatIf) -> list[str]:
    """What is counted by stated statements alone, where that is other."""
    sides = (("as it is", found.before, found.stated[0]), ("then", found.after, found.stated[1]))
    others = [f"{side} {counts(stated)}" for side, screening, stated in sides if resting(screening, stated)]
    for before, after in found.claims:
        for side, one in (("as it is", before), ("then", after)):
            if one.stated and any(one.rests):
                others.append(f"{one.claim.id} {side} {one.stated.at_least} to {one.stated.at_most}")
    return others


def _list(scenarios: Mapping[str, Scenario], format: str) -> None:
    if format == "json":
        kept = {name: scenario.to_dict() for name, scenario in scenarios.items()}
        echo(json.dumps(kept, indent=1, ensure_ascii=False))
    elif not scenarios:
        note("no scenario is kept; keep one with --save NAME")
    else:
        rows = [
            (name, " ".join(s.drop), s.trust.value, " ".join(s.restrictions), s.settle)
            for name, s in scenarios.items()
        ]
        print_table(("scenario", "drop", "trust", "where", "settle"), rows)


def _pair(text: str) -> tuple[str, str]:
    parts = re.fullmatch(r"\s*(\w+)\s*(?:=|(?=[<>]=))\s*(\S.*?)\s*", text)
    if parts is None:
        raise click.UsageError(f"--where {text}: write PROPERTY=VALUE, such as hasDesign=randomized-trial.")
    return parts[1], parts[2]
