"""Claims: what a review says of itself, held against what the graph shows.

A claim names a query. Each of its rows is one thing counted, with a standing: ``shown`` when the
statements show that it counts, ``open`` when they cannot tell, ``recorded`` when it counts by
the recorded decisions of people.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from evigraph.answers import Answer
from evigraph.assertions import quad
from evigraph.described import Described
from evigraph.errors import InputError, UnknownNameError
from evigraph.folder import Folder
from evigraph.names import natural
from evigraph.store import Store
from evigraph.tables import csv_table, html_table, markdown_table
from evigraph.terms import DESCRIPTION, IDENTIFIER, evi, local_name
from evigraph.trust import Trust

if TYPE_CHECKING:
    import pandas

    from evigraph.confined.limits import Limits

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
    """

    claim: Claim
    at_least: int | None = None
    at_most: int | None = None
    recorded: int | None = None
    studies: tuple[str, ...] = ()
    open_studies: tuple[str, ...] = ()

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
        }


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

    def table(self) -> tuple[list[str], list[list[str]]]:
        """A header and one row a claim."""
        header = ["id", "statement", "claimed", "at least", "at most", "recorded", "status", "studies"]
        rows = []
        for r in self.recounts:
            claimed = "≥ 1" if r.claim.kind == "existence" and r.claim.query else _text(r.claim.claimed)
            numbers = [_text(r.at_least), _text(r.at_most), _text(r.recorded)]
            behind = " ".join(r.studies) or r.claim.reason
            rows.append([r.claim.id, r.claim.statement, claimed, *numbers, r.status, behind])
        return header, rows

    def to_csv(self) -> str:
        """:meth:`table` as CSV."""
        return csv_table(*self.table())

    def to_markdown(self) -> str:
        """:meth:`table` as Markdown."""
        return markdown_table(*self.table())

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


def recount(claim: Claim, answer: Answer, keys: dict[str, str]) -> Recount:
    """Count the rows of a claim's query.

    Args:
        claim: The claim.
        answer: Rows of ``item``, ``study`` (may be unbound) and ``standing``.
        keys: Study keys by IRI.

    Raises:
        InputError: The query has other columns or another standing.
    """
    if set(answer.variables) != {"item", "study", "standing"}:
        raise InputError(
            f"query {claim.query}: a claim's query selects ?item ?study ?standing, "
            f"not {' '.join('?' + v for v in answer.variables)}"
        )
    items: dict[str, set[str]] = {standing: set() for standing in STANDINGS}
    studies: dict[str, set[str]] = {standing: set() for standing in STANDINGS}
    for row in answer.to_python():
        standing, study = str(row["standing"]), row["study"]
        if standing not in items:
            raise InputError(f"query {claim.query}: unknown standing {standing!r}; known are {STANDINGS}")
        items[standing].add(str(row["item"]))
        if study is not None:
            studies[standing].add(keys.get(str(study), str(study)))
    return Recount(
        claim=claim,
        at_least=len(items["shown"]),
        at_most=len(items["shown"] | items["open"]),
        recorded=len(items["recorded"]) if items["recorded"] else None,
        studies=tuple(sorted(studies["shown"])),
        open_studies=tuple(sorted(studies["open"] - studies["shown"])),
    )


def recount_all(
    folder: Folder,
    quads: Iterable[ox.Quad],
    store: Store,
    trust: Trust,
    studies: Mapping[str, ox.NamedNode],
    limits: Limits | None = None,
) -> Recounts:
    """Recount the claims of a review.

    Args:
        folder: Where its queries are.
        quads: The statements about its claims.
        store: What is asked; the verdicts are in it.
        trust: Which statements count.
        studies: The studies by key.
        limits: What a query that does not come with the package may take.

    Raises:
        UnknownNameError: A claim names a query that does not exist.
        InputError: As :func:`recount`.
        LimitError: Such a query passed a limit.
    """
    from evigraph.confined.store import Room
    from evigraph.questions import find_question

    keys = {iri.value: key for key, iri in studies.items()}
    recounts = []
    with Room(limits) as room:
        asked = room.over(store)
        for claim in read_claims(quads):
            if claim.query is None:
                recounts.append(Recount(claim))
                continue
            question = find_question(folder, claim.query)
            rows = asked.select(question.text, trust=trust, where=str(question.path))
            recounts.append(recount(claim, Answer(*rows, folder.prefixes), keys))
    return Recounts(trust, tuple(recounts))


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _number(claim: ox.NamedNode, text: str) -> int | None:
    try:
        return int(text) if text else None
    except ValueError:
        raise InputError(f"<{claim.value}>: {text!r} is no whole number; write it without quotes") from None
