"""Tests in words, for the descriptions of shapes."""

from __future__ import annotations

import pyoxigraph as ox

from evigraph.rules.model import Below, Between, Combined, Count, OneOf, Parts, Present, Test, Values
from evigraph.terms import local_name


def worded(test: Test, *, holds: bool = True) -> str:
    """When a test holds, or its opposite, as a clause."""
    if isinstance(test, Combined):
        return _combined(test, holds)
    name = "/".join(property.name for property in test.path)
    if isinstance(test, Present):
        return f"{name} is recorded" if holds else "nothing recorded can show it"
    if isinstance(test, Parts):
        return _parts(test, name, holds)
    if isinstance(test, Count):
        return f"{name} is recorded {_counted(test, holds)}"
    condition = _condition(test)
    return f"{name} is {'' if holds else 'recorded and not '}{'only ' if test.every else ''}{condition}"


def _combined(test: Combined, holds: bool) -> str:
    if test.how == "none":
        return _combined(Combined("any", test.tests), not holds)
    word = " and " if (test.how == "all") == holds else " or "
    texts = [worded(inner, holds=holds) for inner in test.tests]
    if word == " or ":  # what can never be shown is no alternative
        texts = [text for text in texts if not text.startswith("nothing recorded")] or texts[:1]
    bracketed = [f"({text})" if " and " in text or " or " in text else text for text in texts]
    return word.join(bracketed) if len(texts) > 1 else texts[0]


def _parts(test: Parts, name: str, holds: bool) -> str:
    inner = worded(test.where, holds=holds)
    return f"for {'every' if test.every == holds else 'some'} {name}, {inner}"


def _condition(test: Values) -> str:
    condition = test.condition
    if isinstance(condition, Between):
        bounds = [("at least", condition.least), ("at most", condition.most)]
        return " and ".join(f"{word} {bound}" for word, bound in bounds if bound is not None)
    terms = condition.terms if isinstance(condition, OneOf) else condition.concepts
    texts = [local_name(term.value) if isinstance(term, ox.NamedNode) else term.value for term in terms]
    listed = ", ".join(texts[:-1]) + (" or " if len(texts) > 1 else "") + texts[-1]
    return f"at or below {listed}" if isinstance(condition, Below) else listed


def _counted(test: Count, holds: bool) -> str:
    least, most = test.least, test.most
    if holds:
        words = [f"at least {least} times"] if least else []
        return " and ".join([*words, *([f"at most {most} times"] if most else [])])
    words = [f"fewer than {least} times"] if least and least > 1 else []
    return " or ".join([*words, *([f"more than {most} times"] if most else [])])
