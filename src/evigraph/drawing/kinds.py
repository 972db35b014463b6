"""All kinds of figures, and one door to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evigraph.drawing.figure import FORMATS, Figure, format_of
from evigraph.errors import InputError, UnknownNameError
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.drawing.charts import Chart
    from evigraph.review import Review

#: What can be drawn, and for a figure that is no chart the command that gives what is in it.
KINDS: dict[str, str] = {
    "map": "",
    "directions": "",
    "verdicts": "",
    "flow": "evigraph flow --format json",
    "timeline": "",
    "citations": "evigraph cite --format json",
}


def draw(kind: str, review: Review, trust: Trust | str = Trust.DEDUCED) -> Figure | Chart:
    """Draw a figure of a review.

    Args:
        kind: One of :data:`KINDS`.
        review: The review.
        trust: Which statements count; the flow counts bookkeeping, which always does.

    Returns:
        Title, description, table and drawing; a chart has its Vega-Lite too.

    Raises:
        UnknownNameError: There is no such kind, or the review lacks a question that the figure needs.
        InputError: There is nothing to draw.
        EnvironmentFaultError: What draws it is not installed.
    """
    trust = Trust(trust)
    if kind == "citations":
        from evigraph.drawing.citations import draw_citations

        return draw_citations(review.citations(trust=trust), review.name, trust.value)
    if kind == "flow":
        from evigraph.drawing.prisma import draw_flow
        from evigraph.flow import count

        return draw_flow(count(review))
    is_chart(kind)  # or else there is no such kind
    from evigraph.drawing.charts.asking import CHARTS
    from evigraph.drawing.charts.converter import missing

    try:
        import altair  # noqa: F401  # so that nothing is asked in vain
    except ImportError:
        raise missing("altair") from None
    return CHARTS[kind](review, trust)


def is_chart(kind: str) -> bool:
    """Whether a kind of figure is a chart, which has its Vega-Lite.

    Raises:
        UnknownNameError: There is no such kind.
    """
    if kind not in KINDS:
        raise UnknownNameError("kind of figure", kind, KINDS)
    return not KINDS[kind]


def format_for(kind: str, path: str) -> str:
    """The format that the ending of a file's name asks for, where the kind of figure has it.

    Raises:
        UnknownNameError: There is no such kind.
        InputError: The ending is none that is known, or is that of a chart and the figure is none.
    """
    if is_chart(kind):
        return format_of(path, (*FORMATS, "json"))
    if Path(path).suffix.lower() == ".json":
        raise InputError(f"{path}: {kind} is drawn without Vega-Lite; {KINDS[kind]} gives what is in it")
    return format_of(path)
