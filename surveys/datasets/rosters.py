"""The frame of a campaign as arrays, and what positions in arrays mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.frame import Population
from surveys.datasets.chances import Draw, load_draw
from surveys.groups import GROUPS
from surveys.models import Campaign, FrameCell, School

NO_SCHOOL = -1
UNPLACED = "unplaced"  # the stratum of people whose school is not in the frame
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Roster:
    """The frame of a campaign with its names: what positions in the arrays mean.

    `strata_of` gives each school's stratum; a group of the county is a stratum of its own. `draw` is who was drawn,
    where a plan says so.
    """

    groups: tuple[str, ...]
    school_ids: tuple[int, ...]
    school_codes: tuple[str, ...]
    school_names: Mapping[str, str]  # by code
    strata: tuple[str, ...]
    population: Population
    by_group: Mapping[str, int]
    draw: Draw | None = None

    def strata_of(self, group: Integers, school: Integers) -> Integers:
        """A school's own stratum; the group's where there is no school; `unplaced` where the frame knows neither."""
        unplaced = self.strata.index(UNPLACED)
        of_school = np.full(len(self.school_ids) + 1, unplaced)
        of_group = np.full(len(self.groups), unplaced)
        cells = self.population
        of_school[cells.school[cells.school >= 0]] = cells.stratum[cells.school >= 0]
        of_group[cells.group[cells.school < 0]] = cells.stratum[cells.school < 0]
        return np.where(school == NO_SCHOOL, of_group[group], of_school[school]).astype(np.int64)


def load_roster(session: Session, *, campaign_id: int, seen: Iterable[str] = ()) -> Roster:
    """The campaign's frame; `seen` are groups that answered, whether the frame knows them or not."""
    campaign = session.get_one(Campaign, campaign_id)
    cells = session.execute(
        select(FrameCell.group, FrameCell.school_id, FrameCell.stratum, FrameCell.population)
        .where(FrameCell.frame_id == campaign.frame_id)
        .order_by(FrameCell.id)
    ).all()
    schools = session.execute(
        select(School.id, School.code, School.name).where(School.county_id == campaign.county_id).order_by(School.code)
    ).all()
    groups = _ordered({cell.group for cell in cells} | set(seen))
    stratum = [_stratum(cell.group, cell.school_id, cell.stratum) for cell in cells]
    strata = (*sorted(set(stratum)), UNPLACED)
    totals: dict[str, int] = defaultdict(int)
    for cell in cells:
        totals[cell.group] += cell.population
    school_at: dict[int | None, int] = {school.id: place for place, school in enumerate(schools)}
    group_at, stratum_at = ({name: place for place, name in enumerate(names)} for names in (groups, strata))
    return Roster(
        groups=groups,
        school_ids=tuple(school.id for school in schools),
        school_codes=tuple(school.code for school in schools),
        school_names={school.code: school.name for school in schools},
        strata=strata,
        population=Population(
            group=_integers(group_at[cell.group] for cell in cells),
            school=_integers(school_at.get(cell.school_id, NO_SCHOOL) for cell in cells),
            stratum=_integers(stratum_at[name] for name in stratum),
            size=_integers(cell.population for cell in cells),
        ),
        by_group=totals,
        draw=load_draw(session, campaign_id=campaign_id, groups=group_at, schools=school_at),
    )


def _stratum(group: str, school_id: int | None, stratum: str) -> str:
    return stratum if school_id is not None else f"county.{group}"


def _ordered(groups: set[str]) -> tuple[str, ...]:
    known = [group for group in GROUPS if group in groups]
    return (*known, *sorted(groups - set(known)))


def _integers(values: Iterable[int]) -> Integers:
    return np.fromiter(values, dtype=np.int64)
