"""A respondent's phone: a real browser with a small screen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

VIEWPORT = {"width": 360, "height": 740}
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str | None:
    """Chromium as `deploy/browser.sh` finds it."""
    wanted = (os.environ.get("RENKE_BROWSER"), *NAMES)
    return next((found for name in wanted if name and (found := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Browser]:
    path = find_browser()
    assert path is not None
    switches = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as player:
        running = player.chromium.launch(executable_path=path, args=switches, chromium_sandbox=False)
        yield running
        running.close()


@contextmanager
def phone(running: Browser, base_url: str, *, script: bool = True) -> Iterator[tuple[Page, list[str]]]:
    """A page, and a list that fills with every address asked for that is not the survey's own."""
    context = running.new_context(
        viewport=VIEWPORT, device_scale_factor=2, is_mobile=True, has_touch=True, locale="zh-CN",
        java_script_enabled=script,
    )  # fmt: skip
    page = context.new_page()
    strangers: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(base_url) else strangers.append(request.url))
    yield page, strangers
    context.close()


def fill_in(page: Page, answers: Mapping[str, int]) -> None:
    """Touch the answers, one after the other."""
    for item, code in answers.items():
        page.locator(f'label:has(input[name="{item}"][value="{code}"])').tap()


def hand_in(page: Page) -> str:
    """Submit; the receipt number."""
    page.locator('form button[type="submit"]').last.tap()
    page.wait_for_url("**/r/receipt/**")
    return page.locator(".number").inner_text()
