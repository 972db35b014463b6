"""What two sets of statements do not have in common, exactly, whatever the order they were written in.

Things with IRIs are compared by them. What has none is compared by all that is said of it, so two texts
that give a blank node other names are the same. Only where a blank node is the value of several statements,
or of itself, is it named, by the canonical labels of RDFC-1.0; a change near it may give it another label.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from evigraph.answers import json_cell
from evigraph.errors import LimitError
from evigraph.labels import Value
from evigraph.names import natural
from evigraph.terms import BASIS, ONTOLOGY_GRAPH, RDF, RDF_TYPE, local_name

#: Subject, property, basis and value.
Statement = tuple[str, str, str, Value]

_FIRST, _REST = ox.NamedNode(RDF + "first"), ox.NamedNode(RDF + "rest")
_NIL = ox.NamedNode(RDF + "nil")
#: How deep descriptions of what has no IRI may stand in each other.
_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Change:
    """What is said otherwise of one thing, by one property, on one basis.

    Attributes:
        subject: The IRI of the thing; empty for a whole thing without one, which is then the value.
        predicate: The IRI of the property; empty likewise.
        basis: What the statements rest on; empty for those that stand in no graph.
        before: The values that are there before and not after, sorted.
        after: The values that are there after and not before, sorted.
    """

    subject: str
    predicate: str
    basis: str
    before: tuple[Value, ...]
    after: tuple[Value, ...]

    @property
    def change(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        return kind_of_change(bool(self.before), bool(self.after))

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON has it."""
        return {
            "change": self.change,
            "subject": self.subject,
            "property": self.predicate,
            "basis": self.basis,
            "before": [_cell(value) for value in self.before],
            "after": [_cell(value) for value in self.after],
        }


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of which something else is said.

    Attributes:
        iri: The thing; empty when it has none.
        kind: The local name of its class, or empty.
        change: ``added`` when nothing was said of it before, ``removed`` when nothing is now, or ``changed``.
        statements: What differs.
    """

    iri: str
    kind: str
    change: str
    statements: tuple[Change, ...]

    def to_dict(self) -> dict[str, Any]:
        """The thing as JSON has it."""
        return {
            "iri": self.iri,
            "name": local_name(self.iri),
            "kind": self.kind,
            "change": self.change,
            "statements": [statement.to_dict() for statement in self.statements],
        }


def kind_of_change(before: bool, after: bool) -> str:
    """The word for a change, by whether something is there before and after."""
    return "changed" if before and after else "added" if after else "removed"


def changes(before: Iterable[ox.Quad], after: Iterable[ox.Quad]) -> list[Change]:
    """What differs between two sets of statements, sorted by subject, property and basis.

    Raises:
        LimitError: Blank nodes are nested too deep.
    """
    one, other = set(before), set(after)
    removed, added = one - other, other - one
    if any(map(_has_blank, removed | added)):
        first, second = statements(one), statements(other)
        gone, new = first - second, second - first
    else:
        gone, new = statements(removed), statements(added)
    groups: dict[tuple[str, str, str], tuple[list[Value], list[Value]]] = defaultdict(lambda: ([], []))
    for side, found in enumerate((gone, new)):
        for *key, value in found:
            groups[key[0], key[1], key[2]][side].append(value)
    return [
        Change(*key, *(tuple(sorted(values, key=_order_of_values)) for values in sides))
        for key, sides in sorted(groups.items(), key=lambda pair: _order(pair[0]))
    ]


def things(found: Iterable[Change], before: Iterable[ox.Quad], after: Iterable[ox.Quad]) -> list[Thing]:
    """The things that changes are about, each with its changes.

    Args:
        found: The changes, sorted.
        before: All statements of the first side.
        after: All statements of the second.
    """
    of: dict[str, list[Change]] = defaultdict(list)
    for change in found:
        of[change.subject].append(change)
    sides = (list(before), list(after))
    there = [{q.subject.value for q in side if isinstance(q.subject, ox.NamedNode)} for side in sides]
    kinds = classes([*sides[0], *sides[1]])
    return [
        Thing(
            iri=iri,
            kind=kinds.get(iri, ""),
            # What has no IRI has no name under which it could have been there before.
            change=kind_of_change(*(iri in side for side in there)) if _is_iri(iri) else "changed",
            statements=tuple(statements),
        )
        for iri, statements in of.items()
    ]


def classes(quads: Iterable[ox.Quad]) -> dict[str, str]:
    """The local name of the class of each thing; of several the last by IRI, where our own terms are."""
    found: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate == RDF_TYPE and isinstance(quad.subject, ox.NamedNode):
            found[quad.subject.value].add(getattr(quad.object, "value", ""))
    return {iri: local_name(max(names)) for iri, names in found.items()}


def statements(quads: Iterable[ox.Quad]) -> set[Statement]:
    """Statements in a form that is the same for the same statements.

    Raises:
        LimitError: Blank nodes are nested too deep.
    """
    all_of_them = list(quads)
    nameless = _Nameless(all_of_them)
    if nameless.named:
        dataset = ox.Dataset(all_of_them)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        all_of_them = list(dataset)
        nameless = _Nameless(all_of_them)
    found: set[Statement] = set()
    for quad in all_of_them:
        if not isinstance(quad.subject, ox.BlankNode):
            subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else str(quad.subject)
        elif quad.subject in nameless.named:
            subject = str(quad.subject)
        else:
            if quad.subject in nameless.roots:
                found.add(("", "", _basis(quad.graph_name), nameless.text(quad.subject, quad.graph_name)))
            continue
        value = nameless.value(quad.object, quad.graph_name)
        found.add((subject, quad.predicate.value, _basis(quad.graph_name), value))
    return found


class _Nameless:
    """What is said of the blank nodes of some statements.

    Args:
        quads: All statements.

    Attributes:
        named: Those that need a name, because their description would not say which is meant.
        roots: Those that are the value of nothing.
    """

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._about: dict[ox.BlankNode, list[ox.Quad]] = defaultdict(list)
        uses: Counter[ox.BlankNode] = Counter()
        tops: set[ox.BlankNode] = set()
        for quad in quads:
            if isinstance(quad.subject, ox.BlankNode):
                self._about[quad.subject].append(quad)
            if isinstance(quad.object, ox.BlankNode):
                uses[quad.object] += 1
                if not isinstance(quad.subject, ox.BlankNode):
                    tops.add(quad.object)
        shared = {node for node, count in uses.items() if count > 1}
        self.roots = {node for node in self._about if not uses[node]}
        # What cannot be reached from something with a name of its own goes round in a circle.
        reached, todo = set[ox.BlankNode](), [*self.roots, *tops, *shared]
        while todo:
            node = todo.pop()
            if node not in reached:
                reached.add(node)
                todo += [q.object for q in self._about.get(node, ()) if isinstance(q.object, ox.BlankNode)]
        self.named = shared | (self._about.keys() - reached)

    def value(self, term: object, graph: object, depth: int = 0) -> Value:
        """A value: itself, the name of a blank node that has one, or the description of another."""
        if isinstance(term, ox.BlankNode):
            return str(term) if term in self.named else self.text(term, graph, depth)
        return term if isinstance(term, ox.NamedNode | ox.Literal) else str(term)

    def text(self, node: ox.BlankNode, graph: object, depth: int = 0) -> str:
        """The description of a blank node, in the manner of Turtle.

        Raises:
            LimitError: It is nested too deep.
        """
        if depth > _DEPTH:
            raise LimitError(f"blank nodes are nested more than {_DEPTH} deep; give the things in them IRIs")
        if (items := self._items(node, graph)) is not None:
            return f"( {' '.join(str(self.value(item, graph, depth + 1)) for item in items)} )"
        said = sorted(
            f"{'' if q.graph_name == graph else f'{q.graph_name} '}{q.predicate} "
            f"{self.value(q.object, q.graph_name, depth + 1)}"
            for q in self._about.get(node, ())
        )
        return f"[ {' ; '.join(said)} ]" if said else "[]"

    def _items(self, node: ox.BlankNode, graph: object) -> list[object] | None:
        """The items of a list, or none when it is no plain one that stands in a graph as a whole."""
        items: list[object] = []
        rest: object = node
        while rest != _NIL:
            if not isinstance(rest, ox.BlankNode) or (rest in self.named and rest != node):
                return None
            quads = self._about.get(rest, ())
            said = {quad.predicate: quad.object for quad in quads if quad.graph_name == graph}
            if len(quads) != 2 or said.keys() != {_FIRST, _REST}:
                return None
            items.append(said[_FIRST])
            rest = said[_REST]
        return items


def _is_iri(subject: str) -> bool:
    return bool(subject) and not subject.startswith("_:")


def _has_blank(quad: ox.Quad) -> bool:
    terms = (quad.subject, quad.object, quad.graph_name)
    return any(isinstance(term, ox.BlankNode) for term in terms)


def _basis(graph: object) -> str:
    if not isinstance(graph, ox.NamedNode) or graph == ONTOLOGY_GRAPH:
        return ""  # of what an ontology says nobody asks what it rests on
    return graph.value.removeprefix(BASIS)


def _cell(value: Value) -> dict[str, str]:
    return {"type": "bnode", "value": value} if isinstance(value, str) else json_cell(value)


def _order(key: tuple[str, str, str]) -> tuple[object, ...]:
    subject, property, basis = key
    return natural(subject), property != RDF_TYPE.value, property, basis


def _order_of_values(value: Value) -> tuple[object, ...]:
    return natural(value if isinstance(value, str) else value.value), str(value)
