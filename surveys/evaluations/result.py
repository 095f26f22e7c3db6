"""A score as plain data: what is stored, printed as JSON and shown.

Values, standard errors and limits are from 0 to 100; what is not defined is None; nothing is rounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from analysis.results import Notice
from analysis.rule import ScoringRule
from analysis.scoring import Score, ScoreRow, round_half_up
from surveys.datasets import Dataset
from surveys.instruments.model import Instrument, Item

Plain = dict[str, Any]


def plain_result(score: Score, rule: ScoringRule, dataset: Dataset, notices: Sequence[Notice]) -> Plain:
    """Everything that `score` says, with the names and head-counts that belong to it."""
    items = _items_by_id(dataset.instruments)
    return {
        "composite": asdict(score.composite),
        "pooled": asdict(score.pooled),
        "rounded": _rounded(score, rule),
        "verdict": score.verdict,
        "verdict_pooled": score.verdict_pooled,
        "reached": score.reached,
        "threshold": score.threshold,
        "comparison": score.comparison,
        "band": score.band,
        "level": score.level,
        "decimals": rule.decimals,
        "comparable": score.comparable,
        "missing_groups": list(score.missing_groups),
        "group_weights": dict(score.group_weight),
        "notices": [asdict(notice) for notice in (*notices, *score.notices)],
        "groups": list(_groups(score, dataset)),
        "dimensions": [
            {"dimension": row.dimension, "group": row.group, **_numbers(row)} for row in _about(score, "dimension")
        ],
        "items": [_item(row, items[row.item or ""]) for row in _about(score, "item")],
        "schools": [_school(row, dataset) for row in _about(score, "school")],
    }


def _rounded(score: Score, rule: ScoringRule) -> Mapping[str, str | None]:
    """As published: half up, as many decimals as the scorecard says."""
    published = {"composite": score.composite.value, "pooled": score.pooled.value}
    return {
        name: None if value is None else str(round_half_up(value, rule.decimals)) for name, value in published.items()
    }


def _about(score: Score, subject: str) -> Iterator[ScoreRow]:
    return (row for row in score.rows if getattr(row, subject) is not None)


def _groups(score: Score, dataset: Dataset) -> Iterator[Plain]:
    answered = Counter(dataset.sample.group.tolist())
    for row in score.rows:
        if row.group is None or (row.school, row.dimension, row.item) != (None, None, None):
            continue
        responses = answered[dataset.sample.groups.index(row.group)]
        people = dataset.roster.by_group.get(row.group)
        yield {
            "group": row.group,
            "responses": responses,
            "population": people,
            "response_rate": responses / people if people else None,
            **_shares(row),
            **_numbers(row),
        }


def _item(row: ScoreRow, item: Item) -> Plain:
    return {
        "item": item.id,
        "group": row.group,
        "dimension": item.dimension,
        "overall": item.role == "overall",
        "text": dict(item.text),
        **_shares(row),
        **_numbers(row),
    }


def _school(row: ScoreRow, dataset: Dataset) -> Plain:
    code = row.school or ""
    return {"school": code, "name": dataset.roster.school_names[code], "group": row.group, **_numbers(row)}


def _shares(row: ScoreRow) -> Plain:
    return {"dont_know": row.dont_know, "missing": row.missing}


def _numbers(row: ScoreRow) -> Plain:
    return asdict(row.estimate)


def _items_by_id(instruments: Sequence[Instrument]) -> dict[str, Item]:
    return {item.id: item for instrument in instruments for item in instrument.items}
