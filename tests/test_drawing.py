"""Figures are well formed, hold what they should, and nothing in them covers anything else."""

from __future__ import annotations

import itertools
import random
import re
import struct
import zlib
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest

import evigraph
from evigraph.drawing import citations as drawing
from evigraph.drawing import draw_citations, lanes
from evigraph.drawing.figure import PNG_SCALE
from evigraph.drawing.lanes import Box, Layout, Thing
from evigraph.drawing.svg import SYMBOLS
from evigraph.drawing.text import clip, width, wrap
from evigraph.errors import InputError
from tests.commands import ROOT, Ran, copy_review, run

SVG = "{http://www.w3.org/2000/svg}"
ROLES = ("included", "not-included", "earlier-review", "context", "theory", "method")
NASTY = "</title><script>alert('1 & 2')</script> \x07\ud800"


def network(works: int, seed: int = 1) -> nx.DiGraph:
    """A review and other works that cite earlier ones, most of them little and a few of them much."""
    dice = random.Random(seed)
    graph = nx.DiGraph()
    graph.add_node("w0", key="old1901", title="The first", year=1901)
    often = ["w0"]
    for number in range(1, works - 1):
        name, year = f"w{number}", 1985 + number * 40 // works
        graph.add_node(name, key=f"work{year}-{number}", title=f"Work {number}", year=year)
        if number % 50 == 0:
            del graph.nodes[name]["year"]
        if number % 9 == 0:
            graph.nodes[name]["role"] = dice.choice(ROLES)
        for cited in sorted({dice.choice(often) for _ in range(min(30, int(2 * dice.paretovariate(1.2))))}):
            graph.add_edge(name, cited)
            often.append(cited)
        often.append(name)
    graph.add_node("review", key="review2025", title="The review", year=2025, role="review")
    for name in [name for name, role in graph.nodes(data="role") if role in ROLES]:
        graph.add_edge("review", name, role="included")
    return graph


def laid_out(graph: nx.DiGraph, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """The places of everything in the figure of a graph, as they were computed for it."""
    found: list[Layout] = []

    def watched(*args: object, **more: object) -> Layout:
        found.append(arrange(*args, **more))  # type: ignore[arg-type]
        return found[-1]

    arrange = lanes.arrange
    monkeypatch.setattr(lanes, "arrange", watched)
    draw_citations(graph, "test")
    (layout,) = found
    return layout


@pytest.fixture(scope="module")
def shipped() -> nx.DiGraph:
    """The network of the shipped review: one reference list of 45 works."""
    return evigraph.open().citations()


GRAPHS = {"shipped": 46, "100": 100, "121": 121, "2000": 2000}


@pytest.fixture(scope="module", params=GRAPHS)
def graph(request: pytest.FixtureRequest, shipped: nx.DiGraph) -> nx.DiGraph:
    """Networks of several sizes."""
    return shipped if request.param == "shipped" else network(GRAPHS[request.param])


def test_svg_holds_each_work_once(graph: nx.DiGraph) -> None:
    """The document is well formed, and each work is a symbol with a title that says all that is known."""
    root = ElementTree.fromstring(draw_citations(graph, "test").svg)
    drawn = [e for e in root.iter(SVG + "g") if e.get("class") == "work"]
    assert all(e.find(SVG + "path") is not None for e in drawn)
    titles = sorted(e.findtext(SVG + "title", "").split(" (")[0] for e in drawn)
    assert titles == sorted(key for _, key in graph.nodes(data="key"))


def test_svg_speaks_for_itself(shipped: nx.DiGraph) -> None:
    """It has a role, a title, a text that stands in for it, and the command behind it."""
    root = ElementTree.fromstring(draw_citations(shipped, "mutual-help", "stated").svg)
    assert root.get("role") == "img"
    named = {e.get("id"): e.text for e in root if e.get("id")}
    assert set(str(root.get("aria-labelledby")).split()) == set(named)
    assert named["figure-title"] == "Citations of the review mutual-help: 46 works"
    assert "included: 12 works" in str(named["figure-desc"])
    assert "evigraph draw citations --trust stated" in root.findtext(SVG + "metadata", "")


def test_nothing_covers_a_label_or_a_symbol(graph: nx.DiGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """No two of all the rectangles around labels and symbols meet, and all are inside of the figure."""
    layout = laid_out(graph, monkeypatch)
    boxes = [mark.symbol_box for mark in layout.marks]
    boxes += [box for mark in layout.marks if (box := mark.label_box) is not None]
    assert len(layout.marks) == len(graph)
    for one, other in itertools.combinations(sorted(boxes), 2):
        assert not one.meets(other), (one, other)
    for mark in layout.marks:
        top, bottom = layout.lanes[mark.thing.lane]
        for box in filter(None, (mark.symbol_box, mark.label_box)):
            assert layout.axis.left <= box.left
            assert box.right <= layout.axis.right + 10
            assert top <= box.top <= box.bottom <= bottom


def test_boxes_that_share_only_an_edge_do_not_meet() -> None:
    """The check that the tests rest on tells what covers from what touches."""
    assert Box(0, 0, 2, 2).meets(Box(1, 1, 3, 3))
    assert not Box(0, 0, 2, 2).meets(Box(2, 0, 3, 3))
    assert not Box(0, 0, 2, 2).meets(Box(0, 2, 3, 3))


@pytest.mark.parametrize(("works", "least", "most"), [(100, 100, 100), (2000, 40, drawing.LABELLED)])
def test_the_most_cited_have_labels(
    works: int, least: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small network has all labels; a large one those of its most cited works and of the review."""
    graph = network(works)
    labelled = {mark.thing.id for mark in laid_out(graph, monkeypatch).marks if mark.label}
    assert least <= len(labelled) <= most
    first = max(graph, key=graph.in_degree)
    assert {first, "review"} <= labelled
    assert f"{len(labelled)} of the most cited" in draw_citations(graph, "x").svg or works == 100


def test_works_stand_at_their_year(shipped: nx.DiGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one reference list each work stands in the middle of its year, in the lane of its role."""
    layout = laid_out(shipped, monkeypatch)
    years = {mark.thing.id: mark.x for mark in layout.marks}
    assert years == {iri: layout.axis.middle(year) for iri, year in shipped.nodes(data="year")}
    lane_of = {mark.thing.lane: shipped.nodes[mark.thing.id]["role"] for mark in layout.marks}
    assert [lane_of[lane] for lane in range(7)] == ["review", *ROLES]
    assert all(shipped.nodes[m.thing.id]["role"] == lane_of[m.thing.lane] for m in layout.marks)


def test_one_reference_list_has_no_lines_and_a_network_has_them(shipped: nx.DiGraph) -> None:
    """The star says that it is one; a network has a line for each citation."""
    star = draw_citations(shipped, "x").svg
    assert "pistrang2008 cites 45 works; the network is this one reference list" in star
    assert 'fill="none"' not in star
    graph = network(100)
    lines = re.findall(r'<path d="([^"]*C[^"]*)"', draw_citations(graph, "x").svg)
    assert sum(line.count("C") for line in lines) == graph.number_of_edges()


def test_a_fog_of_lines_is_thinned_and_the_figure_says_so() -> None:
    """Of thousands of citations those within lanes and between labelled works are lines, and are counted."""
    graph = network(2000)
    figure = draw_citations(graph, "x")
    lines = sum(line.count("C") for line in re.findall(r'<path d="([^"]*C[^"]*)"', figure.svg))
    said = (
        f"{graph.number_of_edges():,} citations, of which {lines:,}, within lanes or between labelled works"
    )
    assert said in figure.description
    assert 1000 < lines < graph.number_of_edges() * 0.8


def test_works_whose_citations_are_all_cut_away_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The most cited may not cite each other, and the work that cites may be cited least of all."""
    monkeypatch.setattr(drawing, "DRAWN", 3)
    for citing in (["a"], ["a", "b"]):
        graph = nx.DiGraph((one, other) for one in citing for other in "vwxyz")
        graph.add_edges_from((one, "x") for one in citing)
        figure = draw_citations(graph, "x")
        assert len(figure.rows) == 3
        assert ("a cites 5 works" in figure.description) == (len(citing) == 1)


def test_unknown_years_are_said_to_be_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """They stand left of all years, in a column of their own; no year is made up."""
    graph = network(60)
    layout = laid_out(graph, monkeypatch)
    unknown = {mark.thing.id for mark in layout.marks if mark.thing.year is None}
    assert unknown == {name for name, year in graph.nodes(data="year") if year is None} != set()
    left, wide = layout.axis.columns[None]
    for mark in layout.marks:
        ends = mark.label_box.right if mark.label_box else mark.x
        assert (left < mark.x and ends <= left + wide) == (mark.thing.id in unknown)
    figure = draw_citations(graph, "x")
    assert "No year is recorded of 1 work." in figure.description
    assert [row[1] for row in figure.rows].count("not recorded") == 1
    assert "year not recorded" in figure.svg


def test_long_times_without_works_are_a_break(monkeypatch: pytest.MonkeyPatch) -> None:
    """84 empty years take no room, and a sign says that they are left out."""
    axis = laid_out(network(60), monkeypatch).axis
    assert len(axis.breaks) == 1
    assert axis.middle(1901) < axis.breaks[0] < axis.middle(1985)
    assert 1902 not in axis.columns


@pytest.mark.parametrize("format", ["svg", "html", "png"])
def test_same_graph_same_bytes(format: str, shipped: nx.DiGraph) -> None:
    """The order in which a graph was made does not show."""
    for graph in (shipped, network(300)):
        other = nx.DiGraph()
        other.add_nodes_from(reversed(list(graph.nodes(data=True))))
        other.add_edges_from(reversed(list(graph.edges(data=True))))
        assert draw_citations(graph, "x").render(format) == draw_citations(other, "x").render(format)


def test_same_bytes_in_another_process(tmp_path: Path) -> None:
    """Hashes that are different in each process do not show."""
    review = copy_review(tmp_path / "review")
    more = (
        "\n<https://example.org/c{0}> a evi:Citation ; "
        "cito:hasCitingEntity publication:{1} ; cito:hasCitedEntity publication:{2} ."
    )
    pairs = [("burti2005", "powell2001"), ("powell2001", "galanter1988"), ("klaw2006", "galanter1988")]
    with (review / "graph/references.ttl").open("a", encoding="utf-8") as file:
        file.writelines(more.format(number, *pair) for number, pair in enumerate(pairs))
    for seed in ("1", "2"):
        target = str(tmp_path / f"{seed}.svg")
        ran = run("--review", str(review), "draw", "citations", "-o", target, env={"PYTHONHASHSEED": seed})
        assert ran.code == 0, ran.err
    assert (tmp_path / "1.svg").read_bytes() == (tmp_path / "2.svg").read_bytes()
    assert b"48 citations" in (tmp_path / "1.svg").read_bytes()


class _Page(HTMLParser):
    """All elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_html_asks_for_nothing_from_outside(graph: nx.DiGraph) -> None:
    """No element and no style names another file; the works stand in a table too."""
    text = draw_citations(graph, "test").html
    page = _Page(text)
    tags = [tag for tag, _ in page.found]
    assert not {"script", "link", "img", "iframe", "image", "use", "a"} & set(tags)
    assert not any(
        {"src", "href", "xlink:href", "srcset"} & attributes.keys() for _, attributes in page.found
    )
    assert "url(" not in text
    assert "@import" not in text
    assert tags.count("tr") == len(graph) + 1
    assert [a.get("scope") for tag, a in page.found if tag == "th"] == ["col"] * 7


def test_texts_cannot_become_elements() -> None:
    """Tags, signs that XML forbids and broken characters in a title, key, role or name are shown as text."""
    graph = nx.DiGraph()
    graph.add_node("a", key=NASTY, title=NASTY, role=NASTY, doi=NASTY, year=2000)
    graph.add_node("b", key="b", title=NASTY)
    graph.add_edge("a", "b")
    figure = draw_citations(graph, NASTY)
    shown = NASTY.replace("\x07", "\N{REPLACEMENT CHARACTER}").replace("\ud800", "\N{REPLACEMENT CHARACTER}")
    root = ElementTree.fromstring(figure.render("svg"))
    assert sum(shown in (e.text or "") for e in root.iter(SVG + "title")) == 3
    assert "script" not in {tag for tag, _ in _Page(figure.render("html").decode()).found}


@pytest.mark.parametrize("size", ["shipped", "300"])
def test_png_is_an_image_of_the_said_size(size: str, shipped: nx.DiGraph) -> None:
    """Twice the figure in both directions, and not one colour all over."""
    figure = draw_citations(shipped if size == "shipped" else network(300), "x")
    data = figure.render("png")
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = struct.unpack(">II", data[16:24])
    assert (wide, high) == (figure.width * PNG_SCALE, figure.height * PNG_SCALE)
    pixels, at = b"", 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            pixels += data[at + 8 : at + 8 + length]
        at += 12 + length
    assert len(set(zlib.decompress(pixels))) > 50


def test_each_role_has_a_colour_and_a_symbol_of_its_own() -> None:
    """Neither is the only sign, and all roles of the ontology have them."""
    styles = drawing.STYLES.values()
    assert len({style.colour for style in styles}) == len({style.symbol for style in styles}) == len(styles)
    text = (ROOT / "ontology/evigraph.ttl").read_text(encoding="utf-8")
    roles = re.findall(r"^evi:(\S+)\n    a owl:NamedIndividual , evi:CitationRole", text, re.MULTILINE)
    assert set(roles) == drawing.STYLES.keys() - {"review"}


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_symbols_stay_in_their_box(symbol: str) -> None:
    """No point of a symbol is further from its middle than the radius."""
    path = SYMBOLS[symbol](0, 0, 10)
    if symbol == "circle":
        assert path == "M-9.2 0a9.2 9.2 0 1 0 18.4 0a9.2 9.2 0 1 0 -18.4 0Z"
    else:
        assert max(abs(float(n)) for n in re.findall(r"-?[\d.]+", path)) <= 10


def test_a_large_network_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more works than can be drawn the most cited are, with the lines between them."""
    monkeypatch.setattr(drawing, "DRAWN", 150)
    graph = network(200)
    figure = draw_citations(graph, "x")
    assert "Of 200 works the 150 most cited are drawn." in figure.description
    assert len(figure.rows) == figure.svg.count('class="work"') == 150
    assert max(graph.nodes[n]["key"] for n in [max(graph, key=graph.in_degree)]) in figure.svg


def test_texts_are_cut_and_wrapped_to_their_room() -> None:
    """An estimate that grows with the text; wide scripts count double."""
    assert clip("short", 11, 170) == "short"
    cut = clip("a" * 100, 11, 170)
    assert cut.endswith("…")
    assert width(cut, 11) <= 170 < width(cut + "a", 11)
    assert width("中文", 10) > 20
    assert wrap("one two three", 10, 50) == ["one two", "three"]


def test_crowded_years_are_stacked() -> None:
    """A thousand works of one year in one narrow column stand apart, below each other."""
    things = [Thing(str(n), 0, 2000 + n % 2, 3.0, "x" * 60 if n < 20 else "") for n in range(1000)]
    layout = lanes.arrange(things, lanes=1, left=0, room=100, most_rows=5)
    boxes = sorted(mark.symbol_box for mark in layout.marks)
    assert len(boxes) == 1000
    assert sum(bool(mark.label) for mark in layout.marks) == 5
    assert not any(one.meets(other) for one, other in itertools.combinations(boxes, 2))


def test_without_citations_there_is_nothing_to_draw() -> None:
    """An empty picture would look like an answer."""
    with pytest.raises(InputError, match="holds no citation"):
        draw_citations(nx.DiGraph(), "x")


def _draw(*args: str, cwd: Path, env: dict[str, str] | None = None) -> Ran:
    return run("draw", *args, cwd=cwd, env=env)


def test_the_picture_of_the_readme_is_what_the_command_draws(tmp_path: Path) -> None:
    """The line in the README writes the file that the README shows."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^evigraph (draw citations -o \S+\.svg)", text, re.MULTILINE)
    assert "(docs/images/citations.svg)" in text
    ran = run(*line.split(), cwd=tmp_path)
    (drawn,) = tmp_path.iterdir()
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith(f"{drawn.name}: citations, 918 × ")
    assert drawn.read_bytes() == (ROOT / "docs/images/citations.svg").read_bytes()


@pytest.mark.parametrize("name", ["a.pdf", "svg", "-", "a.svg.txt"])
def test_an_unknown_ending_is_answered_with_the_known(name: str, tmp_path: Path) -> None:
    """Exit 2, one line, nothing written."""
    ran = _draw("citations", "-o", name, cwd=tmp_path)
    assert (ran.code, ran.out, list(tmp_path.iterdir())) == (2, "", [])
    assert ran.err.endswith("end it in one of .svg, .png, .html\n")


def test_an_unknown_kind_and_no_file_are_wrong_use(tmp_path: Path) -> None:
    """Exit 2, and the kinds are named."""
    ran = _draw("dreams", "-o", "a.svg", cwd=tmp_path)
    assert ran.code == 2
    assert "citations" in ran.err
    assert _draw("citations", cwd=tmp_path).code == 2
    assert _draw("citations", "-o", "missing/a.svg", cwd=tmp_path).code == 2


def test_png_without_its_extra_says_what_to_install(tmp_path: Path) -> None:
    """Exit 3 and the line for pip; SVG and HTML do without."""
    (tmp_path / "vl_convert.py").write_text("raise ImportError('not installed')\n", encoding="utf-8")
    env = {"PYTHONPATH": str(tmp_path)}
    ran = _draw("citations", "-o", "a.png", cwd=tmp_path, env=env)
    assert ran.code == 3
    assert "pip install 'evigraph[figures]'" in ran.err
    assert not (tmp_path / "a.png").exists()
    assert _draw("citations", "-o", "a.HTML", cwd=tmp_path, env=env).code == 0
