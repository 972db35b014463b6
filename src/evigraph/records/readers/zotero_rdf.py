"""The RDF that Zotero exports (RDF/XML with the terms of bib, foaf, dcterms, prism and its own)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyoxigraph as ox

from evigraph.described import Described
from evigraph.entities import require_plain_entities
from evigraph.reading import FAULTS, syntax_error
from evigraph.records.dates import issued
from evigraph.records.found import Found, Read
from evigraph.records.names import Name
from evigraph.records.stored import Item
from evigraph.terms import DCTERMS, RDF
from evigraph.texts import one_line

NAME = "Zotero RDF"
_Z: Final = "http://www.zotero.org/namespaces/export#"
_BIB: Final = "http://purl.org/net/biblio#"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_PRISM: Final = "http://prismstandard.org/namespaces/1.2/basic/"
_FOAF: Final = "http://xmlns.com/foaf/0.1/"
_TYPES: Final = {
    "journalArticle": "article-journal",
    "book": "book",
    "bookSection": "chapter",
    "conferencePaper": "paper-conference",
    "thesis": "thesis",
    "report": "report",
    "webpage": "webpage",
    "magazineArticle": "article-magazine",
    "newspaperArticle": "article-newspaper",
    "manuscript": "manuscript",
    "preprint": "article",
    "dataset": "dataset",
}
_NO_RECORDS = ("attachment", "note", "annotation")
_TEXTS: Final = {
    "title": _DC + "title",
    "abstract": DCTERMS + "abstract",
    "page": _BIB + "pages",
    "language": _Z + "language",
    "id": _Z + "citationKey",
    "edition": _PRISM + "edition",
    "note": _DC + "description",
}


def fits(text: str) -> bool:
    """Whether a file looks like Zotero's RDF."""
    return "<rdf:RDF" in text and _Z in text


def read(path: str, text: str) -> Iterator[Read]:
    """The items of a library; notes and attachments are none."""
    require_plain_entities(path, text.encode())
    try:
        quads = list(ox.parse(text, format=ox.RdfFormat.RDF_XML, base_iri="urn:zotero:"))
    except FAULTS as error:
        raise syntax_error(path, error) from None
    said = Described(quads)
    lines = text.split("\n")
    for node in said.having(_iri(_Z + "itemType")):
        if said.text(node, _iri(_Z + "itemType")) not in _NO_RECORDS:
            item = _item(said, node)
            yield Found(f"{path}:{_line(lines, node, item)}", item)


def _line(lines: list[str], node: object, item: Item) -> int:
    """The line that names the item, or else that of its title; the first where neither is found."""
    iri = str(getattr(node, "value", "")).removeprefix("urn:zotero:")
    wanted = f'rdf:about="{iri}"' if isinstance(node, ox.NamedNode) else str(item.get("title", ""))
    return next((number for number, line in enumerate(lines, 1) if wanted and wanted in line), 1)


def _item(said: Described, node: object) -> Item:
    kind = said.text(node, _iri(_Z + "itemType"))
    item: dict[str, Any] = {"type": _TYPES.get(kind, "document")}
    for variable, property in _TEXTS.items():
        if text := one_line(said.text(node, _iri(property))):
            item[variable] = text
    for role in ("authors", "editors", "translators"):
        if names := [
            name for person in _sequence(said, node, _iri(_BIB + role)) if (name := _name(said, person))
        ]:
            item[role.removesuffix("s")] = names
    holders = [node, *said.values(node, _iri(DCTERMS + "isPartOf"))]
    for holder in holders:
        _place(said, holder, item, part=holder is not node)
    if date := issued(said.text(node, _iri(_DC + "date"))[:10]) or issued(
        said.text(node, _iri(_DC + "date"))[-4:]
    ):
        item["issued"] = date
    subjects = [
        one_line(text)
        for value in said.values(node, _iri(_DC + "subject"))
        if (text := _subject(said, value))
    ]
    if subjects:
        item["keyword"] = "; ".join(sorted(subjects))
    publishers = said.values(node, _iri(_DC + "publisher"))
    if publishers and (publisher := said.text(publishers[0], _iri(_FOAF + "name"))):
        item["publisher"] = one_line(publisher)
    custom: dict[str, Any] = {} if kind in _TYPES else {"itemType": kind}
    memos = said.values(node, _iri(DCTERMS + "isReferencedBy"))
    if notes := [one_line(text) for memo in memos if (text := said.text(memo, _iri(RDF + "value")))]:
        custom["notes"] = notes
    return {**item, "custom": {"zotero": custom}} if custom else item


def _place(said: Described, holder: object, item: dict[str, Any], *, part: bool) -> None:
    """What a thing or the journal that it is part of says: title, volume, issue, numbers."""
    properties = [("volume", _PRISM + "volume"), ("issue", _PRISM + "number")]
    if part:
        properties += [("container-title", _DC + "title"), ("container-title-short", DCTERMS + "alternative")]
    for variable, property in properties:
        if (text := one_line(said.text(holder, _iri(property)))) and variable not in item:
            item[variable] = text
    for value in said.values(holder, _iri(_DC + "identifier")):
        text = value.value if isinstance(value, ox.Literal) else said.text(value, _iri(RDF + "value"))
        scheme, _, number = one_line(text).partition(" ")
        if scheme.upper() in ("DOI", "ISSN", "ISBN", "PMID") and number:
            item.setdefault(scheme.upper(), number)
        elif text.startswith("http"):
            item.setdefault("URL", text)


def _subject(said: Described, value: object) -> str:
    return value.value if isinstance(value, ox.Literal) else said.text(value, _iri(RDF + "value"))


def _sequence(said: Described, node: object, property: ox.NamedNode) -> list[object]:
    found = []
    for sequence in said.values(node, property):
        number = 1
        while members := said.values(sequence, _iri(f"{RDF}_{number}")):
            found += members
            number += 1
    return found


def _name(said: Described, person: object) -> Name | None:
    family = said.text(person, _iri(_FOAF + "surname")) or said.text(person, _iri(_FOAF + "familyName"))
    given = said.text(person, _iri(_FOAF + "givenName"))
    if not family:
        return {"literal": one_line(given)} if given.strip() else None
    return {"family": one_line(family), **({"given": one_line(given)} if given.strip() else {})}


def _iri(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
