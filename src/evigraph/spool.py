"""Statements that are too many for memory, in a store on disk that is gone afterwards.

A store writes numbers and dates in a form of its own, ``1`` for ``1.00``, on which a verdict could
depend. So what a literal is printed as is kept: it gets a datatype here that no store knows.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from evigraph.cut import Paths
from evigraph.decisions.standing import ATTRIBUTED, REVISES
from evigraph.folder import Folder, blank_node
from evigraph.leftovers import scratch
from evigraph.lookup import KEPT_TYPES
from evigraph.parts import batches
from evigraph.reading import LARGE, Progress
from evigraph.store import Term
from evigraph.terms import (
    GIVEN_GRAPH,
    IDENTIFIER,
    NOTE,
    RDF_TYPE,
    RDFS_LABEL,
    SOURCE,
    VERDICT_GRAPH,
    evi,
)
from evigraph.trust import Trust
from evigraph.vocabulary import Vocabulary

_T = TypeVar("_T")

_MARK = "as-printed"
_PRINTED = "urn:evigraph:printed:"
#: Statements that are sorted in memory at a time.
_SORTED = 200_000
#: What says how a study is called, where it was read, what was decided on it, and what to judge it by.
_BOOKKEEPING = {
    *(IDENTIFIER, NOTE, RDF_TYPE, RDFS_LABEL, SOURCE),
    *map(evi, ("onStudy", "onBasis", "locator", "fromExtraction", "onSubject", "onProperty", "onValue")),
    *(ATTRIBUTED, REVISES, *map(evi, ("decides", "onRecord", "atStage"))),
    *map(evi, ("satisfied", "decidable", "inSet", "testedWith", "notTestedBecause", "settledBy")),
}


class Spooled:
    """Such a store, or any other, read only.

    Args:
        place: Its folder.
    """

    def __init__(self, place: Path) -> None:
        self._store = ox.Store.read_only(str(place))

    def quads(
        self, subject: Term | None = None, predicate: ox.NamedNode | None = None, object: Term | None = None
    ) -> Iterator[ox.Quad]:
        """As :meth:`evigraph.store.Store.quads`, with literals as they were printed."""
        for quad in self._store.quads_for_pattern(subject, predicate, _kept(object), None):  # type: ignore[arg-type]
            if isinstance(quad.object, ox.Literal) and quad.object.datatype.value.startswith(_PRINTED):
                kind = ox.NamedNode(quad.object.datatype.value.removeprefix(_PRINTED))
                value = ox.Literal(quad.object.value, datatype=kind)
                yield ox.Quad(quad.subject, quad.predicate, value, quad.graph_name)
            else:
                yield quad


@contextlib.contextmanager
def spooled(quads: Iterable[ox.Quad], paths: Paths, trust: Trust) -> Iterator[Path]:
    """A temporary store of what verdicts on some statements can depend on.

    Args:
        quads: The statements.
        paths: The properties that shapes walk.
        trust: Which statements count.

    Yields:
        Its folder, which is removed in the end.
    """
    wanted, graphs = {*paths.forward, *paths.backward, *_BOOKKEEPING}, frozenset(trust.default_graphs)
    needed = (
        ox.Quad(quad.subject, quad.predicate, _kept(quad.object), quad.graph_name)
        for quad in quads
        if quad.predicate in wanted and quad.graph_name in graphs
    )
    with scratch() as place:
        store = ox.Store(str(place))
        while batch := list(itertools.islice(needed, _SORTED)):
            store.bulk_extend(batch)
        store.flush()
        del store  # closes it
        (place / _MARK).touch()
        yield place


def is_spool(place: Path) -> bool:
    """Whether a store keeps literals as they were printed."""
    return (place / _MARK).exists()


def file_quads(path: Path, vocabulary: Vocabulary, default: ox.NamedNode = GIVEN_GRAPH) -> Iterator[ox.Quad]:
    """The statements of a file of any size, each in the graph of its basis.

    Raises:
        InputError: The file has a syntax error or, which shows in the end, uses an unknown word.
    """
    odd: dict[str, ox.Quad] = {}
    own: dict[object, ox.Quad] = {}  # what the file describes itself may be named anywhere in it
    for batch in batches(path, default=default):
        for quad in batch:
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(vocabulary.spaces):
                own.setdefault(quad.subject, quad)
        unknown = set(vocabulary.unknown(batch)) - odd.keys()
        for quad in batch if unknown else ():
            terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
            named = unknown & {term.value for term in terms if isinstance(term, ox.NamedNode)}
            odd |= dict.fromkeys(named - odd.keys(), quad)
        if any(quad.graph_name == VERDICT_GRAPH for quad in batch):
            vocabulary.require(path, batch)
        yield from batch
    vocabulary.require(path, [*odd.values(), *own.values()])


def graph_quads(folder: Folder, progress: Progress | None = None) -> Iterator[ox.Quad]:
    """The statements of :attr:`Folder.graph`, read file by file.

    Raises:
        InputError: As :attr:`Folder.graph`.
        EnvironmentFaultError: A file was changed meanwhile.
    """
    with folder.unchanging("graph"):
        yield from _graph_quads(folder, progress)


def _graph_quads(folder: Folder, progress: Progress | None) -> Iterator[ox.Quad]:
    files = folder.files("graph")
    total, done = sum(path.stat().st_size for path in files), 0
    for path in files:
        size = path.stat().st_size
        if size < LARGE:
            yield from folder.read_graph_file(path)
        else:
            default = folder.default_graph(path)
            for quad in file_quads(path, folder.vocabulary, default):
                if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
                    raise blank_node(path)
                yield quad
        done += size
        if progress:
            progress(folder.name_of(path), done, total)


def _kept(term: _T) -> _T | ox.Literal:
    """A literal in a form that a store leaves alone; another term as it is."""
    if isinstance(term, ox.Literal) and term.datatype not in KEPT_TYPES:
        return ox.Literal(term.value, datatype=ox.NamedNode(_PRINTED + term.datatype.value))
    return term
