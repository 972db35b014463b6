"""What files of citations hold: entries of works, and who cites whom; identifiers in one form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from evigraph.fitness import UNFIT

#: The identifiers of works, the one that is trusted most first.
IDENTIFIERS = ("doi", "pmid", "openalex", "omid")

_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_PREFIXES = {
    "doi": re.compile(r"^(https?://(dx\.|www\.)?doi\.org/|doi:)\s*", re.IGNORECASE),
    "pmid": re.compile(
        r"^(https?://(www\.)?(pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/|pmid:)", re.I
    ),
    "openalex": re.compile(r"^(https?://(api\.)?openalex\.org/(works/)?|openalex:)", re.IGNORECASE),
    "omid": re.compile(r"^(https?://w3id\.org/oc/meta/|omid:)", re.IGNORECASE),
}
_FORMS = {
    "doi": _DOI,
    "pmid": re.compile(r"[1-9][0-9]{0,7}"),
    "openalex": re.compile(r"W[1-9][0-9]*"),
    "omid": re.compile(r"br/[0-9]+"),
}
_NAMES = {"doi": "DOI", "pmid": "PubMed identifier", "openalex": "OpenAlex identifier", "omid": "OMID"}
#: Initials behind a family name: Bright JI.
_INITIALS = re.compile(r"[A-Z]([.\s-]?[A-Z]){0,2}\.?")


class UnusableError(ValueError):
    """An entry that cannot be told from others; the message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A work as a file names it; what it does not say is empty.

    Attributes:
        where: The file and line of the entry.
        doi: In small letters, without the address of a resolver.
        pmid: Digits.
        openalex: W and digits.
        omid: ``br/`` and digits.
        title: As in the file.
        year: When it was issued.
        authors: Names in their order, as in the file.
        type: The name of a class of FaBiO, such as ``JournalArticle``.
        journal: The title of what it stands in.
    """

    where: str
    doi: str = ""
    pmid: str = ""
    openalex: str = ""
    omid: str = ""
    title: str = ""
    year: int | None = None
    authors: tuple[str, ...] = ()
    type: str = ""
    journal: str = ""

    def identifiers(self) -> list[tuple[str, str]]:
        """Kind and value of each identifier, the one that is trusted most first."""
        return [(kind, getattr(self, kind)) for kind in IDENTIFIERS if getattr(self, kind)]


@dataclass(frozen=True, slots=True)
class Cites:
    """One work cites another, says a file at a place."""

    where: str
    citing: Entry
    cited: Entry


@dataclass(frozen=True, slots=True)
class Refusal:
    """A citation or an entry that cannot be taken.

    Attributes:
        where: Where it stands.
        reason: Why not.
        broken: Whether the file is broken there, so that more may be lost than can be seen.
    """

    where: str
    reason: str
    broken: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


#: What readers yield.
Item = Entry | Cites | Refusal


def entry(
    where: str,
    identifiers: dict[str, str],
    title: str = "",
    year: int | None = None,
    authors: Sequence[str] = (),
    type: str = "",
    journal: str = "",
) -> Entry:
    """An entry with its identifiers in one form.

    Args:
        where: The file and line.
        identifiers: By kind, in any spelling; empty ones do not count.
        title: Text, as in the file.
        year: A year from 1500 to 2100; others do not count.
        authors: Names in their order.
        type: The name of a class of FaBiO.
        journal: What it stands in.

    Raises:
        UnusableError: An identifier cannot be one, a text cannot be written, or there is neither an
            identifier nor title, year and first author together.
    """
    found = {kind: identifier(kind, value) for kind, value in identifiers.items() if value.strip()}
    for text in (title, journal, *authors):
        if any("\ud800" <= sign <= "\udfff" for sign in text):
            raise UnusableError("a text holds half a character, which no file can keep")
        if UNFIT.search(text):
            raise UnusableError("a text holds a control character, which no file can keep")
    names = tuple(name for name in authors if name.strip())
    issued = year if year is not None and 1500 <= year <= 2100 else None
    made = Entry(
        where,
        **found,
        title=title if title.strip() else "",
        year=issued,
        authors=names,
        type=type,
        journal=journal if journal.strip() else "",
    )
    if not found and title_key(made.title, made.year, first(names)) is None:
        raise UnusableError("has neither an identifier nor title, year and first author to know it by")
    return made


def first(names: Sequence[str]) -> str:
    """The first of some names, or an empty text."""
    return names[0] if names else ""


def identifier(kind: str, text: str) -> str:
    """An identifier in the one form in which it is compared and kept.

    Args:
        kind: One of :data:`IDENTIFIERS`.
        text: With or without a prefix or the address of a resolver.

    Raises:
        UnusableError: It cannot be one.

    Examples:
        >>> identifier("doi", "https://doi.org/10.5555/ABC")
        '10.5555/abc'
    """
    bare = _PREFIXES[kind].sub("", text.strip())
    if kind == "doi":
        bare = bare.lower()
    elif kind == "pmid":
        bare = bare.rstrip("/")
    elif kind == "openalex":
        bare = bare.upper()
    if not _FORMS[kind].fullmatch(bare) or not bare.isprintable():
        raise UnusableError(f"{text.strip()[:80]!r} is no {_NAMES[kind]}")
    return bare


def plain(text: str) -> str:
    """Letters and digits alone, small and without accents, for comparison.

    Examples:
        >>> plain("Videka-Sherman, L.")
        'videkashermanl'
    """
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in parts if sign.isalnum())


def family(name: str) -> str:
    """The family name in a name as printed, for comparison: what is before the comma, or at the end.

    Examples:
        >>> family("den Boer, P."), family("Peter C. den Boer"), family("Bright JI")
        ('denboer', 'denboer', 'bright')
    """
    if "," in name:
        return plain(name.split(",", 1)[0])
    words = name.split()
    if len(words) > 1 and _INITIALS.fullmatch(words[-1]):
        return plain(" ".join(words[:-1]))
    start = len(words) - 1
    while start > 1 and words[start - 1].islower():
        start -= 1
    return plain(" ".join(words[max(start, 0) :]))


def title_key(title: str, year: int | None, author: str) -> tuple[str, int, str] | None:
    """What two records of one work share when they share no identifier, or none when it is not all there."""
    words, name = plain(title), family(author)
    return (words, year, name) if words and year is not None and name else None


def slug(text: str) -> str:
    """Small letters, digits and hyphens of a text, for an IRI; empty when it has none of ASCII.

    Examples:
        >>> slug("Bright, J. I.")
        'bright-j-i'
    """
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")
