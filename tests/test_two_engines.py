"""Two SHACL engines on the shapes of the review and on studies that a program made: no difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pyoxigraph as ox
import pytest

import evigraph
from benchmarks import synthesize
from evigraph.cut import Index, cut
from evigraph.engines import PySHACL, RustSHACL
from evigraph.names import studies_in
from evigraph.reading import read_quads
from evigraph.screening import Screener
from evigraph.trust import Trust
from tests.engines import report_of, said_by
from tests.reliability import Tally

FOLDER = evigraph.open().folder
SIZES = [80, pytest.param(1_000, marks=pytest.mark.slow)]
Made = tuple[list[ox.Quad], dict[str, dict[str, int]]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Made]:
    """Makes so many studies, with gaps and faults; the verdicts planted in them come along."""

    def make(size: int) -> Made:
        path = tmp_path_factory.mktemp("made") / "studies.nq"
        planted = synthesize.write(size, path)
        return read_quads(path), planted

    return make


@pytest.mark.parametrize("size", SIZES)
def test_both_engines_give_the_same_verdicts(size: int, made: Callable[[int], Made], tally: Tally) -> None:
    """Outcomes, messages, values and what is missing, for each study; and they are those planted in it."""
    quads, planted = made(size)
    screener = Screener(FOLDER, FOLDER.graph)
    one, other = (screener.screen(quads, Trust.DEDUCED, engine=name) for name in ("pyshacl", "shacl"))
    for ours, theirs in zip(one, other, strict=True):
        tally.tried("" if ours == theirs else f"{ours.study}: {ours} {theirs}")
    assert tally.tries == size
    found = {rule: Counter[str]() for rule in planted}
    for study in one:
        found["study"][study.outcome] += 1
        for rule in study.rules:
            found[rule.id][rule.outcome] += 1
    assert found == planted


@pytest.mark.parametrize("size", SIZES)
def test_both_engines_report_the_same(size: int, made: Callable[[int], Made], tally: Tally) -> None:
    """Each result of each study: node, path, value, shape, component, severity and message."""
    quads, _ = made(size)
    screener = Screener(FOLDER, FOLDER.graph)
    trusted = [quad for quad in quads if quad.graph_name in Trust.DEDUCED.default_graphs]
    index = Index(trusted, screener.paths)
    engines = [kind(screener.shapes, screener.background) for kind in (PySHACL, RustSHACL)]
    results = 0
    for key, study in studies_in(trusted).items():
        one, other = (said_by(*report_of(engine, cut(study, index))) for engine in engines)
        tally.tried("" if one == other else f"{key}: {one} {other}")
        results += one[1].total()
    assert tally.tries == size
    assert results > size
