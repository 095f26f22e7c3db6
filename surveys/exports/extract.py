"""What is to be written into a file: variables, and their columns a stretch of rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from surveys.exports.model import Dictionary, Variable

Column = NDArray[Any]
STRETCH = 50_000  # rows at a time


@dataclass(frozen=True)
class Extract:
    """A table of `rows` rows.

    read  : the columns of rows `begin` to `end` by name, in the order of the variables: integers of 16 or 32 bits,
            float64 with NaN for what is empty, or text
    facts : what the file is of (campaign, evaluation, digests, …), for its metadata
    """

    dictionary: Dictionary
    rows: int
    read: Callable[[int, int], Mapping[str, Column]]
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> tuple[Variable, ...]:
        return self.dictionary.variables

    def stretches(self, rows: int = STRETCH) -> Iterator[Mapping[str, Column]]:
        """The whole table, `rows` rows at a time; once without any where there are none."""
        for begin in range(0, max(self.rows, 1), rows):
            yield self.read(begin, min(begin + rows, self.rows))


def label_in(text: Mapping[str, str], language: str) -> str:
    """A text in a language, else in the first that it has."""
    return text.get(language) or next(iter(text.values()), "")
