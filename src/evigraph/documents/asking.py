"""Asks the questions of a review for a document, each once, and counts in their answers."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from evigraph.answers import Answer
from evigraph.documents.model import Asked, Counted, Marked, Text
from evigraph.questions import find_question
from evigraph.terms import BASIS
from evigraph.trust import Trust
from evigraph.verdicts import Screening

if TYPE_CHECKING:
    from evigraph.review import Review

#: What a statement rests on where no text makes it.
_DRAWN = ("deduced", "inferred")
Row = Mapping[str, str]


class Asking:
    """What a document asks of a review, and the answers.

    Args:
        review: The review.
        trust: Which statements count.
    """

    def __init__(self, review: Review, trust: Trust) -> None:
        self.review = review
        self.trust = trust
        self._answers: dict[str, tuple[Row, ...]] = {}
        self._stated: dict[str, tuple[Row, ...]] = {}
        self._asked: dict[str, Asked] = {}

    @property
    def asked(self) -> tuple[Asked, ...]:
        """All that was asked so far, in its order."""
        return tuple(self._asked.values())

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the questions that the review has."""
        return frozenset(path.stem for path in self.review.folder.files("queries", ".rq"))

    def rows(self, question: str, **parameters: str) -> tuple[Row, ...]:
        """The rows of a question of the review as short text without prefixes, by column.

        Raises:
            UnknownNameError: The review has no such question.
        """
        id = _id(question, parameters)
        if id not in self._answers:
            found = find_question(self.review.folder, question)
            answer = self._answer(question, self.trust, parameters)
            told = [f"--param {name}={shlex.quote(value)}" for name, value in parameters.items()]
            command = " ".join(["evigraph ask", question, *told, *self._trust_option()])
            self.note(id, found.summary, command, answer.variables, answer.bare_rows, text=found.text)
        return self._answers[id]

    def note(
        self,
        id: str,
        title: str,
        command: str,
        header: Iterable[str],
        rows: Iterable[Iterable[str]],
        *,
        text: str = "",
        stated: Iterable[Iterable[str]] | None = None,
    ) -> None:
        """Keep an answer that something else than a question of the review gave.

        Args:
            id: By which it is counted.
            title: What was asked, in words.
            command: The command that gives the same.
            header: Its columns.
            rows: Its rows.
            text: The text of the query, where there is one.
            stated: The rows by what a text states alone; the same when left out.
        """
        columns, lines = tuple(header), tuple(tuple(row) for row in rows)
        self._asked[id] = Asked(id, title, command, text, columns, lines)
        self._answers[id] = tuple(dict(zip(columns, line, strict=True)) for line in lines)
        if stated is not None:
            self._stated[id] = tuple(dict(zip(columns, tuple(line), strict=True)) for line in stated)
        elif not text:
            self._stated[id] = self._answers[id]

    def count(self, id: str, of: str, *, mark: str = "", **where: str | Iterable[str]) -> Counted:
        """How many different values a column has in the rows that fit; a blank is no value.

        Args:
            id: The question, which needs to be told nothing, or what :meth:`note` was given.
            of: The column; empty for the rows themselves.
            mark: A column that says *deduced* of rows which no text bears out, whatever statements count.
            where: Columns, with the value or values of which a row must have one.
        """
        wanted = {name: (v,) if isinstance(v, str) else tuple(v) for name, v in where.items()}
        rows = self._answers[id] if id in self._answers else self.rows(id)
        found = _values(rows, of, wanted)
        by_text = self.by_text(id) if self.trust is not Trust.STATED else rows
        stated = _values((row for row in by_text if row.get(mark) != _DRAWN[0]), of, wanted)
        differs = len(stated) if stated != found else None
        return Counted(len(found), id, of, tuple(wanted.items()), differs)

    def under(
        self, id: str, title: str, command: str, question: str, screening: Screening, stated: Screening
    ) -> None:
        """Keep the answer that a question would have if the verdicts were others.

        Args:
            id: By which it is counted.
            title: What is other, in words.
            command: The command that shows the same.
            question: A question that needs verdicts.
            screening: The other verdicts.
            stated: The same by what a text states alone.
        """
        found = find_question(self.review.folder, question)
        header, rows = self._by_verdicts(question, screening)
        _, by_text = self._by_verdicts(question, stated)
        self.note(id, title, command, header, rows, text=found.text, stated=by_text)

    def _by_verdicts(self, question: str, screening: Screening) -> tuple[Sequence[str], list[list[str]]]:
        answer = self.review.ask_by(question, screening)
        return answer.variables, answer.bare_rows

    def by_text(self, id: str) -> tuple[Row, ...]:
        """The rows of what was asked by what a text states alone."""
        if id not in self._stated:
            answer = self._answer(id, Trust.STATED, {})
            columns = answer.variables
            self._stated[id] = tuple(dict(zip(columns, row, strict=True)) for row in answer.bare_rows)
        return self._stated[id]

    def _answer(self, question: str, trust: Trust, parameters: Mapping[str, str]) -> Answer:
        answer = self.review.ask(question, query=None, trust=trust, where=question, **parameters)
        assert isinstance(answer, Answer)  # the questions of documents select rows
        return answer

    def _trust_option(self) -> list[str]:
        return [] if self.trust is Trust.DEDUCED else [f"--trust {self.trust.value}"]


def said(values: Iterable[tuple[str, str]], between: str = ", ") -> Text:
    """Values in a row, each marked when all that it rests on was deduced.

    Args:
        values: Values with what they rest on; one value may come several times.
        between: What stands between two.
    """
    bases: dict[str, set[str]] = {}
    for value, basis in values:
        bases.setdefault(value, set()).add(basis.removeprefix(BASIS))
    parts: list[str | Counted | Marked] = []
    for value, rests_on in bases.items():
        parts += [between] if parts else []
        parts.append(Marked(value) if rests_on <= set(_DRAWN) else value)
    return tuple(parts)


def _values(rows: Iterable[Row], of: str, where: Mapping[str, tuple[str, ...]]) -> set[str]:
    fitting = (row for row in rows if all(row[name] in values for name, values in where.items()))
    if not of:
        return {str(list(row.values())) for row in fitting}
    return {row[of] for row in fitting if row[of]}


def _id(question: str, parameters: Mapping[str, str]) -> str:
    return "-".join([question, *parameters.values()])
