"""Records as BibTeX; bibtexparser writes it."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

from evigraph.citations.entries import slug
from evigraph.exporting.source import Source
from evigraph.records.dates import MONTHS, parts_of
from evigraph.records.names import Name
from evigraph.records.readers.bibtex import NAMES, TEXTS, TYPES, VERBATIM, place
from evigraph.records.stored import Item
from evigraph.records.writers.chosen import Lost, items
from evigraph.texts import one_line

if TYPE_CHECKING:
    from bibtexparser.model import Entry

_KINDS = {type: kind for kind, type in reversed(TYPES.items())}
_WRITTEN = {*TEXTS, *NAMES, "type", "id", "issued", "custom"}
_ESCAPES = {
    "\\": "\\textbackslash{}",
    "{": "\\{",
    "}": "\\}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "%&$#_"},
}
#: Signs that LaTeX joins with a second of their kind.
_JOINED = re.compile(r"([-`'?!<>,])(?=[-`'<>,])")


def write(source: Source, out: IO[bytes]) -> list[str]:
    """Write the records as BibTeX in UTF-8.

    Returns:
        What to tell the reader: how many, and what BibTeX has no place for.
    """
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library

    lost, library, taken, named = Lost("BibTeX"), Library(), set[str](), 0
    chosen = items(source)
    for key, item in chosen:
        id = str(item.get("id", ""))
        if not re.fullmatch(r"[A-Za-z0-9_:.+/-]+", id) or id in taken:
            id, named = slug(key) or key, named + 1
        taken.add(id)
        library.add(_entry(id, item, lost))
    out.write(write_string(library).encode())
    return [
        f"{len(chosen):,} records",
        *([f"{named:,} got the key of the record"] if named else []),
        *lost.lines(),
    ]


def _entry(key: str, item: Item, lost: Lost) -> Entry:
    from bibtexparser.model import Entry, Field

    custom = item.get("custom") or {}
    kept = dict(custom.get("bibtex", {})) if isinstance(custom.get("bibtex"), dict) else {}
    lost.add(f"custom.{name}" for name in custom if name != "bibtex")
    lost.add(name for name in item if name not in _WRITTEN)
    type = str(item.get("type", "document"))
    kind = (kept.pop("ENTRYTYPE", None) or [_KINDS.get(type, "misc")])[0]
    if kind == "misc" and type != "document":
        lost.add([f"type {type}"])
    chosen = kept.pop("fields", {})
    found = {}
    for variable, field in NAMES.items():
        if item.get(variable):
            found[field] = " and ".join(_name(name, lost) for name in item[variable])
    for variable in TEXTS:
        if item.get(variable):
            field = chosen.get(variable) or place(kind, variable)
            found[field] = encoded(field, str(item[variable]))
    parts = parts_of(item)
    if parts:
        found["year"] = f"{parts[0]:04}"
    if len(parts) > 1:
        found["month"] = MONTHS[parts[1] - 1]
    if len(parts) > 2:
        found["day"] = str(parts[2])
    fields = [Field(name, f"{{{value}}}") for name, value in found.items()]
    fields += [
        Field(name, f"{{{encoded(name, str(value))}}}")
        for name, values in kept.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return Entry(kind, key, fields)


def _name(name: Name, lost: Lost) -> str:
    if "family" not in name:
        return f"{{{encoded('author', name.get('literal') or name.get('given', ''))}}}"
    lost.add(
        f"{part} of names" for part in set(name) - {"family", "given", "suffix", "non-dropping-particle"}
    )
    von, family, given, suffix = (
        _part(name.get(part, "")) for part in ("non-dropping-particle", "family", "given", "suffix")
    )
    last = f"{von} {family}" if von else family
    return f"{last}, {suffix}, {given}" if suffix else f"{last}, {given}"


def _part(text: str) -> str:
    """A part of a name; in braces where BibTeX would cut it or take it for another part."""
    plain = re.fullmatch(r"[A-ZÀ-Þ][\w.'-]*( [A-ZÀ-Þ][\w.'-]*)*", text) and "and" not in text.split()
    return encoded("author", text) if plain or not text else f"{{{encoded('author', text)}}}"


def encoded(field: str, text: str) -> str:
    r"""A text that LaTeX prints as it is.

    Examples:
        >>> encoded("title", "50% -- {a}")
        '50\\% -{}- \\{a\\}'
    """
    line = one_line(text)
    if field in VERBATIM:
        return line
    return (
        _JOINED.sub(r"\1{}", "".join(_ESCAPES.get(sign, sign) for sign in line)) if field != "pages" else line
    )
