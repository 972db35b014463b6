"""Documents: pages of words, tables and figures in which each number says which rows it counts."""

from __future__ import annotations

from evigraph.documents.asking import Asking
from evigraph.documents.model import (
    DAGGER,
    Asked,
    Block,
    Cell,
    Counted,
    Document,
    Items,
    Marked,
    Paragraph,
    Picture,
    Section,
    Table,
    Text,
    words_of,
)

__all__ = [
    "DAGGER",
    "Asked",
    "Asking",
    "Block",
    "Cell",
    "Counted",
    "Document",
    "Items",
    "Marked",
    "Paragraph",
    "Picture",
    "Section",
    "Table",
    "Text",
    "words_of",
]
