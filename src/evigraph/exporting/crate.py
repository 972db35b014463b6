"""The review as a research object: an RO-Crate (Soiland-Reyes et al., 2022), as a ZIP or a folder."""

from __future__ import annotations

import os
import re
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from evigraph import writing
from evigraph.errors import EnvironmentFaultError, InputError
from evigraph.exporting.archive import write_zip
from evigraph.exporting.source import Source
from evigraph.folder import FOLDERS
from evigraph.reading import FORMAT_BY_SUFFIX
from evigraph.terms import DCTERMS, DESCRIPTION

#: The files of a review that a crate takes, by what they are.
_MEDIA = {
    ".ttl": "text/turtle",
    ".trig": "application/trig",
    ".nq": "application/n-quads",
    ".nt": "application/n-triples",
    ".jsonld": "application/ld+json",
    ".json": "application/json",
    ".rdf": "application/rdf+xml",
    ".owl": "application/rdf+xml",
    ".xml": "application/xml",
    ".rq": "application/sparql-query",
    ".yaml": "application/yaml",
    ".csv": "text/csv",
    ".md": "text/markdown",
}
_FOLDERS = {
    "ontology": "What may be said: classes, properties and concepts.",
    "shapes": "What must hold: well-formedness and the inclusion criteria, in SHACL.",
    "queries": "What is asked: the questions and the recounts of the claims, in SPARQL.",
    "graph": "What is said: the review, its records, studies, claims and decisions.",
}
_LICENSE = ox.NamedNode(DCTERMS + "license")
PREVIEW, METADATA = "ro-crate-preview.html", "ro-crate-metadata.json"


def write(source: Source, out: IO[bytes]) -> list[str]:
    """Write a crate as a ZIP.

    Returns:
        What to tell the reader.

    Raises:
        EnvironmentFaultError: rocrate is not installed.
    """
    files, told = crate(source)
    write_zip(out, files)
    return told


def write_folder(source: Source, folder: Path) -> list[str]:
    """Write a crate as a folder that does not exist yet, whole or not at all.

    Returns:
        What to tell the reader.

    Raises:
        InputError: Something stands there already, or it has no place to stand.
        EnvironmentFaultError: It cannot be written, or rocrate is not installed.
    """
    if folder.exists():
        raise InputError(
            f"{folder}: exists already; name a folder that does not, or a file that ends in .zip"
        )
    if not folder.parent.is_dir():
        raise InputError(f"{folder.parent}: no such folder; make it first")
    files, told = crate(source)
    writing.write_folder(folder, files)
    return told


def crate(source: Source) -> tuple[dict[str, bytes], list[str]]:
    """The files of a crate, by path inside it, and what to tell the reader.

    They are the review's own files, its statements as canonical Turtle and TriG, its verdicts, and
    the metadata. The day is that of ``SOURCE_DATE_EPOCH``, or today.
    """
    payload = {**_own_files(source), **_made_files(source)}
    try:
        from rocrate.rocrate import ROCrate
    except ImportError:
        message = "ro-crate needs rocrate; run pip install 'evigraph[crate]'"
        raise EnvironmentFaultError(message) from None
    with tempfile.TemporaryDirectory() as given, tempfile.TemporaryDirectory() as taken:
        made = ROCrate(gen_preview=True)
        for name, (data, description) in sorted(payload.items()):
            place = Path(given, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            made.add_file(place, name, properties=_properties(name, data, description))
        for name, description in _FOLDERS.items():
            parts = [{"@id": file} for file in sorted(payload) if file.startswith(name + "/")]
            if parts:
                made.add_dataset(
                    dest_path=name + "/", properties={"description": description, "hasPart": parts}
                )
        _describe(made.root_dataset, source)
        made.write(taken)
        files = {
            path.relative_to(taken).as_posix(): path.read_bytes()
            for path in Path(taken).rglob("*")
            if path.is_file()
        }
    told = [f"{len(files)} files"]
    if not made.root_dataset.get("license"):
        told.append("the review states no licence (dcterms:license), so the crate has none")
    return files, told


def _own_files(source: Source) -> dict[str, tuple[bytes, str]]:
    folder = source.review.folder
    wanted = tuple({*FORMAT_BY_SUFFIX, *_MEDIA})
    return {
        folder.name_of(path): (path.read_bytes(), "")
        for name in FOLDERS
        for path in folder.files(name, *wanted)
    }


def _made_files(source: Source) -> dict[str, tuple[bytes, str]]:
    review, trust = source.review, source.trust
    screening = review.screen(trust=trust)
    return {
        "review.ttl": (review.export("turtle", trust=trust), f"The statements, trust {trust}, canonical."),
        "review.trig": (
            review.export("trig", trust=trust),
            f"The same, each in the graph of its basis, trust {trust}.",
        ),
        "verdicts.csv": (screening.to_csv().encode(), "The verdict on each study, and on each rule."),
        "verdicts.json": (screening.to_json().encode(), "The verdicts with their reasons."),
    }


def _properties(name: str, data: bytes, description: str) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": name,
        "contentSize": str(len(data)),
        "encodingFormat": _MEDIA.get(Path(name).suffix.lower(), "application/octet-stream"),
        "sha256": sha256(data).hexdigest(),
    }
    return {**said, "description": description} if description else said


def _describe(root: Any, source: Source) -> None:
    """Say of the crate what the review says of itself, and nothing else."""
    root["name"] = source.title
    root["identifier"] = source.iri
    root["datePublished"] = _day()
    root["description"] = source.said.text(source.review.iri, DESCRIPTION) or (
        f"{source.title}: a systematic review as a knowledge graph of {len(source.review.studies)} studies."
    )
    licence = source.said.iri(source.review.iri, _LICENSE)
    if licence:
        root["license"] = {"@id": licence.value}


def _day() -> str:
    """Today, or the day that builds name so that they can be repeated (reproducible-builds.org)."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given and not re.fullmatch(r"[0-9]{1,11}", given):
        raise InputError(f"SOURCE_DATE_EPOCH={given}: is no number of seconds since 1970")
    return (datetime.fromtimestamp(int(given), UTC) if given else datetime.now(UTC)).date().isoformat()
