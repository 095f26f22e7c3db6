"""A published questionnaire never changes; what changes is the next version."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveys.db import Database
from surveys.errors import SurveyError
from surveys.instruments.library import library_document, library_names
from surveys.instruments.parsing import parse_instrument
from surveys.instruments.versions import find_latest, get_version, publish_instrument
from surveys.models import Instrument, InstrumentVersion

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
PARENT = library_document("parent")
CHANGED = PARENT.replace("minutes: 5", "minutes: 6")


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(InstrumentVersion)) or 0


def test_the_first_version_is_number_one(session: Session) -> None:
    made = publish_instrument(session, content=PARENT, now=NOW)
    assert (made.name, made.number) == ("parent", 1)
    assert made.instrument == parse_instrument(PARENT)
    assert len(made.digest) == 64


def test_the_same_content_again_is_the_same_version(session: Session) -> None:
    first = publish_instrument(session, content=PARENT, now=NOW)
    assert publish_instrument(session, content=PARENT.encode(), now=LATER) == first
    assert publish_instrument(session, content="# another comment\n" + PARENT, now=LATER) == first
    assert count(session) == 1
    version = session.get_one(InstrumentVersion, first.version_id)
    session.refresh(version)
    assert version.published_at == NOW


def test_changed_content_is_the_next_version(session: Session) -> None:
    first = publish_instrument(session, content=PARENT, now=NOW)
    second = publish_instrument(session, content=CHANGED, now=LATER)
    assert (second.number, second.instrument.minutes) == (2, 6)
    assert get_version(session, version_id=first.version_id) == first
    assert first.instrument.minutes == 5


def test_content_of_an_older_version_is_that_version(session: Session) -> None:
    first = publish_instrument(session, content=PARENT, now=NOW)
    publish_instrument(session, content=CHANGED, now=NOW)
    assert publish_instrument(session, content=PARENT, now=LATER) == first
    assert count(session) == 2


def test_each_name_counts_for_itself(session: Session) -> None:
    made = [publish_instrument(session, content=library_document(name), now=NOW) for name in library_names()]
    assert [each.number for each in made] == [1] * 6
    assert [each.name for each in made] == list(library_names())


def test_the_latest_or_a_given_version_is_found(session: Session) -> None:
    assert find_latest(session, name="parent") is None
    first = publish_instrument(session, content=PARENT, now=NOW)
    second = publish_instrument(session, content=CHANGED, now=NOW)
    publish_instrument(session, content=library_document("teacher"), now=NOW)
    assert find_latest(session, name="parent") == second
    assert find_latest(session, name="parent", number=1) == first
    assert find_latest(session, name="parent", number=3) is None


def test_a_version_that_is_not_there_is_missing(session: Session) -> None:
    with pytest.raises(SurveyError) as caught:
        get_version(session, version_id=12345)
    assert (caught.value.code, caught.value.kind) == ("instrument.missing", "missing")


def test_a_wrong_questionnaire_is_not_stored(session: Session) -> None:
    with pytest.raises(SurveyError):
        publish_instrument(session, content=PARENT.replace("role: overall", "role: item"), now=NOW)
    assert count(session) == 0
    assert find_latest(session, name="parent") is None


@pytest.mark.parametrize(
    "change",
    [
        update(InstrumentVersion).values(number=7),
        update(InstrumentVersion).values(published_at=LATER),
        delete(InstrumentVersion),
        text("UPDATE instrument_versions SET digest = 'x'"),
    ],
    ids=["number", "time", "delete", "by hand"],
)
def test_the_database_refuses_to_change_a_version(session: Session, change: object) -> None:
    publish_instrument(session, content=PARENT, now=NOW)
    with pytest.raises(DBAPIError, match="a published version never changes"), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]
    found = find_latest(session, name="parent")
    assert found is not None
    assert found.number == 1


def test_two_who_publish_at_once_get_two_numbers_or_share_one(database: Database) -> None:
    contents = [PARENT, CHANGED, PARENT, CHANGED]
    start = threading.Barrier(len(contents))
    numbers: list[int] = []

    def publish(content: str) -> None:
        start.wait()
        with database.begin() as session:
            numbers.append(publish_instrument(session, content=content, now=NOW).number)

    threads = [threading.Thread(target=publish, args=[content]) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [1, 1, 2, 2]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Instrument)) == 1
        assert count(session) == 2
