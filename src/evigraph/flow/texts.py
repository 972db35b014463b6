"""The flow as text: Mermaid for documents, CSV for spreadsheets."""

from __future__ import annotations

from evigraph.flow.counting import DEDUCED_MEANS, NOT_REPORTED, Box, Flow
from evigraph.tables import csv_table

#: The boxes of a way in that follow each other, and beside each those that leave the flow there.
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("identified", ("duplicates", "ineligible", "removed")),
    ("screened", ("screened-out", "undecided", "unscreened")),
    ("sought", ("not-retrieved", "pending")),
    ("assessed", ("excluded", "open")),
)
#: Boxes that are told together with another.
WITH = {"assessed": ("unsought",)}


def to_csv(flow: Flow) -> str:
    """One row for each number: its id, its way in, what it counts, how many, how many by deduction."""
    rows = [
        (box.id, route, box.label, NOT_REPORTED if box.count is None else box.count, len(box.deduced) or "")
        for route, box in flow.boxes()
    ]
    return csv_table(("id", "route", "label", "count", "deduced"), rows)


def to_mermaid(flow: Flow) -> str:
    """A flowchart for documents in Markdown."""
    lines = ["flowchart TD"]
    for number, boxes in enumerate(flow.routes.values()):
        by_step = {box.id.removeprefix("other:"): box for box in boxes}
        before = ""
        for step, beside in STEPS:
            node = f"{step}{number}"
            lines.append(f"  {node}[{_quoted([by_step[step], *_of(by_step, WITH.get(step, ()))])}]")
            if out := _of(by_step, beside):
                lines.append(f"  {node} --> {node}out[{_quoted(out)}]")
            if before:
                lines.append(f"  {before} --> {node}")
            before = node
        lines.append(f"  {before} --> included")
    lines.append(f"  included[{_quoted(flow.included)}]")
    if flow.deduced:
        lines += [f'  note["{_escaped(DEDUCED_MEANS)}"]', "  included ~~~ note"]
    return "\n".join(lines) + "\n"


def lines_of(box: Box) -> list[str]:
    """A box as the lines of text that the diagram has; its parts are indented."""
    return [box.words + (":" if box.parts else ""), *(f"    {part.words}" for part in box.parts)]


def _of(boxes: dict[str, Box], ids: tuple[str, ...]) -> list[Box]:
    return [boxes[id] for id in ids if id in boxes]


def _quoted(boxes: list[Box] | tuple[Box, ...]) -> str:
    text = "<br/>".join(_escaped(line.strip()) for box in boxes for line in lines_of(box))
    return f'"{text}"'


def _escaped(text: str) -> str:
    """Text in which Mermaid finds neither markup nor the end of a label."""
    for sign, code in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "#96;")):
        text = text.replace(sign, code)
    return " ".join(text.split())
