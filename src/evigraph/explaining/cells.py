"""What stands in a cell of the page on one study."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evigraph.documents import Cell, Link, Marked, Paragraph, Text
from evigraph.explaining.results import ClaimOn, Report, Word


def plain(text: str) -> Text:
    """Words without a mark; nothing where there are none."""
    return (text,) if text else ()


def paragraph(text: str) -> Paragraph:
    """Words as a paragraph."""
    return Paragraph((text,))


def words(found: Iterable[Word]) -> Text:
    """Values in a row, those marked that rest on deduced statements alone."""
    return in_a_row(Marked(word.label) if word.deduced else word.label for word in found if word.label)


def in_a_row(cells: Iterable[Cell], between: str = ", ") -> Text:
    """Cells with something between each two."""
    parts: list[Cell] = []
    for cell in cells:
        parts += [between, cell] if parts else [cell]
    return tuple(parts)


def identifier(name: str) -> Cell:
    """A DOI or PMID, with the address where it leads."""
    kind, _, value = name.partition(":")
    addresses = {"doi": f"doi:{value}", "pmid": f"https://pubmed.ncbi.nlm.nih.gov/{value}/"}
    return Link(name, addresses[kind]) if kind in addresses else name


def reported(report: Report) -> Text:
    """A report as it would be cited, with its identifiers."""
    told = [report.title or report.report, report.container, report.year]
    cells = [", ".join(text for text in told if text)]
    return in_a_row([*cells, *map(identifier, report.identifiers)], " · ")


def against(arms: Sequence[str], compared_with: Sequence[str]) -> str:
    """The arms of a finding, and what they were compared with."""
    one, other = ", ".join(arms), ", ".join(compared_with)
    return f"{one} against {other}" if other else one


def claimed(claim: ClaimOn) -> str:
    """What number is claimed; for an existence at least one."""
    number = "" if claim.claimed is None else str(claim.claimed)
    return f"≥ {number}" if claim.kind == "existence" and number else number


def recounted(claim: ClaimOn) -> str:
    """What was recounted: a number, or between which two it lies."""
    if claim.at_least == claim.at_most:
        return str(claim.at_least)
    return f"{claim.at_least} to {claim.at_most}"
