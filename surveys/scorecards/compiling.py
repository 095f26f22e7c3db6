"""From a scorecard and the papers of a campaign to the rule that arithmetic follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.frame import MISSING, NOT_ASKED
from analysis.rule import ItemRule, MajorityRule, ScoringRule
from surveys.errors import Problem, SurveyError
from surveys.instruments.model import Instrument, Item, Scale
from surveys.scorecards.model import ItemScore, ScaleScore, Scorecard

BEST = 100.0
NEUTRAL = 50.0  # the middle of the scale: half a satisfied answer
CODES = 256
PLAIN = ItemScore()


def compile_rule(scorecard: Scorecard, *, number: int, instruments: Sequence[Instrument]) -> ScoringRule:
    """The rule of version `number` of `scorecard` over the scored items of all `instruments`.

    Raises SurveyError(`scorecard.uncovered`) with everything in the papers that the scorecard does not provide for.
    """
    problems = list(_misfits(scorecard, instruments))
    if problems:
        raise SurveyError("scorecard.uncovered", "invalid", problems, name=scorecard.name)
    items = tuple(_item_rule(scorecard, item) for item in scored_items(scorecard, instruments))
    named = dict.fromkeys(each.dimension for each in items if each.dimension is not None)
    respondent = scorecard.respondent
    return ScoringRule(
        name=scorecard.name,
        version=number,
        measure=scorecard.measure,
        items=items,
        unit=scorecard.unit,
        dimension_weight=dict.fromkeys(named, 1.0) if scorecard.dimensions is None else dict(scorecard.dimensions),
        grouping=scorecard.grouping,
        group_weight=dict(scorecard.groups),
        denominator=scorecard.denominator,
        decimals=scorecard.decimals,
        threshold=scorecard.threshold,
        comparison=scorecard.comparison,
        bands=tuple((band.lowest, band.id) for band in scorecard.bands),
        respondent_threshold=None if respondent is None else respondent.threshold,
        respondent_minimum=1 if respondent is None else respondent.minimum,
        least_return=scorecard.least_return,
        by_dimension=scorecard.by_dimension,
    )


def compile_majority(scorecard: Scorecard, *, scale: Scale) -> MajorityRule:
    """The majority rule of `scorecard` for votes on `scale`.

    Raises SurveyError(`scorecard.no_majority`), or `scorecard.uncovered` where no level names the scale.
    """
    majority = scorecard.majority
    if majority is None:
        raise SurveyError("scorecard.no_majority", "invalid", name=scorecard.name)
    *levels, last = majority.levels
    if not any(scale.name in level.options for level in levels):
        problem = Problem("scorecard.scale_uncovered", value=scale.name, params={"scale": scale.name, "items": ""})
        raise SurveyError("scorecard.uncovered", "invalid", [problem], name=scorecard.name)
    votes = tuple((level.id, level.options.get(scale.name, frozenset())) for level in levels)
    return MajorityRule(votes, last.id, majority.share)


def scored_items(scorecard: Scorecard, instruments: Sequence[Instrument]) -> tuple[Item, ...]:
    """The items that count, each once, in the order of the papers. Weight 0 leaves an item out."""
    return tuple(item for item in _union(instruments).values() if scorecard.items.get(item.id, PLAIN).weight > 0)


def _union(instruments: Sequence[Instrument]) -> dict[str, Item]:
    union: dict[str, Item] = {}
    for _, item in _asked(instruments):
        union.setdefault(item.id, item)
    return union


def _asked(instruments: Sequence[Instrument]) -> Iterator[tuple[Instrument, Item]]:
    return ((paper, item) for paper in instruments for item in paper.items if item.scored)


# One item


def _item_rule(scorecard: Scorecard, item: Item) -> ItemRule:
    own = scorecard.items.get(item.id, PLAIN)
    direction = item.direction if own.direction is None else own.direction
    score = scorecard.scales[item.scale.name]
    score = score.mirrored() if direction == -1 else score
    values = _values(scorecard, score, item.scale)
    return ItemRule(
        item=item.id,
        dimension=item.dimension,
        values=values,
        positive=score.positive,
        weight=own.weight,
        overall=item.role == "overall",
        dont_know=item.scale.dont_know,
        codes=item.scale.codes,
    )


def _values(scorecard: Scorecard, score: ScaleScore, scale: Scale) -> NDArray[np.float64]:
    values = np.full(CODES, np.nan)
    if scorecard.measure == "share":
        for code in score.options:
            values[code] = BEST if code in score.positive else 0.0
    else:
        for code, points in score.worth.items():
            values[code] = float(points)
    treatment = {"exclude": np.nan, "neutral": NEUTRAL, "zero": 0.0}
    for code in scale.dont_know:
        values[code] = treatment[scorecard.dont_know]
    values[MISSING] = treatment[scorecard.missing]
    values[NOT_ASKED] = np.nan
    return values


# What does not fit


def _misfits(scorecard: Scorecard, instruments: Sequence[Instrument]) -> Iterator[Problem]:
    items = scored_items(scorecard, instruments)
    yield from _conflicts(instruments)
    yield from _scale_misfits(scorecard, items)
    yield from _unweighted(scorecard, items)
    known = _union(instruments)
    for name in scorecard.items:
        if name not in known:
            yield Problem("scorecard.item_unknown", path=f"items.{name}", value=name)
    if not items:
        yield Problem("scorecard.nothing_scored")
    elif scorecard.unit == "overall" and not any(item.role == "overall" for item in items):
        yield Problem("scorecard.overall_missing")


def _conflicts(instruments: Sequence[Instrument]) -> Iterator[Problem]:
    """The same id must be the same question wherever it stands: answers to it are counted together."""
    first: dict[str, tuple[str, object]] = {}
    for paper, item in _asked(instruments):
        sense = (item.role, item.dimension, item.direction, item.scale.name, item.scale.codes, item.scale.dont_know)
        where, before = first.setdefault(item.id, (paper.name, sense))
        if before != sense:
            yield Problem("scorecard.item_conflict", value=item.id, params={"first": where, "second": paper.name})


def _scale_misfits(scorecard: Scorecard, items: Sequence[Item]) -> Iterator[Problem]:
    asked: dict[tuple[str, frozenset[int], frozenset[int]], list[str]] = {}
    for item in items:
        scale = (item.scale.name, item.scale.codes, item.scale.dont_know)
        asked.setdefault(scale, []).append(item.id)
    for (name, codes, dont_know), ids in asked.items():
        if name in scorecard.scales:
            yield from _option_misfits(scorecard.scales[name], name, codes, dont_know)
        else:
            params = {"scale": name, "items": ", ".join(ids)}
            yield Problem("scorecard.scale_uncovered", path="scales", value=name, params=params)


def _option_misfits(
    score: ScaleScore, name: str, codes: frozenset[int], dont_know: frozenset[int]
) -> Iterator[Problem]:
    listed = frozenset(score.options)
    misfits = (
        ("scorecard.option_uncovered", codes - dont_know - listed),
        ("scorecard.option_unknown", listed - codes),
        ("scorecard.dont_know_scored", listed & dont_know),
    )
    for problem, wrong in misfits:
        for code in sorted(wrong):
            yield Problem(problem, path=f"scales.{name}", value=str(code), params={"scale": name})


def _unweighted(scorecard: Scorecard, items: Sequence[Item]) -> Iterator[Problem]:
    if scorecard.dimensions is None:
        return
    named = dict.fromkeys(item.dimension for item in items if item.dimension is not None)
    for dimension in named:
        if dimension not in scorecard.dimensions:
            yield Problem("scorecard.dimension_uncovered", path="dimensions", value=dimension)
