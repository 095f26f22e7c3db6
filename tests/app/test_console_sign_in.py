"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest

from app.edge import Renke
from surveys import accounts
from tests.app.desk import PASSWORD, SIGN_IN, Desk, add_people, token_of

DATABASES = ("sqlite",)


@pytest.fixture
def desk(app: Renke) -> Desk:
    add_people(app)
    return Desk(app.test_client())


def test_the_way_in_and_out(desk: Desk) -> None:
    assert desk.sign_in("officer").headers["Location"] == "/console/"
    page = desk.get("/console/")
    assert page.heading == "调查批次"
    assert "officer · 县级管理员" in "".join(page.tree.itertext())
    out = desk.client.post("/console/sign-out", data={"csrf_token": token_of(page)})
    assert (out.status_code, out.headers["Location"]) == (302, "/console/sign-in")
    assert desk.get("/console/").heading == "登录控制台"


def test_signing_out_is_no_link(desk: Desk) -> None:
    desk.sign_in("officer")
    assert desk.client.get("/console/sign-out").status_code == 405
    assert desk.get("/console/").heading == "调查批次"


@pytest.mark.parametrize(
    ("name", "password"),
    [("officer", "a guess"), ("nobody", PASSWORD), ("OFFICER", PASSWORD), ("off\x00icer", PASSWORD), ("王", "x" * 500)],
)
def test_what_is_wrong_is_said_in_chinese_and_not_which(desk: Desk, name: str, password: str) -> None:
    response = desk.sign_in(name, password)
    page = response.get_data(as_text=True)
    assert "用户名或密码不对" in page
    for word in ("Invalid", "invalid", "Specified", "Username", "Password", "Login"):
        assert word not in page
    assert password not in page


@pytest.mark.parametrize(("name", "password"), [("", ""), ("officer", ""), ("", "x")])
def test_nothing_typed(desk: Desk, name: str, password: str) -> None:
    assert "请填写用户名和密码" in desk.sign_in(name, password).get_data(as_text=True)


def test_an_english_page_has_no_chinese_refusal_of_the_library(desk: Desk) -> None:
    desk.language = "en"
    assert 'lang="en"' in desk.sign_in("officer", "wrong").get_data(as_text=True)


def test_the_page_that_was_asked_for(desk: Desk) -> None:
    asked = desk.client.get("/console/campaigns/tiny/score")
    assert asked.headers["Location"] == "/console/sign-in?next=/console/campaigns/tiny/score"
    page = desk.get(asked.headers["Location"])
    wanted = page.all("input", name="next")[0].get("value", "")
    assert desk.sign_in("officer", next=wanted).headers["Location"] == "/console/campaigns/tiny/score"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:1",
        " //evil.example",
        "https:///evil.example",
        "///evil.example",
    ],
)
def test_no_way_out_to_another_site(desk: Desk, elsewhere: str) -> None:
    response = desk.sign_in("officer", next=elsewhere)
    location = response.headers.get("Location", "")
    assert "\\" not in location  # browsers take it for a slash
    assert urlsplit(urljoin("http://localhost/console/sign-in", location))[:2] == ("http", "localhost")
    desk.client.delete_cookie("session")
    by_address = desk.client.get(SIGN_IN, query_string={"next": elsewhere})
    assert by_address.status_code == 200


@pytest.mark.parametrize("name", ["王", "li.ming-2", "o"])
def test_any_name_that_the_domain_takes_can_sign_in(app: Renke, desk: Desk, name: str) -> None:
    from tests import factories
    from tests.app.desk import hashed

    with app.app_context():
        password = hashed()
    with app.database.begin() as session:
        accounts.add_account(session, name=name, password=password, role="analyst", region="demo", now=factories.NOW)
    assert desk.sign_in(name).status_code == 302


def test_a_new_password_ends_sessions(app: Renke, desk: Desk) -> None:
    desk.sign_in("officer")
    with app.database.begin() as session:
        account = accounts.find_account(session, name="officer")
        assert account
        accounts.set_password(session, account_id=account.id, password=account.password)
    assert desk.get("/console/").heading == "登录控制台"


def test_a_form_that_lay_too_long(desk: Desk) -> None:
    """The token is of another session: nothing happens, and the page says what to do."""
    desk.sign_in("officer")
    response = desk.client.post("/console/campaigns/tiny/close", data={"csrf_token": "old"})
    assert response.status_code == 400
    assert "打开得太久" in response.get_data(as_text=True)
    assert "进行中" in desk.get("/console/campaigns/tiny").words


def test_language_is_kept(desk: Desk) -> None:
    page = desk.get("/console/sign-in?lang=en&next=/console/")
    assert page.tree.get("lang") == "en"
    assert desk.get("/console/sign-in").tree.get("lang") == "en"
    assert "/console/sign-in?lang=zh-CN&next=/console/" in page.links()
