"""Which items of the PRISMA 2020 checklist the graph of a review covers.

No status is written down. *Covered* is what a question finds rows for; *in part* is what asks for more than
the rows or the graph hold; *not recorded* is what the graph could hold and does not; *not covered* is what it
cannot hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from evigraph.answers import Answer
from evigraph.checklist.items import Item, prisma2020
from evigraph.checklist.results import Checked, Checklist, Status
from evigraph.described import Described
from evigraph.flow import count
from evigraph.folder import home
from evigraph.terms import evi
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.review import Review

#: The questions that every review gets when it is begun.
_FOR_ANY_REVIEW = "queries/report/prisma"


def checklist(review: Review, *, trust: Trust | str = Trust.DEDUCED) -> Checklist:
    """Say for each item of PRISMA 2020 whether the graph of a review covers it.

    Args:
        review: The review; its own questions are asked.
        trust: Which statements count.

    Raises:
        InputError: A question of the review cannot be used.
    """
    trust = Trust(trust)
    known = {path.stem for path in review.folder.files("queries", ".rq")}
    items = tuple(_checked(review, one, trust, known) for one in prisma2020())
    return Checklist(review.name, trust.value, items)


def _checked(review: Review, item: Item, trust: Trust, known: set[str]) -> Checked:
    if item.why_not:
        return Checked(item, Status.NOT_COVERED, note=item.why_not)
    if item.command:
        found, missing = COMMANDS[item.command](review)
        return _status(item, found, missing)
    if item.question not in known:
        return Checked(item, Status.NOT_RECORDED, note=_no_question(item.question))
    answer = review.ask(item.question, trust=trust)
    assert isinstance(answer, Answer)  # the questions of the checklist are SELECT queries
    rows = [dict(zip(answer.variables, row, strict=True)) for row in answer]
    if item.filled:
        rows = [row for row in rows if row.get(item.filled) is not None]
    return _status(item, len(rows), _unfilled(item, answer.variables, rows))


def _no_question(name: str) -> str:
    """That a review lacks a question, and what brings it where it is one for any review."""
    for_any = (home() / _FOR_ANY_REVIEW / f"{name}.rq").is_file()
    return f"no question {name} in this review" + (
        "; 'evigraph init DIR --update' brings it" if for_any else ""
    )


def _status(item: Item, found: int, missing: str) -> Checked:
    """What an item comes to, given how much is shown of it and what is missing there."""
    if not found:
        return Checked(item, Status.NOT_RECORDED, 0, f"to record it: {item.record}")
    note = " ".join(filter(None, [missing, item.lacks]))
    return Checked(item, Status.IN_PART if note else Status.COVERED, found, note)


def _unfilled(item: Item, variables: tuple[str, ...], rows: Sequence[Mapping[str, object]]) -> str:
    """Of how many things a column that each should have is blank, in words; empty where none is."""
    things = {row[variables[0]] for row in rows}
    said = []
    for column, words in item.each.items():
        filled = {row[variables[0]] for row in rows if row.get(column) is not None}
        if len(filled) < len(things):
            said.append(f"{len(filled)} of {len(things)} have {words}")
    return "; ".join(said) + "." if said else ""


def _flow(review: Review) -> tuple[int, str]:
    """How many numbers of the flow are known, and which are not."""
    boxes = [box for _, box in count(review).boxes() if not box.extra]
    unknown = Counter(box.label for box in boxes if box.count is None)
    known = sum(box.count is not None for box in boxes)
    return known, f"Not reported: {'; '.join(unknown)}." if unknown else ""


def _sensitivity(review: Review) -> tuple[int, str]:
    """How many claims can be counted; the command counts each of them under every change."""
    return len(Described(review.statements()).having(evi("recountedBy"))), ""


#: The commands that show an item: how much each shows of a review, and what is missing there.
COMMANDS: Mapping[str, Callable[[Review], tuple[int, str]]] = {"flow": _flow, "sensitivity": _sensitivity}
