"""How a report begins: which review it is, what it comes to, and by which criteria."""

from __future__ import annotations

from evigraph.documents import Block, Items, Marked, Section, Table, Text
from evigraph.reporting.telling import Telling

REVIEW, OUTCOMES, CRITERIA, CLAIMS = (
    "review-itself",
    "study-outcomes",
    "criteria-and-shapes",
    "claims-and-recounts",
)


def heading(asking: Telling) -> tuple[str, tuple[Block, ...]]:
    """The title of the report, and where the review was published."""
    rows = asking.rows(REVIEW)
    title = next((row["title"] for row in rows if row["title"]), asking.review.name)
    published = next((row for row in rows if row["publication"]), None)
    if published is None:
        return title, ()
    authors = list(dict.fromkeys(row["author"] for row in rows if row["author"]))
    doi = published["doi"]
    said = {
        "published as": published["publishedTitle"],
        "by": "; ".join(authors),
        "in": published["container"],
        "year": published["year"],
        "DOI": doi,
    }
    lines = tuple(((name,), (value,)) for name, value in said.items() if value)
    return title, (Table("The review", ("what", "as recorded"), lines, asked=REVIEW),)


def in_short(asking: Telling) -> Section:
    """The numbers that a reader looks for first."""
    items: list[Text] = [("The graph describes ", asking.count(OUTCOMES, "study"), " studies.")]
    if any(row["decision"] for row in asking.rows(OUTCOMES)):
        included, excluded, unsure = (
            asking.count(OUTCOMES, "study", mark="decisionMark", decision=word)
            for word in ("include", "exclude", "unsure")
        )
        start = "By the recorded decisions of people "
        items.append((start, included, " are included, ", excluded, " are not, and ", unsure, " are open."))
    met, failed, unknown = (
        asking.count(OUTCOMES, "study", outcome=word) for word in ("met", "not met", "cannot tell")
    )
    start = "By the criteria, tested as shapes, "
    items.append((start, met, " meet all, ", failed, " do not, and of ", unknown, " it cannot be told."))
    if CLAIMS in asking.names and asking.rows(CLAIMS):
        match, within, fails, unknown = (
            asking.count(CLAIMS, "claim", status=status)
            for status in ("match", "consistent", "mismatch", "not derivable")
        )
        of_all: Text = ("Of ", asking.count(CLAIMS, "claim"), " claims of the review ", match)
        held: Text = (
            " match their recount, ",
            within,
            " are consistent with it, ",
            fails,
            " contradict it, ",
        )
        items.append((*of_all, *held, "and ", unknown, " cannot be recounted."))
    return Section("in-short", "In short", (Items(tuple(items)),))


def criteria(asking: Telling) -> Section | None:
    """The criteria, and how each is tested."""
    lines: list[tuple[Text, ...]] = []
    for row in asking.rows(CRITERIA):
        if row["satisfied"]:
            tested = "by two shapes"
        elif row["testedWith"]:
            tested = f"with {row['testedWith']}"
        else:
            tested = row["notTestedBecause"] and f"not tested: {row['notTestedBecause']}"
        statement = Marked(row["statement"]) if row["mark"] == "deduced" else row["statement"]
        lines.append(((row["identifier"],), (row["label"],), (statement,), (row["polarity"],), (tested,)))
    if not lines:
        return None
    header = ("id", "criterion", "statement", "kind", "tested")
    table = Table(
        "The criteria; a statement that is marked is a reconstruction", header, tuple(lines), CRITERIA
    )
    return Section("criteria", "Criteria", (table,))
