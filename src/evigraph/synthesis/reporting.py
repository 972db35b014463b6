"""The synthesis of a review: directions counted, numbers pooled, and what counting cannot show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from evigraph.described import Described
from evigraph.errors import EnvironmentFaultError, InputError, suggestion
from evigraph.synthesis.directions import Effect, Effects, effects
from evigraph.synthesis.numbers import Numbers, Unused, marking, numbers
from evigraph.synthesis.pooling import pool_findings
from evigraph.synthesis.pools import METHOD, Pool
from evigraph.synthesis.signs import LEVEL
from evigraph.synthesis.tallies import MARK, Tally, tallies, words
from evigraph.synthesis.wording import CANNOT_SHOW, SOURCES, Item, items
from evigraph.tables import csv_table, markdown_table
from evigraph.terms import evi, local_name
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.review import Review

_POOL_HEADER = ("pool", "studies", "effect (95 %)", "prediction (95 %)", "tau²", "I²", "Q, p")


@dataclass(frozen=True)
class Synthesis:
    """What the studies of a review say together.

    Attributes:
        review: The name of the review.
        trust: Which statements counted.
        tallies: The directions of effect, a group of studies each.
        silent: The studies that tell of no effect, sorted.
        untold: How many recorded findings are not told: they do not speak of what is reviewed.
        designs: The recorded designs of each study.
        numbers: What numbers the findings carry.
        pools: The groups of findings whose numbers can be pooled.
        unused: Findings that carry numbers which are not used, and why.
        fault: Why nothing could be pooled at all; empty when it could.
    """

    review: str
    trust: Trust
    tallies: tuple[Tally, ...]
    silent: tuple[str, ...]
    untold: int
    designs: dict[str, tuple[str, ...]]
    numbers: Numbers
    pools: tuple[Pool, ...]
    unused: tuple[Unused, ...]
    fault: str = ""

    @property
    def about_numbers(self) -> str:
        """What is said of numbers, in a sentence or two."""
        found = self.numbers
        if not found.carrying:
            return (
                f"No numbers are recorded: of {_many(found.looked_at, 'finding')} none carries means, counts "
                "or the size of an effect, so nothing is pooled."
            )
        said = f"Of {_many(found.looked_at, 'finding')} {found.carrying} with numbers."
        return f"{said} Not pooled: {self.fault}." if self.fault else f"{said} Pooled: {METHOD}."

    @property
    def method(self) -> tuple[Item, ...]:
        """How it was done, by the items of SWiM."""
        pooled = "Numbers are pooled apart." if self.numbers.carrying else "No numbers are recorded."
        return items(len(self.tallies), pooled)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the table must know."""
        said = []
        if any(not tally.test.n for tally in self.tallies):
            said.append("no test: no study points either way")
        if any(tally.test.n and not tally.test.can_tell for tally in self.tallies):
            said.append(f"with n below 6 p cannot fall below {LEVEL}, whatever the studies say")
        if any(count.is_deduced for tally in self.tallies for count in tally.counts.values()):
            said.append(f"{MARK} rests on deduced facts; in brackets what texts state alone")
        if self.untold:
            said.append(
                f"not counted: {_many(self.untold, 'finding')} not on what is reviewed, or only on how all "
                "arms changed, a rating at one time, or a predictor"
            )
        if self.silent:
            names = ", ".join(self.silent)
            said.append(f"without a finding that is counted: {_many(len(self.silent), 'study')}: {names}")
        return tuple(said)

    def pool(self, id: str | None) -> Pool:
        """The pool of this name, or the only one that was pooled.

        Raises:
            InputError: There is none, or there are several and none is named.
            EnvironmentFaultError: What pools is not installed.
        """
        if self.fault:
            raise EnvironmentFaultError(self.fault)
        known = [pool for pool in self.pools if pool.pooled]
        if not known:
            why = self.about_numbers if not self.numbers.carrying else "no two studies can be pooled"
            raise InputError(f"there is nothing to draw: {why[0].lower()}{why[1:].rstrip('.')}")
        if id is None and len(known) == 1:
            return known[0]
        names = [pool.id for pool in known]
        if id is None:
            raise InputError(f"several groups were pooled; name one with --pool: {', '.join(names)}")
        found = [pool for pool in known if pool.id == id]
        if not found:
            raise InputError(f"no pool {id!r}: {suggestion(id, names)}")
        return found[0]

    def table(self) -> tuple[list[str], list[list[str]]]:
        """A header and one row a group; directions that no study has are left out."""
        names = [
            name
            for name in ("benefit", "harm", *(n for tally in self.tallies for n in tally.counts))
            if name in ("benefit", "harm") or any(_some(tally, name) for tally in self.tallies)
        ]
        names = list(dict.fromkeys(names))
        header = ["outcome", "comparison", *map(words, names), "n", "p", "share of benefit (95 %)"]
        rows = [
            [
                words(tally.outcome),
                words(tally.comparison),
                *(str(tally.counts[name]) if name in tally.counts else "0" for name in names),
                *tally.test_cells(),
            ]
            for tally in self.tallies
        ]
        return header, rows

    def study_table(self) -> tuple[list[str], list[list[str]]]:
        """A header and one row for each study and group: what is counted."""
        header = ["outcome", "comparison", "study", "direction", "findings", "basis", "sample", "design"]
        rows = [
            [
                words(tally.outcome),
                words(tally.comparison),
                effect.study,
                words(effect.direction) + (MARK if effect not in tally.stated else ""),
                " ".join(effect.findings),
                ", ".join(effect.bases),
                "not recorded" if effect.sample is None else str(effect.sample),
                ", ".join(self.designs.get(effect.study, ())) or "not recorded",
            ]
            for tally in self.tallies
            for effect in tally.effects
        ]
        return header, rows

    def pool_table(self) -> tuple[list[str], list[list[str]]]:
        """A header and one row a pool."""
        return list(_POOL_HEADER), [pool.cells() for pool in self.pools]

    @property
    def pool_notes(self) -> tuple[str, ...]:
        """What a reader of the pools must know."""
        return (
            *(f"{pool.id}: {note}" for pool in self.pools for note in pool.notes),
            *(
                f"{pool.id}: {MARK} rests on deduced facts; texts alone give the numbers of "
                + _many(sum(not one.source.is_deduced for one in pool.estimates), "study")
                for pool in self.pools
                if pool.is_deduced
            ),
            *(f"not used: {one}" for one in self.unused),
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON has it."""
        return {
            "review": self.review,
            "trust": self.trust.value,
            "groups": [_group(tally, self.designs) for tally in self.tallies],
            "studies_without_effect": list(self.silent),
            "findings_not_counted": self.untold,
            "notes": list(self.notes),
            "numbers": {
                "findings": self.numbers.looked_at,
                "with_numbers": self.numbers.carrying,
                "said": self.about_numbers,
                "pools": [pool.to_dict() for pool in self.pools],
                "unused": [one._asdict() for one in self.unused],
            },
            "method": [item._asdict() for item in self.method],
            "cannot_show": list(CANNOT_SHOW),
            "sources": list(SOURCES),
        }

    def to_json(self) -> str:
        """:meth:`to_dict` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n"

    def to_csv(self) -> str:
        """:meth:`table` as CSV, with the studies behind each row."""
        header, rows = self.table()
        studies = [" ".join(effect.study for effect in tally.effects) for tally in self.tallies]
        return csv_table(
            [*header, "studies"], ([*row, keys] for row, keys in zip(rows, studies, strict=True))
        )

    def to_markdown(self) -> str:
        """All of it as a section of a document."""
        parts = [
            "## Directions of effect\n",
            markdown_table(*self.table()),
            _bullets(self.notes),
            "### What is counted\n",
            markdown_table(*self.study_table()),
            "## Numbers\n",
            f"{self.about_numbers}\n",
        ]
        if self.pools:
            parts.append(markdown_table(*self.pool_table()))
        parts += [
            _bullets(self.pool_notes),
            "## How it was done (SWiM)\n",
            markdown_table(
                ("item", "", "said"), ([str(item.number), item.name, item.words] for item in self.method)
            ),
            "## What counting directions cannot show\n",
            _bullets(CANNOT_SHOW),
            _bullets(f"Source of method: {source}" for source in SOURCES),
        ]
        return "\n".join(part for part in parts if part)


def synthesize(review: Review, *, trust: Trust | str = Trust.DEDUCED) -> Synthesis:
    """Count the directions of effect of the studies of a review, and pool what carries numbers.

    Args:
        review: The review, which must have the question
            :data:`evigraph.synthesis.directions.QUESTION`.
        trust: Which statements count.

    Raises:
        InputError: The review does not have the question.
    """
    trust = Trust(trust)
    told = effects(review, trust=trust)
    stated = told if trust is Trust.STATED else effects(review, trust=Trust.STATED)
    quads = list(review.statements(trust))
    found = numbers(quads, review.studies, told.effects)
    if found.carrying and trust is not Trust.STATED:
        found = marking(found, numbers(review.statements(Trust.STATED), review.studies, stated.effects))
    made, unused, fault = list[Pool](), list[Unused](), ""
    try:
        made, unused = pool_findings(found.usable)
    except EnvironmentFaultError as error:
        fault = str(error)
    said = Described(quads)
    return Synthesis(
        review=review.name,
        trust=trust,
        tallies=tallies(told.effects, stated.effects),
        silent=told.silent,
        untold=found.looked_at - len(_findings(told)),
        designs={
            key: tuple(
                sorted({local_name(str(getattr(v, "value", v))) for v in said.values(iri, evi("hasDesign"))})
            )
            for key, iri in review.studies.items()
        },
        numbers=found,
        pools=tuple(made),
        unused=(*found.unused, *unused),
        fault=fault,
    )


def _findings(told: Effects) -> set[tuple[str, str]]:
    return {(effect.study, name) for effect in told.effects for name in effect.findings}


def _some(tally: Tally, direction: str) -> bool:
    count = tally.counts.get(direction)
    return count is not None and bool(count.studies or count.stated)


def _group(tally: Tally, designs: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    return {**tally.to_dict(), "studies": [_study(effect, tally.stated, designs) for effect in tally.effects]}


def _study(effect: Effect, stated: Sequence[Effect], designs: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    return {
        "study": effect.study,
        "direction": effect.direction,
        "findings": list(effect.findings),
        "bases": list(effect.bases),
        "rests_on_deduced": effect not in stated,
        "sample": effect.sample,
        "designs": list(designs.get(effect.study, ())),
    }


def _many(number: int, thing: str) -> str:
    """A number and the thing, in the plural where it is not one."""
    plural = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{number} {thing if number == 1 else plural}"


def _bullets(lines: Any) -> str:
    return "".join(f"- {line}\n" for line in lines)
