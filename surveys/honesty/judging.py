"""Judging forms and places by what `analysis.quality` knows: the arrays that its questions need, and its answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from analysis.quality import (
    Arrivals,
    Paradata,
    PersonQuality,
    SchoolMaterial,
    SchoolQuality,
    SchoolRule,
    Thresholds,
    judge_persons,
    judge_schools,
)
from analysis.quality.certain import find_certain
from surveys.datasets import NO_SCHOOL, Dataset, Roster, Stack
from surveys.fieldwork.arrivals import SLOT, ArrivalRow, list_arrivals
from surveys.hiding import SMALLEST
from surveys.honesty.papers import Sheets, read_sheets

COMPARED = {"parent": "student"}  # whose eyes the judged group's are compared with
CERTAIN_SIGNS = ("speed_certain", "identical_reversed")  # without a device and instructed items there are no others
BUCKET = 1.0  # seconds: the pace is kept in whole ones
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Batch:
    """The forms of one version of a paper, with what can be judged of them."""

    stack: Stack
    sheets: Sheets


@dataclass(frozen=True)
class Crowd:
    """When answers came in, by group and place: joined to no answer. `digest` says which arrivals these are."""

    rows: tuple[ArrivalRow, ...]
    digest: str


def batches_of(dataset: Dataset) -> tuple[Batch, ...]:
    """Every stack that has something to judge."""
    read = ((stack, read_sheets(stack)) for stack in dataset.stacks)
    return tuple(Batch(stack, sheets) for stack, sheets in read if sheets is not None)


def load_crowd(session: Session, *, campaign_id: int) -> Crowd:
    """The arrivals that were counted."""
    rows = list_arrivals(session, campaign_id=campaign_id)
    plain = [[each.slot, each.group, each.school_id, each.completed] for each in rows]
    return Crowd(rows, hashlib.sha256(json.dumps(plain).encode()).hexdigest())


def judge_batch(batch: Batch, roster: Roster, thresholds: Thresholds) -> PersonQuality:
    """The signs of every form of one paper."""
    stack, sheets = batch.stack, batch.sheets
    place = np.where(stack.school == NO_SCHOOL, NO_SCHOOL, stack.group * len(roster.school_ids) + stack.school)
    return judge_persons(
        sheets.answers,
        reversed_items=sheets.reversed_items,
        scale=sheets.scale,
        dimension=sheets.dimension,
        paradata=Paradata(seconds=_known(stack.pace), bucket=BUCKET, school=place),
        thresholds=thresholds,
    )


def find_certain_forms(
    dataset: Dataset, thresholds: Thresholds | None = None, signs: Iterable[str] = CERTAIN_SIGNS
) -> Flags:
    """(n,) the forms with one of these certain signs, in the order of the sample; a second for a million."""
    certain = np.zeros(dataset.sample.group.size, bool)
    for batch in batches_of(dataset):
        found = find_certain(
            batch.sheets.answers,
            reversed_items=batch.sheets.reversed_items,
            seconds=_known(batch.stack.pace),
            thresholds=thresholds,
        )
        certain[batch.stack.rows] = np.logical_or.reduce([found[name] for name in signs])
    return certain


def judge_group(
    dataset: Dataset,
    batches: Sequence[Batch],
    place: int,
    group: str,
    crowd: Crowd,
    *,
    rule: SchoolRule,
    seed: int,
) -> SchoolQuality | None:
    """The schools by the forms that `group` filled in of the batch at `place`; None where no school has enough.

    One paper at a time, since papers differ in what they ask. The seed derives from the data, so that nobody can look
    again and again until a school comes out as they like.
    """
    roster, own = dataset.roster, batches[place]
    inside = (own.stack.group == roster.groups.index(group)) & (own.stack.school != NO_SCHOOL)
    schools = len(roster.school_ids)
    if not np.any(np.bincount(own.stack.school[inside], minlength=schools) >= rule.least):
        return None
    other = _compared(batches, roster, group, own)
    blocks = [(own, inside), *other]
    material = SchoolMaterial(
        answers=_side_by_side([each.sheets.answers[chosen] for each, chosen in blocks]),
        school=np.concatenate([each.stack.school[chosen] for each, chosen in blocks]),
        schools=schools,
        reversed_items=_turned([each.sheets for each, _ in blocks]),
        scale=own.sheets.scale,
        group=np.repeat([0, 1], [int(inside.sum()), sum(int(chosen.sum()) for _, chosen in other)]),
        judged=0,
        compared=1 if other else None,
        seconds=_known(np.concatenate([each.stack.pace[chosen] for each, chosen in blocks])),
        arrivals=_arrivals(crowd, roster, group),
        enrolled=_enrolled(roster, group, _others(batches, place, group, roster)),
        told=_known(np.concatenate([each.sheets.told[chosen] for each, chosen in blocks])),
        repeats=_known(np.concatenate([each.sheets.repeats[chosen] for each, chosen in blocks])),
    )
    return judge_schools(material, rng=np.random.default_rng([seed, place, roster.groups.index(group)]), rule=rule)


def _compared(batches: Iterable[Batch], roster: Roster, group: str, own: Batch) -> list[tuple[Batch, Flags]]:
    """The forms of the group that `group` is compared with, as far as they are on the same scale."""
    name = COMPARED.get(group)
    if name not in roster.groups:
        return []
    found = [
        (each, (each.stack.group == roster.groups.index(name)) & (each.stack.school != NO_SCHOOL))
        for each in batches
        if each.sheets.scale == own.sheets.scale
    ]
    return [(each, chosen) for each, chosen in found if chosen.any()]


def _side_by_side(blocks: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """The forms of several papers as one table: each has columns of its own, and blanks in those of the others."""
    table = np.zeros((sum(len(each) for each in blocks), sum(each.shape[1] for each in blocks)), np.uint8)
    row = column = 0
    for block in blocks:
        table[row : row + len(block), column : column + block.shape[1]] = block
        row, column = row + len(block), column + block.shape[1]
    return table


def _turned(sheets: Sequence[Sheets]) -> tuple[int, ...]:
    begins = np.cumsum([0, *(each.answers.shape[1] for each in sheets)])
    return tuple(int(begin) + item for begin, each in zip(begins, sheets, strict=False) for item in each.reversed_items)


def _arrivals(crowd: Crowd, roster: Roster, group: str) -> Arrivals | None:
    """Answers of the group by school and slot, since the first slot. At places of few people all come at midnight."""
    many = _enrolled(roster, group, np.zeros(len(roster.school_ids))) >= SMALLEST
    place = {school: at for at, school in enumerate(roster.school_ids) if many[at]}
    own = [each for each in crowd.rows if each.group == group and each.school_id in place and each.completed > 0]
    if not own:
        return None
    first, times = min(each.slot for each in own), [each.completed for each in own]
    school = np.repeat([place[each.school_id or 0] for each in own], times)
    moment = np.repeat([float((each.slot - first) * SLOT) for each in own], times)
    return Arrivals(school, moment, float(SLOT))


def _enrolled(roster: Roster, group: str, others: Floats) -> Floats:
    """(S,) people of the group at each school but for `others`; NaN where the frame says nothing."""
    people, cells = np.full(len(roster.school_ids), np.nan), roster.population
    own = (cells.group == roster.groups.index(group)) & (cells.school >= 0)
    people[cells.school[own]] = cells.size[own]
    return np.maximum(people - others, 0)


def _others(batches: Sequence[Batch], place: int, group: str, roster: Roster) -> Floats:
    """(S,) forms of the group on other papers."""
    counts = np.zeros(len(roster.school_ids))
    for at, each in enumerate(batches):
        inside = (each.stack.group == roster.groups.index(group)) & (each.stack.school != NO_SCHOOL)
        if at != place:
            counts += np.bincount(each.stack.school[inside], minlength=counts.size)
    return counts


def _known(column: Floats) -> Floats | None:
    """None where nothing is known of anybody."""
    return None if np.isnan(column).all() else column
