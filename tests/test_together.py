"""Several processes at one review: none loses what another did, and readers are not disturbed."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import evigraph
from evigraph import disk
from evigraph.beginning import begin
from evigraph.decisions.standing import ATTRIBUTED
from evigraph.described import Described
from evigraph.folder import Folder
from evigraph.records.importing import add_records
from evigraph.terms import IDENTIFIER, RDF_TYPE, RDFS_LABEL, evi
from tests.commands import ROOT, Ran, environment, run
from tests.faults import OPERATIONS, Operation, Site, leftovers, tree
from tests.reliability import Tally

pytestmark = pytest.mark.slow
WRITERS, UPDATES = 8, 1000
ROUNDS = 10
#: One of the writers: as many decisions as it is told, one by one; says each when it is written.
WRITER = """
import sys
import evigraph
from evigraph.decisions.recording import Act, record_decisions

folder, person, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
for number in range(count):
    act = Act(f"elm-{number}", "exclude", person, date="2026-11-20")
    done = record_decisions(evigraph.open(folder), [act])
    assert (done.new, done.revised, done.unchanged) == (1, 0, 0), done
    print(f"elm-{number}", flush=True)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A review to be changed."""
    return Site(tmp_path_factory.mktemp("site"))


def together(site: Site, place: Path, *operations: Operation) -> list[Ran]:
    """What came of commands that were begun at once."""
    with ThreadPoolExecutor(len(operations)) as pool:
        return list(pool.map(lambda one: run(*site.arguments(one, place)), operations))


def test_an_import_and_a_decision_at_once(site: Site, tally: Tally) -> None:
    """Both are there, as if one had come after the other."""
    importing, deciding = OPERATIONS["import records"], OPERATIONS["decide --from"]
    states = []
    for first, second in ((importing, deciding), (deciding, importing)):
        with site.copy(importing) as place:
            assert [run(*site.arguments(one, place)).code for one in (first, second)] == [0, 0]
            states.append(tree(place))
    for _ in range(ROUNDS):
        with site.copy(importing) as place:
            ran = together(site, place, importing, deciding)
            whole = tree(place) in states and not leftovers(place)
            tally.tried("" if whole and {one.code for one in ran} == {0} else str(ran))


def test_two_builds_at_once(site: Site, tally: Tally) -> None:
    """One is told who is first, or comes after; the store is whole."""
    one = OPERATIONS["build"]
    for _ in range(ROUNDS):
        with site.copy(one) as place:
            ran = together(site, place, one, one)
            told = all(r.code == 0 or (r.code == 3 and "is being written by process" in r.err) for r in ran)
            found = disk.verify(Folder(place / "review"), place / "review/.evigraph")
            whole = found.holds and found.fresh and not leftovers(place)
            tally.tried("" if whole and told and 0 in {r.code for r in ran} else str(ran))


def test_questions_while_a_store_is_built(site: Site, tally: Tally) -> None:
    """Each is answered, and in the same way, whether a store is fresh, stale, or under way."""
    one = OPERATIONS["build"]
    with site.copy(one) as place:
        ask = ("--review", str(place / "review"), "ask", "studies", "--format", "csv")
        expected = run(*ask).out
        assert len(expected.splitlines()) == 3
        with ThreadPoolExecutor(1) as pool:
            for number in range(ROUNDS):
                path = place / "review/graph/review.ttl"
                path.write_text(path.read_text(encoding="utf-8") + f"# {number}\n", encoding="utf-8")
                building = pool.submit(run, *site.arguments(one, place))
                for ran in (run(*ask), run(*ask), run(*ask)):
                    tally.tried("" if (ran.code, ran.out) == (0, expected) else str(ran))
                built = building.result()
                tally.tried("" if built.code == 0 or "is being written" in built.err else str(built))
        assert run(*site.arguments(one, place)).code == 0
        assert not leftovers(place)


def test_eight_writers_lose_nothing(tally: Tally, tmp_path: Path) -> None:
    """A thousand decisions of eight people at once: each is there, once; readers see only whole ones."""
    begin(tmp_path / "review", bare=True)
    each = UPDATES // WRITERS
    ris = "".join(f"TY  - JOUR\nTI  - Elm {n}\nER  - \n" for n in range(each))
    (tmp_path / "a.ris").write_text(ris, encoding="utf-8")
    add_records(evigraph.open(tmp_path / "review"), [tmp_path / "a.ris"])
    people = [f"Person {number}" for number in range(WRITERS)]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "review"), person, str(each)],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for person in people
    ]
    counts = [0]
    while any(writer.poll() is None for writer in writers):
        counts.append(decisions(tmp_path / "review"))
        time.sleep(0.5)
    said = [writer.communicate() for writer in writers]
    acknowledged = [line for out, _ in said for line in out.split()]
    assert len(acknowledged) == UPDATES, [err for _, err in said if err]
    assert counts == sorted(counts)
    assert max(counts) <= UPDATES
    found = pairs(tmp_path / "review")
    for person in people:
        for number in range(each):
            key = f"elm-{number}"
            there = found.count((key, person))
            tally.tried("" if there == 1 else f"{person} on {key}: {there} times")
    assert len(found) == UPDATES
    assert leftovers(tmp_path) == ""


def decisions(review: Path) -> int:
    """How many decisions a reader sees."""
    return sum(q.predicate == RDF_TYPE and q.object == evi("Decision") for q in Folder(review).graph)


def pairs(review: Path) -> list[tuple[str, str]]:
    """The key of the record and the name of the person of each decision."""
    said = Described(Folder(review).graph)
    return [
        (said.text(record, IDENTIFIER), said.text(person, RDFS_LABEL))
        for node in said.of_class(evi("Decision"))
        if (record := said.iri(node, evi("onRecord"))) and (person := said.iri(node, ATTRIBUTED))
    ]
