"""Versions of questionnaires and scorecards by the reference that people write: `name`, or `name@number`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import models
from surveys.instruments import library as instruments
from surveys.instruments import versions as instrument_versions
from surveys.instruments.versions import PublishedInstrument
from surveys.scorecards import library as scorecards
from surveys.scorecards import versions as scorecard_versions
from surveys.scorecards.versions import PublishedScorecard


def find_instrument(session: Session, *, name: str, now: datetime) -> PublishedInstrument | None:
    """The version that is meant; one of the library is published the first time it is asked for."""
    plain, number = _split(name)
    found = instrument_versions.find_latest(session, name=plain, number=number)
    if found is not None or number not in (None, 1) or plain not in instruments.library_names():
        return found
    document = instruments.library_document(plain)
    return instrument_versions.publish_instrument(session, content=document, now=now)


def find_scorecard(session: Session, *, name: str, now: datetime) -> PublishedScorecard | None:
    """The version that is meant; one of the library is published the first time it is asked for."""
    plain, number = _split(name)
    found = scorecard_versions.find_latest(session, name=plain, number=number)
    if found is not None or number not in (None, 1) or plain not in scorecards.library_names():
        return found
    document = scorecards.library_document(plain)
    return scorecard_versions.publish_scorecard(session, content=document, now=now)


def instrument_names(session: Session) -> list[str]:
    """What a campaign may name."""
    return sorted({*instruments.library_names(), *session.scalars(select(models.Instrument.name))})


def scorecard_names(session: Session) -> list[str]:
    """What a campaign may name."""
    return sorted({*scorecards.library_names(), *session.scalars(select(models.Scorecard.name))})


def _split(reference: str) -> tuple[str, int | None]:
    name, _, number = reference.partition("@")
    return name, int(number) if number else None
