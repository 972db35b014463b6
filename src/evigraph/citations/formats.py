"""The network as a file: for programs that draw networks, and as OpenCitations writes citations."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evigraph.citations.network import CitationArrays, Work, citation_graph, self_citation
from evigraph.tables import csv_table

if TYPE_CHECKING:
    import networkx as nx

#: What XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: The date of the day, which would make every run another file.
_DATE = re.compile(rb' lastmodifieddate="[^"]*"')
#: The characters of a DOI in the order of OpenCitations' table; the place is the code.
_CODES: Final = {
    character: f"{code:02}"
    for code, character in enumerate("0123456789abcdefghijklmnopqrstuvwxyz/.:;<=>?@[\\]^_`!\"#$%&'()*+,-{|}~")
}
#: The prefix of identifiers that are made from DOIs.
_FROM_DOI: Final = "020"
COLUMNS: Final = ("oci", "citing", "cited", "creation", "timespan", "journal_sc", "author_sc")


def graphml(graph: nx.DiGraph) -> bytes:
    """GraphML, for Gephi, yEd, igraph and others."""
    import networkx as nx

    out = io.BytesIO()
    nx.write_graphml_xml(_clean(graph), out, prettyprint=True)
    return out.getvalue().rstrip() + b"\n"


def gexf(graph: nx.DiGraph) -> bytes:
    """GEXF 1.2, for Gephi; works are labelled by their keys."""
    import networkx as nx

    labelled = _clean(graph)
    for node, said in labelled.nodes(data=True):
        said["label"] = said.pop("key", node)  # networkx takes "key" for that of an edge
    out = io.BytesIO()
    nx.write_gexf(labelled, out)
    return _DATE.sub(b"", out.getvalue()).rstrip() + b"\n"


def cytoscape(graph: nx.DiGraph) -> bytes:
    """JSON of Cytoscape and Cytoscape.js; works are named by their keys."""
    import networkx as nx

    data = nx.cytoscape_data(graph)
    for node in data["elements"]["nodes"]:
        node["data"]["name"] = node["data"].get("key", node["data"]["id"])
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _clean(graph: nx.DiGraph) -> nx.DiGraph:
    """A copy in which every text can stand in XML."""
    clean = graph.copy()
    for said in [*(d for _, d in clean.nodes(data=True)), *(d for _, _, d in clean.edges(data=True))]:
        said.update({k: _NOT_XML.sub("\ufffd", v) for k, v in said.items() if isinstance(v, str)})
    return clean


@dataclass(frozen=True)
class OpenCitations:
    """Citations as OpenCitations writes them.

    Attributes:
        data: CSV with the columns :data:`COLUMNS`, as UTF-8.
        written: How many citations are in it.
        unnamed: How many are left out, because a work has neither a DOI nor a PubMed id.
        without_oci: How many are in it without an identifier of their own.
    """

    data: bytes
    written: int
    unnamed: int
    without_oci: int


def opencitations(arrays: CitationArrays) -> OpenCitations:
    """The citations whose works both have a DOI or a PubMed id.

    A citation has an identifier (OCI) where both works have DOIs of characters for which
    OpenCitations has codes. ``creation`` is the year of the citing work, ``timespan`` the years
    between the two as a duration; ``yes`` and ``no`` say whether journal and author are shared. What
    is not known is empty.
    """
    rows = []
    for citing, cited in arrays.pairs:
        one, other = arrays.works[citing], arrays.works[cited]
        if _name(one) and _name(other):
            author, journal = self_citation(one, other)
            creation = "" if one.year is None else f"{one.year:04}"
            rows.append(
                (
                    oci(one, other),
                    _name(one),
                    _name(other),
                    creation,
                    _span(one, other),
                    _said(journal),
                    _said(author),
                )
            )
    without = sum(not row[0] for row in rows)
    return OpenCitations(csv_table(COLUMNS, rows).encode(), len(rows), len(arrays) - len(rows), without)


def _name(work: Work) -> str:
    return work.doi.lower() if work.doi else f"pmid:{work.pmid}" if work.pmid else ""


def oci(citing: Work, cited: Work) -> str:
    """The Open Citation Identifier of a citation between two DOIs; empty where it has none."""
    codes = []
    for work in (citing, cited):
        doi = (work.doi or "").lower()
        if not doi.startswith("10.") or any(character not in _CODES for character in doi):
            return ""
        codes.append(_FROM_DOI + "".join(_CODES[character] for character in doi.removeprefix("10.")))
    return f"oci:{codes[0]}-{codes[1]}"


def _span(citing: Work, cited: Work) -> str:
    if citing.year is None or cited.year is None:
        return ""
    years = citing.year - cited.year
    return f"{'-' if years < 0 else ''}P{abs(years)}Y"


def _said(held: bool | None) -> str:
    return "" if held is None else "yes" if held else "no"


#: The formats of the network as a whole, without that of OpenCitations.
GRAPH_FORMATS: Final[dict[str, Callable[[nx.DiGraph], bytes]]] = {
    "graphml": graphml,
    "gexf": gexf,
    "cytoscape": cytoscape,
}


def written(arrays: CitationArrays, format: str) -> bytes:
    """The network in one of :data:`GRAPH_FORMATS`; the same network gives the same bytes."""
    return GRAPH_FORMATS[format](citation_graph(arrays))
