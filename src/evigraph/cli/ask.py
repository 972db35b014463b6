"""``evigraph ask``."""

from __future__ import annotations

import click

from evigraph.answers import Answer, Triples, Truth
from evigraph.cli.common import (
    echo,
    endpoint_option,
    format_option,
    interruptible,
    limit_options,
    note,
    note_some,
    opened,
    print_table,
    trust_option,
)
from evigraph.confined.limits import CutError, Limits
from evigraph.errors import InputError, UnknownNameError
from evigraph.questions import find_question
from evigraph.reading import read_text
from evigraph.review import Review


@click.command()
@click.argument("question", required=False)
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the question.")
@click.option("--query", metavar="SPARQL", help="A query of your own in place of a question.")
@click.option(
    "--file", "file", metavar="FILE.rq", help="A file with a query of your own; - is standard input."
)
@trust_option
@endpoint_option
@limit_options
@format_option("table", "json", "csv", "tsv", "md", "ttl")
@click.pass_context
def ask(
    ctx: click.Context,
    question: str | None,
    params: tuple[str, ...],
    query: str | None,
    file: str | None,
    trust: str,
    endpoint: str | None,
    time_limit: float,
    max_rows: int,
    max_memory: int,
    services: tuple[str, ...],
    format: str,
) -> None:
    """Answer a question over the graph; without a name, list the questions.

    QUESTION is the name of a file in queries/ without its ending. A query that does not come with the
    package is answered in a process of its own, within limits; when one is reached the exit code is 4.
    """
    limits = Limits(time_limit or None, max_rows or None, max_memory or None)
    if endpoint and services:
        raise InputError("--allow-service goes with the files of a review; leave out --endpoint")
    review = opened(ctx, endpoint, limits, services)
    given = [name for name in (question, query, file) if name is not None]
    if len(given) > 1:
        raise InputError("give one of a question, --query and --file")
    if params and question is None:
        raise InputError("--param goes with a question; write the value into your own query")
    if not given:
        _list(review, format)
        return
    try:
        if question is not None:
            values = _parameters(review, question, params)
            answer = interruptible(lambda: review.ask(question, trust=trust, **values))
        else:
            text, where = (read_text(file), file) if file is not None else (query, "--query")
            answer = interruptible(lambda: review.ask(query=text, trust=trust, where=where))
    except CutError as error:
        _print(error.answer(review.folder.prefixes), format)
        raise
    _print(answer, format)
    if endpoint is None:
        _tell_rewritten(review, answer)


def _tell_rewritten(review: Review, answer: Answer | Truth | Triples) -> None:
    """Say which values of an answer were printed otherwise: the engine compares numbers, not texts."""
    from evigraph.printed import rewritten

    if isinstance(answer, Truth) or review.folder.large_files:
        return
    terms = (
        [triple.object for triple in answer]
        if isinstance(answer, Triples)
        else [term for row in answer for term in row]
    )
    note_some([str(one) for one in rewritten(terms, review.folder.graph)])


def _parameters(review: Review, question: str, params: tuple[str, ...]) -> dict[str, str]:
    known = [parameter.name for parameter in find_question(review.folder, question).parameters]
    values: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals or not name:
            raise InputError(f"--param {param}: write it as name=value")
        if name not in known:
            raise UnknownNameError(f"parameter of {question}", name, known)
        if name in values:
            raise InputError(f"--param {name}: is given twice; give one value")
        values[name] = value
    return values


def _list(review: Review, format: str) -> None:
    if format == "ttl":
        raise InputError("the list of questions cannot be printed as ttl; choose another --format")
    rows = []
    for question in review.questions():
        params = " ".join(
            f"{p.name}={p.default}" if p.default is not None else f"{p.name}=<{p.type}>"
            for p in question.parameters
        )
        rows.append((question.name, " ".join(question.tags), params, question.summary))
    header = ("question", "tags", "parameters", "asks")
    if format == "table":
        print_table(header, rows)
        return
    from pyoxigraph import Literal

    terms = [tuple(Literal(cell) for cell in row) for row in rows]
    _print(Answer(header, terms, {}), format)


def _print(answer: Answer | Truth | Triples, format: str) -> None:
    if isinstance(answer, Triples):
        if format not in ("table", "ttl"):
            raise InputError(f"statements cannot be printed as {format}; choose --format ttl")
        echo(answer.serialize())
    elif isinstance(answer, Truth):
        if format == "ttl":
            raise InputError("a truth cannot be printed as ttl; choose --format table or json")
        echo(answer.to_json() if format == "json" else str(answer.value).lower())
    elif format == "table":
        print_table(answer.variables, answer.bare_rows)
        note(f"{len(answer)} rows" if len(answer) != 1 else "1 row")
    else:
        writers = {
            "json": answer.to_json,
            "csv": answer.to_csv,
            "tsv": answer.to_tsv,
            "md": answer.to_markdown,
        }
        if format not in writers:
            raise InputError("rows cannot be printed as ttl; ask with CONSTRUCT, or choose another --format")
        echo(writers[format]())
