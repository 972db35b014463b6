"""The datatypes of OWL 2 (Structural Specification, section 4), which are all that a reasoner knows."""

from __future__ import annotations

import re

import pyoxigraph as ox

from evigraph.terms import RDF, RDFS, XSD

_INTEGERS = {
    *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "nonPositiveInteger"),
    *("positiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
}
_STRINGS = {"string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN"}
_ANYTHING = r"(?s).*"
_FLOAT = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN"
#: Datatype: what its texts look like.
_TEXTS = {
    **dict.fromkeys((XSD + name for name in _INTEGERS), r"[+-]?\d+"),
    **dict.fromkeys((XSD + name for name in _STRINGS), _ANYTHING),
    XSD + "decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)",
    XSD + "double": _FLOAT,
    XSD + "float": _FLOAT,
    XSD + "boolean": r"true|false|0|1",
    XSD + "anyURI": r"[^\s<>\"{}|\\^`]*",
    XSD + "dateTime": r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?",
    XSD + "hexBinary": r"([0-9a-fA-F]{2})*",
    RDF + "langString": _ANYTHING,
}
#: All that may stand in an axiom.
KNOWN = {*_TEXTS, RDFS + "Literal", RDF + "PlainLiteral"}


def is_well_formed(literal: ox.Literal) -> bool:
    """Whether a text is one of its datatype; of a datatype that is not known, any is."""
    return re.fullmatch(_TEXTS.get(literal.datatype.value, _ANYTHING), literal.value.strip()) is not None


def is_derived(datatype: str, wanted: str) -> bool:
    """Whether every value of a datatype is one of another (XSD 1.1 part 2, section 3)."""
    name, top = datatype.removeprefix(XSD), wanted.removeprefix(XSD)
    if datatype == wanted or wanted == RDFS + "Literal":
        return True
    if wanted == RDF + "PlainLiteral":
        return name in _STRINGS or datatype == RDF + "langString"
    if top in ("decimal", "integer"):
        return name in _INTEGERS
    return top == "string" and name in _STRINGS
