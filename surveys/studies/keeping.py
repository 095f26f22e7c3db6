"""Keeping studies, and finding them again beside what may be shown of their evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, delete, select
from sqlalchemy.orm import Session

from surveys import VERSION
from surveys.models import Campaign, Evaluation, Study
from surveys.publication import Publication, find_publication


@dataclass(frozen=True)
class Studied:
    """What may be shown of an evaluation, and a study beside it.

    `study` is None where that was not made, or was made of what another publication rule shows (`rule`).
    """

    publication: Publication
    study: Mapping[str, Any] | None
    made_at: datetime | None
    code_version: str | None


def find_studied(session: Session, *, name: str, now: datetime, kind: str, number: int | None = None) -> Studied | None:
    """The study of this kind beside the newest settled score of campaign `name`, or beside that of `number`.

    The only way in which a door reads a study. None where there is no such score. Raises SurveyError
    (`campaign.unknown`).
    """
    publication = find_publication(session, name=name, now=now, number=number)
    if publication is None:
        return None
    query = select(Study).where(Study.evaluation_id == _evaluation(name, publication.evaluation.number))
    kept = session.scalars(query.where(Study.kind == kind)).one_or_none()
    if kept is None or not _fits(kept.result, publication):
        return Studied(publication, None, None, None)
    return Studied(publication, kept.result, kept.made_at, kept.code_version)


def find_study(session: Session, *, name: str, number: int, kind: str) -> Mapping[str, Any] | None:
    """The study of this kind beside evaluation `number` of campaign `name`, or None where it was not made."""
    query = select(Study.result).where(Study.evaluation_id == _evaluation(name, number), Study.kind == kind)
    return session.scalars(query).one_or_none()


def list_studies(session: Session, *, publication: Publication) -> frozenset[str]:
    """The kinds of study that are kept beside the evaluation of `publication` and fit what it shows."""
    made = publication.evaluation
    kept = session.scalars(select(Study).where(Study.evaluation_id == _evaluation(made.campaign, made.number)))
    return frozenset(each.kind for each in kept if _fits(each.result, publication))


def keep_study(
    session: Session, *, name: str, number: int, kind: str, result: Mapping[str, Any], now: datetime
) -> None:
    """Keep a study beside the evaluation; one of the same kind that an older version of the software made goes."""
    place = session.scalars(select(Evaluation.id).where(Evaluation.id == _evaluation(name, number))).one()
    session.execute(delete(Study).where(Study.evaluation_id == place, Study.kind == kind))
    session.add(Study(evaluation_id=place, kind=kind, made_at=now, code_version=VERSION, result=dict(result)))
    session.flush()


def _fits(result: Mapping[str, Any], publication: Publication) -> bool:
    """A study that names a publication rule was made of what that rule shows."""
    return bool(result.get("rule", publication.rule) == publication.rule)


def _evaluation(name: str, number: int) -> ScalarSelect[int]:
    query = select(Evaluation.id).join(Campaign, Campaign.id == Evaluation.campaign_id)
    return query.where(Campaign.name == name, Evaluation.number == number).scalar_subquery()
