"""Guessing at the door: it gets slow, tells nothing, and keeps nobody out but the guesser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.config import Settings
from app.edge import Renke
from surveys.accounts import guessing
from surveys.accounts.guessing import Source
from tests.app.conftest import Clock
from tests.app.desk import PASSWORD, SIGN_IN, Desk, token_of
from tests.app.signing import real, told

__all__ = ["real"]


def sign_in(client: FlaskClient, name: str, password: str, address: str) -> TestResponse:
    origin: dict[str, Any] = {"REMOTE_ADDR": address}
    page = Desk(client).get(SIGN_IN, environ_overrides=origin)
    data = {"username": name, "password": password, "csrf_token": token_of(page)}
    return client.post(SIGN_IN, data=data, headers={"Accept-Language": "zh-CN"}, environ_overrides=origin)


def guess(app: Renke, name: str, address: str) -> TestResponse:
    return sign_in(app.test_client(), name, "a guess", address)


def hammer(app: Renke, address: str) -> None:
    """A guess as the door counts it, without the hash that takes most of its time."""
    source = Source("officer", address, None)
    with app.database.begin() as session:
        admission = guessing.admit(session, source=source, now=app.clock(), secret=app.settings.secret)
        if not admission.wait:
            guessing.refuse(session, admission=admission, source=source, now=app.clock())


def test_guessing_gets_slow(real: Renke, clock: Clock) -> None:
    client = real.test_client()
    answers = [sign_in(client, "officer", "a guess", "192.0.2.1") for _ in range(6)]
    assert [each.status_code for each in answers] == [422] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "30"
    assert "请过 1 分钟再试" in answers[-1].get_data(as_text=True)
    assert sign_in(client, "officer", PASSWORD, "192.0.2.1").status_code == 429, "right or wrong"
    clock.now += timedelta(seconds=30)
    assert sign_in(client, "officer", PASSWORD, "192.0.2.1").status_code == 302
    assert told(real) == [("stranger", "account.refused_often"), ("officer", "account.signed_in")]


def test_names_that_nobody_has_are_refused_in_the_same_words(real: Renke) -> None:
    """Status, words and waiting; nothing of the page tells which names there are."""

    def strip(answer: TestResponse, name: str) -> tuple[int, str, str | None]:
        token = token_of(Desk(real.test_client())._follow(answer))
        body = answer.get_data(as_text=True).replace(token, "").replace(name, "NAME")
        return answer.status_code, body, answer.headers.get("Retry-After")

    known = [strip(guess(real, "officer", "192.0.2.1"), "officer") for _ in range(7)]
    unknown = [strip(guess(real, "nobody", "192.0.2.2"), "nobody") for _ in range(7)]
    assert known == unknown
    assert told(real) == [("stranger", "account.refused_often")], "what was typed for no account is not kept"


def test_a_hash_is_computed_for_names_that_nobody_has(real: Renke, monkeypatch: pytest.MonkeyPatch) -> None:
    import flask_security.forms

    hashed: list[str] = []
    monkeypatch.setattr(flask_security.forms, "hash_password", hashed.append)
    guess(real, "nobody", "192.0.2.2")
    assert hashed == ["a guess"]


def test_an_attacker_keeps_nobody_out(real: Renke, clock: Clock) -> None:
    """One hammers from everywhere, also from the owner's own address, while the owner comes and goes."""
    mine = real.test_client()
    assert sign_in(mine, "officer", PASSWORD, "192.0.2.1").status_code == 302
    mine.delete_cookie("session")
    for number in range(45):
        hammer(real, f"198.51.100.{number // 5}")
        hammer(real, "192.0.2.1")
    assert guess(real, "officer", "192.0.2.1").status_code == 429
    assert sign_in(mine, "officer", PASSWORD, "192.0.2.1").status_code == 302, "a browser that is known"
    elsewhere = real.test_client()
    first = sign_in(elsewhere, "officer", PASSWORD, "203.0.113.7")
    assert (first.status_code, first.headers["Retry-After"]) == (429, "60"), "a new one is slowed down"
    for number in range(20):
        hammer(real, f"198.51.100.{number}")
    clock.now += guessing.ANNOUNCED
    assert sign_in(elsewhere, "officer", PASSWORD, "203.0.113.7").status_code == 302, "and then let in"


def test_it_is_counted_for_all_workers_and_over_a_restart(real: Renke, settings: Settings, clock: Clock) -> None:
    from app import create_app

    for _ in range(5):
        hammer(real, "192.0.2.1")
    another = create_app(settings, database=real.database, clock=clock)
    assert guess(another, "officer", "192.0.2.1").status_code == 429


def test_the_word_of_a_browser(real: Renke) -> None:
    client = real.test_client()
    answer = sign_in(client, "officer", PASSWORD, "192.0.2.1")
    (cookie,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("device=")]
    assert {"HttpOnly", "Path=/console", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "officer" not in cookie
    client.delete_cookie("session")
    again = sign_in(client, "officer", PASSWORD, "192.0.2.1")
    assert not [each for each in again.headers.getlist("Set-Cookie") if each.startswith("device=")], "it has one"


def test_a_password_is_not_guessed_from_inside_either(real: Renke) -> None:
    desk = Desk(real.test_client())
    desk.sign_in("officer")
    data = {"old": "a guess", "password": "x", "again": "x"}
    for _ in range(4):
        hammer(real, "127.0.0.1")
    statuses = [desk.post("/console/account/password", data, to="/console/account").status for _ in range(12)]
    assert statuses == [422] * 11 + [403]
    assert "请过" in desk.post("/console/account/password", data, to="/console/account").words
