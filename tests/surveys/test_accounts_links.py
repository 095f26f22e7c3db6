"""Invitations and resets: links that work once, for whom they were made, and inside the reach of who made them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import accounts, trail
from surveys.accounts import AccountView, authority
from surveys.accounts.links import INVITED, RESET, Wanted
from surveys.db import Database
from surveys.errors import SurveyError
from surveys.models import AccountLink
from tests import factories

GOOD = "四时佳兴 与人同静观"
KEYS: dict[str, Any] = {"now": factories.NOW, "secret": factories.SECRET}
CHOSEN: dict[str, Any] = {"password": GOOD, "again": GOOD, "hashed": "a hash", **KEYS}


def add(session: Session, name: str, role: str, region: str, **more: Any) -> AccountView:
    return accounts.add_account(
        session, name=name, password="hash", role=role, region=region, now=factories.NOW, **more
    )


@pytest.fixture
def draw() -> Callable[[int], bytes]:
    return factories.drawer(7)


@pytest.fixture
def counties(session: Session) -> Session:
    for code in ("demo", "other"):
        factories.add_county(session, code=code)
    return session


def invite(session: Session, by: AccountView | None, draw: Callable[[int], bytes], *wanted: Any) -> str:
    return accounts.invite(session, wanted=Wanted(*wanted), account=by, draw=draw, **KEYS)


def codes(refused: pytest.ExceptionInfo[SurveyError]) -> set[str]:
    return {problem.code for problem in refused.value.problems}


def test_whoever_is_invited_becomes_what_was_said(counties: Session, draw: Callable[[int], bytes]) -> None:
    officer = add(counties, "officer", "officer", "demo")
    token = invite(counties, officer, draw, "li", "liaison", "demo", "P01")
    joined = accounts.join(counties, token=token, **CHOSEN)
    assert (joined.name, joined.role, joined.region, joined.school, joined.password) == (
        "li", "liaison", "demo", "P01", "a hash",
    )  # fmt: skip
    with pytest.raises(SurveyError, match=r"link\.gone"):
        accounts.join(counties, token=token, **CHOSEN)
    told = [(deed.action, deed.by) for deed in trail.list_deeds(counties, campaign_id=None)]
    assert told == [("account.joined", "li"), ("account.invited", "officer")]


def test_nothing_that_opens_stands_in_the_database(counties: Session, draw: Callable[[int], bytes]) -> None:
    token = invite(counties, None, draw, "li", "analyst", "demo")
    row = counties.scalars(select(AccountLink)).one()
    deed = trail.list_deeds(counties, campaign_id=None)[0]
    assert token not in str(vars(row)) + str(deed)
    assert token.encode() not in row.digest


@pytest.mark.parametrize("guess", ["", "x", "\x00", "A" * 43])
def test_a_token_that_was_guessed(counties: Session, draw: Callable[[int], bytes], guess: str) -> None:
    token = invite(counties, None, draw, "li", "analyst", "demo")
    for tried in (guess, token[:-1], token.swapcase(), token + "A"):
        with pytest.raises(SurveyError, match=r"link\.gone"):
            accounts.get_link(counties, token=tried, **KEYS)


@pytest.mark.parametrize(("resets", "lasts"), [(False, INVITED), (True, RESET)])
def test_links_expire(counties: Session, draw: Callable[[int], bytes], resets: bool, lasts: timedelta) -> None:
    li = add(counties, "li", "analyst", "demo")
    if resets:
        token = accounts.offer_reset(counties, account=li, by="officer", draw=draw, **KEYS)
    else:
        token = invite(counties, None, draw, "wang", "analyst", "demo")
    late = {"now": factories.NOW + lasts, "secret": factories.SECRET}
    before = {"now": factories.NOW + lasts - timedelta(seconds=1), "secret": factories.SECRET}
    assert accounts.get_link(counties, token=token, **before).resets == resets
    with pytest.raises(SurveyError, match=r"link\.gone"):
        accounts.get_link(counties, token=token, **late)
    use = accounts.reset_password if resets else accounts.join
    with pytest.raises(SurveyError, match=r"link\.gone"):
        use(counties, token=token, **{**CHOSEN, **late})


def test_a_newer_reset_ends_the_earlier_one(counties: Session, draw: Callable[[int], bytes]) -> None:
    li = add(counties, "li", "analyst", "demo")
    first, second = (accounts.offer_reset(counties, account=li, by="x", draw=draw, **KEYS) for _ in range(2))
    with pytest.raises(SurveyError, match=r"link\.gone"):
        accounts.reset_password(counties, token=first, **CHOSEN)
    accounts.reset_password(counties, token=second, **CHOSEN)
    assert accounts.get_account(counties, name="li").password == "a hash"


def test_a_link_that_was_taken_back(counties: Session, draw: Callable[[int], bytes]) -> None:
    officer, other = (add(counties, name, "officer", name) for name in ("demo", "other"))
    token = invite(counties, officer, draw, "li", "analyst", "demo")
    (link,) = accounts.list_links(counties, account=officer, now=factories.NOW)
    assert accounts.list_links(counties, account=other, now=factories.NOW) == ()
    with pytest.raises(SurveyError, match=r"link\.gone"):
        accounts.end_link(counties, account=other, number=link.number, now=factories.NOW)
    accounts.end_link(counties, account=officer, number=link.number, now=factories.NOW)
    with pytest.raises(SurveyError, match=r"link\.gone"):
        accounts.join(counties, token=token, **CHOSEN)
    assert accounts.list_links(counties, account=officer, now=factories.NOW) == ()


def test_closing_an_account_takes_its_invitations_back(counties: Session, draw: Callable[[int], bytes]) -> None:
    officer = add(counties, "officer", "officer", "demo")
    token = invite(counties, officer, draw, "li", "analyst", "demo")
    accounts.deactivate(counties, account=officer, now=factories.NOW, by="admin")
    with pytest.raises(SurveyError, match=r"link\.gone"):
        accounts.get_link(counties, token=token, **KEYS)


def test_every_problem_with_an_invitation(counties: Session, draw: Callable[[int], bytes]) -> None:
    officer = add(counties, "officer", "officer", "demo")
    for wanted, expected in (
        ((" x", "administrator", "other", "P01"), {
            "account.name", "account.grant", "account.region", "account.school_surplus",
        }),
        (("officer", "liaison", "demo"), {"account.taken", "account.school_missing"}),
        (("li", "liaison", "demo", "Z99"), {"account.school"}),
        (("command", "king", "nowhere"), {"account.name", "account.role", "region.unknown"}),
    ):  # fmt: skip
        with pytest.raises(SurveyError) as refused:
            invite(counties, officer, draw, *wanted)
        assert codes(refused) == expected
    invite(counties, officer, draw, "li", "analyst", "demo")
    with pytest.raises(SurveyError) as refused:
        invite(counties, officer, draw, "li", "analyst", "demo")
    assert codes(refused) == {"account.invited_already"}
    assert len(accounts.list_links(counties, account=officer, now=factories.NOW)) == 1


@pytest.mark.parametrize(
    ("role", "grants"),
    [
        ("administrator", set(accounts.ROLES)),
        ("officer", {"liaison", "interviewer", "analyst"}),
        *((role, set()) for role in ("evaluator", "analyst", "interviewer", "liaison", "auditor")),
    ],
)
def test_who_may_invite_whom(counties: Session, draw: Callable[[int], bytes], role: str, grants: set[str]) -> None:
    school = {"school": "P01"} if role == "liaison" else {}
    mine = add(counties, "me", role, "demo", **school)
    for other in accounts.ROLES:
        wanted = (f"a-{other}", other, "demo", "P01" if other == "liaison" else None)
        if other in grants:
            invite(counties, mine, draw, *wanted)
        else:
            with pytest.raises(SurveyError) as refused:
                invite(counties, mine, draw, *wanted)
            assert codes(refused) == {"account.grant"}


def test_who_looks_after_whom(counties: Session) -> None:
    """A county's officer has neither another county's people nor those above or beside."""
    officer = add(counties, "officer", "officer", "demo")
    inside = add(counties, "inside", "analyst", "demo")
    beyond = [
        add(counties, "there", "analyst", "other"),
        add(counties, "beside", "officer", "demo"),
        add(counties, "above", "analyst", "demo-province"),
        add(counties, "boss", "administrator", "demo"),
        officer,
    ]
    assert authority.list_people(counties, account=officer) == (inside,)
    for account in beyond:
        with pytest.raises(SurveyError, match=r"account\.unknown"):
            authority.get_person(counties, account=officer, number=account.id)
    boss = beyond[3]
    assert {each.name for each in authority.list_people(counties, account=boss)} == {"officer", "inside", "beside"}


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("short", "password.length"),
        ("x" * 1001, "password.length"),
        ("1234567890", "password.easy"),
        ("password123", "password.easy"),
        ("woaini5201314", "password.easy"),
        ("li.ming.1987", "password.easy"),
        ("aaaaaaaaaaaaaaa", "password.easy"),
        ("qwertyuiop", "password.easy"),
    ],
)
def test_passwords_that_anybody_would_guess(
    counties: Session, draw: Callable[[int], bytes], typed: str, problem: str
) -> None:
    token = invite(counties, None, draw, "li.ming", "analyst", "demo")
    with pytest.raises(SurveyError) as refused:
        accounts.join(counties, token=token, **{**CHOSEN, "password": typed, "again": "another"})
    assert codes(refused) == {problem, "password.again"}
    assert typed not in str(refused.value.problems)
    assert accounts.join(counties, token=token, **CHOSEN).name == "li.ming", "the link is as it was"


@pytest.mark.parametrize("typed", [GOOD, "correct horse battery staple", "水云山千里外 好风来去", "k!7vQ-pp0z"])
def test_passwords_need_no_signs_and_no_capitals(typed: str) -> None:
    from surveys.accounts.passwords import problems_of

    assert problems_of(typed, typed, known=("li",)) == []


def test_of_two_at_once_one_joins(database: Database) -> None:
    with database.begin() as session:
        factories.add_county(session)
        token = invite(session, None, factories.drawer(7), "li", "analyst", "demo")

    def join(_: int) -> str:
        try:
            with database.begin() as session:
                return accounts.join(session, token=token, **CHOSEN).name
        except SurveyError as error:
            return error.code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(join, range(4))) == ["li", "link.gone", "link.gone", "link.gone"]
