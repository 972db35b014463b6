"""Invented reviews to add citations to, in folders of their own."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from evigraph.review import Review
from tests.commands import ROOT

FILES = ROOT / "tests" / "fixtures" / "citations"
BASE = "https://example.org/invented/"


def invented(target: Path, graph: str | None = None) -> Review:
    """The invented review of the fixtures, or one with another graph."""
    for folder in ("ontology", "shapes", "queries"):
        shutil.copytree(ROOT / folder, target / folder)
    (target / "graph").mkdir()
    text = (FILES / "review.ttl").read_text(encoding="utf-8") if graph is None else graph
    (target / "graph" / "review.ttl").write_text(text, encoding="utf-8")
    return Review(target)


def including(target: Path, name: str, studies: Sequence[tuple[str, str]]) -> Review:
    """A review that includes studies, each a key and the Turtle of what its publication says."""
    lines = [
        "@prefix bibo: <http://purl.org/ontology/bibo/> .",
        "@prefix dcterms: <http://purl.org/dc/terms/> .",
        "@prefix evi: <https://w3id.org/evigraph/ontology#> .",
        f"@prefix n: <https://example.org/{name}/> .",
        f"<https://example.org/{name}> a evi:Review .",
    ]
    for key, said in studies:
        lines += [
            f'n:{key} a evi:Study ; dcterms:identifier "{key}" .',
            f"n:p-{key} a evi:Publication ; {said} ; evi:reports n:{key} .",
            f"n:d-{key} a evi:Decision ; evi:onStudy n:{key} ; evi:decides evi:include .",
        ]
    return invented(target, "\n".join(lines))


def bytes_below(folder: Path) -> dict[str, str]:
    """Every file and folder below a folder, with the hash of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else ""
        for path in sorted(folder.rglob("*"))
    }
