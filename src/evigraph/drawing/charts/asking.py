"""Asks a review what its charts show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from evigraph.answers import Answer, Value
from evigraph.drawing.charts.chart import Chart
from evigraph.drawing.charts.directions import draw_directions
from evigraph.drawing.charts.evidence_map import draw_map
from evigraph.drawing.charts.labels import Concepts
from evigraph.drawing.charts.timeline import Dated, draw_timeline
from evigraph.drawing.charts.verdicts import Matrix, draw_verdicts
from evigraph.names import natural
from evigraph.terms import BASIS
from evigraph.trust import Trust

if TYPE_CHECKING:
    from evigraph.review import Review

_DEDUCED = {BASIS + "deduced", BASIS + "inferred"}
_Row = dict[str, Value]


class _Asking:
    """Asks questions for one chart, and keeps which."""

    def __init__(self, kind: str, review: Review, trust: Trust) -> None:
        self._kind, self.review, self.trust = kind, review, trust
        self._asked: dict[str, None] = {}
        files = review.folder.files("queries", ".rq")
        self._paths = {path.stem: path.relative_to(review.folder.path).as_posix() for path in files}
        self._keys = {iri.value: key for key, iri in review.studies.items()}

    def answer(self, question: str, trust: Trust | None = None) -> Answer:
        """The rows of a question."""
        found = self.review.ask(question, trust=trust or self.trust)
        assert isinstance(found, Answer)  # all of these select rows
        self._asked[self._paths[question]] = None
        return found

    def rows(self, question: str, trust: Trust | None = None) -> list[_Row]:
        """The same, with the studies by their keys."""
        rows = self.answer(question, trust).to_python()
        return [row | {"study": self.key(row["study"])} for row in rows]

    def key(self, iri: Value) -> str:
        """What people call a study."""
        return self._keys.get(str(iri), str(iri))

    def decisions(self) -> tuple[dict[str, str], frozenset[str]]:
        """What people decided on the studies, and the studies where no source says it."""
        from evigraph.screening import recorded_decisions

        marks: dict[str, set[Value]] = defaultdict(set)
        for row in self.rows("study-decisions"):
            marks[str(row["study"])].add(row["mark"])
        found = recorded_decisions(self.review.statements(self.trust))
        decided = {self.key(iri.value): answer for iri, answer in found.items()}
        return decided, frozenset(study for study, said in marks.items() if said == {"deduced"})

    @property
    def source(self) -> str:
        """The command and the questions."""
        return f"evigraph draw {self._kind} --trust {self.trust.value} ({', '.join(self._asked)})"


def ask_map(review: Review, trust: Trust) -> Chart:
    """The evidence map of a review."""
    from evigraph.synthesis.directions import QUESTION, effects_in

    asking = _Asking("map", review, trust)
    keys = {iri.value: key for key, iri in review.studies.items()}
    effects = effects_in(asking.answer(QUESTION), keys, trust)
    bases: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in asking.rows("study-problems"):
        if row["problem"] is not None:
            name = str(row["problem"]).replace("#", "/").rstrip("/").rsplit("/", 1)[-1]
            bases[str(row["study"]), name].add(str(row["basis"]))
    problems: dict[str, dict[str, bool]] = defaultdict(dict)
    for (study, problem), on in bases.items():
        problems[study][problem] = on <= _DEDUCED
    return draw_map(effects, problems, Concepts(review), review.name, asking.source)


def ask_directions(review: Review, trust: Trust) -> Chart:
    """The effect-direction plot of a review."""
    from evigraph.synthesis.directions import QUESTION, effects_in

    asking = _Asking("directions", review, trust)
    answer = asking.answer(QUESTION)
    keys = {iri.value: key for key, iri in review.studies.items()}
    bases: dict[str, set[str]] = defaultdict(set)
    samples: dict[str, set[int]] = defaultdict(set)
    for row in answer.to_python():
        if isinstance(size := row["sampleSize"], int):
            bases[asking.key(row["study"])].add(str(row["sampleBasis"]))
            samples[asking.key(row["study"])].add(size)
    sizes = {study: next(iter(found)) for study, found in samples.items() if len(found) == 1}
    deduced = frozenset(study for study in sizes if bases[study] <= _DEDUCED)
    effects = effects_in(answer, keys, trust)
    return draw_directions(effects, sizes, deduced, Concepts(review), review.name, asking.source)


def ask_verdicts(review: Review, trust: Trust) -> Chart:
    """The verdicts of a review, and which of them would be others without what was deduced."""
    asking = _Asking("verdicts", review, trust)
    rules: dict[str, str] = {}
    found = _outcomes(asking.rows("verdict-matrix"), rules)
    stated = (
        _outcomes(asking.rows("verdict-matrix", Trust.STATED), {}) if trust is not Trust.STATED else found
    )
    decided, deduced = asking.decisions()
    matrix = Matrix(
        rules=tuple(sorted(rules, key=natural)),
        verdicts={key: outcome for key, outcome in found.items() if key[1]},
        wholes={study: outcome for (study, rule), outcome in found.items() if not rule},
        decisions=decided,
        deduced=frozenset(key for key, outcome in found.items() if stated.get(key) != outcome),
        deduced_decisions=deduced,
    )
    return draw_verdicts(matrix, review.name, asking.source)


def ask_timeline(review: Review, trust: Trust) -> Chart:
    """The studies of a review over the years."""
    asking = _Asking("timeline", review, trust)
    years: dict[str, set[int]] = defaultdict(set)
    for row in asking.rows("study-years"):
        year = str(row["year"] or "")[:4]
        years[str(row["study"])] |= {int(year)} if year.isascii() and year.isdigit() else set()
    decided, deduced = asking.decisions()
    dated = [
        Dated(study, tuple(sorted(when)), decided.get(study, ""), study in deduced)
        for study, when in years.items()
    ]
    return draw_timeline(dated, review.name, asking.source)


def _outcomes(rows: list[_Row], rules: dict[str, str]) -> dict[tuple[str, str], str]:
    """The outcomes by study and the label of a rule, which is empty for the study as a whole."""
    found = {}
    for row in rows:
        label = ""
        if row["level"] == "rule":
            label = " ".join(str(part) for part in (row["identifier"], row["name"]) if part)
            rules[label] = str(row["criterion"])
        found[str(row["study"]), label] = str(row["outcome"])
    return found


#: What asks for each kind of chart.
CHARTS: dict[str, Callable[[Review, Trust], Chart]] = {
    "map": ask_map,
    "directions": ask_directions,
    "verdicts": ask_verdicts,
    "timeline": ask_timeline,
}
