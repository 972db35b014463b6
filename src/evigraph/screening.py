"""Judges studies by the criteria of a review.

Each rule has two shapes: *satisfied* holds only when the rule is shown to be met, *decidable*
when enough is known to say that it is not met. Satisfied gives *met*, else decidable gives
*not met*, else the verdict is *cannot tell*. Both are checked in one SHACL run a study, on a
small graph of that study; pySHACL's own choice of focus nodes is not used, because it drops
the results of nested shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from evigraph.criteria import Criteria, Rule, read_criteria, require_targets
from evigraph.cut import Cutter
from evigraph.described import Described
from evigraph.errors import InputError
from evigraph.folder import Folder
from evigraph.interop import to_rdflib
from evigraph.names import compact, studies_in
from evigraph.provenance import Provenance
from evigraph.shapes import Shapes
from evigraph.terms import BASIS, NOTATION, RECORD_GRAPH, evi, local_name
from evigraph.trust import Trust
from evigraph.verdicts import Outcome, RuleVerdict, Screening, SetVerdict, StudyVerdict, Value


class Screener:
    """The criteria of a review, ready to judge.

    Args:
        folder: The review whose criteria apply.

    Raises:
        ShapesError: A shape uses a ``sh:`` term that SHACL Core does not define, or a rule is
            not linked to its shapes.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._shapes = Shapes.read(
            folder.files("shapes/criteria", ".ttl"), folder.vocabulary, str(folder.path / "shapes/criteria")
        )
        self.criteria: Criteria = read_criteria(folder.graph, self._shapes)
        if not self.criteria.rules:
            raise InputError(f"{folder.path}: no criterion is linked to shapes; nothing to screen by")
        self._facts = {q.subject for q in folder.ontology if q.predicate == NOTATION}
        self._seen_by = {
            rule.iri: self._shapes.predicates(rule.satisfied)[0] | self._shapes.predicates(rule.decidable)[0]
            for rule in self.criteria.rules
        }

    def screen(
        self,
        quads: Iterable[ox.Quad],
        trust: Trust,
        decisions: Mapping[ox.NamedNode, str] | None = None,
        file_name: str = "",
    ) -> Screening:
        """Judge every study that the statements are about.

        Args:
            quads: The statements, each in the graph of its basis.
            trust: Which of them count.
            decisions: What people decided, by study.
            file_name: Named as the source of given statements that name none themselves.

        Returns:
            One verdict a study, sorted by key, so that two runs over the same statements are equal.

        Raises:
            ShapesError: A shape of a rule does not target one of the studies.
        """
        graphs = {*trust.default_graphs}
        trusted = [q for q in [*quads, *self._folder.ontology] if q.graph_name in graphs]
        require_targets(self.criteria, self._shapes, trusted)
        cutter = Cutter(trusted, *self._shapes.predicates())
        provenance = Provenance(q for q in trusted if q.graph_name == RECORD_GRAPH)
        studies = []
        for key, study in studies_in(trusted).items():
            cut = cutter.cut(study)
            grounds = [
                self._value(study, quad, provenance, file_name)
                for quad in cut
                if quad.predicate in self._facts
            ]
            failed = self._failed(cut)
            rules = tuple(self._judge(rule, failed, grounds) for rule in self.criteria.rules)
            decision = (decisions or {}).get(study)
            studies.append(self._study(key, study, rules, decision))
        return Screening(
            trust=trust,
            studies=tuple(studies),
            not_tested=tuple((rule.id, rule.reason) for rule in self.criteria.not_tested),
            shapes=2 * len(self.criteria.rules),
        )

    def require_targets(self, quads: Iterable[ox.Quad]) -> None:
        """Refuse criteria whose shapes pass by one of the studies.

        Raises:
            ShapesError: A shape of a rule does not target one of the studies.
        """
        require_targets(self.criteria, self._shapes, [*quads, *self._folder.ontology])

    def _failed(self, cut: list[ox.Quad]) -> set[str]:
        results = self._shapes.run(to_rdflib(cut, {}))
        return {result.shape for result in results}

    def _judge(self, rule: Rule, failed: set[str], grounds: list[Value]) -> RuleVerdict:
        shapes = self._shapes
        missing: str | None = None
        if not failed & shapes.family(rule.satisfied):
            outcome, message = Outcome.MET, f"Shown: {rule.name}."
        elif not failed & shapes.family(rule.decidable):
            outcome, message = Outcome.NOT_MET, shapes.message(rule.satisfied)
        else:
            outcome, message = Outcome.CANNOT_TELL, shapes.message(rule.decidable)
            missing = local_name(rule.missing.value) if rule.missing else None
        seen = {local_name(predicate.value) for predicate in self._seen_by[rule.iri]}
        values = {value for value in grounds if value.property in seen}
        return RuleVerdict(
            id=rule.id,
            iri=rule.iri.value,
            name=rule.name,
            outcome=outcome,
            message=message,
            missing=missing,
            values=tuple(sorted(values, key=lambda v: (v.of, v.property, v.value, v.basis))),
            serves=rule.serves,
        )

    def _study(
        self, key: str, study: ox.NamedNode, rules: tuple[RuleVerdict, ...], decision: str | None
    ) -> StudyVerdict:
        in_set = {rule.id: rule.set_id for rule in self.criteria.rules}
        sets = tuple(
            SetVerdict(
                s.id,
                s.iri.value,
                s.name,
                Outcome.of_all([r.outcome for r in rules if in_set[r.id] == s.id]),
            )
            for s in self.criteria.sets
        )
        return StudyVerdict(
            study=key,
            iri=study.value,
            outcome=Outcome.of_all([s.outcome for s in sets]),
            decision=decision,
            sets=sets,
            rules=rules,
        )

    def _value(self, study: ox.NamedNode, quad: ox.Quad, provenance: Provenance, file_name: str) -> Value:
        origin = provenance.origin(study, quad)
        subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else str(quad.subject)
        graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        return Value(
            of="study" if quad.subject == study else local_name(subject),
            property=local_name(quad.predicate.value),
            value=compact(quad.object, self._folder.prefixes),
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
    """What people decided on each study: the local name of the answer.

    Where people differ, or one was unsure, the study is ``unsure``.
    """
    said = Described(quads)
    decisions: dict[ox.NamedNode, str] = {}
    for node in said.having(evi("onStudy"), evi("decides")):
        study, answer = said.iri(node, evi("onStudy")), said.iri(node, evi("decides"))
        if study is not None and answer is not None:
            word = local_name(answer.value)
            decisions[study] = word if decisions.get(study, word) == word else "unsure"
    return decisions
