"""Which studies of a review are meant: the included ones, those that meet its criteria, all, or by key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evigraph.errors import UnknownNameError

if TYPE_CHECKING:
    from evigraph.review import Review

#: Words for groups of studies, beside the keys of studies.
GROUPS = ("included", "met", "all")


def chosen(review: Review, names: Sequence[str] = ("included",)) -> tuple[list[str], str]:
    """The keys of the studies that are meant, and in words on what that rests.

    Args:
        review: The review.
        names: Of :data:`GROUPS`, or keys of studies. *Included* are those that people decided to
            include; where no decision is recorded, those that meet the criteria.

    Raises:
        UnknownNameError: There is no such study or group.
    """
    keys: list[str] = []
    rests: list[str] = []
    for name in names:
        found, why = _group(review, name) if name in GROUPS else ([name], "by name")
        for key in found:
            if key not in review.studies:
                raise UnknownNameError("study", key, [*review.studies, *GROUPS])
        keys += [key for key in found if key not in keys]
        rests += [why] * (why not in rests)
    return sorted(keys), ", ".join(rests)


def _group(review: Review, name: str) -> tuple[list[str], str]:
    from evigraph.screening import recorded_decisions

    if name == "all":
        return list(review.studies), "all studies"
    if name == "included" and (decisions := recorded_decisions(review.folder.graph)):
        return [
            k for k, iri in review.studies.items() if decisions.get(iri) == "include"
        ], "recorded decisions"
    met = [verdict.study for verdict in review.screen() if verdict.outcome == "met"]
    return met, "verdicts, as no decision is recorded" if name == "included" else "verdicts"
