"""No text of SPARQL or RDF is pasted together in Python: queries are files, and statements are terms.

A value that is pasted into such a text can end it and begin another; and a query in pieces can be neither
read nor tried by itself. So every text with holes is looked at, whether an f-string, ``%``, ``format``,
``join`` or ``+`` makes it. Some may be: each with its reason, and only as long as there is one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(path for folder in ("src", "benchmarks", "tools") for path in (ROOT / folder).rglob("*.py"))
#: Stands for what is put into a text when the program runs.
HOLE = "\0"

#: What SPARQL looks like, and no sentence.
SPARQL = (
    r"(?i)\b(?:select|construct|describe)\b[^.;\n]*(?:[?$]\w|\{)",
    r"(?i)\b(?:where|ask)\s*\{",
    r"(?i)(?<![\w@])prefix\s+(?:[\w-]|\0)*:\s*[<\0]|\bbase\s+<",
    r"\b(?:OPTIONAL|UNION|MINUS|EXISTS|GRAPH|SERVICE|FILTER|BIND|VALUES|USING)\b[^.;\n]*(?:[?$]\w|\{|\0\s*\Z)",
    r"\b(?:SELECT|ORDER BY|GROUP BY|HAVING|LIMIT|OFFSET|FROM NAMED)\s+[?$(*\d\0]",
    r"\b(?:INSERT|DELETE) (?:DATA|WHERE)|\b(?:LOAD|CLEAR|DROP|MOVE|COPY|ADD) (?:SILENT |GRAPH |<)",
    r"[?$]\w+\s+(?:a|[\w-]+:[\w-]*|<[^<>\s]*>|\0)\s+\S+\s*[.;}]",
)
#: What Turtle, TriG, N-Triples and N-Quads look like, and no sentence or HTML.
RDF = (
    r"@(?:prefix|base)\b",
    r"[<\0][^<>\s]*>?\s+(?:a|[\w-]+:[\w-]*|<[^<>\s]*>|\0)\s+\S+\s+[.;](?:\s|\Z)",  # a statement and its end
    r"<[^<>\s]*[:\0][^<>\s]*>\s+(?:a\s|<[^<>\s]*[:\0][^<>\s]*>)",
    r"\ba\s+(?:evi|owl|rdfs?|sh|skos|prov|xsd|foaf|dcterms|cito|fabio|earl):\w",
    r"\^\^[<\0\w]|\"@(?:[a-z]|\0)|_:\0",
)
LOOKS = [re.compile(pattern) for pattern in (*SPARQL, *RDF)]

MESSAGE = "an error message, which shows a line of Turtle to a person"
UPDATE = "SPARQL has no parameters for these; what goes in are numbers, and terms as pyoxigraph writes them"
#: Where such a text may be made, by file and function, and why.
ALLOWED = {
    "src/evigraph/assertions.py:_ground": (
        "reads a value of a verdict back, which pyoxigraph wrote; it reads statements and no terms"
    ),
    "src/evigraph/judged.py:Judged.screen_file": MESSAGE,
    "src/evigraph/largely.py:screen_spooled": MESSAGE,
    "src/evigraph/remote.py:RemoteStore.replace": UPDATE,
    "src/evigraph/remote.py:RemoteStore.statements": UPDATE,
    "src/evigraph/rules/turtle.py:Turtle._term": "a writer of Turtle: a text, and its type by its short name",
    "src/evigraph/rules/turtle.py:Turtle.text": "a writer of Turtle: with the comments that no other keeps",
    "src/evigraph/wire.py:values": UPDATE,
}


def pasted(source: str) -> Iterator[tuple[int, str, str]]:
    """Line, function and text of whatever looks like pasted SPARQL or RDF."""
    tree = ast.parse(source)
    known = {
        target.id: text
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and (text := constant(node.value)) is not None
    }
    yield from _pasted(tree, "", known)


def _pasted(node: ast.AST, function: str, known: dict[str, str]) -> Iterator[tuple[int, str, str]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        function = f"{function}.{node.name}".lstrip(".")
    text = made(node, known)
    if text is not None and HOLE in text and any(look.search(text) for look in LOOKS):
        yield getattr(node, "lineno", 0), function, text.replace(HOLE, "…")
        return
    for child in ast.iter_child_nodes(node):
        yield from _pasted(child, function, known)


def made(node: ast.AST, known: dict[str, str]) -> str | None:
    """The text that an expression puts together, with holes in it; none when it puts none together."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_part(value, known) for value in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _part(node.left, known) + _part(node.right, known)
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        return HOLE + _part(node.value, known)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and constant(node.left) is not None:
        return re.sub(r"%(?:\(\w+\))?[-+ #0-9.*]*[a-zA-Z]", HOLE, constant(node.left) or "")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _called(node.func, node.args, known)
    return None


def _called(method: ast.Attribute, args: list[ast.expr], known: dict[str, str]) -> str | None:
    text = _part(method.value, known)
    if method.attr in ("format", "format_map") and text != HOLE:
        plain = re.sub(r"(?<!\{)\{[^{}]*\}(?!\})", HOLE, text)
        return plain.replace("{{", "{").replace("}}", "}")
    if method.attr == "join" and len(args) == 1 and isinstance(args[0], ast.List | ast.Tuple):
        return text.join(_part(part, known) for part in args[0].elts)
    return None


def _part(node: ast.expr, known: dict[str, str]) -> str:
    """A part of a text: what it says, or a hole."""
    if isinstance(node, ast.FormattedValue):
        node = node.value
    if isinstance(node, ast.Name) and node.id in known:
        return known[node.id]
    text = constant(node)
    if text is None:
        text = made(node, known)
    return HOLE if text is None else text


def constant(node: ast.AST | None) -> str | None:
    """The text of a constant, or none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Constant) and isinstance(node.value, bytes):
        return node.value.decode("latin-1")
    return None


def place(path: Path, function: str) -> str:
    """A function of a file, as the list of exceptions has it."""
    return f"{path.relative_to(ROOT).as_posix()}:{function}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_is_pasted(path: Path) -> None:
    """But where it may be."""
    found = [
        f"{path.relative_to(ROOT)}:{line}: in {function}: {text!r}"
        for line, function, text in pasted(path.read_text(encoding="utf-8"))
        if place(path, function) not in ALLOWED
    ]
    assert not found, "\n".join(found)


def test_every_exception_is_needed() -> None:
    """One that nothing asks for would let the next one in."""
    found = {
        place(path, function) for path in FILES for _, function, _ in pasted(path.read_text(encoding="utf-8"))
    }
    assert ALLOWED.keys() <= found
    assert len(FILES) > 200


BAD = {
    "select": 'f"SELECT ?s WHERE {{ ?s a <{kind}> }}"',
    "select in small letters": 'f"select * where {{ ?s ?p {value} }}"',
    "ask": 'f"ASK {{ GRAPH <{graph}> {{}} }}"',
    "construct": '"CONSTRUCT { ?s ?p %s } WHERE {}" % value',
    "construct by name": '"CONSTRUCT {{ ?s ?p %(value)s }}" % {"value": value}',
    "insert": '"INSERT DATA {{ {} }}".format(line)',
    "prefix": 'f"PREFIX {name}: <{space}>\\n"',
    "prefix of Turtle": '"@prefix " + name + ": <" + space + "> ."',
    "a pattern": '"  ?study evi:addresses " + concept + " ."',
    "a graph": 'head + "GRAPH ?g { " + pattern + " }"',
    "a graph by name": 'f"GRAPH {graph}"',
    "an order": 'f"{query} ORDER BY ?{column}"',
    "a page": 'query + " LIMIT " + str(size)',
    "values": '"VALUES ?study { " + " ".join(studies) + " }"',
    "a list": '" ".join(["DROP SILENT GRAPH", graph])',
    "bytes": 'b"SELECT * WHERE { ?s ?p %s }" % value',
    "added": 'text += "?s ?p ?o . FILTER(?o = " + value + ")"',
    "a constant": 'ALL = "SELECT ?s WHERE { ?s ?p ?o }"\ntext = f"{ALL} {rest}"',
    "N-Triples": 'f"<{subject}> <{predicate}> <{value}> ."',
    "N-Triples, terms as they are": 'f"{subject} {predicate} {value} .\\n"',
    "a type": 'f"<{study}> a evi:Study ;"',
    "a type of a name": 'f"new:{key} a evi:Study ."',
    "a typed text": "f'\"{value}\"^^<{XSD}date>'",
    "a text in a language": "f'\"{value}\"@en'",
    "a blank node": 'f"_:{number}"',
    "in a function": 'def f(g):\n    return g(f"<{g}> <urn:p> 1 .")',
}


@pytest.mark.parametrize("source", [pytest.param(source, id=name) for name, source in BAD.items()])
def test_what_is_pasted_is_found(source: str) -> None:
    """However it is pasted, and once."""
    assert len(list(pasted(source))) == 1


GOOD = {
    "a sentence": 'f"{where}: is an update; only SELECT, ASK, CONSTRUCT and DESCRIBE are answered"',
    "a kind of query": 'f"{where}: is no SELECT query"',
    "a sentence on prefixes": 'f"{place}: the prefix here is not declared; add a PREFIX line for it"',
    "an IRI in a sentence": 'f"shape <{shape}> targets the class <{kind}>, which is not there; mend it"',
    "an IRI": 'f"{BASE}study/{key}"',
    "an IRI in brackets": 'f"<{iri}>"',
    "HTML": 'f"<tr><td>{cell}</td></tr>"',
    "HTML on lines": 'f"<table>{caption}\\n<thead>{head}</thead>\\n<tbody>\\n{body}</tbody></table>"',
    "SVG": "f'<g transform=\"translate({x} {y})\">{inner}</g>'",
    "what a thing shows of itself": 'f"<Answer: {len(rows)} rows of {names}>"',
    "sentences": 'f"{count} studies; select the ones to keep. Where to? {place}."',
    "a query that is whole": 'QUERY = "SELECT ?s WHERE { ?s ?p ?o }"',
    "a number added": "number + 1",
    "a list of rows": '"\\n".join([head, *rows])',
    "money": '"%s: $%d" % (name, amount)',
    "a path": 'f"{folder}/queries/{name}.rq"',
}


@pytest.mark.parametrize("source", [pytest.param(source, id=name) for name, source in GOOD.items()])
def test_what_is_no_query_passes(source: str) -> None:
    """Sentences, HTML and IRIs are not mistaken for one."""
    assert list(pasted(source)) == []
