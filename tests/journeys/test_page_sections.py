"""Sections as pages: on and back, by button, by the phone's back key, by a link, and to what was left out."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.front import AWKWARD, Front, first_answers, paper
from tests.journeys.phone import fill_in, hand_in, option, to_the_end

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("page-sections")]

PARENT = paper("parent")
TITLES = [section.title["zh-CN"] for section in PARENT.sections]
REQUIRED = {item.id: item.scale.options[0].code for item in PARENT.items if item.required}
IN_FIRST_TWO = {item.id: item.scale.options[0].code for section in PARENT.sections[:2] for item in section.items}


NOTE_FOCUS = """
    const given = HTMLElement.prototype.focus;
    window.noted = [];
    HTMLElement.prototype.focus = function () { window.noted.push(this.id); given.call(this); };"""


def shown(page: Page) -> list[str]:
    """The headings of the sections that can be seen, without "part 1 of 6"."""
    return [heading.split("\n")[-1] for heading in page.locator("section h2:visible").all_inner_texts()]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def at(page: Page, number: int) -> None:
    """The page of this section, and only that."""
    expect(page.locator("section h2:visible")).to_have_count(1)
    expect(page.locator(f"section >> nth={number}")).to_be_visible()
    assert shown(page) == [TITLES[number]]


def test_each_section_is_one_page(page: Page, front: Front) -> None:
    page.goto(front.poster("parent"))
    at(page, 0)
    assert page.locator("h2 small:visible").inner_text() == "第 1 部分，共 6 部分"
    expect(page.get_by_text("调查单位")).to_be_visible()
    expect(page.get_by_role("button", name="上一部分")).to_be_hidden()
    expect(page.get_by_role("button", name="提交答卷")).to_be_hidden()
    page.get_by_role("button", name="下一部分").tap()
    at(page, 1)
    assert focused(page) == "s-county"
    assert 0 <= page.evaluate("document.activeElement.getBoundingClientRect().top") < 100, "in sight, at the top"
    expect(page.get_by_text("调查单位")).to_be_hidden()
    fill_in(page, REQUIRED)
    to_the_end(page)
    at(page, len(TITLES) - 1)
    expect(page.get_by_label(PARENT.comment.text["zh-CN"] if PARENT.comment else "")).to_be_visible()
    expect(page.get_by_role("button", name="下一部分")).to_be_hidden()


def test_the_back_key_of_the_phone_goes_back_a_section(page: Page, front: Front) -> None:
    page.goto(front.poster("parent"))
    fill_in(page, IN_FIRST_TWO)
    page.get_by_role("button", name="下一部分").tap()
    at(page, 2)
    page.go_back()
    at(page, 1)
    assert focused(page) == "s-county"
    page.go_forward()
    at(page, 2)
    page.get_by_role("button", name="上一部分").tap()
    at(page, 1)
    page.get_by_role("button", name="上一部分").tap()
    at(page, 0)
    assert focused(page) == f"s-{PARENT.sections[0].id}"
    expect(page.get_by_text("调查单位")).to_be_visible()
    page.get_by_role("button", name="下一部分").tap()
    at(page, 1)
    page.go_back()
    at(page, 0)
    assert page.url == front.base_url + front.poster("parent"), "back by the button is back, not on"


def test_on_waits_for_what_has_to_be_answered(page: Page, front: Front) -> None:
    page.goto(front.poster("parent"))
    page.get_by_role("button", name="下一部分").tap()
    first, second = (item.id for item in PARENT.sections[1].items[:2])
    fill_in(page, {first: 4})
    page.get_by_role("button", name="下一部分").tap()
    at(page, 1)
    assert focused(page) == f"q-{second}"
    question = page.locator(f"#q-{second}")
    expect(question).to_contain_text("这一题还没有选")
    expect(question).to_have_accessible_description(re.compile("这一题还没有选"))
    option(page, second, 3).tap()
    expect(page.get_by_text("这一题还没有选")).to_be_hidden()
    expect(question).not_to_have_class(re.compile("bad"))
    assert question.get_attribute("aria-describedby") is None


def test_handing_in_goes_to_the_first_gap_wherever_it_is(page: Page, front: Front) -> None:
    before = front.count()
    page.goto(front.poster("parent"))
    page.evaluate(f"location.hash = 's-{PARENT.sections[-1].id}'")
    at(page, len(TITLES) - 1)
    page.get_by_role("button", name="提交答卷").tap()
    at(page, 1)
    assert focused(page) == f"q-{PARENT.sections[1].items[0].id}"
    assert front.count() == before


def test_answered_questions_are_counted(page: Page, front: Front) -> None:
    page.goto(front.poster("parent"))
    counter = page.locator("#done")
    expect(counter).to_have_text("已答 0 题，共 18 题")
    fill_in(page, IN_FIRST_TWO)
    expect(counter).to_have_text("已答 6 题，共 18 题")
    option(page, "enrolment_nearby", 1).tap()
    page.wait_for_timeout(1000)
    expect(counter).to_have_text("已答 6 题，共 18 题")
    assert counter.get_attribute("role") == "status"


def test_the_box_says_how_much_still_fits(page: Page, front: Front) -> None:
    page.goto(front.poster("principal"))
    box = page.locator("#comment")
    box.fill("好" * 40)
    page.wait_for_timeout(1000)
    expect(page.get_by_text("还可以写")).to_be_hidden()
    box.fill("好" * 90 + "😀")
    expect(page.get_by_text("还可以写 9 字。")).to_be_visible()
    box.fill("好" * 103)
    expect(page.get_by_text("多了 3 字，请写短一些。")).to_be_visible()
    expect(page.get_by_text("还可以写")).to_be_hidden()


def test_a_link_of_the_error_summary_opens_the_section(page: Page, front: Front) -> None:
    """The server's own summary, as it comes where the page's script did not look."""
    page.add_init_script(NOTE_FOCUS)
    page.goto(front.poster("parent"))
    page.locator("form").evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    page.wait_for_selector("#errors")
    assert page.title() == "错误：家长问卷"
    assert focused(page) == "errors"
    assert page.evaluate("noted") == ["errors"], "by the script, for browsers without autofocus on such a place"
    at(page, 1)
    question = PARENT.sections[2].items[0]
    link = page.locator(f'#errors a[href="#q-{question.id}"]')
    link.tap()
    at(page, 2)
    assert focused(page) == f"q-{question.id}"
    expect(page.locator(f"#q-{question.id}")).to_have_accessible_description("请选一个答案")
    option(page, question.id, 4).tap()
    expect(page.locator(f"#e-{question.id}")).to_be_hidden()
    page.go_back()
    at(page, 1)


def test_another_size_in_the_middle_keeps_the_section_and_the_answers(page: Page, front: Front) -> None:
    page.goto(front.poster("parent"))
    fill_in(page, IN_FIRST_TWO)
    page.get_by_role("button", name="特大").tap()
    page.wait_for_selector("html.huge")
    at(page, 1)
    expect(page.locator('input[name="enrolment_nearby"][value="4"]')).to_be_checked()
    expect(page.locator("#done")).to_have_text("已答 6 题，共 18 题")
    expect(page.locator("#restored")).to_be_hidden()


def test_enter_hands_in_and_does_not_switch(page: Page, front: Front) -> None:
    before = front.count()
    page.goto(front.poster("principal"))
    fill_in(page, first_answers("tiny"))
    page.locator('input[name="overall"]').first.press("Enter")
    page.wait_for_url("**/r/receipt/**")
    assert front.count() == before + 1


def test_a_paper_of_one_section_is_one_page(page: Page, front: Front) -> None:
    page.goto(front.poster("principal"))
    expect(page.get_by_role("button", name="提交答卷")).to_be_visible()
    expect(page.get_by_role("button", name="下一部分")).to_be_hidden()
    expect(page.get_by_role("button", name="上一部分")).to_be_hidden()
    assert page.locator("h2 small").count() == 0


def test_questions_named_like_parts_of_a_form(page: Page, front: Front) -> None:
    """Every name that a document may give an item leaves the script in order."""
    before = front.answers()
    page.goto(front.poster("npc_deputy", None))
    fill_in(page, first_answers("rightward"))
    page.locator("#comment").fill("x" * 101)
    to_the_end(page).tap()
    expect(page).to_have_title(re.compile("错误："))  # sent by the browser, after the script was told to
    page.locator("#comment").fill("")
    hand_in(page)
    assert front.answers() - before == Counter([bytes([4] * (len(AWKWARD) + 1))])
