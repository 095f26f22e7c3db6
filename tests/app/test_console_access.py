"""Who may use what: every route, every role, every county."""

from __future__ import annotations

import pytest
from werkzeug.routing import Rule

from app.access import LIBRARY_VIEWS, users_of
from app.edge import Renke
from surveys.accounts import ROLES
from tests.app.desk import PEOPLE, Desk, add_people

WRITERS = {"administrator", "officer"}
READ_ONLY = {
    "console.packs", "console.pack_file", "console.pack_archive",
    "console.campaign", "console.paper", "console.counties", "console.frame",
    "console.frame_template", "console.score", "console.score_file", "console.honesty_page", "console.comments_page",
    "console.watch", "console.watch_now", "console.outcomes", "console.plan", "console.draw", "console.classes",
    "console.reminder_list", "console.reminder_file", "console.certainty", "console.drivers_page",
    "console.schools_page", "console.changes", "console.across",
}  # fmt: skip
EVALUATORS_ONLY = {"console.reports"}
EVERYBODY = {  # interviewers are led on to where they start
    "console.index", "console.account", "console.change_password", "console.end_session", "console.end_other_sessions",
    "console.second_factor_set_up", "console.set_second_factor", "console.remove_second_factor",
    "console.renew_recovery_codes",
}  # fmt: skip
FOR_ANYBODY = {"console.second_step", "console.join", "console.use_link"}
FIELD_ONLY = {
    "console.keying", "console.take_form", "console.key_form", "console.key_file", "console.keying_template",
    "console.differences", "console.settle_form", "console.discard_form", "console.calls", "console.take_case",
    "console.case", "console.answer_case", "console.end_call",
}  # fmt: skip
GIVEN = {
    "name": "tiny", "code": "demo", "group": "parent", "instrument": "tiny", "kind": "csv", "filename": "x",
    "number": "1", "which": "1", "token": "x", "format": "pdf",
}  # fmt: skip
NOT_FOUND = {  # there is no score yet, no plan, no form that waits, nobody to call and nobody to look after
    "console.person": 404,
    "console.pack_file": 404, "console.pack_archive": 404,
    "console.score_file": 404, "console.draw": 404, "console.differences": 404, "console.case": 404,
}  # fmt: skip


@pytest.fixture
def staffed(app: Renke) -> Renke:
    add_people(app)
    return app


def rules(app: Renke) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("console.")]


def address(app: Renke, rule: Rule, **changes: str) -> str:
    values = {name: {**GIVEN, **changes}[name] for name in rule.arguments}
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values) + ("?county=demo" if "example" in rule.endpoint else "")


def test_every_endpoint_names_its_users(app: Renke) -> None:
    for each in (app, app.front):
        silent = {name for name in each.view_functions if not users_of(each, name)}
        assert {name for name in silent if not name.startswith("security.")} == set()
        assert not silent & set(LIBRARY_VIEWS)


def test_the_front_is_for_everybody_and_the_desk_is_not(app: Renke) -> None:
    assert {name for name in app.front.view_functions if users_of(app.front, name) != {"public"}} == set()
    public = {name for name in app.view_functions if "public" in users_of(app, name)}
    assert public == {"static", "security.login", *FOR_ANYBODY}
    assert not {rule.rule for rule in app.url_map.iter_rules()} & {rule.rule for rule in app.front.url_map.iter_rules()}


def test_console_routes_are_for_readers_or_for_writers(app: Renke) -> None:
    for rule in rules(app):
        assert users_of(app, rule.endpoint) == wanted_users(rule.endpoint), rule.endpoint


def wanted_users(endpoint: str) -> set[str]:
    if endpoint in FOR_ANYBODY:
        return {"public"}
    if endpoint == "console.own_school":
        return {"liaison"}
    if endpoint.startswith("console.installation_trail"):
        return {"administrator", "auditor"}
    if endpoint in ("console.trail_page", "console.trail_file"):
        return {"administrator", "officer", "evaluator", "auditor"}
    if endpoint in EVALUATORS_ONLY:
        return {"evaluator"}
    if endpoint in FIELD_ONLY:
        return {"officer", "interviewer"}
    if endpoint == "console.interviews":
        return {*WRITERS, "interviewer"}
    everybody = set(ROLES)
    return everybody if endpoint in EVERYBODY else everybody - {"interviewer"} if endpoint in READ_ONLY else WRITERS


@pytest.mark.parametrize("who", [None, *PEOPLE])
def test_every_route_for_everybody(staffed: Renke, who: str | None) -> None:
    client = staffed.test_client()
    if who:
        assert Desk(client).sign_in(who).status_code == 302
    county = "other" if who == "neighbour" else "demo"
    name = "elsewhere" if who == "neighbour" else "tiny"
    for rule in rules(staffed):
        path = address(staffed, rule, name=name, code=county).replace("county=demo", f"county={county}")
        for method in rule.methods or ():
            if method in ("GET", "POST"):
                status = client.open(path, method=method).status_code
                assert status == expected(rule, method, who), f"{method} {path}"


def expected(rule: Rule, method: str, who: str | None) -> int:
    if rule.endpoint in FOR_ANYBODY:
        return 400 if method == "POST" else 410 if rule.endpoint == "console.join" else 302
    if who is None:
        return 302
    role = PEOPLE[who][0]
    if role not in wanted_users(rule.endpoint):
        return 403
    if method == "POST":
        return 400  # no token
    if rule.endpoint in ("console.kit", "console.kit_archive"):
        return 422  # no codes yet
    if rule.endpoint == "console.index":
        return 302 if role == "interviewer" else 200
    if rule.endpoint == "console.across":
        return 200 if role == "evaluator" else 302  # who sees one county only is led to the list
    return 302 if rule.endpoint == "console.counties" else NOT_FOUND.get(rule.endpoint, 200)


@pytest.mark.parametrize("who", [None, "admin"])
def test_library_pages_that_nobody_is_named_for_are_closed(staffed: Renke, who: str | None) -> None:
    client = staffed.test_client()
    if who:
        Desk(client).sign_in(who)
    for rule in staffed.url_map.iter_rules():
        if rule.endpoint.startswith("security.") and not users_of(staffed, rule.endpoint) and not rule.arguments:
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            assert client.open(rule.rule, method=method).status_code == 403, rule


@pytest.mark.parametrize("who", ["officer", "evaluator", "admin", "caller"])
def test_another_county_is_as_unknown_as_one_that_is_not_there(staffed: Renke, who: str) -> None:
    desk = Desk(staffed.test_client())
    desk.sign_in(who)
    for rule in rules(staffed):
        if not {"name", "code"} & rule.arguments or PEOPLE[who][0] not in wanted_users(rule.endpoint):
            continue
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        there, nowhere = (
            visit(desk, method, address(staffed, rule, name=name, code=code), name, code)
            for name, code in (("elsewhere", "other"), ("nowhere", "nil"))
        )
        assert there == nowhere, rule
        assert there[0] == 404, rule


def visit(desk: Desk, method: str, path: str, name: str, code: str) -> tuple[int, str]:
    data = None if method == "GET" else valid_form(desk)
    response = desk.client.open(path, method=method, data=data, headers={"Accept-Language": "zh-CN"})
    body = response.get_data(as_text=True).replace(name, "NAME").replace(f"代码为 {code} ", "代码为 CODE ")
    return response.status_code, body.replace(nonce_of(response.headers["Content-Security-Policy"]), "")


def valid_form(desk: Desk) -> dict[str, object]:
    from tests.app.desk import token_of, upload

    return {
        "csrf_token": token_of(desk.get("/console/")), "file": upload(b"a,b\n1,2\n", "a.csv"), "mapping": "x: 1",
        "group": "parent", "school": "P01", "count": "1",
    }  # fmt: skip


def nonce_of(policy: str) -> str:
    return policy.partition("'nonce-")[2].partition("'")[0] or "no nonce"


def test_the_list_shows_only_the_own_subtree(staffed: Renke) -> None:
    for who, seen in (("officer", {"tiny"}), ("evaluator", {"tiny"}), ("neighbour", {"elsewhere"})):
        desk = Desk(staffed.test_client())
        desk.sign_in(who)
        links = desk.get("/console/").links()
        found = {
            link.rsplit("/", 1)[1] for link in links if link.startswith("/console/campaigns/") and link.count("/") == 3
        }
        assert found - {"new"} == seen


def test_buttons_are_shown_to_writers_only(staffed: Renke) -> None:
    for who in ("officer", "analyst", "evaluator"):
        desk = Desk(staffed.test_client())
        desk.sign_in(who)
        for path in ("/console/", "/console/campaigns/tiny", "/console/counties/demo", "/console/campaigns/tiny/score"):
            writing = desk.get(path).actions() - {"/console/sign-out"}
            assert bool(writing) == (who == "officer" and path not in ("/console/", "/console/campaigns/tiny/score"))
