"""A respondent's phone: a real browser with a small screen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, sync_playwright

VIEWPORT = {"width": 360, "height": 740}
NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 10_000  # milliseconds
POLICY = "Content Security Policy"


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
def phone(
    running: Browser, base_url: str, *, script: bool = True, width: int = VIEWPORT["width"]
) -> Iterator[tuple[Page, list[str]]]:
    """A page, and a list that fills with every address asked for that is not the survey's own.

    Errors of the page's script, and anything that its policy does not let through, fail the test.
    """
    context = running.new_context(
        viewport={**VIEWPORT, "width": width}, device_scale_factor=2, is_mobile=True, has_touch=True, locale="zh-CN",
        java_script_enabled=script, base_url=base_url,
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    strangers: list[str] = []
    troubles = listen(context)
    context.on("request", lambda request: None if request.url.startswith(base_url) else strangers.append(request.url))
    yield context.new_page(), strangers
    context.close()
    assert troubles == []


def listen(context: BrowserContext) -> list[str]:
    troubles: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if POLICY in message.text:
            troubles.append(message.text)

    context.on("weberror", lambda error: troubles.append(str(error.error)))
    context.on("console", hear)
    return troubles


def fill_in(page: Page, answers: Mapping[str, Any]) -> None:
    """Touch the answers, one after the other, turning the pages as they come."""
    for item, code in answers.items():
        choice = option(page, item, code)
        turn_until(page, choice)
        choice.tap()


def option(page: Page, item: str, code: Any) -> Locator:
    return page.locator(f'label:has(input[name="{item}"][value="{code}"])')


def turn_until(page: Page, wanted: Locator) -> None:
    """Go on by the button until this is on the page; without script everything is."""
    while not wanted.is_visible():
        here = page.locator("section h2:visible").get_attribute("id")
        page.locator("#next").tap()
        page.locator(f"#{here}").wait_for(state="hidden")


def to_the_end(page: Page) -> Locator:
    """The button that hands in, on the last page."""
    button = page.locator('form button[type="submit"]').last
    turn_until(page, button)
    return button


def hand_in(page: Page) -> str:
    """Submit; the receipt number."""
    to_the_end(page).tap()
    page.wait_for_url("**/r/receipt/**")
    return page.locator(".number").inner_text()
