"""From what somebody scanned or typed to the questionnaire behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, Paper
from surveys.campaigns.papers import papers_of
from surveys.campaigns.reading import VIEW_COLUMNS, join_views, view_of
from surveys.codes.forms import TOKEN_LENGTH, TYPED_LENGTH, digest_token, digest_typed, is_checked
from surveys.crockford import is_spelled, normalise
from surveys.errors import SurveyError
from surveys.models import Campaign, Code, School


@dataclass(frozen=True)
class Door:
    """What a code opens: the papers of its group that fit its school. `used_on` is the day a personal one was used."""

    campaign: CampaignView
    kind: str
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
    sought = _digest(secret, normalise(typed))
    query = (
        select(
            *VIEW_COLUMNS,
            *(Code.id, Code.kind, Code.group, Code.used_on, Code.voided_on),
            *(School.id, School.code, School.name, School.stage),
        )
        .select_from(Code)
        .join(Campaign, Campaign.id == Code.campaign_id)
        .outerjoin(School, School.id == Code.school_id)
        .where(sought)
        .limit(1)
    )
    row = session.execute(join_views(query)).first()
    if row is None:
        raise SurveyError("code.unknown", "missing")
    code_id, kind, group, used_on, voided_on, school_id, school_code, school_name, stage = row[len(VIEW_COLUMNS) :]
    if voided_on is not None:
        raise SurveyError("code.void", "gone")
    campaign = view_of(row, now)
    papers = papers_of(session, campaign_id=campaign.id, group=group)
    fitting = tuple(paper for paper in papers if paper.fits(stage))
    return Door(campaign, kind, group, school_id, school_code, school_name, code_id, used_on, fitting)


def _digest(secret: bytes, code: str) -> ColumnElement[bool]:
    """By which digest to look, told from the length alone: what is secret is never compared."""
    if len(code) == TYPED_LENGTH and not (is_spelled(code) and is_checked(code)):
        raise SurveyError("code.mistyped", "invalid")
    if len(code) == TYPED_LENGTH:
        return Code.short_digest == digest_typed(secret, code)
    if len(code) == TOKEN_LENGTH and is_spelled(code):
        return Code.digest == digest_token(secret, code)
    raise SurveyError("code.unknown", "missing")
