"""What all tests share: the shipped review, the facts it was made from, and a cache of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import settings

import evigraph
from tests import oracle, reliability

#: The same invented input in each run, so that a change alone decides whether a test holds.
settings.register_profile("steady", derandomize=True)
#: Other input in each run and more of it: make test-slow.
settings.register_profile("search", max_examples=1000, deadline=None)
#: In each of six formats, so that there are more than 10,000 round trips: make round-trips.
settings.register_profile("many", max_examples=2000, deadline=None)
settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def cache_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep verdicts of the tests away from the cache of the person who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVIGRAPH_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def review() -> evigraph.Review:
    """The shipped review."""
    return evigraph.open()


@pytest.fixture(scope="session")
def facts() -> Callable[[str], list[oracle.Row]]:
    """The rows of a file of facts, by its name without suffix."""
    return oracle.rows


@pytest.fixture
def tally(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Iterator[reliability.Tally]:
    """Counts tries; the test fails when one of them did."""
    counted = reliability.Tally()
    yield counted
    record_property(reliability.PROPERTY, [request.node.name, counted.tries, len(counted.failures)])
    assert not counted.failures, "\n".join(counted.failures[:20])


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how often what was tried, and how often it failed."""
    reports = [report for of_kind in terminalreporter.stats.values() for report in of_kind]
    found = {
        tuple(value)
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == reliability.PROPERTY
    }
    if lines := reliability.table(found):
        terminalreporter.section("test | tries | failures")
        for line in lines:
            terminalreporter.write_line(line)
