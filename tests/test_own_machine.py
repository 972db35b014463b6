"""Any order of add, decide, settle, retrieve, merge, dedupe, undo and export: nothing acknowledged is lost.

A model in plain Python says after each step what must hold.
"""

from __future__ import annotations

import shutil
import tempfile
from itertools import count
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

import evigraph
from evigraph.beginning import begin
from evigraph.decisions.recording import Act, record_decisions, record_retrieval
from evigraph.decisions.standing import TITLE_ABSTRACT, current, given, retrievals, standings
from evigraph.described import Described
from evigraph.duplicates.merging import deduplicate, merge, merges, undo
from evigraph.errors import InputError
from evigraph.records.importing import Search, add_records
from evigraph.records.stored import records_in
from tests.records import RIS, written

PEOPLE = st.sampled_from(["Ann", "Ben"])
ANSWERS = st.sampled_from(["include", "exclude", "unsure"])


def entry(number: int, title: str = "") -> str:
    """A record of a publication, in RIS."""
    named = title or f"Study {number} of groups"
    return f"TY  - JOUR\nTI  - {named}\nPY  - 2001\nDO  - 10.5555/{number}\nER  - \n"


class Own(RuleBasedStateMachine):
    """A review of one's own, and what must be in it."""

    keys = Bundle("keys")
    #: A review just begun, which is copied.
    begun: Path

    @initialize()
    def begin(self) -> None:
        """Copy the review."""
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(self.begun, self.folder / "own")
        self.numbers = count()
        self.titles: dict[str, str] = {}
        self.last: dict[tuple[str, str], str] = {}
        self.settled: dict[str, str] = {}
        self.got: dict[str, bool] = {}
        self.merged: dict[str, str] = {}
        self.given = 0
        self.files = self._bytes()

    def teardown(self) -> None:
        """The review is usable at the end of a run, which is slow to tell; then the copy goes."""
        if hasattr(self, "folder"):
            assert self.review.check().conforms
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def review(self) -> evigraph.Review:
        """The review, opened anew."""
        return evigraph.open(self.folder / "own")

    @rule(target=keys, many=st.integers(1, 3), source=st.sampled_from(["PubMed", "Embase"]))
    def add(self, many: int, source: str) -> object:
        """New records; the same file again adds none."""
        numbers = [next(self.numbers) for _ in range(many)]
        texts = [entry(n) for n in numbers]
        path = written(self.folder, f"{numbers[0]}.ris", "".join(texts) + texts[0])
        added = add_records(self.review, [path], Search(source))
        assert (added.read, added.kept, added.merged, added.refused) == (many + 1, many, 1, ())
        again = add_records(self.review, [path], Search(source))
        assert (again.read, again.kept, again.merged) == (many + 1, 0, many + 1)
        new = self._new()
        assert sorted(new.values()) == sorted(f"Study {n} of groups" for n in numbers)
        return multiple(*new)

    @rule(target=keys, key=keys)
    def add_from_elsewhere(self, key: str) -> object:
        """A record of the same publication that says it in other letters is one more record."""
        number = self._number(key)
        title = f"{'STUDY' if next(self.numbers) % 2 else 'study'} {number} of Groups"
        path = written(self.folder, "other.ris", entry(number, title))
        known = title in self.titles.values()
        added = add_records(self.review, [path], Search("Scopus"))
        assert (added.read, added.kept, added.merged) == (1, int(not known), int(known))
        new = self._new()
        assert list(new.values()) == [title] * (not known)
        return multiple(*new)

    @rule()
    def add_what_is_broken(self) -> None:
        """A broken file changes no byte."""
        path = written(self.folder, "broken.ris", RIS + "TY  - JOUR\nTI  - No end\nTY  - JOUR\nER  - \n")
        before = self._bytes()
        with pytest.raises(InputError):
            add_records(self.review, [path, self.folder / "none.ris"])
        assert self._bytes() == before

    @rule(key=keys, by=PEOPLE, answer=ANSWERS)
    def decide(self, key: str, by: str, answer: str) -> None:
        """The last word of each person counts; what was said before stays in the file."""
        of_that_person = [one for one in self._group(key) if (one, by) in self.last]
        if len(of_that_person) > 1:
            return  # which of them is the last, a merge does not say
        said = record_decisions(self.review, [Act(key, answer, by, TITLE_ABSTRACT)])
        before = self.last[of_that_person[0], by] if of_that_person else None
        new, revised, unchanged = before is None, before not in (None, answer), before == answer
        assert (said.new, said.revised, said.unchanged) == (new, revised, unchanged)
        if not unchanged:
            if of_that_person:
                del self.last[of_that_person[0], by]
            self.last[self._end(key), by] = answer
        self.given += not unchanged

    @rule(key=keys, answer=ANSWERS)
    def settle(self, key: str, answer: str) -> None:
        """What ends a disagreement counts in place of it, and can be revised; without one it is refused."""
        if len(self._group(key)) > 1:
            return
        act, before = Act(key, answer, "Cy", TITLE_ABSTRACT), self.settled.get(key)
        if before is None and len({said for (on, _), said in self.last.items() if on == key}) < 2:
            with pytest.raises(InputError, match="nothing to settle"):
                record_decisions(self.review, [act], settle=True)
            return
        said = record_decisions(self.review, [act], settle=True)
        new, revised, unchanged = before is None, before not in (None, answer), before == answer
        assert (said.new, said.revised, said.unchanged) == (new, revised, unchanged)
        self.settled[key] = answer
        self.given += not unchanged

    @rule(key=keys, got=st.booleans())
    def retrieve(self, key: str, got: bool) -> None:
        """The last attempt counts."""
        day = f"2026-01-01T00:00:{len(self.got):02}"
        if key not in self.got:
            record_retrieval(self.review, key, "Ann", retrieved=got, date=day)
            self.got[key] = got

    @rule(one=keys, other=keys)
    def merge(self, one: str, other: str) -> None:
        """The second is a duplicate of the first, unless they are one already, or the same."""
        if self._end(one) == self._end(other):
            with pytest.raises(InputError):
                merge(self.review, [one, other], "Ann")
        elif not self.merged.get(other) and not self.merged.get(one):
            merge(self.review, [one, other], "Ann", "one and the same")
            self.merged[other] = one

    @rule(key=keys)
    def take_back(self, key: str) -> None:
        """A merge that is taken back leaves what was before it; where there is none, that is said."""
        into = [one for one, end in self.merged.items() if end == key]
        freed = [key] if key in self.merged else into
        if not freed:
            with pytest.raises(InputError, match="was not merged"):
                undo(self.review, key)
            return
        assert sorted(undo(self.review, key)[1]) == sorted(freed)
        for one in freed:
            del self.merged[one]

    @rule()
    def find_duplicates(self) -> None:
        """Records with one DOI become one; records with another stay apart, unless a person merged them."""
        before = {key: self._end(key) for key in self.titles}
        by_hand = {n for key in self.titles for n in self._numbers(key) if len(self._numbers(key)) > 1}
        deduplicate(self.review)
        self.merged = {one: into for one, into, _, _ in merges(self.review)}
        for key, end in before.items():
            assert self._end(key) == self._end(end)
        for number in {self._number(key) for key in self.titles} - by_hand:
            ends = {self._end(key) for key in self.titles if self._number(key) == number}
            assert len(ends) == 1
            assert self._numbers(ends.pop()) == {number}

    @rule()
    def check(self) -> None:
        """The review is usable at any time."""
        assert self.review.check().conforms

    @rule(one=consumes(keys), other=keys)
    def merge_and_take_back(self, one: str, other: str) -> None:
        """Undo restores what records, decisions and merges there were."""
        if self._end(one) == self._end(other) or {one, other} & self.merged.keys():
            return
        before = merges(self.review)
        merge(self.review, [one, other], "Ann")
        if not [end for end in self.merged.values() if end == other]:
            undo(self.review, other)
            assert merges(self.review) == before
        else:
            self.merged[other] = one

    @invariant()
    def all_is_there(self) -> None:
        """Records, decisions, retrievals and merges are those of the model."""
        graph = self.review.folder.graph
        said = Described(graph)
        assert {r.key: r.item["title"] for r in records_in(graph)} == self.titles
        key_of = {r.iri: r.key for r in records_in(graph)}
        decisions = given(said)
        assert len(decisions) == self.given
        answers: dict[str, set[str]] = {}
        for (key, _), answer in self.last.items():
            answers.setdefault(key, set()).add(answer)
        found = standings(current(decisions))
        assert {key_of[on] for on, _ in found} == set(answers) | set(self.settled)
        for (on, _), standing in found.items():
            said_of_it = answers.get(key_of[on], set())
            agreed = "" if len(said_of_it) > 1 else min(said_of_it, default="")
            assert standing.answer == self.settled.get(key_of[on], agreed)
        assert {key_of[on]: got for on, got in retrievals(said).items()} == self.got
        assert {one: into for one, into, _, _ in merges(self.review)} == self.merged

    @invariant()
    def export_is_steady(self) -> None:
        """Two exports of the review opened twice are equal, and reading changed no file."""
        before = self._bytes()
        assert self.review.export("trig") == self.review.export("trig")
        assert self._bytes() == before

    def _new(self) -> dict[str, str]:
        """The records that were not there before, which are there from now on."""
        titles = {r.key: str(r.item["title"]) for r in records_in(self.review.folder.graph)}
        new = {key: title for key, title in titles.items() if key not in self.titles}
        self.titles |= new
        return new

    def _number(self, key: str) -> int:
        """The number of the publication that a record is of."""
        return int(self.titles[key].split()[1])

    def _group(self, key: str) -> list[str]:
        """The records that are one with this one."""
        return [one for one in self.titles if self._end(one) == self._end(key)]

    def _numbers(self, key: str) -> set[int]:
        """The numbers of the records that are one with this one."""
        return {self._number(one) for one in self._group(key)}

    def _end(self, key: str) -> str:
        while key in self.merged:
            key = self.merged[key]
        return key

    def _bytes(self) -> dict[str, bytes]:
        own = self.folder / "own"
        return {str(p.relative_to(own)): p.read_bytes() for p in own.rglob("*") if p.is_file()}


def test_any_order_of_steps_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    """Few runs in ``make test``, the same each time; ``make round-trips`` tries many."""
    begin(tmp_path / "begun", bare=True)

    class Machine(Own):
        begun = tmp_path / "begun"

    runs = max(3, settings().max_examples // 50)
    run_state_machine_as_test(
        Machine, settings=settings(max_examples=runs, stateful_step_count=10, deadline=None)
    )
