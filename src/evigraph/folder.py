"""A review is a folder of four folders; this module finds it and reads what is in it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from evigraph.committing import is_pending, locked_for_reading, settled
from evigraph.errors import ChangedError, EnvironmentFaultError, EvigraphError, InputError
from evigraph.links import require_inside
from evigraph.reading import FORMAT_BY_SUFFIX, LARGE, as_given, read_quads, read_text
from evigraph.terms import GIVEN_GRAPH, ONTOLOGY_GRAPH, RECORD_GRAPH, SH
from evigraph.vocabulary import Vocabulary

FOLDERS = ("ontology", "shapes", "queries", "graph")
#: The folders, below ``graph/``, of files that are bookkeeping.
_BOOKKEEPING = (".", "citations", "records", "scenarios")
#: How often files are read anew that change meanwhile, before their writers are kept waiting.
_TRIES = 3
_T = TypeVar("_T")


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
        object.__setattr__(self, "path", settled(self.path))

    def files(self, folder: str, *suffixes: str) -> list[Path]:
        """The files below one of the four folders with one of these suffixes, sorted by path.

        Raises:
            InputError: A link leads out of the review, to a folder, or nowhere.
            EnvironmentFaultError: A folder cannot be read; what is in it is not passed over.
        """
        wanted = suffixes or tuple(FORMAT_BY_SUFFIX)
        walked = list(os.walk(self.path / folder, onerror=_refuse))
        require_inside(self.path, (Path(at, name) for at, below, names in walked for name in below + names))
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
        return self._steadily(self._read_ontology, "ontology")

    def _read_ontology(self) -> list[ox.Quad]:
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
        return self._steadily(self._read_graph, "graph")

    def _read_graph(self) -> list[ox.Quad]:
        self.__dict__["_state_of_graph"] = self._hash("graph")  # of what is read now
        self._quads_by_file.clear()
        for path in self.files("graph"):
            self._quads_by_file[path] = self.read_graph_file(path)
        return [quad for quads in self._quads_by_file.values() for quad in quads]

    def stamps(self, *folders: str) -> dict[str, list[int]]:
        """Size, time and number of each file below some of the four folders, by its name.

        A file that is replaced between two calls has another stamp.
        """
        found: dict[str, list[int]] = {}
        for path in (path for folder in folders for path in self.files(folder)):
            with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                said = path.stat()
                found[self.name_of(path)] = [said.st_size, said.st_mtime_ns, said.st_ino]
        return found

    @contextlib.contextmanager
    def unchanging(self, *folders: str) -> Iterator[None]:
        """Refuse what is read from files, if one of them changed meanwhile.

        Raises:
            EnvironmentFaultError: A file changed.
        """
        before = self.stamps(*folders)
        try:
            yield
        except (EvigraphError, OSError):  # a file that was removed meanwhile, or half of two states
            if self.stamps(*folders) == before and not is_pending(self.path):
                raise
        if self.stamps(*folders) != before or is_pending(self.path):
            raise ChangedError(f"{self.path}: a file changed while it was read; run it again")

    def _steadily(self, read: Callable[[], _T], *folders: str) -> _T:
        """What is read from files as they all were at one moment; read anew when one changed meanwhile."""
        for _ in range(_TRIES):
            with contextlib.suppress(ChangedError), self.unchanging(*folders):
                return read()
            settled(self.path)  # waits while a change is under way
        with locked_for_reading(self.path / "graph"), self.unchanging(*folders):
            return read()

    def foreseeing(self, quads: Iterable[ox.Quad]) -> Folder:
        """This review as it is when statements are added to its graph that no file holds yet.

        Args:
            quads: What is added; bookkeeping unless it names graphs.
        """
        more = as_given(_in_record(quads))
        other = Folder(self.path)
        other.__dict__.update(ontology=self.ontology, graph=[*self.graph, *more])
        return other

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
            read = _in_record(read)
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


def _in_record(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Statements, of which those that name no graph are bookkeeping."""
    return [
        ox.Quad(q.subject, q.predicate, q.object, RECORD_GRAPH)
        if isinstance(q.graph_name, ox.DefaultGraph)
        else q
        for q in quads
    ]


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
