"""Our reader, judged by the W3C's tests of RDF 1.1 Turtle and TriG."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from evigraph.errors import InputError
from evigraph.reading import read_quads
from tests.engines import canonical
from tests.w3c import Case, cases, file_of, needed

#: By the folder of a suite, the IRI that its files start from.
HOMES = {name: f"https://w3c.github.io/rdf-tests/rdf/rdf11/{name}/" for name in ("rdf-turtle", "rdf-trig")}
KINDS = {
    "rdf-turtle": {"TestTurtleEval": 145, "TestTurtlePositiveSyntax": 74, "TestTurtleNegativeSyntax": 94},
    "rdf-trig": {"TestTrigEval": 143, "TestTrigPositiveSyntax": 98, "TestTrigNegativeSyntax": 115},
}
CASES = {folder: cases(folder, home) for folder, home in HOMES.items()}

# What RDF 1.1 allows and a review may not hold: it must come out again as XML 1.0, which has no place for
# these signs, in whatever way they are written.  And a file with nothing in it is most likely a mistake.
NUL, EMPTY = "holds NUL, which no text may", "the file is empty"
REFUSED = {
    "LITERAL1_ascii_boundaries": NUL,
    "LITERAL1_all_controls": NUL,
    "LITERAL2_ascii_boundaries": NUL,
    "LITERAL_LONG1_ascii_boundaries": NUL,
    "LITERAL_LONG2_ascii_boundaries": NUL,
    "literal_with_BACKSPACE": "holds the control character U+0008, which no text may",
    "literal_with_FORM_FEED": "holds the control character U+000C, which no text may",
    "literal_with_escaped_BACKSPACE": r"holds \b, which no text may",
    "literal_with_escaped_FORM_FEED": r"holds \f, which no text may",
    "turtle-syntax-file-01": EMPTY,
    "trig-syntax-file-01": EMPTY,
}


def some(*endings: str, refused: bool = False) -> pytest.MarkDecorator:
    """The cases whose kind ends so, and that are refused on purpose or not."""
    found = [
        pytest.param(folder, case, id=f"{folder}:{case.name}")
        for folder, of_suite in CASES.items()
        for case in of_suite
        if case.kind.endswith(endings) and (case.name in REFUSED) == refused
    ]
    return pytest.mark.parametrize(("folder", "case"), found)


def source(folder: str, case: Case) -> tuple[Path, str]:
    """The file of a case, and the IRI it starts from."""
    return file_of(case.action, folder, HOMES[folder]), str(getattr(case.action, "value", ""))


@pytest.mark.parametrize("folder", [pytest.param(name, marks=needed(name)) for name in HOMES])
def test_all_cases_are_there(folder: str) -> None:
    """As many of each kind as were counted, so that none is passed by; the refused are cases of theirs."""
    assert Counter(case.kind for case in CASES[folder]) == KINDS[folder]
    names = [case.name for case in CASES[folder]]
    assert len(names) == len(set(names))
    assert len(REFUSED.keys() & set(names)) == len(REFUSED) - 1  # the empty file has a name in each suite


@some("Eval")
def test_what_is_said_is_read(folder: str, case: Case) -> None:
    """The statements are those that the suite gives, up to the names of blank nodes."""
    path, base = source(folder, case)
    wanted = read_quads(file_of(case.result, folder, HOMES[folder]))
    assert canonical(read_quads(path, base=base)) == canonical(wanted)


@some("PositiveSyntax")
def test_good_syntax_is_read(folder: str, case: Case) -> None:
    """It is accepted."""
    path, base = source(folder, case)
    read_quads(path, base=base)


@some("NegativeSyntax")
def test_bad_syntax_is_refused(folder: str, case: Case) -> None:
    """It is refused, and the place of the fault is named."""
    path, base = source(folder, case)
    with pytest.raises(InputError, match=rf"{path.name}:[0-9]+:[0-9]+: "):
        read_quads(path, base=base)


@some("Eval", "Syntax", refused=True)
def test_what_a_review_may_not_hold_is_refused(folder: str, case: Case) -> None:
    """For the reason that is listed, and no other."""
    path, base = source(folder, case)
    with pytest.raises(InputError) as refusal:
        read_quads(path, base=base)
    assert REFUSED[case.name] in str(refusal.value)


def test_relative_iri_needs_a_base(tmp_path: Path) -> None:
    """Where a file lies is no part of what it says: without a base a relative IRI is refused."""
    path = tmp_path / "relative.ttl"
    path.write_text("<a> <b> <c> .\n", encoding="utf-8")
    (quad,) = read_quads(path, base="https://example.org/x/")
    assert str(quad.triple) == (
        "<https://example.org/x/a> <https://example.org/x/b> <https://example.org/x/c>"
    )
    with pytest.raises(InputError, match=r"relative.ttl:1:1: an IRI lacks its beginning"):
        read_quads(path)
