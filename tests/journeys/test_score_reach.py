"""Everybody can read the pages about a score: axe-core finds nothing, and all can be read at any width and size."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy.orm import Session

from app import create_app
from app.config import Settings
from app.edge import Renke
from app.studies import make_studies
from surveys import accounts, studies
from surveys.campaigns import get_campaign
from surveys.models import Comment
from tests import factories
from tests.app.conftest import Clock
from tests.app.desk import hashed
from tests.conftest import sqlite_database
from tests.journeys.office import serving, signed_in
from tests.journeys.reach import ADD_STYLE, faults, scrolls_sideways
from tests.surveys.studied import ask

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("score-reach")]

# endpoints of pages about a score, and who looks
PAGES = (
    "console.score", "console.across", "console.campaign", "console.schools_page", "console.certainty",
    "console.changes", "console.drivers_page", "console.comments_page", "console.keywords_page",
    "console.concordance_page", "console.review", "console.packs", "console.trail_page",
)  # fmt: skip
DRAWN = ("score", "across", "schools_page", "certainty", "changes", "drivers_page")  # pages with charts
WHO, NAME = "evaluator", "newer"
ASKED = {"console.concordance_page": {"word": "作业"}}  # what a page shows nothing without
MIDDLE = 768  # between a desk and a phone nothing stands that axe does not see at one of them
WIDTHS = {"zh-CN": (1280, MIDDLE, 360), "en": (1280, 360)}
# every chart has drawn itself
READY = """() => [...document.querySelectorAll('.canvas')].every(place => place.querySelector('svg text'))"""
# text of a chart that stands on another text of the same chart
OVERLAPS = """() => [...document.querySelectorAll('.canvas svg')].flatMap(svg => {
    const boxes = [...svg.querySelectorAll('text')].filter(each => each.textContent.trim())
        .map(each => [each.textContent, each.getBoundingClientRect()]);
    return boxes.flatMap(([one, a], place) => boxes.slice(place + 1)
        .filter(([, b]) => a.left + 1 < b.right && b.left + 1 < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom)
        .map(([other]) => `${one} | ${other}`));
})"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Renke, str]]:
    """A county that was asked twice, with its scores and all studies, served; the application and its address."""
    folder = tmp_path_factory.mktemp("office")
    with sqlite_database(folder) as database:
        settings = Settings(
            home=folder, database_url="", secret=factories.SECRET, timezone=factories.ZONE, stale=0, testing=True
        )
        app = create_app(settings, database=database, clock=Clock())
        with database.begin() as session, app.app_context():
            ask(session, name="older", days_ago=365, seed=2)
            ask(session)
            _say(session)
            accounts.add_account(
                session, name=WHO, password=hashed(), role=WHO, region="demo-province", now=factories.NOW
            )
        with app.app_context():
            assert [each.refusal for each in make_studies(name=NAME, number=1)] == [None] * len(studies.KINDS)
        with serving(app) as base_url:
            yield app, base_url


def _say(session: Session) -> None:
    """Comments of two groups, with words that one has more often."""
    campaign = get_campaign(session, name=NAME, now=factories.NOW)
    for group, said in (("parent", "作业太多，王老师不管"), ("teacher", "职称难评，作业也多")):
        for number in range(60):
            key = f"{group}{number:02}".encode()
            session.add(Comment(id=key, campaign_id=campaign.id, group=group, text=said[number % 2 * 5 :]))


@pytest.fixture(scope="module")
def desk(running: Browser, office: tuple[Renke, str]) -> Iterator[BrowserContext]:
    with signed_in(running, office[1], WHO) as context:
        yield context


@pytest.fixture
def page(desk: BrowserContext) -> Iterator[Page]:
    page = desk.new_page()
    yield page
    page.close()


def address(app: Renke, endpoint: str, **asked: str) -> str:
    needs = {name for rule in app.url_map.iter_rules(endpoint) for name in rule.arguments}
    with app.test_request_context():
        return app.url_for(endpoint, **({"name": NAME} if "name" in needs else {}), **ASKED.get(endpoint, {}), **asked)


@pytest.mark.parametrize("endpoint", PAGES)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_at_every_width(page: Page, office: tuple[Renke, str], endpoint: str, language: str) -> None:
    for width in WIDTHS[language]:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address(office[0], endpoint, lang=language))
        where = (endpoint, language, width)
        assert page.locator("html").get_attribute("lang") == language, where
        page.wait_for_function(READY)
        assert bool(page.locator(".canvas").count()) == (endpoint.removeprefix("console.") in DRAWN), where
        if width != MIDDLE:
            assert faults(page) == [], where
        assert not scrolls_sideways(page), where
        assert page.evaluate(OVERLAPS) == [], where


def test_a_scale_stands_over_what_is_drawn_on_it(page: Page, office: tuple[Renke, str]) -> None:
    page.goto(address(office[0], "console.score"))
    lefts = page.locator("svg.strip").evaluate_all("all => all.map(each => each.getBoundingClientRect().left)")
    assert len(lefts) > 2
    assert len(set(lefts)) == 1


@pytest.mark.parametrize("endpoint", PAGES)
def test_twice_as_large_nothing_is_lost(page: Page, office: tuple[Renke, str], endpoint: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address(office[0], endpoint))
    page.evaluate(ADD_STYLE, "html { font-size: 200%; }")
    assert not scrolls_sideways(page)


def test_the_keyboard_opens_the_table_under_a_chart(page: Page, office: tuple[Renke, str]) -> None:
    page.goto(address(office[0], "console.score"))
    page.locator("details.data summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.data").first.get_attribute("open") is not None
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('details.data .scroll')"), "a wide table can be moved by keys"


def test_tables_are_printed_open(page: Page, office: tuple[Renke, str]) -> None:
    page.goto(address(office[0], "console.score"))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.data:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.data[open]").count() == 0


def test_without_script_the_items_turn_round_by_a_link(running: Browser, office: tuple[Renke, str]) -> None:
    """And every number of the charts is in a table."""
    with signed_in(running, office[1], WHO, script=False) as context:
        page = context.new_page()
        page.goto(address(office[0], "console.score"))
        page.get_by_role("link", name="问卷的次序").click()
        assert "order=paper" in page.url
        assert page.locator("noscript").count() >= 2
