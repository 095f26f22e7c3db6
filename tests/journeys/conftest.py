"""One server and one browser for each module of tests, and a fresh phone for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import unavailable
from tests.journeys.front import Front, serving_front
from tests.journeys.phone import browser, find_browser, phone


@pytest.fixture(scope="module")
def running() -> Iterator[Browser]:
    if find_browser() is None:
        unavailable("browser", "no Chromium found")
    with browser() as running:
        yield running


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with serving_front(tmp_path_factory.mktemp("front")) as front:
        yield front


@pytest.fixture
def page(running: Browser, front: Front) -> Iterator[Page]:
    with phone(running, front.base_url) as (page, strangers):
        yield page
        assert strangers == []


@pytest.fixture
def plain_page(running: Browser, front: Front) -> Iterator[Page]:
    """A phone without script."""
    with phone(running, front.base_url, script=False) as (page, strangers):
        yield page
        assert strangers == []
