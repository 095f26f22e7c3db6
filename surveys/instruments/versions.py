"""Published versions of questionnaires. A version never changes; changed content is the next number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys import models
from surveys.documents import digest_of
from surveys.errors import SurveyError
from surveys.instruments.model import Instrument
from surveys.instruments.parsing import instrument_from, read_instrument


@dataclass(frozen=True)
class PublishedInstrument:
    """One version as it was published. `digest` is the SHA-256 of its canonical JSON."""

    version_id: int
    name: str
    number: int
    digest: str
    instrument: Instrument


def publish_instrument(session: Session, *, content: str | bytes, now: datetime) -> PublishedInstrument:
    """Publish `content`; content that was published before gives back the version it has."""
    document = read_instrument(content)
    digest, name = digest_of(document), document["instrument"]
    shelf = _lock_shelf(session, name)
    known = select(models.InstrumentVersion).filter_by(instrument_id=shelf.id, digest=digest)
    version = session.scalars(known).first()
    if version is None:
        version = models.InstrumentVersion(
            instrument_id=shelf.id,
            number=_last_number(session, shelf.id) + 1,
            document=document,
            digest=digest,
            published_at=now,
        )
        session.add(version)
        session.flush()
    return _published(name, version)


def get_version(session: Session, *, version_id: int) -> PublishedInstrument:
    """The version of this id. Raises SurveyError(`instrument.missing`)."""
    row = session.execute(
        select(models.Instrument.name, models.InstrumentVersion)
        .join_from(models.InstrumentVersion, models.Instrument)
        .where(models.InstrumentVersion.id == version_id)
    ).first()
    if row is None:
        raise SurveyError("instrument.missing", "missing", version=version_id)
    return _published(*row)


def find_latest(session: Session, *, name: str, number: int | None = None) -> PublishedInstrument | None:
    """The newest version under `name`, or its version `number`."""
    query = (
        select(models.Instrument.name, models.InstrumentVersion)
        .join_from(models.InstrumentVersion, models.Instrument)
        .where(models.Instrument.name == name)
        .order_by(models.InstrumentVersion.number.desc())
    )
    if number is not None:
        query = query.where(models.InstrumentVersion.number == number)
    row = session.execute(query.limit(1)).first()
    return None if row is None else _published(*row)


def _lock_shelf(session: Session, name: str) -> models.Instrument:
    """The row of this name, made when new, locked so that two who publish at once get two numbers."""
    query = select(models.Instrument).filter_by(name=name).with_for_update()
    shelf = session.scalars(query).first()
    if shelf is not None:
        return shelf
    try:
        with session.begin_nested():
            session.add(models.Instrument(name=name))
    except IntegrityError:
        pass  # somebody else made it just now
    return session.scalars(query).one()


def _last_number(session: Session, instrument_id: int) -> int:
    query = select(func.max(models.InstrumentVersion.number)).filter_by(instrument_id=instrument_id)
    return session.scalar(query) or 0


def _published(name: str, version: models.InstrumentVersion) -> PublishedInstrument:
    return PublishedInstrument(version.id, name, version.number, version.digest, instrument_from(version.document))
