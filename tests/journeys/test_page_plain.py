"""Without script everything works, and with it the first view is one small request."""

from __future__ import annotations

import re
import urllib.request
from collections import Counter

import pytest
from playwright.sync_api import Browser, Page, expect

from app.inlined import SCRIPT
from tests.journeys.front import Front, first_answers, paper
from tests.journeys.phone import fill_in, hand_in, phone

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("page-plain")]

KIB = 1024
TINY = first_answers("tiny")


def test_the_whole_paper_is_one_page_with_headings(plain_page: Page, front: Front) -> None:
    before = front.count()
    plain_page.goto(front.poster("parent"))
    titles = [section.title["zh-CN"] for section in paper("parent").sections]
    shown = plain_page.locator("section h2:visible").all_inner_texts()
    assert [title.split("\n")[-1] for title in shown] == titles
    for scripted in ("下一部分", "上一部分", "清空重填", "现在重试"):
        expect(plain_page.get_by_role("button", name=scripted)).to_have_count(0)
    for scripted in ("已答", "先存在这部手机上", "还可以写", "答卷还没有送到", "这一题还没有选"):
        expect(plain_page.get_by_text(scripted)).to_be_hidden()
    fill_in(plain_page, first_answers("parent"))
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", hand_in(plain_page))
    assert front.count() == before + 1


def test_errors_stand_first_and_lead_to_their_places(plain_page: Page, front: Front) -> None:
    before = front.answers()
    plain_page.goto(front.poster("principal"))
    fill_in(plain_page, {"teaching": 3})
    plain_page.get_by_role("button", name="提交答卷").tap()
    expect(plain_page).to_have_title("错误：小问卷")
    summary = plain_page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_text(["第 3 题：请选一个答案"])
    summary.get_by_role("link").tap()
    outline = "getComputedStyle(document.querySelector('fieldset:target')).outlineStyle"
    assert plain_page.evaluate(outline) == "solid"
    plain_page.get_by_role("button", name="提交答卷").tap()
    plain_page.wait_for_url(lambda url: "#" not in url)  # else the place looked for last would come first again
    expect(plain_page.get_by_role("alert")).to_be_focused()
    fill_in(plain_page, {"overall": 2})
    hand_in(plain_page)
    assert front.answers() - before == Counter([bytes([3, 0, 2])])


def test_another_language_and_size_keep_what_was_typed(plain_page: Page, front: Front) -> None:
    plain_page.goto(front.poster("principal"))
    fill_in(plain_page, {"teaching": 1, "homework": 9})
    plain_page.locator("#comment").fill("第一行\n第二行")
    plain_page.get_by_role("button", name="English").tap()
    plain_page.get_by_role("button", name="Largest").tap()
    expect(plain_page.locator("html")).to_have_class("huge")
    expect(plain_page.locator("html")).to_have_attribute("lang", "en")
    expect(plain_page.locator(":checked")).to_have_count(2)
    expect(plain_page.locator("#comment")).to_have_value("第一行\n第二行")
    plain_page.goto(front.poster("principal"))
    expect(plain_page.locator("html")).to_have_class("huge")


def test_a_busy_server_gives_the_answers_back_to_be_sent_again(plain_page: Page, front: Front) -> None:
    """A phone forgets a form that it sent: what was typed stands in the page that says to wait."""
    before = front.answers()
    plain_page.goto(front.poster("principal"))
    fill_in(plain_page, {**TINY, "overall": 1})
    plain_page.locator("#comment").fill("很好\n谢谢")
    with front.away():
        plain_page.get_by_role("button", name="提交答卷").tap()
        expect(plain_page.get_by_text("答卷还没有收到")).to_be_visible()
        plain_page.get_by_role("button", name="再提交一次").tap()
        expect(plain_page.get_by_text("答卷还没有收到")).to_be_visible()
    assert front.answers() == before
    plain_page.get_by_role("button", name="再提交一次").tap()
    plain_page.wait_for_url("**/r/receipt/**")
    assert front.answers() - before == Counter([bytes([4, 4, 1])])


def test_a_shared_device_without_script(plain_page: Page, front: Front) -> None:
    plain_page.goto("/r/")
    plain_page.get_by_text("老师请看").tap()
    plain_page.get_by_role("link", name="打开共用设备").tap()
    expect(plain_page.get_by_role("heading", name="共用设备：已打开")).to_be_visible()
    for _ in range(2):
        plain_page.goto(front.poster("principal"))
        fill_in(plain_page, TINY)
        hand_in(plain_page)
        plain_page.get_by_role("link", name="下一位").tap()
        expect(plain_page.get_by_role("heading", name="小问卷")).to_be_visible()
        expect(plain_page.locator(":checked")).to_have_count(0)
    plain_page.goto("/r/")
    plain_page.get_by_role("link", name="关闭共用设备").tap()
    expect(plain_page.get_by_text("老师请看")).to_be_visible()


# Weight


def test_the_script_is_small_and_old() -> None:
    """6 KiB; and nothing that a browser of 2015 would stumble over before it could be asked what it knows."""
    assert len(SCRIPT.text.encode()) <= 6 * KIB
    young = r"=>|`|\b(let|const|class|async|await)\b|\?\.|\?\?|\.\.\.|\bfor\s*\([^;)]*\bof\b|\*\*"
    assert re.findall(young, re.sub(r"/(?:[^/\n\\]|\\.)+/g?", "", str(SCRIPT.text))) == []


@pytest.mark.parametrize("group", ["parent", "teacher"])
def test_the_first_view_is_one_request_of_one_round_trip(running: Browser, front: Front, group: str) -> None:
    """14 KiB with everything in it, compressed."""
    address = front.poster(group) + ("?paper=teacher" if group == "teacher" else "")
    asked = urllib.request.Request(front.base_url + address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(answer.read()) + len(str(answer.headers).encode()) <= 14 * KIB
    requests: list[str] = []
    with phone(running, front.base_url) as (page, _):
        page.on("request", lambda request: requests.append(request.url))
        page.goto(address, wait_until="networkidle")
        expect(page.locator("main")).to_have_class(re.compile("paged"))
    assert [each for each in requests if not each.startswith("data:")] == [front.base_url + address]
