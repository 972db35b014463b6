"""Every command of the command line with what it needs to do its work, one after the other."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from evigraph.cli import main
from tests.commands import STUDY, Ran, copy_review, run

RIS = """\
TY  - JOUR
TI  - A trial of a mutual help group for grief
AU  - Trap, Ann
PY  - 2020
DO  - 10.1000/trap
UR  - {trap}/record
ER  -
"""
CITATIONS = "oci,citing,cited,creation,timespan,journal_sc,author_sc\n1-2,{doi},10.1000/xyz,2020,,,\n"


class Row(NamedTuple):
    """A command line: the command, all of its line, and the exit codes with which it has done its work."""

    command: str
    line: str
    codes: tuple[int, ...] = (0, 1)


#: ``R`` is a review, ``D`` a folder with data, ``H`` a host on which nothing listens.
TABLE = [
    Row("check", "--review R check"),
    Row("check", "--review R check D/study.ttl"),
    Row("screen", "--review R screen"),
    Row("screen", "--review R screen D/study.ttl --engine shacl"),
    Row("ask", "--review R ask cited-works", (0,)),
    Row("ask", "--review R ask --query 'SELECT * { ?s ?p ?o } LIMIT 3'", (0,)),
    Row("claims", "--review R claims"),
    Row("cite", "--review R cite"),
    Row("draw", "--review R draw citations -o D/citations.svg", (0,)),
    Row("draw", "--review R draw map -o D/map.png", (0,)),
    Row("reason", "--review R reason --engine rl", (0, 1)),
    Row("export", "--review R export -o D/review.trig", (0,)),
    Row("rules check", "--review D/begun rules check", (0,)),
    Row("rules build", "--review D/begun rules build", (0,)),
    Row("concepts check", "--review D/begun concepts check", (0,)),
    Row("concepts table", "--review D/begun concepts table", (0,)),
    Row("concepts build", "--review D/begun concepts build", (0,)),
    Row("add records", "--review R add records D/records.ris --source Trap", (0,)),
    Row("add citations", "--review R add citations D/citations.csv", (0,)),
    Row("dedupe", "--review R dedupe"),
    Row("decide", "--review R decide trap2020 include --by Ann", (0,)),
    Row("decide", "--review R decide trap2020 exclude --by Ben --reason late --stage title-abstract", (0,)),
    Row("conflicts", "--review R conflicts"),
    Row("settle", "--review R settle trap2020 include --by Cy --stage title-abstract", (0,)),
    Row("agreement", "--review R agreement"),
    Row("retrieve", "--review R retrieve trap2020 --by Ann", (0,)),
    Row("sheet", "--review R sheet -o D/sheet.csv", (0,)),
    Row("flow", "--review R flow"),
    Row("gaps", "--review R gaps"),
    Row("what-if", "--review R what-if --drop 1.1"),
    Row("sensitivity", "--review R sensitivity"),
    Row("snowball", "--review R snowball"),
    Row("overlap", "overlap R D/begun"),
    Row("explain", "--review R explain bright1999 --format html -o D/study.html", (0,)),
    Row("synthesize", "--review R synthesize"),
    Row("report", "--review R report -o D/report.html"),
    Row("checklist", "--review R checklist"),
    Row("init", "init D/new", (0,)),
    Row("diff", "diff R D/begun"),
    Row("build", "--review R build", (0,)),
    Row("verify", "--review R verify", (0,)),
    Row("ask", "--review R ask --query 'ASK { ?s ?p ?o }'", (0,)),
    Row("push", "--review R push http://H/query --deadline 5", (3,)),
    Row("pull", "pull http://H/query -o D/pulled.trig --deadline 5", (3,)),
]


def commands(group: click.Group = main, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of all commands, those of groups with the group before them."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name))


def prepare(folder: Path, trap: str) -> None:
    """Make the review and the data; what could be followed leads to the address of a trap."""
    review, data = copy_review(folder / "R"), folder / "D"
    data.mkdir()
    follow = (
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        f"<https://example.org/trap> owl:imports <{trap}/imported> ; rdfs:seeAlso <{trap}/seen> ;\n"
        f"    rdfs:isDefinedBy <{trap}/defined> .\n"
    )
    for place in (
        "ontology/trap.ttl",
        "shapes/criteria/trap.ttl",
        "shapes/well-formed/trap.ttl",
        "graph/trap.ttl",
    ):
        (review / place).write_text(follow, encoding="utf-8")
    (data / "study.ttl").write_text(STUDY + follow, encoding="utf-8")
    (data / "records.ris").write_text(RIS.format(trap=trap), encoding="utf-8")
    (data / "citations.csv").write_text(CITATIONS.format(doi="10.1000/trap"), encoding="utf-8")
    assert run("init", str(data / "begun")).code == 0


def fill(line: str, folder: Path, host: str) -> list[str]:
    """The words of a line of the table."""
    words = []
    for word in shlex.split(line):
        if word in ("R", "D") or word.startswith("D/"):
            words.append(str(folder / word))
        else:
            words.append(word.replace("//H/", f"//{host}/"))
    return words


def run_row(
    row: Row, folder: Path, host: str, before: Sequence[str] = (), env: Mapping[str, str] | None = None
) -> Ran:
    """Run one line of the table and require that it did its work."""
    ran = run(*fill(row.line, folder, host), before=before, env=env, cwd=folder)
    assert ran.code in row.codes, (row.line, ran.code, ran.err)
    assert "Traceback" not in ran.err, (row.line, ran.err)
    return ran
