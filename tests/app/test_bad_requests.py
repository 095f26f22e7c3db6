"""Requests that no page of ours makes: an accurate answer, and never a page of ours that fails."""

from __future__ import annotations

import io

import pytest
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from app.edge import Renke
from app.errors import http_error
from app.respond.submission import LARGEST_BODY
from surveys.db import Database
from tests.app.desk import SIGN_IN, Desk, add_people, checked, token_of
from tests.app.test_respond import prepare
from tests.app.visits import Visit, filled

CAMPAIGN = """
campaign: "other"
county: "demo"
title: {zh-CN: "调查"}
organiser: {zh-CN: "单位"}
approval: "一号"
contact: "0531"
scorecard: "renke-default"
papers: {parent: ["parent"]}
"""


@pytest.fixture
def desk(app: Renke) -> Desk:
    add_people(app)
    return Desk(app.test_client())


@pytest.mark.parametrize("asked", ["%0d%0aX-Evil: 1", "xx", "%E4%B8%AD", "%00", "x" * 3000, "zh_CN", ""])
def test_a_receipt_in_no_language_keeps_its_own(app: Renke, database: Database, asked: str) -> None:
    fieldwork = prepare(database)
    visit = Visit(app.test_client())
    page = visit.get(f"/r/{fieldwork.poster}?lang=en")
    address = visit.client.post(f"/r/{fieldwork.poster}", data=filled(page)).headers["Location"]
    visit.client.delete_cookie("lang")
    receipt = visit.client.get(f"{address}?lang={asked}")
    assert (receipt.status_code, receipt.headers["Content-Language"]) == (200, "en")
    assert "X-Evil" not in receipt.headers


def test_a_body_of_unknown_length_is_not_cut_short(app: Renke, database: Database) -> None:
    fieldwork = prepare(database)
    body = b"_comment=" + b"x" * 3 * LARGEST_BODY
    response = app.test_client().post(
        f"/r/{fieldwork.poster}",
        input_stream=io.BytesIO(body),
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert response.status_code == 413
    assert not fieldwork.stored()


def test_a_part_that_a_file_has_not_hears_how_long_it_is(app: Renke) -> None:
    with app.test_request_context("/console/"):
        text, status, headers = http_error(RequestedRangeNotSatisfiable(9))
    assert (status, headers) == (416, {"Content-Range": "bytes */9"})
    assert "文件没有要求的这一段" in text


@pytest.mark.parametrize("address", ["/r/", "/console/", SIGN_IN])
def test_a_wrong_method_hears_which_are_right(app: Renke, address: str) -> None:
    response = app.test_client().put(address)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("name", ["endpoint", "self", "values", "_external", "_scheme", "_anchor", "_method", "name"])
def test_the_address_of_a_page_takes_any_words(desk: Desk, name: str) -> None:
    for address in (SIGN_IN, "/nowhere"):
        assert desk.client.get(address, query_string={name: "x"}).status_code in (200, 404)
    desk.sign_in("officer")
    page = desk.get(f"/console/campaigns/tiny?{name}=x&lang=en")
    assert page.status == 200
    assert f"/console/campaigns/tiny?{name}=x&lang=zh-CN" in page.links()


def test_what_was_sent_without_signing_in_is_not_asked_for_afterwards(desk: Desk) -> None:
    """It would be opened as a page, which it is not."""
    data = {"csrf_token": token_of(desk.get(SIGN_IN))}
    assert desk.client.post("/console/campaigns/tiny/close", data=data).headers["Location"] == SIGN_IN


@pytest.mark.parametrize("name", ["officer", "nobody"])
def test_a_password_of_any_length_is_only_wrong(desk: Desk, name: str) -> None:
    response = desk.sign_in(name, "长" * 50_000)
    assert response.status_code == 422
    assert "用户名或密码不对" in response.get_data(as_text=True)


def test_a_long_document_is_judged_as_a_document(desk: Desk) -> None:
    desk.sign_in("officer")
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    fields = {"csrf_token": token_of(desk.get("/console/campaigns/new")), "text": "字" * 1_100_000}
    body = "".join(part.format(*each) for each in fields.items()) + "--x--\r\n"
    answer = desk.client.post(
        "/console/campaigns/new", data=body.encode(), content_type="multipart/form-data; boundary=x"
    )
    page = checked(answer)
    assert page.status == 422
    assert "1000000" in page.words


@pytest.mark.parametrize(
    "address",
    [
        "/console/counties/%00",
        "/console/campaigns/%00",
        "/console/campaigns/%00/score.csv",
        "/console/campaigns/new?county=%00",
        "/console/campaigns/example.yaml?county=%00",
        "/console/campaigns/tiny/kit.pdf?school=%00",
        "/console/campaigns/tiny/papers/%00/parent",
    ],
)
def test_a_name_that_no_database_keeps(desk: Desk, address: str) -> None:
    desk.sign_in("officer")
    assert desk.client.get(address).status_code == 404


@pytest.mark.parametrize("text", ['"\\0"', '"\\ud800"', '"a\\x00b"'])
@pytest.mark.parametrize("key", ["county", "approval", "contact"])
def test_a_document_that_no_database_keeps(desk: Desk, key: str, text: str) -> None:
    desk.sign_in("officer")
    lines = [line for line in CAMPAIGN.splitlines() if not line.startswith(f"{key}:")]
    data = {"text": "\n".join([*lines, f"{key}: {text}"])}
    page = desk.post("/console/campaigns/new", data, to="/console/campaigns/new")
    assert page.status == 422
    assert "无法显示的字符" in page.words


@pytest.mark.parametrize("line", ['campaign: "\\0"', 'scorecard: "\\ud800"', '"\\ud800": 1', '"\\0": 1'])
def test_what_cannot_be_shown_is_not_shown(desk: Desk, line: str) -> None:
    desk.sign_in("officer")
    assert desk.post("/console/campaigns/new", {"text": line}, to="/console/campaigns/new").status == 422


@pytest.mark.parametrize("address", ["/console/people/{}/deactivate", "/console/account/sessions/{}"])
def test_a_number_that_no_database_holds_names_nothing(desk: Desk, address: str) -> None:
    desk.sign_in("admin")
    assert desk.post(address.format(10**20), to="/console/account").status == 404
