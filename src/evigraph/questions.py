"""Questions: SPARQL files with a header that says in words what they ask.

The header lines begin with ``#+`` and hold YAML, the convention of grlc, so that each file is
an API operation too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from evigraph.errors import InputError, UnknownNameError
from evigraph.folder import Folder
from evigraph.guard import require_modest
from evigraph.reading import read_text
from evigraph.terms import BASIS, RDF_TYPE, SKOS, XSD, local_name

PARAMETER_TYPES = ("study", "concept", "basis", "choice", "text", "integer")
NEEDS = ("verdicts", "claims")
#: What each header field holds; ``summary`` alone must be there.
_FIELDS = {"summary": str, "description": str, "params": dict, "tags": list, "needs": list, "number": int}
_KINDS = {str: "a text", dict: "a mapping", list: "a list", int: "a number"}
#: Words of :meth:`evigraph.Review.ask`, which a parameter cannot be called by.
_RESERVED = ("self", "question", "query", "trust", "where")


@dataclass(frozen=True)
class Parameter:
    """What a question wants to be told.

    Attributes:
        name: The variable that is bound, without its question mark.
        type: One of :data:`PARAMETER_TYPES`.
        default: The value when none is given; ``None`` when one must be given.
        description: What the value means.
        choices: The values of a ``choice``.
    """

    name: str
    type: str
    default: str | None = None
    description: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A query with its header.

    Attributes:
        name: The name of the file without ``.rq``.
        path: Where the file stands.
        text: The whole text of the file.
        summary: The question in words.
        description: How to read the answer.
        parameters: What it wants to be told.
        tags: Free words; ``competency``, ``claim`` or ``report`` among them.
        needs: What must be computed first: ``verdicts``, ``claims``.
        number: Its place in a list of questions; those without one come last.
    """

    name: str
    path: Path
    text: str = field(repr=False)
    summary: str
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    number: int | None = None


def find_question(folder: Folder, name: str) -> Question:
    """The question of a review that has this name.

    Raises:
        UnknownNameError: There is none; the message gives the nearest names.
        InputError: Its header is missing or wrong; the line is named.
    """
    paths = {path.stem: path for path in folder.files("queries", ".rq")}
    if name not in paths:
        raise UnknownNameError("question", name, paths)
    question = read_question(paths[name])
    require_modest(question.text, str(question.path))
    return question


def all_questions(folder: Folder) -> list[Question]:
    """All questions of a review: the numbered ones in their order, then the others by name."""

    def place(question: Question) -> tuple[bool, int, str]:
        return question.number is None, question.number or 0, question.name

    return sorted(map(read_question, folder.files("queries", ".rq")), key=place)


def read_question(path: Path) -> Question:
    """Read a query file and its header.

    Raises:
        InputError: The header is missing, is no YAML, lacks a summary, or uses an unknown key.
    """
    return _question(path, read_text(path))


@lru_cache(maxsize=256)  # a page asks the same questions several times
def _question(path: Path, text: str) -> Question:
    import yaml

    header = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        fields = yaml.safe_load("\n".join(header)) or {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a number or date that cannot be; too deep
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise InputError(f"{path}:{line}: the #+ header is no YAML; mend that line") from None
    if not isinstance(fields, dict) or not fields.get("summary"):
        raise InputError(f"{path}:1: no '#+ summary:'; add one line that asks the question in words")
    for key, value in fields.items():
        if key not in _FIELDS:
            raise InputError(f"{path}:1: unknown header key {key!r}; known are {', '.join(sorted(_FIELDS))}")
        if not isinstance(value, _FIELDS[key]):
            raise InputError(f"{path}:1: header key {key!r} is not {_KINDS[_FIELDS[key]]}; write it as one")
    needs = tuple(fields.get("needs", ()))
    if unknown := [n for n in needs if n not in NEEDS]:
        raise InputError(f"{path}:1: unknown need {unknown[0]!r}; known are {', '.join(NEEDS)}")
    parameters = tuple(_parameter(path, n, f) for n, f in (fields.get("params") or {}).items())
    return Question(
        name=path.stem,
        path=path,
        text=text,
        summary=str(fields["summary"]),
        description=str(fields.get("description", "")),
        parameters=parameters,
        tags=tuple(fields.get("tags", ())),
        needs=needs,
        number=fields.get("number"),
    )


def needs_of(query: str) -> tuple[str, ...]:
    """What a query without a header seems to need: verdicts or recounts when it speaks of them."""
    if any(word in query for word in ("atLeast", "atMost", "recordedNumber", "recountStatus")):
        return ("verdicts", "claims")
    return ("verdicts",) if re.search("verdict|/earl#|earl:", query, re.IGNORECASE) else ()


def bind(
    question: Question,
    values: Mapping[str, str],
    folder: Folder,
    studies: Callable[[str], Mapping[str, ox.NamedNode]],
) -> dict[str, ox.NamedNode | ox.Literal]:
    """Turn the given values into terms of the types that the question declares.

    Args:
        question: The question that is asked.
        values: Text by parameter name; parameters left out take their default.
        folder: The review, which knows its concepts.
        studies: Gives the studies of the review that a name could mean, by key.

    Raises:
        UnknownNameError: A parameter, study, concept, basis or choice does not exist.
        InputError: A parameter without default is left out, or an integer is none.
    """
    names = [parameter.name for parameter in question.parameters]
    for name in values:
        if name not in names:
            raise UnknownNameError(f"parameter of {question.name}", name, names)
    terms: dict[str, ox.NamedNode | ox.Literal] = {}
    for parameter in question.parameters:
        value = values.get(parameter.name, parameter.default)
        if value is None:
            raise InputError(
                f"{question.name}: parameter {parameter.name!r} is missing; "
                f"give --param {parameter.name}=<{parameter.type}>"
            )
        terms[parameter.name] = _term(parameter, str(value), folder, studies)
    return terms


def _parameter(path: Path, name: object, fields: object) -> Parameter:
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z]\w*", name) or name in _RESERVED:
        raise InputError(f"{path}:1: a parameter cannot be called {name!r}; use letters, and no word of ours")
    if not isinstance(fields, dict):
        raise InputError(f"{path}:1: parameter {name!r} is not a mapping; write {name}: {{type: text}}")
    kind = fields.get("type", "text")
    if kind not in PARAMETER_TYPES:
        known = ", ".join(PARAMETER_TYPES)
        raise InputError(f"{path}:1: parameter {name!r} has unknown type {kind!r}; known are {known}")
    default = fields.get("default")
    return Parameter(
        name=name,
        type=kind,
        default=None if default is None else str(default),
        description=str(fields.get("description", "")),
        choices=tuple(map(str, fields.get("choices", ()))),
    )


def _term(
    parameter: Parameter, value: str, folder: Folder, studies: Callable[[str], Mapping[str, ox.NamedNode]]
) -> ox.NamedNode | ox.Literal:
    if parameter.type == "integer":
        if not value.lstrip("-").isdigit():
            raise InputError(f"parameter {parameter.name!r}: {value!r} is no whole number")
        return ox.Literal(value, datatype=ox.NamedNode(XSD + "integer"))
    if parameter.type == "choice":
        if value not in parameter.choices:
            raise UnknownNameError(parameter.name, value, parameter.choices)
        return ox.Literal(value)
    if parameter.type == "text":
        return ox.Literal(value)
    known = studies(value) if parameter.type == "study" else _named(parameter.type, folder)
    if value in known:
        return known[value]
    by_iri = {node.value: node for node in known.values()}
    if value in by_iri:
        return by_iri[value]
    raise UnknownNameError(parameter.type, value, known)


def _named(kind: str, folder: Folder) -> dict[str, ox.NamedNode]:
    if kind == "basis":
        nodes = [q.subject for q in folder.ontology if isinstance(q.subject, ox.NamedNode)]
        return {local_name(n.value): n for n in nodes if n.value.startswith(BASIS)}
    concept = ox.NamedNode(SKOS + "Concept")
    return {
        local_name(q.subject.value): q.subject
        for q in folder.ontology
        if q.predicate == RDF_TYPE and q.object == concept and isinstance(q.subject, ox.NamedNode)
    }
