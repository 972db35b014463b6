"""The report: all that a review's graph can tell, on one page, with the way to each number."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from evigraph.documents import Document, Paragraph, Section
from evigraph.reporting.claims import claims
from evigraph.reporting.findings import citations, findings
from evigraph.reporting.firmness import gaps, sensitivity
from evigraph.reporting.opening import criteria, heading, in_short
from evigraph.reporting.studies import characteristics, flow, verdicts
from evigraph.reporting.telling import Telling
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.review import Review

#: What makes each part of a report, in the order of the page; a part with nothing to say is left out.
_PARTS: tuple[Callable[[Telling], Section | None], ...] = (
    in_short,
    criteria,
    flow,
    characteristics,
    verdicts,
    findings,
    citations,
    claims,
    sensitivity,
    gaps,
)
_COUNTED = {
    Trust.STATED: "What some text states counts, and nothing else",
    Trust.DEDUCED: "What some text states counts, and what was deduced from such",
    Trust.INFERRED: "What some text states counts, what was deduced from such, and what a reasoner drew",
}
_MARKED = (
    " † marks what rests on deductions: a number that would count other things by what a text states alone, "
    "or a value that no text states."
)
_CLOSING = (
    "Each question that was asked for this page, with its text and all rows of its answer. A number in the "
    "page counts the different values of one column in such rows; its link says which."
)


def report(review: Review, *, trust: Trust | str = Trust.DEDUCED) -> Document:
    """Write the report of a review.

    Args:
        review: The review; its folder has the questions of ``queries/report/``.
        trust: Which statements count.

    Returns:
        A document, to be written as HTML or Markdown. Each number in it counts rows of an answer that it
        holds too. The same graph gives the same document.

    Raises:
        UnknownNameError: The review lacks a question that the report asks.
        EnvironmentFaultError: What draws the figures is not installed.
    """
    trust = Trust(trust)
    asking = Telling(review, trust)
    title, lead = heading(asking)
    made = [section for part in _PARTS if (section := part(asking)) is not None]
    marked = "" if trust is Trust.STATED else _MARKED
    how = f"{_COUNTED[trust]} (trust {trust.value}).{marked} What nobody recorded is called so."
    return Document(title, (*lead, Paragraph((how,))), tuple(made), asking.asked, _CLOSING)
