"""What the child does with requests; only ever run in the child."""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import os
import resource
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph as ox

from evigraph.confined.letters import read, written
from evigraph.errors import EvigraphError, InputError, LimitError
from evigraph.guard import UnreadableError, require_local, syntax_error
from evigraph.store import EmbeddedStore
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.engines import PySHACL, RustSHACL

Request = Mapping[str, Any]
_LINES = ox.RdfFormat.N_QUADS
#: Seconds of work beyond the deadline of the parent after which the kernel ends a child nobody ended.
_GRACE = 5
#: The reader of rdflib is written in Python and recurses some hundred calls a level of nesting.
_CALLS = 100_000


class _Answering:
    """Answers requests one after the other.

    Attributes:
        store: The snapshot, once there is one.
    """

    def __init__(self, say: Callable[[dict[str, Any]], None]) -> None:
        self.store: EmbeddedStore | None = None
        self._engine: PySHACL | RustSHACL | None = None
        self._say = say

    def answer(self, request: Request, data: bytes) -> dict[str, Any]:
        """The answer to a request; what is wrong with a query is an answer too."""
        do = {
            "look": self._look,
            "open": self._open,
            "ask": self._ask,
            "shapes": self._shapes,
            "judge": self._judge,
            "results": self._results,
        }[request["do"]]
        try:
            return do(request, data)
        except LimitError as error:
            return {"limit": str(error)}
        except EvigraphError as error:
            return {"input": str(error)}
        except MemoryError:
            return {"full": True}

    def _look(self, request: Request, _: bytes) -> dict[str, Any]:
        """Read a query by both parsers and refuse it, or not."""
        load_parser()
        self._say({"ready": True})
        text, where = request["text"], request["where"]
        limit_memory(request["megabytes"])
        limit_work(request["seconds"])
        try:
            require_local(text, where, request["allowed"])
        except UnreadableError:
            forbid_files()
            _require_readable(text, where)  # its complaint is the better one
            raise
        if request["try"]:
            _require_readable(text, where)
        return {"done": True}

    def _open(self, request: Request, data: bytes) -> dict[str, Any]:
        """Take the snapshot; from here on nothing else can be opened, except where a service may be asked."""
        load_parser()
        limit_memory(None)
        if request["path"]:
            self.store = EmbeddedStore(path=Path(request["path"]))
        else:
            self.store = EmbeddedStore(ox.parse(data, format=_LINES))
        if not request["reaches"]:
            forbid_files()
        return {"done": True}

    def _ask(self, request: Request, _: bytes) -> dict[str, Any]:
        """Answer a query that was looked at."""
        assert self.store is not None  # opened before
        text, where, most = request["text"], request["where"], request["rows"]
        trust = Trust(request["trust"])
        limit_memory(request["megabytes"])
        limit_work(request["seconds"])
        try:
            if request["form"] == "ask":
                return {"truth": self.store.ask(text, trust=trust, where=where)}
            if request["form"] == "construct":
                triples = self.store.construct(text, trust=trust, where=where, most=most)
                rows: list[Any] = [(t.subject, t.predicate, t.object) for t in triples]
                return {"names": [], "rows": [[written(term) for term in row] for row in rows]}
            bindings = {name: read(value) for name, value in request["bindings"].items()}
            names, found = self.store.select(
                text,
                trust=trust,
                bindings=bindings,  # type: ignore[arg-type]  # IRIs and literals, as they were sent
                where=where,
                most=most,
            )
            return {"names": names, "rows": [[written(term) for term in row] for row in found]}
        except ValueError as error:
            raise InputError(f"{where}: {error}") from None
        except OSError as error:  # a service that does not answer
            raise InputError(f"{where}: {error}") from None

    def _shapes(self, request: Request, data: bytes) -> dict[str, Any]:
        """Load an engine, and give it shapes."""
        from evigraph.engines import PySHACL, RustSHACL
        from evigraph.shapes import Shapes

        if request["engine"] == "pyshacl":
            import pyshacl  # noqa: F401  # takes longer than most shapes
        self._say({"ready": True})
        limit_memory(request["megabytes"])
        limit_work(request["seconds"])
        shapes, background = (list(ox.parse(part, format=_LINES)) for part in _cut(data, request["sizes"]))
        made = PySHACL if request["engine"] == "pyshacl" else RustSHACL
        self._engine = made(Shapes(shapes, request["where"]), background)
        return {"done": True}

    def _judge(self, request: Request, data: bytes) -> dict[str, Any]:
        """Which shapes do not hold for some studies, in their order."""
        assert self._engine is not None  # made before
        limit_memory(request["megabytes"])
        limit_work(request["seconds"])
        parts = _cut(data, request["sizes"])
        cuts = {
            iri: list(ox.parse(part, format=_LINES))
            for iri, part in zip(request["studies"], parts, strict=True)
        }
        return {"failed": [sorted(failed) for failed in self._engine.failures(cuts).values()]}

    def _results(self, request: Request, data: bytes) -> dict[str, Any]:
        """All results of validating one graph."""
        from evigraph.engines import PySHACL

        assert isinstance(self._engine, PySHACL)  # made before; no other gives results
        limit_memory(request["megabytes"])
        limit_work(request["seconds"])
        found = self._engine.results(ox.parse(data, format=_LINES))
        return {"results": [[r.shape, r.focus, r.path, r.value, r.message] for r in found]}


def load_parser() -> None:
    """Load what reads queries: it takes longer than most of them, and must not be needed later."""
    import rdflib.plugins.sparql.parser  # noqa: F401


def _cut(data: bytes, sizes: Iterable[int]) -> list[bytes]:
    """Bytes cut into parts of these sizes."""
    ends = list(itertools.accumulate(sizes))
    return [data[start:end] for start, end in itertools.pairwise([0, *ends])]


def answer_all(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until there are no more."""
    sys.setrecursionlimit(_CALLS)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()

    answering = _Answering(say)
    while line := requests.readline():
        request = json.loads(line)
        say(answering.answer(request, requests.read(request["bytes"])))


def limit_memory(megabytes: int | None) -> None:
    """Allow so much memory beyond what is used now."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    used = _address_space()
    wanted = hard if megabytes is None or used is None else used + megabytes * 1_000_000
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def limit_work(seconds: float | None) -> None:
    """Let the kernel end this process some time after the parent should have done it."""
    if seconds is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime + seconds) + _GRACE
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def forbid_files() -> None:
    """Let no file and no socket be opened any more: the engine, too, can then reach nothing."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _require_readable(text: str, where: str) -> None:
    """Refuse what the engine cannot read; there is nothing here that it could find."""
    try:
        ox.Store().query(text)
    except SyntaxError as error:
        raise syntax_error(where, error) from None
    except (RuntimeError, ValueError, OSError):
        pass  # it was read, and failed later


def _address_space() -> int | None:
    """The bytes of address space in use, where the system tells."""
    if _statm is None:
        return None
    return int(os.pread(_statm, 100, 0).split()[0]) * resource.getpagesize()


def _opened(path: str) -> int | None:
    try:
        return os.open(path, os.O_RDONLY)
    except OSError:  # another system
        return None


#: Opened now, since later nothing can be.
_statm = _opened("/proc/self/statm")
