"""The numbers of findings: the size of an effect as a source gives it, or what two arms show."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import pyoxigraph as ox

from evigraph.described import Described
from evigraph.synthesis.directions import Effect
from evigraph.terms import RDFS_LABEL, evi, local_name

#: What the size of an effect can be given as; the last two are pooled as logarithms.
MEASURES = {
    "SMD": "standardized mean difference",
    "MD": "mean difference",
    "OR": "odds ratio",
    "RR": "risk ratio",
}
RATIOS = ("OR", "RR")
#: The properties of a finding, and of a result of an arm, that hold a number.
OF_FINDINGS = ("effectEstimate", "effectLow", "effectHigh", "standardError")
OF_RESULTS = ("resultSize", "resultMean", "standardDeviation", "eventCount")
#: Half the width of a 95 % interval in standard errors.
_Z = 1.959964
REPORTED, MEANS, COUNTS = "as reported", "from means", "from counts"


class Datum(NamedTuple):
    """The numbers of one finding.

    Attributes:
        measure: One of :data:`MEASURES`.
        way: Where the effect comes from: :data:`REPORTED`, :data:`MEANS` or :data:`COUNTS`.
        values: Of what is reported the effect and its variance, of a ratio on the scale of logarithms. Else
            for the arm and then for what it is compared with: mean, standard deviation and number of people,
            or events and number of people.
    """

    measure: str
    way: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Numbered:
    """A finding whose numbers can be used.

    Attributes:
        study: The key of the study.
        finding: The local name of the finding.
        outcome: The local name of the outcome domain.
        comparison: The local name of the kind of comparison.
        datum: Its numbers.
        higher_is_better: Whether a higher value of the outcome is the better one; none when not recorded.
        instruments: The labels of the scales that measured the outcome, sorted.
        is_deduced: Whether the numbers rest on what was deduced.
    """

    study: str
    finding: str
    outcome: str
    comparison: str
    datum: Datum
    higher_is_better: bool | None = None
    instruments: tuple[str, ...] = ()
    is_deduced: bool = False


class Unused(NamedTuple):
    """A finding whose numbers are not used, and why."""

    study: str
    finding: str
    why: str

    def __str__(self) -> str:
        return f"{self.study} {self.finding}: {self.why}"


@dataclass(frozen=True)
class Numbers:
    """What numbers the findings of a review carry.

    Attributes:
        looked_at: How many findings there are.
        carrying: How many of them carry a number.
        usable: Those whose numbers can be used, sorted.
        unused: The others that carry one, sorted.
    """

    looked_at: int
    carrying: int
    usable: tuple[Numbered, ...] = field(default=())
    unused: tuple[Unused, ...] = field(default=())


class _UnusableError(Exception):
    """The numbers of a finding cannot be used; the message says why."""


def numbers(
    quads: Iterable[ox.Quad], studies: Mapping[str, ox.NamedNode], effects: Sequence[Effect]
) -> Numbers:
    """Read the numbers of findings.

    Args:
        quads: The statements that count.
        studies: The studies by key.
        effects: What the studies tell; numbers of other findings are not used.
    """
    said = Described(quads)
    reader = _Reader(said)
    told: dict[tuple[str, str], list[Effect]] = defaultdict(list)
    for effect in effects:
        for name in effect.findings:
            told[effect.study, name].append(effect)
    looked_at, usable, unused = 0, list[Numbered](), list[Unused]()
    for key, study in sorted(studies.items()):
        for finding in said.values(study, evi("hasFinding")):
            looked_at += 1
            if not reader.has_numbers(finding):
                continue
            name = local_name(str(getattr(finding, "value", finding)))
            try:
                usable.append(reader.read(finding, key, name, told[key, name]))
            except _UnusableError as error:
                unused.append(Unused(key, name, str(error)))
    return Numbers(looked_at, len(usable) + len(unused), tuple(usable), tuple(unused))


def marking(found: Numbers, stated: Numbers) -> Numbers:
    """The same with a mark at those that texts alone do not give."""
    firm = {(one.study, one.finding): one for one in stated.usable}
    usable = tuple(replace(one, is_deduced=firm.get((one.study, one.finding)) != one) for one in found.usable)
    return replace(found, usable=usable)


class _Reader:
    """Reads the numbers of findings in statements."""

    def __init__(self, said: Described) -> None:
        self._said = said
        self._results: dict[object, list[object]] = defaultdict(list)
        for result in said.having(evi("ofFinding")):
            for finding in said.values(result, evi("ofFinding")):
                self._results[finding].append(result)

    def has_numbers(self, finding: object) -> bool:
        """Whether anything numeric is said of a finding or of its results."""
        places = [(finding, OF_FINDINGS), *((result, OF_RESULTS) for result in self._results[finding])]
        return any(self._said.values(node, evi(name)) for node, names in places for name in names)

    def read(self, finding: object, study: str, name: str, told: Sequence[Effect]) -> Numbered:
        """The numbers of a finding.

        Raises:
            _UnusableError: They cannot be used.
        """
        if not told:
            raise _UnusableError("is not among the findings whose directions are told")
        if len(told) > 1:
            raise _UnusableError(
                f"is on {len(told)} outcomes; record its numbers at a finding for each outcome"
            )
        outcomes = self._said.values(finding, evi("onOutcome"))
        better = {value for node in outcomes for value in self._truths(node)}
        scales = {scale for node in outcomes for scale in self._said.values(node, evi("measuredWith"))}
        return Numbered(
            study=study,
            finding=name,
            outcome=told[0].outcome,
            comparison=told[0].comparison,
            datum=self._datum(finding),
            higher_is_better=better.pop() if len(better) == 1 else None,
            instruments=tuple(sorted(self._said.text(node, RDFS_LABEL) or str(node) for node in scales)),
        )

    def _datum(self, finding: object) -> Datum:
        measures = {str(getattr(v, "value", v)) for v in self._said.values(finding, evi("effectMeasure"))}
        measure = measures.pop() if len(measures) == 1 else ""
        if measures or (measure and measure not in MEASURES):
            raise _UnusableError(f"what its effect is given as is not one of {', '.join(MEASURES)}")
        estimate = self._number(finding, "effectEstimate")
        if estimate is None:
            if any(self._number(finding, name) is not None for name in OF_FINDINGS):
                raise _UnusableError("has an interval or a standardError and no effectEstimate")
            return self._compared(finding, measure)
        if not measure:
            raise _UnusableError("has an effectEstimate and does not say of what: effectMeasure is missing")
        low, high = (self._number(finding, name) for name in ("effectLow", "effectHigh"))
        error = self._number(finding, "standardError")
        if measure in RATIOS:
            estimate, low, high = (_log(value) for value in (estimate, low, high))
        assert estimate is not None
        if low is not None and high is not None:
            if not low <= estimate <= high or low == high:
                raise _UnusableError("its effectEstimate is not within effectLow and effectHigh")
            error = (high - low) / (2 * _Z)
        if error is None or error <= 0:
            raise _UnusableError("has neither an interval nor a standardError above 0")
        return Datum(measure, REPORTED, (estimate, error**2))

    def _compared(self, finding: object, measure: str) -> Datum:
        """What two arms show."""
        sides = [self._side(finding, name) for name in ("onArm", "comparedWith")]
        if all(self._said.values(side, evi("eventCount")) for side in sides):
            if measure not in ("", *RATIOS):
                raise _UnusableError(f"has counts, which give no {measure}")
            counts = [self._all(side, ("eventCount", "resultSize")) for side in sides]
            return Datum(measure or "OR", COUNTS, _possible_counts(*counts))
        if measure in RATIOS:
            raise _UnusableError(f"has no eventCount in both arms, without which there is no {measure}")
        means = [self._all(side, ("resultMean", "standardDeviation", "resultSize")) for side in sides]
        return Datum(measure or "SMD", MEANS, _possible_means(*means))

    def _side(self, finding: object, property: str) -> object:
        """The result of the one arm on a side of a comparison."""
        arms = self._said.values(finding, evi(property))
        if len(arms) != 1:
            raise _UnusableError(f"has {len(arms)} arms under {property}; its results need exactly one")
        found = [r for r in self._results[finding] if arms[0] in self._said.values(r, evi("onArm"))]
        if len(found) != 1:
            arm = local_name(str(getattr(arms[0], "value", arms[0])))
            raise _UnusableError(f"has {len(found)} results of {arm}; it needs exactly one")
        return found[0]

    def _all(self, result: object, names: Sequence[str]) -> tuple[float, ...]:
        values = {name: self._number(result, name) for name in names}
        if missing := [name for name, value in values.items() if value is None]:
            result_name = local_name(str(getattr(result, "value", result)))
            raise _UnusableError(f"{result_name} has no {' and no '.join(missing)}")
        return tuple(value for value in values.values() if value is not None)

    def _number(self, node: object, name: str) -> float | None:
        """The one number under a property; none when nothing is said."""
        found = set()
        for value in self._said.values(node, evi(name)):
            text = str(getattr(value, "value", value))
            try:
                number = Decimal(text)
            except InvalidOperation:
                raise _UnusableError(f"{name} is no number: {text!r}") from None
            if not number.is_finite():
                raise _UnusableError(f"{name} is no finite number: {text!r}")
            found.add(number)
        if len(found) > 1:
            raise _UnusableError(f"{name} has {len(found)} values: {', '.join(map(str, sorted(found)))}")
        return float(found.pop()) if found else None

    def _truths(self, outcome: object) -> set[bool]:
        values = self._said.values(outcome, evi("higherIsBetter"))
        known = {"true": True, "1": True, "false": False, "0": False}
        return {known[v.value] for v in values if isinstance(v, ox.Literal) and v.value in known}


def _log(value: float | None) -> float | None:
    if value is not None and value <= 0:
        raise _UnusableError(f"a ratio of {value:g} has no logarithm")
    return None if value is None else math.log(value)


def _possible_counts(arm: tuple[float, ...], other: tuple[float, ...]) -> tuple[float, ...]:
    if any(not 0 <= events <= size or size < 1 for events, size in (arm, other)):
        raise _UnusableError("has more events than people, or fewer than none")
    if arm[0] + other[0] in (0, arm[1] + other[1]):
        raise _UnusableError("nobody or everybody in both arms had the event, which says nothing of a ratio")
    return (*arm, *other)


def _possible_means(arm: tuple[float, ...], other: tuple[float, ...]) -> tuple[float, ...]:
    if any(size < 2 or deviation < 0 for _, deviation, size in (arm, other)):
        raise _UnusableError("an arm has fewer than two people or a standard deviation below 0")
    if arm[1] + other[1] == 0:
        raise _UnusableError("the standard deviations are 0, by which nothing can be divided")
    return (*arm, *other)
