"""What a synthesis says of itself: how it was done, item by item of SWiM, and what it cannot show."""

from __future__ import annotations

from typing import NamedTuple

#: Where the items and the ways of counting come from.
SOURCES = (
    "Campbell et al. 2020, Synthesis without meta-analysis (SWiM) in systematic reviews, BMJ 368:l6890",
    "Boon and Thomson 2021, The effect direction plot revisited, Research Synthesis Methods 12:29-33",
)
#: What vote counting cannot show.
CANNOT_SHOW = (
    "Counting directions says how many studies point which way, and nothing else.",
    "It does not say how large an effect is, nor whether it matters to anybody.",
    "It does not say how sure a direction is: a study of 40 people counts like one of 400, a weak design "
    "like a strong one.",
    "A study that found no difference has not shown that there is none; it may have been too small for that.",
    "The sign test asks only whether benefit is more frequent than harm. A high p-value is no evidence of no "
    "effect, and studies that point neither way do not enter it.",
    "Outcomes that were measured and not reported cannot be counted; when good news is reported more "
    "readily, the counts are too good.",
    "Each line is a test of its own; among many lines some will look striking by chance.",
)


class Item(NamedTuple):
    """An item of SWiM and what is said on it."""

    number: int
    name: str
    words: str


def items(groups: int, numbers: str) -> tuple[Item, ...]:
    """The items of SWiM.

    Args:
        groups: How many groups of studies there are.
        numbers: What is said of findings that carry numbers.
    """
    return (
        Item(
            1,
            "grouping of studies",
            f"By outcome domain and by kind of comparison, as recorded; groups: {groups}. Change over time, "
            "differences between arms and differences by participation say different things, so nothing is "
            "added up over them.",
        ),
        Item(
            2,
            "standardized metric",
            "The direction of effect as it is recorded of each finding. Several findings of a study in one "
            "group are told as the direction that at least 70 % of them have, else as mixed.",
        ),
        Item(
            3,
            "method of synthesis",
            "Vote counting by direction: each study counts once in a group. An exact two-sided sign test "
            "(binomial, one half) of benefit against harm, with the Clopper-Pearson 95 % interval for the "
            "share of benefit. Mixed, no difference, equivalent and not reported do not enter; they stand "
            f"beside. {numbers}",
        ),
        Item(
            4, "priority of results", "None: every study counts alike, whatever its design, size or quality."
        ),
        Item(
            5,
            "heterogeneity",
            "Not tested in directions. What is recorded of each study (design, sample) stands in the list of "
            "studies.",
        ),
        Item(6, "certainty of evidence", "Not assessed."),
        Item(
            7,
            "presentation",
            "One row a group, ordered by outcome and comparison, with its studies; the mark † where a number "
            "rests on what was deduced, and in brackets the number by what texts state alone.",
        ),
        Item(8, "results", "The rows of the table."),
        Item(9, "limitations", "What counting directions cannot show is said below."),
    )
