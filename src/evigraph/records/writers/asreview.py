"""Records as a dataset of ASReview: a table with one row for each and the label that people gave it."""

from __future__ import annotations

from typing import IO

from evigraph.citations.catalogue import publications, reports_of
from evigraph.decisions.standing import FULL_TEXT, TITLE_ABSTRACT, given, standings
from evigraph.exporting.source import Source
from evigraph.records.merges import representatives
from evigraph.records.stored import authors_of, identifiers_of, records_in, title_of, year_of
from evigraph.records.writers.chosen import items
from evigraph.tables import csv_table

COLUMNS = ("record_id", "title", "abstract", "authors", "year", "doi", "included")
_LABELS = {"include": "1", "exclude": "0"}


def write(source: Source, out: IO[bytes]) -> list[str]:
    """Write one row for each record that stands for itself; of a review without records, each publication.

    ``included`` is 1 or 0 by what stands on title and abstract (of a publication: on the full text of its
    study), and empty where nobody decided, people differ, or are unsure. Texts are exact.

    Returns:
        What to tell the reader.
    """
    labels, duplicates = _labels(source)
    rows = [
        (
            key,
            title_of(item),
            str(item.get("abstract") or ""),
            "; ".join(authors_of(item)),
            year_of(item) or "",
            identifiers_of(item).get("doi", ""),
            labels.get(key, ""),
        )
        for key, item in items(source)
        if key not in duplicates
    ]
    out.write(csv_table(COLUMNS, rows).encode())
    told = f"{len(rows):,} records, {sum(row[-1] != '' for row in rows):,} of them labelled"
    return [told, *([f"left out {len(duplicates):,} duplicates"] if duplicates else [])]


def _labels(source: Source) -> tuple[dict[str, str], set[str]]:
    """The label of each key, and the keys of duplicates."""
    said = source.said
    stands_for = representatives(said)
    standing = standings(given(said), stands_for)
    records = records_in(source.statements)
    if records:
        of = {r.key: standing.get((r.iri, TITLE_ABSTRACT)) for r in records}
        labels = {key: _LABELS.get(one.answer, "") for key, one in of.items() if one}
        return labels, {r.key for r in records if r.iri in stands_for}
    keys = {work.iri: work.key for work in publications(said)}
    labels = {}
    for study, reports in reports_of(said).items():
        one = standing.get((study, FULL_TEXT))
        labels |= {keys[report]: _LABELS.get(one.answer, "") for report in reports if one and report in keys}
    return labels, set()
