"""The same commands over a SPARQL endpoint give what they give over the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import evigraph
from tests.commands import run
from tests.servers import free_port, oxigraph


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An Oxigraph server to which the command line pushed the shipped review."""
    with oxigraph(tmp_path_factory.mktemp("endpoint")) as url:
        ran = run("push", f"{url}/query")
        assert ran.code == 0, ran.err
        folder = evigraph.open().folder
        count = len({*folder.graph, *folder.ontology})
        assert f"{count:,} statements to 6 graphs, by graph store" in ran.err
        yield f"{url}/query"


@pytest.mark.parametrize(
    "line",
    [
        "ask trials-against-professional-treatment",
        "ask studies-by-problem --param problem=bereavement --format csv",
        "ask study-verdicts --param study=tudiver1992 --format json",
        "ask claims-and-recounts --format csv",
        "screen --format json",
        "screen --format csv --trust stated",
        "claims --format json",
        "cite --format json",
        "export",
        "export --format nquads --trust stated",
    ],
)
def test_command_prints_the_same_over_the_endpoint(endpoint: str, line: str) -> None:
    """Output and exit code are those of the files, to the letter."""
    local, remote = run(*line.split()), run(*line.split(), "--endpoint", endpoint)
    assert local.out
    assert (remote.code, remote.out) == (local.code, local.out)


def test_pull_brings_the_review_back(endpoint: str, tmp_path: Path) -> None:
    """What was pushed is pulled, as canonical TriG with the graphs of the bases."""
    ran = run("pull", endpoint, "-o", str(tmp_path / "back.trig"))
    assert ran.code == 0, ran.err
    check = run("check", str(tmp_path / "back.trig"))
    assert check.code == 0, check.out + check.err


def test_python_opens_an_endpoint(endpoint: str) -> None:
    """The API takes an endpoint too."""
    remote, local = evigraph.open(endpoint=endpoint), evigraph.open()
    assert remote.screen() == local.screen()
    assert remote.claims() == local.claims()
    assert remote.ask("shared-authors") == local.ask("shared-authors")


@pytest.mark.parametrize("line", ["ask cited-works", "screen", "claims", "export", "push", "pull -o x.trig"])
def test_no_server_is_one_line_and_exit_code_3(line: str, tmp_path: Path) -> None:
    """The message names the endpoint and says what to check."""
    url = f"http://127.0.0.1:{free_port()}/query"
    command, *rest = line.split()
    where = [url] if command in ("push", "pull") else ["--endpoint", url]
    ran = run(command, *where, *rest, cwd=tmp_path)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"evigraph: {url.removesuffix('query')}")
    assert "cannot be reached: Connection refused; check the address" in ran.err
    assert ran.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
