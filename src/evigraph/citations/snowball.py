"""Works that several studies of a review cite, or that cite several of them, and that it lacks.

Backward is what the studies cite, forward is what cites them. The ranking is by the number of studies
alone: a work that many of them cite is worth a look, and no more is said.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.changing import write_files, writing_alone
from evigraph.citations.catalogue import (
    Publication,
    citation_pairs,
    publications,
    reports_of,
)
from evigraph.citations.chosen import chosen
from evigraph.citations.importing import CANDIDATES, CITATIONS
from evigraph.described import Described
from evigraph.reading import read_quads
from evigraph.terms import CITED, CITING, RDF_TYPE, evi, local_name

if TYPE_CHECKING:
    from evigraph.review import Review

DIRECTIONS = ("backward", "forward")
_CANDIDATE = evi("Candidate")


@dataclass(frozen=True)
class Found:
    """A work that is linked to several of the studies.

    Attributes:
        key: Its key in the review.
        iri: Its IRI.
        title: As recorded; empty when only an identifier is known.
        year: When it was issued, or none.
        doi: Its DOI, or empty.
        cited_by: The keys of the studies that cite it.
        cites: The keys of the studies that it cites.
        standing: What the review holds it to be: a role in its reference list, ``candidate``, or empty.
    """

    key: str
    iri: str
    title: str
    year: int | None
    doi: str
    cited_by: tuple[str, ...]
    cites: tuple[str, ...]
    standing: str

    @property
    def studies(self) -> tuple[str, ...]:
        """The keys of the studies it is linked to, each once."""
        return tuple(sorted({*self.cited_by, *self.cites}))

    @property
    def reason(self) -> str:
        """Why it is listed, in words."""
        parts = [("cited by", self.cited_by), ("cites", self.cites)]
        return "; ".join(f"{word} {', '.join(keys)}" for word, keys in parts if keys)


@dataclass(frozen=True)
class Snowball(Sequence[Found]):
    """What citations lead to, the works with most studies first.

    Attributes:
        found: The works.
        studies: The keys of the studies that it started from.
        basis: What the choice of the studies rests on.
        listed: How many of the studies have works recorded that they cite.
        cited: How many of them have works recorded that cite them, the review itself aside.
        least: How many studies a work had to be linked to.
        directions: Of :data:`DIRECTIONS`.
    """

    found: tuple[Found, ...]
    studies: tuple[str, ...]
    basis: str
    listed: int
    cited: int
    least: int
    directions: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]  # int or slice, as in a tuple
        return self.found[index]

    @property
    def tells(self) -> bool:
        """Whether anything is recorded that could be told from."""
        return bool(
            (self.listed and "backward" in self.directions) or (self.cited and "forward" in self.directions)
        )

    @property
    def summary(self) -> str:
        """One line: how many works, and what is recorded to tell them from."""
        of = f"{len(self.studies)} studies ({self.basis})"
        if not self.tells:
            missing = {"backward": "reference lists", "forward": "citing works beside the review itself"}
            nothing = " and no ".join(missing[direction] for direction in self.directions)
            return (
                f"nothing can be told: no {nothing} are recorded for the {of}; "
                "add some with 'evigraph add citations FILE'"
            )
        recorded = {
            "backward": f"reference lists are recorded for {self.listed}",
            "forward": f"citing works for {self.cited}",
        }
        return f"{len(self)} works linked to {self.least} or more of {of}; " + ", ".join(
            recorded[direction] for direction in self.directions
        )

    def table(self) -> tuple[list[str], list[list[str]]]:
        """A header and one row a work."""
        header = ["studies", "work", "year", "title", "doi", "standing", "reason"]
        rows = [
            [str(len(f.studies)), f.key, str(f.year or ""), f.title, f.doi, f.standing, f.reason]
            for f in self
        ]
        return header, rows

    def to_json(self) -> str:
        """Everything as JSON text."""
        works = [asdict(f) | {"studies": f.studies, "reason": f.reason} for f in self]
        about = {
            name: getattr(self, name)
            for name in ("studies", "basis", "listed", "cited", "least", "directions")
        }
        return json.dumps(about | {"works": works}, ensure_ascii=False, indent=1) + "\n"


def snowball(
    review: Review,
    directions: Sequence[str] = DIRECTIONS,
    start: Sequence[str] = ("included",),
    *,
    least: int = 2,
    top: int | None = None,
) -> Snowball:
    """Find works that several studies cite, or that cite several, and that report no study of the review.

    Args:
        review: The review.
        directions: ``backward``, ``forward`` or both.
        start: The studies, as :func:`evigraph.citations.chosen.chosen` takes them.
        least: How many of the studies a work must be linked to.
        top: How many works at most; all when left out.

    Returns:
        The works by the number of studies, then by key, so that two runs are equal.

    Raises:
        UnknownNameError: There is no such study.
    """
    keys, basis = chosen(review, start)
    said = Described(review.folder.graph)
    reports = reports_of(said)
    study_of: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        for report in reports[review.studies[key].value]:
            study_of[report].append(key)
    own = {
        iri.value for node in said.having(evi("publishedAs")) if (iri := said.iri(node, evi("publishedAs")))
    }
    left_out = own | {report for of_study in reports.values() for report in of_study}
    linked: dict[str, dict[str, set[str]]] = {direction: defaultdict(set) for direction in DIRECTIONS}
    listed: set[str] = set()
    cited: set[str] = set()
    for citing, other in citation_pairs(said):
        listed.update(study_of.get(citing, ()))
        linked["backward"][other].update(study_of.get(citing, ()))
        if citing not in own:
            cited.update(study_of.get(other, ()))
            linked["forward"][citing].update(study_of.get(other, ()))
    standings = _standings(said, own)
    found = [
        _found(
            work,
            standings,
            *(linked[d].get(work.iri, set()) if d in directions else set() for d in DIRECTIONS),
        )
        for work in publications(said)
        if work.iri not in left_out
    ]
    ranked = sorted(
        (f for f in found if len(f.studies) >= least), key=lambda f: (-len(f.studies), f.key, f.iri)
    )
    return Snowball(
        tuple(ranked[:top]), tuple(keys), basis, len(listed), len(cited), least, tuple(directions)
    )


def _found(work: Publication, standings: dict[str, str], cited_by: set[str], cites: set[str]) -> Found:
    return Found(
        key=work.key,
        iri=work.iri,
        title=work.title,
        year=work.year,
        doi=work.identifiers.get("doi", ""),
        cited_by=tuple(sorted(cited_by)),
        cites=tuple(sorted(cites)),
        standing=standings.get(work.iri, ""),
    )


def _standings(said: Described, own: set[str]) -> dict[str, str]:
    """What the review holds publications to be."""
    found = {node.value: "candidate" for node in said.of_class(_CANDIDATE)}
    for node in said.of_class(evi("Citation")):
        citing, cited, role = said.iri(node, CITING), said.iri(node, CITED), said.iri(node, evi("hasRole"))
        if citing and cited and role and citing.value in own:
            found[cited.value] = local_name(role.value)
    return found


def add_candidates(review: Review, found: Iterable[Found]) -> tuple[Path, int]:
    """Mark works as candidates for the review, with the reason; they are no studies.

    Args:
        review: The review; ``graph/citations/candidates.ttl`` of its folder is written.
        found: The works; the reason of one that is a candidate already is made anew.

    Returns:
        The file, and how many of the works were no candidates before.

    Raises:
        EnvironmentFaultError: The file cannot be written; it is as it was.
    """
    works = {work.iri: work for work in found}
    path = review.folder.path / CITATIONS / f"{CANDIDATES}.ttl"
    with writing_alone(review.folder.path / "graph"):
        old = read_quads(path) if path.is_file() else []
        known = {quad.subject.value for quad in old if isinstance(quad.subject, ox.NamedNode)}
        kept = [q for q in old if getattr(q.subject, "value", None) not in works]
        new = [
            ox.Quad(ox.NamedNode(work.iri), *said)
            for work in works.values()
            for said in ((RDF_TYPE, _CANDIDATE), (evi("reason"), ox.Literal(work.reason)))
        ]
        data = serialize([*kept, *new], "turtle", review.folder.prefixes)
        if works and (not path.is_file() or data != path.read_bytes()):
            write_files({path: data})
    return path, len(works.keys() - known)
