"""An evaluation as it may be shown: figures, with what must not be shown taken out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from surveys.evaluations import EvaluationView

Plain = Mapping[str, Any]
Kind = Literal["composite", "pooled", "beside", "term", "group", "dimension", "item", "school", "cell"]
Hidden = Literal["", "few", "rate"]
Bound = Literal["", "above", "below"]
RateKind = Literal["", "response", "participation", "mixed"]


@dataclass(frozen=True)
class Figure:
    """One estimate with what it is about, from 0 to 100; rates, weights and shares from 0 to 1.

    `kind` names the table that it belongs to; a dimension or item with a `group` is that group's alone, a `cell` is a
    group at a school. `name` is a school's, `text` an item's by language.

    hidden   : "few" where the figure is about too few people or would let one about too few be computed (which of both
        is never told): then all numbers are None. "rate" where too few of those asked answered and the rule blocks:
        then it is known how many they are, and nothing of what they said
    rate     : responses by those who were asked where a list says who they are ("response" in `rate_kind`), else by the
               people of the frame ("participation"); "mixed" of groups with and without a list together, "" where an
               older evaluation does not say
    bound    : "above" or "below" where all answered so much alike that only a limit is told, which is `value`; then
        there is no interval
    decimals : with how many `value` is printed; it is rounded already, halves up, but for composite, pooled, term and
        beside where every group of the county is shown
    caveats  : stable codes of what must stand beside the figure: "low_rate", "low_precision", "few_schools"
    """

    kind: Kind
    n: int | None
    n_eff: float | None
    df: int | None
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    level: float
    interval: str
    group: str | None = None
    dimension: str | None = None
    item: str | None = None
    school: str | None = None
    name: str | None = None
    text: Mapping[str, str] | None = None
    overall: bool = False
    weight: float | None = None
    population: int | None = None
    responses: int | None = None
    rate: float | None = None
    rate_kind: RateKind = ""
    dont_know: float | None = None
    missing: float | None = None
    hidden: Hidden = ""
    bound: Bound = ""
    decimals: int = 2
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Publication:
    """Everything that may be shown of one evaluation.

    `groups`, `dimensions` and `items` are of the county; `by_group` are dimensions and items of each group alone;
    `schools` in the order of their codes, `cells` school by group; both are empty where the rule shows none. `facts` is
    what else the evaluation's result says of the whole county, in the same shape (verdict, threshold, rounded, notices,
    silence, weights, excluded, beside); what is hidden there is None, or left out.
    """

    evaluation: EvaluationView
    rule: str  # name@number of the publication rule
    smallest: int  # people that a figure must be about
    least_rate: float  # response rate, 0 to 1, under which a figure has a caveat or is blocked
    composite: Figure
    pooled: Figure
    term: Figure | None
    beside: Figure | None
    groups: tuple[Figure, ...]
    dimensions: tuple[Figure, ...]
    items: tuple[Figure, ...]
    by_group: tuple[Figure, ...]
    schools: tuple[Figure, ...]
    cells: tuple[Figure, ...]
    facts: Plain

    def __iter__(self) -> Iterator[Figure]:
        """All figures, in the order in which they are exported."""
        yield from (each for each in (self.composite, self.pooled, self.term, self.beside) if each is not None)
        for table in (self.groups, self.dimensions, self.items, self.by_group, self.schools, self.cells):
            yield from table

    @property
    def open_schools(self) -> frozenset[str]:
        """Codes of the schools of which something may be shown."""
        return frozenset(str(each.school) for each in self.schools if not each.hidden)
