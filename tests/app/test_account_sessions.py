"""Sign-ins as their owners see them: listed, ended, run out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.browsers import describe_browser
from app.edge import Renke
from surveys.accounts import sessions
from tests.app.conftest import Clock
from tests.app.desk import PASSWORD, Desk, token_of
from tests.app.signing import NEW, number_of, real, set_up, told

DATABASES = ("sqlite",)

__all__ = ["real"]
HOME = "登录控制台"


@pytest.fixture
def desk(real: Renke) -> Desk:
    desk = Desk(real.test_client())
    desk.sign_in("officer")
    return desk


def signed_in(desk: Desk) -> bool:
    return desk.get("/console/").heading != HOME


def test_each_sign_in_is_listed(real: Renke, desk: Desk) -> None:
    phone = Desk(real.test_client())
    phone.client.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (Linux; Android 14; PGT-AN10) AppleWebKit/537.36 Chrome/130.0 Mobile MicroMessenger/8.0"
    )
    phone.sign_in("officer")
    rows = desk.get("/console/account").rows()
    assert [row[0] for row in rows] == ["WeChat · Android", "没有说明的浏览器"]
    assert [row[3] for row in rows] == ["结束登录", "现在这个"]
    assert "PGT-AN10" not in desk.get("/console/account").words


def test_one_ends_one_and_all_others(real: Renke, desk: Desk) -> None:
    others = [Desk(real.test_client()) for _ in range(3)]
    for each in others:
        each.sign_in("officer")
    page = desk.get("/console/account")
    (first, *_) = [action for action in sorted(page.actions()) if action.startswith("/console/account/sessions/")]
    desk.post(first, to="/console/account")
    assert [signed_in(each) for each in others].count(True) == 2
    assert signed_in(desk)
    desk.post("/console/account/sessions", to="/console/account")
    assert [signed_in(each) for each in others] == [False] * 3
    assert signed_in(desk)
    assert [action for _, action in told(real)][-2:] == ["account.session_ended", "account.sessions_ended"]


def test_another_person_s_session_is_not_mine_to_end(real: Renke, desk: Desk) -> None:
    other = Desk(real.test_client())
    other.sign_in("neighbour")
    with real.database.read() as session:
        (theirs,) = sessions.list_sessions(session, account_id=number_of(real, "neighbour"), now=real.clock())
    assert desk.post(f"/console/account/sessions/{theirs.number}", to="/console/account").status == 410
    assert signed_in(other)


def test_a_session_that_ended_is_refused_at_the_next_request(real: Renke, desk: Desk) -> None:
    cookie = desk.client.get_cookie("session")
    assert cookie
    out = desk.client.post("/console/sign-out", data={"csrf_token": token_of(desk.get("/console/"))})
    assert out.status_code == 302
    desk.client.set_cookie("session", cookie.value)
    assert not signed_in(desk), "signing out is more than forgetting the cookie"


@pytest.mark.parametrize(("pause", "times", "stays"), [(11, 10, True), (13, 1, False), (11, 16, False)])
def test_sessions_run_out(desk: Desk, clock: Clock, pause: int, times: int, stays: bool) -> None:
    """Twelve hours without use, and seven days in all."""
    for _ in range(times):
        clock.now += timedelta(hours=pause)
        desk.client.get("/console/account")
    assert signed_in(desk) == stays


def test_when_somebody_was_seen_is_known_to_ten_minutes(real: Renke, desk: Desk, clock: Clock) -> None:
    clock.now += timedelta(minutes=47, seconds=13)
    desk.get("/console/")
    with real.database.read() as session:
        (mine,) = sessions.list_sessions(session, account_id=number_of(real, "officer"), now=clock.now)
    assert (mine.seen_at.minute % 10, mine.seen_at.second) == (0, 0)
    assert timedelta(0) < clock.now - mine.seen_at < timedelta(minutes=10)


def test_nothing_of_before_is_left_after_signing_in(real: Renke) -> None:
    """Whoever put a session into somebody's browser learns nothing by it, and shares nothing afterwards."""
    desk = Desk(real.test_client())
    token = token_of(desk.get("/console/sign-in"))
    planted = desk.client.get_cookie("session")
    assert planted
    desk.sign_in("officer")
    mine = desk.client.get_cookie("session")
    assert mine
    assert mine.value != planted.value
    assert desk.client.post("/console/account/sessions", data={"csrf_token": token}).status_code == 400
    thief = Desk(real.test_client())
    thief.client.set_cookie("session", planted.value)
    assert not signed_in(thief)
    again = Desk(real.test_client())
    again.sign_in("officer")
    fresh = again.client.get_cookie("session")
    assert fresh
    assert fresh.value != mine.value


def test_a_new_password_ends_the_others(real: Renke, desk: Desk) -> None:
    other = Desk(real.test_client())
    other.sign_in("officer")
    bad = {"old": PASSWORD, "password": "1234567890", "again": "x"}
    page = desk.post("/console/account/password", bad, to="/console/account")
    assert page.status == 422
    assert "太容易猜到" in page.words
    assert "不一样" in page.words
    assert "1234567890" not in page.words
    assert desk.post("/console/account/password", {**bad, "old": "no"}, to="/console/account").status == 422
    good = {"old": PASSWORD, "password": NEW, "again": NEW}
    assert "密码已改" in desk.post("/console/account/password", good, to="/console/account").words
    assert (signed_in(desk), signed_in(other)) == (True, False)
    assert other.sign_in("officer").status_code == 422
    assert other.sign_in("officer", NEW).status_code == 302


def test_a_closed_account_is_out_at_once(real: Renke, desk: Desk, clock: Clock) -> None:
    boss = Desk(real.test_client())
    boss.sign_in("admin")
    set_up(boss, clock)
    there = f"/console/people/{number_of(real, 'officer')}"
    assert desk.get("/console/account").rows()
    boss.post(f"{there}/deactivate", to=there)
    assert not signed_in(desk)
    refused = desk.sign_in("officer")
    assert refused.status_code == 422
    assert "用户名或密码不对" in refused.get_data(as_text=True)
    boss.post(f"{there}/reactivate", to=there)
    assert desk.sign_in("officer").status_code == 302
    boss.post(f"{there}/sessions", to=there)
    assert not signed_in(desk)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130 Safari/537.36 Edg/130", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox · Linux"),
        ("curl/8.5", ""),
        ("<script>" * 100, ""),
    ],
)  # fmt: skip
def test_browsers_in_few_words(agent: str, words: str) -> None:
    assert describe_browser(agent) == words
