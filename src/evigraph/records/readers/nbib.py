"""PubMed's own format (.nbib, also called MEDLINE)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from evigraph.citations.entries import Refusal
from evigraph.records.dates import issued
from evigraph.records.found import Found, Read
from evigraph.records.names import Name, name_of
from evigraph.records.readers.tagged import Tags, medline_blocks, medline_tags
from evigraph.records.stored import Item

NAME = "PubMed nbib"
_TEXTS: Final = {
    "title": ("TI", "BTI"),
    "container-title": ("JT", "TA"),
    "container-title-short": ("TA",),
    "abstract": ("AB",),
    "volume": ("VI",),
    "issue": ("IP",),
    "page": ("PG",),
    "language": ("LA",),
    "publisher-place": ("PL",),
    "PMID": ("PMID",),
    "PMCID": ("PMC",),
}
#: Types of publication that say what kind of work it is; PubMed has no other place for it.
_TYPES: Final = {"preprint": "article", "book": "book", "news": "article-newspaper", "dataset": "dataset"}


def fits(text: str) -> bool:
    """Whether a file looks like an export of PubMed."""
    return re.search(r"^PMID- [0-9]", text, re.MULTILINE) is not None


def read(path: str, text: str) -> Iterator[Read]:
    """The entries of a file; text between them is refused."""
    for block in medline_blocks(text):
        where = f"{path}:{block.line}"
        if block.inside:
            yield Found(where, item_of(medline_tags(block)))
        else:
            yield Refusal(
                where, f"text outside of an entry, which begins with PMID: {block.lines[0].strip()[:60]!r}"
            )


def item_of(tags: Tags) -> Item:
    """An item of the Citation Style Language; tags without a place there stand under ``custom``."""
    left = {tag: list(values) for tag, values in tags.items() if values}
    kinds = [kind.lower() for kind in left.get("PT", [])]
    item: dict[str, Any] = {
        "type": next((_TYPES[kind] for kind in kinds if kind in _TYPES), "article-journal")
    }
    for variable, names in _TEXTS.items():
        if found := next((name for name in names if left.get(name)), None):
            item[variable] = left[found].pop(0)
    if authors := _authors(left):
        item["author"] = authors
    if words := left.pop("OT", None):
        item["keyword"] = "; ".join(words)
    for tag in ("LID", "AID"):
        doi = next((value for value in left.get(tag, []) if value.endswith("[doi]")), None)
        if doi and "DOI" not in item:
            item["DOI"] = doi.removesuffix("[doi]").strip()
            left[tag].remove(doi)
    if left.get("DP") and (date := _published(left["DP"][0])):
        item["issued"] = date
        if date["date-parts"][0][1:] or left["DP"][0].isdigit():
            left["DP"].pop(0)
    if left.get("IS"):
        item["ISSN"] = left["IS"].pop(0).split(" ")[0]
    custom = {tag: values for tag, values in left.items() if values}
    return {**item, "custom": {"nbib": custom}} if custom else item


def _published(text: str) -> dict[str, Any] | None:
    """A date such as ``1999 Mar 3``; of ``1999 Jan-Feb`` or ``1999 Spring`` the year."""
    found = re.match(r"[0-9]{4}", text)
    return issued(text) or (issued(found[0]) if found else None)


def _authors(left: Tags) -> list[Name]:
    """Full names where they stand, else short ones; then groups."""
    full, short = left.pop("FAU", []), left.pop("AU", [])
    if full and len(full) < len(short):  # some authors have no full name; the short list is whole
        left["FAU"], full = full, []
    people = [name for text in full if (name := name_of(text))] if full else [_short(text) for text in short]
    return [*people, *({"literal": group} for group in left.pop("CN", []))]


def _short(text: str) -> Name:
    family, _, given = text.rpartition(" ")
    return {"family": family, "given": given} if family else {"literal": text}
