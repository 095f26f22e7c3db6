"""Limits count failures: a whole school behind one address answers at once, and guessing stops."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from app.edge import Renke
from surveys.codes import Slip
from surveys.db import Database
from tests import factories
from tests.app.test_respond import prepare
from tests.app.visits import Visit, filled

DATABASES = ("sqlite",)

SCHOOL = 500  # respondents within a minute
AT_ONCE = 16


@pytest.fixture
def slips(database: Database) -> list[Slip]:
    prepare(database)
    with database.begin() as session:
        campaign = factories.add_campaign(session, campaign="school", county="elsewhere")
        factories.issue_slips(session, campaign, count=SCHOOL // 2, seed=9)
        posters = factories.add_posters(session, campaign, seed=10)
        poster = next(each for each in posters if (each.group, each.school_code) == ("student", "P01"))
        slips = factories.list_slips(session, campaign, kind="personal")
    return [*slips, *[poster] * (SCHOOL - len(slips))]


def answer(app: Renke, slip: Slip) -> int:
    """One respondent, who scans or, every fourth, types; all have the same address."""
    visit = Visit(app.test_client())
    code = slip.typed if slip.position % 4 == 0 else slip.token
    return visit.post(f"/r/{code}", filled(visit.get(f"/r/{code}"))).status


def test_a_school_behind_one_address_answers_at_once(app: Renke, slips: list[Slip]) -> None:
    """Far within the minute that limits are counted by."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(partial(answer, app), slips))
    assert statuses == [200] * SCHOOL
    assert threading.active_count() < 2 * AT_ONCE


def test_sheets_that_are_refused_again_and_again_stop_at_their_code_only(app: Renke, slips: list[Slip]) -> None:
    robot, child = Visit(app.test_client()), Visit(app.test_client())
    one, other = slips[0].token, slips[1].token
    statuses = [robot.post(f"/r/{one}", {"_form": "made up"}).status for _ in range(61)]
    assert statuses == [422] * 60 + [429]
    assert child.answer(other).status == 200
    assert child.answer(one).status == 200, "whoever has the slip can still use it"


def test_a_family_corrects_its_sheet_as_often_as_it_likes(app: Renke, slips: list[Slip]) -> None:
    visit = Visit(app.test_client())
    page = visit.get(f"/r/{slips[0].token}")
    for _ in range(70):
        page = visit.post(f"/r/{slips[0].token}", page.fields())
        assert page.status == 422
    assert visit.post(f"/r/{slips[0].token}", filled(page)).status == 200


def test_brothers_and_sisters_on_one_phone_are_marked_not_blocked(app: Renke, slips: list[Slip]) -> None:
    phone, poster = Visit(app.test_client()), slips[-1].token
    assert [phone.answer(poster).status for _ in range(3)] == [200] * 3
