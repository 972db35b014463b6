"""How wide a text will be, without asking for a font: estimates that are rather too wide than too narrow."""

from __future__ import annotations

import unicodedata

#: Widths in em by character, from DejaVu Sans, the widest of the fonts that the figures name.
_WIDTHS = {
    **dict.fromkeys("ijl'|", 0.30),
    **dict.fromkeys(" .,:;!()[]ftr-/I", 0.42),
    **dict.fromkeys("mM", 0.98),
    **dict.fromkeys("wW@%…—", 1.0),
}
FONTS = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"


def width(text: str, size: float) -> float:
    """The width in pixels of a text, at most, in a font of so many pixels."""
    return size * sum(_width(character) for character in text)


def clip(text: str, size: float, room: float) -> str:
    """The text, or as much of it as there is room for, with an ellipsis."""
    if width(text, size) <= room:
        return text
    end = len(text)
    while end and width(text[:end] + "…", size) > room:
        end -= 1
    return text[:end].rstrip() + "…"


def wrap(text: str, size: float, room: float) -> list[str]:
    """The words of a text in lines that fit, one line for a word that is too long itself."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _width(character: str) -> float:
    if character in _WIDTHS:
        return _WIDTHS[character]
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    return 0.78 if character.isupper() or not character.isascii() else 0.65
