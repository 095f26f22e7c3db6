"""Who can use a page: what axe-core finds, how large what is touched is, and whether all of it can be read."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe().axe_script
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}

TARGETS = """() => [...document.querySelectorAll('a[href],button,summary,label.o,textarea,input[type=text]')]
    .map(each => [each.innerText || each.id, each.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1)
    .map(([name, box]) => [name, box.width, box.height])"""

# text that stands out of the box of whoever clips it, or out of the screen
CUT = """width => [...document.querySelectorAll('body *')].filter(each => {
    const style = getComputedStyle(each), box = each.getBoundingClientRect();
    if (!box.width || each.matches('.unseen,textarea,.unseen *')) return false;
    const clips = style.overflowX != 'visible' || style.overflowY != 'visible';
    const spills = clips && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1);
    return spills || box.left < -1 || box.right > width + 1;
}).map(each => each.outerHTML.slice(0, 120))"""

# the policy of the page lets no other style in than by such sheets
ADD_STYLE = "css => { const own = new CSSStyleSheet(); own.replaceSync(css); document.adoptedStyleSheets = [own]; }"

# WCAG 2.2, 1.4.12
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
    p { margin-bottom: 2em !important; }"""


def faults(page: Page) -> list[str]:
    """What axe-core has against the page as it is now: the rule, and where."""
    page.evaluate(AXE)
    found = page.evaluate("options => axe.run(options).then(found => found.violations)", OPTIONS)
    return [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for fault in found
        for node in fault["nodes"]
    ]


def too_small(page: Page, least: float, *, within: str = "label.o") -> list[list[Any]]:
    """What can be touched and is lower than 44 pixels, and options lower than `least`."""
    options = page.locator(within).evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")
    small = [["option", height] for height in options if 0 < height < least]
    return small + [
        [name, width, height] for name, width, height in page.evaluate(TARGETS) if height < 44 or width < 44
    ]


def cut_off(page: Page) -> list[str]:
    return list(page.evaluate(CUT, width_of(page)))


def scrolls_sideways(page: Page) -> bool:
    page.wait_for_load_state()  # a page that is just being replaced has no document yet
    return bool(page.evaluate("document.documentElement.scrollWidth") > width_of(page))


def width_of(page: Page) -> int:
    """The screen's; what a phone calls its own width grows with a page that is too wide."""
    assert page.viewport_size is not None
    return page.viewport_size["width"]
