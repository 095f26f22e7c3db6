"""The review in the console: one page, buttons for whoever may act, forms for visits, tasks, and `flask review`."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from sqlalchemy import text, update

from app.edge import Renke
from surveys import campaigns, trail
from surveys.models import Account
from surveys.review import standing
from surveys.review.drawing import list_draws
from tests.app.desk import PASSWORD, Desk, Page, hashed, upload
from tests.factories import NOW
from tests.surveys.reviewers import LATER, REASON, STATEMENT, add_reviewed

HERE = "/console/campaigns/tiny/review"
TOKEN = re.compile('name="csrf_token"[^>]*value="([^"]+)"')
PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def reviewed(app: Renke, monkeypatch: pytest.MonkeyPatch) -> Renke:
    """The campaign closed and scored; nobody here needs a second factor, which is tested elsewhere."""
    monkeypatch.setattr("surveys.accounts.model.AccountView.must_set_up", False)
    monkeypatch.setattr(app, "clock", lambda: LATER)
    with app.app_context():
        password = hashed()
    with app.database.begin() as session:
        add_reviewed(session)
        session.execute(update(Account).values(password=password))
    return app


once = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # what differs by database is tested below


@dataclass
class Seat(Desk):
    """A desk that takes the token of its forms from one page, and keeps it."""

    token: str = ""

    def send(self, path: str, data: dict[str, Any]) -> Page:
        if not self.token:
            self.token = TOKEN.findall(self.client.get("/console/account").get_data(as_text=True))[0]
        sent = {**data, "csrf_token": self.token}
        return self._follow(self.client.post(path, data=sent, headers={"Accept-Language": self.language}))


def desk_of(app: Renke, name: str) -> Seat:
    desk = Seat(app.test_client())
    assert desk.sign_in(name).status_code == 302
    return desk


def signs(desk: Seat, **changes: str) -> Page:
    data = {"statement": STATEMENT, "password": PASSWORD} | changes
    return desk.send(f"{HERE}/sign", data)


def today() -> str:
    return (LATER + timedelta(hours=8)).date().isoformat()


def visit_form(**changes: str) -> dict[str, str]:
    points = ("posters", "sealed", "classes", "pupils", "untold", "people")
    wanted = {f"points.{point}": "yes" for point in points} | {f"remarks.{point}": "" for point in points}
    return wanted | {"visited_on": today(), "visitors": "王检、李查", "remark": ""} | changes


def finding_form(**changes: str) -> dict[str, str]:
    due = (LATER + timedelta(days=9)).date().isoformat()
    wanted = {"category": "codes", "severity": "must", "text": "答题条没有密封，请补发。", "school": "P01"}
    return wanted | {"owner": "liaison", "due": due} | changes


def posts(page: Page) -> set[str]:
    return {each.removeprefix(HERE) for each in page.actions() if each.startswith(HERE)}


def drawn(app: Renke) -> tuple[str, ...]:
    with app.database.read() as session:
        campaign = campaigns.get_campaign(session, name="tiny", now=LATER)
        return list_draws(session, campaign_id=campaign.id)[-1].schools


def test_the_whole_life_on_the_page(reviewed: Renke) -> None:
    county, city, province = (desk_of(reviewed, name) for name in ("county", "city", "province"))
    assert posts(county.get(HERE)) == {"/sign"}
    assert posts(city.get(HERE)) == {"/findings"}
    page = signs(county)
    assert "已签署" in page.words
    assert posts(page) == set()
    assert posts(city.get(HERE)) == {"/sign", "/return", "/draw", "/findings"}
    page = city.send(f"{HERE}/draw", {"share": "40"})
    assert "3 所中的 2 所" in page.words
    page = signs(city)
    assert page.status == 409
    assert page.words.count("抽中的学校还没有核查记录") == 2
    for school in drawn(reviewed):
        page = city.send(f"{HERE}/visits/{school}", visit_form())
    assert "核查记录已保存" in page.words
    page = city.send(f"{HERE}/findings", finding_form())
    assert "必须整改的问题还没有办结：#1" in page.words
    liaison = desk_of(reviewed, "liaison")
    page = liaison.send(f"{HERE}/findings/1/evidence", {"text": REASON, "files": upload(PDF, "签收表.pdf")})
    assert "整改材料已提交" in page.words
    page = city.send(f"{HERE}/findings/1/verdict", {"verdict": "accepted", "reason": ""})
    assert "已整改" in page.words
    signs(city)
    page = signs(province)
    assert "已经上报" in page.words
    assert posts(page) == {"/return"}
    texts = ("县级自评签署第 1 次测评", "市级复核签署第 1 次测评", "省级评估签署第 1 次测评", "第 1 号问题：通过")
    assert all(each in page.words for each in texts)


@once
def test_signing_needs_the_password_again(reviewed: Renke) -> None:
    county = desk_of(reviewed, "county")
    for wrong in ("", "not the password"):
        page = signs(county, password=wrong)
        assert page.status == 403
        assert "密码不对" in page.words
        assert STATEMENT in page.response.get_data(as_text=True)
    with reviewed.database.read() as session:
        campaign = campaigns.get_campaign(session, name="tiny", now=LATER)
        assert standing(session, campaign_id=campaign.id).signatures == ()


@once
@pytest.mark.parametrize("number", ["x", "99", "-1", "1.0", "9" * 40, "²"])
def test_a_number_that_no_evaluation_has_signs_nothing(reviewed: Renke, number: str) -> None:
    page = signs(desk_of(reviewed, "county"), evaluation=number)
    assert page.status in (404, 409, 422)
    assert posts(desk_of(reviewed, "county").get(HERE)) == {"/sign"}


@once
def test_giving_back_says_why_to_the_county(reviewed: Renke) -> None:
    signs(desk_of(reviewed, "county"))
    city = desk_of(reviewed, "city")
    assert city.send(f"{HERE}/return", {"reason": "短"}).status == 422
    assert "已退回" in city.send(f"{HERE}/return", {"reason": REASON}).words
    page = desk_of(reviewed, "deputy").get(HERE)
    assert REASON in page.words
    assert posts(page) == {"/sign"}


@once
def test_whoever_cannot_act_reads_only(reviewed: Renke) -> None:
    signs(desk_of(reviewed, "county"))
    for name in ("analyst", "root", "inspector"):
        desk = desk_of(reviewed, name)
        assert posts(desk.get(HERE)) == set()
        for path in ("sign", "draw", "return", "findings"):
            assert desk.send(f"{HERE}/{path}", {"password": PASSWORD}).status == 403
    assert desk_of(reviewed, "abroad").get(HERE).status == 404


@once
def test_what_is_wrong_with_a_form_is_said_where_it_stands(reviewed: Renke) -> None:
    signs(desk_of(reviewed, "county"))
    city = desk_of(reviewed, "city")
    page = city.send(f"{HERE}/findings", finding_form(text="短", owner="city", due="soon"))
    assert page.status == 422
    assert [row[1] for row in page.rows()] == ["内容", "责任人", "期限"]
    assert city.send(f"{HERE}/draw", {"share": "39"}).status == 422
    city.send(f"{HERE}/draw", {"share": "100"})
    where = f"{HERE}/visits/P01"
    page = city.send(where, visit_form(**{"points.untold": "no", "visited_on": "2026-13-01"}))
    assert page.status == 422
    assert "2026-13-01" in page.rows()[0]
    assert [row[1] for row in page.rows()] == ["核查日期", "没有人规定或暗示怎样作答，没有人代填、查看答案"]
    kept = [each for each in page.all("input", name="points.untold") if "checked" in each.attrib]
    assert [each.get("value") for each in kept] == ["no"]
    assert city.get(f"{HERE}/visits/P99").status == 404


@once
def test_a_draw_that_took_the_place_of_another_is_told_to_whoever_signs(
    reviewed: Renke, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs(desk_of(reviewed, "county"))
    city, province = desk_of(reviewed, "city"), desk_of(reviewed, "province")
    page = city.send(f"{HERE}/draw", {"share": "40"})
    assert "重抽过" not in page.words
    assert "学校重抽过：第 2 次" in city.send(f"{HERE}/draw", {"share": "100", "reason": REASON}).words
    city.send(f"{HERE}/visits/P01", visit_form())
    monkeypatch.setattr(reviewed, "clock", lambda: LATER + timedelta(minutes=5))
    city.send(f"{HERE}/draw", {"share": "40", "reason": REASON})
    gone = 0 if "P01" in drawn(reviewed) else 1
    told = f"第 3 次抽签是在核查了 1 所学校以后重抽的，其中 {gone} 所没有再抽中。理由：{REASON}"
    assert told in province.get(HERE).words


@once
def test_check_forms_have_what_to_check_and_no_result(reviewed: Renke) -> None:
    signs(desk_of(reviewed, "county"))
    city = desk_of(reviewed, "city")
    assert city.get(f"{HERE}/forms.pdf").status == 404
    city.send(f"{HERE}/draw", {"share": "40"})
    one, two = drawn(reviewed)
    every = city.client.get(f"{HERE}/forms.pdf")
    assert every.mimetype == "application/pdf"
    pages = [each.extract_text() for each in PdfReader(io.BytesIO(every.data)).pages]
    assert (len(pages), one in pages[0], two in pages[1]) == (2, True, True)
    assert all(
        word in pages[0] for word in ("海报", "密封", "抽样框", "签名", "模拟数据", "60" if one == "P01" else "8")
    )
    single = city.client.get(f"{HERE}/forms.pdf?school={two}")
    assert len(PdfReader(io.BytesIO(single.data)).pages) == 1
    packed = ZipFile(io.BytesIO(city.client.get(f"{HERE}/forms.zip").data))
    assert [name[:3] for name in packed.namelist()] == [one, two]
    assert city.get(f"{HERE}/forms.pdf?school=P99").status == 404


@once
def test_a_liaison_sees_the_own_tasks_and_nothing_else(reviewed: Renke) -> None:
    city = desk_of(reviewed, "city")
    city.send(f"{HERE}/findings", finding_form())
    city.send(f"{HERE}/findings", finding_form(owner="county", text="名册与在册人数不一致，请说明。"))
    liaison = desk_of(reviewed, "liaison")
    page = liaison.get("/console/tasks")
    assert "没有密封" in page.words
    assert "名册" not in page.words
    assert liaison.get(HERE).status == 403
    assert liaison.get("/console/reviews").status == 403
    for number in (2, 9):
        told = liaison.send(f"{HERE}/findings/{number}/evidence", {"text": REASON})
        assert told.status == 404
    page = liaison.send(f"{HERE}/findings/1/evidence", {"text": REASON, "files": upload(b"<html>", "a.pdf")})
    assert page.status == 422
    assert "只收 PDF、JPEG 和 PNG" in page.words
    assert REASON in page.response.get_data(as_text=True)
    assert desk_of(reviewed, "city").get("/console/tasks").status == 403


@once
def test_evidence_is_taken_away_never_opened(reviewed: Renke) -> None:
    city = desk_of(reviewed, "city")
    city.send(f"{HERE}/findings", finding_form(owner="county"))
    county = desk_of(reviewed, "county")
    sent = {"text": REASON, "files": upload(PDF + b"<script>", "签收 表.html")}
    assert "整改材料已提交" in county.send(f"{HERE}/findings/1/evidence", sent).words
    where = f"{HERE}/findings/1/files/1/1"
    answer = city.client.get(where)
    assert answer.data == PDF + b"<script>"
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].endswith("tiny-1-1-1.pdf; filename*=UTF-8''" + quote("签收 表.pdf"))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for name, status in (("liaison", 403), ("abroad", 404)):
        assert desk_of(reviewed, name).client.get(where).status_code == status
    assert city.client.get(f"{HERE}/findings/1/files/1/2").status_code == 404


@once
def test_reviews_that_wait_come_first(reviewed: Renke) -> None:
    def waits(name: str) -> list[str]:
        return [row[3] for row in desk_of(reviewed, name).get("/console/reviews").rows()]

    assert (waits("county"), waits("city")) == (["签署"], ["没有"])
    signs(desk_of(reviewed, "county"))
    assert (waits("county"), waits("city")) == (["没有"], ["签署或退回"])


@once
def test_a_review_begins_when_the_survey_is_over(reviewed: Renke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewed, "clock", lambda: NOW)
    page = desk_of(reviewed, "county").get(HERE)
    assert "调查结束、算出得分以后才开始审核" in page.words
    assert posts(page) == set()


@once
def test_looking_is_told_to_the_trail(reviewed: Renke) -> None:
    desk_of(reviewed, "analyst").get(HERE)
    with reviewed.database.read() as session:
        campaign = campaigns.get_campaign(session, name="tiny", now=LATER)
        (deed,) = trail.list_deeds(session, campaign_id=campaign.id, action="results.seen")
    assert (deed.by, deed.facts["what"]) == ("analyst", "review")


def run(app: Renke, *arguments: str, given: str | None = None) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["review", *arguments], input=given)
    return result.exit_code, result.output


def test_the_commands(reviewed: Renke) -> None:
    by: list[str] = ["--password", PASSWORD]
    assert "轮到县级自评" in run(reviewed, "show", "tiny")[1]
    assert run(reviewed, "sign", "tiny", "--by", "county", "--statement", STATEMENT, "--password", "wrong")[0] == 1
    assert run(reviewed, "sign", "tiny", "--by", "county", "--statement", STATEMENT, given=f"{PASSWORD}\n")[0] == 0
    assert run(reviewed, "sign", "tiny", "--by", "county", "--statement", STATEMENT, *by)[0] == 1
    assert "还没有抽签" in run(reviewed, "audit", "tiny")[1]
    assert run(reviewed, "draw", "tiny", "--by", "city", *by)[0] == 0
    assert run(reviewed, "draw", "tiny", "--by", "city", *by)[0] == 1
    assert run(reviewed, "draw", "tiny", "--by", "city", "--share", "50", "--reason", REASON, *by)[0] == 0
    code, said = run(reviewed, "audit", "tiny")
    assert (code, said.count("重抽相同")) == (0, 2)
    code, said = run(reviewed, "verify", "tiny")
    assert code == 0
    assert "没有变" in said
    assert "还没有核查的学校" in run(reviewed, "show", "tiny")[1]
    assert "已退回县级自评" in run(reviewed, "return", "tiny", "--by", "city", "--reason", REASON, *by)[1]
    assert "没有有效的签署" in run(reviewed, "verify", "tiny")[1]


@once
def test_a_command_finds_data_that_changed(reviewed: Renke) -> None:
    signs(desk_of(reviewed, "county"))
    with reviewed.database.begin() as session:
        session.execute(text("UPDATE responses SET answers = :new"), {"new": bytes([2, 2, 2])})
    code, said = run(reviewed, "verify", "tiny")
    assert code == 1
    assert "签署的数字没有变" in said
