"""The people of a review, by the names under which they are recorded."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterable

import pyoxigraph as ox

from evigraph.citations.entries import slug
from evigraph.described import Described
from evigraph.errors import InputError
from evigraph.minting import Minter
from evigraph.terms import RDF_TYPE, RDFS_LABEL, evi

PERSON = evi("Person")


class People:
    """Finds the node of a person, or makes one.

    Args:
        said: What the review says.
        names: Gives out IRIs that it does not have.

    Attributes:
        quads: What is said of those who are new.
        new: Their names.
    """

    def __init__(self, said: Described, names: Minter) -> None:
        self.quads: list[ox.Quad] = []
        self.new: list[str] = []
        self._names = names
        self._known: dict[str, ox.NamedNode] = {}
        for node in said.of_class(PERSON):
            self._known.setdefault(_form(said.text(node, RDFS_LABEL)), node)

    def node(self, name: str) -> ox.NamedNode:
        """The person of this name; capitals and spaces make no difference."""
        name = " ".join(name.split())
        if _form(name) not in self._known:
            node = ox.NamedNode(self._names.iri("person", slug(name) or "name"))
            self._known[_form(name)] = node
            self.quads += [
                ox.Quad(node, RDF_TYPE, PERSON),
                ox.Quad(node, RDFS_LABEL, ox.Literal(name)),
            ]
            self.new.append(name)
        return self._known[_form(name)]


def label_of(said: Described, people: Iterable[str]) -> str:
    """What people are called together, sorted."""
    return " & ".join(sorted(said.text(ox.NamedNode(one), RDFS_LABEL) or one for one in people))


def whoever_is_here() -> str:
    """The name in ``EVIGRAPH_BY``, else the name under which somebody is logged in.

    Raises:
        InputError: There is neither.
    """
    try:
        return os.environ.get("EVIGRAPH_BY", "").strip() or getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        raise InputError("nobody knows who you are; give --by NAME, or set EVIGRAPH_BY") from None


def _form(name: str) -> str:
    return " ".join(name.split()).casefold()
