"""Published documents: under a name, numbered versions that never change, whatever kind of document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from surveys.documents import digest_of
from surveys.models import (
    Instrument,
    InstrumentVersion,
    PublicationRule,
    PublicationRuleVersion,
    SamplingRule,
    SamplingRuleVersion,
    Scorecard,
    ScorecardVersion,
)

AnyVersion = InstrumentVersion | ScorecardVersion | SamplingRuleVersion | PublicationRuleVersion


@dataclass(frozen=True)
class Shelf:
    """The two tables of one kind of document: its names and its versions; `owner` leads from one to the other."""

    names: type[Any]
    versions: type[Any]
    owner: InstrumentedAttribute[int]


INSTRUMENTS = Shelf(Instrument, InstrumentVersion, InstrumentVersion.instrument_id)
SCORECARDS = Shelf(Scorecard, ScorecardVersion, ScorecardVersion.scorecard_id)
SAMPLING_RULES = Shelf(SamplingRule, SamplingRuleVersion, SamplingRuleVersion.sampling_rule_id)
PUBLICATION_RULES = Shelf(PublicationRule, PublicationRuleVersion, PublicationRuleVersion.publication_rule_id)


@dataclass(frozen=True)
class Version:
    """One version as it was published. `digest` is the SHA-256 of its canonical JSON."""

    id: int
    name: str
    number: int
    digest: str
    document: Mapping[str, Any]


def publish(session: Session, shelf: Shelf, *, name: str, document: dict[str, Any], now: datetime) -> Version:
    """Publish `document` under `name`; content that was published before gives back the version it has."""
    digest = digest_of(document)
    place = _lock_name(session, shelf, name)
    known = select(shelf.versions).where(shelf.owner == place, shelf.versions.digest == digest)
    version: AnyVersion | None = session.scalars(known).first()
    if version is None:
        last = session.scalar(select(func.max(shelf.versions.number)).where(shelf.owner == place)) or 0
        content = {"document": document, "digest": digest, "published_at": now}
        version = shelf.versions(**{shelf.owner.key: place, "number": last + 1, **content})
        session.add(version)
        session.flush()
    return _view(name, version)


def find_version(session: Session, shelf: Shelf, *, version_id: int) -> Version | None:
    """The version of this id."""
    row = session.execute(_versions(shelf).where(shelf.versions.id == version_id)).first()
    return None if row is None else _view(*row)


def find_latest(session: Session, shelf: Shelf, *, name: str, number: int | None = None) -> Version | None:
    """The newest version under `name`, or its version `number`."""
    query = _versions(shelf).where(shelf.names.name == name).order_by(shelf.versions.number.desc())
    if number is not None:
        query = query.where(shelf.versions.number == number)
    row = session.execute(query.limit(1)).first()
    return None if row is None else _view(*row)


def _versions(shelf: Shelf) -> Select[str, Any]:
    return select(shelf.names.name, shelf.versions).join(shelf.names, shelf.names.id == shelf.owner)


def _lock_name(session: Session, shelf: Shelf, name: str) -> int:
    """The id of this name, made when new, locked so that two who publish at once get two numbers."""
    query = select(shelf.names.id).where(shelf.names.name == name).with_for_update()
    found: int | None = session.scalars(query).first()
    if found is not None:
        return found
    try:
        with session.begin_nested():
            session.add(shelf.names(name=name))
    except IntegrityError:
        pass  # somebody else made it just now
    made: int = session.scalars(query).one()
    return made


def _view(name: str, version: AnyVersion) -> Version:
    return Version(version.id, name, version.number, version.digest, version.document)
