"""OWL 2 RL by the package ``reasonable``: the rules of the profile, for large reviews.

The engine draws what follows and says nothing of contradictions, so the rules that end in *false*
(OWL 2 Profiles, section 4.3, tables 4 to 8) are looked for here: cax-dw, cax-adc, cls-com,
cls-nothing2, prp-irp, prp-asyp and dt-not-type. A class is found unsatisfiable when a member made up
for it contradicts itself. What RL finds holds; it may find less than a DL reasoner.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from evigraph.errors import EnvironmentFaultError
from evigraph.reasoning.datatypes import is_derived
from evigraph.reasoning.engines import Answer
from evigraph.reasoning.given import DISJOINT_WITH, RANGE, Axiom, Given, Names, terms_of
from evigraph.reasoning.process import Deadline, run
from evigraph.terms import OWL, RDF, RDF_TYPE

_PROBE = "urn:evigraph:member-of:"
_ONE_OF, _FIRST, _REST = (ox.NamedNode(iri) for iri in (OWL + "oneOf", RDF + "first", RDF + "rest"))
_NOTHING = OWL + "Nothing"

Pairs = dict[str, set[tuple[str, str]]]


class RL:
    """OWL 2 RL by ``reasonable``.

    Args:
        deadline: When all of its work has to have ended.

    Raises:
        EnvironmentFaultError: ``reasonable`` is not installed.
    """

    name = "rl"

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        if importlib.util.find_spec("reasonable") is None:
            raise EnvironmentFaultError(
                "the OWL 2 RL engine is not installed; run 'pip install reasonable', or take --engine hermit"
            )

    def answer(self, given: Given) -> Answer:
        """As :meth:`Reasoner.answer`."""
        probes = [_probe(iri) for iri in given.of_kind("Class")]
        types, relations = self._closure(given, [*given.everything, *probes])
        bad = _contradictory(given.everything, types, relations)
        suspects = {iri for iri in bad if not iri.startswith(_PROBE)}
        return Answer(
            consistent=not suspects,
            unsatisfiable={iri.removeprefix(_PROBE) for iri in bad if iri.startswith(_PROBE)},
            statements=_statements(types, relations),
            suspects=suspects,
        )

    def first_clash(self, given: Given, growing: Sequence[Sequence[Axiom]]) -> int:
        """As :meth:`Reasoner.first_clash`, by halving."""
        low, high = 0, len(growing)
        while low < high:
            middle = (low + high) // 2
            if _contradictory(growing[middle], *self._closure(given, growing[middle])):
                high = middle
            else:
                low = middle + 1
        return low

    def _closure(self, given: Given, axioms: Sequence[Axiom]) -> tuple[dict[str, set[str]], Pairs]:
        """The types of each individual, and the pairs of each relation, given and drawn."""
        names = Names()
        with tempfile.TemporaryDirectory(prefix="evigraph-") as folder:
            file = Path(folder) / "given.ttl"  # the engine goes by the suffix; N-Triples is Turtle
            triples = [*given.declarations(), *terms_of(axioms), *_listed_members(axioms)]
            file.write_text(names.ntriples(triples), encoding="ascii", errors="replace")
            child = str(Path(__file__).with_name("rl_child.py"))
            ended = run([sys.executable, "-I", child, str(file)], self._deadline)
        if ended.code:
            said = ended.err.strip().splitlines() or [f"exit code {ended.code}"]
            raise EnvironmentFaultError(f"the OWL 2 RL engine failed: {said[-1]}")
        types: dict[str, set[str]] = defaultdict(set)
        relations: Pairs = defaultdict(set)

        def name(word: str) -> str:
            return names.iri(word[6:]) if word.startswith("urn:n:") else word

        for line in ended.out.splitlines():
            subject, predicate, value = line.split(" ")
            if predicate.startswith("urn:n:"):
                relations[name(predicate)].add((name(subject), name(value)))
            else:
                types[name(subject)].add(name(value))
        return types, relations


def _probe(iri: str) -> Axiom:
    return Axiom((ox.Triple(ox.NamedNode(_PROBE + iri), RDF_TYPE, ox.NamedNode(iri)),))


def _listed_members(axioms: Iterable[Axiom]) -> list[ox.Triple]:
    """Rule cls-oo, which the engine lacks: who is listed as a member of a class is one."""
    found = []
    for axiom in axioms:
        said = {(t.subject, t.predicate): t.object for t in axiom.triples}
        for kind, predicate, node in axiom.triples:
            while predicate == _ONE_OF and isinstance(node, ox.BlankNode) and (node, _FIRST) in said:
                member = said[node, _FIRST]
                if isinstance(member, ox.NamedNode) and isinstance(kind, ox.NamedNode | ox.BlankNode):
                    found.append(ox.Triple(member, RDF_TYPE, kind))
                node = said[node, _REST]
    return found


def _statements(types: dict[str, set[str]], relations: Pairs) -> set[ox.Triple]:
    found = {
        ox.Triple(ox.NamedNode(iri), RDF_TYPE, ox.NamedNode(kind))
        for iri, kinds in types.items()
        for kind in kinds
        if not iri.startswith(_PROBE)
    }
    for property, pairs in relations.items():
        predicate = ox.NamedNode(property)
        found |= {
            ox.Triple(ox.NamedNode(one), predicate, ox.NamedNode(other))
            for one, other in pairs
            if not one.startswith(_PROBE)
        }
    return found


def _contradictory(axioms: Iterable[Axiom], types: dict[str, set[str]], relations: Pairs) -> set[str]:
    """The individuals that a rule finds to contradict what is said."""
    said = list(axioms)
    apart: dict[str, set[str]] = defaultdict(set)
    for axiom in said:
        for one, others in _kept_apart(axiom):
            apart[one] |= others
    bad = {
        iri
        for iri, kinds in types.items()
        if _NOTHING in kinds or any(apart.get(k, set()) & kinds for k in kinds)
    }
    return bad | _bad_relations(said, relations) | _bad_values(said)


def _kept_apart(axiom: Axiom) -> Iterable[tuple[str, set[str]]]:
    """Each class of an axiom with the classes that share no member with it."""
    root = axiom.root
    if root.predicate in (DISJOINT_WITH, ox.NamedNode(OWL + "complementOf")):
        if isinstance(root.subject, ox.NamedNode) and isinstance(root.object, ox.NamedNode):
            yield root.subject.value, {root.object.value}
    elif root.object == ox.NamedNode(OWL + "AllDisjointClasses"):
        members = {t.object.value for t in axiom.triples if t.predicate == _FIRST}  # type: ignore[union-attr]
        for member in members:
            yield member, members - {member}


def _bad_relations(axioms: Iterable[Axiom], relations: Pairs) -> set[str]:
    bad: set[str] = set()
    for axiom in axioms:
        root = axiom.root
        if root.predicate != RDF_TYPE or not isinstance(root.subject, ox.NamedNode):
            continue
        pairs = relations.get(root.subject.value, set())
        if root.object == ox.NamedNode(OWL + "IrreflexiveProperty"):
            bad |= {a for a, b in pairs if a == b}
        elif root.object == ox.NamedNode(OWL + "AsymmetricProperty"):
            bad |= {a for a, b in pairs if (b, a) in pairs}
    return bad


def _bad_values(axioms: Iterable[Axiom]) -> set[str]:
    """The individuals with a value outside of the range of its property."""
    ranges: dict[ox.NamedNode, list[Axiom]] = defaultdict(list)
    values = []
    for axiom in axioms:
        if axiom.root.predicate == RANGE:
            ranges[axiom.root.subject].append(axiom)  # type: ignore[index]  # a property is an IRI
        elif isinstance(axiom.root.object, ox.Literal):
            values.append(axiom.root)
    return {
        triple.subject.value  # type: ignore[union-attr]  # no fact is about a statement
        for triple in values
        if not all(_within(triple.object, range) for range in ranges.get(triple.predicate, ()))
    }


def _within(value: object, range: Axiom) -> bool:
    assert isinstance(value, ox.Literal)
    wanted = range.root.object
    if isinstance(wanted, ox.NamedNode):
        return is_derived(value.datatype.value, wanted.value)
    if any(t.predicate == _ONE_OF for t in range.triples):
        return any(t.object == value for t in range.triples)
    return True  # a datatype with facets: left to a DL reasoner
