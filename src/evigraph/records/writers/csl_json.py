"""Records as CSL-JSON: each item as it is kept."""

from __future__ import annotations

import json
from typing import IO

from evigraph.exporting.source import Source
from evigraph.records.writers.chosen import items


def write(source: Source, out: IO[bytes]) -> list[str]:
    """Write the records as items of the Citation Style Language.

    The language wants an ``id`` for each that no other has; one that has none, or another's, gets the key of
    the record.

    Returns:
        What to tell the reader.
    """
    taken: set[str] = set()
    made, named = [], 0
    for key, item in items(source):
        id = str(item.get("id", ""))
        if not id or id in taken:
            id, named = key, named + 1
        taken.add(id)
        made.append({"id": id, **{name: value for name, value in item.items() if name != "id"}})
    out.write((json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode())
    return [f"{len(made):,} records", *([f"{named:,} got the key of the record as id"] if named else [])]
