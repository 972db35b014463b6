"""The review: what a person opens, asks, screens, recounts, checks and exports."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.answers import Answer, Triples, Truth
from evigraph.errors import InputError, UnknownNameError
from evigraph.folder import Folder, home
from evigraph.names import STUDY, studies_in
from evigraph.reading import as_given, read_quads
from evigraph.store import EmbeddedStore, Store, about, query_form
from evigraph.terms import IDENTIFIER, ONTOLOGY_GRAPH, RDF_TYPE, evi, local_name
from evigraph.trust import Trust

if TYPE_CHECKING:
    import rdflib

    from evigraph.checking import Check
    from evigraph.claims import Recounts
    from evigraph.questions import Question
    from evigraph.reasoning import Findings
    from evigraph.remote import RemoteStore
    from evigraph.screening import Screener
    from evigraph.verdicts import Screening, StudyVerdict


class Review:
    """A review that answers.

    Args:
        path: Its folder; the shipped review when left out.
        endpoint: The SPARQL endpoint that holds its graph; the files when left out. Its ontology,
            shapes and queries are those of the folder in either case.

    Raises:
        InputError: The folder is no review.

    Examples:
        >>> review = Review()
        >>> review
        <Review mutual-help: 20 studies>
        >>> review.screen(["bright1999"])["bright1999"].outcome
        <Outcome.MET: 'met'>
    """

    def __init__(self, path: str | Path | None = None, *, endpoint: str | None = None) -> None:
        self.folder = Folder(home() if path is None else Path(path))
        self._endpoint = endpoint

    def __repr__(self) -> str:
        return f"<Review {self.name}: {len(self.studies)} studies>"

    @property
    def name(self) -> str:
        """The last part of the review's IRI."""
        return local_name(self.iri.value)

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

    @cached_property
    def studies(self) -> dict[str, ox.NamedNode]:
        """The studies of the review by key, sorted."""
        typed = self._store.quads(predicate=RDF_TYPE, object=STUDY)
        return studies_in([*typed, *self._store.quads(predicate=IDENTIFIER)])

    @cached_property
    def _store(self) -> Store:
        """Where plain questions are asked: the endpoint, a fresh store on disk, or one in memory."""
        from evigraph import disk

        if self._endpoint is not None:
            return self._remote
        built = disk.open_fresh(self.folder)
        return built or EmbeddedStore([*self.folder.graph, *self.folder.ontology])

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
    def _criteria(self) -> list[ox.Quad]:
        return about(self._store, evi("CriterionSet"), evi("Rule"))

    @cached_property
    def _screener(self) -> Screener:
        from evigraph.screening import Screener

        return Screener(self.folder, self._criteria)

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
        """
        from evigraph.guard import require_local
        from evigraph.questions import bind, find_question, needs_of

        trust = Trust(trust)
        if (question is None) == (query is None):
            raise InputError("give either the name of a question or a query")
        if question is not None:
            found = find_question(self.folder, question)
            bindings = bind(found, parameters, self.folder, lambda: self.studies)
            text, needs, where = found.text, found.needs, str(found.path)
        else:
            assert query is not None
            require_local(query, where)
            text, needs, bindings = query, needs_of(query), {}
        store, prefixes = self._store_with(needs, trust), self.folder.prefixes
        form = query_form(text)
        if form == "ask":
            return Truth(store.ask(text, trust=trust, where=where))
        if form in ("construct", "describe"):
            return Triples(store.construct(text, trust=trust, where=where), prefixes)
        return Answer(*store.select(text, trust=trust, bindings=bindings, where=where), prefixes)

    def screen(
        self,
        studies: Iterable[str] | None = None,
        *,
        trust: Trust | str = Trust.DEDUCED,
        engine: str = "auto",
    ) -> Screening:
        """Judge studies of the review by its criteria.

        Args:
            studies: Their keys; all studies when left out.
            trust: Which statements count.
            engine: One of :data:`evigraph.engines.ENGINES`; all give the same verdicts.

        Returns:
            One verdict for each study and rule, sorted, so that two runs are equal.

        Raises:
            UnknownNameError: There is no such study.
            ShapesError: A shape would check nothing.
        """
        screening = self._verdicts(Trust(trust), engine)
        return screening if studies is None else screening.only(list(studies))

    def screen_file(
        self, path: str | Path, *, trust: Trust | str = Trust.DEDUCED, engine: str = "auto"
    ) -> Screening:
        """Judge the studies in a file by the review's criteria, without adding them.

        Args:
            path: Turtle, TriG, JSON-LD, N-Quads, N-Triples or RDF/XML; ``-`` is standard input.
            trust: Which statements count; those of a file without graphs are *given* and always do.
            engine: One of :data:`evigraph.engines.ENGINES`; all give the same verdicts.

        Raises:
            InputError: The file cannot be read or parsed, uses an unknown word, or has no study.
        """
        read = read_quads(path)
        self.folder.vocabulary.require(path, read)
        quads = as_given(read)
        if any(q.object == STUDY and isinstance(q.subject, ox.BlankNode) for q in quads):
            raise InputError(f"{path}: a study in it is a blank node; give it an IRI")
        if not studies_in(quads):
            raise InputError(f"{path}: holds no study; say of one that it is 'a evi:Study'")
        return self._screener.screen(quads, Trust(trust), file_name=str(path), engine=engine)

    def screen_large(
        self,
        path: str | Path,
        *,
        trust: Trust | str = Trust.DEDUCED,
        engine: str = "auto",
        detail: bool = False,
    ) -> Iterator[StudyVerdict]:
        """As :meth:`screen_file`, for a file of any size: study by study, over all cores.

        Args:
            path: A file in which all statements about a study stand together.
            trust: Which statements count.
            engine: One of :data:`evigraph.engines.ENGINES`; *auto* is the Rust engine.
            detail: Whether verdicts carry the statements that were looked at.

        Returns:
            Verdicts in the order of the file, as they are found.

        Raises:
            OutOfOrderError: The statements of a study do not stand together; use :meth:`screen_file`.
            InputError: The file has a syntax error.
        """
        from evigraph.bulk import screen_large

        args = (self._screener, self.folder, self._criteria, Path(path), Trust(trust), engine)
        return screen_large(*args, detail=detail)

    def claims(self, *, trust: Trust | str = Trust.DEDUCED) -> Recounts:
        """Hold what the review says of itself against what the graph shows.

        Raises:
            UnknownNameError: A claim names a query that does not exist.
            InputError: A claim's query does not select item, study and standing.
        """
        from evigraph.claims import Recount, Recounts, read_claims, recount
        from evigraph.questions import find_question

        trust = Trust(trust)
        store = self._store_with(("verdicts",), trust)
        keys = {iri.value: key for key, iri in self.studies.items()}
        recounts = []
        for claim in read_claims(about(self._store, evi("Claim"))):
            if claim.query is None:
                recounts.append(Recount(claim))
                continue
            question = find_question(self.folder, claim.query)
            rows = store.select(question.text, trust=trust, where=str(question.path))
            recounts.append(recount(claim, Answer(*rows, self.folder.prefixes), keys))
        return Recounts(trust, tuple(recounts))

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
            return check_review(self.folder, self.name)
        return check_files(self.folder, files)

    def export(self, format: str = "turtle", *, trust: Trust | str = Trust.DEDUCED) -> bytes:
        """The graph as canonical text: the trusted statements, the bookkeeping and the concepts.

        Args:
            format: A key of :data:`evigraph.canonical.FORMATS`.
            trust: Which statements count.

        Returns:
            UTF-8, the same bytes for the same statements on every machine.

        Raises:
            UnknownNameError: There is no such format.
        """
        from evigraph.canonical import FORMATS, serialize

        if format not in FORMATS:
            raise UnknownNameError("format", format, FORMATS)
        return serialize(self._trusted(Trust(trust)), format, self.folder.prefixes)

    def graph(self, trust: Trust | str = Trust.DEDUCED) -> rdflib.Graph:
        """The same statements as :meth:`export`, merged into a new rdflib graph."""
        from evigraph.interop import to_rdflib

        return to_rdflib(self._trusted(Trust(trust)), self.folder.prefixes)

    def _trusted(self, trust: Trust) -> list[ox.Quad]:
        from evigraph.selection import trusted

        return trusted(self._statements, self.folder.ontology, trust)

    def _verdicts(self, trust: Trust, engine: str = "auto") -> Screening:
        from importlib.metadata import version

        from evigraph import cache

        if self._endpoint is not None:
            return self._screener.screen(self._statements, trust, self._decisions, engine=engine)
        state = self.folder.state
        key = "-".join((state, trust, engine, version("pyshacl"), version("shacl"), cache.program()))
        digest = hashlib.sha256(key.encode()).hexdigest()
        screening = cache.load(digest)
        if screening is None:
            screening = self._screener.screen(self._statements, trust, self._decisions, engine=engine)
            if self.folder.digest() == state:  # else a file changed while it was read
                cache.save(digest, screening)
        return screening

    @cached_property
    def _decisions(self) -> dict[ox.NamedNode, str]:
        from evigraph.screening import recorded_decisions

        return recorded_decisions(about(self._store, evi("Decision")))

    def _store_with(self, needs: Collection[str], trust: Trust) -> Store:
        """The store, with the verdicts and recounts of a level of trust where they are needed."""
        from evigraph.assertions import verdict_quads

        if not needs:
            return self._store
        more = verdict_quads(self._verdicts(trust), self.iri)
        if "claims" in needs:
            more += self.claims(trust=trust).to_quads()
        return EmbeddedStore([*self._statements, *self.folder.ontology, *more])


def open(path: str | Path | None = None, *, endpoint: str | None = None) -> Review:
    """Open a review: the one in a folder, or the shipped one.

    Args:
        path: Its folder; the shipped review when left out.
        endpoint: The SPARQL endpoint that holds its graph, when it is not to be read from files.

    Raises:
        InputError: The folder is no review.
    """
    return Review(path, endpoint=endpoint)
