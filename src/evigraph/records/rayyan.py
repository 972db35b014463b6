"""What Rayyan writes into notes: who decided what, why, and which labels stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evigraph.records.found import Judged

_PART = re.compile(
    r"(RAYYAN-INCLUSION|RAYYAN-LABELS|RAYYAN-EXCLUSION-REASONS|USER-NOTES):\s*(.*?)\s*(?=\||$)", re.S
)
_PAIR = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*(?:"((?:[^"\\]|\\.)*)"|\[((?:[^\]"]|"(?:[^"\\]|\\.)*")*)\])')
_ANSWERS = {"included": "include", "excluded": "exclude", "maybe": "unsure"}


def judged_in(note: str) -> Iterator[Judged]:
    """The decisions in a note; none when Rayyan wrote nothing into it.

    Examples:
        >>> list(judged_in('RAYYAN-INCLUSION: {"Ann"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: wrong design'))
        [Judged(answer='exclude', by='Ann', reason='wrong design', note='')]
    """
    parts = {str(name): str(text) for name, text in (found.groups() for found in _PART.finditer(note))}
    reasons = parts.get("RAYYAN-EXCLUSION-REASONS", "")
    notes = {
        _plain(who): "; ".join(_plain(text) for text in re.findall(r'"((?:[^"\\]|\\.)*)"', many))
        or _plain(one)
        for who, one, many in _PAIR.findall(parts.get("USER-NOTES", ""))
    }
    for who, answer, _ in _PAIR.findall(parts.get("RAYYAN-INCLUSION", "")):
        decided = _ANSWERS.get(answer.strip().lower())
        if decided:
            reason = reasons if decided == "exclude" else ""
            yield Judged(decided, _plain(who), reason, notes.get(_plain(who), ""))


def _plain(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\").strip()
