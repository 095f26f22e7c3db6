"""Behind a web server: limits count the reader's address, not the server's; without one, nobody may say their own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import create_app
from app.config import Settings, read_settings
from surveys.db import Database
from tests.app.conftest import Clock
from tests.app.test_respond import prepare


@pytest.mark.parametrize(("proxies", "statuses"), [(0, [404] * 30 + [429]), (1, [404] * 31)])
def test_whose_address_is_counted(
    settings: Settings, database: Database, clock: Clock, proxies: int, statuses: list[int]
) -> None:
    fieldwork = prepare(database)
    app = create_app(replace(settings, proxies=proxies), database=database, clock=clock)
    client = app.test_client()
    seen = [
        client.get("/r/0000000000", headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
        for number in range(31)
    ]
    assert seen == statuses
    secure = client.get(f"/r/{fieldwork.poster}?size=huge", headers={"X-Forwarded-Proto": "https"})
    assert ("Secure" in secure.headers["Set-Cookie"]) == bool(proxies)


def test_the_number_of_proxies_is_a_setting(tmp_path: object) -> None:
    assert read_settings({"RENKE_HOME": str(tmp_path)}).proxies == 0
    assert read_settings({"RENKE_HOME": str(tmp_path), "RENKE_PROXIES": "2"}).proxies == 2
