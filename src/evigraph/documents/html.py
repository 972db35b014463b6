"""A document as one HTML page: headings, table headers, alternative texts, and nothing from outside."""

from __future__ import annotations

import base64
from urllib.parse import quote

from evigraph.documents.model import (
    Asked,
    Block,
    Cell,
    Counted,
    Document,
    Items,
    Link,
    Marked,
    Paragraph,
    Picture,
    Section,
    Table,
    Text,
)
from evigraph.drawing.svg import element, escape
from evigraph.resting import MARK

_STYLE = """
:root { color-scheme: light }
body { font-family: Georgia, 'Times New Roman', serif; line-height: 1.5; color: #1a1a1a; background: #fff;
  max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
h1, h2, h3, th, nav, caption, figcaption, summary, .how { font-family: Arial, Helvetica, sans-serif }
h1 { line-height: 1.2 }
h2 { border-bottom: 1px solid #bbb; padding-bottom: .2rem; margin-top: 2.5rem }
nav ol { columns: 2 }
a { color: #0a4a8a }
a.n { text-decoration: none; border-bottom: 1px dotted #0a4a8a; color: inherit }
td a, li a { overflow-wrap: anywhere }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: .85rem; margin: .5rem 0 1rem }
caption { text-align: left; color: #444; padding-bottom: .3rem }
th, td { border-bottom: 1px solid #ccc; padding: .25rem .6rem .25rem 0; text-align: left;
  vertical-align: top }
thead th { border-bottom: 2px solid #444 }
tbody th { font-weight: 600 }
figure { margin: 1rem 0; overflow-x: auto }
figure img { max-width: 100%; height: auto }
figcaption { color: #444; font-size: .85rem }
pre { background: #f5f5f5; padding: .6rem; overflow-x: auto; font-size: .75rem; white-space: pre-wrap }
details { margin: .5rem 0 }
summary { cursor: pointer }
.how { color: #444; font-size: .85rem }
@media print {
  body { max-width: none; margin: 0; font-size: 10pt }
  a { color: inherit; text-decoration: none }
  a.n { border: 0 }
  h2, h3 { break-after: avoid }
  tr, figure { break-inside: avoid }
  thead { display: table-header-group }
  nav { display: none }
  .wide, figure { overflow: visible }
}
"""
#: What a browser may load: nothing but what stands in the page.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{lead}
{contents}
{sections}
{answers}
</main>
</body>
</html>
"""
#: The id of the last section, in which all that was asked is shown.
_ANSWERS = "answers"


def page(document: Document) -> str:
    """The page of a document.

    Args:
        document: Any; its texts are escaped, whatever they hold.
    """
    entries = [(section.id, section.title) for section in document.sections]
    if document.asked:
        entries.append((_ANSWERS, "How each number was got"))
    links = "".join(f"<li>{element('a', escape(title), href=f'#{id}')}</li>" for id, title in entries)
    contents = f'<nav aria-label="Contents"><ol>{links}</ol></nav>' if len(entries) > 1 else ""
    return _PAGE.format(
        title=escape(document.title),
        policy=_POLICY,
        style=_STYLE,
        lead="\n".join(map(_block, document.lead)),
        contents=contents,
        sections="\n".join(map(_section, document.sections)),
        answers=_answers(document),
    )


def _section(section: Section) -> str:
    heading = element("h2", escape(section.title), id=f"{section.id}-title")
    blocks = "\n".join(map(_block, section.blocks))
    return element(
        "section", f"\n{heading}\n{blocks}\n", id=section.id, aria_labelledby=f"{section.id}-title"
    )


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return element("p", _text(block.text) or " ")
    if isinstance(block, Items):
        return element("ul", "".join(element("li", _text(item) or " ") for item in block.items) or " ")
    if isinstance(block, Table):
        return _table(block)
    return _picture(block)


def _picture(picture: Picture) -> str:
    source = element("a", "the rows behind it", href=f"#q-{picture.asked}") if picture.asked else ""
    caption = element("figcaption", escape(picture.caption) + (f" ({source})" if source else ""))
    svg = base64.b64encode(picture.figure.svg.encode()).decode()
    image = element(
        "img",
        src=f"data:image/svg+xml;base64,{svg}",
        alt=picture.figure.description,
        width=picture.figure.width,
        height=picture.figure.height,
    )
    return element("figure", f"\n{image}\n{caption}\n")


def _table(table: Table) -> str:
    source = element("a", "the rows behind it", href=f"#q-{table.asked}") if table.asked else ""
    caption = element("caption", escape(table.caption) + (f" ({source})" if source else ""))
    head = "".join(element("th", escape(cell) or " ", scope="col") for cell in table.header)
    lines = []
    for row in table.rows:
        cells = [
            element("th", _text(cell) or " ", scope="row")
            if table.row_headers and not number
            else element("td", _text(cell) or " ")
            for number, cell in enumerate(row)
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    body = "\n".join(lines)
    whole = f"{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>"
    asked = {"data_asked": table.asked} if table.asked else {}
    return element("div", element("table", whole, **asked), class_="wide")


def _text(text: Text) -> str:
    return "".join(map(_part, text))


def _part(part: Cell) -> str:
    if isinstance(part, Counted):
        return _counted(part)
    if isinstance(part, Marked):
        return escape(part.text) + _mark("rests on deduced statements")
    if isinstance(part, Link) and part.href:
        return element("a", escape(part.text) or " ", href=part.href, rel="noreferrer", title=part.address)
    return escape(str(part))


def _counted(number: Counted) -> str:
    shown = f"{number.value:,}"
    if number.stated is not None:
        shown += _mark(f"rests on deduced statements; {number.stated} by what a text states alone")
    where = ";".join(f"{name}={'|'.join(map(_plain, values))}" for name, values in number.where)
    return element(
        "a",
        shown,
        class_="n",
        href=f"#q-{number.asked}",
        title=number.explanation,
        data_asked=number.asked,
        data_of=number.of,
        data_where=where,
    )


def _plain(value: str) -> str:
    """A value in which nothing parts it from the next."""
    return value.translate({ord(sign): quote(sign) for sign in "%;|="})


def _mark(why: str) -> str:
    return element("abbr", MARK, title=why)


def _answers(document: Document) -> str:
    if not document.asked:
        return ""
    closing = element("p", escape(document.closing)) if document.closing else ""
    parts = "\n".join(map(_answer, document.asked))
    heading = element("h2", "How each number was got", id=f"{_ANSWERS}-title")
    return element(
        "section", f"\n{heading}\n{closing}\n{parts}\n", id=_ANSWERS, aria_labelledby=f"{_ANSWERS}-title"
    )


def _answer(asked: Asked) -> str:
    count = f"{len(asked.rows):,} row{'' if len(asked.rows) == 1 else 's'}"
    summary = element("summary", f"{escape(asked.title)} ({count})")
    # The target stands within, so that a browser that follows a link to it opens what is around it.
    how = element("p", f"{element('code', escape(asked.command))}", class_="how", id=f"q-{asked.id}")
    query = element("pre", escape(asked.text)) if asked.text else ""
    rows = tuple(tuple((cell,) for cell in row) for row in asked.rows)
    table = _table(Table(f"The answer: {count}", asked.header, rows, row_headers=False)) if rows else ""
    return element("details", f"\n{summary}\n{how}\n{query}\n{table}\n")
