"""Make a review of any size with a known number of verdicts of each kind.

Usage: ``python benchmarks/synthesize.py N -o FILE`` with FILE ending in ``.nq`` or ``.trig``.

The review is deterministic: the same N gives the same file. Its studies are said in the ontology of
evigraph, each statement in the graph of a basis, with gaps (what nobody recorded) and faults (what
a criterion keeps out) in known number. Each study has a publication that cites about ten earlier
ones, the older the rarer, so that citations have a long tail. The numbers of verdicts that the
statements were made to give, under the criteria of the shipped review and the trust *deduced*, are
printed as JSON; screening the file must find exactly those.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

import evigraph
from evigraph.described import Described
from evigraph.terms import (
    BASIS,
    BROADER,
    DCTERMS,
    IDENTIFIER,
    RDF_TYPE,
    RDFS_LABEL,
    RECORD_GRAPH,
    SOURCE,
    XSD,
    evi,
)

BASE = "https://example.org/synthetic/"
CITO = "http://purl.org/spar/cito/"
PROV = "http://www.w3.org/ns/prov#"
MAKER = ox.NamedNode(BASE + "organization/generator")
SEED = 20081

MET, NOT_MET, CANNOT_TELL = "met", "not met", "cannot tell"
#: Chances in a hundred, per demand: met, not met, cannot tell.
CHANCES = {"problem": (80, 12, 8), "leader": (50, 15, 35), "scope": (80, 8, 12), "outcome": (70, 10, 20)}
DESIGN_CHANCES = (75, 10, 15)
CITATIONS = 10


@dataclass(frozen=True)
class Concepts:
    """The concepts that meet a demand of the shipped criteria, and those that do not."""

    problem: dict[str, list[ox.NamedNode]]
    leader: dict[str, list[ox.NamedNode]]
    scope: dict[str, list[ox.NamedNode]]
    outcome: dict[str, list[ox.NamedNode]]
    design: dict[str, list[ox.NamedNode]]
    spaces: dict[str, str]

    @classmethod
    def of(cls, review: evigraph.Review) -> Concepts:
        """Sort the review's concepts by what they are at or below."""
        said = Described(review.folder.ontology)
        space = review.folder.prefixes["concept"]

        def concept(slug: str) -> ox.NamedNode:
            return ox.NamedNode(space + slug)

        def below(kind: str, top: str) -> dict[str, list[ox.NamedNode]]:
            of_kind = sorted(said.of_class(evi(kind)), key=lambda node: node.value)
            inside = [node for node in of_kind if concept(top) in _ancestors(said, node)]
            return {MET: inside, NOT_MET: [node for node in of_kind if node not in inside]}

        designs = ["randomized-trial", "controlled-study", "cohort", "longitudinal", "before-after"]
        return cls(
            problem=below("Problem", "mental-health-problem"),
            leader=below("Leader", "non-professionals"),
            scope=below("Scope", "group"),
            outcome=below("OutcomeDomain", "psychosocial-functioning"),
            design={
                MET: [concept(slug) for slug in designs],
                NOT_MET: [concept("cross-sectional"), concept("qualitative")],
                CANNOT_TELL: [concept("observational")],
            },
            spaces={"concept": space},
        )


def _ancestors(said: Described, node: object) -> set[object]:
    found = {node}
    for broader in said.values(node, BROADER):
        found |= _ancestors(said, broader)
    return found


@dataclass
class Synthesis:
    """A review of ``size`` studies; iterating gives its statements and counts the verdicts.

    Attributes:
        size: How many studies.
        concepts: The concepts to draw from.
        planted: Verdicts by rule id, and by ``study``, as they are made.
    """

    size: int
    concepts: Concepts
    planted: dict[str, Counter[str]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[ox.Quad]:
        """The statements, study by study.

        Yields:
            Quads without blank nodes; all of one study stand together.
        """
        self.planted = {rule: Counter() for rule in ("1.1", "1.3", "1.9", "2", "3", "4", "study")}
        yield record(MAKER, RDF_TYPE, evi("Organization"))
        yield record(MAKER, RDFS_LABEL, ox.Literal("generator of synthetic reviews"))
        for index in range(self.size):
            yield from self._study(index)

    def _concept(self, slug: str) -> ox.NamedNode:
        return ox.NamedNode(self.concepts.spaces["concept"] + slug)

    def _study(self, index: int) -> Iterator[ox.Quad]:
        draw = random.Random(SEED * 1_000_003 + index)
        study = ox.NamedNode(f"{BASE}study/s{index:07d}")
        outcomes = {demand: _outcome(draw, CHANCES[demand]) for demand in CHANCES}
        outcomes["design"] = _outcome(draw, DESIGN_CHANCES)
        self._count(outcomes)
        yield from self._record(study, index)
        yield from self._statements(study, outcomes, draw)
        yield from self._publication(study, index, draw)

    def _count(self, outcomes: dict[str, str]) -> None:
        rules = {
            "1.1": CANNOT_TELL if outcomes["problem"] == CANNOT_TELL else MET,
            "1.3": outcomes["leader"],
            "1.9": outcomes["scope"],
            "2": outcomes["problem"],
            "3": outcomes["outcome"],
            "4": outcomes["design"],
        }
        for rule, outcome in rules.items():
            self.planted[rule][outcome] += 1
        found = set(rules.values())
        self.planted["study"][
            NOT_MET if NOT_MET in found else CANNOT_TELL if CANNOT_TELL in found else MET
        ] += 1

    def _record(self, study: ox.NamedNode, index: int) -> Iterator[ox.Quad]:
        key = f"s{index:07d}"
        yield record(study, RDF_TYPE, evi("Study"))
        yield record(study, IDENTIFIER, ox.Literal(key))
        for basis in ("title", "abstract", "deduced"):
            extraction = ox.NamedNode(f"{study.value}#from-{basis}")
            yield record(extraction, RDF_TYPE, evi("Extraction"))
            yield record(extraction, evi("onStudy"), study)
            yield record(extraction, evi("onBasis"), ox.NamedNode(BASIS + basis))
            yield record(extraction, ox.NamedNode(PROV + "wasAssociatedWith"), MAKER)
            yield record(extraction, SOURCE, ox.NamedNode(f"{BASE}source/{key}"))

    def _publication(self, study: ox.NamedNode, index: int, draw: random.Random) -> Iterator[ox.Quad]:
        key = f"s{index:07d}"
        publication = ox.NamedNode(f"{BASE}publication/{key}")
        yield record(ox.NamedNode(f"{BASE}source/{key}"), RDF_TYPE, evi("Source"))
        yield record(publication, RDF_TYPE, evi("Publication"))
        yield record(publication, IDENTIFIER, ox.Literal(key))
        yield record(publication, evi("reports"), study)
        yield record(
            publication, ox.NamedNode(DCTERMS + "title"), ox.Literal(f"Synthetic study number {index}")
        )
        year = ox.Literal(str(1980 + draw.randrange(40)), datatype=ox.NamedNode(XSD + "gYear"))
        yield record(publication, ox.NamedNode(DCTERMS + "issued"), year)
        for cited in sorted({int(index * draw.random() ** 3) for _ in range(min(index, CITATIONS))}):
            citation = ox.NamedNode(f"{BASE}citation/{key}-s{cited:07d}")
            yield record(citation, RDF_TYPE, evi("Citation"))
            yield record(citation, evi("hasRole"), evi("context"))
            intent = ox.NamedNode(CITO + "obtainsBackgroundFrom")
            yield record(citation, ox.NamedNode(CITO + "hasCitationCharacterization"), intent)
            yield record(citation, ox.NamedNode(CITO + "hasCitingEntity"), publication)
            yield record(
                citation,
                ox.NamedNode(CITO + "hasCitedEntity"),
                ox.NamedNode(f"{BASE}publication/s{cited:07d}"),
            )

    def _statements(
        self, study: ox.NamedNode, outcomes: dict[str, str], draw: random.Random
    ) -> Iterator[ox.Quad]:
        group, arms = _part(study, "group"), (_part(study, "arm-1"), _part(study, "arm-2"))
        measured, finding = _part(study, "outcome-1"), _part(study, "finding-1")
        title, abstract, deduced = (ox.NamedNode(BASIS + b) for b in ("title", "abstract", "deduced"))

        def linked(name: str, part: ox.NamedNode, kind: str, graph: ox.NamedNode) -> Iterator[ox.Quad]:
            yield ox.Quad(study, evi(name), part, graph)
            yield ox.Quad(part, RDF_TYPE, evi(kind), graph)

        if outcomes["problem"] != CANNOT_TELL:
            yield ox.Quad(
                study, evi("addresses"), draw.choice(self.concepts.problem[outcomes["problem"]]), title
            )
        yield from linked("evaluates", group, "Group", title)
        yield ox.Quad(group, evi("groupLabel"), ox.Literal("self-help group"), title)
        if outcomes["scope"] != CANNOT_TELL:
            yield ox.Quad(group, evi("hasScope"), draw.choice(self.concepts.scope[outcomes["scope"]]), title)
        for arm, kind in zip(arms, ("mutual-help", "waiting-list"), strict=True):
            yield from linked("hasArm", arm, "Arm", abstract)
            yield ox.Quad(arm, evi("receives"), self._concept(kind), abstract)
            yield ox.Quad(arm, evi("armSize"), _integer(10 + draw.randrange(200)), abstract)
        if outcomes["leader"] != CANNOT_TELL:
            leader = draw.choice(self.concepts.leader[outcomes["leader"]])
            of_group = draw.random() < 0.5
            yield ox.Quad(
                group if of_group else arms[0], evi("ledBy"), leader, deduced if of_group else abstract
            )
        yield from self._design(study, outcomes["design"], draw, (title, abstract))
        yield ox.Quad(study, evi("sampleSize"), _integer(20 + draw.randrange(900)), abstract)
        if outcomes["outcome"] != CANNOT_TELL:
            yield from linked("hasOutcome", measured, "Outcome", abstract)
            domain = draw.choice(self.concepts.outcome[outcomes["outcome"]])
            yield ox.Quad(measured, evi("inDomain"), domain, abstract)
            yield from linked("hasFinding", finding, "Finding", abstract)
            yield ox.Quad(finding, evi("onOutcome"), measured, abstract)
            # A predictor says nothing on the design; a design that is met may have a comparison.
            compares = outcomes["design"] == MET
            comparison = "between-arms" if compares else "predictor"
            yield ox.Quad(finding, evi("hasComparison"), self._concept(comparison), abstract)
            if compares:
                direction = draw.choice(("benefit", "no-difference", "mixed", "not-reported"))
                yield ox.Quad(finding, evi("hasDirection"), self._concept(direction), abstract)
                yield ox.Quad(finding, evi("onArm"), arms[0], abstract)
                yield ox.Quad(finding, evi("comparedWith"), arms[1], abstract)

    def _design(
        self, study: ox.NamedNode, outcome: str, draw: random.Random, bases: tuple[ox.NamedNode, ox.NamedNode]
    ) -> Iterator[ox.Quad]:
        if outcome == CANNOT_TELL and draw.random() < 0.5:
            return
        yield ox.Quad(study, evi("hasDesign"), draw.choice(self.concepts.design[outcome]), draw.choice(bases))


def record(subject: ox.NamedNode, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    """A statement of the bookkeeping."""
    return ox.Quad(subject, predicate, value, RECORD_GRAPH)


def _outcome(draw: random.Random, chances: tuple[int, int, int]) -> str:
    return draw.choices((MET, NOT_MET, CANNOT_TELL), weights=chances)[0]


def _part(study: ox.NamedNode, handle: str) -> ox.NamedNode:
    return ox.NamedNode(f"{study.value}#{handle}")


def _integer(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer"))


def write(size: int, path: Path) -> dict[str, dict[str, int]]:
    """Stream a review of ``size`` studies into a file and return the verdicts planted in it."""
    formats = {".nq": ox.RdfFormat.N_QUADS, ".trig": ox.RdfFormat.TRIG}
    if path.suffix not in formats:
        raise SystemExit(f"{path}: name a file that ends in .nq or .trig")
    synthesis = Synthesis(size, Concepts.of(evigraph.open()))
    with path.open("wb") as file:
        ox.serialize(synthesis, file, format=formats[path.suffix])
    return {rule: dict(sorted(counts.items())) for rule, counts in synthesis.planted.items()}


def main() -> None:
    """Read the command line, write the file, print the planted verdicts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("size", type=int, metavar="N", help="how many studies")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    arguments = parser.parse_args()
    planted = write(arguments.size, arguments.output)
    json.dump({"studies": arguments.size, "planted": planted}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
