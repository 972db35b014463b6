"""Reads ``shapes/criteria.yaml``; whatever is wrong is said with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, cast

from evigraph.rules.model import Criterion, Polarity, Tested, paths
from evigraph.rules.nodes import Item, compose
from evigraph.rules.testing import Tests
from evigraph.rules.words import Words

POLARITIES: Final = ("requires", "excludes", "allows", "result")
_ABOUT = ("id", "slug", "label", "description")
_MORE = ("locator", "mark", "reason")
_TEST = ("rationale", "test", "asks for", "fails when", "message", "unknown", "settled by")
_WAYS = ("test", "tested with", "not tested because")
_SET = (*_ABOUT, "polarity", *_MORE, *_TEST, "rules")
_RULE = (*_ABOUT, "polarity", *_MORE, *_TEST, "tested with", "not tested because")
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def read_criteria_file(path: Path, words: Words) -> list[Criterion]:
    """The sets and rules of a criteria file, each set before its rules.

    Args:
        path: The file.
        words: What the names of properties and concepts mean.

    Raises:
        InputError: The file cannot be used; the line is named.
    """
    found: list[tuple[Item, Criterion]] = []
    top = compose(path).fields(("sets",), ("sets",))
    for item in top["sets"].items():
        item = item.named("a set")
        fields = item.fields(_SET, _ABOUT)
        criterion_set = _criterion(item, fields, words, None)
        found.append((item, criterion_set))
        if "rules" in fields:
            for entry in fields["rules"].items():
                rule = entry.named("a rule")
                known = rule.fields(_RULE, (*_ABOUT, "polarity"))
                found.append((rule, _criterion(rule, known, words, criterion_set.slug)))
        elif criterion_set.tested is None:
            raise item.error("a set has neither 'rules' nor a 'test'; it would never be met")
    _require_one_of_each(found)
    _require_served(found)
    return [criterion for _, criterion in found]


def _criterion(item: Item, fields: dict[str, Item], words: Words, in_set: str | None) -> Criterion:
    polarity = fields["polarity"].choice(POLARITIES) if "polarity" in fields else "requires"
    slug = fields["slug"].text()
    if not _SLUG.fullmatch(slug):
        raise fields["slug"].error(f"the slug is {slug!r}; use small letters, digits and hyphens")
    ways = [way for way in _WAYS if way in fields]
    if in_set is not None and len(ways) != 1:
        said = f"has {' and '.join(map(repr, ways))}" if ways else "is not tested and says no reason"
        raise item.error(f"rule {fields['id'].text()} {said}; give exactly one of {', '.join(_WAYS)}")
    if "test" in fields and polarity in ("allows", "result"):
        raise fields["test"].error(
            f"a criterion of polarity {polarity!r} asks for nothing; give the polarity requires or excludes, "
            "or say 'tested with' or 'not tested because' in place of the test"
        )
    if "test" not in fields and (stray := [f for f in _TEST[2:] if f in fields]):
        raise fields[stray[0]].error(f"{stray[0]!r} goes with a test, and there is none; take it out")
    more = {name: fields[name].text() for name in _MORE if name in fields}
    if "mark" in fields:
        fields["mark"].choice(("verified", "deduced"))
    return Criterion(
        id=fields["id"].text(),
        slug=slug,
        label=fields["label"].text(),
        description=fields["description"].text(),
        rationale=fields["rationale"].text() if "rationale" in fields else "",
        polarity=cast("Polarity", polarity),
        line=item.line,
        in_set=in_set,
        tested=_tested(item, fields, words, polarity) if "test" in fields else None,
        tested_with=fields["tested with"].text() if "tested with" in fields else None,
        not_tested=fields["not tested because"].text() if "not tested because" in fields else None,
        more=more,
    )


def _tested(item: Item, fields: dict[str, Item], words: Words, polarity: str) -> Tested:
    for needed in ("rationale", "message"):
        if needed not in fields:
            raise item.error(f"criterion {fields['id'].text()} has a test and no {needed!r}; add it")
    tests = Tests(words)
    test = tests.read(fields["test"].named("a test"))
    fails = None
    if "fails when" in fields:
        if polarity == "excludes":
            raise fields["fails when"].error(
                "a rule that excludes fails when its test holds; take this out, or let the rule require"
            )
        fails = tests.read(fields["fails when"].named("a test"))
    walked = {path[-1].name: path[-1] for path in [*paths(test), *(paths(fails) if fails else ())]}
    settled = next(iter(walked))
    if "settled by" in fields:
        settled = fields["settled by"].choice(walked)
    asks_for = fields["asks for" if "asks for" in fields else "label"].text()
    unknown = f"Too little is recorded to tell of this criterion: {asks_for}."
    return Tested(
        test=test,
        asks_for=asks_for,
        fails=fails,
        message=fields["message"].text(),
        unknown=fields["unknown"].text() if "unknown" in fields else unknown,
        settled_by=walked[settled],
        line=fields["test"].line,
    )


def _require_one_of_each(found: Iterable[tuple[Item, Criterion]]) -> None:
    ids: dict[str, int] = {}
    slugs: dict[str, int] = {}
    for item, criterion in found:
        for what, name, seen in (("id", criterion.id, ids), ("slug", criterion.slug, slugs)):
            if name in seen:
                raise item.error(f"the {what} {name!r} is that of line {seen[name]} too; change one")
            seen[name] = criterion.line


def _require_served(found: Iterable[tuple[Item, Criterion]]) -> None:
    found = list(found)
    tested = [criterion.id for _, criterion in found if criterion.tested]
    for item, criterion in found:
        if criterion.tested_with is not None:
            item.fields(_RULE)["tested with"].choice(tested)
