"""Prints the verdicts on a large file as they are found, in memory that does not grow with it.

The text goes to a temporary file first: when the file turns out to need reading whole, nothing of
the attempt has been printed.
"""

from __future__ import annotations

import contextlib
import csv
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from evigraph.cli.common import progress, say
from evigraph.reading import STDIN
from evigraph.review import Review
from evigraph.verdicts import Outcome, StudyVerdict, study_dict

#: Files from this size on are judged study by study.
LARGE = 8_000_000
FORMATS = ("table", "csv", "json")


def is_large(names: tuple[str, ...], format: str, *, explain: bool) -> bool:
    """Whether a command names one file that is better judged study by study."""
    if len(names) != 1 or names[0] == STDIN or format not in FORMATS or explain:
        return False
    path = Path(names[0])
    return path.is_file() and path.stat().st_size >= LARGE


def is_large_review(review: Review, format: str, *, explain: bool) -> bool:
    """Whether the studies of a review are better judged chunk by chunk."""
    return format in FORMATS and not explain and review.is_large


def print_large(
    review: Review, path: str | None, trust: str, engine: str, format: str, *, ordered: bool = True
) -> bool:
    """Judge a large file and print the verdicts in file order, or those of the review.

    Returns:
        Whether there were studies and all of them are met.

    Raises:
        OutOfOrderError: The file has to be read in another way; nothing was printed.
    """
    counts: Counter[Outcome] = Counter()
    write = _write_json if format == "json" else _write_rows
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as spool:
        with progress("screening") as report:
            found = review.screen_large(
                path, trust=trust, engine=engine, detail=format == "json", ordered=ordered, progress=report
            )
            with contextlib.closing(found) as verdicts:
                write(verdicts, spool, counts, trust)
        spool.seek(0)
        shutil.copyfileobj(spool, sys.stdout)
    if format == "table":
        numbers = ", ".join(f"{counts[outcome]:,} {outcome.value}" for outcome in Outcome)
        say(f"{counts.total():,} studies: {numbers} (trust {trust})")
    return bool(counts) and counts[Outcome.MET] == counts.total()


def _write_rows(
    verdicts: Iterable[StudyVerdict], out: IO[str], counts: Counter[Outcome], _trust: str
) -> None:
    writer = csv.writer(out, lineterminator="\n")
    for study in verdicts:
        if not counts:
            writer.writerow(["study", "decision", "outcome", *(rule.id for rule in study.rules)])
        counts[study.outcome] += 1
        writer.writerow(
            [study.study, study.decision or "", study.outcome.value, *(r.outcome.value for r in study.rules)]
        )


def _write_json(verdicts: Iterable[StudyVerdict], out: IO[str], counts: Counter[Outcome], trust: str) -> None:
    out.write(f'{{"trust": {json.dumps(trust)}, "studies": [')
    contradictions = []
    for study in verdicts:
        out.write(",\n" if counts else "\n")
        out.write(json.dumps(study_dict(study), ensure_ascii=False))
        counts[study.outcome] += 1
        if study.contradicts:
            said = {"study": study.study, "decision": study.decision, "outcome": study.outcome.value}
            contradictions.append(said)
    numbers = {outcome.value: counts[outcome] for outcome in Outcome}
    out.write(f'\n], "contradictions": {json.dumps(contradictions)}, "counts": {json.dumps(numbers)}}}\n')
