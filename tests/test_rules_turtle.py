"""Turtle for shapes: whatever it lays out, a parser reads back the same statements."""

from __future__ import annotations

import random
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

import evigraph
from evigraph.names import STUDY
from evigraph.rules.forms import Statements, number
from evigraph.rules.nodes import Item
from evigraph.rules.shaping import shown
from evigraph.rules.testing import Tests
from evigraph.rules.turtle import Turtle
from evigraph.rules.words import Words
from evigraph.terms import SH, XSD
from tests.commands import ROOT
from tests.rules_oracle import invented_test

FOLDER = evigraph.open().folder
WORDS = Words(FOLDER)
SHAPE = ox.NamedNode("https://example.org/shape/one")


def canonical(quads: list[ox.Quad]) -> set[ox.Quad]:
    """Statements with blank nodes named by what is said of them."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def require_read_back(quads: list[ox.Quad]) -> str:
    """The statements as Turtle, which a parser reads as the same."""
    text = Turtle(quads, FOLDER.prefixes).text(["Invented."])
    assert canonical(list(ox.parse(text, format=ox.RdfFormat.TURTLE))) == canonical(quads)
    return text


@pytest.mark.parametrize("seed", range(60))
def test_shapes_are_read_back(seed: int) -> None:
    """The two forms of invented tests; no line is longer than it must be."""
    import yaml

    node = yaml.compose(yaml.safe_dump(invented_test(random.Random(seed))))
    assert node is not None
    test = Tests(WORDS).read(Item(ROOT / "criteria.yaml", node, "a test"))
    for holds in (True, False):
        says = Statements()
        says.shape(SHAPE, shown(test, holds=holds), STUDY)
        text = require_read_back(says.quads)
        assert max(map(len, text.splitlines())) <= 120
        assert "_:" not in text


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["en", "", "boolean", "decimal"]))
def test_texts_are_read_back(text: str, kind: str) -> None:
    """Quotes, line ends, backslashes and signs of every script, and values that are no number."""
    literal = ox.Literal(text)
    if kind == "en":
        literal = ox.Literal(text, language="en")
    elif kind:
        literal = ox.Literal(text, datatype=ox.NamedNode(XSD + kind))
    require_read_back([ox.Quad(SHAPE, ox.NamedNode(SH + "message"), literal)])


@given(st.decimals(min_value=-(10**15), max_value=10**15, allow_nan=False, places=4))
def test_numbers_are_read_back(value: Decimal) -> None:
    """A bound is an integer or a decimal, never in powers of ten, and of the same value."""
    literal = number(value)
    assert Decimal(literal.value) == value
    assert "E" not in literal.value.upper()
    require_read_back([ox.Quad(SHAPE, ox.NamedNode(SH + "minInclusive"), literal)])


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='<>"{}|^`\\ '), max_size=8))
def test_names_are_read_back(name: str) -> None:
    """A name that no prefix can shorten is written whole."""
    try:
        node = ox.NamedNode(f"https://w3id.org/evigraph/concept/{name}")
    except ValueError:  # no IRI at all
        return
    require_read_back([ox.Quad(SHAPE, ox.NamedNode(SH + "hasValue"), node)])
