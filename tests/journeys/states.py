"""Every page that a respondent can meet, in every state: each is reached as people reach it, and named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from playwright.sync_api import Page

from tests import factories
from tests.journeys.front import CLOSES, Front, first_answers
from tests.journeys.phone import fill_in, hand_in, to_the_end

NEXT = "#next"
SUBMIT = "form => HTMLFormElement.prototype.submit.call(form)"  # as where the script did not look
ANSWER = "() => document.querySelectorAll('legend ~ label:nth-of-type(1)').forEach(each => each.click())"


def states(page: Page, front: Front, look: str) -> Iterator[str]:
    """The page goes from state to state; `look` is the query that says the language and the size."""
    yield from typing_a_code(page, look)
    yield from answering(page, front, look)
    yield from with_errors(page, front, look)
    yield from waiting(page, front, look)
    yield from refusals(page, front, look)
    yield from beside(page, front, look)
    yield from sharing(page, front, look)


def typing_a_code(page: Page, look: str) -> Iterator[str]:
    page.goto(f"/r/?{look}")
    page.locator("summary").tap()
    yield "entry"
    yield visit(page, f"/r/?code=abc&{look}", 422, "entry with an error")


def answering(page: Page, front: Front, look: str) -> Iterator[str]:
    yield visit(page, f"{front.poster('teacher')}?{look}", 200, "choice")
    slip = front.slip()
    page.goto(f"{slip}?{look}")
    yield "first section"
    page.locator(NEXT).tap()
    page.wait_for_selector("#s-county:visible")
    page.locator(NEXT).tap()
    page.wait_for_selector("#lacking:visible")
    yield "a question left out"
    fill_in(
        page, {item: code for item, code in first_answers("parent").items() if item not in ("child_stage", "relation")}
    )
    page.locator("#comment").fill("好" * 480)
    page.wait_for_selector("#left:visible")
    yield "last section"
    page.reload()
    page.wait_for_selector("#restored:visible")
    yield "restored"
    hand_in(page)
    yield "receipt"
    yield visit(page, f"{slip}?{look}", 410, "used")


def with_errors(page: Page, front: Front, look: str) -> Iterator[str]:
    page.goto(f"{front.poster('parent')}?{look}")
    page.locator("form").evaluate(SUBMIT)
    page.wait_for_selector("#errors")
    yield "errors"
    page.locator("main").evaluate("main => { main.className = 'wide'; }")
    yield "errors, all sections open as without script"
    page.goto(f"{front.poster('principal')}?{look}")
    page.locator("#comment").fill("好" * 101)
    page.locator("form").evaluate(SUBMIT)
    page.wait_for_selector("#errors")
    yield "errors in the box too"


def waiting(page: Page, front: Front, look: str) -> Iterator[str]:
    page.goto(f"{front.poster('principal')}?{look}")
    page.evaluate("() => localStorage.clear()")
    page.reload()
    fill_in(page, first_answers("tiny"))
    page.route("**/r/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    to_the_end(page).tap()
    page.wait_for_selector("#waiting:visible")
    yield "waiting for the network"
    page.unroute_all()
    page.evaluate("() => localStorage.clear()")


def refusals(page: Page, front: Front, look: str) -> Iterator[str]:
    poster = front.poster("principal")
    yield visit(page, f"/r/0000000000?{look}", 404, "unknown code")
    yield visit(page, f"/r/no/such/page?{look}", 404, "no such page")
    page.goto(f"{poster}?{look}")
    page.locator('input[name="_form"]').evaluate("field => { field.value = 'x'; }")
    page.locator("form").evaluate(SUBMIT)
    page.wait_for_selector("[data-again]")
    yield "a form that cannot be taken"
    for moment, status, name in ((factories.NOW - timedelta(days=2), 403, "not yet open"), (CLOSES, 410, "closed")):
        front.clock.now = moment
        yield visit(page, f"{poster}?{look}", status, name)
    front.clock.now = factories.NOW
    with front.away():
        yield visit(page, f"{poster}?{look}", 503, "the database is away")
    page.goto(f"{poster}?{look}")
    with front.away():
        page.locator("form").evaluate(SUBMIT)
        page.wait_for_selector("main form > [name='_form'] ~ button")
        yield "the database is away when answers are sent without script"


def visit(page: Page, address: str, status: int, name: str) -> str:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status, name
    return name


def beside(page: Page, front: Front, look: str) -> Iterator[str]:
    page.goto(f"{front.poster('parent')}?{look}")
    page.locator('a[href*="preview"]').tap()
    page.wait_for_url("**preview**")
    yield "the pupils' paper"
    page.locator('a[href*="/r/report/"]').tap()
    page.wait_for_url("**/r/report/**")
    yield "report"
    page.get_by_role("main").locator("button[type=submit]").tap()
    page.wait_for_selector("#errors")
    yield "report with an error"
    page.locator("label.o").first.tap()
    page.get_by_role("main").locator("button[type=submit]").tap()
    page.wait_for_selector("#errors", state="detached")
    yield "reported"


def sharing(page: Page, front: Front, look: str) -> Iterator[str]:
    page.goto(f"/r/?shared=1&{look}")
    yield "entry of a shared device"
    page.goto(f"{front.poster('principal')}?{look}")
    yield "questionnaire on a shared device"
    fill_in(page, first_answers("tiny"))
    hand_in(page)
    yield "receipt on a shared device"
    page.goto(f"/r/?shared=0&{look}")
