"""The console on a server of the test's own, and browsers that are signed in to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import make_server

from app.edge import Renke
from tests.app.desk import PASSWORD, SIGN_IN
from tests.journeys.front import Quiet
from tests.journeys.phone import listen


@contextmanager
def serving(app: Renke) -> Iterator[str]:
    """The address at which `app` is served, in a thread."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def signed_in(running: Browser, base_url: str, who: str, *, script: bool = True) -> Iterator[BrowserContext]:
    """A browser in which `who` is signed in; errors of a page's script fail the test."""
    with running.new_context(base_url=base_url, locale="zh-CN", java_script_enabled=script) as context:
        troubles = listen(context)
        page = context.new_page()
        page.goto(SIGN_IN)
        page.locator("input[name=username]").fill(who)
        page.locator("input[type=password]").fill(PASSWORD)
        page.locator(".sign-in button").click()
        page.wait_for_url(lambda address: "/sign-in" not in address)
        page.close()
        yield context
        assert troubles == []
