"""Head-counts beside the sample: how many were given a paper, how many there are, and what came back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.frame import Named, Population
from analysis.results import Notice
from analysis.rule import ScoringRule


@dataclass(frozen=True)
class HeadCounts:
    """Per group: the people against whom answers are counted.

    size     : head-count by group, of papers given out where known, else of the frame; empty where neither is known
    factor   : (G,) return rate that multiplies a mean over those who answered; 1 for the denominator `valid`
    factor_pooled : the same over all groups
    """

    size: Mapping[str, int]
    factor: NDArray[np.float64]
    factor_pooled: float
    notices: tuple[Notice, ...]

    def check_return(self, answered: Mapping[str, int], least: float | None) -> Iterator[Notice]:
        """Whether enough came back with a valid answer, for each group and (group None) over all."""
        if least is None:
            return
        known = {group: count for group, count in self.size.items() if count > 0 and group in answered}
        if not known:
            yield Notice("return_unknown", {"least": least})
            return
        shares: dict[str | None, float] = {None: sum(answered[group] for group in known) / sum(known.values())}
        shares.update({group: answered[group] / count for group, count in known.items()})
        for group, share in shares.items():
            if share < least:
                yield Notice("low_return", {"group": group, "share": share, "least": least})


def count_heads(
    names: Named,
    answers: NDArray[np.int64],
    rule: ScoringRule,
    population: Population | None,
    issued: Mapping[str, int] | None,
) -> HeadCounts:
    """Head-counts of the groups, and the return rates where the rule counts against them.

    `answers` (G,) is how many people of each group answered.
    """
    roster = None if population is None else _roster(names, population)
    size = {**(roster or {}), **(issued or {})}
    ones = np.ones(len(names.groups))
    if rule.denominator == "valid":
        return HeadCounts(size, ones, 1.0, ())
    counts = issued if rule.denominator == "issued" else roster
    wanted = {group: int(answers[place]) for place, group in enumerate(names.groups) if answers[place]}
    lacking = [group for group in wanted if not (counts or {}).get(group)]
    if counts is None or lacking:
        hint = "give the head-counts beside the sample, or score by valid answers"
        raise AnalysisError(
            "score",
            f"head-counts for the denominator {rule.denominator}",
            f"none for {', '.join(lacking) or 'any group'}",
            hint,
        )
    notices = tuple(
        Notice("more_answers_than_head_count", {"group": group, "answers": n, "head_count": counts[group]})
        for group, n in wanted.items()
        if n > counts[group]
    )
    factor = np.array(
        [wanted.get(group, 0) / max(counts.get(group, 0), wanted.get(group, 0), 1) for group in names.groups]
    )
    heads = sum(max(counts.get(group, 0), wanted.get(group, 0)) for group in names.groups)
    return HeadCounts(size, factor, sum(wanted.values()) / heads, notices)


def _roster(names: Named, population: Population) -> dict[str, int]:
    people = np.bincount(population.group, weights=population.size, minlength=len(names.groups))
    return {group: int(count) for group, count in zip(names.groups, people, strict=True)}
