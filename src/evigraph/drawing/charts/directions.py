"""The effect-direction plot: for each study and outcome which way the effect went.

After H. J. Boon and H. Thomson (2021, Research Synthesis Methods 12:29-33). Different comparisons are never
told as one, so that each kind has its own columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from evigraph.drawing.charts import look
from evigraph.drawing.charts.chart import Chart, chart
from evigraph.drawing.text import width
from evigraph.errors import InputError
from evigraph.names import natural

if TYPE_CHECKING:
    import altair as alt

    from evigraph.drawing.charts.labels import Concepts
    from evigraph.synthesis.directions import Effect, Effects

#: So many studies are rows; of more the first are drawn, and the figure says so.
DRAWN = 150
_NOTHING, _UNKNOWN = "no finding recorded", "not recorded"
_STEP, _ROW, _SMALLEST, _LARGEST, _UNSIZED = 27.0, 22.0, 50.0, 330.0, 150.0
_HEADER = ("study", "outcome", "comparison", "direction", "sample size", "findings", "basis")


def draw_directions(
    effects: Effects,
    sizes: Mapping[str, int],
    deduced_samples: frozenset[str],
    concepts: Concepts,
    review: str,
    source: str,
) -> Chart:
    """Draw the plot.

    Args:
        effects: What the studies found.
        sizes: The sample size of each study, where exactly one is recorded.
        deduced_samples: The keys of the studies whose sample size no text says.
        concepts: What outcomes and comparisons are called.
        review: The name of the review.
        source: The command and the questions behind it.

    Raises:
        InputError: No study has a finding.
    """
    if not effects.effects:
        raise InputError(
            f"review {review}: no study has a finding that counts, so no direction can be drawn; add findings"
        )
    studies = sorted({e.study for e in effects.effects} | set(effects.silent), key=natural)
    shown = studies[:DRAWN]
    most = max((size for size in sizes.values() if size), default=1)
    panels: list[alt.Chart | alt.LayerChart] = []
    data: dict[str, list[dict[str, Any]]] = {
        "silent": [{"study": study, "word": _NOTHING} for study in effects.silent if study in shown],
        "samples": [
            {"study": study, "sample": _sample(sizes.get(study), study in deduced_samples)} for study in shown
        ],
    }
    columns = 0
    kinds = concepts.sort({effect.comparison for effect in effects.effects})
    for number, kind in enumerate(kinds, 1):
        here = [effect for effect in effects.effects if effect.comparison == kind]
        outcomes = _outcomes(here, concepts)
        columns += len(outcomes)
        data[f"effects-{number}"] = [
            _point(effect, concepts, most) for effect in here if effect.study in shown
        ]
        words = _NOTHING if not panels and data["silent"] else concepts.label(kind)
        wide = max(len(outcomes) * _STEP, width(words, look.FONT))
        panels.append(
            _panel(f"effects-{number}", shown, outcomes, concepts.label(kind), wide, first=not panels)
        )
    panels.append(_samples(shown))
    left = max(width(study, look.FONT) for study in shown)
    return chart(
        panels,
        _legend(effects, sizes, deduced_samples, most),
        data,
        title=f"Directions of effect in the review {review}",
        words=_words(len(studies)),
        description=_described(effects, concepts),
        source=source,
        header=_HEADER,
        rows=_rows(effects, deduced_samples, concepts),
        room=columns * _STEP + left + 300,
    )


def _outcomes(effects: Sequence[Effect], concepts: Concepts) -> list[str]:
    """The labels of the outcomes of some effects, in the order of their tree."""
    named = concepts.sort({effect.outcome for effect in effects if effect.outcome})
    missing = [""] if any(not effect.outcome for effect in effects) else []
    return [_outcome(name, concepts) for name in [*named, *missing]]


def _outcome(name: str, concepts: Concepts) -> str:
    return concepts.label(name) if name else "outcome not recorded"


def _point(effect: Effect, concepts: Concepts, most: int) -> dict[str, Any]:
    area = _UNSIZED if effect.sample is None else _area(effect.sample, most)
    return {
        "study": effect.study,
        "outcome": _outcome(effect.outcome, concepts),
        "comparison": effect.comparison,
        "direction": effect.direction,
        "sample": effect.sample,
        "sized": effect.sample is not None,
        "area": area,
        "deduced": effect.is_deduced,
        "findings": len(effect.findings),
    }


def _area(sample: int, most: int) -> float:
    """The area of a symbol, which grows with the sample; the smallest can still be told apart."""
    return round(_SMALLEST + (_LARGEST - _SMALLEST) * sample / most, 1)


def _panel(
    data: str, studies: Sequence[str], outcomes: Sequence[str], comparison: str, wide: float, *, first: bool
) -> alt.LayerChart:
    """The columns of one kind of comparison; the first has the names of the studies, and who is silent."""
    import altair as alt

    colours, symbols = look.scales(look.DIRECTIONS)
    x = alt.X("outcome:N", **look.cells(outcomes, top=True))
    y = alt.Y("study:N", **look.cells(studies, labels=first))
    base = look.named(data).encode(x=x, y=y)
    marks = base.encode(
        shape=alt.Shape("direction:N", scale=symbols, legend=None),
        size=alt.Size("area:Q", scale=None),
        stroke=alt.Stroke("direction:N", scale=colours, legend=None),
    )
    sized = marks.transform_filter("datum.sized").mark_point(opacity=1, strokeWidth=0.5)
    layers = [
        sized.encode(fill=alt.Fill("direction:N", scale=colours, legend=None)),
        marks.transform_filter("!datum.sized").mark_point(opacity=1, fill="#fff", strokeWidth=1.4),
        look.daggers(base, 9, 5),
    ]
    if first:  # the words twice, so that no line runs through them
        for colour, halo in (("#fff", 4), (look.GREY, 0)):
            words = look.named("silent").mark_text(
                align="left",
                baseline="middle",
                fontSize=look.FONT,
                fontStyle="italic",
                color=colour,
                stroke=colour,
                strokeWidth=halo,
            )
            layers.append(words.encode(y=y, x=look.at(5), text=alt.Text("word:N")))
    return look.layered(*layers, width=wide, height=alt.Step(_ROW), title=_below(comparison))


def _samples(studies: Sequence[str]) -> alt.Chart:
    """The sample sizes as numbers, since areas are hard to read."""
    import altair as alt

    chart = look.named("samples").mark_text(fontSize=look.FONT, baseline="middle", color=look.INK)
    y = alt.Y("study:N", **look.cells(studies, labels=False))
    sizes = chart.encode(x=look.at(37), y=y, text=alt.Text("sample:N"))
    drawn: alt.Chart = sizes.properties(width=74, height=alt.Step(_ROW), title=_below("sample size"))
    return drawn


def _below(words: str) -> alt.TitleParams:
    import altair as alt

    return alt.TitleParams(words, orient="bottom", fontSize=look.FONT)


def _sample(size: int | None, deduced: bool) -> str:
    return _UNKNOWN if size is None else f"{size:,}{look.DAGGER if deduced else ''}"


def _legend(
    effects: Effects, sizes: Mapping[str, int], deduced: frozenset[str], most: int
) -> list[look.Entry]:
    used = [effect.direction for effect in effects.effects]
    drawn = {effect.study for effect in effects.effects}
    known = sorted({size for study in drawn if (size := sizes.get(study)) is not None})
    ticks = sorted({known[0], known[len(known) // 2], known[-1]}) if known else []
    lines = [
        look.Entry("direction of effect"),
        *look.entries(look.DIRECTIONS, used, ("not-recorded",)),
        *look.area_legend("sample size", [(f"{tick:,}", _area(tick, most)) for tick in ticks]),
    ]
    if any(sizes.get(study) is None for study in drawn):
        lines.append(look.Entry("not recorded (outline)", "circle", "#777", _UNSIZED, hollow=True))
    if deduced or any(effect.is_deduced for effect in effects.effects):
        lines += look.DAGGER_LINES
    return lines


def _words(studies: int) -> list[str]:
    said = [
        "Each symbol is what a study found for an outcome in one kind of comparison, told after Boon & "
        "Thomson (2021): the direction of at least 70 % of its findings, else mixed. Kinds of comparison "
        "stand apart. Symbols grow with the sample."
    ]
    if studies > DRAWN:
        said.append(f"Of {studies:,} studies the first {DRAWN} by name are drawn.")
    return said


def _described(effects: Effects, concepts: Concepts) -> str:
    counts = Counter(effect.direction for effect in effects.effects)
    parts = [
        f"{look.DIRECTIONS[name].label} {number:,}"
        for name in look.DIRECTIONS
        if (number := counts.get(name, 0))
    ]
    told = [
        f"{e.study}, {_outcome(e.outcome, concepts)}, {concepts.label(e.comparison)}: "
        f"{look.DIRECTIONS[e.direction].label}{look.DAGGER if e.is_deduced else ''}"
        for e in effects.effects
    ]
    if len(told) > 5 * look.NAMED:
        told = ["each stands in the table of the page"]
    said = f"{look.counted(len(effects.effects), 'effect')}: {', '.join(parts)}. {'; '.join(told)}."
    if effects.silent:
        said += f" No finding recorded: {look.listed(effects.silent)}."
    if any(effect.is_deduced for effect in effects.effects):
        said += f" {look.DAGGER} {look.DEDUCED}."
    return said


def _rows(effects: Effects, deduced: frozenset[str], concepts: Concepts) -> list[tuple[str, ...]]:
    rows = [
        (
            e.study,
            _outcome(e.outcome, concepts),
            concepts.label(e.comparison),
            look.DIRECTIONS[e.direction].label,
            _sample(e.sample, e.study in deduced),
            ", ".join(e.findings),
            ", ".join(e.bases),
        )
        for e in effects.effects
    ]
    rows += [(study, "", "", _NOTHING, "", "", "") for study in effects.silent]
    return sorted(rows)
