"""Screens files and reviews of any size: straight from the file, or through a store on disk."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from evigraph.bulk import Bulk
from evigraph.cut import Paths
from evigraph.errors import InputError, OutOfOrderError
from evigraph.folder import Folder
from evigraph.names import STUDY
from evigraph.reading import Progress
from evigraph.screening import Screener
from evigraph.shapes import Shapes
from evigraph.spool import file_quads, graph_quads, spooled
from evigraph.store import EmbeddedStore, about
from evigraph.terms import evi
from evigraph.trust import Trust
from evigraph.verdicts import Screening, StudyVerdict


@dataclass(frozen=True)
class How:
    """How to judge: as the arguments of :meth:`evigraph.Review.screen_large`."""

    trust: Trust
    engine: str
    detail: bool
    progress: Progress | None = None


def bulk_for(folder: Folder, criteria: Sequence[ox.Quad], how: How) -> Bulk:
    """What judges by the criteria of a review."""
    return Bulk(Screener(folder, criteria), folder, criteria, how.trust, how.engine, how.detail, how.progress)


def screen_spooled(bulk: Bulk, path: Path) -> Generator[StudyVerdict, None, None]:
    """Judge the studies in a file in any order, sorted by study.

    Raises:
        OutOfOrderError: The shapes do not target studies.
        InputError: The file cannot be parsed, uses an unknown word, or has no study.
    """
    quads = _with_iris(path, file_quads(path, bulk.folder.vocabulary))
    with spooled(quads, bulk.screener.paths, bulk.trust) as place:
        found = False
        with contextlib.closing(bulk.store(place, str(path))) as verdicts:
            for verdict in verdicts:
                found = True
                yield verdict
        if not found:
            raise InputError(f"{path}: holds no study; say of one that it is 'a evi:Study'")


def screen_review(folder: Folder, built: Path | None, how: How) -> Generator[StudyVerdict, None, None]:
    """Judge the studies of a review, sorted by study.

    Args:
        folder: The review.
        built: The folder of its store on disk; without one, or where that has rewritten what
            shapes look at, the files go through a temporary one.
        how: How to judge.

    Raises:
        OutOfOrderError: The shapes do not target studies.
        InputError: A file of the review cannot be used.
    """
    given = 0
    if built is not None:
        with (
            contextlib.suppress(OutOfOrderError),
            contextlib.closing(_screen(folder, built, how)) as verdicts,
        ):
            for verdict in verdicts:
                given += 1
                yield verdict
            return
    with (
        _spooled_review(folder, how) as place,
        contextlib.closing(_screen(folder, place, how)) as verdicts,
    ):
        yield from itertools.islice(verdicts, given, None)  # the same as were given already


def whole_review(folder: Folder, built: Path | None, how: How) -> Screening:
    """The verdicts of :func:`screen_review` together."""

    def judged(place: Path) -> Screening:
        bulk = _bulk(folder, place, how)
        return bulk.screener.screening(how.trust, bulk.store(place, ""))

    if built is not None:
        with contextlib.suppress(OutOfOrderError):
            return judged(built)
    with _spooled_review(folder, how) as place:
        return judged(place)


def _spooled_review(folder: Folder, how: How) -> contextlib.AbstractContextManager[Path]:
    where = folder.path / "shapes/criteria"
    shapes = Shapes.read(folder.files("shapes/criteria", ".ttl"), folder.vocabulary, str(where))
    return spooled(graph_quads(folder, how.progress), Paths.of(shapes), how.trust)


def _screen(folder: Folder, place: Path, how: How) -> Generator[StudyVerdict, None, None]:
    yield from _bulk(folder, place, how).store(place, "")


def _bulk(folder: Folder, place: Path, how: How) -> Bulk:
    """What judges a review by the criteria in a store of it."""
    return bulk_for(folder, about(EmbeddedStore(path=place), evi("CriterionSet"), evi("Rule")), how)


def _with_iris(path: Path, quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    for quad in quads:
        if quad.object == STUDY and isinstance(quad.subject, ox.BlankNode):
            raise InputError(f"{path}: a study in it is a blank node; give it an IRI")
        yield quad
