"""The findings of a review in its report: figures, and a synthesis without meta-analysis."""

from __future__ import annotations

from collections.abc import Iterator

from evigraph.documents import Block, Items, Marked, Paragraph, Picture, Section, Table, Text
from evigraph.drawing import draw
from evigraph.drawing.forest import draw_forest
from evigraph.reporting.telling import UNKNOWN, Telling
from evigraph.synthesis import Synthesis, synthesize
from evigraph.synthesis.directions import QUESTION, Effect
from evigraph.synthesis.tallies import Tally, p_in_words
from evigraph.synthesis.wording import CANNOT_SHOW

#: What stands behind the numbers of the synthesis: what each study says of each outcome, and the sign tests.
EFFECTS, TESTS, NUMBERS, POOLS = "effects", "sign-tests", "numbers", "pools"
ROLES = "references-by-role"


def findings(asking: Telling) -> Section | None:
    """Where the evidence is, which way it points, and what the directions come to."""
    if not any(row["finding"] for row in asking.rows(QUESTION)):
        return None
    blocks: list[Block] = []
    for kind in ("map", "directions"):
        figure = draw(kind, asking.review, trust=asking.trust)
        blocks.append(Picture(figure, figure.title, QUESTION))
    blocks += _synthesis(asking, synthesize(asking.review, trust=asking.trust))
    return Section("findings", "Findings", tuple(blocks))


def published(asking: Telling) -> Section | None:
    """When the studies were published, and who cites whom."""
    blocks: list[Block] = []
    if any(row["publication"] for row in asking.rows("study-years")):
        figure = draw("timeline", asking.review, trust=asking.trust)
        blocks.append(Picture(figure, figure.title, "study-years"))
    if asking.review.citations(trust=asking.trust):
        network = draw("citations", asking.review, trust=asking.trust)
        asked = ROLES if ROLES in asking.names and asking.rows(ROLES) else ""
        blocks.append(Picture(network, "The works of the review by year, and who cites whom", asked))
    return Section("published", "Publications", tuple(blocks)) if blocks else None


def _synthesis(asking: Telling, found: Synthesis) -> Iterator[Block]:
    """The directions counted by outcome and comparison, and what counting cannot show."""
    header = ("study", "outcome", "comparison", "direction")
    rows = [_said(effect) for tally in found.tallies for effect in tally.effects]
    stated = [_said(effect) for tally in found.tallies for effect in tally.stated]
    what = "Which way does each study point, by outcome and comparison?"
    asking.note(EFFECTS, what, "evigraph synthesize --format json", header, rows, stated=stated)
    tests = [(t.outcome, t.comparison, str(t.test.n), p_in_words(t.test.p)) for t in found.tallies]
    what = "What does the sign test of benefit against harm give?"
    asking.note(TESTS, what, "evigraph synthesize", ("outcome", "comparison", "n", "p"), tests)
    yield Table(
        "Studies by outcome, kind of comparison and direction, each counted once in a line; p of an exact "
        "sign test of benefit against harm",
        ("outcome", "comparison", *map(asking.word, found.directions), "p"),
        tuple(_line(asking, tally, found.directions) for tally in found.tallies),
        EFFECTS,
    )
    yield from _pools(asking, found)
    yield Paragraph(("What counting directions cannot show:",))
    yield Items(tuple((words,) for words in CANNOT_SHOW))


def _pools(asking: Telling, found: Synthesis) -> Iterator[Block]:
    """What numbers the findings carry, pooled where they can be."""
    asking.note(
        NUMBERS, "Which findings carry numbers?", "evigraph synthesize", ("said",), [(found.about_numbers,)]
    )
    yield Paragraph((found.about_numbers,))
    if not found.pools:
        return
    header, rows = found.pool_table()
    asking.note(POOLS, "What do the pooled numbers come to?", "evigraph synthesize", header, rows)
    lines = tuple(tuple((cell,) for cell in row) for row in rows)
    yield Table("Numbers pooled by a random-effects model", tuple(header), lines, POOLS)
    for pool in found.pools:
        if pool.pooled:
            figure = draw_forest(pool, found.review, found.trust)
            yield Picture(figure, figure.title, POOLS)
    if found.pool_notes:
        yield Items(tuple((note,) for note in found.pool_notes))


def _said(effect: Effect) -> tuple[str, ...]:
    return effect.study, effect.outcome, effect.comparison, effect.direction


def _line(asking: Telling, tally: Tally, names: list[str]) -> tuple[Text, ...]:
    counts: list[Text] = [
        (asking.count(EFFECTS, "study", outcome=tally.outcome, comparison=tally.comparison, direction=name),)
        for name in names
    ]
    p = p_in_words(tally.test.p)
    return (
        (asking.word(tally.outcome) if tally.outcome else UNKNOWN,),
        (asking.word(tally.comparison),),
        *counts,
        (Marked(p) if tally.test_is_deduced else p,),
    )
