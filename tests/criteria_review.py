"""A review whose criteria are written in a criteria file: the shipped one without its own shapes."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from evigraph.canonical import serialize
from evigraph.folder import Folder
from evigraph.terms import RDF_TYPE, evi
from tests.commands import ROOT, copy_review

DATA = ROOT / "tests" / "data" / "criteria.yaml"
#: A criteria file up to the test of its only rule.
HEAD = """\
sets:
  - id: 1
    slug: design
    label: design
    description: The study compares.
    rules:
      - id: 1.1
        slug: trial
        label: a trial
        polarity: requires
        description: It is a trial.
        rationale: Chance decides.
        message: It is no trial.
"""


def review_without_criteria(target: Path) -> Path:
    """A copy of the shipped review that neither states nor tests a criterion."""
    copy_review(target)
    for path in (target / "shapes/criteria").glob("*.ttl"):
        path.unlink()
    path = target / "graph/review.ttl"
    quads = list(ox.parse(path=str(path)))
    kinds = (evi("CriterionSet"), evi("Rule"))
    criteria = {q.subject for q in quads if q.predicate == RDF_TYPE and q.object in kinds}
    kept = [q for q in quads if q.subject not in criteria and q.object not in criteria]
    path.write_bytes(serialize(kept, "turtle", Folder(target).prefixes))
    return target


def review_with(target: Path, criteria: str) -> Path:
    """The same with a criteria file, from which nothing has been made yet."""
    review_without_criteria(target)
    (target / "shapes/criteria.yaml").write_text(criteria, encoding="utf-8")
    return target
