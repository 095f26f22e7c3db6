"""What every route shares: it names its users, and another county is as unknown to it as one that is not there.

Who may use what, cell by cell, is in test_access_matrix.
"""

from __future__ import annotations

import pytest
from werkzeug.routing import Rule

from app.access import LIBRARY_VIEWS, users_of
from app.edge import Renke
from tests.app.desk import PEOPLE, Desk, add_people

GIVEN = {
    "name": "tiny", "code": "demo", "group": "parent", "instrument": "tiny", "kind": "csv", "filename": "x",
    "number": "1", "which": "1", "token": "x", "format": "pdf",
}  # fmt: skip


@pytest.fixture
def staffed(app: Renke) -> Renke:
    add_people(app)
    return app


def rules(app: Renke) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("console.")]


def address(app: Renke, rule: Rule, **changes: str) -> str:
    values = {name: {**GIVEN, **changes}.get(name, "1") for name in rule.arguments}
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
    assert public == {"static", "security.login", "console.second_step", "console.join", "console.use_link"}
    assert not {rule.rule for rule in app.url_map.iter_rules()} & {rule.rule for rule in app.front.url_map.iter_rules()}


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
        if not {"name", "code"} & rule.arguments or PEOPLE[who][0] not in users_of(staffed, rule.endpoint):
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
