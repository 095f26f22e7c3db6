"""Whatever is sent to the respondents' door: an accurate status, never a 500, never a row that was not in order."""

from __future__ import annotations

import string
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.edge import Renke
from surveys.db import Database
from tests.app.test_respond import Fieldwork, prepare
from tests.app.visits import Visit, filled

FORM = "application/x-www-form-urlencoded"
PLAIN = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
KNOWN = st.sampled_from(["teaching", "homework", "overall", "_form", "_comment", "_redraw", "_", "q1", "kind", "text"])
VALUES = st.one_of(
    st.sampled_from(["1", "4", "9", "04", "+4", "４", "4.0", "", " 4", "99", "-1"]), st.text(max_size=40)
)
PAIRS = st.lists(st.tuples(st.one_of(KNOWN, st.text(max_size=20)), VALUES), max_size=12)
TYPES = st.sampled_from(
    [FORM, f"{FORM}; charset=utf-8", f"{FORM}; charset=x", FORM.upper(), "", "text/plain", "multipart/form-data",
     "multipart/form-data; boundary=x", "application/json", "x", "application/x-www-form-urlencoded\t"]
)  # fmt: skip
HEADER_TEXT = st.text(alphabet=string.ascii_letters + string.digits + " ;=,/*.-_\"'%\\~:", max_size=60)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Accept-Language", "Accept-Encoding", "Cookie", "Accept", "X-Forwarded-For", "X-Forwarded-Proto", "Range",
         "If-None-Match", "Host", "Origin", "Referer", "Expect", "X-HTTP-Method-Override"]
    ),
    HEADER_TEXT,
    max_size=4,
)  # fmt: skip


@pytest.fixture
def fieldwork(database: Database) -> Fieldwork:
    return prepare(database)


def encoded(pairs: list[tuple[str, str]]) -> bytes:
    return "&".join(f"{quote_plus(name, errors='surrogatepass')}={quote_plus(value, errors='surrogatepass')}"
                    for name, value in pairs).encode()  # fmt: skip


def check_nothing(fieldwork: Fieldwork) -> None:
    assert fieldwork.stored() == []
    assert fieldwork.comments() == []
    assert fieldwork.used() == 0


@PLAIN
@given(body=st.one_of(st.binary(max_size=300), PAIRS.map(encoded)), kind=TYPES, headers=HEADERS)
def test_any_body(app: Renke, fieldwork: Fieldwork, body: bytes, kind: str, headers: dict[str, str]) -> None:
    client = app.test_client(use_cookies=False)
    answer = client.post(f"/r/{fieldwork.slip}", data=body, content_type=kind, headers=headers)
    assert 400 <= answer.status_code < 500, answer.status_code
    assert answer.mimetype == "text/html"
    check_nothing(fieldwork)


@PLAIN
@given(pairs=PAIRS, drops=st.sets(st.sampled_from(["teaching", "homework", "overall"]), max_size=3))
def test_any_change_of_a_good_sheet(
    app: Renke, fieldwork: Fieldwork, pairs: list[tuple[str, str]], drops: set[str]
) -> None:
    """With the right token: it is stored exactly when every field is one of the paper, once, with one of its codes."""
    page = Visit(app.test_client()).get(f"/r/{fieldwork.poster}")
    sent = {name: value for name, value in filled(page).items() if name not in drops}
    own = [(name, value) for name, value in pairs if name not in ("_form", "_redraw")]
    body = urlencode(sent).encode() + b"&" + encoded(own)
    before = len(fieldwork.stored())
    answer = app.test_client(use_cookies=False).post(f"/r/{fieldwork.poster}", data=body, content_type=FORM)
    assert answer.status_code in (303, 400, 422)
    assert len(fieldwork.stored()) - before == (answer.status_code == 303)
    if answer.status_code == 303:
        names = [name for name, _ in [*sent.items(), *own]]
        assert {"teaching", "overall"} <= set(names)
        assert set(names) <= {"teaching", "homework", "overall", "_form", "_comment"}
        assert len(names) == len(set(names))


@PLAIN
@given(code=st.one_of(st.text(max_size=40), st.from_regex(r"[0-9A-Z]{10}|[0-9A-Z]{24}", fullmatch=True)), query=PAIRS)
def test_any_address(app: Renke, fieldwork: Fieldwork, code: str, query: list[tuple[str, str]]) -> None:
    client = app.test_client(use_cookies=False)
    address = f"/r/{quote_plus(code, errors='surrogatepass')}"
    for path in (address, f"{address}?{encoded(query).decode()}", f"/r/receipt/{quote_plus(code, errors='replace')}"):
        assert client.get(path).status_code < 500
    check_nothing(fieldwork)


@PLAIN
@given(
    headers=HEADERS,
    query=st.lists(st.tuples(st.sampled_from(["lang", "size", "paper", "preview", "shared"]), HEADER_TEXT)),
)
def test_any_headers(app: Renke, fieldwork: Fieldwork, headers: dict[str, str], query: list[tuple[str, str]]) -> None:
    client = app.test_client(use_cookies=False)
    answer = client.get(f"/r/{fieldwork.poster}?{urlencode(query)}", headers=headers)
    assert answer.status_code in (200, 400, 404)
    assert "\n" not in str(answer.headers.get("Set-Cookie"))
    cookies = {each.split("=")[0] for each in answer.headers.getlist("Set-Cookie")}
    assert cookies <= {"lang", "size", "shared"}


def test_tokens_that_are_replayed_elsewhere(app: Renke, fieldwork: Fieldwork) -> None:
    """A good token is good for its own code only; at its own, any number of times, it is one response."""
    visit = Visit(app.test_client())
    sent: dict[str, Any] = filled(visit.get(f"/r/{fieldwork.slip}"))
    client = app.test_client(use_cookies=False)
    for elsewhere in (fieldwork.slips[1].token, fieldwork.poster, fieldwork.poster_of("teacher", "P01")):
        assert client.post(f"/r/{elsewhere}", data=sent).status_code == 422
    check_nothing(fieldwork)
    answers = [client.post(f"/r/{fieldwork.slip}", data={**sent, "teaching": code}) for code in "4321"]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert [row.answers[0] for row in fieldwork.stored()] == [4], "the first is kept"
