"""A review is a folder of four folders; this module finds it and reads what is in it."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from evigraph.errors import EnvironmentFaultError, InputError
from evigraph.reading import FORMAT_BY_SUFFIX, LARGE, as_given, read_quads, read_text
from evigraph.terms import GIVEN_GRAPH, ONTOLOGY_GRAPH, RECORD_GRAPH, SH
from evigraph.vocabulary import Vocabulary

FOLDERS = ("ontology", "shapes", "queries", "graph")
#: The folders, below ``graph/``, of files that are bookkeeping.
_BOOKKEEPING = (".", "citations", "records", "scenarios")


def home() -> Path:
    """The folder of the shipped review: the copy in the installed package, or the checkout."""
    package = Path(__file__).resolve().parent
    packed = package / "_data"
    return packed if packed.is_dir() else package.parents[1]


@dataclass(frozen=True)
class Folder:
    """The files of one review, read when asked for.

    Args:
        path: The folder that holds ``ontology/``, ``shapes/``, ``queries/`` and ``graph/``.

    Raises:
        InputError: The folder is missing or is no review.
    """

    path: Path
    _quads_by_file: dict[Path, list[ox.Quad]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.path.is_dir():
            what = "is a file" if self.path.exists() else "no such folder"
            raise InputError(f"{self.path}: {what}; name the folder of a review")
        missing = [name for name in FOLDERS if not (self.path / name).is_dir()]
        if missing:
            raise InputError(
                f"{self.path}: is no review: it has no {', '.join(n + '/' for n in missing)}; "
                f"a review has {', '.join(n + '/' for n in FOLDERS)}"
            )

    def files(self, folder: str, *suffixes: str) -> list[Path]:
        """The files below one of the four folders with one of these suffixes, sorted by path.

        Raises:
            EnvironmentFaultError: A folder cannot be read; what is in it is not passed over.
        """
        wanted = suffixes or tuple(FORMAT_BY_SUFFIX)
        walked = os.walk(self.path / folder, onerror=_refuse)
        found = (Path(place, name) for place, _, names in walked for name in names)
        return sorted(p for p in found if p.suffix.lower() in wanted and p.is_file())

    def name_of(self, path: Path) -> str:
        """A file's path as a reader of the review knows it: below the folder, with slashes."""
        return path.relative_to(self.path).as_posix()

    @cached_property
    def ontology(self) -> list[ox.Quad]:
        """The statements of ``ontology/*.ttl``, in the ontology's graph.

        Raises:
            InputError: A file cannot be read or parsed, or there is none.
        """
        _ = self._state_of_words
        files = self.files("ontology", ".ttl", ".trig", ".nt")
        if not files:
            raise InputError(f"{self.path / 'ontology'}: holds no ontology (no .ttl file)")
        return [
            ox.Quad(q.subject, q.predicate, q.object, ONTOLOGY_GRAPH)
            for path in files
            for q in read_quads(path)
        ]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words that the ontology and the concepts define."""
        return Vocabulary(self.ontology)

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Prefix to namespace, from the ``sh:declare`` statements of the ontology folder."""
        prefix: dict[object, str] = {}
        namespace: dict[object, str] = {}
        for quad in self.ontology:
            if quad.predicate.value == SH + "prefix":
                prefix[quad.subject] = quad.object.value  # type: ignore[union-attr]  # a literal
            elif quad.predicate.value == SH + "namespace":
                namespace[quad.subject] = quad.object.value  # type: ignore[union-attr]
        return {prefix[node]: namespace[node] for node in prefix if node in namespace}

    @cached_property
    def graph(self) -> list[ox.Quad]:
        """The statements of ``graph/``, each in the graph of its basis.

        A file right below ``graph/``, ``graph/citations/``, ``graph/records/`` or ``graph/scenarios/`` is
        bookkeeping unless it names graphs; a file below ``graph/studies/`` that names none is given.

        Raises:
            InputError: A file cannot be read or parsed, uses an unknown word, or holds a
                blank node, which could not be told apart in a later version.
        """
        _ = self._state_of_graph
        quads: list[ox.Quad] = []
        for path in self.files("graph"):
            self._quads_by_file[path] = self.read_graph_file(path)
            quads += self._quads_by_file[path]
        return quads

    def default_graph(self, path: Path) -> ox.NamedNode:
        """Where statements of a graph file belong that name no graph: record, or given for studies."""
        below = path.parent.relative_to(self.path / "graph").as_posix()
        return RECORD_GRAPH if below in _BOOKKEEPING else GIVEN_GRAPH

    def read_graph_file(self, path: Path) -> list[ox.Quad]:
        """The statements of one file of ``graph/``, as :attr:`graph` has them."""
        read = read_quads(path)
        self.vocabulary.require(path, read)
        for quad in read:
            if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
                raise blank_node(path)
        if self.default_graph(path) == RECORD_GRAPH:
            read = [
                ox.Quad(q.subject, q.predicate, q.object, RECORD_GRAPH)
                if isinstance(q.graph_name, ox.DefaultGraph)
                else q
                for q in read
            ]
        return as_given(read)

    def file_of(self, subject: str) -> Path | None:
        """The file of the graph that says most of a subject, or none."""
        counts = {
            path: sum(getattr(q.subject, "value", None) == subject for q in quads)
            for path, quads in self._quads_by_file.items()
            if self.graph
        }
        best = max(counts, key=lambda path: counts[path], default=None)
        return best if best is not None and counts[best] else None

    @property
    def large_files(self) -> set[Path]:
        """The files of the graph that are better not held in memory whole."""
        return {path for path in self.files("graph") if path.stat().st_size >= LARGE}

    @property
    def state(self) -> str:
        """:meth:`digest` as it was before any file was read."""
        return f"{self._state_of_words}-{self._state_of_graph}"

    def digest(self) -> str:
        """A hash of what verdicts rest on: graph, ontology and shapes, byte by byte."""
        return f"{self._hash('ontology', 'shapes')}-{self._hash('graph')}"

    # Apart, so that a store on disk can be asked without reading a large graph for its hash.

    @cached_property
    def _state_of_words(self) -> str:
        return self._hash("ontology", "shapes")

    @cached_property
    def _state_of_graph(self) -> str:
        return self._hash("graph")

    def _hash(self, *folders: str) -> str:
        total = hashlib.sha256()
        for folder in folders:
            for path in self.files(folder):
                total.update(self.name_of(path).encode() + b"\0")
                total.update(hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()


def blank_node(path: Path) -> InputError:
    """What to say of a file of the graph that holds a blank node."""
    return InputError(f"{path}{_line_of_blank(path)}: holds a blank node; give every thing an IRI")


def _line_of_blank(path: Path) -> str:
    """``:line`` of the first bracket or ``_:`` outside of texts and IRIs; empty where there is none."""
    if path.suffix.lower() not in (".ttl", ".trig"):
        return ""
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if re.search(r"[\[(]|\b_:", re.sub(r'"(?:[^"\\]|\\.)*"|<[^>]*>|(?<!\\)#.*', "", line)):
            return f":{number}"
    return ""


def _refuse(error: OSError) -> None:
    # A folder that is not there holds no files, which each caller answers in its own words.
    if not isinstance(error, FileNotFoundError):
        raise EnvironmentFaultError(f"{error.filename}: cannot be read: {error.strerror}") from None
