"""Names of persons between the Citation Style Language and the texts of other formats."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: A name of the Citation Style Language.
Name = dict[str, str]
#: Initials behind a family name: Bright JI, Müller K.-H.
_INITIALS = re.compile(r"(?P<family>.+?),?\s+(?P<given>(?:[A-Z]\.?[\s-]?){1,4})$")


def name_of(text: str) -> Name | None:
    """A name written *Family, Given, Suffix*; one without a comma is kept as it is, none when empty.

    Examples:
        >>> name_of("Bright, Jane I., Jr.")
        {'family': 'Bright', 'given': 'Jane I.', 'suffix': 'Jr.'}
        >>> name_of("World Health Organization")
        {'literal': 'World Health Organization'}
    """
    parts = [part.strip() for part in text.split(",", 2)]
    if len(parts) == 1 or not parts[0]:
        return {"literal": text.strip()} if text.strip(" ,") else None
    keys = ("family", "given", "suffix")
    return {key: part for key, part in zip(keys, parts, strict=False) if part}


def text_of(name: Name) -> str:
    """A name as :func:`name_of` reads it."""
    if "family" not in name:
        return name.get("literal") or name.get("given", "")
    particles = (name.get("dropping-particle"), name.get("non-dropping-particle"), name["family"])
    parts = [" ".join(part for part in particles if part), name.get("given", ""), name.get("suffix", "")]
    text = ", ".join(parts).rstrip(", ")
    return text if "," in text else f"{text},"  # a family name alone, which is no name of an institution


def names_in(text: str) -> list[Name]:
    """The names in one text, however they are parted: by semicolons, *and*, or commas behind initials.

    Examples:
        >>> [text_of(name) for name in names_in("Bright JI; Baker, Kay D.")]
        ['Bright, JI', 'Baker, Kay D.']
        >>> [text_of(name) for name in names_in("Bright JI, Baker KD & Neimeyer RA")]
        ['Bright, JI', 'Baker, KD', 'Neimeyer, RA']
    """
    return [name for part in _parts(text) if (name := _loose(part))]


def _parts(text: str) -> Iterable[str]:
    for mark in (";", "|", "\n"):
        if mark in text:
            return text.split(mark)
    by_and = re.split(r"\s+(?:and|&)\s+", text)
    pieces = [piece for part in by_and for piece in part.split(",")]
    if len(pieces) > 1 and all(_INITIALS.fullmatch(piece.strip()) for piece in pieces if piece.strip()):
        return pieces
    return by_and


def _loose(text: str) -> Name | None:
    """A name, with initials behind a family name taken for what they are."""
    found = _INITIALS.fullmatch(text.strip()) if "," not in text else None
    return {"family": found["family"], "given": found["given"].strip()} if found else name_of(text)
