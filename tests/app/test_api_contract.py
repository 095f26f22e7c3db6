"""The contract is what the API does: requests that it allows, and many that it does not, drawn from the contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import schemathesis
from jsonschema import Draft202012Validator
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from werkzeug.serving import WSGIRequestHandler, make_server

from app.edge import Renke
from tests.app.programs import Program, api_over, furnish, make_token
from tests.conftest import sqlite_database

SEED, EXAMPLES = 20261128, 1


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Renke]:
    home = tmp_path_factory.mktemp("furnished")
    with sqlite_database(home, sqlite_template) as database:
        furnish(database)
    with api_over(tmp_path_factory.mktemp("contract"), home / "renke.db", stale=1) as app:
        yield app


@pytest.fixture(scope="module")
def contract(app: Renke) -> dict[str, Any]:
    found: dict[str, Any] = Program(app).read("openapi.json")
    return found


def operations(contract: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    for path, item in contract["paths"].items():
        yield path, item["get"], [*item.get("parameters", []), *item["get"].get("parameters", [])]


class Silent(WSGIRequestHandler):
    """Says nothing of the requests that it has."""

    def log(self, *_said: object) -> None:
        pass


@pytest.fixture
def address(app: Renke) -> Iterator[str]:
    """Where the application answers real requests: the client of the library for WSGI does not follow its engine."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/api/v1/openapi.json"
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_fault_is_found_by_drawn_requests(app: Renke, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Right and wrong data, other methods, no token and wrong ones; every answer is one that the contract has."""
    monkeypatch.setattr("app.api.exports.begin", lambda _ordered: None)  # no process for each format
    config = SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "headers": {"Authorization": f"Bearer {make_token(app, 'analyst')}"},
            "parameters": {"path.name": "newer", "path.number": 1},
            "generation": {"max-examples": EXAMPLES, "no-shrink": True, "database": "none"},
            "phases": {
                "stateful": {"enabled": False},
                "examples": {"enabled": False},
                "coverage": {"unexpected-methods": ["TRACE"]},
            },
        }
    )
    drawn = schemathesis.openapi.from_url(address, config=config)
    cases, faults = 0, []
    for event in from_schema(drawn).execute():
        assert not isinstance(event, events.NonFatalError | events.FatalError), event
        if isinstance(event, events.ScenarioFinished):
            cases += len(event.recorder.cases)
            for checks in event.recorder.checks.values():
                faults += [str(each.failure_info.failure) for each in checks if each.failure_info]
    assert faults == []
    assert cases > 200


def test_it_is_openapi_and_every_parameter_has_its_limits(contract: dict[str, Any]) -> None:
    assert contract["openapi"] == "3.1.0"
    names = {operation["operationId"] for _path, operation, _given in operations(contract)}
    assert len(names) == len(contract["paths"])
    for path, operation, parameters in operations(contract):
        assert operation["summary"], path
        for each in parameters:
            schema = each["schema"]
            assert {"pattern", "enum", "maximum"} & set(schema), (path, each["name"])
            assert not each.get("required") or each["in"] == "path"


def test_every_address_says_what_a_token_must_be_for_and_how_it_refuses(contract: dict[str, Any]) -> None:
    (scheme,) = contract["components"]["securitySchemes"].values()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    for path, operation, _parameters in operations(contract):
        refusals = {status for status in operation["responses"] if status >= "400"}
        public = operation["security"] == []
        assert public == (path in ("/api/v1/", "/api/v1/openapi.json"))
        assert {"406", "422", "500", "503"} <= refusals
        assert public or {"401", "403", "429"} <= refusals


def test_the_example_of_a_problem_is_one(contract: dict[str, Any]) -> None:
    responses = contract["components"]["responses"]
    for name, response in responses.items():
        (kind, content), *others = response["content"].items()
        assert kind == "application/problem+json", name
        assert not others
        shape = {**contract["components"]["schemas"]["Problem"], "components": contract["components"]}
        Draft202012Validator(shape).validate(content["example"])


def test_two_applications_in_one_process_have_the_same_contract(app: Renke, tmp_path: Path) -> None:
    from app import create_app
    from tests.app.programs import settings_for

    other = create_app(settings_for(tmp_path), database=app.database)
    assert Program(other).get("openapi.json").data == Program(app).get("openapi.json").data
