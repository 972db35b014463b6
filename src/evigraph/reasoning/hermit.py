"""HermiT, the OWL 2 DL reasoner that comes with owlready2, called as a Java program.

owlready2 itself is not imported: loading an ontology with it can import and run a Python module that
an annotation names (``owlready_ontology.owl#python_module``), and fetches what is imported. What it
brings is the program; the classes and switches are those of its ``sync_reasoner_hermit``.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from evigraph.errors import EnvironmentFaultError, InputError
from evigraph.reasoning.engines import Answer
from evigraph.reasoning.given import EQUIVALENT_CLASS, SUB_CLASS_OF, Axiom, Given, Names, terms_of
from evigraph.reasoning.process import Deadline, Ended, run
from evigraph.terms import OWL, RDF_TYPE

_MEMORY = "-Xmx2000M"
#: A short run is over before the second compiler or a parallel collector pays.
_JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_INCONSISTENT = "InconsistentOntologyException"
_HIERARCHY = re.compile(
    r"^(SubClassOf|EquivalentClasses|SubObjectPropertyOf|EquivalentObjectProperties|Type)\( (.*) \)$",
    re.MULTILINE,
)
_VALUES = re.compile(r"^<urn:n:(\d+)> \(known instances: (.*?) \| possible", re.MULTILINE)
_PAIR = re.compile(r"\(<urn:n:(\d+)>, <urn:n:(\d+)>\)")
_TERM = re.compile(r"(ObjectInverseOf\( )?<(?:urn:n:(\d+)|[^>]*#(\w+))>")

#: A class or a property, and whether the property is meant the other way round.
_Term = tuple[str, bool]


class HermiT:
    """OWL 2 DL by HermiT.

    Args:
        deadline: When all of its work has to have ended.

    Raises:
        EnvironmentFaultError: Java or owlready2 is not here.
    """

    name = "hermit"

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._command = [_java(), _MEMORY, *_JVM, "-cp", _class_path()]
        self._command.append("org.semanticweb.HermiT.cli.CommandLine")

    def answer(self, given: Given) -> Answer:
        """As :meth:`Reasoner.answer`."""
        names = Names()
        text = names.ntriples([*given.declarations(), *terms_of(given.everything)])
        ended = self._run(["-c", "-O", "-I", "-Y", "-N"], [text])
        if _INCONSISTENT in ended.err:
            return Answer(consistent=False)
        if ended.code or ended.err.strip():
            raise _failure(ended)
        return _read(ended.out, names, given)

    def first_clash(self, given: Given, growing: Sequence[Sequence[Axiom]]) -> int:
        """As :meth:`Reasoner.first_clash`; one run of Java for the whole row."""
        names = Names()
        declared = given.declarations()
        ended = self._run(["-k", "-N"], [names.ntriples([*declared, *terms_of(a)]) for a in growing])
        if ended.code and _INCONSISTENT not in ended.err:
            raise _failure(ended)
        return ended.out.count(" is satisfiable.")

    def _run(self, switches: list[str], texts: Sequence[str]) -> Ended:
        with tempfile.TemporaryDirectory(prefix="evigraph-") as folder:
            files = [Path(folder) / f"{number}.nt" for number in range(len(texts))]
            for file, text in zip(files, texts, strict=True):
                file.write_text(text, encoding="ascii", errors="replace")
            try:
                return run([*self._command, *switches, *(f.as_uri() for f in files)], self._deadline)
            except OSError as error:
                raise EnvironmentFaultError(
                    f"{self._command[0]}: cannot be run: {error.strerror}; {_OFFER}"
                ) from None


_OFFER = "or take --engine rl, which needs no Java"


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    found = found or shutil.which("java")
    if not found:
        raise EnvironmentFaultError(
            f"HermiT needs Java, and there is none; install Java 11 or newer, {_OFFER}"
        )
    return found


def _class_path() -> str:
    spec = importlib.util.find_spec("owlready2")
    if spec is None or spec.origin is None:
        raise EnvironmentFaultError(
            "HermiT comes with owlready2, which is not installed; run 'pip install owlready2', "
            "or take --engine rl"
        )
    folder = Path(spec.origin).parent / "hermit"
    return os.pathsep.join([str(folder), str(folder / "HermiT.jar")])


def _failure(ended: Ended) -> Exception:
    lines = [line for line in ended.err.splitlines() if line.strip() and not line.startswith("Picked up")]
    said = next((line for line in lines if "Exception" in line or "Error" in line), "".join(lines[:1]))
    said = said.removeprefix('Exception in thread "main" ')
    if "MalformedLiteral" in said:
        return InputError(f"HermiT cannot read a value: {said.partition(': ')[2]}; mend it")
    return EnvironmentFaultError(f"HermiT failed: {said or f'exit code {ended.code}'}; take --engine rl")


def _read(text: str, names: Names, given: Given) -> Answer:
    """What HermiT printed: direct superiors, most specific types, relations of most specific properties."""
    answer = Answer()
    superiors, types = _told(given)
    for relation, listed in _HIERARCHY.findall(text):
        terms = [(names.iri(n) if n else OWL + w, bool(inverse)) for inverse, n, w in _TERM.findall(listed)]
        if relation == "Type":
            types[terms[0][0]].add(terms[1])
        elif relation.startswith("Sub"):
            _put_above(superiors, *terms)
        elif (OWL + "Nothing", False) in terms:
            answer.unsatisfiable |= {iri for iri, _ in terms if not iri.startswith(OWL)}
        else:
            for one, other in itertools.product(terms, repeat=2):
                _put_above(superiors, one, other)
    for individual, kinds in types.items():
        for kind, _ in _closed(kinds, superiors):
            answer.statements.add(ox.Triple(ox.NamedNode(individual), RDF_TYPE, ox.NamedNode(kind)))
    for number, pairs in _VALUES.findall(text):
        properties = _closed({(names.iri(number), False)}, superiors)
        answer.statements.update(_relations(properties, _PAIR.findall(pairs), names))
    return answer


def _relations(properties: set[_Term], pairs: Iterable[tuple[str, str]], names: Names) -> Iterator[ox.Triple]:
    for first, second in pairs:
        one, other = ox.NamedNode(names.iri(first)), ox.NamedNode(names.iri(second))
        for property, inverse in properties:
            predicate = ox.NamedNode(property)
            yield ox.Triple(other, predicate, one) if inverse else ox.Triple(one, predicate, other)


def _told(given: Given) -> tuple[dict[str, set[_Term]], dict[str, set[_Term]]]:
    """The superclasses and the types that were given, which are not all printed again."""
    superiors: dict[str, set[_Term]] = defaultdict(set)
    types: dict[str, set[_Term]] = defaultdict(set)
    for axiom in given.everything:
        subject, predicate, value = axiom.root
        if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode):
            continue
        if predicate in (SUB_CLASS_OF, EQUIVALENT_CLASS):
            superiors[subject.value].add((value.value, False))
        if predicate == EQUIVALENT_CLASS:
            superiors[value.value].add((subject.value, False))
        if predicate == RDF_TYPE and axiom.is_fact:
            types[subject.value].add((value.value, False))
    return superiors, types


def _put_above(superiors: dict[str, set[_Term]], one: _Term, other: _Term) -> None:
    """Note that what holds of one holds of the other, the other way round where just one is inverse."""
    superiors[one[0]].add((other[0], one[1] != other[1]))


def _closed(terms: set[_Term], superiors: dict[str, set[_Term]]) -> set[_Term]:
    found: set[_Term] = set()
    todo = list(terms)
    while todo:
        term = todo.pop()
        if term not in found:
            found.add(term)
            todo += [(iri, inverse != term[1]) for iri, inverse in superiors.get(term[0], ())]
    return found
