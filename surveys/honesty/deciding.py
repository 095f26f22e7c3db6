"""Deciding on a rule of exclusion before the score is seen, and taking a decision back before the campaign is sealed.

Nothing is ever deleted: neither an answer nor a decision. The score is shown with and without what a rule takes out.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import trail
from surveys.campaigns import get_campaign
from surveys.documents import digest_of
from surveys.errors import Problem, SurveyError
from surveys.holding import hold_campaign
from surveys.honesty.model import ExclusionView
from surveys.honesty.rules import get_rule
from surveys.models import Campaign, Evaluation, Exclusion
from surveys.review import standing as where_review_stands
from surveys.text import is_unreadable, tidy

SHORTEST, LONGEST = 10, 1000  # characters of a reason
DECIDED, WITHDRAWN = "exclusion.decided", "exclusion.withdrawn"


def decide(session: Session, *, campaign: str, rule: str, reason: str, now: datetime, by: str) -> ExclusionView:
    """Decide that the answers which a rule of the library flags are left out of the score of `campaign`.

    Raises SurveyError(`exclusion.unknown_rule`, `exclusion.reason`, `exclusion.sealed`, `exclusion.score_seen`,
    `exclusion.decided_already`).
    """
    found = get_campaign(session, name=campaign, now=now)
    chosen, why = get_rule(rule), _read_reason(reason)
    hold_campaign(session, campaign_id=found.id)
    _refuse_sealed(session, found.id)
    if is_score_seen(session, campaign_id=found.id):
        raise SurveyError("exclusion.score_seen", "conflict")
    if any(each.rule == rule for each in standing(session, campaign_id=found.id)):
        raise SurveyError("exclusion.decided_already", "conflict", name=rule)
    last = session.scalar(select(func.max(Exclusion.number)).where(Exclusion.campaign_id == found.id)) or 0
    row = Exclusion(
        campaign_id=found.id,
        number=last + 1,
        rule=rule,
        document=dict(chosen.document),
        reason=why,
        decided_at=now,
        decided_by=by,
    )
    session.add(row)
    facts = {"rule": rule, "digest": chosen.digest, "number": row.number, "score_seen": False}
    trail.record(session, campaign_id=found.id, now=now, by=by, action=DECIDED, **facts)
    return _view(row)


def withdraw(session: Session, *, campaign: str, number: int, reason: str, now: datetime, by: str) -> ExclusionView:
    """Take a decision back, until the campaign is sealed; the trail says whether a score had been seen by then.

    Not while a score is signed: whoever reviews it gives it back first. Raises SurveyError(`exclusion.unknown`,
    `exclusion.reason`, `exclusion.sealed`, `exclusion.signed`, `exclusion.withdrawn_already`).
    """
    found = get_campaign(session, name=campaign, now=now)
    why = _read_reason(reason)
    hold_campaign(session, campaign_id=found.id)
    _refuse_sealed(session, found.id)
    if where_review_stands(session, campaign_id=found.id).signatures:
        raise SurveyError("exclusion.signed", "conflict")
    row = session.get(Exclusion, (found.id, number))
    if row is None:
        raise SurveyError("exclusion.unknown", "missing", number=number)
    if row.withdrawn_at is not None:
        raise SurveyError("exclusion.withdrawn_already", "conflict", number=number)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = now, by, why
    seen = is_score_seen(session, campaign_id=found.id)
    facts = {"rule": row.rule, "digest": digest_of(row.document), "number": number, "score_seen": seen}
    trail.record(session, campaign_id=found.id, now=now, by=by, action=WITHDRAWN, **facts)
    return _view(row)


def list_exclusions(session: Session, *, campaign_id: int) -> tuple[ExclusionView, ...]:
    """Every decision, in the order in which they were made, those that were withdrawn among them."""
    query = select(Exclusion).where(Exclusion.campaign_id == campaign_id).order_by(Exclusion.number)
    return tuple(_view(row) for row in session.scalars(query))


def standing(session: Session, *, campaign_id: int) -> tuple[ExclusionView, ...]:
    """The decisions that stand."""
    every = list_exclusions(session, campaign_id=campaign_id)
    return tuple(each for each in every if each.withdrawn_at is None)


def is_score_seen(session: Session, *, campaign_id: int) -> bool:
    """Whether a score of the campaign was ever made, provisional ones and previews among them."""
    made = select(Evaluation.id).where(Evaluation.campaign_id == campaign_id).limit(1)
    if session.scalar(made) is not None:
        return True
    return bool(trail.list_deeds(session, campaign_id=campaign_id, action=trail.SCORE_PREVIEWED))


def _refuse_sealed(session: Session, campaign_id: int) -> None:
    if session.scalar(select(Campaign.sealed_on).where(Campaign.id == campaign_id)) is not None:
        raise SurveyError("exclusion.sealed", "conflict")


def _read_reason(reason: str) -> str:
    text = tidy(reason)
    if is_unreadable(text) or not SHORTEST <= len(text) <= LONGEST:
        problem = Problem("exclusion.reason_length", field="reason", params={"least": SHORTEST, "most": LONGEST})
        raise SurveyError("exclusion.reason", "invalid", [problem])
    return text


def _view(row: Exclusion) -> ExclusionView:
    return ExclusionView(
        number=row.number,
        rule=row.rule,
        digest=digest_of(row.document),
        document=row.document,
        reason=row.reason,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
        withdrawn_reason=row.withdrawn_reason,
    )
