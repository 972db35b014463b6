"""Sheets as files: CSV and workbooks of rows, and YAML that is JSON-LD."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from evigraph.archives import require_sound
from evigraph.columns import Line, csv_lines, mark, require_cells, rows
from evigraph.errors import EnvironmentFaultError, InputError
from evigraph.extraction.rows import COLUMNS, NEEDED, Row
from evigraph.folder import Folder
from evigraph.tables_guard import Guard, unguarded
from evigraph.terms import RDF_TYPE
from evigraph.texts import first_line, read_bytes, read_text

#: The endings of sheets that are known by them; a CSV file is known by its columns.
WORKBOOK, YAML = (".xlsx",), (".yaml", ".yml")
FORMATS = ("csv", "xlsx", "yaml")
_CONTEXT = "ontology/context.jsonld"
#: Stands at the head of a YAML sheet.
_HEAD = """\
# The facts of studies, by what they rest on. Write what you read under the basis that it rests on, and keep
# the lines as deep as they are. What is null is not known. Take it back with: evigraph add FILE
"""


def is_sheet(path: str | Path) -> bool:
    """Whether a file is a sheet: by its ending, or by its columns."""
    suffix = Path(path).suffix.lower()
    if suffix in WORKBOOK + YAML:
        return True
    if suffix not in (".csv", ".tsv"):
        return False
    try:
        with Path(path).open("rb") as file:
            first = first_line(file.read(10_000))
    except OSError:
        return False
    header = next(csv.reader([first], delimiter=mark(first)), [])
    return set(NEEDED) <= {cell.strip().lower() for cell in header}


def to_csv(facts: Iterable[Row]) -> tuple[bytes, str]:
    """Rows as CSV, and what to say of guarded cells."""
    guard, out = Guard(), io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(guard.row(row.cells()) for row in facts)
    return out.getvalue().encode(), str(guard) if guard.count else ""


def to_workbook(facts: Sequence[Row]) -> tuple[bytes, str]:
    """Rows as a workbook of one sheet, all cells text.

    Raises:
        EnvironmentFaultError: openpyxl is not installed.
    """
    from evigraph.exporting.sheets import Column, Sheet
    from evigraph.exporting.workbook import workbook

    columns = tuple(Column(name, name, "string") for name in COLUMNS)
    sheet = Sheet("facts", "Facts of studies", columns, tuple(tuple(row.cells()) for row in facts))
    out = io.BytesIO()
    said = workbook([sheet], "facts", out)
    return out.getvalue(), "; ".join(said[1:])


def read_rows(path: str | Path) -> Iterator[tuple[str, Row]]:
    """The rows of a CSV file or a workbook, each with its file and line.

    Raises:
        InputError: It is no such sheet; the message says where.
    """
    lines = _workbook_lines(path) if Path(path).suffix.lower() in WORKBOOK else csv_lines(path)
    for where, cells in rows(path, lines, COLUMNS, NEEDED):
        found = {name: unguarded(cell).strip() for name, cell in cells.items()}
        require_cells(where, found, NEEDED[:3])
        yield where, Row(**found)


def to_yaml(folder: Folder, quads: Sequence[ox.Quad], wanted: Sequence[tuple[str, str]]) -> bytes:
    """Statements as YAML that is JSON-LD under the context of the review.

    Args:
        folder: The review.
        quads: The statements about some studies, each in the graph of its basis.
        wanted: IRI and property of what is not known: written with null under the full text.

    Raises:
        EnvironmentFaultError: PyLD, which shortens JSON-LD, is not installed.
    """
    try:
        from pyld import jsonld
    except ImportError:
        message = "yaml needs PyLD; run pip install 'evigraph[sheets]', or write csv"
        raise EnvironmentFaultError(message) from None
    context = _context(folder)
    expanded = _typed(json.loads(ox.serialize(quads, format=ox.RdfFormat.JSON_LD) or b"[]"))
    compacted = jsonld.compact(expanded, {"@context": context}, {"compactArrays": True, "graph": True})
    graphs = [_plain(graph, context) for graph in compacted.get("graph", [compacted])]
    if wanted:
        nodes: dict[str, dict[str, Any]] = {}
        for iri, name in wanted:
            nodes.setdefault(iri, {"id": iri})[name] = None
        graphs.append({"id": "basis:fulltext", "graph": list(nodes.values())})
    text = yaml.safe_dump({"graph": graphs}, allow_unicode=True, sort_keys=False, width=110)
    return (_HEAD + text).encode()


def read_yaml(path: str | Path, folder: Folder) -> list[ox.Quad]:
    """The statements of a YAML sheet; what is null or empty says nothing.

    Raises:
        InputError: It is no YAML, or no JSON-LD under the context of the review.
    """
    try:
        document = yaml.load(read_text(path), Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f":{mark.line + 1}" if mark else ""
        raise InputError(f"{path}{at}: is no YAML: {getattr(error, 'problem', None) or error}") from None
    except RecursionError:
        raise InputError(f"{path}: is nested too deep") from None
    if not isinstance(document, dict):
        raise InputError(f"{path}: is no sheet; write one with 'evigraph sheet STUDY -o sheet.yaml'")
    data = json.dumps({**_without_nothing(document), "@context": _context(folder)})
    try:
        quads = list(ox.parse(data, format=ox.RdfFormat.JSON_LD))
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{path}: is no JSON-LD under {_CONTEXT}: {error}") from None
    folder.vocabulary.require(path, quads)
    return quads


def _typed(value: Any) -> Any:
    """JSON-LD with types as types; the serializer writes them as a property."""
    if isinstance(value, list):
        return [_typed(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: _typed(one) for key, one in value.items() if key != RDF_TYPE.value}
    if RDF_TYPE.value in value:
        found["@type"] = [one["@id"] for one in value[RDF_TYPE.value]] + found.get("@type", [])
    return found


def _plain(value: Any, context: Mapping[str, Any], term: object = None) -> Any:
    """Shortened JSON-LD as a person writes it: IRI and type first, whole numbers as numbers."""
    if isinstance(value, list):
        return [_plain(one, context, term) for one in value]
    if isinstance(value, dict):
        names = sorted((name for name in value if name != "@context"), key=lambda n: (n != "id", n != "type"))
        return {name: _plain(value[name], context, context.get(name)) for name in names}
    is_number = isinstance(term, dict) and term.get("@type") == "xsd:integer"
    return int(value) if is_number and re.fullmatch("0|[1-9][0-9]*", value) else value


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_nothing(v) for k, v in value.items() if v not in ("", "null", "~", None)}
    return [_without_nothing(one) for one in value] if isinstance(value, list) else value


def _context(folder: Folder) -> dict[str, Any]:
    context: dict[str, Any] = json.loads(read_text(folder.path / _CONTEXT))["@context"]
    return context


def _workbook_lines(path: str | Path) -> Iterator[Line]:
    import warnings
    import zipfile
    import zlib

    from defusedxml import DefusedXmlException

    try:
        import openpyxl
    except ImportError:
        message = "xlsx needs openpyxl; run pip install 'evigraph[spreadsheets]', or use csv"
        raise EnvironmentFaultError(message) from None
    data = read_bytes(path)
    require_sound(path, data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of names and styles in a workbook, which are not asked for
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        found = list(book.worksheets[0].iter_rows(values_only=True))
    except DefusedXmlException:
        raise InputError(f"{path}: declares entities, which are not read; save it again") from None
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError),  # what zips can be
        *(SyntaxError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError),
    ) as error:
        raise InputError(f"{path}: is no workbook: {error}; save it again as .xlsx or CSV") from None
    for number, row in enumerate(found, 1):
        yield number, ["" if cell is None else _cell(cell) for cell in row]


def _cell(value: object) -> str:
    """A cell as text; a spreadsheet makes 98 of 98.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
