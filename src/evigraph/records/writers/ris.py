"""Records as RIS."""

from __future__ import annotations

from typing import IO, Any

from evigraph.exporting.source import Source
from evigraph.records.dates import parts_of
from evigraph.records.names import Name, text_of
from evigraph.records.readers.ris import NAMES, TEXTS, TYPES
from evigraph.records.stored import Item
from evigraph.records.writers.chosen import Lost, items
from evigraph.texts import one_line

_KINDS = {type: kind for kind, type in reversed(TYPES.items())}
_WRITTEN = {*TEXTS, *NAMES, "type", "keyword", "DOI", "ISSN", "ISBN", "page", "issued", "custom"}


def write(source: Source, out: IO[bytes]) -> list[str]:
    """Write the records as RIS, in UTF-8 with CRLF line ends, as the format wants them.

    Returns:
        What to tell the reader: how many, and what RIS has no place for.
    """
    lost, chosen = Lost("RIS"), items(source)
    for _, item in chosen:
        lines = [f"{tag}  - {one_line(value)}" for tag, value in tags(item, lost)]
        out.write("".join(f"{line}\r\n" for line in [*lines, "ER  - ", ""]).encode())
    return [f"{len(chosen):,} records", *lost.lines()]


def tags(item: Item, lost: Lost) -> list[tuple[str, str]]:
    """Tag and value of each line of an entry."""
    custom = item.get("custom") or {}
    kept = custom.get("ris", {}) if isinstance(custom.get("ris"), dict) else {}
    lost.add(f"custom.{name}" for name in custom if name != "ris")
    lost.add(name for name in item if name not in _WRITTEN)
    kind = (kept.get("TY") or [_KINDS.get(str(item.get("type")), "GEN")])[0]
    found = [("TY", kind)]
    if kind == "GEN" and item.get("type", "document") != "document":
        lost.add([f"type {item['type']}"])
    for variable, (tag, *_) in NAMES.items():
        found += [(tag, _name(name, lost)) for name in item.get(variable, [])]
    found += [(TEXTS[variable][0], str(item[variable])) for variable in TEXTS if item.get(variable)]
    found += _others(item, kept)
    found += [(tag, str(value)) for tag, values in kept.items() if tag != "TY" for value in values]
    lost.add("line breaks" for _, value in found if "\n" in value.strip())
    return [(tag, value) for tag, value in found if value.strip()]


def _name(name: Name, lost: Lost) -> str:
    unknown = set(name) - {"family", "given", "suffix", "literal"}
    lost.add(f"{part} of names" for part in unknown)
    if "literal" in name and "," in name["literal"]:
        lost.add(["commas in names of institutions"])
    return text_of(name)


def _others(item: dict[str, Any], kept: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    parts = parts_of(item)
    if parts:
        found.append(("PY", f"{parts[0]:04}"))
    if len(parts) > 1:
        found.append(("DA", "/".join([f"{parts[0]:04}", *(f"{part:02}" for part in parts[1:])])))
    if page := str(item.get("page", "")):
        start, dash, end = page.partition("-")
        apart = dash and start and end and "-" not in end and "EP" not in kept and " " not in page
        found += [("SP", start), ("EP", end)] if apart else [("SP", page)]
    found += [
        (tag, str(item[name]))
        for tag, name in (("DO", "DOI"), ("SN", "ISSN"), ("SN", "ISBN"))
        if item.get(name)
    ]
    found += [("KW", word) for word in str(item.get("keyword", "")).split("; ")]
    return found
