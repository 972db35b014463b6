"""Servers for tests, all on loopback: Oxigraph, Virtuoso, and small ones that misbehave.

Every wait has a bound, and every server is stopped by its own process or thread.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOST = "127.0.0.1"
OXIGRAPH = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
VIRTUOSO = shutil.which("virtuoso-t")
VIRTUOSO_INI = Path("/etc/virtuoso-opensource-7/virtuoso.ini")
WAIT = 60.0


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(command: list[str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server in a process of its own, from when its port answers until the block ends."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=log.parent)
    try:
        until = time.monotonic() + WAIT
        while not _answers(port):
            ended = process.poll() is not None
            if ended or time.monotonic() > until:
                said = log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{command[0]}: {'ended' if ended else 'no answer'}: {said}")
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def oxigraph(folder: Path) -> Iterator[str]:
    """An Oxigraph server in memory: the address before ``/query``, ``/update`` and ``/store``."""
    assert OXIGRAPH, "the oxigraph server is a test dependency: pip install oxigraph"
    port = free_port()
    command = [OXIGRAPH, "serve", "--bind", f"{HOST}:{port}"]
    with running(command, port, folder / "oxigraph.log"):
        yield f"http://{HOST}:{port}"


@contextmanager
def virtuoso(folder: Path) -> Iterator[str]:
    """A Virtuoso server with a database of its own: the address before ``/sparql`` and the like.

    Its ini is the package's, with both ports on loopback and every path in the folder.
    """
    assert VIRTUOSO
    sql, http = free_port(), free_port()
    text = VIRTUOSO_INI.read_text(encoding="utf-8")
    text = text.replace("/var/lib/virtuoso-opensource-7/db", str(folder))
    text = text.replace("/var/lib/virtuoso-opensource-7/vsp", str(folder))
    text = re.sub(r"(?m)^(ServerPort\s*=\s*)1111$", rf"\g<1>{HOST}:{sql}", text)
    text = re.sub(r"(?m)^(ServerPort\s*=\s*)8890$", rf"\g<1>{HOST}:{http}", text)
    text = re.sub(r"(?m)^Load\d.*\n", "", text)
    assert text.count(f"{HOST}:") == 2, "the ini of the package has changed"
    ini = folder / "virtuoso.ini"
    ini.write_text(text, encoding="utf-8")
    with running([VIRTUOSO, "+foreground", "+configfile", str(ini)], http, folder / "out.log"):
        yield f"http://{HOST}:{http}"


@dataclass
class Small:
    """A small server and what it was asked.

    Attributes:
        url: Its address.
        requests: Method, path and headers of each request.
        stopping: Set when the server is to end.
    """

    url: str
    requests: list[tuple[str, str, Message]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)


Answer = Callable[[BaseHTTPRequestHandler, Small], None]


@contextmanager
def small(answer: Answer) -> Iterator[Small]:
    """A server in a thread that answers everything in one way."""

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            server.requests.append((self.command, self.path, self.headers))
            try:
                answer(self, server)
            except OSError:
                self.close_connection = True  # the client has gone, as it should

        do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815  # names of http.server

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    listener = ThreadingHTTPServer((HOST, 0), Handler)
    listener.daemon_threads = True
    listener.block_on_close = False
    server = Small(f"http://{HOST}:{listener.server_port}/query")
    thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        listener.shutdown()
        listener.server_close()
        thread.join(5)


def says(body: bytes, kind: str, status: int = 200, **headers: str) -> Answer:
    """Answers with a body of a media type."""

    def answer(handler: BaseHTTPRequestHandler, _server: Small) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def breaks_off(body: bytes, length: int) -> Answer:
    """Promises an answer of some length and ends before."""

    def answer(handler: BaseHTTPRequestHandler, _server: Small) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(length))
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return answer


def drips(head: bytes) -> Answer:
    """Sends some bytes at once and then one each half second, for ever."""

    def answer(handler: BaseHTTPRequestHandler, server: Small) -> None:
        handler.wfile.write(head)
        while not server.stopping.wait(0.5):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    return answer


def floods(size: int) -> Answer:
    """Sends rows of results until so many bytes are out."""
    head = b'{"head":{"vars":["a"]},"results":{"bindings":['
    row = b'{"a":{"type":"literal","value":"' + b"x" * 1_000_000 + b'"}},'

    def answer(handler: BaseHTTPRequestHandler, _server: Small) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/sparql-results+json")
        handler.end_headers()
        handler.wfile.write(head)
        for _ in range(size // len(row) + 1):
            handler.wfile.write(row)

    return answer
