"""BibTeX and BibLaTeX; bibtexparser reads them, pylatexenc what LaTeX is in them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from evigraph.citations.entries import Refusal
from evigraph.records.dates import issued, month_of
from evigraph.records.found import Found, Read
from evigraph.records.names import Name
from evigraph.records.readers.ris import judged_of
from evigraph.records.stored import Item
from evigraph.texts import one_line

if TYPE_CHECKING:
    from bibtexparser.model import Block, Entry
    from pylatexenc.latex2text import LatexNodes2Text

NAME = "BibTeX"
#: Types of entries by those of the Citation Style Language; the first of each is what is written.
TYPES: Final = {
    "article": "article-journal",
    "book": "book",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "phdthesis": "thesis",
    "techreport": "report",
    "online": "webpage",
    "unpublished": "manuscript",
    "dataset": "dataset",
    "software": "software",
    "misc": "document",
    "inbook": "chapter",
    "conference": "paper-conference",
    "mastersthesis": "thesis",
    "thesis": "thesis",
    "report": "report",
}
#: Variables of the Citation Style Language, and the fields that hold them; the first is what is written.
TEXTS: Final = {
    "title": ("title",),
    "container-title": ("journal", "journaltitle", "booktitle"),
    "container-title-short": ("shortjournal",),
    "collection-title": ("series",),
    "abstract": ("abstract",),
    "volume": ("volume",),
    "issue": ("number", "issue"),
    "page": ("pages",),
    "publisher": ("publisher", "school", "institution"),
    "publisher-place": ("address", "location"),
    "edition": ("edition",),
    "language": ("language", "langid"),
    "keyword": ("keywords",),
    "note": ("note",),
    "DOI": ("doi",),
    "PMID": ("pmid",),
    "PMCID": ("pmcid",),
    "URL": ("url",),
    "ISSN": ("issn",),
    "ISBN": ("isbn",),
}
NAMES: Final = {"author": "author", "editor": "editor", "translator": "translator"}
#: Fields that are no LaTeX: a tilde or a percent sign in them is meant.
VERBATIM: Final = ("doi", "url", "pmid", "pmcid", "issn", "isbn", "file")


def place(kind: str, variable: str) -> str:
    """The field in which a kind of entry has a variable of the Citation Style Language."""
    if variable == "container-title" and kind in ("inproceedings", "incollection", "inbook", "conference"):
        return "booktitle"
    if variable == "publisher" and kind in ("phdthesis", "mastersthesis"):
        return "school"
    if variable == "publisher" and kind == "techreport":
        return "institution"
    return TEXTS[variable][0]


def fits(text: str) -> bool:
    """Whether a file looks like BibTeX."""
    return re.search(r"^\s*@[A-Za-z]+\s*[{(]", text, re.MULTILINE) is not None


def read(path: str, text: str) -> Iterator[Read]:
    """The entries of a file; what bibtexparser cannot read is refused, and repeated keys are not."""
    from bibtexparser import model
    from bibtexparser.entrypoint import parse_string

    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())  # what it says is said below
    for block in parse_string(text).blocks:
        where = f"{path}:{(block.start_line or 0) + 1}"
        entry = _entry(block)
        if entry is not None:
            yield _found(where, entry)
        elif isinstance(block, model.ParsingFailedBlock):
            yield Refusal(
                where, f"broken entry {one_line(block.raw or '')[:50]!r}: {_reason(block.error)}", True
            )


def _reason(error: Exception) -> str:
    said = getattr(error, "abort_reason", "") or str(error)
    return one_line(str(said)) or type(error).__name__


def _entry(block: Block) -> Entry | None:
    """An entry, also one whose key or field stands there for the second time."""
    from bibtexparser import model

    if isinstance(block, model.DuplicateBlockKeyBlock | model.DuplicateFieldKeyBlock):
        inner = block.ignore_error_block
        return inner if isinstance(inner, model.Entry) else None
    return block if isinstance(block, model.Entry) else None


def _found(where: str, entry: Entry) -> Read:
    fields: dict[str, list[str]] = {}
    for field in entry.fields:
        fields.setdefault(field.key.lower(), []).append(_bare(str(field.value)))
    if entry.key and not re.fullmatch(r'[^\s"#%\'(),={}]+', entry.key):
        return Refusal(where, f"an entry without a key, or with the key {entry.key[:40]!r}; give it one")
    item = item_of(entry.entry_type.lower(), entry.key, fields)
    return Found(where, item, judged_of([item.get("note", "")]))


def _bare(value: str) -> str:
    """A value without the braces or quotation marks around it."""
    value = value.strip()
    if len(value) > 1 and (value[0] + value[-1] == '""' or (value[0] == "{" and _closes(value))):
        return value[1:-1]
    return value


def _closes(value: str) -> bool:
    """Whether the first brace is closed by the last."""
    depth, escaped = 0, False
    for place, sign in enumerate(value):
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        else:
            depth += (sign == "{") - (sign == "}")
        if depth == 0:
            return place == len(value) - 1
    return False


def item_of(kind: str, key: str, fields: dict[str, list[str]]) -> Item:
    """An item of the Citation Style Language; fields without a place there stand under ``custom``."""
    item: dict[str, Any] = {"type": TYPES.get(kind, "document")}
    custom: dict[str, Any] = {}
    if key:
        item["id"] = key
    if next(name for name, type in TYPES.items() if type == item["type"]) != kind:
        custom["ENTRYTYPE"] = [kind]
    for variable, names in TEXTS.items():
        name = next((name for name in (place(kind, variable), *names) if fields.get(name)), None)
        if name and (text := _decoded(name, fields[name][0])):
            item[variable] = re.sub(r"\s*[–—]\s*", "-", text) if variable == "page" else text
            fields[name].pop(0)
            if name != place(kind, variable):
                custom["fields"] = {**custom.get("fields", {}), variable: name}
    for variable, name in NAMES.items():
        if fields.get(name) and (names_ := _names(fields[name][0])):
            item[variable] = names_
            fields[name].pop(0)
    _date(item, fields)
    left = {name: texts for name, values in fields.items() if (texts := [_decoded(name, v) for v in values])}
    custom |= left
    return {**item, "custom": {"bibtex": custom}} if custom else item


def _date(item: dict[str, Any], fields: dict[str, list[str]]) -> None:
    if fields.get("date") and (said := issued(fields["date"][0])):
        item["issued"] = said
        fields["date"].pop(0)
    elif fields.get("year") and (said := issued(_decoded("year", fields["year"][0]))):
        fields["year"].pop(0)
        month = month_of(_decoded("month", fields["month"][0])) if fields.get("month") else None
        if month and len(said["date-parts"][0]) == 1:
            said["date-parts"][0].append(month)
            fields["month"].pop(0)
            day = fields["day"][0] if fields.get("day") else ""
            if day.isascii() and day.isdigit() and 1 <= int(day) <= 31:
                said["date-parts"][0].append(int(day))
                fields["day"].pop(0)
        item["issued"] = said
    for name in [name for name, values in fields.items() if not values]:
        del fields[name]


def _names(text: str) -> list[Name]:
    from bibtexparser.middlewares.names import (
        InvalidNameError,
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    found: list[Name] = []
    for one in split_multiple_persons_names(text):
        bare = one.strip()
        try:
            parts = parse_single_name_into_parts(bare, strict=False)
        except InvalidNameError:
            found.append({"literal": _decoded("author", bare)})
            continue
        said = {
            "family": " ".join(parts.last),
            "given": " ".join(parts.first),
            "non-dropping-particle": " ".join(parts.von),
            "suffix": " ".join(parts.jr),
        }
        name = {key: text for key, value in said.items() if (text := _decoded("author", value))}
        whole = bare.startswith("{") and _closes(bare)
        if whole or set(name) == {"family"}:
            name = {"literal": _decoded("author", bare)}
        if any(name.values()):
            found.append(name)
    return found


def _decoded(name: str, text: str) -> str:
    """A value without LaTeX, on one line."""
    if name in VERBATIM or not re.search(r"[\\{}$~^`'-]", text):
        return one_line(text.replace("\\_", "_").replace("\\%", "%") if name in VERBATIM else text)
    return one_line(_latex().latex_to_text(text).replace("\N{NO-BREAK SPACE}", " "))


@lru_cache(1)
def _latex() -> LatexNodes2Text:
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    meant = get_default_latex_context_db()
    meant.add_context_category(
        "ascii",
        prepend=True,
        macros=[MacroTextSpec("textasciicircum", "^"), MacroTextSpec("textasciitilde", "~")],
    )
    return LatexNodes2Text(meant, math_mode="verbatim", keep_comments=True, strict_latex_spaces=True)
