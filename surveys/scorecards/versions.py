"""Published versions of scorecards. A version never changes; changed content is the next number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys import models
from surveys.documents import digest_of
from surveys.errors import SurveyError
from surveys.scorecards.model import Scorecard
from surveys.scorecards.parsing import read_scorecard, scorecard_from


@dataclass(frozen=True)
class PublishedScorecard:
    """One version as it was published. `digest` is the SHA-256 of its canonical JSON."""

    version_id: int
    name: str
    number: int
    digest: str
    scorecard: Scorecard


def publish_scorecard(session: Session, *, content: str | bytes, now: datetime) -> PublishedScorecard:
    """Publish `content`; content that was published before gives back the version it has.

    Raises SurveyError as `parse_scorecard` does, and then nothing is written.
    """
    document = read_scorecard(content)
    digest, name = digest_of(document), document["scorecard"]
    shelf = _lock_shelf(session, name)
    known = select(models.ScorecardVersion).filter_by(scorecard_id=shelf.id, digest=digest)
    version = session.scalars(known).first()
    if version is None:
        version = models.ScorecardVersion(
            scorecard_id=shelf.id,
            number=_last_number(session, shelf.id) + 1,
            document=document,
            digest=digest,
            published_at=now,
        )
        session.add(version)
        session.flush()
    return _published(name, version)


def get_version(session: Session, *, version_id: int) -> PublishedScorecard:
    """The version of this id. Raises SurveyError(`scorecard.missing`)."""
    query = _versions().where(models.ScorecardVersion.id == version_id)
    row = session.execute(query).first()
    if row is None:
        raise SurveyError("scorecard.missing", "missing", version=version_id)
    return _published(*row)


def find_latest(session: Session, *, name: str, number: int | None = None) -> PublishedScorecard | None:
    """The newest version under `name`, or its version `number`."""
    query = _versions().where(models.Scorecard.name == name).order_by(models.ScorecardVersion.number.desc())
    if number is not None:
        query = query.where(models.ScorecardVersion.number == number)
    row = session.execute(query.limit(1)).first()
    return None if row is None else _published(*row)


def _versions() -> Select[str, models.ScorecardVersion]:
    columns = select(models.Scorecard.name, models.ScorecardVersion)
    return columns.join_from(models.ScorecardVersion, models.Scorecard)


def _lock_shelf(session: Session, name: str) -> models.Scorecard:
    """The row of this name, made when new, locked so that two who publish at once get two numbers."""
    query = select(models.Scorecard).filter_by(name=name).with_for_update()
    shelf = session.scalars(query).first()
    if shelf is not None:
        return shelf
    try:
        with session.begin_nested():
            session.add(models.Scorecard(name=name))
    except IntegrityError:
        pass  # somebody else made it just now
    return session.scalars(query).one()


def _last_number(session: Session, scorecard_id: int) -> int:
    query = select(func.max(models.ScorecardVersion.number)).filter_by(scorecard_id=scorecard_id)
    return session.scalar(query) or 0


def _published(name: str, version: models.ScorecardVersion) -> PublishedScorecard:
    return PublishedScorecard(version.id, name, version.number, version.digest, scorecard_from(version.document))
