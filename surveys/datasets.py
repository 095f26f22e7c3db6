"""From rows to arrays: the one place where stored responses become what `analysis` reads."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.frame import NOT_ASKED, Population, Sample
from surveys.groups import GROUPS
from surveys.instruments.model import Instrument
from surveys.instruments.versions import get_version
from surveys.models import Campaign, CampaignPaper, FrameCell, Response, School

NO_SCHOOL = -1
UNPLACED = "unplaced"  # the stratum of people whose school is not in the frame
Row = tuple[str, int | None, int, bytes]  # group, school, version, answers


@dataclass(frozen=True)
class Roster:
    """The frame of a campaign with its names: what positions in the arrays mean.

    `strata_of` gives each school's stratum; a group of the county is a stratum of its own.
    """

    groups: tuple[str, ...]
    school_ids: tuple[int, ...]
    school_codes: tuple[str, ...]
    school_names: Mapping[str, str]  # by code
    strata: tuple[str, ...]
    population: Population
    by_group: Mapping[str, int]


@dataclass(frozen=True)
class Dataset:
    """All responses of a campaign as arrays, unweighted (every weight is 1), and the frame beside them.

    `digest` is the SHA-256 of the responses' contents in the order of their ids.
    """

    sample: Sample
    roster: Roster
    instruments: tuple[Instrument, ...]
    digest: str


def load_dataset(session: Session, *, campaign_id: int) -> Dataset:
    """Every response of the campaign."""
    campaign = session.get_one(Campaign, campaign_id)
    versions = _versions(session, campaign_id)
    rows = _rows(session, campaign_id)
    roster = _roster(session, campaign, {group for group, _, _, _ in rows})
    items = _scored_items(versions.values())
    return Dataset(
        sample=_sample(rows, versions, items, roster),
        roster=roster,
        instruments=tuple(versions.values()),
        digest=_digest(rows),
    )


def _versions(session: Session, campaign_id: int) -> dict[int, Instrument]:
    query = (
        select(CampaignPaper.version_id)
        .where(CampaignPaper.campaign_id == campaign_id)
        .order_by(CampaignPaper.group, CampaignPaper.position)
    )
    found = dict.fromkeys(session.scalars(query))
    return {version: get_version(session, version_id=version).instrument for version in found}


def _rows(session: Session, campaign_id: int) -> Sequence[Row]:
    """By plain columns: those of the model would take a third longer."""
    columns = Response.__table__.c
    query = (
        select(columns.group, columns.school_id, columns.version_id, columns.answers)
        .where(columns.campaign_id == campaign_id)
        .order_by(columns.id)
    )
    return [(group, school, version, answers) for group, school, version, answers in session.execute(query)]


def _digest(rows: Iterable[Row]) -> str:
    content = hashlib.sha256()
    for group, school, version, answers in rows:
        content.update(f"{group}|{school}|{version}|".encode() + answers + b"\n")
    return content.hexdigest()


def _scored_items(instruments: Iterable[Instrument]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.id for instrument in instruments for item in instrument.items if item.scored))


def _roster(session: Session, campaign: Campaign, seen: set[str]) -> Roster:
    cells = session.execute(
        select(FrameCell.group, FrameCell.school_id, FrameCell.stratum, FrameCell.population)
        .where(FrameCell.frame_id == campaign.frame_id)
        .order_by(FrameCell.id)
    ).all()
    schools = session.execute(
        select(School.id, School.code, School.name).where(School.county_id == campaign.county_id).order_by(School.code)
    ).all()
    groups = _ordered({cell.group for cell in cells} | seen)
    strata = (*sorted({_stratum(cell.group, cell.school_id, cell.stratum) for cell in cells}), UNPLACED)
    totals: dict[str, int] = defaultdict(int)
    for cell in cells:
        totals[cell.group] += cell.population
    position = {school.id: place for place, school in enumerate(schools)}
    return Roster(
        groups=groups,
        school_ids=tuple(school.id for school in schools),
        school_codes=tuple(school.code for school in schools),
        school_names={school.code: school.name for school in schools},
        strata=strata,
        population=Population(
            group=_integers(groups.index(cell.group) for cell in cells),
            school=_integers(position.get(cell.school_id, NO_SCHOOL) for cell in cells),
            stratum=_integers(strata.index(_stratum(cell.group, cell.school_id, cell.stratum)) for cell in cells),
            size=_integers(cell.population for cell in cells),
        ),
        by_group=totals,
    )


def _stratum(group: str, school_id: int | None, stratum: str) -> str:
    return stratum if school_id is not None else f"county.{group}"


def _ordered(groups: set[str]) -> tuple[str, ...]:
    known = [group for group in GROUPS if group in groups]
    return (*known, *sorted(groups - set(known)))


def _integers(values: Iterable[int]) -> NDArray[np.int64]:
    return np.fromiter(values, dtype=np.int64)


def _sample(rows: Sequence[Row], versions: Mapping[int, Instrument], items: tuple[str, ...], roster: Roster) -> Sample:
    group_at = {group: place for place, group in enumerate(roster.groups)}
    school_at: dict[int | None, int] = {school: place for place, school in enumerate(roster.school_ids)}
    group = _integers(group_at[row[0]] for row in rows)
    school = _integers(school_at.get(row[1], NO_SCHOOL) for row in rows)
    return Sample(
        answers=_matrix(rows, versions, items),
        items=items,
        group=group,
        groups=roster.groups,
        school=school,
        schools=roster.school_codes,
        stratum=_strata(group, school, roster),
        strata=roster.strata,
        cluster=np.where(school == NO_SCHOOL, len(roster.school_ids) + np.arange(len(rows)), school),
        weight=np.ones(len(rows)),
    )


def _strata(group: NDArray[np.int64], school: NDArray[np.int64], roster: Roster) -> NDArray[np.int64]:
    """A school's own stratum; the group's where there is no school; `unplaced` where the frame knows neither."""
    unplaced = roster.strata.index(UNPLACED)
    of_school = np.full(len(roster.school_ids) + 1, unplaced)
    of_group = np.full(len(roster.groups), unplaced)
    cells = roster.population
    of_school[cells.school[cells.school >= 0]] = cells.stratum[cells.school >= 0]
    of_group[cells.group[cells.school < 0]] = cells.stratum[cells.school < 0]
    return np.where(school == NO_SCHOOL, of_group[group], of_school[school]).astype(np.int64)


def _matrix(rows: Sequence[Row], versions: Mapping[int, Instrument], items: tuple[str, ...]) -> NDArray[np.uint8]:
    """(n, J) option codes: each version's bytes as one block, its scored columns put where the items are."""
    answers = np.full((len(rows), len(items)), NOT_ASKED, dtype=np.uint8)
    at: dict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        at[row[2]].append(place)
    for version, places in at.items():
        asked = versions[version].items
        block = np.frombuffer(b"".join(rows[place][3] for place in places), dtype=np.uint8)
        block = block.reshape(len(places), len(asked))
        columns = [(own, items.index(item.id)) for own, item in enumerate(asked) if item.scored]
        for own, column in columns:
            answers[places, column] = block[:, own]
    return answers
