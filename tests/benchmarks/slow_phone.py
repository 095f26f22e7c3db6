"""The first view in Chromium, slowed down to an old phone on slow 3G: when something is seen, and when a tap counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from playwright.sync_api import Browser, Page

from tests.benchmarks.findings import Facts, met
from tests.benchmarks.intake import Service
from tests.benchmarks.size import Size
from tests.journeys.phone import browser, find_browser, phone

NETWORK = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # bytes a second
SLOWER = 4  # times slower processor
WARMING = 1  # loads that are not counted: the browser's own first steps
OPTION = "label:has(input[type=radio])"
NOTE_TAP = """addEventListener("change", () => { window.benchTap ??= performance.now() }, true)"""
READ = """() => ({
    ...Object.fromEntries(performance.getEntriesByType("paint").map((paint) => [paint.name, paint.startTime])),
    ready: performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
    tap: window.benchTap,
})"""
SHOWN = {
    "first-paint": "first paint",
    "first-contentful-paint": "first contentful paint",
    "ready": "document ready",
    "tap": "a tap on an option taken",
}


def look(service: Service, path: str, size: Size) -> Facts:
    """Cold loads of the page, and of the bare page, which shows what the network alone costs."""
    if find_browser() is None:
        return Facts("weight on a slow phone", {"skipped": "no Chromium was found; RENKE_BROWSER may name one"})
    with browser() as running:
        ours = [_load(running, service.ours.port, path, tap=True) for _ in range(WARMING + size.rounds)][WARMING:]
        bare = [_load(running, service.bare.port, "/page", tap=False) for _ in range(WARMING + size.rounds)][WARMING:]
    requests = {int(each["requests"]) for each in ours}
    lines = {
        "did": f"slow 3G ({NETWORK['latency']} ms, 400 kbit/s both ways), processor {SLOWER} times slower, "
        f"{size.rounds} cold loads; medians in ms, with the least and the most",
        "ours": "; ".join(_words(label, [each[name] for each in ours]) for name, label in SHOWN.items()),
        "yardstick": f"{_words(SHOWN['first-paint'], [each['first-paint'] for each in bare])}   bare Flask string",
        "requests": f"{' or '.join(map(str, sorted(requests)))} in Chromium; asked for one: {met(requests == {1})}",
    }
    return Facts("weight on a slow phone", lines)


def _load(running: Browser, port: int, path: str, *, tap: bool) -> Mapping[str, float]:
    """One load with nothing cached; milliseconds since it was asked for, and how many requests were made."""
    base = f"http://127.0.0.1:{port}"
    asked: list[str] = []
    with phone(running, base) as (page, _):
        page.on("request", lambda request: asked.append(request.url) if request.url.startswith("http") else None)
        _slow_down(page)
        page.add_init_script(NOTE_TAP)
        page.goto(base + path, wait_until="commit")
        if tap:
            page.locator(OPTION).first.tap()
            page.wait_for_function("window.benchTap")
        page.wait_for_load_state()
        page.wait_for_function("performance.getEntriesByType('paint').length == 2")
        return {**page.evaluate(READ), "requests": len(asked)}


def _slow_down(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def _words(label: str, values: Sequence[float]) -> str:
    return f"{label} {median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"
