"""Recounts the claims of a review, once or again and again under other verdicts.

The query of a claim is asked anew only when what it looks at has changed: the statements that count, the
verdicts, or the studies that are included.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from evigraph.answers import Answer
from evigraph.assertions import Part, verdict_name, verdict_parts
from evigraph.claims import STANDINGS, Claim, Recount, Recounts, read_claims
from evigraph.confined.limits import Limits
from evigraph.confined.store import Room
from evigraph.errors import InputError
from evigraph.folder import Folder
from evigraph.questions import Question, find_question, needs_of
from evigraph.store import EmbeddedStore, Store, about
from evigraph.terms import VERDICT_GRAPH, evi
from evigraph.trust import Trust
from evigraph.verdicts import Outcome, Screening

_INCLUDE = evi("include")
#: A question, which statements count, and the studies that are included.
_Key = tuple[str, Trust, frozenset[str]]


@dataclass(frozen=True)
class Tally:
    """The rows of a claim's query, counted: by standing the things, and the keys of the studies."""

    items: Mapping[str, frozenset[str]]
    studies: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, claim: Claim, answer: Answer, keys: Mapping[str, str]) -> Tally:
        """Count rows of ``item``, ``study`` (may be unbound) and ``standing``.

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
        return cls(_frozen(items), _frozen(studies))

    def between(self, wide: Tally) -> Tally:
        """What is shown with few studies included and with many; what only one of them shows is open."""
        items, studies = (
            {
                "shown": a["shown"] & b["shown"],
                "open": a["shown"] | a["open"] | b["shown"] | b["open"],
            }
            for a, b in ((self.items, wide.items), (self.studies, wide.studies))
        )
        return Tally(items, studies)

    def recount(self, claim: Claim, recorded: Tally) -> Recount:
        """The claim beside the count.

        Args:
            claim: The claim.
            recorded: Where what people decided is counted.
        """
        items, studies = self.items, self.studies
        return Recount(
            claim=claim,
            at_least=len(items["shown"]),
            at_most=len(items["shown"] | items["open"]),
            recorded=len(recorded.items["recorded"]) or None,
            studies=tuple(sorted(studies["shown"])),
            open_studies=tuple(sorted(studies["open"] - studies["shown"])),
            recorded_studies=tuple(sorted(recorded.studies["recorded"])),
            items=items["shown"],
            open_items=items["open"] - items["shown"],
        )


def recount(claim: Claim, answer: Answer, keys: Mapping[str, str]) -> Recount:
    """Count the rows of a claim's query; as :meth:`Tally.of`."""
    tally = Tally.of(claim, answer, keys)
    return tally.recount(claim, tally)


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
        limits: What a query may take that does not come with the package.

    Raises:
        UnknownNameError: A claim names a query that does not exist.
        InputError: As :meth:`Tally.of`.
        LimitError: Such a query passed a limit.
    """
    keys = {iri.value: key for key, iri in studies.items()}
    recounts = []
    with Room(limits) as room:
        for claim, question in _asked(folder, quads):
            if question is None:
                recounts.append(Recount(claim))
                continue
            rows = room.over(store).select(question.text, trust=trust, where=str(question.path))
            recounts.append(recount(claim, Answer(*rows, folder.prefixes), keys))
    return Recounts(trust, tuple(recounts))


class Recounting:
    """The claims of a review, ready to be recounted under any verdicts; all in memory.

    Args:
        folder: The review.
        iri: The review itself.
        studies: Its studies by key.
        plain: Gives a store without verdicts, to read the claims from.
        statements: Gives the statements of its graph.
        limits: What a query may take that does not come with the package.
    """

    def __init__(
        self,
        folder: Folder,
        iri: ox.NamedNode,
        studies: Mapping[str, ox.NamedNode],
        plain: Callable[[], Store],
        statements: Callable[[], list[ox.Quad]],
        limits: Limits | None = None,
    ) -> None:
        self._folder = folder
        self._iri = iri
        self._keys = {node.value: key for key, node in studies.items()}
        self._plain = plain
        self._statements = statements
        self._tallies: dict[_Key, Tally] = {}
        self._judged: dict[_Key, Tally] = {}  # by the verdicts that are loaded
        self._loaded: Screening | None = None
        self._parts: dict[str, Part] = {}
        self._alone = threading.Lock()
        self._room = Room(limits)

    def recounts(self, screening: Screening, standing: Mapping[str, Outcome] | None = None) -> Recounts:
        """The claims by other verdicts.

        Args:
            screening: The verdicts, and which statements count.
            standing: Of studies, by IRI, whether each is included, is not, or cannot be told, in place
                of what people decided.

        Raises:
            UnknownNameError: A claim names a query that does not exist.
            InputError: As :meth:`Tally.of`.
        """
        trust, standing = screening.trust, standing or {}
        if not self._claims:
            return Recounts(trust, ())
        as_decided = frozenset(self._included)
        out = {study for study, outcome in standing.items() if outcome is Outcome.NOT_MET}
        open_ = {study for study, outcome in standing.items() if outcome is Outcome.CANNOT_TELL}
        wide = as_decided.union(standing) - out
        narrow = wide - open_
        found = []
        with self._alone, self._room:
            for claim, question in self._claims:
                if question is None:
                    found.append(Recount(claim))
                    continue
                few, many, plain = (
                    self._tally(claim, question, screening, included)
                    for included in (narrow, wide, as_decided)
                )
                found.append((few if narrow == wide else few.between(many)).recount(claim, plain))
        return Recounts(trust, tuple(found))

    def _tally(
        self, claim: Claim, question: Question, screening: Screening, included: frozenset[str]
    ) -> Tally:
        judged = bool(question.needs or needs_of(question.text))
        if judged:
            self._load(screening)
        tallies, key = self._judged if judged else self._tallies, (question.name, screening.trust, included)
        if key not in tallies:
            added, removed = self._decided(included)
            self._store.change(added, removed)
            try:
                asked = self._room.over(self._store)
                rows = asked.select(question.text, trust=screening.trust, where=str(question.path))
            finally:
                self._store.change(removed, added)
            tallies[key] = Tally.of(claim, Answer(*rows, self._folder.prefixes), self._keys)
        return tallies[key]

    def _load(self, screening: Screening) -> None:
        """Put these verdicts into the store in place of those that are there and are others."""
        if self._loaded is not screening:
            new = {part.node.value: part for part in verdict_parts(screening, self._iri)}
            old = {name: part for name, part in self._parts.items() if new.get(name) != part}
            added = (part for name, part in new.items() if self._parts.get(name) != part)
            self._store.change(
                [quad for part in added for quad in part.quads()],
                [quad for part in old.values() for quad in part.quads()],
            )
            self._parts, self._loaded = new, screening
            self._judged.clear()

    def _decided(self, included: frozenset[str]) -> tuple[list[ox.Quad], list[ox.Quad]]:
        """What to add to the statements, and to take out, so that these studies are those included."""
        removed = [quad for study, quads in self._included.items() if study not in included for quad in quads]
        added = []
        for study in sorted(included - self._included.keys()):
            node = verdict_name(self._iri, self._keys.get(study, study))
            added.append(ox.Quad(node, evi("onStudy"), ox.NamedNode(study), VERDICT_GRAPH))
            added.append(ox.Quad(node, evi("decides"), _INCLUDE, VERDICT_GRAPH))
        return added, removed

    @cached_property
    def _store(self) -> EmbeddedStore:
        return EmbeddedStore([*self._statements(), *self._folder.ontology])

    @cached_property
    def _claims(self) -> list[tuple[Claim, Question | None]]:
        return _asked(self._folder, about(self._plain(), evi("Claim")))

    @cached_property
    def _included(self) -> dict[str, list[ox.Quad]]:
        """The statements that a study is included, by its IRI."""
        store, found = self._store, dict[str, list[ox.Quad]]()
        for quad in store.quads(predicate=evi("decides"), object=_INCLUDE):
            if isinstance(quad.subject, ox.NamedNode):
                for on in store.quads(subject=quad.subject, predicate=evi("onStudy")):
                    if isinstance(on.object, ox.NamedNode):
                        found.setdefault(on.object.value, []).append(quad)
        return found


def _asked(folder: Folder, quads: Iterable[ox.Quad]) -> list[tuple[Claim, Question | None]]:
    """The claims, each with the question that recounts it."""
    return [
        (claim, find_question(folder, claim.query) if claim.query else None) for claim in read_claims(quads)
    ]


def _frozen(sets: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(members) for name, members in sets.items()}
