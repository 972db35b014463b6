"""What the reasoners have in common: what they are asked, and what they answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyoxigraph as ox

from evigraph.errors import UnknownNameError
from evigraph.reasoning.given import Axiom, Given
from evigraph.reasoning.process import Deadline

#: Above this many facts *auto* takes the OWL 2 RL engine.
LARGE = 50_000


@dataclass
class Answer:
    """What a reasoner found.

    Attributes:
        consistent: Whether what it was given can be true.
        unsatisfiable: The IRIs of the classes that nothing can be a member of.
        statements: Types and relations of individuals that hold, those given among them or not.
        suspects: The individuals that a contradiction showed on, where the reasoner says so.
    """

    consistent: bool = True
    unsatisfiable: set[str] = field(default_factory=set)
    statements: set[ox.Triple] = field(default_factory=set)
    suspects: set[str] = field(default_factory=set)


class Reasoner(Protocol):
    """A program that draws what follows."""

    name: str

    def answer(self, given: Given) -> Answer:
        """What follows from all that is given.

        Raises:
            EnvironmentFaultError: The reasoner is not here, or fails.
            LimitError: The deadline passed.
        """
        ...

    def first_clash(self, given: Given, growing: Sequence[Sequence[Axiom]]) -> int:
        """The place of the first contradiction in a row of sets, each of which holds the one before.

        Returns:
            Its index; the length of the row when none is contradictory.
        """
        ...


def reasoner(engine: str, given: Given, deadline: Deadline) -> Reasoner:
    """The reasoner of a name; *auto* is HermiT, or OWL 2 RL for a large review.

    Raises:
        UnknownNameError: There is no such engine.
        EnvironmentFaultError: What the engine needs is not here.
    """
    from evigraph.reasoning.hermit import HermiT
    from evigraph.reasoning.rl import RL

    if engine == "auto":
        engine = "rl" if len(given.facts) > LARGE else "hermit"
    if engine == "hermit":
        return HermiT(deadline)
    if engine == "rl":
        return RL(deadline)
    raise UnknownNameError("engine", engine, ENGINES)


ENGINES = ("auto", "hermit", "rl")
