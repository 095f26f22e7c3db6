"""Verifying a report: a page for everybody who holds one; without a session, a cookie or a script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.edge import Renke, is_for_everybody
from app.pack.making import Report, make_report
from surveys.review import signing
from tests.app.packed import later, packed, score_again

BROWSER = {"Accept-Language": "zh-CN"}


@pytest.fixture
def app(tmp_path: Any) -> Iterator[Renke]:
    with packed(tmp_path) as made:
        yield made


def take(app: Renke, kind: str = "county", **more: Any) -> Report:
    with app.app_context():
        return make_report(name="tiny", kind=kind, format="pdf", language="zh-CN", by="officer", **more)


def visit(app: Renke, path: str, **headers: str) -> TestResponse:
    return app.test_client(use_cookies=False).get(path, headers={**BROWSER, **headers})


def test_it_is_of_the_front() -> None:
    assert is_for_everybody("/v")
    assert is_for_everybody("/v/ABC")
    assert not is_for_everybody("/vault")


def test_a_draft_says_so_with_digest_score_and_date(app: Renke) -> None:
    report = take(app)
    answer = visit(app, f"/v/{report.issued.serial}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in page
    assert "这是一份草案" in page
    assert "还没有任何一级签字" in page
    value, low = (report.facts.composite.get(name) for name in ("value", "low"))
    assert report.issued.digest in page
    assert f"{value:.2f}" in page
    assert f"{low:.2f}" in page
    assert "2026-05-12" in page
    assert "demo（模拟）" in page
    assert "第 1 次" in page
    assert "模拟数据" in page


def test_the_serial_may_be_typed_as_people_do(app: Renke) -> None:
    serial = take(app).issued.serial
    loose = "-".join(serial[start : start + 5] for start in range(0, 26, 5)).lower().replace("0", "o").replace("1", "l")
    assert visit(app, f"/v/{loose}").status_code == 200
    answer = visit(app, f"/v?serial={loose}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/v/{serial}")
    assert visit(app, "/v").status_code == 200
    assert visit(app, "/v?serial=ABC").status_code == 422


def test_a_newer_evaluation_replaces_every_report_of_the_older(app: Renke) -> None:
    old = [take(app), take(app, "public"), take(app, "school", school="J01")]
    score_again(app)
    assert "已有更新的版本" not in visit(app, f"/v/{old[0].issued.serial}").get_data(as_text=True)
    new = take(app)
    assert new.issued.serial != old[0].issued.serial
    assert new.facts.evaluation == 2
    for each in old:
        page = visit(app, f"/v/{each.issued.serial}").get_data(as_text=True)
        assert "这份报告已有更新的版本" in page
        assert new.issued.digest in page
        assert new.issued.serial not in page, "who holds the old one does not get the new one's serial"
    assert "已有更新的版本" not in visit(app, f"/v/{new.issued.serial}").get_data(as_text=True)


def test_a_signed_report_is_genuine_and_its_draft_is_told(app: Renke) -> None:
    draft = take(app)
    later(app)
    sign(app)
    page = visit(app, f"/v/{draft.issued.serial}").get_data(as_text=True)
    assert "这是一份草案" in page
    assert "请索取签字以后的版本" in page
    later(app)
    signed = take(app)
    assert signed.facts.signed
    assert signed.issued.serial != draft.issued.serial
    page = visit(app, f"/v/{signed.issued.serial}").get_data(as_text=True)
    assert "这份报告是真的" in page
    assert "县级 2026-05-12" in page
    assert "这份报告已有更新的版本" in visit(app, f"/v/{draft.issued.serial}").get_data(as_text=True)


def sign(app: Renke) -> None:
    with app.database.begin() as session:
        signing.sign(session, campaign="tiny", by="officer", statement="情况属实，同意上报。", now=app.clock())


def test_a_school_s_sheet_shows_only_the_county_s_score(app: Renke) -> None:
    report = take(app, "school", school="J01")
    page = visit(app, f"/v/{report.issued.serial}").get_data(as_text=True)
    (own,) = report.facts.schools
    assert f"{report.facts.composite.get('value'):.2f}" in page
    assert "J01学校（模拟）" in page
    assert f"{own.get('value'):.1f}" not in page.replace(f"{report.facts.composite.get('value'):.2f}", "")


def test_an_unknown_serial_is_refused_kindly_and_guessing_ends(app: Renke) -> None:
    known = take(app).issued.serial
    answer = visit(app, f"/v/{'0' * 26}")
    assert answer.status_code == 404
    assert "没有这个编号的报告" in answer.get_data(as_text=True)
    for odd in ("x", "%00", "é" * 40, "a/b", known[:-1]):
        assert visit(app, f"/v/{odd}").status_code == 404
    statuses = [visit(app, f"/v/{place:026d}").status_code for place in range(40)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert visit(app, f"/v/{known}").status_code == 429, "for the minute, whoever guesses is told nothing"


def test_both_languages(app: Renke) -> None:
    serial = take(app).issued.serial
    for language in ("zh-CN", "en"):
        answer = visit(app, f"/v/{serial}", **{"Accept-Language": language})
        assert f'<html lang="{language}"' in answer.get_data(as_text=True)


def test_a_serial_is_128_bits_of_chance(app: Renke) -> None:
    serials = {take(app, "school", school=code).issued.serial for code in ("J01", "P01", "P02")}
    assert {len(each) for each in serials} == {26}
    assert len(serials) == 3
