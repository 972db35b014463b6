"""Writes sheets of studies, and takes them back into a review: all of them or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.changing import write_files, writing_alone
from evigraph.decisions.people import People
from evigraph.described import Described
from evigraph.errors import InputError
from evigraph.extraction.changes import Change, Changes
from evigraph.extraction.fields import Fields
from evigraph.extraction.files import YAML, read_rows, read_yaml, to_csv, to_workbook, to_yaml
from evigraph.extraction.rows import Row, known_rows, missing_rows, subject_of, wanted_facts
from evigraph.folder import Folder
from evigraph.minting import Minter
from evigraph.names import STUDY, compact, look_up
from evigraph.provenance import Provenance
from evigraph.terms import RECORD_GRAPH, local_name

if TYPE_CHECKING:
    from evigraph.review import Review


@dataclass(frozen=True)
class Taken:
    """What came of taking sheets back.

    Attributes:
        new: How many facts are new.
        gone: How many were taken away.
        kept: How many were known.
        left: How many are known and not in the sheets, and stayed.
        people: The names of people who were not known.
        paths: The files that were written.
    """

    new: int
    gone: int
    kept: int
    left: int
    people: tuple[str, ...]
    paths: tuple[Path, ...]

    def __str__(self) -> str:
        return (
            f"facts: {self.new} new, {self.kept} known, {self.gone} taken away, {self.left} not in the sheet"
        )


def sheet(review: Review, keys: Sequence[str], format: str) -> tuple[bytes, str]:
    """The facts of studies as a sheet, with empty places for what criteria and questions want to know.

    Args:
        review: The review.
        keys: The studies; all when there are none.
        format: One of :data:`evigraph.extraction.files.FORMATS`.

    Returns:
        The sheet, and what to tell of it.

    Raises:
        UnknownNameError: There is no such study.
        EnvironmentFaultError: What writes the format is not installed.
    """
    graph, known = review.folder.graph, review.studies
    studies = {key: look_up("study", key, known) for key in keys} or known
    facts = Fields(review.folder)
    provenance = Provenance(quad for quad in graph if quad.graph_name == RECORD_GRAPH)
    wanted = wanted_facts(review, facts)
    rows: list[Row] = []
    empty: list[tuple[ox.NamedNode, Row]] = []
    by_study = _by_study(graph)
    for key, study in studies.items():
        have = known_rows(key, study, by_study[study.value], facts, provenance)
        missing = missing_rows(key, have, facts, wanted)
        rows += [*have, *missing]
        empty += [(study, row) for row in missing]
    told = f"{len(rows) - len(empty)} facts of {len(studies)} studies, {len(empty)} empty places"
    if format == "yaml":
        quads = [quad for study in studies.values() for quad in by_study[study.value]]
        places = [_place(facts, study, row) for study, row in empty]
        return to_yaml(review.folder, quads, places), told
    data, more = to_workbook(rows) if format == "xlsx" else to_csv(rows)
    return data, f"{told}; {more}" if more else told


def take_sheets(
    review: Review,
    paths: Sequence[str | Path],
    by: str,
    *,
    source: str = "",
    replace_all: bool = False,
    dry_run: bool = False,
) -> Taken:
    """Take sheets back into a review.

    Args:
        review: The review; its folder is written to.
        paths: CSV files, workbooks, or YAML.
        by: Who read what is new.
        source: Where it was read, when the sheet does not say.
        replace_all: Take away the facts of the studies in the sheets that the sheets do not have.
        dry_run: Count, and write nothing.

    Raises:
        InputError: A sheet cannot be used; nothing was written.
        UnknownNameError: There is no such study.
        EnvironmentFaultError: A file cannot be written; nothing was.
    """
    with writing_alone(review.folder.path / "graph"):
        book = _Book(type(review)(review.folder.path), source)
        rows = [pair for path in paths for pair in book.rows(path)]
        changes = [
            book.changes.of_study(key, study, of_it, by, replace_all=replace_all)
            for key, (study, of_it) in book.studies_of(rows).items()
        ]
        files = book.files(changes)
        if files and not dry_run:
            write_files(files)
    return Taken(
        new=sum(change.new for change in changes),
        gone=sum(change.gone for change in changes),
        kept=sum(change.kept for change in changes),
        left=sum(change.left for change in changes),
        people=tuple(book.people.new),
        paths=tuple(files),
    )


class _Book:
    """A review into which sheets are taken."""

    def __init__(self, review: Review, source: str) -> None:
        self._folder: Folder = review.folder
        self._facts = Fields(review.folder)
        self._graph = review.folder.graph
        self._known = review.studies
        names = Minter(review.iri.value, self._graph)
        self.people = People(Described(self._graph), names)
        self.changes = Changes(self._graph, self._facts, names, self.people, source)

    def rows(self, path: str | Path) -> Iterable[tuple[str, Row]]:
        """The rows of a sheet, each with its file and, where it has lines, its line."""
        if Path(path).suffix.lower() not in YAML:
            return read_rows(path)
        quads = read_yaml(path, self._folder)
        named = {iri.value: key for key, iri in self._known.items()}
        by_study = _by_study(quads)
        if unknown := [
            iri for iri in by_study if iri not in named and _has_facts(by_study[iri], self._facts)
        ]:
            raise InputError(f"{path}: <{unknown[0]}> is no study of the review; it has facts")
        if not any(iri in named for iri in by_study):
            raise InputError(
                f"{path}: holds no study; 'evigraph sheet STUDY -o sheet.yaml' writes one that does"
            )
        provenance = Provenance(quad for quad in quads if quad.graph_name == RECORD_GRAPH)
        return [
            (str(path), row)
            for iri, of_it in by_study.items()
            if iri in named
            for row in known_rows(named[iri], ox.NamedNode(iri), of_it, self._facts, provenance)
        ]

    def studies_of(
        self, rows: Iterable[tuple[str, Row]]
    ) -> dict[str, tuple[ox.NamedNode, list[tuple[str, Row]]]]:
        """The rows by study.

        Raises:
            InputError: There is no such study.
        """
        found: dict[str, tuple[ox.NamedNode, list[tuple[str, Row]]]] = {}
        for where, row in rows:
            try:
                study = look_up("study", row.key, self._known)
            except InputError as error:
                raise InputError(f"{where}: {error}") from None
            found.setdefault(row.key, (study, []))[1].append((where, row))
        return found

    def files(self, changes: Sequence[Change]) -> dict[Path, bytes]:
        """What the files of the review shall hold that change."""
        removed = {quad for change in changes for quad in change.removed}
        held: dict[Path, list[ox.Quad]] = {
            path: self._folder.read_graph_file(path) for path in self._folder.files("graph")
        }
        after = {path: [q for q in quads if q not in removed] for path, quads in held.items()}
        added = dict.fromkeys(quad for change in changes for quad in change.added)
        for quad in [*added, *self._people_quads()]:
            after.setdefault(self._place_of(quad, held), []).append(quad)
        return {
            path: serialize(quads, "trig" if path.suffix == ".trig" else "turtle", self._folder.prefixes)
            for path, quads in after.items()
            if quads != held.get(path)
        }

    def _people_quads(self) -> list[ox.Quad]:
        return [ox.Quad(q.subject, q.predicate, q.object, RECORD_GRAPH) for q in self.people.quads]

    def _place_of(self, quad: ox.Quad, held: dict[Path, list[ox.Quad]]) -> Path:
        """The file for a statement: that of its study, or one for sources, persons and instruments."""
        base = quad.subject.value.partition("#")[0]  # type: ignore[union-attr]  # no blank nodes here
        study = next((s for s in self._known.values() if s.value == base), None)
        if study is None:
            return self._folder.path / "graph/extraction.ttl"
        for path, quads in held.items():
            if path.suffix == ".trig" and any(q.subject == study and q.object == STUDY for q in quads):
                return path
        return self._folder.path / "graph/studies" / f"{local_name(study.value)}.trig"


def _by_study(graph: Iterable[ox.Quad]) -> dict[str, list[ox.Quad]]:
    found: dict[str, list[ox.Quad]] = defaultdict(list)
    for quad in graph:
        if isinstance(quad.subject, ox.NamedNode):
            found[quad.subject.value.partition("#")[0]].append(quad)
    return found


def _has_facts(quads: Iterable[ox.Quad], facts: Fields) -> bool:
    return any(quad.predicate in facts.by_iri and quad.graph_name != RECORD_GRAPH for quad in quads)


def _place(facts: Fields, study: ox.NamedNode, row: Row) -> tuple[str, str]:
    """IRI and property of an empty place, as the context of JSON-LD names them."""
    fact = facts.by_name[row.property]
    iri = compact(subject_of(study, row.of, fact), facts.prefixes).replace("\\", "")
    return iri, local_name(fact.iri.value)
