"""What a reasoner found in a review, as values, a table, JSON and Turtle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pyoxigraph as ox

from evigraph.names import compact
from evigraph.tables import html_table
from evigraph.terms import INFERRED_GRAPH
from evigraph.trust import Trust


@dataclass(frozen=True)
class Clash:
    """Axioms and facts that cannot all be true.

    Attributes:
        of: The label of the class that nothing can be a member of; empty for the review as a whole.
        sentences: The axioms and facts in words.
        smallest: Whether none of them can be left out; else time ran out before that was known.
    """

    of: str
    sentences: tuple[str, ...]
    smallest: bool = True


@dataclass(frozen=True)
class LeftOut:
    """What the reasoner was not given.

    Attributes:
        datatypes: Statements for each datatype that reasoners do not know.
        imports: What the ontology would import.
        undeclared: Statements for each property or class that the ontology does not declare.
    """

    datatypes: Mapping[str, int]
    imports: tuple[str, ...]
    undeclared: Mapping[str, int]


@dataclass(frozen=True)
class Findings:
    """What a reasoner found.

    Attributes:
        engine: The engine that was used.
        trust: Which statements counted.
        given: How many axioms and facts the reasoner was given.
        classes: How many classes there are.
        consistent: Whether all that is said can be true.
        unsatisfiable: The classes that nothing can be a member of, as IRIs, sorted.
        members: For each defined class its members, as IRIs, sorted; by class.
        statements: What follows of individuals and is not said, sorted.
        clashes: What contradicts what.
        left_out: What the reasoner was not given.
    """

    engine: str
    trust: Trust
    given: int
    classes: int
    consistent: bool
    unsatisfiable: tuple[str, ...]
    members: Mapping[str, tuple[str, ...]]
    statements: tuple[ox.Triple, ...]
    clashes: tuple[Clash, ...]
    left_out: LeftOut

    @property
    def holds(self) -> bool:
        """Whether the review is consistent and each class can have members."""
        return self.consistent and not self.unsatisfiable

    @property
    def summary(self) -> str:
        """One line: what was looked at, and what came of it."""
        looked = f"{self.engine} read {self.given} axioms and facts (trust {self.trust.value})"
        if not self.consistent:
            return f"{looked}: they contradict each other"
        if self.unsatisfiable:
            return f"{looked}: {len(self.unsatisfiable)} of {self.classes} classes can have no member"
        return f"{looked}: consistent, {self.classes} classes can all have members"

    def to_quads(self) -> list[ox.Quad]:
        """What follows, in the graph ``basis:inferred``."""
        return [ox.Quad(t.subject, t.predicate, t.object, INFERRED_GRAPH) for t in self.statements]

    def to_dict(self, prefixes: Mapping[str, str]) -> dict[str, Any]:
        """The findings as plain values."""

        def short(term: object) -> str:
            return compact(term, prefixes)

        return {
            "engine": self.engine,
            "trust": self.trust.value,
            "given": self.given,
            "classes": self.classes,
            "consistent": self.consistent,
            "unsatisfiable": [short(ox.NamedNode(iri)) for iri in self.unsatisfiable],
            "members": {
                short(ox.NamedNode(kind)): [short(ox.NamedNode(iri)) for iri in members]
                for kind, members in self.members.items()
            },
            "statements": [[short(term) for term in triple] for triple in self.statements],
            "clashes": [asdict(clash) | {"sentences": list(clash.sentences)} for clash in self.clashes],
            "left_out": {
                "datatypes": {short(ox.NamedNode(d)): n for d, n in self.left_out.datatypes.items()},
                "imports": list(self.left_out.imports),
                "undeclared": {short(ox.NamedNode(p)): n for p, n in self.left_out.undeclared.items()},
            },
        }

    def to_json(self, prefixes: Mapping[str, str]) -> str:
        """:meth:`to_dict` as JSON text."""
        return json.dumps(self.to_dict(prefixes), ensure_ascii=False, indent=1) + "\n"

    def to_turtle(self, prefixes: Mapping[str, str]) -> str:
        """What follows as canonical Turtle."""
        from evigraph.canonical import serialize

        return serialize(self.to_quads(), "turtle", prefixes).decode()

    def table(self, prefixes: Mapping[str, str] | None = None) -> tuple[list[str], list[list[str]]]:
        """A header and one row a defined class: its name, the number of its members, and who they are."""
        rows = []
        for kind, members in self.members.items():
            names = [compact(ox.NamedNode(iri), prefixes or {}, bare=True) for iri in members]
            rows.append([compact(ox.NamedNode(kind), prefixes or {}, bare=True), str(len(members))])
            rows[-1].append(" ".join(names))
        return ["class", "members", "who"], rows

    def _repr_html_(self) -> str:
        return html_table(*self.table(), caption=self.summary)
