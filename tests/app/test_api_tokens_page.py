"""Tokens on the page of one's own account and at the shell: made with the password, shown once, seen and ended."""

from __future__ import annotations

import re

import pytest

from app.edge import Renke
from surveys.accounts import get_account, tokens
from tests.app.desk import PASSWORD, Desk, Page, add_people
from tests.app.programs import Program

DATABASES = ("sqlite",)
ACCOUNT, MAKE = "/console/account", "/console/account/tokens"
FORM = {"token_name": "脚本", "scopes": ["fieldwork:read", "results:read"], "region": "demo", "days": "30"}
TOKEN = re.compile(r"renke_[\w-]{43}")


@pytest.fixture
def staffed(app: Renke) -> Renke:
    add_people(app)
    return app


def desk_of(app: Renke, name: str) -> Desk:
    desk = Desk(app.test_client())
    assert desk.sign_in(name).status_code == 302
    return desk


def make(desk: Desk, **changes: object) -> Page:
    return desk.post(MAKE, {**FORM, "password": PASSWORD, **changes}, to=ACCOUNT)


def shown_in(page: Page) -> list[str]:
    return TOKEN.findall(page.response.get_data(as_text=True))


def test_a_token_is_shown_once_and_opens_what_was_chosen(staffed: Renke) -> None:
    desk = desk_of(staffed, "analyst")
    (token,) = shown_in(make(desk))
    found = Program(staffed, token).read("token")
    assert (found["account"], found["scopes"]) == ("analyst", ["fieldwork:read", "results:read"])
    page = desk.get(ACCOUNT)
    assert shown_in(page) == []
    row = next(row for row in page.rows(1) if row[0] == "脚本")
    assert row[1:5] == ["调查进度结果（按发布规则）", "demo（模拟）", "2026-06-11", "2026-05-12"]


def test_it_is_ended_there(staffed: Renke) -> None:
    desk = desk_of(staffed, "analyst")
    (token,) = shown_in(make(desk))
    action = next(each for each in desk.get(ACCOUNT).actions() if each.startswith(f"{MAKE}/"))
    assert "令牌已停用" in desk.post(action, to=ACCOUNT).words
    assert Program(staffed, token).get("token").status_code == 401
    assert desk.post(action, to=ACCOUNT).status == 410


def test_nobody_ends_another_s(staffed: Renke) -> None:
    (token,) = shown_in(make(desk_of(staffed, "analyst")))
    other = desk_of(staffed, "officer")
    assert other.post(f"{MAKE}/1", to=ACCOUNT).status == 410
    assert Program(staffed, token).get("token").status_code == 200


def test_the_password_is_asked_for(staffed: Renke) -> None:
    desk = desk_of(staffed, "officer")
    for wrong in ("", "falsch"):
        page = make(desk, password=wrong)
        assert (page.status, shown_in(page)) == (422, [])
        assert "现在的密码不对" in page.words
    with staffed.database.read() as session:
        account = get_account(session, name="officer")
        assert tokens.list_tokens(session, account_id=account.id, now=staffed.clock()) == ()


def test_what_is_wrong_is_said_at_once_and_what_was_typed_stays(staffed: Renke) -> None:
    page = make(desk_of(staffed, "officer"), scopes=["microdata:read"], region="other", days="0", token_name="<i>x")
    assert page.status == 422
    for words in ("您的角色可以用的权限是", "有效期应为 1 到 365 天", "这个行政区不在您的范围内"):
        assert words in page.words
    (field,) = [each for each in page.all("input") if each.get("name") == "token_name"]
    assert field.get("value") == "<i>x"
    for bad in ({"days": "x\x00"}, {"region": "\x00"}, {"token_name": "\x00"}, {"scopes": "\x00"}, {"days": "9" * 99}):
        assert make(desk_of(staffed, "officer"), **bad).status == 422


def test_whoever_may_have_none_is_offered_none(staffed: Renke) -> None:
    assert "API 令牌" not in desk_of(staffed, "caller").get(ACCOUNT).words
    assert "microdata:read" not in desk_of(staffed, "officer").get(ACCOUNT).words
    assert "microdata:read" in desk_of(staffed, "analyst").get(ACCOUNT).words


def test_a_new_password_ends_them(staffed: Renke) -> None:
    desk = desk_of(staffed, "analyst")
    (token,) = shown_in(make(desk))
    fresh = "绝知此事要躬行 7 次"
    desk.post("/console/account/password", {"old": PASSWORD, "password": fresh, "again": fresh}, to=ACCOUNT)
    assert Program(staffed, token).get("token").status_code == 401


def test_the_shell_makes_lists_and_ends(staffed: Renke) -> None:
    run = staffed.test_cli_runner()
    made = run.invoke(args=["account", "token", "add", "analyst", "--scope", "microdata:read", "--days", "7"])
    (token,) = TOKEN.findall(made.output)
    assert Program(staffed, token).read("token")["scopes"] == ["microdata:read"]
    listed = run.invoke(args=["account", "token", "list", "analyst"]).output
    assert "microdata:read" in listed
    assert token not in listed
    assert run.invoke(args=["account", "token", "end", "analyst", "1"]).exit_code == 0
    assert Program(staffed, token).get("token").status_code == 401
    refused = run.invoke(args=["account", "token", "add", "officer", "--scope", "microdata:read"])
    assert (refused.exit_code, "您的角色可以用的权限是" in refused.output) == (1, True)
    for bad in (["add", "nobody", "--scope", "results:read"], ["list", "nobody"], ["end", "analyst", "99"]):
        assert run.invoke(args=["account", "token", *bad]).exit_code == 1
