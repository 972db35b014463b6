"""Which record stands for which, once some are called duplicates."""

from __future__ import annotations

import pyoxigraph as ox

from evigraph.described import Described
from evigraph.terms import PROV, evi

MERGE, DISTINCTION, DEDUPLICATION = evi("Merge"), evi("Distinction"), evi("Deduplication")
#: What a search for duplicates looked at: the sources.
USED = ox.NamedNode(PROV + "used")


def representatives(said: Described) -> dict[str, str]:
    """The record that stands for each record that was merged, by IRI.

    Args:
        said: The statements of a review.

    Returns:
        For each merged record the one at the end of the chain of merges. Where merges run in a circle,
        the first of it by IRI stands for the others; where one record was merged into two, the first does.
    """
    into: dict[str, str] = {}
    for merge in said.of_class(MERGE):
        target = said.iri(merge, evi("intoRecord"))
        for merged in said.values(merge, evi("mergedRecord")):
            if target is not None and isinstance(merged, ox.NamedNode):
                into[merged.value] = min(target.value, into.get(merged.value, target.value))
    ends = {record: _end(record, into) for record in into}
    return {record: end for record, end in ends.items() if record != end}


def _end(record: str, into: dict[str, str]) -> str:
    way = [record]
    while way[-1] in into:
        following = into[way[-1]]
        if following in way:
            return min(way[way.index(following) :])
        way.append(following)
    return way[-1]
