"""The words of options of records, apart so that the command line knows them without reading anything."""

from __future__ import annotations

from typing import Final

#: The kinds of search that PRISMA 2020 tells apart.
KINDS: Final = ("database", "register", "other")
#: The readers by the name that ``--format`` has for each, in the order in which a file is tried. Each is a
#: module of :mod:`evigraph.records.readers` with ``NAME``, ``fits(text)`` and ``read(path, text)``.
READERS: Final = {
    "pubmed-xml": "pubmed_xml",
    "endnote-xml": "endnote_xml",
    "zotero-rdf": "zotero_rdf",
    "csl-json": "csl_json",
    "ris": "ris",
    "nbib": "nbib",
    "bibtex": "bibtex",
    "table": "table",
    "apa": "apa",
}
