"""The chains of the trail: told in order, never changed unnoticed, whatever somebody with the database does to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveys import evaluations, trail
from surveys.campaigns import CampaignView, close_campaign
from surveys.db import Database, dialect_of
from surveys.models import TrailEntry, TrailHead
from surveys.trail import Checked, Fault, Head, Wanted
from surveys.trail.model import digest_after
from tests.factories import NOW, add_campaign, add_posters, open_door, send

ENTRIES = 6
TRIGGERS = ("trail_no_update", "trail_no_delete", "trail_heads_no_delete")


@pytest.fixture
def campaign(session: Session) -> CampaignView:
    """A campaign of whose trail six entries are there."""
    made = add_campaign(session)
    tell(session, made, ENTRIES)
    return made


def tell(session: Session, campaign: CampaignView | None, count: int) -> None:
    key = None if campaign is None else campaign.id
    for number in range(1, count + 1):
        moment = NOW + timedelta(minutes=number)
        trail.record(
            session, campaign_id=key, now=moment, by="小王", action="test.done", step=number, places=("甲", "乙")
        )


def check(session: Session, campaign: CampaignView | None = None, kept: tuple[Head, ...] | None = None) -> Checked:
    wanted = None if campaign is None else campaign.name
    return {each.campaign: each for each in trail.verify_trail(session, kept=kept)}[wanted]


@contextmanager
def unguarded(session: Session) -> Iterator[None]:
    """What somebody who owns the database can do: take the triggers away, change things, forget to tell."""
    for name in TRIGGERS:
        on = "" if dialect_of(session) == "sqlite" else f" ON {'trail_heads' if 'heads' in name else 'trail'}"
        session.execute(text(f"DROP TRIGGER {name}{on}"))
    yield
    session.expire_all()


# Telling


def test_numbers_follow_one_another_and_each_digest_covers_the_one_before(
    session: Session, campaign: CampaignView
) -> None:
    entries = session.scalars(select(TrailEntry).order_by(TrailEntry.number)).all()
    assert [each.number for each in entries] == list(range(1, ENTRIES + 1))
    assert len({each.digest for each in entries}) == ENTRIES
    head = session.get_one(TrailHead, campaign.id)
    assert (head.number, head.digest) == (ENTRIES, entries[-1].digest)
    assert check(session, campaign) == Checked("tiny", ENTRIES, entries[-1].digest, 0, None)


def test_a_digest_can_be_computed_by_anybody_from_what_the_manual_says(
    session: Session, campaign: CampaignView
) -> None:
    import hashlib

    first = session.get_one(TrailEntry, (campaign.id, 1))
    facts = '{"places":["\\u7532","\\u4e59"],"step":1}'
    content = f'["{"0" * 64}",{campaign.id},1,"2026-05-12T02:01:00+00:00","\\u5c0f\\u738b","test.done",{facts}]'
    assert first.digest == hashlib.sha256(content.encode()).hexdigest()


def test_what_is_about_the_installation_has_a_chain_of_its_own(session: Session, campaign: CampaignView) -> None:
    tell(session, None, 2)
    assert check(session).number == 2
    assert check(session, campaign).number == ENTRIES


def test_the_keys_of_facts_come_back_as_they_were_digested(session: Session, campaign: CampaignView) -> None:
    trail.record(session, campaign_id=campaign.id, now=NOW, by="a", action="b", counts={10: 1, 9: 0.1, "é\u2028": None})
    session.expire_all()
    assert check(session, campaign).fault is None


def test_facts_without_a_json_of_their_own_are_refused(session: Session, campaign: CampaignView) -> None:
    with pytest.raises(ValueError, match="JSON"):
        trail.record(session, campaign_id=campaign.id, now=NOW, by="a", action="b", rate=float("nan"))


def test_two_who_tell_at_once_leave_no_gap_and_no_fork(database: Database) -> None:
    with database.begin() as session:
        campaign = add_campaign(session)

    def tell_one(number: int) -> None:
        with database.begin() as own:
            key = campaign.id if number % 2 else None
            trail.record(own, campaign_id=key, now=NOW, by=f"a{number}", action="test.done", number=number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tell_one, range(40)))
    with database.read() as session:
        assert [(each.number, each.fault) for each in trail.verify_trail(session)] == [(20, None), (20, None)]


# The database refuses


@pytest.mark.parametrize(
    "change", ["UPDATE trail SET number = 99 WHERE number = 1", "DELETE FROM trail", "DELETE FROM trail_heads"]
)
def test_the_database_refuses_to_change_what_was_told(session: Session, campaign: CampaignView, change: str) -> None:
    with pytest.raises(DBAPIError, match="never changes"):
        session.execute(text(change))


# Tampering


def set_field(column: str, value: str) -> Callable[[Session], None]:
    return lambda session: session.execute(text(f"UPDATE trail SET {column} = {value} WHERE number = 3")) and None


def remove(session: Session) -> None:
    session.execute(text("DELETE FROM trail WHERE number = 3"))


def remove_and_close_the_gap(session: Session) -> None:
    remove(session)
    for number in range(4, ENTRIES + 1):
        session.execute(text(f"UPDATE trail SET number = {number - 1} WHERE number = {number}"))
    session.execute(text("UPDATE trail_heads SET number = number - 1 WHERE number = 6"))


def swap(session: Session) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        session.execute(text(f"UPDATE trail SET number = {new} WHERE number = {old}"))


def insert(session: Session) -> None:
    """A forged entry between two, with a digest that looks like one."""
    for number in range(ENTRIES, 2, -1):
        session.execute(text(f"UPDATE trail SET number = {number + 1} WHERE number = {number}"))
    copy_entry(session, 2, 3)
    session.execute(text("UPDATE trail_heads SET number = number + 1 WHERE number = 6"))


def copy_entry(session: Session, old: int, new: int) -> None:
    columns = 'chain, campaign_id, at, "by", action, facts, digest'
    session.execute(
        text(f"INSERT INTO trail (number, {columns}) SELECT {new}, {columns} FROM trail WHERE number = {old}")
    )


def cut(session: Session) -> None:
    session.execute(text("DELETE FROM trail WHERE number > 4"))


def append(session: Session) -> None:
    """An entry with a right digest, but nobody moved the head."""
    last = session.scalars(select(TrailEntry).where(TrailEntry.number == ENTRIES)).one()
    told = {"number": ENTRIES + 1, "at": NOW, "by": "x", "action": "forged", "facts": {}}
    digest = digest_after(last.digest, chain=last.chain, deed=trail.Deed(**told))
    session.add(TrailEntry(**told, chain=last.chain, campaign_id=last.campaign_id, digest=digest))
    session.flush()


def move_head(session: Session) -> None:
    session.execute(text(f"UPDATE trail_heads SET digest = '{'f' * 64}' WHERE number = 6"))


def drop_head(session: Session) -> None:
    session.execute(text("DELETE FROM trail_heads WHERE number = 6"))


def drop_all(session: Session) -> None:
    session.execute(text("DELETE FROM trail"))
    session.execute(text("DELETE FROM trail_heads"))


TAMPERED: list[tuple[Callable[[Session], None], Fault]] = [
    (set_field('"by"', "'somebody else'"), Fault("changed", 3)),
    (set_field("action", "'nothing.done'"), Fault("changed", 3)),
    (set_field("facts", "'{\"step\": 4}'"), Fault("changed", 3)),
    (set_field("at", "'2020-01-01 00:00:00'"), Fault("changed", 3)),
    (set_field("digest", f"'{'0' * 64}'"), Fault("changed", 3)),
    (remove, Fault("missing", 3)),
    (remove_and_close_the_gap, Fault("changed", 3)),
    (swap, Fault("changed", 3)),
    (insert, Fault("changed", 3)),
    (cut, Fault("cut", 5)),
    (append, Fault("beyond", 7)),
    (move_head, Fault("head", 6)),
    (drop_head, Fault("no_head", 6)),
    (drop_all, Fault("no_head", 0)),
]


@pytest.mark.parametrize(("tamper", "fault"), TAMPERED, ids=lambda each: getattr(each, "__name__", ""))
def test_every_change_is_found_at_its_place(
    session: Session, campaign: CampaignView, tamper: Callable[[Session], None], fault: Fault
) -> None:
    assert check(session, campaign).fault is None
    with unguarded(session):
        tamper(session)
    assert check(session, campaign).fault == fault


@pytest.mark.parametrize(("column", "value"), [("at", "'whenever'"), ("facts", "'{'"), ("facts", "'[NaN'")])
def test_what_is_no_data_any_more_is_found_too(
    session: Session, campaign: CampaignView, column: str, value: str
) -> None:
    if dialect_of(session) != "sqlite":
        pytest.skip("PostgreSQL takes no such value")
    with unguarded(session):
        set_field(column, value)(session)
    assert check(session, campaign).fault == Fault("changed", 3)


def test_an_entry_of_another_chain_is_found(session: Session, campaign: CampaignView) -> None:
    other = add_campaign(session, campaign="other")
    tell(session, other, 1)
    with unguarded(session):
        session.execute(
            text(f"UPDATE trail SET chain = {other.id}, campaign_id = {other.id}, number = 2 WHERE number = {ENTRIES}")
        )
    assert check(session, campaign).fault == Fault("cut", ENTRIES)
    assert check(session, other).fault == Fault("changed", 2)


# Ends that were kept elsewhere


def test_a_chain_that_was_computed_anew_agrees_with_itself_but_not_with_an_end_kept_elsewhere(
    session: Session, campaign: CampaignView
) -> None:
    kept = trail.list_heads(session)
    tell(session, campaign, 2)
    assert check(session, campaign, kept).fault is None
    with unguarded(session):
        session.execute(text("DELETE FROM trail"))
        session.execute(text("DELETE FROM trail_heads"))
    session.expunge_all()
    tell(session, campaign, ENTRIES - 1)
    trail.record(session, campaign_id=campaign.id, now=NOW, by="小王", action="test.changed")
    assert check(session, campaign).fault is None
    assert check(session, campaign, kept).fault == Fault("rewritten", ENTRIES)


def test_a_chain_that_was_made_shorter_and_its_head_with_it_is_found_by_an_end_kept_elsewhere(
    session: Session, campaign: CampaignView
) -> None:
    kept = trail.list_heads(session)
    with unguarded(session):
        cut(session)
        end = session.scalars(select(TrailEntry.digest).where(TrailEntry.number == 4)).one()
        session.execute(text(f"UPDATE trail_heads SET number = 4, digest = '{end}'"))
    assert check(session, campaign).fault is None
    assert check(session, campaign, kept).fault == Fault("cut", 5)


def test_a_campaign_that_is_gone_is_missed(session: Session, campaign: CampaignView) -> None:
    gone = Head("gone", 12, "a" * 64)
    found = {each.campaign: each.fault for each in trail.verify_trail(session, kept=(gone,))}
    assert found["gone"] == Fault("cut", 12)
    assert found["tiny"] is None


# Scores


@pytest.fixture
def scored(session: Session) -> CampaignView:
    campaign = add_campaign(session)
    doors = [open_door(session, slip) for slip in add_posters(session, campaign)]
    for door in doors:
        send(session, door)
    close_campaign(session, name="tiny", now=NOW)
    evaluations.evaluate(session, name="tiny", now=NOW, by="officer")
    return campaign


def test_a_score_is_told_once_with_who_asked_for_it(session: Session, scored: CampaignView) -> None:
    evaluations.evaluate(session, name="tiny", now=NOW, by="somebody else")  # the same again is the same
    (deed,) = trail.list_deeds(session, campaign_id=scored.id, action=trail.SCORE_KEPT)
    assert (deed.by, deed.facts["number"]) == ("officer", 1)
    assert check(session, scored).scores == 1


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("UPDATE evaluations SET responses = responses + 1", "score"),
        ('UPDATE evaluations SET result = \'{"composite": {"value": 99}}\'', "score"),
        ("UPDATE evaluations SET recipe = '{}'", "score"),
        ("UPDATE evaluations SET provisional = NOT provisional", "score"),
        ("UPDATE evaluations SET made_at = '2026-01-01 00:00:00'", "score"),
        ("UPDATE evaluations SET number = 2", "score_untold"),
        ("DELETE FROM evaluations", "score_gone"),
    ],
)
def test_a_score_that_was_changed_later_is_found(
    session: Session, scored: CampaignView, change: str, kind: str
) -> None:
    lift_guards(session, "evaluations")
    session.execute(text(change))
    session.expire_all()
    fault = check(session, scored).fault
    assert fault is not None
    assert fault.kind == kind


def lift_guards(session: Session, table: str) -> None:
    """Take away whatever triggers protect a table."""
    if dialect_of(session) == "sqlite":
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
    else:
        names = "SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal"
    for name in session.scalars(text(names), {"table": table}).all():
        on = "" if dialect_of(session) == "sqlite" else f" ON {table}"
        session.execute(text(f"DROP TRIGGER {name}{on}"))


# Reading


def test_a_page_has_the_newest_first_and_what_can_be_chosen(session: Session, campaign: CampaignView) -> None:
    trail.record(session, campaign_id=campaign.id, now=NOW, by="b", action="test.other")
    first = trail.read_deeds(session, wanted=Wanted(campaign.id), size=3)
    assert [each.number for each in first.deeds] == [7, 6, 5]
    assert (first.pages, first.count, first.actions, first.people) == (3, 7, ("test.done", "test.other"), ("b", "小王"))
    assert [each.number for each in trail.read_deeds(session, wanted=Wanted(campaign.id), page=99, size=3).deeds] == [1]
    chosen = trail.read_deeds(session, wanted=Wanted(campaign.id, action="test.done", by="b"))
    assert (chosen.deeds, chosen.count, chosen.page, chosen.pages) == ((), 0, 1, 1)


def test_of_the_installation_one_sees_what_is_about_the_own_subtree(session: Session) -> None:
    add_campaign(session)
    add_campaign(session, campaign="other", county="other")
    for region in ("demo", "demo-province", "other", "nowhere", "/", None):
        trail.record(session, campaign_id=None, now=NOW, by="b", action="test.done", region=region)
    trail.record(session, campaign_id=None, now=NOW, by="b", action="test.done")

    def seen(path: str) -> set[str]:
        return {each.facts["region"] for each in trail.stream_deeds(session, wanted=Wanted(None, path=path))}

    assert seen("/demo-province/demo/") == {"demo", "/"}
    assert seen("/demo-province/") == {"demo", "demo-province", "/"}
    assert seen("/other-province/") == {"other", "/"}
    assert len(list(trail.stream_deeds(session, wanted=Wanted(None)))) == 7


def test_the_whole_trail_is_streamed_in_order(
    session: Session, campaign: CampaignView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveys.trail.reading.MANY", 2)
    monkeypatch.setattr("surveys.trail.verifying.MANY", 2)
    numbers = [each.number for each in trail.stream_deeds(session, wanted=Wanted(campaign.id))]
    assert numbers == list(range(1, ENTRIES + 1))
    assert check(session, campaign).number == session.scalar(select(func.count()).select_from(TrailEntry)) == ENTRIES
