"""Finds words that the ontology does not have: a misspelt property says nothing, silently."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from evigraph.errors import InputError, suggestion
from evigraph.reading import STDIN, read_text
from evigraph.terms import BASIS, EVI, RDF_TYPE, SKOS, local_name

_CONCEPT = ox.NamedNode(SKOS + "Concept")


class Vocabulary:
    """The terms and concepts that a review defines.

    Args:
        ontology: The statements of the review's ontology and concepts.
    """

    def __init__(self, ontology: Iterable[ox.Quad]) -> None:
        self._defined: set[str] = set()
        self._concept_spaces: set[str] = set()
        for quad in ontology:
            if isinstance(quad.subject, ox.NamedNode):
                self._defined.add(quad.subject.value)
                if quad.predicate == RDF_TYPE and quad.object == _CONCEPT:
                    self._concept_spaces.add(_namespace(quad.subject.value))

    @property
    def spaces(self) -> tuple[str, ...]:
        """The namespaces in which every word has to be defined."""
        return (EVI, BASIS, *sorted(self._concept_spaces))

    def unknown(self, quads: Iterable[ox.Quad]) -> list[str]:
        """The IRIs in the namespaces of the ontology or the concepts that nothing defines.

        A concept that the statements themselves describe counts as defined.

        Returns:
            Each unknown IRI once, in the order of first use.
        """
        statements = list(quads)
        described = {q.subject.value for q in statements if isinstance(q.subject, ox.NamedNode)}
        found: dict[str, None] = {}
        for quad in statements:
            for term in (quad.predicate, quad.object, quad.graph_name, quad.subject):
                if not isinstance(term, ox.NamedNode) or term.value in self._defined:
                    continue
                iri = term.value
                own = iri.startswith((EVI, BASIS))
                if own or (_namespace(iri) in self._concept_spaces and iri not in described):
                    found[iri] = None
        return list(found)

    def require(self, path: str | Path, quads: Iterable[ox.Quad]) -> None:
        """Refuse a file that uses an unknown word.

        Raises:
            InputError: Names the file, the line, the word and the nearest known words.
        """
        unknown = self.unknown(quads)
        if not unknown:
            return
        iri = unknown[0]
        same_space = [local_name(d) for d in self._defined if _namespace(d) == _namespace(iri)]
        kind = "concept" if _namespace(iri) in self._concept_spaces else "term"
        more = f" ({len(unknown) - 1} more unknown)" if len(unknown) > 1 else ""
        raise InputError(
            f"{path}{_line_of(path, iri)}: unknown {kind} <{iri}>{more}; "
            f"{suggestion(local_name(iri), sorted(same_space))}"
        )


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _line_of(path: str | Path, iri: str) -> str:
    """``:line`` of the first use of an IRI, full or prefixed; empty when it cannot be found."""
    if str(path) == STDIN:
        return ""
    pattern = re.compile(r"[:/#\"]" + re.escape(local_name(iri)) + r"(?![\w-])")
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if pattern.search(line.split(" #", 1)[0]):
            return f":{number}"
    return ""
