"""A store whose queries from outside are asked in a child, on a snapshot of it, within limits."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from typing import Any, Protocol

import pyoxigraph as ox

from evigraph.confined.letters import read_rows, written
from evigraph.confined.limits import CutError, Limits
from evigraph.confined.process import Child, EndedError, GarbledError, LateError
from evigraph.errors import InputError, LimitError
from evigraph.guard import require_modest
from evigraph.shipped import is_shipped
from evigraph.store import Bindings, EmbeddedStore, Rows, Store
from evigraph.trust import Trust

#: Seconds that a child may take to be there.
_START = 30.0


class Asked(Protocol):
    """What can be asked: the part of :class:`evigraph.store.Store` that takes queries."""

    def select(
        self, text: str, *, trust: Trust, bindings: Bindings | None = None, where: str = "query"
    ) -> Rows:
        """As :meth:`evigraph.store.Store.select`."""
        ...

    def ask(self, text: str, *, trust: Trust, where: str = "query") -> bool:
        """As :meth:`evigraph.store.Store.ask`."""
        ...

    def construct(self, text: str, *, trust: Trust, where: str = "query") -> list[ox.Triple]:
        """As :meth:`evigraph.store.Store.construct`."""
        ...


class Room(contextlib.AbstractContextManager["Room"]):
    """Where queries from outside are read and answered; the child is started when one comes.

    Args:
        limits: What a query may take.
        services: The IRIs of the services that it may ask, none by default.
    """

    def __init__(self, limits: Limits | None = None, services: Collection[str] = ()) -> None:
        self.limits = limits or Limits()
        self.services = tuple(services)
        self._child: Child | None = None
        self._looking: tuple[str, str] | None = None
        self._snapshot: tuple[EmbeddedStore, int] | None = None

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            self._child.end()
        self._child, self._looking, self._snapshot = None, None, None

    def look(self, text: str, where: str, *, remote: bool = False) -> None:
        """Have a query read; whether it is refused is known when it is asked, or by :meth:`looked`.

        Args:
            text: The query; nothing is done for one that comes with the package.
            where: What to call it in messages.
            remote: Whether it is not answered here, so that the engine has to be tried on it.

        Raises:
            InputError: It is empty or an update, or the query that was given before is refused.
            LimitError: It is too long or too deep.
        """
        if is_shipped(text) or self._looking == (text, where):
            return
        require_modest(text, where)
        self.looked()
        if self._child is None:
            self._child = Child()
        request = {"do": "look", "text": text, "where": where, "allowed": self.services, "try": remote}
        with contextlib.suppress(EndedError):  # said when it is waited for
            self._child.send({**request, **self._limits()})
        self._looking = (text, where)

    def looked(self) -> None:
        """Wait until the query that was given to :meth:`look` is read.

        Raises:
            InputError: One of the two parsers cannot read it, or it reaches out.
            LimitError: Reading it takes too long, or too much memory.
        """
        if self._looking is None:
            return
        (_, where), self._looking = self._looking, None
        self._answer(where, _START)  # it has loaded what it needs
        self._answer(where, self.limits.seconds)

    def over(self, store: Store) -> Asked:
        """A store as queries from outside see it."""
        return _Confined(self, store)

    def asked(self, store: EmbeddedStore, form: str, text: str, where: str, **more: Any) -> dict[str, Any]:
        """What the child answers to a query over a snapshot of a store."""
        wanted = (store, store.version)
        if store.path and self._snapshot not in (None, wanted):
            self.close()  # no file can be opened any more in that child
        self.look(text, where)
        self.looked()
        assert self._child is not None  # started to look
        request = {"do": "ask", "form": form, "text": text, "where": where, "rows": self.limits.rows, **more}
        try:
            if self._snapshot != wanted:
                self._open(store, where)
            self._child.send({**request, **self._limits()})
        except EndedError as error:
            self.close()
            raise self.limits.ended(where, error.code) from None
        return self._answer(where, self.limits.seconds)

    def _open(self, store: EmbeddedStore, where: str) -> None:
        assert self._child is not None
        path = str(store.path.resolve()) if store.path else None
        request = {"do": "open", "path": path, "reaches": bool(self.services)}
        self._child.send(request, b"" if path else store.lines())
        self._answer(where, None)
        self._snapshot = (store, store.version)

    def _limits(self) -> dict[str, Any]:
        return {"seconds": self.limits.seconds, "megabytes": self.limits.megabytes}

    def _answer(self, where: str, seconds: float | None) -> dict[str, Any]:
        assert self._child is not None
        try:
            answer = self._child.receive(seconds)
            if answer.get("full"):
                raise self.limits.full(where)
            if "limit" in answer:
                raise LimitError(str(answer["limit"]))
            if "input" in answer:
                raise InputError(str(answer["input"]))
        except LateError:
            self.close()
            raise self.limits.late(where) from None
        except EndedError as error:
            self.close()
            raise self.limits.ended(where, error.code) from None
        except GarbledError:
            self.close()
            raise LimitError(f"{where}: its answer is too long to be read; ask for less") from None
        except BaseException:
            self.close()
            raise
        return answer


class _Confined:
    """A store that asks what comes with the package here, and all else in a room."""

    def __init__(self, room: Room, store: Store) -> None:
        self._room = room
        self._store = store

    def select(
        self, text: str, *, trust: Trust, bindings: Bindings | None = None, where: str = "query"
    ) -> Rows:
        if (inner := self._inside(text, where)) is not None:
            return inner.select(text, trust=trust, bindings=bindings, where=where)
        sent = {name: written(term) for name, term in (bindings or {}).items()}
        return self._rows("select", text, where, trust=trust.value, bindings=sent)

    def ask(self, text: str, *, trust: Trust, where: str = "query") -> bool:
        if (inner := self._inside(text, where)) is not None:
            return inner.ask(text, trust=trust, where=where)
        return self._asked("ask", text, where, trust=trust.value).get("truth") is True

    def construct(self, text: str, *, trust: Trust, where: str = "query") -> list[ox.Triple]:
        if (inner := self._inside(text, where)) is not None:
            return inner.construct(text, trust=trust, where=where)
        _, rows = self._rows("construct", text, where, trust=trust.value)
        return [ox.Triple(*row) for row in rows]  # type: ignore[arg-type]  # as the engine made them

    def _inside(self, text: str, where: str) -> Store | None:
        """The store itself, for a query that it may be asked here or that its server answers."""
        if is_shipped(text):
            return self._store
        if isinstance(self._store, EmbeddedStore):
            return None
        self._room.look(text, where, remote=True)
        self._room.looked()
        return self._store

    def _asked(self, form: str, text: str, where: str, **more: Any) -> dict[str, Any]:
        assert isinstance(self._store, EmbeddedStore)  # see _inside
        return self._room.asked(self._store, form, text, where, **more)

    def _rows(self, form: str, text: str, where: str, **more: Any) -> Rows:
        answer = self._asked(form, text, where, **more)
        names, most = answer.get("names"), self._room.limits.rows
        try:
            names = [str(name) for name in names or []]
            rows = read_rows(answer.get("rows") or [], 3 if form == "construct" else len(names))
        except (TypeError, ValueError, IndexError):
            raise LimitError(f"{where}: the engine gave what is no answer; ask in another way") from None
        if most is not None and len(rows) > most:
            what = "statements" if form == "construct" else "rows"
            raise CutError(
                f"{where}: has more than {most:,} {what}, of which these come first; ask for less, "
                "or allow more with --max-rows",
                None if form == "construct" else names,
                rows[:most],
            )
        return names, rows
