"""What is typed stays on the phone until the receipt: over a closed tab, not for ever, never where many share it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.journeys.front import CLOSES, Front, first_answers
from tests.journeys.phone import fill_in, hand_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("page-drafts")]

RESTORED = "上次填的还在这部手机上"
TINY = first_answers("tiny")
FILL = """() => {
    for (let size = 1 << 22, number = 0; size; number++)
        try { localStorage['other' + number] = 'x'.repeat(size); } catch (full) { size >>= 1; }
}"""


@pytest.fixture(autouse=True)
def today(front: Front) -> Iterator[None]:
    yield
    front.clock.now = factories.NOW


def left_behind(page: Page) -> dict[str, str]:
    """Everything that this browser keeps for the survey where a page can read it."""
    kept = page.evaluate("() => ({...localStorage, ...sessionStorage})")
    assert isinstance(kept, dict)
    return kept


def drafts(page: Page) -> list[str]:
    return list(page.evaluate("() => Object.keys(localStorage)"))


def another_tab(page: Page, address: str) -> Page:
    """The first tab is closed, and the address opened anew."""
    tab = page.context.new_page()
    page.close()
    tab.goto(address)
    return tab


def chosen(page: Page) -> dict[str, Any]:
    return dict(page.evaluate("() => [...document.querySelectorAll(':checked')].map(each => [each.name, each.value])"))


def token(page: Page) -> str:
    return page.locator('input[name="_form"]').input_value()


def test_answers_survive_a_closed_tab_and_are_gone_after_the_receipt(page: Page, front: Front) -> None:
    before, address = front.answers(), front.poster("principal")
    page.goto(address)
    expect(page.get_by_text(RESTORED)).to_be_hidden()
    fill_in(page, {"teaching": 3, "homework": 9})
    page.locator("#comment").fill("操场太小\n& 100% = 全部")
    first = token(page)
    again = another_tab(page, address)
    expect(again.get_by_text(RESTORED)).to_be_visible()
    assert chosen(again) == {"teaching": "3", "homework": "9"}
    assert again.locator("#comment").input_value() == "操场太小\n& 100% = 全部"
    assert token(again) == first, "still the page that was opened first"
    fill_in(again, {"overall": 4})
    hand_in(again)
    assert front.answers() - before == Counter([bytes([3, 9, 4])])
    assert drafts(again) == []
    again.goto(address)
    assert chosen(again) == {}
    expect(again.get_by_text(RESTORED)).to_be_hidden()


def test_clear_and_start_anew(page: Page, front: Front) -> None:
    address = front.poster("principal")
    page.goto(address)
    fill_in(page, TINY)
    page.locator("#comment").fill("不要了")
    first = token(page)
    again = another_tab(page, address)
    again.get_by_role("button", name="清空重填").tap()
    expect(again.get_by_text(RESTORED)).to_be_hidden()
    expect(again.locator("#done")).to_have_text("已答 0 题，共 3 题")
    assert chosen(again) == {}
    assert again.locator("#comment").input_value() == ""
    assert token(again) not in ("", first)
    assert again.evaluate("document.activeElement.tagName") == "H2"
    assert drafts(again) == []
    fill_in(again, TINY)
    hand_in(again)
    assert drafts(again) == []


def test_papers_and_codes_are_kept_apart(page: Page, front: Front) -> None:
    page.goto(front.poster("teacher") + "?paper=tiny")
    fill_in(page, {"teaching": 2})
    page.goto(front.poster("teacher") + "?paper=teacher")
    expect(page.get_by_text(RESTORED)).to_be_hidden()
    page.goto(front.poster("principal"))
    assert chosen(page) == {}
    page.goto(front.poster("teacher") + "?paper=tiny&size=large")
    assert chosen(page) == {"teaching": "2"}


def test_a_draft_is_kept_for_a_fortnight(page: Page, front: Front) -> None:
    address = front.poster("principal")
    page.goto(address)
    fill_in(page, {"teaching": 2})
    for days, kept in ((13.9, {"teaching": "2"}), (0.2, {})):
        age = f"name => {{ localStorage[name] = localStorage[name].replace(/^\\d+/, at => at - {days} * 864e5); }}"
        page.evaluate(age, drafts(page)[0])
        page.goto(address)
        assert chosen(page) == kept
    assert drafts(page) == []


def test_a_used_code_and_a_closed_survey_clear_the_draft(page: Page, front: Front) -> None:
    used, late = front.slip(), front.slip()
    page.goto(used)
    fill_in(page, {"child_stage": 1})
    page.goto(late)
    fill_in(page, {"child_stage": 2})
    assert len(drafts(page)) == 2
    hand_in_elsewhere(front, used)
    page.goto(used)
    expect(page.get_by_role("heading", name="这个答题码的答卷已经收到")).to_be_visible()
    assert [name for name in drafts(page) if used in name] == []
    front.clock.now = factories.NOW - timedelta(days=2)
    page.goto(late)
    expect(page.get_by_role("heading", name="调查还没有开始")).to_be_visible()
    assert len(drafts(page)) == 1, "not yet open is not over"
    front.clock.now = CLOSES
    page.goto(late)
    expect(page.get_by_role("heading", name="调查已经结束")).to_be_visible()
    assert drafts(page) == []


def hand_in_elsewhere(front: Front, address: str) -> None:
    """Somebody else uses this code."""
    with front.database.begin() as session:
        door = factories.open_door(session, address.rpartition("/")[2], now=front.clock.now)
        factories.send(session, door, now=front.clock.now)


def test_a_page_that_the_server_takes_no_more_gives_its_answers_to_a_new_one(page: Page, front: Front) -> None:
    """A token that cannot be opened, as when the paper was replaced: the answers are not sent with it for ever."""
    address = front.poster("principal")
    page.goto(address)
    fill_in(page, TINY)
    page.locator('input[name="_form"]').evaluate("field => { field.value = 'stale'; }")
    page.get_by_role("button", name="提交答卷").tap()
    page.get_by_role("link", name="重新打开问卷").tap()
    expect(page.get_by_text(RESTORED)).to_be_visible()
    assert chosen(page) == {item: str(code) for item, code in TINY.items()}
    assert token(page) != "stale"
    hand_in(page)
    assert drafts(page) == []


@pytest.mark.parametrize("refused", ["localStorage", "sessionStorage"])
def test_nothing_breaks_where_storage_is_refused(page: Page, front: Front, refused: str) -> None:
    before = front.count()
    denial = "{get() { throw new DOMException('no', 'SecurityError'); }}"
    page.add_init_script(f"Object.defineProperty(window, '{refused}', {denial})")
    page.goto(front.poster("parent"))
    expect(page.get_by_role("button", name="提交答卷")).to_be_hidden()
    fill_in(page, first_answers("parent"))
    hand_in(page)
    assert front.count() == before + 1


def test_a_full_storage_breaks_nothing(page: Page, front: Front) -> None:
    before, address = front.count(), front.poster("principal")
    page.goto(address)
    page.evaluate(FILL)
    page.goto(address)
    fill_in(page, TINY)
    page.locator("#comment").fill("长" * 90)
    assert [name for name in drafts(page) if address in name] == []
    hand_in(page)
    assert front.count() == before + 1


# A device of a computer room


def test_nothing_is_left_behind_on_a_shared_device(page: Page, front: Front) -> None:
    before, address = front.count(), front.poster("principal")
    page.goto(address)
    fill_in(page, {"teaching": 1})
    page.goto("/r/?shared=1")
    page.goto(address)
    assert left_behind(page) == {}, "nor what was there before"
    expect(page.get_by_text("这是大家共用的设备")).to_be_visible()
    expect(page.get_by_text("先存在这部手机上")).to_have_count(0)
    fill_in(page, TINY)
    page.locator("#comment").fill("不要留下")
    assert left_behind(page) == {}
    hand_in(page)
    assert left_behind(page) == {}
    assert front.count() == before + 1
    page.get_by_role("link", name="下一位").tap()
    page.wait_for_url(f"**{address}")
    assert chosen(page) == {}
    assert page.locator("#comment").input_value() == ""
    page.go_back()
    page.go_forward()
    assert chosen(page) == {}


def test_a_page_out_of_the_back_cache_of_a_shared_device_is_empty(page: Page, front: Front) -> None:
    page.goto("/r/?shared=1")
    page.goto(front.poster("principal"))
    fill_in(page, TINY)
    page.locator("#comment").fill("不要留下")
    with page.expect_navigation():
        page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert chosen(page) == {}
    assert page.locator("#comment").input_value() == ""
