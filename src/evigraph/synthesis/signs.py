"""The exact sign test: whether studies point one way more often than a coin would."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

#: The level below which a p-value is taken to say something, and one minus which intervals cover.
LEVEL = 0.05


@dataclass(frozen=True)
class SignTest:
    """Studies that point either way, and how surprising their shares are when both ways are alike.

    Attributes:
        benefit: How many point to benefit.
        harm: How many point to harm.
    """

    benefit: int
    harm: int

    @property
    def n(self) -> int:
        """How many studies point either way; the others do not enter."""
        return self.benefit + self.harm

    @property
    def p(self) -> float | None:
        """The two-sided p-value of the binomial test with one half; none when no study points either way.

        Examples:
            >>> SignTest(5, 0).p
            0.0625
        """
        if not self.n:
            return None
        tail = sum(math.comb(self.n, i) for i in range(min(self.benefit, self.harm) + 1))
        return min(1.0, 2 * tail / (1 << self.n))

    @property
    def share(self) -> float | None:
        """The share of benefit among those that point either way."""
        return self.benefit / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of Clopper and Pearson (1934, Biometrika 26:404-413) for the share of benefit."""
        if not self.n:
            return None
        k, n = self.benefit, self.n
        low = 0.0 if not k else _root(lambda p: _chance(range(k, n + 1), n, p), LEVEL / 2)
        high = 1.0 if k == n else _root(lambda p: -_chance(range(k + 1), n, p), -LEVEL / 2)
        return low, high

    @property
    def can_tell(self) -> bool:
        """Whether there are studies enough for a p-value below :data:`LEVEL`, if all agreed."""
        return self.n > 0 and 2 / 2**self.n < LEVEL

    def to_dict(self) -> dict[str, Any]:
        """The test as JSON has it."""
        return {
            "n": self.n,
            "p": self.p,
            "share_of_benefit": self.share,
            "interval_95": list(self.interval) if self.interval else None,
            "could_fall_below_0.05": self.can_tell,
        }


def _chance(counts: Iterable[int], n: int, p: float) -> float:
    """How likely one of these counts is among ``n`` with the chance ``p``; by logarithms, for large n."""

    def one(k: int) -> float:
        ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        return math.exp(ways + k * math.log(p) + (n - k) * math.log1p(-p))

    return math.fsum(map(one, counts))


def _root(rising: Callable[[float], float], value: float) -> float:
    """Where a function that rises from 0 to 1 has a value, by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < value else (low, middle)
    return (low + high) / 2
