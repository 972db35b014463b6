"""A store behind a SPARQL endpoint.

SPARQLWrapper builds the requests of queries and updates. :mod:`evigraph.transport` sends them,
because SPARQLWrapper's timeout holds for one read at a time, so that a server that drips is never
stopped, and because it follows redirects to anywhere.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import Request
from uuid import uuid4

import pyoxigraph as ox
from SPARQLWrapper import POST, SPARQLWrapper

from evigraph import wire
from evigraph.errors import EnvironmentFaultError, EvigraphError, InputError
from evigraph.store import Bindings, Rows, Term, query_form
from evigraph.transport import Reply, Transport
from evigraph.trust import Trust

#: A graph with more statements than this is fetched in pages.
PAGE: Final = 500_000

_RESULTS: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples, text/turtle;q=0.5"
_ACCEPT: Final = {"select": _RESULTS, "ask": _RESULTS, "construct": _TRIPLES, "describe": _TRIPLES}

_PATTERN: Final = ("SELECT ?s ?p ?o ?g WHERE {", "GRAPH ?g { ?s ?p ?o } }")
_COUNTS: Final = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_COUNT: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"

#: By the last part of the address for queries, what servers have beside it: first the address for
#: updates, then where a graph store may be.
_NEIGHBOURS: Final = {
    "query": ("update", "store", "data"),  # Oxigraph; Fuseki
    "sparql-auth": ("sparql-auth", "sparql-graph-crud-auth"),  # Virtuoso
}


class _Wrapper(SPARQLWrapper):
    """SPARQLWrapper as the builder of requests: the form of a query is told, not guessed."""

    def __init__(self, url: str, form: str, agent: str) -> None:
        self._form = form
        super().__init__(url, agent=agent)
        self.setMethod(POST)
        self.setOnlyConneg(True)

    def _parseQueryType(self, query: str) -> str:  # noqa: N802, ARG002  # a name of SPARQLWrapper's
        return self._form

    def request(self) -> Request:
        """The request, not yet sent."""
        return self._createRequest()


class RemoteStore:
    """Statements behind a SPARQL endpoint, as :class:`evigraph.store.Store`.

    User and password are taken from ``EVIGRAPH_USER`` and ``EVIGRAPH_PASSWORD``; ``EVIGRAPH_AUTH``
    says ``basic`` (as when it is not set) or ``digest``.

    Args:
        url: Where queries go.
        update_url: Where updates go; else what goes with the address of the queries by custom.
        graph_store_url: Where whole graphs are put and got (SPARQL Graph Store Protocol).
        deadline: Seconds for one request, from its start to the last byte of its answer.
        max_bytes: The longest answer that is read.

    Raises:
        InputError: An address or ``EVIGRAPH_AUTH`` cannot be used.
    """

    def __init__(
        self,
        url: str,
        *,
        update_url: str | None = None,
        graph_store_url: str | None = None,
        deadline: float = 60.0,
        max_bytes: int = 256_000_000,
    ) -> None:
        from evigraph import __version__

        self.url = _checked(url)
        self.update_url = _checked(update_url or _neighbours(url)[0])
        self.graph_store_url = None if graph_store_url is None else _checked(graph_store_url)
        self._agent = f"evigraph/{__version__}"
        self._transport = Transport(deadline, max_bytes, *_credentials())

    def __repr__(self) -> str:
        return f"<RemoteStore {self.url}>"

    def select(
        self, text: str, *, trust: Trust, bindings: Bindings | None = None, where: str = "query"
    ) -> Rows:
        """As :meth:`evigraph.store.Store.select`.

        Raises:
            InputError: The query is refused, or has a VALUES clause at its end beside bindings.
            EnvironmentFaultError: The endpoint cannot be used, or answers with something else.
            LimitError: The answer takes too long, or is too long.
        """
        if query_form(text) != "select":
            raise InputError(f"{where}: is no SELECT query")
        text = wire.with_values(text, bindings or {}, where)
        return wire.rows(self._query(text, "select", trust.default_graphs, trust.named_graphs, where))

    def ask(self, text: str, *, trust: Trust, where: str = "query") -> bool:
        """As :meth:`evigraph.store.Store.ask`; raises as :meth:`select`."""
        if query_form(text) != "ask":
            raise InputError(f"{where}: is no ASK query")
        return wire.truth(self._query(text, "ask", trust.default_graphs, trust.named_graphs, where))

    def construct(self, text: str, *, trust: Trust, where: str = "query") -> list[ox.Triple]:
        """As :meth:`evigraph.store.Store.construct`; raises as :meth:`select`."""
        form = query_form(text)
        if form not in ("construct", "describe"):
            raise InputError(f"{where}: is no CONSTRUCT or DESCRIBE query")
        return wire.triples(self._query(text, form, trust.default_graphs, trust.named_graphs, where))

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add statements, by updates of bounded size.

        Raises:
            EnvironmentFaultError: The endpoint cannot be used; earlier batches have gone in.
        """
        for batch in wire.batches(quads):
            self.update(batch)

    def quads(
        self,
        subject: Term | None = None,
        predicate: ox.NamedNode | None = None,
        object: Term | None = None,
        graph: ox.NamedNode | None = None,
    ) -> Iterator[ox.Quad]:
        """As :meth:`evigraph.store.Store.quads`, of the named graphs; raises as :meth:`select`."""
        given = {"s": subject, "p": predicate, "o": object, "g": graph}
        terms = {name: wire.sent(term) for name, term in given.items() if term is not None}
        bindings = {n: term for n, term in terms.items() if not isinstance(term, ox.BlankNode)}
        if bindings.keys() <= {"g"}:
            for node in [graph] if graph else map(ox.NamedNode, self.graphs()):
                yield from (ox.Quad(t.subject, t.predicate, t.object, node) for t in self.statements(node))
            return
        # Before the pattern, for the sake of Virtuoso, which joins a VALUES at the end late.
        text = " ".join((*_PATTERN[:1], wire.values(bindings), *_PATTERN[1:]))
        reply = self._query(text, "select", (), (), "quads")
        for s, p, o, g in wire.rows(reply)[1]:
            if not isinstance(p, ox.NamedNode) or isinstance(s, ox.Literal | None) or o is None:
                raise reply.fault("answers with rows that are no statements")
            yield ox.Quad(s, p, o, g if isinstance(g, ox.NamedNode) else ox.DefaultGraph())

    def graphs(self) -> dict[str, int]:
        """As :meth:`evigraph.store.Store.graphs`; a server may have graphs of its own there."""
        reply = self._query(_COUNTS, "select", (), (), "graphs")
        return dict(sorted((g.value, wire.number(reply, n)) for g, n in wire.rows(reply)[1] if g is not None))

    def count(self, graph: ox.NamedNode) -> int:
        """The number of statements in a graph."""
        reply = self._query(_COUNT, "select", (graph,), (), "count")
        rows = wire.rows(reply)[1]
        return wire.number(reply, rows[0][0] if rows else None)

    def statements(self, graph: ox.NamedNode) -> list[ox.Triple]:
        """All statements of a graph.

        Raises:
            EnvironmentFaultError: The server gives fewer than it counts.
        """
        count = self.count(graph)
        found: list[ox.Triple] = []
        if count and self.graph_store_url and count <= PAGE:
            found = wire.triples(self._graph_store("GET", graph))
        elif count <= PAGE:
            found = wire.triples(self._query(_ALL, "construct", (graph,), (), "statements")) if count else []
        else:
            for start in range(0, count, PAGE):
                page = " ".join((_ALL, "ORDER BY ?s ?p ?o LIMIT", str(PAGE), "OFFSET", str(start)))
                found += wire.triples(self._query(page, "construct", (graph,), (), "statements"))
        if len(found) != count:
            raise EnvironmentFaultError(
                f"{self.url}: gave {len(found):,} of the {count:,} statements in {graph}; raise the server's "
                "limit on rows (of Virtuoso: ResultSetMaxRows)"
            )
        return found

    def replace(self, graph: ox.NamedNode, triples: Sequence[ox.Triple]) -> None:
        """Make these all that a graph holds: as a whole where a graph store is named, else by a copy.

        By update, the statements first go into a graph of another name, which is then moved; when
        a batch fails, the earlier content stays.

        Raises:
            EnvironmentFaultError: The endpoint cannot be used.
        """
        if self.graph_store_url:
            sent = map(wire.sent_triple, triples)
            data = ox.serialize(sent, format=ox.RdfFormat.N_TRIPLES) if triples else None
            self._graph_store("PUT" if triples else "DELETE", graph, data)
            return
        if not triples:
            self.update(" ".join(("DROP SILENT GRAPH", str(graph))))
            return
        staging = ox.NamedNode(f"urn:evigraph:staging:{uuid4()}")
        try:
            self.load(ox.Quad(t.subject, t.predicate, t.object, staging) for t in triples)
            if not self.count(staging):  # Virtuoso moves what is not there, and so empties the target
                raise EnvironmentFaultError(f"{self.update_url}: what was put in is not at {self.url}")
            self.update(" ".join(("MOVE GRAPH", str(staging), "TO GRAPH", str(graph))))
        except BaseException:
            with contextlib.suppress(EvigraphError):
                self.update(" ".join(("DROP SILENT GRAPH", str(staging))))
            raise

    def update(self, text: str) -> None:
        """Send an update.

        Raises:
            EnvironmentFaultError: It is refused, or the endpoint cannot be used.
            LimitError: It takes too long.
        """
        wrapper = _Wrapper(self.update_url, "INSERT", self._agent)
        wrapper.setQuery(text)
        reply = self._transport.send(wrapper.request(), self.update_url)
        if reply.status == 400:
            raise reply.fault("refuses the update", "is it the address for updates?")
        reply.require_done()

    def find_graph_store(self) -> bool:
        """Look whether a graph store stands where servers of a known kind have it; use it if so."""
        for url in () if self.graph_store_url else _neighbours(self.url)[1]:
            request = self._request(url + "?default", "GET")
            reply = self._transport.send(request, url, body=False)
            if reply.status == 200 and reply.is_rdf:
                self.graph_store_url = url
        return self.graph_store_url is not None

    def _query(
        self,
        text: str,
        form: str,
        default: Iterable[ox.NamedNode],
        named: Iterable[ox.NamedNode],
        where: str,
    ) -> Reply:
        wrapper = _Wrapper(self.url, form.upper(), self._agent)
        wrapper.setQuery(text)
        wrapper.addCustomHttpHeader("Accept", _ACCEPT[form])
        for graph in default:
            wrapper.addParameter("default-graph-uri", graph.value)
        for graph in named:
            wrapper.addParameter("named-graph-uri", graph.value)
        reply = self._transport.send(wrapper.request(), self.url)
        if reply.status == 400:
            raise InputError(f"{where}: {self.url} refuses the query: {reply.first_line}; mend it there")
        reply.require_done()
        return reply

    def _graph_store(self, method: str, graph: ox.NamedNode, data: bytes | None = None) -> Reply:
        assert self.graph_store_url is not None
        joint = "&" if urlsplit(self.graph_store_url).query else "?"
        url = f"{self.graph_store_url}{joint}graph={quote(graph.value, safe='')}"
        reply = self._transport.send(self._request(url, method, data), self.graph_store_url)
        if not (method == "DELETE" and reply.status == 404):
            reply.require_done()
        return reply

    def _request(self, url: str, method: str, data: bytes | None = None) -> Request:
        # Virtuoso refuses to say "created" in a format of statements.
        headers = {"User-Agent": self._agent, "Accept": _TRIPLES if method == "GET" else "*/*"}
        if data is not None:
            headers["Content-Type"] = "application/n-triples"
        return Request(url, data, headers, method=method)


def _checked(url: str) -> str:
    """An address that a request can be sent to."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    else:
        if parts.username is not None or parts.password is not None:
            raise InputError(
                f"{parts.scheme}://…@{parts.hostname}: holds a user; set EVIGRAPH_USER and EVIGRAPH_PASSWORD"
            )
    if not usable or not re.fullmatch(r"[!-~]+", url) or set(url) & set('<>"{}|\\^`'):
        raise InputError(f"{url}: is no http or https address; write it as http://host:port/path")
    return url


def _neighbours(url: str) -> tuple[str, list[str]]:
    """Where updates go by custom, and where a graph store may stand."""
    path, _, last = urlsplit(url).path.rpartition("/")
    if last not in _NEIGHBOURS:
        return url, []
    update, *stores = (urljoin(url, f"{path}/{name}") for name in _NEIGHBOURS[last])
    return update, stores


def _credentials() -> tuple[str | None, str | None, str]:
    """User, password and kind of authentication from the environment."""
    auth = os.environ.get("EVIGRAPH_AUTH", "basic").lower()
    if auth not in ("basic", "digest"):
        raise InputError(f"EVIGRAPH_AUTH={auth}: known are basic and digest")
    user, password = os.environ.get("EVIGRAPH_USER"), os.environ.get("EVIGRAPH_PASSWORD")
    if user and password is None:
        raise InputError("EVIGRAPH_USER is set without EVIGRAPH_PASSWORD; set both or none")
    return user or None, password, auth
