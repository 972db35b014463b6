"""Why a contradiction is one: a set of axioms and facts that clash, of which none can be left out.

The reasoner is a black box that is only asked whether a set can be true. As a set that contains a
contradictory one is contradictory too, the axioms are put in a row and the place is looked for at
which the row becomes contradictory: the axiom there belongs to the clash, and nothing after it does.
It is taken out and kept, the rest is put in a new row, nearest to what is kept first, and so on until
what is kept clashes by itself (insertion with growing steps, after Junker 2004, QuickXplain).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from evigraph.reasoning.engines import Reasoner
from evigraph.reasoning.given import Axiom, Given

#: How many sets one run of a reasoner is asked about.
_PROBES = 12


def smallest_clash(
    reasoner: Reasoner, given: Given, candidates: Sequence[Axiom], kept: Sequence[Axiom] = ()
) -> list[Axiom]:
    """A contradictory set of axioms from which none can be taken away.

    Args:
        reasoner: What says whether a set is contradictory.
        given: What the terms in the axioms are.
        candidates: Axioms that are contradictory together with those that are kept.
        kept: Axioms that are in the set from the beginning.

    Raises:
        LimitError: The reasoner's deadline passed.
    """
    found = list(kept)
    rest = _ordered(candidates, found) if found else list(candidates)
    while place := _first_place(reasoner, given, found, rest, growing=bool(found)):
        found.append(rest[place - 1])
        rest = _ordered(rest[: place - 1], found)
    return found


def _first_place(
    reasoner: Reasoner, given: Given, found: list[Axiom], rest: list[Axiom], *, growing: bool
) -> int:
    """How many of the rest it takes, in their order, until there is a contradiction."""
    low, high = 0, len(rest)  # known: the rest up to ``high`` clashes; below ``low`` it does not
    sizes = _doubling(high) if growing else _even(low, high)
    while sizes:
        clash = reasoner.first_clash(given, [[*found, *rest[:size]] for size in sizes])
        if clash < len(sizes):
            high = sizes[clash]
        if clash > 0:
            low = sizes[clash - 1] + 1
        sizes = _even(low, high) if low < high else []
    return high


def _doubling(size: int) -> list[int]:
    sizes, step = [0], 4
    while sizes[-1] + step < size:
        sizes.append(sizes[-1] + step)
        step *= 2
    return sizes


def _even(low: int, high: int) -> list[int]:
    """At most so many sizes from ``low`` to below ``high``, evenly spread."""
    step = max(1, -(-(high - low) // _PROBES))
    return list(range(low, high, step))


def _ordered(axioms: Sequence[Axiom], kept: Sequence[Axiom]) -> list[Axiom]:
    """The axioms by how many steps lead to them from what is kept; what is as near keeps its order.

    A fact is a step away when it shares an individual, an axiom when it shares any name: facts that
    have only a class or a property in common have nothing to do with each other.
    """
    using: dict[str, list[int]] = defaultdict(list)
    individuals = {name for axiom in axioms for name in _ends(axiom)} | {n for a in kept for n in _ends(a)}
    for place, axiom in enumerate(axioms):
        for name in axiom.names() & individuals if axiom.is_fact else axiom.names():
            using[name].append(place)
    distance: dict[int, int] = {}
    seen: set[str] = set()
    names, steps = {name for axiom in kept for name in axiom.names()}, 0
    while names:
        seen |= names
        steps += 1
        new = {place for name in names for place in using[name] if place not in distance}
        distance.update(dict.fromkeys(new, steps))
        names = {name for place in new for name in axioms[place].names()} - seen
    return [axioms[p] for p in sorted(range(len(axioms)), key=lambda p: (distance.get(p, steps + 1), p))]


def _ends(axiom: Axiom) -> set[str]:
    """The individuals of a fact: its subject, and its value when that is no class."""
    if not axiom.is_fact:
        return set()
    subject, predicate, value = axiom.root
    ends = {getattr(subject, "value", "")}
    if not predicate.value.endswith("#type"):
        ends.add(getattr(value, "value", ""))
    return ends
