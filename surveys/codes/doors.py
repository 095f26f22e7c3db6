"""From what somebody scanned or typed to the questionnaire behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, Paper
from surveys.campaigns.papers import papers_of
from surveys.campaigns.reading import VIEW_COLUMNS, VIEW_TABLES, view_of
from surveys.codes.forms import TOKEN_LENGTH, TYPED_LENGTH, CodeKind, digest_token, digest_typed, is_checked
from surveys.crockford import is_spelled, normalise
from surveys.errors import SurveyError
from surveys.models import Campaign, Code, School

_codes, _schools = Code.__table__.c, School.__table__.c
_DOORS = (
    select(
        *VIEW_COLUMNS,
        *(_codes.id, _codes.kind, _codes.group, _codes.used_on, _codes.voided_on),
        *(_schools.id, _schools.code, _schools.name, _schools.stage),
    )
    .select_from(
        VIEW_TABLES.join(Code.__table__, _codes.campaign_id == Campaign.__table__.c.id).outerjoin(
            School.__table__, _schools.id == _codes.school_id
        )
    )
    .limit(1)
)
_BY_TOKEN = _DOORS.where(_codes.digest == bindparam("digest"))
_BY_TYPED = _DOORS.where(_codes.short_digest == bindparam("digest"))


@dataclass(frozen=True)
class Door:
    """What a code opens: the papers of its group that fit its school. `used_on` is the day a personal one was used."""

    campaign: CampaignView
    kind: CodeKind
    group: str
    school_id: int | None
    school_code: str | None
    school_name: str | None
    code_id: bytes = field(repr=False)
    used_on: date | None
    papers: tuple[Paper, ...]


def find_door(session: Session, *, typed: str, secret: bytes, now: datetime) -> Door:
    """The door of the code in either form, however it was written.

    Raises SurveyError(`code.unknown`), SurveyError(`code.mistyped`) where the check character disagrees, and
    SurveyError(`code.void`). No error carries the code.
    """
    query, digest = _sought(secret, normalise(typed))
    row = session.execute(query, {"digest": digest}).first()
    if row is None:
        raise SurveyError("code.unknown", "missing")
    code_id, kind, group, used_on, voided_on, school_id, school_code, school_name, stage = row[len(VIEW_COLUMNS) :]
    if voided_on is not None:
        raise SurveyError("code.void", "gone")
    campaign = view_of(row, now)
    papers = papers_of(session, campaign_id=campaign.id, group=group)
    fitting = tuple(paper for paper in papers if paper.fits(stage))
    return Door(campaign, kind, group, school_id, school_code, school_name, code_id, used_on, fitting)


def _sought(secret: bytes, code: str) -> tuple[Select[Any], bytes]:
    """Where to look and for which digest. What is secret is never compared, so that no clock can tell of it."""
    if len(code) == TYPED_LENGTH and not (is_spelled(code) and is_checked(code)):
        raise SurveyError("code.mistyped", "invalid")
    if len(code) == TYPED_LENGTH:
        return _BY_TYPED, digest_typed(secret, code)
    if len(code) == TOKEN_LENGTH and is_spelled(code):
        return _BY_TOKEN, digest_token(secret, code)
    raise SurveyError("code.unknown", "missing")
