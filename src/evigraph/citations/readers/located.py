"""JSON and JSON Lines as records that know the line they stand on."""

from __future__ import annotations

import json
import json.scanner
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evigraph.citations.entries import Refusal, UnusableError
from evigraph.errors import InputError

#: Where services put their records: Crossref, OpenAlex, Semantic Scholar.
_WRAPPERS = ("message", "items", "results", "data")
LINE = "\0line"


@dataclass(frozen=True, slots=True)
class Record:
    """One work of a file, as JSON.

    Attributes:
        path: The file.
        line: The line it begins on.
        value: The work itself.
    """

    path: str
    line: int
    value: dict[str, Any]

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.path}:{self.line}"

    def place(self, part: object) -> str:
        """File and line of something in the record, such as a reference; of the record where unknown."""
        line = part.get(LINE) if isinstance(part, dict) else None
        return f"{self.path}:{line or self.line}"

    def parts(self, name: str) -> list[Any]:
        """A list in the record, empty when it is not there.

        Raises:
            InputError: It is no list.
        """
        value = self.value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise InputError(f"{self.where}: {name!r} is no list; mend the file")
        return value


def records(path: str | Path, text: str) -> list[Record]:
    """The works in a JSON file, alone, in a list, or in what services wrap around; or one a line.

    Raises:
        InputError: It is no JSON, or something in it is no object; the line is named.
    """
    if _is_lines(path, text):
        return list(_lines(path, text))
    value = _unwrapped(_parsed(path, text))
    found = []
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            raise InputError(f"{path}: holds {str(one)[:40]!r} where a work should be; mend the file")
        found.append(Record(str(path), one[LINE], one))
    return found


def text_of(value: object, name: str) -> str:
    """A text, or an empty one for null; the first of a list of texts.

    Raises:
        UnusableError: It is something else.
    """
    if isinstance(value, list):
        value = value[0] if value else None
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnusableError(f"{name!r} is no text")


def year_of(value: object) -> int | None:
    """A year in a number, or at the beginning of a text; none where there is none."""
    text = str(value)[:4]
    return int(text) if isinstance(value, int | str) and text.isascii() and text.isdigit() else None


def dicts(value: object) -> list[dict[str, Any]]:
    """The objects in a list; none when it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def inner(value: object, *names: str) -> Any:
    """What stands in objects within objects under these names, or none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def refusal(where: str, who: str, error: UnusableError) -> Refusal:
    """The refusal of a citation one of whose works cannot be used."""
    return Refusal(where, f"the {who} work {error}" if str(error).startswith("has ") else f"{who}: {error}")


def _is_lines(path: str | Path, text: str) -> bool:
    if Path(path).suffix.lower() in (".jsonl", ".ndjson"):
        return True
    lines = [line for line in text.split("\n", 200) if line.strip()]
    if len(lines) < 2 or not lines[0].lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(lines[0]), dict)
    except (ValueError, RecursionError):
        return False


def _lines(path: str | Path, text: str) -> Iterator[Record]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{path}:{number}: {_fault(error)}") from None
        if not isinstance(value, dict):
            raise InputError(f"{path}:{number}: is no JSON object; give one work a line")
        yield Record(str(path), number, value)


def _parsed(path: str | Path, text: str) -> Any:
    """JSON in which each object says at ``LINE`` where it begins."""
    starts = [0, *(place + 1 for place, sign in enumerate(text) if sign == "\n")]
    decoder: Any = json.JSONDecoder()  # the parts of it that are set here are in no list of types
    parse = decoder.parse_object

    def located(begin: tuple[str, int], *rest: Any) -> tuple[Any, int]:
        value, end = parse(begin, *rest)
        value[LINE] = bisect_right(starts, begin[1] - 1)
        return value, end

    decoder.parse_object = located
    decoder.scan_once = json.scanner.py_make_scanner(decoder)  # type: ignore[attr-defined]  # not in its stubs
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: {_fault(error)}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: {_fault(error)}") from None


def _fault(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "broken JSON: nested too deeply; mend the file"
    return f"broken JSON: {getattr(error, 'msg', None) or error}; mend the file"


def _unwrapped(value: Any) -> Any:
    while isinstance(value, dict):
        name = next((n for n in _WRAPPERS if isinstance(value.get(n), dict | list)), None)
        if name is None:
            return value
        value = value[name]
    return value
