"""The page on one study."""

from __future__ import annotations

from collections.abc import Iterable

from evigraph.documents import (
    Block,
    Cell,
    Document,
    Items,
    Link,
    Marked,
    Paragraph,
    Section,
    Table,
    Text,
    words_of,
)
from evigraph.explaining.cells import (
    against,
    claimed,
    identifier,
    in_a_row,
    paragraph,
    plain,
    recounted,
    reported,
    words,
)
from evigraph.explaining.results import Explanation, Fact, Word
from evigraph.resting import MARK
from evigraph.verdicts import Outcome, RuleVerdict

_LEGEND = f"{MARK} marks what rests on deduced statements: no text that was read says it."


def page(found: Explanation) -> Document:
    """The page on one study: facts, verdicts, what is missing, citations, findings, claims."""
    made = _Page(found)
    sections = (
        Section("facts", "Facts", made.facts()),
        Section("verdicts", "Verdicts", made.verdicts()),
        Section("missing", "What is missing", made.missing()),
        Section("citations", "How it is cited", made.citations()),
        Section("findings", "Findings", made.findings()),
        Section("claims", "Claims it bears on", made.claims()),
    )
    titles = [report.title for report in found.reports if report.title]
    title = f"{found.key}: {titles[0]}" if titles else found.key
    closing = f"Each answer was given by the review {found.review} at the trust {found.trust.value}."
    document = Document(title, made.lead(), sections, found.asked.asked, closing)
    if any(MARK in words_of(text) for text in document.texts()):
        document = Document(title, (*made.lead(), paragraph(_LEGEND)), sections, found.asked.asked, closing)
    return document


class _Page:
    """The parts of the page.

    Args:
        found: What there is to say.
    """

    def __init__(self, found: Explanation) -> None:
        self._found = found
        addresses = dict.fromkeys(fact.source for fact in found.facts if fact.source)
        self._sources = {address: number for number, address in enumerate(addresses, 1)}
        self._facts = {(f.subject, f.property.name, f.value.name): f for f in found.facts}

    def lead(self) -> tuple[Block, ...]:
        """The verdict and the decision, how many rules came out how, and the reports."""
        found, verdict = self._found, self._found.verdict
        outcome = self._mark(verdict.outcome.value, ("study", ""))
        decision: Cell = (
            f"recorded decision: {verdict.decision}" if verdict.decision else "no recorded decision"
        )
        if verdict.decision and all(d.answer.deduced for d in found.decisions):
            decision = Marked(str(decision))
        tested: list[Cell] = ["Rules tested:"]
        for each in Outcome:
            number = found.asked.count(self._id("study-verdicts"), "criterion", outcome=each.value)
            tested += [" " if each is Outcome.MET else ", ", number, f" {each.value}"]
        reports = [reported(report) for report in found.reports]
        return (
            Paragraph(("Verdict: ", outcome, "; ", decision, ".")),
            Paragraph((*tested, ".")),
            *([Items(tuple(reports))] if reports else [paragraph("No report of this study is recorded.")]),
        )

    def facts(self) -> tuple[Block, ...]:
        """What is said of the study and its parts, and the sources."""
        found = self._found
        if not found.facts:
            return (paragraph("Nothing that counts is recorded of this study."),)
        rows = tuple(
            (plain(fact.of), plain(fact.property.label), words([fact.value]), *self._read(fact))
            for fact in found.facts
        )
        named = {fact.source: fact.source_label for fact in found.facts}
        sources = tuple(
            (
                (f"[{number}]",),
                (Link(address, address),),
                plain(named[address] if named[address] != address else ""),
            )
            for address, number in self._sources.items()
        )
        header = ("of", "property", "value", "basis", "source", "remark")
        table = Table("What is said of the study and its parts", header, rows, self._id("study-facts"))
        if not sources:
            return (table, paragraph("Nothing says where these facts were read."))
        return (table, Table("Where it was read", ("source", "address", "name"), sources, table.asked))

    def verdicts(self) -> tuple[Block, ...]:
        """The verdict on the study, on each set, and on each rule in words; then what people decided."""
        verdict = self._found.verdict
        sets = tuple(
            (f"set {each.id} {each.name}: ", self._mark(each.outcome.value, ("set", each.id)))
            for each in verdict.sets
        )
        rows = tuple(
            (
                plain(rule.id),
                plain(rule.name + (f" (tests {', '.join(rule.serves)} too)" if rule.serves else "")),
                (self._mark(rule.outcome.value, ("rule", rule.id)),),
                plain(rule.message),
                self._grounds(rule),
            )
            for rule in verdict.rules
        )
        header = ("rule", "asks for", "verdict", "in words", "rests on")
        whole = ("the study as a whole: ", self._mark(verdict.outcome.value, ("study", "")))
        blocks: list[Block] = [Items((*sets, whole))]
        blocks.append(Table("The verdict on each rule", header, rows, self._id("study-verdicts")))
        return (*blocks, *self._decisions())

    def missing(self) -> tuple[Block, ...]:
        """What would settle verdicts, and where to look for it."""
        found = self._found
        unsettled = [rule for rule in found.verdict.rules if rule.outcome is Outcome.CANNOT_TELL]
        if not unsettled:
            return (paragraph("Nothing: every rule can be told."),)
        where = in_a_row(identifier(name) for name in found.errand.identifiers)
        rows = tuple(
            (
                plain(found.labels[name]),
                plain(", ".join(found.rules_missing(name))),
                where or plain("no identifier recorded"),
                plain(", ".join(found.errand.bases) or "nothing"),
            )
            for name in found.errand.properties
        )
        if not rows:
            return (paragraph("No single fact would settle what cannot be told."),)
        header = ("look for", "settles rule", "where", "read so far")
        told = "With all of it the study as a whole can be told." if found.errand.settles else ""
        if found.verdict.outcome is Outcome.NOT_MET:
            told = "The study as a whole is not met, whatever is found."
        table = Table(
            "What is not known and would settle a verdict", header, rows, self._id("study-verdicts")
        )
        return (table, *([paragraph(told)] if told else []))

    def citations(self) -> tuple[Block, ...]:
        """Who cites the reports of the study."""
        if not self._found.cited:
            return (paragraph("No citation of a report of this study is recorded."),)
        rows = tuple(
            (
                plain(cited.citing + (f": {cited.title}" if cited.title else "")),
                plain(cited.number),
                words([cited.role]),
                plain(", ".join(cited.intents)),
                plain(cited.reason),
            )
            for cited in self._found.cited
        )
        header = ("cited by", "number", "role", "intent", "reason")
        return (Table("Who cites its reports", header, rows, self._id("study-citations")),)

    def findings(self) -> tuple[Block, ...]:
        """What the study found."""
        found = self._found
        if not found.findings:
            return (paragraph("No finding is recorded."),)
        rows = tuple(
            (
                plain(one.finding),
                words(one.domains) or plain(", ".join(one.outcomes)),
                words(one.comparisons),
                plain(against(one.arms, one.compared_with)),
                words(one.directions) or plain("not recorded"),
                plain(", ".join(one.bases)),
                words(one.summaries),
            )
            for one in found.findings
        )
        header = ("finding", "outcome", "comparison", "arms", "direction", "basis", "in words")
        return (Table("What the study found", header, rows, self._id("study-findings")),)

    def claims(self) -> tuple[Block, ...]:
        """The claims whose recount looks at the study."""
        found = self._found
        if not found.claims:
            return (paragraph("No claim of the review counts this study."),)
        rows = tuple(
            (
                plain(one.id),
                plain(one.statement),
                words(one.standing),
                plain(claimed(one)),
                (Marked(recounted(one)) if one.deduced else recounted(one),),
                plain(one.status),
            )
            for one in found.claims
        )
        header = ("claim", "statement", "this study", "claimed", "recounted", "status")
        return (Table("The claims that this study bears on", header, rows, "claims"),)

    def _decisions(self) -> Iterable[Block]:
        found = self._found
        if not found.decisions:
            return [paragraph("Nobody has decided on this study.")]
        rows = tuple(
            (
                words([one.answer]),
                plain(("revised since" if one.revised else one.stage) or "full text"),
                plain("; ".join(one.people)),
                plain(", ".join(one.rules)),
                plain(one.reason),
            )
            for one in found.decisions
        )
        header = ("decision", "stage", "by", "fails", "reason")
        return [Table("What people decided", header, rows, self._id("study-decisions"))]

    def _grounds(self, rule: RuleVerdict) -> Text:
        """The values that a rule looked at, each with its property and part."""
        cells: list[Cell] = []
        for value in rule.values:
            fact = self._facts.get((value.statement[0], value.property, value.value))
            shown = fact.value if fact else Word(value.value, value.value)
            label = fact.property.label if fact else value.property
            cells += ["; "] if cells else []
            cells += [f"{value.of} {label} ", *words([shown])]
        return tuple(cells)

    def _read(self, fact: Fact) -> tuple[Text, Text, Text]:
        """What a fact rests on, where it was read, and the remark on it."""
        place = f" {fact.locator}" if fact.locator else ""
        source: Text = plain(fact.locator)
        if fact.source:
            source = (Link(f"[{self._sources[fact.source]}]", fact.source), *plain(place))
        return plain(fact.basis), source, plain(fact.note)

    def _mark(self, text: str, what: tuple[str, str]) -> Cell:
        return Marked(text) if what in self._found.deduced else text

    def _id(self, question: str) -> str:
        return self._found.asked.id(question, study=self._found.key)
