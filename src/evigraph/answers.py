"""What a query gave, held so that it can be compared, shown and written in the usual formats."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.names import compact
from evigraph.tables import html_table, markdown_table
from evigraph.terms import XSD

if TYPE_CHECKING:
    import pandas

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Value = str | int | float | bool | Decimal | None

_INTEGERS = {"integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"}


class Answer(Sequence[tuple[Term | None, ...]]):
    """The rows of a SELECT query.

    Two answers are equal when they have the same variables and the same rows in the same order.

    Args:
        variables: The names of the columns, without question marks.
        rows: One tuple of terms a solution; ``None`` where a variable is unbound.
        prefixes: For showing IRIs briefly.
    """

    def __init__(
        self,
        variables: Sequence[str],
        rows: Sequence[tuple[Term | None, ...]],
        prefixes: Mapping[str, str],
    ) -> None:
        self.variables = tuple(variables)
        self.rows = tuple(rows)
        self._prefixes = dict(prefixes)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]  # int or slice, as in a tuple
        return self.rows[index]

    def __iter__(self) -> Iterator[tuple[Term | None, ...]]:
        return iter(self.rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Answer):
            return NotImplemented
        return (self.variables, self.rows) == (other.variables, other.rows)

    def __hash__(self) -> int:
        return hash((self.variables, self.rows))

    def __repr__(self) -> str:
        return f"<Answer: {len(self)} rows of {', '.join(self.variables)}>"

    @cached_property
    def text_rows(self) -> list[list[str]]:
        """The rows as short text: prefixed names, literal texts, empty where unbound."""
        return [[compact(term, self._prefixes) for term in row] for row in self.rows]

    @cached_property
    def bare_rows(self) -> list[list[str]]:
        """The rows for a reader's eye: as :attr:`text_rows`, without the prefixes."""
        return [[compact(term, self._prefixes, bare=True) for term in row] for row in self.rows]

    def to_python(self) -> list[dict[str, Value]]:
        """One mapping a row, with numbers and booleans as Python's and IRIs as text."""
        return [dict(zip(self.variables, map(to_python, row), strict=True)) for row in self.rows]

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame with a column a variable; numbers stay numbers, what is unbound is missing.

        Raises:
            ImportError: pandas is not installed (``pip install evigraph[pandas]``).
        """
        import pandas

        return pandas.DataFrame(self.to_python(), columns=list(self.variables)).convert_dtypes()

    def _repr_html_(self) -> str:
        return html_table(self.variables, self.text_rows)

    def to_json(self) -> str:
        """SPARQL 1.1 Query Results JSON."""
        bindings = [
            {
                name: json_cell(term)
                for name, term in zip(self.variables, row, strict=True)
                if term is not None
            }
            for row in self.rows
        ]
        document = {"head": {"vars": list(self.variables)}, "results": {"bindings": bindings}}
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def to_csv(self) -> str:
        """SPARQL 1.1 Query Results CSV: plain texts, full IRIs, CRLF line ends."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(self.variables)
        for row in self.rows:
            writer.writerow("" if term is None else term.value for term in row)
        return out.getvalue()

    def to_tsv(self) -> str:
        """SPARQL 1.1 Query Results TSV: terms as in Turtle, tabs between them."""
        lines = ["\t".join("?" + name for name in self.variables)]
        lines += ["\t".join("" if term is None else str(term) for term in row) for row in self.rows]
        return "\n".join(lines) + "\n"

    def to_markdown(self) -> str:
        """A Markdown table of the short texts."""
        return markdown_table(self.variables, self.text_rows)


class Truth:
    """The answer of an ASK query.

    Args:
        value: Whether the pattern has a solution.
    """

    def __init__(self, value: bool) -> None:
        self.value = value

    def __bool__(self) -> bool:
        return self.value

    def __eq__(self, other: object) -> bool:
        return self.value == other.value if isinstance(other, Truth) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return f"<Truth: {self.value}>"

    def to_json(self) -> str:
        """SPARQL 1.1 Query Results JSON."""
        return json.dumps({"head": {}, "boolean": self.value}, indent=1) + "\n"


class Triples(Sequence[ox.Triple]):
    """The statements that a CONSTRUCT or DESCRIBE query built, in canonical order.

    Args:
        triples: The statements; repeated ones count once.
        prefixes: For writing them.
    """

    def __init__(self, triples: Sequence[ox.Triple], prefixes: Mapping[str, str]) -> None:
        self._triples = tuple(sorted(set(triples), key=str))
        self._prefixes = dict(prefixes)

    def __len__(self) -> int:
        return len(self._triples)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]  # int or slice, as in a tuple
        return self._triples[index]

    def __eq__(self, other: object) -> bool:
        return self._triples == other._triples if isinstance(other, Triples) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._triples)

    def __repr__(self) -> str:
        return f"<Triples: {len(self)}>"

    def serialize(self, format: str = "turtle") -> str:
        """The statements as canonical text, in a format of :mod:`evigraph.canonical`."""
        quads = [ox.Quad(t.subject, t.predicate, t.object) for t in self._triples]
        return serialize(quads, format, self._prefixes).decode()


def to_python(term: Term | None) -> Value:
    """A term as a Python value: numbers and booleans converted when they can be, else the text."""
    if not isinstance(term, ox.Literal):
        return None if term is None else term.value
    kind = term.datatype.value.removeprefix(XSD)
    try:
        if kind in _INTEGERS:
            return int(term.value)
        if kind == "decimal":
            return Decimal(term.value)
        if kind in ("double", "float"):
            return float(term.value)
    except (ValueError, ArithmeticError):
        return term.value
    if kind == "boolean" and term.value in ("true", "false", "1", "0"):
        return term.value in ("true", "1")
    return term.value


def json_cell(term: Term) -> dict[str, str]:
    """A term as SPARQL 1.1 Query Results JSON has it."""
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    cell = {"type": "literal", "value": term.value}
    if term.language:
        cell["xml:lang"] = term.language
    elif term.datatype.value != XSD + "string":
        cell["datatype"] = term.datatype.value
    return cell
