"""The test suites of the W3C, where they lie beside the checkout: data only, read by our own reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from evigraph.described import Described
from evigraph.reading import read_quads
from evigraph.terms import RDF, RDF_TYPE

_ROOT = Path(__file__).resolve().parents[1]
#: Beside the checkout, or beside the folder that holds a worktree.
_PLACES = (_ROOT.parent / "shared" / "w3c", _ROOT.parent.parent / "shared" / "w3c")
SUITES = next((place for place in _PLACES if place.is_dir()), _PLACES[0])
_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_ENTRIES, _INCLUDE = ox.NamedNode(_MF + "entries"), ox.NamedNode(_MF + "include")
_ACTION, _RESULT = ox.NamedNode(_MF + "action"), ox.NamedNode(_MF + "result")
_FIRST, _REST, _NIL = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))


@dataclass(frozen=True, eq=False)
class Case:
    """A case of a suite.

    Attributes:
        name: Its name, with the folder where a suite has several.
        kind: The last part of the IRI of its class, such as ``TestTurtleEval``.
        statements: Those of its manifest.
        said: The same, by what they describe.
        action: What is to be read or done.
        result: What must come of it, where the kind of case has that.
    """

    name: str
    kind: str
    statements: list[ox.Quad]
    said: Described
    action: object
    result: object | None


def needed(folder: str) -> pytest.MarkDecorator:
    """Skips, with the reason, the tests of a suite that is not there."""
    there = (SUITES / folder).is_dir()
    return pytest.mark.skipif(not there, reason=f"the W3C suite {folder} is not at {SUITES}")


def cases(folder: str, home: str) -> list[Case]:
    """The cases of a suite by its manifests, in their order; none when it is not there.

    Args:
        folder: Where it lies in :data:`SUITES`.
        home: The IRI that the suite says it has; relative IRIs start from there.
    """
    top = SUITES / folder
    return list(_cases(top / "manifest.ttl", top, home)) if top.is_dir() else []


def file_of(iri: object, folder: str, home: str) -> Path:
    """The file for the IRI of a document of a suite."""
    assert isinstance(iri, ox.NamedNode)
    return SUITES / folder / iri.value.removeprefix(home)


def _cases(manifest: Path, top: Path, home: str) -> Iterator[Case]:
    iri = ox.NamedNode(home + manifest.relative_to(top).as_posix())
    statements = read_quads(manifest, base=iri.value)
    said = Described(statements)
    for entries in said.values(iri, _ENTRIES):
        for entry in _members(said, entries):
            assert isinstance(entry, ox.NamedNode)
            kind = said.iri(entry, RDF_TYPE)
            assert kind is not None, entry
            name = entry.value.removeprefix(home).removeprefix("manifest.ttl#")
            action, result = (said.value(entry, property) for property in (_ACTION, _RESULT))
            yield Case(name, kind.value.rpartition("#")[2], statements, said, action, result)
    for other in said.values(iri, _INCLUDE):
        assert isinstance(other, ox.NamedNode)
        yield from _cases(top / other.value.removeprefix(home), top, home)


def _members(said: Described, node: object) -> Iterator[object]:
    while node != _NIL:
        yield said.value(node, _FIRST)
        node = said.value(node, _REST)
