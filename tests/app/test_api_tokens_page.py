"""Tokens on the page of one's own account and at the shell: made with the password, shown once, seen and ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from app.edge import Renke
from surveys.accounts import get_account, tokens
from surveys.regions import add_region
from tests.app.desk import PASSWORD, Desk, Page, add_people
from tests.app.programs import Program, api_over

ACCOUNT, MAKE = "/console/account", "/console/account/tokens"
FORM = {"token_name": "脚本", "scopes": ["fieldwork:read", "results:read"], "region": "demo", "days": "30"}
TOKEN = re.compile(r"renke_[\w-]{43}")


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Renke]:
    with api_over(tmp_path_factory.mktemp("staffed"), sqlite_template) as app:
        add_people(app)
        yield app


@pytest.fixture(scope="module")
def desk_of(staffed: Renke) -> Callable[[str], Desk]:
    """Everybody signs in once: hashing takes its time."""
    return cache(lambda name: _sign_in(staffed, name))


def _sign_in(app: Renke, name: str) -> Desk:
    desk = Desk(app.test_client())
    assert desk.sign_in(name).status_code == 302
    return desk


def make(desk: Desk, **changes: object) -> Page:
    return desk.post(MAKE, {**FORM, "password": PASSWORD, **changes}, to=ACCOUNT)


def shown_in(page: Page) -> list[str]:
    return TOKEN.findall(page.response.get_data(as_text=True))


def newest_of(desk: Desk) -> str:
    """Where the newest token is ended."""
    forms = (each.get("action", "") for each in desk.get(ACCOUNT).all("form"))
    return next(each for each in forms if each.startswith(f"{MAKE}/"))


def test_a_token_is_shown_once_and_opens_what_was_chosen(staffed: Renke, desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("analyst")
    (token,) = shown_in(make(desk))
    found = Program(staffed, token).read("token")
    assert (found["account"], found["scopes"]) == ("analyst", ["fieldwork:read", "results:read"])
    page = desk.get(ACCOUNT)
    assert shown_in(page) == []
    row = next(row for row in page.rows(1) if row[0] == "脚本")
    assert row[1:5] == ["调查进度结果（按发布规则）", "demo（模拟）", "2026-06-11", "2026-05-12"]


def test_it_is_ended_there(staffed: Renke, desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("analyst")
    (token,) = shown_in(make(desk))
    action = newest_of(desk)
    assert "令牌已停用" in desk.post(action, to=ACCOUNT).words
    assert Program(staffed, token).get("token").status_code == 401
    assert desk.post(action, to=ACCOUNT).status == 410


def test_nobody_ends_another_s(staffed: Renke, desk_of: Callable[[str], Desk]) -> None:
    mine, other = desk_of("analyst"), desk_of("officer")
    (token,) = shown_in(make(mine))
    assert other.post(newest_of(mine), to=ACCOUNT).status == 410
    assert Program(staffed, token).get("token").status_code == 200


def test_the_password_is_asked_for(staffed: Renke, desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("officer")
    for wrong in ("", "falsch"):
        page = make(desk, password=wrong)
        assert (page.status, shown_in(page)) == (422, [])
        assert "现在的密码不对" in page.words
    with staffed.database.read() as session:
        account = get_account(session, name="officer")
        assert tokens.list_tokens(session, account_id=account.id, now=staffed.clock()) == ()


def test_what_is_wrong_is_said_at_once_and_what_was_typed_stays(staffed: Renke, desk_of: Callable[[str], Desk]) -> None:
    page = make(desk_of("officer"), scopes=["microdata:read"], region="other", days="0", token_name="<i>x")
    assert page.status == 422
    for words in ("您的角色可以用的权限是", "有效期应为 1 到 365 天", "这个行政区不在您的范围内"):
        assert words in page.words
    (field,) = [each for each in page.all("input") if each.get("name") == "token_name"]
    assert field.get("value") == "<i>x"
    for bad in ({"days": "x\x00"}, {"region": "\x00"}, {"token_name": "\x00"}, {"scopes": "\x00"}, {"days": "9" * 99}):
        assert make(desk_of("officer"), **bad).status == 422


def test_whoever_may_have_none_is_offered_none(staffed: Renke, desk_of: Callable[[str], Desk]) -> None:
    assert "API 令牌" not in desk_of("caller").get(ACCOUNT).words
    assert "microdata:read" not in desk_of("officer").get(ACCOUNT).words
    assert "microdata:read" in desk_of("analyst").get(ACCOUNT).words


def test_townships_which_have_no_campaigns_are_not_offered(staffed: Renke, desk_of: Callable[[str], Desk]) -> None:
    with staffed.database.begin() as session:
        add_region(session, code="demo-town", name="某乡", level="township", parent="demo", simulated=True)
    page = desk_of("evaluator").get(ACCOUNT)
    offered = {each.get("value") for each in page.all("option")}
    assert "demo" in offered
    assert "demo-town" not in offered
    assert "调查批次属于县" in page.words


def test_the_contract_is_a_link(desk_of: Callable[[str], Desk]) -> None:
    assert "/api/v1/openapi.json" in {each.get("href") for each in desk_of("analyst").get(ACCOUNT).all("a")}


def test_a_new_password_ends_them(staffed: Renke, desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("neighbour")
    (token,) = shown_in(make(desk, region="other"))
    fresh = "绝知此事要躬行 7 次"
    desk.post("/console/account/password", {"old": PASSWORD, "password": fresh, "again": fresh}, to=ACCOUNT)
    assert Program(staffed, token).get("token").status_code == 401


def test_the_shell_makes_lists_and_ends(staffed: Renke, desk_of: Callable[[str], Desk]) -> None:
    run = staffed.test_cli_runner()
    made = run.invoke(args=["account", "token", "add", "analyst", "--scope", "microdata:read", "--days", "7"])
    (token,) = TOKEN.findall(made.output)
    assert Program(staffed, token).read("token")["scopes"] == ["microdata:read"]
    listed = run.invoke(args=["account", "token", "list", "analyst"]).output
    assert "microdata:read" in listed
    assert token not in listed
    number = next(line.split()[0] for line in listed.splitlines() if " shell " in line)
    assert run.invoke(args=["account", "token", "end", "analyst", number]).exit_code == 0
    assert Program(staffed, token).get("token").status_code == 401
    refused = run.invoke(args=["account", "token", "add", "officer", "--scope", "microdata:read"])
    assert (refused.exit_code, "您的角色可以用的权限是" in refused.output) == (1, True)
    for bad in (["add", "nobody", "--scope", "results:read"], ["list", "nobody"], ["end", "analyst", "999"]):
        assert run.invoke(args=["account", "token", *bad]).exit_code == 1
