"""Everybody can use every page: axe-core finds nothing, what is touched is large, and all can be read at any size."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.front import Front, first_answers, paper
from tests.journeys.phone import fill_in, hand_in, phone
from tests.journeys.reach import ADD_STYLE, SPACING, cut_off, faults, scrolls_sideways, too_small
from tests.journeys.states import states

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("page-reach")]

LEAST = {"standard": 44, "large": 60, "huge": 60}
TWICE = "html.huge { font-size: 312.5%; }"
LANGUAGES = [  # beside one another, where there are several workers
    pytest.param(language, marks=pytest.mark.xdist_group(f"page-reach-{language}")) for language in ("zh-CN", "en")
]


SIZES = [
    pytest.param(language, size, marks=pytest.mark.xdist_group(f"page-reach-{language}"))
    for language, sizes in (("zh-CN", LEAST), ("en", ("standard", "huge")))
    for size in sizes
]


@pytest.mark.parametrize(("language", "size"), SIZES)
def test_every_page_in_every_state(page: Page, front: Front, language: str, size: str) -> None:
    seen = 0
    for state in states(page, front, f"lang={language}&size={size}"):
        where = (state, page.url)
        assert page.locator("html").get_attribute("lang") == language, where
        assert faults(page) == [], where
        assert too_small(page, LEAST[size]) == [], where
        assert not scrolls_sideways(page), where
        assert cut_off(page) == [], where
        seen += 1
    assert seen == 27


@pytest.mark.parametrize("language", LANGUAGES)
def test_narrow_huge_and_spaced_out_nothing_is_cut(running: Browser, front: Front, language: str) -> None:
    """320 pixels, which is a desktop at 400 %; then the reader's own spacing (1.4.12); then twice the type besides."""
    with phone(running, front.base_url, width=320) as (page, _):
        for state in states(page, front, f"lang={language}&size=huge"):
            all_can_be_read(page, state)
            page.evaluate(ADD_STYLE, SPACING)
            all_can_be_read(page, f"{state}, spaced out")
            page.evaluate(ADD_STYLE, TWICE)
            all_can_be_read(page, f"{state}, twice as large")
            page.evaluate(ADD_STYLE, "")


def all_can_be_read(page: Page, state: str) -> None:
    assert not scrolls_sideways(page), state
    assert cut_off(page) == [], state


def test_the_keyboard_alone_fills_in_and_submits(page: Page, front: Front) -> None:
    """Tab to a question, arrows to an answer; nothing is a trap, and what is focused can be seen."""
    before = front.answers()
    page.goto(front.poster("npc_deputy", None) + "?lang=zh-CN")
    for name in ("submit", "reset", "action"):
        tab_to(page, f'input[name="{name}"]')
        page.keyboard.press("ArrowDown")
    tab_to(page, "#next")
    page.keyboard.press("Enter")
    expect(page.locator("#s-second")).to_be_focused()
    for name in ("elements", "target", "overall"):
        tab_to(page, f'input[name="{name}"]')
        page.keyboard.press("Space")
    tab_to(page, "#comment")
    page.keyboard.type("x")
    tab_to(page, ".last [data-send]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/r/receipt/**")
    assert front.answers() - before == Counter([bytes([3, 3, 3, 4, 4, 4])])


def tab_to(page: Page, wanted: str) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML")
        if page.locator(wanted).evaluate_all("all => all.includes(document.activeElement)"):
            return
    raise AssertionError(f"{wanted} is not reached")


# the focus is on the screen, and drawn
SEEN = """() => {
    const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
    const seen = box.bottom > 0 && box.top < innerHeight;
    return seen && style.outlineStyle != 'none' && parseFloat(style.outlineWidth) >= 2;
}"""


def test_from_right_to_left(page: Page, front: Front) -> None:
    """A paper in Arabic under an interface in Chinese: each in its own direction, the circles on the right."""
    before = front.answers()
    page.goto(front.poster("npc_deputy", None) + "?lang=ar")
    assert faults(page) == []
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator("html").get_attribute("dir") == "ltr"
    for part in ("h1", "section h2", "legend", "label.o"):
        assert page.locator(part).first.evaluate(DIRECTION) == ["ar", "rtl"]
    for part in ("h2 small", "#done", "#next"):
        assert page.locator(part).first.evaluate(DIRECTION) == ["zh-CN", "ltr"]
    option = page.locator("label.o").first
    left, right = option.evaluate(BESIDE)
    assert left >= right
    page.get_by_role("button", name="下一部分").tap()
    assert page.locator("#lacking").evaluate(DIRECTION) == ["zh-CN", "ltr"]
    fill_in(page, first_answers("rightward"))
    page.locator("#comment").fill("المدرسة جيدة")
    assert page.locator("#comment").evaluate(DIRECTION) == ["ar", "rtl"]
    assert not scrolls_sideways(page)
    assert faults(page) == []
    hand_in(page)
    assert front.answers() - before == Counter([bytes([4] * 6)])


BESIDE = """each => {
    const [circle, words] = ['input', 'span'].map(tag => each.querySelector(tag).getBoundingClientRect());
    return [circle.left, words.right];
}"""
DIRECTION = """at => [at.closest('[lang]').lang, getComputedStyle(at).direction]"""


def test_the_words_before_the_first_question(page: Page, front: Front) -> None:
    """Who asks and why, for whom the code is, what is not recorded, how long, and where misuse is reported."""
    page.goto(front.poster("parent"))
    said = page.locator(".first").inner_text()
    for words in (
        *paper("parent").introduction["zh-CN"].splitlines(),
        "模拟县督导委员会",
        "P01学校（模拟） · 家长",
        "答卷里没有姓名、电话、微信号",
        "18 题，约 5 分钟",
        "谁也不能规定、暗示怎么选",
        "看看孩子的问卷",
        "匿名反映",
    ):
        assert words in said
    position = page.evaluate("() => document.querySelector('.first').compareDocumentPosition(document.forms[0])")
    assert position & 4, "before the first item"


def test_forced_colours_and_print(page: Page, front: Front) -> None:
    """What is chosen in a switch can be told without colours of ours; on paper all sections are there."""
    page.goto(front.poster("parent"))
    page.emulate_media(forced_colors="active")
    width = "each => parseFloat(getComputedStyle(each).borderTopWidth)"
    on, off = page.locator(".switch [aria-current]").first, page.locator(".switch button:not([aria-current])").first
    assert on.evaluate(width) > off.evaluate(width)
    page.emulate_media(media="print", forced_colors="none")
    expect(page.locator("section:visible")).to_have_count(len(paper("parent").sections))
    expect(page.locator("#comment")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
