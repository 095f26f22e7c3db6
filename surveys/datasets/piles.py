"""Responses put in order: a pile for each version of a paper, in it a run of sheets for each group and school."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.design import number
from surveys.campaigns import papers_of
from surveys.datasets.reading import NOBODY_KNOWS, NONE, Rows
from surveys.datasets.rosters import NO_SCHOOL, Roster
from surveys.errors import SurveyError
from surveys.groups import GROUPS
from surveys.instruments.model import Instrument
from surveys.models import CampaignPaper, InstrumentVersion

Integers = NDArray[np.int64]
Answers = NDArray[np.uint8]


@dataclass(frozen=True)
class Version:
    """The version of a paper that a campaign asks. `digest` is that of its content."""

    id: int
    name: str  # paper@number
    digest: str
    instrument: Instrument


@dataclass(frozen=True)
class Pile:
    """All sheets of one version: C runs, one for each group and school, one after another; the sheets of each sorted.

    group : (C,) position in the roster's groups; school : (C,) in its schools, -1 for none; size : (C,) sheets
    answers : (n, J) one byte an item in the order of the version's code frame
    beside : (n, k) what was read beside the answers, in the same order
    """

    version: Version
    group: Integers
    school: Integers
    size: Integers
    answers: Answers
    beside: Answers


def load_versions(session: Session, *, campaign_id: int) -> tuple[Version, ...]:
    """What the campaign asks, each version once, in the order of groups and papers."""
    asked = InstrumentVersion.id.in_(
        select(CampaignPaper.version_id).where(CampaignPaper.campaign_id == campaign_id).distinct()
    )
    rows = session.execute(select(InstrumentVersion.id, InstrumentVersion.digest).where(asked))
    digests = {key: digest for key, digest in rows}  # noqa: C416 - rows, not pairs
    papers = {paper.version_id: paper for paper in papers_of(session, campaign_id=campaign_id)}
    return tuple(
        Version(key, f"{paper.instrument.name}@{paper.number}", digests[key], paper.instrument)
        for key, paper in papers.items()
    )


def make_piles(rows: Rows, versions: Sequence[Version], roster: Roster) -> tuple[Pile, ...]:
    """Sort the rows; versions that nobody answered have no pile.

    Raises SurveyError(`responses.misfit`) where there are rows of other groups or versions, or of another length.
    """
    version = _places([each.id for each in versions], rows.version)
    width = np.array([len(each.instrument.items) for each in versions], np.int64)[version]
    if (rows.group == NOBODY_KNOWS).any() or (version < 0).any() or width.sum() != rows.answers.size:
        raise SurveyError("responses.misfit", "conflict")
    school = _places([NONE, *roster.school_ids], rows.school) - 1
    schools = len(roster.school_ids) + 1
    label, cell = number((version * len(GROUPS) + rows.group) * schools + np.maximum(school, NO_SCHOOL) + 1)
    order = np.argsort(cell.astype(np.min_scalar_type(label.size)), kind="stable")
    start, size = (np.cumsum(width) - width)[order], np.bincount(cell, minlength=label.size)
    group = np.array([roster.groups.index(name) if name in roster.groups else NO_SCHOOL for name in GROUPS])
    piles, begin = [], 0
    for place, each in enumerate(versions):
        own = label // (len(GROUPS) * schools) == place
        end = begin + int(size[own].sum())
        if end > begin:
            sheets = _windows(rows.answers, start[begin:end], len(each.instrument.items))
            sheets = _sort(np.hstack([sheets, rows.beside[order[begin:end]]]), size[own])
            answers, beside = np.split(sheets, [len(each.instrument.items)], axis=1)
            places = group[label[own] // schools % len(GROUPS)], label[own] % schools - 1
            piles.append(Pile(each, *places, size[own], np.ascontiguousarray(answers), beside))
        begin = end
    return tuple(piles)


def _places(known: Sequence[int], values: NDArray[np.int32]) -> Integers:
    """Where each value is in `known`; -1 where it is not."""
    table = np.full(max([*known, int(values.max(initial=0))]) + 1, -1)
    table[known] = np.arange(len(known))
    return table[values]


def _windows(answers: Answers, start: Integers, width: int) -> Answers:
    """(n, J) the sheets that begin at `start`."""
    windows = np.ndarray(answers.size - width + 1, f"S{width}", answers, strides=(1,))
    return windows[start].view(np.uint8).reshape(-1, width)


def _sort(sheets: Answers, size: Integers) -> Answers:
    """The sheets, sorted as byte strings within runs of `size`: by their answers, then by what stands beside them."""
    width = sheets.shape[1]
    strings = np.ascontiguousarray(sheets).view(f"S{width}").ravel()
    ends = np.cumsum(size)
    for begin, end in zip(ends - size, ends, strict=True):
        strings[begin:end].sort()
    return strings.view(np.uint8).reshape(-1, width)


def digest_of(piles: Iterable[Pile], roster: Roster) -> str:
    """SHA-256 of what was answered, whatever the database, the order of rows and the ids they have there.

    It is taken over the runs in the order of version digest, group and school code; of each, a line of JSON (version
    digest, group, school code or null, sheets) and then its sheets, one byte an item, sorted as byte strings.
    """
    content = hashlib.sha256()
    for (digest, group, school), sheets in sorted(_runs(piles, roster), key=lambda run: run[0]):
        content.update(json.dumps([digest, group, school or None, len(sheets)], ensure_ascii=False).encode() + b"\n")
        content.update(sheets.data)
    return content.hexdigest()


def _runs(piles: Iterable[Pile], roster: Roster) -> Iterator[tuple[tuple[str, str, str], Answers]]:
    codes = (*roster.school_codes, "")  # the last where the position is -1
    for pile in piles:
        ends = np.cumsum(pile.size)
        for group, school, begin, end in zip(pile.group, pile.school, ends - pile.size, ends, strict=True):
            yield (pile.version.digest, roster.groups[group], codes[school]), pile.answers[begin:end]
