"""Judges files of any size: studies are read, cut and judged in chunks, over all cores.

A file is read study by study as long as it lets itself: all statements about a study and its
parts (the IRIs that begin with the study's) stand together, and lead to nothing that stands
elsewhere in the file. The reader checks this as it goes and gives up when it does not hold; then
the file has to be read whole.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path

import pyoxigraph as ox

from evigraph.cut import Index, cut
from evigraph.engines import Engine
from evigraph.errors import LimitError, OutOfOrderError
from evigraph.folder import Folder
from evigraph.lookup import Lookup, is_as_printed
from evigraph.names import STUDY
from evigraph.parts import batches, pieces
from evigraph.provenance import Provenance
from evigraph.reading import Progress
from evigraph.screening import Screener, recorded_decisions
from evigraph.spool import Spooled, is_spool
from evigraph.terms import IDENTIFIER, ONTOLOGY_GRAPH, RDF_TYPE, RECORD_GRAPH, local_name
from evigraph.trust import Trust
from evigraph.verdicts import Outcome, StudyVerdict, Value

#: Studies that are judged in one run of the engine.
CHUNK = 500


@dataclass(frozen=True)
class Part:
    """A part of a file, from a byte to the byte after its last."""

    path: Path
    start: int
    end: int


@dataclass(frozen=True)
class Stored:
    """Some studies of a store on disk: key and IRI of each."""

    place: Path
    studies: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Task:
    """Studies to judge.

    Attributes:
        source: Where they are.
        trust: Which statements count.
        engine: The SHACL engine.
        detail: Whether to keep the statements that were looked at.
        name: The file that they are from; empty for those of the review, which have decisions.
    """

    source: Part | Stored
    trust: Trust
    engine: str
    detail: bool
    name: str


#: What a task gives for a study: key, IRI, one outcome a rule, the statements looked at, the decision.
Judged = tuple[str, str, tuple[Outcome, ...], tuple[Value, ...], str | None]
#: Told what is under way, the work done, and the work to do.


@dataclass(frozen=True)
class Bulk:
    """Judges many studies by the criteria of a review.

    Args:
        screener: The criteria.
        folder: The review.
        criteria: The statements about its criteria, for the worker processes.
        trust: Which statements count.
        engine: One of :data:`evigraph.engines.ENGINES`; *auto* is the Rust engine here.
        detail: Whether verdicts carry the statements that were looked at.
        progress: Told the bytes or studies done and to do.
    """

    screener: Screener
    folder: Folder
    criteria: Sequence[ox.Quad]
    trust: Trust
    engine: str = "auto"
    detail: bool = False
    progress: Progress | None = None

    def file(self, path: Path) -> Generator[StudyVerdict, None, None]:
        """Judge the studies in a file in file order, in memory that does not grow with their number.

        Args:
            path: The file; N-Quads and N-Triples are read by all cores, others by one.

        Raises:
            OutOfOrderError: Statements about a study do not stand together; verdicts given before
                hold all the same.
            InputError: The file has a syntax error.
        """
        parts = [Part(path, start, end) for start, end in pieces(path)]
        seen: set[int] = set()  # hashes, since all IRIs of a million studies would be much
        with contextlib.closing(self._verdicts(parts, str(path), [part.end for part in parts])) as found:
            for verdict in found:
                if hash(verdict.iri) in seen:
                    raise OutOfOrderError
                seen.add(hash(verdict.iri))
                yield verdict

    def store(self, place: Path, name: str) -> Generator[StudyVerdict, None, None]:
        """Judge the studies of a store on disk, sorted by key; only their keys are all in memory.

        Args:
            place: The folder of the store.
            name: The file that they are from; empty for those of the review.

        Raises:
            OutOfOrderError: The shapes do not check whatever is a study, or the store has rewritten
                values that they look at.
        """
        if not self.screener.targets_studies:
            raise OutOfOrderError
        found = Lookup(Spooled(place), self.screener.paths, self.trust, _shared(self.folder)).all_studies()
        studies = [(key, iri.value) for key, iri in found.items()]
        chunks = [studies[at : at + CHUNK] for at in range(0, len(studies), CHUNK)]
        sources = [Stored(place, tuple(chunk)) for chunk in chunks]
        ends = list(itertools.accumulate(map(len, chunks)))
        with contextlib.closing(self._verdicts(sources, name, ends)) as verdicts:
            yield from verdicts

    def _verdicts(
        self, sources: Sequence[Part | Stored], name: str, ends: Sequence[int]
    ) -> Generator[StudyVerdict, None, None]:
        engine = "shacl" if self.engine == "auto" else self.engine
        tasks = [Task(source, self.trust, engine, self.detail, name) for source in sources]
        if len(tasks) > 1:
            text = ox.serialize(self.criteria, format=ox.RdfFormat.N_QUADS) or b""
            results = _in_parallel(tasks, (self.folder.path, text))
        else:
            results = (judge(task) for judge in [_Judge(self.screener, self.folder)] for task in tasks)
        with contextlib.closing(results):
            for judged, end in zip(results, ends, strict=True):
                for key, iri, outcomes, values, decision in judged:
                    yield self.screener.verdict(key, iri, outcomes, values, decision)
                if self.progress:
                    self.progress("", end, ends[-1])


def _in_parallel(tasks: list[Task], start: tuple[Path, bytes]) -> Generator[list[Judged], None, None]:
    """The results of tasks in their order, with a few tasks under way at a time."""
    jobs = min(os.cpu_count() or 1, len(tasks))
    context = get_context("spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(jobs, context, _start, (*start, stop))
    waiting: deque[Future[list[Judged]]] = deque()
    try:
        for task in tasks:
            waiting.append(_submit(pool, task))
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        stop.set()  # a worker killed instead may leave half a result, and the pool waits for the rest
        pool.shutdown(cancel_futures=True)


def _submit(pool: ProcessPoolExecutor, task: Task) -> Future[list[Judged]]:
    """Give a task to the pool, which may start a process for it.

    Ctrl-C reaches every process of a terminal; those that are started here do not hear it, so that
    this one alone answers.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        return pool.submit(_work, task)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


#: A study with its key and statements.
Studied = tuple[str, ox.NamedNode, list[ox.Quad]]


class _Judge:
    """Judges parts of files by the criteria of a review, until it is stopped."""

    def __init__(self, screener: Screener, folder: Folder, stop: Event | None = None) -> None:
        self._screener = screener
        self._stop = stop
        self._known = _shared(folder)
        self._spaces = folder.vocabulary.spaces

    def __call__(self, task: Task) -> list[Judged]:
        engine = self._screener.engine(task.engine, CHUNK)
        studies = (
            self._parted(task.source, task)
            if isinstance(task.source, Part)
            else self._stored(task.source, task)
        )
        judged: list[Judged] = []
        while chunk := list(itertools.islice(studies, CHUNK)):
            if self._stop and self._stop.is_set():
                break  # nobody waits for the result
            judged += self._judge(chunk, engine, task)
        return judged

    def _stored(self, source: Stored, task: Task) -> Iterator[Studied]:
        """Studies of a store, each with its statements."""
        lookup = Lookup(Spooled(source.place), self._screener.paths, task.trust, self._known)
        rewritten = not is_spool(source.place)
        for key, iri in source.studies:
            study = ox.NamedNode(iri)
            quads = lookup.about(study) if task.detail or not task.name else cut(study, lookup)
            if rewritten and not is_as_printed(quads, self._screener.paths):
                raise OutOfOrderError
            yield key, study, quads

    def _parted(self, part: Part, task: Task) -> Iterator[Studied]:
        """The studies of a part of a file, each with its trusted statements."""
        if self._screener.paths.backward or not self._screener.targets_studies:
            raise OutOfOrderError  # what points at a study, or makes it a target, may stand anywhere
        for run in self._runs(part, task.trust):
            studies = {q.subject for q in run if q.predicate == RDF_TYPE and q.object == STUDY}
            if len(studies) > 1:
                raise OutOfOrderError  # told apart only behind the stem
            if studies:
                (study,) = studies
                assert isinstance(study, ox.NamedNode)  # as every subject of a run
                self._require_together(run)
                yield _key(study, run), study, run
            elif any(q.predicate != RDF_TYPE and q.predicate in self._screener.paths.forward for q in run):
                raise OutOfOrderError

    def _runs(self, part: Part, trust: Trust) -> Iterator[list[ox.Quad]]:
        """Statements whose subjects share a stem, as long as they stand together."""
        graphs = {*trust.named_graphs, ONTOLOGY_GRAPH}
        known = self._known
        stem, subject = "", None
        run: list[ox.Quad] = []
        for quad in (q for batch in batches(part.path, part.start, part.end) for q in batch):
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

    def _judge(self, chunk: list[Studied], engine: Engine, task: Task) -> list[Judged]:
        paths = self._screener.paths
        cuts = {study.value: cut(study, Index(quads, paths)) for _, study, quads in chunk}
        failed = engine.failures(cuts)
        if engine.stopped:
            raise LimitError(next(iter(engine.stopped.values())))
        judged = []
        for key, study, quads in chunk:
            values: tuple[Value, ...] = ()
            if task.detail:
                provenance = Provenance(q for q in quads if q.graph_name == RECORD_GRAPH)
                values = self._screener.values(study, cuts[study.value], provenance, task.name)
            decision = None if task.name else recorded_decisions(quads).get(study)
            outcomes = self._screener.outcomes(failed[study.value])
            judged.append((key, study.value, outcomes, values, decision))
        return judged


#: The judge of a worker process, made when the process starts.
_worker: list[_Judge] = []


def _start(review: Path, criteria: bytes, stop: Event) -> None:
    folder = Folder(review)
    quads = ox.parse(criteria, format=ox.RdfFormat.N_QUADS)
    _worker.append(_Judge(Screener(folder, quads), folder, stop))


def _work(task: Task) -> list[Judged]:
    """Judge a part of a file in a process of its own."""
    return _worker[0](task)


def _shared(folder: Folder) -> set[object]:
    return {quad.subject for quad in folder.ontology if isinstance(quad.subject, ox.NamedNode)}


def _key(study: ox.NamedNode, quads: Iterable[ox.Quad]) -> str:
    for quad in quads:
        if quad.predicate == IDENTIFIER and quad.subject == study and isinstance(quad.object, ox.Literal):
            return quad.object.value
    return local_name(study.value)
