"""The review: what a person opens, asks, screens, recounts, checks and exports."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.answers import Answer, Triples, Truth
from evigraph.citations.literature import Literature
from evigraph.confined.limits import Limits
from evigraph.errors import InputError
from evigraph.exported import Exported
from evigraph.folder import Folder, home
from evigraph.judged import Judged
from evigraph.store import EmbeddedStore, Store, about, query_form
from evigraph.terms import ONTOLOGY_GRAPH, RDF_TYPE, evi, local_name
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.checking import Check
    from evigraph.claims import Recounts
    from evigraph.confined.store import Room
    from evigraph.judging import Judging
    from evigraph.questions import Question
    from evigraph.reasoning import Findings
    from evigraph.recounting import Recounting
    from evigraph.remote import RemoteStore
    from evigraph.verdicts import Outcome, Screening


class Review(Literature, Judged, Exported):
    """A review that answers.

    Args:
        path: Its folder; the shipped review when left out.
        endpoint: The SPARQL endpoint that holds its graph; the files when left out. Its ontology,
            shapes and queries are those of the folder in either case.
        limits: What a query or a shape that does not come with the package may take.
        services: The addresses that such a query may ask with SERVICE.

    Raises:
        InputError: The folder is no review.

    Examples:
        >>> review = Review()
        >>> review
        <Review mutual-help: 20 studies>
        >>> review.screen(["bright1999"])["bright1999"].outcome
        <Outcome.MET: 'met'>
    """

    def __init__(
        self,
        path: str | Path | None = None,
        *,
        endpoint: str | None = None,
        limits: Limits | None = None,
        services: Collection[str] = (),
    ) -> None:
        self.folder = Folder(home() if path is None else Path(path))
        self.limits = limits or Limits()
        self._endpoint = endpoint
        self._services = services

    def __repr__(self) -> str:
        return f"<Review {self.name}: {len(self.studies)} studies>"

    @property
    def name(self) -> str:
        """The last part of the review's IRI."""
        return local_name(self.iri.value)

    @property
    def is_large(self) -> bool:
        """Whether its files are too large to be read whole when all studies are judged."""
        return self._judging.is_large

    @cached_property
    def iri(self) -> ox.NamedNode:
        """The review itself.

        Raises:
            InputError: The graph does not say what the review is, or names two.
        """
        found = {quad.subject for quad in self._store.quads(predicate=RDF_TYPE, object=evi("Review"))}
        if len(found) != 1:
            raise InputError(f"{self.folder.path}/graph: names {len(found)} things an evi:Review; say one")
        (review,) = found
        if not isinstance(review, ox.NamedNode):
            raise InputError(f"{self.folder.path}/graph: the review is a blank node; give it an IRI")
        return review

    @property
    def studies(self) -> dict[str, ox.NamedNode]:
        """The studies of the review by key, sorted."""
        return self._judging.studies

    @cached_property
    def _store(self) -> Store:
        """Where plain questions are asked: the endpoint, a fresh store on disk, or one in memory."""
        if self._endpoint is not None:
            return self._remote
        return self._built or EmbeddedStore([*self.folder.graph, *self.folder.ontology])

    @cached_property
    def _built(self) -> EmbeddedStore | None:
        """The store on disk that was built from the files, or none."""
        from evigraph import disk

        return None if self._endpoint is not None else disk.open_fresh(self.folder)

    @cached_property
    def _remote(self) -> RemoteStore:
        from evigraph.remote import RemoteStore

        assert self._endpoint is not None  # asked for only where there is one
        return RemoteStore(self._endpoint)

    @cached_property
    def _statements(self) -> list[ox.Quad]:
        """The statements of the graph: as printed in the files, or as the endpoint has them."""
        if self._endpoint is None:
            return self.folder.graph
        from evigraph.transfer import pull

        return [quad for quad in pull(self._remote) if quad.graph_name != ONTOLOGY_GRAPH]

    @cached_property
    def _judging(self) -> Judging:
        from evigraph.judging import Judging

        return Judging(
            self.folder,
            lambda: self._store,
            self._store_folder,
            lambda: self._statements,
            self._endpoint is None,
            self.limits,
        )

    def questions(self) -> list[Question]:
        """All questions of the review: the numbered ones in their order, then the others by name."""
        from evigraph.questions import all_questions

        return all_questions(self.folder)

    def ask(
        self,
        question: str | None = None,
        *,
        query: str | None = None,
        trust: Trust | str = Trust.DEDUCED,
        where: str = "query",
        **parameters: str,
    ) -> Answer | Truth | Triples:
        """Ask one of the review's questions, or a query of one's own.

        Args:
            question: The name of a question of the review.
            query: SPARQL text instead of a name; it may neither reach out nor name its graphs.
            trust: Which statements count.
            where: What to call the query in error messages.
            parameters: What the question wants to be told.

        Returns:
            An answer of rows, a truth for ASK, statements for CONSTRUCT and DESCRIBE.

        Raises:
            UnknownNameError: No such question, parameter, study, concept or basis.
            InputError: A parameter is missing, or the query cannot be used.
            LimitError: A query that does not come with the package passed a limit.
        """
        from evigraph.questions import bind, find_question, needs_of

        trust, named = Trust(trust), list[ox.NamedNode]()
        if (question is None) == (query is None):
            raise InputError("give either the name of a question or a query")
        if question is not None:
            found = find_question(self.folder, question)
            bindings = bind(found, parameters, self.folder, self._judging.called)
            text, needs, where = found.text, found.needs, str(found.path)
            named = [
                v
                for p in found.parameters
                if isinstance(v := bindings[p.name], ox.NamedNode) and p.type == "study"
            ]
        else:
            assert query is not None
            text, needs, bindings = query, needs_of(query), {}
        with self._room(text, where) as room:  # which reads the query while the graph is read here
            store, prefixes = room.over(self._store_with(needs, trust, named)), self.folder.prefixes
            form = query_form(text)
            if form == "ask":
                return Truth(store.ask(text, trust=trust, where=where))
            if form in ("construct", "describe"):
                return Triples(store.construct(text, trust=trust, where=where), prefixes)
            return Answer(*store.select(text, trust=trust, bindings=bindings, where=where), prefixes)

    def ask_by(self, question: str, screening: Screening, **parameters: str) -> Answer:
        """Ask a question by given verdicts in place of those of the review.

        Args:
            question: The name of a question of the review that selects rows.
            screening: The verdicts, and the trust.
            parameters: What the question wants to be told.

        Raises:
            UnknownNameError: No such question, parameter, study, concept or basis.
            InputError: A parameter is missing.
        """
        from evigraph.questions import bind, find_question

        found = find_question(self.folder, question)
        bindings = bind(found, parameters, self.folder, self._judging.called)
        store = self._store_with(found.needs, screening.trust, (), screening)
        where = str(found.path)
        with self._room(found.text, where) as room:
            rows = room.over(store).select(found.text, trust=screening.trust, bindings=bindings, where=where)
        return Answer(*rows, self.folder.prefixes)

    def _room(self, text: str, where: str) -> Room:
        """Where a query is answered that does not come with the package."""
        from evigraph.confined.store import Room

        room = Room(self.limits, self._services)
        room.look(text, where, remote=self._endpoint is not None)
        return room

    @property
    def _store_folder(self) -> Path | None:
        """The folder with the statements of the store on disk, or none."""
        from evigraph import disk

        place = disk.default_place(self.folder)
        manifest = disk.read_manifest(place) if self._built is not None else None
        return place / manifest.folder if manifest else None

    def claims(
        self,
        *,
        trust: Trust | str = Trust.DEDUCED,
        screening: Screening | None = None,
        standing: Mapping[str, Outcome] | None = None,
    ) -> Recounts:
        """Hold what the review says of itself against what the graph shows.

        Args:
            trust: Which statements count.
            screening: Verdicts to count by in place of those of the review, and of their trust.
            standing: Of studies, by IRI, whether each counts as included (*met*), does not (*not met*), or
                cannot be told, in place of what people decided.

        Raises:
            UnknownNameError: A claim names a query that does not exist.
            InputError: A claim's query does not select item, study and standing.
        """
        if self._built is not None and not standing:
            from evigraph.recounting import recount_all

            trust = screening.trust if screening else Trust(trust)
            store = self._store_with(("verdicts",), trust, (), screening)
            claims = about(self._store, evi("Claim"))
            return recount_all(self.folder, claims, store, trust, self.studies, self.limits)
        return self._recounting.recounts(screening or self._judging.verdicts(Trust(trust)), standing)

    @cached_property
    def _recounting(self) -> Recounting:
        from evigraph.recounting import Recounting

        return Recounting(
            self.folder,
            self.iri,
            self.studies,
            lambda: self._store,
            lambda: self._statements,
            self.limits,
        )

    def reason(
        self,
        *,
        engine: str = "auto",
        trust: Trust | str = Trust.DEDUCED,
        deadline: float = 60.0,
        write: bool = False,
    ) -> Findings:
        """Draw what follows from the definitions of the ontology, or say what contradicts what.

        Args:
            engine: *hermit* (OWL 2 DL, needs Java), *rl* (OWL 2 RL), or *auto* by size.
            trust: What the reasoner starts from: *stated* or *deduced*.
            deadline: How many seconds it may take.
            write: Whether what follows replaces what the review keeps as inferred.

        Raises:
            EnvironmentFaultError: The engine is not here.
            LimitError: The time is up.
        """
        from evigraph.reasoning import reason

        return reason(self, engine, Trust(trust), deadline, write=write)

    def check(self, files: Iterable[str | Path] | None = None) -> Check:
        """Say whether the review, or given files, are usable.

        Raises:
            InputError: A file cannot be parsed or uses an unknown word.
        """
        from evigraph.checking import check_files, check_review

        if files is None:
            return check_review(self.folder, self.name, self.iri, self.limits)
        return check_files(self.folder, files, self.limits)

    def _store_with(
        self,
        needs: Collection[str],
        trust: Trust,
        named: Collection[ox.NamedNode],
        screening: Screening | None = None,
    ) -> Store:
        """The store, with the verdicts and recounts of a level of trust where they are needed."""
        from evigraph.assertions import verdict_quads

        if not needs:
            return self._store
        named = () if "claims" in needs else named  # recounts are of all
        more = verdict_quads(screening or self._judging.verdicts_on(named, trust), self.iri)
        if "claims" in needs:
            more += self.claims(trust=trust).to_quads()
        if self._built is not None:
            from evigraph.lookup import Extended

            with contextlib.suppress(OSError):  # no room, or built anew meanwhile
                if place := self._store_folder:
                    return Extended(place, more)
        return EmbeddedStore([*self._statements, *self.folder.ontology, *more])


def open(
    path: str | Path | None = None,
    *,
    endpoint: str | None = None,
    limits: Limits | None = None,
    services: Collection[str] = (),
) -> Review:
    """Open a review: the one in a folder, or the shipped one.

    Args:
        path: Its folder; the shipped review when left out.
        endpoint: The SPARQL endpoint that holds its graph, when it is not to be read from files.
        limits: What a query or a shape that does not come with the package may take.
        services: The addresses that such a query may ask with SERVICE.

    Raises:
        InputError: The folder is no review.
    """
    return Review(path, endpoint=endpoint, limits=limits, services=services)
