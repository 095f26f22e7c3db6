"""Inviting and looking after people, in the console and at the shell."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from app.edge import Renke
from surveys import accounts
from tests.app.conftest import Clock
from tests.app.desk import Desk, Page, text
from tests.app.signing import NEW, number_of, real, second_step, set_up, told
from tests.conftest import STRENGTH

DATABASES = ("sqlite",)

__all__ = ["real"]
PEOPLE = "/console/people"


@pytest.fixture
def officer(real: Renke) -> Desk:
    desk = Desk(real.test_client())
    desk.sign_in("officer")
    return desk


def link_of(page: Page) -> str:
    return urlsplit(text(page.all("textarea", id="link")[0])).path


def invite(desk: Desk, **wanted: str) -> Page:
    return desk.post(f"{PEOPLE}/invitations", wanted, to=PEOPLE)


def test_from_the_invitation_to_the_first_page(real: Renke, officer: Desk) -> None:
    page = invite(officer, name="li", role="liaison", region="demo", school="P01")
    address = link_of(page)
    assert address not in officer.get(PEOPLE).words, "it is shown once"
    visitor = Desk(real.test_client())
    shown = visitor.get(address)
    assert shown.heading == "接受邀请"
    assert all(word in shown.words for word in ("li", "学校联络员", "P01学校", "officer"))
    assert visitor.get(address).status == 200, "to look uses nothing up"
    refused = visitor.post(address, {"password": "li", "again": "il"}, to=address)
    assert refused.status == 422
    assert len(refused.all("li")) == 2
    joined = visitor.post(address, {"password": NEW, "again": NEW}, to=address)
    assert joined.status == 200
    assert visitor.get("/console/account").heading == "我的账号"
    assert Desk(real.test_client()).get(address).status == 410
    assert ("officer", "account.invited") in told(real)
    assert ("li", "account.joined") in told(real)
    assert Desk(real.test_client()).sign_in("li", NEW).status_code == 302


def test_an_evaluator_sets_up_a_phone_at_once(real: Renke, clock: Clock) -> None:
    boss = Desk(real.test_client())
    boss.sign_in("admin")
    set_up(boss, clock)
    address = link_of(invite(boss, name="zhao", role="evaluator", region="demo-province"))
    visitor = Desk(real.test_client())
    page = visitor.post(address, {"password": NEW, "again": NEW}, to=address)
    assert page.heading == "设置第二验证"
    key, _ = set_up(visitor, clock)
    again = Desk(real.test_client())
    again.sign_in("zhao", NEW)
    assert second_step(again, clock, key).heading == "调查批次"


def test_an_invitation_that_was_taken_back(real: Renke, officer: Desk) -> None:
    address = link_of(invite(officer, name="li", role="analyst", region="demo"))
    (action,) = [each for each in officer.get(PEOPLE).actions() if each.endswith("/revoke")]
    assert "已撤回" in officer.post(action, to=PEOPLE).words
    assert Desk(real.test_client()).get(address).status == 410
    assert officer.post(action, to=PEOPLE).status == 410
    assert ("officer", "account.link_revoked") in told(real)


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": "li", "role": "administrator", "region": "demo"},
        {"name": "li", "role": "officer", "region": "demo"},
        {"name": "li", "role": "analyst", "region": "other"},
        {"name": "li", "role": "analyst", "region": "demo-province"},
        {},
    ],
)
def test_nobody_is_raised_above_who_invites(real: Renke, officer: Desk, wanted: dict[str, str]) -> None:
    page = invite(officer, **wanted)
    assert page.status == 422
    assert not page.all("textarea")
    assert len(officer.get(PEOPLE).all("table")) == 0


def test_another_county_s_people_are_out_of_reach(real: Renke, officer: Desk, clock: Clock) -> None:
    there = Desk(real.test_client())
    there.sign_in("neighbour")
    link = link_of(invite(there, name="far", role="analyst", region="other"))
    visitor = Desk(real.test_client())
    visitor.post(link, {"password": NEW, "again": NEW}, to=link)
    before = told(real)
    for name in ("far", "neighbour", "admin", "officer"):
        number = number_of(real, name)
        assert officer.get(f"{PEOPLE}/{number}").status == 404
        for deed in ("reset", "second-factor", "deactivate", "reactivate", "sessions", "sessions/1"):
            assert officer.post(f"{PEOPLE}/{number}/{deed}", to=PEOPLE).status == 404
    assert told(real) == before
    assert visitor.get("/console/account").heading == "我的账号"


def test_a_password_is_reset_without_mail(real: Renke, officer: Desk) -> None:
    address = link_of(invite(officer, name="li", role="analyst", region="demo"))
    li = Desk(real.test_client())
    li.post(address, {"password": NEW, "again": NEW}, to=address)
    person = f"{PEOPLE}/{number_of(real, 'li')}"
    reset = link_of(officer.post(f"{person}/reset", to=person))
    other = NEW[::-1]
    visitor = Desk(real.test_client())
    assert visitor.get(reset).heading == "重设密码"
    page = visitor.post(reset, {"password": other, "again": other}, to=reset)
    assert (page.heading, "新密码已生效" in page.words) == ("登录控制台", True)
    assert li.get("/console/").heading == "登录控制台", "sessions ended"
    assert visitor.sign_in("li", NEW).status_code == 422
    assert visitor.sign_in("li", other).status_code == 302
    assert {"account.reset_offered", "account.password_reset"} <= {action for _, action in told(real)}


def test_nothing_secret_is_told(real: Renke, officer: Desk) -> None:
    from surveys import trail

    address = link_of(invite(officer, name="li", role="analyst", region="demo"))
    visitor = Desk(real.test_client())
    visitor.post(address, {"password": NEW, "again": NEW}, to=address)
    with real.database.read() as session:
        everything = str(trail.list_deeds(session, campaign_id=None))
    assert address.rsplit("/", 1)[1] not in everything
    assert NEW not in everything


def test_the_shell(real: Renke) -> None:
    runner = real.test_cli_runner()

    def run(*words: str) -> str:
        done = runner.invoke(args=["account", *words])
        assert done.exit_code == 0, done.output
        return done.output

    added = run("add", "li", "--role", "liaison", "--region", "demo", "--school", "P02")
    password = re.search(r"密码 (\S+)（", added)
    assert password
    desk = Desk(real.test_client())
    desk.sign_in("li", password[1])
    assert "li" in run("list")
    assert "P02" in run("list")
    assert len(run("sessions", "li").splitlines()) == 2
    run("sessions", "li", "--end")
    assert desk.get("/console/account").heading == "登录控制台"
    run("deactivate", "li")
    assert desk.sign_in("li", password[1]).status_code == 422
    run("reactivate", "li")
    reset = urlsplit(run("reset", "li").strip()).path
    assert "重设密码" in desk.get(reset).heading
    invited = urlsplit(run("invite", "wu", "--role", "auditor", "--region", "demo-province").strip()).path
    assert desk.get(invited).heading == "接受邀请"
    listed = run("links").splitlines()
    assert [line.split()[1:3] for line in listed[1:]] == [["li", "重设密码"], ["wu", "建立账号"]]
    assert "wu" in run("revoke", listed[2].split()[0])
    assert desk.get(invited).status == 410
    assert runner.invoke(args=["account", "revoke", listed[2].split()[0]]).exit_code == 1
    assert "wu" not in run("links")
    refused = runner.invoke(args=["account", "invite", "x", "--role", "liaison", "--region", "nil"])
    assert refused.exit_code == 1
    assert len(refused.output.splitlines()) == 3
    for unknown in ("reset", "reset-second-factor", "deactivate", "reactivate", "sessions"):
        assert runner.invoke(args=["account", unknown, "nobody"]).exit_code == 1
    with real.database.read() as session:
        assert accounts.get_account(session, name="li").school == "P02"


def test_people_s_passwords_are_hashed_at_full_strength() -> None:
    """The tests' own are not: argon2id with at least what OWASP asks for, three passes over 64 MiB."""
    passes, memory = STRENGTH
    assert passes >= 3
    assert memory >= 65536
