"""The verdicts on the studies of a review: kept ones, those on named studies alone, or all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from evigraph import cache
from evigraph.confined.limits import Limits
from evigraph.engines import AUTO_LIMIT
from evigraph.errors import OutOfOrderError, UnknownNameError
from evigraph.folder import Folder
from evigraph.lookup import Lookup, is_as_printed
from evigraph.names import STUDY, look_up, studies_in
from evigraph.screening import Screener, recorded_decisions
from evigraph.store import Store, about
from evigraph.terms import IDENTIFIER, RDF_TYPE, evi
from evigraph.trust import Trust
from evigraph.verdicts import Screening

#: Bytes of a graph from which on it is not read whole when all studies are judged.
LARGE = 64_000_000


@dataclass(frozen=True)
class Judging:
    """What gives the verdicts of a review.

    Args:
        folder: The review.
        opened: Gives its plain store.
        built: The folder of that store when it is on disk, else none.
        statements: Gives its statements as printed, all in memory.
        is_local: Whether they are those of the folder, and not an endpoint's.
        limits: What a shape may take that does not come with the package.
    """

    folder: Folder
    opened: Callable[[], Store]
    built: Path | None
    statements: Callable[[], list[ox.Quad]]
    is_local: bool
    limits: Limits | None = None

    @cached_property
    def store(self) -> Store:
        """The plain store of the review; opened when it is needed, since it may be all in memory."""
        return self.opened()

    @cached_property
    def criteria(self) -> list[ox.Quad]:
        """The statements about the criteria."""
        return about(self.store, evi("CriterionSet"), evi("Rule"))

    @cached_property
    def screener(self) -> Screener:
        """The criteria, ready to judge."""
        return Screener(self.folder, self.criteria, self.limits)

    def verdicts(self, trust: Trust, engine: str = "auto", keys: Collection[str] | None = None) -> Screening:
        """The verdicts on all studies, kept between runs; on some, those kept, else on these alone.

        Raises:
            UnknownNameError: There is no such study.
        """
        alone = keys is not None and self.screener.targets_studies
        if keys is not None and alone and (found := self._looked_up(keys, trust, engine)) is not None:
            return found
        if judged := self._judged.get((trust, engine)):
            return judged if keys is None else judged.only(list(keys))
        digest = cache.digest(self.folder.state, trust, engine) if self.is_local else None
        screening = cache.load(digest) if digest else None
        if screening is None:
            quads, studies = self.statements(), None
            if keys is not None and alone:
                known = studies_in(quad for quad in quads if quad.graph_name in trust.default_graphs)
                studies = {key: look_up("study", key, known) for key in keys}
            screening = self.screener.screen(quads, trust, self._decisions, engine=engine, studies=studies)
            if digest and studies is None and self.folder.digest() == self.folder.state:
                cache.save(digest, screening.dump())  # no file changed while it was read
        if len(screening) == len(self.studies):
            self._judged[trust, engine] = screening
        return screening if keys is None else screening.only(list(keys))

    def verdicts_on(self, studies: Collection[ox.NamedNode], trust: Trust) -> Screening:
        """The verdicts on the studies that a question names, or on all when it names none."""
        if not studies:
            return self.verdicts(trust)
        keys = [key for iri in studies for key, study in self.called(iri.value).items() if study == iri]
        try:
            return self.verdicts(trust, keys=keys)
        except UnknownNameError:  # a study of the review that no trusted statement calls one
            return self.verdicts(trust)

    @property
    def is_large(self) -> bool:
        """Whether the files are too large to be read whole when all studies are judged."""
        files = self.folder.files("graph") if self.is_local else []
        return sum(path.stat().st_size for path in files) >= LARGE

    def all_at_once(self, trust: Trust, engine: str) -> Screening:
        """The verdicts on all studies, by way of a store on disk where the review is large."""
        if self.is_large:
            from evigraph.largely import How, whole_review

            with contextlib.suppress(OutOfOrderError):
                return whole_review(self.folder, self.built, How(trust, engine, detail=True))
        return self.verdicts(trust, engine)

    def outcomes(self, trust: Trust) -> Screening:
        """The verdicts on all studies; of many studies their outcomes alone, kept between runs."""
        if trust not in self._outcomes:
            self._outcomes[trust] = self._outcomes_of(trust)
        return self._outcomes[trust]

    def _outcomes_of(self, trust: Trust) -> Screening:
        from evigraph import outcomes

        if not self.is_local or not (self.is_large or len(self.studies) > AUTO_LIMIT):
            return self.verdicts(trust)
        digest = cache.digest(self.folder.state, trust, "outcomes")
        if found := cache.load(digest, outcomes.load):
            return found
        screening = self._judged_anew(trust)
        if self.folder.digest() == self.folder.state:
            cache.save(digest, outcomes.dump(screening))
        return screening

    def _judged_anew(self, trust: Trust) -> Screening:
        """The verdicts on many studies, by way of a store on disk where the review is large."""
        if self.is_large:
            from evigraph.largely import How, whole_review

            with contextlib.suppress(OutOfOrderError):
                return whole_review(self.folder, self.built, How(trust, "auto", detail=False))
        return self.verdicts(trust)

    @cached_property
    def studies(self) -> dict[str, ox.NamedNode]:
        """All studies of the review by key, sorted."""
        typed = self.store.quads(predicate=RDF_TYPE, object=STUDY)
        return studies_in([*typed, *self.store.quads(predicate=IDENTIFIER)])

    def called(self, name: str) -> dict[str, ox.NamedNode]:
        """The studies that a name could mean, or all when it means none."""
        if self.built is None:
            return self.studies
        found = self._lookup(Trust.INFERRED).studies(name)
        return found if name in found or name in {iri.value for iri in found.values()} else self.studies

    def _looked_up(self, keys: Collection[str], trust: Trust, engine: str) -> Screening | None:
        """The verdicts on some studies of a store on disk; none when there is none or it will not do."""
        if self.built is None:
            return None
        lookup, studies = self._lookup(trust), {}
        for key in keys:
            found = lookup.studies(key)
            studies[key] = look_up("study", key, found if key in found else self.studies)
        quads = [quad for study in studies.values() for quad in lookup.about(study)]
        if not is_as_printed(quads, self.screener.paths):
            return None
        decisions = recorded_decisions(quads)
        return self.screener.screen(quads, trust, decisions, engine=engine, studies=studies)

    def _lookup(self, trust: Trust) -> Lookup:
        if trust not in self._lookups:
            shared = {quad.subject for quad in self.folder.ontology}
            self._lookups[trust] = Lookup(self.store, self.screener.paths, trust, shared)
        return self._lookups[trust]

    @cached_property
    def _judged(self) -> dict[tuple[Trust, str], Screening]:
        return {}

    @cached_property
    def _outcomes(self) -> dict[Trust, Screening]:
        return {}

    @cached_property
    def _lookups(self) -> dict[Trust, Lookup]:
        return {}

    @cached_property
    def _decisions(self) -> dict[ox.NamedNode, str]:
        return recorded_decisions(about(self.store, evi("Decision")))
