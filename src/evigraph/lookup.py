"""Studies out of a store by look-ups, so that nothing else in it is read."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import weakref
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from evigraph.cut import Paths, cut
from evigraph.leftovers import hold
from evigraph.names import STUDY, studies_in
from evigraph.store import EmbeddedStore, Term
from evigraph.terms import IDENTIFIER, ONTOLOGY_GRAPH, RDF, RDF_TYPE, SOURCE, XSD, evi, local_name
from evigraph.trust import Trust

#: Literals that a store keeps as they are printed; it writes numbers and dates in a form of its own.
KEPT_TYPES = {ox.NamedNode(XSD + "string"), ox.NamedNode(RDF + "langString")}


class Quads(Protocol):
    """Statements that can be looked up."""

    def quads(
        self, subject: Term | None = None, predicate: ox.NamedNode | None = None, object: Term | None = None
    ) -> Iterator[ox.Quad]:
        """The statements that fit what is given, in no order."""
        ...


class Lookup:
    """The trusted statements of a store, to be walked as :class:`evigraph.cut.Reach`.

    Args:
        store: Where the statements are.
        paths: The properties that shapes walk.
        trust: Which statements count.
        shared: What the ontology describes; it is the same for all studies and belongs to none.
    """

    def __init__(self, store: Quads, paths: Paths, trust: Trust, shared: Collection[object]) -> None:
        self._store = store
        self._paths = paths
        self._graphs = frozenset(trust.default_graphs)
        self._shared = shared

    def after(self, node: object) -> Iterable[ox.Quad]:
        """As :meth:`evigraph.cut.Reach.after`."""
        if not isinstance(node, ox.NamedNode | ox.BlankNode):
            return []
        return [quad for quad in self._trusted(subject=node) if quad.predicate in self._paths.forward]

    def before(self, node: object) -> Iterable[ox.Quad]:
        """As :meth:`evigraph.cut.Reach.before`."""
        return [q for path in self._paths.backward for q in self._trusted(predicate=path, object=node)]

    def studies(self, name: str) -> dict[str, ox.NamedNode]:
        """The studies that a name could mean, by their keys among all studies of the store."""
        typed = self._typed
        all_studies = {quad.subject for quad in typed if isinstance(quad.subject, ox.NamedNode)}
        names = {name}
        iri = _iri(name)
        if iri is not None and iri in all_studies:
            said = (quad.object for quad in self._trusted(subject=iri, predicate=IDENTIFIER))
            names |= {local_name(name), *(value.value for value in said if isinstance(value, ox.Literal))}
        called = {study for study in all_studies if local_name(study.value) in names}
        for key in names:
            labelled = self._trusted(predicate=IDENTIFIER, object=ox.Literal(key))
            called |= all_studies & {quad.subject for quad in labelled}
        about = [quad for quad in typed if quad.subject in called]
        about += [q for node in called for q in self._trusted(subject=node) if q.predicate == IDENTIFIER]
        return studies_in(about)

    def all_studies(self) -> dict[str, ox.NamedNode]:
        """The studies of the store by key, sorted."""
        identified = (q for quad in self._typed for q in self._trusted(quad.subject, IDENTIFIER))
        return studies_in([*self._typed, *identified])

    @cached_property
    def _typed(self) -> list[ox.Quad]:
        return list(self._trusted(predicate=RDF_TYPE, object=STUDY))

    def about(self, study: ox.NamedNode) -> list[ox.Quad]:
        """What shapes can see of a study, and the bookkeeping that says where it was read, sorted."""
        found = {*cut(study, self), *self._trusted(subject=study, predicate=IDENTIFIER)}
        for quad in list(self._trusted(predicate=evi("onStudy"), object=study)):
            found.update(self._trusted(subject=quad.subject))
            for remark in list(self._trusted(predicate=evi("fromExtraction"), object=quad.subject)):
                found.update(self._trusted(subject=remark.subject))
            for source in list(self._trusted(subject=quad.subject, predicate=SOURCE)):
                if isinstance(source.object, ox.NamedNode):
                    found.update(self._trusted(subject=source.object))
        return sorted(found, key=str)

    def _trusted(
        self, subject: object = None, predicate: ox.NamedNode | None = None, object: object = None
    ) -> Iterator[ox.Quad]:
        for quad in self._store.quads(subject, predicate, object):  # type: ignore[arg-type]  # terms
            shared = quad.graph_name == ONTOLOGY_GRAPH and quad.subject in self._shared
            if quad.graph_name in self._graphs and not shared:
                yield quad


def _iri(name: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(name)
    except ValueError:
        return None


def is_as_printed(quads: Iterable[ox.Quad], paths: Paths) -> bool:
    """Whether a store has kept the texts of all values that shapes look at as they were written."""
    return all(
        not isinstance(quad.object, ox.Literal) or quad.object.datatype in KEPT_TYPES
        for quad in quads
        if quad.predicate in paths.forward
    )


class Extended(EmbeddedStore):
    """A store on disk with more statements, without changing it or reading it.

    The files of the store never change once written, so a second folder that links to them is a
    store that can be added to. It is removed when this object is.

    Args:
        path: The folder of the store.
        quads: What to add.

    Raises:
        OSError: There is no room for the second folder, or the store is gone.
    """

    def __init__(self, path: Path, quads: Iterable[ox.Quad]) -> None:
        # Called as a store that is being built, so that the next build sweeps what a crash leaves.
        beside = path.parent if os.access(path.parent, os.W_OK) else None
        folder = Path(tempfile.mkdtemp(prefix="quads-", dir=beside))
        handle = os.open(folder, os.O_RDONLY)
        weakref.finalize(self, os.close, handle)
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        hold(handle)
        for file in path.iterdir():
            _link(file, folder / file.name)
        added = ox.Store(str(folder))
        added.bulk_extend(quads)
        added.flush()
        del added  # closes it
        super().__init__(path=folder)


def _link(file: Path, target: Path) -> None:
    if file.suffix == ".sst":
        with contextlib.suppress(OSError):  # another disk
            target.hardlink_to(file)
            return
    shutil.copyfile(file, target)
