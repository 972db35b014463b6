"""What a query that somebody brings may not do: reach out, or choose its own graphs."""

from __future__ import annotations

from evigraph.errors import InputError


def require_local(text: str, where: str) -> None:
    r"""Refuse a query that names another endpoint or its own dataset.

    The parsed query is looked at, not its text, so an escaped ``SERV\u0049CE`` is seen too. A
    query that rdflib cannot read is refused, because nothing vouches for it then.

    Raises:
        InputError: The query uses SERVICE, FROM or FROM NAMED, or cannot be parsed.
    """
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        parsed = parseQuery(text)
    except ParseException as error:
        raise InputError(
            f"{where}:{error.lineno}:{error.column}: the query cannot be read; mend the syntax there"
        ) from None
    except RecursionError:
        raise InputError(f"{where}: the query is nested too deeply") from None
    for name in _names(parsed):
        if name == "ServiceGraphPattern":
            raise InputError(f"{where}: SERVICE is refused; nothing leaves this computer")
        if name == "DatasetClause":
            raise InputError(f"{where}: FROM is refused; choose the statements with --trust")


def _names(parsed: object) -> list[str]:
    """The names of all parts of a parsed query."""
    from rdflib.plugins.sparql.parserutils import CompValue

    found: list[str] = []
    todo = [parsed]
    while todo:
        part = todo.pop()
        if isinstance(part, CompValue):
            found.append(part.name)
            todo += part.values()
        elif isinstance(part, (str, bytes)) or part is None:
            continue
        elif hasattr(part, "__iter__"):
            todo += list(part)
    return found
