"""The order of an answer, put in here and not by the engine where that gives the same.

An engine that keeps terms by number looks their texts up again at each comparison: over a store on
disk, sorting 90,000 rows takes it ten times as long as finding them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import pyoxigraph as ox

from evigraph.terms import XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Row = tuple[Term | None, ...]
Place = tuple[int, str | Decimal | bool]

_VARIABLE = r"(?:[?$]\w+|(?:ASC|DESC)\s*\(\s*[?$]\w+\s*\))"
_LAST = re.compile(rf"\bORDER\s+BY\s+({_VARIABLE}(?:\s*{_VARIABLE})*)\s*\Z", re.IGNORECASE)
_KEY = re.compile(r"(?:(ASC|DESC)\s*\(\s*)?[?$](\w+)", re.IGNORECASE)
_STRING, _BOOLEAN, _NUMBERS = XSD + "string", XSD + "boolean", {XSD + "integer", XSD + "decimal"}

#: The variables to order by, and whether each goes down.
Order = tuple[tuple[str, bool], ...]


@functools.lru_cache(maxsize=256)
def split_order(text: str) -> tuple[str, Order]:
    """A query without the order at its very end, and that order.

    The order stays in the text, and none is given, unless it is by plain variables, is the last
    thing in the query, and stands in lines that cannot be comments.
    """
    found = _LAST.search(text)
    if not found or "#" in text[text.rfind("\n", 0, found.start()) + 1 :]:
        return text, ()
    keys = _KEY.finditer(found[1])
    return text[: found.start()], tuple((key[2], (key[1] or "").upper() == "DESC") for key in keys)


def put_in_order(names: Sequence[str], rows: list[Row], order: Order) -> bool:
    """Sort rows as SPARQL 1.1 says (section 15.1), when it says it of all that has to be compared.

    Args:
        names: The names of the columns.
        rows: Sorted in place, equal ones in the order they had.
        order: What to sort by.

    Returns:
        Whether the order is right: not when a variable is no column, when a value is none of IRI,
        plain string, integer, decimal and truth, or when two kinds of literal have to be compared.
    """
    if any(name not in names for name, _ in order):
        return False
    columns = [names.index(name) for name, _ in order]
    keyed = []
    for row in rows:
        key = [_place(row[column]) for column in columns]
        if None in key:
            return False
        keyed.append((key, row))
    for at, (_, down) in reversed(list(enumerate(order))):
        keyed.sort(key=lambda entry: entry[0][at], reverse=down)  # type: ignore[arg-type, return-value]
    if any(_clash(before, after) for (before, _), (after, _) in pairwise(keyed)):
        return False
    rows[:] = [row for _, row in keyed]
    return True


def _place(term: Term | None) -> Place | None:
    """Where a term comes: what is unbound first, then IRIs, then literals, each kind by itself."""
    if term is None:
        return 0, ""
    if isinstance(term, ox.NamedNode):
        return 1, term.value
    if not isinstance(term, ox.Literal):
        return None
    kind = term.datatype.value
    if kind == _STRING:
        return 2, term.value
    if kind in _NUMBERS:
        try:
            return 3, Decimal(term.value)
        except ArithmeticError:
            return None
    return (4, term.value in ("true", "1")) if kind == _BOOLEAN else None


def _clash(before: list[Place | None], after: list[Place | None]) -> bool:
    """Whether two neighbours first differ in literals of two kinds, which SPARQL does not order."""
    for one, other in zip(before, after, strict=True):
        if one != other:
            return one is not None and other is not None and min(one[0], other[0]) > 1 and one[0] != other[0]
    return False
