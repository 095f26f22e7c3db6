"""Answers on a weak network: they wait, say so, are sent again by themselves, and become one response."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests import factories
from tests.journeys.front import Front, first_answers
from tests.journeys.phone import fill_in, to_the_end

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("page-sending")]

TINY = first_answers("tiny")
WAITING = "答卷还没有送到"
Weather = Callable[[Route], Any]


@pytest.fixture(autouse=True)
def today(front: Front) -> Iterator[None]:
    yield
    front.clock.now = factories.NOW


@dataclass
class Air:
    """What happens to each form that is sent, in turn; after these all is well. It notes what was sent, and when."""

    troubles: list[Weather]
    bodies: list[str | None] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def __call__(self, route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        self.bodies.append(route.request.post_data)
        self.times.append(monotonic())
        return self.troubles.pop(0)(route) if self.troubles else route.continue_()


def gone(route: Route) -> None:
    route.abort("connectionfailed")


def lost(route: Route) -> None:
    """It arrives, and the answer does not."""
    route.fetch(max_redirects=0)
    route.abort("connectionreset")


def refused(status: int, **headers: str) -> Weather:
    return lambda route: route.fulfill(
        status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body="busy"
    )


def under(page: Page, *troubles: Weather) -> Air:
    air = Air(list(troubles))
    page.route("**/r/*", air)
    return air


def fill_tiny(page: Page, front: Front) -> int:
    """The short paper filled in and ready to go; how many responses there were."""
    before = front.count()
    page.goto(front.poster("principal"))
    fill_in(page, TINY)
    return before


def submit(page: Page) -> None:
    to_the_end(page).tap()


def arrived(page: Page) -> str:
    page.wait_for_url("**/r/receipt/**")
    assert page.evaluate("() => Object.keys(localStorage)") == []
    return page.locator(".number").inner_text()


def test_offline_it_waits_says_so_and_goes_out_when_the_network_is_back(page: Page, front: Front) -> None:
    before = fill_tiny(page, front)
    page.context.set_offline(True)
    submit(page)
    expect(page.get_by_text(WAITING)).to_be_visible()
    expect(page.get_by_text("答卷存在这部手机上")).to_be_visible()
    expect(page.locator("#pause")).to_contain_text("秒自动重试")
    assert page.evaluate("document.activeElement.id") == "waiting"
    assert front.count() == before
    page.context.set_offline(False)
    arrived(page)
    assert front.count() == before + 1


def test_what_waits_to_be_sent_cannot_be_cleared_and_filled_in_anew(page: Page, front: Front) -> None:
    """What was typed after that would leave by itself when the network is back, without anybody's wish."""
    before = fill_tiny(page, front)
    page.reload()
    expect(page.locator("#anew")).to_be_visible()
    page.context.set_offline(True)
    submit(page)
    expect(page.get_by_text(WAITING)).to_be_visible()
    expect(page.locator("#anew")).to_be_hidden()
    page.context.set_offline(False)
    arrived(page)
    assert front.count() == before + 1


def test_the_network_coming_back_ends_the_longest_wait(page: Page, front: Front) -> None:
    before = fill_tiny(page, front)
    air = under(page, refused(503, Retry_After="300"))
    submit(page)
    expect(page.get_by_text(WAITING)).to_be_visible()
    assert int(page.locator("#pause b").inner_text()) > 290
    page.context.set_offline(True)
    page.context.set_offline(False)
    arrived(page)
    assert air.times[1] - air.times[0] < 60
    assert front.count() == before + 1


def test_it_tries_again_by_itself_ever_more_slowly(page: Page, front: Front) -> None:
    air = under(page, *[gone] * 7)
    page.clock.install()
    before = fill_tiny(page, front)
    submit(page)
    waits = []
    for tries in range(2, 9):
        figure = page.locator("#pause b")
        expect(figure).to_be_visible()
        waits.append(int(figure.inner_text()))
        page.clock.run_for(waits[-1] * 1000 - 500)
        assert len(air.bodies) == tries - 1, "not before its time"
        page.clock.run_for(500)
        wait_until(page, air, tries)
    for wait, least in zip(waits, (2, 4, 8, 16, 32, 60, 60), strict=True):
        assert least <= wait <= 1.25 * least + 1
    arrived(page)
    assert front.count() == before + 1
    assert len(set(air.bodies)) == 1, "the same form under the same key"


def wait_until(page: Page, air: Air, tries: int) -> None:
    until = monotonic() + 5
    while len(air.bodies) < tries and monotonic() < until:
        page.wait_for_timeout(20)
    assert len(air.bodies) == tries


@pytest.mark.parametrize(
    ("status", "asked"), [(503, "4"), (429, "3"), (500, None), (502, "Fri, 27 Nov 2026 10:00 GMT")]
)
def test_a_busy_server_is_asked_again_when_it_said(page: Page, front: Front, status: int, asked: str | None) -> None:
    air = under(page, refused(status, **({"Retry_After": asked} if asked else {})))
    before = fill_tiny(page, front)
    submit(page)
    expect(page.get_by_text(WAITING)).to_be_visible()
    arrived(page)
    assert front.count() == before + 1
    waited = air.times[1] - air.times[0]
    assert waited >= (int(asked) if asked and asked.isdigit() else 2) - 0.1
    assert air.bodies[0] == air.bodies[1]


def test_an_answer_that_was_lost_is_the_same_receipt(page: Page, front: Front) -> None:
    air = under(page, lost, lost)
    before = fill_tiny(page, front)
    submit(page)
    expect(page.get_by_text(WAITING)).to_be_visible()
    page.get_by_role("button", name="现在重试").tap()
    wait_until(page, air, 2)
    expect(page.locator("#pause")).to_be_visible()
    page.get_by_role("button", name="现在重试").tap()
    arrived(page)
    assert len(air.bodies) == 3
    assert front.count() == before + 1


def test_a_silent_network_is_given_twenty_seconds(page: Page, front: Front) -> None:
    page.add_init_script("""
        const given = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, 'timeout');
        Object.defineProperty(XMLHttpRequest.prototype, 'timeout', {
            set(time) { window.patience = time; given.set.call(this, time / 50); },
        });""")
    held: list[Route] = []
    under(page, held.append)
    before = fill_tiny(page, front)
    submit(page)
    expect(page.get_by_text("正在提交，请稍等")).to_be_visible()
    expect(page.get_by_text(WAITING)).to_be_visible()
    expect(page.get_by_text("正在提交，请稍等")).to_be_hidden()
    assert page.evaluate("patience") == 20_000
    arrived(page)
    page.unroute_all(behavior="ignoreErrors")
    assert front.count() == before + 1


def test_two_taps_send_once(page: Page, front: Front) -> None:
    held: list[Route] = []
    air = under(page, held.append)
    before = fill_tiny(page, front)
    button = to_the_end(page)
    button.tap()
    button.tap()
    button.dblclick()
    wait_until(page, air, 1)
    held[0].continue_()
    arrived(page)
    assert len(air.bodies) == 1
    assert front.count() == before + 1


def test_a_tab_closed_while_it_waited_goes_on_when_it_is_opened_again(page: Page, front: Front) -> None:
    before = fill_tiny(page, front)
    page.context.set_offline(True)
    submit(page)
    expect(page.get_by_text(WAITING)).to_be_visible()
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    again.goto(front.poster("principal"))
    arrived(again)
    assert front.count() == before + 1
    again.goto(front.poster("principal"))
    expect(again.locator(":checked")).to_have_count(0)


def test_answers_can_be_changed_while_they_wait(page: Page, front: Front) -> None:
    before = front.answers()
    fill_tiny(page, front)
    under(page, gone)
    submit(page)
    expect(page.get_by_text(WAITING)).to_be_visible()
    fill_in(page, {"teaching": 1})
    page.get_by_role("button", name="现在重试").tap()
    arrived(page)
    assert front.answers() - before == Counter([bytes([1, 4, 4])])


def test_what_the_server_refuses_for_good_is_said_by_its_own_page(page: Page, front: Front) -> None:
    before, address = front.count(), front.slip()
    page.goto(address)
    fill_in(page, first_answers("parent"))
    with front.database.begin() as session:
        factories.send(session, factories.open_door(session, address.rpartition("/")[2]))
    submit(page)
    expect(page.get_by_role("heading", name="这个答题码的答卷已经收到")).to_be_visible()
    assert front.count() == before + 1
    assert page.evaluate("() => Object.keys(localStorage)") == []


def test_too_long_a_comment_comes_back_with_everything_kept(page: Page, front: Front) -> None:
    before = fill_tiny(page, front)
    page.locator("#comment").fill("长" * 101)
    submit(page)
    expect(page).to_have_title("错误：小问卷")
    expect(page.locator("#errors")).to_be_focused()
    assert page.locator(":checked").count() == 3
    page.get_by_role("link", name="意见最多写 100 字").tap()
    expect(page.locator("#comment")).to_be_focused()
    page.locator("#comment").fill("短")
    submit(page)
    arrived(page)
    assert front.count() == before + 1


def test_half_a_character_is_sent_as_a_browser_sends_it(page: Page, front: Front) -> None:
    """A lone surrogate, as broken keyboards leave behind, cannot be escaped: the browser sends the form itself."""
    before = fill_tiny(page, front)
    page.locator("#comment").evaluate("box => { box.value = '好\\ud83d'; }")
    submit(page)
    page.wait_for_url("**/r/receipt/**")
    assert front.count() == before + 1


def test_a_shared_device_waits_and_promises_nothing(page: Page, front: Front) -> None:
    page.goto("/r/?shared=1")
    before = fill_tiny(page, front)
    page.context.set_offline(True)
    submit(page)
    expect(page.get_by_text("请不要关掉这个页面")).to_be_visible()
    expect(page.get_by_text("答卷存在这部手机上")).to_be_hidden()
    page.context.set_offline(False)
    arrived(page)
    assert front.count() == before + 1
