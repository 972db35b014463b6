"""A figure, and the kinds of file that it can be written as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evigraph.drawing.svg import element, escape
from evigraph.errors import EnvironmentFaultError, InputError

#: The endings of the files that can be written.
FORMATS = ("svg", "png", "html")
#: Pixels of a PNG for each pixel of the figure, so that small labels stay sharp in print.
PNG_SCALE = 2
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font-family: Arial, Helvetica, sans-serif; margin: 1rem; color: #222 }}
figure {{ margin: 0; overflow-x: auto }}
g.work:hover path {{ stroke: #000; stroke-width: 2 }}
table {{ border-collapse: collapse; font-size: 0.85rem }}
th, td {{ border-bottom: 1px solid #ccc; padding: 0.2rem 0.6rem; text-align: left; vertical-align: top }}
@media print {{ tr {{ break-inside: avoid }} }}
</style>
</head>
<body>
<figure>
{svg}</figure>
{table}
</body>
</html>
"""


@dataclass(frozen=True)
class Figure:
    """A drawing with the words that go with it.

    Args:
        title: What is shown, in a few words.
        description: The same as a text that stands in for the drawing.
        source: The command and the statements behind it.
        width: In pixels.
        height: In pixels.
        body: The drawing as SVG elements.
        header: The columns of the table behind the drawing, which an HTML page shows too.
        rows: Its rows.
    """

    title: str
    description: str
    source: str
    width: int
    height: int
    body: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def svg(self) -> str:
        """The drawing as an SVG document."""
        size = {"width": self.width, "height": self.height}
        content = "\n".join(
            (
                element("title", escape(self.title), id="figure-title"),
                element("desc", escape(self.description), id="figure-desc"),
                element("metadata", escape(self.source)),
                element("rect", fill="#fff", **size),
                self.body,
            )
        )
        return (
            element(
                "svg",
                f"\n{content}\n",
                xmlns="http://www.w3.org/2000/svg",
                **size,
                viewBox=f"0 0 {self.width:g} {self.height:g}",
                role="img",
                aria_labelledby="figure-title figure-desc",
            )
            + "\n"
        )

    @property
    def html(self) -> str:
        """The drawing and the table behind it as a page that asks for nothing from outside."""
        return _PAGE.format(title=escape(self.title), svg=self.svg, table=self._table())

    def render(self, format: str) -> bytes:
        """The figure as the bytes of a file.

        Args:
            format: One of :data:`FORMATS`.

        Raises:
            EnvironmentFaultError: A PNG is wanted, and what makes it is not installed.
        """
        if format == "png":
            return _png(self.svg)
        return (self.html if format == "html" else self.svg).encode()

    def _table(self) -> str:
        def row(name: str, cells: tuple[str, ...], **attributes: str) -> str:
            return "<tr>" + "".join(element(name, escape(c) or " ", **attributes) for c in cells) + "</tr>\n"

        if not self.rows:
            return ""
        body = "".join(row("td", cells) for cells in self.rows)
        head = row("th", self.header, scope="col")
        caption = element("caption", f"What is drawn: {len(self.rows):,} rows")
        return f"<table>{caption}\n<thead>{head}</thead>\n<tbody>\n{body}</tbody></table>"


def format_of(path: str, known: Sequence[str] = FORMATS) -> str:
    """The format that the ending of a file's name asks for.

    Args:
        path: The file.
        known: The endings that will do.

    Raises:
        InputError: The ending is none that is known.
    """
    ending = Path(path).suffix.lower().removeprefix(".")
    if ending not in known:
        endings = ", ".join(f".{one}" for one in known)
        raise InputError(f"{path}: its name does not end in a kind of figure; end it in one of {endings}")
    return ending


def _png(svg: str) -> bytes:
    try:
        import vl_convert
    except ImportError:
        message = "PNG needs vl-convert-python; run pip install 'evigraph[figures]', or write .svg or .html"
        raise EnvironmentFaultError(message) from None
    png: bytes = vl_convert.svg_to_png(svg, scale=PNG_SCALE)
    return png
