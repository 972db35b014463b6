"""Terms as they go between the processes: letter for letter, as values that JSON has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyoxigraph as ox

from evigraph.store import Term

#: One term: its kind, its text, and its datatype or language.
Letters = list[str] | None


def written(term: Any) -> Letters:
    """A term as a list of texts; ``None`` where nothing is bound.

    Raises:
        ValueError: It is a statement.
    """
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return ["iri", term.value]
    if isinstance(term, ox.BlankNode):
        return ["node", term.value]
    if isinstance(term, ox.Literal):
        if term.language is not None:
            return ["text", term.value, term.language, str(term.direction or "")]
        return ["value", term.value, term.datatype.value]
    raise ValueError("a statement is no value; ask for its parts")


def read(letters: Any) -> Term | None:
    """The term that was written.

    Raises:
        ValueError, TypeError: It is something else.
    """
    if letters is None:
        return None
    kind, text, *more = letters
    if kind == "iri":
        return ox.NamedNode(text)
    if kind == "node":
        return ox.BlankNode(text)
    if kind == "text":
        return ox.Literal(text, language=more[0], direction=_direction(more[1]))
    if kind == "value":
        return ox.Literal(text, datatype=ox.NamedNode(more[0]))
    raise ValueError(kind)


def read_rows(rows: Iterable[Sequence[Any]], width: int) -> list[tuple[Term | None, ...]]:
    """Rows of terms.

    Raises:
        ValueError, TypeError: They are something else, or not of this width.
    """
    found = [tuple(read(letters) for letters in row) for row in rows]
    if any(len(row) != width for row in found):
        raise ValueError("rows of another width")
    return found


def _direction(text: str) -> Any:
    return None if not text else ox.BaseDirection(text)
