"""A review as it is compared: read once, judged, recounted and asked only when that can differ."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from evigraph.answers import Answer, Triples, Truth
from evigraph.assertions import verdict_quads
from evigraph.claims import Recounts
from evigraph.confined.store import Room
from evigraph.described import Described
from evigraph.errors import EvigraphError
from evigraph.folder import FOLDERS
from evigraph.names import studies_in
from evigraph.questions import Question, bind
from evigraph.reading import read_quads
from evigraph.recounting import recount_all
from evigraph.review import Review
from evigraph.selection import trusted_graphs
from evigraph.store import EmbeddedStore, about, query_form
from evigraph.terms import ONTOLOGY_GRAPH, evi
from evigraph.trust import Trust
from evigraph.verdicts import Screening

_T = TypeVar("_T")
#: The files of each folder that are compared by their statements, or by their names as questions.
_READ = {"ontology": (".ttl", ".trig", ".nt"), "shapes": (".ttl",), "queries": (".rq",), "graph": ()}


class Snapshot:
    """A review at a level of trust.

    Args:
        review: The review.
        trust: Which statements count.
        name: What to call it in messages.

    Attributes:
        problems: What could not be done, and why; it is no reason to compare nothing.
    """

    def __init__(self, review: Review, trust: Trust, name: str) -> None:
        self.review = review
        self.trust = trust
        self.name = name
        self.problems: list[str] = []

    @cached_property
    def all_statements(self) -> list[ox.Quad]:
        """The statements of the graph, whether they count or not."""
        return [quad for quad in self.review._statements if quad.graph_name != ONTOLOGY_GRAPH]

    @cached_property
    def graph(self) -> set[ox.Quad]:
        """The statements of the graph that count, once each."""
        graphs = trusted_graphs(self.trust)
        return {quad for quad in self.all_statements if quad.graph_name in graphs}

    @cached_property
    def said(self) -> Described:
        """The statements that count, by what they describe."""
        return Described(sorted(self.graph, key=str))

    @cached_property
    def studies(self) -> dict[str, ox.NamedNode]:
        """The studies by key."""
        return studies_in(self.graph)

    @cached_property
    def shapes(self) -> list[ox.Quad]:
        """The statements of the shapes."""
        return [q for path in self.review.folder.files("shapes", *_READ["shapes"]) for q in read_quads(path)]

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The questions by name; none where one of them cannot be read."""
        return {question.name: question for question in self.tried("questions", self.review.questions) or ()}

    @cached_property
    def screening(self) -> Screening | None:
        """The verdicts, or none where they cannot be had."""
        return self.tried("verdicts", lambda: self.review.screen(trust=self.trust))

    @cached_property
    def recounts(self) -> Recounts | None:
        """The claims recounted, or none where that cannot be done."""
        if (store := self._judged) is None:
            return None
        claims = about(store, evi("Claim"))
        return self.tried(
            "claims",
            lambda: recount_all(
                self.review.folder, claims, store, self.trust, self.studies, self.review.limits
            ),
        )

    def read_files(self, folder: str) -> dict[str, object]:
        """A hash of each file of a folder that is read for what it says, by its name."""
        paths = self.review.folder.files(folder, *_READ[folder])
        return {self.review.folder.name_of(path): _hash(path) for path in paths}

    def other_files(self) -> dict[str, object]:
        """A hash of each file that is read for something else, by its name."""
        folder, found = self.review.folder, dict[str, object]()
        for name in FOLDERS:
            read = {*folder.files(name, *_READ[name])}
            for path in sorted((folder.path / name).rglob("*")):
                if path.is_file() and path not in read and not path.name.startswith("."):
                    found[folder.name_of(path)] = _hash(path)
        return found

    def answers(self, questions: Iterable[Question]) -> dict[str, Answer | Truth | Triples]:
        """The answers of questions, by name; without those that cannot be asked."""
        found = {}
        for question in questions:
            answer = self.tried(f"answers to {question.name}", partial(self._answer, question))
            if answer is not None:
                found[question.name] = answer
        return found

    def tried(self, what: str, work: Callable[[], _T]) -> _T | None:
        """What work gives; where it fails the problem is kept, and nothing given."""
        try:
            return work()
        except EvigraphError as error:
            self.problems.append(f"{what} of {self.name} cannot be compared: {error}")
            return None

    def _answer(self, question: Question) -> Answer | Truth | Triples | None:
        if "claims" in question.needs:
            store = self._recounted
        else:
            store = self._judged if question.needs else self._plain
        if store is None:
            return None
        folder, text, where = self.review.folder, question.text, str(question.path)
        with Room(self.review.limits) as room:
            asked, form = room.over(store), query_form(text)
            if form == "ask":
                return Truth(asked.ask(text, trust=self.trust, where=where))
            if form in ("construct", "describe"):
                return Triples(asked.construct(text, trust=self.trust, where=where), folder.prefixes)
            bindings = bind(question, {}, folder, lambda _: self.studies)
            rows = asked.select(text, trust=self.trust, bindings=bindings, where=where)
            return Answer(*rows, folder.prefixes)

    @cached_property
    def _plain(self) -> EmbeddedStore:
        return self._store_with([])

    @cached_property
    def _judged(self) -> EmbeddedStore | None:
        if self._verdicts is None:
            return None
        return self._store_with(self._verdicts)

    @cached_property
    def _recounted(self) -> EmbeddedStore | None:
        if self._verdicts is None or self.recounts is None:
            return None
        return self._store_with([*self._verdicts, *self.recounts.to_quads()])

    @cached_property
    def _verdicts(self) -> list[ox.Quad] | None:
        if (screening := self.screening) is None:
            return None
        nodes = self.said.of_class(evi("Review"))
        iri = nodes[0] if len(nodes) == 1 else self.tried("verdicts", lambda: self.review.iri)
        return verdict_quads(screening, iri) if iri else None

    def _store_with(self, more: Iterable[ox.Quad]) -> EmbeddedStore:
        return EmbeddedStore([*self.all_statements, *self.review.folder.ontology, *more])


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
