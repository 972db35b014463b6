"""``evigraph conflicts`` and ``agreement``: where people differ, and how far they agree."""

from __future__ import annotations

import json

import click

from evigraph.cli.common import echo, format_option, note, opened, print_table, trust_option
from evigraph.decisions.agreement import Agreement
from evigraph.decisions.agreement import agreement as agreement_of
from evigraph.decisions.agreement import conflicts as conflicts_of
from evigraph.decisions.measures import Estimate
from evigraph.decisions.standing import STAGES
from evigraph.tables import csv_table

_STAGE = click.option("--stage", type=click.Choice(STAGES), help="One stage; both when left out.")
#: The columns of measures.
_MEASURES = {
    "percent": "percent",
    "kappa": "Cohen's kappa",
    "ac1": "Gwet's AC1",
    "alpha": "Krippendorff's alpha",
}


@click.command()
@_STAGE
@format_option("table", "csv", "json")
@click.pass_context
def conflicts(ctx: click.Context, stage: str | None, format: str) -> None:
    """List the records and studies on which people differ; exit code 1 when there are some."""
    found = conflicts_of(opened(ctx), stage)
    if format == "json":
        rows = [
            {
                "key": one.key,
                "stage": one.stage,
                "answers": [{"by": by, "answer": a, "because": why} for by, a, why in one.answers],
            }
            for one in found
        ]
        echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif format == "csv":
        echo(
            csv_table(
                ("key", "stage", "by", "answer", "because"),
                [(one.key, one.stage, *answer) for one in found for answer in one.answers],
            )
        )
    elif found:
        print_table(
            ("key", "stage", "answers"),
            [
                (
                    one.key,
                    one.stage,
                    ", ".join(f"{by}: {a} ({why})" if why else f"{by}: {a}" for by, a, why in one.answers),
                )
                for one in found
            ],
        )
    if format == "table":
        echo(f"{len(found)} to settle")
    ctx.exit(1 if found else 0)


@click.command()
@_STAGE
@click.option("--between", nargs=2, metavar="NAME NAME", help="Two people; all pairs when left out.")
@click.option(
    "--with",
    "machine",
    type=click.Choice(["machine"]),
    help="Compare people with the verdicts: met is include, not met exclude, cannot tell unsure.",
)
@trust_option
@format_option("table", "csv", "json")
@click.pass_context
def agreement(
    ctx: click.Context,
    stage: str | None,
    between: tuple[str, str] | None,
    machine: str | None,
    trust: str,
    format: str,
) -> None:
    """Say how far people agree, over what both judged.

    Percent, Cohen's kappa, Gwet's AC1 and Krippendorff's alpha, with 95 % percentile bootstrap intervals
    of 1,000 resamples. A measure without a value is undefined: there was nothing to differ in.
    """
    found = agreement_of(
        opened(ctx), stage=stage, between=between or (), machine=machine is not None, trust=trust
    )
    if format == "json":
        echo(json.dumps([one.to_dict() for one in found], indent=2, ensure_ascii=False))
    elif format == "csv":
        header = ["stage", "between", "overlap", "judged"]
        header += [f"{name}{end}" for name in _MEASURES for end in ("", "_low", "_high")]
        echo(csv_table(header, [_numbers(one) for one in found]))
    elif not found:
        note("nobody decided on what somebody else decided on too")
    else:
        print_table(("stage", "between", "overlap", *_MEASURES.values()), [_row(one) for one in found])


def _row(one: Agreement) -> tuple[str, ...]:
    judged = " and ".join(map(str, one.judged))
    cells = (_cell(one.measures.get(name), name) for name in _MEASURES)
    return one.stage, " and ".join(one.between), f"{one.overlap} of {judged}", *cells


def _cell(one: Estimate | None, name: str) -> str:
    """A measure as people read it; for two raters only, it is of two raters."""
    if one is None:
        return "for two only"
    if one.value is None:
        return "undefined"
    form = "{:.1%}" if name == "percent" else "{:.3f}"
    if one.low is None or one.high is None:
        return form.format(one.value)
    return f"{form.format(one.value)} ({form.format(one.low)} to {form.format(one.high)})"


def _numbers(one: Agreement) -> list[object]:
    estimates = [one.measures.get(name, Estimate(None)) for name in _MEASURES]
    values = [value for each in estimates for value in (each.value, each.low, each.high)]
    shown = ["" if value is None else f"{value:.6f}" for value in values]
    return [one.stage, ";".join(one.between), one.overlap, ";".join(map(str, one.judged)), *shown]
