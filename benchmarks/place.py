"""The review of N studies that all tasks of a size are measured on, made once in a process of its own.

Usage: ``python -m benchmarks.place N FOLDER``.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.measure import ROOT, Usage, run

#: pySHACL judges at most so many studies, one small graph each; its figures are given per study.
SAMPLE = 1000
Planted = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Place:
    """Where the data of a size stand, and how long a task may take.

    Attributes:
        size: How many synthetic studies.
        folder: Holds ``review``, a whole review; ``sample.nq``; and the statements of the review that
            count by the trust *deduced*, for the peers: ``all.nq``, and merged ``all.nt``.
        deadline: Seconds a task, or a single question, may take.
        budget: Seconds that all questions together may take of one tool.
        runs: How often what is quick is measured.
    """

    size: int
    folder: Path
    deadline: float
    budget: float
    runs: int

    @property
    def review(self) -> Path:
        """The folder of the review."""
        return self.folder / "review"

    @property
    def synthetic(self) -> Path:
        """The synthetic studies alone, as N-Quads."""
        return self.review / "graph" / "studies" / "synthetic.nq"

    @property
    def sample(self) -> int:
        """How many studies are in ``sample.nq``."""
        return min(self.size, SAMPLE)

    @cached_property
    def made(self) -> dict[str, Planted]:
        """The planted verdicts of ``synthetic`` and ``sample``."""
        made: dict[str, Planted] = json.loads((self.folder / "planted.json").read_text(encoding="utf-8"))
        return made

    @cached_property
    def statements(self) -> int:
        """How many statements there are in ``all.nq``."""
        with (self.folder / "all.nq").open("rb") as lines:
            return sum(1 for _ in lines)

    @property
    def environment(self) -> dict[str, str]:
        """What tasks run with: verdicts are kept here and nowhere else."""
        return {"EVIGRAPH_CACHE": str(self.folder / "cache"), "PYTHONPATH": str(ROOT)}

    def ours(self, *arguments: str) -> list[str]:
        """The command ``evigraph`` on the review."""
        return [sys.executable, "-m", "evigraph", "--review", str(self.review), *arguments]

    def build(self) -> Usage:
        """Make the store on disk that the review opens."""
        out, deadline = self.folder / "build.out", 10 * self.deadline
        return run(self.ours("build"), out, deadline=deadline, environment=self.environment)

    def make(self) -> None:
        """Fill the folder.

        Raises:
            RuntimeError: It could not be made.
        """
        command = [sys.executable, "-m", "benchmarks.place", str(self.size), str(self.folder)]
        usage = run(command, self.folder / "place.out", deadline=3600, environment=self.environment)
        if usage.code:
            raise RuntimeError(f"the review of {self.size} studies could not be made: {usage.error}")


def child(program: str, *arguments: str) -> list[str]:
    """A program of this package as a command."""
    return [sys.executable, "-m", f"benchmarks.{program}", *arguments]


def main(size: int, folder: Path) -> None:
    """Write the files of a place."""
    import pyoxigraph as ox

    import evigraph
    from benchmarks import synthesize
    from evigraph.trust import Trust

    place = Place(size, folder, 0, 0, 0)
    for name in ("ontology", "shapes", "queries", "graph"):
        shutil.copytree(ROOT / name, place.review / name)
    shipped = evigraph.open(place.review).folder
    trusted = set(Trust.DEDUCED.default_graphs)
    few = [quad for quad in [*shipped.graph, *shipped.ontology] if quad.graph_name in trusted]
    planted = {
        "sample": synthesize.write(place.sample, folder / "sample.nq"),
        "synthetic": synthesize.write(size, place.synthetic),
    }
    (folder / "planted.json").write_text(json.dumps(planted), encoding="utf-8")

    def statements() -> Iterator[ox.Quad]:
        yield from few
        yield from ox.parse(path=str(place.synthetic))

    ox.serialize(statements(), str(folder / "all.nq"), format=ox.RdfFormat.N_QUADS)
    merged = (quad.triple for quad in statements())
    ox.serialize(merged, str(folder / "all.nt"), format=ox.RdfFormat.N_TRIPLES)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
