"""The citation network as a figure: years from left to right, works in lanes, colour and symbol by role.

One reference list is a star: lines from its middle to each work would say nothing, so none is drawn and
the lanes are the roles. A network has lanes for its communities (Louvain: Blondel et al. 2008), lines for
its citations, and symbols that grow with the number of citations.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evigraph.citations.network import REVIEW_ROLE
from evigraph.drawing import lanes
from evigraph.drawing.figure import Figure
from evigraph.drawing.frame import LEFT, Lane, framed
from evigraph.drawing.lanes import Layout, Mark, Thing
from evigraph.drawing.svg import Style, element, escape, number, text
from evigraph.errors import InputError

if TYPE_CHECKING:
    import networkx as nx

#: Colours that most people can tell apart (Okabe & Ito 2008), each with a symbol of its own.
STYLES: Final = {
    REVIEW_ROLE: Style("#000000", "star"),
    "included": Style("#009e73", "circle"),
    "not-included": Style("#d55e00", "square"),
    "earlier-review": Style("#0072b2", "diamond"),
    "context": Style("#56b4e9", "up"),
    "theory": Style("#cc79a7", "down"),
    "method": Style("#e69f00", "plus"),
    "not-judged": Style("#8c8c8c", "hexagon"),
}
_OTHER, _NONE = Style("#555555", "diamond", hollow=True), Style("#777777", "circle", hollow=True)
#: Up to so many works all have labels; of more only the most cited do.
ALL_LABELLED, LABELLED, MOST_ROWS = 120, 80, 8
#: More works than this are not drawn: the most cited are, and the figure says so.
DRAWN = 5000
#: Of more citations than this only those within a lane or between labelled works are lines.
ALL_LINES = 2000
_COMMUNITIES = 8
#: Lines pass behind a label, not through it.
_HALO: Final[dict[str, str | float | None]] = {
    "paint_order": "stroke",
    "stroke": "#fff",
    "stroke_opacity": "0.8",
    "stroke_width": 3.0,
}


@dataclass(frozen=True)
class _Work:
    iri: str
    key: str
    title: str
    year: int | None
    role: str | None
    doi: str
    cites: int
    cited: int

    @property
    def tooltip(self) -> str:
        """All that is known of it, for whoever points at it."""
        year = "year not recorded" if self.year is None else str(self.year)
        parts = (
            f"{self.key} ({year}): {self.title or 'title not recorded'}",
            f"role: {_role_name(self.role)}",
            f"cited by {self.cited:,} and citing {self.cites:,} works of this network",
            f"doi: {self.doi}" if self.doi else "",
        )
        return "\n".join(part for part in parts if part)


def draw_citations(graph: nx.DiGraph, review: str, trust: str = "deduced") -> Figure:
    """Draw who cites whom.

    Args:
        graph: As :func:`evigraph.citations.network.citation_graph` gives it.
        review: The name of the review, for the title.
        trust: Which statements the graph was made from, for the command that the file names.

    Returns:
        The same figure for the same graph, whatever the order of its nodes.

    Raises:
        InputError: There is no citation to draw.
    """
    if not graph.number_of_edges():
        raise InputError(f"review {review}: holds no citation, so there is nothing to draw; add citations")
    works = _works(graph)[:DRAWN]
    drawn = {work.iri for work in works}
    edges = sorted((one, other) for one, other in graph.edges if one in drawn and other in drawn)
    star = sum(1 for _, cites in graph.out_degree if cites) == 1
    rows, place = _by_role(works) if star else _by_community(works, edges)
    few = len(works) <= ALL_LABELLED
    layout = lanes.arrange(
        _things(works, place, len(works) if few else LABELLED),
        lanes=len(rows),
        left=LEFT,
        room=720 if few else 1240,
        most_rows=len(works) if few else MOST_ROWS,
    )
    lines = [] if star else _chosen(layout, edges)
    words = [_first_words(graph, star, len(lines)), *_more_words(works, layout, graph.number_of_nodes())]
    body = _lines(layout, lines) + _symbols(layout, {work.iri: work for work in works})
    title = f"Citations of the review {review}: {_counted(graph.number_of_nodes(), 'work')}"
    return framed(
        title=title,
        words=words,
        source=f"evigraph draw citations --trust {trust} (all that is an evi:Citation)",
        legend=_legend(works),
        rows=rows,
        layout=layout,
        body=body,
        header=("work", "year", "role", "cited by", "cites", "title", "doi"),
        table=[_row(work) for work in works],
    )


def _works(graph: nx.DiGraph) -> list[_Work]:
    """The works, the most cited first; the review before all."""
    works = [
        _Work(
            iri,
            said.get("key") or iri,
            said.get("title") or "",
            said.get("year"),
            said.get("role"),
            said.get("doi") or "",
            graph.out_degree(iri),
            graph.in_degree(iri),
        )
        for iri, said in graph.nodes(data=True)
    ]
    return sorted(works, key=lambda w: (w.role != REVIEW_ROLE, -w.cited, -w.cites, w.key, w.iri))


def _things(works: Sequence[_Work], place: dict[str, int], labels: int) -> list[Thing]:
    """What is placed, the most cited first, by year where none is cited more than once."""
    most = max(work.cited for work in works)

    def radius(work: _Work) -> float:
        if work.role == REVIEW_ROLE:
            return 7.0
        if most == 1:
            return 5.0
        return max(2.6 + 4.4 * math.sqrt(work.cited / most), 4.0 if work.role else 0.0)

    things = [
        Thing(work.iri, place[work.iri], work.year, radius(work), work.key if number < labels else "")
        for number, work in enumerate(works)
    ]
    return things if most > 1 else sorted(things, key=lambda t: (t.year is not None, t.year or 0))


def _by_role(works: Sequence[_Work]) -> tuple[list[Lane], dict[str, int]]:
    """A lane for each role, and the lane of each work."""
    roles = _roles(works)
    rows = [
        Lane(_role_name(role), _counted(sum(work.role == role for work in works), "work"), _style(role))
        for role in roles
    ]
    return rows, {work.iri: roles.index(work.role) for work in works}


def _by_community(
    works: Sequence[_Work], edges: Sequence[tuple[str, str]]
) -> tuple[list[Lane], dict[str, int]]:
    """A lane for each of the largest communities, one for what is left, and the lane of each work."""
    import networkx as nx

    number_of = {work.iri: number for number, work in enumerate(works)}
    network = nx.Graph(sorted((number_of[one], number_of[other]) for one, other in edges))
    found = nx.community.louvain_communities(network, seed=1)
    ordered = sorted((sorted(members) for members in found), key=lambda m: (-len(m), m))
    kept = [members for members in ordered[:_COMMUNITIES] if len(members) > 2]
    rows: list[Lane] = []
    place: dict[str, int] = {}
    for lane, members in enumerate(kept):
        middle = next(works[member] for member in members if works[member].role != REVIEW_ROLE)
        rows.append(Lane(middle.key, f"{_counted(len(members) - 1, 'work')} around it"))
        place |= {works[member].iri: lane for member in members}
    if rest := [work.iri for work in works if work.iri not in place]:
        rows.append(Lane("all other works", _counted(len(rest), "work")))
        place |= dict.fromkeys(rest, len(kept))
    return rows, place


def _chosen(layout: Layout, edges: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """The citations that are lines: all, or where they would be a fog those that stay near or stand out."""
    if len(edges) <= ALL_LINES:
        return edges
    lane = {mark.thing.id: mark.thing.lane for mark in layout.marks}
    named = {mark.thing.id for mark in layout.marks if mark.label}
    return [(a, b) for a, b in edges if lane[a] == lane[b] or (a in named and b in named)]


def _lines(layout: Layout, edges: Sequence[tuple[str, str]]) -> str:
    """A line for each citation, the fainter the more there are; those to one work are one element."""
    if not edges:
        return ""
    at = {mark.thing.id: mark for mark in layout.marks}
    fans: dict[str, list[str]] = defaultdict(list)
    for one, other in edges:
        fans[other].append(_curve(at[one], at[other]))
    opacity = max(0.06, min(0.5, 12 / len(edges) ** 0.6))
    lines = "\n".join(element("path", d="".join(fans[iri])) for iri in sorted(fans))
    return element("g", lines, fill="none", stroke="#333", stroke_width=0.8, stroke_opacity=f"{opacity:.2f}")


def _curve(one: Mark, other: Mark) -> str:
    if abs(one.x - other.x) < 1:  # the same year: a bow to the side, past what stands between
        side = one.x + 14
        return _path((one.x, one.y), (side, one.y), (side, other.y), (other.x, other.y))
    middle = (one.x + other.x) / 2
    return _path((one.x, one.y), (middle, one.y), (middle, other.y), (other.x, other.y))


def _path(start: tuple[float, float], *points: tuple[float, float]) -> str:
    def written(point: tuple[float, float]) -> str:
        return f"{number(point[0])} {number(point[1])}"

    return f"M{written(start)}C{' '.join(map(written, points))}"


def _symbols(layout: Layout, works: dict[str, _Work]) -> str:
    """Each work as its symbol, with what is known of it to point at, and its label."""
    drawn = []
    for mark in layout.marks:
        work = works[mark.thing.id]
        symbol = _style(work.role).draw(mark.x, mark.y, mark.thing.radius)
        label = ""
        if mark.label:
            label = text(
                mark.label_x, mark.y + lanes.FONT * 0.36, mark.label, text_anchor=mark.anchor, **_HALO
            )
        drawn.append(element("g", element("title", escape(work.tooltip)) + symbol + label, class_="work"))
    return "\n".join(drawn)


def _legend(works: Sequence[_Work]) -> list[tuple[str, Style]]:
    return [(_role_name(role), _style(role)) for role in _roles(works)]


def _roles(works: Iterable[_Work]) -> list[str | None]:
    """The roles that occur: those of the ontology in their order, others by name, none last."""
    known = list(STYLES)
    return sorted(
        {work.role for work in works},
        key=lambda role: (role is None, known.index(role) if role in STYLES else len(known), role or ""),
    )


def _style(role: str | None) -> Style:
    return _NONE if role is None else STYLES.get(role, _OTHER)


def _role_name(role: str | None) -> str:
    if role == REVIEW_ROLE:
        return "the review itself"
    return "role not recorded" if role is None else role.replace("-", " ")


def _first_words(graph: nx.DiGraph, star: bool, lines: int) -> str:
    """What is seen, and which citations are lines."""
    total = graph.number_of_edges()
    if star:
        (middle,) = (said.get("key") or iri for iri, said in graph.nodes(data=True) if graph.out_degree(iri))
        cited = _counted(total, "work")
        return f"{middle} cites {cited}; the network is this one reference list, so no lines are drawn."
    which = f"of which {lines:,}, within lanes or between labelled works, are" if lines < total else "each"
    return (
        f"{_counted(total, 'citation')}, {which} drawn as a line from citing to cited work. Lanes are "
        "communities, named after their most cited work; symbols grow with the citations they get."
    )


def _more_words(works: Sequence[_Work], layout: Layout, total: int) -> list[str]:
    """What is left out, and what is not known."""
    said = []
    if total > len(works):
        said.append(f"Of {total:,} works the {len(works):,} most cited are drawn.")
    if (labelled := sum(bool(mark.label) for mark in layout.marks)) < len(works):
        said.append(
            f"{labelled} of the most cited works have labels; the SVG and HTML name all that are drawn."
        )
    if unknown := sum(work.year is None for work in works):
        said.append(f"No year is recorded of {_counted(unknown, 'work')}.")
    return said


def _row(work: _Work) -> tuple[str, ...]:
    year = "not recorded" if work.year is None else str(work.year)
    counts = (f"{work.cited:,}", f"{work.cites:,}")
    return (work.key, year, _role_name(work.role), *counts, work.title or "not recorded", work.doi)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
