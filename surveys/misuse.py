"""Reports of misuse: that people were told how to answer, or that somebody answered for them.

They come from the public page, and reach evaluators above the county, not the county and not the school: these are
whom most of them are about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveys.db import dialect_of
from surveys.digests import SHORT, keyed
from surveys.errors import Problem, SurveyError
from surveys.models import Campaign, MisuseReport, Region, School
from surveys.models.misuse import MISUSE_KINDS
from surveys.responses.checking import check_key
from surveys.text import is_unreadable, tidy

KINDS = MISUSE_KINDS
LIMIT = 1000  # characters

_REPORTS = cast(Table, MisuseReport.__table__)
_ADD = {
    "sqlite": sqlite.insert(_REPORTS).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_REPORTS).on_conflict_do_nothing(),
}


@dataclass(frozen=True)
class ReportView:
    """One report as an evaluator reads it."""

    campaign: str
    county_name: str
    school_name: str | None
    kind: str
    text: str | None
    received_on: date


def report_misuse(
    session: Session,
    *,
    campaign_id: int,
    school_id: int | None,
    key: str,
    kind: str | None,
    text: str,
    today: date,
    secret: bytes,
) -> None:
    """Keep a report; one with a `key` that has come before changes nothing.

    Raises SurveyError(`report.invalid`) with every problem, and SurveyError(`answers.no_key`).
    """
    check_key(key)
    tidied = tidy(text)
    problems = list(_problems(kind, tidied))
    if problems:
        raise SurveyError("report.invalid", "invalid", problems)
    row = {
        "campaign_id": campaign_id,
        "id": keyed(secret, "misuse", campaign_id, key)[:SHORT],
        "school_id": school_id,
        "kind": kind,
        "text": tidied or None,
        "received_on": today,
    }
    session.execute(_ADD[dialect_of(session)], row)


def list_reports(session: Session, *, path: str) -> tuple[ReportView, ...]:
    """The reports from the counties below `path`, but not from one that `path` itself is: by county, newest first."""
    query = (
        select(Campaign.name, Region.name, School.name, MisuseReport.kind, MisuseReport.text, MisuseReport.received_on)
        .join_from(MisuseReport, Campaign, Campaign.id == MisuseReport.campaign_id)
        .join(Region, Region.id == Campaign.county_id)
        .outerjoin(School, School.id == MisuseReport.school_id)
        .where(_below(path))
        .order_by(Region.code, MisuseReport.received_on.desc(), School.code, MisuseReport.id)
    )
    return tuple(ReportView(*row) for row in session.execute(query))


def reaches(session: Session, *, path: str) -> bool:
    """Whether reports reach whoever sees `path`: not a county, nor what lies in one."""
    level = session.scalar(select(Region.level).where(Region.path == path))
    return level not in ("county", "township")


def count_reports(session: Session, *, path: str, campaign_id: int) -> int | None:
    """How many reports there are of a campaign; None for whom they do not reach, because `path` is its county."""
    county = select(Region.id).join(Campaign, Campaign.county_id == Region.id).where(Campaign.id == campaign_id)
    if session.scalar(county.where(_below(path))) is None:
        return None
    return session.scalar(select(func.count()).where(MisuseReport.campaign_id == campaign_id)) or 0


def count_by_school(reports: Iterable[ReportView]) -> Mapping[tuple[str, str | None], int]:
    """How many reports there are by county and school (None: of no school), the most first."""
    return dict(Counter((each.county_name, each.school_name) for each in reports).most_common())


def _below(path: str) -> ColumnElement[bool]:
    """Counties below `path`, but not the one that `path` itself is: whom reports are about does not read them."""
    return Region.path.startswith(path, autoescape=True) & (func.length(Region.path) > len(path))


def _problems(kind: str | None, text: str) -> Iterator[Problem]:
    if kind not in KINDS:
        yield Problem("report.kind", field="kind")
    if is_unreadable(text):
        yield Problem("answers.comment_unreadable", field="text")
    if len(text) > LIMIT:
        yield Problem("answers.comment_too_long", field="text", params={"limit": LIMIT, "length": len(text)})
