"""The verdicts as a matrix: a study a row, a rule a column, the study as a whole, what people decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evigraph.drawing.charts import look
from evigraph.drawing.charts.chart import Chart, chart
from evigraph.drawing.text import width
from evigraph.errors import InputError
from evigraph.names import natural

if TYPE_CHECKING:
    import altair as alt

#: So many studies are rows; of more the first are drawn, and the figure says so.
DRAWN = 150
_STEP, _ROW, _AREA = 34.0, 21.0, 190.0


@dataclass(frozen=True)
class Matrix:
    """Verdicts and decisions.

    Attributes:
        rules: The labels of the rules, in their order.
        verdicts: The outcome by study and label of a rule.
        wholes: The outcome of each study as a whole.
        decisions: What people decided, by study; where they decided nothing there is none.
        deduced: The cells that would be another without what was deduced: study and rule, or study and
            an empty text for the study as a whole.
        deduced_decisions: The studies whose decision no source says.
    """

    rules: tuple[str, ...]
    verdicts: Mapping[tuple[str, str], str]
    wholes: Mapping[str, str]
    decisions: Mapping[str, str]
    deduced: frozenset[tuple[str, str]]
    deduced_decisions: frozenset[str]


def draw_verdicts(matrix: Matrix, review: str, source: str) -> Chart:
    """Draw the matrix.

    Args:
        matrix: What to draw.
        review: The name of the review.
        source: The command and the questions behind it.

    Raises:
        InputError: There is no study.
    """
    if not matrix.wholes:
        raise InputError(f"review {review}: holds no study that counts, so there is no verdict; add studies")
    studies = sorted(matrix.wholes, key=natural)
    shown = studies[:DRAWN]
    rules = [
        _cell(study, rule, outcome, (study, rule) in matrix.deduced)
        for (study, rule), outcome in sorted(matrix.verdicts.items())
        if study in shown
    ]
    wholes = [_cell(s, "verdict", matrix.wholes[s], (s, "") in matrix.deduced) for s in shown]
    decisions = [
        _cell(s, "decision", matrix.decisions.get(s, ""), s in matrix.deduced_decisions) for s in shown
    ]
    panels = [_panel("rules", shown, matrix.rules, look.OUTCOMES, first=True)] if matrix.rules else []
    panels += [
        _panel("verdicts", shown, ["verdict"], look.OUTCOMES, first=not panels),
        _panel("decisions", shown, ["decision"], look.DECISIONS, first=False),
    ]
    lines = [look.Entry("verdict"), *look.entries(look.OUTCOMES, list(look.OUTCOMES))]
    used = [cell["outcome"] for cell in decisions]
    lines += [
        look.Entry(""),
        look.Entry("decision of people"),
        *look.entries(look.DECISIONS, used, ("unsure", "")),
    ]
    if matrix.deduced or matrix.deduced_decisions:
        lines += look.DAGGER_LINES
    left = max(width(study, look.FONT) for study in shown)
    return chart(
        panels,
        lines,
        {"rules": rules, "verdicts": wholes, "decisions": decisions},
        title=f"Verdicts on the studies of the review {review}",
        words=_words(matrix, len(studies)),
        description=_described(matrix, studies),
        source=source,
        header=("study", *matrix.rules, "verdict", "decision"),
        rows=[_row(matrix, study) for study in studies],
        room=(len(matrix.rules) + 2) * _STEP + left + 260,
    )


def _cell(study: str, column: str, outcome: str, deduced: bool) -> dict[str, Any]:
    return {"study": study, "column": column, "outcome": outcome, "deduced": deduced}


def _panel(
    data: str,
    studies: Sequence[str],
    columns: Sequence[str],
    looks: Mapping[str, look.Look],
    *,
    first: bool,
) -> alt.LayerChart:
    import altair as alt

    colours, symbols = look.scales(looks)
    base = look.named(data).encode(
        x=alt.X("column:N", **look.cells(columns, top=True)),
        y=alt.Y("study:N", **look.cells(studies, labels=first)),
    )
    marks = base.mark_point(filled=True, opacity=1, size=_AREA).encode(
        color=alt.Color("outcome:N", scale=colours, legend=None),
        shape=alt.Shape("outcome:N", scale=symbols, legend=None),
    )
    return look.layered(marks, look.daggers(base), width=alt.Step(_STEP), height=alt.Step(_ROW))


def _words(matrix: Matrix, studies: int) -> list[str]:
    said = ["The verdict is what the statements show by the criteria; the decision is what people recorded."]
    if matrix.deduced:
        said.append(
            f"{look.DAGGER} beside a verdict: it would be another without what was deduced; beside a "
            "decision: no source says it."
        )
    elif matrix.deduced_decisions:
        said.append(f"{look.DAGGER} beside a decision: no source says it.")
    if studies > DRAWN:
        said.append(f"Of {studies:,} studies the first {DRAWN} by name are drawn.")
    return said


def _described(matrix: Matrix, studies: Sequence[str]) -> str:
    counts = Counter(matrix.wholes.values())
    wholes = ", ".join(f"{counts.get(word, 0):,} {word}" for word in look.OUTCOMES)
    each = []
    for rule in matrix.rules:
        counted = Counter(matrix.verdicts.get((study, rule), "") for study in studies)
        each.append(f"{rule}: " + ", ".join(f"{counted.get(word, 0):,} {word}" for word in look.OUTCOMES))
    decided = Counter(matrix.decisions.get(study, "") for study in studies)
    people = ", ".join(f"{look.DECISIONS[word].label} {n:,}" for word, n in sorted(decided.items()))
    return (
        f"{look.counted(len(studies), 'study')}: {wholes}. By rule: {'; '.join(each)}. Decisions: {people}."
    )


def _row(matrix: Matrix, study: str) -> tuple[str, ...]:
    def marked(word: str, deduced: bool) -> str:
        return f"{word} {look.DAGGER}" if deduced else word

    rules = (marked(matrix.verdicts.get((study, r), ""), (study, r) in matrix.deduced) for r in matrix.rules)
    whole = marked(matrix.wholes[study], (study, "") in matrix.deduced)
    decision = look.DECISIONS[matrix.decisions.get(study, "")].label
    return (study, *rules, whole, marked(decision, study in matrix.deduced_decisions))
