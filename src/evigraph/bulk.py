"""Judges files of any size: studies are read, cut and judged in chunks, over all cores.

A file is read study by study as long as it lets itself: all statements about a study and its
parts (the IRIs that begin with the study's) stand together, and lead to nothing that stands
elsewhere in the file. The reader checks this as it goes and gives up when it does not hold; then
the file has to be read whole.
"""

from __future__ import annotations

import io
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pyoxigraph as ox

from evigraph.cut import Index, cut
from evigraph.engines import Engine
from evigraph.errors import InputError, OutOfOrderError
from evigraph.folder import Folder
from evigraph.names import STUDY
from evigraph.provenance import Provenance
from evigraph.reading import FORMAT_BY_SUFFIX, as_given, syntax_error
from evigraph.screening import Screener
from evigraph.terms import IDENTIFIER, ONTOLOGY_GRAPH, RDF_TYPE, RECORD_GRAPH, local_name
from evigraph.trust import Trust
from evigraph.verdicts import Outcome, StudyVerdict, Value

#: Studies that are judged in one run of the engine.
CHUNK = 500
#: Bytes of a file that one task reads.
PIECE = 16_000_000


@dataclass(frozen=True)
class Task:
    """A part of a file to judge.

    Attributes:
        path: The file.
        start: The first byte.
        end: The byte after the last.
        trust: Which statements count.
        engine: The SHACL engine.
        detail: Whether to keep the statements that were looked at.
    """

    path: Path
    start: int
    end: int
    trust: Trust
    engine: str
    detail: bool


#: What a task gives for a study: key, IRI, one outcome a rule, the statements looked at.
Judged = tuple[str, str, tuple[Outcome, ...], tuple[Value, ...]]


def screen_large(
    screener: Screener,
    folder: Folder,
    criteria: Iterable[ox.Quad],
    path: Path,
    trust: Trust,
    engine: str,
    *,
    detail: bool,
) -> Iterator[StudyVerdict]:
    """Judge the studies in a file, in file order, in memory that does not grow with their number.

    Args:
        screener: The criteria of the review.
        folder: The review.
        criteria: The statements about its criteria, for the worker processes.
        path: A file of statements; N-Quads and N-Triples are read by all cores, others by one.
        trust: Which statements count.
        engine: One of :data:`evigraph.engines.ENGINES`; *auto* is the Rust engine here.
        detail: Whether verdicts carry the statements that were looked at.

    Raises:
        OutOfOrderError: The file has to be read whole; verdicts given before hold all the same.
        InputError: The file has a syntax error.
    """
    name = "shacl" if engine == "auto" else engine
    tasks = [Task(path, start, end, trust, name, detail) for start, end in _pieces(path)]
    seen: set[int] = set()  # hashes, since all IRIs of a million studies would be much
    if len(tasks) > 1:
        text = ox.serialize(criteria, format=ox.RdfFormat.N_QUADS) or b""
        results: Iterable[list[Judged]] = _in_parallel(tasks, (folder.path, text))
    else:
        results = map(_Judge(screener, folder), tasks)
    for judged in results:
        for key, iri, outcomes, values in judged:
            if hash(iri) in seen:
                raise OutOfOrderError
            seen.add(hash(iri))
            yield screener.verdict(key, iri, outcomes, values)


def _in_parallel(tasks: list[Task], start: tuple[Path, bytes]) -> Iterator[list[Judged]]:
    """The results of tasks in their order, with a few tasks under way at a time."""
    jobs = min(os.cpu_count() or 1, len(tasks))
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start, start) as pool:
        waiting: deque[Future[list[Judged]]] = deque()
        try:
            for task in tasks:
                waiting.append(pool.submit(_work, task))
                if len(waiting) > 2 * jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


class _Judge:
    """Judges parts of files by the criteria of a review."""

    def __init__(self, screener: Screener, folder: Folder) -> None:
        self._screener = screener
        self._known = {q.subject for q in folder.ontology if isinstance(q.subject, ox.NamedNode)}
        self._spaces = folder.vocabulary.spaces

    def __call__(self, task: Task) -> list[Judged]:
        if self._screener.paths.backward or not self._screener.targets_studies:
            raise OutOfOrderError  # what points at a study, or makes it a target, may stand anywhere
        engine = self._screener.engine(task.engine, CHUNK)
        judged: list[Judged] = []
        chunk: list[tuple[ox.NamedNode, list[ox.Quad]]] = []
        for study, quads in self._studies(task):
            chunk.append((study, quads))
            if len(chunk) == CHUNK:
                judged += self._judge(chunk, engine, task)
                chunk.clear()
        return judged + self._judge(chunk, engine, task)

    def _studies(self, task: Task) -> Iterator[tuple[ox.NamedNode, list[ox.Quad]]]:
        """The studies of a part of a file, each with its trusted statements."""
        for run in self._runs(task):
            studies = {q.subject for q in run if q.predicate == RDF_TYPE and q.object == STUDY}
            if len(studies) > 1:
                raise OutOfOrderError  # told apart only behind the stem
            if studies:
                (study,) = studies
                assert isinstance(study, ox.NamedNode)  # as every subject of a run
                self._require_together(run)
                yield study, run
            elif any(q.predicate != RDF_TYPE and q.predicate in self._screener.paths.forward for q in run):
                raise OutOfOrderError

    def _runs(self, task: Task) -> Iterator[list[ox.Quad]]:
        """Statements whose subjects share a stem, as long as they stand together."""
        graphs = {*task.trust.named_graphs, ONTOLOGY_GRAPH}
        known = self._known
        stem, subject = "", None
        run: list[ox.Quad] = []
        for quad in _read(task):
            if quad.subject != subject:
                subject = quad.subject
                if not isinstance(subject, ox.NamedNode):
                    raise OutOfOrderError
                own = subject.value.partition("#")[0]
                if own != stem:
                    if run:
                        yield run
                    stem, run = own, []
            value = quad.object
            if (
                isinstance(value, ox.NamedNode)
                and value not in known
                and value.value.startswith(self._spaces)
            ):
                raise OutOfOrderError  # an unknown word; reading the file whole says where
            if quad.predicate not in known and quad.predicate.value.startswith(self._spaces):
                raise OutOfOrderError
            if quad.graph_name in graphs:
                run.append(quad)
        if run:
            yield run

    def _require_together(self, run: list[ox.Quad]) -> None:
        subjects = {quad.subject for quad in run}
        for quad in run:
            if (
                quad.predicate in self._screener.paths.forward
                and isinstance(quad.object, ox.NamedNode)
                and quad.object not in subjects
                and quad.object not in self._known
            ):
                raise OutOfOrderError

    def _judge(
        self, chunk: list[tuple[ox.NamedNode, list[ox.Quad]]], engine: Engine, task: Task
    ) -> list[Judged]:
        paths = self._screener.paths
        cuts = {study.value: cut(study, Index(quads, paths)) for study, quads in chunk}
        failed = engine.failures(cuts) if cuts else {}
        judged = []
        for study, quads in chunk:
            values: tuple[Value, ...] = ()
            if task.detail:
                provenance = Provenance(q for q in quads if q.graph_name == RECORD_GRAPH)
                values = self._screener.values(study, cuts[study.value], provenance, str(task.path))
            key = _key(study, quads)
            judged.append((key, study.value, self._screener.outcomes(failed[study.value]), values))
        return judged


#: The judge of a worker process, made when the process starts.
_worker: list[_Judge] = []


def _start(review: Path, criteria: bytes) -> None:
    folder = Folder(review)
    quads = ox.parse(criteria, format=ox.RdfFormat.N_QUADS)
    _worker.append(_Judge(Screener(folder, quads), folder))


def _work(task: Task) -> list[Judged]:
    """Judge a part of a file in a process of its own."""
    return _worker[0](task)


def _key(study: ox.NamedNode, quads: Iterable[ox.Quad]) -> str:
    for quad in quads:
        if quad.predicate == IDENTIFIER and quad.subject == study and isinstance(quad.object, ox.Literal):
            return quad.object.value
    return local_name(study.value)


def _read(task: Task) -> Iterator[ox.Quad]:
    format = FORMAT_BY_SUFFIX[task.path.suffix.lower()]
    try:
        with task.path.open("rb") as file:
            part = io.BufferedReader(_Part(file, task.start, task.end), 1 << 20)
            batch: list[ox.Quad] = []
            for quad in ox.parse(part, format=format):
                batch.append(quad)
                if len(batch) == 1000:
                    yield from as_given(batch)
                    batch.clear()
            yield from as_given(batch)
    except (SyntaxError, ValueError) as error:
        if task.start:
            raise OutOfOrderError from None  # reading the file whole says in which line
        raise syntax_error(task.path, error) from None


class _Part(io.RawIOBase):
    """A part of a file as a file."""

    def __init__(self, file: io.BufferedIOBase, start: int, end: int) -> None:
        file.seek(start)
        self._file, self._left = file, end - start

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]  # a writable buffer
        data = self._file.read(min(len(buffer), self._left))
        self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)


def _pieces(path: Path) -> list[tuple[int, int]]:
    """Parts of a file that begin and end between two subjects; the whole for other than line formats."""
    size = path.stat().st_size
    if not size:
        raise InputError(f"{path}: the file is empty")
    if path.suffix.lower() not in (".nq", ".nt"):
        return [(0, size)]
    bounds = [0]
    with path.open("rb") as file:
        while bounds[-1] + PIECE < size:
            file.seek(bounds[-1] + PIECE)
            file.readline()
            first = _stem(file.readline())
            at = file.tell()
            while (line := file.readline()) and _stem(line) == first:
                at = file.tell()
            bounds.append(at)
    return list(zip(bounds, [*bounds[1:], size], strict=True))


def _stem(line: bytes) -> bytes:
    return line.split(b" ", 1)[0].split(b"#", 1)[0].rstrip(b">")
