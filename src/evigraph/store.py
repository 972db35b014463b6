"""Statements that can be queried, with trust as the choice of graphs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from evigraph.errors import InputError
from evigraph.guard import syntax_error
from evigraph.trust import Trust

QueryResult = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class Store:
    """An in-memory store over the statements of a review.

    Args:
        quads: The statements, each in the graph of its basis.
    """

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._store = ox.Store()
        self._store.extend(quads)

    def with_quads(self, quads: Iterable[ox.Quad]) -> Store:
        """This store with more statements; the store itself stays as it is."""
        more = Store(self._store)
        more._store.extend(quads)
        return more

    def query(
        self,
        text: str,
        *,
        trust: Trust,
        bindings: Mapping[str, ox.NamedNode | ox.Literal] | None = None,
        where: str = "query",
    ) -> QueryResult:
        """Ask a SPARQL query over the trusted statements.

        Args:
            text: A SELECT, ASK, CONSTRUCT or DESCRIBE query.
            trust: Which graphs count.
            bindings: Values for variables that the query projects.
            where: What to call the query in an error message.

        Raises:
            InputError: The query has a syntax error; line and column are named.
        """
        substitutions: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
            ox.Variable(name): term for name, term in (bindings or {}).items()
        }
        try:
            return self._store.query(
                text,
                default_graph=list(trust.default_graphs),
                named_graphs=list(trust.named_graphs),
                substitutions=substitutions or None,
            )
        except SyntaxError as error:
            raise syntax_error(where, error) from None
        except (RuntimeError, ValueError) as error:
            raise InputError(f"{where}: {error}") from None
