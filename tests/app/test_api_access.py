"""Who may read what by a token: every address of the API, every role, every place of the tree, every scope.

A new address fails here until it stands in `RIGHTS`, by hand, beside what the code says with `@allow(...)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from app.access import users_of
from app.edge import Renke
from app.matrix import Route, as_markdown, list_routes
from surveys import accounts
from surveys.accounts import ROLES, tokens
from surveys.accounts.tokens import SCOPES, WantedToken, scopes_of
from surveys.models import Account, Region
from tests import factories
from tests.app.programs import Program, api_over
from tests.conftest import sqlite_database
from tests.surveys.studied import ask

READERS = "administrator officer evaluator analyst auditor"
# scope, roles -> endpoints
RIGHTS: Mapping[tuple[str, str], str] = {
    ("", READERS): "token list_regions get_region list_campaigns get_campaign",
    ("instruments:read", READERS): "list_instruments get_scorecard get_dictionary get_codebook",
    ("fieldwork:read", READERS): "get_progress list_places",
    ("results:read", READERS): "list_evaluations get_evaluation list_figures get_results list_studies get_study",
    ("microdata:read", "analyst"): "get_microdata",
    ("", "public"): "service contract",
}
PLACES = ("demo", "demo-province", "beside", "demo-town")  # of an account; the campaign is demo's
WITHIN = ("demo", "demo-province")
GIVEN = {"name": "newer", "code": "demo", "number": 1, "format": "csv", "kind": "schools"}


def by_hand() -> dict[str, tuple[str, frozenset[str]]]:
    return {
        f"api.{endpoint}": (scope, frozenset(roles.split()))
        for (scope, roles), endpoints in RIGHTS.items()
        for endpoint in endpoints.split()
    }


@dataclass
class House:
    """One application, and a program with all that it may have for every role at several places."""

    app: Renke
    programs: Mapping[tuple[str, str], Program]


@pytest.fixture(autouse=True)
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of answers are ordered, and not made."""
    monkeypatch.setattr("app.api.exports.begin", lambda _ordered: None)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[House]:
    home = tmp_path_factory.mktemp("house")
    with sqlite_database(home, sqlite_template) as database, database.begin() as session:
        ask(session)
        for code, level, parent in (("beside", "county", "demo-province"), ("demo-town", "township", "demo")):
            session.add(_region(session.scalars(select(Region).where(Region.code == parent)).one(), code, level))
            session.flush()
    with api_over(tmp_path_factory.mktemp("running"), home / "renke.db") as app:
        yield House(app, {(role, place): _program(app, role, place) for role in ROLES for place in PLACES})


def _region(parent: Region, code: str, level: str) -> Region:
    path = f"{parent.path}{code}/"
    return Region(code=code, name=code, level=level, parent_id=parent.id, path=path, simulated=True)


def _program(app: Renke, role: str, place: str) -> Program:
    """Of a role that may have no token: one that was made when the account was somebody else."""
    name = f"{role}-{place}"
    maker = role if scopes_of(role) else "analyst"
    with app.database.begin() as session:
        account = accounts.add_account(session, name=name, password="x", role=maker, region=place, now=factories.NOW)
        token = tokens.make_token(
            session, account=account, wanted=WantedToken("x", scopes_of(maker), 30), now=app.clock(),
            secret=app.settings.secret, draw=app.draw,
        )  # fmt: skip
        session.scalars(select(Account).where(Account.name == name)).one().role = role
    return Program(app, token)


def address(app: Renke, route: Route) -> str:
    rule = next(each for each in app.api.url_map.iter_rules() if each.endpoint == route.endpoint)
    with app.api.test_request_context():
        return app.api.url_for(route.endpoint, **{name: GIVEN[name] for name in rule.arguments})


def outcome(program: Program, path: str) -> str:
    answer = program.get(path)
    if answer.status_code in (200, 202):
        return "open"
    code = answer.get_json(force=True)["code"]
    if code == "api.no_study":  # it was looked for
        return "open"
    return "unknown" if code in ("campaign.unknown", "region.unknown") else code


def expected(route: Route, role: str, place: str) -> str:
    scope, users = by_hand()[route.endpoint]
    if "public" in users:
        return "open"
    if role not in users:
        return "api.token.role"
    if scope and role not in SCOPES[scope]:
        return "api.token.scope"
    return "unknown" if route.about and place not in WITHIN else "open"


def cells(route: Route, turn: int) -> Iterator[tuple[str, str]]:
    """Who asks: roles that may, from everywhere; others from one place after the other, as nobody looks where."""
    for role in ROLES:
        every = bool(route.about) and role in by_hand()[route.endpoint][1]
        places = PLACES if every else (PLACES[(turn + ROLES.index(role)) % len(PLACES)],)
        yield from ((role, place) for place in places)


def test_every_address_is_written_down_with_its_roles_and_scope(house: House) -> None:
    named = {each.endpoint: (each.scope, each.users) for each in list_routes(house.app.api)}
    assert named == by_hand(), f"say in RIGHTS of {__file__} who may use these, then renew docs/access.md"
    assert {name for name in house.app.api.view_functions if not users_of(house.app.api, name)} == set()


def test_every_cell_for_every_role_from_every_place(house: House) -> None:
    wrong = []
    for turn, route in enumerate(list_routes(house.app.api)):
        path = address(house.app, route)
        for role, place in cells(route, turn):
            found, wanted = outcome(house.programs[role, place], path), expected(route, role, place)
            if found != wanted:
                wrong.append(f"{path} for {role} of {place}: {found} instead of {wanted}")
    assert wrong == []


def test_nobody_without_a_token_reads_anything_but_the_contract(house: House) -> None:
    for route in list_routes(house.app.api):
        answer = Program(house.app).get(address(house.app, route))
        assert answer.status_code == (200 if "public" in route.users else 401), route.address


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_opens_what_it_is_for_and_nothing_else(house: House, scope: str) -> None:
    app = house.app
    with app.database.begin() as session:
        account = accounts.get_account(session, name="analyst-demo")
        token = tokens.make_token(
            session, account=account, wanted=WantedToken("x", [scope], 30), now=app.clock(),
            secret=app.settings.secret, draw=app.draw,
        )  # fmt: skip
    for route in list_routes(app.api):
        found = outcome(Program(app, token), address(app, route))
        assert found == ("open" if route.scope in ("", scope) else "api.token.scope"), route.address


def test_nothing_is_written_by_the_api(house: House) -> None:
    assert {each.method for each in list_routes(house.app.api)} == {"GET"}
    writing = {method for rule in house.app.api.url_map.iter_rules() for method in rule.methods or ()}
    assert writing == {"GET", "HEAD"}


def test_a_session_of_the_console_opens_nothing_here(house: House) -> None:
    """Cookies are not read at all: no page of elsewhere can make a browser ask in somebody's name."""
    answer = Program(house.app).get("campaigns", Cookie="session=x; device=y; lang=en")
    assert answer.status_code == 401


def test_the_tables_name_scopes(house: House) -> None:
    lines = as_markdown(house.app).splitlines()
    row = "| GET | `/api/v1/campaigns/<slug:name>/progress` | campaign | fieldwork:read | yes | yes | yes | yes |"
    assert [line for line in lines if line.startswith(row)]
    assert "| GET | `/api/v1/openapi.json` |" in lines
