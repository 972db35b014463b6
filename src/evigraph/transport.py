"""One request and its answer, stopped at a deadline and at a number of bytes.

The only place where a connection is opened, and only to the address that is given: redirects are
not followed, and only http and https are spoken.
"""

from __future__ import annotations

import base64
import io
import re
import socket
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    BaseHandler,
    HTTPDefaultErrorHandler,
    HTTPDigestAuthHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from evigraph.errors import EnvironmentFaultError, LimitError

_PIECE: Final = 65_536
_SHOWN: Final = 200
_ADVICE: Final = {
    401: "set EVIGRAPH_USER and EVIGRAPH_PASSWORD, and EVIGRAPH_AUTH=digest where the server wants that",
    403: "this user may not do that there; set EVIGRAPH_USER and EVIGRAPH_PASSWORD",
    404: "check the address",
    405: "check the address",
    429: "the server wants fewer requests; try again later",
    501: "the server does not know this kind of request",
    503: "try again later",
}


@dataclass(frozen=True)
class Reply:
    """What a server answered.

    Attributes:
        endpoint: The address as the user knows it.
        status: The HTTP status.
        headers: The HTTP headers.
        body: The bytes of the answer.
    """

    endpoint: str
    status: int
    headers: Message
    body: bytes = field(repr=False)

    @property
    def is_html(self) -> bool:
        """Whether the answer is a web page, by what it is called or by what it looks like."""
        start = self.body[:1000].lstrip().lower()
        return "html" in self.headers.get_content_type() or start.startswith((b"<!doctype html", b"<html"))

    @property
    def is_rdf(self) -> bool:
        """Whether the answer is called statements."""
        kind = self.headers.get_content_type()
        return bool(re.search(r"turtle|n-triples|n-quads|trig|rdf\+xml|ld\+json", kind))

    @property
    def first_line(self) -> str:
        """The first line of the answer for a message; of a web page, its first words too."""
        lines = [_printable(line) for line in self.body[:20_000].decode(errors="replace").splitlines()]
        lines = [line for line in lines if line] or ["(nothing)"]
        line = lines[0]
        if self.is_html and not _words(line):
            words = next((words for words in map(_words, lines) if words), "")
            line = f"{line} {words}".strip()
        return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"

    def fault(self, what: str, advice: str = "check the address") -> EnvironmentFaultError:
        """What is wrong with the answer, as an error that shows its first line."""
        return EnvironmentFaultError(f"{self.endpoint}: {what}: {self.first_line} – {advice}")

    def require_done(self) -> None:
        """Refuse an answer that is none.

        Raises:
            EnvironmentFaultError: The server did not do it, or gave a part of the answer only.
        """
        if 300 <= self.status < 400:
            there = _printable(self.headers.get("Location", "nowhere"))[:_SHOWN]
            raise EnvironmentFaultError(
                f"{self.endpoint}: redirects to {there}, which is not followed; "
                "name that address if you trust it"
            )
        if not 200 <= self.status < 300:
            other = "see the server's log" if self.status >= 500 else "check the address"
            raise self.fault(f"answers with status {self.status}", _ADVICE.get(self.status, other))
        # Virtuoso says of an answer that it cut how many rows it gives, or that its own time was up.
        if rows := self.headers.get("X-SPARQL-MaxRows"):
            raise self.fault(f"gives {_printable(rows)} rows at most and left out the rest", "ask for less")
        if self.headers.get("X-SQL-State") == "S1TAT":
            raise self.fault("stopped at its own time limit and left out the rest", "ask for less")


class Transport:
    """Sends requests.

    Args:
        deadline: Seconds for one request, from its start to the last byte of its answer.
        max_bytes: The longest answer that is read.
        user: Who asks; nobody in particular when left out.
        password: What proves it.
        auth: ``basic`` or ``digest``.
    """

    def __init__(
        self,
        deadline: float,
        max_bytes: int,
        user: str | None = None,
        password: str | None = None,
        auth: str = "basic",
    ) -> None:
        self._deadline = deadline
        self._max_bytes = max_bytes
        self._login = (user, password or "", auth)

    def send(self, request: Request, endpoint: str, *, body: bool = True) -> Reply:
        """Send a request and read the answer, of any status.

        The work is done beside, so that neither a slow name server, nor a server that drips its
        headers, nor one that takes the request slowly outlives the deadline.

        Args:
            request: What to send.
            endpoint: The address as the user knows it, for messages.
            body: Whether to read the answer's body.

        Raises:
            EnvironmentFaultError: The server cannot be reached, or breaks off.
            LimitError: The answer takes too long, or is too long.
        """
        sockets: list[socket.socket] = []
        outcome: Future[Reply] = Future()

        def work() -> None:
            try:
                outcome.set_result(self._exchange(request, endpoint, sockets, body))
            except BaseException as error:
                outcome.set_exception(error)

        threading.Thread(target=work, name="evigraph-request", daemon=True).start()
        try:
            return outcome.result(self._deadline)
        except TimeoutError:
            raise self._too_slow(endpoint) from None
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._too_slow(endpoint) from None
            reason = getattr(error.reason, "strerror", None) or error.reason
            raise _unreachable(endpoint, reason) from None
        except (OSError, HTTPException, ValueError) as error:
            raise _unreachable(endpoint, error) from None
        finally:
            for opened in sockets:
                _shut(opened)

    def _exchange(self, request: Request, endpoint: str, sockets: list[socket.socket], body: bool) -> Reply:
        opener = self._opener(request, sockets)
        user, password, auth = self._login
        if user is not None and auth == "basic":
            request.add_unredirected_header("Authorization", _basic(user, password))
        elif user is not None and (answer := self._digest(request, opener, user, password)):
            request.add_unredirected_header("Authorization", answer)
        response = self._open(opener, request)
        with response:
            data = self._read(response, endpoint) if body else b""
            return Reply(endpoint, response.status or 0, response.headers, data)

    def _open(self, opener: OpenerDirector, request: Request) -> HTTPResponse | HTTPError:
        try:
            response: HTTPResponse = opener.open(request, timeout=self._deadline)
        except HTTPError as error:
            return error
        return response

    def _digest(self, request: Request, opener: OpenerDirector, user: str, password: str) -> str | None:
        """What proves who asks, where the server wants it.

        The server's challenge is fetched first and without the body: Virtuoso hangs up on a long
        body when it does not know yet who sends it.
        """
        agent = {"User-Agent": request.get_header("User-agent") or ""}
        with self._open(opener, Request(request.full_url, headers=agent)) as response:
            challenges = response.headers.get_all("WWW-Authenticate", []) if response.status == 401 else []
        for challenge in challenges:
            scheme, _, values = challenge.partition(" ")
            if scheme.lower() == "digest":
                passwords = HTTPPasswordMgrWithDefaultRealm()
                passwords.add_password(None, request.full_url, user, password)
                given = parse_keqv_list(parse_http_list(values))
                answer = HTTPDigestAuthHandler(passwords).get_authorization(request, given)
                return None if answer is None else "Digest " + answer
        return None

    def _read(self, response: HTTPResponse | HTTPError, endpoint: str) -> bytes:
        data = io.BytesIO()
        while piece := response.read(_PIECE):
            if data.tell() + len(piece) > self._max_bytes:
                raise LimitError(
                    f"{endpoint}: passes the limit of {self._max_bytes:,} bytes an answer; ask for less"
                )
            data.write(piece)
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and data.tell() < int(length):
            raise EnvironmentFaultError(
                f"{endpoint}: broke off after {data.tell():,} of {int(length):,} bytes; try again"
            )
        return data.getvalue()

    def _opener(self, request: Request, sockets: list[socket.socket]) -> OpenerDirector:
        """What knows http and https and nothing else: no redirects, no files, no global state."""
        opener = OpenerDirector()
        handlers: list[BaseHandler] = [_Http(sockets), _Https(sockets)]
        handlers += [HTTPDefaultErrorHandler(), HTTPErrorProcessor()]
        if not _is_loopback(request):
            handlers.append(ProxyHandler())
        for handler in handlers:
            opener.add_handler(handler)
        return opener

    def _too_slow(self, endpoint: str) -> LimitError:
        return LimitError(
            f"{endpoint}: no whole answer within the limit of {self._deadline:g} s; ask for less, or later"
        )


class _Http(HTTPHandler):
    """Keeps the sockets of its connections, so that they can be shut from outside."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        super().__init__()
        self._sockets = sockets

    def http_open(self, req: Request) -> HTTPResponse:
        def connection(host: str, **options: Any) -> HTTPConnection:
            return _keeping(HTTPConnection(host, **options), self._sockets)

        return self.do_open(connection, req)


class _Https(HTTPSHandler):
    """As :class:`_Http`."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        super().__init__()
        self._sockets = sockets

    def https_open(self, req: Request) -> HTTPResponse:
        def connection(host: str, **options: Any) -> HTTPConnection:
            return _keeping(HTTPSConnection(host, **options), self._sockets)

        return self.do_open(connection, req)


def _keeping(connection: HTTPConnection, sockets: list[socket.socket]) -> HTTPConnection:
    connect = connection.connect

    def connect_and_keep() -> None:
        connect()
        sockets.append(connection.sock)

    connection.connect = connect_and_keep  # type: ignore[method-assign]
    return connection


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _shut(opened: socket.socket) -> None:
    """End what is still read from a socket; past TLS, whose own shutdown would wait."""
    try:
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
    except OSError:
        return  # closed already, as it is after every whole answer


def _unreachable(endpoint: str, reason: object) -> EnvironmentFaultError:
    return EnvironmentFaultError(
        f"{endpoint}: cannot be reached: {_printable(str(reason)) or 'it breaks off'}; "
        "check the address and that the server runs"
    )


def _is_loopback(request: Request) -> bool:
    host = urlsplit(request.full_url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def _printable(text: str) -> str:
    """Text in one line, without what would steer a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _words(line: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", line).split())
