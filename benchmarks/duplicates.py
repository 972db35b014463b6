"""Records with known duplicates: ``python -m benchmarks.duplicates RECORDS`` says how well they are found.

The records are invented, the same at every run. Duplicates differ as those of real databases do:
letters and accents, initials, abbreviated journals, missing DOIs and pages, a year earlier or later,
subtitles that are left out, slips of the pen. Beside them stand publications that only look alike: parts of
series, corrections and replies, the same title in another year, other papers of the same authors.
"""

from __future__ import annotations

import copy
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.measure import run
from benchmarks.place import Place, child
from benchmarks.records import OURS, Record, record
from evigraph.duplicates.matching import find
from evigraph.records import stored

RECORDS = 20_000
TITLE = "Duplicates"
TEXT = (
    f"{RECORDS:,} invented records of three sources, of which the duplicates are known: found in memory, "
    "without reading or writing files. Precision is the share of merged pairs that are duplicates, recall "
    "the share of duplicates that were merged unasked; what is proposed to a person does not count as found."
)
_TOPICS = [
    "depression",
    "anxiety",
    "bereavement",
    "schizophrenia",
    "addiction",
    "insomnia",
    "loneliness",
    "stigma",
    "recovery",
    "resilience",
    "caregiving",
    "trauma",
    "stress",
    "grief",
    "panic",
    "suicide",
    "eating",
    "gambling",
    "alcohol",
    "smoking",
]
_FORMS = [
    "mutual help groups",
    "peer support",
    "self-help manuals",
    "group therapy",
    "online forums",
    "telephone counselling",
    "exercise classes",
    "mindfulness training",
    "family education",
    "case management",
    "befriending",
    "music therapy",
]
_WHO = [
    "older adults",
    "adolescents",
    "veterans",
    "widows",
    "outpatients",
    "nurses",
    "students",
    "refugees",
    "carers",
    "prisoners",
    "new mothers",
    "primary care patients",
    "rural residents",
    "unemployed workers",
]
_WHAT = [
    "a randomised trial",
    "a pilot study",
    "a qualitative study",
    "one-year outcomes",
    "a cohort study",
    "a controlled comparison",
    "predictors of attendance",
    "a survey of members",
    "long-term follow-up",
]
_WHERE = [
    "Norway",
    "Chile",
    "Ohio",
    "Quebec",
    "Osaka",
    "Ghana",
    "Wales",
    "Bavaria",
    "Otago",
    "Kerala",
    "Porto",
    "Crete",
    "Texas",
    "Lima",
]
_NAMES = [
    "Müller",
    "Smith",
    "García",
    "Nguyen",
    "Kowalski",
    "Rossi",
    "Johansson",
    "O'Brien",
    "Haddad",
    "Tanaka",
    "Okafor",
    "Silva",
    "Novák",
    "Jensen",
    "Dubois",
    "Ivanova",
    "Khan",
    "Lee",
    "Wang",
    "Zhang",
    "Peters",
    "Brown",
    "Cohen",
    "Levi",
    "Martin",
    "Moreau",
    "Schmidt",
    "Weber",
    "Fischer",
    "Costa",
]
_GIVEN = [
    "Anna",
    "Ben",
    "Carla",
    "David",
    "Eva",
    "Frank",
    "Greta",
    "Hugo",
    "Ines",
    "Jon",
    "Karin",
    "Luis",
    "Mia",
    "Nils",
    "Olga",
    "Paul",
    "Rita",
    "Sven",
]
_JOURNALS = {
    "American Journal of Community Psychology": "Am J Community Psychol",
    "Psychiatric Services": "Psychiatr Serv",
    "Journal of Clinical Psychology": "J Clin Psychol",
    "Social Science and Medicine": "Soc Sci Med",
}


@dataclass(frozen=True)
class Known:
    """Records, and which publication each is of."""

    records: tuple[stored.Record, ...]
    publication: dict[str, int]

    def pairs(self) -> set[frozenset[str]]:
        """The pairs of records that are duplicates."""
        of: dict[int, list[str]] = {}
        for iri, number in self.publication.items():
            of.setdefault(number, []).append(iri)
        return {frozenset((a, b)) for group in of.values() for a in group for b in group if a < b}


def measure(place: Place) -> Iterator[Record]:
    """Find the duplicates once; the note says how well."""
    out = place.folder / "duplicates.out"
    command = child("duplicates", str(RECORDS))
    usage = run(command, out, deadline=place.deadline, environment=place.environment)
    made = record("find duplicates", OURS, RECORDS, "record", usage)
    if not made.failed:
        found = json.loads(out.read_text(encoding="utf-8"))
        note = f"precision {found['precision']:.4f}, recall {found['recall']:.4f}"
        note += f", to look at {found['proposed']:,}"
        made = replace(made, cpu=found["cpu"], wall=None, note=note)
    yield made


def known(count: int, seed: int = 2008) -> Known:
    """So many records, about a third of which are duplicates.

    Args:
        count: How many.
        seed: Of the chance that makes them.
    """
    chance = random.Random(seed)
    items: list[tuple[dict[str, Any], int]] = []
    number = 0
    while len(items) < count:
        number += 1
        work = _work(chance, number)
        items.append((work, number))
        copies = chance.choices((0, 1, 2), (62, 30, 8))[0]
        items += [(_copied(chance, work), number) for _ in range(copies)]
        if chance.random() < 0.15:
            number += 1
            items.append((_alike(chance, work, number), number))
    items = items[:count]
    chance.shuffle(items)
    records, publication = [], {}
    for place, (item, of) in enumerate(items):
        iri = f"https://example.org/record/{place}"
        source = f"https://example.org/source/{place % 3}"
        records.append(stored.Record(iri, f"r{place}", source, f"line {place + 1}", stored.item_text(item)))
        publication[iri] = of
    return Known(tuple(records), publication)


def judge(data: Known) -> dict[str, float]:
    """Precision and recall of what is found, and how many pairs are proposed."""
    began = time.process_time()
    found = find(data.records)
    cpu = time.process_time() - began
    merged = {frozenset((a, b)) for group in found.groups for a in group for b in group if a < b}
    right = data.pairs()
    return {
        "precision": len(merged & right) / len(merged),
        "recall": len(merged & right) / len(right),
        "proposed": len(found.doubtful),
        "cpu": cpu,
    }


def _work(chance: random.Random, number: int) -> dict[str, Any]:
    subject = f"{chance.choice(_FORMS)} for {chance.choice(_TOPICS)} among {chance.choice(_WHO)}"
    title = f"{subject} in {chance.choice(_WHERE)}: {chance.choice(_WHAT)}".capitalize()
    authors = [
        {"family": chance.choice(_NAMES), "given": f"{chance.choice(_GIVEN)} {chance.choice('ABCDEFGH')}."}
        for _ in range(chance.randint(1, 5))
    ]
    page = chance.randint(1, 900)
    item: dict[str, Any] = {
        "type": "article-journal",
        "title": title,
        "author": authors,
        "issued": {"date-parts": [[chance.randint(1980, 2025)]]},
        "container-title": chance.choice(list(_JOURNALS)),
        "volume": str(chance.randint(1, 60)),
        "page": f"{page}-{page + chance.randint(3, 20)}",
    }
    if chance.random() < 0.7:
        item["DOI"] = f"10.5555/{number:07}"
    if chance.random() < 0.5:
        item["PMID"] = str(10_000_000 + number)
    return item


def _copied(chance: random.Random, work: dict[str, Any]) -> dict[str, Any]:
    """The same publication as another source has it."""
    item = copy.deepcopy(work)
    for name, share in (("DOI", 0.35), ("PMID", 0.6), ("page", 0.15), ("volume", 0.15)):
        if chance.random() < share:
            item.pop(name, None)
    item["title"] = _retitled(chance, item["title"])
    if chance.random() < 0.5:
        for author in item["author"]:
            author["given"] = "".join(part[0] for part in author["given"].split())
    if chance.random() < 0.1:
        item["author"][0]["family"] = item["author"][0]["family"].translate(str.maketrans("üíá", "uia"))
    if chance.random() < 0.08:
        item["issued"]["date-parts"][0][0] += chance.choice((-1, 1))
    if chance.random() < 0.4:
        item["container-title"] = _JOURNALS[item["container-title"]]
    if "page" in item and chance.random() < 0.3:
        item["page"] = item["page"].partition("-")[0]
    return item


def _retitled(chance: random.Random, title: str) -> str:
    """A title as another source prints it."""
    if chance.random() < 0.5:
        changes = (str.upper, str.title, lambda t: t + ".", lambda t: t.replace(":", " -"))
        title = chance.choice(changes)(title)
    if chance.random() < 0.12:
        title = title.partition(":")[0]
    return _slip(chance, title) if chance.random() < 0.12 else title


def _alike(chance: random.Random, work: dict[str, Any], number: int) -> dict[str, Any]:
    """Another publication that looks like this one."""
    item = copy.deepcopy(work)
    for name in ("DOI", "PMID"):
        item.pop(name, None)
    if chance.random() < 0.5:
        item["DOI"] = f"10.5555/{number:07}"
    page = chance.randint(1, 900)
    item["page"] = f"{page}-{page + 9}"
    title, year = item["title"], item["issued"]["date-parts"][0]
    kind = chance.randrange(5)
    if kind == 0:
        item["title"] = f"{title}. Part {chance.choice(('2', 'II'))}"
    elif kind == 1:
        item["title"] = chance.choice(("Erratum: ", "Reply to comment on ", "Correction to: ")) + title
        item["page"] = str(page)
    elif kind == 2:
        year[0] += chance.randint(3, 9)
        item["volume"] = str(int(item["volume"]) + 5)
    elif kind == 3:
        item["title"] = title.partition(":")[0] + ": " + chance.choice(_WHAT)
        item["volume"] = str(int(item["volume"]) + 1)
        year[0] += 1
    else:
        item["author"] = [{"family": chance.choice(_NAMES), "given": "Zoe"}]
        item["volume"] = str(int(item["volume"]) + 3)
    return item


def _slip(chance: random.Random, title: str) -> str:
    """A title with two letters exchanged or one left out."""
    place = chance.randrange(1, len(title) - 2)
    if chance.random() < 0.5:
        return title[:place] + title[place + 1] + title[place] + title[place + 2 :]
    return title[:place] + title[place + 1 :]


if __name__ == "__main__":
    json.dump(judge(known(int(sys.argv[1]))), sys.stdout)
