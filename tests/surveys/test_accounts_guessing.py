"""Lock-out: guessing gets slow, and nobody is kept out by another's guessing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import accounts, regions, trail
from surveys.accounts import devices, guessing
from surveys.accounts.guessing import Admission, Source, Step
from surveys.db import Database
from surveys.models import SignInCount
from tests import factories

NOW = factories.NOW


def attempt(
    session: Session,
    *,
    address: str = "a",
    device: str | None = None,
    name: str = "officer",
    step: Step = "password",
    now: datetime = NOW,
    right: bool = False,
) -> Admission:
    source = Source(name, address, device, step)
    admission = guessing.admit(session, source=source, now=now, secret=factories.SECRET)
    if not admission.wait:
        if right:
            guessing.settle(session, admission=admission)
        else:
            guessing.refuse(session, admission=admission, source=source, now=now)
    return admission


@pytest.fixture
def officer(session: Session) -> Session:
    regions.add_region(session, code="demo", name="示例县", level="county", parent=None)
    accounts.add_account(session, name="officer", password="hash", role="officer", region="demo", now=NOW)
    return session


def test_a_source_waits_longer_each_time(officer: Session) -> None:
    now, waits = NOW, []
    for _ in range(12):
        attempt(officer, now=now)
        admission = attempt(officer, now=now)
        if admission.wait:
            waits.append(admission.wait.total_seconds())
            now += admission.wait
    assert waits[:4] == [30, 60, 120, 240]
    assert max(waits) == 900, "never closed for ever"


def test_hammering_while_one_waits_prolongs_nothing(officer: Session) -> None:
    for _ in range(5):
        assert not attempt(officer).wait
    for second in range(30):
        assert attempt(officer, now=NOW + timedelta(seconds=second)).wait == timedelta(seconds=30 - second)
    assert not attempt(officer, now=NOW + timedelta(seconds=30)).wait


def test_a_right_password_makes_the_source_as_new(officer: Session) -> None:
    for _ in range(4):
        for _ in range(4):
            assert not attempt(officer).wait
        assert not attempt(officer, right=True).wait


def test_what_was_long_ago_is_forgotten(officer: Session) -> None:
    for _ in range(5):
        attempt(officer)
    later = NOW + guessing.FORGOTTEN + timedelta(minutes=1)
    assert not attempt(officer, address="b", now=later, right=True).wait
    kept = officer.scalar(select(func.count()).select_from(SignInCount))
    assert kept == 2  # strangers and the address of whoever came last
    assert not attempt(officer, now=later).wait


def test_a_known_browser_is_not_kept_out_by_anybody(officer: Session) -> None:
    for number in range(200):
        attempt(officer, address=f"bot-{number % 40}")
    assert attempt(officer, address="bot-1").wait
    known = attempt(officer, address="bot-1", device="word", right=True)
    assert (known.wait, known.known) == (timedelta(0), True)


def test_a_known_browser_that_guesses_is_a_stranger(officer: Session) -> None:
    assert all(attempt(officer, device="stolen").known for _ in range(10))
    tries = [attempt(officer, device="stolen") for _ in range(6)]
    assert [each.known for each in tries] == [False] * 6
    assert [bool(each.wait) for each in tries] == [False] * 5 + [True]


def test_a_new_browser_is_heard_whatever_strangers_do(officer: Session) -> None:
    """While forty addresses hammer, the owner at a new place announces himself and is heard a minute later."""
    for number in range(200):
        attempt(officer, address=f"bot-{number % 40}")
    first = attempt(officer, address="home", right=True)
    assert first.wait == guessing.ANNOUNCED
    for number in range(200):
        attempt(officer, address=f"bot-{number % 40}", now=NOW + timedelta(seconds=30))
    later = NOW + guessing.ANNOUNCED
    assert not attempt(officer, address="home", now=later, right=True).wait
    fresh = [attempt(officer, address=f"new-{number}", now=later) for number in range(20)]
    assert all(each.wait for each in fresh), "an attacker waits with every new address"


def test_one_address_that_tries_many_names_waits(officer: Session) -> None:
    waits = [attempt(officer, name=f"name-{number}").wait for number in range(21)]
    assert [bool(wait) for wait in waits] == [False] * 20 + [True]
    assert not attempt(officer, name="officer", address="elsewhere").wait


def test_names_that_nobody_has_count_alike(officer: Session) -> None:
    for name in ("officer", "nobody", "x\x00"):
        waits = [attempt(officer, name=name, address=name).wait for _ in range(7)]
        assert waits == [timedelta(0)] * 5 + [timedelta(seconds=30)] * 2


def test_codes_are_guessed_slowly_from_anywhere(officer: Session) -> None:
    """Whoever guesses codes knows the password, so all strangers together get few tries."""
    tries = [attempt(officer, address=f"bot-{number}", step="code").wait for number in range(12)]
    assert [bool(wait) for wait in tries] == [False] * 10 + [True] * 2
    assert not attempt(officer, address="home", device="word", step="code", right=True).wait
    assert not attempt(officer, address="home", step="password", right=True).wait
    for step in ("password", "code"):
        attempt(officer, address="bot-1", step=step, right=step == "password")  # type: ignore[arg-type]
    assert attempt(officer, address="new", step="code").wait, "a right password opens nothing"


def test_the_trail_hears_of_it_once(officer: Session) -> None:
    for _ in range(3):
        for minute in range(5):
            attempt(officer, now=NOW + timedelta(minutes=20 * minute))
    for _ in range(9):
        attempt(officer, name="my password, typed into the wrong field", address="b")
    (deed,) = trail.list_deeds(officer, campaign_id=None)
    assert (deed.by, deed.action, deed.facts["name"], deed.facts["source"]) == (
        accounts.STRANGER, "account.refused_often", "officer", "source",
    )  # fmt: skip


def test_many_at_once_have_one_allowance(database: Database) -> None:
    """A try is counted before it is judged, so that ten at once are not ten first tries."""

    def arrive(_: int) -> bool:
        with database.begin() as session:
            source = Source("officer", "a", None)
            return bool(guessing.admit(session, source=source, now=NOW, secret=factories.SECRET).wait)

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(arrive, range(10))) == [False] * 5 + [True] * 5


def test_words_of_browsers_cannot_be_made_up() -> None:
    draw, secret = factories.drawer(1), factories.SECRET
    cookie = ""
    for number in range(7):
        cookie = devices.add_device(name=f"n{number}", cookie=cookie, secret=secret, draw=draw)
    assert [bool(devices.find_device(name=f"n{number}", cookie=cookie, secret=secret)) for number in range(7)] == [
        False, False, True, True, True, True, True,
    ]  # fmt: skip
    assert devices.find_device(name="n6", cookie=cookie, secret=b"another") is None
    for bad in ("", "~", ".", "a.b~.", "é.ü", cookie[1:], "n6", cookie.swapcase()):
        assert devices.find_device(name="n6", cookie=bad, secret=secret) is None
    again = devices.add_device(name="n6", cookie=cookie, secret=secret, draw=draw)
    assert again.count("~") == cookie.count("~")
