"""Differences in words: sections of short lines, for a terminal or as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from evigraph.claims import Recount
from evigraph.decisions.standing import Standing
from evigraph.differences.results import Answered, Claimed, Decided, Differences, Judged, Verdict
from evigraph.differences.statements import Change, Thing
from evigraph.labels import Labels
from evigraph.terms import local_name

#: A heading and its lines.
Section = tuple[str, list[str]]


def text(found: Differences) -> str:
    """The differences as plain text."""
    parts = [f"{heading}\n" + "".join(f"  {line}\n" for line in lines) for heading, lines in sections(found)]
    return "\n".join([*parts, summary(found) + "\n"])


def markdown(found: Differences) -> str:
    """The differences as Markdown."""
    parts = [f"## {heading}\n\n" + "".join(map(_item, lines)) for heading, lines in sections(found)]
    return "\n".join([*parts, _escaped(summary(found)) + "\n"])


def summary(found: Differences) -> str:
    """All of it in one line."""
    pair = f"{found.a.name} and {found.b.name}"
    end = f" (trust {found.trust.value})"
    added, removed = found.not_counted
    if added or removed:
        end += f"; not counted at this trust: {added} statements added, {removed} removed"
    if not found.differ:
        return (
            f"{pair}: nothing differs in {found.b.statements:,} statements and {found.b.studies} studies{end}"
        )
    counted = ", ".join(f"{heading.lower()} {len(lines)}" for heading, lines in sections(found, rows=False))
    return f"{pair} differ: {counted}{end}"


def sections(found: Differences, *, rows: bool = True) -> list[Section]:
    """What differs, by what it is about; sections in which nothing does are left out.

    Args:
        found: The differences.
        rows: Whether the rows of answers are listed, and not only the answers.
    """
    labels = found.labels
    one_sided = {
        judged.id for thing in found.verdicts for judged in thing.rules if _is_one_sided(thing, judged)
    }
    all_of_them: list[Section] = [
        ("Not compared", list(found.problems)),
        ("Studies", [f"{k} entered" for k, _ in found.entered] + [f"{k} left" for k, _ in found.left]),
        ("Facts", [line for change in found.facts for line in of_change(change, labels, study=True)]),
        ("Verdicts", list(_verdicts(found.verdicts, one_sided))),
        ("Decisions", [_decided(decided) for decided in found.decisions]),
        ("Claims", [line for claimed in found.claims for line in _claimed(claimed, labels)]),
        ("Answers", [line for a in found.answers for line in _answered(a, labels, rows=rows)]),
        ("Criteria", list(_things(found.rules, labels)) + [_shape(thing, labels) for thing in found.shapes]),
        ("Questions", [f"{query.name} {query.change}" for query in found.queries]),
        ("Terms", list(_things(found.terms, labels))),
        ("Other statements", list(_things(found.other, labels))),
        ("Other files", [f"{file.name} {file.change}" for file in found.files]),
    ]
    return [(heading, [_one_line(line) for line in lines]) for heading, lines in all_of_them if lines]


def of_change(change: Change, labels: Labels, *, study: bool = False, kind: str = "") -> Iterator[str]:
    """A change in words: one line, or one for each value that was added or removed.

    Args:
        change: The change.
        labels: What things are called.
        study: Whether it is known to be of a study, so that its kind goes without saying.
        kind: The kind of the thing, which is put before its name.
    """
    before, after = labels.values(change.before, change.after)
    basis = f" ({change.basis})" if change.basis and (study or change.basis != "record") else ""
    if not change.predicate:
        for values, word in ((before, "removed"), (after, "added")):
            yield from (f"{value} {word}{basis}" for value in values)
        return
    name = " ".join(filter(None, (labels.kind(kind), labels.thing(change.subject))))
    said = f"{name}: {labels.property(change.predicate)}"
    if before and after:
        yield f"{said} {', '.join(before)} → {', '.join(after)}{basis}"
    else:
        yield from (f"{said} {value} {change.change}{basis}" for value in before or after)


def of_thing(thing: Thing, labels: Labels) -> Iterator[str]:
    """A thing in words: one line when it came or went, else a line for each change."""
    if thing.change == "changed":
        for change in thing.statements:
            yield from of_change(change, labels, kind=thing.kind)
    else:
        number = sum(len(change.before) + len(change.after) for change in thing.statements)
        statements = f"{number} statement{'s' if number != 1 else ''}"
        yield f"{labels.kind(thing.kind) or 'thing'} {labels.thing(thing.iri)} {thing.change} ({statements})"


def _things(things: Iterable[Thing], labels: Labels) -> Iterator[str]:
    for thing in things:
        yield from of_thing(thing, labels)


def _shape(thing: Thing, labels: Labels) -> str:
    if not thing.iri:
        return "shapes without an IRI changed"
    name = f"shape {local_name(thing.iri)} {thing.change}"
    if thing.change != "changed":
        return name
    return f"{name}: {', '.join(dict.fromkeys(labels.property(c.predicate) for c in thing.statements))}"


def _is_one_sided(verdict: Verdict, judged: Judged) -> bool:
    """Whether a rule is judged on one side only, though the study is on both."""
    return None in (judged.before, judged.after) and None not in (verdict.study.before, verdict.study.after)


def _verdicts(verdicts: Iterable[Verdict], one_sided: set[str]) -> Iterator[str]:
    for id in sorted(one_sided):
        yield f"rule {id} is judged on one side only"
    for verdict in verdicts:
        study = verdict.study
        if study.before is None or study.after is None:
            what = "entered" if study.before is None else "left"
            yield f"{study.id}: {study.before or study.after} ({what})"
            continue
        parts = [f"{study.before} → {study.after}"] if study.before != study.after else []
        parts += [f"set {s.id} {_arrow(s)}" for s in verdict.sets if None not in (s.before, s.after)]
        parts += [f"rule {r.id} {r.name} {_arrow(r)}" for r in verdict.rules if r.id not in one_sided]
        if parts:
            yield f"{study.id}: {'; '.join(parts)}"


def _arrow(judged: Judged) -> str:
    return f"{judged.before} → {judged.after}"


def _decided(decided: Decided) -> str:
    sides = [_standing(standing) for standing in (decided.before, decided.after)]
    return f"{decided.key}, {decided.stage}: {sides[0]} → {sides[1]}"


def _standing(standing: Standing | None) -> str:
    if standing is None:
        return "nothing decided"
    reasons = [*map(local_name, standing.rules), *standing.reasons]
    answer = standing.answer or standing.how.value
    return f"{answer} ({'; '.join(reasons)})" if reasons else answer


def _claimed(claimed: Claimed, labels: Labels) -> Iterator[str]:
    if claimed.claim.change != "changed":
        recount = claimed.after or claimed.before
        said = f": {recount.claim.statement.rstrip('.')} {_numbers(recount)}" if recount else ""
        yield f"{claimed.id} {claimed.claim.change}{said}"
        return
    for change in claimed.claim.statements:
        yield from of_change(change, labels, kind="Claim")
    before, after = claimed.before, claimed.after
    if before and after and (parts := list(_recounted(before, after))):
        yield f"{claimed.id} {after.claim.statement.rstrip('.')}: {'; '.join(parts)}"


def _recounted(before: Recount, after: Recount) -> Iterator[str]:
    for name in ("at_least", "at_most", "recorded", "status"):
        was, now = (str("none" if (v := getattr(side, name)) is None else v) for side in (before, after))
        if was != now:
            yield f"{name.replace('_', ' ')} {was} → {now}"
    for name, words in (("studies", "counted"), ("open_studies", "open")):
        first, second = set(getattr(before, name)), set(getattr(after, name))
        for some, verb in ((second - first, "now"), (first - second, "no longer")):
            if some:
                yield f"{verb} {words}: {' '.join(sorted(some))}"


def _numbers(recount: Recount) -> str:
    if recount.at_least is None:
        return "(not derivable)"
    return f"({recount.at_least} to {recount.at_most}, {recount.status})"


def _answered(answered: Answered, labels: Labels, *, rows: bool) -> Iterator[str]:
    columns = ", with other columns" if answered.other_columns else ""
    counted = f"{len(answered.added)} added, {len(answered.removed)} removed"
    yield f"{answered.question}: rows {counted}{columns}"
    if rows:
        for verb, cells in (("removed", answered.removed), ("added", answered.added)):
            for row in cells:
                yield f"  {verb}: {' | '.join(map(labels.cell, row))}"


def _item(line: str) -> str:
    """A line as an item of a list, or of a list in it where the line is indented."""
    bare = line.lstrip()
    return f"{line[: len(line) - len(bare)]}- {_escaped(bare)}\n"


def _one_line(line: str) -> str:
    return line.replace("\r", " ").replace("\n", " ").rstrip()


def _escaped(line: str) -> str:
    """A line in which Markdown sees no marks."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", line)
