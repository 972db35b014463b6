"""The facts that can be extracted: what has a name in sheets, of what it is said, and with what values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pyoxigraph as ox

from evigraph.described import Described
from evigraph.errors import InputError, suggestion
from evigraph.folder import Folder
from evigraph.terms import NOTATION, OWL, RDF, RDF_TYPE, RDFS, RDFS_LABEL, XSD, evi, local_name

#: Kind of part: its class, and the property that ties the study to it.
PARTS: Mapping[str, tuple[ox.NamedNode, ox.NamedNode]] = {
    "group": (evi("Group"), evi("evaluates")),
    "population": (evi("Population"), evi("hasPopulation")),
    "arm": (evi("Arm"), evi("hasArm")),
    "outcome": (evi("Outcome"), evi("hasOutcome")),
    "finding": (evi("Finding"), evi("hasFinding")),
    "result": (evi("ArmResult"), evi("hasResult")),
}
#: The parts of which a study mostly has one; their facts stand under ``study`` in a sheet.
SINGLE = ("group", "population")
#: Column of handles: the property that ties a finding, or a result of an arm, to what they name.
TIES: Mapping[str, ox.NamedNode] = {
    "arm": evi("onArm"),
    "comparator": evi("comparedWith"),
    "outcome": evi("onOutcome"),
    "finding": evi("ofFinding"),
}
#: The columns of handles that each kind of part can have.
TIED: Mapping[str, tuple[str, ...]] = {
    "finding": ("arm", "comparator", "outcome"),
    "result": ("arm", "finding"),
}
_DOMAIN, _RANGE = ox.NamedNode(RDFS + "domain"), ox.NamedNode(RDFS + "range")
_UNION = ox.NamedNode(OWL + "unionOf")
_FIRST, _REST = ox.NamedNode(RDF + "first"), ox.NamedNode(RDF + "rest")
_FORMS = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?[0-9]+(\.[0-9]+)?"),
    "boolean": re.compile("true|false"),
}
_INSTRUMENT = evi("Instrument")

Kind = Literal["text", "integer", "decimal", "boolean", "concept", "instrument"]


@dataclass(frozen=True, slots=True)
class Field:
    """A fact that can be extracted.

    Attributes:
        name: What it is called in sheets, such as ``sample_size``.
        iri: The property.
        parts: Of what it is said: ``study``, or of :data:`PARTS`; the first where a sheet says ``study``.
        kind: What its values are.
        range: The class or datatype of its values.
    """

    name: str
    iri: ox.NamedNode
    parts: tuple[str, ...]
    kind: Kind
    range: ox.NamedNode

    @property
    def value_type(self) -> str:
        """What a sheet says of the values."""
        return "text" if self.kind == "instrument" else self.kind


class Fields:
    """The facts that the ontology of a review has, and the values that they can have.

    Args:
        folder: The review.
    """

    def __init__(self, folder: Folder) -> None:
        self._said = Described(folder.ontology)
        self.prefixes = folder.prefixes
        self._folder = folder
        classes = {"study": evi("Study")} | {part: cls for part, (cls, _) in PARTS.items()}
        self.by_name: dict[str, Field] = {}
        for node in self._said.having(NOTATION, _DOMAIN):
            said_of = self._members(self._said.value(node, _DOMAIN))
            parts = tuple(part for part, cls in classes.items() if cls in said_of)
            if isinstance(node, ox.NamedNode) and parts:
                name = self._said.text(node, NOTATION)
                range = self._said.iri(node, _RANGE) or ox.NamedNode(XSD + "string")
                self.by_name[name] = Field(name, node, parts, self._kind(node, range), range)
        self.by_iri = {field.iri: field for field in self.by_name.values()}

    @property
    def bases(self) -> list[ox.NamedNode]:
        """What statements can rest on, such as ``basis:abstract``."""
        return self._said.of_class(evi("Basis"))

    def field(self, name: str) -> Field:
        """The fact of this name.

        Raises:
            InputError: There is none.
        """
        if name not in self.by_name:
            raise InputError(f"no property {name!r}: {suggestion(name, sorted(self.by_name))}")
        return self.by_name[name]

    def value(self, field: Field, text: str) -> ox.NamedNode | ox.Literal:
        """The value that a cell holds; an instrument that nobody named before is an IRI that is not there.

        Raises:
            InputError: The field cannot have it.
        """
        if field.kind == "concept":
            return self._concept(field, text)
        if field.kind == "instrument":
            known = self._instruments
            return known.get(text.casefold()) or ox.Literal(text)
        if field.kind in _FORMS and not _FORMS[field.kind].fullmatch(text):
            raise InputError(f"{text!r} is no {field.kind}, as {field.name} is one")
        if field.kind == "text":
            return ox.Literal(text)
        return ox.Literal(text, datatype=ox.NamedNode(XSD + field.kind))

    def text(self, field: Field, value: object) -> str:
        """A value as a cell holds it."""
        if isinstance(value, ox.Literal):
            return value.value
        assert isinstance(value, ox.NamedNode)
        if field.kind == "instrument":
            return self._labels.get(value, value.value)
        space = self.prefixes.get("concept", "")
        return value.value.removeprefix(space) if space else value.value

    def _concept(self, field: Field, text: str) -> ox.NamedNode:
        prefix, colon, rest = text.partition(":")
        slug = text.rpartition("/")[2]
        iris = (text, self.prefixes.get(prefix, "") + rest if colon else "", self.prefixes["concept"] + slug)
        fitting = self._concepts[field.range]
        known = {concept.value for concept in fitting}
        for iri in iris:
            if iri in known:
                return ox.NamedNode(iri)
        names = sorted(local_name(concept.value) for concept in fitting)
        raise InputError(f"no concept {text!r} for {field.name}: {suggestion(slug, names)}")

    @cached_property
    def _concepts(self) -> dict[ox.NamedNode, set[ox.NamedNode]]:
        """The concepts by class."""
        classes = {field.range for field in self.by_name.values()}
        return {cls: set(self._said.of_class(cls)) for cls in classes}

    @cached_property
    def _labels(self) -> dict[ox.NamedNode, str]:
        """What each instrument of the review is called."""
        said = Described(self._folder.graph)
        return {node: said.text(node, RDFS_LABEL) or node.value for node in said.of_class(_INSTRUMENT)}

    @cached_property
    def _instruments(self) -> dict[str, ox.NamedNode]:
        return {label.casefold(): node for node, label in self._labels.items()}

    def _members(self, domain: object) -> list[object]:
        """A class, or the classes of a union."""
        found, rest = [domain], self._said.value(domain, _UNION)
        while (first := self._said.value(rest, _FIRST)) is not None:
            found.append(first)
            rest = self._said.value(rest, _REST)
        return found

    def _kind(self, node: ox.NamedNode, range: ox.NamedNode) -> Kind:
        if range == _INSTRUMENT:
            return "instrument"
        if ox.NamedNode(OWL + "ObjectProperty") in self._said.values(node, RDF_TYPE):
            return "concept"
        kinds: dict[str, Kind] = {"integer": "integer", "decimal": "decimal", "boolean": "boolean"}
        return kinds.get(range.value.removeprefix(XSD), "text")
