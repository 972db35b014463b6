"""Values as they were printed, where an engine writes them in a form of its own.

A store compares numbers and dates, not their texts: it gives 0.05 for a printed 0.050, and INF for 1e400. The
files keep what was printed, and so does every export. Where an answer or a server gives the other form, what
is said here names what was printed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from evigraph.lookup import KEPT_TYPES


@dataclass(frozen=True, order=True)
class Rewritten:
    """A value that an engine wrote in a form of its own.

    Attributes:
        given: What the engine gives.
        printed: What was printed, in one or in several ways.
    """

    given: str
    printed: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.given}: printed as {' or '.join(self.printed)} in the files"


@dataclass(frozen=True, order=True)
class Changed:
    """A value of one statement that came back in another form.

    Attributes:
        subject: What the statement is about.
        predicate: Its property.
        printed: The value that was printed.
        given: The value that came back.
    """

    subject: str
    predicate: str
    printed: str
    given: str

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate}: {self.printed} came back as {self.given}"


def is_at_risk(term: object) -> bool:
    """Whether an engine may write a term in a form of its own."""
    return isinstance(term, ox.Literal) and term.datatype not in KEPT_TYPES


def engine_forms(literals: Iterable[ox.Literal]) -> dict[ox.Literal, ox.Literal]:
    """What the engine makes of literals, for those that it writes in a form of its own."""
    kept = list({literal for literal in literals if is_at_risk(literal)})
    store, about = ox.Store(), ox.NamedNode("urn:evigraph:printed")
    nodes = [ox.NamedNode(f"urn:evigraph:printed:{number}") for number in range(len(kept))]
    store.extend(ox.Quad(node, about, literal) for node, literal in zip(nodes, kept, strict=True))
    given = {quad.subject: quad.object for quad in store}
    found = {}
    for node, literal in zip(nodes, kept, strict=True):
        form = given[node]
        if isinstance(form, ox.Literal) and form != literal:
            found[literal] = form
    return found


def rewritten(terms: Iterable[object], statements: Iterable[ox.Quad]) -> list[Rewritten]:
    """Which values of an answer stand for what was printed otherwise.

    Args:
        terms: The values of the answer.
        statements: What the answer was drawn from, as printed.
    """
    asked = {term for term in terms if is_at_risk(term)}
    if not asked:
        return []
    values = {quad.object for quad in statements if isinstance(quad.object, ox.Literal)}
    forms = engine_forms(values)
    printed: dict[ox.Literal, set[str]] = defaultdict(set)
    for literal, form in forms.items():
        if form in asked:
            printed[form].add(literal.value)
    for form, texts in printed.items():
        if form in values:
            texts.add(form.value)
    return sorted(Rewritten(form.value, tuple(sorted(texts))) for form, texts in printed.items())


def changed(own: Sequence[ox.Quad], given: Sequence[ox.Quad]) -> list[Changed]:
    """Values of statements that came back in another form.

    Args:
        own: The statements as printed.
        given: The statements as they came back.
    """
    ours, theirs = set(own), set(given)
    back: dict[object, list[ox.Literal]] = defaultdict(list)
    for quad in theirs - ours:
        if isinstance(quad.object, ox.Literal):
            back[_place(quad)].append(quad.object)
    lost = [quad for quad in ours - theirs if isinstance(quad.object, ox.Literal)]
    forms = engine_forms(quad.object for quad in lost if isinstance(quad.object, ox.Literal))
    held = {(_place(quad), quad.object) for quad in theirs}
    found = []
    for quad in lost:
        assert isinstance(quad.object, ox.Literal)
        place, form = _place(quad), forms.get(quad.object)
        came = back.get(place, [])
        # The engine's own form, or the only value that came back there.
        other = form if form is not None and (place, form) in held else came[0] if len(came) == 1 else None
        if isinstance(other, ox.Literal):
            found.append(Changed(str(quad.subject), str(quad.predicate), quad.object.value, other.value))
    return sorted(found)


def _place(quad: ox.Quad) -> object:
    return quad.subject, quad.predicate, quad.graph_name
