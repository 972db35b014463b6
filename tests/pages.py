"""Reads HTML pages without seeing them: elements, headings, tables, texts, numbers, references."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "hr", "link", "input"}


class Seen(HTMLParser):
    """What a parser of HTML sees: elements with their attributes, and whether each is closed in turn."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.open: list[tuple[str, dict[str, str]]] = []
        self.faults: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(self.elements[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element without content; only those that never have any may be written so."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.faults.append(f"<{tag}/> is no HTML")

    def handle_endtag(self, tag: str) -> None:
        """Note whether the end fits."""
        if not self.open or self.open.pop()[0] != tag:
            self.faults.append(f"</{tag}> out of turn")

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.words.append(data)

    def named(self, tag: str) -> list[dict[str, str]]:
        """The attributes of all elements of a name."""
        return [attributes for name, attributes in self.elements if name == tag]


def require_whole(page: str) -> Seen:
    """A page is well-formed, has each id once, leads to ids that are there, and loads nothing."""
    seen = Seen(page)
    assert seen.faults == []
    assert seen.open == []
    ids = Counter(attributes["id"] for _, attributes in seen.elements if "id" in attributes)
    assert set(ids.values()) == {1}
    assert not [id for id in ids if re.search(r"\s", id)]
    for attributes in seen.named("a"):
        href = attributes["href"]
        assert href.startswith(("#", "http://", "https://"))
        if href.startswith("#"):
            assert href[1:] in ids
    loading = [a[n] for _, a in seen.elements for n in ("src", "srcset", "data", "poster") if n in a]
    assert all(address.startswith("data:image/svg+xml;base64,") for address in loading)
    assert {tag for tag, _ in seen.elements} & {"script", "link", "iframe", "object", "form", "base"} == set()
    assert not [name for _, attributes in seen.elements for name in attributes if name.startswith("on")]
    policies = [a["content"] for a in seen.named("meta") if "http-equiv" in a]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert "url(" not in page
    assert "@import" not in page
    return seen


@dataclass
class Number:
    """A number of a page that says what it counts, and the text that stands for it."""

    attributes: dict[str, str]
    text: str = ""


class Page(Seen):
    """A page with numbers that say what they count.

    Args:
        page: HTML.
    """

    def __init__(self, page: str) -> None:
        #: The numbers that say what they count.
        self.numbers: list[Number] = []
        #: Level and text of each heading.
        self.headings: list[tuple[int, str]] = []
        #: The caption of each table, and how many of its header cells have a scope.
        self.tables: list[tuple[str, int]] = []
        #: The text before the answers, without the numbers that say what they count.
        self.unexplained: list[str] = []
        super().__init__(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what begins."""
        super().handle_starttag(tag, attrs)
        attributes = dict(self.elements[-1][1])
        if tag == "a" and attributes.get("class") == "n":
            self.numbers.append(Number(attributes))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        if tag == "table":
            self.tables.append(("", 0))
        if tag == "th" and attributes.get("scope"):
            caption, count = self.tables[-1]
            self.tables[-1] = caption, count + 1

    def handle_data(self, data: str) -> None:
        """Put text where it belongs."""
        super().handle_data(data)
        tags = [tag for tag, _ in self.open]
        inside = [attributes for _, attributes in self.open]
        if any(attributes.get("class") == "n" for attributes in inside):
            self.numbers[-1].text += data
        elif "style" not in tags and not any(attributes.get("id") == "answers" for attributes in inside):
            self.unexplained.append(data)
        if tags and re.fullmatch("h[1-6]", tags[-1]):
            level, text = self.headings[-1]
            self.headings[-1] = level, text + data
        if "caption" in tags:
            caption, count = self.tables[-1]
            self.tables[-1] = caption + data, count
