"""A score as plain data: what is stored, printed as JSON and shown.

Values, standard errors and limits are from 0 to 100; what is not defined is None; nothing is rounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from math import isfinite
from typing import Any

from analysis.results import Estimate
from analysis.rule import ScoringRule
from analysis.scoring import Score, ScoreRow, Silence, round_half_up
from analysis.uncertainty import CompositeBounds
from surveys.datasets import Roster
from surveys.evaluations.asking import Asking, plain_asked
from surveys.evaluations.weighing import Weighed
from surveys.instruments.model import Instrument, Item

Plain = dict[str, Any]
SCALE = 100.0
ESTIMATE = tuple(each.name for each in fields(Estimate) if each.name != "notices")


def plain_result(
    score: Score,
    rule: ScoringRule,
    weighed: Weighed,
    *,
    roster: Roster,
    instruments: Sequence[Instrument],
    responses: Mapping[str, int],
    asking: Asking,
) -> Plain:
    """Everything that `score` says, with the names and head-counts that belong to it; `responses` are by group.

    `response_rate` is of the people of the frame; `rate` is of those who were asked where a list says who they are, and
    `rate_kind` says which: a response rate, or participation. Older results have neither.
    """
    items = _items_by_id(instruments)
    return {
        "composite": _estimate(score.composite),
        "pooled": _estimate(score.pooled),
        "term": None if score.term is None else _estimate(score.term),
        "silence": None if score.silence is None else _silence(score.silence),
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
        "notices": [asdict(notice) for notice in (*weighed.notices, *score.notices)],
        "weights": weighed.plain,
        "groups": list(_groups(score, roster, responses, asking)),
        "dimensions": [
            {"dimension": row.dimension, "group": row.group, **_numbers(row)} for row in _about(score, "dimension")
        ],
        "items": [_item(row, items[row.item or ""]) for row in _about(score, "item")],
        "schools": list(_schools(score, roster, asking)),
    }


def _rounded(score: Score, rule: ScoringRule) -> Mapping[str, str | None]:
    """As published: half up, as many decimals as the scorecard says."""
    published = {"composite": score.composite.value, "pooled": score.pooled.value}
    return {
        name: None if value is None else str(round_half_up(value, rule.decimals)) for name, value in published.items()
    }


def _silence(silence: Silence) -> Plain:
    """Limits and gaps from 0 to 100, response rates from 0 to 1."""
    bounds, whole = silence.bounds, silence.composite
    columns = (bounds.low * SCALE, bounds.high * SCALE, bounds.tipping_gap * SCALE, bounds.response_rate)
    return {
        "composite": None if whole is None else _bounds(whole),
        "groups": [
            {"group": group, **dict(zip(("low", "high", "tipping_gap", "response_rate"), _defined(each), strict=True))}
            for group, *each in zip(silence.groups, *(column.tolist() for column in columns), strict=True)
        ],
    }


def _bounds(whole: CompositeBounds) -> Plain:
    gap = None if whole.tipping_gap is None else whole.tipping_gap * SCALE
    reachable = "out_of_reach" not in {notice.code for notice in whole.notices}
    limits = {"low": whole.low * SCALE, "high": whole.high * SCALE}
    return {**limits, "tipping_gap": gap, "response_rate": whole.response_rate, "reachable": reachable}


def _defined(numbers: Iterable[float]) -> list[float | None]:
    return [number if isfinite(number) else None for number in numbers]


def _about(score: Score, subject: str) -> Iterator[ScoreRow]:
    return (row for row in score.rows if getattr(row, subject) is not None)


def _groups(score: Score, roster: Roster, responses: Mapping[str, int], asking: Asking) -> Iterator[Plain]:
    for row in score.rows:
        if row.group is None or (row.school, row.dimension, row.item) != (None, None, None):
            continue
        answered, people = responses.get(row.group, 0), roster.by_group.get(row.group)
        rate = answered / people if people else None
        yield {
            "group": row.group,
            "responses": answered,
            "population": people,
            "response_rate": rate,
            **plain_asked(asking, (row.group, None), rate=rate),
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


def _schools(score: Score, roster: Roster, asking: Asking) -> Iterator[Plain]:
    people = _people_at_schools(roster)
    for row in _about(score, "school"):
        code = row.school or ""
        about = {"school": code, "name": roster.school_names[code], "group": row.group}
        size, numbers = people.get((code, row.group)), _numbers(row)
        asked = plain_asked(asking, (row.group, code), rate=numbers["n"] / size if size else None)
        yield {**about, "population": size, **asked, **numbers}


def _people_at_schools(roster: Roster) -> dict[tuple[str, str | None], int]:
    """Of each school, and of each group at a school, how many the frame knows."""
    found: Counter[tuple[str, str | None]] = Counter()
    cells = roster.population
    for group, school, size in zip(cells.group.tolist(), cells.school.tolist(), cells.size.tolist(), strict=True):
        if school >= 0:
            found[roster.school_codes[school], None] += int(size)
            found[roster.school_codes[school], roster.groups[group]] += int(size)
    return dict(found)


def _shares(row: ScoreRow) -> Plain:
    return {"dont_know": row.dont_know, "missing": row.missing}


def _numbers(row: ScoreRow) -> Plain:
    return _estimate(row.estimate)


def _estimate(estimate: Estimate) -> Plain:
    """Field by field, since `asdict` copies all it finds and takes ten times as long."""
    return {
        **{name: getattr(estimate, name) for name in ESTIMATE},
        "notices": [asdict(notice) for notice in estimate.notices],
    }


def _items_by_id(instruments: Sequence[Instrument]) -> dict[str, Item]:
    return {item.id: item for instrument in instruments for item in instrument.items}
