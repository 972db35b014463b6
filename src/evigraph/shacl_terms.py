"""The words of SHACL 1.0 that a shapes file may use (W3C Recommendation of 20 July 2017).

Engines skip a word that they do not know, and a constraint that is skipped looks like one that
holds. So the words are listed here and all others are refused.
"""

from __future__ import annotations

from typing import Final

_CLASSES = {"NodeShape", "PropertyShape", "Shape", "PropertyGroup", "Severity", "NodeKind"}
_SEVERITIES = {"Info", "Warning", "Violation"}
_NODE_KINDS = {"BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"}
_TARGETS = {"targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"}
_PATHS = {
    "path",
    "inversePath",
    "alternativePath",
    "zeroOrMorePath",
    "oneOrMorePath",
    "zeroOrOnePath",
}
_ABOUT = {
    "name",
    "description",
    "order",
    "group",
    "defaultValue",
    "message",
    "severity",
    "deactivated",
}
_CONSTRAINTS = {
    *("class", "datatype", "nodeKind", "minCount", "maxCount"),
    *("minExclusive", "minInclusive", "maxExclusive", "maxInclusive"),
    *("minLength", "maxLength", "pattern", "flags", "languageIn", "uniqueLang"),
    *("equals", "disjoint", "lessThan", "lessThanOrEquals"),
    *("not", "and", "or", "xone", "node", "property"),
    *("qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint"),
    *("closed", "ignoredProperties", "hasValue", "in"),
}
_DECLARATIONS = {"declare", "prefix", "namespace", "shapesGraph", "suggestedShapesGraph", "entailment"}

#: SHACL Core.
CORE: Final[frozenset[str]] = frozenset(
    _CLASSES | _SEVERITIES | _NODE_KINDS | _TARGETS | _PATHS | _ABOUT | _CONSTRAINTS | _DECLARATIONS
)
#: The words whose value is a truth, which SHACL takes for one only when it is written ``true``.
FLAGS: Final[frozenset[str]] = frozenset(
    {"closed", "deactivated", "qualifiedValueShapesDisjoint", "uniqueLang"}
)
#: What SHACL-SPARQL adds.
SPARQL: Final[frozenset[str]] = frozenset(
    {
        *("sparql", "select", "ask", "prefixes", "SPARQLConstraint", "SPARQLExecutable"),
        *("SPARQLSelectExecutable", "SPARQLAskExecutable", "ConstraintComponent", "Parameterizable"),
        *("Parameter", "parameter", "optional", "validator", "nodeValidator", "propertyValidator"),
        *("labelTemplate", "SPARQLAskValidator", "SPARQLSelectValidator", "Validator"),
    }
)
