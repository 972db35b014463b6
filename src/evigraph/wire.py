"""Terms and statements as a SPARQL server takes them and gives them.

Blank nodes go out as IRIs and come back as blank nodes (skolemization, RDF 1.1 Concepts, 3.5): no
update can carry one across two requests, Virtuoso takes none in an update at all, and every server
names them anew, so that the same review would come back as another text each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import pyoxigraph as ox

from evigraph.errors import InputError
from evigraph.store import Bindings, Rows, Term
from evigraph.terms import XSD
from evigraph.transport import Reply

#: In place of blank nodes; the rest of the IRI is the label.
SKOLEM: Final = "https://w3id.org/evigraph/.well-known/genid/"
#: So much goes into one update; Virtuoso refuses constant clauses that are much longer.
BATCH_STATEMENTS: Final = 1_000
BATCH_BYTES: Final = 400_000

# What a text may not be taken for: comments, IRIs, and strings of both lengths.
_NOISE = re.compile(
    r"#[^\n]*|<[^<>\"{}|^`\\\s]*>"
    r"|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''"
    r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'",
    re.DOTALL,
)
_VALUES = re.compile(r"[{}]|(?<![\w?$:.-])values(?=\s*[?$(])", re.IGNORECASE)
_VIRTUOSO_NODE = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")nodeID://')
_BOOLEAN = ox.NamedNode(XSD + "boolean")
_BOOLEANS = {"0": ox.Literal("false", datatype=_BOOLEAN), "1": ox.Literal("true", datatype=_BOOLEAN)}


def with_values(text: str, bindings: Bindings, where: str) -> str:
    """A query with values for some of its variables, as a VALUES clause at its end.

    SPARQL 1.1 joins that clause with the solutions, before they are ordered and cut.

    Raises:
        InputError: The query has such a clause already.
    """
    if not bindings:
        return text
    depth = 0
    for found in _VALUES.finditer(_NOISE.sub(" ", text)):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0 and found[0] not in "{}":
            raise InputError(f"{where}: ends in VALUES and takes parameters; move the VALUES into the WHERE")
    return "".join((text, "\n", values(bindings), "\n"))


def values(bindings: Bindings) -> str:
    """A VALUES clause, made of serialised terms."""
    names = " ".join(str(ox.Variable(name)) for name in bindings)
    terms = " ".join(str(term) for term in bindings.values())
    return "".join(("VALUES (", names, ") { (", terms, ") }"))


def sent(term: Any) -> Any:
    """A term as it is sent: an IRI in place of a blank node."""
    return ox.NamedNode(SKOLEM + term.value) if isinstance(term, ox.BlankNode) else term


def received(term: Any) -> Any:
    """A term as it was before it was sent; and ``true`` where Virtuoso has the boolean ``1``.

    Raises:
        ValueError: It is a triple term, of which we have none.
    """
    if isinstance(term, ox.NamedNode):
        start, skolem, label = term.value.partition(SKOLEM)
        return ox.BlankNode(label) if skolem and not start and label.isalnum() else term
    if isinstance(term, ox.Literal) and term.datatype == _BOOLEAN:
        return _BOOLEANS.get(term.value, term)
    if isinstance(term, ox.Triple):
        raise ValueError("a triple term")
    return term


def sent_triple(triple: ox.Triple) -> ox.Triple:
    """A statement as it is sent."""
    return ox.Triple(sent(triple.subject), triple.predicate, sent(triple.object))


def batches(quads: Iterable[ox.Quad]) -> Iterator[str]:
    """Updates that insert the statements, each of bounded size."""
    graphs: dict[object, list[str]] = {}
    count = size = 0
    for quad in quads:
        line = str(sent_triple(quad.triple)) + " ."
        if count and (count == BATCH_STATEMENTS or size + len(line.encode()) > BATCH_BYTES):
            yield _insertion(graphs)
            graphs, count, size = {}, 0, 0
        graphs.setdefault(quad.graph_name, []).append(line)
        count += 1
        size += len(line.encode())
    if count:
        yield _insertion(graphs)


def _insertion(graphs: Mapping[object, list[str]]) -> str:
    parts = ["INSERT DATA {"]
    for graph, lines in graphs.items():
        named = isinstance(graph, ox.NamedNode)
        parts += ["GRAPH", str(graph), "{", *lines, "}"] if named else lines
    return "\n".join([*parts, "}"])


def rows(reply: Reply) -> Rows:
    """The names of the columns, and the rows, from SPARQL 1.1 Query Results JSON.

    Raises:
        EnvironmentFaultError: The answer is something else.
    """
    found = _results(reply)
    if isinstance(found, bool):
        raise reply.fault("answers SELECT with a truth")
    return found


def truth(reply: Reply) -> bool:
    """The answer to ASK; otherwise as :func:`rows`."""
    found = _results(reply)
    if not isinstance(found, bool):
        raise reply.fault("answers ASK with rows")
    return found


def triples(reply: Reply) -> list[ox.Triple]:
    """Statements, from N-Triples or Turtle; otherwise as :func:`rows`."""
    if reply.is_html:
        raise reply.fault("answers with a web page instead of statements", "is it a SPARQL endpoint?")
    try:
        # N-Triples is Turtle too.
        parsed = ox.parse(reply.body, format=ox.RdfFormat.TURTLE)
        return [ox.Triple(received(q.subject), q.predicate, received(q.object)) for q in parsed]
    except (SyntaxError, ValueError):
        pass  # as in _results
    raise reply.fault("answers with something that is neither N-Triples nor Turtle")


def number(reply: Reply, term: Term | None) -> int:
    """What was counted; otherwise as :func:`rows`."""
    if isinstance(term, ox.Literal) and term.value.isdigit():
        return int(term.value)
    raise reply.fault("answers a count with no number")


def _results(reply: Reply) -> Rows | bool:
    if reply.is_html:
        raise reply.fault("answers with a web page instead of results", "is it a SPARQL endpoint?")
    try:
        return _parsed(reply.body)
    except (SyntaxError, ValueError):
        pass  # left here, for its frames hold an object that only this thread may free
    raise reply.fault("answers with something that is no SPARQL results in JSON")


def _parsed(body: bytes) -> Rows | bool:
    if b"nodeID://" in body:
        body = _VIRTUOSO_NODE.sub(rb"\1", body)
    result = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(result, ox.QueryBoolean):
        return bool(result)
    names = [variable.value for variable in result.variables]
    return names, [tuple(received(solution[name]) for name in names) for solution in result]
