"""Ask the shipped questions of one tool.

Usage: ``python -m benchmarks.asking TOOL PLACE SIZE DEADLINE BUDGET RUNS``.

What must be loaded is loaded once; each question is then asked in a fork of that process, so that one
that does not end can be stopped and the next one asked. One line of JSON a question is printed.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import Request, urlopen

import pyoxigraph as ox

import evigraph
from benchmarks.place import Place
from evigraph import wire
from evigraph.questions import Question, bind
from tests import servers

#: Above so many studies questions that need verdicts are left out.
VERDICTS_SIZE = 10_000
#: What takes as many seconds is asked once.
ENOUGH = 1.0
#: A question that is quick on any review; it opens ours before the clock starts.
QUICK = "criteria-and-shapes"


@dataclass(frozen=True)
class Asked:
    """How long a question took, and how many rows it had; without figures when it did not end."""

    question: str
    cpu: float | None = None
    wall: float | None = None
    rows: int | None = None
    failed: str = ""


Bindings = dict[str, ox.NamedNode | ox.Literal]
#: Asks a question and gives the number of rows; and the CPU seconds used so far by all who answer it.
Ask = Callable[[Question, Bindings], int]
Clock = Callable[[], float]


@contextmanager
def ours(place: Place) -> Iterator[tuple[Ask, Clock]]:
    """evigraph, from its store on disk; opened in each fork, before the clock starts."""
    opened: list[evigraph.Review] = []

    def ask(question: Question, _bindings: Bindings) -> int:
        if not opened:
            opened.append(evigraph.open(place.review))
            opened[0].ask(QUICK)
        return len(opened[0].ask(question.name, **_needed(question)))  # type: ignore[arg-type]

    yield ask, time.process_time


@contextmanager
def in_rdflib(place: Place) -> Iterator[tuple[Ask, Clock]]:
    """An rdflib dataset in memory, its default graph the union."""
    import rdflib

    data = rdflib.Dataset(default_union=True)
    data.parse(place.folder / "all.nq", format="nquads")

    def ask(question: Question, bindings: Bindings) -> int:
        terms = {name: _rdflib_term(term) for name, term in bindings.items()}
        return len(list(data.query(question.text, initBindings=terms)))

    yield ask, time.process_time


@contextmanager
def in_pyoxigraph(place: Place) -> Iterator[tuple[Ask, Clock]]:
    """A pyoxigraph store in memory, its default graph the union."""
    store = ox.Store()
    store.bulk_load(path=str(place.folder / "all.nq"))

    def ask(question: Question, bindings: Bindings) -> int:
        substitutions: dict[ox.Variable, Any] = {ox.Variable(name): term for name, term in bindings.items()}
        rows = store.query(question.text, use_default_graph_as_union=True, substitutions=substitutions)
        return sum(1 for _ in rows)  # type: ignore[misc, union-attr]

    yield ask, time.process_time


@contextmanager
def on_server(place: Place) -> Iterator[tuple[Ask, Clock]]:
    """An Oxigraph server in memory, its default graph the union, asked over HTTP."""
    if not servers.OXIGRAPH:
        raise SystemExit("the oxigraph server is not installed")
    port = servers.free_port()
    address = f"http://{servers.HOST}:{port}"
    command = [servers.OXIGRAPH, "serve", "--bind", f"{servers.HOST}:{port}", "--union-default-graph"]
    command += ["--timeout-s", str(int(place.deadline) + 1)]
    with servers.running(command, port, place.folder / "server.log") as process:
        with (place.folder / "all.nq").open("rb") as data:
            size = str((place.folder / "all.nq").stat().st_size)
            head = {"Content-Type": "application/n-quads", "Content-Length": size}
            urlopen(Request(f"{address}/store", data, head, method="POST"), timeout=3600).close()

        def ask(question: Question, bindings: Bindings) -> int:
            text = wire.with_values(question.text, bindings, question.name)
            head = {
                "Content-Type": "application/sparql-query",
                "Accept": "text/tab-separated-values",
                "Connection": "close",
            }
            with urlopen(Request(f"{address}/query", text.encode(), head), timeout=3600) as reply:
                return sum(1 for _ in reply) - 1

        # Linux numbers the CPU clock of another process so (clock_getcpuclockid).
        yield ask, lambda: time.process_time() + time.clock_gettime(~process.pid << 3 | 2)


TOOLS = {"evigraph": ours, "rdflib": in_rdflib, "pyoxigraph": in_pyoxigraph, "server": on_server}


def chosen(place: Place, tool: str) -> list[Question]:
    """The competency questions that a tool can be asked at a size."""
    verdicts = tool == "evigraph" and place.size <= VERDICTS_SIZE
    questions = evigraph.open(place.review).questions()
    return [q for q in questions if "competency" in q.tags and (verdicts or not q.needs)]


def ask_all(ask: Ask, clock: Clock, questions: list[Question], place: Place) -> Iterator[Asked]:
    """Ask question after question, each with a deadline, all together with a budget."""
    until = time.monotonic() + place.budget
    for question in questions:
        if time.monotonic() > until:
            yield Asked(question.name, failed=f"not asked: the {place.budget:g} s for all were used up")
        else:
            yield _forked(ask, clock, question, place)


def _forked(ask: Ask, clock: Clock, question: Question, place: Place) -> Asked:
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    folder = evigraph.open(place.review).folder
    bindings = {} if question.needs else bind(question, {}, folder, lambda _kind: {})

    def once() -> Asked:
        start, used = time.perf_counter(), clock()
        rows = ask(question, bindings)
        return Asked(question.name, clock() - used, time.perf_counter() - start, rows)

    process = context.Process(target=_time, args=(once, place.runs, there))
    process.start()
    there.close()
    found = Asked(question.name, failed=f"did not end in {place.deadline:g} s")
    with contextlib.suppress(EOFError):
        while here.poll(place.deadline):
            found = here.recv()
    if process.is_alive():
        process.kill()
    process.join()
    if process.exitcode and found.failed and process.exitcode > 0:
        found = Asked(question.name, failed=f"failed with exit code {process.exitcode}")
    return found


def _time(once: Callable[[], Asked], runs: int, out: Connection) -> None:
    """Send the figures of the first time; and, when that was quick, the medians of some more."""
    first = once()
    out.send(first)
    more: list[Asked] = []
    start = time.monotonic()
    while (first.wall or 0) < ENOUGH and len(more) < runs and time.monotonic() - start < ENOUGH:
        more.append(once())
    if more:
        cpu, wall = median(asked.cpu or 0 for asked in more), median(asked.wall or 0 for asked in more)
        out.send(Asked(first.question, cpu, wall, first.rows))
    out.close()


def _needed(question: Question) -> dict[str, str]:
    """Values for parameters that have no default: the only one is a study."""
    return {p.name: "s0000000" for p in question.parameters if p.default is None}


def _rdflib_term(term: ox.NamedNode | ox.Literal) -> Any:
    import rdflib

    return rdflib.URIRef(term.value) if isinstance(term, ox.NamedNode) else rdflib.Literal(term.value)


def main(tool: str, folder: str, size: str, deadline: str, budget: str, runs: str) -> None:
    """Print what loading took, then what each question took."""
    warnings.simplefilter("ignore", DeprecationWarning)
    place = Place(int(size), Path(folder), float(deadline), float(budget), int(runs))
    with TOOLS[tool](place) as (ask, clock):
        for asked in ask_all(ask, clock, chosen(place, tool), place):
            print(json.dumps(asdict(asked)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
