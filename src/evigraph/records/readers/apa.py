"""A plain list of references in the style of the American Psychological Association.

What can be told apart in a reference is, and each such field says that it was parsed; the text
itself is always kept, and a reference that cannot be told apart is its text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from evigraph.records.dates import issued
from evigraph.records.found import Found, Read
from evigraph.records.names import Name, name_of
from evigraph.records.stored import Item
from evigraph.texts import one_line

NAME = "reference list (APA)"
#: Signs of what is no reference any more, and kept as text: to tell it apart takes the square of its length.
_LONGEST = 5_000
_YEAR = re.compile(r"\((?P<year>(?:1[5-9]|20)[0-9]{2})[a-z]?(?:,\s*(?P<day>[^)]{3,30}))?\)\.?\s*")
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)(?P<doi>10\.\S+?)\.?$", re.I)
_URL = re.compile(r"(?:Retrieved from |Available at )?(?P<url>https?://\S+?)\.?$")
_WHERE = re.compile(
    r"(?P<journal>[^\d].*?),\s*(?P<volume>\d+[A-Za-z]?)\s*(?:\((?P<issue>[^)]+)\))?"
    r"(?:,\s*(?P<page>[A-Za-z]?\d+(?:\s*[-–]\s*[A-Za-z]?\d+)?))?\.?"
)
_NUMBER = re.compile(r"^\s*(?:\[\d+\]|\d+[.)])\s+")
_AUTHOR = re.compile(
    r"(?P<family>[^,&]+?),\s+(?P<given>(?:[^\W\d_]\.[\s-]*)+(?:,\s*(?:Jr|Sr|I{2,3})\.?)?)(?:,|$)"
)


def fits(text: str) -> bool:
    """Whether a file looks like a list of references."""
    found = _references(text)
    return bool(found) and sum(bool(_YEAR.search(one)) for _, one in found) * 2 >= len(found)


def read(path: str, text: str) -> Iterator[Read]:
    """The references of a file: between blank lines, or one a line; later lines may be indented."""
    for line, reference in _references(text):
        yield Found(f"{path}:{line}", item_of(reference))


def _references(text: str) -> list[tuple[int, str]]:
    lines = text.split("\n")
    apart = any(not line.strip() for line in text.strip().split("\n"))
    found: list[tuple[int, list[str]]] = []
    fresh = True
    for number, line in enumerate(lines, 1):
        if not line.strip():
            fresh = True
            continue
        goes_on = not fresh and found and (apart or line[0].isspace()) and not _NUMBER.match(line)
        if goes_on:
            found[-1][1].append(line)
        else:
            found.append((number, [line]))
        fresh = False
    return [(number, one_line(_NUMBER.sub("", " ".join(parts)))) for number, parts in found]


def item_of(reference: str) -> Item:
    """An item of the Citation Style Language with what was parsed, and the text that it was parsed from."""
    said: dict[str, Any] = {}
    year = _YEAR.search(reference) if len(reference) <= _LONGEST else None
    if year and (authors := _authors(reference[: year.start()])):
        said["author"] = authors
        said["issued"] = issued(f"{year['day']}, {year['year']}" if year["day"] else "") or issued(
            year["year"]
        )
        said |= _behind(reference[year.end() :])
    parsed = {"text": reference, "fields": sorted(said)}
    kind = "article-journal" if "container-title" in said and "volume" in said else "document"
    return {"type": kind, **said, "custom": {"parsed": parsed}}


def _authors(text: str) -> list[Name]:
    rest = text.strip().rstrip(".").replace("&", "").strip()
    if not rest:
        return []
    people = [
        name
        for found in _AUTHOR.finditer(f"{text.replace('&', ' ').strip()},")
        if (name := name_of(_name(found)))
    ]
    return people or [{"literal": rest}]


def _name(found: re.Match[str]) -> str:
    return f"{found['family'].strip()}, {found['given'].strip(' ,')}"


def _behind(text: str) -> dict[str, Any]:
    """Title, journal and place of what stands behind the year."""
    said: dict[str, Any] = {}
    rest = text.strip()
    for variable, form in (("DOI", _DOI), ("URL", _URL)):
        if found := form.search(rest):
            said[variable] = found[found.lastgroup or 0]
            rest = rest[: found.start()].strip()
            break
    title, _, after = _sentence(rest)
    if title:
        said["title"] = title
    if found := _WHERE.fullmatch(after.strip()):
        for group, variable in (
            ("journal", "container-title"),
            ("volume", "volume"),
            ("issue", "issue"),
            ("page", "page"),
        ):
            if found[group]:
                said[variable] = (
                    re.sub(r"\s*–\s*", "-", found[group]) if group == "page" else found[group].strip()
                )
    elif after.strip():
        said["publisher"] = after.strip().rstrip(".")
    return said


def _sentence(text: str) -> tuple[str, str, str]:
    """The first sentence, ended by a stop before a capital letter, and what follows it."""
    found = re.match(r"(.+?[?!]|.+?)(?:(?<=[?!])|\.)\s+(?=[A-ZÀ-Þ])", text)
    return (found[1].rstrip("."), " ", text[found.end() :]) if found else (text.rstrip("."), "", "")
