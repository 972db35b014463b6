"""CSL-JSON: items of the Citation Style Language, as Zotero, Crossref and citeproc have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evigraph.citations.entries import Refusal
from evigraph.citations.readers.located import LINE, records
from evigraph.records.found import Found, Read

NAME = "CSL-JSON"
_TEXTS = (
    "title",
    "DOI",
    "container-title",
    "abstract",
    "publisher",
    "URL",
    "ISSN",
    "ISBN",
    "keyword",
    "note",
)
_NAMES = ("author", "editor", "translator", "collection-editor")


def fits(text: str) -> bool:
    """Whether a file is JSON."""
    return text.lstrip().startswith(("[", "{"))


def read(path: str, text: str) -> Iterator[Read]:
    """The items of a file; one whose parts are of another kind than the language says is refused."""
    for record in records(path, text):
        item = _without_lines(record.value)
        fault = _fault(item)
        yield Refusal(record.where, fault) if fault else Found(record.where, item)


def _without_lines(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_lines(part) for name, part in value.items() if name != LINE}
    return [_without_lines(part) for part in value] if isinstance(value, list) else value


def _fault(item: dict[str, Any]) -> str:
    """What is wrong with an item, or an empty text."""
    for name in _TEXTS:
        if name in item and not isinstance(item[name], str):
            return f"{name!r} is no text; CSL-JSON has one text there"
    for name in _NAMES:
        names = item.get(name, [])
        if not isinstance(names, list) or not all(_is_name(one) for one in names):
            return f"{name!r} is no list of names with family, given or literal"
    if "issued" in item and not isinstance(item["issued"], dict):
        return "'issued' is no date with date-parts"
    if not isinstance(item.get("custom", {}), dict):
        return "'custom' is no object"
    return ""


def _is_name(value: object) -> bool:
    return (
        isinstance(value, dict)
        and all(isinstance(part, str | bool | int) for part in value.values())
        and all(isinstance(value.get(key, ""), str) for key in ("family", "given", "literal", "suffix"))
    )
