"""The county page of a campaign with a million answers, from the stored evaluation: the time until it is seen."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from statistics import median

from playwright.sync_api import Browser, BrowserContext

from app import create_app
from app.config import Settings
from surveys import accounts, campaigns, evaluations
from surveys.db import Database
from tests import factories
from tests.app.desk import PASSWORD, SIGN_IN, hashed
from tests.benchmarks.findings import Facts, met, number
from tests.benchmarks.intake import BARE
from tests.benchmarks.sender import Sender
from tests.benchmarks.server import Server, serving
from tests.benchmarks.size import Size
from tests.benchmarks.stocked import stock
from tests.benchmarks.workplace import ZONE, Workplace, address_of
from tests.journeys.phone import browser, find_browser

ASKED = 1_000.0  # ms until something of the page is seen
VIEWS = 15
NAME = "tiny"
PAGES = {"score": f"/console/campaigns/{NAME}/score", "campaign": f"/console/campaigns/{NAME}", "list": "/console/"}
DESK = {"width": 1280, "height": 900}
PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length"
READ = """() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    answered: performance.getEntriesByType("navigation")[0].responseStart,
})"""


def run(size: Size, place: Workplace) -> Iterator[Facts]:
    if find_browser() is None:
        yield Facts("score_page", {"skipped": "no Chromium was found; RENKE_BROWSER may name one"})
        return
    sender: Sender = place.once("sender", Sender)
    for kind in size.databases:
        with place.database(kind) as database:
            settings = Settings(
                home=place.folder_for("home"), database_url=address_of(database), secret=factories.SECRET, timezone=ZONE
            )
            evaluated = _prepare(settings, database, size.stored)
            environment = {
                "RENKE_HOME": str(settings.home),
                "RENKE_DATABASE_URL": settings.database_url,
                "RENKE_SECRET": settings.secret.decode(),
            }
            with (
                serving("wsgi:service", sender, environment=environment) as ours,
                serving("tests.benchmarks.bare:app", sender, **BARE) as yardstick,
                browser() as running,
            ):
                lines = _look(running, ours, yardstick)
            did = f"{size.stored:,} responses, 200 schools, seven groups, twenty questions; {VIEWS} views, medians"
            yield Facts(f"score_page {kind}", {"did": did, "scored": f"in {number(evaluated)} s", **lines})


def _prepare(settings: Settings, database: Database, people: int) -> float:
    """A closed campaign with its score, and somebody to look; gives the seconds that the score took."""
    campaign = stock(database, people)
    with create_app(settings, database=database).app_context(), database.begin() as session:
        values = {"password": hashed(), "role": "officer", "region": campaign.county, "now": datetime.now(UTC)}
        accounts.add_account(session, name="officer", **values)
        campaigns.close_campaign(session, name=NAME, now=datetime.now(UTC))
    begun = time.perf_counter()
    with database.begin() as session:
        evaluations.evaluate(session, name=NAME, now=datetime.now(UTC))
    return time.perf_counter() - begun


def _look(running: Browser, ours: Server, yardstick: Server) -> Mapping[str, str]:
    """Each page and the bare one in turn, so that both have the same minute."""
    with running.new_context(base_url=f"http://127.0.0.1:{ours.port}", viewport=DESK, locale="zh-CN") as context:
        _sign_in(context)
        found = {name: _views(context, path) for name, path in PAGES.items()}
        plain = _views(context, f"http://127.0.0.1:{yardstick.port}/page")
    first = found["score"]
    lines = {
        "first paint": f"{_spread(first, 'paint')} ms until something is seen, from the second view on; "
        f"asked for under {ASKED:g}: {met(_middle(first, 'paint') < ASKED)}",
        "first view": f"{first[0]['paint']:,.0f} ms with nothing kept, the server's first page too",
        "ratio": f"{number(_middle(first, 'paint') / _middle(plain, 'paint'))} times the paint of a bare Flask page, "
        f"{_spread(plain, 'paint')} ms",
    }
    answered = {f"{name} answered": f"{_spread(views, 'answered')} ms" for name, views in found.items()}
    return {**lines, **answered, "bare answered": f"{_spread(plain, 'answered')} ms"}


def _sign_in(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(SIGN_IN)
    page.locator("input[name=username]").fill("officer")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator(".sign-in button").click()
    page.wait_for_url("**/console/")
    page.close()


def _views(context: BrowserContext, path: str) -> list[Mapping[str, float]]:
    """The first view, then those that are counted."""
    found = []
    for _ in range(1 + VIEWS):
        page = context.new_page()
        answered = page.goto(path, wait_until="load")
        if answered is None or answered.status != 200:
            raise SystemExit(f"{path} was not answered")
        while not page.evaluate(PAINTED):  # waiting for a function is not what the page's policy lets in
            page.wait_for_timeout(10)
        found.append(page.evaluate(READ))
        page.close()
    return found


def _middle(views: list[Mapping[str, float]], name: str) -> float:
    return median(each[name] for each in views[1:])


def _spread(views: list[Mapping[str, float]], name: str) -> str:
    values = [each[name] for each in views[1:]]
    return f"{median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"
