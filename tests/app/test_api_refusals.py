"""What programs get wrong: each is refused in the same form, by a stable code, in their language, and nothing leaks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.edge import Renke
from surveys import accounts
from surveys.accounts import tokens
from surveys.db import UnavailableError
from tests import factories
from tests.app.programs import HOME, Program, api_over, furnish, make_token, problem_of
from tests.conftest import sqlite_database

SURROGATE, HALF = "%ED%A0%80", "%FF%FE"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    home = tmp_path_factory.mktemp("furnished")
    with sqlite_database(home, sqlite_template) as database:
        furnish(database)
    return home / "renke.db"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Iterator[Renke]:
    with api_over(tmp_path_factory.mktemp("api"), template) as app:
        yield app


@pytest.fixture(scope="module")
def analyst(app: Renke) -> Program:
    return Program(app, make_token(app, "analyst"))


@pytest.fixture
def own(tmp_path: Path, template: Path) -> Iterator[Renke]:
    with api_over(tmp_path, template) as app:
        yield app


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v2/", "/api/v1/nothing", "/api/v1//token", "/api/v1/token/",
                                  "/api/v1/../console/", f"/api/v1/campaigns/{SURROGATE}", "/api/v1/campaigns/%00",
                                  "/api/v1/campaigns/" + "a" * 5000])  # fmt: skip
@pytest.mark.parametrize("with_token", [True, False])
def test_addresses_that_are_none(app: Renke, analyst: Program, path: str, with_token: bool) -> None:
    found = (analyst if with_token else Program(app)).refused(path)
    assert (found["status"], found["code"]) == (404, "api.address")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"])
def test_methods_that_write(analyst: Program, method: str) -> None:
    answer = analyst.get("campaigns", method=method)
    assert problem_of(answer)["code"] == "api.method"
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert not [name for name in answer.headers.keys() if name.lower().startswith("access-control")]  # noqa: SIM118


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("limit=0", {"limit"}), ("limit=201", {"limit"}), ("limit=1e2", {"limit"}), ("limit=05", {"limit"}),
        ("limit=%D9%A3", {"limit"}), ("limit=", {"limit"}), ("limit=" + "9" * 5000, {"limit"}), ("limit=-1", {"limit"}),
        ("state=Open", {"state"}), ("state=", {"state"}), ("region=DEMO", {"region"}), ("region=demo%00", {"region"}),
        ("region=demo%0A", {"region"}), (f"region={SURROGATE}", {"region"}), (f"region={HALF}", {"region"}),
        ("cursor=x", {"cursor"}), ("cursor=r00000001", {"cursor"}), ("cursor=c0000001", {"cursor"}),
        ("cursor=cffffffff", {"cursor"}), ("nothing=1", {"nothing"}), ("token=renke_x", {"token"}), ("=1", {""}),
        ("limit=x&state=y&who=z", {"limit", "state", "who"}), ("limit=1&limit=2", {"limit"}), ("%00=1", {" "}),
    ],
)  # fmt: skip
def test_parameters_that_are_wrong_are_all_named(analyst: Program, query: str, wrong: set[str]) -> None:
    found = analyst.refused(f"campaigns?{query}")
    assert (found["status"], found["code"]) == (422, "api.query")
    assert {each["name"] for each in found["errors"]} == wrong
    assert {each["in"] for each in found["errors"]} == {"query"}


@pytest.mark.parametrize("address", ["", "token", "openapi.json", "campaigns/newer", "campaigns/newer/progress",
                                     "campaigns/newer/scorecard", "campaigns/newer/exports/dictionary"])  # fmt: skip
def test_an_address_that_takes_nothing_says_so(analyst: Program, address: str) -> None:
    found = analyst.refused(f"{address}?limit=1")
    assert [each["code"] for each in found["errors"]] == ["api.query.unknown"]


@pytest.mark.parametrize("address", ["campaigns/nowhere", "campaigns/elsewhere", "campaigns/newer/evaluations/7",
                                     "regions/other", "regions/nowhere", "campaigns?region=other",
                                     "campaigns/elsewhere/exports/codebook",
                                     "campaigns/newer/exports/results/csv?evaluation=9"])  # fmt: skip
def test_names_of_nothing_and_of_what_lies_elsewhere(analyst: Program, address: str) -> None:
    found = analyst.refused(address)
    assert found["status"] == 404
    assert found["code"] in ("campaign.unknown", "region.unknown", "score.no_such")


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer ", "Basic YTpi", "renke_x", "Bearer renke_\x01",
                                   "Token x", "Bearer renke_é", "Bearer " + "x" * 9000])  # fmt: skip
def test_nobody_gets_in_with_no_token(app: Renke, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}
    answer = Program(app).get("campaigns", **headers)
    assert problem_of(answer)["code"] in ("api.token.missing", "api.token.unknown")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="renke"')


def test_a_token_that_has_ended_in_whatever_way_is_unknown(own: Renke) -> None:
    first, second = make_token(own, "analyst"), make_token(own, "officer", days=1)
    for token in (first, second):
        Program(own, token).read("token")
    with own.database.begin() as session:
        account = accounts.get_account(session, name="analyst")
        (listed,) = tokens.list_tokens(session, account_id=account.id, now=own.clock())
        tokens.end_token(session, account=account, number=listed.number, now=own.clock(), by="analyst")
    own.api.clock = lambda: factories.NOW + timedelta(days=2)
    said = [Program(own, token).refused("token") for token in (first, second, "renke_" + "a" * 43)]
    assert said == [said[0]] * 3
    assert said[0]["code"] == "api.token.unknown"


def test_a_token_out_of_scope_hears_which_it_lacks(app: Renke) -> None:
    program = Program(app, make_token(app, "analyst", scopes=["fieldwork:read"]))
    answer = program.get("campaigns/newer/evaluations/1")
    found = problem_of(answer)
    assert (found["status"], found["code"]) == (403, "api.token.scope")
    assert "results:read" in found["detail"]
    assert answer.headers["WWW-Authenticate"].endswith('error="insufficient_scope", scope="results:read"')


def test_an_address_never_takes_a_token(app: Renke) -> None:
    token = make_token(app, "analyst")
    for query in (f"access_token={token}", f"token={token}"):
        answer = Program(app).get(f"campaigns?{query}")
        assert answer.status_code == 401
        assert token not in answer.get_data(as_text=True)


def test_wrong_tokens_are_counted_and_right_ones_always_pass(own: Renke) -> None:
    wrong, right = Program(own, "renke_" + "a" * 43), Program(own, make_token(own, "analyst"))
    said = [wrong.get("campaigns") for _ in range(61)]
    assert [each.status_code for each in said] == [401] * 60 + [429]
    assert problem_of(said[-1])["code"] == "api.too_many"
    assert int(said[-1].headers["Retry-After"]) > 0
    assert right.get("campaigns").status_code == 200
    assert Program(own).get("campaigns").status_code == 401


def test_what_takes_no_json_gets_none(analyst: Program) -> None:
    assert analyst.refused("campaigns", Accept="text/html")["code"] == "api.accept"
    for accept in ("application/json", "*/*", "application/*", "text/html, application/json;q=0.1", "nonsense, */*"):
        assert analyst.get("campaigns", Accept=accept).status_code == 200


def test_words_are_in_the_language_that_is_taken(app: Renke) -> None:
    chinese, english = (Program(app, language=each).get("nothing") for each in ("zh-CN", "en-GB, en;q=0.9, zh;q=0.5"))
    assert (chinese.headers["Content-Language"], english.headers["Content-Language"]) == ("zh-CN", "en")
    assert problem_of(chinese)["code"] == problem_of(english)["code"]
    assert problem_of(Program(app, language="tlh, *;q=0.1").get("nothing"))["title"] == "没有找到"


def test_a_body_is_not_read(analyst: Program) -> None:
    client, headers = analyst.app.test_client(), {"Authorization": f"Bearer {analyst.token}"}
    for data in (b"\x00\xff", b'{"a": "\\ud800"}', b"x" * 2_000_000):
        assert client.get(f"{HOME}/campaigns", data=data, headers=headers).status_code == 200
        assert problem_of(client.post(f"{HOME}/campaigns", data=data, headers=headers))["status"] == 405


def test_mistakes_of_ours_are_told_as_such_and_nothing_of_them(
    app: Renke, analyst: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_given: Any, **_more: Any) -> None:
        raise ValueError("a secret of the inside")

    monkeypatch.setattr("app.api.campaigns.page_campaigns", fail)
    with caplog.at_level(logging.ERROR):
        found = analyst.refused("campaigns?limit=7")
    assert (found["status"], found["code"]) == (500, "api.failed")
    assert "secret" not in str(found)
    assert "a secret of the inside" in caplog.text, "whoever runs it must be able to find it"
    assert str(analyst.token) not in caplog.text
    assert "limit=7" not in caplog.text


def test_a_database_that_is_away_is_waited_for(analyst: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: Any, **_more: Any) -> None:
        raise UnavailableError("OperationalError")

    monkeypatch.setattr("app.api.campaigns.page_campaigns", fail)
    answer = analyst.get("campaigns")
    assert problem_of(answer)["code"] == "api.unavailable"
    assert answer.headers["Retry-After"] == "5"
