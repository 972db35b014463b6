"""Finds words that the ontology does not have: a misspelt property says nothing, silently."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from evigraph.errors import InputError, suggestion
from evigraph.reading import STDIN, read_text
from evigraph.terms import BASIS, EVI, OWL, RDF_TYPE, SH, SKOS, VERDICT_GRAPH, local_name

_CONCEPT = ox.NamedNode(SKOS + "Concept")
_VERSION = ox.NamedNode(OWL + "versionIRI")
_NAMESPACE = ox.NamedNode(SH + "namespace")
#: How alike a namespace is to the one that it is a misspelling of, by difflib.
_NEAR = 0.95
_HOME = "https://w3id.org/evigraph/"
#: How a prefix is declared in Turtle and TriG, in RDF/XML, and in JSON-LD.
_PREFIX = re.compile(r"""(?:prefix\s+|xmlns:|")([\w.-]*)"?\s*[:=]\s*[<"']([^>"']+)[>"']""", re.IGNORECASE)


class Vocabulary:
    """The terms and concepts that a review defines.

    Args:
        ontology: The statements of the review's ontology and concepts.
    """

    def __init__(self, ontology: Iterable[ox.Quad]) -> None:
        self._defined: set[str] = set()
        self._concept_spaces: set[str] = set()
        self._spaces: set[str] = set()
        self._meant: dict[str, str | None] = {}
        for quad in ontology:
            if quad.predicate == _NAMESPACE and isinstance(quad.object, ox.Literal):
                self._spaces.add(quad.object.value)
            if isinstance(quad.subject, ox.NamedNode):
                self._defined.add(quad.subject.value)
                if quad.predicate == _VERSION and isinstance(quad.object, ox.NamedNode):
                    self._defined.add(quad.object.value)
                if quad.predicate == RDF_TYPE and quad.object == _CONCEPT:
                    self._concept_spaces.add(_namespace(quad.subject.value))

    @property
    def spaces(self) -> tuple[str, ...]:
        """The namespaces in which every word has to be defined."""
        return (EVI, BASIS, *sorted(self._concept_spaces))

    def unknown(self, quads: Iterable[ox.Quad]) -> list[str]:
        """The IRIs in the namespaces of the ontology or the concepts that nothing defines.

        A concept that the statements themselves describe counts as defined. A namespace that is
        all but one of these, such as one with http for https, counts as a misspelling of it.

        Returns:
            Each unknown IRI once, in the order of first use.
        """
        statements = list(quads)
        described = {q.subject.value for q in statements if isinstance(q.subject, ox.NamedNode)}
        terms = (t for q in statements for t in (q.predicate, q.object, q.graph_name, q.subject))
        used = dict.fromkeys(term.value for term in terms if isinstance(term, ox.NamedNode))
        return [iri for iri in self.undefined(used) if not self.is_concept(iri) or iri not in described]

    def undefined(self, iris: Iterable[str]) -> list[str]:
        """Of some IRIs those that have to be defined and are not, in their order."""
        return [iri for iri in iris if iri not in self._defined and self._is_watched(_namespace(iri))]

    def is_concept(self, iri: str) -> bool:
        """Whether an IRI is one of a concept, which any statements may describe."""
        return _namespace(iri) in self._concept_spaces and not iri.startswith((EVI, BASIS))

    def _is_watched(self, space: str) -> bool:
        own = space in self._concept_spaces or space.startswith((EVI, BASIS))
        return own or self._meant_space(space) is not None

    def require(self, path: str | Path, quads: Iterable[ox.Quad]) -> None:
        """Refuse a file that uses an unknown word, or states what is only ever computed.

        Raises:
            InputError: Names the file, the line, the word and the nearest known words.
        """
        statements = list(quads)
        if any(quad.graph_name == VERDICT_GRAPH for quad in statements):
            raise InputError(
                f"{path}{line_of(path, VERDICT_GRAPH.value)}: <{VERDICT_GRAPH.value}> is computed, never "
                "written; put the statements in the graph of what they rest on"
            )
        if unknown := self.unknown(statements):
            raise self.unknown_error(path, unknown)

    def unknown_error(self, path: str | Path, unknown: Sequence[str]) -> InputError:
        """What to say of a file that uses unknown words: the line, the word and the nearest known words."""
        more = f" ({len(unknown) - 1} more unknown)" if len(unknown) > 1 else ""
        iri = unknown[0]
        return InputError(
            f"{path}{line_of(path, iri)}: unknown {self._kind(iri)} <{iri}>{more}; {self._advice(iri)}"
        )

    def _kind(self, iri: str) -> str:
        if iri.startswith(BASIS):
            return "basis"
        return "concept" if _namespace(iri) in self._concept_spaces else "term"

    def _advice(self, iri: str) -> str:
        space = _namespace(iri)
        if meant := self._meant_space(space):
            return f"did you mean <{meant}{iri.removeprefix(space)}>?"
        return suggestion(
            local_name(iri), sorted(local_name(d) for d in self._defined if _namespace(d) == space)
        )

    def _meant_space(self, space: str) -> str | None:
        """The namespace of the ontology or the concepts that a namespace is a misspelling of, or none."""
        if space not in self._meant:
            ours = sorted({EVI, BASIS} | self._concept_spaces)
            same = [own for own in ours if _skeleton(own) == _skeleton(space)]
            # Of many other namespaces the length alone tells; a comparison is slow.
            alike = [o for o in ours if o.startswith(_HOME) and _may_be_near(o, space)]
            near = difflib.get_close_matches(space, alike, n=1, cutoff=_NEAR) if alike else []
            known = space in ours or space in self._spaces
            self._meant[space] = None if known else next(iter(same + near), None)
        return self._meant[space]


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _may_be_near(one: str, other: str) -> bool:
    return 2 * min(len(one), len(other)) >= _NEAR * (len(one) + len(other))


def _skeleton(space: str) -> str:
    return re.sub(r"^https?://(www\.)?|[#/]+$", "", space).lower()


def line_of(path: str | Path, iri: str) -> str:
    """``:line`` of the first use of an IRI in a file, full or prefixed; empty when it cannot be found."""
    if str(path) == STDIN or not Path(path).is_file():
        return ""
    # Files of lines have no prefixes, and may be too large to be held.
    text = "" if Path(path).suffix.lower() in (".nq", ".nt") else read_text(path)
    short = {f"{p}:{iri.removeprefix(ns)}" for p, ns in _PREFIX.findall(text) if iri.startswith(ns)}
    forms = "|".join(map(re.escape, sorted({f"<{iri}>", f'"{iri}"', *short})))
    exact = rf"(?<![\w:.-])(?:{forms})(?![\w-])"
    loose = rf"[:/#\"]{re.escape(local_name(iri))}(?![\w-])"
    for pattern in (exact, loose):
        with Path(path).open(encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(file, 1):
                if not line.lstrip().startswith("#") and re.search(pattern, line.split(" #", 1)[0]):
                    return f":{number}"
    return ""
