"""Documents: whatever their texts hold, they are well-formed, lead nowhere by themselves, and count right."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from xml.etree import ElementTree

import pytest

import evigraph
from evigraph.cli.pages import page_lines
from evigraph.documents import (
    Asked,
    Asking,
    Counted,
    Document,
    Items,
    Link,
    Marked,
    Paragraph,
    Picture,
    Section,
    Table,
    said,
)
from evigraph.drawing import Figure
from evigraph.trust import Trust
from tests.pages import Seen, require_whole

HOSTILE = (
    "<script>alert(1)</script>",
    "a | b \\| c",
    "\"quoted\" 'single' & &lt;b&gt;",
    "`code` *bold* _under_ ~~gone~~ [x](http://evil.example) ![i](y) $m$",
    "# heading\n\n- item\n1. one\n\n    code",
    "]]> --> \x00\x1b[31m \x9b \U0001f600",
    "1. first",
    "- dash",
    "=== rule",
)


def document(text: str = "words") -> Document:
    """A document with every kind of block, in which every text is this one."""
    counted = Counted(2, "q", "study", (("outcome", (text, "b;c")),), 1)
    figure = Figure(text, text, text, 10, 10, "")
    table = Table(text, (text, "n"), (((text,), (counted,)), ((Marked(text),), ())), "q")
    section = Section("one", text, (Items(((text,), (Link(text, "https://example.org/x"),))), table))
    asked = Asked("q", text, f"evigraph ask {text}", f"SELECT {text}", ("study", text), ((text, text),))
    return Document(
        text,
        (Paragraph((text, counted, Marked(text))),),
        (section, Section("two", text, (Picture(figure, text, "q"),))),
        (asked,),
        text,
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_html_is_whole_whatever_the_texts_hold(text: str) -> None:
    """No text becomes an element or an attribute, and its words are all there to be read."""
    seen = require_whole(document(text).to_html())
    plain = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
    assert "".join(seen.words).count(plain) >= 10
    tags = Counter(tag for tag, _ in seen.elements)
    assert tags == Counter(tag for tag, _ in Seen(document().to_html()).elements)


@pytest.mark.parametrize("text", HOSTILE)
def test_html_is_xml_too(text: str) -> None:
    """But for the first line and the elements that HTML leaves open, a strict parser reads it."""
    page = document(text).to_html().removeprefix("<!doctype html>\n")
    ElementTree.fromstring(re.sub(r"<meta ([^>]*)>", r"<meta \1/>", page))


def test_html_has_headings_in_order_and_tables_with_headers() -> None:
    """One first heading, sections under it; each column and each row is named."""
    seen = require_whole(document().to_html())
    levels = [int(tag[1]) for tag, _ in seen.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert {attributes.get("scope") for attributes in seen.named("th")} == {"col", "row"}
    assert len(seen.named("caption")) == len(seen.named("table"))
    assert all("alt" in attributes for attributes in seen.named("img"))
    assert seen.named("html") == [{"lang": "en"}]
    titles = {attributes["id"] for attributes in seen.named("h2")}
    assert {attributes["aria-labelledby"] for attributes in seen.named("section")} == titles


def test_each_number_says_what_it_counts() -> None:
    """Question, column and condition stand in the page as in the model, a sign within a value apart."""
    made = document("a|b=c%")
    numbers = [a for a in Seen(made.to_html()).named("a") if "data-asked" in a]
    assert len(numbers) == len(list(made.counted())) == 2
    for attributes, number in zip(numbers, made.counted(), strict=True):
        assert attributes["data-asked"] == number.asked
        assert attributes["data-of"] == number.of
        assert attributes["data-where"] == "outcome=a%7Cb%3Dc%25|b%3Bc"
        assert attributes["href"] == f"#q-{number.asked}"


def test_what_is_deduced_is_marked() -> None:
    """A number that would be another, and a value that no text says; nothing else."""
    assert str(Counted(1200, "q", "x", (), 3)) == "1,200†"
    assert str(Counted(1200, "q", "x")) == "1,200"
    assert said([("a", "deduced"), ("b", "deduced"), ("b", "title"), ("c", "inferred")]) == (
        Marked("a"),
        ", ",
        "b",
        ", ",
        Marked("c"),
    )
    assert document().to_html().count(">†</abbr>") == 4
    assert "words†" in document().to_markdown()


@pytest.mark.parametrize(
    ("address", "href"),
    [
        ("https://example.org/a?b=1&c=2", "https://example.org/a?b=1&c=2"),
        ("HTTP://example.org/", "HTTP://example.org/"),
        ("doi:10.1000/182", "https://doi.org/10.1000/182"),
        ("javascript:alert(1)", None),
        ("JavaScript://x%0aalert(1)", None),
        ("data:text/html,<script>", None),
        ("file:///etc/passwd", None),
        ("http:alert(1)", None),
        ("https://example.org/ x", None),
        ('https://example.org/"onclick="x', None),
        ("urn:isbn:1", None),
        ("", None),
    ],
)
def test_only_addresses_of_the_web_are_links(address: str, href: str | None) -> None:
    """All others stay text, in HTML and in Markdown."""
    link = Link("there", address)
    assert link.href == href
    made = Document("t", (Paragraph((link,)),), (), ())
    found = Seen(made.to_html()).named("a")
    assert [attributes["href"] for attributes in found] == ([href] if href else [])
    assert (f"[there](<{href}>)" in made.to_markdown()) == bool(href)


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_stays_text(text: str) -> None:
    """No text opens an element, ends a cell, a fence or a line, or begins a list or a heading."""
    made = document(text).to_markdown()
    outside = re.sub(r"(`{3,})sparql\n.*?\n\1(?=\n|$)", "", made, flags=re.DOTALL)
    outside = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", outside)
    unescaped = re.sub(r"\\[!-/:-@\[-`{-~]", "", outside).replace("](<https://example.org/x>)", "")
    assert not re.search(r"[<>`*_~$&]", unescaped.replace("*\n", "\n").replace("\n*", "\n"))
    rows = [line for line in unescaped.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {3}
    starts = [line for line in outside.splitlines() if re.match(r"(#|[-+=]|\d+[.)])", line)]
    assert all(re.match(r"#{1,3} |- ", line) for line in starts)
    assert len([line for line in starts if line.startswith("- ")]) == 2
    assert len([line for line in starts if line.startswith("#")]) == 5


def test_markdown_fences_are_longer_than_what_they_hold() -> None:
    """A query with a fence in it, and a command with backticks, stay whole."""
    asked = Asked("q", "t", "evigraph ask '`x``'", "SELECT\n```\n````", ("a",), ())
    made = Document("t", (), (), (asked,)).to_markdown()
    assert "\n`````sparql\nSELECT\n```\n````\n`````\n" in made
    assert "\n``` evigraph ask '`x``'```\n" in made or "\n```evigraph ask '`x``'```\n" in made


@pytest.mark.parametrize("text", HOSTILE)
def test_a_terminal_is_told_nothing(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No control character reaches it, no line is cut into two, and the commands are there."""
    monkeypatch.setenv("COLUMNS", "80")
    lines = list(page_lines(document(text)))
    assert not [line for line in lines if re.search(r"[\x00-\x1f\x7f-\x9f]", line)]
    assert any(line.startswith("  evigraph ask") for line in lines)
    assert any("2†" in line for line in lines)


# --- asking ---------------------------------------------------------------------------------------


def test_a_question_is_asked_once_and_counted(review: evigraph.Review) -> None:
    """Rows, terms and numbers are of one answer, which is kept with its command."""
    asking = Asking(review, Trust.DEDUCED)
    id = asking.id("study-facts", study="dunham1998")
    rows = asking.rows("study-facts", study="dunham1998")
    assert len(asking.answer("study-facts", study="dunham1998")) == len(rows)
    assert [asked.id for asked in asking.asked] == [id]
    assert asking.asked[0].command == "evigraph ask study-facts --param study=dunham1998"
    number = asking.count(id, "value", property="hasFormat")
    assert (number.value, number.stated) == (1, None)  # the title says online
    number = asking.count(id, "value", basis="deduced")
    assert number.value == len({row["value"] for row in rows if row["basis"] == "deduced"})
    assert asking.count("findings-by-basis", "study").value > 0


def test_numbers_of_a_question_with_parameters_know_what_texts_state(review: evigraph.Review) -> None:
    """The face-to-face format of one study is deduced, so the number is another without it."""
    asking = Asking(review, Trust.DEDUCED)
    id = asking.id("study-facts", study="tudiver1992")
    number = asking.count(id, "value", property="hasFormat")
    assert (number.value, number.stated, str(number)) == (1, 0, "1†")


def test_ids_can_be_targets_and_differ(review: evigraph.Review) -> None:
    """Whatever a parameter is, a page can lead to its answer; two that look alike are two."""
    asking = Asking(review, Trust.DEDUCED)
    one = asking.id("findings-by-basis", basis="other-text")
    other = asking.id("findings-by-basis", basis="https://w3id.org/evigraph/basis/other-text")
    asking.note(asking.id("cited-works"), "t", "c", ("a",), [])
    assert one == "findings-by-basis-other-text"
    assert re.fullmatch(r"[A-Za-z0-9-]+", other)
    assert one != other
