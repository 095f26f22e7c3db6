"""Collecting what is wrong with a table, so that a hundred thousand bad cells are still a list that can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from surveys.errors import Problem, SurveyError, shorten

EACH = 20  # times the same problem (code, column, value) is listed with its row before it is only counted
DISTINCT = 500  # different problems that are listed

Key = tuple[str, str | None, str | None]


class Findings:
    """Problems of one table from its top to its end. Nothing is dropped unsaid: what is not listed is counted."""

    def __init__(self, sheet: str | None = None) -> None:
        self.sheet = sheet
        self._listed: list[Problem] = []
        self._counts: Counter[Key] = Counter()
        self._beyond = 0

    def __bool__(self) -> bool:
        return bool(self._counts)

    def add(
        self,
        code: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        line: int | None = None,
        params: Mapping[str, object] | None = None,
    ) -> None:
        """Note a problem. `value` is what stands in the cell, `line` a line of the text where there are no rows yet."""
        found = None if value is None else shorten(value)
        key = (code, column, found)
        if key not in self._counts and len(self._counts) >= DISTINCT:
            self._beyond += 1
            return
        self._counts[key] += 1
        if self._counts[key] <= EACH:
            place = {"sheet": self.sheet, "column": column, "value": found}
            self._listed.append(Problem(code, **place, line=line, row=row, params=params or {}))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was listed, then how often what was listed came again, then how much was not listed at all."""
        again = [
            Problem("table.more_like_it", sheet=self.sheet, column=column, value=value, params={"count": count - EACH})
            for (_, column, value), count in self._counts.items()
            if count > EACH
        ]
        if self._beyond:
            again.append(Problem("table.more_problems", sheet=self.sheet, params={"count": self._beyond}))
        listed = sorted(self._listed, key=lambda each: each.line or each.row or 0)
        return (*listed, *again)

    def refuse(self, code: str, **params: object) -> None:
        """Raise SurveyError(`code`) if anything was found."""
        if self:
            raise SurveyError(code, "invalid", self.problems, **params)
