"""The studies in a report: how they came in, what they are, and what the criteria say of them."""

from __future__ import annotations

from collections import defaultdict

from evigraph.documents import Marked, Picture, Section, Table, Text
from evigraph.documents.asking import said
from evigraph.drawing import draw, draw_flow
from evigraph.flow import NOT_REPORTED, count
from evigraph.names import natural
from evigraph.reporting.opening import OUTCOMES
from evigraph.reporting.telling import UNKNOWN, Telling
from evigraph.trust import Trust

CHARACTERISTICS, MATRIX, FLOW = "characteristics", "verdict-matrix", "flow"
#: The columns of the table of characteristics, by property.
_COLUMNS = {
    "addresses": "problem",
    "hasDesign": "design",
    "hasAllocation": "allocation",
    "sampleSize": "sample",
    "followUpMonths": "follow-up (months)",
    "hasFormat": "format",
    "ledBy": "led by",
    "receives": "arms receive",
    "inDomain": "outcomes",
    "country": "country",
}


def flow(asking: Telling) -> Section:
    """The flow of PRISMA 2020."""
    found = count(asking.review)
    boxes = [box for _, box in found.boxes()]
    members = [
        (box.id, box.label, member, "deduced" if member in box.deduced else "")
        for box in boxes
        for member in box.members or ()
    ]
    asking.note(
        FLOW,
        "What does each number of the flow count?",
        "evigraph flow --list ID",
        ("box", "what", "counted", "mark"),
        members,
    )
    lines = tuple(
        (
            (box.label if box.id.count(":") == box.id.startswith("other:") else f"… {box.label}",),
            (NOT_REPORTED,)
            if box.members is None
            else (asking.count(FLOW, "counted", mark="mark", box=box.id),),
        )
        for box in boxes
    )
    figure = draw_flow(found)
    return Section(
        "flow",
        "Flow of studies",
        (
            Picture(figure, figure.title, FLOW),
            Table("The flow in numbers", ("what", "number"), lines),
        ),
    )


def characteristics(asking: Telling) -> Section | None:
    """The table of characteristics."""
    values: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in asking.rows(CHARACTERISTICS):
        values[row["study"]][row["property"]].append((row["value"], row["basis"]))
    studies = sorted({row["study"] for row in asking.rows(OUTCOMES)}, key=natural)
    if not studies:
        return None
    used = [name for name in _COLUMNS if any(name in values[study] for study in studies)]
    lines = tuple(
        ((study,), *(asking.text(said(values[study].get(name, ()))) for name in used)) for study in studies
    )
    caption = f"What is recorded of each study; “{UNKNOWN}” says neither yes nor no"
    header = ("study", *(_COLUMNS[name] for name in used))
    return Section(
        "characteristics", "Characteristics", (Table(caption, header, lines, asked=CHARACTERISTICS),)
    )


def verdicts(asking: Telling) -> Section | None:
    """The verdict on each study and rule."""
    rows = [row for row in asking.rows(MATRIX) if row["level"] == "rule"]
    if not rows:
        return None
    found = {(row["identifier"], row["name"]) for row in rows}
    rules = sorted(found, key=lambda rule: natural(" ".join(rule)))
    outcomes = {(row["study"], row["identifier"]): row["outcome"] for row in rows}
    stated = {(row["study"], row["identifier"]): row["outcome"] for row in asking.by_text(MATRIX)}
    whole = {row["study"]: row for row in asking.rows(OUTCOMES)}
    whole_stated = {row["study"]: row["outcome"] for row in asking.by_text(OUTCOMES)}

    def marked(outcome: str, by_text: str | None) -> Text:
        differs = asking.trust is not Trust.STATED and outcome != by_text
        return (Marked(outcome) if differs else outcome,)

    lines = tuple(
        (
            (study,),
            (row["decision"] or UNKNOWN,),
            marked(row["outcome"], whole_stated.get(study)),
            *(marked(outcomes.get((study, id), ""), stated.get((study, id))) for id, _ in rules),
        )
        for study, row in whole.items()
    )
    header = ("study", "decision", "verdict", *(f"{id} {name}".strip() for id, name in rules))
    figure = draw("verdicts", asking.review, trust=asking.trust)
    return Section(
        "verdicts",
        "Verdicts",
        (
            Picture(figure, figure.title, MATRIX),
            Table("The verdict on each study and rule, beside the decision of people", header, lines, MATRIX),
        ),
    )
