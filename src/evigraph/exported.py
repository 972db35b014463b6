"""What a review gives away: its trusted statements as canonical text, or as an rdflib graph."""

from __future__ import annotations

import io
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import pyoxigraph as ox

from evigraph.errors import UnknownNameError
from evigraph.folder import Folder
from evigraph.reading import Progress
from evigraph.store import Store
from evigraph.trust import Trust

if TYPE_CHECKING:
    import rdflib

    from evigraph.review import Review


class Exported:
    """The part of :class:`evigraph.Review` that hands statements out."""

    folder: Folder
    _endpoint: str | None

    @cached_property
    def _statements(self) -> list[ox.Quad]:
        raise NotImplementedError

    @cached_property
    def _store(self) -> Store:
        raise NotImplementedError

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
        out = io.BytesIO()
        self.export_to(out, format, trust=trust)
        return out.getvalue()

    def export_to(
        self,
        out: IO[bytes],
        format: str = "turtle",
        *,
        trust: Trust | str = Trust.DEDUCED,
        progress: Progress | None = None,
    ) -> int:
        """As :meth:`export`, into a file, for a review of any size.

        Args:
            out: The file; nothing is written into it before all files of the review have been read.
            format: A key of :data:`evigraph.canonical.FORMATS`.
            trust: Which statements count.
            progress: Told the file that was read, and the bytes done and to do.

        Returns:
            The number of bytes.

        Raises:
            UnknownNameError: There is no such format.
            EnvironmentFaultError: There is no room for temporary files.
        """
        from evigraph.canonical import FORMATS, Text, nquads
        from evigraph.marked import piles
        from evigraph.streaming import review_piles, trusted_piles

        if format not in FORMATS:
            raise UnknownNameError("format", format, FORMATS)
        if self._endpoint is None and self.folder.large_files:
            statements = review_piles(self.folder, progress)
        else:
            statements = iter(piles(nquads(self._statements)).items())
        with Text(format, self.folder.prefixes) as text:
            for graph, pile in trusted_piles(statements, self.folder.ontology, Trust(trust)):
                text.add(graph, pile)
            return text.write(out)

    def export_as(self, out: IO[bytes], format: str, *, trust: Trust | str = Trust.DEDUCED) -> list[str]:
        """Write the review for programs that read no RDF.

        Args:
            out: The file.
            format: A key of :data:`evigraph.exporting.OTHER_FORMATS`.
            trust: Which statements count.

        Returns:
            What was written, and, line by line, what had to be changed or left out.

        Raises:
            UnknownNameError: There is no such format.
            EnvironmentFaultError: The format needs a library that is not installed.
        """
        from evigraph.exporting import Source, other_format

        return other_format(format).write(Source(cast("Review", self), Trust(trust)), out)

    def export_crate(self, folder: Path, *, trust: Trust | str = Trust.DEDUCED) -> list[str]:
        """Write the review as an RO-Crate, into a folder that does not exist yet.

        Returns:
            As :meth:`export_as`.

        Raises:
            InputError: Something stands there already.
            EnvironmentFaultError: It cannot be written, or rocrate is not installed.
        """
        from evigraph.exporting import Source
        from evigraph.exporting.crate import write_folder

        return write_folder(Source(cast("Review", self), Trust(trust)), folder)

    def statements(self, trust: Trust | str = Trust.DEDUCED) -> list[ox.Quad]:
        """The same statements as :meth:`export`, each in the graph of its basis."""
        from evigraph.selection import trusted

        return trusted(self._statements, self.folder.ontology, Trust(trust))

    def values(self, property: ox.NamedNode, trust: Trust | str = Trust.DEDUCED) -> list[ox.Quad]:
        """The trusted statements of one property, without a look at the others."""
        graphs = Trust(trust).default_graphs
        return [quad for quad in self._store.quads(predicate=property) if quad.graph_name in graphs]

    def graph(self, trust: Trust | str = Trust.DEDUCED) -> rdflib.Graph:
        """The same statements as :meth:`export`, merged into a new rdflib graph."""
        from evigraph.interop import to_rdflib

        return to_rdflib(self.statements(trust), self.folder.prefixes)
