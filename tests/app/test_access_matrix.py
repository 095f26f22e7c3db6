"""Who may use what, cell by cell: every address, every role and nobody, from every place of the tree, by real requests.

A new endpoint fails here until it stands in `RIGHTS`: which roles may use it is written down by hand, beside what the
code says with `@allow(...)`, so that nobody widens the one by accident. Then run `flask access` and put what it prints
into docs/access.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from app.edge import Renke
from app.matrix import Route, as_markdown, list_routes
from surveys import regions
from surveys.accounts import ROLES
from surveys.models import Region
from tests import factories
from tests.app.conftest import Clock
from tests.app.desk import PASSWORD, Desk, hashed
from tests.app.served import served
from tests.architecture.source import ROOT
from tests.conftest import sqlite_database

READERS = "administrator officer evaluator analyst auditor"
WRITERS = "administrator officer"
RIGHTS: Mapping[str, str] = {
    " ".join(ROLES): """
        index account change_password end_session end_other_sessions
        second_factor_set_up set_second_factor remove_second_factor renew_recovery_codes
    """,
    READERS: """
        campaign paper plan draw outcomes watch watch_now reminder_list reminder_file counties frame frame_template
        classes score score_file schools_page certainty changes drivers_page comments_page honesty_page
        make_token end_token
        bench bench_file
        keywords_page keywords_file concordance_page
        paper_file across review reviews evidence_file visit_forms visit_archive packs pack_file pack_archive
        data_page result_file codebook_file
    """,
    WRITERS: """
        carry_page carry_instrument carry_template
        new_campaign create_campaign example open_campaign close_campaign import_frame import_classes
        make_plan draw_lots issue_drawn issue_codes issue_slips void_codes kits kit kit_archive
        ways export_messages print_paper specimens texts_for_groups import_page import_responses
        record_place record_file compute_score make_missing look_for_evidence decide_exclusion withdraw_exclusion
        people person invite_person revoke_link deactivate_person reactivate_person reset_person reset_person_factor
        end_person_session end_person_sessions
    """,
    "officer interviewer": """
        keying take_form key_form key_file keying_template differences settle_form discard_form
        calls take_case case answer_case end_call
    """,
    "administrator officer interviewer": "interviews",
    "evaluator": "reports draw_visits visit keep_visit add_finding judge_finding return_review",
    "analyst": "order_data data_order data_file",
    "officer evaluator": "sign_review",
    "officer liaison": "own_tasks hand_in",
    "liaison": "own_school",
    "administrator officer evaluator auditor": "trail_page trail_file",
    "administrator auditor": "installation_trail installation_trail_file",
    "public": "second_step join use_link",
}
PLACES = ("own", "city", "province", "beside", "other", "below")  # of an account, as seen from the campaign's county
WITHIN = ("own", "city", "province")
HOMES = dict(zip(PLACES, ("demo", "demo-city", "demo-province", "beside", "other", "demo-town"), strict=True))
NOT_THERE = "999999"  # a number that nothing has
GIVEN = {"name": "tiny", "code": "demo", "group": "parent", "instrument": "tiny", "kind": "csv", "format": "docx"}
UNKNOWN = ("没有名为“tiny”的调查批次", "没有代码为 demo 的行政区")
LEFT_OUT = {"security.logout"}  # ends the session that the other cells need; it has tests of its own


def by_hand() -> dict[str, frozenset[str]]:
    return {
        f"console.{endpoint}": frozenset(roles.split()) for roles, names in RIGHTS.items() for endpoint in names.split()
    }


@dataclass
class House:
    """One application with accounts of every role at several places, all of them signed in."""

    app: Renke
    clients: Mapping[tuple[str, str] | None, tuple[FlaskClient, str]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    settings = Settings(
        home=folder, database_url="", secret=factories.SECRET, timezone=factories.ZONE, language="zh-CN", stale=0,
        testing=True,
    )  # fmt: skip
    with sqlite_database(folder, sqlite_template) as database:
        app = create_app(settings, database=database, clock=Clock())
        for each in (app, app.front):
            each.config["PROPAGATE_EXCEPTIONS"] = False
        _furnish(app)
        with served(app):
            whole = {(role, place): _sign_in(app, f"{role}-{place}") for role in ROLES for place in PLACES}
            yield House(app, {None: (app.test_client(), ""), **whole})


def _furnish(app: Renke) -> None:
    """Province, city and county with a campaign; a township below, a county beside, and one somewhere else."""
    with app.app_context():
        password = hashed()
    with app.database.begin() as session:
        factories.add_campaign(session)
        factories.add_campaign(session, campaign="elsewhere", county="other")
        regions.add_region(
            session, code="demo-city", name="市（模拟）", level="city", parent="demo-province", simulated=True
        )
        county, city = (session.query(Region).filter_by(code=code).one() for code in ("demo", "demo-city"))
        county.parent_id, county.path = city.id, f"{city.path}demo/"
        session.flush()
        for code, level, parent in (("beside", "county", "demo-city"), ("demo-town", "township", "demo")):
            regions.add_region(session, code=code, name=code, level=level, parent=parent, simulated=True)
        for role in ROLES:
            for place, region in HOMES.items():
                who = {"name": f"{role}-{place}", "password": password, "role": role, "region": region}
                _add_account(session, **who)


def _add_account(session: object, **who: str) -> None:
    """A liaison belongs to a school of the county, wherever the account's region is; the others to none."""
    from surveys.models import Account, School

    home = session.query(Region).filter_by(code=who["region"]).one()  # type: ignore[attr-defined]
    school = session.query(School).filter_by(code="P01").first() if who["role"] == "liaison" else None  # type: ignore[attr-defined]
    session.add(  # type: ignore[attr-defined]
        Account(
            name=who["name"], password=who["password"], role=who["role"], region_id=home.id,
            school_id=None if school is None else school.id, active=True, created_at=factories.NOW,
        )
    )  # fmt: skip


def _sign_in(app: Renke, name: str) -> tuple[FlaskClient, str]:
    client = app.test_client()
    given = {"username": name, "password": PASSWORD, "csrf_token": _token(client, "/console/sign-in")}
    assert client.post("/console/sign-in", data=given).status_code == 302, name
    return client, _token(client, "/console/account")


def _token(client: FlaskClient, path: str) -> str:
    page = client.get(path).get_data(as_text=True)
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def address(app: Renke, route: Route) -> str:
    """The address for the campaign and county of `own`; whatever else it names is not there."""
    rule = next(each for each in app.url_map.iter_rules() if each.rule == route.address)
    values = {name: GIVEN.get(name, NOT_THERE) for name in rule.arguments}
    with app.test_request_context():
        return app.url_for(route.endpoint, **values)


def send(house: House, who: tuple[str, str] | None, route: Route, path: str) -> TestResponse:
    client, token = house.clients[who]
    data = {"csrf_token": token} if route.method == "POST" else None
    return client.open(path, method=route.method, data=data, headers={"Accept-Language": "zh-CN"})


def outcome(answer: TestResponse) -> str:
    """What a request met: the way to sign in, a refusal, something unknown in one's own tree, or the thing itself."""
    if answer.status_code >= 500:
        return f"error {answer.status_code}"
    if answer.status_code == 302 and "/console/sign-in" in answer.headers["Location"]:
        return "sign in"
    if answer.status_code == 403 and "您没有权限使用此页面" in answer.get_data(as_text=True):
        return "forbidden"  # by the guard; what the domain refuses (a stage that signs later) was reached
    if answer.status_code == 400:
        return "no token"
    text = answer.get_data(as_text=True) if answer.status_code == 404 else ""
    return "unknown" if any(words in text for words in UNKNOWN) else "open"


def cells(route: Route, users: frozenset[str], turn: int) -> Iterator[tuple[str, str] | None]:
    """Who asks: nobody; every role that may, from every place; every other role from one place after the other.

    A role that may not is refused before anybody looks where it is from.
    """
    yield None
    for role in ROLES:
        places = PLACES if role in users and route.about else (PLACES[(turn + ROLES.index(role)) % len(PLACES)],)
        yield from ((role, place) for place in places)


def expected(route: Route, who: tuple[str, str] | None, users: frozenset[str]) -> str:
    if "public" in users:
        return "open"
    if who is None:
        return "sign in"
    role, place = who
    if role not in users:
        return "forbidden"
    return "unknown" if route.about and place not in WITHIN else "open"


def test_every_endpoint_is_written_down_with_its_roles(house: House) -> None:
    rights = by_hand()
    named = {each.endpoint: each.users for each in list_routes(house.app) if each.endpoint.startswith("console.")}
    missing = sorted(set(named) - set(rights))
    assert missing == [], f"say in RIGHTS of {__file__} who may use these, then renew docs/access.md"
    assert sorted(set(rights) - set(named)) == [], "no such endpoints any more: take them out of RIGHTS"
    wider = {each: sorted(named[each] ^ rights[each]) for each in rights if named[each] != rights[each]}
    assert wider == {}, "`@allow` and RIGHTS differ about these roles"


def test_every_cell_for_every_role_from_every_place(house: House) -> None:
    """Names of the campaign and the county are right in every request; only who asks, and from where, differs."""
    rights, wrong = by_hand(), []
    for turn, route in enumerate(list_routes(house.app)):
        if route.endpoint in LEFT_OUT or not route.endpoint.startswith("console."):
            continue
        path, users = address(house.app, route), rights.get(route.endpoint, route.users)
        for who in cells(route, users, turn):
            wanted = expected(route, who, users)
            found = outcome(send(house, who, route, path))
            if "public" in users and found in ("no token", "sign in"):
                continue  # a link that leads nowhere, a second step without a first
            if found != wanted:
                wrong.append(f"{route.method} {path} for {who or 'nobody'}: {found} instead of {wanted}")
    assert wrong == []


def test_nothing_is_posted_without_a_token(house: House) -> None:
    wrong = []
    for route in list_routes(house.app):
        if route.method == "POST" and route.endpoint.startswith("console.") and "public" not in route.users:
            role = sorted(route.users)[0]
            client, _ = house.clients[role, "own"]
            if client.post(address(house.app, route)).status_code != 400:
                wrong.append(route.address)
    assert wrong == []


def test_the_front_asks_nobody_who_he_is(house: House) -> None:
    for route in list_routes(house.app.front):
        assert route.users == {"public"}, route.endpoint
        path = address(house.app.front, route)
        assert outcome(house.app.front.test_client().open(path, method=route.method)) in ("open", "no token"), path


def test_a_liaison_is_led_to_the_own_school_and_sees_no_other(house: House) -> None:
    desk = Desk(house.clients["liaison", "own"][0])
    page = desk.get("/console/")
    assert page.heading == "本校进度：P01学校（模拟）"
    assert [row[0] for row in page.rows()] == ["学生", "家长", "教师", "校长"]
    assert page.rows()[2][-1] == page.rows()[3][-1] == "人少，不显示份数"
    assert "P02" not in page.words
    assert not {link for link in page.links() if "/campaigns/" in link or "/counties" in link}


def test_the_manual_holds_the_matrix_as_the_code_has_it(house: House) -> None:
    manual = (ROOT / "docs" / "access.md").read_text("utf-8")
    assert as_markdown(house.app) in manual, "run `flask access` and put what it prints into docs/access.md"
