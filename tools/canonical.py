"""Write the graph, the concepts, the alignments and the prefixes in canonical form, in place.

Usage: ``python tools/canonical.py`` in the checkout, or ``make format``.
"""

from __future__ import annotations

from pathlib import Path

from evigraph.canonical import FORMATS, serialize
from evigraph.folder import Folder
from evigraph.reading import read_quads
from evigraph.writing import write_whole

#: Hand-ordered for reading, so left as they are.
HAND_WRITTEN = {"classes.ttl", "evigraph.ttl"}


def canonical_files(folder: Folder) -> list[Path]:
    """The files that are kept in canonical form."""
    files = folder.files("graph", ".ttl", ".trig") + folder.files("ontology", ".ttl")
    return [path for path in files if path.name not in HAND_WRITTEN]


def canonical(folder: Folder, path: Path) -> bytes:
    """The canonical text of a file."""
    format = {".ttl": "turtle", ".trig": "trig"}[path.suffix]
    assert format in FORMATS
    return serialize(read_quads(path), format, folder.prefixes)


if __name__ == "__main__":
    review = Folder(Path(__file__).resolve().parents[1])
    for file in canonical_files(review):
        text = canonical(review, file)
        if text != file.read_bytes():
            write_whole(file, lambda out, text=text: out.write(text))
            print(f"rewrote {review.name_of(file)}")
