"""The statements of a review as tables: one for each kind of thing, and one of all statements.

In the table of a kind each thing has a row and each property a column. A cell with several values
joins them by a separator that occurs in none of them. Beside a column of IRIs stands one with
their labels, when they have any. What the rows rest on is in the table of statements, which holds
everything, letter for letter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from evigraph.described import Described
from evigraph.terms import EVI, IDENTIFIER, RDF_TYPE, RDFS_LABEL, SKOS, TITLE, XSD, local_name

_PREF_LABEL = ox.NamedNode(SKOS + "prefLabel")
#: Properties that stand first, after the IRI.
_FIRST = (IDENTIFIER, RDFS_LABEL, _PREF_LABEL, TITLE)
_SEPARATORS = ("; ", " | ", " ¦ ", " ‖ ", "\x1f")
_UNTYPED = "Thing"
STATEMENTS = "Statement"
#: XSD datatypes that CSVW knows by the same name.
_KNOWN_TYPES = frozenset(
    [
        "anyURI",
        "boolean",
        "byte",
        "date",
        "dateTime",
        "decimal",
        "double",
        "duration",
        "float",
        "gDay",
        "gMonth",
        "gMonthDay",
        "gYear",
        "gYearMonth",
        "integer",
        "int",
        "language",
        "long",
        "nonNegativeInteger",
        "positiveInteger",
        "short",
        "string",
        "time",
    ]
)


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: What it is called, unique in its table.
        property: The IRI of the property whose values it holds; empty for none.
        datatype: The local name of an XSD datatype, as CSVW knows it.
        separator: What stands between several values of a cell; empty when no cell has several.
        labels: The name of the column whose labels it holds; empty for none.
    """

    name: str
    property: str = ""
    datatype: str = "string"
    separator: str = ""
    labels: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table: its name, what class its rows are of, its columns, and its cells as texts."""

    name: str
    kind: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def sheets(quads: Iterable[ox.Quad], prefixes: Mapping[str, str]) -> list[Sheet]:
    """The tables of a review, sorted by name; that of all statements is the last.

    Args:
        quads: The statements.
        prefixes: Prefix to namespace, to tell two properties of one local name apart.
    """
    statements = list(quads)
    said = Described(statements)
    kind_of = _kinds(statements)
    things: dict[str, list[ox.NamedNode]] = defaultdict(list)
    properties: dict[str, set[ox.NamedNode]] = defaultdict(set)
    for quad in statements:
        if isinstance(quad.subject, ox.NamedNode):
            things[kind_of.get(quad.subject, "")].append(quad.subject)
            properties[kind_of.get(quad.subject, "")].add(quad.predicate)
    names = _unique({kind: local_name(kind) if kind else _UNTYPED for kind in things}, prefixes)
    found = [
        _sheet(
            names[kind],
            kind,
            sorted(set(of_kind), key=lambda node: node.value),
            properties[kind],
            said,
            prefixes,
        )
        for kind, of_kind in things.items()
    ]
    return [*sorted(found, key=lambda sheet: sheet.name), _statements(statements)]


def _kinds(statements: list[ox.Quad]) -> dict[ox.NamedNode, str]:
    """The class that each thing is listed under: of evigraph's before others, the commonest first."""
    members = {
        (quad.subject, quad.object.value)
        for quad in statements
        if quad.predicate == RDF_TYPE
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
    }
    size = Counter(kind for _, kind in members)
    classes: dict[ox.NamedNode, list[str]] = defaultdict(list)
    for thing, kind in members:
        classes[thing].append(kind)
    return {
        thing: min(of_it, key=lambda kind: (not kind.startswith(EVI), -size[kind], kind))
        for thing, of_it in classes.items()
    }


def _sheet(
    name: str,
    kind: str,
    things: list[ox.NamedNode],
    properties: set[ox.NamedNode],
    said: Described,
    prefixes: Mapping[str, str],
) -> Sheet:
    ordered = sorted(properties - {RDF_TYPE}, key=lambda p: (_rank(p), local_name(p.value).lower(), p.value))
    names = _unique({p.value: local_name(p.value) for p in ordered}, prefixes, {"id"})
    columns, cells = [Column("id", datatype="anyURI")], [[thing.value for thing in things]]
    for property in ordered:
        values = [said.values(thing, property) for thing in things]
        for column, texts in _columns(names[property.value], property, values, said):
            columns.append(column)
            cells.append(texts)
    return Sheet(name, kind, tuple(columns), tuple(zip(*cells, strict=True)))


def _rank(property: ox.NamedNode) -> int:
    return _FIRST.index(property) if property in _FIRST else len(_FIRST)


def _columns(
    name: str, property: ox.NamedNode, values: list[list[object]], said: Described
) -> Iterable[tuple[Column, list[str]]]:
    """The column of a property, and that of its labels when its values have some."""
    several = any(len(of_thing) > 1 for of_thing in values)
    texts = [[_text(value) for value in of_thing] for of_thing in values]
    separator = _separator(texts) if several else ""
    column = Column(name, property.value, _datatype(v for of_thing in values for v in of_thing), separator)
    yield column, [separator.join(sorted(of_thing)) for of_thing in texts]
    if not any(_label(value, said) for of_thing in values for value in of_thing):
        return
    order = [sorted(of_thing, key=_text) for of_thing in values]
    labels = [[_label(value, said) or _text(value) for value in of_thing] for of_thing in order]
    between = _separator(labels) if several else ""
    labelled = Column(f"{name}_label", separator=between, labels=name)
    yield labelled, [between.join(of_thing) for of_thing in labels]


def _separator(texts: list[list[str]]) -> str:
    every = [text for of_thing in texts for text in of_thing]
    return next(
        sep for sep in _SEPARATORS if not any(sep.strip(" ") in text for text in every) or sep == "\x1f"
    )


def _text(value: object) -> str:
    return str(getattr(value, "value", value))


def _label(value: object, said: Described) -> str:
    if not isinstance(value, ox.NamedNode):
        return ""
    return said.text(value, _PREF_LABEL) or said.text(value, RDFS_LABEL)


def _datatype(values: Iterable[object]) -> str:
    found = set()
    for value in values:
        if not isinstance(value, ox.Literal):
            found.add("anyURI")
        elif value.datatype.value.startswith(XSD):
            found.add(value.datatype.value.removeprefix(XSD))
        else:
            found.add("string")
    (only,) = found if len(found) == 1 else ("string",)
    return only if only in _KNOWN_TYPES else "string"


def _unique(
    names: Mapping[str, str], prefixes: Mapping[str, str], taken: Iterable[str] = ()
) -> dict[str, str]:
    """A name for each IRI; where two share a local name, all but the first carry their prefix."""
    used, given = {name.lower() for name in taken}, {}
    for iri, name in names.items():
        if name.lower() in used:
            prefix = next((p for p, namespace in prefixes.items() if iri.startswith(namespace)), "other")
            name = f"{prefix}_{name}"
        number, plain = 2, name
        while name.lower() in used:
            name, number = f"{plain}_{number}", number + 1
        used.add(name.lower())
        given[iri] = name
    return given


def _statements(statements: list[ox.Quad]) -> Sheet:
    """All statements, with what each rests on: enough to make the graph again."""
    rows = sorted({_statement(quad) for quad in statements})
    names = ("subject", "property", "value", "kind", "datatype", "language", "graph")
    types = {"subject": "anyURI", "property": "anyURI", "datatype": "anyURI", "graph": "anyURI"}
    columns = tuple(Column(name, datatype=types.get(name, "string")) for name in names)
    return Sheet(STATEMENTS, "", columns, tuple(rows))


def _statement(quad: ox.Quad) -> tuple[str, ...]:
    value, graph = quad.object, quad.graph_name
    literal = isinstance(value, ox.Literal)
    return (
        _text(quad.subject),
        quad.predicate.value,
        _text(value),
        "literal" if literal else "iri",
        value.datatype.value if isinstance(value, ox.Literal) and not value.language else "",
        (value.language or "") if isinstance(value, ox.Literal) else "",
        graph.value if isinstance(graph, ox.NamedNode) else "",
    )
