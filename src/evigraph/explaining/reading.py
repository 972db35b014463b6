"""What the answers to the questions on one study say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from evigraph.answers import Answer, Term
from evigraph.documents.asking import DRAWN
from evigraph.explaining.results import Cited, Decided, Fact, FindingOn, Report, Word
from evigraph.explaining.words import Words
from evigraph.terms import BASIS, local_name

Row = Mapping[str, Term | None]


def _rows(answer: Answer) -> list[Row]:
    return [dict(zip(answer.variables, row, strict=True)) for row in answer]


def facts(answer: Answer, words: Words) -> tuple[Fact, ...]:
    """The facts, those of the study itself first."""
    rows = _rows(answer)
    bases: dict[tuple[Term | None, ...], set[str]] = defaultdict(set)
    for row in rows:
        bases[row["subject"], row["property"], row["value"]].add(_basis(row["basis"]))
    found = []
    for row in rows:
        deduced = bases[row["subject"], row["property"], row["value"]] <= set(DRAWN)
        subject, source = words.text(row["subject"]), words.text(row["source"])
        found.append(
            Fact(
                of=words.part(subject),
                property=words.property(row["property"]),
                value=words.word(row["value"], deduced=deduced),
                basis=_basis(row["basis"]),
                source=source,
                source_label=words.label(source) if source else "",
                locator=words.text(row["locator"]),
                note=words.text(row["note"]),
                subject=subject,
            )
        )
    return tuple(sorted(found, key=lambda fact: (words.place(fact.of), fact.property.label)))


def reports(answer: Answer, words: Words) -> tuple[Report, ...]:
    """The publications that report the study."""
    found = []
    for report, rows in _by(answer, "report").items():
        named = {kind: _texts(rows, kind, words) for kind in ("doi", "pmid")}
        found.append(
            Report(
                report=words.short(report),
                title="; ".join(_texts(rows, "title", words)),
                year="; ".join(_texts(rows, "issued", words)),
                container="; ".join(_texts(rows, "container", words)),
                identifiers=tuple(f"{kind}:{text}" for kind in named for text in named[kind]),
            )
        )
    return tuple(found)


def decisions(answer: Answer, words: Words) -> tuple[Decided, ...]:
    """What people decided, each decision once."""
    return tuple(
        Decided(
            answer=words.word(rows[0]["answer"], deduced=_texts(rows, "mark", words) == ["deduced"]),
            stage=words.word(rows[0]["stage"]).label,
            people=tuple(dict.fromkeys(words.text(row["name"] or row["person"]) for row in rows)),
            rules=tuple(dict.fromkeys(words.word(row["rule"]).label for row in rows if row["rule"])),
            reason="; ".join(_texts(rows, "reason", words)),
            revised=any(row["revision"] for row in rows),
        )
        for rows in _by(answer, "decision").values()
    )


def cited(answer: Answer, words: Words) -> tuple[Cited, ...]:
    """The citations of its reports, each once."""
    return tuple(
        Cited(
            report=words.short(rows[0]["report"]),
            citing=words.short(rows[0]["citing"]),
            title="; ".join(_texts(rows, "title", words)),
            role=words.word(rows[0]["role"], deduced=_texts(rows, "mark", words) == ["deduced"]),
            intents=tuple(dict.fromkeys(words.word(row["intent"]).label for row in rows if row["intent"])),
            number=", ".join(_texts(rows, "number", words)),
            reason="; ".join(_texts(rows, "reason", words)),
        )
        for rows in _by(answer, "citation").values()
    )


def findings(answer: Answer, words: Words, facts: Iterable[Fact]) -> tuple[FindingOn, ...]:
    """The findings, each once, marked as the facts are."""
    deduced = {(fact.subject, fact.property.name, fact.value.name): fact.value.deduced for fact in facts}

    def said(rows: list[Row], column: str, property: str, of: str = "finding") -> tuple[Word, ...]:
        found = []
        for row in rows:
            if (value := row[column]) is not None:
                word = words.word(value)
                mark = deduced.get((words.text(row[of]), property, word.name), False)
                found.append(words.word(value, deduced=mark))
        return tuple(dict.fromkeys(found))

    def parts(rows: list[Row], column: str) -> tuple[str, ...]:
        found = {words.part(words.text(row[column])) for row in rows if row[column]}
        return tuple(sorted(found, key=words.place))

    found = [
        FindingOn(
            finding=words.part(words.text(finding)),
            outcomes=parts(rows, "outcome"),
            domains=said(rows, "domain", "inDomain", "outcome"),
            comparisons=said(rows, "comparison", "hasComparison"),
            arms=parts(rows, "arm"),
            compared_with=parts(rows, "comparator"),
            directions=said(rows, "direction", "hasDirection"),
            bases=tuple(sorted({_basis(row["basis"]) for row in rows if row["basis"]})),
            summaries=said(rows, "summary", "findingSummary"),
        )
        for finding, rows in _by(answer, "finding").items()
    ]
    return tuple(sorted(found, key=lambda one: words.place(one.finding)))


def _by(answer: Answer, column: str) -> dict[Term | None, list[Row]]:
    """The rows by what a column has, in the order of the answer."""
    found: dict[Term | None, list[Row]] = defaultdict(list)
    for row in _rows(answer):
        found[row[column]].append(row)
    return found


def _texts(rows: Iterable[Row], column: str, words: Words) -> list[str]:
    """The different values of a column as text."""
    return list(dict.fromkeys(words.text(row[column]) for row in rows if row[column] is not None))


def _basis(term: Term | None) -> str:
    name = term.value if isinstance(term, ox.NamedNode) else ""
    return name.removeprefix(BASIS) if name.startswith(BASIS) else local_name(name)
