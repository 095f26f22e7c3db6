"""Tokens: shown once, never more than the account has now, ended with what ends the account's sign-ins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from surveys import accounts, trail
from surveys.accounts import AccountView, second_factor, tokens
from surveys.accounts.links import Wanted
from surveys.accounts.tokens import SCOPES, Bearer, WantedToken
from surveys.errors import SurveyError
from surveys.models import Account, ApiToken, Region
from surveys.regions import add_region
from tests import factories

GOOD = "四时佳兴 与人同静观"
KEYS: dict[str, Any] = {"now": factories.NOW, "secret": factories.SECRET}
WANTED = WantedToken("脚本", ("results:read",), 90)


@pytest.fixture
def draw() -> Callable[[int], bytes]:
    return factories.drawer(7)


@pytest.fixture
def counties(session: Session) -> Session:
    for code in ("demo", "other"):
        factories.add_county(session, code=code)
    add_region(session, code="demo-town", name="乡", level="township", parent="demo")
    return session


def add(session: Session, name: str, role: str = "analyst", region: str = "demo", **more: Any) -> AccountView:
    return accounts.add_account(
        session, name=name, password="hash", role=role, region=region, now=factories.NOW, **more
    )


def find(session: Session, token: str, **changes: Any) -> Bearer | None:
    return tokens.find_bearer(session, token=token, **{**KEYS, **changes})


def codes(refused: pytest.ExceptionInfo[SurveyError]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_token_gives_what_was_asked_for_and_is_kept_as_a_digest(
    counties: Session, draw: Callable[[int], bytes]
) -> None:
    account = add(counties, "小李")
    wanted = WantedToken("脚本", ("results:read", "microdata:read"), 30, "demo-town")
    token = tokens.make_token(counties, account=account, wanted=wanted, draw=draw, **KEYS)
    assert token.startswith("renke_")
    assert len(token) == 6 + 43
    found = find(counties, token)
    assert found is not None
    assert (found.account.name, found.scopes, found.region, found.region_path) == (
        "小李", ("results:read", "microdata:read"), "demo-town", f"{account.region_path}demo-town/",
    )  # fmt: skip
    stored = counties.scalars(select(ApiToken)).one()
    assert token[6:].encode() not in bytes(stored.digest)
    assert all(token[6:] not in str(value) for value in vars(stored).values())
    assert find(counties, token, secret=b"another") is None
    (deed,) = trail.list_deeds(counties, campaign_id=None)[:1]
    assert deed.action == "account.token_made"
    assert token[6:] not in str(deed.facts)


def test_a_token_ends_with_its_time(counties: Session, draw: Callable[[int], bytes]) -> None:
    account = add(counties, "小李")
    token = tokens.make_token(counties, account=account, wanted=WANTED, draw=draw, **KEYS)
    assert find(counties, token, now=factories.NOW + timedelta(days=90, seconds=-1)) is not None
    assert find(counties, token, now=factories.NOW + timedelta(days=90)) is None
    assert tokens.list_tokens(counties, account_id=account.id, now=factories.NOW + timedelta(days=90)) == ()


def test_a_token_never_gives_more_than_the_account_has_now(counties: Session, draw: Callable[[int], bytes]) -> None:
    account = add(counties, "小李")
    wanted = WantedToken("脚本", ("results:read", "microdata:read"), 30)
    token = tokens.make_token(counties, account=account, wanted=wanted, draw=draw, **KEYS)

    def change(**values: Any) -> Bearer | None:
        counties.execute(update(Account).where(Account.id == account.id).values(**values))
        return find(counties, token)

    officer = change(role="officer")
    assert officer is not None
    assert officer.scopes == ("results:read",)
    liaison = change(role="liaison")
    assert liaison is not None
    assert liaison.scopes == ()
    assert change(role="evaluator", active=False) is None
    assert change(active=True) is not None
    other = counties.scalars(select(Region).where(Region.code == "other")).one()
    assert change(region_id=other.id) is None


def test_what_ends_an_account_s_sign_ins_ends_its_tokens(counties: Session, draw: Callable[[int], bytes]) -> None:
    account = add(counties, "小李")

    def fresh() -> str:
        return tokens.make_token(counties, account=account, wanted=WANTED, draw=draw, **KEYS)

    def end_by_reset() -> None:
        link = accounts.offer_reset(counties, account=account, by="admin", draw=draw, **KEYS)
        accounts.reset_password(counties, token=link, password=GOOD, again=GOOD, hashed="other", **KEYS)

    def end_by_owner() -> None:
        accounts.renew_password(counties, account=account, password="third", keep=None, now=factories.NOW)

    def end_by_closing() -> None:
        accounts.deactivate(counties, account=account, now=factories.NOW, by="admin")
        accounts.activate(counties, account=account, now=factories.NOW, by="admin")

    for end in (end_by_reset, end_by_owner, end_by_closing):
        first, second = fresh(), fresh()
        assert find(counties, first) is not None
        end()
        assert find(counties, first) is find(counties, second) is None, end.__name__
        assert tokens.list_tokens(counties, account_id=account.id, now=factories.NOW) == ()


def test_whoever_must_set_up_a_second_factor_has_no_token(counties: Session, draw: Callable[[int], bytes]) -> None:
    add_region(counties, code="real", name="真县", level="county", parent=None)
    account = add(counties, "评估", "evaluator", "real")
    assert account.must_set_up
    with pytest.raises(SurveyError, match=r"token\.second_factor"):
        tokens.make_token(counties, account=account, wanted=WANTED, draw=draw, **KEYS)
    _set_factor(counties, account, draw)
    ready = accounts.get_account(counties, name="评估")
    token = tokens.make_token(counties, account=ready, wanted=WANTED, draw=draw, **KEYS)
    assert find(counties, token) is not None
    second_factor.drop_factor(counties, account=ready, now=factories.NOW, by="admin")
    assert find(counties, token) is None
    _set_factor(counties, account, draw)
    assert find(counties, token) is None, "it was taken from whoever had the phone"


def _set_factor(session: Session, account: AccountView, draw: Callable[[int], bytes]) -> None:
    draft = second_factor.draft_factor(name=account.name, secret=factories.SECRET, draw=draw)
    code = second_factor._open(draft.sealed, factories.SECRET).generate(time=factories.NOW).token
    second_factor.set_factor(session, account=account, sealed=draft.sealed, code=code, draw=draw, **KEYS)


@pytest.mark.parametrize("role", ["interviewer", "liaison"])
def test_the_field_has_no_tokens(counties: Session, draw: Callable[[int], bytes], role: str) -> None:
    school = {"school": "P01"} if role == "liaison" else {}
    account = add(counties, "小王", role, **school)
    with pytest.raises(SurveyError, match=r"token\.role"):
        tokens.make_token(counties, account=account, wanted=WANTED, draw=draw, **KEYS)


def test_everything_that_is_wrong_is_said_at_once(counties: Session, draw: Callable[[int], bytes]) -> None:
    account = add(counties, "小王", "officer")
    wanted = WantedToken(" \x00\ud800", ("microdata:read", "results:write", "a\ud800"), 366, "other")
    with pytest.raises(SurveyError, match=r"token\.invalid") as refused:
        tokens.make_token(counties, account=account, wanted=wanted, draw=draw, **KEYS)
    assert codes(refused) == ["token.name", "token.days", *["token.scope"] * 3, "account.region"]
    assert all("\ud800" not in (each.value or "") for each in refused.value.problems)
    for region in ("demo-province", "nowhere", "\x00", "\ud800", ""):
        with pytest.raises(SurveyError) as refused:
            tokens.make_token(counties, account=account, wanted=WantedToken("x", (), 0, region), draw=draw, **KEYS)
        assert codes(refused) == ["token.scopes_missing", "token.days", "account.region"]
    assert counties.scalars(select(ApiToken)).all() == []


def test_there_are_at_most_so_many(counties: Session, draw: Callable[[int], bytes]) -> None:
    account = add(counties, "小李")
    for _ in range(tokens.MOST):
        tokens.make_token(counties, account=account, wanted=WANTED, draw=draw, **KEYS)
    with pytest.raises(SurveyError) as refused:
        tokens.make_token(counties, account=account, wanted=WANTED, draw=draw, **KEYS)
    assert codes(refused) == ["token.too_many"]
    newest, *_ = tokens.list_tokens(counties, account_id=account.id, now=factories.NOW)
    tokens.end_token(counties, account=account, number=newest.number, now=factories.NOW, by="小李")
    tokens.make_token(counties, account=account, wanted=WANTED, draw=draw, **KEYS)


def test_one_s_own_token_is_ended_once_and_nobody_else_s(counties: Session, draw: Callable[[int], bytes]) -> None:
    mine, other = add(counties, "小李"), add(counties, "小王")
    token = tokens.make_token(counties, account=mine, wanted=WANTED, draw=draw, **KEYS)
    (listed,) = tokens.list_tokens(counties, account_id=mine.id, now=factories.NOW)
    with pytest.raises(SurveyError, match=r"token\.gone"):
        tokens.end_token(counties, account=other, number=listed.number, now=factories.NOW, by="小王")
    assert tokens.end_token(counties, account=mine, number=listed.number, now=factories.NOW, by="小李") == "脚本"
    assert find(counties, token) is None
    with pytest.raises(SurveyError, match=r"token\.gone"):
        tokens.end_token(counties, account=mine, number=listed.number, now=factories.NOW, by="小李")


def test_only_the_day_of_the_last_use_is_known(counties: Session, draw: Callable[[int], bytes]) -> None:
    account = add(counties, "小李")
    token = tokens.make_token(counties, account=account, wanted=WANTED, draw=draw, **KEYS)
    found = find(counties, token)
    assert found is not None
    assert found.used_on is None
    tokens.note_token(counties, number=found.number, today=factories.TODAY)
    (listed,) = tokens.list_tokens(counties, account_id=account.id, now=factories.NOW)
    assert listed.used_on == factories.TODAY


@pytest.mark.parametrize("wrong", ["", "renke_", "renke_" + "a" * 43, "x" * 9999, "\x00", "\ud800", "renke_\ud800"])
def test_what_is_no_token_finds_nobody(counties: Session, wrong: str) -> None:
    assert find(counties, wrong) is None


def test_no_scope_is_for_whoever_sees_no_results() -> None:
    """An invitation cannot lead to more either: roles alone decide."""
    assert {role for roles in SCOPES.values() for role in roles}.isdisjoint({"interviewer", "liaison"})
    assert SCOPES["microdata:read"] == ("analyst",)
    assert Wanted("a", "liaison", "demo").role not in SCOPES["results:read"]
