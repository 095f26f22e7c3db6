"""Arrivals are counted by place and ten minutes, and added up by whoever counted some."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from surveys.fieldwork.arrivals import SLOT, ArrivalRow, add_arrivals, list_arrivals, slot_of
from tests.factories import NOW, ZONE, add_campaign


def test_what_comes_later_is_added_to_what_is_there(session: Session) -> None:
    campaign = add_campaign(session)
    other = add_campaign(session, campaign="other")
    add_arrivals(session, {(campaign.id, 10, "parent", 7): (3, 1), (other.id, 10, "parent", 7): (50, 50)})
    more = {
        (campaign.id, 11, "parent", 7): (1, 0),
        (campaign.id, 10, "parent", 7): (2, 4),
        (campaign.id, 10, "npc_deputy", None): (0, 1),
    }
    add_arrivals(session, more)
    add_arrivals(session, {})
    rows = (
        ArrivalRow(10, "npc_deputy", None, 0, 1),
        ArrivalRow(10, "parent", 7, 5, 5),
        ArrivalRow(11, "parent", 7, 1, 0),
    )
    assert list_arrivals(session, campaign_id=campaign.id) == rows
    assert list_arrivals(session, campaign_id=campaign.id, since=11) == rows[2:]


def test_thousands_of_places_are_added_at_once(session: Session) -> None:
    campaign = add_campaign(session)
    places = {(campaign.id, 10, "parent", school): (school, 1) for school in range(1, 8001)}
    for _ in range(2):
        add_arrivals(session, places)
    rows = list_arrivals(session, campaign_id=campaign.id)
    assert [(row.school_id, row.opened, row.completed) for row in rows] == [(n, 2 * n, 2) for n in range(1, 8001)]


def test_a_slot_is_ten_minutes() -> None:
    slots = [slot_of(NOW + timedelta(seconds=n), few=False, timezone=ZONE) for n in (0, 599, 600)]
    assert slots == [slots[0], slots[0], slots[0] + 1]
    assert datetime.fromtimestamp(slots[0] * SLOT, UTC) == NOW


def test_where_there_are_few_people_it_is_their_day() -> None:
    midnight = datetime(2026, 5, 12, tzinfo=ZONE)
    day = [slot_of(midnight + timedelta(minutes=n), few=True, timezone=ZONE) for n in (-1, 0, 600, 1439, 1440)]
    assert [datetime.fromtimestamp(slot * SLOT, ZONE) for slot in day] == [
        midnight - timedelta(days=1), midnight, midnight, midnight, midnight + timedelta(days=1),
    ]  # fmt: skip
