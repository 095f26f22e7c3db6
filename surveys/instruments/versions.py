"""Published versions of questionnaires. A version never changes; changed content is the next number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys import versions
from surveys.errors import SurveyError
from surveys.instruments.model import Instrument
from surveys.instruments.parsing import instrument_from, read_instrument
from surveys.versions import INSTRUMENTS, Version


@dataclass(frozen=True)
class PublishedInstrument:
    """One version as it was published. `digest` is the SHA-256 of its canonical JSON."""

    version_id: int
    name: str
    number: int
    digest: str
    instrument: Instrument


def publish_instrument(session: Session, *, content: str | bytes, now: datetime) -> PublishedInstrument:
    """Publish `content`; content that was published before gives back the version it has.

    Raises SurveyError as `parse_instrument` does, and then nothing is written.
    """
    document = read_instrument(content)
    return _published(versions.publish(session, INSTRUMENTS, name=document["instrument"], document=document, now=now))


def get_version(session: Session, *, version_id: int) -> PublishedInstrument:
    """The version of this id. Raises SurveyError(`instrument.missing`)."""
    found = versions.find_version(session, INSTRUMENTS, version_id=version_id)
    if found is None:
        raise SurveyError("instrument.missing", "missing", version=version_id)
    return _published(found)


def find_latest(session: Session, *, name: str, number: int | None = None) -> PublishedInstrument | None:
    """The newest version under `name`, or its version `number`."""
    found = versions.find_latest(session, INSTRUMENTS, name=name, number=number)
    return None if found is None else _published(found)


def _published(version: Version) -> PublishedInstrument:
    instrument = instrument_from(version.document)
    return PublishedInstrument(version.id, version.name, version.number, version.digest, instrument)
