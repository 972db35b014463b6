"""Nothing leaves the computer: with the network taken away every command does the same."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import environment, once, run

#: Python runs this before anything else, and from then on no socket can reach out.
GUARD = '''\
"""Refuses to connect, to send, and to look up names."""
import socket

def refuse(*_args, **_more):
    raise OSError("the test has cut the network")

for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
socket.getaddrinfo = socket.gethostbyname = socket.create_connection = refuse
'''
PROBE = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
LINES = [
    "check",
    "screen",
    "ask cited-works",
    "ask study-verdicts --param study=bright1999",
    "claims",
    "export --format nquads",
]
SERVICE = "SELECT * { SERVICE <http://192.0.2.1/> { ?s ?p ?o } }"


def _isolated() -> list[str]:
    """The command that runs another without any network, where the system lets us."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    command = [unshare, "--map-root-user", "--net"]
    tried = subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if tried.returncode == 0 else []


ISOLATED = _isolated()


@pytest.fixture(params=["unshare", "guard"])
def cut(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[list[str], dict[str, str]]:
    """What to put before a command, and into its environment, so that it has no network."""
    cache = {"EVIGRAPH_CACHE": str(tmp_path / "cache")}  # so that verdicts are computed here too
    if request.param == "unshare":
        if not ISOLATED:
            pytest.skip("this system does not let us take the network away")
        return ISOLATED, cache
    (tmp_path / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    return [], cache | {"PYTHONPATH": str(tmp_path)}


def test_the_network_is_cut(cut: tuple[list[str], dict[str, str]]) -> None:
    """The means that the other tests rely on do cut the network, at once."""
    before, env = cut
    command = [*before, sys.executable, "-c", PROBE]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment(env), check=False)
    assert ran.returncode == 1
    assert "cut the network" in ran.stderr or "unreachable" in ran.stderr


@pytest.mark.parametrize("line", LINES)
def test_command_works_without_network(line: str, cut: tuple[list[str], dict[str, str]]) -> None:
    """The same exit code and the same output, letter for letter."""
    before, env = cut
    assert run(*shlex.split(line), before=before, env=env) == once(*shlex.split(line))


def test_service_is_refused_before_it_is_tried(cut: tuple[list[str], dict[str, str]]) -> None:
    """The refusal is ours and not that of the network."""
    before, env = cut
    ran = run("ask", "--query", SERVICE, before=before, env=env)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "evigraph: --query: SERVICE is refused; nothing leaves this computer\n"
