"""Other rules for very many studies, whose outcomes are kept.

As a program it is the measured process: ``python -m benchmarks.recombining REVIEW RUNS``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from benchmarks.measure import run
from benchmarks.one_study import timed
from benchmarks.place import Place, child
from benchmarks.records import OURS, Record, record

TITLE = "The review under other rules"
TEXT = (
    "The outcomes of all studies without one rule and by one restriction, each by deduced and by stated "
    "statements, from kept outcomes of the rules; the review from its store, open already. Claims are not "
    "recounted. The memory is that of the whole process, opening included."
)


def measure(place: Place) -> Iterator[Record]:
    """The recombination alone, in a process of its own."""
    built = place.build()
    out = place.folder / "recombining.out"
    command = child("recombining", str(place.review), str(place.runs))
    for _ in range(2):  # the first time they are judged, and kept
        usage = run(command, out, deadline=10 * place.deadline, environment=place.environment)
    made = record(TITLE, OURS, place.size, "study", built if built.code else usage)
    if made.failed:
        yield made
        return
    for task, (cpu, wall) in json.loads(out.read_text(encoding="utf-8")).items():
        yield replace(made, task=task, cpu=cpu, wall=wall)


def main(path: str, runs: int) -> None:
    """Print the median CPU and wall seconds of each scenario."""
    import evigraph
    from evigraph.evidence.scenario import Scenario, Scenarios
    from evigraph.trust import Trust

    review = evigraph.open(path)
    for trust in (Trust.DEDUCED, Trust.STATED):
        review.outcomes(trust)  # keeps them

    def recombine(scenario: Scenario) -> None:
        scenarios = Scenarios(review)
        for trust in (Trust.DEDUCED, Trust.STATED):
            scenarios.under(replace(scenario, trust=trust))

    tasks = {
        "a rule dropped": Scenario(("1.3",)),
        "a restriction": Scenario(where=(("hasDesign", "randomized-trial"),)),
    }
    found = {name: timed(partial(recombine, scenario), runs) for name, scenario in tasks.items()}
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
