"""The other ways in, at the desk: keying by two people, calls, links and texts to hand out, forms to print."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.edge import Renke
from surveys import codes, models, trail
from surveys.codes import Slip
from tests import factories
from tests.app.desk import Desk, Page, add_people, token_of, upload

DATABASES = ("sqlite",)

HOME = "/console/campaigns/tiny"
PLACE = {"group": "parent", "school": "P01"}


@pytest.fixture
def staffed(app: Renke) -> Renke:
    add_people(app)
    return app


def desk_of(app: Renke, who: str) -> Desk:
    desk = Desk(app.test_client())
    desk.sign_in(who)
    return desk


def download(desk: Desk, address: str, **data: Any) -> bytes:
    """What a button that makes a file gives."""
    sent = {**PLACE, **data, "csrf_token": token_of(desk.get(f"{HOME}/ways"))}
    answer = desk.client.post(address, data=sent)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert "attachment" in answer.headers["Content-Disposition"]
    return bytes(answer.data)


def issued(app: Renke, way: str) -> tuple[Slip, ...]:
    with app.database.read() as session:
        campaign = session.scalars(select(models.Campaign.id).where(models.Campaign.name == "tiny")).one()
        return codes.list_slips(session, campaign_id=campaign, secret=factories.SECRET, way=way)


def channels(app: Renke) -> Counter[str]:
    with app.database.read() as session:
        return Counter(session.scalars(select(models.Response.channel)))


def deeds(app: Renke) -> list[tuple[str, str]]:
    with app.database.read() as session:
        campaign = session.scalars(select(models.Campaign.id).where(models.Campaign.name == "tiny")).one()
        return [(deed.action, deed.by) for deed in trail.list_deeds(session, campaign_id=campaign)]


def key(desk: Desk, form: Slip, **answers: str) -> Page:
    taken = desk.post(f"{HOME}/keying", {"code": form.typed}, to=f"{HOME}/keying")
    assert taken.heading == "录入一份问卷"
    hidden = {each.get("name", ""): each.get("value", "") for each in taken.all("input", type="hidden")}
    filled = {"a-teaching": "4", "a-homework": "4", "a-overall": "4", "comment": ""}
    filled |= {f"a-{name}" if name != "comment" else name: value for name, value in answers.items()}
    sent = {**{name: hidden[name] for name in ("code", "version")}, **filled}
    return desk.post(f"{HOME}/keying/form", sent, to=f"{HOME}/keying")


def test_an_interviewer_starts_with_the_surveys_that_run(staffed: Renke) -> None:
    desk = desk_of(staffed, "caller")
    start = desk.get("/console/")
    assert start.heading == "访问与录入"
    assert {f"{HOME}/calls", f"{HOME}/keying"} <= start.links()
    assert not any("elsewhere" in link or "score" in link or link.endswith("/counties") for link in start.links())
    assert desk.client.get(HOME).status_code == 403


def test_a_form_is_printed_keyed_twice_and_settled(staffed: Renke) -> None:
    officer, caller = desk_of(staffed, "officer"), desk_of(staffed, "caller")
    printed = download(officer, f"{HOME}/forms.pdf", count="2")
    assert len(PdfReader(io.BytesIO(printed)).pages) == 4  # each on a sheet of its own
    same, other = issued(staffed, "paper")
    assert key(caller, same).words.startswith("访问与录入")
    assert channels(staffed) == {}
    assert "已存为一份答卷" in key(officer, same).words
    assert channels(staffed) == {"paper": 1}
    key(caller, other, comment="好")
    differing = key(officer, other, teaching="1")
    assert "两遍录入不一致" in differing.words
    (address,) = [link for link in differing.links() if link.startswith(f"{HOME}/keying/") and "csv" not in link]
    refused = caller.post(address, {"a-teaching": "1"}, to=address)
    assert refused.status == 422
    assert "请对照原件选一项" in refused.words
    assert len(refused.all("input", checked="")) == 1  # what was chosen stays
    settled = caller.post(address, {"a-teaching": "1", "a-comment": "2"}, to=address)
    assert "已存为一份答卷" in settled.words
    assert channels(staffed) == {"paper": 2}
    assert deeds(staffed) == [("paper.settled", "caller"), ("paper.printed", "officer")]


def test_a_form_that_is_wrong_keeps_what_was_typed(staffed: Renke) -> None:
    officer = desk_of(staffed, "officer")
    download(officer, f"{HOME}/forms.pdf", count="1")
    (form,) = issued(staffed, "paper")
    page = key(officer, form, teaching="7", overall="", homework="3", comment="好")
    assert page.status == 422
    assert [each.get("value") for each in page.all("input", type="text")] == ["7", "3", ""]
    assert page.words.count("请从列出的选项中选一项") == 1
    assert page.words.count("这一题还没有回答") == 1


@pytest.mark.parametrize(("typed", "said"), [("", "没有这个答题码"), ("AAAAA-AAAAB", "输入有误")])
def test_a_code_that_is_none_is_refused_at_the_desk(staffed: Renke, typed: str, said: str) -> None:
    page = desk_of(staffed, "caller").post(f"{HOME}/keying", {"code": typed}, to=f"{HOME}/keying")
    assert page.status == 422
    assert said in page.words


def test_the_same_account_does_not_key_twice_and_both_keyings_can_be_discarded(staffed: Renke) -> None:
    officer, caller = desk_of(staffed, "officer"), desk_of(staffed, "caller")
    download(officer, f"{HOME}/forms.pdf", count="1")
    (form,) = issued(staffed, "paper")
    key(caller, form)
    again = key(caller, form, teaching="1")
    assert again.status == 409
    assert "请换一个人" in again.words
    waits = key(officer, form, teaching="1")
    (address,) = [link for link in waits.links() if link.startswith(f"{HOME}/keying/") and "csv" not in link]
    assert "已作废" in officer.post(f"{address}/discard", to=address).words
    assert channels(staffed) == {}
    assert "没有等待" in officer.get(f"{HOME}/keying").words


def test_keyings_come_as_files_too(staffed: Renke) -> None:
    officer, caller = desk_of(staffed, "officer"), desk_of(staffed, "caller")
    download(officer, f"{HOME}/forms.pdf", count="2")
    template = officer.client.get(f"{HOME}/keying/parent/tiny.csv").get_data(as_text=True)
    head = template.lstrip("\ufeff").strip()
    assert head == "code,teaching 1 teaching,homework 2 homework,overall 3 overall,comment"
    content = "\n".join([head, *(f"{form.typed},4,,3," for form in issued(staffed, "paper"))]).encode()
    for desk, nth in ((caller, "1"), (caller, "1"), (officer, "2")):
        page = desk.post(f"{HOME}/keying/file", {"file": upload(content, "k.csv"), "keying": nth}, to=f"{HOME}/keying")
        assert page.status == 200
    assert "存为答卷 2 份" in page.words
    assert channels(staffed) == {"paper": 2}
    bad = content.replace(b",4,,3,", b",8,,,")
    page = desk.post(f"{HOME}/keying/file", {"file": upload(bad, "k.csv"), "keying": "1"}, to=f"{HOME}/keying")
    assert page.status == 200
    assert "以前已录入 2 份" in page.words


def test_a_case_is_read_out_answered_and_gone(staffed: Renke) -> None:
    officer, caller = desk_of(staffed, "officer"), desk_of(staffed, "caller")
    download(officer, f"{HOME}/sms.csv", count="2")
    page = caller.post(f"{HOME}/calls", PLACE, to=f"{HOME}/calls")
    assert page.heading in ("第 1 号", "第 2 号")
    assert "匿名" in page.words
    assert "不读出" in page.words
    address = next(each.get("action", "") for each in page.all("form") if "outcome" not in each.get("action", ""))
    actions = [each for each in page.actions() if each.startswith(f"{HOME}/calls/")]
    outcome = next(each for each in actions if each.endswith("/outcome"))
    address = outcome.removesuffix("/outcome")
    hidden = {each.get("name", ""): each.get("value", "") for each in page.all("input", type="hidden")}
    sheet = {name: hidden[name] for name in ("key", "version", "language", "group", "school")}
    missing = caller.post(address, {**sheet, "a-teaching": "4"}, to=f"{HOME}/calls")
    assert missing.status == 422
    assert missing.all("input", name="key")[0].get("value") == sheet["key"]
    full = {**sheet, "a-teaching": "4", "a-homework": "", "a-overall": "9", "comment": ""}
    for _ in range(2):  # pressed twice
        assert "答卷已存入" in caller.post(address, full, to=f"{HOME}/calls").words
    assert channels(staffed) == {"phone": 1}
    gone = caller.post(outcome, {"outcome": "refused"}, to=f"{HOME}/calls")
    assert gone.status == 409
    assert "刚刚已经答过了" in gone.words
    other = caller.post(f"{HOME}/calls", PLACE, to=f"{HOME}/calls")
    ending = next(each for each in other.actions() if each.endswith("/outcome"))
    assert ending != outcome
    assert "结果已记下" in caller.post(ending, {"outcome": "refused", **PLACE}, to=f"{HOME}/calls").words
    assert "没有可以再打" in caller.post(f"{HOME}/calls", PLACE, to=f"{HOME}/calls").words


def test_links_are_for_a_gateway_and_no_formula_runs(staffed: Renke) -> None:
    officer = desk_of(staffed, "officer")
    content = download(officer, f"{HOME}/sms.csv", count="3")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["序号"] for row in rows] == ["1", "2", "3"]
    assert {row["答题码"] for row in rows} == {slip.typed for slip in issued(staffed, "sms")}
    assert all(row["链接"] in row["短信内容"] and row["对象"] == "家长" for row in rows)
    assert download(officer, f"{HOME}/sms.csv", count="") == content
    assert deeds(staffed) == [("codes.exported", "officer")] * 2
    nothing = officer.post(f"{HOME}/sms.csv", {"group": "teacher", "school": "P01", "count": ""}, to=f"{HOME}/ways")
    assert nothing.status == 404
    assert "没有还没用过的短信链接" in nothing.words


def test_a_text_for_each_class_group_and_all_of_them_as_files(staffed: Renke) -> None:
    officer = desk_of(staffed, "officer")
    assert "还没有公开码" in officer.get(f"{HOME}/ways").words
    officer.post(f"{HOME}/codes", to=HOME)
    page = officer.get(f"{HOME}/ways?school=P02")
    assert len(page.all("textarea")) == 4
    assert "P02学校" in page.words
    assert "J01学校（模拟））：" not in page.words
    plain = officer.client.get(f"{HOME}/texts.txt").get_data(as_text=True)
    table = officer.client.get(f"{HOME}/texts.csv").get_data(as_text=True)
    assert plain.count("打开链接填写") == len(list(csv.reader(io.StringIO(table)))) - 1 == 13


def test_specimens_are_marked_and_bear_no_code(staffed: Renke) -> None:
    officer = desk_of(staffed, "officer")
    content = officer.client.get(f"{HOME}/specimens.pdf?large=1").data
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "样张" in words
    assert "XXXXX-XXXXX" in words
    assert "模拟数据" in words
    assert issued(staffed, "paper") == ()
