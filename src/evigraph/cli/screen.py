"""``evigraph screen``."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from evigraph.cli.common import (
    echo,
    endpoint_option,
    format_option,
    leave_if_stopped,
    note,
    opened,
    print_table,
    say,
    time_limit_option,
    trust_option,
)
from evigraph.cli.large import is_large, is_large_review, print_large
from evigraph.confined.limits import Limits, StoppedError
from evigraph.engines import AUTO_LIMIT, ENGINES
from evigraph.errors import InputError, OutOfOrderError, UnknownNameError
from evigraph.reading import FORMAT_BY_SUFFIX, STDIN
from evigraph.resting import counts, counts_dict, counts_legend
from evigraph.review import Review
from evigraph.trust import Trust
from evigraph.verdicts import Outcome, RuleVerdict, Screening, StudyVerdict

_SYMBOLS = {Outcome.MET: "✓", Outcome.NOT_MET: "✗", Outcome.CANNOT_TELL: "?"}


@click.command()
@click.argument("studies", nargs=-1, metavar="[STUDY or FILE]...")
@trust_option
@endpoint_option
@click.option(
    "--explain", is_flag=True, help="For each rule: the reason, the values, their basis and source."
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="auto",
    show_default=True,
    help=f"The SHACL engine; auto is pySHACL up to {AUTO_LIMIT} studies and the Rust engine above.",
)
@time_limit_option
@format_option("table", "json", "csv", "ttl")
@click.pass_context
def screen(
    ctx: click.Context,
    studies: tuple[str, ...],
    trust: str,
    endpoint: str | None,
    explain: bool,
    engine: str,
    time_limit: float,
    format: str,
) -> None:
    """Judge studies by the criteria of the review.

    STUDY is the key of a study of the review; all are judged when none is named. FILE is a new
    study in Turtle, TriG, JSON-LD, N-Quads, N-Triples or RDF/XML, or - for standard input; it is
    tried against the criteria without being added. A large file is judged study by study, in file
    order, and printed as CSV or JSON.
    """
    review = opened(ctx, endpoint, Limits(time_limit or None))
    if is_large(studies, format, explain=explain):
        for ordered in (True, False):
            with contextlib.suppress(OutOfOrderError):  # then in another way
                ctx.exit(0 if print_large(review, studies[0], trust, engine, format, ordered=ordered) else 1)
    elif not studies and is_large_review(review, format, explain=explain):
        with contextlib.suppress(OutOfOrderError):
            ctx.exit(0 if print_large(review, None, trust, engine, format) else 1)
    screening, stopped = _screen(review, studies, trust, engine)
    if format == "csv":
        echo(screening.to_csv())
    elif format == "ttl":
        from evigraph.assertions import verdict_quads
        from evigraph.canonical import serialize

        quads = verdict_quads(screening, review.iri)
        echo(serialize(quads, "turtle", review.folder.prefixes).decode())
    else:
        # What was stopped once is not waited for again.
        stated = None if stopped else _stated(review, studies, screening, engine)
        if format == "json":
            document = screening.to_dict() | {"resting": counts_dict(screening, stated)}
            echo(json.dumps(document, ensure_ascii=False, indent=1))
        else:
            _print(screening, explain, stated)
    if not screening:
        note("nothing was judged: no statement that is trusted says that something is a study")
    leave_if_stopped(stopped)
    ctx.exit(0 if screening and screening.counts[Outcome.MET] == len(screening) else 1)


def _screen(review: Review, names: tuple[str, ...], trust: str, engine: str) -> tuple[Screening, list[str]]:
    """The verdicts, and what to say of each shape that was stopped."""
    files = [name for name in dict.fromkeys(names) if _is_file(name, review)]
    keys = [name for name in names if name not in files]
    work = [partial(review.screen_file, name, trust=trust, engine=engine) for name in files]
    if keys or not names:
        work.append(partial(review.screen, keys or None, trust=trust, engine=engine))
    parts, stopped = [], dict[str, None]()
    for judged in work:
        try:
            parts.append(judged())
        except StoppedError as error:
            found: Screening = error.found
            stopped.update(dict.fromkeys(error.messages))
            parts.append(found.only(keys) if keys and judged is work[-1] else found)
    return parts[0].joined(parts[1:]), list(stopped)


def _stated(review: Review, names: tuple[str, ...], screening: Screening, engine: str) -> Screening | None:
    """The verdicts on the same studies by stated statements alone; none where they are not looked at."""
    # Standard input is read once, and a large review takes its time.
    if screening.trust is Trust.STATED or STDIN in names or review.is_large:
        return None
    try:
        return _screen(review, names, Trust.STATED, engine)[0]
    except UnknownNameError:  # one of them is a study by deduced statements alone
        wanted = {study.iri for study in screening}
        every = review.screen(trust=Trust.STATED, engine=engine)
        return replace(every, studies=tuple(study for study in every if study.iri in wanted))
    except InputError:  # as is a file without any study
        return replace(screening, trust=Trust.STATED, studies=())


def _is_file(name: str, review: Review) -> bool:
    """Whether a name means a file; a key wins over a file or folder that is called the same."""
    if name == STDIN or "/" in name or Path(name).suffix.lower() in FORMAT_BY_SUFFIX:
        return True
    return name != "" and Path(name).exists() and name not in review.studies


def _print(screening: Screening, explain: bool, stated: Screening | None) -> None:
    if explain:
        for study in screening:
            _explain(study)
    else:
        header, rows = screening.table()
        marks = {outcome.value: symbol for outcome, symbol in _SYMBOLS.items()}
        print_table(header, [[*row[:3], *(marks[cell] for cell in row[3:])] for row in rows])
        echo("")
        if screening.studies:
            for rule in screening.studies[0].rules:
                also = f" (tests {', '.join(rule.serves)} too)" if rule.serves else ""
                say(f"{rule.id:>5}  {rule.name}{also}")
            echo("       " + "   ".join(f"{mark} {word}" for word, mark in marks.items()))
            echo("")
    studies = "1 study" if len(screening) == 1 else f"{len(screening)} studies"
    found = counts(screening, stated)
    say(f"{screening.shapes} shapes judged {studies}: {found} (trust {screening.trust.value})")
    if meaning := counts_legend(screening, stated):
        say(meaning)
    for study in screening.contradictions:
        say(
            f"contradiction: {study.study} was decided {study.decision}, the verdict is {study.outcome.value}"
        )
    if not screening.contradictions and any(study.decision for study in screening):
        say("no verdict contradicts a recorded decision")
    if explain:
        say(f"not tested: {', '.join(id for id, _ in screening.not_tested) or 'none'}")
    else:
        for id, reason in screening.not_tested:
            say(f"not tested: {id}: {reason}")


def _explain(study: StudyVerdict) -> None:
    decision = f", recorded decision: {study.decision}" if study.decision else ""
    say(f"{study.study}: {study.outcome.value}{decision}")
    for criterion in study.sets:
        say(f"  set {criterion.id} {criterion.name}: {criterion.outcome.value}")
    for rule in study.rules:
        _explain_rule(rule)
    echo("")


def _explain_rule(rule: RuleVerdict) -> None:
    also = f" (tests {', '.join(rule.serves)} too)" if rule.serves else ""
    say(f"  {_SYMBOLS[rule.outcome]} rule {rule.id} {rule.name}{also}: {rule.outcome.value}")
    say(f"      {rule.message}")
    if rule.missing:
        say(f"      missing: {rule.missing}")
    for value in rule.values:
        source = f", {value.source}" if value.source else ""
        say(f"      {value.of} {value.property} {value.value} [{value.basis}{source}]")
        if value.note:
            say(f"          {value.note}")
