"""Names that people use for things in the graph: study keys, prefixed names, words for values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

import pyoxigraph as ox

from evigraph.errors import InputError, UnknownNameError
from evigraph.terms import IDENTIFIER, RDF_TYPE, evi, local_name

STUDY = evi("Study")
_T = TypeVar("_T")


def studies_in(quads: Iterable[ox.Quad]) -> dict[str, ox.NamedNode]:
    """The studies that statements are about, by key, sorted.

    The key is the study's ``dcterms:identifier``, else the last part of its IRI; where two studies
    share one, the IRI itself.
    """
    studies: dict[ox.NamedNode, None] = {}  # in the order of first mention
    identifiers: dict[object, str] = {}
    for quad in quads:
        if quad.predicate == RDF_TYPE and quad.object == STUDY:
            if isinstance(quad.subject, ox.NamedNode):
                studies[quad.subject] = None
        elif quad.predicate == IDENTIFIER and isinstance(quad.object, ox.Literal):
            identifiers[quad.subject] = quad.object.value
    keys = {study: identifiers.get(study, local_name(study.value)) for study in studies}
    shared = Counter(keys.values())
    named = ((key if shared[key] == 1 else study.value, study) for study, key in keys.items())
    return dict(sorted(named, key=lambda pair: pair[0]))


def look_up(kind: str, name: str, known: Mapping[str, _T]) -> _T:
    """What a name means.

    Raises:
        UnknownNameError: It is not among the known names; the message gives the nearest.
    """
    if name not in known:
        raise UnknownNameError(kind, name, known)
    return known[name]


def natural(text: str) -> list[tuple[int, int | str]]:
    """A sort key that counts: ``1.9`` comes before ``1.10``."""
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", text) if part]


def compact(term: object, prefixes: Mapping[str, str], *, bare: bool = False) -> str:
    """A term in the shortest form that still says which: ``concept:members``, ``98``, or the IRI.

    Args:
        term: A term, or none, which gives an empty text.
        prefixes: Prefix to namespace.
        bare: Leave the prefix out, for a reader who knows what stands in the column.
    """
    if isinstance(term, ox.Literal):
        return term.value
    if not isinstance(term, ox.NamedNode):
        return "" if term is None else str(term)
    fits = [(len(space), name) for name, space in prefixes.items() if term.value.startswith(space)]
    if not fits:
        return term.value
    length, name = max(fits)
    rest = term.value[length:]
    return rest if bare else f"{name}:{rest}"


def node_of(iri: str) -> ox.NamedNode:
    """The node of an IRI that somebody wrote.

    Raises:
        InputError: It is none.
    """
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise InputError(f"<{iri}> is no IRI: {error}; mend it") from None
