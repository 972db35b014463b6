"""A review of one's own whose invented studies carry numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import evigraph
from tests.records import begun

#: Mean, standard deviation and number of people, in the arm and in what it is compared with.
MEANS: Mapping[str, tuple[tuple[str, str, int], tuple[str, str, int]]] = {
    "adams2001": (("94", "22", 60), ("92", "20", 60)),
    "baker2003": (("98", "21", 65), ("92", "22", 65)),
    "clark2005": (("98", "28", 40), ("88", "26", 40)),
    "davis2007": (("94", "19", 200), ("82", "17", 200)),
    "evans2009": (("98", "21", 50), ("88", "22", 45)),
    "frank2011": (("96", "21", 85), ("92", "22", 85)),
}
#: Events and number of people, in the arm and in what it is compared with.
COUNTS: Mapping[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "green2001": ((12, 65), (16, 65)),
    "hills2003": ((8, 40), (10, 40)),
    "irwin2005": ((14, 80), (19, 80)),
    "jones2007": ((0, 30), (3, 31)),
}

_HEAD = """\
@prefix concept: <{iri}/concept/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix evi: <https://w3id.org/evigraph/ontology#> .
@prefix instrument: <{iri}/instrument/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix study: <{iri}/study/> .

"""
_STUDY = """\
study:{key} a evi:Study ;
    dcterms:identifier "{key}" ;
    evi:hasDesign concept:randomized-trial ;
    evi:hasArm <{iri}/study/{key}#arm-1> , <{iri}/study/{key}#arm-2> ;
    evi:hasOutcome <{iri}/study/{key}#outcome-1> ;
    evi:hasFinding <{iri}/study/{key}#finding-1> .

<{iri}/study/{key}#arm-1> a evi:Arm ;
    evi:receives concept:sleep-education .

<{iri}/study/{key}#arm-2> a evi:Arm ;
    evi:receives concept:waiting-list .

<{iri}/study/{key}#outcome-1> a evi:Outcome ;
    {outcome}
    evi:inDomain concept:{domain} .

<{iri}/study/{key}#finding-1> a evi:Finding ;
    evi:onOutcome <{iri}/study/{key}#outcome-1> ;
    evi:onArm <{iri}/study/{key}#arm-1> ;
    evi:comparedWith <{iri}/study/{key}#arm-2> ;
    {finding}
    evi:hasComparison concept:between-arms .
"""
_RESULT = """\

<{iri}/study/{key}> evi:hasResult <{iri}/study/{key}#result-{arm}> .

<{iri}/study/{key}#result-{arm}> a evi:ArmResult ;
    evi:ofFinding <{iri}/study/{key}#finding-1> ;
    evi:onArm <{iri}/study/{key}#arm-{arm}> ;
    {numbers} .
"""


def iri_of(path: Path) -> str:
    """The IRI of a review."""
    return evigraph.open(path).iri.value


def write_study(
    path: Path,
    key: str,
    *,
    results: tuple[str, ...] = (),
    finding: str = "",
    outcome: str = "",
    domain: str = "sleep-quality",
    more: str = "",
) -> None:
    """Put a study into a review, given or deduced as its file says."""
    words = {"iri": iri_of(path), "key": key, "finding": finding, "outcome": outcome, "domain": domain}
    body = _STUDY.format(**words)
    for arm, numbers in enumerate(results, 1):
        body += _RESULT.format(**words, arm=arm, numbers=numbers)
    text = _HEAD.format(**words) + body + more.replace("{study}", f"{words['iri']}/study/{key}")
    (path / "graph/studies" / f"{key}.ttl").write_text(text, encoding="utf-8")


def means(mean: str, deviation: str, size: int) -> str:
    """What an arm shows on a scale."""
    return f"evi:resultMean {mean} ;\n    evi:standardDeviation {deviation} ;\n    evi:resultSize {size}"


def counts(events: int, size: int) -> str:
    """How many in an arm had the event."""
    return f"evi:eventCount {events} ;\n    evi:resultSize {size}"


def with_means(folder: Path, outcome: str = "evi:higherIsBetter true ;") -> evigraph.Review:
    """A review of :data:`MEANS`."""
    path = begun(folder / "own")
    for key, arms in MEANS.items():
        write_study(path, key, results=tuple(means(*arm) for arm in arms), outcome=outcome)
    return evigraph.open(path)


def with_counts(folder: Path, finding: str = "") -> evigraph.Review:
    """A review of :data:`COUNTS`."""
    path = begun(folder / "own")
    for key, arms in COUNTS.items():
        results = tuple(counts(*arm) for arm in arms)
        write_study(path, key, results=results, finding=finding, outcome="evi:higherIsBetter false ;")
    return evigraph.open(path)
