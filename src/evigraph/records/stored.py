"""A record as the graph has it: its statements, and back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from evigraph.citations.entries import UnusableError, identifier
from evigraph.described import Described
from evigraph.terms import DOI, IDENTIFIER, ISSUED, PMID, RDF_TYPE, SOURCE, TITLE, XSD, evi, local_name

#: Where records stand in a review: one file for each that was read.
RECORDS = "graph/records"
RECORD = evi("Record")
CSL_JSON = evi("cslJson")
PARSED_FROM = evi("parsedFrom")
PARSED_FIELD = evi("parsedField")
_LOCATOR = evi("locator")

#: A bibliographic item of the Citation Style Language, as JSON.
Item = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """An entry for a publication, as one source gives it.

    Attributes:
        iri: Its IRI in the review.
        key: What people call it.
        source: The IRI of the source that it was read in.
        locator: Where it stands in the source, such as ``line 12``.
        text: The item of the Citation Style Language, as JSON text.
    """

    iri: str
    key: str
    source: str
    locator: str
    text: str

    @cached_property
    def item(self) -> Item:
        """The item; what the language has no place for stands under ``custom``."""
        item: Item = json.loads(self.text)
        return item


def item_text(item: Item) -> str:
    """An item as JSON text, the same for the same item."""
    return json.dumps(item, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def title_of(item: Item) -> str:
    """The title of an item, or an empty text."""
    return str(item.get("title") or "")


def year_of(item: Item) -> int | None:
    """The year in which an item was issued, when it is one from 1500 to 2100."""
    parts = (item.get("issued") or {}).get("date-parts") or [[]]
    text = str(parts[0][0]) if parts[0] else ""
    year = int(text) if text.isascii() and text.isdigit() else 0
    return year if 1500 <= year <= 2100 else None


def authors_of(item: Item) -> tuple[str, ...]:
    """The authors of an item, family name first, in their order."""
    return tuple(name for one in item.get("author") or () if (name := _name(one)))


def _name(name: dict[str, str]) -> str:
    family = " ".join(part for part in (name.get("non-dropping-particle"), name.get("family")) if part)
    given = name.get("given", "")
    return ", ".join(part for part in (family, given) if part) or name.get("literal", "")


def identifiers_of(item: Item) -> dict[str, str]:
    """The DOI and PMID of an item in the form in which they are compared; what can be none is left out."""
    found: dict[str, str] = {}
    for kind, name in (("doi", "DOI"), ("pmid", "PMID")):
        try:
            found[kind] = identifier(kind, str(item.get(name) or ""))
        except UnusableError:
            continue
    return found


def statements(record: Record) -> list[ox.Quad]:
    """What the graph says of a record; what it says beside the JSON is there for questions."""
    node, item = ox.NamedNode(record.iri), record.item
    said: list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (RDF_TYPE, RECORD),
        (IDENTIFIER, ox.Literal(record.key)),
        (SOURCE, ox.NamedNode(record.source)),
        (_LOCATOR, ox.Literal(record.locator)),
        (CSL_JSON, ox.Literal(record.text)),
    ]
    if title_of(item).strip():
        said.append((TITLE, ox.Literal(title_of(item))))
    if year := year_of(item):
        said.append((ISSUED, ox.Literal(str(year), datatype=ox.NamedNode(XSD + "gYear"))))
    said += [
        ({"doi": DOI, "pmid": PMID}[kind], ox.Literal(value)) for kind, value in identifiers_of(item).items()
    ]
    parsed = (item.get("custom") or {}).get("parsed")
    if isinstance(parsed, dict):
        said.append((PARSED_FROM, ox.Literal(str(parsed.get("text", "")))))
        said += [(PARSED_FIELD, ox.Literal(str(name))) for name in parsed.get("fields", ())]
    return [ox.Quad(node, *one) for one in said]


def records_in(quads: Iterable[ox.Quad]) -> list[Record]:
    """The records that statements describe, in the order of first mention."""
    wanted = (RDF_TYPE, IDENTIFIER, SOURCE, _LOCATOR, CSL_JSON)
    about: dict[ox.NamedNode, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        if quad.predicate in wanted and isinstance(quad.subject, ox.NamedNode):
            about[quad.subject].append(quad)
    found = []
    for node, of_it in about.items():
        if not any(quad.object == RECORD for quad in of_it):
            continue
        said = Described(of_it)
        source = said.iri(node, SOURCE)
        found.append(
            Record(
                iri=node.value,
                key=said.text(node, IDENTIFIER) or local_name(node.value),
                source=source.value if source else "",
                locator=said.text(node, _LOCATOR),
                text=said.text(node, CSL_JSON) or "{}",
            )
        )
    return found
