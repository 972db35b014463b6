"""The one door for RDF files: bytes in, statements out, with errors that name the line.

pyoxigraph parses, because it refuses what the W3C suites say must be refused. What it does not refuse, or
does not survive, is looked for first: control characters, and entities that grow.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from evigraph.entities import require_plain_entities
from evigraph.errors import EvigraphError, InputError, LimitError
from evigraph.fitness import Fitness, require_fit
from evigraph.terms import BASIS, GIVEN_GRAPH, ONTOLOGY_GRAPH
from evigraph.texts import STDIN as STDIN
from evigraph.texts import read_bytes as read_bytes
from evigraph.texts import read_text as read_text

FORMAT_BY_SUFFIX = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
}
#: Told a part of the work that was done, and the bytes done and to do.
Progress = Callable[[str, int, int], None]
#: Files of the graph from this size on, in bytes, are not held in memory whole where that can be helped.
LARGE = 4_000_000
#: Bytes of the longest text that the parser reads.
LONGEST = 16_777_216
#: What the parser raises, all of which :func:`syntax_error` puts into words.
FAULTS = (SyntaxError, ValueError, MemoryError)
#: What the parser says in its own terms, for a reader.
_PLAINER = {
    "LoadDocumentCallback": "names a context elsewhere, which is not fetched; write it into the file",
    "No scheme found": "an IRI lacks its beginning; write it whole, or give @base",
}


def read_quads(path: str | Path, *, base: str | None = None) -> list[ox.Quad]:
    """Parse an RDF file by its suffix; standard input and pipes by what they look like.

    Args:
        path: The file; ``-`` is standard input.
        base: The IRI that relative ones in the file start from, when it gives none itself; left out,
            they are refused, because where a file happens to lie is no part of what it says.

    Returns:
        The statements in file order; blank nodes are renamed, so files never share one.

    Raises:
        InputError: The file cannot be read, its kind is unknown, it has a syntax error, named by
            line and column, or it holds a statement about a statement.
        LimitError: A text in it is longer than :data:`LONGEST`.
    """
    text = read_text(path)
    last: EvigraphError | None = None
    for format in _formats(path, text):
        data = text.encode()
        Fitness(path, escapes_of(format)).take(data)
        if format == ox.RdfFormat.RDF_XML:
            require_plain_entities(path, data)
        try:
            quads = list(ox.parse(data, format=format, base_iri=base, rename_blank_nodes=True))
        except FAULTS as error:
            last = last or syntax_error(path, error)
        else:
            return _usable(path, quads, len(data))
    assert last is not None
    raise last


def as_given(quads: list[ox.Quad]) -> list[ox.Quad]:
    """Put every statement that stands in no graph of ours into the graph ``basis:given``."""

    def ours(graph: object) -> bool:
        return isinstance(graph, ox.NamedNode) and (graph.value.startswith(BASIS) or graph == ONTOLOGY_GRAPH)

    return [
        quad if ours(quad.graph_name) else ox.Quad(quad.subject, quad.predicate, quad.object, GIVEN_GRAPH)
        for quad in quads
    ]


def triple_term(path: str | Path) -> InputError:
    """What to say of a file with a statement about a statement."""
    # RDF 1.2 has them; the graph, its shapes and its exports are RDF 1.1.
    return InputError(f"{path}: holds a statement in << >>; say what it rests on by its graph instead")


def _usable(path: str | Path, quads: list[ox.Quad], size: int) -> list[ox.Quad]:
    if any(isinstance(quad.object, ox.Triple) for quad in quads):
        raise triple_term(path)
    # The parser of RDF/XML has no limit, but what it gives must be read again in other formats.
    if size > LONGEST and any(len(str(quad.object).encode()) > LONGEST - 100 for quad in quads):
        raise _too_long(path)
    return quads


def escapes_of(format: ox.RdfFormat) -> str:
    """How a format writes signs by number, as :class:`evigraph.fitness.Fitness` has it."""
    return "xml" if format == ox.RdfFormat.RDF_XML else "backslash"


def require_readable(path: Path) -> None:
    """Look at a file that is then read by other means than :func:`read_quads`.

    Raises:
        InputError: It holds a control character, or an entity that grows.
        OSError: It cannot be read.
    """
    format = FORMAT_BY_SUFFIX[path.suffix.lower()]
    require_fit(path, escapes_of(format))
    if format == ox.RdfFormat.RDF_XML:
        require_plain_entities(path)


def _formats(path: str | Path, text: str) -> list[ox.RdfFormat]:
    suffix = Path(path).suffix.lower()
    if str(path) != STDIN and (suffix or Path(path).is_file()):
        if suffix not in FORMAT_BY_SUFFIX:
            known = ", ".join(FORMAT_BY_SUFFIX)
            raise InputError(f"{path}: unknown kind of file {suffix!r}; known are {known}")
        return [FORMAT_BY_SUFFIX[suffix]]
    if text.lstrip().startswith(("{", "[")) and not text.lstrip().startswith("[]"):
        return [ox.RdfFormat.JSON_LD]
    if text.lstrip().startswith(("<?xml", "<rdf:RDF")):
        return [ox.RdfFormat.RDF_XML]
    # TriG reads Turtle and N-Triples too; N-Quads is what it cannot read.
    return [ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS]


def syntax_error(path: str | Path, error: BaseException) -> EvigraphError:
    """What pyoxigraph says of a file, one of :data:`FAULTS`, with its line and column."""
    if isinstance(error, MemoryError):
        return _too_long(path) if str(LONGEST) in str(error) else LimitError(f"{path}: needs too much memory")
    message = str(getattr(error, "msg", None) or error)
    if "utf-8" in message.lower() and Path(path).is_file():
        try:
            read_text(path)  # knows what it looks like
        except EvigraphError as known:
            return known
    message = re.sub(r"^Parser error at line .*?: ", "", message)
    message = next(
        (words for sign, words in _PLAINER.items() if sign in message), f"{message}; mend the syntax"
    )
    line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
    where = f"{path}:{line}:{column}" if line else f"{path}"
    return InputError(f"{where}: {message}")


def _too_long(path: str | Path) -> LimitError:
    line = ""
    if Path(path).is_file():
        with Path(path).open("rb") as file:
            line = next((f":{n}" for n, text in enumerate(file, 1) if len(text) > LONGEST - 100), "")
    return LimitError(f"{path}{line}: holds a text of more than {LONGEST:,} bytes (16 MB); shorten it")
