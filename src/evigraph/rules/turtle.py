"""Statements with blank nodes as Turtle that reads as if written by hand.

The graph has no blank nodes and is written by :mod:`evigraph.canonical`; shapes live of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from evigraph.terms import RDF, RDF_TYPE, XSD

_FIRST, _REST, _NIL = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))
_NUMBERS = {XSD + "integer": re.compile(r"[+-]?[0-9]+"), XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+")}
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
#: Columns of a line, which a long text may pass.
_WIDTH = 110
_STEP = "    "


class Turtle:
    """Writes statements in the order in which they come, blank nodes where they are used.

    Args:
        quads: The statements; each blank node is the value of one of them.
        prefixes: Prefix to namespace; only those that occur are declared.
    """

    def __init__(self, quads: Iterable[ox.Quad], prefixes: Mapping[str, str]) -> None:
        self._about: dict[object, list[ox.Quad]] = {}
        for quad in quads:
            self._about.setdefault(quad.subject, []).append(quad)
        self._prefixes = prefixes
        self._used: set[str] = set()

    def text(self, head: Sequence[str], notes: Mapping[ox.NamedNode, Sequence[str]] | None = None) -> str:
        """All statements.

        Args:
            head: Comments for the top of the file.
            notes: Comments for the line above a subject.
        """
        blocks = []
        for subject in self._about:
            if isinstance(subject, ox.NamedNode):
                above = [f"# {line}" for line in (notes or {}).get(subject, ())]
                blocks.append("\n".join([*above, self._block(subject)]))
        declared = [f"@prefix {name}: <{self._prefixes[name]}> ." for name in sorted(self._used)]
        top = "\n".join(f"# {line}" for line in head)
        return "\n\n".join([top, "\n".join(declared), *blocks]) + "\n"

    def _block(self, subject: ox.NamedNode) -> str:
        lines = [f"{_STEP}{line} ;" for line in self._pairs(subject, _STEP)]
        return "\n".join([self._term(subject), *lines, "."])

    def _pairs(self, subject: object, indent: str) -> list[str]:
        """Each property of a subject with its values, laid out to stand behind an indent."""
        values: dict[ox.NamedNode, list[object]] = {}
        for quad in self._about.get(subject, []):
            values.setdefault(quad.predicate, []).append(quad.object)
        pairs = []
        for predicate, objects in values.items():
            name = "a" if predicate == RDF_TYPE else self._term(predicate)
            texts = [self._value(value, indent, len(name) + 1) for value in objects]
            if any(isinstance(value, ox.BlankNode) for value in objects):
                pairs += [f"{name} {text}" for text in texts]
            else:
                pairs.append(f"{name} {' , '.join(texts)}")
        return pairs

    def _value(self, term: object, indent: str, before: int) -> str:
        """A value: on the line when it fits there, else over several lines."""
        if not isinstance(term, ox.BlankNode):
            return self._term(term)
        short = self._short(term)
        if len(indent) + before + len(short) + 2 <= _WIDTH and short.count("[") < 3:
            return short
        deeper = indent + _STEP
        if (items := self._items(term)) is not None:
            lines = [f"{deeper}{self._value(item, deeper, 0)}" for item in items]
            return "\n".join(["(", *lines, f"{indent})"])
        lines = [f"{deeper}{pair} ;" for pair in self._pairs(term, deeper)]
        return "\n".join(["[", *lines, f"{indent}]"])

    def _short(self, term: object) -> str:
        if not isinstance(term, ox.BlankNode):
            return self._term(term)
        if (items := self._items(term)) is not None:
            return f"( {' '.join(self._short(item) for item in items)} )"
        pairs = [f"{self._term(q.predicate)} {self._short(q.object)}" for q in self._about.get(term, [])]
        return f"[ {' ; '.join(pairs)} ]" if pairs else "[]"

    def _items(self, node: ox.BlankNode) -> list[object] | None:
        """The members of a list, or none when the node begins none."""
        items: list[object] = []
        rest: object = node
        while rest != _NIL:
            said = {quad.predicate: quad.object for quad in self._about.get(rest, [])}
            if set(said) != {_FIRST, _REST}:
                return None
            items.append(said[_FIRST])
            rest = said[_REST]
        return items

    def _term(self, term: object) -> str:
        if isinstance(term, ox.Literal):
            number = _NUMBERS.get(term.datatype.value)
            if number is not None and number.fullmatch(term.value):
                return term.value
            if term.language is None and term.datatype.value != XSD + "string":
                return f"{ox.Literal(term.value)}^^{self._term(term.datatype)}"
            return str(term)
        if isinstance(term, ox.NamedNode):
            spaces = sorted(self._prefixes.items(), key=lambda pair: -len(pair[1]))
            for name, space in spaces:
                if term.value.startswith(space) and _LOCAL.fullmatch(term.value[len(space) :]):
                    self._used.add(name)
                    return f"{name}:{term.value[len(space) :]}"
        return str(term)
