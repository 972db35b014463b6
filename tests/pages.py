"""Reads HTML pages without seeing them: headings, tables, texts, numbers, references."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Attributes that a browser follows or loads.
_LOADED = ("href", "src", "action", "srcset")
#: Elements without an end.
_EMPTY = {"meta", "img", "br", "link", "hr", "input"}


@dataclass
class Number:
    """A number of a page that says what it counts, and the text that stands for it."""

    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """What there is in a page.

    Attributes:
        numbers: The numbers that say what they count.
        headings: Level and text of each heading.
        ids: All ids, in their order.
        references: Values of all attributes that a browser follows or loads.
        images: The alternative text of each image.
        tables: For each table its caption, and how many header cells have a scope.
        words: The text that is shown before the answers, without the numbers that say what they count.
        open: The elements that were not closed.
    """

    source: str
    numbers: list[Number] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    tables: list[tuple[str, int]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    open: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what begins."""
        attributes = {name: value or "" for name, value in attrs}
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.references += [
            attributes[name] for name in ("href", "src", "action", "srcset") if name in attributes
        ]
        if tag == "img":
            self.images.append(attributes.get("alt", ""))
        if tag == "a" and attributes.get("class") == "n":
            self.numbers.append(Number(attributes))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        if tag == "table":
            self.tables.append(("", 0))
        if tag == "th" and attributes.get("scope"):
            caption, count = self.tables[-1]
            self.tables[-1] = caption, count + 1
        if tag not in _EMPTY:
            self.open.append((tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        """Check that what ends is what began last."""
        assert self.open, f"</{tag}> without beginning"
        began, _ = self.open.pop()
        assert began == tag, f"<{began}> ended by </{tag}>"

    def handle_data(self, data: str) -> None:
        """Put text where it belongs."""
        tags = [tag for tag, _ in self.open]
        inside = [attributes for _, attributes in self.open]
        if any(attributes.get("class") == "n" for attributes in inside):
            self.numbers[-1].text += data
        elif "style" not in tags and not any(attributes.get("id") == "answers" for attributes in inside):
            self.words.append(data)
        if tags and re.fullmatch("h[1-6]", tags[-1]):
            level, text = self.headings[-1]
            self.headings[-1] = level, text + data
        if "caption" in tags:
            caption, count = self.tables[-1]
            self.tables[-1] = caption + data, count
