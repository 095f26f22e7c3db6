"""Published versions of scorecards. A version never changes; changed content is the next number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys import versions
from surveys.errors import SurveyError
from surveys.scorecards.model import Scorecard
from surveys.scorecards.parsing import read_scorecard, scorecard_from
from surveys.versions import SCORECARDS, Version


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
    return _published(versions.publish(session, SCORECARDS, name=document["scorecard"], document=document, now=now))


def get_version(session: Session, *, version_id: int) -> PublishedScorecard:
    """The version of this id. Raises SurveyError(`scorecard.missing`)."""
    found = versions.find_version(session, SCORECARDS, version_id=version_id)
    if found is None:
        raise SurveyError("scorecard.missing", "missing", version=version_id)
    return _published(found)


def find_latest(session: Session, *, name: str, number: int | None = None) -> PublishedScorecard | None:
    """The newest version under `name`, or its version `number`."""
    found = versions.find_latest(session, SCORECARDS, name=name, number=number)
    return None if found is None else _published(found)


def _published(version: Version) -> PublishedScorecard:
    scorecard = scorecard_from(version.document)
    return PublishedScorecard(version.id, version.name, version.number, version.digest, scorecard)
