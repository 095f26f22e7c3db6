"""The cockpit: how far a campaign has come, at every place, and how precise it will be. Never what was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from functools import cached_property

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView
from surveys.campaigns.versions import find_scorecard
from surveys.codes import Issued, count_issued
from surveys.fieldwork.arrivals import SLOT
from surveys.fieldwork.pace import SHARE, WITHIN_A_SCHOOL, Counted, Pace, judge, pace_of, weights_of
from surveys.fieldwork.standings import Amounts, Arrived, HalfWidths, Standing, Watch, add_amounts
from surveys.fieldwork.tallying import (
    A_DAY,
    Came,
    Moments,
    count_completed,
    days_of,
    hours_of,
    sum_few,
    sum_places,
    sum_slots,
)
from surveys.fieldwork.targets import Targets, find_targets
from surveys.frames import CellView, list_cells
from surveys.groups import GROUPS
from surveys.hiding import SMALLEST
from surveys.models import School

MOST_DAYS = timedelta(days=30)
Place = tuple[str, int | None]  # group, school


@dataclass(frozen=True)
class _Field:
    """What was read of a campaign. The moments end with it."""

    campaign: CampaignView
    moments: Moments
    cells: Mapping[Place, CellView]
    issued: Mapping[Place, Issued]
    came: Mapping[Place, Came]
    completed: Mapping[Place, int]
    targets: Targets
    schools: Mapping[int, tuple[str, str]]

    @cached_property
    def places(self) -> list[Place]:
        """Where people are, codes are, or anything came from, in the order of school and group."""
        return sorted({*self.cells, *self.issued, *self.came, *self.completed}, key=self._order)

    @cached_property
    def few(self) -> set[Place]:
        return {place for place, cell in self.cells.items() if cell.population < SMALLEST}

    def _order(self, place: Place) -> tuple[bool, str, int]:
        group, school = place
        return school is None, self.name(school)[0] or "", GROUPS.index(group)

    def name(self, school: int | None) -> tuple[str | None, str | None]:
        """Code and name; a place that came after the frame is in no cell of it."""
        return (None, None) if school is None else self.schools[school]


def watch(session: Session, *, campaign: CampaignView, now: datetime, timezone: tzinfo) -> Watch:
    """The campaign as it stands."""
    field = _read(session, campaign, min(now, campaign.closes_at or now), timezone)
    pace, people = pace_of(campaign.opens_at, campaign.closes_at, field.moments.now), _people(field)
    places = _with_widths(tuple(_stand(field, place) for place in field.places), field, pace)
    groups, composite = _judge_groups(session, places, people, field, pace)
    total = replace(_together(places, None, None, None), half_widths=composite)
    hours, days = _series(session, field)
    return Watch(
        taken_at=now,
        places=places,
        groups=groups,
        schools=_by_school(places),
        total=total,
        plan=field.targets.plan,
        share=SHARE,
        deff=field.targets.deff,
        hours=hours,
        days=days,
        pace_hours=pace.within,
    )


def _read(session: Session, campaign: CampaignView, now: datetime, timezone: tzinfo) -> _Field:
    moments = Moments(now, timezone)
    cells = {(cell.group, cell.school_id): cell for cell in list_cells(session, frame_id=campaign.frame_id)}
    issued = count_issued(session, campaign_id=campaign.id)
    came = sum_places(session, campaign_id=campaign.id, moments=moments)
    completed = count_completed(session, campaign_id=campaign.id)
    ids = {school for _, school in (*cells, *issued, *came, *completed) if school is not None}
    rows = session.execute(select(School.id, School.code, School.name).where(School.id.in_(ids)))
    schools = {key: (code, name) for key, code, name in rows}
    targets = find_targets(session, campaign_id=campaign.id)
    return _Field(campaign, moments, cells, issued, came, completed, targets, schools)


# Places


def _stand(field: _Field, place: Place) -> Standing:
    cell, issued, came = field.cells.get(place), field.issued.get(place, Issued()), field.came.get(place, Came())
    completed, target = field.completed.get(place, 0), field.targets.of(place, cell, issued)
    amounts = Amounts(
        population=cell.population if cell else 0,
        posters=issued.open,
        slips=issued.personal,
        opened=came.opened,
        completed=completed,
        target=target,
        missing=max(0, (target or 0) - completed),
    )
    last = None if came.last is None else datetime.fromtimestamp(came.last * SLOT, field.moments.timezone)
    still = amounts.missing > 0 and _stands_still(field, last, few=place in field.few)
    day = last.date() if last else None
    return Standing(place[0], *field.name(place[1]), amounts, day, still, few=place in field.few)


def _stands_still(field: _Field, last: datetime | None, *, few: bool) -> bool:
    """Whether nothing came for a day. Of few people only the day is known: the last answer may have come at its end."""
    campaign, now = field.campaign, field.moments.now
    if campaign.state != "open" or campaign.opens_at is None:
        return False
    ended = campaign.opens_at if last is None else last + (A_DAY if few else timedelta(seconds=SLOT))
    return now - max(ended, campaign.opens_at) >= A_DAY


def _with_widths(places: tuple[Standing, ...], field: _Field, pace: Pace) -> tuple[Standing, ...]:
    """With the half-widths of each place for itself."""
    lately = [field.came.get(place, Came()).lately for place in field.places]
    counted = Counted.of([_row(each.amounts, came) for each, came in zip(places, lately, strict=True)])
    own, _ = judge(counted, pace, np.ones(len(places)), WITHIN_A_SCHOOL)
    return tuple(replace(each, half_widths=width) for each, width in zip(places, own, strict=True))


# Sums


def _judge_groups(
    session: Session, places: Sequence[Standing], people: Mapping[str, int], field: _Field, pace: Pace
) -> tuple[tuple[Standing, ...], HalfWidths]:
    """The groups with their half-widths, and those of the composite."""
    campaign = field.campaign
    named = f"{campaign.scorecard}@{campaign.scorecard_number}"
    card = find_scorecard(session, name=named, now=field.moments.now)
    assert card is not None  # a campaign keeps the version that it was made with
    present = {each.group for each in places}
    groups = tuple(_together(places, group, None, None) for group in GROUPS if group in present)
    lately = [sum(came.lately for (group, _), came in field.came.items() if group == its.group) for its in groups]
    counted = Counted.of([_row(each.amounts, came) for each, came in zip(groups, lately, strict=True)])
    weight = weights_of(card.scorecard, people)
    array = np.array([weight.get(str(each.group), 0.0) for each in groups], float)
    own, composite = judge(counted, pace, array, field.targets.deff)
    return tuple(replace(each, half_widths=width) for each, width in zip(groups, own, strict=True)), composite


def _by_school(places: Sequence[Standing]) -> tuple[Standing, ...]:
    """Schools in the order of their codes, then what belongs to no school."""
    named = dict.fromkeys((each.school_code, each.school_name) for each in places)
    return tuple(
        _together([its for its in places if its.school_code == code], None, code, name) for code, name in named
    )


def _together(places: Sequence[Standing], group: str | None, code: str | None, name: str | None) -> Standing:
    parts = [each for each in places if group is None or each.group == group]
    days = [each.last_on for each in parts if each.last_on is not None]
    return Standing(group, code, name, add_amounts(each.amounts for each in parts), max(days, default=None))


def _row(amounts: Amounts, lately: int) -> tuple[int, int, int]:
    return amounts.completed, lately, amounts.population


def _people(field: _Field) -> Mapping[str, int]:
    people: dict[str, int] = {}
    for (group, _), cell in field.cells.items():
        people[group] = people.get(group, 0) + cell.population
    return people


# Time


def _series(session: Session, field: _Field) -> tuple[tuple[Arrived, ...], tuple[Arrived, ...]]:
    campaign, moments = field.campaign, field.moments
    if campaign.opens_at is None or campaign.opens_at > moments.now:
        return (), ()
    slots = sum_slots(session, campaign_id=campaign.id)
    few = sum_few(session, campaign_id=campaign.id, few=field.few, moments=moments)
    first = max(campaign.opens_at, moments.now - MOST_DAYS)
    return hours_of(slots, few, moments), days_of(slots, first, moments)
