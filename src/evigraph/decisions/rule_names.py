"""The criteria of a review by the names that people use for them."""

from __future__ import annotations

from evigraph.described import Described
from evigraph.errors import UnknownNameError
from evigraph.terms import IDENTIFIER, RDFS_LABEL, evi, local_name


def rule_names(said: Described) -> dict[str, str]:
    """Identifier, such as ``1.3``, to IRI of each criterion: sets and rules, tested or not."""
    return {
        said.text(node, IDENTIFIER) or local_name(node.value): node.value
        for node in said.of_class(evi("CriterionSet"), evi("Rule"))
    }


class RuleNames:
    """Finds a criterion by its identifier, label or IRI.

    Args:
        said: What the review says.

    Attributes:
        known: Identifier to IRI.
    """

    def __init__(self, said: Described) -> None:
        self.known = rule_names(said)
        self._other: dict[str, str] = {}
        for node in said.of_class(evi("CriterionSet"), evi("Rule")):
            for name in (node.value, local_name(node.value), said.text(node, RDFS_LABEL)):
                self._other.setdefault(name.casefold(), node.value)

    def find(self, name: str) -> str | None:
        """The IRI of the criterion of a name, or none."""
        return self.known.get(name) or self._other.get(name.casefold())

    def iri(self, name: str) -> str:
        """The IRI of the criterion of a name.

        Raises:
            UnknownNameError: There is none.
        """
        found = self.find(name)
        if found is None:
            raise UnknownNameError("rule", name, self.known)
        return found
