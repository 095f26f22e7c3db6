"""The second factor on the way in: who must have one, what it lets in, and what never does."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from app.edge import Renke
from tests.app.conftest import Clock
from tests.app.desk import PASSWORD, Desk, add_people, token_of
from tests.app.signing import SET_UP, key_of, number_of, real, second_step, set_up, told
from tests.surveys.phones import code_at
from tests.surveys.test_qr import decode, painted

DATABASES = ("sqlite",)

__all__ = ["real"]


@pytest.fixture
def desk(real: Renke) -> Desk:
    return Desk(real.test_client())


def test_without_one_an_evaluator_reaches_nothing_else(desk: Desk) -> None:
    assert desk.sign_in("evaluator").status_code == 302
    for address in ("/console/", "/console/counties/demo", "/console/account", "/console/reports"):
        assert desk.client.get(address).headers["Location"] == SET_UP
    page = desk.get("/console/")
    assert page.heading == "设置第二验证"
    assert not {"/console/counties", "/console/people"} & page.links()
    posted = desk.client.post("/console/account/password", data={"csrf_token": token_of(page)})
    assert (posted.status_code, posted.headers["Location"]) == (303, SET_UP)
    assert desk.client.post("/console/sign-out", data={"csrf_token": token_of(page)}).status_code == 302


def test_who_need_not_have_one_is_let_in(desk: Desk) -> None:
    desk.sign_in("officer")
    assert desk.get("/console/").heading == "调查批次"


def test_the_way_in_with_a_phone(real: Renke, desk: Desk, clock: Clock) -> None:
    desk.sign_in("evaluator")
    key, kept = set_up(desk, clock)
    assert len(set(kept)) == 10
    assert desk.get("/console/").heading == "调查批次"
    other = Desk(real.test_client())
    asked = other.sign_in("evaluator", next="/console/reports")
    assert asked.headers["Location"] == "/console/second-step?next=/console/reports"
    page = other.get(asked.headers["Location"])
    assert page.heading == "第二步验证"
    assert other.get("/console/").heading == "登录控制台", "the password alone opens nothing"
    clock.now += timedelta(seconds=30)
    data = {"code": code_at(key, clock.now), "next": page.all("input", name="next")[0].get("value", "")}
    assert other.post("/console/second-step", data, to="/console/second-step").heading == "反映的问题"
    assert ("evaluator", "account.second_factor_set") in told(real)


def test_a_code_that_was_seen_opens_nothing(real: Renke, desk: Desk, clock: Clock) -> None:
    """Somebody looks over the shoulder and knows the password too."""
    desk.sign_in("evaluator")
    key, _ = set_up(desk, clock)
    first, thief = Desk(real.test_client()), Desk(real.test_client())
    for each in (first, thief):
        each.sign_in("evaluator")
    assert second_step(first, clock, key).heading == "调查批次"
    again = thief.post("/console/second-step", {"code": code_at(key, clock.now)}, to="/console/second-step")
    assert (again.status, again.heading) == (422, "第二步验证")
    assert "已经用过" in again.words


def test_a_recovery_code_opens_once(real: Renke, desk: Desk, clock: Clock) -> None:
    desk.sign_in("evaluator")
    _, kept = set_up(desk, clock)
    for used, heading in ((False, "调查批次"), (True, "第二步验证")):
        other = Desk(real.test_client())
        other.sign_in("evaluator")
        page = second_step(other, clock, recovery=kept[0])
        assert page.heading == heading, used
    assert ("evaluator", "account.recovery_code_used") in told(real)


def test_the_second_step_alone_is_no_way_in(real: Renke, desk: Desk, clock: Clock) -> None:
    assert desk.get("/console/second-step").heading == "登录控制台"
    desk.sign_in("evaluator")
    set_up(desk, clock)
    other = Desk(real.test_client())
    other.sign_in("evaluator")
    clock.now += timedelta(minutes=11)
    assert other.get("/console/second-step").heading == "登录控制台", "the password is too long ago"


def test_wrong_codes_are_not_tried_without_end(real: Renke, desk: Desk, clock: Clock) -> None:
    desk.sign_in("evaluator")
    key, _ = set_up(desk, clock)
    other = Desk(real.test_client())
    other.sign_in("evaluator")
    wrong = str((int(code_at(key, clock.now)) + 1) % 10**6).zfill(6)
    statuses = [other.post("/console/second-step", {"code": wrong}, to="/console/second-step").status for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    desk.client.delete_cookie("session")
    desk.sign_in("evaluator")
    assert second_step(desk, clock, key).heading == "调查批次", "its owner's browser is known"


def test_the_draft_stays_until_it_is_used(desk: Desk, clock: Clock) -> None:
    desk.sign_in("evaluator")
    first, second = desk.get(SET_UP), desk.get(SET_UP)
    assert key_of(first) == key_of(second)
    refused = desk.post(SET_UP, {"code": "000000"}, to=SET_UP)
    assert refused.status == 422
    assert "验证码不对" in refused.words
    assert key_of(refused) == key_of(first)
    key, _ = set_up(desk, clock)
    assert key_of(desk.get(SET_UP)) != key, "another phone has another key"


def test_the_picture_says_what_the_page_says(desk: Desk) -> None:
    desk.sign_in("evaluator")
    page = desk.get(SET_UP)
    svg = base64.b64decode(page.all("img")[0].get("src", "").partition("base64,")[2]).decode()
    (found,) = decode(painted(svg))
    assert found.startswith("otpauth://totp/Renke:evaluator?")
    assert f"secret={key_of(page).replace(' ', '')}" in found


def test_changing_it_needs_the_password(real: Renke, desk: Desk, clock: Clock) -> None:
    desk.sign_in("officer")
    set_up(desk, clock)
    key = key_of(desk.get(SET_UP))
    for password in ("", "wrong"):
        data = {"code": code_at(key, clock.now), "password": password}
        assert desk.post(SET_UP, data, to=SET_UP).status == 422
        assert desk.post("/console/account/recovery-codes", {"password": password}, to=SET_UP).status == 422
        assert desk.post("/console/account/second-factor/remove", {"password": password}, to=SET_UP).status == 422
    assert desk.post(SET_UP, {"code": code_at(key, clock.now), "password": PASSWORD}, to=SET_UP).heading == "十个恢复码"
    page = desk.post("/console/account/recovery-codes", {"password": PASSWORD}, to=SET_UP)
    assert page.heading == "十个恢复码"
    assert "还没有设置" in desk.post("/console/account/second-factor/remove", {"password": PASSWORD}, to=SET_UP).words


def test_who_needs_one_cannot_do_without(desk: Desk, clock: Clock) -> None:
    desk.sign_in("evaluator")
    set_up(desk, clock)
    page = desk.post("/console/account/second-factor/remove", {"password": PASSWORD}, to=SET_UP)
    assert page.status == 403
    assert "关闭第二验证" not in desk.get("/console/account").words


def test_a_colleague_clears_it_and_the_trail_says_so(real: Renke, desk: Desk, clock: Clock) -> None:
    desk.sign_in("evaluator")
    set_up(desk, clock)
    boss = Desk(real.test_client())
    boss.sign_in("admin")
    set_up(boss, clock)
    number = number_of(real, "evaluator")
    page = boss.post(f"/console/people/{number}/second-factor", to=f"/console/people/{number}")
    assert "已清除" in page.words
    assert desk.get("/console/").heading == "登录控制台", "sessions ended with it"
    desk.sign_in("evaluator")
    assert desk.get("/console/").heading == "设置第二验证"
    assert ("admin", "account.second_factor_reset") in told(real)
    assert real.test_cli_runner().invoke(args=["account", "reset-second-factor", "admin"]).exit_code == 0
    assert boss.get("/console/").heading == "登录控制台"


def test_the_fictional_county_goes_without(app: Renke) -> None:
    add_people(app)
    desk = Desk(app.test_client())
    desk.sign_in("evaluator")
    assert desk.get("/console/").heading == "调查批次"
    assert "虚构的模拟地区" in desk.get("/console/account").words
