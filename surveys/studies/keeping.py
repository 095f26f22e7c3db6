"""Keeping studies, and finding them again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from surveys import VERSION
from surveys.models import Campaign, Evaluation, Study


def find_study(session: Session, *, name: str, number: int, kind: str) -> Mapping[str, Any] | None:
    """The study of this kind beside evaluation `number` of campaign `name`, or None where it was not made."""
    query = select(Study.result).where(Study.evaluation_id == _evaluation(name, number), Study.kind == kind)
    return session.scalars(query).one_or_none()


def keep_study(
    session: Session, *, name: str, number: int, kind: str, result: Mapping[str, Any], now: datetime
) -> None:
    """Keep a study beside the evaluation; one of the same kind that an older version of the software made goes."""
    place = session.scalars(select(Evaluation.id).where(Evaluation.id == _evaluation(name, number))).one()
    session.execute(delete(Study).where(Study.evaluation_id == place, Study.kind == kind))
    session.add(Study(evaluation_id=place, kind=kind, made_at=now, code_version=VERSION, result=dict(result)))
    session.flush()


def _evaluation(name: str, number: int) -> Select[int]:
    query = select(Evaluation.id).join(Campaign, Campaign.id == Evaluation.campaign_id)
    return query.where(Campaign.name == name, Evaluation.number == number)
