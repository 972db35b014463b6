"""How firm a review is, in its report: what other rules would change, and what is not known."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace

from evigraph.documents import Block, Items, Paragraph, Section, Table, Text
from evigraph.evidence.gaps import Gaps
from evigraph.evidence.gaps import gaps as gaps_of
from evigraph.evidence.scenario import Scenario, screened
from evigraph.evidence.sensitivity import sensitivity as sensitivity_of
from evigraph.reporting.opening import OUTCOMES
from evigraph.reporting.telling import Telling
from evigraph.terms import local_name
from evigraph.trust import Trust

SETTLED, EMPTY = "settled-by-one-fact", "empty-cells"
_LEVELS = ("rule", "set", "study")


def sensitivity(asking: Telling) -> Section | None:
    """The review with each rule dropped alone, by each trust, under each restriction."""
    found = sensitivity_of(asking.review)
    if not any(len(row.claims) or row.at_most for row in found.rows):
        return None
    ids = list(found.rows[0].claims)
    lines: list[tuple[Text, ...]] = []
    for number, row in enumerate(found.rows):
        id = f"change-{number}"
        _ask_under(asking, id, row.change, row.scenario)
        at_least = asking.count(id, "study", outcome="met")
        at_most = asking.count(id, "study", outcome=("met", "cannot tell"))
        lines.append(((row.change,), (at_least,), (at_most,), *((row.claims[claim],) for claim in ids)))
    table = Table(
        "Each change alone: the studies that meet the criteria, at least and at most, and the claims",
        ("change", "at least", "at most", *ids),
        tuple(lines),
    )
    blocks: list[Block] = [table]
    if ids:
        items: list[Text] = [("Claims that hold whatever is changed: ", ", ".join(found.firm) or "none", ".")]
        items += [
            (f"{claim} hangs on one change: {changes[0]}.",) for claim, changes in found.hanging.items()
        ]
        blocks.append(Items(tuple(items)))
    return Section("sensitivity", "How firm it is", tuple(blocks))


def gaps(asking: Telling) -> Section | None:
    """What is not known, and what one fact would settle."""
    found = gaps_of(asking.review, trust=asking.trust)
    blocks: list[Block] = [*_ranked(asking, found), *_errands(asking, found)]
    if EMPTY in asking.names and asking.rows(EMPTY):
        cells = asking.count(EMPTY, "")
        words = " combinations of a problem, a design and an outcome that occur."
        blocks.append(Paragraph(("No study fills ", cells, words)))
    return Section("gaps", "What is not known", tuple(blocks)) if blocks else None


def _ranked(asking: Telling, found: Gaps) -> Iterator[Block]:
    """The facts that are not known, and how many verdicts each would settle."""
    if not found.gaps:
        return
    names = {local_name(row["property"]): row["property"] for row in asking.rows(SETTLED)}
    lines: list[tuple[Text, ...]] = []
    for gap in found.gaps:
        name = names.get(gap.property, gap.property)
        settled: list[Text] = [
            (asking.count(SETTLED, "verdict", property=name, level=level),) for level in _LEVELS
        ]
        lines.append(((asking.word(gap.property),), *settled, (", ".join(gap.studies),)))
    header = ("fact", "rules", "criterion sets", "studies", "not known of")
    caption = "Verdicts that one fact would settle: on rules, sets and studies"
    yield Table(caption, header, tuple(lines), SETTLED)


def _errands(asking: Telling, found: Gaps) -> Iterator[Block]:
    """What to look for, study by study."""
    if not found.errands:
        return
    lines = tuple(
        (
            (errand.study,),
            (", ".join(map(asking.word, errand.properties)),),
            (" ".join(errand.identifiers) or "no identifier recorded",),
            (", ".join(errand.bases) or "nothing",),
        )
        for errand in found.errands
    )
    yield Table("What to look for, and where", ("study", "look for", "where", "read so far"), lines)


def _ask_under(asking: Telling, id: str, change: str, scenario: Scenario) -> None:
    options = [f"--drop {shlex.quote(rule)}" for rule in scenario.drop]
    options += [f"--where {shlex.quote(_restriction(*one))}" for one in scenario.where]
    options += [] if scenario.trust is Trust.DEDUCED else [f"--trust {scenario.trust.value}"]
    stated = replace(scenario, trust=Trust.STATED)
    asking.under(
        id,
        f"What is the verdict on each study {change}?",
        " ".join(["evigraph what-if", *options]),
        OUTCOMES,
        screened(asking.review, scenario),
        screened(asking.review, stated),
    )


def _restriction(name: str, value: str) -> str:
    return f"{name}{value}" if value[:1] in "<>" else f"{name}={value}"
