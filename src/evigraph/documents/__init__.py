"""Documents: pages of words, tables and figures in which each number says which rows it counts."""

from __future__ import annotations

from evigraph.documents.asking import Asking, said
from evigraph.documents.model import (
    Asked,
    Block,
    Cell,
    Counted,
    Document,
    Items,
    Link,
    Marked,
    Paragraph,
    Picture,
    Section,
    Table,
    Text,
    words_of,
)

__all__ = [
    "Asked",
    "Asking",
    "Block",
    "Cell",
    "Counted",
    "Document",
    "Items",
    "Link",
    "Marked",
    "Paragraph",
    "Picture",
    "Section",
    "Table",
    "Text",
    "said",
    "words_of",
]
