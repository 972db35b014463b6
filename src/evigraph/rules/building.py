"""Makes the files of a review that follow from ``shapes/criteria.yaml``, and says which do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.changing import write_files, writing_alone
from evigraph.errors import InputError
from evigraph.folder import Folder
from evigraph.names import STUDY
from evigraph.reading import read_bytes
from evigraph.rules.examples import Examples, statements
from evigraph.rules.forms import Form, Never, Statements
from evigraph.rules.model import Criterion, Tested
from evigraph.rules.parsing import read_criteria_file
from evigraph.rules.shaping import decidable, satisfied
from evigraph.rules.turtle import Turtle
from evigraph.rules.wording import worded
from evigraph.rules.words import Words
from evigraph.terms import DESCRIPTION, IDENTIFIER, RDF_TYPE, RDFS_LABEL, XSD, evi
from evigraph.verdicts import Outcome

#: Where criteria are written, and what follows from them, below the folder of a review.
SOURCE = "shapes/criteria.yaml"
STATEMENTS = "graph/criteria.ttl"
SHAPES = "shapes/criteria"
FIXTURES = "tests/fixtures/criteria"
#: How every other file that was made begins, so that none that a person wrote is taken for one.
_MADE = f"Made from {SOURCE} by 'evigraph rules build'; change it there."
_EXAMPLE = "https://example.org/study/"
_FIXTURES = {Outcome.MET: "met", Outcome.NOT_MET: "not-met", Outcome.CANNOT_TELL: "cannot-tell"}


@dataclass(frozen=True)
class Step:
    """A file that is not as it follows from the criteria: its path below the review, and what it is."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


class Made:
    """What follows from the criteria file of a review.

    Args:
        folder: The review.
        iri: Its IRI.

    Raises:
        InputError: The criteria file is missing or cannot be used; file and line are named.

    Attributes:
        criteria: The sets and rules.
        files: What each file shall hold, by its path below the review.
    """

    def __init__(self, folder: Folder, iri: ox.NamedNode) -> None:
        path = folder.path / SOURCE
        if not path.is_file():
            raise InputError(f"{path}: no such file; write the criteria there, then run it again")
        self.folder = folder
        self._space = iri.value.rstrip("/")
        self._prefixes = dict(folder.prefixes)
        for name in ("rule", "set", "shape"):
            if self._space_of(name) not in self._prefixes.values():
                self._prefixes[name] = self._space_of(name)
        self._words = Words(folder)
        self.criteria: Sequence[Criterion] = read_criteria_file(path, self._words)
        self.tested = [(c, c.tested) for c in self.criteria if c.tested is not None]
        if not self.tested:
            raise InputError(f"{path}:1: no criterion has a test; nothing could be screened by it")
        self.files = {STATEMENTS: serialize(self._statements(iri), "turtle", self._prefixes)}
        for order, (criterion, tested) in enumerate(self.tested, 1):
            self.files[f"{SHAPES}/{criterion.slug}.ttl"] = self._shapes(criterion, tested, order)
            for name, data in self._fixtures(criterion, tested):
                self.files[f"{FIXTURES}/{criterion.slug}/{name}.ttl"] = data

    def steps(self) -> list[Step]:
        """The files that are missing, other than they should be, or left over, sorted."""
        found = []
        for name, data in self.files.items():
            path = self.folder.path / name
            if not path.is_file():
                found.append(Step(name, "is missing"))
            elif path.read_bytes() != data:
                found.append(Step(name, f"is not what {SOURCE} says"))
        found += [Step(name, f"is of no criterion in {SOURCE}") for name in self._left_over()]
        return sorted(found, key=lambda step: step.path)

    def write(self) -> list[Step]:
        """Write what is missing or other, and remove what is left over; all of it or nothing.

        Returns:
            What was not as it should be, and now is.

        Raises:
            InputError: A file that a person wrote stands in the way, or speaks of the same criteria.
            EnvironmentFaultError: A file cannot be written or removed.
        """
        with writing_alone(self.folder.path / "graph"):
            self._require_room()
            steps = self.steps()
            changed = {self.folder.path / s.path: self.files[s.path] for s in steps if s.path in self.files}
            write_files(changed, [self.folder.path / name for name in self._left_over()])
        return steps

    def _left_over(self) -> list[str]:
        places = (SHAPES, FIXTURES)
        names = (self.folder.name_of(path) for place in places for path in self.folder.files(place, ".ttl"))
        return [name for name in names if name not in self.files and self._is_made(name)]

    def _is_made(self, name: str) -> bool:
        path = self.folder.path / name
        return path.is_file() and path.read_bytes().startswith(f"# {_MADE}".encode())

    def _require_room(self) -> None:
        """Refuse to write over what a person wrote, or to say of a criterion what another file says."""
        for name in self.files:
            path = self.folder.path / name
            if name != STATEMENTS and path.is_file() and read_bytes(path) and not self._is_made(name):
                raise InputError(
                    f"{path}: was not made from {SOURCE}; move it away, or give the criterion another slug"
                )
        kinds = (evi("CriterionSet"), evi("Rule"))
        for path in self.folder.files("graph"):
            if path.parent.name == "graph" and self.folder.name_of(path) != STATEMENTS:
                for quad in self.folder.read_graph_file(path):
                    if quad.predicate == RDF_TYPE and quad.object in kinds:
                        raise InputError(
                            f"{path}: speaks of the criterion <{quad.subject.value}>, and "  # type: ignore[union-attr]
                            f"{SOURCE} of the criteria; take it out of one of them"
                        )

    def _space_of(self, kind: str) -> str:
        return f"{self._space}/{kind}/"

    def _node(self, criterion: Criterion) -> ox.NamedNode:
        return ox.NamedNode(self._space_of("rule" if criterion.in_set else "set") + criterion.slug)

    def _shape(self, criterion: Criterion, aspect: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self._space_of('shape')}{criterion.slug}-{aspect}")

    def _statements(self, iri: ox.NamedNode) -> Iterable[ox.Quad]:
        """What the graph says of the criteria."""
        by_id = {criterion.id: criterion for criterion in self.criteria}
        sets = {c.slug: self._node(c) for c in self.criteria if c.in_set is None}
        for criterion in self.criteria:
            node = self._node(criterion)
            said: list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]] = [
                (RDF_TYPE, evi("Rule" if criterion.in_set else "CriterionSet")),
                (IDENTIFIER, ox.Literal(criterion.id)),
                (RDFS_LABEL, ox.Literal(criterion.label, language="en")),
                (DESCRIPTION, ox.Literal(criterion.description)),
                (evi("polarity"), ox.Literal(criterion.polarity)),
                *((evi(name), ox.Literal(text)) for name, text in criterion.more.items()),
            ]
            if criterion.in_set:
                said.append((evi("inSet"), sets[criterion.in_set]))
            else:
                yield ox.Quad(iri, evi("hasCriterionSet"), node)
            if criterion.tested:
                said += [(evi(name), self._shape(criterion, name)) for name in ("satisfied", "decidable")]
                said.append((evi("settledBy"), criterion.tested.settled_by.iri))
            if criterion.tested_with:
                said.append((evi("testedWith"), self._node(by_id[criterion.tested_with])))
            if criterion.not_tested:
                said.append((evi("notTestedBecause"), ox.Literal(criterion.not_tested)))
            for predicate, value in said:
                yield ox.Quad(node, predicate, value)

    def _shapes(self, criterion: Criterion, tested: Tested, order: int) -> bytes:
        """The two shapes of a criterion."""
        excludes = criterion.polarity == "excludes"
        yes, no = satisfied(tested, excludes=excludes), decidable(tested, excludes=excludes)
        if isinstance(yes, Never):
            raise InputError(
                f"{self.folder.path / SOURCE}:{tested.line}: nothing recorded can show that criterion "
                f"{criterion.id} is met, since what is absent is unknown; ask for what is present"
            )
        fails = worded(tested.fails) if tested.fails else worded(tested.test, holds=excludes)
        known = f"Known to fail when {fails}."
        notes = {}
        shape = self._shape(criterion, "decidable")
        if isinstance(no, Never):
            known = "What is absent is unknown; nothing recorded can contradict the criterion."
            notes[shape] = [
                "A study is an IRI, and this shape holds for no IRI: the criterion is never not met."
            ]
        says = Statements()
        met = self._shape(criterion, "satisfied")
        _describe(says, met, yes, (tested.asks_for, criterion.rationale, tested.message), order)
        _describe(says, shape, no, (f"{tested.asks_for}: enough is known", known, tested.unknown), order)
        kind = "rule" if criterion.in_set else "criterion set"
        head = [_MADE, f"Tests {kind} {criterion.id}: {criterion.description}"]
        return Turtle(says.quads, self._prefixes).text(head, notes).encode()

    def _fixtures(self, criterion: Criterion, tested: Tested) -> Iterable[tuple[str, bytes]]:
        """A study for each outcome that a criterion can have, by the name of its file."""
        excludes = criterion.polarity == "excludes"
        examples = Examples(self._words, tested, excludes=excludes)
        never = isinstance(decidable(tested, excludes=excludes), Never)
        for wanted, name in _FIXTURES.items():
            if wanted is Outcome.NOT_MET and never:
                continue
            study = examples.study(wanted)
            if study is None:
                raise InputError(
                    f"{self.folder.path / SOURCE}:{tested.line}: no study could be made up for which "
                    f"criterion {criterion.id} is {wanted.value}; do its tests contradict each other?"
                )
            quads = statements(study, ox.NamedNode(_EXAMPLE + name))
            head = [_MADE, f"An invented study; criterion {criterion.id}, {criterion.label}: {wanted.value}."]
            yield name, Turtle(quads, self._prefixes).text(head).encode()


def _describe(
    says: Statements, shape: ox.NamedNode, form: Form, texts: tuple[str, str, str], order: int
) -> None:
    """State a shape with its name, description and message."""
    says.shape(shape, form, STUDY)
    name, description, message = texts
    says.say(shape, "name", ox.Literal(name, language="en"))
    says.say(shape, "description", ox.Literal(description, language="en"))
    says.say(shape, "order", ox.Literal(str(order), datatype=ox.NamedNode(XSD + "integer")))
    says.say(shape, "message", ox.Literal(message, language="en"))
