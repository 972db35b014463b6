"""What a query may not do: reach out, choose its own graphs, or change something."""

from __future__ import annotations

import re

from evigraph.errors import InputError, LimitError

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
#: Comments before anything else; further down a text could hold what looks like one.
_HEADER = re.compile(r"\A(?:\s*+#[^\r\n]*+)++")
_SUSPECT = re.compile("service|from", re.IGNORECASE)
#: What follows the colon of a prefixed name. Parsers read it to its end, so no keyword begins within it;
#: before the colon one can: the engine reads ``SERVICEe:x`` as SERVICE and ``e:x``.
_LOCAL_NAME = re.compile(r":[A-Za-z0-9]+")
_NO_CODE = re.compile(
    r"""#[^\r\n]*|<[^<>\s]*>|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[?$@]\w+|[\w.-]*:[\w.-]*"""
)
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


def require_local(text: str, where: str) -> None:
    r"""Refuse a query that names another endpoint or its own dataset, is an update, or is too deep.

    A query without the letters of SERVICE and FROM outside of local names, an escaped ``SERV\u0049CE``
    included, can do neither. Otherwise the parsed query is looked at, and one that cannot be parsed is
    refused.

    Raises:
        InputError: The query is empty or an update, or uses SERVICE, FROM or FROM NAMED.
        LimitError: The query is nested more deeply, or is longer, than the engine can bear.
    """
    if not text.strip():
        raise InputError(f"{where}: the query is empty; write one")
    plain = _ESCAPE.sub(_character, text)
    if _UPDATE.match(plain):
        raise InputError(f"{where}: is an update; only SELECT, ASK, CONSTRUCT and DESCRIBE are answered")
    _require_modest(_NO_CODE.sub(" ", plain), where)
    if not _SUSPECT.search(_LOCAL_NAME.sub(":", _HEADER.sub("", plain))):
        return
    for name in _names(plain, where):
        if name == "ServiceGraphPattern":
            raise InputError(f"{where}: SERVICE is refused; nothing leaves this computer")
        if name == "DatasetClause":
            raise InputError(f"{where}: FROM is refused; choose the statements with --trust")


def syntax_error(where: str, error: SyntaxError) -> InputError:
    """The engine's complaint about a query, in words for the person who wrote it."""
    said = str(error.msg or error)
    at = _AT.search(said)
    place = f"{where}:{at[1]}:{at[2]}" if at else where
    if "Prefix not found" in said:
        return InputError(f"{place}: the prefix before this place is not declared; add a PREFIX line for it")
    return InputError(f"{place}: the query cannot be read; mend the syntax there")


def _require_modest(code: str, where: str) -> None:
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


def _names(text: str, where: str) -> list[str]:
    """The names of all parts of a query."""
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery
    from rdflib.plugins.sparql.parserutils import CompValue

    try:
        todo: list[object] = [parseQuery(text)]
    except ParseException as error:
        if re.search(r"\bSERVICE\b", _NO_CODE.sub(" ", text), re.IGNORECASE):
            return ["ServiceGraphPattern"]
        raise InputError(
            f"{where}:{error.lineno}:{error.column}: the query cannot be read; mend the syntax there"
        ) from None
    except RecursionError:
        raise LimitError(f"{where}: is nested too deeply; make it flatter") from None
    found: list[str] = []
    while todo:
        part = todo.pop()
        if isinstance(part, CompValue):
            found.append(part.name)
            todo += part.values()
        elif hasattr(part, "__iter__") and not isinstance(part, (str, bytes)):
            todo += list(part)
    return found
