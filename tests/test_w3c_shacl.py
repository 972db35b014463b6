"""The SHACL engines as we use them, judged by the W3C's tests of SHACL Core and SHACL-SPARQL.

Files go in by our reader, and statements to the engines by :mod:`evigraph.engines`, as when studies are
screened: merged, without prefixes and without their files. Left out is one level above that,
:meth:`evigraph.shapes.Shapes.read`, which refuses words that are not SHACL Core, ``sh:sparql`` with them,
shapes that name properties unknown to the review, and files that hold a report. By that door no
SHACL-SPARQL comes in at all; what the engines make of it is told here all the same.

A report is right when it says the same of *conforms* and has the same results: focus node, path (built of
blank nodes or not), value, shape, constraint, component and severity, and the message where one is
asked for; blank nodes may have other names. A case may instead ask that its shapes be refused.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from evigraph.confined.engine import ConfinedEngine
from evigraph.engines import PySHACL, RustSHACL
from evigraph.errors import ShapesError
from evigraph.reading import read_quads
from evigraph.shacl_terms import CORE
from evigraph.shapes import Shapes
from evigraph.terms import SH
from tests.engines import MESSAGE, PARTS, report_of, said_by
from tests.w3c import SUITES, Case, cases, file_of, needed

ENGINES: dict[str, type[PySHACL] | type[RustSHACL]] = {"pyshacl": PySHACL, "shacl": RustSHACL}
SHT = "http://www.w3.org/ns/shacl-test#"
FAILURE = ox.NamedNode(SHT + "Failure")
#: The folders of the suites, their cases, and the IRI that their files start from.
COUNTS = {"shacl/core": 98, "shacl/sparql": 22}
HOMES = {folder: f"http://datashapes.org/sh/tests/{folder.partition('/')[2]}/" for folder in COUNTS}
CASES = {folder: cases(folder, home) for folder, home in HOMES.items()}

#: What an engine gets wrong, and why; a test fails when that is no longer so.
WRONG = {
    ("pyshacl", "pre-binding/shapesGraph-001"): "pySHACL has no $shapesGraph, and says so",
    ("pyshacl", "node/prefixes-001"): (
        "pySHACL does not follow owl:imports to a prefix; given the file, it takes that of its @prefix"
    ),
    ("shacl", "pre-binding/unsupported-sparql-004"): "takes a nested SELECT without $this, to be refused",
}


def every(engine: str) -> Iterator[object]:
    """All cases for an engine, with what it is known to get wrong."""
    for folder, of_suite in CASES.items():
        for case in of_suite:
            why = WRONG.get((engine, case.name))
            marks = [pytest.mark.xfail(reason=why, strict=True)] if why else []
            id = f"{engine}:{folder.partition('/')[2]}/{case.name}"
            yield pytest.param(engine, folder, case, id=id, marks=marks)


def graphs(folder: str, case: Case) -> tuple[Shapes, list[ox.Quad]]:
    """The shapes and the data of a case."""
    iris = [case.said.iri(case.action, ox.NamedNode(SHT + name)) for name in ("shapesGraph", "dataGraph")]
    read = {iri: read_quads(file_of(iri, folder, HOMES[folder]), base=iri.value) for iri in iris if iri}
    shapes, data = (read[iri] for iri in iris if iri)
    return Shapes(shapes, case.name), data


@pytest.mark.parametrize("folder", [pytest.param(name, marks=needed(name)) for name in COUNTS])
def test_all_cases_are_there(folder: str) -> None:
    """As many as were counted, all of them validations, so that none is passed by."""
    assert [case.kind for case in CASES[folder]] == ["Validate"] * COUNTS[folder]


@needed("shacl/core")
def test_words_of_shacl_core_are_those_of_the_suite() -> None:
    """The guard of shapes refuses no word that the suite uses, but those of reports, and one that is none."""
    used = {
        quad.predicate.value.removeprefix(SH)
        for file in sorted((SUITES / "shacl/core").rglob("*.ttl"))
        for quad in read_quads(file, base=HOMES["shacl/core"])
        if quad.predicate.value.startswith(SH)
    }
    reports = {part.value.removeprefix(SH) for part in (*PARTS, MESSAGE)} | {"conforms", "result"}
    assert used - CORE - reports == {"nodeShape"}  # of a draft, left over in property/qualifiedValueShape-001


@pytest.mark.filterwarnings("ignore:Parsing weird boolean")  # rdflib, of a value that is to be found wrong
@pytest.mark.parametrize(("engine", "folder", "case"), [*every("pyshacl"), *every("shacl")])
def test_report_is_right(engine: str, folder: str, case: Case) -> None:
    """The engine finds what the suite says is wrong, and nothing else."""
    shapes, data = graphs(folder, case)
    if case.result == FAILURE:
        with pytest.raises((ShapesError, ValueError)):
            report_of(ENGINES[engine](shapes), data)
        return
    messages = any(quad.predicate == MESSAGE for quad in case.statements)
    found = said_by(*report_of(ENGINES[engine](shapes), data), messages=messages)
    assert found == said_by(case.statements, case.result, messages=messages)


@pytest.mark.slow  # a child for each case
@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES["shacl/core"]])
def test_engine_in_a_child_finds_the_same(case: Case) -> None:
    """What stands between us and the engine, when shapes from outside may run away, changes no result."""
    shapes, data = graphs("shacl/core", case)
    child = ConfinedEngine(shapes, (), "pyshacl")
    there, here = (  # the list in pySHACL's own message on sh:in comes in any order
        {(r.shape, r.focus, r.path, r.value) for r in engine.results(data)}
        for engine in (child, PySHACL(shapes))
    )
    assert there == here
    assert child.stopped == {}
    child.close()
