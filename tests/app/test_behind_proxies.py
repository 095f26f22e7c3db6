"""Behind a web server: limits count the reader's address, not the server's; without one, nobody may say their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from app import create_app
from app.config import Settings, read_settings
from app.edge import Renke
from surveys.db import Database
from tests.app.conftest import Clock
from tests.app.served import served
from tests.app.test_respond import prepare
from tests.app.visits import Visit, filled

DATABASES = ("sqlite",)


@pytest.fixture
def serve(settings: Settings, database: Database, clock: Clock) -> Iterator[Callable[..., Renke]]:
    """Serves an installation with other settings."""
    with ExitStack() as stack:

        def serve(**others: Any) -> Renke:
            app = create_app(replace(settings, **others), database=database, clock=clock)
            return stack.enter_context(served(app))

        yield serve


@pytest.mark.parametrize(("proxies", "statuses"), [(0, [404] * 30 + [429]), (1, [404] * 31)])
def test_whose_address_is_counted(
    serve: Callable[..., Renke], database: Database, proxies: int, statuses: list[int]
) -> None:
    prepare(database)
    client = serve(proxies=proxies).test_client()
    seen = [
        client.get("/r/0000000000", headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
        for number in range(31)
    ]
    assert seen == statuses


@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_cookies_are_secure_where_people_come_by_https(
    serve: Callable[..., Renke], database: Database, proxies: int, scheme: str
) -> None:
    """As the settings say, whatever the request says of itself."""
    fieldwork = prepare(database)
    client = serve(proxies=proxies, base_url=f"{scheme}://survey.example").test_client()
    page = Visit(client).get(f"/r/{fieldwork.poster}")
    for said in ("http", "https"):
        words = {"X-Forwarded-Proto": said}
        sized = client.get(f"/r/{fieldwork.poster}?size=huge", headers=words)
        marked = client.post(f"/r/{fieldwork.poster}", data=filled(page), headers=words)
        for answer in (sized, marked):
            assert ("; Secure" in answer.headers["Set-Cookie"]) == (scheme == "https")


def test_the_number_of_proxies_is_a_setting(tmp_path: object) -> None:
    assert read_settings({"RENKE_HOME": str(tmp_path)}).proxies == 0
    assert read_settings({"RENKE_HOME": str(tmp_path), "RENKE_PROXIES": "2"}).proxies == 2
