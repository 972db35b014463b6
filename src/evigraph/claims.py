"""Claims: what a review says of itself, held against what the graph shows.

A claim names a query. Each of its rows is one thing counted, with a standing: ``shown`` when the
statements show that it counts, ``open`` when they cannot tell, ``recorded`` when it counts by
the recorded decisions of people.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from evigraph.assertions import quad
from evigraph.described import Described
from evigraph.errors import InputError, UnknownNameError
from evigraph.names import natural
from evigraph.resting import legend, marked
from evigraph.tables import csv_table, html_table, markdown_table
from evigraph.terms import DESCRIPTION, IDENTIFIER, evi, local_name
from evigraph.trust import Trust

if TYPE_CHECKING:
    import pandas

STANDINGS = ("shown", "open", "recorded")


@dataclass(frozen=True)
class Claim:
    """A claim as the graph has it.

    Attributes:
        id: Its identifier, such as ``C08``.
        iri: The claim.
        statement: What is claimed, in words.
        kind: ``count``, ``existence``, ``comparison`` or ``negative``.
        number: The number that is claimed, if there is one.
        query: The name of the query that recounts it, if there is one.
        reason: Why it cannot be recounted; empty when it can.
    """

    id: str
    iri: ox.NamedNode
    statement: str
    kind: str
    number: int | None
    query: str | None
    reason: str

    @property
    def claimed(self) -> int | None:
        """The number to compare with; for an existence one, which stands for *at least one*."""
        return 1 if self.kind == "existence" and self.query else self.number


@dataclass(frozen=True)
class Recount:
    """A claim beside its recount.

    Attributes:
        claim: The claim.
        at_least: How many are shown; none when the claim is not derivable.
        at_most: How many are shown or cannot be told.
        recorded: How many there are by recorded decisions, where that is another count.
        studies: The keys of the studies behind ``at_least``, sorted.
        open_studies: The keys of those that cannot be told, sorted.
        items: The things that are counted in ``at_least``; not always studies.
        open_items: The things that ``at_most`` adds.
        stated: The recount by stated statements alone, where it is known.
    """

    claim: Claim
    at_least: int | None = None
    at_most: int | None = None
    recorded: int | None = None
    studies: tuple[str, ...] = ()
    open_studies: tuple[str, ...] = ()
    items: frozenset[str] = field(default=frozenset(), repr=False)
    open_items: frozenset[str] = field(default=frozenset(), repr=False)
    stated: Recount | None = field(default=None, repr=False)

    @property
    def rests(self) -> tuple[bool, bool]:
        """Whether ``at_least``, and ``at_most``, count other things by stated statements alone."""
        if self.stated is None:
            return False, False
        return (
            self.items != self.stated.items,
            self.items | self.open_items != self.stated.items | self.stated.open_items,
        )

    @property
    def status(self) -> str:
        """``match``, ``consistent`` (the claim lies between), ``mismatch`` or ``not derivable``."""
        claimed = self.claim.claimed
        if self.at_least is None or self.at_most is None or claimed is None:
            return "not derivable"
        if self.claim.kind == "existence":
            return "match" if self.at_least else "consistent" if self.at_most else "mismatch"
        if self.at_least == self.at_most == claimed:
            return "match"
        return "consistent" if self.at_least <= claimed <= self.at_most else "mismatch"

    def to_dict(self) -> dict[str, Any]:
        """The recount as plain values, in the documented layout of ``claims --format json``."""
        return {
            "id": self.claim.id,
            "statement": self.claim.statement,
            "kind": self.claim.kind,
            "claimed": self.claim.claimed,
            "at_least": self.at_least,
            "at_most": self.at_most,
            "recorded": self.recorded,
            "status": self.status,
            "studies": list(self.studies),
            "open_studies": list(self.open_studies),
            "reason": self.claim.reason or None,
            "deduced": any(self.rests),
            "stated": self._stated_numbers(),
        }

    def _stated_numbers(self) -> dict[str, int | None] | None:
        if self.stated is None or not any(self.rests):
            return None
        return {"at_least": self.stated.at_least, "at_most": self.stated.at_most}


@dataclass(frozen=True)
class Recounts(Sequence[Recount]):
    """All claims of a review with their recounts, sorted by identifier."""

    trust: Trust
    recounts: tuple[Recount, ...]

    def __len__(self) -> int:
        return len(self.recounts)

    def __iter__(self) -> Iterator[Recount]:
        return iter(self.recounts)

    def __getitem__(self, key):  # type: ignore[no-untyped-def]  # a claim id, an int or a slice
        if not isinstance(key, str):
            return self.recounts[key]
        for recount in self.recounts:
            if recount.claim.id == key:
                return recount
        raise UnknownNameError("claim", key, [recount.claim.id for recount in self.recounts])

    def to_json(self) -> str:
        """A JSON list with one object a claim."""
        return json.dumps([r.to_dict() for r in self.recounts], ensure_ascii=False, indent=1) + "\n"

    def beside(self, stated: Recounts) -> Recounts:
        """The same, each beside its recount by stated statements alone, so that numbers can be marked."""
        pairs = zip(self.recounts, stated.recounts, strict=True)
        return Recounts(self.trust, tuple(replace(one, stated=other) for one, other in pairs))

    def table(self, *, marks: bool = True) -> tuple[list[str], list[list[str]]]:
        """A header and one row a claim.

        Args:
            marks: Whether numbers that rest on deduced statements are marked.
        """
        header = ["id", "statement", "claimed", "at least", "at most", "recorded", "status", "studies"]
        rows = []
        for r in self.recounts:
            claimed = "≥ 1" if r.claim.kind == "existence" and r.claim.query else _text(r.claim.claimed)
            least, most = (
                marked(_text(number), rests=marks and rests)
                for number, rests in zip((r.at_least, r.at_most), r.rests, strict=True)
            )
            behind = " ".join(r.studies) or r.claim.reason
            row = [r.claim.id, r.claim.statement, claimed, least, most, _text(r.recorded), r.status, behind]
            rows.append(row)
        return header, rows

    @property
    def legend(self) -> str:
        """What the marks mean; empty where nothing is marked."""
        marked_ones = [r for r in self.recounts if r.stated and any(r.rests)]
        return legend(
            f"{r.claim.id} {r.stated.at_least} to {r.stated.at_most}" for r in marked_ones if r.stated
        )

    def to_csv(self) -> str:
        """:meth:`table` as CSV, numbers without marks, and a last column that says which are deduced."""
        header, rows = self.table(marks=False)
        deduced = ["yes" if any(r.rests) else "no" for r in self.recounts]
        return csv_table([*header, "deduced"], [[*row, d] for row, d in zip(rows, deduced, strict=True)])

    def to_markdown(self) -> str:
        """:meth:`table` as Markdown, and what the marks mean."""
        return markdown_table(*self.table()) + (f"\n{self.legend}\n" if self.legend else "")

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame with one row a claim and the columns of the JSON layout.

        Raises:
            ImportError: pandas is not installed (``pip install evigraph[pandas]``).
        """
        import pandas

        frame = pandas.DataFrame([recount.to_dict() for recount in self.recounts])
        return frame.convert_dtypes()

    def _repr_html_(self) -> str:
        return html_table(*self.table(), caption=f"Claims recounted, trust {self.trust.value}")

    def to_quads(self) -> list[ox.Quad]:
        """The recounts as statements about the claims, in ``basis:verdict``."""
        quads = []
        for r in self.recounts:
            numbers = {"atLeast": r.at_least, "atMost": r.at_most, "recordedNumber": r.recorded}
            quads += [quad(r.claim.iri, evi(n), v) for n, v in numbers.items() if v is not None]
            quads.append(quad(r.claim.iri, evi("recountStatus"), r.status))
        return quads


def read_claims(quads: Iterable[ox.Quad]) -> list[Claim]:
    """The claims in the bookkeeping of a review, sorted by identifier."""
    said = Described(quads)
    claims = []
    for node in said.of_class(evi("Claim")):
        number = said.text(node, evi("claimedNumber"))
        claims.append(
            Claim(
                id=said.text(node, IDENTIFIER) or local_name(node.value),
                iri=node,
                statement=said.text(node, DESCRIPTION),
                kind=said.text(node, evi("claimKind")),
                number=_number(node, number),
                query=said.text(node, evi("recountedBy")) or None,
                reason=said.text(node, evi("notCountedBecause")),
            )
        )
    return sorted(claims, key=lambda claim: natural(claim.id))


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _number(claim: ox.NamedNode, text: str) -> int | None:
    try:
        return int(text) if text else None
    except ValueError:
        raise InputError(f"<{claim.value}>: {text!r} is no whole number; write it without quotes") from None
