"""Dates between the Citation Style Language and the texts of other formats."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FORMS = (
    re.compile(r"(?P<year>[0-9]{4})(?:[-/](?P<month>[0-9]{1,2})?(?:[-/](?P<day>[0-9]{1,2})?)?)?/*"),
    re.compile(r"(?P<year>[0-9]{4})\s+(?P<name>[A-Za-z]{3,9})\.?(?:\s+(?P<day>[0-9]{1,2}))?"),
    re.compile(r"(?:(?P<day>[0-9]{1,2})\s+)?(?P<name>[A-Za-z]{3,9})\.?,?\s+(?P<year>[0-9]{4})"),
    re.compile(r"(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>[0-9]{1,2}),\s*(?P<year>[0-9]{4})"),
)


def issued(text: str) -> dict[str, Any] | None:
    """A date of the Citation Style Language, or none when the text is no date from 1000 on.

    Examples:
        >>> issued("2000/05//"), issued("1999 Mar 3"), issued("spring")
        ({'date-parts': [[2000, 5]]}, {'date-parts': [[1999, 3, 3]]}, None)
    """
    for form in _FORMS:
        if found := form.fullmatch(text.strip()):
            said = found.groupdict()
            month = month_of(said.get("month") or said.get("name") or "")
            named = bool(said.get("month") or said.get("name"))
            day = int(said.get("day") or 0)
            if int(said["year"]) < 1000 or (named and not month) or (day and not month):
                return None
            if day > 31 or (day and month and not _is_day(int(said["year"]), month, day)):
                return None
            parts = [int(said["year"]), *([month] if month else []), *([day] if day and month else [])]
            return {"date-parts": [parts]}
    return None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:  # such as 31 February; what was printed is then kept as text
        return False
    return True


def month_of(text: str) -> int | None:
    """The number of a month, from a number or an English name, or none."""
    if text.isascii() and text.isdigit():
        return int(text) if 1 <= int(text) <= 12 else None
    short = text.strip(" .")[:3].lower()
    return MONTHS.index(short) + 1 if short in MONTHS else None


def parts_of(item: dict[str, Any]) -> list[int]:
    """Year, month and day of an item, as far as they are known."""
    said = item.get("issued")
    parts = said.get("date-parts") if isinstance(said, dict) else None
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    found = []
    for part in first:
        if not str(part).isascii() or not str(part).isdigit():
            break
        found.append(int(part))
    return found
