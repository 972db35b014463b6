"""Judges studies by the criteria of a review.

Each rule has two shapes: *satisfied* holds only when the rule is shown to be met, *decidable*
when enough is known to say that it is not met. Satisfied gives *met*, else decidable gives
*not met*, else the verdict is *cannot tell*. Both are checked in one SHACL run a study, on a
small graph of that study; pySHACL's own choice of focus nodes is not used, because it drops
the results of nested shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from evigraph.confined.limits import Limits, StoppedError
from evigraph.criteria import Criteria, Rule, read_criteria, require_targets
from evigraph.cut import Index, Paths, cut
from evigraph.decisions.standing import FULL_TEXT, given, standings
from evigraph.described import Described
from evigraph.engines import Engine, PySHACL, RustSHACL, engine_for
from evigraph.errors import InputError
from evigraph.folder import Folder
from evigraph.names import STUDY, compact, studies_in
from evigraph.provenance import Provenance
from evigraph.shapes import Shapes
from evigraph.shapes_guard import may_run_away
from evigraph.shipped import are_shipped
from evigraph.terms import BASIS, NOTATION, RECORD_GRAPH, local_name
from evigraph.trust import Trust
from evigraph.verdicts import Outcome, RuleVerdict, Screening, SetVerdict, StudyVerdict, Value


class Screener:
    """The criteria of a review, ready to judge.

    Args:
        folder: The review whose shapes and concepts apply.
        criteria: The statements about its criterion sets and rules.
        limits: What a shape may take that does not come with the package.

    Raises:
        ShapesError: A shape uses a ``sh:`` term that SHACL Core does not define, or a rule is
            not linked to its shapes.
    """

    def __init__(self, folder: Folder, criteria: Iterable[ox.Quad], limits: Limits | None = None) -> None:
        self._limits = limits
        self._prefixes = folder.prefixes
        self._engines: dict[str, Engine] = {}
        files = folder.files("shapes/criteria", ".ttl")
        if not files and (written := folder.path / "shapes" / "criteria.yaml").is_file():
            raise InputError(f"{written}: no shapes were made from it yet; run 'evigraph rules build'")
        self.shapes = Shapes.read(files, folder.vocabulary, str(folder.path / "shapes/criteria"))
        self._confined = may_run_away(self.shapes) and not are_shipped(files)
        self.criteria: Criteria = read_criteria(criteria, self.shapes)
        if not self.criteria.rules:
            raise InputError(f"{folder.path}: no criterion is linked to shapes; nothing to screen by")
        self.paths = Paths.of(self.shapes)
        self.background = self.paths.background(folder.ontology)
        self._facts = {q.subject for q in folder.ontology if q.predicate == NOTATION}
        self._seen_by = {
            rule.iri: {
                local_name(predicate.value)
                for shape in (rule.satisfied, rule.decidable)
                for predicate in self.shapes.predicates(shape)[0]
            }
            for rule in self.criteria.rules
        }
        self._families = {
            rule.iri: (self.shapes.family(rule.satisfied), self.shapes.family(rule.decidable))
            for rule in self.criteria.rules
        }
        classes = self.shapes.target_classes()
        #: Whether each shape checks whatever is a study, so that no study can be passed by.
        self.targets_studies = all(
            STUDY in classes.get(shape, ())
            for rule in self.criteria.rules
            for shape in (rule.satisfied, rule.decidable)
        )
        self._in_set = {rule.id: rule.set_id for rule in self.criteria.rules}

    def engine(self, name: str, studies: int) -> Engine:
        """The SHACL engine of this name, over the review's shapes; made once.

        Args:
            name: One of :data:`evigraph.engines.ENGINES`.
            studies: How many studies there are to judge, on which *auto* depends.
        """
        chosen = engine_for(name, studies)
        if chosen not in self._engines:
            self._engines[chosen] = self._made(chosen)
        return self._engines[chosen]

    def _made(self, name: str) -> Engine:
        if self._confined:
            from evigraph.confined.engine import ConfinedEngine

            return ConfinedEngine(self.shapes, self.background, name, self._limits)
        return (PySHACL if name == "pyshacl" else RustSHACL)(self.shapes, self.background)

    @property
    def stopped(self) -> dict[str, str]:
        """What to say of each shape that did not come to an end, by its IRI."""
        return {iri: said for engine in self._engines.values() for iri, said in engine.stopped.items()}

    def screening(self, trust: Trust, studies: Iterable[StudyVerdict]) -> Screening:
        """Verdicts as a screening by these criteria."""
        return Screening(
            trust=trust,
            studies=tuple(studies),
            not_tested=tuple((rule.id, rule.reason) for rule in self.criteria.not_tested),
            shapes=2 * len(self.criteria.rules),
        )

    def screen(
        self,
        quads: Iterable[ox.Quad],
        trust: Trust,
        decisions: Mapping[ox.NamedNode, str] | None = None,
        file_name: str = "",
        engine: str = "auto",
        studies: Mapping[str, ox.NamedNode] | None = None,
    ) -> Screening:
        """Judge the studies that the statements are about.

        Args:
            quads: The statements, each in the graph of its basis.
            trust: Which of them count.
            decisions: What people decided, by study.
            file_name: Named as the source of given statements that name none themselves.
            engine: One of :data:`evigraph.engines.ENGINES`.
            studies: The studies to judge, by key; all when left out.

        Returns:
            One verdict a study, sorted by key, so that two runs over the same statements are equal.

        Raises:
            ShapesError: A shape of a rule does not target one of the studies.
            StoppedError: Shapes did not come to an end; what the others gave is in the error.
        """
        graphs = {*trust.default_graphs}
        trusted = [quad for quad in quads if quad.graph_name in graphs]
        studies = studies_in(trusted) if studies is None else dict(sorted(studies.items()))
        self.require_targets(trusted)
        index = Index(trusted, self.paths)
        provenance = Provenance(q for q in trusted if q.graph_name == RECORD_GRAPH)
        cuts = {study.value: cut(study, index) for study in studies.values()}
        failed = self.engine(engine, len(studies)).failures(cuts)
        screening = self.screening(
            trust,
            (
                self.verdict(
                    key,
                    study.value,
                    self.outcomes(failed[study.value]),
                    self.values(study, cuts[study.value], provenance, file_name),
                    (decisions or {}).get(study),
                )
                for key, study in studies.items()
            ),
        )
        if self.stopped:
            raise StoppedError(list(self.stopped.values()), screening)
        return screening

    def require_targets(self, quads: Iterable[ox.Quad]) -> None:
        """Refuse criteria whose shapes pass by one of the studies.

        Raises:
            ShapesError: A shape of a rule does not target one of the studies.
        """
        require_targets(self.criteria, self.shapes, [*quads, *self.background])

    def outcomes(self, failed: set[str]) -> tuple[Outcome, ...]:
        """The outcome of each rule, from the shapes that do not hold for a study."""
        found = []
        for rule in self.criteria.rules:
            satisfied, decidable = self._families[rule.iri]
            if self._stop_of(rule):
                found.append(Outcome.CANNOT_TELL)
            elif not failed & satisfied:
                found.append(Outcome.MET)
            else:
                found.append(Outcome.CANNOT_TELL if failed & decidable else Outcome.NOT_MET)
        return tuple(found)

    def verdict(
        self,
        key: str,
        iri: str,
        outcomes: Sequence[Outcome],
        values: Sequence[Value] = (),
        decision: str | None = None,
    ) -> StudyVerdict:
        """The verdict on a study, from the outcome of each rule and the statements looked at."""
        rules = tuple(
            self._rule_verdict(rule, outcome, values)
            for rule, outcome in zip(self.criteria.rules, outcomes, strict=True)
        )
        sets = tuple(
            SetVerdict(
                s.id,
                s.iri.value,
                s.name,
                Outcome.of_all([r.outcome for r in rules if self._in_set[r.id] == s.id]),
            )
            for s in self.criteria.sets
        )
        outcome = Outcome.of_all([s.outcome for s in sets])
        return StudyVerdict(key, iri, outcome, decision, sets, rules)

    def values(
        self, study: ox.NamedNode, cut: Iterable[ox.Quad], provenance: Provenance, file_name: str = ""
    ) -> tuple[Value, ...]:
        """The facts among the statements of a cut, sorted, each with its basis and source."""
        found = {
            self._value(study, quad, provenance, file_name) for quad in cut if quad.predicate in self._facts
        }
        return tuple(sorted(found, key=lambda v: (v.of, v.property, v.value, v.basis)))

    def _stop_of(self, rule: Rule) -> str:
        """What to say where a shape of a rule was stopped, else nothing."""
        stopped = self.stopped
        return next((stopped[s.value] for s in (rule.satisfied, rule.decidable) if s.value in stopped), "")

    def _rule_verdict(self, rule: Rule, outcome: Outcome, values: Sequence[Value]) -> RuleVerdict:
        message, missing = f"Shown: {rule.name}.", None
        if outcome is Outcome.NOT_MET:
            message = self.shapes.message(rule.satisfied)
        elif outcome is Outcome.CANNOT_TELL and (message := self._stop_of(rule)):
            pass
        elif outcome is Outcome.CANNOT_TELL:
            message = self.shapes.message(rule.decidable)
            missing = local_name(rule.missing.value) if rule.missing else None
        return RuleVerdict(
            id=rule.id,
            iri=rule.iri.value,
            name=rule.name,
            outcome=outcome,
            message=message,
            missing=missing,
            values=tuple(value for value in values if value.property in self._seen_by[rule.iri]),
            serves=rule.serves,
        )

    def _value(self, study: ox.NamedNode, quad: ox.Quad, provenance: Provenance, file_name: str) -> Value:
        origin = provenance.origin(study, quad)
        subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else str(quad.subject)
        graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        return Value(
            of="study" if quad.subject == study else local_name(subject),
            property=local_name(quad.predicate.value),
            value=compact(quad.object, self._prefixes),
            basis=graph.removeprefix(BASIS),
            source=str(origin) or file_name,
            note=origin.note,
            statement=(
                subject,
                quad.predicate.value,
                str(quad.object),
                origin.source.value if origin.source else "",
                origin.locator,
            ),
        )


def recorded_decisions(quads: Iterable[ox.Quad]) -> dict[ox.NamedNode, str]:
    """What people decided on each study: the local name of the answer that stands.

    Where people differ and nobody settled it, or one was unsure, the study is ``unsure``.
    """
    standing = standings(one for one in given(Described(quads)) if one.stage == FULL_TEXT)
    return {ox.NamedNode(on): one.word for (on, _), one in standing.items()}
