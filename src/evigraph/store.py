"""The one interface to statements that can be asked, wherever they are kept.

Trust is the choice of graphs: a query sees the union of the trusted ones, and may name them. Two
kinds of store keep the interface: the embedded one here, and the remote one of
:mod:`evigraph.remote`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from evigraph.errors import InputError
from evigraph.guard import code_of, syntax_error
from evigraph.ordering import put_in_order, split_order
from evigraph.terms import RDF_TYPE
from evigraph.trust import Trust

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Bindings = Mapping[str, ox.NamedNode | ox.Literal]
#: The names of the columns, and one tuple of terms a row; ``None`` where a variable is unbound.
Rows = tuple[list[str], list[tuple[Term | None, ...]]]

_FORM = re.compile(r"\b(select|ask|construct|describe)\b", re.IGNORECASE)


class Store(Protocol):
    """Statements that can be asked."""

    def select(
        self, text: str, *, trust: Trust, bindings: Bindings | None = None, where: str = "query"
    ) -> Rows:
        """The rows of a SELECT query.

        Args:
            text: The query.
            trust: Which graphs count.
            bindings: Values for variables that the query projects.
            where: What to call the query in an error message.

        Raises:
            InputError: The query has an error.
        """
        ...

    def ask(self, text: str, *, trust: Trust, where: str = "query") -> bool:
        """The truth of an ASK query; otherwise as :meth:`select`."""
        ...

    def construct(self, text: str, *, trust: Trust, where: str = "query") -> list[ox.Triple]:
        """The statements of a CONSTRUCT or DESCRIBE query; otherwise as :meth:`select`."""
        ...

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add statements."""
        ...

    def quads(
        self,
        subject: Term | None = None,
        predicate: ox.NamedNode | None = None,
        object: Term | None = None,
        graph: ox.NamedNode | None = None,
    ) -> Iterator[ox.Quad]:
        """The statements that fit what is given, in no order."""
        ...

    def graphs(self) -> dict[str, int]:
        """The number of statements in each graph, by its IRI, sorted."""
        ...


def about(store: Store, *classes: ox.NamedNode) -> list[ox.Quad]:
    """The statements about the things of some classes, each thing's together, sorted by IRI."""
    things = {quad.subject for kind in classes for quad in store.quads(predicate=RDF_TYPE, object=kind)}
    named = sorted((thing for thing in things if isinstance(thing, ox.NamedNode)), key=str)
    return [quad for thing in named for quad in store.quads(subject=thing)]


def query_form(text: str) -> str:
    """The form of a query: ``select``, ``ask``, ``construct`` or ``describe``; else ``unknown``."""
    found = _FORM.search(code_of(text))
    return found[1].lower() if found else "unknown"


class EmbeddedStore:
    """A store in this process, by pyoxigraph: in memory, or on disk and read only.

    Args:
        quads: Statements to begin with, for a store in memory.
        path: The folder of a store on disk; nothing can be loaded into it here.

    Attributes:
        path: As given.
        version: Another number after each change of what is in it.
    """

    def __init__(self, quads: Iterable[ox.Quad] = (), path: Path | None = None) -> None:
        self.path = path
        self.version = 0
        self._store = ox.Store.read_only(str(path)) if path else ox.Store()
        if not path:
            self._store.extend(quads)

    def select(
        self,
        text: str,
        *,
        trust: Trust,
        bindings: Bindings | None = None,
        where: str = "query",
        most: int | None = None,
    ) -> Rows:
        """As :meth:`Store.select`; with ``most``, up to one row more than that, so that it can be told."""
        bare, order = split_order(text)
        names, rows = self._rows(bare, trust, bindings or {}, where, most)
        # The first rows that are found are not those that come first.
        cut = most is not None and len(rows) > most
        if order and (cut or not put_in_order(names, rows, order)):
            names, rows = self._rows(text, trust, bindings or {}, where, most)
        return names, rows

    def ask(self, text: str, *, trust: Trust, where: str = "query") -> bool:
        """As :meth:`Store.ask`."""
        result = self._query(text, trust, {}, where)
        if not isinstance(result, ox.QueryBoolean):
            raise InputError(f"{where}: is no ASK query")
        return bool(result)

    def construct(
        self, text: str, *, trust: Trust, where: str = "query", most: int | None = None
    ) -> list[ox.Triple]:
        """As :meth:`Store.construct`; with ``most``, as :meth:`select`."""
        result = self._query(text, trust, {}, where)
        if not isinstance(result, ox.QueryTriples):
            raise InputError(f"{where}: is no CONSTRUCT or DESCRIBE query")
        return list(islice(result, _one_more(most)))

    def lines(self) -> bytes:
        """All statements as N-Quads, with the names that blank nodes have here."""
        text = self._store.dump(format=ox.RdfFormat.N_QUADS)
        assert text is not None  # only None when an output is named
        return text

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """As :meth:`Store.load`."""
        self.version += 1
        self._store.extend(quads)

    def change(self, added: Iterable[ox.Quad], removed: Iterable[ox.Quad]) -> None:
        """Take statements out of a store in memory, and add others."""
        new, old = list(added), list(removed)
        self.version += bool(new or old)
        for quad in old:
            self._store.remove(quad)
        self._store.extend(new)

    def quads(
        self,
        subject: Term | None = None,
        predicate: ox.NamedNode | None = None,
        object: Term | None = None,
        graph: ox.NamedNode | None = None,
    ) -> Iterator[ox.Quad]:
        """As :meth:`Store.quads`."""
        return self._store.quads_for_pattern(subject, predicate, object, graph)  # type: ignore[arg-type]

    def graphs(self) -> dict[str, int]:
        """As :meth:`Store.graphs`."""
        names = [graph for graph in self._store.named_graphs() if isinstance(graph, ox.NamedNode)]
        counts = {g.value: sum(1 for _ in self.quads(graph=g)) for g in names}
        return dict(sorted(counts.items()))

    def _rows(self, text: str, trust: Trust, bindings: Bindings, where: str, most: int | None) -> Rows:
        result = self._query(text, trust, bindings, where)
        if not isinstance(result, ox.QuerySolutions):
            raise InputError(f"{where}: is no SELECT query")
        names = [variable.value for variable in result.variables]
        try:
            return names, [tuple(solution) for solution in islice(result, _one_more(most))]
        except RuntimeError as error:
            raise InputError(f"{where}: {error}") from None

    def _query(
        self, text: str, trust: Trust, bindings: Bindings, where: str
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        substitutions: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
            ox.Variable(name): term for name, term in bindings.items()
        }
        present = set(self._store.named_graphs())
        default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [
            graph for graph in trust.default_graphs if graph in present
        ]
        # The union of all graphs is one scan; of some, one scan each.
        everything = present <= set(default)
        try:
            return self._store.query(
                text,
                use_default_graph_as_union=everything,
                default_graph=None if everything else default,
                named_graphs=[graph for graph in trust.named_graphs if graph in present],
                substitutions=substitutions or None,
            )
        except SyntaxError as error:
            raise syntax_error(where, error) from None
        except (RuntimeError, ValueError) as error:
            raise InputError(f"{where}: {error}") from None


def _one_more(most: int | None) -> int | None:
    return None if most is None else most + 1
