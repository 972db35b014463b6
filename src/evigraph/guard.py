"""What a query may not do: reach out, choose its own graphs, or change something."""

from __future__ import annotations

import re
from collections.abc import Collection

from evigraph.errors import InputError, LimitError

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
#: What holds no word of SPARQL. A text without its end goes on to the end: no parser reads such a query,
#: and nothing is looked at twice, so that the time grows as the length does.
_NO_CODE = re.compile(
    r"""#[^\r\n]*+|<[^<>\s]*+>|"{3}(?:[^\\]|\\.)*?(?:"{3}|\Z)|'{3}(?:[^\\]|\\.)*?(?:'{3}|\Z)"""
    r"""|"(?:[^"\\]|\\.)*+(?:"|\Z)|'(?:[^'\\]|\\.)*+(?:'|\Z)"""
    r"""|[?$@]\w++(?::[\w.-]*+)?|(?<![\w.-])[\w.-]*+:[\w.-]*+""",
    re.DOTALL,
)
#: A list of numbers on one line, for which one of them stands; rdflib takes seconds to read a long one.
_MANY = re.compile(r"( [0-9]+)(?: [0-9]+){20,}+")
#: Letters of a query.
_LONGEST = 100_000
#: The engine recurses; far beyond these numbers its stack runs over, which nothing can catch.
_DEPTH, _STEPS = 100, 1000
_STEP = re.compile(r"[{!+|&*/^=<>-]|\b(?:BIND|FILTER)\b", re.IGNORECASE)
# Possessive throughout: a comment must not be read again as something else.
_UPDATE = re.compile(
    r"\A(?:\s++|#[^\r\n]*+|(?:PREFIX\s++[\w.-]*+:|BASE)\s*+<[^>]*+>)*+"
    r"(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b",
    re.IGNORECASE,
)
_AT = re.compile(r"error at (\d+):(\d+)")


class UnreadableError(InputError):
    """A query that has an error."""


def require_modest(text: str, where: str) -> None:
    """Refuse what need not be read to be refused: an update, a query that is empty, too long or too deep.

    Raises:
        InputError: The query is empty or an update.
        LimitError: It is longer, or nested more deeply, than the engine can bear.
    """
    if not text.strip():
        raise InputError(f"{where}: the query is empty; write one")
    if len(text) > _LONGEST:
        raise LimitError(f"{where}: is {len(text):,} letters long; write it with at most {_LONGEST:,}")
    plain = _ESCAPE.sub(_character, text)
    if _UPDATE.match(plain):
        raise InputError(f"{where}: is an update; only SELECT, ASK, CONSTRUCT and DESCRIBE are answered")
    _require_flat(code_of(plain), where)


def require_local(text: str, where: str, allowed: Collection[str] = ()) -> None:
    r"""Refuse a query that names another endpoint or its own dataset, besides :func:`require_modest`.

    It is looked at as rdflib reads it, in which an escaped ``SERV\u0049CE`` is one too; what that
    cannot read is refused. Reading may take long: it is done where it can be stopped.

    Args:
        text: The query.
        where: What to call it in messages.
        allowed: The services that it may name, each with its full IRI.

    Raises:
        InputError: As :func:`require_modest`; or it uses SERVICE, FROM or FROM NAMED, or cannot be read.
        LimitError: As :func:`require_modest`.
    """
    require_modest(text, where)
    plain = _ESCAPE.sub(_character, text)
    for name, of in _parts(_MANY.sub(r"\1", plain), where):
        if name == "ServiceGraphPattern" and of not in allowed:
            if allowed:
                raise InputError(
                    f"{where}: SERVICE is refused but for <{'>, <'.join(allowed)}>; "
                    "name one of these in full, or allow another with --allow-service"
                )
            raise InputError(f"{where}: SERVICE is refused; nothing leaves this computer")
        if name == "DatasetClause":
            raise InputError(f"{where}: FROM is refused; choose the statements with --trust")


def code_of(text: str) -> str:
    """A query without comments, texts, IRIs, names and variables."""
    return _NO_CODE.sub(" ", text)


def syntax_error(where: str, error: SyntaxError) -> InputError:
    """The engine's complaint about a query, in words for the person who wrote it."""
    said = str(error.msg or error)
    at = _AT.search(said)
    place = f"{where}:{at[1]}:{at[2]}" if at else where
    if "Prefix not found" in said:
        return InputError(f"{place}: the prefix before this place is not declared; add a PREFIX line for it")
    return InputError(f"{place}: the query cannot be read; mend the syntax there")


def _require_flat(code: str, where: str) -> None:
    depth = deepest = 0
    for sign in re.findall(r"[][(){}]", code):
        depth += 1 if sign in "([{" else -1
        deepest = max(deepest, depth)
    if deepest > _DEPTH:
        raise LimitError(f"{where}: is nested {deepest} levels deep; write it with at most {_DEPTH}")
    steps = len(_STEP.findall(code))
    if steps > _STEPS:
        raise LimitError(
            f"{where}: has {steps} blocks and operators; ask with at most {_STEPS}, or list VALUES"
        )


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code < 0x110000 else escape[0]


def _parts(text: str, where: str) -> list[tuple[str, str]]:
    """The names of all parts of a query, each with the IRI of the service that it asks."""
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery
    from rdflib.plugins.sparql.parserutils import CompValue

    try:
        todo: list[object] = [parseQuery(text)]
    except ParseException as error:
        if re.search(r"\bSERVICE\b", code_of(text), re.IGNORECASE):
            return [("ServiceGraphPattern", "")]
        raise UnreadableError(
            f"{where}:{error.lineno}:{error.column}: the query cannot be read; mend the syntax there"
        ) from None
    except RecursionError:
        raise LimitError(f"{where}: is nested too deeply; make it flatter") from None
    except ValueError as error:  # an escape of no character, a number that is none
        raise UnreadableError(f"{where}: the query cannot be read: {error}; mend that") from None
    found: list[tuple[str, str]] = []
    while todo:
        part = todo.pop()
        if isinstance(part, CompValue):
            found.append((part.name, str(part.get("term"))))
            todo += part.values()
        elif hasattr(part, "__iter__") and not isinstance(part, (str, bytes)):
            todo += list(part)
    return found
