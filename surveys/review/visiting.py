"""Visits: what was seen at a school that was drawn, point by point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import trail
from surveys.campaigns import get_campaign
from surveys.errors import SurveyError
from surveys.holding import hold_campaign
from surveys.models import Campaign, ReviewVisit, School
from surveys.review.drawing import Draw, list_draws, visiting_stage
from surveys.review.people import get_actor
from surveys.review.standing import standing
from surveys.review.writing import Day, Problems, read_choice, read_day, read_text

VISITED = "review.visited"
POINTS = ("posters", "sealed", "classes", "pupils", "untold", "people")
ANSWERS = ("yes", "no", "not_applicable")
LONGEST_NAMES, LONGEST_REMARK, LONGEST_ABOUT = 200, 500, 2000


@dataclass(frozen=True)
class Seen:
    """One point of a visit: one of ANSWERS, and a remark, which a no has to have."""

    answer: str
    remark: str = ""


@dataclass(frozen=True)
class Visit:
    """A visit as it was recorded. Of several to one school the newest counts."""

    number: int
    school: str
    visited_on: date
    visitors: str
    points: Mapping[str, Seen]
    remark: str
    by: str
    at: datetime

    @property
    def failed(self) -> tuple[str, ...]:
        """The points that were not as they should be."""
        return tuple(point for point in POINTS if self.points[point].answer == "no")


def record_visit(
    session: Session,
    *,
    campaign: str,
    by: str,
    school: str,
    visited_on: Day,
    visitors: str,
    points: Mapping[str, Seen],
    remark: str,
    now: datetime,
    today: date,
) -> Visit:
    """Record a visit to a school that was drawn, by those who review first. Another one corrects it; both are kept.

    Raises SurveyError(`review.not_yours`, `review.wrong_stage`, `review.school_not_drawn`, `review.visit_invalid`).
    """
    found = get_campaign(session, name=campaign, now=now)
    hold_campaign(session, campaign_id=found.id)
    where = standing(session, campaign_id=found.id)
    get_actor(session, campaign_id=found.id, by=by, stage=visiting_stage(where))
    if any(each.stage == visiting_stage(where) for each in where.signatures):
        raise SurveyError("review.wrong_stage", "conflict", stage=where.stage)
    draw = get_drawn(session, campaign_id=found.id, school=school)
    row = ReviewVisit(campaign_id=found.id, by=by, at=now)
    row.school_id = _get_school(session, found.id, school)
    problems: Problems = []
    first = draw.at.date()  # in UTC, which is never later than the day in China
    row.visited_on = read_day(visited_on, "visited_on", "review.visit_day", problems, first=first, last=today)
    row.visitors = read_text(visitors, "visitors", problems, least=2, most=LONGEST_NAMES)
    row.points = {point: _read_point(points.get(point, Seen("")), point, problems) for point in POINTS}
    row.remark = read_text(remark, "remark", problems, least=0, most=LONGEST_ABOUT)
    if problems:
        raise SurveyError("review.visit_invalid", "invalid", problems)
    last = session.scalar(select(func.max(ReviewVisit.number)).where(ReviewVisit.campaign_id == found.id)) or 0
    row.number = last + 1
    session.add(row)
    facts = {"number": row.number, "school": school, "failed": len(_view(row, school).failed)}
    trail.record(session, campaign_id=found.id, now=now, by=by, action=VISITED, **facts)
    return _view(row, school)


def get_drawn(session: Session, *, campaign_id: int, school: str) -> Draw:
    """The newest draw, which has this school. Raises SurveyError(`review.school_not_drawn`)."""
    draws = list_draws(session, campaign_id=campaign_id)
    if not draws or school not in draws[-1].schools:
        raise SurveyError("review.school_not_drawn", "missing", school=school[:40])
    return draws[-1]


def list_visits(session: Session, *, campaign_id: int) -> tuple[Visit, ...]:
    """Every visit, the first one first, also those that another corrects."""
    query = select(ReviewVisit, School.code).join(School, School.id == ReviewVisit.school_id)
    query = query.where(ReviewVisit.campaign_id == campaign_id).order_by(ReviewVisit.number)
    return tuple(_view(row, code) for row, code in session.execute(query))


def list_unvisited(session: Session, *, campaign_id: int) -> tuple[str, ...]:
    """Codes of the schools of the newest draw that nobody has visited."""
    draws = list_draws(session, campaign_id=campaign_id)
    seen = {visit.school for visit in list_visits(session, campaign_id=campaign_id)}
    return tuple(code for code in draws[-1].schools if code not in seen) if draws else ()


def find_school(session: Session, *, campaign_id: int, code: str) -> int | None:
    """The key of a school of the county that a campaign is about, by its code."""
    query = select(School.id).join(Campaign, Campaign.county_id == School.county_id)
    return session.scalars(query.where(Campaign.id == campaign_id, School.code == code)).one_or_none()


def _get_school(session: Session, campaign_id: int, code: str) -> int:
    found = find_school(session, campaign_id=campaign_id, code=code)
    if found is None:
        raise LookupError("a school that was drawn")
    return found


def _read_point(seen: Seen, point: str, problems: Problems) -> dict[str, str]:
    answer = read_choice(seen.answer, f"points.{point}", ANSWERS, problems)
    least = 2 if answer == "no" else 0
    remark = read_text(seen.remark, f"remarks.{point}", problems, least=least, most=LONGEST_REMARK)
    return {"answer": answer, "remark": remark}


def _view(row: ReviewVisit, school: str) -> Visit:
    points: dict[str, Any] = row.points
    seen = {point: Seen(**points[point]) for point in POINTS}
    return Visit(row.number, school, row.visited_on, row.visitors, seen, row.remark, row.by, row.at)
