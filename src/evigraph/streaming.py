"""Reads the graph of a review of any size piece by piece, as piles of marked lines.

What is refused in a small file is refused in a large one: syntax errors, unknown words, blank nodes,
statements about statements, computed verdicts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from evigraph.canonical import nquads
from evigraph.errors import EnvironmentFaultError
from evigraph.folder import Folder, blank_node
from evigraph.marked import Pile, piles, text_of
from evigraph.reading import (
    FAULTS,
    FORMAT_BY_SUFFIX,
    Progress,
    require_readable,
    syntax_error,
    triple_term,
)
from evigraph.selection import concepts, trusted_graphs
from evigraph.terms import BASIS, GIVEN_GRAPH, ONTOLOGY_GRAPH, RDF, VERDICT_GRAPH, XSD
from evigraph.trust import Trust

#: Bytes of a file of lines, and statements of another file, that are read at a time.
PIECE, BATCH = 1_000_000, 10_000

_IRI = rb"<[a-z]+://[\w.~/-]+(?:#[\w.~/-]*)?>"
_REDUNDANT = re.escape(XSD.encode()) + rb"string>|" + re.escape(RDF.encode())
_TEXT = rb"\"[ !#-\[\]-~]*+\"(?:\^\^(?!<(?:%(redundant)s))%(iri)s)?" % {
    b"redundant": _REDUNDANT,
    b"iri": _IRI,
}
#: Lines that pyoxigraph would give back as they are. Most files of lines have no others, and to see
#: that takes a third of the time of parsing and writing them.
_AS_WRITTEN = re.compile(
    rb"(?:%(iri)s %(iri)s (?:%(iri)s|%(text)s) (?:%(iri)s )?\.\n)*+" % {b"iri": _IRI, b"text": _TEXT}
)


def trusted_piles(
    statements: Iterable[tuple[bytes, Pile]], ontology: Iterable[ox.Quad], trust: Trust
) -> Iterator[tuple[bytes, Pile]]:
    """Of the statements of a graph those of a level of trust, and the concepts of the ontology."""
    graphs = {_key(graph) for graph in trusted_graphs(trust)}
    yield from ((graph, pile) for graph, pile in statements if graph in graphs)
    yield from piles(nquads(concepts(ontology))).items()


def review_piles(folder: Folder, progress: Progress | None = None) -> Iterator[tuple[bytes, Pile]]:
    """The statements of all files of the graph, as :attr:`evigraph.folder.Folder.graph` has them.

    Raises:
        InputError: A file cannot be parsed, or holds what may not be in the graph.
        EnvironmentFaultError: A file was changed meanwhile.
    """
    with folder.unchanging("graph"):
        yield from _piles(folder, progress)


def _piles(folder: Folder, progress: Progress | None) -> Iterator[tuple[bytes, Pile]]:
    files = [(path, path.stat().st_size) for path in folder.files("graph")]
    total, done, large = sum(size for _, size in files), 0, folder.large_files
    for path, size in files:
        if path not in large:
            yield from piles(nquads(folder.read_graph_file(path))).items()
        else:
            for read, found in _checked(folder, path):
                yield from found
                if progress:
                    progress(folder.name_of(path), done + min(read, size), total)
        done += size
        if progress:
            progress(folder.name_of(path), done, total)


def _checked(folder: Folder, path: Path) -> Iterator[tuple[int, list[tuple[bytes, Pile]]]]:
    """The statements of a large file, each in the graph of its basis, with the bytes read so far."""
    default = folder.default_graph(path)
    words = folder.vocabulary
    unknown: dict[str, None] = {}
    described: set[str] = set()
    for read, data in _pieces(path):
        found = piles(data)
        for graph, pile in found.items():
            _refuse(folder, path, graph, pile)
            used = b"\n".join((*pile.iris, graph)).decode().split("\n")
            if undefined := words.undefined(iri[1:] for iri in used):
                unknown.update(dict.fromkeys(undefined))
                subjects = {line.split(b"\1", 1)[0] for line in pile.lines}
                described.update(iri for iri in undefined if b"<" + iri.encode() in subjects)
        yield read, [(_home(graph, default), pile) for graph, pile in found.items()]
    left = [iri for iri in unknown if not words.is_concept(iri) or iri not in described]
    if left:
        raise words.unknown_error(path, left)


def _refuse(folder: Folder, path: Path, graph: bytes, pile: Pile) -> None:
    if graph == _key(VERDICT_GRAPH):
        folder.vocabulary.require(path, ox.parse(text_of(pile.lines[:1], graph), format=ox.RdfFormat.N_QUADS))
    text = b"\n".join(pile.lines)
    if b"\2" in text:
        raise blank_node(path)
    if b"(" in text and b"\1> <<(" in text:
        raise triple_term(path)


def _home(graph: bytes, default: ox.NamedNode) -> bytes:
    if not graph:
        return _key(default)
    ours = graph.startswith(b"<" + BASIS.encode()) or graph == _key(ONTOLOGY_GRAPH)
    return graph if ours else _key(GIVEN_GRAPH)


def _key(graph: ox.NamedNode) -> bytes:
    return b"<" + graph.value.encode()


def _pieces(path: Path) -> Iterator[tuple[int, bytes]]:
    """A file as N-Quads, piece by piece, with the bytes read so far.

    Raises:
        InputError: It has a syntax error, or holds what no text may; the line is named.
        LimitError: A text in it is too long.
        EnvironmentFaultError: The system does not let it be read.
    """
    format = FORMAT_BY_SUFFIX[path.suffix.lower()]
    lines = format in (ox.RdfFormat.N_QUADS, ox.RdfFormat.N_TRIPLES)
    try:
        require_readable(path)
        with path.open("rb") as file:
            if file.read(3) != b"\xef\xbb\xbf":
                file.seek(0)
            if lines:
                yield from _line_pieces(path, file, format)
            else:
                quads = ox.parse(file, format=format)
                while batch := list(islice(quads, BATCH)):
                    yield file.tell(), nquads(batch)
    except FAULTS as error:
        raise syntax_error(path, error) from None
    except OSError as error:
        raise EnvironmentFaultError(f"{path}: cannot be read: {error.strerror}") from None


def _line_pieces(path: Path, file: IO[bytes], format: ox.RdfFormat) -> Iterator[tuple[int, bytes]]:
    before = 0  # lines in earlier pieces
    while data := file.read(PIECE) + file.readline():
        count = data.count(b"\n")
        if not _AS_WRITTEN.fullmatch(data):
            try:
                data = nquads(ox.parse(data, format=format))
            except SyntaxError as error:
                error.lineno = before + (error.lineno or 1)
                raise syntax_error(path, error) from None
        before += count
        yield file.tell(), data
