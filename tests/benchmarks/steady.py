"""Ten minutes at half of what it can: does the rate stay, and does memory?

A respondent opens a page and hands in a form, so there are as many of the one as of the other.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, cycle

import numpy as np

from tests.benchmarks.delays import Delays, delays
from tests.benchmarks.findings import Facts, met
from tests.benchmarks.intake import GROUP, Service, serve_intake
from tests.benchmarks.load import Load, Volley, get
from tests.benchmarks.sender import WORDS
from tests.benchmarks.size import Size
from tests.benchmarks.submissions import check_receipts
from tests.benchmarks.workplace import Workplace, durability

WINDOWS = 10
HALF = 0.5
SETTLED = WINDOWS // 3  # windows in which caches fill and the C library takes what it keeps
MOST = 100.0  # milliseconds, for all but a hundredth
NEAR = 0.05  # of the rate that was asked for
FLAT = 0.01  # of its memory that a server may gain in ten windows; the C library's own heaps come and go by as much
AT_ONCE, UNHURRIED = 200, 0.7  # forms of the next tenth are made throughout this one, so as not to keep a core from it


@dataclass(frozen=True)
class Window:
    """A tenth of the run."""

    rate: float
    pages: Delays
    forms: Delays
    memory: float  # MiB
    busy: float


def run(size: Size, place: Workplace) -> Iterator[Facts]:
    for database in size.databases:
        yield _run(serve_intake(place, database), size)


def _run(service: Service, size: Size) -> Facts:
    intake, before = service.intake, service.intake.count_responses()
    receipts: list[str] = []
    peak = _find_peak(service, size, receipts)
    seconds = size.minutes * 60 / WINDOWS
    windows = tuple(_watch(service, size, peak * HALF, seconds, receipts))
    lines = {
        "did": f"page views and forms to open codes, as many of each, at random moments, together "
        f"{peak * HALF:,.0f} /s for {size.minutes:g} min: half of what was served without a pause, {peak:,.0f} /s; "
        f"{durability(intake.database)}",
        **{f"{place + 1}/{WINDOWS}": _words(window) for place, window in enumerate(windows)},
        "rate": _rate_words(windows, peak * HALF),
        "delay": _delay_words(windows),
        "memory": _memory_words(windows, seconds),
        "sender": f"{WORDS}: {np.mean([each.busy for each in windows]):.0%} of a core; the forms of each tenth "
        "were made beside the one before",
        "checked": check_receipts(receipts, intake, before, service.ours),
    }
    return Facts(f"steady {intake.database.engine.dialect.name}", lines)


def _find_peak(service: Service, size: Size, receipts: list[str]) -> float:
    """Requests a second without a pause, once warm."""
    people = size.warming
    for _ in range(2):
        requests = _respondents(service, people)
        load, found = service.ours.measure(Volley(requests, len(requests), size.connections))
        receipts += _receipts(load, people)
        people = max(size.warming, round(found.value * size.seconds / 2))
    return found.value


def _watch(service: Service, size: Size, rate: float, seconds: float, receipts: list[str]) -> Iterator[Window]:
    people = round(rate * seconds / 2)
    requests = _respondents(service, people)
    for _ in range(WINDOWS):
        volley = Volley(requests, len(requests), size.connections, rate)
        sending = service.ours.sender.start(service.ours.port, volley)
        requests = _respondents(service, people, seconds * UNHURRIED)
        load = sending.result()
        receipts += _receipts(load, people)
        pages, forms = (delays([load.times[status]]) for status in (200, 303))
        yield Window(load.per_second, pages, forms, service.ours.memory, load.busy)


def _respondents(service: Service, people: int, seconds: float = 0.0) -> Sequence[bytes]:
    """What they send, a page and a form in turn; made a few at a time, with pauses that last so long together."""
    intake, forms = service.intake, list[bytes]()
    views = [get(intake.path(code_id)) for code_id in intake.posters(GROUP)]
    while len(forms) < people:
        some = min(AT_ONCE, people - len(forms))
        forms += intake.forms("open", some)
        time.sleep(seconds * some / people)
    return list(chain.from_iterable(zip(cycle(views), forms, strict=False)))


def _receipts(load: Load, people: int) -> list[str]:
    load.expect({200: people, 303: people})
    return list(load.locations.elements())


# In words


def _words(window: Window) -> str:
    return f"{window.rate:,.0f} /s; pages {window.pages}; forms {window.forms}; {window.memory:,.0f} MiB"


def _rate_words(windows: Sequence[Window], asked: float) -> str:
    rates = [each.rate for each in windows]
    good = all(abs(rate / asked - 1) < NEAR for rate in rates)
    return f"{min(rates):,.0f} to {max(rates):,.0f} /s; asked for within {NEAR:.0%} of {asked:,.0f}: {met(good)}"


def _delay_words(windows: Sequence[Window]) -> str:
    worst = max(max(each.pages.p99, each.forms.p99) for each in windows)
    return f"p99 of the slowest tenth {worst:.1f} ms; asked for under {MOST:g} ms: {met(worst < MOST)}"


def _memory_words(windows: Sequence[Window], seconds: float) -> str:
    """The line of least squares through what the server holds after the first third."""
    held = [each.memory for each in windows[SETTLED:]]
    a_window = float(np.polyfit(range(len(held)), held, 1)[0])
    good = a_window * WINDOWS < FLAT * held[0]
    return (
        f"{windows[0].memory:,.0f} MiB at first, {held[0]:,.0f} after a third, {held[-1]:,.0f} at the end; after a "
        f"third {a_window * 60 / seconds:+.2f} MiB a minute; asked for flat: {met(good)}"
    )
