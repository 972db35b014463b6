"""``evigraph explain``."""

from __future__ import annotations

import click

from evigraph.cli.common import format_option, interruptible, opened, trust_option, write_data


@click.command()
@click.argument("study")
@trust_option
@click.option("-o", "--output", metavar="FILE", help="Write to a file, whole or not at all.")
@format_option("text", "md", "html", "json")
@click.pass_context
def explain(ctx: click.Context, study: str, trust: str, output: str | None, format: str) -> None:
    """Say all there is to say of one study, on one page.

    Its facts with what they rest on and where they were read, the verdict on each rule in words, what is
    missing and where to look for it, who cites it, what it found, and the claims that it bears on. A † marks
    what rests on deduced statements alone. The page names the commands that give the same.
    """
    from evigraph.cli.pages import page_lines
    from evigraph.explaining import explain as explained

    review = opened(ctx)
    found = interruptible(lambda: explained(review, study, trust=trust))
    if format == "json":
        text = found.to_json()
    elif format == "html":
        text = found.to_document().to_html()
    elif format == "md":
        text = found.to_document().to_markdown()
    else:
        text = "".join(f"{line}\n" for line in page_lines(found.to_document()))
    write_data(text.encode(), output, f"{study} as {format}")
