"""Decisions that stand in files of records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from evigraph.decisions.recording import Act
from evigraph.decisions.rule_names import RuleNames
from evigraph.decisions.standing import TITLE_ABSTRACT
from evigraph.described import Described
from evigraph.records.found import Judged

if TYPE_CHECKING:
    from evigraph.review import Review


def acts_in(judged: Mapping[str, tuple[Judged, ...]], by: str, review: Review) -> tuple[list[Act], int]:
    """The decisions as people gave them; a reason that is the name of a criterion becomes that criterion.

    Args:
        judged: The decisions, by the IRI of the record.
        by: Who gave those that name nobody; they are left out when this is empty.
        review: The review.

    Returns:
        The decisions, on titles and abstracts, and how many were left out.
    """
    rules = RuleNames(Described(review.folder.graph))
    acts, nameless = [], 0
    for record, decisions in judged.items():
        for one in decisions:
            if not (one.by or by):
                nameless += 1
                continue
            rule = rules.find(one.reason) if one.reason and one.answer == "exclude" else None
            acts.append(
                Act(
                    name=record,
                    answer=one.answer,
                    by=one.by or by,
                    stage=TITLE_ABSTRACT,
                    rules=(rule,) if rule else (),
                    reason="" if rule else one.reason,
                    note=one.note,
                )
            )
    return acts, nameless
