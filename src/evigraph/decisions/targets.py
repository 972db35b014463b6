"""What a decision is on: a record by its title and abstract, or a study by its full text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pyoxigraph as ox

from evigraph.decisions.standing import FULL_TEXT, TITLE_ABSTRACT
from evigraph.described import Described
from evigraph.errors import InputError, UnknownNameError
from evigraph.names import studies_in
from evigraph.records.merges import representatives
from evigraph.records.stored import RECORD
from evigraph.terms import IDENTIFIER, evi, local_name


class Targets:
    """The records and studies of a review by key.

    Args:
        said: What the review says.
        quads: The same statements.

    Attributes:
        records: Key to IRI of each record.
        studies: Key to IRI of each study.
        stands_for: The record that stands for each that was merged.
    """

    def __init__(self, said: Described, quads: Iterable[ox.Quad]) -> None:
        self._said = said
        self.records = {
            said.text(node, IDENTIFIER) or local_name(node.value): node.value
            for node in said.of_class(RECORD)
        }
        self.studies = {key: study.value for key, study in studies_in(quads).items()}
        self.stands_for = representatives(said)
        self._keys = {iri: key for known in (self.records, self.studies) for key, iri in known.items()}

    def key(self, iri: str) -> str:
        """What people call a record or a study."""
        return self._keys.get(iri, iri)

    def record(self, name: str) -> str:
        """The record that a key or IRI means, or that stands for it.

        Raises:
            UnknownNameError: There is no such record.
        """
        iri = self.records.get(name) or (name if name in self._keys else "")
        if not iri or iri in self.studies.values():
            raise UnknownNameError("record", name, self.records)
        return self.stands_for.get(iri, iri)

    def study(self, name: str) -> str:
        """The study that a key or IRI means.

        Raises:
            UnknownNameError: There is no such study.
        """
        if name in self.studies.values():
            return name
        if name not in self.studies:
            raise UnknownNameError("study", name, self.studies)
        return self.studies[name]

    def studies_of(self, record: str) -> list[str]:
        """The studies that the publication of a record reports."""
        publication = self._said.iri(ox.NamedNode(record), evi("describes"))
        reported = self._said.values(publication, evi("reports")) if publication else []
        return [study.value for study in reported if isinstance(study, ox.NamedNode)]

    def find(self, name: str, stage: str, said: Callable[[str], bool]) -> tuple[str, str]:
        """What a decision is on, and at which stage.

        Args:
            name: The key or IRI of a record or a study.
            stage: One of :data:`evigraph.decisions.standing.STAGES`, or empty when it goes without saying.
            said: Whether who decides has said the same of the title and abstract of a record.

        Raises:
            UnknownNameError: There is no such record or study.
            InputError: It cannot be told which stage is meant, or there is nothing to judge at it.
        """
        is_study = name in self.studies or name in self.studies.values()
        is_record = name in self.records or (name in self._keys and not is_study)
        if not is_study and not is_record:
            raise UnknownNameError("record or study", name, {**self.records, **self.studies})
        if not stage and is_study and is_record:
            if not said(self.record(name)):
                raise InputError(
                    f"{name} is a record and a study by now; say what was read: "
                    f"--stage {TITLE_ABSTRACT} or --stage {FULL_TEXT}"
                )
            stage = TITLE_ABSTRACT  # said once more: nothing new
        stage = stage or (FULL_TEXT if is_study else TITLE_ABSTRACT)
        if stage == TITLE_ABSTRACT:
            return self.record(name), stage
        if is_study:
            return self.study(name), stage
        found = self.studies_of(self.record(name))
        if len(found) != 1:
            much = "reports several studies; name one" if found else "is not known as a report of a study yet"
            raise InputError(f"{name}: {much}. A record becomes one when its title and abstract are included")
        return found[0], stage
