"""The concepts of a review as a table: one row for each, from which its SKOS is made, and back.

A row with an empty slug names a scheme. Identifiers are prefixed names or IRIs, parted by semicolons; before
one that means exactly the same stands ``=``, before a related one ``~``, before a broader one ``>``, and
before a narrower one ``<``; nothing says that it is close. ``code:icd10/F32`` is a code of what has no IRIs.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.described import Described
from evigraph.errors import EnvironmentFaultError, InputError, suggestion
from evigraph.folder import Folder
from evigraph.names import compact
from evigraph.reading import read_bytes, read_quads
from evigraph.tables import csv_table
from evigraph.terms import NOTATION, RDF_TYPE, SKOS, evi, local_name

#: The table, and the SKOS that follows from it, below the folder of a review.
TABLE = "ontology/concepts.csv"
CONCEPTS = "ontology/concepts.ttl"
COLUMNS = ("slug", "scheme", "label", "definition", "broader", "identifiers")
#: The class of the concepts of each scheme, which says of what property they can be the value.
CLASSES: Mapping[str, ox.NamedNode] = {
    "allocation": evi("Allocation"),
    "comparator": evi("Intervention"),
    "comparison": evi("Comparison"),
    "design": evi("Design"),
    "direction": evi("Direction"),
    "format": evi("Format"),
    "leadership": evi("Leader"),
    "outcome": evi("OutcomeDomain"),
    "problem": evi("Problem"),
    "scope": evi("Scope"),
}
_MATCHES = {"": "closeMatch", "=": "exactMatch", "~": "relatedMatch", ">": "broadMatch", "<": "narrowMatch"}
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")


def _skos(name: str) -> ox.NamedNode:
    return ox.NamedNode(SKOS + name)


@dataclass(frozen=True)
class _Row:
    """A row of the table, and the line on which it begins."""

    line: int
    cells: Mapping[str, str]


def from_table(folder: Folder) -> bytes:
    """The SKOS that follows from the table of a review, as canonical Turtle.

    Raises:
        InputError: The table is missing or cannot be used; file and line are named.
    """
    path = folder.path / TABLE
    rows = _read(path)
    slugs: dict[str, _Row] = {}
    for row in rows:
        _require_usable(path, row)
        if slug := row.cells["slug"]:
            if slug in slugs:
                raise InputError(f"{path}:{row.line}: {slug} stands on line {slugs[slug].line} too")
            slugs[slug] = row
    quads: list[ox.Quad] = []
    for row in rows:
        quads += _statements(path, row, slugs, folder.prefixes)
    return serialize(quads, "turtle", folder.prefixes)


def to_table(folder: Folder) -> str:
    """The concepts of a review as the table from which :func:`from_table` makes them.

    Raises:
        InputError: There is no file of concepts, or it cannot be read.
    """
    quads = read_quads(folder.path / CONCEPTS)
    said = Described(quads)
    names = {_skos(match): sign for sign, match in _MATCHES.items()}
    rows = []
    for scheme in sorted(said.of_class(_skos("ConceptScheme")), key=lambda node: node.value):
        rows.append(["", local_name(scheme.value), said.text(scheme, _skos("prefLabel")), "", "", ""])
        of_it = [c for c in said.of_class(_skos("Concept")) if scheme in said.values(c, _skos("inScheme"))]
        for concept in sorted(of_it, key=lambda node: node.value):
            broader = sorted(local_name(_iri(node)) for node in said.values(concept, _skos("broader")))
            matches = [
                sign + _printed(node, said, folder.prefixes)
                for property, sign in names.items()
                for node in sorted(said.values(concept, property), key=_iri)
            ]
            texts = [said.text(concept, _skos(name)) for name in ("prefLabel", "definition")]
            slug = local_name(concept.value)
            rows.append([slug, local_name(scheme.value), *texts, "; ".join(broader), "; ".join(matches)])
    return csv_table(COLUMNS, rows)


def out_of_step(folder: Folder) -> bool:
    """Whether the review has a table from which something else than its concepts follows."""
    if not (folder.path / TABLE).is_file():
        return False
    path = folder.path / CONCEPTS
    return not path.is_file() or read_bytes(path) != from_table(folder)


def _read(path: Path) -> list[_Row]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; write the concepts there, or make it of what there is with "
                         "'evigraph concepts table'") from None  # fmt: skip
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 at byte {error.start}; save it as CSV UTF-8") from None
    except OSError as error:
        raise EnvironmentFaultError(f"{path}: cannot be read: {error.strerror}") from None
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    rows: list[_Row] = []
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        _require_columns(path, header)
        line = reader.line_num + 1
        for row in reader:
            if len(row) > len(header):
                raise InputError(
                    f"{path}:{line}: has {len(row)} cells under {len(header)} columns; quote commas"
                )
            cells = dict.fromkeys(COLUMNS, "") | {
                name: " ".join(cell.split()) for name, cell in zip(header, row, strict=False)
            }
            if any(cells.values()):
                rows.append(_Row(line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path}:{reader.line_num}: is no table: {error}") from None
    return rows


def _require_columns(path: Path, header: list[str]) -> None:
    for name in header:
        if name not in COLUMNS:
            raise InputError(f"{path}:1: no column {name!r}: {suggestion(name, list(COLUMNS))}")
    for name in COLUMNS[:3]:
        if name not in header:
            raise InputError(f"{path}:1: has no column {name!r}; it needs slug, scheme and label")


def _require_usable(path: Path, row: _Row) -> None:
    cells, where = row.cells, f"{path}:{row.line}"
    if cells["scheme"] not in CLASSES:
        raise InputError(
            f"{where}: no scheme {cells['scheme']!r}: {suggestion(cells['scheme'], list(CLASSES))}"
        )
    if not cells["label"]:
        raise InputError(f"{where}: the cell under 'label' is empty")
    if cells["slug"] and not _SLUG.fullmatch(cells["slug"]):
        kind = "of small letters, digits and hyphens, such as usual-care"
        raise InputError(f"{where}: the slug {cells['slug']!r} is not {kind}")


def _statements(
    path: Path, row: _Row, slugs: Mapping[str, _Row], prefixes: Mapping[str, str]
) -> Iterable[ox.Quad]:
    cells = row.cells
    scheme = ox.NamedNode(prefixes["scheme"] + cells["scheme"])
    label = ox.Literal(cells["label"], language="en")
    if not cells["slug"]:
        yield ox.Quad(scheme, RDF_TYPE, _skos("ConceptScheme"))
        yield ox.Quad(scheme, _skos("prefLabel"), label)
        return
    node = ox.NamedNode(prefixes["concept"] + cells["slug"])
    yield ox.Quad(node, RDF_TYPE, _skos("Concept"))
    yield ox.Quad(node, RDF_TYPE, CLASSES[cells["scheme"]])
    yield ox.Quad(node, _skos("inScheme"), scheme)
    yield ox.Quad(node, _skos("prefLabel"), label)
    if cells["definition"]:
        yield ox.Quad(node, _skos("definition"), ox.Literal(cells["definition"], language="en"))
    broader = _parts(cells["broader"])
    if not broader:
        yield ox.Quad(node, _skos("topConceptOf"), scheme)
    for slug in broader:
        if slug not in slugs:
            raise InputError(f"{path}:{row.line}: no concept {slug!r}: {suggestion(slug, list(slugs))}")
        if slugs[slug].cells["scheme"] != cells["scheme"]:
            raise InputError(f"{path}:{row.line}: {slug} is of another scheme than {cells['slug']}")
        if cells["slug"] in _above(slug, slugs):
            raise InputError(f"{path}:{row.line}: {cells['slug']} is broader than itself, by way of {slug}")
        yield ox.Quad(node, _skos("broader"), ox.NamedNode(prefixes["concept"] + slug))
    for part in _parts(cells["identifiers"]):
        yield from _match(f"{path}:{row.line}", node, part, prefixes)


def _match(where: str, node: ox.NamedNode, part: str, prefixes: Mapping[str, str]) -> Iterable[ox.Quad]:
    sign = part[0] if part[0] in _MATCHES else ""
    name = part.removeprefix(sign).strip()
    prefix, colon, local = name.partition(":")
    if colon and prefix in prefixes:
        iri = prefixes[prefix] + local.replace(" ", "-")
        if prefix == "code":
            yield ox.Quad(ox.NamedNode(iri), NOTATION, ox.Literal(local.rpartition("/")[2]))
    elif re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", name):
        iri = name
    else:
        known = [known for known in prefixes if known not in ("concept", "scheme")]
        raise InputError(f"{where}: {name!r} is neither an IRI nor begins with a known prefix: "
                         f"{suggestion(prefix, known)}")  # fmt: skip
    yield ox.Quad(node, _skos(_MATCHES[sign]), ox.NamedNode(iri))


def _above(slug: str, slugs: Mapping[str, _Row]) -> set[str]:
    """A concept and all that are broader."""
    found, left = set[str](), [slug]
    while left:
        one = left.pop()
        if one not in found and one in slugs:
            found.add(one)
            left += _parts(slugs[one].cells["broader"])
    return found


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _printed(node: object, said: Described, prefixes: Mapping[str, str]) -> str:
    """An identifier as the table has it."""
    notation, name = said.text(node, NOTATION), compact(node, prefixes).replace("\\", "")
    if notation and name.startswith("code:"):
        return f"{name.rpartition('/')[0]}/{notation}"
    return name


def _iri(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)
