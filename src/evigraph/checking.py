"""Is a record usable at all?  Syntax, known words, and the shapes of ``shapes/well-formed/``."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from evigraph.claims import read_claims
from evigraph.confined.limits import Limits, StoppedError
from evigraph.confined.store import Asked, Room
from evigraph.cut import Index, Paths, in_sight
from evigraph.engines import PySHACL, Result
from evigraph.errors import InputError, ShapesError, UnknownNameError
from evigraph.folder import Folder
from evigraph.names import compact
from evigraph.questions import Question, all_questions
from evigraph.reading import as_given, read_quads
from evigraph.screening import Screener
from evigraph.shapes import Shapes, index_by_predicate
from evigraph.shapes_guard import may_run_away
from evigraph.shipped import are_shipped
from evigraph.store import EmbeddedStore, query_form
from evigraph.tables import html_table
from evigraph.terms import INFERRED_GRAPH, ONTOLOGY_GRAPH, RDF_TYPE, RECORD_GRAPH, SH, XSD
from evigraph.trust import Trust

if TYPE_CHECKING:
    import pandas

_WELL_FORMED = "shapes/well-formed"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that does not hold.

    Attributes:
        file: The file that says most of the node; empty when none does.
        node: The node, as a prefixed name or IRI.
        property: The property in question; empty when it is the node itself.
        value: The value that does not hold; empty when one is missing.
        message: What is wrong and what to do.
        shape: The shape that says so.
    """

    file: str
    node: str
    property: str
    value: str
    message: str
    shape: str

    def __str__(self) -> str:
        at = " ".join(part for part in (self.node, self.property, self.value) if part)
        return f"{self.file}: {at}: {self.message}" if self.file else f"{at}: {self.message}"


@dataclass(frozen=True)
class Check(Sequence[Problem]):
    """What a check found.

    Attributes:
        shapes: How many shapes were checked.
        nodes: How many nodes they checked.
        idle: The shapes that found no node to check.
        problems: What does not hold, sorted.
        where: What was checked, in words.
    """

    shapes: int
    nodes: int
    idle: tuple[str, ...]
    problems: tuple[Problem, ...]
    where: str

    @property
    def conforms(self) -> bool:
        """Whether something was checked and all of it holds."""
        return self.nodes > 0 and not self.problems

    def __len__(self) -> int:
        return len(self.problems)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]  # int or slice, as in a tuple
        return self.problems[index]

    @property
    def summary(self) -> str:
        """One line: how many shapes checked how many nodes, and what came of it."""
        found = f"{len(self)} problem{'' if len(self) == 1 else 's'}" if self.problems else "all hold"
        if not self.nodes:
            found = "nothing was checked"
        idle = f"; {len(self.idle)} of the shapes found nothing to check" if self.idle else ""
        return f"{self.where}: {self.shapes} shapes checked {self.nodes} nodes: {found}{idle}"

    def to_dict(self) -> dict[str, Any]:
        """The check as plain values."""
        return {
            "conforms": self.conforms,
            "shapes": self.shapes,
            "nodes": self.nodes,
            "idle": list(self.idle),
            "problems": [asdict(problem) for problem in self.problems],
        }

    def to_json(self) -> str:
        """:meth:`to_dict` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n"

    def table(self) -> tuple[list[str], list[list[str]]]:
        """A header and one row a problem."""
        header = ["file", "node", "property", "value", "message"]
        return header, [[p.file, p.node, p.property, p.value, p.message] for p in self.problems]

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame with one row a problem.

        Raises:
            ImportError: pandas is not installed (``pip install evigraph[pandas]``).
        """
        import pandas

        columns = ["file", "node", "property", "value", "message", "shape"]
        return pandas.DataFrame([asdict(p) for p in self.problems], columns=columns).convert_dtypes()

    def _repr_html_(self) -> str:
        return html_table(*self.table(), caption=self.summary)

    def to_turtle(self, prefixes: Mapping[str, str]) -> str:
        """The check as a ``sh:ValidationReport`` without blank nodes, in canonical Turtle."""
        from evigraph.canonical import serialize

        def sh(name: str) -> ox.NamedNode:
            return ox.NamedNode(SH + name)

        def node(text: str) -> ox.NamedNode | ox.Literal:
            prefix, _, rest = text.partition(":")
            iri = prefixes[prefix] + rest if prefix in prefixes else text
            return ox.NamedNode(iri) if "://" in iri or iri.startswith("urn:") else ox.Literal(text)

        report = ox.NamedNode("urn:evigraph:check")
        verdict = ox.Literal(str(self.conforms).lower(), datatype=ox.NamedNode(XSD + "boolean"))
        quads = [
            ox.Quad(report, RDF_TYPE, sh("ValidationReport")),
            ox.Quad(report, sh("conforms"), verdict),
        ]
        for number, problem in enumerate(self.problems, 1):
            result = ox.NamedNode(f"urn:evigraph:check#result-{number}")
            quads += [
                ox.Quad(report, sh("result"), result),
                ox.Quad(result, RDF_TYPE, sh("ValidationResult")),
                ox.Quad(result, sh("focusNode"), node(problem.node)),
                ox.Quad(result, sh("resultSeverity"), sh("Violation")),
                ox.Quad(result, sh("resultMessage"), ox.Literal(problem.message)),
            ]
            if problem.shape:
                quads.append(ox.Quad(result, sh("sourceShape"), node(problem.shape)))
            if problem.property:
                quads.append(ox.Quad(result, sh("resultPath"), node(problem.property)))
            if problem.value:
                quads.append(ox.Quad(result, sh("value"), node(problem.value)))
        return serialize(quads, "turtle", prefixes).decode()


def check_review(folder: Folder, name: str, iri: ox.NamedNode, limits: Limits | None = None) -> Check:
    """Check a whole review: ontology, graph, shapes, queries and claims.

    Args:
        folder: The review.
        name: What to call it in the summary.
        iri: The IRI of the review.
        limits: What a query or a shape may take that does not come with the package.

    Raises:
        InputError: A file cannot be parsed, uses an unknown word, or a query lacks its header.
        ShapesError: A shape would check nothing.
        StoppedError: Shapes did not come to an end; what the others gave is in the error.
    """
    Screener(folder, folder.graph).require_targets(folder.graph)
    _require_questions(folder, limits)
    shapes = _well_formed(folder)
    check, stopped = _run(folder, shapes, folder.graph, [], name, limits)
    check = replace(
        check, problems=tuple(sorted({*check.problems, *_stale(folder), *_out_of_step(folder, iri)}))
    )
    return _complete(check, stopped)


def _complete(check: Check, stopped: Sequence[str]) -> Check:
    if stopped:
        raise StoppedError(stopped, check)
    return check


def _out_of_step(folder: Folder, iri: ox.NamedNode) -> list[Problem]:
    """What was made from other criteria or concepts than those of the files that people change."""
    from evigraph import concepts
    from evigraph.rules.building import SOURCE, Made

    found = []
    if concepts.out_of_step(folder):
        message = "is not what the table says; run 'evigraph concepts build'"
        found.append(Problem(concepts.TABLE, concepts.CONCEPTS, "", "", message, ""))
    if (folder.path / SOURCE).is_file():
        message = "{}; run 'evigraph rules build'"
        steps = Made(folder, iri).steps()
        found += [Problem(SOURCE, step.path, "", "", message.format(step.what), "") for step in steps]
    return found


def _stale(folder: Folder) -> list[Problem]:
    """What a reasoner drew from other files than the review has now."""
    from evigraph.reasoning import kept

    if not kept.is_stale(folder):
        return []
    message = "was drawn from other files than these; run 'evigraph reason --write'"
    return [
        Problem(
            folder.name_of(kept.place(folder)), compact(INFERRED_GRAPH, folder.prefixes), "", "", message, ""
        )
    ]


def check_files(folder: Folder, paths: Iterable[str | Path], limits: Limits | None = None) -> Check:
    """Check files against the ontology and the shapes of a review.

    What the review's bookkeeping says of other things than the files do is known too, so that a
    file may point to a person, a source or a reference of the review.

    Raises:
        InputError: A file cannot be read or parsed, or uses an unknown word.
        StoppedError: Shapes did not come to an end; what the others gave is in the error.
    """
    shapes = _well_formed(folder)
    quads: list[ox.Quad] = []
    names = []
    for path in paths:
        read = read_quads(path)
        folder.vocabulary.require(path, read)
        quads += as_given(read)
        names.append(str(path))
    own = {quad.subject for quad in quads}
    known = _known_in_sight(own, quads, shapes, [q for q in folder.graph if q.graph_name == RECORD_GRAPH])
    return _complete(*_run(folder, shapes, quads, known, ", ".join(names), limits, folder_files=False))


def _known_in_sight(
    own: Collection[object], quads: list[ox.Quad], shapes: Shapes, known: list[ox.Quad]
) -> list[ox.Quad]:
    """What shapes can see of known statements from the nodes of a file, or are led to these nodes by."""
    others = [quad for quad in known if quad.subject not in own]
    forward = frozenset(quad.predicate for quad in others) | {quad.predicate for quad in quads}
    index = Index([*quads, *others], Paths(forward, frozenset(shapes.predicates()[1]), classes=True))
    seen = set(in_sight(own, index))
    return [quad for quad in others if quad in seen or quad.object in own]


def _well_formed(folder: Folder) -> Shapes:
    where = str(folder.path / _WELL_FORMED)
    shapes = Shapes.read(folder.files(_WELL_FORMED, ".ttl"), folder.vocabulary, where)
    for shape in shapes.idle():
        raise ShapesError(
            f"shape <{shape.value}> targets nothing and no other shape uses it; give it a target"
        )
    known = {quad.subject for quad in folder.ontology}
    for shape, classes in shapes.target_classes().items():
        for missing in classes - known:
            raise ShapesError(
                f"shape <{shape.value}> targets the class <{missing.value}>, which the ontology "
                "does not have; it would check nothing"
            )
    return shapes


def _run(
    folder: Folder,
    shapes: Shapes,
    quads: list[ox.Quad],
    known: list[ox.Quad],
    where: str,
    limits: Limits | None,
    *,
    folder_files: bool = True,
) -> tuple[Check, list[str]]:
    """The check, and what to say of each shape that was stopped."""
    everything = [*quads, *known, *(q for q in folder.ontology if q.graph_name == ONTOLOGY_GRAPH)]
    index = index_by_predicate(everything)
    own = {quad.subject for quad in quads}
    checked: set[object] = set()
    idle = []
    for shape in shapes.targeted():
        focus = shapes.focus_nodes(shape, index) & own
        checked |= focus
        if not focus:
            idle.append(compact(shape, folder.prefixes))
    names = {node.value for node in checked if isinstance(node, ox.NamedNode | ox.BlankNode)}
    found, stopped = _validated(folder, shapes, everything, limits)
    results = [result for result in found if result.focus in names]
    check = Check(
        shapes=len(shapes.named),
        nodes=len(checked),
        idle=tuple(idle),
        problems=tuple(sorted({_problem(folder, r, where, folder_files) for r in results})),
        where=where,
    )
    return check, stopped


def _validated(
    folder: Folder, shapes: Shapes, quads: list[ox.Quad], limits: Limits | None
) -> tuple[list[Result], list[str]]:
    """All results, and what to say of each shape that was stopped."""
    if not may_run_away(shapes) or are_shipped(folder.files(_WELL_FORMED, ".ttl")):
        return PySHACL(shapes).results(quads), []
    from evigraph.confined.engine import ConfinedEngine

    engine = ConfinedEngine(shapes, [], "pyshacl", limits)
    try:
        return engine.results(quads), list(engine.stopped.values())
    finally:
        engine.close()


def _problem(folder: Folder, result: Result, where: str, folder_files: bool) -> Problem:
    def short(iri: str) -> str:
        return compact(ox.NamedNode(iri), folder.prefixes) if "://" in iri else iri

    path = folder.file_of(result.focus) if folder_files else None
    return Problem(
        file=(folder.name_of(path) if path else "") if folder_files else where,
        node=short(result.focus),
        property=short(result.path) if result.path else "",
        value=short(result.value) if result.value else "",
        message=result.message,
        shape=short(result.shape) if result.shape else "",
    )


def _require_questions(folder: Folder, limits: Limits | None) -> None:
    """Refuse a review whose queries cannot be asked: header, syntax, double names, claims' queries."""
    questions = all_questions(folder)
    names = [question.name for question in questions]
    for question in questions:
        if names.count(question.name) > 1:
            raise InputError(f"{question.path}: a second question is named {question.name!r}; rename one")
    with Room(limits) as room:
        for question in questions:
            _require_syntax(question, room.over(EmbeddedStore()))
    for claim in read_claims(folder.graph):
        if claim.query and claim.query not in names:
            raise UnknownNameError(f"query of claim {claim.id}", claim.query, names)


def _require_syntax(question: Question, store: Asked) -> None:
    where = str(question.path)
    form = query_form(question.text)
    if form == "ask":
        store.ask(question.text, trust=Trust.DEDUCED, where=where)
    elif form in ("construct", "describe"):
        store.construct(question.text, trust=Trust.DEDUCED, where=where)
    else:
        store.select(question.text, trust=Trust.DEDUCED, where=where)
