"""The one door for RDF files: bytes in, statements out, with errors that name the line.

pyoxigraph parses, because it refuses what the W3C suites say must be refused.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from evigraph.errors import EnvironmentFaultError, InputError
from evigraph.terms import BASIS, GIVEN_GRAPH, ONTOLOGY_GRAPH

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
STDIN = "-"
#: Told a part of the work that was done, and the bytes done and to do.
Progress = Callable[[str, int, int], None]
#: Files of the graph from this size on, in bytes, are not held in memory whole where that can be helped.
LARGE = 4_000_000
#: What the parser says in its own terms, for a reader.
_PLAINER = {
    "LoadDocumentCallback": "names a context elsewhere, which is not fetched; write it into the file",
    "No scheme found": "an IRI lacks its beginning; write it whole, or give @base",
}


def read_bytes(path: str | Path) -> bytes:
    """The content of a file or, for ``-``, of standard input, without a byte-order mark.

    Raises:
        InputError: There is no such file, it is a folder, or it is empty.
        EnvironmentFaultError: The system does not let it be read.
    """
    if not str(path):
        raise InputError("no file is named; name one, or - for standard input")
    try:
        data = _stdin() if str(path) == STDIN else Path(path).read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder; name a file in it") from None
    except OSError as error:
        raise EnvironmentFaultError(f"{path}: cannot be read: {error.strerror}") from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        what = "standard input" if str(path) == STDIN else "the file"
        raise InputError(f"{path}: {what} is empty; nothing can be read from it")
    return data


def _stdin() -> bytes:
    return b"" if sys.stdin is None else sys.stdin.buffer.read()


def read_text(path: str | Path) -> str:
    """The content of a UTF-8 file.

    Raises:
        InputError: As :func:`read_bytes`, or the bytes are not UTF-8; the line is named.
    """
    data = read_bytes(path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}:{line}: not UTF-8 (byte 0x{data[error.start]:02X}); save the file as UTF-8"
        ) from None


def read_quads(path: str | Path) -> list[ox.Quad]:
    """Parse an RDF file by its suffix; standard input and pipes by what they look like.

    Returns:
        The statements in file order; blank nodes are renamed, so files never share one.

    Raises:
        InputError: The file cannot be read, its kind is unknown, it has a syntax error, named by
            line and column, or it holds a statement about a statement.
    """
    text = read_text(path)
    last: InputError | None = None
    for format in _formats(path, text):
        try:
            quads = list(ox.parse(text, format=format, rename_blank_nodes=True))
        except (SyntaxError, ValueError) as error:
            last = last or syntax_error(path, error)
        else:
            return _without_triple_terms(path, quads)
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


def _without_triple_terms(path: str | Path, quads: list[ox.Quad]) -> list[ox.Quad]:
    if any(isinstance(quad.object, ox.Triple) for quad in quads):
        raise triple_term(path)
    return quads


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


def syntax_error(path: str | Path, error: SyntaxError | ValueError) -> InputError:
    """What pyoxigraph says of a file, with its line and column."""
    message = str(getattr(error, "msg", None) or error)
    message = re.sub(r"^Parser error at line .*?: ", "", message)
    message = next(
        (words for sign, words in _PLAINER.items() if sign in message), f"{message}; mend the syntax"
    )
    line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
    where = f"{path}:{line}:{column}" if line else f"{path}"
    return InputError(f"{where}: {message}")
