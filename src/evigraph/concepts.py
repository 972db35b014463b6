"""The concepts of a review as a table: one row for each, from which its SKOS is made, and back.

A row with an empty slug names a scheme. Identifiers are prefixed names or IRIs, parted by semicolons; before
one that means exactly the same stands ``=``, before a related one ``~``, before a broader one ``>``, and
before a narrower one ``<``; nothing says that it is close. ``code:icd10/F32`` is a code of what has no IRIs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.columns import csv_lines, require_cells, rows
from evigraph.described import Described
from evigraph.errors import InputError, suggestion
from evigraph.folder import Folder
from evigraph.names import compact, node_of
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
    """A row of the table, and the file and line where it stands."""

    where: str
    cells: Mapping[str, str]


def from_table(folder: Folder) -> bytes:
    """The SKOS that follows from the table of a review, as canonical Turtle.

    Raises:
        InputError: The table is missing or cannot be used; file and line are named.
    """
    path = folder.path / TABLE
    read = _read(path)
    slugs: dict[str, _Row] = {}
    for row in read:
        _require_usable(row)
        if slug := row.cells["slug"]:
            if slug in slugs:
                raise InputError(
                    f"{row.where}: {slug} stands on line {slugs[slug].where.rpartition(':')[2]} too"
                )
            slugs[slug] = row
    quads: list[ox.Quad] = []
    for row in read:
        quads += _statements(row, slugs, folder.prefixes)
    return serialize(quads, "turtle", folder.prefixes)


def to_table(folder: Folder) -> str:
    """The concepts of a review as the table from which :func:`from_table` makes them.

    Raises:
        InputError: There is no file of concepts, or it cannot be read.
    """
    quads = read_quads(folder.path / CONCEPTS)
    said = Described(quads)
    names = {_skos(match): sign for sign, match in _MATCHES.items()}
    printed = []
    for scheme in sorted(said.of_class(_skos("ConceptScheme")), key=lambda node: node.value):
        printed.append(["", local_name(scheme.value), said.text(scheme, _skos("prefLabel")), "", "", ""])
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
            printed.append([slug, local_name(scheme.value), *texts, "; ".join(broader), "; ".join(matches)])
    return csv_table(COLUMNS, printed)


def out_of_step(folder: Folder) -> bool:
    """Whether the review has a table from which something else than its concepts follows."""
    if not (folder.path / TABLE).is_file():
        return False
    path = folder.path / CONCEPTS
    return not path.is_file() or read_bytes(path) != from_table(folder)


def _read(path: Path) -> list[_Row]:
    if not path.is_file():
        made = "make it of the concepts there are with 'evigraph concepts table'"
        raise InputError(f"{path}: no such file; write the concepts there, or {made}")
    return [
        _Row(
            where, dict.fromkeys(COLUMNS, "") | {name: " ".join(cell.split()) for name, cell in cells.items()}
        )
        for where, cells in rows(path, csv_lines(path), COLUMNS, COLUMNS[:3])
    ]


def _require_usable(row: _Row) -> None:
    cells, where = row.cells, row.where
    if cells["scheme"] not in CLASSES:
        raise InputError(
            f"{where}: no scheme {cells['scheme']!r}: {suggestion(cells['scheme'], list(CLASSES))}"
        )
    require_cells(where, row.cells, ["label"])
    if cells["slug"] and not _SLUG.fullmatch(cells["slug"]):
        kind = "of small letters, digits and hyphens, such as usual-care"
        raise InputError(f"{where}: the slug {cells['slug']!r} is not {kind}")


def _statements(row: _Row, slugs: Mapping[str, _Row], prefixes: Mapping[str, str]) -> Iterable[ox.Quad]:
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
            raise InputError(f"{row.where}: no concept {slug!r}: {suggestion(slug, list(slugs))}")
        if slugs[slug].cells["scheme"] != cells["scheme"]:
            raise InputError(f"{row.where}: {slug} is of another scheme than {cells['slug']}")
        if cells["slug"] in _above(slug, slugs):
            raise InputError(f"{row.where}: {cells['slug']} is broader than itself, by way of {slug}")
        yield ox.Quad(node, _skos("broader"), ox.NamedNode(prefixes["concept"] + slug))
    for part in _parts(cells["identifiers"]):
        yield from _match(row.where, node, part, prefixes)


def _match(where: str, node: ox.NamedNode, part: str, prefixes: Mapping[str, str]) -> Iterable[ox.Quad]:
    sign = part[0] if part[0] in _MATCHES else ""
    name = part.removeprefix(sign).strip()
    prefix, colon, local = name.partition(":")
    notation = ""
    if colon and prefix in prefixes:
        iri = prefixes[prefix] + local.replace(" ", "-")
        if prefix == "code":
            notation = local.rpartition("/")[2]
    elif name.startswith(("http://", "https://")):
        iri = name
    else:
        known = [known for known in prefixes if known not in ("concept", "scheme")]
        raise InputError(f"{where}: {name!r} is neither an IRI nor begins with a known prefix: "
                         f"{suggestion(prefix, known)}")  # fmt: skip
    try:
        match = node_of(iri)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    if notation:
        yield ox.Quad(match, NOTATION, ox.Literal(notation))
    yield ox.Quad(node, _skos(_MATCHES[sign]), match)


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
