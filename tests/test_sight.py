"""What shapes are shown of a study: never less than they look at, so that a cut fails as the whole graph."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

import evigraph
from evigraph.cut import Index, Paths, cut
from evigraph.engines import PySHACL
from evigraph.shapes import Shapes
from tests.commands import ROOT

PREFIXES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <https://example.org/> .
"""
STUDY = ox.NamedNode("https://example.org/study")
GRAPH = (
    PREFIXES
    + """\
:study a :Study ; :from 5 ; :to 3 ; :name "a" ; :label "a" ; :part :arm ; :size 7 .
:arm :from 9 ; :to 1 .
:other :cites :study ; :name "b" .
"""
)
#: A target, and what is asked of it, which the study fails.
SHAPES = {
    "compared by size": "sh:targetClass :Study ; sh:property [ sh:path :from ; sh:lessThan :to ]",
    "or the same": "sh:targetClass :Study ; sh:property [ sh:path :from ; sh:lessThanOrEquals :to ]",
    "other values": "sh:targetClass :Study ; sh:property [ sh:path :from ; sh:equals :to ]",
    "a value in common": "sh:targetClass :Study ; sh:property [ sh:path :name ; sh:disjoint :label ]",
    "compared of a part": "sh:targetClass :Study ; sh:property [ sh:path :part ; sh:node "
    "[ sh:property [ sh:path :from ; sh:lessThan :to ] ] ]",
    "what has a property": "sh:targetSubjectsOf :size ; sh:property [ sh:path :title ; sh:minCount 1 ]",
    "what is a value": "sh:targetObjectsOf :cites ; sh:property [ sh:path :title ; sh:minCount 1 ]",
    "what leads to it": "sh:targetClass :Study ; "
    "sh:property [ sh:path [ sh:inversePath :cites ] ; sh:maxCount 0 ]",
    "either way": "sh:targetClass :Study ; "
    "sh:property [ sh:path [ sh:alternativePath ( :title [ sh:inversePath :cites ] ) ] ; sh:maxCount 0 ]",
    "as often as it likes": "sh:targetClass :Study ; "
    "sh:property [ sh:path ( [ sh:zeroOrMorePath :part ] :to ) ; sh:maxCount 1 ]",
}


def shapes(text: str) -> Shapes:
    """A criterion's shape."""
    turtle = f"{PREFIXES}:shape a sh:NodeShape ; {text} ."
    return Shapes(ox.parse(turtle, format=ox.RdfFormat.TURTLE), "shapes")


@pytest.mark.parametrize("name", SHAPES)
def test_a_study_that_is_cut_out_fails_as_it_does_in_the_whole_graph(name: str) -> None:
    """What is compared, what makes it a target, and what leads to it are all in the cut."""
    quads, asked = list(ox.parse(GRAPH, format=ox.RdfFormat.TURTLE)), shapes(SHAPES[name])
    part = cut(STUDY, Index(quads, Paths.of(asked)))
    assert len(part) < len(quads)
    whole = [result for result in PySHACL(asked).results(quads) if result.focus == STUDY.value]
    assert whole
    assert [r for r in PySHACL(asked).results(part) if r.focus == STUDY.value] == whole


def test_a_closed_shape_is_no_criterion() -> None:
    """It would look at all that is said, which a cut does not have; it is refused, not passed."""
    with pytest.raises(evigraph.ShapesError, match=r"shapes: sh:closed asks for all .* shapes/well-formed"):
        Paths.of(shapes("sh:targetClass :Study ; sh:closed true"))


def test_a_file_is_checked_with_what_its_nodes_see_of_the_review(tmp_path: Path) -> None:
    """A person, a source or a reference of the review may be pointed to."""
    path, text = tmp_path / "link.ttl", (ROOT / "graph/references.ttl").read_text(encoding="utf-8")
    head, _, rest = text.partition("\n\n")
    blocks = [block for block in rest.split("\n\n") if "cito:" in block]
    assert blocks
    path.write_text(head + "\n\n" + blocks[0] + "\n", encoding="utf-8")
    assert evigraph.open().check([path]).conforms
