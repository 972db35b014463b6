"""What a review says of studies by its criteria: verdicts with their reasons, or outcomes alone."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.errors import InputError
from evigraph.folder import Folder
from evigraph.names import STUDY, studies_in
from evigraph.reading import Progress, as_given, read_quads
from evigraph.terms import evi
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.criteria import Criteria
    from evigraph.judging import Judging
    from evigraph.store import Store
    from evigraph.verdicts import Screening, StudyVerdict


class Judged:
    """The part of a review that judges studies."""

    folder: Folder

    @cached_property
    def _judging(self) -> Judging:
        raise NotImplementedError

    @property
    def _store_folder(self) -> Path | None:
        raise NotImplementedError

    @property
    def _store(self) -> Store:
        raise NotImplementedError

    @cached_property
    def deduced_decisions(self) -> frozenset[str]:
        """The keys of the studies on whose full text no decision was read anywhere: all were deduced."""
        from evigraph.decisions.standing import FULL_TEXT, given, standings
        from evigraph.described import Described
        from evigraph.store import about

        said = Described(about(self._store, evi("Decision"), evi("Settlement"), evi("Citation")))
        keys = {iri.value: key for key, iri in self._judging.studies.items()}
        return frozenset(
            keys[on]
            for (on, stage), standing in standings(given(said)).items()
            if on in keys and stage == FULL_TEXT and standing.deduced
        )

    @property
    def criteria(self) -> Criteria:
        """The criteria of the review: sets, tested rules, and rules that nothing recorded can test."""
        return self._judging.screener.criteria

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
        if studies is None:
            return self._judging.all_at_once(Trust(trust), engine)
        return self._judging.verdicts(Trust(trust), engine, list(studies))

    def outcomes(self, trust: Trust | str = Trust.DEDUCED) -> Screening:
        """As :meth:`screen` for all studies; where the review is large, without messages and values.

        Outcomes are kept between runs, in few bytes, so that ten thousand studies are there at once.

        Args:
            trust: Which statements count.
        """
        return self._judging.outcomes(Trust(trust))

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
        return self._judging.screener.screen(quads, Trust(trust), file_name=str(path), engine=engine)

    def screen_large(
        self,
        path: str | Path | None = None,
        *,
        trust: Trust | str = Trust.DEDUCED,
        engine: str = "auto",
        detail: bool = False,
        ordered: bool = True,
        progress: Progress | None = None,
    ) -> Generator[StudyVerdict, None, None]:
        """As :meth:`screen_file` or :meth:`screen`, for any size: chunk by chunk, over all cores.

        Args:
            path: A file; the review's own studies when left out.
            trust: Which statements count.
            engine: One of :data:`evigraph.engines.ENGINES`; *auto* is the Rust engine.
            detail: Whether verdicts carry the statements that were looked at.
            ordered: Whether all statements about a study stand together in the file. When they do
                not, it goes through a temporary store on disk first.
            progress: Told what is under way, the work done, and the work to do.

        Returns:
            Verdicts as they are found: in the order of the file, else sorted by study.

        Raises:
            OutOfOrderError: The statements of a study do not stand together, or the shapes do not
                target studies, so that all has to be in memory; use the other methods.
            InputError: A file cannot be parsed, uses an unknown word, or has no study.
        """
        from evigraph import largely

        how = largely.How(Trust(trust), engine, detail, progress)
        if path is None:
            return largely.screen_review(self.folder, self._store_folder, how)
        bulk = largely.bulk_for(self.folder, self._judging.criteria, how)
        return bulk.file(Path(path)) if ordered else largely.screen_spooled(bulk, Path(path))
