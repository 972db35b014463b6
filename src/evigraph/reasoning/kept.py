"""What follows, kept in a file of the review: ``graph/inferred.trig``, and whether it is still right.

The file says, in its own graph, a hash of the files that it was drawn from. When one of them changes,
the file is stale, and ``evigraph check`` says so.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyoxigraph as ox

from evigraph.errors import EnvironmentFaultError
from evigraph.folder import Folder
from evigraph.reasoning.findings import Findings
from evigraph.terms import DESCRIPTION, IDENTIFIER, INFERRED_GRAPH, RDF_TYPE

_ACTIVITY = ox.NamedNode("http://www.w3.org/ns/prov#Activity")


def place(folder: Folder) -> Path:
    """Where a review keeps what follows."""
    return folder.path / "graph" / "inferred.trig"


def drawn_from(folder: Folder) -> str:
    """A hash of the ontology and the graph, byte by byte, without what was inferred."""
    total = hashlib.sha256()
    for path in [*folder.files("ontology"), *folder.files("graph")]:
        if path != place(folder):
            total.update(folder.name_of(path).encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return f"sha256:{total.hexdigest()}"


def write(folder: Folder, findings: Findings, review: ox.NamedNode, digest: str) -> Path | None:
    """Replace what was inferred before by what follows now; nothing is left where nothing follows.

    Args:
        folder: The review.
        findings: What follows.
        review: Its IRI.
        digest: What :func:`drawn_from` gave before the files were read.

    Returns:
        The file, or none when nothing follows.

    Raises:
        EnvironmentFaultError: The file cannot be written, or the review changed meanwhile.
    """
    from evigraph.canonical import serialize
    from evigraph.changing import write_files, writing_alone

    path = place(folder)
    made = activity(review)
    words = f"{findings.engine} over what trust {findings.trust.value} holds"
    about = (
        ox.Quad(made, RDF_TYPE, _ACTIVITY, INFERRED_GRAPH),
        ox.Quad(made, IDENTIFIER, ox.Literal(digest), INFERRED_GRAPH),
        ox.Quad(made, DESCRIPTION, ox.Literal(words), INFERRED_GRAPH),
    )
    data = serialize([*findings.to_quads(), *about], "trig", folder.prefixes)
    with writing_alone(path.parent):
        if digest != drawn_from(folder):
            raise EnvironmentFaultError(f"{folder.path}: a file changed while it was read; run it again")
        if findings.statements:
            write_files({path: data})
            return path
        write_files({}, removed=[path] if path.is_file() else [])
        return None


def activity(review: ox.NamedNode) -> ox.NamedNode:
    """The drawing of what follows in a review, as a node."""
    return ox.NamedNode(f"{review.value}/inference")


def is_stale(folder: Folder) -> bool:
    """Whether a review keeps what followed from other files than it has now."""
    if not place(folder).is_file():
        return False
    said = {
        quad.object.value
        for quad in folder.graph
        if quad.graph_name == INFERRED_GRAPH
        and quad.predicate == IDENTIFIER
        and isinstance(quad.object, ox.Literal)
    }
    return said != {drawn_from(folder)}
