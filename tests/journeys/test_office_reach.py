"""Everybody can read the pages about people, tasks, visits and reports; axe-core finds nothing, at any width."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import select, update

from app import create_app
from app.config import Settings
from app.edge import Renke
from app.pack.making import make_report
from surveys import accounts
from surveys.accounts.links import Wanted
from surveys.models import Account, School
from tests import factories
from tests.app.conftest import Clock
from tests.app.desk import SIGN_IN, hashed
from tests.conftest import sqlite_database
from tests.journeys.office import serving, signed_in
from tests.journeys.reach import ADD_STYLE, faults, scrolls_sideways
from tests.surveys.reviewers import LATER, add_reviewed, draws, finds, signs, submits, visits

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("office-reach")]

CAMPAIGN = "/console/campaigns/tiny"
NOBODY = ""
# pages, and who looks
PAGES = (
    (NOBODY, SIGN_IN), (NOBODY, "/console/join/{token}"), (NOBODY, "/v"), (NOBODY, "/v/{serial}"),
    ("liaison", "/console/own-school"), ("liaison", "/console/tasks"), ("liaison", "/console/account"),
    ("county", "/console/people"), ("county", "/console/people/{person}"), ("county", "/console/account/second-factor"),
    ("city", "/console/reports"), ("city", "/console/reviews"), ("city", f"{CAMPAIGN}/review"),
    ("city", f"{CAMPAIGN}/review/visits/{{school}}"), ("city", f"{CAMPAIGN}/honesty"), ("root", "/console/trail"),
    ("county", f"{CAMPAIGN}/analyse"), ("county", "/console/questionnaires/carry"), ("analyst", f"{CAMPAIGN}/data"),
    ("analyst", f"{CAMPAIGN}/data/order"), ("analyst", "/console/account"),
)  # fmt: skip
WIDTHS = {"zh-CN": (360,), "en": (1280, 360)}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, object]]]:
    """A campaign whose county has signed, with schools drawn, a visit and findings: its address, and what it has."""
    folder = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch, sqlite_database(folder) as database:
        patch.setattr("surveys.accounts.model.AccountView.must_set_up", False)
        settings = Settings(
            home=folder, database_url="", secret=factories.SECRET, timezone=factories.ZONE, stale=0, testing=True
        )
        app = create_app(settings, database=database, clock=Clock(LATER), draw=factories.drawer(9))
        places = _fill(app)
        with serving(app) as base_url:
            yield base_url, places


def _fill(app: Renke) -> dict[str, object]:
    with app.app_context(), app.database.begin() as session:
        add_reviewed(session)
        session.execute(update(Account).values(password=hashed()))
        liaison = session.scalars(select(Account).where(Account.name == "liaison")).one()
        liaison.school_id = session.scalars(select(School.id).where(School.code == "P01")).first()
        signs(session, "county")
        first, second = draws(session).schools
        visits(session, first)
        finds(session, owner="liaison", school="P01")
        finds(session, owner="county")
        submits(session, 2)
        boss = accounts.get_account(session, name="county")
        wanted = Wanted("wu", "analyst", "demo")
        about = {"now": LATER, "secret": app.settings.secret, "draw": app.draw}
        token = accounts.invite(session, wanted=wanted, account=boss, **about)
    with app.app_context():
        report = make_report(name="tiny", kind="county", format="pdf", language="zh-CN", by="county")
    return {"token": token, "serial": report.issued.serial, "person": liaison.id, "school": second}


@pytest.fixture(scope="module")
def browsers(running: Browser, office: tuple[str, dict[str, object]]) -> Iterator[dict[str, BrowserContext]]:
    """A browser for each of those who look."""
    with ExitStack() as open_ones:
        found = {NOBODY: open_ones.enter_context(running.new_context(base_url=office[0], locale="zh-CN"))}
        for who in dict.fromkeys(who for who, _path in PAGES if who):
            found[who] = open_ones.enter_context(signed_in(running, office[0], who))
        yield found


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_every_page(
    browsers: dict[str, BrowserContext], office: tuple[str, dict[str, object]], who: str, path: str
) -> None:
    page = browsers[who].new_page()
    for language, widths in WIDTHS.items():
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            address = f"{path.format_map(office[1])}?lang={language}"
            answer = page.goto(address)
            where = (path, language, width)
            assert answer is not None
            assert answer.ok, where
            assert page.url == f"{office[0]}{address}", "the page itself, and not the one to sign in"
            assert page.locator("html").get_attribute("lang") == language, where
            assert faults(page) == [], where
            assert not scrolls_sideways(page), where
    page.evaluate(ADD_STYLE, "html { font-size: 200%; }")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not scrolls_sideways(page)
    page.close()
