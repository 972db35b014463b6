"""The claims of a review in its report, each beside its recount."""

from __future__ import annotations

from evigraph.claims import Recount
from evigraph.documents import Cell, Section, Table, Text
from evigraph.reporting.opening import CLAIMS
from evigraph.reporting.telling import Telling


def claims(asking: Telling) -> Section | None:
    """What the review says of itself, and what its graph shows."""
    recounts = asking.review.claims(trust=asking.trust)
    if not recounts:
        return None
    lines = tuple(_line(asking, recount) for recount in recounts)
    header = ("id", "claim", "claimed", "at least", "at most", "by decisions", "status", "why not")
    caption = (
        "Claims recounted: at least is what the statements show, at most adds what they cannot tell, "
        "by decisions is what follows from the recorded decisions of people"
    )
    return Section("claims", "Claims recounted", (Table(caption, header, lines, CLAIMS),))


def _line(asking: Telling, recount: Recount) -> tuple[Text, ...]:
    claim = recount.claim

    def counted(number: int | None, *standing: str) -> Text:
        if number is None or claim.query is None:
            return ()
        return (asking.count(claim.query, "item", standing=standing),)

    claimed: Cell = "" if claim.claimed is None else str(claim.claimed)
    if claim.kind == "existence" and claim.query:
        claimed = "at least one"
    return (
        (claim.id,),
        (claim.statement,),
        (claimed,),
        counted(recount.at_least, "shown"),
        counted(recount.at_most, "shown", "open"),
        counted(recount.recorded, "recorded"),
        (recount.status,),
        (claim.reason,),
    )
