"""The peers, each doing one task alone: ``python -m benchmarks.peers TASK ARGUMENTS...``."""

from __future__ import annotations

import json
import sys
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox

from benchmarks.synthesize import BASE

Failures = Iterable[tuple[str, str]]


def screen_pyshacl(review: str, triples: str) -> None:
    """PySHACL over the whole graph by the criteria shapes; prints verdicts as planted ones are."""
    import pyshacl
    import rdflib

    shapes = rdflib.Graph()
    for path in _shapes(review):
        shapes.parse(path)
    _, report, _ = pyshacl.validate(
        rdflib.Graph().parse(triples, format="nt"),
        shacl_graph=shapes,
        inference="none",
        inplace=True,
        advanced=False,
        meta_shacl=False,
        do_owl_imports=False,
    )
    assert isinstance(report, rdflib.Graph), report
    shacl = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    found = report.subject_objects(shacl.sourceShape)
    print(
        json.dumps(
            _verdicts(review, triples, ((str(report.value(n, shacl.focusNode)), str(s)) for n, s in found))
        )
    )


def screen_shacl(review: str, triples: str) -> None:
    """The Rust engine over the whole graph; prints verdicts as planted ones are."""
    import shacl

    quads = [quad for path in _shapes(review) for quad in ox.parse(path=str(path))]
    text = ox.serialize([quad.triple for quad in quads], format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    compiled = shacl.Shapes.from_text(text.decode(), "ntriples")
    report = compiled.validate_text(Path(triples).read_text(encoding="utf-8"), "ntriples")
    failures = ((r.focus_node.strip("<>"), (r.root_shape or "").strip("<>")) for r in report.results)
    print(json.dumps(_verdicts(review, triples, failures)))


def export_rdflib(triples: str, format: str, output: str) -> None:
    """Read N-Triples with rdflib and write them."""
    import rdflib

    rdflib.Graph().parse(triples, format="nt").serialize(output, format=format)


def export_pyoxigraph(quads: str, format: str, output: str) -> None:
    """Read N-Quads into a store and dump it, merged where the format has no graphs."""
    store = ox.Store()
    store.bulk_load(path=quads)
    if format == "nquads":
        store.dump(output, ox.RdfFormat.N_QUADS)
        return
    merged = {quad.triple for quad in store}
    ox.serialize(merged, output, format=ox.RdfFormat.TURTLE)


def load_pyoxigraph(quads: str, place: str) -> None:
    """Load N-Quads into a store on disk."""
    store = ox.Store(place)
    store.bulk_load(path=quads)
    store.flush()


def load_rdflib(triples: str) -> None:
    """Load N-Triples into a graph in memory."""
    import rdflib

    rdflib.Graph().parse(triples, format="nt")


def _shapes(review: str) -> list[Path]:
    return sorted(Path(review, "shapes", "criteria").glob("*.ttl"))


def _verdicts(review: str, triples: str, failures: Failures) -> dict[str, dict[str, int]]:
    """Verdicts on the synthetic studies by rule and outcome, from which shapes failed for which study."""
    from evigraph.terms import IDENTIFIER, RDF_TYPE, evi

    graph = ox.Store()
    graph.extend(ox.parse(path=str(Path(review, "graph", "review.ttl"))))
    failed = defaultdict(set)
    for focus, shape in failures:
        failed[focus].add(shape)
    kind, mark = f"{RDF_TYPE} {evi('Study')} .\n", f"<{BASE}study/"
    with Path(triples).open(encoding="utf-8") as lines:
        studies = [line.split(">")[0][1:] for line in lines if line.startswith(mark) and line.endswith(kind)]
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    outcomes: dict[str, set[str]] = defaultdict(set)
    for satisfied in graph.quads_for_pattern(None, evi("satisfied"), None):
        (decidable,) = graph.quads_for_pattern(satisfied.subject, evi("decidable"), None)
        (name,) = graph.quads_for_pattern(satisfied.subject, IDENTIFIER, None)
        for study in studies:
            open_ = _iri(decidable.object) in failed[study]
            unmet = "cannot tell" if open_ else "not met"
            outcome = unmet if _iri(satisfied.object) in failed[study] else "met"
            verdicts[name.object.value][outcome] += 1  # type: ignore[union-attr]
            outcomes[study].add(outcome)
    for found in outcomes.values():
        verdicts["study"][next(word for word in ("not met", "cannot tell", "met") if word in found)] += 1
    return {rule: dict(sorted(counts.items())) for rule, counts in verdicts.items()}


def _iri(term: object) -> str:
    assert isinstance(term, ox.NamedNode)
    return term.value


TASKS: dict[str, Callable[..., None]] = {
    task.__name__.replace("_", "-"): task
    for task in (screen_pyshacl, screen_shacl, export_rdflib, export_pyoxigraph, load_pyoxigraph, load_rdflib)
}

if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    TASKS[sys.argv[1]](*sys.argv[2:])
