"""Codes of a phone are taken once, a step early or late; recovery codes are taken once; nothing is readable at rest."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import accounts, regions
from surveys.accounts import AccountView, second_factor
from surveys.accounts.second_factor import Draft
from surveys.db import Database
from surveys.errors import SurveyError
from surveys.models import RecoveryCode, SecondFactor
from tests import factories
from tests.surveys.phones import code_at

KEYS: dict[str, Any] = {"secret": factories.SECRET}
STEP = timedelta(seconds=30)
DRAW = factories.drawer(3)


def add_evaluator(session: Session) -> AccountView:
    regions.add_region(session, code="demo", name="示例县", level="county", parent=None)
    return accounts.add_account(
        session, name="王:小明", password="hash", role="evaluator", region="demo", now=factories.NOW
    )


def set_up(session: Session) -> tuple[AccountView, Draft, tuple[str, ...]]:
    evaluator = add_evaluator(session)
    draft = second_factor.draft_factor(name=evaluator.name, secret=factories.SECRET, draw=DRAW)
    kept = second_factor.set_factor(
        session, account=evaluator, sealed=draft.sealed, code=code_at(draft.key, factories.NOW), now=factories.NOW,
        draw=DRAW, **KEYS,
    )  # fmt: skip
    return accounts.get_account(session, name=evaluator.name), draft, kept


@pytest.fixture
def phone(session: Session) -> tuple[AccountView, Draft, tuple[str, ...]]:
    return set_up(session)


def take(session: Session, account: AccountView, code: str, now: datetime) -> bool:
    return second_factor.take_code(session, account_id=account.id, code=code, now=now, **KEYS)


def test_who_needs_one(session: Session) -> None:
    evaluator = add_evaluator(session)
    assert (evaluator.needs_second_factor, evaluator.must_set_up) == (True, True)
    regions.add_region(session, code="toy", name="模拟县", level="county", parent=None, simulated=True)
    for role, region, needs in (
        ("administrator", "demo", True), ("evaluator", "toy", False), ("officer", "demo", False),
        ("auditor", "demo", False),
    ):  # fmt: skip
        made = accounts.add_account(
            session, name=f"{role}-{region}", password="hash", role=role, region=region, now=factories.NOW
        )
        assert made.needs_second_factor == needs


def test_it_is_taken_into_use_with_a_right_code_only(session: Session) -> None:
    evaluator = add_evaluator(session)
    draft = second_factor.draft_factor(name=evaluator.name, secret=factories.SECRET, draw=DRAW)
    right = code_at(draft.key, factories.NOW)
    wrong = str((int(right) + 1) % 10**6).zfill(6)
    for sealed, code in ((draft.sealed, wrong), (draft.sealed, ""), (draft.sealed, "abc"), ("", right), ("{}", right)):
        with pytest.raises(SurveyError, match=r"factor\.invalid"):
            second_factor.set_factor(
                session, account=evaluator, sealed=sealed, code=code, now=factories.NOW, draw=DRAW, **KEYS
            )
    assert not accounts.get_account(session, name=evaluator.name).second_factor


def test_a_code_is_taken_once(session: Session, phone: tuple[AccountView, Draft, tuple[str, ...]]) -> None:
    account, draft, _ = phone
    assert not take(session, account, code_at(draft.key, factories.NOW), factories.NOW), "the set-up took it"
    later = factories.NOW + STEP
    assert take(session, account, code_at(draft.key, later), later)
    assert not take(session, account, code_at(draft.key, later), later)
    assert not take(session, account, code_at(draft.key, factories.NOW), later), "an earlier one neither"


@pytest.mark.parametrize(
    ("wrong", "taken"), [(-90, False), (-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_phone_may_be_a_step_fast_or_slow(
    session: Session, phone: tuple[AccountView, Draft, tuple[str, ...]], wrong: int, taken: bool
) -> None:
    account, draft, _ = phone
    now = factories.NOW + timedelta(hours=1)
    assert take(session, account, code_at(draft.key, now + timedelta(seconds=wrong)), now) == taken


def test_a_code_may_be_typed_in_two_groups(session: Session, phone: tuple[AccountView, Draft, tuple[str, ...]]) -> None:
    account, draft, _ = phone
    later = factories.NOW + STEP
    code = code_at(draft.key, later)
    assert take(session, account, f" {code[:3]} {code[3:]} ", later)


def test_recovery_codes_are_taken_once(session: Session, phone: tuple[AccountView, Draft, tuple[str, ...]]) -> None:
    account, _, kept = phone
    assert len(set(kept)) == 10

    def recover(code: str) -> bool:
        return second_factor.take_recovery(session, account=account, code=code, now=factories.NOW, **KEYS)

    assert recover(kept[0].upper().replace("-", " "))
    assert not recover(kept[0])
    assert not recover("")
    assert not recover("aaaa-aaaa-aaaa-aaaa")
    assert second_factor.count_recovery(session, account_id=account.id) == 9
    fresh = second_factor.renew_recovery(session, account=account, now=factories.NOW, draw=DRAW, **KEYS)
    assert not recover(kept[1])
    assert recover(fresh[1])


def test_nothing_is_readable_at_rest(session: Session, phone: tuple[AccountView, Draft, tuple[str, ...]]) -> None:
    account, draft, kept = phone
    row = session.scalars(select(SecondFactor)).one()
    assert draft.key.replace(" ", "") not in row.secret.replace("-", "")
    assert all(code.encode() not in each.digest for code in kept for each in session.scalars(select(RecoveryCode)))
    later = factories.NOW + STEP
    code = code_at(draft.key, later)
    assert not second_factor.take_code(session, account_id=account.id, code=code, now=later, secret=b"another")
    assert take(session, account, code, later)


def test_dropping_it_drops_its_recovery_codes(
    session: Session, phone: tuple[AccountView, Draft, tuple[str, ...]]
) -> None:
    account, draft, kept = phone
    second_factor.drop_factor(session, account=account, now=factories.NOW, by="admin")
    later = factories.NOW + STEP
    assert not take(session, account, code_at(draft.key, later), later)
    assert not second_factor.take_recovery(session, account=account, code=kept[0], now=later, **KEYS)
    assert accounts.get_account(session, name=account.name).must_set_up


@pytest.mark.parametrize("recovering", [False, True])
def test_of_two_at_once_one_is_taken(database: Database, recovering: bool) -> None:
    with database.begin() as session:
        account, draft, kept = set_up(session)
    later = factories.NOW + STEP
    code = code_at(draft.key, later)

    def attempt(_: int) -> bool:
        with database.begin() as session:
            if recovering:
                return second_factor.take_recovery(session, account=account, code=kept[0], now=later, **KEYS)
            return take(session, account, code, later)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]


def test_the_address_for_the_phone(session: Session) -> None:
    draw: Callable[[int], bytes] = factories.drawer(5)
    draft = second_factor.draft_factor(name="王:小明", secret=factories.SECRET, draw=draw)
    assert draft.address.startswith("otpauth://totp/Renke:")
    assert f"secret={draft.key.replace(' ', '')}" in draft.address
    found = second_factor.find_draft(name="王:小明", sealed=draft.sealed, secret=factories.SECRET)
    assert found is not None
    assert (found.address, found.key) == (draft.address, draft.key)
